/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-linear-plain - the plane extension of the linear models against loss(), where there are
 * ties, infinities and NaN.
 */
#define _XOPEN_SOURCE 700
#include "linear-bench.h"

static void check_plain(const struct bench *b, size_t n, const double *xy)
{
    struct tw_sum *sum = take(n, sizeof(*sum));
    double *correct = take(n, sizeof(*correct)), *theta = take(b->dim, sizeof(*theta));
    double *penalty = take(n, sizeof(*penalty));

    begin(b);
    ck_assert_int_eq(b->plane->eval(b->self, 0, N_ROWS, n, xy, sum, correct), TW_OK);
    ck_assert_int_eq(b->plane->penalty(b->self, n, xy, penalty), TW_OK);
    b->plane->end(b->self);
    for (size_t k = 0; k < n; k++) {
        double want, right = NAN, got = tw_sum_value(&sum[k]) / N_ROWS + penalty[k];

        for (size_t i = 0; i < b->dim; i++)
            theta[i] = b->origin[i] + xy[2 * k] * b->u[i] + xy[2 * k + 1] * b->v_axis[i];
        ck_assert_int_eq(b->ops->loss(b->self, theta, NULL, &want, &right), TW_OK);
        ck_assert_msg(isfinite(want) == isfinite(got), "%g, expected %g", got, want);
        ck_assert(!isfinite(want) || fabs(got - want) <= 1e-12 * fabs(want));
        ck_assert_msg(correct[k] == right, "(%g, %g): %g right, expected %g", xy[2 * k],
                      xy[2 * k + 1], correct[k], right);
        ck_assert(isfinite(sum[k].hi) || sum[k].lo == 0);
    }
    free(sum);
    free(correct);
    free(theta);
    free(penalty);
}

/* 9 x 5 around (0, 0), which is one of them; all coordinates are exact. */
static void lattice(double *xy, double scale)
{
    for (int r = 0; r < 5; r++)
        for (int c = 0; c < 9; c++, xy += 2) {
            xy[0] = scale * (0.25 * c - 1);
            xy[1] = scale * (0.5 * r - 1);
        }
}

/* Nothing at the origin of the plane; u or v, too, gives all scores of a row or column the same
 * value; two classes with the same weights. */
START_TEST(ties_go_to_the_first_class)
{
    const struct variant *v = &variants[_i / N_ISAS];
    double xy[90];

    lattice(xy, 1);
    for (int which = 0; which < 5; which++) {
        struct bench b = open_bench(v, isas[_i % N_ISAS]);

        bind_bench(&b, MIXED);
        if (which < 4)
            memset(b.origin, 0, b.dim * sizeof(double));
        if (which & 1)
            memset(b.u, 0, b.dim * sizeof(double));
        if (which & 2)
            memset(b.v_axis, 0, b.dim * sizeof(double));
        if (which == 4 && b.n_out > 1) {
            double *const part[3] = {b.origin, b.u, b.v_axis};

            for (size_t i = 0; i < 3; i++) {
                memcpy(part[i] + b.d, part[i] + 2 * b.d, b.d * sizeof(double));
                if (b.bias)
                    part[i][b.n_out * b.d + 1] = part[i][b.n_out * b.d + 2];
            }
        }
        check_plain(&b, 45, xy);
        close_bench(&b);
    }
}
END_TEST

/* Whole numbers, so that scores are equal at many points of the lattice, and exactly so. */
START_TEST(ties_at_lattice_points)
{
    const struct variant *v = &variants[_i / N_ISAS];
    struct bench b = open_bench(v, isas[_i % N_ISAS]);
    double xy[90];
    float *x = (float *)(uintptr_t)b.data.x;

    for (size_t i = 0; i < N_ROWS * b.d; i++)
        x[i] = (float)(int)(rng_u64(13, i) % 3) - 1;
    bind_bench(&b, MIXED);
    for (size_t i = 0; i < b.dim; i++) {
        b.origin[i] = (double)(rng_u64(14, i) % 3) - 1;
        b.u[i] = (double)(rng_u64(15, i) % 3) - 1;
        b.v_axis[i] = (double)(rng_u64(16, i) % 3) - 1;
    }
    lattice(xy, 1);
    check_plain(&b, 45, xy);
    lattice(xy, 4);
    check_plain(&b, 45, xy);
    close_bench(&b);
}
END_TEST

START_TEST(odd_values_are_those_of_loss)
{
    const double odd[] = {INFINITY, NAN, 1e300, -INFINITY, -1e200, 1e-310};
    const struct variant *v = &variants[_i / N_ISAS];
    double xy[90];

    if (!strstr(v->yaml, "l2: 0,") && !strstr(v->yaml, "l2: 0}"))
        return; /* the squares of such numbers are infinite */
    for (size_t i = 0; i < (v->wider ? 3 : sizeof(odd) / sizeof(odd[0])); i++)
        for (size_t part = 0; part < 3; part++) {
            struct bench b = open_bench(v, isas[_i % N_ISAS]);

            bind_bench(&b, MIXED);
            (part == 0 ? b.origin : part == 1 ? b.u : b.v_axis)[b.d - 1] = odd[i];
            lattice(xy, 1);
            check_plain(&b, 45, xy);
            close_bench(&b);
        }
    struct bench b = open_bench(v, isas[_i % N_ISAS]);

    bind_bench(&b, MIXED);
    lattice(xy, 1e160);
    check_plain(&b, 45, xy);
    lattice(xy, 1e60);
    check_plain(&b, 45, xy);
    lattice(xy, 1e-300);
    check_plain(&b, 45, xy);
    for (size_t k = 0; k < 45; k++) /* all the same point */
        xy[2 * k] = xy[2 * k + 1] = 0.5;
    check_plain(&b, 45, xy);
    close_bench(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plane of linear models: plain losses");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, ties_go_to_the_first_class, 0, N_ALL);
    tcase_add_loop_test(tests, ties_at_lattice_points, 0, N_ALL);
    tcase_add_loop_test(tests, odd_values_are_those_of_loss, 0, N_ALL);
    suite_add_tcase(suite, tests);
    return linear_main(suite);
}
