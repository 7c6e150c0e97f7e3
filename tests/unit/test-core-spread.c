/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-spread.c -- statistics over several planes: against numbers worked out by
 * hand, with NaN and infinities; and of a family of planes on a known surface.
 */
#include "core-bench.h"

#include "../../core/run.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static struct bench *b;
static struct spread spread;
static struct run run;
static struct run_options options = {.jobs = 2, .quiet = true, .log_level = TW_LOG_ERROR};

static void set_up(void)
{
    b = bench_open();
    gsl_set_error_handler_off(); /* as the program does */
}

static void tear_down(void)
{
    spread_free(&spread);
    bench_free(b);
}

static bool same(double a, double e)
{
    return isnan(e) ? isnan(a) : isinf(e) ? a == e : fabs(a - e) <= 1e-14 * (1 + fabs(e));
}

/* mean, std, min, q25, median, q75, max of the n values at one point */
static void stats_are(const double *v, size_t n, const double want[7])
{
    OK(spread_new(&spread, n, 1, &b->err));
    for (size_t i = 0; i < n; i++)
        spread_plane(&spread, i)[0] = v[i];
    OK(spread_fill(&spread, &b->err));
    const struct tw_spread *s = &spread.view;
    const double got[] = {*s->mean, *s->std, *s->min, *s->q25, *s->median, *s->q75, *s->max};
    ck_assert_uint_eq(s->n_planes, n);
    for (int i = 0; i < 7; i++)
        ck_assert_msg(same(got[i], want[i]), "statistic %d: %.17g, wanted %.17g", i, got[i],
                      want[i]);
    spread_free(&spread);
}
#define STATS(values, ...)                                                                         \
    stats_are(values, sizeof values / sizeof *values, (const double[7]){__VA_ARGS__})

START_TEST(by_hand)
{
    static const double four[] = {4, 1, 3, 2}, five[] = {10, 20, 50, 30, 40}, two[] = {1, 2};
    static const double flat[] = {7, 7, 7};
    STATS(four, 2.5, sqrt(5.0 / 3), 1, 1.75, 2.5, 3.25, 4); /* as numpy.quantile */
    STATS(five, 30, sqrt(250), 10, 20, 30, 40, 50);
    STATS(two, 1.5, sqrt(0.5), 1, 1.25, 1.5, 1.75, 2);
    STATS(flat, 7, 0, 7, 7, 7, 7, 7);
}
END_TEST

START_TEST(not_finite)
{
    static const double hole[] = {1, NAN, 3}, up[] = {1, INFINITY, 3};
    static const double both[] = {-INFINITY, 2, INFINITY, 3, 4};
    static const double high[] = {INFINITY, INFINITY, 1};
    STATS(hole, NAN, NAN, NAN, NAN, NAN, NAN, NAN);
    STATS(up, INFINITY, NAN, 1, 2, 3, INFINITY, INFINITY);
    STATS(both, NAN, NAN, -INFINITY, 2, 3, 4, INFINITY);
    STATS(high, INFINITY, NAN, 1, INFINITY, INFINITY, INFINITY, INFINITY);
}
END_TEST

START_TEST(too_large)
{
    ck_assert_int_lt(spread_new(&spread, 1000, SIZE_MAX / 16, &b->err), 0);
    HAS(b->err.text, "memory");
}
END_TEST

/* ---- a family ---- */

#define FAMILY(keys)                                                                               \
    "thalweg: 1\n"                                                                                 \
    "model: {plugin: quadratic, minimum: [0, 0, 0, 0, 0, 0], curvature: [1, 2, 3, 4, 5, 6],\n"     \
    "        start: [1, 1, 1, 1, 1, 1]}\n"                                                         \
    "reducers: [{plugin: axes, weights: [0, 1, 2, 3, 4, 5]}]\n"                                    \
    "grid: {points: [5, 4], range: [-1, 2, 0, 3]" keys "}\nsinks: [{plugin: csv}]\n"

static int run_yaml(struct bench *p)
{
    return run_pipeline(&run, &p->plan, &p->registry, &options, &p->err);
}

START_TEST(three_planes_of_axes)
{
    static double alone[20];
    struct bench *p = bench_new(FAMILY(""));
    ck_assert_msg(run_yaml(p) == 0, "%s", p->err.text);
    memcpy(alone, run.grid.view.loss, sizeof alone);
    ck_assert_uint_eq(run.spread.n, 0);
    run_free(&run);
    bench_free(p);

    p = bench_new(FAMILY(", planes: 3"));
    ck_assert_msg(run_yaml(p) == 0, "%s", p->err.text);
    const struct tw_spread *s = &run.spread.view;
    ck_assert_uint_eq(s->n_planes, 3);
    ck_assert_mem_eq(alone, run.grid.view.loss, sizeof alone); /* the landscape is plane 0 */
    for (size_t k = 0; k < 20; k++) {
        double gx = run.grid.view.x[k % 5], gy = run.grid.view.y[k / 5], v[3], sum = 0;
        for (int i = 0; i < 3; i++) { /* all other weights are 1 */
            double c1 = 2 * i + 1, c2 = 2 * i + 2;
            v[i] = (21 - c1 - c2 + c1 * gx * gx + c2 * gy * gy) / 2;
            sum += v[i];
        }
        double mean = sum / 3, squares = 0, lo = v[0], hi = v[0];
        for (int i = 0; i < 3; i++) {
            squares += (v[i] - mean) * (v[i] - mean);
            lo = fmin(lo, v[i]);
            hi = fmax(hi, v[i]);
        }
        double median = sum - lo - hi;
        ck_assert_double_eq_tol(run.grid.view.loss[k], v[0], 1e-12);
        ck_assert_double_eq_tol(s->mean[k], mean, 1e-12);
        ck_assert_double_eq_tol(s->std[k], sqrt(squares / 2), 1e-12);
        ck_assert_double_eq_tol(s->min[k], lo, 1e-12);
        ck_assert_double_eq_tol(s->q25[k], (lo + median) / 2, 1e-12);
        ck_assert_double_eq_tol(s->median[k], median, 1e-12);
        ck_assert_double_eq_tol(s->q75[k], (hi + median) / 2, 1e-12);
        ck_assert_double_eq_tol(s->max[k], hi, 1e-12);
    }
    run_free(&run);
    bench_free(p);
}
END_TEST

START_TEST(what_cannot_be)
{
    static const struct {
        const char *yaml, *what;
    } none[] = {
        {FAMILY(", planes: 4"), "p.yaml:5:54: grid: planes: 4 are asked for, but reducer axes has "
                                "3"},
        {"thalweg: 1\nmodel: {plugin: quadratic}\ngrid: {planes: 2}\nsinks: [{plugin: csv}]\n",
         "p.yaml:3:16: grid: planes: 2 are asked for, but without a reducer"},
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct bench *p = bench_new(none[i].yaml);
        ck_assert_int_lt(run_yaml(p), 0);
        HAS(p->err.text, none[i].what);
        ck_assert_int_eq(p->err.fault, FAULT_PIPELINE);
        ck_assert_ptr_null(run.grid.view.loss); /* before any of the grid */
        run_free(&run);
        bench_free(p);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spread");
    TCase *c = tcase_create("spread");
    tcase_add_checked_fixture(c, set_up, tear_down);
    suite_add_tcase(suite, c);
    tcase_add_test(c, by_hand);
    tcase_add_test(c, not_finite);
    tcase_add_test(c, too_large);
    tcase_add_test(c, three_planes_of_axes);
    tcase_add_test(c, what_cannot_be);
    return bench_main(suite);
}
