/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hvp-bench.h -- for the tests of Hessian times vector: vectors and data that make_hvp.py makes as
 * well.
 */
#ifndef TESTS_HVP_BENCH_H
#define TESTS_HVP_BENCH_H

#include "suite.h"

#include "../../include/thalweg/plugin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_ROWS     24
#define N_FEATURES 5
#define MOST       512 /* parameters */

/* As made() of make_hvp.py. */
static inline void made(int stream, size_t n, double *out)
{
    uint64_t state = 7919 * (uint64_t)stream + 104729;

    for (size_t i = 0; i < n; i++) {
        state = (state * 1103515245 + 12345) % 2147483648u;
        out[i] = ((double)((state >> 15) % 2001) - 1000) / 1024;
    }
}

static inline void *take(size_t n, size_t size)
{
    void *p = calloc(n, size);

    ck_assert_ptr_nonnull(p);
    return p;
}

static inline double length(size_t n, const double *v)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += v[i] * v[i];
    return sqrt(sum);
}

/* |a - b| relative to |b| */
static inline double distance(size_t n, const double *a, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum) / length(n, b);
}

static inline struct tw_data make_data(size_t n_rows, size_t n_classes)
{
    double *x = take(n_rows * N_FEATURES, sizeof(*x));
    float *features = take(n_rows * N_FEATURES, sizeof(*features));
    int32_t *label = take(n_rows, sizeof(*label));

    made(1, n_rows * N_FEATURES, x);
    for (size_t i = 0; i < n_rows * N_FEATURES; i++)
        features[i] = (float)(2 * x[i]);
    for (size_t i = 0; i < n_rows; i++)
        label[i] = (int32_t)((7 * i + i * i / 5) % n_classes);
    free(x);
    return (struct tw_data){
        .struct_size = sizeof(struct tw_data),
        .task = TW_CLASSIFY,
        .n_rows = n_rows,
        .n_features = N_FEATURES,
        .n_classes = n_classes,
        .x = features,
        .label = label,
    };
}

static inline void free_data(struct tw_data *data)
{
    free((void *)(uintptr_t)data->x);
    free((void *)(uintptr_t)data->label);
}

#endif
