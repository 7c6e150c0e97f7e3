/* SPDX-License-Identifier: GPL-3.0-or-later */
/* models-bench.h -- for the tests of models: each of them with its options, bound to data.
 *
 *     struct bench b = open_bench("mlp", "{hidden: [5]}", 3);
 *     ...
 *     close_bench(&b);
 */
#ifndef TESTS_MODELS_BENCH_H
#define TESTS_MODELS_BENCH_H

#include "rig.h"

#include "../../plugins/util/rng.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROWS     150
#define N_FEATURES 7
#define N_WIDE     900 /* more than BLAS kernels take in one go */

struct variant {
    const char *model, *yaml;
    size_t n_classes; /* 0: without data */
    bool f32;
};

static const struct variant variants[] = {
    {"logistic", "{}", 2, false},
    {"logistic", "{bias: false, l2: 0.1}", 2, false},
    {"logistic", "{l2: 0.1}", 5, false},
    {"logistic", "{bias: false}", 3, false},
    {"svm", "{}", 2, false},
    {"svm", "{squared: true, bias: false, l2: 0}", 2, false},
    {"svm", "{}", 5, false},
    {"svm", "{squared: true, bias: false}", 5, false},
    {"svm", "{multiclass: crammer-singer, l2: 0.01}", 5, false},
    {"svm", "{multiclass: crammer-singer, squared: true, l2: 0}", 3, false},
    {"mlp", "{hidden: [], precision: float64}", 5, false},
    {"mlp", "{hidden: [6], precision: float64}", 2, false},
    {"mlp", "{hidden: [6], precision: float64, l2: 0.05}", 5, false},
    {"mlp", "{hidden: [6, 5], activation: leaky-relu, precision: float64}", 5, false},
    {"mlp", "{hidden: [6, 5], activation: tanh, precision: float64}", 5, false},
    {"mlp", "{hidden: [6], activation: sigmoid, precision: float64}", 5, false},
    {"mlp", "{hidden: [5, 6], activation: gelu, precision: float64}", 5, false},
    {"mlp", "{hidden: [7, 7, 7, 4, 4], skip: true, activation: tanh, precision: float64}", 3,
     false},
    {"mlp", "{hidden: [6, 6, 6], skip: true, precision: float64, l2: 0.01}", 5, false},
    {"quadratic", "{}", 0, false},
    {"quadratic", "{minimum: [1, -2, 0.5], curvature: [1, 4, -2], offset: 3, cubic: [0.5, 0, -1]}",
     0, false},
    {"quadratic", "{minimum: [1, -2], curvature: [3, 0.5], cubic: -0.25, quartic: [1, 0.5]}", 2,
     false},
    {"wells", "{}", 0, false},
    {"wells", "{centre: [0.5, -1], tilt: [0.3, -0.6], angle: 35, bowl: [2.5, 1]}", 2, false},
    {"mlp", "{hidden: []}", 5, true},
    {"mlp", "{hidden: [6]}", 2, true},
    {"mlp", "{hidden: [6, 5], activation: leaky-relu}", 5, true},
    {"mlp", "{hidden: [7, 7], skip: true, activation: tanh, l2: 0.05}", 3, true},
    {"mlp", "{hidden: [6, 6, 6], skip: true, activation: gelu}", 5, true},
    {"mlp", "{hidden: [6], activation: sigmoid}", 5, true},
};

#define N_VARIANTS ((int)(sizeof(variants) / sizeof(variants[0])))

/* ---- the bench ---- */

struct bench {
    struct rig *rig;
    const struct tw_model_ops *ops;
    const struct tw_model_plane *plane;
    void *self;
    struct tw_data *data; /* on the heap: the model keeps its address */
    size_t dim;
    double *theta, *u, *v; /* random */
};

static inline void *take(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    ck_assert_ptr_nonnull(p);
    return p;
}

/* Labels follow the features loosely. */
static inline struct tw_data *make_data(size_t n_classes, size_t n_features)
{
    struct tw_data *data = take(1, sizeof(*data));
    float *x = take(N_ROWS * n_features, sizeof(*x));
    int32_t *label = take(N_ROWS, sizeof(*label));

    for (size_t i = 0; i < N_ROWS * n_features; i++)
        x[i] = (float)rng_normal(11, i);
    for (size_t r = 0; r < N_ROWS; r++) {
        double place = (x[r * n_features] + 2.0 + 0.5 * rng_normal(12, r)) / 4.0;
        double c = floor(place * (double)n_classes);

        label[r] = (int32_t)fmin(fmax(c, 0), (double)n_classes - 1);
    }
    *data = (struct tw_data){
        .struct_size = sizeof(struct tw_data),
        .task = TW_CLASSIFY,
        .n_rows = N_ROWS,
        .n_features = n_features,
        .n_classes = n_classes,
        .x = x,
        .label = label,
    };
    return data;
}

static inline void free_data(struct tw_data *data)
{
    if (!data)
        return;
    free((void *)(uintptr_t)data->x);
    free((void *)(uintptr_t)data->label);
    free(data);
}

static inline double *random_vector(size_t dim, uint64_t seed, double scale)
{
    double *v = take(dim, sizeof(*v));

    for (size_t i = 0; i < dim; i++)
        v[i] = scale * rng_normal(seed, i);
    return v;
}

static inline struct bench open_wide(const char *model, const char *yaml, size_t n_classes,
                                     size_t n_features)
{
    struct bench b = {.rig = rig_new(TW_MODEL, model, yaml)};

    b.ops = &b.rig->plugin->ops.model;
    b.self = b.rig->self;
    b.plane = b.rig->plugin->desc.get_extension(TW_EXT_MODEL_PLANE);
    ck_assert_ptr_nonnull(b.plane);
    ck_assert_ptr_null(b.rig->plugin->desc.get_extension("thalweg.model.plane/999"));
    if (n_classes > 0)
        b.data = make_data(n_classes, n_features);
    ck_assert_int_eq(b.ops->bind(b.self, b.data), TW_OK);
    b.dim = b.ops->dim(b.self);
    ck_assert_uint_ge(b.dim, 1);
    b.theta = random_vector(b.dim, 21, 0.5);
    b.u = random_vector(b.dim, 22, 0.4);
    b.v = random_vector(b.dim, 23, 0.4);
    return b;
}

static inline struct bench open_bench(const char *model, const char *yaml, size_t n_classes)
{
    return open_wide(model, yaml, n_classes, N_FEATURES);
}

static inline void close_bench(struct bench *b)
{
    free(b->theta);
    free(b->u);
    free(b->v);
    rig_free(b->rig);
    free_data(b->data);
}

static inline double loss_at(const struct bench *b, const double *theta, const struct tw_rows *rows,
                             double *correct)
{
    double loss = NAN;

    ck_assert_int_eq(b->ops->loss(b->self, theta, rows, &loss, correct), TW_OK);
    return loss;
}

static inline void assert_near(double got, double want, double tolerance, const char *what,
                               size_t i)
{
    ck_assert_msg(fabs(got - want) <= tolerance * fmax(1.0, fabs(want)),
                  "%s %zu: %.17g, expected %.17g (difference %.3g, allowed %.3g)", what, i, got,
                  want, got - want, tolerance);
}

/* ---- the plane ---- */

#define N_POINTS 35

/* 7 x 5 points, y outer, neither on a lattice. */
static inline void make_points(double *xy)
{
    for (size_t j = 0; j < 5; j++)
        for (size_t i = 0; i < 7; i++) {
            xy[2 * (j * 7 + i)] = -1.1 + 0.4 * (double)i + 0.1 * rng_uniform(31, j * 7 + i);
            xy[2 * (j * 7 + i) + 1] = -0.9 + 0.4 * (double)j + 0.05 * rng_uniform(32, j);
        }
}

/* Mean loss at all points as the host makes it, from tiles of `tile` rows that begin at `skew`. */
static inline void plane_losses(const struct bench *b, size_t tile, size_t skew, const double *xy,
                                double *loss, double *correct)
{
    struct tw_sum sum[N_POINTS] = {{0, 0}}, part[N_POINTS];
    double right[N_POINTS], penalty[N_POINTS];
    size_t n_rows = b->data ? b->data->n_rows : 1;

    memset(correct, 0, N_POINTS * sizeof(*correct));
    for (size_t at = 0, n; at < n_rows; at += n) {
        n = at == 0 && skew > 0 ? skew : tile;
        n = n > n_rows - at ? n_rows - at : n;
        ck_assert_int_eq(b->plane->eval(b->self, at, n, N_POINTS, xy, part, right), TW_OK);
        for (size_t k = 0; k < N_POINTS; k++) {
            tw_sum_add(&sum[k], part[k].hi);
            tw_sum_add(&sum[k], part[k].lo);
            correct[k] += right[k];
        }
    }
    ck_assert_int_eq(b->plane->penalty(b->self, N_POINTS, xy, penalty), TW_OK);
    for (size_t k = 0; k < N_POINTS; k++)
        loss[k] = tw_sum_value(&sum[k]) / (double)n_rows + penalty[k];
}

#endif
