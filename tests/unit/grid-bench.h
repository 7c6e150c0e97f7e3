/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid-bench.h -- for the tests of core/grid.h: a pipeline, a model and its workers, a plane
 * through its parameters, a grid on it; and examples for the model.  set_up() and tear_down() are
 * the fixture.
 */
#ifndef TESTS_GRID_BENCH_H
#define TESTS_GRID_BENCH_H

#include "core-bench.h"

#include "../../core/grid.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static struct bench *b;
static struct workers *workers;
static struct model model;
static struct plane plane;
static struct path path;
static struct track track;
static struct grid grid;

static inline void set_up(void)
{
    b = bench_open();
    gsl_set_error_handler_off(); /* as the program does */
}

static inline void tear_down(void)
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

static inline void open_model(const struct plugin *p, const void *config,
                              const struct tw_data *data, size_t n_workers)
{
    model_close(&model);
    workers_free(workers);
    workers = workers_new(n_workers);
    ck_assert_ptr_nonnull(workers);
    OK(model_open(&model, p, config, data, workers, &b->env, &b->err));
}

/* A plane of waves, neither orthogonal nor of unit length. */
static inline void make_plane(size_t dim)
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

static inline void make_grid(size_t nx, size_t ny, double xlo, double xhi, double ylo, double yhi)
{
    const double range[4] = {xlo, xhi, ylo, yhi};
    grid_free(&grid);
    OK(grid_new(&grid, nx, ny, range, &b->err));
}

#define ROWS 3000

static inline struct tw_data examples(void)
{
    static float x[ROWS * 5];
    static int32_t label[ROWS];
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

#endif
