/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.c -- see grid.h. */
#include "grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The extent of n values around `at`. */
static void extent(const double *v, size_t n, double at, double *lo, double *hi)
{
    *lo = *hi = at;
    for (size_t i = 0; i < n; i++) {
        *lo = fmin(*lo, v[i]);
        *hi = fmax(*hi, v[i]);
    }
}

void grid_range(const struct plan *plan, const struct track *track, const double at[2],
                double range[4])
{
    const struct tw_reals *asked = &plan->grid.range;
    if (asked->n) {
        for (int i = 0; i < 4; i++)
            range[i] = asked->v[asked->n == 2 ? i % 2 : i];
        return;
    }
    extent(track->x, track->view.n, at[0], &range[0], &range[1]);
    extent(track->y, track->view.n, at[1], &range[2], &range[3]);
    double w = range[1] - range[0], h = range[3] - range[2];
    bool flat = !(w > 0) && !(h > 0);
    /* A direction in which nothing moved gets the room of the other one. */
    for (int axis = 0; axis < 2; axis++) {
        double own = axis ? h : w, other = axis ? w : h;
        double room = flat ? 1 : own > 1e-9 * other ? plan->grid.margin * own : 0.5 * other;
        /* margin 0 on a straight line is still an area */
        range[2 * axis] -= room;
        range[2 * axis + 1] += room;
    }
}

/* n coordinates from lo to hi; false when they do not ascend. */
static bool fill_axis(double *v, size_t n, double lo, double hi)
{
    bool ascend = true;
    for (size_t i = 0; i < n; i++) {
        v[i] = i + 1 < n ? lo + (hi - lo) * (double)i / (double)(n - 1) : hi;
        ascend = ascend && isfinite(v[i]) && (i == 0 || v[i] > v[i - 1]);
    }
    return ascend;
}

int grid_new(struct grid *g, size_t nx, size_t ny, const double range[4], struct error *err)
{
    *g = (struct grid){0};
    g->x = malloc(nx * sizeof *g->x);
    g->y = malloc(ny * sizeof *g->y);
    g->loss = calloc(nx * ny, sizeof *g->loss);
    g->accuracy = calloc(nx * ny, sizeof *g->accuracy);
    if (!g->x || !g->y || !g->loss || !g->accuracy) {
        grid_free(g);
        return error_set(err, FAULT_RUN, "out of memory for %zu x %zu grid points", nx, ny);
    }
    for (int axis = 0; axis < 2; axis++) {
        double lo = range[2 * axis], hi = range[2 * axis + 1];
        size_t n = axis ? ny : nx;
        if (fill_axis(axis ? g->y : g->x, n, lo, hi))
            continue;
        grid_free(g);
        return error_set(err, FAULT_RUN,
                         "grid: %c from %.17g to %.17g has no room for %zu grid points as double "
                         "precision numbers; set grid: range",
                         'x' + axis, lo, hi, n);
    }
    g->view = (struct tw_grid){sizeof g->view, nx, ny, g->x, g->y, g->loss, g->accuracy};
    return 0;
}

void grid_free(struct grid *g)
{
    free(g->x);
    free(g->y);
    free(g->loss);
    free(g->accuracy);
    *g = (struct grid){0};
}

int grid_evaluate(struct grid *g, struct model *model, const struct plane *plane,
                  const struct environment *env, struct error *err)
{
    size_t nx = g->view.nx, ny = g->view.ny;
    double *xy = calloc(nx * ny, 2 * sizeof *xy);
    if (!xy)
        return error_nomem(err);
    for (size_t row = 0, k = 0; row < ny; row++)
        for (size_t col = 0; col < nx; col++) {
            xy[k++] = g->x[col];
            xy[k++] = g->y[row];
        }
    int rc = points_evaluate(model, plane, nx * ny, xy, g->loss, g->accuracy, env, err);
    free(xy);
    /* A model that knows no accuracy leaves NaN everywhere. */
    bool any = false;
    for (size_t k = 0; k < nx * ny && !any; k++)
        any = !isnan(g->accuracy[k]);
    if (!any)
        g->view.accuracy = NULL;
    return rc;
}

struct place {
    double x, y;
    size_t index;
};

static int by_row(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    if (p->y != q->y)
        return p->y < q->y ? -1 : 1;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

int track_evaluate(struct track *t, struct model *model, const struct plane *plane,
                   const struct environment *env, struct error *err)
{
    size_t n = t->view.n;
    struct place *place = malloc((n + 1) * sizeof *place);
    double *xy = malloc((3 * n + 1) * sizeof *xy), *loss = xy ? xy + 2 * n : NULL;
    int rc = place && xy ? 0 : error_nomem(err);
    if (rc == 0 && n > 0) {
        for (size_t i = 0; i < n; i++)
            place[i] = (struct place){t->x[i], t->y[i], i};
        qsort(place, n, sizeof *place, by_row);
        for (size_t i = 0; i < n; i++) {
            xy[2 * i] = place[i].x;
            xy[2 * i + 1] = place[i].y;
        }
        rc = points_evaluate(model, plane, n, xy, loss, NULL, env, err);
        for (size_t i = 0; i < n && rc == 0; i++)
            t->plane_loss[place[i].index] = loss[i];
    }
    free(place);
    free(xy);
    return rc;
}

size_t grid_lowest(const struct grid *g)
{
    size_t best = SIZE_MAX;
    for (size_t k = 0; k < g->view.nx * g->view.ny; k++)
        if (isfinite(g->loss[k]) && (best == SIZE_MAX || g->loss[k] < g->loss[best]))
            best = k;
    return best;
}
