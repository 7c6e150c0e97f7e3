/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-grid.c -- a whole surface that is known, to the last digits; where
 * the grid lies; the same bits from any number of workers and any size of tiles, by
 * the plain way and by the plane extension; how the work is shared out; and models
 * that fail in the middle of it.
 */
#include "core-bench.h"

#include "../../core/grid.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdatomic.h>
#include <time.h>

static struct bench *b;
static struct workers *workers;
static struct model model;
static struct plane plane;
static struct path path;
static struct track track;
static struct grid grid;

static void set_up(void)
{
    b = bench_open();
    gsl_set_error_handler_off(); /* as the program does */
}

static void tear_down(void)
{
    grid_free(&grid);
    track_free(&track);
    path_free(&path);
    plane_free(&plane);
    model_close(&model);
    workers_free(workers);
    workers = NULL;
    bench_free(b);
}

static void open_model(const struct plugin *p, const void *config, const struct tw_data *data,
                       size_t n_workers)
{
    model_close(&model);
    workers_free(workers);
    workers = workers_new(n_workers);
    ck_assert_ptr_nonnull(workers);
    OK(model_open(&model, p, config, data, workers, &b->env, &b->err));
}

/* A plane of waves, neither orthogonal nor of unit length. */
static void make_plane(size_t dim)
{
    plane_free(&plane);
    plane.view = (struct tw_plane){.struct_size = sizeof plane.view, .dim = dim};
    plane.view.origin = calloc(dim, sizeof(double));
    plane.view.u = calloc(dim, sizeof(double));
    plane.view.v = calloc(dim, sizeof(double));
    ck_assert(plane.view.origin && plane.view.u && plane.view.v);
    plane.gram[0] = plane.gram[1] = plane.gram[2] = plane.gram[3] = 0;
    for (size_t j = 0; j < dim; j++) {
        plane.view.origin[j] = 0.3 * sin((double)j);
        double u = plane.view.u[j] = sin(1.7 * (double)j + 1) * 0.5;
        double v = plane.view.v[j] = cos(0.9 * (double)j);
        plane.gram[0] += u * u;
        plane.gram[1] = plane.gram[2] += u * v;
        plane.gram[3] += v * v;
    }
}

static void make_grid(size_t nx, size_t ny, double xlo, double xhi, double ylo, double yhi)
{
    const double range[4] = {xlo, xhi, ylo, yhi};
    grid_free(&grid);
    OK(grid_new(&grid, nx, ny, range, &b->err));
}

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

#define ROWS 3000
static float x[ROWS * 5];
static int32_t label[ROWS];

static struct tw_data examples(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < 5; j++)
            x[5 * i + j] = (float)sin(0.37 * (double)(5 * i + j) + (double)(i % 7));
        label[i] = (int32_t)(i * 13 % 5 % 3);
    }
    return (struct tw_data){.struct_size = sizeof(struct tw_data),
                            .task = TW_CLASSIFY,
                            .n_rows = ROWS,
                            .n_features = 5,
                            .n_classes = 3,
                            .x = x,
                            .label = label};
}

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

/* ---- models that fail, or cannot, or give infinities ---- */

#define TILES 40
#define TEAM  8
static struct {
    int begin_status, eval_status, penalty_status;
    size_t fail_begin; /* this call of begin() fails with begin_status; from 1 */
    size_t fail_tile;  /* eval() of this tile fails, at once */
    size_t slow_tile;  /* eval() of this one waits first */
    int plain_status;  /* what loss() returns */
    atomic_size_t begun, ended, evals, plains;
    atomic_size_t most_points, broken_rows; /* of one eval(); grid rows it had in part */
    size_t row_points;                      /* in a row of the grid */
    double plain_error, plain_correct;      /* loss() says so much more, and so many right */
    enum { LINEAR, SPLIT, UNEVEN, NEIGHBOURS } sums;
    atomic_size_t disorder;   /* points out of the order that eval() may expect */
    double unit_ns;           /* eval() takes so long for a row at a point */
    atomic_size_t work[TEAM]; /* rows times points that each instance had */
    atomic_size_t longest;    /* the same of the largest call */
} fake;

static int fake_bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static size_t fake_dim(const void *self)
{
    (void)self;
    return 2;
}

/* What the grid has there: for sums of which no loss() knows. */
static double found_loss(const double *theta)
{
    for (size_t k = 0; k < grid.view.nx * grid.view.ny; k++)
        if (grid.x[k % grid.view.nx] == theta[0] && grid.y[k / grid.view.nx] == theta[1])
            return grid.loss[k];
    return NAN;
}

static int fake_loss(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                     double *correct)
{
    const struct tw_host *host = self;
    (void)rows;
    if (correct)
        *correct = fake.plain_correct;
    atomic_fetch_add(&fake.plains, 1);
    *loss = theta[0] + theta[1] + fake.plain_error;
    if (fake.sums == UNEVEN || fake.sums == NEIGHBOURS)
        *loss = found_loss(theta);
    if (fake.sums == SPLIT)
        *loss = (1e16 + 0.5 * TILES) / (10 * TILES - 3) + theta[1];
    return fake.plain_status < 0 ? (host->fail)(host, fake.plain_status, "no loss") : TW_OK;
}

static int fake_begin(void *self, const double *origin, const double *u, const double *v)
{
    const struct tw_host *host = self;
    (void)origin;
    (void)u;
    (void)v;
    if (atomic_fetch_add(&fake.begun, 1) + 1 == fake.fail_begin) {
        atomic_fetch_sub(&fake.begun, 1);
        return (host->fail)(host, fake.begin_status, "cannot begin");
    }
    return TW_OK;
}

static size_t fake_tile_rows(const void *self, size_t n_points)
{
    (void)self;
    (void)n_points;
    return 10;
}

/* Note what the call is about, and take some time for it. */
static void fake_note(const void *self, size_t n_rows, size_t n_points)
{
    size_t work = n_rows * n_points;
    atomic_fetch_add(&fake.evals, 1);
    if (n_points > atomic_load(&fake.most_points))
        atomic_store(&fake.most_points, n_points);
    if (work > atomic_load(&fake.longest))
        atomic_store(&fake.longest, work);
    for (size_t w = 0; w < model.n_instances && w < TEAM; w++)
        if (model.instance[w]->self == self)
            atomic_fetch_add(&fake.work[w], work);
    double ns = fake.unit_ns * (double)work;
    if (ns > 0)
        nanosleep(&(struct timespec){.tv_sec = (time_t)(ns / 1e9), .tv_nsec = (long)fmod(ns, 1e9)},
                  NULL);
}

/* Numbers so far apart that their sum depends on the order: the third of five is lost
 * while the first two are there, unless it changes places; then it stays to the end. */
static double uneven(size_t tile)
{
    static const double power[] = {36, 18, 0, 18, 36};
    double size = pow(10, 264 - 54 * (double)(tile / 5) + power[tile % 5]);
    return tile % 5 < 3 ? size : -size;
}

static struct tw_sum fake_sum(size_t tile, size_t n_rows, size_t n_points, const double *xy,
                              size_t k)
{
    size_t same = 0;
    switch (fake.sums) {
    case SPLIT:
        return (struct tw_sum){tile ? 0 : 1e16, 0.5};
    case UNEVEN:
        return (struct tw_sum){uneven(tile) * (1 + xy[2 * k] / 3), 0};
    case NEIGHBOURS:
        for (size_t i = 0; i < n_points; i++)
            same += xy[2 * i + 1] == xy[2 * k + 1];
        return (struct tw_sum){(double)(n_rows * same) + xy[2 * k], 0};
    case LINEAR:
        break;
    }
    return (struct tw_sum){(double)n_rows * xy[2 * k], 0};
}

/* Points of one y stand together, with x ascending. */
static bool out_of_order(const double *xy, size_t k)
{
    if (xy[2 * k + 1] == xy[2 * k - 1])
        return xy[2 * k] < xy[2 * k - 2];
    for (size_t i = 0; i < k; i++)
        if (xy[2 * i + 1] == xy[2 * k + 1])
            return true;
    return false;
}

static int fake_eval(void *self, size_t first_row, size_t n_rows, size_t n_points, const double *xy,
                     struct tw_sum *loss_sum, double *correct)
{
    const struct tw_host *host = self;
    size_t tile = first_row / 10;
    fake_note(self, n_rows, n_points);
    if (fake.row_points && n_points % fake.row_points)
        atomic_fetch_add(&fake.broken_rows, 1);
    if (fake.eval_status < 0 && tile == fake.slow_tile)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    if (fake.eval_status < 0 && tile == fake.fail_tile)
        return (host->fail)(host, fake.eval_status, "tile %zu", tile);
    for (size_t k = 1; k < n_points && n_points < 300; k++)
        if (out_of_order(xy, k))
            atomic_fetch_add(&fake.disorder, 1);
    for (size_t k = 0; k < n_points; k++) {
        loss_sum[k] = fake_sum(tile, n_rows, n_points, xy, k);
        if (correct)
            correct[k] = 0.5 * (double)n_rows;
    }
    return TW_OK;
}

static int fake_penalty(void *self, size_t n_points, const double *xy, double *penalty)
{
    const struct tw_host *host = self;
    if (fake.penalty_status < 0)
        return (host->fail)(host, fake.penalty_status, "no penalty");
    for (size_t k = 0; k < n_points; k++)
        penalty[k] = xy[2 * k + 1];
    return TW_OK;
}

static void fake_end(void *self)
{
    (void)self;
    atomic_fetch_add(&fake.ended, 1);
}

static struct tw_model_plane fake_extension = {
    sizeof fake_extension, fake_begin, fake_tile_rows, fake_eval, fake_penalty, fake_end};

static const void *fake_get_extension(const char *id)
{
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &fake_extension : NULL;
}

static struct plugin fake_model;
static struct tw_data fake_data;

static void open_fake(size_t n_workers)
{
    fake_model = fake_plugin(TW_MODEL, "fake");
    fake_model.desc.get_extension = fake_get_extension;
    fake_model.ops.model = (struct tw_model_ops){.struct_size = sizeof(struct tw_model_ops),
                                                 .bind = fake_bind,
                                                 .dim = fake_dim,
                                                 .loss = fake_loss};
    fake_data = examples();
    fake_data.n_rows = 10 * TILES - 3; /* the last tile is short */
    memset(&fake, 0, sizeof fake);
    fake.plain_correct = 0.5 * (double)fake_data.n_rows;
    open_model(&fake_model, NULL, &fake_data, n_workers);
    make_plane(2); /* the parameters themselves */
    for (size_t j = 0; j < 2; j++) {
        plane.view.origin[j] = 0;
        plane.view.u[j] = j == 0;
        plane.view.v[j] = j == 1;
    }
    plane.gram[0] = plane.gram[3] = 1;
    plane.gram[1] = plane.gram[2] = 0;
    make_grid(3, 2, -1, 1, 5, 6);
}

static size_t all_work(void)
{
    size_t sum = 0;
    for (size_t w = 0; w < TEAM; w++)
        sum += atomic_load(&fake.work[w]);
    return sum;
}

START_TEST(tiles_cover_all_rows)
{
    for (size_t tile_rows = 0; tile_rows < 500; tile_rows += 83) {
        open_fake((size_t)_i);
        grid.tile_rows = tile_rows;
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
        ck_assert_uint_ge(fake.evals, (fake_data.n_rows - 1) / (tile_rows ? tile_rows : 10) + 1);
        ck_assert_uint_eq(all_work(), 6 * fake_data.n_rows);
        ck_assert_uint_eq(fake.begun, (size_t)_i);
        ck_assert_uint_eq(fake.ended, (size_t)_i);
        ck_assert_uint_ge(fake.plains, 1); /* spot checks */
        ck_assert_uint_le(fake.plains, 3);
        for (size_t row = 0; row < 2; row++)
            for (size_t col = 0; col < 3; col++) {
                ck_assert_double_eq(grid.view.loss[3 * row + col], (double)(col + row) + 4);
                ck_assert_double_eq(grid.view.accuracy[3 * row + col], 0.5);
            }
    }
}
END_TEST

/* A large grid is handed out in parts: whole rows where they are not too long. */
START_TEST(large_grids_go_in_parts)
{
    static const size_t sizes[][2] = {{101, 173}, {9000, 3}, {2048, 2}, {2, 9000}, {1300, 1000}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t nx = sizes[i][0], ny = sizes[i][1];
        open_fake((size_t)_i);
        fake.row_points = nx;
        make_grid(nx, ny, -1, 1, 5, 6);
        grid.tile_rows = 100;
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
        ck_assert_uint_le(fake.most_points, 32768);
        ck_assert_uint_eq(fake.broken_rows > 0, nx > 2048);
        ck_assert_uint_eq(fake.begun, (size_t)_i);
        ck_assert_uint_eq(all_work(), nx * ny * fake_data.n_rows);
        for (size_t k = 0; k < nx * ny; k++) {
            double want = grid.view.x[k % nx] + grid.view.y[k / nx];
            if (!(fabs(grid.view.loss[k] - want) <= 1e-14 && grid.view.accuracy[k] == 0.5))
                ck_abort_msg("point %zu: %g, wanted %g", k, grid.view.loss[k], want);
        }
    }
}
END_TEST

/* Values that depend on the points of the same y: the same from calls of any size. */
START_TEST(rows_are_the_same_in_every_call)
{
    static double first[3001 * 40];
    static const double speeds[] = {0, 1, 40, 500}; /* the slower, the smaller the calls */
    size_t evals = 0;
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        for (size_t shape = 0; shape < 2; shape++) {
            size_t nx = shape ? 31 : 3001, ny = shape ? 40 : 2;
            double *want = first + (shape ? 0 : 40 * 31);
            open_fake(i == 0 ? 1 : 3);
            fake.sums = NEIGHBOURS;
            fake.unit_ns = speeds[i];
            make_grid(nx, ny, -1, 1, 5, 6);
            grid.tile_rows = 200;
            OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
            if (i == 0)
                memcpy(want, grid.view.loss, nx * ny * sizeof *want);
            ck_assert_mem_eq(grid.view.loss, want, nx * ny * sizeof *want);
            if (shape == 1 && i == 0)
                evals = fake.evals;
            ck_assert(shape == 0 || i < 3 || fake.evals > evals);
        }
    }
}
END_TEST

/* The sums of the tiles are added in their order, whoever is first. */
START_TEST(sums_are_added_in_order)
{
    static double first[31 * 40];
    for (size_t team = 1; team < TEAM; team++)
        for (size_t again = 0; again < 3; again++) {
            open_fake(team);
            fake.sums = UNEVEN;
            fake.unit_ns = again % 2 ? 0 : 10;
            make_grid(31, 40, -1, 1, 5, 6);
            OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
            if (team == 1 && again == 0)
                memcpy(first, grid.view.loss, sizeof first);
            ck_assert_mem_eq(grid.view.loss, first, sizeof first);
        }
    /* Two that change places would have shown. */
    for (size_t swap = 2; swap < TILES; swap += 5) {
        struct tw_sum sum = {0, 0};
        for (size_t tile = 0; tile < TILES; tile++)
            tw_sum_add(&sum, uneven(tile == swap ? swap + 1 : tile == swap + 1 ? swap : tile));
        ck_assert_double_gt(tw_sum_value(&sum), 0);
    }
    for (size_t k = 0; k < 31 * 40; k++) /* all but the penalty, which is y */
        ck_assert_double_eq(first[k], grid.y[k / 31]);
}
END_TEST

/* Calls become long enough not to be many, but nobody waits long for one. */
START_TEST(calls_are_neither_short_nor_long)
{
    open_fake((size_t)_i);
    make_grid(100, 100, -1, 1, 5, 6);
    grid.tile_rows = 200; /* a tile is half a second */
    fake.unit_ns = 250;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    double longest = 1e-9 * fake.unit_ns * (double)fake.longest;
    ck_assert_double_lt(longest, 0.3);
    ck_assert_double_gt(longest, 0.03);
    ck_assert_uint_lt(fake.evals, 60);
}
END_TEST

/* Fewer tiles than workers, or not many more: all are busy all the same. */
START_TEST(few_tiles_keep_all_workers_busy)
{
    static const size_t rows[] = {397, 200, 150};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_fake((size_t)_i);
        make_grid(50, 100, -1, 1, 5, 6);
        grid.tile_rows = rows[i];
        fake.unit_ns = 300;
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
        double fair = (double)all_work() / (double)_i;
        for (size_t w = 0; w < (size_t)_i; w++) {
            ck_assert_double_gt((double)fake.work[w], 0.6 * fair);
            ck_assert_double_lt((double)fake.work[w], 1.4 * fair);
        }
    }
}
END_TEST

/* What is small beside the sum counts. */
START_TEST(sums_are_exact)
{
    open_fake((size_t)_i);
    fake.sums = SPLIT;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    for (size_t k = 0; k < 6; k++)
        ck_assert_double_eq(grid.view.loss[k],
                            grid.view.y[k / 3] + (1e16 + 0.5 * TILES) / (10 * TILES - 3));
}
END_TEST

/* A track wanders about; the extension gets it in the order of a grid.  It may meet
 * rows of the grid (_i is 1), and cells, which are not computed twice. */
START_TEST(tracks_are_sorted_for_the_extension)
{
    size_t cells = 0;
    open_fake(2);
    path_init(&path, 2);
    for (size_t i = 0; i < 50; i++) {
        double xy[2] = {(double)(i * 7 % 13) - 3, (double)(i * 5 % 4) + 4 + 0.5 * (1 - _i)};
        OK(path_add(&path, xy, 0, i, &b->err));
        cells += _i && fabs(xy[0]) <= 1 && (xy[1] == 5 || xy[1] == 6);
    }
    ck_assert_int_eq(cells > 4, _i);
    OK(plane_track(&plane, &path, &track, &b->err));
    OK(grid_evaluate(&grid, &track, 1, &model, &plane, &b->env, &b->err));
    ck_assert_uint_eq(fake.disorder, 0);
    ck_assert_uint_eq(all_work(), (6 + 50 - cells) * fake_data.n_rows);
    for (size_t i = 0; i < 50; i++) /* the loss of the fake is x + y */
        ck_assert_double_eq_tol(track.view.plane_loss[i], track.view.x[i] + track.view.y[i], 1e-12);
    for (size_t k = 0; k < 6; k++) {
        ck_assert_double_eq_tol(grid.view.loss[k], (double)(k % 3 + k / 3) + 4, 1e-12);
        ck_assert_double_eq(grid.view.accuracy[k], 0.5);
    }
}
END_TEST

/* A tile that is slow, and a later one that fails at once, perhaps with another
 * that waits in between: what is said is always the failure, never that somebody
 * was told to stop. */
START_TEST(the_failed_tile_is_named)
{
    for (size_t again = 0; again < 8; again++) {
        error_clear(&b->err);
        open_fake((size_t)_i);
        fake.eval_status = TW_ENUMERIC;
        fake.slow_tile = again % 2 ? 6 : 5;
        fake.fail_tile = 7;
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        ck_assert_str_eq(b->err.text, "model fake: grid: tile 7");
        ck_assert_int_eq(b->err.fault, FAULT_RUN);
        ck_assert_uint_eq(fake.begun, fake.ended);
        ck_assert_uint_lt(fake.evals, TILES);
    }
}
END_TEST

START_TEST(failures_of_the_extension)
{
    open_fake(3);
    fake.fail_begin = 2;
    fake.begin_status = TW_ENOMEM;
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    HAS(b->err.text, "model fake: grid: cannot begin");
    ck_assert_uint_eq(fake.begun, 1);
    ck_assert_uint_eq(fake.ended, 1); /* end() for those that began, no others */
    ck_assert_uint_eq(fake.evals, 0);
    error_clear(&b->err);
    open_fake(3);
    fake.penalty_status = TW_EINTERNAL;
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    HAS(b->err.text, "model fake: grid: no penalty");
    ck_assert_uint_eq(fake.ended, 3);
}
END_TEST

/* An extension may be faster, never different. */
START_TEST(an_extension_that_differs)
{
    static const double small[] = {1e-4, -1e-4}, large[] = {3e-3, -3e-3, 0.1, INFINITY, NAN};
    open_fake(2); /* losses from 4 to 7 */
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        fake.plain_error = small[i]; /* as rounding in float may do */
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    }
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        fake.plain_error = large[i];
        error_clear(&b->err);
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        ck_assert_int_eq(b->err.fault, FAULT_RUN);
        HAS(b->err.text, "model fake: its plane extension gives the loss ");
    }
}
END_TEST

START_TEST(an_extension_that_counts_otherwise)
{
    static const double wrong[] = {0, 190, 210, NAN};
    open_fake(2); /* half of 397 rows are right */
    fake.plain_correct = 197;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        fake.plain_correct = wrong[i];
        error_clear(&b->err);
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        HAS(b->err.text, "model fake: its plane extension gives the accuracy 0.5 at (");
    }
}
END_TEST

/* TW_ENOTSUP: this plane is not for the extension; then point by point. */
START_TEST(an_extension_that_declines)
{
    open_fake(3);
    fake.fail_begin = 2;
    fake.begin_status = TW_ENOTSUP;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    ck_assert_uint_eq(fake.plains, 6);
    ck_assert_uint_eq(fake.evals, 0);
    ck_assert_uint_eq(fake.begun, fake.ended);
    ck_assert_double_eq(grid.view.loss[0], 4);
    /* It is forgotten: a later failure says its own reason. */
    fake.plain_status = TW_ENUMERIC;
    atomic_store(&fake.begun, 0);
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    ck_assert_str_eq(b->err.text, "model fake: grid: no loss");
}
END_TEST

START_TEST(failures_of_the_plain_way)
{
    open_fake((size_t)_i);
    model.plane = NULL;
    fake.plain_status = TW_EINVAL;
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    ck_assert_str_eq(b->err.text, "model fake: grid: no loss");
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
}
END_TEST

START_TEST(interrupted)
{
    volatile sig_atomic_t stop = 1;
    for (int extension = 0; extension < 2; extension++) {
        error_clear(&b->err);
        b->env.stop = &stop;
        open_fake((size_t)_i);
        if (!extension)
            model.plane = NULL;
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        ck_assert_int_eq(b->err.fault, FAULT_INTERRUPT);
        HAS(b->err.text, "interrupted");
        ck_assert_uint_eq(fake.evals + fake.plains, 0);
        b->env.stop = NULL;
    }
}
END_TEST

/* An infinite loss is a value: it stays, and is never the lowest. */
START_TEST(infinite_losses_are_kept)
{
    open_fake(2);
    double *loss = grid.loss;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    plane.view.u[0] = 1e308;
    fake.plain_correct = NAN;
    model.plane = NULL;
    make_grid(3, 2, -10, 10, 5, 6);
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    loss = grid.loss;
    ck_assert(isinf(loss[0]) && loss[0] < 0 && isinf(loss[2]) && isfinite(loss[1]));
    ck_assert_uint_eq(grid_lowest(&grid) % 3, 1);
    ck_assert_ptr_null(grid.view.accuracy);
    for (size_t k = 0; k < 6; k++)
        loss[k] = k % 2 ? NAN : INFINITY;
    ck_assert_uint_eq(grid_lowest(&grid), SIZE_MAX);
}
END_TEST

START_TEST(one_serial_instance)
{
    open_fake(1);
    fake_model.desc.threads = TW_THREADS_SERIAL;
    open_model(&fake_model, NULL, &fake_data, 4);
    ck_assert_uint_eq(model.n_instances, 1);
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    ck_assert_uint_eq(fake.begun, 1);
    ck_assert_uint_eq(all_work(), 6 * fake_data.n_rows);
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
    tcase_add_loop_test(c, tiles_cover_all_rows, 1, 8);
    tcase_add_loop_test(c, sums_are_exact, 1, 4);
    tcase_add_loop_test(c, tracks_are_sorted_for_the_extension, 0, 2);
    tcase_add_loop_test(c, large_grids_go_in_parts, 1, 4);
    tcase_add_test(c, rows_are_the_same_in_every_call);
    tcase_add_test(c, sums_are_added_in_order);
    tcase_add_loop_test(c, calls_are_neither_short_nor_long, 1, 3);
    tcase_add_loop_test(c, few_tiles_keep_all_workers_busy, 2, 5);
    tcase_add_loop_test(c, the_failed_tile_is_named, 1, 8);
    tcase_add_test(c, failures_of_the_extension);
    tcase_add_test(c, an_extension_that_differs);
    tcase_add_test(c, an_extension_that_counts_otherwise);
    tcase_add_test(c, an_extension_that_declines);
    tcase_add_loop_test(c, failures_of_the_plain_way, 1, 4);
    tcase_add_loop_test(c, interrupted, 1, 4);
    tcase_add_test(c, infinite_losses_are_kept);
    tcase_add_test(c, one_serial_instance);
    return bench_main(suite);
}
