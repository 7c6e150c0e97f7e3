/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-models-golden - the models against PyTorch in float64: loss, accuracy and the plane
 * extension at each point of a grid, and the gradient at its origin. Files and how they were made:
 * tests/golden/make_golden.py. The same files go through the whole program in cli/test-golden.sh.
 */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/util/npy.h"
#include "rig.h"

#define N_POINTS 35

struct golden {
    const char *name, *data;
    size_t n_classes;
    const char *model, *yaml;
    bool f32;
};

static const struct golden cases[] = {
    {"logistic-2", "breast", 2, "logistic", "{l2: 0.01}", false},
    {"logistic-10", "mnist", 10, "logistic", "{}", false},
    {"svm-2", "breast", 2, "svm", "{}", false},
    {"svm-2-squared", "breast", 2, "svm", "{squared: true}", false},
    {"svm-ww", "iris", 3, "svm", "{multiclass: weston-watkins}", false},
    {"svm-ww-squared", "iris", 3, "svm", "{squared: true}", false},
    {"svm-cs", "iris", 3, "svm", "{multiclass: crammer-singer, l2: 0.05}", false},
    {"svm-cs-squared", "iris", 3, "svm", "{multiclass: crammer-singer, squared: true, l2: 0.05}",
     false},
    {"logistic-10", "mnist", 10, "mlp", "{hidden: [], precision: float64}", false},
    {"mlp-relu", "mnist", 10, "mlp", "{hidden: [16], precision: float64}", false},
    {"mlp-relu", "mnist", 10, "mlp", "{hidden: [16]}", true},
    {"mlp-tanh2", "mnist", 10, "mlp", "{hidden: [8, 8], activation: tanh, precision: float64}",
     false},
    {"mlp-tanh2", "mnist", 10, "mlp", "{hidden: [8, 8], activation: tanh}", true},
    {"mlp-leaky", "iris", 3, "mlp", "{hidden: [6, 6], activation: leaky-relu, precision: float64}",
     false},
    {"mlp-leaky", "iris", 3, "mlp", "{hidden: [6, 6], activation: leaky-relu}", true},
    {"mlp-sigmoid", "iris", 3, "mlp", "{hidden: [6, 6], activation: sigmoid, precision: float64}",
     false},
    {"mlp-sigmoid", "iris", 3, "mlp", "{hidden: [6, 6], activation: sigmoid}", true},
    {"mlp-gelu-skip", "iris", 3, "mlp",
     "{hidden: [6, 6], activation: gelu, skip: true, l2: 0.001, precision: float64}", false},
    {"mlp-gelu-skip", "iris", 3, "mlp", "{hidden: [6, 6], activation: gelu, skip: true, l2: 0.001}",
     true},
};

#define N_CASES ((int)(sizeof(cases) / sizeof(cases[0])))

/* ---- files ---- */

static const char *golden_path(const char *name, const char *end)
{
    static char path[1024];
    const char *top = getenv("abs_top_srcdir");

    snprintf(path, sizeof(path), "%s/tests/golden/%s%s", top ? top : ".", name, end);
    return path;
}

static int refuse(const struct tw_host *host, int code, const char *fmt, ...)
{
    (void)host;
    ck_abort_msg("reading %s: failure %d", fmt, code);
    return code;
}

/* All numbers of a .npy file as double, n of them; rows is its first dimension. */
static double *load(const char *name, const char *end, size_t *rows, size_t *n)
{
    static const struct tw_host host = {.struct_size = sizeof(host), .fail = refuse};
    struct npy file;

    ck_assert_int_eq(npy_open(&host, golden_path(name, end), &file), 0);

    double *v = calloc(file.count, sizeof(*v));

    ck_assert_ptr_nonnull(v);
    ck_assert_int_eq(npy_read_double(&file, 0, file.count, v), 0);
    *rows = file.shape[0];
    *n = file.count;
    npy_close(&file);
    return v;
}

static void load_data(const struct golden *g, struct tw_data *data)
{
    size_t rows, n, n_y;
    double *x = load(g->data, "-x.npy", &rows, &n), *y = load(g->data, "-y.npy", &n_y, &n_y);
    float *features = calloc(n, sizeof(*features));
    int32_t *label = calloc(rows, sizeof(*label));

    ck_assert_uint_eq(n_y, rows);
    ck_assert(features != NULL && label != NULL);
    for (size_t i = 0; i < n; i++)
        features[i] = (float)x[i];
    for (size_t i = 0; i < rows; i++)
        label[i] = (int32_t)y[i];
    *data = (struct tw_data){
        .struct_size = sizeof(*data),
        .task = TW_CLASSIFY,
        .n_rows = rows,
        .n_features = n / rows,
        .n_classes = g->n_classes,
        .x = features,
        .label = label,
    };
    free(x);
    free(y);
}

/* x, y, loss and accuracy of each point. */
static void load_grid(const struct golden *g, double grid[N_POINTS][4])
{
    FILE *f = fopen(golden_path(g->name, ".csv"), "r");
    char line[512];

    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), f));
    for (size_t k = 0; k < N_POINTS; k++) {
        char *at = line;

        ck_assert_ptr_nonnull(fgets(line, sizeof(line), f));
        for (size_t i = 0; i < 4; i++, at++)
            grid[k][i] = strtod(at, &at);
    }
    ck_assert_ptr_null(fgets(line, sizeof(line), f));
    fclose(f);
}

/* ---- the bench ---- */

struct bench {
    struct rig *rig;
    const struct tw_model_ops *ops;
    struct tw_data data;
    size_t dim;
    double *path, *directions, *gradient;
    const double *origin, *u, *v;
    double grid[N_POINTS][4];
    double tolerance;
};

static void open_bench(const struct golden *g, struct bench *b)
{
    size_t rows, n;

    load_data(g, &b->data);
    load_grid(g, b->grid);
    b->path = load(g->name, "-path.npy", &rows, &n);
    b->directions = load(g->name, "-directions.npy", &rows, &n);
    b->gradient = load(g->name, "-gradient.npy", &rows, &n);
    b->rig = rig_new(TW_MODEL, g->model, g->yaml);
    b->ops = &b->rig->plugin->ops.model;
    b->tolerance = g->f32 ? 1e-5 : 1e-9;
    ck_assert_int_eq(b->ops->bind(b->rig->self, &b->data), TW_OK);
    b->dim = b->ops->dim(b->rig->self);
    ck_assert_uint_eq(b->dim, n);
    b->origin = b->path + b->dim;
    b->u = b->directions;
    b->v = b->directions + b->dim;
}

static void close_bench(struct bench *b)
{
    rig_free(b->rig);
    free((void *)(uintptr_t)b->data.x);
    free((void *)(uintptr_t)b->data.label);
    free(b->path);
    free(b->directions);
    free(b->gradient);
}

static void assert_point(const struct bench *b, size_t k, double loss, double correct)
{
    const double *want = b->grid[k];

    ck_assert_msg(fabs(loss - want[2]) <= b->tolerance * want[2],
                  "(%g, %g): loss %.17g, expected %.17g (relative difference %.3g)", want[0],
                  want[1], loss, want[2], fabs(loss - want[2]) / want[2]);
    ck_assert_double_eq(correct, round(want[3] * (double)b->data.n_rows));
}

START_TEST(losses_on_the_grid)
{
    struct bench b;

    open_bench(&cases[_i], &b);
    double *theta = calloc(b.dim, sizeof(*theta)), loss = NAN, correct = NAN;

    ck_assert_ptr_nonnull(theta);
    for (size_t k = 0; k < N_POINTS; k++) {
        for (size_t i = 0; i < b.dim; i++)
            theta[i] = b.origin[i] + b.grid[k][0] * b.u[i] + b.grid[k][1] * b.v[i];
        ck_assert_int_eq(b.ops->loss(b.rig->self, theta, NULL, &loss, &correct), TW_OK);
        assert_point(&b, k, loss, correct);
    }
    free(theta);
    close_bench(&b);
}
END_TEST

START_TEST(plane_on_the_grid)
{
    struct bench b;
    struct tw_sum sum[N_POINTS];
    double xy[2 * N_POINTS], penalty[N_POINTS], correct[N_POINTS];

    open_bench(&cases[_i], &b);
    const struct tw_model_plane *plane = b.rig->plugin->desc.get_extension(TW_EXT_MODEL_PLANE);

    for (size_t k = 0; k < N_POINTS; k++)
        memcpy(xy + 2 * k, b.grid[k], 2 * sizeof(*xy));
    ck_assert_int_eq(plane->begin(b.rig->self, b.origin, b.u, b.v), TW_OK);
    ck_assert_int_eq(plane->eval(b.rig->self, 0, b.data.n_rows, N_POINTS, xy, sum, correct), TW_OK);
    ck_assert_int_eq(plane->penalty(b.rig->self, N_POINTS, xy, penalty), TW_OK);
    for (size_t k = 0; k < N_POINTS; k++)
        assert_point(&b, k, tw_sum_value(&sum[k]) / (double)b.data.n_rows + penalty[k], correct[k]);
    plane->end(b.rig->self);
    close_bench(&b);
}
END_TEST

/* Relative to the length of the gradient: single entries may be sums that cancel, and near a
 * minimum all of them do, so that float keeps a digit less. */
START_TEST(gradient_at_the_origin)
{
    struct bench b;
    double loss = NAN, distance = 0, length = 0, tolerance = cases[_i].f32 ? 1e-4 : 1e-9;

    open_bench(&cases[_i], &b);
    double *grad = calloc(b.dim, sizeof(*grad));

    ck_assert_ptr_nonnull(grad);
    ck_assert_int_eq(b.ops->grad(b.rig->self, b.origin, NULL, &loss, grad), TW_OK);
    for (size_t i = 0; i < b.dim; i++) {
        distance = hypot(distance, grad[i] - b.gradient[i]);
        length = hypot(length, b.gradient[i]);
    }
    ck_assert_double_gt(length, 0);
    ck_assert_msg(distance <= tolerance * length, "gradient is off by %.3g of its length",
                  distance / length);
    free(grad);
    close_bench(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("models against PyTorch");
    TCase *tcase = tcase_create("golden");

    tcase_add_loop_test(tcase, losses_on_the_grid, 0, N_CASES);
    tcase_add_loop_test(tcase, plane_on_the_grid, 0, N_CASES);
    tcase_add_loop_test(tcase, gradient_at_the_origin, 0, N_CASES);
    suite_add_tcase(suite, tcase);
    return bench_main(suite);
}
