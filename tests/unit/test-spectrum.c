/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-spectrum.c -- eigenvalues, trace, density and convexity of real models against
 * the dense Hessian, column by column from f->hvp, and GSL's symmetric eigenvalues; the reducer
 * hessian and the host's eigenpairs; the error bars, over 20 seeds; the convexity map:
 * in the right cells, the same for any number of threads, after a break, and with fewer
 * products than from cold.
 */
#include "core-bench.h"
#include "rig.h"

#include "../../core/convexity.h"
#include "../../core/data.h"
#include "../../core/rng.h"
#include "../../core/spectrum.h"
#include "../../core/train.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>

#define LOGISTIC "dataset: {plugin: breast-cancer, standardize: true}\nmodel: {plugin: logistic}\n"
#define NETWORK                                                                                    \
    "dataset: {plugin: breast-cancer, standardize: true, limit: 120}\n"                            \
    "model: {plugin: mlp, hidden: [9], activation: tanh, precision: float64, l2: 0.001}\n"

static struct bench *b;
static struct workers *workers;
static struct dataset data;
static bool has_data;
static struct model model;
static double *theta;
static size_t dim;

static void set_up(void)
{
    gsl_set_error_handler_off(); /* as the program does */
    b = NULL;
}

static void close_scene(void)
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
static void open_scene(const char *yaml, size_t n_workers)
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
static double *dense_eigenvalues(const double *at)
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

static int by_magnitude(const void *a, const void *c)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)c);
    return x < y ? 1 : x > y ? -1 : 0;
}

/* ---- eigenvalues ---- */

static void check_top(double tolerance)
{
    struct spectrum_options o = spectrum_defaults(3);
    struct spectrum s;
    double *all = dense_eigenvalues(theta), most;
    o.trace_probes = o.density_probes = 0;
    o.top = 8;
    o.exact_below = 0;
    o.tolerance = 1e-8;
    most = fmax(fabs(all[0]), fabs(all[dim - 1]));
    for (int which = LANCZOS_MAGNITUDE; which <= LANCZOS_SMALLEST; which++) {
        o.which = (enum lanczos_which)which;
        OK(spectrum_find(&s, &model, theta, &o, &b->env, &b->err));
        ck_assert(s.converged && !s.exact);
        ck_assert_uint_eq(s.n_top, 8);
        if (which == LANCZOS_MAGNITUDE)
            qsort(all, dim, sizeof *all, by_magnitude);
        for (size_t i = 0; i < s.n_top; i++) {
            double want = all[which == LANCZOS_LARGEST ? dim - 1 - i : i];
            ck_assert_msg(fabs(s.value[i] - want) <= tolerance * most, "%d: %zu: %.12g, not %.12g",
                          which, i, s.value[i], want);
            ck_assert(s.residual[i] <= 1e-8 * most);
            ck_assert(fabs(s.value[i] - want) <= s.residual[i] + 1e-9 * most);
        }
        ck_assert_uint_eq(s.n_points, 0);
        ck_assert(isnan(s.trace));
        spectrum_free(&s);
        if (which == LANCZOS_MAGNITUDE) {
            gsl_vector_view v = gsl_vector_view_array(all, dim);
            gsl_sort_vector(&v.vector);
        }
    }
    free(all);
}

START_TEST(logistic_eigenvalues)
{
    open_scene(LOGISTIC, 1);
    check_top(1e-6);
    close_scene();
}
END_TEST

START_TEST(network_eigenvalues)
{
    open_scene(NETWORK, 1);
    ck_assert(dim > 256 && dim < 2000);
    check_top(1e-5);
    close_scene();
}
END_TEST

/* ---- trace and density ---- */

/* The density that all eigenvalues give. */
static double smeared(const double *all, double lambda, double sigma)
{
    double sum = 0;
    for (size_t i = 0; i < dim; i++)
        sum += exp(-0.5 * pow((lambda - all[i]) / sigma, 2));
    return sum / ((double)dim * sigma * sqrt(2 * M_PI));
}

/* Integral of lambda^degree times the density, by the trapezium rule. */
static double moment(const struct spectrum *s, int degree)
{
    double sum = 0;
    for (size_t i = 0; i < s->n_points; i++)
        sum += s->density[i] * pow(s->lambda[i], degree);
    return sum * (s->lambda[1] - s->lambda[0]);
}

/* How many of the points lie within 3.5 standard errors, in percent. */
static double within(const struct spectrum *s, const double *all)
{
    size_t good = 0, n = 0;
    double most = 0;
    for (size_t i = 0; i < s->n_points; i++)
        most = fmax(most, smeared(all, s->lambda[i], s->sigma));
    for (size_t i = 0; i < s->n_points; i++) {
        double want = smeared(all, s->lambda[i], s->sigma);
        if (want < 1e-3 * most)
            continue;
        n++;
        good += fabs(s->density[i] - want) <= 3.5 * s->density_error[i] + 1e-9 * most;
    }
    return 100 * (double)good / (double)n;
}

static void check_bars(size_t steps)
{
    double *all = dense_eigenvalues(theta), trace = 0;
    int traces = 0, densities = 0;
    for (size_t i = 0; i < dim; i++)
        trace += all[i];
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct spectrum_options o = spectrum_defaults(seed);
        struct spectrum s;
        o.top = 0;
        o.exact_below = 0;
        o.trace_probes = o.density_probes = 16;
        o.steps = steps;
        OK(spectrum_find(&s, &model, theta, &o, &b->env, &b->err));
        ck_assert_uint_eq(s.n_probes, 16);
        ck_assert(s.trace_error > 0 && s.trace_error < 0.5 * fabs(trace));
        traces += fabs(s.trace - trace) <= 3.5 * s.trace_error;
        densities += within(&s, all) >= 95;
        if (getenv("SPECTRUM_SHOW"))
            printf("%d: trace %g (%g +- %g), density %g %%, sigma %g\n", (int)seed, trace, s.trace,
                   s.trace_error, within(&s, all), s.sigma);
        ck_assert_double_eq_tol(moment(&s, 0), 1, 2e-4); /* 4 sigma at either end */
        ck_assert_double_eq_tol(moment(&s, 1), s.trace / (double)dim, 1e-3 * fabs(trace));
        spectrum_free(&s);
    }
    ck_assert_msg(traces >= 19, "%d of 20 traces within 3.5 standard errors", traces);
    ck_assert_msg(densities >= 19, "%d of 20 densities within theirs", densities);
    free(all);
}

START_TEST(logistic_error_bars)
{
    open_scene(LOGISTIC, 1);
    check_bars(24);
    close_scene();
}
END_TEST

START_TEST(network_error_bars)
{
    open_scene(NETWORK, 1);
    check_bars(32);
    close_scene();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spectrum");
    TCase *c = tcase_create("spectrum");
    tcase_add_checked_fixture(c, set_up, close_scene);
    suite_add_tcase(suite, c);
    tcase_add_test(c, logistic_eigenvalues);
    tcase_add_test(c, network_eigenvalues);
    tcase_add_test(c, logistic_error_bars);
    tcase_add_test(c, network_error_bars);
    return bench_main(suite);
}
