/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pieces.h -- how the work of a step is cut for several threads: by its sizes only, so that the
 * result is the same for any number of them.
 *
 *     worth_cutting    is there enough to do?
 *     pieces           how many pieces of n samples, units or parameters
 *     piece_begin      where piece k begins; piece k + 1 begins where it ends
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

/* Theta goes to the threads as the optimizers' updates and most layers' gradients do: so each
 * thread finds in its cache what it wrote last. */
#define THETA_PIECES 2

/* Matrix products lose less by being cut in two than in four. */
#define PIECES_MAX 4

static inline size_t pieces(size_t n)
{
    return n >= 256 ? PIECES_MAX : n >= 8 ? 2 : 1;
}

/* In whole cache lines where there is enough; no piece is empty. */
static inline size_t piece_begin(size_t n, size_t n_pieces, size_t k)
{
    size_t size = (n + n_pieces - 1) / n_pieces, line = SCRATCH_LINE / sizeof(float);

    if (n_pieces > 1 && n >= 128)
        size = (size + line - 1) / line * line;
    return k * size < n ? k * size : n;
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
