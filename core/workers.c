/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workers.c -- see workers.h.
 *
 * A job may be as small as a layer of one mini-batch, a hundred microseconds, so
 * both sides look out for each other for a moment (SPINS) before they sleep, and
 * nobody waits for a member who has not woken: a job is over when its tasks are.
 * A team that is larger than the machine does not look out, it would only keep
 * those who work from their processor.
 */
#ifdef HAVE_CONFIG_H
#include <config.h> /* _GNU_SOURCE */
#endif
#include "workers.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SPINS 4000 /* from twenty microseconds to two hundred: processors differ in their pause */

struct member {
    struct workers *team;
    size_t number;
    pthread_t thread;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t start, finished;
    atomic_bool taken;  /* somebody runs a job */
    atomic_size_t open; /* tasks of it that are not finished; written with the lock held */
    atomic_ulong job;   /* counts jobs; written with the lock held */
    bool quit;
    int spins;

    worker_task task;
    void *ctx;
    size_t next, n_tasks;
    size_t failed_task;
    int failure;

    size_t n;
    struct member member[]; /* n; number 0 is the caller */
};

static void breathe(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

size_t workers_processors(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n < 1 ? 1 : (size_t)n;
}

/* Take tasks until there are none.  Called and left with the lock held. */
static void take_part(struct workers *w, size_t number)
{
    while (w->next < w->n_tasks) {
        size_t task = w->next++;
        worker_task call = w->task;
        void *ctx = w->ctx;
        pthread_mutex_unlock(&w->lock);
        int rc = call(ctx, number, task);
        pthread_mutex_lock(&w->lock);
        size_t finished = 1;
        if (rc != 0) {
            if (w->failure == 0 || task < w->failed_task) {
                w->failure = rc;
                w->failed_task = task;
            }
            finished += w->n_tasks - w->next; /* those will not be begun */
            w->n_tasks = w->next;
        }
        if (atomic_fetch_sub(&w->open, finished) == finished)
            pthread_cond_signal(&w->finished);
    }
}

static void *member_main(void *arg)
{
    struct member *m = arg;
    struct workers *w = m->team;
    unsigned long seen = 0;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        if (w->job == seen && !w->quit) {
            pthread_mutex_unlock(&w->lock);
            for (int i = 0; i < w->spins && atomic_load(&w->job) == seen; i++)
                breathe();
            pthread_mutex_lock(&w->lock);
        }
        while (w->job == seen && !w->quit)
            pthread_cond_wait(&w->start, &w->lock);
        if (w->quit)
            break;
        seen = w->job;
        take_part(w, m->number);
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
    w->spins = n <= workers_processors() ? SPINS : 0;
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

bool workers_busy(struct workers *w)
{
    return atomic_load(&w->taken);
}

bool workers_try_run(struct workers *w, size_t n_tasks, worker_task task, void *ctx, int *rc)
{
    if (atomic_exchange(&w->taken, true))
        return false;
    pthread_mutex_lock(&w->lock);
    w->task = task;
    w->ctx = ctx;
    w->next = 0;
    w->n_tasks = n_tasks;
    w->open = n_tasks;
    w->failure = 0;
    w->job++;
    pthread_cond_broadcast(&w->start);
    take_part(w, 0);
    if (w->open > 0) {
        pthread_mutex_unlock(&w->lock);
        for (int i = 0; i < w->spins && atomic_load(&w->open) > 0; i++)
            breathe();
        pthread_mutex_lock(&w->lock);
    }
    while (w->open > 0)
        pthread_cond_wait(&w->finished, &w->lock);
    *rc = w->failure;
    pthread_mutex_unlock(&w->lock);
    atomic_store(&w->taken, false);
    return true;
}

int workers_run(struct workers *w, size_t n_tasks, worker_task task, void *ctx)
{
    int rc = 0;
    bool idle = workers_try_run(w, n_tasks, task, ctx, &rc);
    assert(idle);
    (void)idle;
    return rc;
}
