/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.h -- the loss at many points of a plane.
 *
 *     grid_range      where the grid lies
 *     grid_new        its coordinates, no values yet
 *     grid_evaluate   the values, and those of tracks
 *     grid_test       those of the test set
 *     grid_values     those of another plane at the same (x, y)
 *     grid_free
 */
#ifndef CORE_GRID_H
#define CORE_GRID_H

#include "plan.h"
#include "points.h"

struct grid {
    struct tw_grid view;
    double *x, *y, *loss, *accuracy;
    double *test_loss, *test_accuracy; /* NULL until grid_test() */
    size_t tile_rows;                  /* rows of data at a time; 0: the model's choice */
    double from, to;                   /* of struct points, for the next evaluation */
};

/* xlo, xhi, ylo, yhi as the plan says: around the tracks, the plane's marks and `at`, the
 * projection of the optimum.  On a line ylo and yhi are 0. */
void grid_range(const struct plan *plan, const struct tw_plane *plane, const struct track *tracks,
                size_t n_tracks, const double at[2], double range[4]);

/* On a line ny is 1. */
int grid_new(struct grid *g, size_t nx, size_t ny, const double range[4], struct error *err);

/* Losses and accuracies, and plane_loss of the tracks: all points in one go, because
 * what the model does once for its data is most of the work for a few points. */
int grid_evaluate(struct grid *g, struct track *tracks, size_t n_tracks, struct model *model,
                  const struct plane *plane, const struct environment *env, struct error *err);

/* test_loss and test_accuracy, by the model that is bound to the test set. */
int grid_test(struct grid *g, struct model *model, const struct plane *plane,
              const struct environment *env, struct error *err);

/* Losses and accuracies of all grid points in any plane, to nx * ny places each. */
int grid_values(const struct grid *g, struct model *model, const struct plane *plane,
                const struct environment *env, double *loss, double *accuracy, struct error *err);
void grid_free(struct grid *g);

/* The cell of lowest finite loss: its index, or SIZE_MAX when there is none. */
size_t grid_lowest(const struct grid *g);

#endif
