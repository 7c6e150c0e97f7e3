/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum-bench.h -- for the tests of what the Hessian tells: a real model at a place of which
 * nothing is special, and all its eigenvalues from the dense Hessian, column by column from f->hvp,
 * by GSL.
 *
 *     open_scene(LOGISTIC, 1);                      a part of a pipeline, workers
 *     double *all = dense_eigenvalues(theta);
 *     close_scene();                                or the fixture does it
 */
#ifndef TESTS_SPECTRUM_BENCH_H
#define TESTS_SPECTRUM_BENCH_H

#include "core-bench.h"

#include "../../core/data.h"
#include "../../core/rng.h"
#include "../../core/train.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>

#define LOGISTIC "dataset: {plugin: breast-cancer, standardize: true}\nmodel: {plugin: logistic}\n"
#define NETWORK                                                                                    \
    "dataset: {plugin: breast-cancer, standardize: true, limit: 120}\n"                            \
    "model: {plugin: mlp, hidden: [9], activation: tanh, precision: float64, l2: 0.001}\n"
#define SMALL_NETWORK                                                                              \
    "dataset: {plugin: breast-cancer, standardize: true}\n"                                        \
    "model: {plugin: mlp, hidden: [4], activation: tanh, precision: float64, l2: 0.001}\n"

static struct bench *b;
static struct workers *workers;
static struct dataset data;
static bool has_data;
static struct model model;
static double *theta;
static size_t dim;
static volatile sig_atomic_t stop; /* for env.stop */

static inline void set_up(void)
{
    gsl_set_error_handler_off(); /* as the program does */
    b = NULL;
}

static inline void close_scene(void)
{
    free(theta);
    theta = NULL;
    model_close(&model);
    workers_free(workers);
    workers = NULL;
    if (has_data)
        data_free(&data);
    has_data = false;
    if (b)
        bench_free(b);
    b = NULL;
}

/* A model of the pipeline at a place of which nothing is special. */
static inline void open_scene(const char *yaml, size_t n_workers)
{
    char text[512];
    snprintf(text, sizeof text, "thalweg: 1\n%s%s", yaml, "sinks: [{plugin: csv, path: a.csv}]\n");
    close_scene();
    b = bench_new(text);
    workers = workers_new(n_workers);
    if (b->plan.dataset.plugin) {
        OK(data_load(&data, &b->plan, &b->env, &b->err));
        has_data = true;
    }
    OK(model_open(&model, b->plan.model.plugin, b->plan.model.config,
                  has_data ? &data.split[TW_TRAIN].view : NULL, workers, &b->env, &b->err));
    dim = model.dim;
    theta = calloc(dim, sizeof *theta);
    OK(train_init(&model, &b->env, theta, &b->err));
    for (size_t i = 0; i < dim; i++)
        theta[i] += 0.1 * rng_normal(7, i);
}

/* All eigenvalues at `at`, ascending; to be freed. */
static inline double *dense_eigenvalues(const double *at)
{
    const struct tw_objective *f = model_objective(&model, &b->err);
    double *h = calloc(dim * dim, sizeof *h), *e = calloc(dim, sizeof *e);
    double *values = calloc(dim, sizeof *values);
    for (size_t j = 0; j < dim; j++) {
        e[j] = 1;
        ck_assert_int_eq(f->hvp(f, at, NULL, e, h + j * dim), TW_OK);
        e[j] = 0;
    }
    for (size_t i = 0; i < dim; i++)
        for (size_t j = 0; j < i; j++)
            h[i * dim + j] = h[j * dim + i] = 0.5 * (h[i * dim + j] + h[j * dim + i]);
    gsl_matrix_view view = gsl_matrix_view_array(h, dim, dim);
    gsl_vector_view to = gsl_vector_view_array(values, dim);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(dim);
    ck_assert_int_eq(gsl_eigen_symm(&view.matrix, &to.vector, work), 0);
    gsl_eigen_symm_free(work);
    gsl_sort_vector(&to.vector);
    free(e);
    free(h);
    return values;
}

static inline int by_magnitude(const void *a, const void *c)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)c);
    return x < y ? 1 : x > y ? -1 : 0;
}

#endif
