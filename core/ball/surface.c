/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surface.c -- see surface.h. */
#include "surface.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIX_CELLS 2.5 /* radius of a correction */

/* ---- splines ------------------------------------------------------------------------ */

/* The derivatives d of the spline through n values, `stride` apart, at knots one apart.
 * `work` has n places. */
static void spline_slopes(const double *f, size_t n, size_t stride, double *d, double *work)
{
#define F(i) f[(i)*stride]
#define D(i) d[(i)*stride]
    if (n == 2) {
        D(0) = D(1) = F(1) - F(0);
        return;
    }
    if (n == 3) { /* a parabola */
        D(1) = 0.5 * (F(2) - F(0));
        D(0) = 2 * (F(1) - F(0)) - D(1);
        D(2) = 2 * (F(2) - F(1)) - D(1);
        return;
    }
    /* d[i-1] + 4 d[i] + d[i+1] = 3 (f[i+1] - f[i-1]); at the ends d[0] + 2 d[1] = ..., because
     * the third derivative goes on from the first interval to the second. */
    work[0] = 2;
    D(0) = 0.5 * (-5 * F(0) + 4 * F(1) + F(2));
    for (size_t i = 1; i + 1 < n; i++) {
        double pivot = 4 - work[i - 1];
        work[i] = 1 / pivot;
        D(i) = (3 * (F(i + 1) - F(i - 1)) - D(i - 1)) / pivot;
    }
    double last = 0.5 * (5 * F(n - 1) - 4 * F(n - 2) - F(n - 3));
    D(n - 1) = (last - 2 * D(n - 2)) / (1 - 2 * work[n - 2]);
    for (size_t i = n - 1; i-- > 0;)
        D(i) -= work[i] * D(i + 1);
#undef F
#undef D
}

/* ---- holes -------------------------------------------------------------------------- */

/* Mean of the neighbours that are there; NaN without any. */
static double mean_around(const struct surface *s, const double *f, size_t i, size_t j)
{
    double sum = 0;
    int n = 0;
    for (size_t b = j ? j - 1 : 0; b <= j + 1 && b < s->ny; b++)
        for (size_t a = i ? i - 1 : 0; a <= i + 1 && a < s->nx; a++)
            if (!isnan(f[b * s->nx + a])) {
                sum += f[b * s->nx + a];
                n++;
            }
    return n ? sum / n : NAN;
}

/* Ring by ring from the edges of the holes inwards.  `work` has nx x ny places. */
static void fill_holes(struct surface *s, double *work)
{
    size_t n = s->nx * s->ny, filled;
    do {
        filled = 0;
        memcpy(work, s->f, n * sizeof *work);
        for (size_t k = 0; k < n; k++) {
            if (!isnan(work[k]))
                continue;
            double h = mean_around(s, work, k % s->nx, k / s->nx);
            filled += isnan(h) ? 0 : 1;
            s->f[k] = h;
        }
    } while (filled);
    for (size_t k = 0; k < n; k++)
        if (isnan(s->f[k])) /* all of them are holes */
            s->f[k] = 0;
}

static void open_cells(struct surface *s, const double *height)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < s->nx * s->ny; k++) {
        bool there = isfinite(height[k]);
        s->f[k] = there ? height[k] : NAN;
        low = there ? fmin(low, height[k]) : low;
        high = there ? fmax(high, height[k]) : high;
    }
    s->relief = high > low ? high - low : 0;
    for (size_t j = 0; j + 1 < s->ny; j++)
        for (size_t i = 0; i + 1 < s->nx; i++) {
            const double *f = s->f + j * s->nx + i;
            s->open[j * (s->nx - 1) + i] = !isnan(f[0] + f[1] + f[s->nx] + f[s->nx + 1]);
        }
}

int surface_new(struct surface *s, size_t nx, size_t ny, const double range[4],
                const double *height, struct error *err)
{
    *s = (struct surface){.nx = nx, .ny = ny, .x0 = range[0], .y0 = range[2]};
    s->dx = (range[1] - range[0]) / (double)(nx - 1);
    s->dy = (range[3] - range[2]) / (double)(ny - 1);
    size_t n = nx <= SIZE_MAX / 8 / sizeof(double) / ny ? nx * ny : 0;
    s->f = n ? malloc(n * 4 * sizeof *s->f) : NULL;
    s->open = n ? malloc(n * sizeof *s->open) : NULL;
    double *work = n ? malloc((n + nx + ny) * sizeof *work) : NULL;
    if (!s->f || !s->open || !work) {
        free(work);
        surface_free(s);
        return error_nomem(err);
    }
    s->fx = s->f + n;
    s->fy = s->fx + n;
    s->fxy = s->fy + n;
    open_cells(s, height);
    fill_holes(s, work);
    for (size_t j = 0; j < ny; j++)
        spline_slopes(s->f + j * nx, nx, 1, s->fx + j * nx, work);
    for (size_t i = 0; i < nx; i++) {
        spline_slopes(s->f + i, ny, nx, s->fy + i, work);
        spline_slopes(s->fx + i, ny, nx, s->fxy + i, work);
    }
    free(work);
    return 0;
}

void surface_free(struct surface *s)
{
    free(s->f);
    free(s->open);
    *s = (struct surface){0};
}

/* ---- evaluation --------------------------------------------------------------------- */

/* Hermite's cubics and two derivatives at u in [0, 1]: value[0] of f(0), [1] of f(1), [2] of
 * f'(0), [3] of f'(1). */
static void hermite(double u, double value[4], double first[4], double second[4])
{
    value[1] = u * u * (3 - 2 * u);
    value[0] = 1 - value[1];
    value[2] = u * (1 - u) * (1 - u);
    value[3] = -u * u * (1 - u);
    first[1] = 6 * u * (1 - u);
    first[0] = -first[1];
    first[2] = (1 - u) * (1 - 3 * u);
    first[3] = u * (3 * u - 2);
    second[1] = 6 - 12 * u;
    second[0] = -second[1];
    second[2] = 6 * u - 4;
    second[3] = 6 * u - 2;
}

void surface_cell(const struct surface *s, double x, double y, long cell[2])
{
    double i = floor((x - s->x0) / s->dx), j = floor((y - s->y0) / s->dy);
    cell[0] = !(i > 0) ? 0 : i < (double)(s->nx - 2) ? (long)i : (long)s->nx - 2;
    cell[1] = !(j > 0) ? 0 : j < (double)(s->ny - 2) ? (long)j : (long)s->ny - 2;
}

bool surface_open(const struct surface *s, long i, long j)
{
    long nx = (long)s->nx - 1, ny = (long)s->ny - 1;
    return i >= 0 && j >= 0 && i < nx && j < ny && s->open[j * nx + i];
}

/* Sums over the four corners: a by x, b by y. */
static double tensor(const double c[4][4], const double a[4], const double b[4])
{
    double sum = 0;
    for (int i = 0; i < 4; i++)
        sum += b[i] * (c[i][0] * a[0] + c[i][1] * a[1] + c[i][2] * a[2] + c[i][3] * a[3]);
    return sum;
}

/* What surface_correct() adds: (dh - g.q) (1 - q^2 / r^2)^3 at distance q from the place. */
static void add_fix(const struct surface *s, double x, double y, struct slope *out)
{
    double qx = x - s->fix.x, qy = y - s->fix.y, r2 = s->fix.radius * s->fix.radius;
    double rest = 1 - (qx * qx + qy * qy) / r2, gx = s->fix.gx, gy = s->fix.gy;
    if (!(rest > 0))
        return;
    double a = s->fix.dh - gx * qx - gy * qy, bump = rest * rest * rest;
    double k = -6 * rest * rest / r2, kk = 24 * rest / (r2 * r2);
    out->h += a * bump;
    out->x += a * k * qx - gx * bump;
    out->y += a * k * qy - gy * bump;
    out->xx += a * (k + kk * qx * qx) - 2 * gx * k * qx;
    out->yy += a * (k + kk * qy * qy) - 2 * gy * k * qy;
    out->xy += a * kk * qx * qy - k * (gx * qy + gy * qx);
}

void surface_at(const struct surface *s, double x, double y, struct slope *out)
{
    long cell[2];
    surface_cell(s, x, y, cell);
    size_t at = (size_t)cell[1] * s->nx + (size_t)cell[0];
    double a[3][4], b[3][4], c[4][4];
    hermite((x - s->x0) / s->dx - (double)cell[0], a[0], a[1], a[2]);
    hermite((y - s->y0) / s->dy - (double)cell[1], b[0], b[1], b[2]);
    for (size_t j = 0; j < 2; j++)
        for (size_t i = 0; i < 2; i++) {
            size_t k = at + j * s->nx + i;
            c[j][i] = s->f[k];
            c[j][i + 2] = s->fx[k];
            c[j + 2][i] = s->fy[k];
            c[j + 2][i + 2] = s->fxy[k];
        }
    out->h = tensor(c, a[0], b[0]);
    out->x = tensor(c, a[1], b[0]) / s->dx;
    out->y = tensor(c, a[0], b[1]) / s->dy;
    out->xx = tensor(c, a[2], b[0]) / (s->dx * s->dx);
    out->xy = tensor(c, a[1], b[1]) / (s->dx * s->dy);
    out->yy = tensor(c, a[0], b[2]) / (s->dy * s->dy);
    if (s->fix.radius > 0)
        add_fix(s, x, y, out);
}

void surface_correct(struct surface *s, double x, double y, double h, bool x_free, bool y_free)
{
    struct slope at;
    s->fix.radius = 0;
    surface_at(s, x, y, &at);
    s->fix.x = x;
    s->fix.y = y;
    s->fix.dh = h - at.h;
    s->fix.gx = x_free ? at.x : 0;
    s->fix.gy = y_free ? at.y : 0;
    s->fix.radius = FIX_CELLS * fmax(s->dx, s->dy);
}
