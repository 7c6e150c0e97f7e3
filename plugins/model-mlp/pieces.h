/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pieces.h -- how the work of a step is cut for several threads: by its sizes only, so that the
 * result is the same for any number of them.
 *
 *     worth_cutting    is there enough to do?
 *     pieces_of        how n samples, units or parameters are cut
 *     piece_begin      where piece k begins
 *     piece_count      how many are in it
 *     add_lanes        the sum of LANES partial sums, which compilers keep in vectors
 */
#ifndef MODEL_MLP_PIECES_H
#define MODEL_MLP_PIECES_H

#include "net.h"

#define LANES 16

/* Products of a sample and a weight that are worth waking another thread: some twenty
 * microseconds. */
#define PRODUCTS_MIN (1u << 20)

static inline bool worth_cutting(const struct mlp *m, size_t n_rows)
{
    return n_rows * m->dim >= PRODUCTS_MIN; /* n_rows: of a chunk, at most */
}

/* Matrix products lose less by being cut in two than in four. */
#define PIECES_MAX 4

/* [0, n) in `count` pieces: all but the last have `size`, none is empty. */
struct pieces {
    size_t n, count, size;
};

/* In whole cache lines where there is enough. */
static inline struct pieces pieces_of(size_t n, bool cut)
{
    struct pieces p = {n, !cut || n < 8 ? 1 : n < 256 ? 2 : PIECES_MAX, n};
    size_t line = SCRATCH_LINE / sizeof(float);

    if (p.count > 1)
        p.size = (n + p.count - 1) / p.count;
    if (p.count > 1 && n >= 128)
        p.size = (p.size + line - 1) / line * line;
    return p;
}

static inline size_t piece_begin(struct pieces p, size_t k)
{
    return k * p.size < p.n ? k * p.size : p.n;
}

static inline size_t piece_count(struct pieces p, size_t k)
{
    return piece_begin(p, k + 1) - piece_begin(p, k);
}

static inline double add_lanes(const double lane[LANES])
{
    double sum[LANES];

    memcpy(sum, lane, sizeof(sum));
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t j = 0; j < width; j++)
            sum[j] += sum[j + width];
    return sum[0];
}

#endif
