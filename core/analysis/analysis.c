/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis.c -- see analysis.h. */
#include "analysis.h"
#include "../progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOISE_STEP 1e-4 /* cells: over nine of these a loss is smooth */
#define COUNTS     1e-3 /* a minimum counts from this share of median - lowest loss on */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* How deep a minimum must be: a share of what is typical for this grid, not of its highest
 * point, which a far corner decides; and more than noise. */
static int threshold(const struct tw_grid *g, double noise, double *out, struct error *err)
{
    size_t n = 0;
    double *v = malloc(g->nx * g->ny * sizeof *v);
    if (!v)
        return error_nomem(err);
    for (size_t k = 0; k < g->nx * g->ny; k++)
        if (isfinite(g->loss[k]))
            v[n++] = g->loss[k];
    if (n)
        qsort(v, n, sizeof *v, compare);
    *out = n ? fmax(COUNTS * (v[n / 2] - v[0]), 10 * noise) : 0;
    free(v);
    return 0;
}

static int find_critical(struct analysis *a, struct probe *p, const struct tw_grid *g,
                         struct error *err)
{
    struct mergetree high;
    double least = 0;
    if (threshold(g, a->noise, &least, err) < 0 ||
        mergetree_build(&a->low, g->nx, g->ny, g->loss, 1, err) < 0)
        return -1;
    mergetree_simplify(&a->low, least);
    if (mergetree_build(&high, g->nx, g->ny, g->loss, -1, err) < 0)
        return -1;
    mergetree_simplify(&high, least);
    int rc = critical_find(&a->critical, p, g, &a->low, &high, a->end, err);
    mergetree_free(&high);
    a->has_critical = rc == 0;
    return rc;
}

/* Minima come first, the lowest of them first; NULL: none was found. */
static const struct candidate *lowest_minimum(const struct analysis *a)
{
    const struct critical *c = &a->critical;
    return a->has_critical && c->n && c->point[0].kind == TW_MINIMUM ? &c->point[0] : NULL;
}

/* The lowest place that is known: the best minimum, or the lowest cell if that is lower. */
static void lowest_place(const struct analysis *a, const struct tw_grid *g, double *x, double *y,
                         double *loss)
{
    *x = g->x[a->lowest % g->nx];
    *y = g->y[a->lowest / g->nx];
    *loss = g->loss[a->lowest];
    const struct candidate *c = lowest_minimum(a);
    if (c && c->loss <= *loss + 10 * a->noise) {
        *x = c->x;
        *y = c->y;
        *loss = c->loss;
    }
}

static int find_sharpness(struct analysis *a, struct probe *p, const struct tw_grid *g,
                          struct error *err)
{
    double d[2];
    static const double epsilon[BOXES] = {1e-3, 5e-4};
    grid_spacing(g, d);
    for (int i = 0; i < BOXES; i++)
        a->box[i].epsilon = epsilon[i];
    if (sharpness_box(a->box, BOXES, p, a->end[0], a->end[1], err) < 0 ||
        sharpness_curvature(&a->curvature, p, a->end[0], a->end[1], 0.125 * d[0], 0.125 * d[1],
                            err) < 0)
        return -1;
    a->end_loss = a->curvature.loss;
    a->has_sharpness = true;
    const struct candidate *c = lowest_minimum(a);
    int rc = c ? sharpness_flat(&a->flat, p, g, c->x, c->y, c->loss, err)
               : sharpness_flat(&a->flat, p, g, a->end[0], a->end[1], a->end_loss, err);
    a->flat.of_minimum = c != NULL;
    return rc;
}

static int find_convexity(struct analysis *a, const struct subject *s, struct error *err)
{
    const struct tw_grid *g = s->grid;
    struct convexity_summary *c = &a->convexity;
    c->ratio = malloc(g->nx * g->ny * sizeof *c->ratio);
    c->worst = c->worst_x = c->worst_y = NAN;
    if (!c->ratio)
        return error_nomem(err);
    convexity_map(g, s->plane->gram, a->noise, c->ratio);
    for (size_t k = 0; k < g->nx * g->ny; k++) {
        if (isnan(c->ratio[k]))
            continue;
        c->n_known++;
        c->n_negative += c->ratio[k] < 0;
        if (c->worst <= c->ratio[k])
            continue;
        c->worst = c->ratio[k];
        if (!(c->worst < 0))
            continue;
        c->worst_x = g->x[k % g->nx];
        c->worst_y = g->y[k / g->nx];
    }
    return 0;
}

static struct movement move(const struct tw_track *t, const double gram[4], bool line)
{
    struct movement m = {.share = NAN};
    if (t->n == 0)
        return m;
    double x = t->x[t->n - 1], y = t->y[t->n - 1];
    for (size_t i = 0; i < t->n; i++) {
        double in = gram_distance(gram, line, t->x[i] - x, t->y[i] - y), off = t->residual[i];
        m.total += in * in + off * off;
        m.off += off * off;
        m.farthest = fmax(m.farthest, off);
    }
    m.length = gram_distance(gram, line, t->x[0] - x, t->y[0] - y);
    if (m.total > 0)
        m.share = 1 - m.off / m.total;
    return m;
}

static int find_movements(struct analysis *a, const struct subject *s, struct error *err)
{
    a->movement = calloc(s->n_tracks + 1, sizeof *a->movement);
    if (!a->movement)
        return error_nomem(err);
    for (size_t i = 0; i < s->n_tracks; i++)
        a->movement[i] = move(s->track[i], s->plane->gram, s->grid->ny == 1);
    a->n_movements = s->n_tracks;
    return 0;
}

/* The loss at the end point's projection, where the sharpness did not find it. */
static int find_end(struct analysis *a, struct probe *p, const struct subject *s, struct error *err)
{
    if (!isnan(a->end_loss))
        return 0;
    const struct tw_track *t = s->n_tracks ? s->track[s->n_tracks - 1] : NULL;
    if (t && t->n && t->x[t->n - 1] == a->end[0] && t->y[t->n - 1] == a->end[1]) {
        a->end_loss = t->plane_loss[t->n - 1];
        return 0;
    }
    return probe_loss(p, 1, a->end, &a->end_loss, err);
}

static int examine(struct analysis *a, const struct analysis_keys *keys, struct probe *p,
                   const struct subject *s, struct error *err)
{
    const struct tw_grid *g = s->grid;
    bool asked = keys->critical_points || keys->sharpness || keys->convexity != CONVEXITY_NONE;
    struct progress *bar = s->env->progress;
    if (a->lowest != SIZE_MAX && asked) {
        double d[2];
        grid_spacing(g, d);
        progress_update(bar, 0, "noise");
        if (probe_noise(p, g->x[a->lowest % g->nx], g->y[a->lowest / g->nx], NOISE_STEP * d[0],
                        err) < 0)
            return -1;
        a->noise = p->noise;
        progress_update(bar, 0.1, "critical points");
        if (keys->critical_points && find_critical(a, p, g, err) < 0)
            return -1;
        progress_update(bar, 0.6, "sharpness");
        if (keys->sharpness && find_sharpness(a, p, g, err) < 0)
            return -1;
        if (keys->convexity != CONVEXITY_NONE && find_convexity(a, s, err) < 0)
            return -1;
    }
    progress_update(bar, 0.9, "barriers");
    if (barrier_find(a->barrier, &a->n_barriers, p, err) < 0 || find_end(a, p, s, err) < 0)
        return -1;
    return find_movements(a, s, err);
}

int analysis_run(struct analysis *a, const struct analysis_keys *keys, const struct subject *s,
                 struct error *err)
{
    const struct tw_grid *g = s->grid;
    struct probe p;
    *a = (struct analysis){.lowest = SIZE_MAX, .end_loss = NAN};
    for (size_t k = 0; k < g->nx * g->ny; k++)
        if (isfinite(g->loss[k])) {
            a->n_finite++;
            if (a->lowest == SIZE_MAX || g->loss[k] < g->loss[a->lowest])
                a->lowest = k;
        }
    if (plane_project(s->plane, s->theta, a->end, &a->end_off, err) < 0)
        return -1;
    probe_init(&p, s->model, s->plane, g->ny == 1, s->env);
    int rc = examine(a, keys, &p, s, err);
    a->n_points = p.n_points;
    a->n_gradients = p.n_gradients;
    probe_free(&p);
    if (rc < 0)
        analysis_free(a);
    a->done = rc == 0;
    return rc;
}

void analysis_free(struct analysis *a)
{
    mergetree_free(&a->low);
    critical_free(&a->critical);
    free(a->convexity.ratio);
    free(a->movement);
    *a = (struct analysis){0};
}

/* ---- findings ---------------------------------------------------------------------- */

#define SET(name, number) (f->value[FINDING_##name] = (number))

static double finding(const struct findings *f, enum finding k)
{
    return f->value[k];
}

static void critical_findings(const struct analysis *a, const struct subject *s, struct findings *f)
{
    const struct critical *c = &a->critical;
    bool line = s->grid->ny == 1;
    double count[TW_DEGENERATE + 1] = {0}, nearest = INFINITY, loss = NAN;
    for (size_t i = 0; i < c->n; i++) {
        const struct candidate *p = &c->point[i];
        double d = gram_distance(s->plane->gram, line, p->x - a->end[0], p->y - a->end[1]);
        count[p->kind]++;
        if (p->kind == TW_MINIMUM && d < nearest) {
            nearest = d;
            loss = p->loss;
        }
    }
    SET(minima, count[TW_MINIMUM]);
    SET(saddles, count[TW_SADDLE]);
    SET(maxima, count[TW_MAXIMUM]);
    SET(basins, (double)a->low.n);
    if (!isfinite(nearest))
        return;
    SET(end_distance, nearest);
    if (loss > 0)
        SET(end_above, (a->end_loss - loss) / loss);
}

static void place_findings(const struct analysis *a, const struct subject *s, struct findings *f)
{
    const struct tw_grid *g = s->grid;
    bool line = g->ny == 1;
    double d[2], x, y, loss;
    grid_spacing(g, d);
    double w = gram_distance(s->plane->gram, line, d[0] * (double)(g->nx - 1), 0);
    double h = line ? w : gram_distance(s->plane->gram, line, 0, d[1] * (double)(g->ny - 1));
    SET(parameters, (double)s->plane->view.dim);
    SET(axes, line ? 1 : 2);
    SET(cell, gram_distance(s->plane->gram, line, d[0], d[1]));
    SET(width, fmin(w, h));
    SET(not_finite_share, 1 - (double)a->n_finite / (double)(g->nx * g->ny));
    if (a->lowest == SIZE_MAX)
        return;
    lowest_place(a, g, &x, &y, &loss);
    bool edge =
        x <= g->x[0] || x >= g->x[g->nx - 1] || (!line && (y <= g->y[0] || y >= g->y[g->ny - 1]));
    SET(lowest_loss, loss);
    SET(lowest_at_edge, edge);
}

static void sharpness_findings(const struct analysis *a, struct findings *f)
{
    if (!isnan(a->flat.radius)) {
        SET(flat_radius, a->flat.radius);
        SET(flat_at_least, a->flat.at_least);
        SET(flat_of_minimum, a->flat.of_minimum);
        SET(flat_share, 2 * a->flat.radius / finding(f, FINDING_width));
    }
    SET(epsilon_sharpness, a->box[0].value);
    SET(curvature_least, a->curvature.curvature[0]);
    SET(curvature_most,
        isnan(a->curvature.curvature[1]) ? a->curvature.curvature[0] : a->curvature.curvature[1]);
}

void analysis_findings(const struct analysis *a, const struct subject *s, struct findings *f)
{
    const struct tw_plane *v = &s->plane->view;
    place_findings(a, s, f);
    SET(trained, s->n_tracks > 0);
    SET(end_plane_loss, a->end_loss);
    SET(end_off_plane, a->end_off);
    if (a->has_critical)
        critical_findings(a, s, f);
    if (a->has_sharpness)
        sharpness_findings(a, f);
    if (a->convexity.n_known)
        SET(negative_share, (double)a->convexity.n_negative / (double)a->convexity.n_known);
    if (a->n_movements) {
        double total = 0, off = 0;
        for (size_t i = 0; i < a->n_movements; i++) {
            total += a->movement[i].total;
            off += a->movement[i].off;
        }
        if (total > 0)
            SET(path_share, 1 - off / total);
    }
    if (!isnan(v->x_variance)) {
        SET(explained, v->x_variance + (isnan(v->y_variance) ? 0 : v->y_variance));
        SET(walk, v->x_walk + (isnan(v->y_walk) && s->grid->ny == 1 ? 0 : v->y_walk));
    }
    SET(marks, v->n_marks);
    for (size_t i = 0; i < a->n_barriers; i++)
        if (i == 0 || a->barrier[i].above_higher_end > finding(f, FINDING_barrier)) {
            double end = fmax(a->barrier[i].from_loss, a->barrier[i].to_loss);
            SET(barrier, a->barrier[i].above_higher_end);
            SET(barrier_share, end > 0 ? a->barrier[i].above_higher_end / end : NAN);
        }
}
