/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surface.h -- a smooth surface through heights on a grid, for a ball to roll on.
 *
 *     surface_new       from heights; NaN are holes
 *     surface_at        height, slope and curvature anywhere
 *     surface_open      may the ball be in this cell?
 *     surface_correct   give it an exact stationary point
 *     surface_free
 *
 * A tensor product of cubic splines ("not a knot" at the borders): second derivatives are
 * continuous, and any bicubic polynomial is reproduced.  Cells at a hole are closed; heights
 * are made up there so that the spline passes by them smoothly.
 */
#ifndef CORE_SURFACE_H
#define CORE_SURFACE_H

#include "../error.h"

#include <stdbool.h>

struct surface {
    size_t nx, ny;         /* points, >= 2 each */
    double x0, y0;         /* of the first */
    double dx, dy;         /* from one to the next */
    double relief;         /* highest less lowest point that is no hole; 0: flat */
    double *f;             /* ny x nx: heights; all numbers are one block with f in front */
    double *fx, *fy, *fxy; /* derivatives by cell */
    bool *open;            /* (ny - 1) x (nx - 1) */
    struct {
        double x, y, radius; /* 0: no correction */
        double dh, gx, gy;
    } fix;
};

struct slope {
    double h, x, y, xx, xy, yy; /* height and its derivatives */
};

/* range: x from and to, y from and to; heights ny x nx, row is y. */
int surface_new(struct surface *s, size_t nx, size_t ny, const double range[4],
                const double *height, struct error *err);
void surface_free(struct surface *s);

/* Beyond the border the outermost cells go on. */
void surface_at(const struct surface *s, double x, double y, struct slope *out);

/* Cell (i, j) lies between points i and i + 1, j and j + 1; false beyond the border. */
bool surface_open(const struct surface *s, long i, long j);

/* The cell of a point; on an edge the one after it. */
void surface_cell(const struct surface *s, double x, double y, long cell[2]);

/* From now on the surface has the height h at (x, y), and no slope there along the axes that
 * are free; two cells away nothing has changed. */
void surface_correct(struct surface *s, double x, double y, double h, bool x_free, bool y_free);

#endif
