/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-convexity.c -- the convexity map against the dense Hessian: in the right cells, the same for
 * any number of threads, after a break, and with fewer products than from cold.
 */
#include "spectrum-bench.h"

#include "../../core/analysis/convexity.h"

#define NX 7
#define NY 5

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

int main(void)
{
    Suite *suite = suite_create("convexity");
    TCase *c = tcase_create("convexity");
    tcase_add_checked_fixture(c, set_up, close_scene);
    suite_add_tcase(suite, c);
    tcase_add_test(c, convexity_against_dense);
    tcase_add_test(c, convexity_same_bits);
    tcase_add_test(c, convexity_warm_needs_less);
    tcase_add_test(c, convexity_of_numbers);
    return bench_main(suite);
}
