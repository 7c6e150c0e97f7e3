/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical.c -- critical_find() of critical.h: every candidate followed, those that came to
 * the same point merged, the rest classified and put in order.
 */
#include "critical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR 1e-2 /* cells: what is found so close together is one point */

/* After the last round a place is known to the last step; more than that is not found. */
static void settle(struct candidate *c, const struct probe *p, const struct tw_grid *g)
{
    double d[2];
    grid_spacing(g, d);
    if (c->state == CANDIDATE_OPEN || c->state == CANDIDATE_FOUND)
        c->state = c->error <= 0.1 * gram_distance(p->plane->gram, p->line, d[0], d[1])
                       ? CANDIDATE_FOUND
                       : CANDIDATE_LOST;
    /* From cells to (x, y). */
    c->h.xx /= d[0] * d[0];
    if (!p->line) {
        c->h.xy /= d[0] * d[1];
        c->h.yy /= d[1] * d[1];
    }
}

/* What an eigenvalue by losses may be wrong by, and what counts as none by gradients. */
static double unsure(const struct candidate *c, const struct probe *p, const struct tw_grid *g)
{
    double d[2], most = fmax(fabs(c->lambda[0]), p->line ? 0 : fabs(c->lambda[1]));
    double precision = c->loss != 0 ? 100 * p->noise / fabs(c->loss) : 0;
    if (c->by_gradient)
        return fmin(fmax(1e-10, precision), 1e-3) * most;
    grid_spacing(g, d);
    double h = c->h_step * (p->line ? d[0] : fmin(d[0], d[1]));
    return CURVATURE_NOISE * p->noise / (h * h);
}

static void classify(struct candidate *c, const struct probe *p, const struct tw_grid *g)
{
    if (c->search && !c->by_gradient) { /* at a kink there are no second derivatives */
        c->lambda[0] = c->lambda[1] = c->curvature[0] = c->curvature[1] = NAN;
        c->kind = c->want;
        return;
    }
    hessian_eigenvalues(&c->h, p->line, c->lambda);
    hessian_curvatures(&c->h, p->plane->gram, p->line, c->curvature);
    double nothing = unsure(c, p, g), low = c->lambda[0], high = p->line ? low : c->lambda[1];
    if (!(fabs(low) > nothing) || !(fabs(high) > nothing))
        c->kind = TW_DEGENERATE;
    else
        c->kind = low > 0 ? TW_MINIMUM : high < 0 ? TW_MAXIMUM : TW_SADDLE;
}

/* The true loss of those that were found, all in one go. */
static int value(struct candidate *c, size_t n, struct probe *p, struct error *err)
{
    double *xy = calloc(n + 1, 3 * sizeof *xy);
    size_t found = 0, at = 0;
    for (size_t i = 0; xy && i < n; i++)
        if (c[i].state == CANDIDATE_FOUND) {
            xy[2 * found] = c[i].x;
            xy[2 * found++ + 1] = c[i].y;
        }
    int rc = xy ? probe_loss(p, found, xy, xy + 2 * n, err) : error_nomem(err);
    for (size_t i = 0; i < n && rc == 0; i++)
        if (c[i].state == CANDIDATE_FOUND)
            c[i].loss = xy[2 * n + at++];
    free(xy);
    return rc;
}

static size_t drop_twice(struct candidate *c, size_t n, const struct tw_grid *g)
{
    double d[2];
    size_t dropped = 0;
    grid_spacing(g, d);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i && c[i].state == CANDIDATE_FOUND; k++)
            if (c[k].state == CANDIDATE_FOUND && fabs(c[i].x - c[k].x) <= NEAR * d[0] &&
                fabs(c[i].y - c[k].y) <= NEAR * d[1]) {
                if (c[k].minimum == NO_MINIMUM)
                    c[k].minimum = c[i].minimum;
                if (c[k].pass == NO_MINIMUM)
                    c[k].pass = c[i].pass;
                c[i].state = CANDIDATE_LOST;
                dropped++;
            }
    return dropped;
}

/* ---- persistence -------------------------------------------------------------------- */

static size_t nearest(const double *v, size_t n, double at)
{
    double step = n > 1 ? (v[n - 1] - v[0]) / (double)(n - 1) : 1;
    double k = floor((at - v[0]) / step + 0.5);
    return k < 1 ? 0 : k >= (double)n ? n - 1 : (size_t)k;
}

/* Where the basin of minimum i ends: at the pass that was found, else at that of the grid. */
static double pass_level(const struct candidate *c, size_t n, const struct mergetree *low, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (c[k].state == CANDIDATE_FOUND && c[k].pass == i && c[k].kind != TW_MINIMUM)
            return c[k].loss;
    return low->minimum[i].death;
}

/* A basin of the grid belongs to the lowest minimum that was found in it; others there are
 * closer together than the grid can tell. */
static void add_persistence(struct candidate *c, size_t n, const struct tw_grid *g,
                            const struct mergetree *low)
{
    for (size_t i = 0; i < low->n; i++) {
        struct candidate *best = NULL;
        for (size_t k = 0; k < n; k++) {
            if (c[k].state != CANDIDATE_FOUND || c[k].kind != TW_MINIMUM)
                continue;
            size_t cell = nearest(g->y, g->ny, c[k].y) * g->nx + nearest(g->x, g->nx, c[k].x);
            if (low->basin[cell] == i && (!best || c[k].loss < best->loss))
                best = &c[k];
        }
        if (best)
            best->persistence = fmax(pass_level(c, n, low, i) - best->loss, 0);
        if (best)
            best->minimum = i;
    }
}

/* ---- the list ------------------------------------------------------------------------- */

static int in_order(const void *a, const void *b)
{
    const struct candidate *p = a, *q = b;
    bool first = p->kind == TW_MINIMUM, other = q->kind == TW_MINIMUM;
    if (first != other)
        return first ? -1 : 1;
    if (p->loss != q->loss)
        return p->loss < q->loss ? -1 : 1;
    return p->cell < q->cell ? -1 : p->cell > q->cell;
}

static int make_view(struct critical *c, struct error *err)
{
    double *v = c->numbers = calloc(c->n + 1, 6 * sizeof *v);
    c->kinds = calloc(c->n + 1, sizeof *c->kinds);
    if (!v || !c->kinds)
        return error_nomem(err);
    size_t n = c->n;
    for (size_t i = 0; i < n; i++) {
        const struct candidate *p = &c->point[i];
        v[i] = p->x;
        v[n + i] = p->y;
        v[2 * n + i] = p->loss;
        v[3 * n + i] = p->kind == TW_MINIMUM ? p->persistence : NAN;
        v[4 * n + 2 * i] = p->lambda[0];
        v[4 * n + 2 * i + 1] = p->lambda[1];
        c->kinds[i] = p->kind;
    }
    c->view = (struct tw_critical){.struct_size = sizeof c->view,
                                   .n = n,
                                   .x = v,
                                   .y = v + n,
                                   .loss = v + 2 * n,
                                   .persistence = v + 3 * n,
                                   .lambda = v + 4 * n,
                                   .kind = c->kinds};
    return 0;
}

/* Count what became of the candidates and keep those that were found. */
static void sift(struct critical *c, size_t n)
{
    c->n = 0;
    for (size_t i = 0; i < n; i++) {
        c->n_left += c->point[i].state == CANDIDATE_LEFT;
        c->n_lost += c->point[i].state == CANDIDATE_LOST;
        if (c->point[i].state == CANDIDATE_FOUND)
            c->point[c->n++] = c->point[i];
    }
    c->n_lost -= c->n_twice; /* these were not lost, but elsewhere in the list */
    if (c->n)
        qsort(c->point, c->n, sizeof *c->point, in_order);
}

/* The end of training in front of all: a grid may be too coarse to show a minimum there. */
static int add_end(struct critical *c, const double *end, struct error *err)
{
    struct candidate *p = realloc(c->point, (c->n_candidates + 1) * sizeof *p);
    if (!p)
        return error_nomem(err);
    c->point = p;
    memmove(p + 1, p, c->n_candidates++ * sizeof *p);
    *p = (struct candidate){.x = end[0],
                            .y = end[1],
                            .want = TW_MINIMUM,
                            .cell = NO_MINIMUM,
                            .minimum = NO_MINIMUM,
                            .pass = NO_MINIMUM,
                            .smooth = true,
                            .step = 0.25,
                            .best = INFINITY,
                            .error = NAN,
                            .persistence = NAN};
    return 0;
}

int critical_find(struct critical *c, struct probe *p, const struct tw_grid *g,
                  const struct mergetree *low, const struct mergetree *high, const double *end,
                  struct error *err)
{
    size_t most = probe_is_dear(p) ? CRITICAL_DEAR : CRITICAL_MOST;
    *c = (struct critical){0};
    if (candidates_find(g, low, high, &c->point, &c->n_candidates, err) < 0)
        return -1;
    if (end && grid_contains(g, end[0], end[1]) && add_end(c, end, err) < 0) {
        critical_free(c);
        return -1;
    }
    size_t n = c->n_candidates < most ? c->n_candidates : most;
    c->n_over = c->n_candidates - n;
    int rc = stencil_refine(c->point, n, p, g, &c->n_twice, err);
    for (size_t i = 0; i < n; i++)
        settle(&c->point[i], p, g);
    for (size_t i = 0; i < n && rc == 0; i++)
        if (c->point[i].state == CANDIDATE_FOUND)
            rc = newton_refine(&c->point[i], p, g, err);
    c->n_twice += drop_twice(c->point, n, g);
    if (rc == 0)
        rc = value(c->point, n, p, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        classify(&c->point[i], p, g);
    if (rc == 0) {
        add_persistence(c->point, n, g, low);
        sift(c, n);
        rc = make_view(c, err);
    }
    if (rc < 0)
        critical_free(c);
    return rc;
}

void critical_free(struct critical *c)
{
    free(c->point);
    free(c->numbers);
    free(c->kinds);
    *c = (struct critical){0};
}
