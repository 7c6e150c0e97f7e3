/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ball.c -- the surface and the ball on it: derivatives, energy, the pendulum's period, where
 * it rests, walls and holes.  Peers are formulas.
 */
#include "suite.h"

#include "../../core/ball/ball.h"

#include <check.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N  41
#define PI 3.14159265358979323846

static struct surface s;
static struct ball_options o;
static struct roll r;
static struct error err;

static void set_up(void)
{
    gsl_set_error_handler_off();
    o = ball_defaults();
    error_clear(&err);
}

static void tear_down(void)
{
    roll_free(&r);
    surface_free(&s);
}

typedef double relief(double x, double y);

/* On [-1, 1] x [-1, 1]. */
static void surface_of(relief *f)
{
    static const double range[4] = {-1, 1, -1, 1};
    double h[N * N];
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++)
            h[j * N + i] = f(-1 + 2.0 * i / (N - 1), -1 + 2.0 * j / (N - 1));
    surface_free(&s);
    ck_assert_int_eq(surface_new(&s, N, N, range, h, &err), 0);
}

static void roll(double x, double y, double vx, double vy)
{
    const double start[2] = {x, y}, velocity[2] = {vx, vy};
    roll_free(&r);
    ck_assert_msg(ball_roll(&s, &o, start, velocity, &r, &err) == 0, "%s", err.text);
}

static const struct ball_sample *last(void)
{
    ck_assert_uint_gt(r.n, 0);
    return &r.sample[r.n - 1];
}

/* Ascending times, in the picture; `slack` of the energy is for rounding. */
static void check_samples(double slack)
{
    for (size_t i = 0; i < r.n; i++) {
        const struct ball_sample *p = &r.sample[i];
        struct slope at;
        surface_at(&s, p->x, p->y, &at);
        ck_assert_double_eq(p->z, at.h);
        ck_assert(p->x >= -1 && p->x <= 1 && p->y >= -1 && p->y <= 1);
        ck_assert_double_eq_tol(p->energy,
                                0.5 * BALL_INERTIA * p->speed * p->speed + o.gravity * p->z, 1e-12);
        if (i == 0)
            continue;
        ck_assert_double_gt(p->t, p[-1].t);
        ck_assert_msg(p->energy <= p[-1].energy + slack, "energy rises by %g at %g s",
                      p->energy - p[-1].energy, p->t);
    }
}

static double cubic(double x, double y)
{
    return 0.3 + x * x * x - 2 * x * x * y + 0.5 * y * y * y + x * y - y;
}

static double waves(double x, double y)
{
    return 0.1 * sin(5 * x + 1) * cos(4 * y) + 0.2 * (x * x + 0.7 * y * y);
}

static double bowl(double x, double y)
{
    return 0.5 * (0.8 * x * x + 0.5 * y * y);
}

/* ---- surface ---- */

START_TEST(cubics_are_reproduced)
{
    surface_of(cubic);
    for (double x = -1; x <= 1; x += 0.07)
        for (double y = -1; y <= 1; y += 0.09) {
            struct slope p;
            surface_at(&s, x, y, &p);
            ck_assert_double_eq_tol(p.h, cubic(x, y), 1e-13);
            ck_assert_double_eq_tol(p.x, 3 * x * x - 4 * x * y + y, 1e-12);
            ck_assert_double_eq_tol(p.y, -2 * x * x + 1.5 * y * y + x - 1, 1e-12);
            ck_assert_double_eq_tol(p.xx, 6 * x - 4 * y, 1e-10);
            ck_assert_double_eq_tol(p.xy, -4 * x + 1, 1e-10);
            ck_assert_double_eq_tol(p.yy, 3 * y, 1e-10);
        }
}
END_TEST

START_TEST(second_derivatives_have_no_jumps)
{
    surface_of(waves);
    for (int k = 1; k < N - 1; k++) {
        double x = -1 + 2.0 * k / (N - 1), y = 0.31;
        struct slope a, b, c, d;
        surface_at(&s, x - 1e-9, y, &a);
        surface_at(&s, x + 1e-9, y, &b);
        surface_at(&s, y, x - 1e-9, &c);
        surface_at(&s, y, x + 1e-9, &d);
        ck_assert_double_eq_tol(a.xx, b.xx, 1e-6);
        ck_assert_double_eq_tol(a.xy, b.xy, 1e-6);
        ck_assert_double_eq_tol(a.yy, b.yy, 1e-6);
        ck_assert_double_eq_tol(c.xx, d.xx, 1e-6);
        ck_assert_double_eq_tol(c.yy, d.yy, 1e-6);
        surface_at(&s, x + 0.017, y, &a);
        ck_assert_double_eq_tol(a.h, waves(x + 0.017, y), 2e-5);
    }
}
END_TEST

START_TEST(few_points)
{
    for (size_t nx = 2; nx <= 4; nx++)
        for (size_t ny = 2; ny <= 4; ny++) {
            double range[4] = {-1, 1, 0, 3}, h[16];
            for (size_t k = 0; k < nx * ny; k++)
                h[k] = 2 * (-1 + 2.0 * (double)(k % nx) / (double)(nx - 1)) -
                       3.0 * (double)(k / nx) / (double)(ny - 1);
            surface_free(&s);
            ck_assert_int_eq(surface_new(&s, nx, ny, range, h, &err), 0);
            struct slope p;
            surface_at(&s, 0.3, 1.1, &p);
            ck_assert_double_eq_tol(p.h, 0.6 - 1.1, 1e-14);
            ck_assert_double_eq_tol(p.x, 2, 1e-13);
            ck_assert_double_eq_tol(p.y, -1, 1e-13);
            ck_assert_double_eq_tol(p.xx, 0, 1e-12);
        }
}
END_TEST

/* Where it is corrected the surface has the height and no slope, and its derivatives are
 * those of its heights. */
START_TEST(a_correction)
{
    surface_of(waves);
    struct slope p, q, before;
    surface_at(&s, 0.9, -0.9, &before);
    surface_correct(&s, 0.3, 0.2, 0.123, true, true);
    surface_at(&s, 0.3, 0.2, &p);
    ck_assert_double_eq_tol(p.h, 0.123, 1e-15);
    ck_assert_double_eq_tol(hypot(p.x, p.y), 0, 1e-15);
    surface_at(&s, 0.9, -0.9, &p);
    ck_assert_double_eq(p.h, before.h);
    double e = 1e-5;
    struct slope at[3][3];
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++)
            surface_at(&s, 0.33 + (i - 1) * e, 0.17 + (j - 1) * e, &at[j][i]);
    q = at[1][1];
    ck_assert_double_eq_tol(q.x, (at[1][2].h - at[1][0].h) / (2 * e), 1e-7);
    ck_assert_double_eq_tol(q.y, (at[2][1].h - at[0][1].h) / (2 * e), 1e-7);
    ck_assert_double_eq_tol(q.xx, (at[1][2].x - at[1][0].x) / (2 * e), 1e-5);
    ck_assert_double_eq_tol(q.xy, (at[2][1].x - at[0][1].x) / (2 * e), 1e-5);
    ck_assert_double_eq_tol(q.yy, (at[2][1].y - at[0][1].y) / (2 * e), 1e-5);
    surface_correct(&s, -1, 0.2, 0.1, false, true);
    surface_at(&s, -1, 0.2, &p);
    ck_assert_double_eq_tol(p.h, 0.1, 1e-15);
    ck_assert_double_eq_tol(p.y, 0, 1e-15);
    ck_assert(fabs(p.x) > 0.01);
}
END_TEST

/* ---- energy ---- */

START_TEST(energy_never_rises)
{
    surface_of(waves);
    for (int k = 0; k < repetitions(20); k++) {
        o.friction = 0.1 * (1 + k % 5 * 4);
        o.stride = 0.02;
        roll(sin(k), cos(2.3 * k), 2 * sin(5.0 * k), cos(7.0 * k));
        check_samples(1e-10);
        ck_assert_int_ne(r.end, ROLL_TIME);
    }
}
END_TEST

START_TEST(energy_is_kept_without_friction)
{
    surface_of(waves);
    o.friction = 0;
    o.restitution = 1;
    o.longest = 2.5;
    o.stride = 0.02;
    for (int k = 0; k < repetitions(100); k++) {
        roll(0.9 * sin(k), 0.9 * cos(1.7 * k), sin(3.0 * k), cos(4.0 * k));
        ck_assert_int_eq(r.end, ROLL_TIME);
        for (size_t i = 0; i + 1 < r.n; i++) /* the last one is stopped */
            ck_assert_double_eq_tol(r.sample[i].energy, r.sample[0].energy,
                                    1e-6 * o.gravity * s.relief);
    }
}
END_TEST

/* Times at which x goes up through 0, by the cubic through two samples. */
static size_t crossings(double *t, size_t most)
{
    size_t n = 0;
    for (size_t i = 1; i + 1 < r.n && n < most; i++) {
        const struct ball_sample *p = &r.sample[i - 1], *q = &r.sample[i];
        if (!(p->x < 0 && q->x >= 0))
            continue;
        t[n++] = p->t + (q->t - p->t) * p->x / (p->x - q->x);
    }
    return n;
}

/* Small oscillations of a rolling ball: omega^2 = 5/7 g h'', and with friction c,
 * omega^2 - c^2 / 4. */
START_TEST(period_in_a_parabolic_bowl)
{
    surface_of(bowl);
    o.stride = 1e-4;
    o.pause = 2e-3;
    for (int k = 0; k < 4; k++) {
        double t[4], omega2 = 5.0 / 7 * o.gravity * (k % 2 ? 0.5 : 0.8);
        o.friction = k < 2 ? 0 : 0.3;
        o.longest = k < 2 ? 16 : 3600;
        roll(k % 2 ? 0 : 0.01, k % 2 ? 0.01 : 0, 0, 0);
        if (k % 2)
            for (size_t i = 0; i < r.n; i++)
                r.sample[i].x = r.sample[i].y;
        ck_assert_uint_eq(crossings(t, 4), 4);
        double period = 2 * PI / sqrt(omega2 - 0.25 * o.friction * o.friction);
        ck_assert_double_eq_tol((t[3] - t[0]) / 3, period, 1e-4 * period);
    }
}
END_TEST

/* Along x a valley is a curve: its arc length u has u'' = -5/7 g dh/du, whatever the curvature.
 * The time down a cycloid does not depend on where the ball starts (Huygens). */
static double cycloid(double x, double y)
{
    /* x = a (q + sin q), h = a (1 - cos q); here a = 0.4, |x| <= 1 < 0.4 pi */
    double a = 0.4, q = x / (2 * a);
    (void)y;
    for (int k = 0; k < 60; k++)
        q -= (a * (q + sin(q)) - x) / (a * (1 + cos(q)));
    return a * (1 - cos(q));
}

START_TEST(a_cycloid_is_isochronous)
{
    surface_of(cycloid);
    o.friction = 0;
    o.stride = 1e-3;
    o.pause = 5e-3;
    o.longest = 10;
    for (double x = 0.1; x < 0.9; x += 0.25) {
        double t[3], period = 4 * PI * sqrt(0.4 / o.gravity * BALL_INERTIA);
        roll(x, 0.1, 0, 0);
        ck_assert_uint_eq(crossings(t, 3), 3);
        ck_assert_double_eq_tol(0.5 * (t[2] - t[0]), period, 1e-3 * period);
    }
}
END_TEST

/* ---- rest ---- */

START_TEST(rests_where_the_gradient_vanishes)
{
    surface_of(waves);
    size_t at_wall = 0;
    o.stride = 0.02;
    for (int k = 0; k < 40; k++) {
        struct slope p;
        roll(sin(1.0 + k), cos(3.1 * k), 0, 0);
        const struct ball_sample *end = last();
        surface_at(&s, end->x, end->y, &p);
        ck_assert_double_eq(end->speed, 0);
        ck_assert_double_lt(end->z, r.sample[0].z + 1e-12);
        if (r.end == ROLL_MINIMUM) {
            ck_assert_double_eq_tol(hypot(p.x, p.y), 0, 1e-10);
            ck_assert(p.xx > 0 && p.xx * p.yy > p.xy * p.xy);
        } else {
            ck_assert_int_eq(r.end, ROLL_WALL);
            ck_assert(r.leans[0] || r.leans[1]);
            ck_assert(!r.leans[0] || (fabs(end->x) == 1 && p.x * end->x < 0));
            ck_assert(!r.leans[1] || (fabs(end->y) == 1 && p.y * end->y < 0));
            ck_assert(r.leans[0] || fabs(p.x) < 1e-10);
            ck_assert(r.leans[1] || fabs(p.y) < 1e-10);
            at_wall++;
        }
    }
    ck_assert_uint_lt(at_wall, 40);
}
END_TEST

static double slope_down(double x, double y)
{
    return 1e-3 * x + 0.2 * y;
}

static double trough(double x, double y) /* down to its wall, gently: no curvature along it */
{
    return 0.5 * fabs(x) + 1e-4 * y;
}

static double flat(double x, double y)
{
    (void)x;
    (void)y;
    return 0.25;
}

static double saddle(double x, double y)
{
    return 0.2 * (y * y - x * x) + 0.3 * x * x * x * x;
}

START_TEST(does_not_hang_on_a_slope)
{
    surface_of(slope_down);
    roll(0.5, 0.5, 0, 0);
    ck_assert_int_eq(r.end, ROLL_WALL);
    ck_assert_double_eq(last()->x, -1);
    ck_assert_double_eq(last()->y, -1);
    check_samples(1e-10);
    surface_of(trough);
    roll(0.7, 0.5, 0, 0);
    ck_assert_int_eq(r.end, ROLL_WALL);
    ck_assert_double_eq(last()->y, -1);
    ck_assert_double_eq_tol(last()->x, 0, 1e-3);
    check_samples(1e-10);
}
END_TEST

START_TEST(stays_where_it_is_flat)
{
    surface_of(flat);
    roll(0.25, 0.5, 0, 0);
    ck_assert_int_eq(r.end, ROLL_MINIMUM);
    ck_assert_double_eq(last()->x, 0.25);
    ck_assert_double_lt(last()->t, 0.01);
    roll(0.25, 0.5, 0.1, 0); /* 0.1 / friction further */
    ck_assert_int_eq(r.end, ROLL_MINIMUM);
    ck_assert_double_eq_tol(last()->x, 0.25 + 0.1 / o.friction, 1e-6);
    ck_assert_double_lt(last()->t, 120);
}
END_TEST

/* It would balance on the saddle for ever. */
START_TEST(leaves_a_saddle)
{
    surface_of(saddle);
    for (int k = 0; k < 2; k++) {
        roll(0, k ? 0 : 0.8, 0, 0);
        ck_assert_int_eq(r.end, ROLL_MINIMUM);
        ck_assert_double_eq_tol(fabs(last()->x), sqrt(1 / 3.0), 1e-3);
        ck_assert_double_eq_tol(last()->y, 0, 1e-6);
        check_samples(1e-10);
    }
}
END_TEST

/* ---- walls ---- */

START_TEST(restitution_at_a_wall)
{
    surface_of(flat);
    o.friction = 0;
    o.restitution = 0.6;
    o.longest = 1;
    roll(0.5, 0.25, 1, 0.5);
    ck_assert_double_eq_tol(r.sample[r.n - 2].speed, hypot(0.6, 0.5), 1e-9);
    ck_assert_double_eq_tol(last()->x, 1 - 0.6 * 0.5, 1e-6);
    ck_assert_double_eq_tol(last()->y, 0.75, 1e-6);
}
END_TEST

/* Ever faster bounces come to an end, whatever the restitution. */
START_TEST(leans_on_a_wall)
{
    for (int k = 0; k <= 10; k++) {
        surface_of(slope_down);
        o.restitution = 0.1 * k;
        roll(0.5, 0.5, 5, -5);
        ck_assert_int_eq(r.end, ROLL_WALL);
        ck_assert_double_eq(last()->x, -1);
        ck_assert_double_eq(last()->y, -1);
        ck_assert_uint_lt(r.n, 100000);
        check_samples(1e-10);
    }
}
END_TEST

/* A hole of 9 x 9 points in the middle of a slope: the ball comes to lie against it or passes it
 * by, and is never inside. */
START_TEST(holes_are_walls)
{
    double h[N * N], range[4] = {-1, 1, -1, 1};
    size_t leaning = 0;
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++) {
            double x = -1 + 2.0 * i / (N - 1), y = -1 + 2.0 * j / (N - 1);
            bool hole = abs(i - 20) <= 4 && abs(j - 20) <= 4;
            h[j * N + i] = hole ? NAN : 0.4 * y + 0.3 * x * x;
        }
    ck_assert_int_eq(surface_new(&s, N, N, range, h, &err), 0);
    for (int k = 0; k < 30; k++) {
        roll(-0.9 + 0.06 * k, 0.9, 0.2 * sin(k), 0);
        ck_assert_int_ne(r.end, ROLL_TIME);
        for (size_t i = 0; i < r.n; i++) {
            const struct ball_sample *p = &r.sample[i];
            ck_assert(!(fabs(p->x) < 0.25 - 1e-9 && fabs(p->y) < 0.25 - 1e-9));
        }
        check_samples(1e-10);
        ck_assert_int_eq(r.end, ROLL_WALL);
        leaning += last()->y > 0.2;
        if (last()->y > 0.2)
            ck_assert_double_eq_tol(last()->y, 0.25, 1e-12);
        else
            ck_assert_double_eq_tol(last()->y, -1, 1e-12);
    }
    ck_assert(leaning > 0);
    roll(0, 0, 0, 0); /* inside */
    ck_assert_int_eq(r.end, ROLL_WALLED);
    ck_assert_uint_eq(r.n, 0);
    roll(2, 0, 0, 0);
    ck_assert_int_eq(r.end, ROLL_WALLED);
}
END_TEST

START_TEST(nothing_but_holes)
{
    double h[9], range[4] = {0, 1, 0, 1};
    for (int i = 0; i < 9; i++)
        h[i] = i % 2 ? INFINITY : NAN;
    ck_assert_int_eq(surface_new(&s, 3, 3, range, h, &err), 0);
    roll(0.5, 0.5, 0, 0);
    ck_assert_int_eq(r.end, ROLL_WALLED);
}
END_TEST

START_TEST(same_bits_twice)
{
    surface_of(waves);
    roll(0.9, 0.8, 0.5, 0.1);
    size_t n = r.n;
    struct ball_sample *first = r.sample;
    r = (struct roll){0};
    roll(0.9, 0.8, 0.5, 0.1);
    ck_assert_uint_eq(n, r.n);
    ck_assert_mem_eq(first, r.sample, n * sizeof *first);
    free(first);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ball");
    TCase *c = tcase_create("all");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, cubics_are_reproduced);
    tcase_add_test(c, second_derivatives_have_no_jumps);
    tcase_add_test(c, few_points);
    tcase_add_test(c, a_correction);
    tcase_add_test(c, energy_never_rises);
    tcase_add_test(c, energy_is_kept_without_friction);
    tcase_add_test(c, period_in_a_parabolic_bowl);
    tcase_add_test(c, a_cycloid_is_isochronous);
    tcase_add_test(c, rests_where_the_gradient_vanishes);
    tcase_add_test(c, does_not_hang_on_a_slope);
    tcase_add_test(c, stays_where_it_is_flat);
    tcase_add_test(c, leaves_a_saddle);
    tcase_add_test(c, restitution_at_a_wall);
    tcase_add_test(c, leans_on_a_wall);
    tcase_add_test(c, holes_are_walls);
    tcase_add_test(c, nothing_but_holes);
    tcase_add_test(c, same_bits_twice);
    return bench_main(suite);
}
