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

/* Is the value at f above the mean of its neighbours `step` away on both sides, by more than the
 * noise?  In no convex function it is, smooth or not. */
static bool bulges(const double *f, ptrdiff_t step, double e)
{
    return f[step] - f[0] - (f[0] - f[-step]) < -4 * e;
}

/* In a row, a column, a diagonal, or, two cells from the edge, a knight's move. */
static bool curves_down(const struct tw_grid *g, size_t col, size_t row, double e)
{
    const double *f = g->loss + row * g->nx + col;
    ptrdiff_t up = (ptrdiff_t)g->nx;
    if (bulges(f, 1, e))
        return true;
    if (g->ny == 1)
        return false;
    if (bulges(f, up, e) || bulges(f, up + 1, e) || bulges(f, up - 1, e))
        return true;
    if (col >= 2 && col + 2 < g->nx && (bulges(f, up + 2, e) || bulges(f, up - 2, e)))
        return true;
    return row >= 2 && row + 2 < g->ny && (bulges(f, 2 * up + 1, e) || bulges(f, 2 * up - 1, e));
}

/* The second derivatives at an inner point by central differences; false: one of the values is
 * not finite.  *e is the error of a loss here. */
static bool differences(const struct tw_grid *g, size_t col, size_t row, double noise,
                        struct hessian *h, double *e)
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
    *e = fmax(noise, 4 * DBL_EPSILON * largest);
    *h = (struct hessian){.xx = (f[1] - f[0] - (f[0] - f[-1])) / (dx * dx)};
    if (!above)
        return true;
    const double *up = f + g->nx, *down = f - g->nx;
    double dy = g->y[row] - g->y[row - 1];
    h->yy = (up[0] - f[0] - (f[0] - down[0])) / (dy * dy);
    h->xy = (up[1] - up[-1] - (down[1] - down[-1])) / (4 * dx * dy);
    return true;
}

void convexity_map(const struct tw_grid *g, const double gram[4], double noise, double *ratio)
{
    bool line = g->ny == 1;
    for (size_t row = 0; row < g->ny; row++)
        for (size_t col = 0; col < g->nx; col++) {
            struct hessian h;
            double *to = &ratio[row * g->nx + col], lambda[2], e;
            bool inside = col > 0 && col + 1 < g->nx && (line || (row > 0 && row + 1 < g->ny));
            *to = NAN;
            if (!inside || !differences(g, col, row, noise, &h, &e))
                continue;
            hessian_curvatures(&h, gram, line, lambda);
            /* A curvature of 0 is known to be no larger than what the noise makes of it. */
            double dx = g->x[col] - g->x[col - 1], floor = 4 * e / (dx * dx * gram[0]);
            double top = line ? fabs(lambda[0]) : fmax(fabs(lambda[1]), floor);
            *to = lambda[0] < 0 && curves_down(g, col, row, e) ? -fabs(lambda[0]) / top : 0;
        }
}
