/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgemm.c -- what the matrix product of this machine's BLAS can do, for bench/run.py.
 *
 *     sgemm THREADS
 *
 * That many threads multiply square matrices of their own at the same time, with the kernels that
 * thalweg would choose (blas_settle). One line of JSON tells the best rate of several rounds, all
 * threads together, in GFLOP/s, for float and for double, and which kernels these are.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include "../core/blas.h"
#include "../core/progress.h"

#include <gsl/gsl_cblas.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define SIZE   1024 /* three matrices of 4 MiB: beyond what a core's own cache holds */
#define TIMES  8    /* products in a round */
#define ROUNDS 5

enum { MAX_THREADS = 256 };

struct shared {
    pthread_barrier_t ready, done;
};

struct worker {
    struct shared *shared;
    float *f;  /* a, b, c */
    double *d; /* a, b, c */
    pthread_t thread;
};

static void multiply(const struct worker *w, int use_double)
{
    const size_t n = (size_t)SIZE * SIZE;
    for (int i = 0; i < TIMES; i++)
        if (use_double)
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, SIZE, SIZE, SIZE, 1, w->d, SIZE,
                        w->d + n, SIZE, 0, w->d + 2 * n, SIZE);
        else
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, SIZE, SIZE, SIZE, 1, w->f, SIZE,
                        w->f + n, SIZE, 0, w->f + 2 * n, SIZE);
}

/* Round by round, first in float and then in double; main holds the clock. */
static void *work(void *arg)
{
    const struct worker *w = arg;
    for (int round = 0; round < 2 * ROUNDS; round++) {
        pthread_barrier_wait(&w->shared->ready);
        multiply(w, round >= ROUNDS);
        pthread_barrier_wait(&w->shared->done);
    }
    return NULL;
}

static int fill(struct worker *w, struct shared *shared)
{
    const size_t n = (size_t)3 * SIZE * SIZE;
    w->shared = shared;
    w->f = malloc(n * sizeof *w->f);
    w->d = malloc(n * sizeof *w->d);
    if (!w->f || !w->d)
        return -1;
    for (size_t i = 0; i < n; i++)
        w->d[i] = w->f[i] = (float)((i * 2654435761u) % 1000) / 1000.0f;
    return 0;
}

/* The first round of each kind warms up. */
static void time_rounds(struct shared *shared, size_t threads, double rate[2])
{
    const double flops = 2.0 * SIZE * SIZE * SIZE * TIMES * (double)threads;
    for (int round = 0; round < 2 * ROUNDS; round++) {
        pthread_barrier_wait(&shared->ready);
        double begun = clock_seconds();
        pthread_barrier_wait(&shared->done);
        double now = flops / (clock_seconds() - begun) * 1e-9, *best = &rate[round >= ROUNDS];
        if (round % ROUNDS > 0 && now > *best)
            *best = now;
    }
}

#ifdef HAVE_OPENBLAS
char *openblas_get_corename(void);
char *openblas_get_config(void);

static const char *library(void)
{
    return openblas_get_config();
}

static const char *kernels(void)
{
    return openblas_get_corename();
}
#else
static const char *library(void)
{
    return "GSL's CBLAS";
}

static const char *kernels(void)
{
    return "generic";
}
#endif

int main(int argc, char **argv)
{
    static struct worker worker[MAX_THREADS];
    struct shared shared;
    double rate[2] = {0, 0};
    long asked = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    int rc = 0;

    if (asked < 1 || asked > MAX_THREADS) {
        fprintf(stderr, "usage: %s THREADS\n", argv[0]);
        return 2;
    }
    blas_settle(argv);
    size_t n = (size_t)asked;
    pthread_barrier_init(&shared.ready, NULL, (unsigned)n + 1);
    pthread_barrier_init(&shared.done, NULL, (unsigned)n + 1);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = fill(&worker[i], &shared);
    if (rc < 0) {
        fprintf(stderr, "%s: out of memory\n", argv[0]);
        return 1;
    }
    for (size_t i = 0; i < n; i++)
        if (pthread_create(&worker[i].thread, NULL, work, &worker[i]) != 0) {
            fprintf(stderr, "%s: cannot start %zu threads\n", argv[0], n);
            return 1;
        }
    time_rounds(&shared, n, rate);
    for (size_t i = 0; i < n; i++) {
        pthread_join(worker[i].thread, NULL);
        free(worker[i].f);
        free(worker[i].d);
    }
    printf("{\"threads\": %zu, \"sgemm\": %.2f, \"dgemm\": %.2f, \"blas\": \"%s\", "
           "\"kernels\": \"%s\"}\n",
           n, rate[0], rate[1], library(), kernels());
    pthread_barrier_destroy(&shared.ready);
    pthread_barrier_destroy(&shared.done);
    return 0;
}
