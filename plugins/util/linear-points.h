/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear-points.h -- the points of a call of the linear models' plane, cut into spans.
 *
 *     linear_points_lay_out(p, n, xy, strip)    spans, coordinates, empty cells
 *     p->span[0 .. n_spans - 1]                 a grid: sum into hi, lo and change from its places
 *                                               on; loose points: the caller's own business
 *     linear_points_give_back(p, sum, correct)  the cells of the grids, point by point
 *     linear_points_free(p)
 *
 * Buffers only grow, so that calls of the same size take no memory.
 */
#ifndef UTIL_LINEAR_POINTS_H
#define UTIL_LINEAR_POINTS_H

#include <stdbool.h>
#include <thalweg/plugin.h>

#define LINEAR_MOST_COORD 1e150 /* products of two of these are finite */

/* A grid, or loose points one after the other. */
struct linear_span {
    bool grid;
    size_t first, n_rows, n_columns;    /* points; loose ones have one column */
    size_t at_row;                      /* places in the buffers, of which loose points have none */
    size_t at_axis, at_cell, at_change; /* x, then y; cells; changes */
    size_t stride;                      /* cells of a row */
    double per_step, strip_step;        /* of struct linear_sweep */
};

struct linear_points {
    struct linear_span *span;
    size_t *row;      /* the first points of the rows of grids */
    double *axis;     /* coordinates of the grids */
    double *hi, *lo;  /* their cells: sums of losses */
    uint32_t *change; /* of the number of samples predicted right, from column to column */
    size_t n_spans, span_room, row_room, axis_room, cell_room, change_room;
};

/* xy: n_points pairs; `strip`: columns that the kernels take at a time. False: out of memory. */
bool linear_points_lay_out(struct linear_points *p, size_t n_points, const double *xy,
                           size_t strip);

/* Sets loss_sum and, if it is not NULL, correct of all points on grids. */
void linear_points_give_back(const struct linear_points *p, struct tw_sum *loss_sum,
                             double *correct);

void linear_points_free(struct linear_points *p);

#endif
