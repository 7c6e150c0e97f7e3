/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.c -- see grid.h. */
#include "grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Widen [lo, hi] to n values. */
static void extend(const double *v, size_t n, double *lo, double *hi)
{
    for (size_t i = 0; i < n; i++) {
        *lo = fmin(*lo, v[i]);
        *hi = fmax(*hi, v[i]);
    }
}

void grid_range(const struct plan *plan, const struct tw_plane *plane, const struct track *tracks,
                size_t n_tracks, const double at[2], double range[4])
{
    const struct tw_reals *asked = &plan->grid.range;
    bool line = plane->n_axes == 1;
    if (asked->n) {
        for (int i = 0; i < 4; i++)
            range[i] = line && i > 1 ? 0 : asked->v[asked->n == 2 ? i % 2 : i];
        return;
    }
    for (int i = 0; i < 4; i++)
        range[i] = line && i > 1 ? 0 : at[i / 2];
    for (size_t i = 0; i < n_tracks; i++) {
        extend(tracks[i].x, tracks[i].view.n, &range[0], &range[1]);
        extend(tracks[i].y, tracks[i].view.n, &range[2], &range[3]);
    }
    for (size_t i = 0; i < plane->n_marks; i++) {
        extend(&plane->mark[i].x, 1, &range[0], &range[1]);
        extend(&plane->mark[i].y, 1, &range[2], &range[3]);
    }
    double w = range[1] - range[0], h = range[3] - range[2];
    bool flat = !(w > 0) && !(h > 0);
    /* A direction in which nothing moved gets the room of the other one. */
    for (int axis = 0; axis < (line ? 1 : 2); axis++) {
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
    g->view = (struct tw_grid){.struct_size = sizeof g->view,
                               .nx = nx,
                               .ny = ny,
                               .x = g->x,
                               .y = g->y,
                               .loss = g->loss,
                               .accuracy = g->accuracy};
    return 0;
}

void grid_free(struct grid *g)
{
    free(g->x);
    free(g->y);
    free(g->loss);
    free(g->accuracy);
    free(g->test_loss);
    free(g->test_accuracy);
    *g = (struct grid){0};
}

/* ---- the points of the tracks --------------------------------------------------- */

#define NO_CELL SIZE_MAX

/* One point of a track. */
struct place {
    double x, y;
    size_t track, index;
    size_t cell; /* of the grid, that has the same x and y; or NO_CELL */
};

static int by_row(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    if (p->y != q->y)
        return p->y < q->y ? -1 : 1;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    if (p->track != q->track)
        return p->track < q->track ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

/* Where the n ascending numbers have `value`; n: nowhere. */
static size_t find(const double *v, size_t n, double value)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (v[middle] < value)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo < n && v[lo] == value ? lo : n;
}

/* The *n points of the tracks by y, then by x; *apart when one lies on a row of the grid,
 * but in no cell. */
static struct place *places_new(const struct grid *g, const struct track *tracks, size_t n_tracks,
                                size_t *n, bool *apart)
{
    size_t nx = g->view.nx, ny = g->view.ny, at = 0;
    *n = 0;
    for (size_t k = 0; k < n_tracks; k++)
        *n += tracks[k].view.n;
    struct place *place = malloc((*n + 1) * sizeof *place);
    *apart = false;
    for (size_t k = 0; place && k < n_tracks; k++)
        for (size_t i = 0; i < tracks[k].view.n; i++) {
            double x = tracks[k].x[i], y = tracks[k].y[i];
            size_t col = find(g->x, nx, x), row = find(g->y, ny, y);
            bool cell = col < nx && row < ny;
            place[at++] = (struct place){x, y, k, i, cell ? row * nx + col : NO_CELL};
            *apart = *apart || (row < ny && !cell);
        }
    if (place)
        qsort(place, *n, sizeof *place, by_row);
    return place;
}

/* The places that are no cell. */
static double *list_loose(const struct place *place, size_t n_places, size_t *n)
{
    double *xy = calloc(n_places + 1, 2 * sizeof *xy);
    *n = 0;
    for (size_t i = 0; xy && i < n_places; i++)
        if (place[i].cell == NO_CELL) {
            xy[2 * *n] = place[i].x;
            xy[2 * *n + 1] = place[i].y;
            ++*n;
        }
    return xy;
}

/* Room for n losses and accuracies. */
static int make_room(struct grid *g, size_t n, struct error *err)
{
    double *loss = realloc(g->loss, n * sizeof *loss);
    if (loss)
        g->view.loss = g->loss = loss;
    double *accuracy = realloc(g->accuracy, n * sizeof *accuracy);
    if (accuracy)
        g->view.accuracy = g->accuracy = accuracy;
    return loss && accuracy ? 0 : error_nomem(err);
}

/* The cells of the grid. */
static struct points points_of(const struct grid *g, struct model *model, const struct plane *plane,
                               const struct environment *env)
{
    return (struct points){.model = model,
                           .plane = &plane->view,
                           .env = env,
                           .n = g->view.nx * g->view.ny,
                           .nx = g->view.nx,
                           .ny = g->view.ny,
                           .x = g->x,
                           .y = g->y,
                           .tile_rows = g->tile_rows,
                           .from = g->from,
                           .to = g->to};
}

/* The accuracies, or NULL: a model that knows none leaves NaN everywhere. */
static const double *if_any(const double *accuracy, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!isnan(accuracy[k]))
            return accuracy;
    return NULL;
}

int grid_evaluate(struct grid *g, struct track *tracks, size_t n_tracks, struct model *model,
                  const struct plane *plane, const struct environment *env, struct error *err)
{
    size_t cells = g->view.nx * g->view.ny, n_places, n_loose = 0;
    struct points points = points_of(g, model, plane, env);
    struct place *place = places_new(g, tracks, n_tracks, &n_places, &points.apart);
    double *loose = place ? list_loose(place, n_places, &n_loose) : NULL;
    points.n = cells + n_loose;
    int rc = loose ? make_room(g, points.n, err) : error_nomem(err);
    if (rc == 0) {
        points.loose = loose;
        points.loss = g->loss;
        points.accuracy = g->accuracy;
        rc = points_evaluate(&points, err);
    }
    for (size_t i = 0, k = cells; i < n_places && rc == 0; i++)
        tracks[place[i].track].plane_loss[place[i].index] =
            g->loss[place[i].cell == NO_CELL ? k++ : place[i].cell];
    free(loose);
    free(place);
    g->view.accuracy = if_any(g->accuracy, cells);
    return rc;
}

int grid_values(const struct grid *g, struct model *model, const struct plane *plane,
                const struct environment *env, double *loss, double *accuracy, struct error *err)
{
    struct points points = points_of(g, model, plane, env);
    points.loss = loss;
    points.accuracy = accuracy;
    return points_evaluate(&points, err);
}

int grid_test(struct grid *g, struct model *model, const struct plane *plane,
              const struct environment *env, struct error *err)
{
    size_t cells = g->view.nx * g->view.ny;
    if (!g->test_loss)
        g->test_loss = malloc(cells * sizeof *g->test_loss);
    if (!g->test_accuracy)
        g->test_accuracy = malloc(cells * sizeof *g->test_accuracy);
    if (!g->test_loss || !g->test_accuracy)
        return error_nomem(err);
    if (grid_values(g, model, plane, env, g->test_loss, g->test_accuracy, err) < 0)
        return -1;
    g->view.test_loss = g->test_loss;
    g->view.test_accuracy = if_any(g->test_accuracy, cells);
    return 0;
}

size_t grid_lowest(const struct grid *g)
{
    size_t best = SIZE_MAX;
    for (size_t k = 0; k < g->view.nx * g->view.ny; k++)
        if (isfinite(g->loss[k]) && (best == SIZE_MAX || g->loss[k] < g->loss[best]))
            best = k;
    return best;
}
