/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terrain.c -- see terrain.h. */
#include "terrain.h"

#include <math.h>
#include <stdlib.h>

#define ASPECT_MIN 0.6 /* depth : width */
#define ASPECT_MAX 1.6
#define KNEE       0.06 /* how much of the height is left for all that is clipped */

/* Beyond the ends of the scale heights still grow, ever more slowly: a hard end would
 * look like a mesa. */
static double soften(double t)
{
    if (t > 1)
        return 1 + KNEE * (1 - exp((1 - t) / KNEE));
    return t < 0 ? -KNEE * (1 - exp(t / KNEE)) : t;
}

bool terrain_cell(const struct terrain *s, size_t i, size_t j)
{
    const double *h = s->h + j * s->grid->nx + i;

    return isfinite(h[0] + h[1] + h[s->grid->nx] + h[s->grid->nx + 1]);
}

static void number_vertices(struct terrain *s)
{
    size_t nx = s->grid->nx, ny = s->grid->ny;

    for (size_t j = 0; j + 1 < ny; j++)
        for (size_t i = 0; i + 1 < nx; i++)
            if (terrain_cell(s, i, j)) {
                uint32_t *k = s->index + j * nx + i;

                k[0] = k[1] = k[nx] = k[nx + 1] = 1;
                s->n_faces++;
            }
    for (size_t i = 0; i < nx * ny; i++)
        if (s->index[i])
            s->index[i] = (uint32_t)++s->n_vertices;
}

int terrain_new(struct terrain *s, const struct obj_config *cfg, const struct tw_grid *g)
{
    size_t n = g->nx * g->ny;
    double aspect = (g->y[g->ny - 1] - g->y[0]) / (g->x[g->nx - 1] - g->x[0]);

    aspect = !(aspect > ASPECT_MIN) ? ASPECT_MIN : aspect > ASPECT_MAX ? ASPECT_MAX : aspect;
    *s = (struct terrain){.cfg = cfg, .grid = g};
    s->half_x = aspect > 1 ? 1 / aspect : 1;
    s->half_z = aspect > 1 ? 1 : aspect;
    s->t = n < UINT32_MAX ? malloc(n * sizeof *s->t) : NULL;
    s->h = n < UINT32_MAX ? malloc(n * sizeof *s->h) : NULL;
    s->index = calloc(n, sizeof *s->index);
    if (!s->t || !s->h || !s->index ||
        scale_fit(&s->scale, g->loss, n, (enum scale_log)cfg->log, cfg->vmin, cfg->vmax))
        return -1;
    for (size_t i = 0; i < n; i++) {
        s->t[i] = scale_t(&s->scale, g->loss[i]);
        s->h[i] = cfg->height * soften(s->t[i]);
    }
    number_vertices(s);
    return 0;
}

void terrain_free(struct terrain *s)
{
    free(s->t);
    free(s->h);
    free(s->index);
    s->t = s->h = NULL;
    s->index = NULL;
}

void terrain_place(const struct terrain *s, double x, double y, double *scene_x, double *scene_z)
{
    const struct tw_grid *g = s->grid;

    *scene_x = s->half_x * (2 * (x - g->x[0]) / (g->x[g->nx - 1] - g->x[0]) - 1);
    *scene_z = -s->half_z * (2 * (y - g->y[0]) / (g->y[g->ny - 1] - g->y[0]) - 1);
}

/* The i with x[i] <= at <= x[i+1], or n if there is none. */
static size_t find(const double *x, size_t n, double at)
{
    size_t lo = 0, hi = n - 1;

    if (!(at >= x[0] && at <= x[n - 1]))
        return n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (x[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

double terrain_height(const struct terrain *s, double x, double y)
{
    const struct tw_grid *g = s->grid;
    size_t i = find(g->x, g->nx, x), j = find(g->y, g->ny, y);
    const double *h;
    double u, v;

    if (i == g->nx || j == g->ny || !terrain_cell(s, i, j))
        return NAN;
    h = s->h + j * g->nx + i;
    u = (x - g->x[i]) / (g->x[i + 1] - g->x[i]);
    v = (y - g->y[j]) / (g->y[j + 1] - g->y[j]);
    return (1 - v) * ((1 - u) * h[0] + u * h[1]) + v * ((1 - u) * h[g->nx] + u * h[g->nx + 1]);
}

/* dh/dx at node i of n, `stride` apart in h: central where there are two
 * neighbours, one-sided at borders and holes. */
static double derivative(const double *x, size_t n, size_t i, const double *h, size_t stride)
{
    double left = i > 0 ? (h[0] - *(h - stride)) / (x[i] - x[i - 1]) : NAN;
    double right = i + 1 < n ? (h[stride] - h[0]) / (x[i + 1] - x[i]) : NAN;
    double a, b;

    if (!isfinite(left))
        return isfinite(right) ? right : 0;
    if (!isfinite(right))
        return left;
    a = x[i] - x[i - 1];
    b = x[i + 1] - x[i];
    return (left * b + right * a) / (a + b);
}

void terrain_normal(const struct terrain *s, size_t i, size_t j, double n[3])
{
    const struct tw_grid *g = s->grid;
    const double *h = s->h + j * g->nx + i;
    double dx = derivative(g->x, g->nx, i, h, 1), dy = derivative(g->y, g->ny, j, h, g->nx);
    double length;

    /* From grid units to the scene's; Z runs against y. */
    dx *= (g->x[g->nx - 1] - g->x[0]) / (2 * s->half_x);
    dy *= (g->y[g->ny - 1] - g->y[0]) / (2 * s->half_z);
    length = sqrt(dx * dx + 1 + dy * dy);
    n[0] = -dx / length;
    n[1] = 1 / length;
    n[2] = dy / length;
}
