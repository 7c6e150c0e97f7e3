/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resample.c -- see resample.h. */
#include "resample.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

size_t resample_interval(const double *x, size_t n, double at)
{
    size_t lo = 0, hi = n - 1;

    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (x[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static double minmod(double a, double b)
{
    return a * b <= 0 ? 0 : fabs(a) < fabs(b) ? a : b;
}

/* Of two estimates, the smaller; or the one there is; or 0. */
static double curvature(double a, double b)
{
    if (isfinite(a) && isfinite(b))
        return minmod(a, b);
    return isfinite(a) ? a : isfinite(b) ? b : 0;
}

/* One interval [x[i], x[i+1]] of a row or column. */
struct piece {
    double h[5]; /* widths of the intervals i-2 .. i+2; NaN: none */
    double c[3]; /* cubic Hermite basis: slope, step, slope */
    size_t i;
};

static struct piece piece_at(const double *x, size_t n, double at)
{
    size_t i = resample_interval(x, n, at);
    struct piece p = {.i = i};
    double h = x[i + 1] - x[i], t = (at - x[i]) / h;

    t = t > 0 ? (t < 1 ? t : 1) : 0;
    for (size_t k = 0; k < 5; k++)
        p.h[k] = i + k >= 2 && i + k - 2 < n - 1 ? x[i + k - 1] - x[i + k - 2] : NAN;
    p.c[0] = t * (1 - t) * (1 - t) * h;
    p.c[1] = t * t * (3 - 2 * t);
    p.c[2] = t * t * (t - 1) * h;
    return p;
}

/* Slope at the node between intervals of widths h[0] and h[1] and slopes d[0]
 * and d[1]; curv: second divided differences at the node before, here, after.
 * Huynh's M3 limiter (SIAM J. Numer. Anal. 30, 1993): as accurate as the
 * parabola where the data are smooth, extrema included, monotone at a jump. */
static double slope(const double *h, const double *d, const double *curv)
{
    double left = d[0] + curvature(curv[0], curv[1]) * h[0];
    double right = d[1] - curvature(curv[1], curv[2]) * h[1];
    double m, t, most;

    if (!isfinite(d[0]))
        return right;
    if (!isfinite(d[1]))
        return left;
    m = (d[0] * h[1] + d[1] * h[0]) / (h[0] + h[1]);
    t = minmod(left, right);
    most = fmax(3 * fabs(minmod(d[0], d[1])), 1.5 * fabs(t));
    return m > most ? most : m < -most ? -most : m;
}

/* z: the node p->i. */
static double piece_value(const struct piece *p, const double *z, size_t stride)
{
    double d[5], c[4];

    if (!isfinite(z[0]) || !isfinite(z[stride]))
        return NAN;
    for (size_t k = 0; k < 5; k++) {
        /* From node i-2+k to the next; pointers stay inside where h says so. */
        const double *from = isnan(p->h[k]) ? z
                             : k < 2        ? z - (2 - k) * stride
                                            : z + (k - 2) * stride;
        d[k] = (from[stride] - from[0]) / p->h[k];
    }
    for (size_t k = 0; k < 4; k++)
        c[k] = (d[k + 1] - d[k]) / (p->h[k] + p->h[k + 1]);
    /* As a step from the first value: a plateau stays flat to the last bit. */
    return z[0] + (p->c[0] * slope(p->h + 1, d + 1, c) + p->c[1] * (z[stride] - z[0]) +
                   p->c[2] * slope(p->h + 2, d + 2, c + 1));
}

int resample_begin(struct resample *r, const double *x, size_t nx, const double *y, size_t ny,
                   const double *z, const double *at, size_t w)
{
    *r = (struct resample){.ny = ny, .w = w, .y = y};
    if (!w || w > SIZE_MAX / sizeof *r->columns / ny)
        return -1;
    r->columns = malloc(ny * w * sizeof *r->columns);
    if (!r->columns)
        return -1;
    for (size_t k = 0; k < w; k++) {
        struct piece p = piece_at(x, nx, at[k]);

        for (size_t j = 0; j < ny; j++)
            r->columns[j * w + k] = piece_value(&p, z + j * nx + p.i, 1);
    }
    return 0;
}

void resample_row(const struct resample *r, double y, double *out)
{
    struct piece p = piece_at(r->y, r->ny, y);

    for (size_t k = 0; k < r->w; k++)
        out[k] = piece_value(&p, r->columns + p.i * r->w + k, r->w);
}

void resample_end(struct resample *r)
{
    free(r->columns);
    r->columns = NULL;
}

void resample_slopes(const double *x, size_t n, const double *z, size_t stride, double *to)
{
    for (size_t i = 0; i < n; i++) {
        double h[4], d[4], c[3], m;

        for (size_t k = 0; k < 4; k++) {
            bool there = i + k >= 2 && i + k - 2 < n - 1;
            size_t j = there ? i + k - 2 : 0;

            h[k] = there ? x[j + 1] - x[j] : NAN;
            d[k] = (z[(j + 1) * stride] - z[j * stride]) / h[k];
        }
        for (size_t k = 0; k < 3; k++)
            c[k] = (d[k + 1] - d[k]) / (h[k] + h[k + 1]);
        m = slope(h + 1, d + 1, c);
        to[i * stride] = isfinite(m) ? m : 0;
    }
}
