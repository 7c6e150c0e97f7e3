/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-spectrum.c -- eigenvalues, trace and density of real models against the dense Hessian; the
 * error bars, over 20 seeds.
 */
#include "spectrum-bench.h"

#include "../../core/analysis/spectrum.h"

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
    return bench_main(suite);
}
