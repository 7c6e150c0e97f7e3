/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-grid.c -- a whole surface that is known, to the last digits; where the grid lies; the
 * same bits from any number of workers and any size of tiles, by the plain way and by the plane
 * extension.
 */
#include "grid-bench.h"

/* ---- a surface that is known ---- */

START_TEST(the_quadratic_surface)
{
    static const double m[] = {1, -2, 0.5}, a[] = {1, 10, 3}, c3[] = {0.5, 0, -0.25};
    struct bench *p = bench_new("thalweg: 1\n"
                                "model: {plugin: quadratic, minimum: [1, -2, 0.5], curvature: "
                                "[1, 10, 3],\n"
                                "        cubic: [0.5, 0, -0.25], quartic: 0.125, offset: 2}\n"
                                "sinks: [{plugin: csv}]\n");
    for (int extension = 0; extension < 2; extension++) {
        struct plugin plain = *p->plan.model.plugin;
        plain.desc.get_extension = NULL;
        open_model(extension ? p->plan.model.plugin : &plain, p->plan.model.config, NULL, 2);
        make_plane(3);
        make_grid(13, 7, -2, 3, -1, 0.5);
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
        ck_assert_ptr_null(grid.view.accuracy); /* it means nothing here */
        ck_assert_uint_eq(grid.view.nx, 13);
        ck_assert_uint_eq(grid.view.ny, 7);
        ck_assert_double_eq(grid.view.x[0], -2);
        ck_assert_double_eq(grid.view.x[12], 3);
        ck_assert_double_eq(grid.view.y[6], 0.5);
        for (size_t row = 0; row < 7; row++)
            for (size_t col = 0; col < 13; col++) {
                double x = -2 + 5.0 * (double)col / 12, y = -1 + 1.5 * (double)row / 6, want = 2;
                for (size_t j = 0; j < 3; j++) {
                    double t =
                        plane.view.origin[j] + x * plane.view.u[j] + y * plane.view.v[j] - m[j];
                    want += a[j] / 2 * t * t + c3[j] * t * t * t + 0.125 * t * t * t * t;
                }
                ck_assert_double_eq_tol(grid.view.loss[row * 13 + col] / want, 1, 1e-13);
            }
        size_t low = grid_lowest(&grid);
        for (size_t k = 0; k < 13 * 7; k++)
            ck_assert_double_le(grid.view.loss[low], grid.view.loss[k]);
    }
    model_close(&model);
    bench_free(p);
}
END_TEST

/* ---- where the grid lies ---- */

static struct plan range_plan(double margin, const double *v, size_t n)
{
    struct plan p = {0};
    p.grid.margin = margin;
    p.grid.range = (struct tw_reals){v, n};
    return p;
}

static void range_is(const struct plan *p, const double *x, const double *y, size_t n, double atx,
                     double aty, const double want[4])
{
    double got[4];
    const double at[2] = {atx, aty};
    struct track t = {.x = (double *)(size_t)x, .y = (double *)(size_t)y};
    t.view.n = n;
    t.view.x = x;
    t.view.y = y;
    static const struct tw_plane two = {.n_axes = 2};
    grid_range(p, &two, &t, 1, at, got);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(got[i], want[i], 1e-12 * (1 + fabs(want[i])));
}
#define RANGE(p, x, y, n, ax, ay, ...) range_is(p, x, y, n, ax, ay, (const double[4]){__VA_ARGS__})

START_TEST(ranges)
{
    static const double four[] = {-1, 2, -3, 4}, two[] = {-5, 5};
    static const double tx[] = {0, 4, 2}, ty[] = {1, -1, 0}, flat[] = {3, 3, 3};
    struct plan p = range_plan(0.25, NULL, 0);
    RANGE(&p, tx, ty, 3, 2, 0, -1, 5, -1.5, 1.5);
    RANGE(&p, tx, ty, 3, 2, 0, -1, 5, -1.5, 1.5);
    /* The optimum is inside, even when the trajectory misses it. */
    RANGE(&p, tx, ty, 3, 8, 0, -2, 10, -1.5, 1.5);
    /* Nothing moved along y: the room of x. */
    RANGE(&p, tx, flat, 3, 2, 3, -1, 5, 1, 5);
    /* Rounding is no movement. */
    static const double nearly[] = {3, 3 + 1e-12, 3};
    RANGE(&p, nearly, ty, 3, 3, 0, 2, 4 + 1e-12, -1.5, 1.5);
    /* Nothing moved at all, or nothing was trained. */
    RANGE(&p, flat, flat, 3, 3, 3, 2, 4, 2, 4);
    RANGE(&p, NULL, NULL, 0, 7, -7, 6, 8, -8, -6);
    p = range_plan(0, NULL, 0);
    RANGE(&p, tx, ty, 3, 2, 0, 0, 4, -1, 1);
    RANGE(&p, tx, flat, 3, 2, 3, 0, 4, 1, 5); /* an area all the same */
    /* What was asked for is what one gets. */
    p = range_plan(9, four, 4);
    RANGE(&p, tx, ty, 3, 8, 0, -1, 2, -3, 4);
    p = range_plan(9, two, 2);
    RANGE(&p, tx, ty, 3, 8, 0, -5, 5, -5, 5);
}
END_TEST

START_TEST(coordinates_ascend)
{
    static const double bad[][4] = {{1, 1 + 4e-16, 0, 1},
                                    {0, 1, 1e12, 1e12 + 1e-4},
                                    {0, INFINITY, 0, 1},
                                    {NAN, 1, 0, 1},
                                    {-1.7e308, 1.7e308, -1, 1}};
    make_grid(51, 2, -1e12, 1e12, 0.1, 0.3);
    for (size_t i = 1; i < 51; i++)
        ck_assert_double_gt(grid.view.x[i], grid.view.x[i - 1]);
    ck_assert_double_eq(grid.view.x[25], 0);
    ck_assert_double_eq(grid.view.y[1], 0.3); /* the last is exactly the end */
    grid_free(&grid);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        error_clear(&b->err);
        ck_assert_int_lt(grid_new(&grid, 51, 51, bad[i], &b->err), 0);
        HAS(b->err.text, "no room for 51 grid points");
        ck_assert_ptr_null(grid.x);
    }
}
END_TEST

START_TEST(more_points_than_memory)
{
    static const double range[] = {0, 1, 0, 1};
    ck_assert_int_lt(grid_new(&grid, SIZE_MAX / 16, 20001, range, &b->err), 0);
    HAS(b->err.text, "grid points");
    ck_assert_ptr_null(grid.x);
}
END_TEST

/* ---- any number of workers ---- */

#define NX     9
#define NY     6
#define N_PATH 40

/* A path that comes back to where it was. */
static void make_track(void)
{
    path_free(&path);
    track_free(&track);
    path_init(&path, model.dim);
    double *theta = calloc(model.dim, sizeof *theta);
    ck_assert_ptr_nonnull(theta);
    for (size_t i = 0; i < N_PATH; i++) {
        for (size_t j = 0; j < model.dim; j++)
            theta[j] = cos((double)j + (double)(i % 8));
        double at;
        OK(model_evaluate(&model, theta, &at, NULL, &b->err));
        OK(path_add(&path, theta, at, i, &b->err));
    }
    OK(plane_track(&plane, &path, &track, &b->err));
    free(theta);
}

struct surface {
    double loss[NX * NY], accuracy[NX * NY], plane_loss[N_PATH];
};

/* The surface and the track with n workers; by the extension or without it. */
static void surface(const struct bench *p, const struct tw_data *data, bool extension, size_t n,
                    size_t tile_rows, struct surface *out)
{
    static struct plugin plain; /* the model keeps it */
    plain = *p->plan.model.plugin;
    plain.desc.get_extension = NULL;
    open_model(extension ? p->plan.model.plugin : &plain, p->plan.model.config, data, n);
    ck_assert((model.plane != NULL) == extension);
    make_plane(model.dim);
    make_grid(NX, NY, -1, 1.5, -2, 0.7);
    grid.tile_rows = tile_rows;
    make_track();
    OK(grid_evaluate(&grid, &track, 1, &model, &plane, &b->env, &b->err));
    ck_assert_ptr_nonnull(grid.view.accuracy);
    ck_assert_ptr_eq(grid.view.loss, grid.loss);
    memcpy(out->loss, grid.view.loss, sizeof out->loss);
    memcpy(out->accuracy, grid.view.accuracy, sizeof out->accuracy);
    memcpy(out->plane_loss, track.view.plane_loss, sizeof out->plane_loss);
}

/* It is the loss at the projection, not at the point itself. */
static void check_track(void)
{
    double *theta = calloc(model.dim, sizeof *theta);
    ck_assert_ptr_nonnull(theta);
    for (size_t i = 0; i < N_PATH; i += 7) {
        double at;
        for (size_t j = 0; j < model.dim; j++)
            theta[j] = plane.view.origin[j] + track.view.x[i] * plane.view.u[j] +
                       track.view.y[i] * plane.view.v[j];
        OK(model_evaluate(&model, theta, &at, NULL, &b->err));
        ck_assert_double_eq_tol(track.view.plane_loss[i] / at, 1, 1e-5);
        ck_assert_double_gt(fabs(track.view.loss[i] - track.view.plane_loss[i]), 1e-3);
        ck_assert_double_gt(track.view.residual[i], 0.1);
    }
    free(theta);
}

static const char *const models[] = {"logistic, l2: 0.1", "svm", "mlp, hidden: [7]",
                                     "mlp, hidden: [6, 5], activation: tanh, precision: float64"};

START_TEST(neither_workers_nor_tiles_show)
{
    static const struct {
        size_t team, tile_rows;
    } ways[] = {{1, 0}, {2, 0}, {7, 0}, {3, 1000}, {2, 97}, {1, 1u << 30}};
    enum { WAYS = sizeof ways / sizeof *ways };
    static struct surface got, fast, plain;
    char yaml[300];
    int step = getenv("UNDER_VALGRIND") ? 3 : 1;
    struct tw_data data = examples();
    data.n_rows = step > 1 ? 1100 : ROWS;
    snprintf(yaml, sizeof yaml,
             "thalweg: 1\ndataset: {plugin: iris}\nmodel: {plugin: %s}\n"
             "reducers: [{plugin: axes}]\nsinks: [{plugin: csv}]\n",
             models[_i]);
    struct bench *p = bench_new(yaml);
    for (int extension = 0; extension < 2; extension++) {
        struct surface *first = extension ? &fast : &plain;
        for (int k = 0; k < WAYS; k += step) {
            surface(p, &data, extension, ways[k].team, ways[k].tile_rows, k ? &got : first);
            if (k == 0)
                check_track();
            else
                ck_assert_mem_eq(&got, first, sizeof got);
        }
    }
    /* Both ways agree, to the precision that the model computes in. */
    for (size_t k = 0; k < NX * NY; k++) {
        ck_assert_double_eq_tol(fast.loss[k] / plain.loss[k], 1, (_i == 3 ? 1e-12 : 1e-5));
        ck_assert_double_eq_tol(fast.accuracy[k], plain.accuracy[k],
                                (_i == 3 ? 1e-15 : 2.0 / (double)data.n_rows));
        ck_assert_double_ge(fast.accuracy[k], 0);
        ck_assert_double_le(fast.accuracy[k], 1);
    }
    model_close(&model);
    bench_free(p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("grid");
    TCase *c = tcase_create("grid");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, the_quadratic_surface);
    tcase_add_test(c, ranges);
    tcase_add_test(c, coordinates_ascend);
    tcase_add_test(c, more_points_than_memory);
    tcase_add_loop_test(c, neither_workers_nor_tiles_show, 0,
                        (int)(sizeof models / sizeof *models));
    return bench_main(suite);
}
