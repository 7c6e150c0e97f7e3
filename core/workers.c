/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workers.c -- see workers.h. */
#include "workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

struct member {
    struct workers *team;
    size_t number;
    pthread_t thread;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t start, finished;
    unsigned long job; /* counts jobs, so that each member takes part once */
    bool quit;
    size_t busy; /* members still at the present job */

    worker_task task;
    void *ctx;
    size_t next, n_tasks;
    size_t failed_task;
    int failure;

    size_t n;
    struct member member[]; /* n; number 0 is the caller */
};

/* Take tasks until there are none.  Called and left with the lock held. */
static void take_part(struct workers *w, size_t number)
{
    while (w->next < w->n_tasks && w->failure == 0) {
        size_t task = w->next++;
        pthread_mutex_unlock(&w->lock);
        int rc = w->task(w->ctx, number, task);
        pthread_mutex_lock(&w->lock);
        if (rc != 0 && (w->failure == 0 || task < w->failed_task)) {
            w->failure = rc;
            w->failed_task = task;
        }
    }
}

static void *member_main(void *arg)
{
    struct member *m = arg;
    struct workers *w = m->team;
    unsigned long seen = 0;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->job == seen && !w->quit)
            pthread_cond_wait(&w->start, &w->lock);
        if (w->quit)
            break;
        seen = w->job;
        take_part(w, m->number);
        if (--w->busy == 0)
            pthread_cond_signal(&w->finished);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_new(size_t n)
{
    struct workers *w = calloc(1, sizeof *w + n * sizeof w->member[0]);
    if (!w)
        return NULL;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->start, NULL);
    pthread_cond_init(&w->finished, NULL);
    /* Signals are for the main thread. */
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    for (w->n = 1; w->n < n; w->n++) {
        struct member *m = &w->member[w->n];
        *m = (struct member){.team = w, .number = w->n};
        if (pthread_create(&m->thread, NULL, member_main, m) != 0)
            break;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return w;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->quit = true;
    pthread_cond_broadcast(&w->start);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 1; i < w->n; i++)
        pthread_join(w->member[i].thread, NULL);
    pthread_cond_destroy(&w->start);
    pthread_cond_destroy(&w->finished);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

size_t workers_count(const struct workers *w)
{
    return w->n;
}

int workers_run(struct workers *w, size_t n_tasks, worker_task task, void *ctx)
{
    pthread_mutex_lock(&w->lock);
    w->task = task;
    w->ctx = ctx;
    w->next = 0;
    w->n_tasks = n_tasks;
    w->failure = 0;
    w->busy = w->n - 1;
    w->job++;
    pthread_cond_broadcast(&w->start);
    take_part(w, 0);
    while (w->busy > 0)
        pthread_cond_wait(&w->finished, &w->lock);
    int rc = w->failure;
    pthread_mutex_unlock(&w->lock);
    return rc;
}
