/* SPDX-License-Identifier: GPL-3.0-or-later */
/* valley.c -- valley_find() of journey.h: the nearest minimum of the true loss.
 *
 * Nine losses around a point; the minimum of the quadratic through them, or else the lowest of
 * all so far, is the next point, and the stencil shrinks when that was near.  What counts in the
 * end is the lowest of all losses that were seen.
 */
#include "journey.h"

#include <math.h>

#define PASSES      16
#define PASSES_DEAR 4
#define FIRST_STEP  0.5 /* cells */
#define LAST_STEP   2e-3
#define REACH       2.0 /* cells */

struct search {
    double lo[2], hi[2], cell[2];
    double at[2], loss; /* the lowest so far */
    double next[2];     /* where to look */
    double step;        /* cells */
    bool fixed[2];
};

static double within(const struct search *s, int axis, double v)
{
    return fmin(fmax(v, s->lo[axis]), s->hi[axis]);
}

static void search_init(struct search *s, const struct tw_grid *g, const bool fixed[2],
                        const double at[2])
{
    for (int axis = 0; axis < 2; axis++) {
        const double *v = axis ? g->y : g->x;
        size_t n = axis ? g->ny : g->nx;
        s->cell[axis] = (v[n - 1] - v[0]) / (double)(n - 1);
        s->at[axis] = s->next[axis] = at[axis];
        s->fixed[axis] = fixed[axis];
        double reach = fixed[axis] ? 0 : REACH * s->cell[axis];
        s->lo[axis] = fmax(at[axis] - reach, fmin(v[0], at[axis]));
        s->hi[axis] = fmin(at[axis] + reach, fmax(v[n - 1], at[axis]));
    }
    s->step = FIRST_STEP;
    s->loss = INFINITY;
}

/* The step to the minimum of the quadratic, in units of the stencil's; false: none. */
static bool bottom(const double f[9], const bool fixed[2], double q[2])
{
    double gx = 0.5 * (f[5] - f[3]), gy = 0.5 * (f[7] - f[1]);
    double xx = f[5] - 2 * f[4] + f[3], yy = f[7] - 2 * f[4] + f[1];
    double xy = 0.25 * (f[8] - f[6] - f[2] + f[0]);
    if (fixed[0]) {
        gx = xy = 0;
        xx = 1;
    }
    if (fixed[1]) {
        gy = xy = 0;
        yy = 1;
    }
    double det = xx * yy - xy * xy;
    if (!(xx > 0) || !(yy > 0) || !(det > 1e-6 * xx * yy))
        return false;
    q[0] = -(yy * gx - xy * gy) / det;
    q[1] = -(xx * gy - xy * gx) / det;
    return isfinite(q[0] + q[1]);
}

static void keep_lower(struct search *s, const double *xy, double loss)
{
    if (!(loss < s->loss))
        return;
    s->loss = loss;
    s->at[0] = xy[0];
    s->at[1] = xy[1];
}

static int pass(struct search *s, struct probe *p, struct error *err)
{
    double xy[18], f[9], q[2], middle[2] = {s->next[0], s->next[1]};
    double d[2] = {s->step * s->cell[0], s->step * s->cell[1]};
    bool cut = false;
    for (int k = 0; k < 9; k++) {
        double x = middle[0] + (k % 3 - 1) * d[0], y = middle[1] + (k / 3 - 1) * d[1];
        xy[2 * k] = within(s, 0, x);
        xy[2 * k + 1] = within(s, 1, y);
        cut = cut || (!s->fixed[0] && xy[2 * k] != x) || (!s->fixed[1] && xy[2 * k + 1] != y);
    }
    if (probe_loss(p, 9, xy, f, err) < 0)
        return -1;
    keep_lower(s, xy + 8, f[4]); /* of equal ones the middle */
    for (int k = 0; k < 9; k++)
        keep_lower(s, xy + 2 * k, f[k]);
    bool fits = !cut && bottom(f, s->fixed, q);
    double far = fits ? fmax(fabs(q[0]), fabs(q[1])) : 0;
    for (int axis = 0; axis < 2; axis++)
        s->next[axis] = fits ? within(s, axis, middle[axis] + q[axis] / fmax(1, far / 2) * d[axis])
                             : s->at[axis];
    if (fits ? far <= 1 : s->at[0] == middle[0] && s->at[1] == middle[1])
        s->step *= 0.2;
    return 0;
}

int valley_find(struct probe *p, const struct tw_grid *g, const bool fixed[2], double at[2],
                double *loss, struct error *err)
{
    struct search s;
    search_init(&s, g, fixed, at);
    int most = probe_is_dear(p) ? PASSES_DEAR : PASSES;
    for (int k = 0; k < most && s.step >= LAST_STEP; k++)
        if (pass(&s, p, err) < 0)
            return -1;
    at[0] = s.at[0];
    at[1] = s.at[1];
    *loss = s.loss;
    return 0;
}
