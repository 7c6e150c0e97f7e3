/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.h -- the loss at many points of a plane.
 *
 *     grid_range      where the grid lies
 *     grid_new        its coordinates, no values yet
 *     grid_evaluate   the values
 *     points_evaluate the same for any list of points
 *     grid_free
 *
 * With the model's plane extension the rows of the data are cut into tiles; a
 * tile sees all points before the next one comes, and tile sums are added in
 * the order of the tiles.  Without it each point is one task, evaluated with
 * plain loss().  Either way every number is the same for any number of workers.
 */
#ifndef CORE_GRID_H
#define CORE_GRID_H

#include "plan.h"
#include "plane.h"

struct grid {
    struct tw_grid view;
    double *x, *y, *loss, *accuracy;
};

/* xlo, xhi, ylo, yhi as the plan says. `track` is empty without a trajectory;
 * `at` is the projection of the optimum. */
void grid_range(const struct plan *plan, const struct track *track, const double at[2],
                double range[4]);

int grid_new(struct grid *g, size_t nx, size_t ny, const double range[4], struct error *err);
int grid_evaluate(struct grid *g, struct model *model, const struct plane *plane,
                  const struct environment *env, struct error *err);
void grid_free(struct grid *g);

/* Loss and accuracy at n points (x, y interleaved); accuracy may be NULL.  Points
 * of equal y must stand together with x ascending (see tw_model_plane). */
int points_evaluate(struct model *model, const struct plane *plane, size_t n, const double *xy,
                    double *loss, double *accuracy, const struct environment *env,
                    struct error *err);

/* plane_loss of every point of the track. */
int track_evaluate(struct track *t, struct model *model, const struct plane *plane,
                   const struct environment *env, struct error *err);

/* The cell of lowest finite loss: its index, or SIZE_MAX when there is none. */
size_t grid_lowest(const struct grid *g);

#endif
