/* SPDX-License-Identifier: GPL-3.0-or-later */
/* descent.c -- mini-batches, and theta that ran away: see descent.h. */
#include "util/descent.h"

#include "util/finite.h"
#include "util/parallel.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>

#define SOME  (1u << 15) /* entries that are worth waking another thread */
#define MANY  (1u << 19)
#define BLOCK 1024

int batches_init(struct batches *b, const struct tw_host *host, size_t n_rows, int64_t size)
{
    *b = (struct batches){.n_rows = n_rows, .seed = host->seed(host, "shuffle")};
    if ((uint64_t)size >= n_rows) { /* without a dataset there are no rows to choose from */
        b->size = n_rows;
        return TW_OK;
    }
    b->size = (size_t)size;
    if (n_rows > UINT32_MAX)
        return host->fail(host, TW_EINVAL,
                          "%zu rows are more than mini-batches can count (%lu): limit the dataset",
                          n_rows, (unsigned long)UINT32_MAX);
    b->order = malloc(n_rows * sizeof *b->order);
    if (!b->order)
        return host->fail(host, TW_ENOMEM, "out of memory: the order of %zu rows", n_rows);
    return TW_OK;
}

void batches_free(struct batches *b)
{
    free(b->order);
    *b = (struct batches){0};
}

uint64_t batches_per_epoch(const struct batches *b)
{
    return b->order ? (b->n_rows - 1) / b->size + 1 : 1;
}

/* Fisher-Yates from the identity, so that no epoch depends on another. */
static void shuffle(struct batches *b)
{
    uint64_t seed = rng_stream(b->seed, b->epoch);

    for (size_t i = 0; i < b->n_rows; i++)
        b->order[i] = (uint32_t)i;
    for (size_t i = b->n_rows - 1; i > 0; i--) {
        size_t j = (size_t)rng_below(seed, i, i + 1);
        uint32_t t = b->order[i];

        b->order[i] = b->order[j];
        b->order[j] = t;
    }
}

const struct tw_rows *batches_next(struct batches *b)
{
    size_t left;

    if (!b->order) {
        b->epoch++;
        return NULL;
    }
    if (b->at == 0)
        shuffle(b);
    left = b->n_rows - b->at;
    b->rows = (struct tw_rows){.idx = b->order + b->at, .n = left < b->size ? left : b->size};
    b->at += b->rows.n;
    if (b->at == b->n_rows) {
        b->at = 0;
        b->epoch++;
    }
    return &b->rows;
}

struct update {
    const double *theta;
    size_t n, piece;
    void (*update)(void *ctx, size_t from, size_t to);
    void *ctx;
};

/* Task: a piece of theta, in blocks that are still in the nearest cache when they are checked. */
static int update_piece(void *ctx, size_t k)
{
    const struct update *u = ctx;
    size_t from = k * u->piece, end = u->n - from < u->piece ? u->n : from + u->piece;
    int rc = TW_OK;

    for (size_t n; from < end; from += n) {
        n = end - from < BLOCK ? end - from : BLOCK;
        u->update(u->ctx, from, from + n);
        if (!all_finite(u->theta + from, n))
            rc = TW_ENUMERIC;
    }
    return rc;
}

int descent_update(const struct tw_host *host, const double *theta, size_t n, uint64_t step,
                   void (*update)(void *ctx, size_t from, size_t to), void *ctx)
{
    size_t pieces = n >= MANY ? 4 : n >= SOME ? 2 : 1, i = 0;
    struct update u = {theta, n, (n + pieces - 1) / pieces, update, ctx};

    if (parallel_run(host, pieces, update_piece, &u) == TW_OK)
        return TW_OK;
    while (i + 1 < n && isfinite(theta[i]))
        i++;
    return host->fail(host, TW_ENUMERIC,
                      "training diverged: theta[%zu] is not finite after step %llu; a smaller "
                      "learning_rate may help",
                      i, (unsigned long long)step);
}
