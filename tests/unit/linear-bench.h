/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear-bench.h -- a linear model with rows, weights and points for its plane extension, with the
 * kernels of each instruction set.
 *
 *     open_bench, bind_bench, begin, close_bench
 *     make_points     every kind of list of points that the host may ask for
 *     linear_main     draws what the rows and weights are made of, and runs a suite
 */
#ifndef TESTS_LINEAR_BENCH_H
#define TESTS_LINEAR_BENCH_H

#include "../../plugins/util/rng.h"
#include "rig.h"
#include "suite.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define N_ROWS 75   /* two groups and a bit */
#define EXTRA  3    /* features that say nothing of the label */
#define WIDER  1997 /* so many that the rows are more than a block */

static const char *const isas[] = {"base", "avx2", "best"};

#define N_ISAS 3

struct variant {
    const char *model, *yaml;
    size_t n_classes, wider;
};

static const struct variant variants[] = {
    {"logistic", "{l2: 0}", 2, 0},
    {"logistic", "{l2: 0.01, bias: false}", 3, 0},
    {"logistic", "{l2: 0}", 10, 0},
    {"logistic", "{l2: 0}", 17, 0},
    {"logistic", "{l2: 0}", 33, 0},
    {"svm", "{l2: 0}", 2, 0},
    {"svm", "{l2: 0, squared: true}", 2, 0},
    {"svm", "{l2: 0.01}", 3, 0},
    {"svm", "{l2: 0, squared: true, bias: false}", 10, 0},
    {"svm", "{l2: 0, multiclass: crammer-singer}", 17, 0},
    {"svm", "{l2: 0, multiclass: crammer-singer, squared: true}", 10, 0},
    {"logistic", "{l2: 0}", 2, WIDER},
    {"logistic", "{l2: 0}", 10, WIDER},
    {"svm", "{l2: 0}", 10, WIDER},
};

#define N_VARIANTS COUNT(variants)
#define N_ALL      (N_VARIANTS * N_ISAS)

/* How far the scores are apart. */
enum scale { MIXED, LARGE, HUGE_SCORES, TINY_LOSS, N_SCALES };

/* ---- the bench ---- */

struct bench {
    const struct variant *v;
    struct rig *rig;
    const struct tw_model_ops *ops;
    const struct tw_model_plane *plane;
    void *self;
    struct tw_data data;
    size_t n_out, d, dim;
    bool bias;
    double *origin, *u, *v_axis;
    long double *part[3];
};

static inline void *take(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    ck_assert_ptr_nonnull(p);
    return p;
}

/* Drawn once, for it takes longer than what is tested: of the data, and of the three parts of the
 * plane. */
#define MOST_WIDE (10 + EXTRA + WIDER)

static struct {
    float data[N_ROWS * MOST_WIDE];
    double part[3][10 * (MOST_WIDE + 1)];
} normal;

static inline void draw(void)
{
    for (size_t i = 0; i < sizeof(normal.data) / sizeof(normal.data[0]); i++)
        normal.data[i] = (float)rng_normal(6, i);
    for (size_t part = 0; part < 3; part++)
        for (size_t i = 0; i < sizeof(normal.part[0]) / sizeof(normal.part[0][0]); i++)
            normal.part[part][i] = rng_normal(7 + part, i);
}

/* A feature a class, 1 for the own one, and a few of noise. */
static inline void make_data(struct bench *b)
{
    float *x = take(N_ROWS * b->d, sizeof(*x));
    int32_t *label = take(N_ROWS, sizeof(*label));

    ck_assert_uint_le(b->d, MOST_WIDE);
    for (size_t r = 0; r < N_ROWS; r++) {
        label[r] = (int32_t)(rng_u64(5, r) % b->v->n_classes);
        x[r * b->d + (size_t)label[r]] = 1;
        for (size_t j = b->v->n_classes; j < b->d; j++)
            x[r * b->d + j] = normal.data[r * b->d + j];
    }
    b->data = (struct tw_data){
        .struct_size = sizeof(b->data),
        .task = TW_CLASSIFY,
        .n_rows = N_ROWS,
        .n_features = b->d,
        .n_classes = b->v->n_classes,
        .x = x,
        .label = label,
    };
}

static inline void make_weights(struct bench *b, enum scale scale)
{
    static const double origin[N_SCALES] = {1, 30, 4000, 0.1},
                        axes[N_SCALES] = {0.5, 15, 2000, 0.1};
    double *const to[3] = {b->origin, b->u, b->v_axis};

    ck_assert_uint_le(b->dim, sizeof(normal.part[0]) / sizeof(normal.part[0][0]));
    for (size_t part = 0; part < 3; part++)
        for (size_t i = 0; i < b->dim; i++)
            to[part][i] = (part == 0 ? origin : axes)[scale] * normal.part[part][i];
    if (scale != TINY_LOSS)
        return;
    for (size_t c = 0; c < b->v->n_classes; c++) /* margins of about 50 */
        if (b->n_out == 1)
            b->origin[c] += c == 1 ? 50 : -50;
        else
            b->origin[c * b->d + c] += 50;
}

static inline struct bench open_bench(const struct variant *v, const char *isa)
{
    struct bench b = {.v = v};

    if (strcmp(isa, "best") == 0)
        unsetenv("THALWEG_ISA");
    else
        setenv("THALWEG_ISA", isa, 1);
    b.rig = rig_new(TW_MODEL, v->model, v->yaml);
    b.ops = &b.rig->plugin->ops.model;
    b.self = b.rig->self;
    b.plane = b.rig->plugin->desc.get_extension(TW_EXT_MODEL_PLANE);
    b.d = v->n_classes + EXTRA + v->wider;
    b.n_out = v->n_classes == 2 ? 1 : v->n_classes;
    b.bias = !strstr(v->yaml, "bias: false");
    make_data(&b);
    return b;
}

/* The model keeps the address of the data. */
static inline void bind_bench(struct bench *b, enum scale scale)
{
    ck_assert_int_eq(b->ops->bind(b->self, &b->data), TW_OK);
    b->dim = b->ops->dim(b->self);
    ck_assert_uint_eq(b->dim, b->n_out * b->d + (b->bias ? b->n_out : 0));
    b->origin = take(b->dim, sizeof(double));
    b->u = take(b->dim, sizeof(double));
    b->v_axis = take(b->dim, sizeof(double));
    make_weights(b, scale);
}

static inline void begin(const struct bench *b)
{
    ck_assert_int_eq(b->plane->begin(b->self, b->origin, b->u, b->v_axis), TW_OK);
}

static inline void close_bench(struct bench *b)
{
    rig_free(b->rig);
    free((void *)(uintptr_t)b->data.x);
    free((void *)(uintptr_t)b->data.label);
    free(b->origin);
    free(b->u);
    free(b->v_axis);
    for (size_t part = 0; part < 3; part++)
        free(b->part[part]);
}

/* ---- points ---- */

#define WIDE    53 /* columns: two strips and a bit */
#define TALL    9
#define ODD     30
#define LOOSE   5
#define N_GRID  (WIDE * TALL)
#define N_LIST  (1 + N_GRID + 2 * ODD + 2 * 41 + LOOSE)
#define AT_LAST (1 + 4 * WIDE) /* of the grid's last five rows */
#define AT_ODD  (1 + N_GRID)
#define AT_EVEN (1 + N_GRID + 2 * ODD)

/* A grid with a loose point in it, two rows of columns at odd places (one of them twice), a row of
 * other even columns, one that is even but for 1e-9, and points that have each its own y. */
static inline void make_points(double *xy)
{
    double *p = xy;

    for (size_t r = 0; r < TALL; r++) {
        if (r == 4) {
            p[0] = 0.37;
            p[1] = 0.11;
            p += 2;
        }
        for (size_t c = 0; c < WIDE; c++, p += 2) {
            p[0] = -1.3 + (1.1 + 1.3) * (double)c / (WIDE - 1);
            p[1] = 1.2 - 0.3 * (double)r;
        }
    }
    for (size_t r = 0; r < 2; r++)
        for (size_t c = 0; c < ODD; c++, p += 2) {
            p[0] = c == 7 ? p[-2] : -1.2 + 0.08 * (double)c + 0.05 * rng_uniform(9, c);
            p[1] = 7.5 - 8 * (double)r;
        }
    for (size_t r = 0; r < 2; r++)
        for (size_t c = 0; c < 41; c++, p += 2) {
            p[0] = -2.0 + 0.1 * (double)c + (r == 0 ? 0 : 1e-9 * rng_uniform(10, c));
            p[1] = r == 0 ? 0.123 : -0.456;
        }
    for (size_t k = 0; k < LOOSE; k++, p += 2) {
        p[0] = 1.5 - 0.3 * (double)k;
        p[1] = -0.7 + 0.31 * (double)k;
    }
}

/* Without a process for each test under the sanitizers: to copy their memory takes longer than to
 * run the tests. */
static inline int linear_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);

    draw();
#ifdef __SANITIZE_ADDRESS__
    srunner_set_fork_status(runner, CK_NOFORK);
#endif
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
