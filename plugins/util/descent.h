/* SPDX-License-Identifier: GPL-3.0-or-later */
/* descent.h -- what the optimizers that follow a gradient share.
 *
 *     batches_init        in start(): how the rows are cut into mini-batches
 *     batches_per_epoch   for tw_training.steps_per_epoch
 *     batches_next        in step(): the rows of the next mini-batch
 *     descent_update      in step(): change theta, and see whether it has run away
 *     batches_free        in destroy(), and before another batches_init
 *
 * Rows are drawn without replacement.  The order of epoch e is a function of
 * (seed, e) alone.  The last mini-batch of an epoch holds what is left over.
 * A mini-batch of all rows is the whole set in its own order, as NULL rows, so
 * that the host may evaluate it with several threads.
 */
#ifndef UTIL_DESCENT_H
#define UTIL_DESCENT_H

#include <thalweg/plugin.h>

struct batches {
    size_t n_rows, size;
    uint64_t seed;
    uint64_t epoch;  /* that the next mini-batch belongs to, from 0 */
    size_t at;       /* rows of it that have been handed out */
    uint32_t *order; /* NULL: all rows at once */
    struct tw_rows rows;
};

/* `size` >= 1 rows at a time; the order comes from host->seed("shuffle"). */
int batches_init(struct batches *b, const struct tw_host *host, size_t n_rows, int64_t size);
void batches_free(struct batches *b); /* nothing happens to a zeroed struct */

uint64_t batches_per_epoch(const struct batches *b);

/* NULL: all rows.  What it points to lives until the next call. */
const struct tw_rows *batches_next(struct batches *b);

/* Call update(ctx, from, to) for pieces that tile the n entries of theta, some at the same time.
 * TW_OK, or TW_ENUMERIC with the first entry of theta that is not finite after it. */
int descent_update(const struct tw_host *host, const double *theta, size_t n, uint64_t step,
                   void (*update)(void *ctx, size_t from, size_t to), void *ctx);

#endif
