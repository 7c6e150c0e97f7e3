/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convexity.h -- how far from convex a landscape is, cell by cell, by its whole Hessian (Li et
 * al. 2018, section 6).
 *
 *     struct convexity c;
 *     convexity_new(&c, nx, ny, x, y, &plane.view, seed, err);
 *     progress_begin(progress, "convexity");
 *     convexity_run(&c, model, env, err);    again after an interruption: it goes on
 *     ... c.ratio[row * nx + col] ...
 *     convexity_free(&c);
 *
 * or all of it in one call of convexity_full().
 *
 * The smallest and the largest eigenvalue of the Hessian in each cell come from Lanczos,
 * which begins with what the cell before had found: the cells are walked to and fro, so
 * that this one is always a neighbour.  The order is fixed, and the threads share the rows of
 * the data, so the values are the same for any number of them.
 */
#ifndef CORE_CONVEXITY_H
#define CORE_CONVEXITY_H

#include "../model.h"

struct convexity {
    size_t nx, ny;
    const double *x, *y; /* of the columns and rows; borrowed, as is the plane */
    const struct tw_plane *plane;
    uint64_t seed;
    double tolerance; /* of the residuals, relative to the largest |eigenvalue|; 1e-3 */
    bool cold;        /* begin each cell with a random vector instead */

    /* ny x nx each, NaN where not known (yet). */
    double *ratio;            /* as tw_grid.full_convexity */
    double *lowest, *highest; /* the eigenvalues themselves */

    size_t done;     /* cells, in the order of the walk */
    size_t products; /* with the Hessian, for all of them */
    double *warm;    /* dim: what the last cell handed on */
    bool is_warm;    /* there is one */
};

int convexity_new(struct convexity *c, size_t nx, size_t ny, const double *x, const double *y,
                  const struct tw_plane *plane, uint64_t seed, struct error *err);

/* The cells that have not been done.  Updates the present stage of env->progress.  After a
 * failure or an interruption the cells done so far stand; call it again to go on: the values
 * are those of a run without a break. */
int convexity_run(struct convexity *c, struct model *model, const struct environment *env,
                  struct error *err);
void convexity_free(struct convexity *c);

/* |lambda_min / lambda_max| with the sign of lambda_min; 0 where lambda_min is not beyond `bar`,
 * its error, or both are zero; infinite where only lambda_max is 0. */
double convexity_ratio(double lowest, double highest, double bar);

/* All cells to out (ny x nx). */
int convexity_full(size_t nx, size_t ny, const double *x, const double *y,
                   const struct tw_plane *plane, struct model *model, const struct environment *env,
                   double *out, struct error *err);

#endif
