/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-training.c -- steps of training that are cut for several threads: the gradient of the
 * network, of all rows too, and the updates of the optimizers have the same bits for any number of
 * threads, and those of work that is not cut but for rounding.
 */
#define _XOPEN_SOURCE 700
#include "../../core/model.h"
#include "../../plugins/util/rng.h"
#include "rig.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROWS      2500 /* three pieces of all rows */
#define N_FEATURES  60
#define N_CLASSES   7
#define MAX_THREADS 3

static void *take(size_t n, size_t size)
{
    void *p = calloc(n, size);

    ck_assert_ptr_nonnull(p);
    return p;
}

static void fill(double *x, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 0.2 * rng_normal(seed, i);
}

/* An assertion for each entry would take longer than all else. */
static void check_close(const double *a, const double *b, size_t n, double tolerance)
{
    double most = 0;
    size_t i = 0;

    for (size_t k = 0; k < n; k++)
        most = fmax(most, fabs(b[k]));
    while (i < n && fabs(a[i] - b[i]) <= tolerance * most)
        i++;
    ck_assert_msg(i == n, "entry %zu of %zu differs by more than %g", i, n, tolerance * most);
}

/* ---- the network ---- */

static const struct {
    const char *yaml;
    double tolerance;
} networks[] = {
    {"{hidden: [300, 40]}", 1e-5},
    {"{hidden: [300, 40], precision: float64}", 1e-13},
    {"{hidden: [64, 64, 64, 200], skip: true, activation: gelu, l2: 0.1, precision: float64}",
     1e-13},
    {"{hidden: [257, 33], activation: leaky-relu, l2: 0.01}", 1e-5},
    {"{hidden: [300], activation: sigmoid}", 1e-5},
    {"{hidden: [20, 60]}", 1e-5},
    {"{hidden: [3000], activation: tanh, precision: float64}", 1e-13},
};

#define N_NETWORKS ((int)(sizeof networks / sizeof networks[0]))

static struct tw_data *new_data(void)
{
    struct tw_data *d = take(1, sizeof *d);
    float *x = take(N_ROWS * N_FEATURES, sizeof *x);
    int32_t *label = take(N_ROWS, sizeof *label);

    for (size_t i = 0; i < N_ROWS * N_FEATURES; i++)
        x[i] = (float)rng_normal(5, i);
    for (size_t i = 0; i < N_ROWS; i++)
        label[i] = (int32_t)rng_below(6, i, N_CLASSES);
    *d = (struct tw_data){.struct_size = sizeof *d,
                          .task = TW_CLASSIFY,
                          .n_rows = N_ROWS,
                          .n_features = N_FEATURES,
                          .n_classes = N_CLASSES,
                          .x = x,
                          .label = label};
    return d;
}

static void free_data(struct tw_data *d)
{
    free((void *)(uintptr_t)d->x);
    free((void *)(uintptr_t)d->label);
    free(d);
}

/* Gradient and loss of a fresh instance with a team of its own; 0 threads: none. */
static double gradient(const char *yaml, size_t threads, const struct tw_data *data,
                       const struct tw_rows *rows, double **grad, size_t *dim)
{
    struct rig *r = rig_new(TW_MODEL, "mlp", yaml);
    const struct tw_model_ops *ops = &r->plugin->ops.model;
    double loss = NAN, *theta;

    r->env.workers = threads ? workers_new(threads) : NULL;
    ck_assert_int_eq(ops->bind(r->self, data), TW_OK);
    *dim = ops->dim(r->self);
    theta = take(*dim, sizeof *theta);
    *grad = take(*dim, sizeof **grad);
    fill(theta, *dim, 9);
    fill(*grad, *dim, 10); /* nothing of it must be left */
    ck_assert_int_eq(ops->grad(r->self, theta, rows, &loss, *grad), TW_OK);
    free(theta);
    workers_free(r->env.workers);
    rig_free(r);
    return loss;
}

/* Batches below and above what is cut, and one of several chunks. */
static const size_t batches[] = {1, 7, 31, 33, 128, 300, 512, 1000};

#define N_BATCHES (sizeof batches / sizeof batches[0])

START_TEST(a_gradient_is_the_same_for_any_threads)
{
    const char *yaml = networks[_i].yaml;
    struct tw_data *data = new_data();
    uint32_t idx[1000];

    for (size_t i = 0; i < 1000; i++)
        idx[i] = (uint32_t)(17 + i); /* the same rows are a contiguous range, too */
    for (size_t b = 0; b < N_BATCHES; b++) {
        struct tw_rows rows = {idx, 0, batches[b]}, range = {NULL, 17, batches[b]};
        double *want, *got;
        size_t dim;
        double loss = gradient(yaml, 0, data, &rows, &want, &dim);

        for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
            ck_assert_double_eq(gradient(yaml, threads, data, &rows, &got, &dim), loss);
            ck_assert_msg(memcmp(got, want, dim * sizeof *got) == 0,
                          "%s: other bits with %zu rows and %zu threads", yaml, batches[b],
                          threads);
            free(got);
        }
        ck_assert_double_eq_tol(gradient(yaml, 0, data, &range, &got, &dim), loss,
                                networks[_i].tolerance * loss);
        check_close(got, want, dim, networks[_i].tolerance);
        free(got);
        free(want);
    }
    free_data(data);
}
END_TEST

/* Through the objective, as gd and lbfgs see it: against the mean over the rows in one call. */
START_TEST(so_is_that_of_all_rows)
{
    const char *yaml = networks[_i].yaml;
    struct tw_data *data = new_data();
    struct tw_rows rows = {NULL, 0, N_ROWS};
    size_t dim;
    double *want, *first = NULL, loss = gradient(yaml, 0, data, &rows, &want, &dim);

    for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
        struct rig *r = rig_new(TW_MODEL, "mlp", yaml);
        double *theta = take(dim, sizeof *theta), *got = take(dim, sizeof *got), value;
        const struct tw_objective *f;
        struct model model;

        r->env.workers = workers_new(threads);
        ck_assert_int_eq(
            model_open(&model, r->plugin, r->config, data, r->env.workers, &r->env, &r->err), 0);
        ck_assert_uint_gt(model.n_chunks, 2);
        f = model_objective(&model, &r->err);
        fill(theta, dim, 9);
        fill(got, dim, 10);
        ck_assert_int_eq(f->grad(f, theta, NULL, &value, got), TW_OK);
        ck_assert_double_eq_tol(value, loss, networks[_i].tolerance * loss);
        check_close(got, want, dim, networks[_i].tolerance);
        if (first)
            ck_assert_msg(memcmp(got, first, dim * sizeof *got) == 0, "%s: other bits", yaml);
        else
            first = memcpy(take(dim, sizeof *first), got, dim * sizeof *first);
        free(got);
        free(theta);
        model_close(&model);
        workers_free(r->env.workers);
        rig_free(r);
    }
    free(first);
    free(want);
    free_data(data);
}
END_TEST

/* ---- the first layer ---- */

/* Shapes on both sides of a vector, a tile, a strip and a block of features. */
static const struct {
    size_t d, classes, n;
} shapes[] = {{3, 2, 1}, {5, 40, 33}, {16, 17, 7}, {61, 3, 140}, {300, 70, 21}, {1100, 5, 150}};

#define N_SHAPES ((int)(sizeof shapes / sizeof shapes[0]))

/* Softmax regression as it is written down: mean loss and gradient of rows idx. */
static double regression(const struct tw_data *data, const double *theta, const uint32_t *idx,
                         size_t n, double *grad)
{
    size_t d = data->n_features, k = data->n_classes;
    double *p = take(k, sizeof *p), loss = 0;

    memset(grad, 0, (d + 1) * k * sizeof *grad);
    for (size_t r = 0; r < n; r++) {
        const float *x = data->x + idx[r] * d;
        size_t own = (size_t)data->label[idx[r]];
        double most = -INFINITY, sum = 0, right;

        for (size_t c = 0; c < k; c++) {
            p[c] = theta[k * d + c];
            for (size_t j = 0; j < d; j++)
                p[c] += theta[c * d + j] * (double)x[j];
            most = fmax(most, p[c]);
        }
        right = p[own];
        for (size_t c = 0; c < k; c++)
            sum += p[c] = exp(p[c] - most);
        loss += (most - right + log(sum)) / (double)n;
        for (size_t c = 0; c < k; c++) {
            double slope = (p[c] / sum - (c == own)) / (double)n;

            for (size_t j = 0; j < d; j++)
                grad[c * d + j] += slope * (double)x[j];
            grad[k * d + c] += slope;
        }
    }
    free(p);
    return loss;
}

/* With the kernels of each instruction set, on rows that lie anywhere, some of them twice. */
START_TEST(a_first_layer_is_what_it_should_be)
{
    static const char *const isas[] = {"base", "avx2", "avx512"};
    size_t d = shapes[_i].d, k = shapes[_i].classes, n = shapes[_i].n, dim = (d + 1) * k;
    double *theta = take(dim, sizeof *theta), *want = take(dim, sizeof *want), loss;
    float *x = take(N_ROWS * d, sizeof *x);
    int32_t label[N_ROWS];
    uint32_t idx[200];
    struct tw_data data = {.struct_size = sizeof data,
                           .task = TW_CLASSIFY,
                           .n_rows = N_ROWS,
                           .n_features = d,
                           .n_classes = k,
                           .x = x,
                           .label = label};
    struct tw_rows rows = {idx, 0, n};

    for (size_t i = 0; i < N_ROWS * d; i++)
        x[i] = (float)(2 * rng_uniform(5, i) - 1);
    for (size_t i = 0; i < N_ROWS; i++)
        label[i] = (int32_t)rng_below(6, i, k);
    for (size_t i = 0; i < n; i++)
        idx[i] = (uint32_t)rng_below(7, i / 2 * 2, N_ROWS);
    fill(theta, dim, 9);
    loss = regression(&data, theta, idx, n, want);
    for (int f32 = 0; f32 < 2; f32++)
        for (size_t isa = 0; isa < 3; isa++) {
            double *got, tolerance = f32 ? 1e-5 : 1e-13;
            size_t its_dim;

            setenv("THALWEG_ISA", isas[isa], 1);
            ck_assert_double_eq_tol(
                gradient(f32 ? "{hidden: []}" : "{hidden: [], precision: float64}", 2, &data, &rows,
                         &got, &its_dim),
                loss, tolerance * loss);
            ck_assert_uint_eq(its_dim, dim);
            check_close(got, want, dim, tolerance);
            free(got);
        }
    unsetenv("THALWEG_ISA");
    free(theta);
    free(want);
    free(x);
}
END_TEST

/* ---- updates ---- */

#define N_STEPS 3

static int slope_grad(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                      double *loss, double *grad)
{
    (void)rows;
    for (size_t i = 0; i < f->dim; i++)
        grad[i] = (1 + (double)(i % 13)) * theta[i] - 0.5;
    if (loss)
        *loss = 0;
    return TW_OK;
}

static int slope_loss(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                      double *loss)
{
    (void)f;
    (void)theta;
    (void)rows;
    *loss = 0;
    return TW_OK;
}

static int no_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    (void)f;
    (void)i;
    (void)out;
    return TW_DONE;
}

/* What a failure of the last step said, or "". */
static void steps(const char *name, const char *yaml, size_t threads, size_t dim, double *theta,
                  char *reason, size_t size)
{
    struct tw_objective f = {.struct_size = sizeof f,
                             .dim = dim,
                             .n_rows = 10,
                             .loss = slope_loss,
                             .grad = slope_grad,
                             .block = no_block};
    struct tw_training training = {sizeof training, 0, 1};
    struct rig *r = rig_new(TW_OPTIMIZER, name, yaml);
    const struct tw_optimizer_ops *ops = &r->plugin->ops.optimizer;
    int rc = TW_OK;

    r->env.workers = threads ? workers_new(threads) : NULL;
    ck_assert_int_eq(ops->start(r->self, &f, theta, &training), TW_OK);
    for (int i = 0; i < N_STEPS && rc == TW_OK; i++)
        rc = ops->step(r->self, &f, theta);
    snprintf(reason, size, "%s", rc < 0 ? rig_reason(r) : "");
    ck_assert_int_eq(rc, rc < 0 ? TW_ENUMERIC : TW_OK);
    workers_free(r->env.workers);
    rig_free(r);
}

static const struct {
    const char *name, *yaml;
} optimizers[] = {
    {"gd", "{learning_rate: 0.01}"},
    {"gd", "{learning_rate: 0.01, momentum: 0.9}"},
    {"sgd", "{learning_rate: 0.01}"},
    {"sgd", "{learning_rate: 0.01, weight_decay: 0.1}"},
    {"sgd", "{learning_rate: 0.01, momentum: 0.9, weight_decay: 0.1}"},
    {"sgd", "{learning_rate: 0.01, momentum: 0.9, nesterov: true}"},
    {"adam", "{learning_rate: 0.01}"},
    {"adam", "{learning_rate: 0.01, weight_decay: 0.1}"},
};

#define N_OPTIMIZERS ((int)(sizeof optimizers / sizeof optimizers[0]))

/* An entry moves by itself: as it would in a theta too short to be cut. */
START_TEST(an_update_is_the_same_for_any_threads)
{
    static const size_t dims[] = {70001, 600000};
    const char *name = optimizers[_i].name, *yaml = optimizers[_i].yaml;
    double alone[130];
    char reason[200];

    fill(alone, 130, 11);
    steps(name, yaml, 0, 130, alone, reason, sizeof reason);
    ck_assert_str_eq(reason, "");
    for (size_t d = 0; d < 2; d++) {
        double *theta = take(dims[d], sizeof *theta);

        for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
            fill(theta, 130, 11);
            for (size_t i = 130; i < dims[d]; i++)
                theta[i] = theta[i % 130];
            steps(name, yaml, threads, dims[d], theta, reason, sizeof reason);
            ck_assert_str_eq(reason, "");
            size_t i = 0;
            while (i < dims[d] && theta[i] == alone[i % 130])
                i++;
            ck_assert_msg(i == dims[d], "%s %s: entry %zu of %zu", name, yaml, i, dims[d]);
        }
        free(theta);
    }
}
END_TEST

START_TEST(the_first_entry_that_is_not_finite_is_named)
{
    size_t dim = 70001, at[] = {0, 1023, 40000, dim - 1};
    double *theta = take(dim, sizeof *theta);
    char reason[200], want[40];

    for (size_t k = 0; k < sizeof at / sizeof at[0]; k++)
        for (size_t threads = 1; threads <= 2; threads++) {
            fill(theta, dim, 11);
            theta[at[k]] = threads == 1 ? INFINITY : NAN;
            theta[dim - 1] = NAN;
            steps(optimizers[_i].name, optimizers[_i].yaml, threads, dim, theta, reason,
                  sizeof reason);
            snprintf(want, sizeof want, "theta[%zu] is not finite", at[k]);
            ck_assert_msg(strstr(reason, want) != NULL, "'%s' lacks '%s'", reason, want);
        }
    free(theta);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("training");
    TCase *c = tcase_create("training");

    suite_add_tcase(suite, c);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, a_gradient_is_the_same_for_any_threads, 0, N_NETWORKS);
    tcase_add_loop_test(c, so_is_that_of_all_rows, 0, N_NETWORKS);
    tcase_add_loop_test(c, a_first_layer_is_what_it_should_be, 0, N_SHAPES);
    tcase_add_loop_test(c, an_update_is_the_same_for_any_threads, 0, N_OPTIMIZERS);
    tcase_add_loop_test(c, the_first_entry_that_is_not_finite_is_named, 0, N_OPTIMIZERS);
    return bench_main(suite);
}
