/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical-stencil.c -- stencil_refine() of critical.h.
 *
 * Around each candidate stand nine points (three on a line), a step apart.  The quadratic
 * through their losses tells where to go; when it says "nearly here" the step becomes smaller,
 * down to where the noise of a loss would be larger than what it tells.  The first nine are
 * those of the grid.  One round evaluates the points of all candidates together.
 */
#include "critical.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDS      40
#define DEAR_ROUNDS 3
#define SHRINK      0.125
#define FINE        1e-5 /* cells: how close a search comes */
#define TWICE       0.05 /* cells: two candidates so close are one */

struct fit {
    double g[2];
    struct hessian h;
    double at, lowest, highest;
    double low[2], high[2]; /* where, in steps */
    bool finite;
};

/* The quadratic by the step, from losses in rows of three. */
static struct fit fit(const double *f, bool line)
{
    const double *row = line ? f - 3 : f; /* of a line only the middle row is there */
    struct fit q = {.at = row[4], .lowest = row[4], .highest = row[4], .finite = true};
    for (int i = line ? 3 : 0; i < (line ? 6 : 9); i++) {
        double v = row[i], x = i % 3 - 1, y = (double)(i / 3) - 1;
        q.finite = q.finite && isfinite(v);
        if (v < q.lowest) {
            q.lowest = v;
            q.low[0] = x;
            q.low[1] = y;
        }
        if (v > q.highest) {
            q.highest = v;
            q.high[0] = x;
            q.high[1] = y;
        }
    }
    q.g[0] = 0.5 * (row[5] - row[3]);
    q.h.xx = row[5] - row[4] - (row[4] - row[3]);
    if (line)
        return q;
    q.g[1] = 0.5 * (row[7] - row[1]);
    q.h.yy = row[7] - row[4] - (row[4] - row[1]);
    q.h.xy = 0.25 * (row[8] - row[6] - (row[2] - row[0]));
    return q;
}

static double bound(double v, double most)
{
    return fmin(fmax(v, -most), most);
}

/* Where to go next, in steps: to the stationary point of the quadratic if it is of the kind
 * that is wanted, else to the best of the nine: true, if that is another. */
static bool direct(const struct candidate *c, const struct fit *q, bool line, double step[2])
{
    double lambda[2];
    hessian_eigenvalues(&q->h, line, lambda);
    double top = line ? lambda[0] : lambda[1];
    if (c->want == TW_MINIMUM && !(lambda[0] > 0) && q->lowest < q->at) {
        step[0] = q->low[0];
        step[1] = q->low[1];
        return true;
    }
    if (c->want == TW_MAXIMUM && !(top < 0) && q->highest > q->at) {
        step[0] = q->high[0];
        step[1] = q->high[1];
        return true;
    }
    newton_step(&q->h, q->g, line, step);
    return false;
}

/* Below this the noise in a slope says more than the slope: the cube root of noise over
 * curvature, in cells. */
static double least_step(const struct hessian *h, double noise)
{
    double most = fmax(fabs(h->xx), fmax(fabs(h->yy), fabs(h->xy)));
    return most > 0 ? fmin(0.25, fmax(cbrt(noise / most), 1e-6)) : 0.25;
}

/* Does the noise, over steps of `used`, leave a digit of each curvature?  Closer up than that only
 * the place gets better, for a slope needs a smaller step than a curvature does. */
static bool is_sure(const struct hessian *h, double used, double noise, bool line)
{
    double lambda[2];
    hessian_eigenvalues(h, line, lambda);
    double least = line ? fabs(lambda[0]) : fmin(fabs(lambda[0]), fabs(lambda[1]));
    return least > 10 * CURVATURE_NOISE * noise / (used * used);
}

/* Keep the best place that was seen.  false: nothing around here is as good as it, so the
 * quadratic was wrong. */
static bool remember(struct candidate *c, const struct fit *q, const double d[2], double noise)
{
    bool low = c->want == TW_MINIMUM;
    double value = low ? q->lowest : -q->highest;
    const double *at = low ? q->low : q->high;
    if ((!low && c->want != TW_MAXIMUM) || value > c->best + 4 * noise)
        return !low && c->want != TW_MAXIMUM;
    if (value < c->best) {
        c->best = value;
        c->best_x = c->x + at[0] * c->step * d[0];
        c->best_y = c->y + at[1] * c->step * d[1];
    }
    return true;
}

/* Pattern search (Hooke and Jeeves 1961): to the best place; closer when that is where we are. */
static void search(struct candidate *c, const struct probe *p, const double d[2])
{
    bool here = c->best_x == c->x && c->best_y == c->y;
    c->search = true;
    c->smooth = false;
    c->x = c->best_x;
    c->y = c->best_y;
    c->error = c->step * gram_distance(p->plane->gram, p->line, d[0], d[1]);
    if (here && c->step <= FINE)
        c->state = CANDIDATE_FOUND;
    else if (here)
        c->step *= 0.25;
}

/* One step of one candidate; the Hessian is by cells from here on. */
static void follow(struct candidate *c, const double *f, const struct probe *p,
                   const struct tw_grid *g, double most)
{
    double d[2], step[2], used = c->step;
    struct fit q = fit(f, p->line);
    if (!q.finite) {
        c->state = CANDIDATE_LOST;
        return;
    }
    grid_spacing(g, d);
    if (!remember(c, &q, d, p->noise) || c->search) {
        search(c, p, d);
        if (!grid_contains(g, c->x, c->y))
            c->state = CANDIDATE_LEFT;
        return;
    }
    bool walk = direct(c, &q, p->line, step);
    double far = walk ? 2 : fmax(fabs(step[0]), fabs(step[1]));
    double x = bound(step[0], most) * used, y = bound(step[1], most) * used;
    const struct hessian h = {q.h.xx / (used * used), q.h.xy / (used * used),
                              q.h.yy / (used * used)};
    double grown = fabs(h.xx) + fabs(h.yy), was = fabs(c->h.xx) + fabs(c->h.yy);
    if (used < 0.5)
        c->smooth = c->smooth && (grown < 3 * was || was == 0);
    c->x += x * d[0];
    c->y += y * d[1];
    if (c->h_step <= 0 || used >= c->h_step || is_sure(&h, used, p->noise, p->line)) {
        c->h = h;
        c->h_step = used;
    }
    c->error = gram_distance(p->plane->gram, p->line, x * d[0], y * d[1]);
    double least = least_step(&h, p->noise);
    if (!grid_contains(g, c->x, c->y))
        c->state = CANDIDATE_LEFT;
    else if (far <= 1 && used <= least * 1.001)
        c->state = CANDIDATE_FOUND;
    else if (far <= 1)
        c->step = fmax(used * SHRINK, least);
}

/* Candidates that have come to the same place: the heaviest, which is first, stays.  Those of
 * a minimum and of something else are kept apart until they are known better. */
static void merge(struct candidate *c, size_t n, const struct tw_grid *g, size_t *twice)
{
    double d[2];
    grid_spacing(g, d);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i && c[i].state <= CANDIDATE_FOUND; k++) {
            bool close =
                fabs(c[i].x - c[k].x) <= TWICE * d[0] && fabs(c[i].y - c[k].y) <= TWICE * d[1];
            if (!close || c[k].state > CANDIDATE_FOUND || c[i].want != c[k].want)
                continue;
            c[i].state = CANDIDATE_LOST;
            ++*twice;
        }
}

/* Nine points of the grid itself. */
static void from_grid(const struct tw_grid *g, size_t cell, double *f)
{
    int rows = g->ny > 1 ? 1 : 0;
    for (int r = -rows; r <= rows; r++)
        for (int k = -1; k <= 1; k++)
            *f++ = *(g->loss + cell + (ptrdiff_t)r * (ptrdiff_t)g->nx + k);
}

/* The points of the open ones; their number. */
static size_t stencils(const struct candidate *c, size_t n, const struct tw_grid *g, double *xy)
{
    double d[2];
    size_t used = 0;
    int rows = g->ny > 1 ? 1 : 0;
    grid_spacing(g, d);
    for (size_t i = 0; i < n; i++)
        for (int r = -rows; r <= rows && c[i].state == CANDIDATE_OPEN; r++)
            for (int k = -1; k <= 1; k++) {
                xy[2 * used] = c[i].x + k * c[i].step * d[0];
                xy[2 * used++ + 1] = c[i].y + r * c[i].step * d[1];
            }
    return used;
}

int stencil_refine(struct candidate *c, size_t n, struct probe *p, const struct tw_grid *g,
                   size_t *twice, struct error *err)
{
    size_t each = p->line ? 3 : 9;
    double *xy = calloc(n * each + 1, 3 * sizeof *xy), *f = xy ? xy + 2 * n * each : NULL;
    int rc = xy ? 0 : error_nomem(err), rounds = probe_is_dear(p) ? DEAR_ROUNDS : ROUNDS;
    for (size_t i = 0; i < n && rc == 0; i++) {
        if (c[i].cell == NO_MINIMUM)
            continue;
        from_grid(g, c[i].cell, f);
        follow(&c[i], f, p, g, 1);
        if (c[i].state == CANDIDATE_OPEN)
            c[i].step = 0.25;
    }
    for (int round = 0; round < rounds && rc == 0; round++) {
        merge(c, n, g, twice);
        size_t n_points = stencils(c, n, g, xy), at = 0;
        if (n_points == 0)
            break;
        rc = probe_loss(p, n_points, xy, f, err);
        for (size_t i = 0; i < n && rc == 0; i++)
            if (c[i].state == CANDIDATE_OPEN) {
                follow(&c[i], f + at, p, g, 4);
                at += each;
            }
    }
    free(xy);
    return rc;
}
