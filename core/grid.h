/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.h -- the loss at many points of a plane.
 *
 *     grid_range      where the grid lies
 *     grid_new        its coordinates, no values yet
 *     grid_evaluate   the values, and those of a track
 *     points_evaluate the same for any list of points
 *     grid_free
 *
 * With the model's plane extension the rows of the data are cut into tiles, and
 * tile sums are added in the order of the tiles (tiles.c).  Without it each point
 * is evaluated with plain loss() (evaluate.c).  Either way every number is the
 * same for any number of workers and any size of the tiles.
 */
#ifndef CORE_GRID_H
#define CORE_GRID_H

#include "plan.h"
#include "plane.h"

struct grid {
    struct tw_grid view;
    double *x, *y, *loss, *accuracy;
    size_t tile_rows; /* rows of data at a time; 0: the model's choice */
};

/* Points and where their values go: first the cells of a grid, row by row, then loose
 * points. */
struct points {
    struct model *model;
    const struct tw_plane *plane;
    const struct environment *env;
    size_t n;
    size_t nx, ny;
    const double *x, *y; /* of the columns and rows, ascending */
    const double *loose; /* x, y, x, y, ...; those of equal y stand together, x ascending */
    bool apart;          /* some of these have the y of a row of the grid */
    size_t tile_rows;    /* as in struct grid */
    bool trusted;        /* the extension was compared with loss() already */
    double *loss, *accuracy;
};

/* The n points from `first` on: x, y, x, y, ... */
void points_xy(const struct points *points, size_t first, size_t n, double *xy);

/* xlo, xhi, ylo, yhi as the plan says. `track` is empty without a trajectory;
 * `at` is the projection of the optimum. */
void grid_range(const struct plan *plan, const struct track *track, const double at[2],
                double range[4]);

int grid_new(struct grid *g, size_t nx, size_t ny, const double range[4], struct error *err);

/* Losses and accuracies, and plane_loss of the track (NULL: none): all points in
 * one go, because what the model does once for its data is most of the work for a
 * few points. */
int grid_evaluate(struct grid *g, struct track *track, struct model *model,
                  const struct plane *plane, const struct environment *env, struct error *err);
void grid_free(struct grid *g);

int points_evaluate(const struct points *points, struct error *err);

/* The cell of lowest finite loss: its index, or SIZE_MAX when there is none. */
size_t grid_lowest(const struct grid *g);

#endif
