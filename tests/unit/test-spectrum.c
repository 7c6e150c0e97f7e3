/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-spectrum.c -- eigenvalues, trace, density and convexity of real models against
 * the dense Hessian, column by column from f->hvp, and GSL's symmetric eigenvalues; the reducer
 * hessian and the host's eigenpairs; the error bars, over 20 seeds; the convexity map:
 * in the right cells, the same for any number of threads, after a break, and with fewer
 * products than from cold.
 */
#include "core-bench.h"
#include "rig.h"

#include "../../core/analysis/convexity.h"
#include "../../core/data.h"
#include "../../core/rng.h"
#include "../../core/analysis/spectrum.h"
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

/* How many of the points lie within 3.5 standard errors, in percent; *square: the mean of
 * (error / standard error)^2. */
static double within(const struct spectrum *s, const double *all, double *square)
{
    *square = 0;
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
        *square += pow((s->density[i] - want) / s->density_error[i], 2);
    }
    *square /= (double)n;
    return 100 * (double)good / (double)n;
}

/* Trace and density with 16 vectors, 20 times.  Within 3.5 standard errors (of 16 numbers: 997 of
 * 1,000 if they were normal) at least 19 times; and the bars are no wider than they must be. */
static void check_bars(size_t steps)
{
    double *all = dense_eigenvalues(theta), trace = 0, squares = 0, spread = 0, z;
    int traces = 0, densities = 0;
    for (size_t i = 0; i < dim; i++) {
        trace += all[i];
        squares += all[i] * all[i];
    }
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct spectrum_options o = spectrum_defaults(seed);
        struct spectrum s;
        o.top = 0;
        o.exact_below = 0;
        o.trace_probes = o.density_probes = 16;
        o.steps = steps;
        OK(spectrum_find(&s, &model, theta, &o, &b->env, &b->err));
        ck_assert_uint_eq(s.n_probes, 16);
        ck_assert(s.trace_error > 0 && s.trace_error < 2 * sqrt(2 * squares / 16));
        traces += fabs(s.trace - trace) <= 3.5 * s.trace_error;
        densities += within(&s, all, &z) >= 95;
        spread += z / 20;
        ck_assert_double_eq_tol(moment(&s, 0), 1, 2e-4); /* 4 sigma at either end */
        ck_assert_double_eq_tol(moment(&s, 1), s.trace / (double)dim, 1e-3 * s.sigma);
        spectrum_free(&s);
    }
    ck_assert_msg(traces >= 19, "%d of 20 traces within 3.5 standard errors", traces);
    ck_assert_msg(densities >= 19, "%d of 20 densities within theirs", densities);
    ck_assert_msg(spread > 0.2 && spread < 1.5, "errors are %g standard errors", sqrt(spread));
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

/* Few parameters: all eigenvalues, no error. */
START_TEST(exact)
{
    open_scene(LOGISTIC, 1);
    double *all = dense_eigenvalues(theta), trace = 0;
    struct spectrum_options o = spectrum_defaults(1);
    struct spectrum s;
    for (size_t i = 0; i < dim; i++)
        trace += all[i];
    OK(spectrum_find(&s, &model, theta, &o, &b->env, &b->err));
    ck_assert(s.exact && s.converged);
    ck_assert_double_eq_tol(s.trace, trace, 1e-7 * trace);
    ck_assert(s.trace_error == 0);
    ck_assert_double_eq_tol(s.value[4], all[dim - 5], 1e-7 * all[dim - 1]);
    for (size_t i = 0; i < s.n_points; i++) {
        ck_assert(s.density_error[i] == 0);
        ck_assert_double_eq_tol(s.density[i], smeared(all, s.lambda[i], s.sigma), 1e-5 / s.sigma);
    }
    spectrum_free(&s);
    free(all);
    close_scene();
}
END_TEST

static volatile sig_atomic_t stop;

START_TEST(spectrum_is_interrupted)
{
    struct spectrum_options o = spectrum_defaults(1);
    struct spectrum s;
    open_scene(NETWORK, 1);
    b->env.stop = &stop;
    stop = 1;
    ck_assert_int_lt(spectrum_find(&s, &model, theta, &o, &b->env, &b->err), 0);
    ck_assert_int_eq(b->err.fault, FAULT_INTERRUPT);
    stop = 0;
    close_scene();
}
END_TEST

START_TEST(not_finite)
{
    struct spectrum_options o = spectrum_defaults(1);
    struct spectrum s;
    open_scene(NETWORK, 1);
    theta[0] = NAN;
    ck_assert_int_lt(spectrum_find(&s, &model, theta, &o, &b->env, &b->err), 0);
    HAS(b->err.text, "not finite");
    close_scene();
}
END_TEST

/* ---- the convexity map ---- */

#define NX 7
#define NY 5
#define SMALL_NETWORK                                                                              \
    "dataset: {plugin: breast-cancer, standardize: true}\n"                                        \
    "model: {plugin: mlp, hidden: [4], activation: tanh, precision: float64, l2: 0.001}\n"

static struct tw_plane plane;
static double xs[NX], ys[NY];

/* Two directions, neither orthogonal nor of unit length, and a grid that is not square. */
static void make_plane(void)
{
    double *v = calloc(3 * dim, sizeof *v);
    plane = (struct tw_plane){.struct_size = sizeof plane,
                              .dim = dim,
                              .origin = v,
                              .u = v + dim,
                              .v = v + 2 * dim,
                              .n_axes = 2};
    for (size_t i = 0; i < dim; i++) {
        plane.origin[i] = theta[i];
        plane.u[i] = rng_normal(21, i);
        plane.v[i] = 0.5 * rng_normal(22, i) + 0.1 * plane.u[i];
    }
    for (size_t i = 0; i < NX; i++)
        xs[i] = -0.3 + 0.15 * (double)i;
    for (size_t i = 0; i < NY; i++)
        ys[i] = -0.4 + 0.15 * (double)i;
}

START_TEST(convexity_against_dense)
{
    double out[NX * NY];
    open_scene(SMALL_NETWORK, 2);
    make_plane();
    OK(convexity_full(NX, NY, xs, ys, &plane, &model, &b->env, out, &b->err));
    for (size_t row = 0; row < NY; row += 2)
        for (size_t col = row / 2; col < NX; col += 3) {
            for (size_t i = 0; i < dim; i++)
                theta[i] = plane.origin[i] + xs[col] * plane.u[i] + ys[row] * plane.v[i];
            double *all = dense_eigenvalues(theta), most = fmax(-all[0], all[dim - 1]);
            double want = copysign(fabs(all[0] / all[dim - 1]), all[0]);
            ck_assert_msg(fabs(out[row * NX + col] - want) <= 2e-3 * most / fabs(all[dim - 1]),
                          "%zu, %zu: %g, not %g", row, col, out[row * NX + col], want);
            ck_assert(want < 0); /* else it would test nothing */
            free(all);
        }
    free(plane.origin);
    close_scene();
}
END_TEST

/* The values, from one worker, from three, and with an interruption in the middle. */
START_TEST(convexity_same_bits)
{
    struct convexity c[3];
    for (int k = 0; k < 3; k++) {
        open_scene(SMALL_NETWORK, k == 1 ? 3 : 1);
        make_plane();
        OK(convexity_new(&c[k], NX, NY, xs, ys, &plane, 9, &b->err));
        if (k == 2) {
            c[k].ny = 2; /* as far as this */
            OK(convexity_run(&c[k], &model, &b->env, &b->err));
            ck_assert_uint_eq(c[k].done, 2 * NX);
            ck_assert(isnan(c[k].ratio[2 * NX]) && !isnan(c[k].ratio[2 * NX - 1]));
            c[k].ny = NY;
            b->env.stop = &stop;
            stop = 1;
            ck_assert_int_lt(convexity_run(&c[k], &model, &b->env, &b->err), 0);
            ck_assert_int_eq(b->err.fault, FAULT_INTERRUPT);
            ck_assert_uint_eq(c[k].done, 2 * NX);
            error_clear(&b->err);
            stop = 0;
        }
        OK(convexity_run(&c[k], &model, &b->env, &b->err));
        ck_assert_int_eq(memcmp(c[k].ratio, c[0].ratio, NX * NY * sizeof(double)), 0);
        ck_assert_int_eq(memcmp(c[k].lowest, c[0].lowest, NX * NY * sizeof(double)), 0);
        free(plane.origin);
    }
    for (int k = 0; k < 3; k++)
        convexity_free(&c[k]);
    close_scene();
}
END_TEST

START_TEST(convexity_warm_needs_less)
{
    struct convexity warm, cold;
    open_scene(NETWORK, 1);
    make_plane();
    for (size_t i = 0; i < NX; i++)
        xs[i] /= 20;
    for (size_t i = 0; i < NY; i++)
        ys[i] /= 20;
    OK(convexity_new(&warm, NX, NY, xs, ys, &plane, 9, &b->err));
    OK(convexity_new(&cold, NX, NY, xs, ys, &plane, 9, &b->err));
    cold.cold = true;
    OK(convexity_run(&warm, &model, &b->env, &b->err));
    OK(convexity_run(&cold, &model, &b->env, &b->err));
    for (size_t i = 0; i < NX * NY; i++)
        ck_assert_double_eq_tol(warm.ratio[i], cold.ratio[i], 2e-3);
    ck_assert_msg(10 * warm.products < 7 * cold.products, "%zu products warm, %zu cold",
                  warm.products, cold.products);
    convexity_free(&warm);
    convexity_free(&cold);
    free(plane.origin);
    close_scene();
}
END_TEST

START_TEST(convexity_of_numbers)
{
    ck_assert(convexity_ratio(-2, 4, 0.1) == -0.5);
    ck_assert(convexity_ratio(2, 4, 0.1) == 0.5);
    ck_assert(convexity_ratio(-0.05, 4, 0.1) == 0);
    ck_assert(convexity_ratio(0.05, 4, 0.1) == 0);
    ck_assert(convexity_ratio(0, 0, 0) == 0);
    ck_assert(convexity_ratio(-4, -2, 0) == -2);
    ck_assert(isinf(convexity_ratio(-1, 0, 0)));
    ck_assert(isnan(convexity_ratio(NAN, 1, 0)));
}
END_TEST

/* ---- eigenpairs for plugins, and the reducer that takes its plane from them ---- */

static struct tw_plane given; /* by the reducer */

static int ask(struct rig *r, size_t index, const double *at, const double *through)
{
    free(given.origin);
    given = (struct tw_plane){.struct_size = sizeof given, .dim = dim, .n_axes = 2};
    given.origin = calloc(3 * dim, sizeof(double));
    given.u = given.origin + dim;
    given.v = given.u + dim;
    return r->plugin->ops.reducer.plane(r->self, model_objective(&model, &b->err), NULL, 0, at,
                                        index, through, &given);
}

static void forget_given(void)
{
    free(given.origin);
    given.origin = NULL;
}

/* v is of length 1 and H v = value v to `tolerance` of `most`. */
static void is_eigenvector(const double *at, const double *v, double value, double most,
                           double tolerance)
{
    const struct tw_objective *f = model_objective(&model, &b->err);
    double *hv = calloc(dim, sizeof *hv), length = 0, off = 0;
    ck_assert_int_eq(f->hvp(f, at, NULL, v, hv), TW_OK);
    for (size_t i = 0; i < dim; i++) {
        length += v[i] * v[i];
        off += pow(hv[i] - value * v[i], 2);
    }
    ck_assert_double_eq_tol(length, 1, 1e-12);
    ck_assert_msg(sqrt(off) <= tolerance * most, "off by %g of %g", sqrt(off), most);
    free(hv);
}

START_TEST(reducer_hessian)
{
    char text[64];
    open_scene(SMALL_NETWORK, 1);
    double *all = dense_eigenvalues(theta), *through = calloc(dim, sizeof *through);
    qsort(all, dim, sizeof *all, by_magnitude);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{tolerance: 1e-7}");
    for (size_t index = 0; index < 3; index++) {
        ck_assert_msg(ask(r, index, theta, NULL) == TW_OK, "%s", rig_reason(r));
        ck_assert_int_eq(memcmp(given.origin, theta, dim * sizeof *theta), 0);
        is_eigenvector(theta, given.u, all[2 * index], fabs(all[0]), 2e-7);
        is_eigenvector(theta, given.v, all[2 * index + 1], fabs(all[0]), 2e-7);
        snprintf(text, sizeof text, "eigenvector %zu, λ = %.3g", 2 * index + 1, all[2 * index]);
        ck_assert_str_eq(given.x_label, text);
        snprintf(text, sizeof text, "eigenvector %zu, λ = %.3g", 2 * index + 2, all[2 * index + 1]);
        ck_assert_str_eq(given.y_label, text);
        ck_assert_uint_eq(given.n_axes, 2);
    }
    /* The same plane again, and by an instance that was asked for no other. */
    double *first = malloc(dim * sizeof *first);
    memcpy(first, given.v, dim * sizeof *first);
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{tolerance: 1e-7}");
    ck_assert_int_eq(ask(r, 2, theta, NULL), TW_OK);
    ck_assert_int_eq(memcmp(given.v, first, dim * sizeof *first), 0);
    ck_assert_int_eq(ask(r, dim, theta, NULL), TW_DONE);
    /* Elsewhere the Hessian is another. */
    for (size_t i = 0; i < dim; i++)
        through[i] = theta[i] + 0.2;
    double *there = dense_eigenvalues(through);
    qsort(there, dim, sizeof *there, by_magnitude);
    ck_assert_int_eq(ask(r, 0, theta, through), TW_OK);
    ck_assert_int_eq(memcmp(given.origin, through, dim * sizeof *theta), 0);
    is_eigenvector(through, given.u, there[0], fabs(there[0]), 2e-7);
    rig_free(r);
    free(there);
    free(first);
    free(through);
    free(all);
    forget_given();
    close_scene();
}
END_TEST

START_TEST(reducer_hessian_ends)
{
    open_scene(SMALL_NETWORK, 1);
    double *all = dense_eigenvalues(theta), most = fmax(-all[0], all[dim - 1]);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{which: smallest, components: [2, 1]}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_OK);
    is_eigenvector(theta, given.u, all[1], most, 2e-4);
    is_eigenvector(theta, given.v, all[0], most, 2e-4);
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{which: largest, components: 2}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_OK);
    is_eigenvector(theta, given.u, all[dim - 2], most, 2e-4);
    ck_assert_uint_eq(given.n_axes, 1);
    ck_assert_str_eq(given.y_label, "");
    for (size_t i = 0; i < dim; i++)
        ck_assert(given.v[i] == 0);
    ck_assert_int_eq(ask(r, 1, theta, NULL), TW_OK);
    is_eigenvector(theta, given.u, all[dim - 3], most, 2e-4);
    rig_free(r);
    free(all);
    forget_given();
    close_scene();
}
END_TEST

START_TEST(reducer_hessian_refuses)
{
    open_scene("model: {plugin: quadratic, minimum: [0, 0, 0], curvature: [0, 0, 0]}\n", 1);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_EINVAL);
    SAYS(r, "the Hessian is zero here");
    rig_free(r);
    open_scene("model: {plugin: quadratic, minimum: [0, 0, 0], curvature: [0, -2, 1]}\n", 1);
    r = rig_new(TW_REDUCER, "hessian", "{}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_OK);
    ck_assert_double_eq_tol(given.u[1], 1, 1e-4);
    ck_assert_double_eq_tol(given.v[2], 1, 1e-4);
    ck_assert_int_eq(ask(r, 1, theta, NULL), TW_DONE);
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{components: [1, 3]}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_EINVAL);
    SAYS(r, "eigenvector 3 of the Hessian belongs to the eigenvalue 0");
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{components: [1, 4]}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_EINVAL);
    SAYS(r, "there is no eigenvector 4, the model has 3 parameters");
    theta[0] = NAN;
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_ENUMERIC);
    SAYS(r, "not finite");
    rig_free(r);
    HAS(rig_refused(TW_REDUCER, "hessian", "{components: [1, 2, 3]}"), "two different numbers");
    HAS(rig_refused(TW_REDUCER, "hessian", "{components: [2, 2]}"), "two different numbers");
    HAS(rig_refused(TW_REDUCER, "hessian", "{which: widest}"), "which");
    forget_given();
    close_scene();
}
END_TEST

START_TEST(host_eigen)
{
    double value[4];
    open_scene(SMALL_NETWORK, 1);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{}"); /* for its host */
    const struct tw_host *h = &r->instance->host;
    const struct tw_host_eigen *eigen = h->get_extension(h, TW_EXT_HOST_EIGEN);
    const struct tw_objective *f = model_objective(&model, &b->err);
    double *vector = calloc(4 * dim, sizeof *vector), *all = dense_eigenvalues(theta);
    ck_assert_ptr_nonnull(eigen);
    ck_assert_int_eq(eigen->hessian(h, f, theta, TW_EIGEN_SMALLEST, 4, 1e-8, 1, value, vector),
                     TW_OK);
    for (size_t k = 0; k < 4; k++) {
        double most = 0;
        ck_assert_double_eq_tol(value[k], all[k], 1e-7 * all[dim - 1]);
        is_eigenvector(theta, vector + k * dim, value[k], all[dim - 1], 2e-8);
        for (size_t i = 0; i < dim; i++)
            most = fabs(vector[k * dim + i]) > fabs(most) ? vector[k * dim + i] : most;
        ck_assert(most > 0);
    }
    /* Finer than differences of gradients can be. */
    ck_assert_int_eq(eigen->hessian(h, f, theta, TW_EIGEN_LARGEST, 2, 1e-17, 1, value, vector),
                     TW_ENUMERIC);
    SAYS(r, "larger tolerance");
    instance_check(r->instance, TW_OK, NULL, &b->err);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 7, 2, 1e-4, 1, value, vector), TW_EINVAL);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, 0, 1e-4, 1, value, vector), TW_EINVAL);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, dim + 1, 1e-4, 1, value, vector), TW_EINVAL);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, 2, NAN, 1, value, vector), TW_EINVAL);
    stop = 1;
    r->env.stop = &stop;
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, 2, 1e-4, 1, value, vector), TW_ECANCELLED);
    stop = 0;
    rig_free(r);
    free(all);
    free(vector);
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
    tcase_add_test(c, exact);
    tcase_add_test(c, spectrum_is_interrupted);
    tcase_add_test(c, not_finite);
    tcase_add_test(c, convexity_against_dense);
    tcase_add_test(c, convexity_same_bits);
    tcase_add_test(c, convexity_warm_needs_less);
    tcase_add_test(c, convexity_of_numbers);
    tcase_add_test(c, reducer_hessian);
    tcase_add_test(c, reducer_hessian_ends);
    tcase_add_test(c, reducer_hessian_refuses);
    tcase_add_test(c, host_eigen);
    return bench_main(suite);
}
