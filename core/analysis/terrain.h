/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terrain.h -- second derivatives in a plane whose directions are neither orthogonal nor
 * of unit length.
 *
 *     hessian_eigenvalues   by the coordinates (x, y), as they are
 *     hessian_curvatures    per unit of distance between parameter vectors
 *     gram_distance         that distance, for a step in (x, y)
 *     convexity_map         the ratio of the curvatures at each point of a grid
 *
 * On a line there is one derivative; yy and xy are 0 and the second eigenvalue is NaN.
 */
#ifndef CORE_TERRAIN_H
#define CORE_TERRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <thalweg/plugin.h>

struct hessian {
    double xx, xy, yy;
};

/* The smaller first. */
void hessian_eigenvalues(const struct hessian *h, bool line, double lambda[2]);

/* `gram` holds u.u, u.v, v.u, v.v: eigenvalues of the Hessian in orthonormal coordinates. */
void hessian_curvatures(const struct hessian *h, const double gram[4], bool line, double lambda[2]);

double gram_distance(const double gram[4], bool line, double dx, double dy);

/* As tw_grid.plane_convexity; `noise` is the error of a loss.  `ratio` has nx x ny places. */
void convexity_map(const struct tw_grid *g, const double gram[4], double noise, double *ratio);

#endif
