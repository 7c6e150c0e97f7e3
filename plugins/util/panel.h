/* SPDX-License-Identifier: GPL-3.0-or-later */
/* panel.h -- products of a tile of centred rows with panels of PANEL columns, which is what
 * principal components spend their time in: a tile stays in cache, a panel row is one or a few
 * vectors.
 *
 *     shift_f, shift_d      a piece of a row, less a shift, as doubles: a row of a tile
 *     moments_f, moments_d  the sums of such differences, and of their squares
 *     times, times_t        tile x panel, transposed tile x panel, added to a panel
 *
 * All arithmetic is in double. Each table is compiled for one instruction set: panel_kernels()
 * chooses. A tile is rows x cols, its rows next to each other; panels are n x PANEL, likewise.
 */
#ifndef UTIL_PANEL_H
#define UTIL_PANEL_H

#include "util/isa.h"

#include <stddef.h>

#define PANEL 8

struct panel_kernels {
    /* z[j] = x[j] - shift[j]. `next`: memory of the same length to bring into the cache, or NULL.
     */
    void (*shift_f)(const float *x, const double *shift, size_t n, double *z, const float *next);
    void (*shift_d)(const double *x, const double *shift, size_t n, double *z, const double *next);
    /* sum[j] += x[j] - shift[j]; returns the sum of the squares of these differences. */
    double (*moments_f)(const float *x, const double *shift, size_t n, double *sum);
    double (*moments_d)(const double *x, const double *shift, size_t n, double *sum);
    /* y (rows x PANEL) += z v, with v cols x PANEL. Meanwhile memory from `next` on (NULL: none) is
     * brought into the cache, a line for every four steps; returns how far that has come. It may
     * point behind an array. */
    const void *(*times)(const double *z, size_t rows, size_t cols, const double *v, double *y,
                         const void *next);
    /* v (cols x PANEL) += z' y, with y rows x PANEL; likewise */
    const void *(*times_t)(const double *z, size_t rows, size_t cols, const double *y, double *v,
                           const void *next);
};

extern const struct panel_kernels panel_kernels_base, panel_kernels_avx2, panel_kernels_avx512;

static inline const struct panel_kernels *panel_kernels(void)
{
    static const struct panel_kernels *const tables[ISA_COUNT] = ISA_TABLES(panel_kernels);

    return tables[isa_best()];
}

/* `count` rows of n numbers to as many columns of panels, the last one filled up with zeros. */
static inline void panel_from_rows(const double *rows, size_t count, size_t n, double *panel)
{
    size_t all = (count + PANEL - 1) / PANEL * PANEL;

    for (size_t c = 0; c < all; c++)
        for (size_t i = 0; i < n; i++)
            panel[(c / PANEL * n + i) * PANEL + c % PANEL] = c < count ? rows[c * n + i] : 0;
}

static inline void panel_to_rows(const double *panel, size_t count, size_t n, double *rows)
{
    for (size_t c = 0; c < count; c++)
        for (size_t i = 0; i < n; i++)
            rows[c * n + i] = panel[(c / PANEL * n + i) * PANEL + c % PANEL];
}

#endif
