/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.h -- the loss at any points of a plane.
 *
 *     points_evaluate   losses and accuracies, all in one go (evaluate.c)
 *     points_xy         where they are
 *     points_progress   how far the evaluation is
 *
 * With the model's plane extension the rows of the data are cut into tiles, and
 * tile sums are added in the order of the tiles (tiles.c).  Without it each point
 * is evaluated with plain loss() (evaluate.c).  Either way every number is the
 * same for any number of workers and any size of the tiles.
 */
#ifndef CORE_POINTS_H
#define CORE_POINTS_H

#include "plane.h"

/* Points and where their values go: first the cells of a grid, row by row, then loose
 * points. */
struct points {
    struct model *model;
    const struct tw_plane *plane; /* on a line every y is 0 */
    const struct environment *env;
    size_t n;
    size_t nx, ny;
    const double *x, *y; /* of the columns and rows, ascending */
    const double *loose; /* x, y, x, y, ...; those of equal y stand together, x ascending */
    bool apart;          /* some of these have the y of a row of the grid */
    bool trusted;        /* the extension was compared with loss() already */
    size_t tile_rows;    /* rows of data at a time; 0: the model's choice */
    double from, to;     /* what of the stage this is, for progress; equal: all */
    double *loss, *accuracy;
};

int points_evaluate(const struct points *points, struct error *err);

/* The n points from `first` on: x, y, x, y, ... */
void points_xy(const struct points *points, size_t first, size_t n, double *xy);

void points_progress(const struct points *points, double fraction);

#endif
