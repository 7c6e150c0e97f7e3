/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-critical.c -- critical points that are known: of the quadratic plugin in planes that are
 * skew, of two and four wells, at a kink, on a line, of functions without gradient; to 1e-8 and
 * with the right kinds.
 */
#include "terrain-bench.h"

#include "../../core/analysis/analysis.h"

static struct mergetree low, high;
static struct critical found;
static struct probe probe;

static void tear_down(void)
{
    critical_free(&found);
    mergetree_free(&low);
    mergetree_free(&high);
    probe_free(&probe);
    terrain_teardown();
}

/* From the grid to the list, as the run does it. */
static void analyse(double threshold)
{
    const struct tw_grid *g = &grid.view;
    size_t lowest = grid_lowest(&grid);
    critical_free(&found);
    mergetree_free(&low);
    mergetree_free(&high);
    probe_free(&probe);
    probe_init(&probe, &model, &plane, g->ny == 1, &b->env);
    OK(probe_noise(&probe, g->x[lowest % g->nx], g->y[lowest / g->nx], 1e-4 * (g->x[1] - g->x[0]),
                   &b->err));
    OK(mergetree_build(&low, g->nx, g->ny, g->loss, 1, &b->err));
    OK(mergetree_build(&high, g->nx, g->ny, g->loss, -1, &b->err));
    mergetree_simplify(&low, threshold);
    mergetree_simplify(&high, threshold);
    OK(critical_find(&found, &probe, g, &low, &high, NULL, &b->err));
}

static const struct candidate *at(double x, double y, double tolerance)
{
    for (size_t i = 0; i < found.n; i++)
        if (fabs(found.point[i].x - x) <= tolerance && fabs(found.point[i].y - y) <= tolerance)
            return &found.point[i];
    ck_abort_msg("nothing was found at (%.17g, %.17g)", x, y);
    return NULL;
}

static size_t count(uint32_t kind)
{
    size_t n = 0;
    for (size_t i = 0; i < found.n; i++)
        n += found.point[i].kind == kind;
    return n;
}

/* ---- the quadratic plugin ---- */

/* The plane passes by the minimum of three parameters: the lowest point in the plane solves a
 * 2 x 2 system. */
START_TEST(a_bowl_in_a_skew_plane)
{
    static const double m[] = {1, -2, 0.5}, a[] = {1, 10, 3};
    static const double o[] = {0.3, 0.1, -0.2}, u[] = {0.5, -1, 2}, v[] = {1.5, 0.25, 1};
    struct bench *p = bench_new("thalweg: 1\n"
                                "model: {plugin: quadratic, minimum: [1, -2, 0.5], curvature: "
                                "[1, 10, 3], offset: 2}\n"
                                "sinks: [{plugin: csv}]\n");
    OK(model_open(&model, p->plan.model.plugin, p->plan.model.config, NULL, workers, &b->env,
                  &b->err));
    double h[4] = {0}, g[2] = {0};
    for (int j = 0; j < 3; j++) {
        h[0] += a[j] * u[j] * u[j];
        h[1] += a[j] * u[j] * v[j];
        h[3] += a[j] * v[j] * v[j];
        g[0] += a[j] * u[j] * (o[j] - m[j]);
        g[1] += a[j] * v[j] * (o[j] - m[j]);
    }
    double det = h[0] * h[3] - h[1] * h[1];
    double x = -(h[3] * g[0] - h[1] * g[1]) / det, y = -(h[0] * g[1] - h[1] * g[0]) / det;
    terrain_plane(o, u, v);
    terrain_grid(23, 17, x - 1.3, x + 2.1, y - 2, y + 1.7);
    analyse(1e-9);
    ck_assert_uint_eq(found.n, 1);
    const struct candidate *c = at(x, y, 1e-11);
    ck_assert_uint_eq(c->kind, TW_MINIMUM);
    ck_assert(c->by_gradient && c->smooth);
    ck_assert(isinf(c->persistence));
    /* Eigenvalues by (x, y): of h; in orthonormal coordinates: of inv(G) h. */
    double mean = 0.5 * (h[0] + h[3]), radius = hypot(0.5 * (h[0] - h[3]), h[1]);
    ck_assert_double_eq_tol(c->lambda[0], mean - radius, 1e-7 * mean);
    ck_assert_double_eq_tol(c->lambda[1], mean + radius, 1e-7 * mean);
    const double *q = plane.gram;
    double dq = q[0] * q[3] - q[1] * q[1];
    double trace = (q[3] * h[0] - 2 * q[1] * h[1] + q[0] * h[3]) / dq, product = det / dq;
    ck_assert_double_eq_tol(c->curvature[0] + c->curvature[1], trace, 1e-7 * trace);
    ck_assert_double_eq_tol(c->curvature[0] * c->curvature[1], product, 1e-7 * trace * trace);
    terrain_close();
    bench_free(p);
}
END_TEST

/* Zeros of t (a + 3 c t + 4 q t^2). */
static void stationary(double a, double c, double q, double t[3])
{
    double root = sqrt(9 * c * c - 16 * q * a);
    t[0] = 0;
    t[1] = (-3 * c - root) / (8 * q);
    t[2] = (-3 * c + root) / (8 * q);
}

/* A sum of two double wells has four minima, four saddles and a maximum. */
START_TEST(nine_points_of_a_quartic)
{
    struct bench *p = bench_new("thalweg: 1\n"
                                "model: {plugin: quadratic, minimum: [0.013, -0.021], curvature: "
                                "[-2, -3],\n"
                                "        cubic: [0.1, -0.05], quartic: 1, offset: 3}\n"
                                "sinks: [{plugin: csv}]\n");
    OK(model_open(&model, p->plan.model.plugin, p->plan.model.config, NULL, workers, &b->env,
                  &b->err));
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(33, 41, -1.7, 1.9, -2, 1.8);
    analyse(1e-3);
    ck_assert_uint_eq(found.n, 9);
    ck_assert_uint_eq(low.n, 4);
    ck_assert_uint_eq(count(TW_MINIMUM), 4);
    ck_assert_uint_eq(count(TW_SADDLE), 4);
    ck_assert_uint_eq(count(TW_MAXIMUM), 1);
    double s[3], t[3];
    stationary(-2, 0.1, 1, s);
    stationary(-3, -0.05, 1, t);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            const struct candidate *c = at(0.013 + s[i], -0.021 + t[k], 1e-10);
            uint32_t want = i && k ? TW_MINIMUM : i || k ? TW_SADDLE : TW_MAXIMUM;
            ck_assert_uint_eq(c->kind, want);
            double x = s[i], y = t[k];
            double loss = 3 - x * x + 0.1 * x * x * x + x * x * x * x - 1.5 * y * y -
                          0.05 * y * y * y + y * y * y * y;
            ck_assert_double_eq_tol(c->loss, loss, 1e-13);
        }
    /* Minima first, by loss; the lowest one has no end, the next leaves over a true saddle. */
    const struct tw_critical *v = &found.view;
    ck_assert_uint_eq(v->n, 9);
    for (size_t i = 0; i < 9; i++)
        ck_assert_uint_eq(v->kind[i] == TW_MINIMUM, i < 4);
    ck_assert(isinf(v->persistence[0]) && v->loss[0] < v->loss[1] && v->loss[4] < v->loss[8]);
    ck_assert(isnan(v->persistence[4]));
    double least = INFINITY;
    for (size_t i = 1; i < 4; i++) {
        double nearest = INFINITY;
        for (size_t k = 4; k < 8; k++)
            nearest = fmin(nearest, fabs(v->loss[k] - v->loss[i] - v->persistence[i]));
        least = fmin(least, nearest);
        ck_assert_double_lt(nearest, 1e-12);
    }
    terrain_close();
    bench_free(p);
}
END_TEST

/* ---- wells ---- */

/* Two wells, turned and of unequal depth: x^4/4 - x^2/2 + x/20 + y^2, by s = x + y/2. */
static double two_wells(const double *t, double *g)
{
    double s = t[0] + 0.5 * t[1], y = t[1];
    double slope = s * s * s - s + 0.05;
    if (g) {
        g[0] = slope;
        g[1] = 0.5 * slope + 2 * y;
    }
    return 0.25 * s * s * s * s - 0.5 * s * s + 0.05 * s + y * y + 1;
}

static double cubic_root(double lo, double hi)
{
    for (int i = 0; i < 200; i++) {
        double t = 0.5 * (lo + hi);
        if ((t * t * t - t + 0.05 > 0) == (hi * hi * hi - hi + 0.05 > 0))
            hi = t;
        else
            lo = t;
    }
    return lo;
}

static void check_wells(double tolerance)
{
    double left = cubic_root(-1.5, -0.9), top = cubic_root(-0.5, 0.5), right = cubic_root(0.9, 1.2);
    ck_assert_uint_eq(found.n, 3);
    ck_assert_uint_eq(low.n, 2);
    ck_assert_uint_eq(at(left, 0, tolerance)->kind, TW_MINIMUM);
    ck_assert_uint_eq(at(right, 0, tolerance)->kind, TW_MINIMUM);
    ck_assert_uint_eq(at(top, 0, tolerance)->kind, TW_SADDLE);
    const double p[2] = {left, 0}, s[2] = {top, 0}, r[2] = {right, 0};
    ck_assert(isinf(at(left, 0, tolerance)->persistence));
    ck_assert_double_lt(two_wells(p, NULL), two_wells(r, NULL));
    ck_assert_double_eq_tol(at(right, 0, tolerance)->persistence,
                            two_wells(s, NULL) - two_wells(r, NULL), 1e-9);
}

START_TEST(wells)
{
    terrain_open(two_wells);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(30, 25, -2, 2.1, -1.1, 1);
    analyse(1e-4);
    check_wells(1e-10);
    ck_assert(found.point[0].by_gradient);
}
END_TEST

/* Where a gradient costs too much the losses alone must do. */
START_TEST(wells_without_gradient)
{
    terrain_open(two_wells);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(30, 25, -2, 2.1, -1.1, 1);
    const struct tw_grid *g = &grid.view;
    analyse(1e-4);
    critical_free(&found);
    probe.budget = 0;
    OK(critical_find(&found, &probe, g, &low, &high, NULL, &b->err));
    check_wells(1e-8);
    ck_assert(!found.point[0].by_gradient && found.point[0].smooth);
    ck_assert_double_lt(found.point[0].error, 1e-6);
}
END_TEST

/* The plane's coordinates are those of the directions: twice as long, half the number. */
START_TEST(wells_by_other_directions)
{
    static const double o[2] = {0.2, -0.1}, u[2] = {2, 0.5}, v[2] = {-0.3, 0.7};
    terrain_open(two_wells);
    terrain_plane(o, u, v);
    terrain_grid(37, 41, -1.2, 1.1, -1.3, 1.2);
    analyse(1e-4);
    ck_assert_uint_eq(found.n, 3);
    double det = u[0] * v[1] - u[1] * v[0];
    const double place[3] = {cubic_root(-1.5, -0.9), cubic_root(0.9, 1.2), cubic_root(-0.5, 0.5)};
    for (int i = 0; i < 3; i++) {
        double dx = place[i] - o[0], dy = -o[1];
        const struct candidate *c =
            at((v[1] * dx - v[0] * dy) / det, (u[0] * dy - u[1] * dx) / det, 1e-10);
        ck_assert_uint_eq(c->kind, i < 2 ? TW_MINIMUM : TW_SADDLE);
        /* Distances are those of parameters, so the curvatures are those of the function. */
        double s = place[i], k = 3 * s * s - 1, xx = k, xy = 0.5 * k, yy = 0.25 * k + 2;
        double mean = 0.5 * (xx + yy), radius = hypot(0.5 * (xx - yy), xy);
        ck_assert_double_eq_tol(c->curvature[0], mean - radius, 1e-6);
        ck_assert_double_eq_tol(c->curvature[1], mean + radius, 1e-6);
    }
}
END_TEST

/* Four wells of different depth. */
static double four_wells(const double *t, double *g)
{
    static const double cx[] = {-1, 1.2, -0.8, 1}, cy[] = {-1.1, -0.9, 1, 1.2},
                        depth[] = {1, 0.8, 0.6, 0.9};
    double loss = 2 + 0.05 * (t[0] * t[0] + t[1] * t[1]), gx = 0.1 * t[0], gy = 0.1 * t[1];
    for (int i = 0; i < 4; i++) {
        double x = t[0] - cx[i], y = t[1] - cy[i], e = depth[i] * exp(-2 * (x * x + y * y));
        loss -= e;
        gx += 4 * x * e;
        gy += 4 * y * e;
    }
    if (g) {
        g[0] = gx;
        g[1] = gy;
    }
    return loss;
}

START_TEST(four)
{
    terrain_open(four_wells);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(51, 51, -2.5, 2.5, -2.5, 2.5);
    analyse(1e-3);
    ck_assert_uint_eq(low.n, 4);
    ck_assert_uint_eq(low.n_noise, 0);
    ck_assert_uint_eq(count(TW_MINIMUM), 4);
    for (size_t i = 0; i < found.n; i++) {
        const struct candidate *c = &found.point[i];
        const double theta[2] = {c->x, c->y};
        double g[2];
        four_wells(theta, g);
        ck_assert_double_lt(hypot(g[0], g[1]), 1e-12);
        ck_assert(c->kind != TW_MINIMUM || c->persistence > 0.1);
    }
    /* Poincare and Hopf: the gradient points outwards all around. */
    ck_assert_uint_eq(count(TW_MINIMUM) + count(TW_MAXIMUM), count(TW_SADDLE) + 1);
}
END_TEST

/* Five by three points show no minimum; from where training ended there is one. */
START_TEST(from_the_end_of_training)
{
    static const double end[2] = {-1.3, 0.2}, outside[2] = {-9, 0};
    terrain_open(two_wells);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(5, 3, -2, 0, -1.1, 1.6);
    analyse(1e-4);
    critical_free(&found);
    OK(critical_find(&found, &probe, &grid.view, &low, &high, end, &b->err));
    ck_assert_uint_ge(count(TW_MINIMUM), 1);
    ck_assert_uint_eq(at(cubic_root(-1.5, -0.9), 0, 1e-10)->kind, TW_MINIMUM);
    size_t n = found.n_candidates;
    critical_free(&found);
    OK(critical_find(&found, &probe, &grid.view, &low, &high, outside, &b->err));
    ck_assert_uint_eq(found.n_candidates, n - 1);
}
END_TEST

/* ---- what is difficult ---- */

static double tent(const double *t, double *g)
{
    if (g) {
        g[0] = t[0] > 0.1234 ? 1 : -1;
        g[1] = 0.5 * (t[1] > -0.4321 ? 1 : -1);
    }
    return fabs(t[0] - 0.1234) + 0.5 * fabs(t[1] + 0.4321);
}

START_TEST(a_kink)
{
    terrain_open(tent);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(20, 20, -1, 1, -1, 1.1);
    analyse(1e-4);
    ck_assert_uint_eq(found.n, 1);
    const struct candidate *c = at(0.1234, -0.4321, 1e-4);
    ck_assert_uint_eq(c->kind, TW_MINIMUM);
    ck_assert(!c->smooth && !c->by_gradient && isnan(c->lambda[0]));
    ck_assert_double_lt(c->loss, 1e-4);
}
END_TEST

/* A trough: the curvature along it is zero, so the minimum is none. */
static double trough(const double *t, double *g)
{
    double s = t[0] - 0.3;
    if (g) {
        g[0] = 2 * s;
        g[1] = 0;
    }
    return s * s;
}

static double rough(const double *t, double *g);

/* A bowl that is 300 times longer than steep, with noise: a slope may be measured closer up than
 * the weaker curvature. */
static double rough_trough(const double *t, double *g)
{
    if (g) { /* of what is smooth */
        g[0] = t[0] - 0.13;
        g[1] = 0.003 * (t[1] + 0.21);
    }
    return 0.5 * (t[0] - 0.13) * (t[0] - 0.13) + 0.0015 * (t[1] + 0.21) * (t[1] + 0.21) +
           0.05 * (rough(t, NULL) - 1 - t[0] * t[0] - 2 * t[1] * t[1]);
}

START_TEST(a_rough_trough)
{
    terrain_open(rough_trough);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(21, 21, -3, 3, -3, 3.1);
    analyse(1e-6);
    critical_free(&found);
    probe.budget = 0;
    OK(critical_find(&found, &probe, &grid.view, &low, &high, NULL, &b->err));
    ck_assert_uint_eq(found.n, 1);
    const struct candidate *c = at(0.13, -0.21, 0.02);
    ck_assert_uint_eq(c->kind, TW_MINIMUM);
    ck_assert_double_eq_tol(c->lambda[0], 0.003, 0.0003);
    ck_assert_double_eq_tol(c->lambda[1], 1, 0.01);
}
END_TEST

START_TEST(a_trough)
{
    terrain_open(trough);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(21, 21, -1, 1, -1, 1);
    analyse(1e-6);
    ck_assert_uint_eq(count(TW_MINIMUM), 0);
    ck_assert_uint_eq(low.n, 1);
    for (size_t i = 0; i < found.n; i++) {
        ck_assert_uint_eq(found.point[i].kind, TW_DEGENERATE);
        ck_assert_double_eq_tol(found.point[i].x, 0.3, 1e-8);
    }
}
END_TEST

static double slope(const double *t, double *g)
{
    if (g) {
        g[0] = 1;
        g[1] = 2 + 0.2 * t[1];
    }
    return t[0] + 2 * t[1] + 0.1 * t[1] * t[1];
}

START_TEST(a_slope_has_none)
{
    terrain_open(slope);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(21, 21, -1, 1, -1, 1);
    analyse(1e-6);
    ck_assert_uint_eq(found.n, 0);
    ck_assert_uint_eq(found.view.n, 0);
    ck_assert_uint_eq(low.n, 1);
    ck_assert(low.minimum[0].edge);
}
END_TEST

static double eggs(const double *t, double *g)
{
    if (g) {
        g[0] = 6 * cos(6 * t[0]);
        g[1] = 6 * cos(6 * t[1]) + 0.01;
    }
    return sin(6 * t[0]) + sin(6 * t[1]) + 0.01 * t[1];
}

START_TEST(too_many)
{
    terrain_open(eggs);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(101, 101, -4, 4.3, -4, 4.1);
    analyse(1e-3);
    ck_assert_uint_gt(found.n_candidates, CRITICAL_MOST);
    ck_assert_uint_eq(found.n_over, found.n_candidates - CRITICAL_MOST);
    ck_assert_uint_eq(found.n + found.n_left + found.n_lost + found.n_twice, CRITICAL_MOST);
    for (size_t i = 0; i < found.n; i++) {
        const double theta[2] = {found.point[i].x, found.point[i].y};
        double g[2];
        eggs(theta, g);
        ck_assert_double_lt(hypot(g[0], g[1]), 1e-9);
    }
}
END_TEST

static double broken(const double *t, double *g)
{
    (void)g;
    return t[0] > 0.5 ? NAN : t[1] > 0.9 ? INFINITY : (t[0] + 0.2) * (t[0] + 0.2) + t[1] * t[1];
}

START_TEST(holes)
{
    model_plugin.ops.model.grad = NULL; /* central differences of the host */
    terrain_open(broken);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(24, 24, -1, 1, -1, 1);
    analyse(1e-6);
    ck_assert_uint_eq(found.n, 1);
    ck_assert_uint_eq(at(-0.2, 0, 1e-8)->kind, TW_MINIMUM);
}
END_TEST

START_TEST(a_line)
{
    terrain_open(two_wells);
    terrain_plane(terrain_origin, terrain_e1, NULL);
    terrain_grid(40, 1, -2, 2, 0, 0);
    analyse(1e-4);
    ck_assert_uint_eq(found.n, 3);
    double left = cubic_root(-1.5, -0.9), top = cubic_root(-0.5, 0.5), right = cubic_root(0.9, 1.2);
    ck_assert_uint_eq(at(left, 0, 1e-10)->kind, TW_MINIMUM);
    ck_assert_uint_eq(at(right, 0, 1e-10)->kind, TW_MINIMUM);
    ck_assert_uint_eq(at(top, 0, 1e-10)->kind, TW_MAXIMUM);
    ck_assert_double_eq_tol(at(left, 0, 1e-10)->lambda[0], 3 * left * left - 1, 1e-6);
    ck_assert(isnan(at(left, 0, 1e-10)->lambda[1]));
}
END_TEST

/* ---- the whole analysis ---- */

static double nothing(const double *t, double *g)
{
    if (g)
        g[0] = g[1] = NAN;
    return t[0] > 2 ? INFINITY : NAN;
}

/* Nothing to find, and nothing that fails. */
START_TEST(nothing_finite)
{
    static const struct analysis_keys keys = {
        .critical_points = true, .sharpness = true, .convexity = CONVEXITY_PLANE};
    struct subject s = {.model = &model,
                        .plane = &plane,
                        .grid = &grid.view,
                        .theta = terrain_origin,
                        .env = &b->env};
    struct analysis a;
    terrain_open(nothing);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(9, 9, -1, 3, -1, 1);
    s.grid = &grid.view;
    OK(analysis_run(&a, &keys, &s, &b->err));
    ck_assert(a.done && !a.has_critical && a.n_finite == 0);
    struct findings f;
    findings_clear(&f);
    analysis_findings(&a, &s, &f);
    ck_assert_double_eq(f.value[FINDING_not_finite_share], 1);
    ck_assert(isnan(f.value[FINDING_lowest_loss]));
    analysis_free(&a);
}
END_TEST

/* The end point outside of the picture. */
START_TEST(end_point_outside)
{
    static const struct analysis_keys keys = {
        .critical_points = true, .sharpness = true, .convexity = CONVEXITY_PLANE};
    static const double theta[2] = {7, 3};
    struct subject s = {.model = &model, .plane = &plane, .theta = theta, .env = &b->env};
    struct analysis a;
    terrain_open(two_wells);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(30, 25, -2, 2.1, -1.1, 1);
    s.grid = &grid.view;
    OK(analysis_run(&a, &keys, &s, &b->err));
    ck_assert_double_eq_tol(a.end[0], 7, 1e-14);
    ck_assert_double_eq_tol(a.end[1], 3, 1e-14);
    ck_assert_double_eq_tol(a.end_off, 0, 1e-14);
    ck_assert_double_eq_tol(a.end_loss, two_wells(theta, NULL), 1e-9);
    ck_assert_uint_eq(a.critical.n, 3);
    ck_assert(a.flat.of_minimum && a.flat.radius > 0);
    ck_assert_uint_eq(a.convexity.n_known, 28 * 23);
    ck_assert_double_lt(a.convexity.worst, 0);
    analysis_free(&a);
}
END_TEST

/* ---- noise ---- */

static double rough(const double *t, double *g)
{
    (void)g;
    /* A fixed hash of the bits, evenly spread over +-1e-6. */
    uint64_t h, k;
    memcpy(&h, &t[0], sizeof h);
    memcpy(&k, &t[1], sizeof k);
    h = (h ^ (k * 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 31)) * 0x94d049bb133111ebu;
    return 1 + t[0] * t[0] + 2 * t[1] * t[1] + 2e-6 * ((double)(h >> 11) * 0x1p-53 - 0.5);
}

START_TEST(noise_is_measured)
{
    terrain_open(rough);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    terrain_grid(15, 15, -1, 1.1, -1, 1.2);
    probe_init(&probe, &model, &plane, false, &b->env);
    OK(probe_noise(&probe, 0.1, 0.2, 1e-5, &b->err));
    double sigma = 2e-6 / sqrt(12);
    ck_assert_double_gt(probe.noise, sigma / 5);
    ck_assert_double_lt(probe.noise, sigma * 5);
    terrain_open(two_wells);
    terrain_plane(terrain_origin, terrain_e1, terrain_e2);
    OK(probe_noise(&probe, 0.1, 0.2, 1e-5, &b->err));
    ck_assert_double_lt(probe.noise, 1e-14);
    ck_assert_double_gt(probe.noise, 1e-17);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("critical");
    TCase *c = tcase_create("critical");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, terrain_setup, tear_down);
    tcase_add_test(c, a_bowl_in_a_skew_plane);
    tcase_add_test(c, nine_points_of_a_quartic);
    tcase_add_test(c, wells);
    tcase_add_test(c, wells_without_gradient);
    tcase_add_test(c, wells_by_other_directions);
    tcase_add_test(c, four);
    tcase_add_test(c, from_the_end_of_training);
    tcase_add_test(c, a_kink);
    tcase_add_test(c, a_trough);
    tcase_add_test(c, a_rough_trough);
    tcase_add_test(c, a_slope_has_none);
    tcase_add_test(c, too_many);
    tcase_add_test(c, holes);
    tcase_add_test(c, a_line);
    tcase_add_test(c, nothing_finite);
    tcase_add_test(c, end_point_outside);
    tcase_add_test(c, noise_is_measured);
    return bench_main(suite);
}
