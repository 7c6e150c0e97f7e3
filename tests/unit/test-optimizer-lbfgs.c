/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-optimizer-lbfgs.c -- lbfgs on losses with a known minimum, with holes, kinks and failures.
 */
#include "optimizer-bench.h"

#include <gsl/gsl_errno.h>

/* A kink: |x| + 2|y|. */
static int kink_grad(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                     double *loss, double *grad)
{
    if (loss)
        *loss = fabs(t[0]) + 2 * fabs(t[1]);
    grad[0] = t[0] < 0 ? -1 : 1;
    grad[1] = t[1] < 0 ? -2 : 2;
    return note(f, rows);
}

static int kink_loss(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                     double *loss)
{
    double grad[2];

    return kink_grad(f, t, rows, loss, grad);
}

/* Defined for x > 0 and y > 0 only: x - log x + y - log y, NaN elsewhere. */
static int barrier_grad(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                        double *loss, double *grad)
{
    bool in = t[0] > 0 && t[1] > 0;

    if (loss)
        *loss = in ? t[0] - log(t[0]) + t[1] - log(t[1]) : NAN;
    for (int i = 0; i < 2; i++)
        grad[i] = in ? 1 - 1 / t[i] : NAN;
    return note(f, rows);
}

static int barrier_loss(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                        double *loss)
{
    double grad[2];

    return barrier_grad(f, t, rows, loss, grad);
}

START_TEST(minimises_rosenbrock)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{gradient_tolerance: 1e-9}");
    double theta[2] = {-1.2, 1}, loss, before = INFINITY;
    int rc = start(r, &f, theta, &t), n = 0;

    ck_assert_uint_eq(t.epochs, 200);
    ck_assert_uint_eq(t.steps_per_epoch, 1);
    for (; rc == TW_OK && n < 200; n++) {
        rc = step(r, &f, theta);
        rosenbrock_loss(&f, theta, NULL, &loss);
        ck_assert_double_le(loss, before);
        before = loss;
    }
    ck_assert_int_eq(rc, TW_DONE);
    ck_assert_int_lt(n, 60);
    SAME(theta[0], 1, 1e-8);
    SAME(theta[1], 1, 1e-8);
    rig_free(r);
}
END_TEST

START_TEST(stops_where_digits_end)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{gradient_tolerance: 0}");
    double theta[2] = {-1.2, 1};
    int rc = start(r, &f, theta, &t);

    for (int k = 0; k < 200 && rc == TW_OK; k++)
        rc = step(r, &f, theta);
    ck_assert_int_eq(rc, TW_DONE);
    SAME(theta[0], 1, 1e-8);
    rig_free(r);
}
END_TEST

START_TEST(ends_at_a_kink)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(kink, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{}");
    double theta[2] = {3, -1}, loss;
    int rc = start(r, &f, theta, &t);

    for (int k = 0; k < 200 && rc == TW_OK; k++)
        rc = step(r, &f, theta);
    ck_assert_int_eq(rc, TW_DONE);
    ck_assert_int_lt(m.calls, 20000);
    ck_assert_int_eq(kink_loss(&f, theta, NULL, &loss), TW_OK);
    ck_assert_double_le(loss, 2.5 + 1e-6); /* where the line from (3, -1) crosses y = 0 */
    rig_free(r);
}
END_TEST

START_TEST(stays_where_the_loss_is_finite)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(barrier, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{step_size: 100}");
    double theta[2] = {8, 5};
    int rc = start(r, &f, theta, &t);

    for (int k = 0; k < 200 && rc == TW_OK; k++) {
        rc = step(r, &f, theta);
        ck_assert(theta[0] > 0 && theta[1] > 0);
    }
    ck_assert_int_eq(rc, TW_DONE);
    SAME(theta[0], 1, 1e-5);
    SAME(theta[1], 1, 1e-5);
    theta[0] = -1;
    ck_assert_int_eq(start(r, &f, theta, &t), TW_ENUMERIC);
    ck_assert_ptr_nonnull(strstr(rig_reason(r), "initial point"));
    rig_free(r);
}
END_TEST

START_TEST(at_the_minimum_does_nothing)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(7);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{}");
    double theta[2] = {1, 1};

    ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
    ck_assert_uint_eq(t.epochs, 7);
    ck_assert_int_eq(step(r, &f, theta), TW_DONE);
    ck_assert(theta[0] == 1 && theta[1] == 1);
    rig_free(r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("optimizer-lbfgs");
    TCase *c = tcase_create("optimizer-lbfgs");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, minimises_rosenbrock);
    tcase_add_test(c, stops_where_digits_end);
    tcase_add_test(c, ends_at_a_kink);
    tcase_add_test(c, stays_where_the_loss_is_finite);
    tcase_add_test(c, at_the_minimum_does_nothing);
    return bench_main(suite);
}
