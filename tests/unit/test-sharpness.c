/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sharpness.c -- flat radius, epsilon-sharpness, curvatures, convexity and barriers of
 * landscapes where they can be worked out.
 */
#include "terrain-bench.h"

#include "../../core/analysis/barrier.h"
#include "../../core/analysis/sharpness.h"

static struct probe probe;

static void tear_down(void)
{
    probe_free(&probe);
    terrain_teardown();
}

static void look(bool line)
{
    probe_free(&probe);
    probe_init(&probe, &model, &plane, line, &b->env);
}

/* An ellipse, turned by 0.4: curvatures `flat` and `steep`, 2 in the middle (0.3, -0.2). */
static double flat_curvature = 1, steep_curvature = 9;

static double bowl(const double *t, double *g)
{
    double c = cos(0.4), s = sin(0.4), x = t[0] - 0.3, y = t[1] + 0.2;
    double p = c * x + s * y, q = -s * x + c * y;
    if (g) {
        g[0] = flat_curvature * p * c - steep_curvature * q * s;
        g[1] = flat_curvature * p * s + steep_curvature * q * c;
    }
    return 2 + 0.5 * (flat_curvature * p * p + steep_curvature * q * q);
}

static const double skew_u[2] = {0.8, 0.3}, skew_v[2] = {-1.5, 1.1};

/* Coordinates of theta in the skew plane. */
static void coordinates(double t0, double t1, double xy[2])
{
    double det = skew_u[0] * skew_v[1] - skew_u[1] * skew_v[0];
    xy[0] = (skew_v[1] * t0 - skew_v[0] * t1) / det;
    xy[1] = (skew_u[0] * t1 - skew_u[1] * t0) / det;
}

/* ---- flat radius ---- */

static struct flat_radius flat_of(double flat, double steep, double half)
{
    struct flat_radius f;
    double xy[2];
    flat_curvature = flat;
    steep_curvature = steep;
    coordinates(0.3, -0.2, xy);
    terrain_open(bowl);
    terrain_plane(terrain_origin, skew_u, skew_v);
    terrain_grid(41, 37, xy[0] - half, xy[0] + 1.2 * half, xy[1] - half, xy[1] + half);
    look(false);
    OK(sharpness_flat(&f, &probe, &grid.view, xy[0], xy[1], 2, &b->err));
    return f;
}

/* 2 x 1.1 is reached first where it is steepest: at sqrt(0.4 / steep). */
START_TEST(radius_of_an_ellipse)
{
    static const double steep[] = {1, 9, 100, 2500, 1e6, 1e9};
    for (size_t i = 0; i < sizeof steep / sizeof *steep; i++) {
        struct flat_radius f = flat_of(1, steep[i], 2);
        double want = sqrt(0.4 / steep[i]);
        ck_assert(!f.at_least);
        ck_assert_double_eq_tol(f.radius / want, 1, 2e-5);
        ck_assert_double_ge(f.upper, f.radius);
        ck_assert_double_eq_tol(f.upper / want, 1, 2e-5);
        const double theta[2] = {f.to_x * skew_u[0] + f.to_y * skew_v[0],
                                 f.to_x * skew_u[1] + f.to_y * skew_v[1]};
        ck_assert_double_eq_tol(bowl(theta, NULL), 2.2, 1e-4);
        ck_assert_double_eq_tol(hypot(theta[0] - 0.3, theta[1] + 0.2), f.upper, 1e-9);
    }
}
END_TEST

START_TEST(radius_beyond_the_picture)
{
    struct flat_radius f = flat_of(0.01, 0.02, 1);
    ck_assert(f.at_least && isnan(f.upper));
    /* The nearest edge, in distance: that of x or that of y, whichever is closer. */
    ck_assert_double_gt(f.radius, 0.5);
    ck_assert_double_lt(f.radius, sqrt(0.4 / 0.02));
    for (int i = 0; i < 400; i++) {
        double a = 2 * 3.14159265358979 * i / 400, xy[2], middle[2], r = 0.98 * f.radius;
        coordinates(0.3, -0.2, middle);
        coordinates(0.3 + r * cos(a), -0.2 + r * sin(a), xy);
        ck_assert(xy[0] > middle[0] - 1 && xy[0] < middle[0] + 1.2);
        ck_assert(fabs(xy[1] - middle[1]) < 1);
    }
}
END_TEST

START_TEST(radius_of_nothing)
{
    struct flat_radius f = flat_of(1, 9, 1);
    OK(sharpness_flat(&f, &probe, &grid.view, 0, 0, -1, &b->err));
    ck_assert(isnan(f.radius) && !f.at_least); /* 1.1 x a negative loss is no rise */
    OK(sharpness_flat(&f, &probe, &grid.view, 0, 0, 0, &b->err));
    ck_assert(isnan(f.radius));
    OK(sharpness_flat(&f, &probe, &grid.view, 99, 0, 2, &b->err));
    ck_assert(isnan(f.radius));
}
END_TEST

START_TEST(radius_on_a_line)
{
    static const double u[2] = {2, 0};
    struct flat_radius f;
    flat_curvature = steep_curvature = 4;
    terrain_open(bowl);
    terrain_plane((const double[2]){0.3, -0.2}, u, NULL);
    terrain_grid(31, 1, -1, 1, 0, 0);
    look(true);
    OK(sharpness_flat(&f, &probe, &grid.view, 0, 0, 2, &b->err));
    ck_assert_double_eq_tol(f.radius, sqrt(0.1), 1e-6);
}
END_TEST

/* ---- the box ---- */

START_TEST(box_of_a_bowl)
{
    struct box_sharpness box[2] = {{.epsilon = 1e-3}, {.epsilon = 0.5}};
    static const double theta[2] = {1.25, -3};
    flat_curvature = 2;
    steep_curvature = 7;
    terrain_open(bowl);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    look(false);
    OK(sharpness_box(box, 2, &probe, theta[0], theta[1], &b->err));
    for (int i = 0; i < 2; i++) {
        double w[2] = {box[i].epsilon * (1.25 + 1), box[i].epsilon * (3 + 1)}, most = 0;
        ck_assert_double_eq_tol(box[i].width[0], w[0], 1e-15);
        ck_assert_double_eq_tol(box[i].width[1], w[1], 1e-15);
        /* Of a convex function the highest point of a box is a corner. */
        for (int k = 0; k < 4; k++) {
            const double corner[2] = {theta[0] + (k & 1 ? w[0] : -w[0]),
                                      theta[1] + (k & 2 ? w[1] : -w[1])};
            most = fmax(most, bowl(corner, NULL));
        }
        double middle = bowl(theta, NULL);
        ck_assert_double_eq_tol(box[i].highest, most, 1e-12);
        ck_assert_double_eq_tol(box[i].value, 100 * (most - middle) / (1 + middle), 1e-10);
    }
}
END_TEST

/* The box belongs to the plane's orthonormal directions: here u / |u| and what of v is
 * orthogonal to it. */
START_TEST(box_of_skew_directions)
{
    struct box_sharpness box = {.epsilon = 0.25};
    flat_curvature = 2;
    steep_curvature = 7;
    terrain_open(bowl);
    terrain_plane(terrain_origin, skew_u, skew_v);
    look(false);
    const double theta[2] = {0.7, 2.5};
    double xy[2];
    coordinates(theta[0], theta[1], xy);
    OK(sharpness_box(&box, 1, &probe, xy[0], xy[1], &b->err));
    double n = hypot(skew_u[0], skew_u[1]);
    const double e[2] = {skew_u[0] / n, skew_u[1] / n}, f[2] = {-e[1], e[0]};
    double we = 0.25 * (fabs(theta[0] * e[0] + theta[1] * e[1]) + 1);
    double wf = 0.25 * (fabs(theta[0] * f[0] + theta[1] * f[1]) + 1), most = 0;
    ck_assert_double_eq_tol(box.width[0], we, 1e-12);
    ck_assert_double_eq_tol(box.width[1], wf, 1e-12);
    for (int k = 0; k < 4; k++) {
        double a = k & 1 ? we : -we, c = k & 2 ? wf : -wf;
        const double corner[2] = {theta[0] + a * e[0] + c * f[0], theta[1] + a * e[1] + c * f[1]};
        most = fmax(most, bowl(corner, NULL));
    }
    ck_assert_double_eq_tol(box.highest, most, 1e-11);
}
END_TEST

/* ---- curvatures ---- */

START_TEST(curvature_of_a_bowl)
{
    flat_curvature = 2;
    steep_curvature = 7;
    terrain_open(bowl);
    terrain_plane(terrain_origin, skew_u, skew_v);
    for (int gradient = 0; gradient < 2; gradient++) {
        struct curvature c;
        double xy[2], g[2];
        const double theta[2] = {1.1, 0.4};
        look(false);
        probe.budget = gradient ? 1e6 : 0;
        coordinates(theta[0], theta[1], xy);
        OK(sharpness_curvature(&c, &probe, xy[0], xy[1], 1e-3, 1e-3, &b->err));
        ck_assert(c.by_gradient == (gradient == 1));
        ck_assert_double_eq_tol(c.loss, bowl(theta, g), 1e-13);
        ck_assert_double_eq_tol(c.curvature[0], 2, 1e-6);
        ck_assert_double_eq_tol(c.curvature[1], 7, 1e-6);
        ck_assert_double_eq_tol(c.slope, hypot(g[0], g[1]), 1e-8);
    }
}
END_TEST

START_TEST(eigenvalues)
{
    double lambda[2];
    static const double identity[4] = {1, 0, 0, 1}, stretched[4] = {4, 0, 0, 0.25};
    hessian_eigenvalues(&(struct hessian){1, 2, -2}, false, lambda);
    ck_assert_double_eq_tol(lambda[0], -3, 1e-15);
    ck_assert_double_eq_tol(lambda[1], 2, 1e-15);
    hessian_eigenvalues(&(struct hessian){0, 0, 0}, false, lambda);
    ck_assert(lambda[0] == 0 && lambda[1] == 0);
    /* Of very unequal ones the small one keeps its digits. */
    hessian_eigenvalues(&(struct hessian){1e12, 1, 3e-12}, false, lambda);
    ck_assert_double_eq_tol(lambda[0] / 2e-12, 1, 1e-12);
    hessian_curvatures(&(struct hessian){1, 2, -2}, identity, false, lambda);
    ck_assert_double_eq_tol(lambda[0], -3, 1e-15);
    hessian_curvatures(&(struct hessian){8, 0, 1}, stretched, false, lambda);
    ck_assert_double_eq_tol(lambda[0], 2, 1e-15);
    ck_assert_double_eq_tol(lambda[1], 4, 1e-15);
    hessian_curvatures(&(struct hessian){8, 0, 0}, stretched, true, lambda);
    ck_assert_double_eq(lambda[0], 2);
    ck_assert(isnan(lambda[1]));
}
END_TEST

/* ---- convexity ---- */

static double saddle(const double *t, double *g)
{
    double p = 0.6 * t[0] + 0.8 * t[1], q = -0.8 * t[0] + 0.6 * t[1];
    (void)g;
    return 2 * p * p - 0.5 * q * q;
}

static double tilted_tent(const double *t, double *g)
{
    (void)g;
    return fmax(0, 1 - 2 * t[0] - 1.3 * t[1]) + fmax(0, 0.3 + t[0] - 2.7 * t[1]) +
           0.01 * (t[0] * t[0] + t[1] * t[1]);
}

static void map(double *ratio, const double *gram)
{
    convexity_map(&grid.view, gram, 0, ratio);
}

/* Hinges at all angles: convex, however the nine points of a cell lie about the kinks. */
static double hinges(const double *t, double *g)
{
    double sum = 0;
    (void)g;
    for (int k = 0; k < 12; k++)
        sum += fmax(0, 0.3 * sin(7.0 * k) + cos(0.5 * k + 0.2) * t[0] + sin(0.5 * k + 0.2) * t[1]);
    return sum / 12;
}

START_TEST(hinges_are_convex)
{
    double ratio[41 * 37];
    terrain_open(hinges);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(41, 37, -1, 1.2, -0.7, 0.9);
    map(ratio, plane.gram);
    for (size_t k = 0; k < 41 * 37; k++)
        ck_assert(isnan(ratio[k]) || ratio[k] == 0);
}
END_TEST

START_TEST(convexity_of_known_surfaces)
{
    double ratio[21 * 17];
    terrain_open(saddle);
    terrain_plane(terrain_origin, skew_u, skew_v);
    terrain_grid(21, 17, -1, 1.2, -0.7, 0.9);
    map(ratio, plane.gram);
    for (size_t row = 0; row < 17; row++)
        for (size_t col = 0; col < 21; col++) {
            bool inside = row > 0 && row < 16 && col > 0 && col < 20;
            if (inside)
                ck_assert_double_eq_tol(ratio[row * 21 + col], -0.25, 1e-9);
            else
                ck_assert(isnan(ratio[row * 21 + col]));
        }
    flat_curvature = 1;
    steep_curvature = 1e4;
    terrain_open(bowl);
    terrain_plane(terrain_origin, skew_u, skew_v);
    terrain_grid(21, 17, -1, 1.2, -0.7, 0.9);
    map(ratio, plane.gram);
    for (size_t k = 0; k < 21 * 17; k++)
        ck_assert(isnan(ratio[k]) || ratio[k] == 0);
}
END_TEST

/* A convex function with kinks is convex to the eye, too. */
START_TEST(convexity_at_kinks)
{
    double ratio[41 * 41];
    size_t wrong = 0;
    terrain_open(tilted_tent);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(41, 41, -1, 1, -1, 1);
    map(ratio, plane.gram);
    for (size_t k = 0; k < 41 * 41; k++)
        wrong += ratio[k] < 0;
    ck_assert_uint_le(wrong, 41 * 41 / 100);
}
END_TEST

START_TEST(convexity_on_a_line)
{
    double ratio[11];
    terrain_open(saddle);
    terrain_plane(terrain_origin, (const double[2]){-0.8, 0.6}, NULL);
    terrain_grid(11, 1, -1, 1, 0, 0);
    map(ratio, plane.gram);
    ck_assert(isnan(ratio[0]) && isnan(ratio[10]));
    for (int i = 1; i < 10; i++)
        ck_assert_double_eq(ratio[i], -1);
    terrain_plane(terrain_origin, (const double[2]){0.6, 0.8}, NULL);
    terrain_grid(11, 1, -1, 1, 0, 0);
    map(ratio, plane.gram);
    ck_assert_double_eq(ratio[5], 0);
}
END_TEST

/* ---- barriers ---- */

static double wells(const double *t, double *g)
{
    double s = t[0];
    (void)g;
    return 1 + s * s * s * s - 2 * s * s + 0.1 * s + 3 * t[1] * t[1];
}

START_TEST(a_barrier)
{
    struct barrier bar[BARRIERS];
    size_t n;
    terrain_open(wells);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    plane.view.n_marks = 3;
    plane.view.mark[0] = (struct tw_mark){-1, 0, "a"};
    plane.view.mark[1] = (struct tw_mark){1, 0, "b"};
    plane.view.mark[2] = (struct tw_mark){1, 0.5, "c"};
    look(false);
    OK(barrier_find(bar, &n, &probe, &b->err));
    ck_assert_uint_eq(n, 3);
    /* The top is where 4 s^3 - 4 s + 0.1 vanishes: 0.0250156..., by Newton. */
    double s = 0.025;
    for (int i = 0; i < 20; i++)
        s -= (4 * s * s * s - 4 * s + 0.1) / (12 * s * s - 4);
    double top = 1 + s * s * s * s - 2 * s * s + 0.1 * s;
    ck_assert_double_eq_tol(bar[0].from_loss, -0.1, 1e-14);
    ck_assert_double_eq_tol(bar[0].to_loss, 0.1, 1e-14);
    ck_assert_double_eq_tol(bar[0].highest, top, 1e-10);
    ck_assert_double_eq_tol(bar[0].at, 0.5 * (1 + s), 1e-5);
    ck_assert_double_eq_tol(bar[0].above_higher_end, top - 0.1, 1e-10);
    ck_assert_double_eq_tol(bar[0].above_mean, top, 1e-10);
    /* Uphill all the way is no barrier. */
    ck_assert_uint_eq(bar[2].from, 1);
    ck_assert_uint_eq(bar[2].to, 2);
    ck_assert_double_eq(bar[2].above_higher_end, 0);
    ck_assert_double_eq(bar[2].at, 1);
    plane.view.n_marks = 1;
    OK(barrier_find(bar, &n, &probe, &b->err));
    ck_assert_uint_eq(n, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sharpness");
    TCase *c = tcase_create("sharpness");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, terrain_setup, tear_down);
    tcase_add_test(c, radius_of_an_ellipse);
    tcase_add_test(c, radius_beyond_the_picture);
    tcase_add_test(c, radius_of_nothing);
    tcase_add_test(c, radius_on_a_line);
    tcase_add_test(c, box_of_a_bowl);
    tcase_add_test(c, box_of_skew_directions);
    tcase_add_test(c, curvature_of_a_bowl);
    tcase_add_test(c, eigenvalues);
    tcase_add_test(c, hinges_are_convex);
    tcase_add_test(c, convexity_of_known_surfaces);
    tcase_add_test(c, convexity_at_kinks);
    tcase_add_test(c, convexity_on_a_line);
    tcase_add_test(c, a_barrier);
    return bench_main(suite);
}
