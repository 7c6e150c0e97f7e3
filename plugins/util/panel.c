/* SPDX-License-Identifier: GPL-3.0-or-later */
/* panel.c -- the table of panel.h for one instruction set: SIMD_ISA on the command line. */
#include "util/panel.h"

#include "util/simd.h"

#define WIDTH   (PANEL / SIMD_D) /* vectors that make a row of a panel */
#define SPAN    128              /* panel rows that stay in the first-level cache */
#define FURTHER 4096             /* bytes further on that a long walk asks for */
#define AHEAD   16               /* bytes of what comes next that each step of a product asks for */
#define GROUP   SIMD_D           /* rows, or columns, whose sums stand in registers: 8 vectors */

static void shift_f(const float *x, const double *shift, size_t n, double *z, const float *next)
{
    size_t j = 0;

    for (; j + SIMD_D <= n; j += SIMD_D) {
        if (next)
            __builtin_prefetch(next + j, 0, 2);
        vd_store(z + j, vd_load_f(x + j) - vd_load(shift + j));
    }
    for (; j < n; j++)
        z[j] = (double)x[j] - shift[j];
}

static void shift_d(const double *x, const double *shift, size_t n, double *z, const double *next)
{
    size_t j = 0;

    for (; j + SIMD_D <= n; j += SIMD_D) {
        if (next)
            __builtin_prefetch(next + j, 0, 2);
        vd_store(z + j, vd_load(x + j) - vd_load(shift + j));
    }
    for (; j < n; j++)
        z[j] = x[j] - shift[j];
}

SIMD_FN vd add_moments(vd difference, double *sum, vd squares)
{
    vd_store(sum, vd_load(sum) + difference);
    return vd_fma(difference, difference, squares);
}

static double moments_f(const float *x, const double *shift, size_t n, double *sum)
{
    vd squares[2] = {vd_set(0), vd_set(0)};
    double rest = 0;
    size_t j = 0;

    for (; j + 2 * SIMD_D <= n; j += 2 * SIMD_D)
        for (size_t k = 0; k < 2; k++) {
            size_t at = j + k * SIMD_D;

            __builtin_prefetch((const char *)(x + at) + FURTHER, 0, 2);
            squares[k] = add_moments(vd_load_f(x + at) - vd_load(shift + at), sum + at, squares[k]);
        }
    for (; j < n; j++) {
        double difference = (double)x[j] - shift[j];

        sum[j] += difference;
        rest += difference * difference;
    }
    return vd_sum(squares[0] + squares[1]) + rest;
}

static double moments_d(const double *x, const double *shift, size_t n, double *sum)
{
    vd squares[2] = {vd_set(0), vd_set(0)};
    double rest = 0;
    size_t j = 0;

    for (; j + 2 * SIMD_D <= n; j += 2 * SIMD_D)
        for (size_t k = 0; k < 2; k++) {
            size_t at = j + k * SIMD_D;

            __builtin_prefetch((const char *)(x + at) + FURTHER, 0, 2);
            squares[k] = add_moments(vd_load(x + at) - vd_load(shift + at), sum + at, squares[k]);
        }
    for (; j < n; j++) {
        double difference = x[j] - shift[j];

        sum[j] += difference;
        rest += difference * difference;
    }
    return vd_sum(squares[0] + squares[1]) + rest;
}

/* What is wanted next from memory: asked for a little at a time, while there is work to do. */
struct ahead {
    const char *at;
    size_t step;
};

SIMD_FN struct ahead ahead_of(const void *next, const double *otherwise)
{
    return next ? (struct ahead){next, AHEAD} : (struct ahead){(const char *)otherwise, 0};
}

/* `count` <= GROUP neighbouring sums of PANEL columns each: out[g] += sum over k < n of
 * z[g * across + k * along] * panel row k. */
SIMD_FN void accumulate(const double *z, size_t across, size_t along, size_t n, size_t count,
                        const double *panel, double *out, struct ahead *ahead)
{
    vd sum[GROUP][WIDTH];

    for (size_t g = 0; g < count; g++)
        for (size_t w = 0; w < WIDTH; w++)
            sum[g][w] = vd_load(out + g * PANEL + w * SIMD_D);
    for (size_t k = 0; k < n; k++) {
        vd row[WIDTH];

        __builtin_prefetch(ahead->at + k * ahead->step, 0, 2);
        for (size_t w = 0; w < WIDTH; w++)
            row[w] = vd_load(panel + k * PANEL + w * SIMD_D);
        for (size_t g = 0; g < count; g++)
            for (size_t w = 0; w < WIDTH; w++)
                sum[g][w] = vd_fma(vd_set(z[g * across + k * along]), row[w], sum[g][w]);
    }
    for (size_t g = 0; g < count; g++)
        for (size_t w = 0; w < WIDTH; w++)
            vd_store(out + g * PANEL + w * SIMD_D, sum[g][w]);
    ahead->at += n * ahead->step;
}

static const void *times(const double *z, size_t rows, size_t cols, const double *v, double *y,
                         const void *next)
{
    struct ahead ahead = ahead_of(next, v);

    for (size_t first = 0; first < cols; first += SPAN) {
        size_t n = cols - first < SPAN ? cols - first : SPAN, i = 0;
        const double *at = z + first, *panel = v + first * PANEL;

        for (; i + GROUP <= rows; i += GROUP)
            accumulate(at + i * cols, cols, 1, n, GROUP, panel, y + i * PANEL, &ahead);
        for (; i < rows; i++)
            accumulate(at + i * cols, cols, 1, n, 1, panel, y + i * PANEL, &ahead);
    }
    return next ? ahead.at : NULL;
}

static const void *times_t(const double *z, size_t rows, size_t cols, const double *y, double *v,
                           const void *next)
{
    struct ahead ahead = ahead_of(next, y);
    size_t j = 0;

    for (; j + GROUP <= cols; j += GROUP)
        accumulate(z + j, 1, cols, rows, GROUP, y, v + j * PANEL, &ahead);
    for (; j < cols; j++)
        accumulate(z + j, 1, cols, rows, 1, y, v + j * PANEL, &ahead);
    return next ? ahead.at : NULL;
}

const struct panel_kernels SIMD_NAME(panel_kernels) = {.shift_f = shift_f,
                                                       .shift_d = shift_d,
                                                       .moments_f = moments_f,
                                                       .moments_d = moments_d,
                                                       .times = times,
                                                       .times_t = times_t};
