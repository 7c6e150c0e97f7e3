/* SPDX-License-Identifier: GPL-3.0-or-later */
/* valley.c -- valley_find() of journey.h: the nearest minimum of the true loss.
 *
 * Nine losses around the lowest point so far; the minimum of the quadratic through them, if it has
 * one, is a tenth.  The lowest of the ten is the next middle.  The stencil shrinks where the
 * middle stays.  No point is ever left for a higher one.
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
        s->at[axis] = at[axis];
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
    double xy[18], f[9], q[2], middle[2] = {s->at[0], s->at[1]};
    double dx = s->step * s->cell[0], dy = s->step * s->cell[1];
    bool cut = false;
    for (int k = 0; k < 9; k++) {
        double x = middle[0] + (k % 3 - 1) * dx, y = middle[1] + (k / 3 - 1) * dy;
        xy[2 * k] = within(s, 0, x);
        xy[2 * k + 1] = within(s, 1, y);
        cut = cut || (!s->fixed[0] && xy[2 * k] != x) || (!s->fixed[1] && xy[2 * k + 1] != y);
    }
    if (probe_loss(p, 9, xy, f, err) < 0)
        return -1;
    for (int k = 0; k < 9; k++)
        keep_lower(s, xy + 2 * k, f[k]);
    if (!cut && bottom(f, s->fixed, q)) {
        double far = fmax(1, fmax(fabs(q[0]), fabs(q[1])) / 2);
        xy[0] = within(s, 0, middle[0] + q[0] / far * dx);
        xy[1] = within(s, 1, middle[1] + q[1] / far * dy);
        if (probe_loss(p, 1, xy, f, err) < 0)
            return -1;
        keep_lower(s, xy, f[0]);
    }
    double moved =
        fmax(fabs(s->at[0] - middle[0]) / s->cell[0], fabs(s->at[1] - middle[1]) / s->cell[1]);
    if (moved <= 0.6 * s->step)
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
