/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terrain.c -- see terrain.h. */
#include "terrain.h"

#include <float.h>
#include <math.h>

void hessian_eigenvalues(const struct hessian *h, bool line, double lambda[2])
{
    if (line) {
        lambda[0] = h->xx;
        lambda[1] = NAN;
        return;
    }
    double mean = 0.5 * (h->xx + h->yy), radius = hypot(0.5 * (h->xx - h->yy), h->xy);
    lambda[0] = mean - radius;
    lambda[1] = mean + radius;
    /* The smaller in magnitude by the product of both, so that it keeps its digits. */
    double far = fabs(lambda[0]) > fabs(lambda[1]) ? lambda[0] : lambda[1];
    double near = far != 0 ? (h->xx / far) * h->yy - (h->xy / far) * h->xy : 0;
    lambda[0] = fmin(near, far);
    lambda[1] = fmax(near, far);
    if (isnan(mean + radius))
        lambda[0] = lambda[1] = NAN;
}

/* With the Cholesky factor L of the Gram matrix s = L' (x, y) are orthonormal coordinates,
 * and the Hessian by them is inv(L) H inv(L'). */
void hessian_curvatures(const struct hessian *h, const double gram[4], bool line, double lambda[2])
{
    if (line) {
        lambda[0] = h->xx / gram[0];
        lambda[1] = NAN;
        return;
    }
    double a = sqrt(gram[0]), b = gram[1] / a, c = sqrt(gram[3] - b * b);
    double xx = h->xx / (a * a), xy = (h->xy / a - b * xx) / c;
    double yy = (h->yy - 2 * b * h->xy / a + b * b * xx) / (c * c);
    hessian_eigenvalues(&(struct hessian){xx, xy, yy}, false, lambda);
}

double gram_distance(const double gram[4], bool line, double dx, double dy)
{
    if (line)
        return sqrt(gram[0]) * fabs(dx);
    return sqrt(fmax(gram[0] * dx * dx + 2 * gram[1] * dx * dy + gram[3] * dy * dy, 0));
}

/* The second derivatives at an inner point by central differences; false: one of the values
 * is not finite.  `error` is what the noise of the losses makes of them, at
 * most; *down_somewhere: along a row, a column or a diagonal it surely curves down. */
static bool differences(const struct tw_grid *g, size_t col, size_t row, double noise,
                        struct hessian *h, struct hessian *error, bool *down_somewhere)
{
    const double *f = g->loss + row * g->nx + col;
    double dx = g->x[col] - g->x[col - 1], largest = 0;
    size_t above = g->ny > 1 ? g->nx : 0;
    for (int i = g->ny > 1 ? -1 : 0; i <= (g->ny > 1); i++)
        for (int k = -1; k <= 1; k++) {
            double value = f[(ptrdiff_t)above * i + k];
            if (!isfinite(value))
                return false;
            largest = fmax(largest, fabs(value));
        }
    double e = fmax(noise, 4 * DBL_EPSILON * largest);
    *h = (struct hessian){.xx = (f[1] - f[0] - (f[0] - f[-1])) / (dx * dx)};
    *error = (struct hessian){.xx = 4 * e / (dx * dx)};
    *down_somewhere = h->xx < -error->xx;
    if (!above)
        return true;
    const double *up = f + g->nx, *down = f - g->nx;
    double dy = g->y[row] - g->y[row - 1];
    h->yy = (up[0] - f[0] - (f[0] - down[0])) / (dy * dy);
    h->xy = (up[1] - up[-1] - (down[1] - down[-1])) / (4 * dx * dy);
    error->yy = 4 * e / (dy * dy);
    error->xy = e / (dx * dy);
    double one = up[1] - f[0] - (f[0] - down[-1]), other = up[-1] - f[0] - (f[0] - down[1]);
    *down_somewhere = fmin(fmin(one, other), fmin(h->xx * dx * dx, h->yy * dy * dy)) < -4 * e;
    return true;
}

/* Differences over two cells are the same where the landscape is smooth enough for this grid.  At
 * a kink they are not, and there the mixed one makes a convex landscape look as if it curved
 * down. */
static void add_roughness(const struct tw_grid *g, size_t col, size_t row, const struct hessian *h,
                          struct hessian *error)
{
    if (g->ny == 1 || col < 2 || row < 2 || col + 2 >= g->nx || row + 2 >= g->ny)
        return;
    const double *f = g->loss + row * g->nx + col, *up = f + 2 * g->nx, *down = f - 2 * g->nx;
    double dx = g->x[col + 1] - g->x[col - 1], dy = g->y[row + 1] - g->y[row - 1];
    double xx = (f[2] - f[0] - (f[0] - f[-2])) / (dx * dx);
    double yy = (up[0] - f[0] - (f[0] - down[0])) / (dy * dy);
    double xy = (up[2] - up[-2] - (down[2] - down[-2])) / (4 * dx * dy);
    if (!isfinite(xx + yy + xy))
        return;
    error->xx += fabs(xx - h->xx);
    error->yy += fabs(yy - h->yy);
    error->xy += fabs(xy - h->xy);
}

void convexity_map(const struct tw_grid *g, const double gram[4], double noise, double *ratio)
{
    bool line = g->ny == 1;
    for (size_t row = 0; row < g->ny; row++)
        for (size_t col = 0; col < g->nx; col++) {
            struct hessian h, e;
            double *to = &ratio[row * g->nx + col], lambda[2], unsure[2];
            bool inside = col > 0 && col + 1 < g->nx && (line || (row > 0 && row + 1 < g->ny));
            bool down;
            *to = NAN;
            if (!inside || !differences(g, col, row, noise, &h, &e, &down))
                continue;
            hessian_curvatures(&h, gram, line, lambda);
            if (!down && lambda[0] < 0)
                add_roughness(g, col, row, &h, &e);
            /* A bound on what the errors do to an eigenvalue: the largest of their matrix,
             * with signs that add up. */
            e.xy = gram[1] > 0 ? -e.xy : e.xy;
            hessian_curvatures(&e, gram, line, unsure);
            double bound = line ? unsure[0] : fmax(fabs(unsure[0]), fabs(unsure[1]));
            double top = line ? fabs(lambda[0]) : fmax(fabs(lambda[1]), bound);
            *to = lambda[0] < -bound || (down && lambda[0] < 0) ? -fabs(lambda[0]) / top : 0;
        }
}
