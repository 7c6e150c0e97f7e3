/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid-fake.h -- a model with a plane extension that does on a grid what `fake` says: it counts
 * what is asked of it, takes its time, adds what shows the order of sums, and fails.
 *
 *     open_fake(3);                         with three workers, on a grid of 3 x 2
 *     fake.eval_status = TW_ENUMERIC;
 *     OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
 */
#ifndef TESTS_GRID_FAKE_H
#define TESTS_GRID_FAKE_H

#include "grid-bench.h"

#include <stdatomic.h>
#include <time.h>

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

static inline int fake_bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static inline size_t fake_dim(const void *self)
{
    (void)self;
    return 2;
}

/* What the grid has there: for sums of which no loss() knows. */
static inline double found_loss(const double *theta)
{
    for (size_t k = 0; k < grid.view.nx * grid.view.ny; k++)
        if (grid.x[k % grid.view.nx] == theta[0] && grid.y[k / grid.view.nx] == theta[1])
            return grid.loss[k];
    return NAN;
}

static inline int fake_loss(void *self, const double *theta, const struct tw_rows *rows,
                            double *loss, double *correct)
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

static inline int fake_begin(void *self, const double *origin, const double *u, const double *v)
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

static inline size_t fake_tile_rows(const void *self, size_t n_points)
{
    (void)self;
    (void)n_points;
    return 10;
}

/* Note what the call is about, and take some time for it. */
static inline void fake_note(const void *self, size_t n_rows, size_t n_points)
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
static inline double uneven(size_t tile)
{
    static const double power[] = {36, 18, 0, 18, 36};
    double size = pow(10, 264 - 54 * (double)(tile / 5) + power[tile % 5]);
    return tile % 5 < 3 ? size : -size;
}

static inline struct tw_sum fake_sum(size_t tile, size_t n_rows, size_t n_points, const double *xy,
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
static inline bool out_of_order(const double *xy, size_t k)
{
    if (xy[2 * k + 1] == xy[2 * k - 1])
        return xy[2 * k] < xy[2 * k - 2];
    for (size_t i = 0; i < k; i++)
        if (xy[2 * i + 1] == xy[2 * k + 1])
            return true;
    return false;
}

static inline int fake_eval(void *self, size_t first_row, size_t n_rows, size_t n_points,
                            const double *xy, struct tw_sum *loss_sum, double *correct)
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

static inline int fake_penalty(void *self, size_t n_points, const double *xy, double *penalty)
{
    const struct tw_host *host = self;
    if (fake.penalty_status < 0)
        return (host->fail)(host, fake.penalty_status, "no penalty");
    for (size_t k = 0; k < n_points; k++)
        penalty[k] = xy[2 * k + 1];
    return TW_OK;
}

static inline void fake_end(void *self)
{
    (void)self;
    atomic_fetch_add(&fake.ended, 1);
}

static struct tw_model_plane fake_extension = {
    sizeof fake_extension, fake_begin, fake_tile_rows, fake_eval, fake_penalty, fake_end};

static inline const void *fake_get_extension(const char *id)
{
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &fake_extension : NULL;
}

static struct plugin fake_model;
static struct tw_data fake_data;

static inline void open_fake(size_t n_workers)
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

static inline size_t all_work(void)
{
    size_t sum = 0;
    for (size_t w = 0; w < TEAM; w++)
        sum += atomic_load(&fake.work[w]);
    return sum;
}

#endif
