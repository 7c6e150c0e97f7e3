/* SPDX-License-Identifier: GPL-3.0-or-later */
/* heightfield.c -- see heightfield.h. */
#include "render/heightfield.h"

#include "util/resample.h"

#include <stdlib.h>

#define KNEE      0.93f /* heights bend over from here on */
#define KNEE_ROOM 0.10f /* and never get further than this */

void field_room(const struct tw_grid *g, double aspect, double mid[2], double per[2],
                double half[2])
{
    double rx = g->x[g->nx - 1] / 2 - g->x[0] / 2, ry = g->y[g->ny - 1] / 2 - g->y[0] / 2;

    mid[0] = g->x[g->nx - 1] / 2 + g->x[0] / 2;
    mid[1] = g->y[g->ny - 1] / 2 + g->y[0] / 2;
    half[0] = rx >= ry ? 1 : fmax(rx / ry, aspect);
    half[1] = rx >= ry ? fmax(ry / rx, aspect) : 1;
    per[0] = half[0] / rx;
    per[1] = half[1] / ry;
}

static void place(struct heightfield *f, const struct tw_grid *g, double aspect)
{
    double mid[2], per[2], half[2];

    field_room(g, aspect, mid, per, half);
    f->half_x = (float)half[0];
    f->half_y = (float)half[1];
    f->mid_x = mid[0];
    f->mid_y = mid[1];
    f->per_x = per[0];
    f->per_y = per[1];
}

float field_room_x(const struct heightfield *f, double x)
{
    return (float)((x - f->mid_x) * f->per_x);
}

float field_room_y(const struct heightfield *f, double y)
{
    return (float)((y - f->mid_y) * f->per_y);
}

static bool even(const float *x, size_t n)
{
    float step = (x[n - 1] - x[0]) / (float)(n - 1);

    for (size_t i = 0; i < n; i++)
        if (fabsf(x[i] - (x[0] + step * (float)i)) > 0.01f * step)
            return false;
    return true;
}

static float corners(const struct heightfield *f, const struct field_node *node, size_t i, size_t j)
{
    const struct field_node *n = node + j * f->nx + i;

    return n[0].t + n[1].t + n[f->nx].t + n[f->nx + 1].t;
}

void field_mark_holes(struct heightfield *f)
{
    f->n_holes = 0;
    for (size_t j = 0; j + 1 < f->ny; j++)
        for (size_t i = 0; i + 1 < f->nx; i++) {
            float sum = corners(f, f->node, i, j) + (f->high ? corners(f, f->high, i, j) : 0);

            bool hole = !isfinite(sum);

            f->hole[j * (f->nx - 1) + i] = hole;
            f->n_holes += hole;
        }
}

/* Nodes from t, with room for three fields of n and for the two axes in the room. */
static void slopes(const struct heightfield *f, struct field_node *to, const double *t, double *x,
                   double *y, double *work)
{
    size_t nx = f->nx, ny = f->ny, n = nx * ny;
    double *tx = work, *ty = work + n, *twist = work + 2 * n;

    for (size_t i = 0; i < nx; i++)
        x[i] = (double)f->x[i];
    for (size_t j = 0; j < ny; j++)
        y[j] = (double)f->y[j];
    for (size_t j = 0; j < ny; j++)
        resample_slopes(x, nx, t + j * nx, 1, tx + j * nx);
    for (size_t i = 0; i < nx; i++)
        resample_slopes(y, ny, t + i, nx, ty + i);
    for (size_t j = 0; j < ny; j++)
        resample_slopes(x, nx, ty + j * nx, 1, twist + j * nx);
    for (size_t k = 0; k < n; k++)
        to[k] =
            (struct field_node){(float)t[k], (float)tx[k], (float)ty[k], (float)(0.5 * twist[k])};
    for (size_t i = 0; i < nx; i++)
        resample_slopes(y, ny, tx + i, nx, twist + i);
    for (size_t k = 0; k < n; k++)
        to[k].txy += (float)(0.5 * twist[k]);
}

/* The straight line of height over the scale that fits best. */
static void fit_heights(struct heightfield *f, const double *t, const double *heights, size_t n)
{
    double st = 0, sz = 0, stt = 0, stz = 0, count = 0, slope = 0;

    for (size_t k = 0; k < n; k++) {
        if (!isfinite(heights[k]) || !(t[k] >= 0 && t[k] <= 1))
            continue;
        count++;
        st += t[k];
        sz += heights[k];
        stt += t[k] * t[k];
        stz += t[k] * heights[k];
    }
    if (count * stt - st * st > 1e-9 * count * count)
        slope = (count * stz - st * sz) / (count * stt - st * st);
    f->low = count > 0 ? (float)((sz - slope * st) / count) : 0;
    if (slope > 1e-3)
        f->height = (float)slope;
}

static void lowest(struct heightfield *f)
{
    f->bottom = f->height;
    for (size_t k = 0; k < f->nx * f->ny; k++) {
        float z = f->high ? f->high[k].t : field_z(f, f->node[k].t);

        if (isfinite(z))
            f->bottom = fminf(f->bottom, z);
    }
}

int field_init(struct heightfield *f, const struct tw_grid *g, const double *values,
               const struct scale *s, const double *heights, float height, double aspect)
{
    size_t n = g->nx * g->ny; /* fits: the grid is there */
    double *work;

    *f = (struct heightfield){.nx = g->nx, .ny = g->ny, .height = height};
    f->knee_low = s->n_below > 0;
    f->knee_high = s->n_above > 0;
    if (n > SIZE_MAX / 8 / sizeof *work)
        return -1;
    place(f, g, aspect);
    f->x = calloc(g->nx, sizeof *f->x);
    f->y = calloc(g->ny, sizeof *f->y);
    f->node = malloc(n * sizeof *f->node);
    f->high = heights ? malloc(n * sizeof *f->high) : NULL;
    f->hole = calloc(g->nx - 1, g->ny - 1);
    work = calloc(4 * n + g->nx + g->ny, sizeof *work);
    if (!f->x || !f->y || !f->node || !f->hole || !work || (heights && !f->high)) {
        free(work);
        return -1;
    }
    for (size_t i = 0; i < g->nx; i++)
        f->x[i] = field_room_x(f, g->x[i]);
    for (size_t j = 0; j < g->ny; j++)
        f->y[j] = field_room_y(f, g->y[j]);
    f->even_x = even(f->x, f->nx);
    f->even_y = even(f->y, f->ny);
    for (size_t k = 0; k < n; k++)
        work[k] = scale_t(s, values[k]);
    slopes(f, f->node, work, work + 4 * n, work + 4 * n + g->nx, work + n);
    if (heights) {
        fit_heights(f, work, heights, n);
        for (size_t k = 0; k < n; k++)
            work[k] = heights[k] - (double)f->low;
        slopes(f, f->high, work, work + 4 * n, work + 4 * n + g->nx, work + n);
    }
    field_mark_holes(f);
    lowest(f);
    free(work);
    return 0;
}

void field_free(struct heightfield *f)
{
    free(f->x);
    free(f->y);
    free(f->node);
    free(f->high);
    free(f->hole);
    *f = (struct heightfield){.nx = 0};
}

/* The interval of x that v is in; v is inside. */
static size_t interval(const float *x, size_t n, bool is_even, float v)
{
    size_t lo = 0, hi = n - 1;

    if (is_even) {
        float at = (v - x[0]) / (x[n - 1] - x[0]) * (float)(n - 1);

        lo = at > 0 ? (size_t)at : 0;
        lo = lo < n - 2 ? lo : n - 2;
        if (v < x[lo] && lo > 0)
            lo--;
        else if (v >= x[lo + 1] && lo < n - 2)
            lo++;
        return lo;
    }
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (x[mid] <= v)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* Cubic Hermite basis on an interval of width h, and its derivatives: value at
 * 0, slope at 0, value at 1, slope at 1. */
static void basis(float u, float h, float *b, float *d)
{
    float v = 1 - u;

    b[0] = v * v * (1 + 2 * u);
    b[1] = u * v * v * h;
    b[2] = u * u * (3 - 2 * u);
    b[3] = -u * u * v * h;
    d[0] = -6 * u * v / h;
    d[1] = v * (1 - 3 * u);
    d[2] = -d[0];
    d[3] = u * (3 * u - 2);
}

struct bases {
    float a[4], da[4], b[4], db[4];
};

/* Value and slopes of one quantity, from its node at the lower left. */
static void bicubic(const struct bases *w, const struct field_node *at, size_t nx, float *s)
{
    const float *a = w->a, *da = w->da, *b = w->b, *db = w->db;

    s[0] = s[1] = s[2] = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t l = 0; l < 2; l++) {
            const struct field_node *n = &at[k * nx + l];
            float along = n->t * a[2 * l] + n->tx * a[2 * l + 1];
            float twist = n->ty * a[2 * l] + n->txy * a[2 * l + 1];

            s[0] += along * b[2 * k] + twist * b[2 * k + 1];
            s[2] += along * db[2 * k] + twist * db[2 * k + 1];
            s[1] += (n->t * da[2 * l] + n->tx * da[2 * l + 1]) * b[2 * k] +
                    (n->ty * da[2 * l] + n->txy * da[2 * l + 1]) * b[2 * k + 1];
        }
}

void field_patch(const struct heightfield *f, size_t i, size_t j, float x, float y,
                 struct field_spot *s)
{
    float hx = f->x[i + 1] - f->x[i], hy = f->y[j + 1] - f->y[j], slope, q[3];
    struct bases w = {.a = {0}};

    basis(clamp01((x - f->x[i]) / hx), hx, w.a, w.da);
    basis(clamp01((y - f->y[j]) / hy), hy, w.b, w.db);
    bicubic(&w, f->node + j * f->nx + i, f->nx, q);
    *s = (struct field_spot){.t = q[0], .tx = q[1], .ty = q[2]};
    if (f->high) {
        bicubic(&w, f->high + j * f->nx + i, f->nx, q);
        s->z = q[0];
        s->zx = q[1];
        s->zy = q[2];
    } else {
        slope = field_slope(f, s->t);
        s->z = field_z(f, s->t);
        s->zx = s->tx * slope;
        s->zy = s->ty * slope;
    }
}

bool field_at(const struct heightfield *f, float x, float y, struct field_spot *s)
{
    size_t i, j;

    if (!(x >= f->x[0] - 1e-5f && x <= f->x[f->nx - 1] + 1e-5f && y >= f->y[0] - 1e-5f &&
          y <= f->y[f->ny - 1] + 1e-5f))
        return false;
    i = interval(f->x, f->nx, f->even_x, x);
    j = interval(f->y, f->ny, f->even_y, y);
    if (f->hole[j * (f->nx - 1) + i])
        return false;
    field_patch(f, i, j, x, y, s);
    return true;
}

bool field_near(const struct heightfield *f, float x, float y, struct field_spot *s)
{
    const float e = 1e-4f;

    return field_at(f, x, y, s) || field_at(f, x - e, y - e, s) || field_at(f, x + e, y - e, s) ||
           field_at(f, x - e, y + e, s) || field_at(f, x + e, y + e, s);
}

/* Identity up to KNEE, then ever less up to KNEE + KNEE_ROOM. */
static float bend(float t)
{
    return t <= KNEE ? t : KNEE + KNEE_ROOM * (1 - expf(-(t - KNEE) / KNEE_ROOM));
}

float field_z(const struct heightfield *f, float t)
{
    if (f->high)
        return t * f->height;
    if (f->knee_high)
        t = bend(t);
    if (f->knee_low)
        t = 1 - bend(1 - t);
    return t * f->height;
}

float field_slope(const struct heightfield *f, float t)
{
    if (f->high)
        return f->height;
    if (f->knee_high && t > KNEE)
        return f->height * expf(-(t - KNEE) / KNEE_ROOM);
    if (f->knee_low && 1 - t > KNEE)
        return f->height * expf(-(1 - t - KNEE) / KNEE_ROOM);
    return f->height;
}
