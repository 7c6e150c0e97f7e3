/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workers.c -- see workers.h.
 *
 * A job may be as small as a layer of one mini-batch, a hundred microseconds.  So tasks are
 * taken and finished without the lock, both sides look out for each other for a moment
 * (SPINS) before they sleep, and nobody waits for a member who has not woken: a job is over
 * when its tasks are.  The lock is there for those who sleep, and for failures.
 *
 * Who has taken a task may read `task`, `ctx` and `n_tasks`: the job cannot end, so they
 * cannot change, before that task is finished.  It does not matter which job a task is of.
 *
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
#define YIELD 64   /* each so many of them */

struct member {
    struct workers *team;
    size_t number;
    pthread_t thread;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t start, finished;
    atomic_bool taken;    /* somebody runs a job */
    atomic_size_t left;   /* tasks of it that nobody has taken */
    atomic_size_t open;   /* tasks of it that are not finished */
    atomic_ulong job;     /* counts jobs */
    atomic_size_t asleep; /* members; these two are written with the lock held */
    atomic_bool waiting;  /* the caller sleeps until no task is open */
    atomic_bool quit;
    int spins;

    worker_task task;
    void *ctx;
    size_t n_tasks;
    size_t failed_task; /* these two: with the lock held */
    int failure;

    size_t n;
    struct member member[]; /* n; number 0 is the caller */
};

/* Round i of looking out. On the way there is a thread of ours, perhaps, that waits for this
 * processor: other programs may have all the others. */
static void breathe(int i)
{
    if (i % YIELD == YIELD - 1) {
        sched_yield();
        return;
    }
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

/* Take a task: its number, or false if there is none. */
static bool take(struct workers *w, size_t *task)
{
    size_t left = atomic_load(&w->left);

    do
        if (left == 0)
            return false;
    while (!atomic_compare_exchange_weak(&w->left, &left, left - 1));
    *task = w->n_tasks - left;
    return true;
}

static void finish(struct workers *w, size_t n_tasks)
{
    if (atomic_fetch_sub(&w->open, n_tasks) != n_tasks || !atomic_load(&w->waiting))
        return;
    pthread_mutex_lock(&w->lock);
    pthread_cond_signal(&w->finished);
    pthread_mutex_unlock(&w->lock);
}

/* What comes after a failed task is not begun; of several failures the first task's counts. */
static size_t fail(struct workers *w, size_t task, int failure)
{
    pthread_mutex_lock(&w->lock);
    if (w->failure == 0 || task < w->failed_task) {
        w->failure = failure;
        w->failed_task = task;
    }
    pthread_mutex_unlock(&w->lock);
    return atomic_exchange(&w->left, 0);
}

static void perform(struct workers *w, size_t number, size_t task)
{
    int rc = w->task(w->ctx, number, task);

    finish(w, rc == 0 ? 1 : 1 + fail(w, task, rc));
}

/* Take tasks until there are none. */
static void take_part(struct workers *w, size_t number)
{
    size_t task;

    while (take(w, &task))
        perform(w, number, task);
}

static void sleep_until_job(struct workers *w, unsigned long seen)
{
    pthread_mutex_lock(&w->lock);
    atomic_fetch_add(&w->asleep, 1);
    while (atomic_load(&w->job) == seen && !atomic_load(&w->quit))
        pthread_cond_wait(&w->start, &w->lock);
    atomic_fetch_sub(&w->asleep, 1);
    pthread_mutex_unlock(&w->lock);
}

static void *member_main(void *arg)
{
    struct member *m = arg;
    struct workers *w = m->team;
    unsigned long seen = 0;

    for (;;) {
        for (int i = 0; i < w->spins && atomic_load(&w->job) == seen; i++)
            breathe(i);
        if (atomic_load(&w->job) == seen)
            sleep_until_job(w, seen);
        if (atomic_load(&w->quit))
            return NULL;
        seen = atomic_load(&w->job);
        take_part(w, m->number);
    }
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
    atomic_store(&w->quit, true);
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

static void sleep_until_finished(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    atomic_store(&w->waiting, true);
    while (atomic_load(&w->open) > 0)
        pthread_cond_wait(&w->finished, &w->lock);
    atomic_store(&w->waiting, false);
    pthread_mutex_unlock(&w->lock);
}

bool workers_try_run(struct workers *w, size_t n_tasks, worker_task task, void *ctx, int *rc)
{
    if (atomic_exchange(&w->taken, true))
        return false;
    *rc = 0;
    if (n_tasks == 0) {
        atomic_store(&w->taken, false);
        return true;
    }
    w->task = task;
    w->ctx = ctx;
    w->n_tasks = n_tasks;
    w->failure = 0;
    atomic_store(&w->open, n_tasks);
    atomic_store(&w->left, n_tasks - 1);
    atomic_fetch_add(&w->job, 1);
    if (atomic_load(&w->asleep) > 0) {
        pthread_mutex_lock(&w->lock);
        pthread_cond_broadcast(&w->start);
        pthread_mutex_unlock(&w->lock);
    }
    perform(w, 0,
            0); /* the first is the caller's: in small jobs each keeps to its part of the data */
    take_part(w, 0);
    for (int i = 0; i < w->spins && atomic_load(&w->open) > 0; i++)
        breathe(i);
    if (atomic_load(&w->open) > 0)
        sleep_until_finished(w);
    *rc = w->failure;
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
