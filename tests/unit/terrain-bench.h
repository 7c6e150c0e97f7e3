/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terrain-bench.h -- landscapes that are formulas, for the tests of the analysis.
 *
 *     terrain_open     a model of two parameters, whose loss is terrain_loss(theta)
 *     terrain_grid     a plane through it and the losses on a grid
 *     terrain_close
 *
 * theta = origin + x u + y v, with u and v as given; v NULL makes a line.
 */
#ifndef TESTS_TERRAIN_BENCH_H
#define TESTS_TERRAIN_BENCH_H

#include "core-bench.h"

#include "../../core/analysis/probe.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static struct bench *b;
static struct workers *workers;
static struct model model;
static struct plugin model_plugin;
static struct plane plane;
static struct grid grid;
static double (*terrain_loss)(const double *theta, double *gradient); /* gradient may be NULL */

static int terrain_bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static size_t terrain_dim(const void *self)
{
    (void)self;
    return 2;
}

static int terrain_value(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                         double *correct)
{
    (void)self;
    (void)rows;
    (void)correct;
    *loss = terrain_loss(theta, NULL);
    return TW_OK;
}

static int terrain_gradient(void *self, const double *theta, const struct tw_rows *rows,
                            double *loss, double *gradient)
{
    (void)self;
    (void)rows;
    double value = terrain_loss(theta, gradient);
    if (loss)
        *loss = value;
    return TW_OK;
}

static inline void terrain_setup(void)
{
    b = bench_open();
    gsl_set_error_handler_off(); /* as the program does */
    workers = workers_new(1);
    model_plugin = fake_plugin(TW_MODEL, "terrain");
    model_plugin.ops.model = (struct tw_model_ops){.struct_size = sizeof(struct tw_model_ops),
                                                   .bind = terrain_bind,
                                                   .dim = terrain_dim,
                                                   .loss = terrain_value,
                                                   .grad = terrain_gradient};
}

static inline void terrain_close(void)
{
    grid_free(&grid);
    plane_free(&plane);
    model_close(&model);
}

static inline void terrain_teardown(void)
{
    terrain_close();
    workers_free(workers);
    bench_free(b);
}

/* With a plugin of one's own: `loss` is NULL. */
static inline void terrain_open(double (*loss)(const double *, double *))
{
    terrain_close();
    terrain_loss = loss;
    OK(model_open(&model, &model_plugin, NULL, NULL, workers, &b->env, &b->err));
}

static inline void terrain_plane(const double *origin, const double *u, const double *v)
{
    size_t n = model.dim, bytes = n * sizeof(double);
    plane_free(&plane);
    plane.view = (struct tw_plane){.struct_size = sizeof plane.view, .dim = n, .n_axes = v ? 2 : 1};
    plane.view.origin = calloc(n, sizeof(double));
    plane.view.u = calloc(n, sizeof(double));
    plane.view.v = calloc(n, sizeof(double));
    ck_assert(plane.view.origin && plane.view.u && plane.view.v);
    plane.view.x_variance = plane.view.y_variance = plane.view.x_walk = plane.view.y_walk = NAN;
    strcpy(plane.view.x_label, "x");
    strcpy(plane.view.y_label, v ? "y" : "");
    memcpy(plane.view.origin, origin, bytes);
    memcpy(plane.view.u, u, bytes);
    if (v)
        memcpy(plane.view.v, v, bytes);
    memset(plane.gram, 0, sizeof plane.gram);
    for (size_t j = 0; j < n; j++) {
        plane.gram[0] += u[j] * u[j];
        plane.gram[1] = plane.gram[2] += v ? u[j] * v[j] : 0;
        plane.gram[3] += v ? v[j] * v[j] : 0;
    }
}

static inline void terrain_grid(size_t nx, size_t ny, double xlo, double xhi, double ylo,
                                double yhi)
{
    const double range[4] = {xlo, xhi, ylo, yhi};
    grid_free(&grid);
    OK(grid_new(&grid, nx, ny, range, &b->err));
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
}

static const double terrain_origin[2] = {0, 0}, terrain_e1[2] = {1, 0}, terrain_e2[2] = {0, 1};

#endif
