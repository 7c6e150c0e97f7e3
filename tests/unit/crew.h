/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crew.h -- threads that take tasks from one counter, for a renderer that runs without the program:
 * in its tests, and in bench/render.c. */
#ifndef TESTS_CREW_H
#define TESTS_CREW_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define CREW_MAX 64

struct crew {
    size_t n;
    int (*task)(void *ctx, size_t k);
    void *ctx;
    bool backwards; /* from the last task to the first: the order must not matter */
    size_t next;
    pthread_mutex_t lock;
};

static void *crew_work(void *arg)
{
    struct crew *c = arg;

    for (;;) {
        size_t k;

        pthread_mutex_lock(&c->lock);
        k = c->next++;
        pthread_mutex_unlock(&c->lock);
        if (k >= c->n)
            return NULL;
        c->task(c->ctx, c->backwards ? c->n - 1 - k : k);
    }
}

/* On the calling thread and up to `threads` - 1 others; gives back how many there were. */
static int crew_run(struct crew *c, int threads)
{
    pthread_t id[CREW_MAX];
    int started = 0, n;

    pthread_mutex_init(&c->lock, NULL);
    while (started < threads - 1 && started < CREW_MAX &&
           pthread_create(&id[started], NULL, crew_work, c) == 0)
        started++;
    crew_work(c);
    n = started + 1;
    while (started > 0)
        pthread_join(id[--started], NULL);
    pthread_mutex_destroy(&c->lock);
    return n;
}

#endif
