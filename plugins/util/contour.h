/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contour.h -- iso-lines of a field on a regular lattice, by marching squares.
 *
 *     contour_begin    for a field of nx x ny values, row-major
 *     contour_trace    the lines of one level; replaces those of the level before
 *     contour_end
 *
 * Points are in lattice units: (column, row), fractions between.  Lines run as
 * far as they can: a line that is not closed ends on the border or at a
 * non-finite value.  Cells with a non-finite corner have no lines.  A value
 * equal to the level counts as above it.  In a saddle cell the bilinear
 * surface decides, so that lines of different levels do not cross.
 */
#ifndef UTIL_CONTOUR_H
#define UTIL_CONTOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct contour_line {
    size_t first, n; /* points first .. first + n - 1 */
    bool closed;     /* the last point joins the first, which is not repeated */
};

struct contours {
    size_t n_lines, n_points;
    struct contour_line *line;
    double *xy; /* n_points pairs */
    /* The rest is private. */
    size_t nx, ny, room_lines, room_points, n_crossed;
    const double *z;
    uint32_t (*link)[2]; /* per edge: the edges its crossing is joined to */
    uint32_t *crossed;   /* edges with a crossing */
};

/* nx, ny >= 2; `z` is borrowed until contour_end().  0, or -1 when out of
 * memory; contour_end() is legal after a failure. */
int contour_begin(struct contours *c, const double *z, size_t nx, size_t ny);
int contour_trace(struct contours *c, double level);
void contour_end(struct contours *c);

#endif
