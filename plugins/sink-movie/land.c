/* SPDX-License-Identifier: GPL-3.0-or-later */
/* land.c -- see land.h. */
#include "sink-movie/land.h"

#include "render/heightfield.h"
#include "util/resample.h"

#include <math.h>
#include <stdlib.h>

#define ASPECT 0.6 /* of the shorter side to the longer, at least: the renderer's */

void land_room(const struct land *l, double x, double y, double room[2])
{
    room[0] = (x - l->mid[0]) * l->per[0];
    room[1] = (y - l->mid[1]) * l->per[1];
}

static int heights(struct land *l)
{
    size_t n = l->l->grid->nx * l->l->grid->ny;

    l->height = malloc(n * sizeof *l->height);
    if (!l->height)
        return -1;
    l->low = INFINITY;
    l->high = -INFINITY;
    for (size_t k = 0; k < n; k++)
        if (isfinite(l->l->height[k])) {
            l->low = fmin(l->low, l->l->height[k]);
            l->high = fmax(l->high, l->l->height[k]);
        }
    if (!(l->low <= l->high))
        l->low = l->high = 0;
    for (size_t k = 0; k < n; k++)
        l->height[k] = isfinite(l->l->height[k]) ? l->l->height[k] - l->low : NAN;
    return 0;
}

/* Where the ball is first and last in each landscape. */
static void ends(struct land *land, size_t n, const struct tw_ball *b)
{
    for (size_t i = b->n; i-- > 0;)
        if (b->landscape[i] < n) {
            land[b->landscape[i]].enter[0] = b->x[i];
            land[b->landscape[i]].enter[1] = b->y[i];
        }
    for (size_t i = 0; i < b->n; i++)
        if (b->landscape[i] < n) {
            land[b->landscape[i]].rest[0] = b->x[i];
            land[b->landscape[i]].rest[1] = b->y[i];
        }
}

int lands_new(struct land **to, const struct tw_result *r)
{
    size_t n = r->n_landscapes;
    struct land *all = calloc(n, sizeof *all);

    if (!all)
        return TW_ENOMEM;
    for (size_t k = 0; k < n; k++) {
        struct land *l = &all[k];

        l->l = r->landscapes[k];
        field_room(l->l->grid, ASPECT, l->mid, l->per, l->half);
        if (heights(l)) {
            lands_free(all, n);
            return TW_ENOMEM;
        }
        l->result = *r;
        l->result.struct_size = sizeof l->result;
        l->result.plane = l->l->plane;
        l->result.grid = l->l->grid;
        l->result.n_tracks = k == 0 ? r->n_tracks : 0;
        l->result.critical = k == 0 ? r->critical : NULL; /* they lie in the first plane */
    }
    ends(all, n, r->ball);
    for (size_t k = 0; k < n; k++) {
        double here[2], before[2];

        if (k == 0) {
            all[k].offset[2] = all[k].low;
            continue;
        }
        land_room(&all[k - 1], all[k - 1].rest[0], all[k - 1].rest[1], before);
        land_room(&all[k], all[k].enter[0], all[k].enter[1], here);
        for (int i = 0; i < 2; i++)
            all[k].offset[i] = all[k - 1].offset[i] + before[i] - here[i];
        all[k].offset[2] = all[k].low; /* heights go on at a change */
    }
    *to = all;
    return TW_OK;
}

void lands_free(struct land *l, size_t n)
{
    for (size_t k = 0; l && k < n; k++)
        free(l[k].height);
    free(l);
}

/* The interval that v is in and how far; -1 outside. */
static int interval(const double *x, size_t n, double v, size_t *at, double *share)
{
    if (!(x[0] <= v && v <= x[n - 1]))
        return -1;
    *at = resample_interval(x, n, v);
    *share = (v - x[*at]) / (x[*at + 1] - x[*at]);
    return 0;
}

double land_height(const struct land *l, double rx, double ry)
{
    const struct tw_grid *g = l->l->grid;
    size_t i, j;
    double a, b;

    if (interval(g->x, g->nx, rx / l->per[0] + l->mid[0], &i, &a) ||
        interval(g->y, g->ny, ry / l->per[1] + l->mid[1], &j, &b))
        return NAN;
    const double *h = l->height + j * g->nx + i;

    return (1 - b) * ((1 - a) * h[0] + a * h[1]) + b * ((1 - a) * h[g->nx] + a * h[g->nx + 1]);
}

/* Over a cell to each side, so that it changes smoothly; over half of them at a border. */
void land_normal(const struct land *l, double rx, double ry, double n[3])
{
    const struct tw_grid *g = l->l->grid;
    double here = land_height(l, rx, ry), slope[2], length;

    for (int i = 0; i < 2; i++) {
        size_t cells = (i ? g->ny : g->nx) - 1;
        double step = 2 * l->half[i] / (double)cells;
        double a = land_height(l, rx - (i ? 0 : step), ry - (i ? step : 0));
        double b = land_height(l, rx + (i ? 0 : step), ry + (i ? step : 0));

        slope[i] = isfinite(a) && isfinite(b) ? (b - a) / (2 * step)
                   : isfinite(b)              ? (b - here) / step
                   : isfinite(a)              ? (here - a) / step
                                              : 0;
        if (!isfinite(slope[i]))
            slope[i] = 0;
    }
    length = sqrt(slope[0] * slope[0] + slope[1] * slope[1] + 1);
    n[0] = -slope[0] / length;
    n[1] = -slope[1] / length;
    n[2] = 1 / length;
}
