/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-contour.c -- plugins/util/contour.c and resample.c: iso-lines, and the
 * smooth surface that they are traced on. */
#include "suite.h"

#include "../../plugins/util/contour.h"
#include "../../plugins/util/resample.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define N 41

static double uniform(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state / 4294967296.0;
}

static const double *at(const struct contours *c, size_t line, size_t i)
{
    return c->xy + 2 * (c->line[line].first + i);
}

START_TEST(circle_is_one_ring)
{
    static double z[N * N];
    struct contours c;

    for (size_t i = 0; i < N * N; i++)
        z[i] = hypot((double)(i % N) - 20, (double)(i / N) - 20);
    ck_assert_int_eq(contour_begin(&c, z, N, N), 0);
    for (double r = 3; r < 19; r += 2.5) {
        ck_assert_int_eq(contour_trace(&c, r), 0);
        ck_assert_uint_eq(c.n_lines, 1);
        ck_assert(c.line[0].closed);
        for (size_t i = 0; i < c.n_points; i++)
            ck_assert_double_eq_tol(hypot(at(&c, 0, i)[0] - 20, at(&c, 0, i)[1] - 20), r, 0.1);
    }
    ck_assert_int_eq(contour_trace(&c, 25), 0); /* cut by the border into four corners */
    ck_assert_uint_eq(c.n_lines, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert(!c.line[i].closed);
    ck_assert_int_eq(contour_trace(&c, 99), 0);
    ck_assert_uint_eq(c.n_lines, 0);
    contour_end(&c);
}
END_TEST

START_TEST(straight_line_ends_on_the_border)
{
    static double z[N * 7];
    struct contours c;
    const double *a, *b;

    for (size_t i = 0; i < N * 7; i++)
        z[i] = (double)(i % N);
    ck_assert_int_eq(contour_begin(&c, z, N, 7), 0);
    ck_assert_int_eq(contour_trace(&c, 12.25), 0);
    ck_assert_uint_eq(c.n_lines, 1);
    ck_assert_uint_eq(c.line[0].n, 7);
    a = at(&c, 0, 0);
    b = at(&c, 0, 6);
    ck_assert_double_eq(a[0], 12.25);
    ck_assert_double_eq(fabs(a[1] - b[1]), 6);
    contour_end(&c);
}
END_TEST

/* The four ways to pass a saddle: which pairs of edges are joined. */
START_TEST(saddles)
{
    /* z00 z10 / z01 z11; at level 0 the bilinear saddle value decides. */
    const double high[] = {3, -1, -1, 3}, low[] = {1, -3, -3, 1};
    struct contours c;

    ck_assert_int_eq(contour_begin(&c, high, 2, 2), 0);
    ck_assert_int_eq(contour_trace(&c, 0), 0);
    ck_assert_uint_eq(c.n_lines, 2);
    /* The high corners are joined: each line cuts off a low one, at (1,0) and (0,1). */
    for (size_t i = 0; i < 2; i++)
        ck_assert_double_gt(
            fabs(at(&c, i, 0)[0] + at(&c, i, 1)[0] - at(&c, i, 0)[1] - at(&c, i, 1)[1]), 0.9);
    contour_end(&c);
    ck_assert_int_eq(contour_begin(&c, low, 2, 2), 0);
    ck_assert_int_eq(contour_trace(&c, 0), 0);
    ck_assert_uint_eq(c.n_lines, 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_double_lt(
            fabs(at(&c, i, 0)[0] + at(&c, i, 1)[0] - at(&c, i, 0)[1] - at(&c, i, 1)[1]), 0.1);
    contour_end(&c);
}
END_TEST

/* On random ground, with holes: each point lies on an edge where linear
 * interpolation gives the level, and each such edge has its point exactly once. */
START_TEST(every_crossing_once)
{
    enum { W = 30, H = 23 };
    static double z[W * H];
    unsigned state = 3;

    for (int round = 0; round < 50; round++) {
        struct contours c;
        size_t expected = 0;

        for (size_t i = 0; i < W * H; i++)
            z[i] = uniform(&state) < 0.03 ? NAN : uniform(&state);
        ck_assert_int_eq(contour_begin(&c, z, W, H), 0);
        for (double level = 0.1; level < 1; level += 0.2) {
            ck_assert_int_eq(contour_trace(&c, level), 0);
            expected = 0;
            for (size_t e = 0; e < 2 * W * H; e++) {
                size_t v = e / 2, i = v % W, j = v / W, up = e % 2;
                bool cell[2]; /* on both sides of the edge */

                if (up ? j + 1 >= H : i + 1 >= W)
                    continue;
                for (size_t k = 0; k < 2; k++) {
                    size_t ci = i - (up ? k : 0), cj = j - (up ? 0 : k), q = cj * W + ci;

                    cell[k] = ci < W - 1 && cj < H - 1 &&
                              isfinite(z[q] + z[q + 1] + z[q + W] + z[q + W + 1]);
                }
                expected +=
                    (cell[0] || cell[1]) && (z[v] >= level) != (z[up ? v + W : v + 1] >= level);
            }
            ck_assert_uint_eq(c.n_points, expected);
            for (size_t k = 0; k < c.n_points; k++) {
                double x = c.xy[2 * k], y = c.xy[2 * k + 1], fx = x - floor(x), fy = y - floor(y);
                size_t v = (size_t)floor(y) * W + (size_t)floor(x);

                ck_assert(fx == 0 || fy == 0);
                if (fx > 0)
                    ck_assert_double_eq_tol(z[v] + fx * (z[v + 1] - z[v]), level, 1e-12);
                else if (fy > 0)
                    ck_assert_double_eq_tol(z[v] + fy * (z[v + W] - z[v]), level, 1e-12);
            }
        }
        contour_end(&c);
    }
}
END_TEST

START_TEST(plateau_at_the_level)
{
    double z[16];
    struct contours c;

    for (size_t i = 0; i < 16; i++)
        z[i] = 1;
    ck_assert_int_eq(contour_begin(&c, z, 4, 4), 0);
    ck_assert_int_eq(contour_trace(&c, 1), 0);
    ck_assert_uint_eq(c.n_lines, 0);
    contour_end(&c);
    ck_assert_int_eq(contour_begin(&c, z, 1, 4), -1);
    contour_end(&c);
}
END_TEST

/* ---- resample ------------------------------------------------------------------------ */

#define M 9
static const double xs[M] = {0, 1, 2, 3.5, 4, 5, 6, 7, 8};

/* The surface through z (M x M) at W x W places over the whole grid. */
static void sample(const double *z, double *out, size_t w)
{
    struct resample r;
    double *places = malloc(w * sizeof *places);

    ck_assert_ptr_nonnull(places);
    for (size_t i = 0; i < w; i++)
        places[i] = 8.0 * (double)i / (double)(w - 1);
    ck_assert_int_eq(resample_begin(&r, xs, M, xs, M, z, places, w), 0);
    for (size_t j = 0; j < w; j++)
        resample_row(&r, places[j], out + j * w);
    resample_end(&r);
    free(places);
}

START_TEST(surface_goes_through_the_points)
{
    enum { W = 17 }; /* every half: the grid points but 3.5 + 0.5 k are met */
    double z[M * M], out[W * W];
    unsigned state = 5;

    for (size_t i = 0; i < M * M; i++)
        z[i] = uniform(&state);
    sample(z, out, W);
    for (size_t j = 0; j < M; j++)
        for (size_t i = 0; i < M; i++) {
            size_t k = (size_t)(2 * xs[i]), l = (size_t)(2 * xs[j]);

            ck_assert_double_eq_tol(out[l * W + k], z[j * M + i], 1e-14);
        }
}
END_TEST

START_TEST(planes_and_parabolas_are_exact)
{
    enum { W = 65 };
    double z[M * M], p[M * M];
    static double out[W * W];

    for (size_t i = 0; i < M * M; i++) {
        z[i] = 3 * xs[i % M] - 2 * xs[i / M] + 1;
        p[i] = (xs[i % M] - 3.2) * (xs[i % M] - 3.2);
    }
    sample(z, out, W);
    for (size_t i = 0; i < W * W; i++)
        ck_assert_double_eq_tol(out[i], 3 * (double)(i % W) / 8 - 2 * (double)(i / W) / 8 + 1,
                                1e-12);
    sample(p, out, W); /* the minimum included, which a plain monotone limiter flattens */
    for (size_t i = 0; i < W * W; i++) {
        double x = (double)(i % W) / 8;

        ck_assert_double_eq_tol(out[i], (x - 3.2) * (x - 3.2), 1e-12);
    }
}
END_TEST

START_TEST(no_swing_past_a_spike)
{
    enum { W = 129 };
    double z[M * M];
    static double out[W * W];

    for (size_t i = 0; i < M * M; i++)
        z[i] = 1;
    sample(z, out, W);
    for (size_t i = 0; i < W * W; i++)
        ck_assert_double_eq(out[i], 1); /* flat to the last bit */
    z[4 * M + 4] = 1e6;
    sample(z, out, W);
    for (size_t i = 0; i < W * W; i++) {
        ck_assert_double_ge(out[i], 1 - 1e-9);
        ck_assert_double_le(out[i], 1e6);
    }
}
END_TEST

START_TEST(holes_are_whole_cells)
{
    enum { W = 129 };
    double z[M * M];
    static double out[W * W];

    for (size_t i = 0; i < M * M; i++)
        z[i] = (double)i;
    z[4 * M + 5] = NAN; /* at (5, 4): the cells from 4 to 6 by 3.5 to 5 */
    z[0] = INFINITY;
    sample(z, out, W);
    for (size_t i = 0; i < W * W; i++) {
        double x = (double)(i % W) / 16, y = (double)(i / W) / 16;
        bool inside = (x > 4 && x < 6 && y > 3.5 && y < 5) || (x < 1 && y < 1);
        bool beyond = (x < 4 || x > 6 || y < 3.5 || y > 5) && (x > 1 || y > 1);

        ck_assert(!inside || isnan(out[i]));
        ck_assert(!beyond || isfinite(out[i]));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("contour");
    TCase *t = tcase_create("contour");

    tcase_add_test(t, circle_is_one_ring);
    tcase_add_test(t, straight_line_ends_on_the_border);
    tcase_add_test(t, saddles);
    tcase_add_test(t, every_crossing_once);
    tcase_add_test(t, plateau_at_the_level);
    tcase_add_test(t, surface_goes_through_the_points);
    tcase_add_test(t, planes_and_parabolas_are_exact);
    tcase_add_test(t, no_swing_past_a_spike);
    tcase_add_test(t, holes_are_whole_cells);
    suite_add_tcase(s, t);
    return bench_main(s);
}
