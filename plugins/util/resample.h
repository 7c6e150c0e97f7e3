/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resample.h -- a smooth surface through the values of a grid.
 *
 *     resample_begin   the grid, and the columns wanted
 *     resample_row     the surface along one row, at those columns
 *     resample_end
 *     resample_slopes  the slopes at the nodes, for other uses of the same surface
 *     resample_interval   between which nodes a place is
 *     lerp             for the places between the ends of an axis
 *
 * Cubic Hermite pieces along x and then y.  Slopes are those of parabolas, limited
 * so that the surface does not swing past a steep step: no dips or ridges that
 * are not in the data.  A cell with a non-finite corner is a hole:
 * NaN all over.
 */
#ifndef UTIL_RESAMPLE_H
#define UTIL_RESAMPLE_H

#include <stddef.h>

struct resample {
    size_t ny, w;
    const double *y;
    double *columns; /* ny x w: the surface at each grid row */
};

/* From a at t = 0 to b at t = 1, never beyond either. */
static inline double lerp(double a, double b, double t)
{
    return t <= 0 ? a : t >= 1 ? b : a + (b - a) * t;
}

/* x (nx values) and y (ny) ascending, nx, ny >= 2, z ny x nx, `at` the w columns
 * wanted, inside [x[0], x[nx-1]].  `y` is borrowed until resample_end().  0, or -1
 * when out of memory; resample_end() is legal after a failure. */
int resample_begin(struct resample *r, const double *x, size_t nx, const double *y, size_t ny,
                   const double *z, const double *at, size_t w);
void resample_row(const struct resample *r, double y, double *out);
void resample_end(struct resample *r);

/* Slopes at the n nodes of a row or column; z and `slope` have the same stride. 0 where there is no
 * finite neighbour. */
void resample_slopes(const double *x, size_t n, const double *z, size_t stride, double *slope);

/* The i with x[i] <= at <= x[i+1], i + 1 < n; the first or the last one for what is outside.  x
 * does not descend, n >= 2. */
size_t resample_interval(const double *x, size_t n, double at);

#endif
