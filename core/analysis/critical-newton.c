/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical-newton.c -- newton_step() and newton_refine() of critical.h: the last digits, from
 * the gradient and Hessian of the model, projected.
 */
#include "critical.h"

#include <float.h>
#include <math.h>

#define STEPS    30
#define HALVINGS 8

/* Eigenvectors of the symmetric matrix: what has no curvature gives no step. */
void newton_step(const struct hessian *h, const double g[2], bool line, double step[2])
{
    double lambda[2];
    hessian_eigenvalues(h, line, lambda);
    if (line) {
        step[0] = lambda[0] != 0 ? -g[0] / lambda[0] : 0;
        step[1] = 0;
        return;
    }
    double angle = 0.5 * atan2(2 * h->xy, h->xx - h->yy);
    double c = cos(angle), s = sin(angle), floor = 1e-12 * fmax(fabs(lambda[0]), fabs(lambda[1]));
    const double axis[2][2] = {{-s, c}, {c, s}}; /* of the smaller, of the larger one */
    step[0] = step[1] = 0;
    for (int i = 0; i < 2; i++)
        if (fabs(lambda[i]) > floor) {
            double along = -(axis[i][0] * g[0] + axis[i][1] * g[1]) / lambda[i];
            step[0] += along * axis[i][0];
            step[1] += along * axis[i][1];
        }
}

/* The same in units of cells, so that axes of very different scale are equals. */
static void cell_step(const struct hessian *h, const double g[2], bool line, const double d[2],
                      double step[2])
{
    const struct hessian scaled = {h->xx * d[0] * d[0], h->xy * d[0] * d[1], h->yy * d[1] * d[1]};
    const double slope[2] = {g[0] * d[0], g[1] * d[1]};
    newton_step(&scaled, slope, line, step);
    step[0] *= d[0];
    step[1] *= d[1];
}

/* The length of a gradient, per unit of distance. */
static double length(const struct probe *p, const double g[2])
{
    const double *m = p->plane->gram;
    if (p->line)
        return fabs(g[0]) / sqrt(m[0]);
    double det = m[0] * m[3] - m[1] * m[1];
    double square = (m[3] * g[0] * g[0] - 2 * m[1] * g[0] * g[1] + m[0] * g[1] * g[1]) / det;
    return sqrt(fmax(square, 0));
}

/* What the gradient in the plane consists of. */
struct place {
    double x, y, loss, g[2], slope;
};

static int look(struct probe *p, struct place *at, struct error *err)
{
    if (probe_gradient(p, at->x, at->y, &at->loss, at->g, err) < 0)
        return -1;
    at->slope = length(p, at->g);
    return 0;
}

/* Go as far along the step as the slope becomes smaller; 1: nowhere. */
static int advance(struct candidate *c, struct probe *p, struct place *at, double step[2],
                   struct error *err)
{
    for (int half = 0; half < HALVINGS && probe_affords(p, 1); half++) {
        struct place next = {.x = at->x + step[0], .y = at->y + step[1]};
        if (look(p, &next, err) < 0)
            return -1;
        if (next.slope < at->slope) {
            c->error = gram_distance(p->plane->gram, p->line, step[0], step[1]);
            *at = next;
            return 0;
        }
        step[0] *= 0.5;
        step[1] *= 0.5;
    }
    return 1;
}

/* Is the slope gone?  At a kink it is not, however small the steps; and there the loss must be
 * no higher than what was seen. */
static bool is_critical(const struct candidate *c, const struct probe *p, const struct place *at,
                        const struct hessian *h, double cell)
{
    double k[2], value = c->want == TW_MINIMUM ? at->loss : -at->loss;
    hessian_curvatures(h, p->plane->gram, p->line, k);
    double most = fmax(fabs(k[0]), p->line ? 0 : fabs(k[1]));
    return at->slope <= 1e-6 * most * cell && (!c->search || value <= c->best + 10 * p->noise);
}

/* What the candidate has by losses stays where the gradient leads it away or knows nothing. */
int newton_refine(struct candidate *c, struct probe *p, const struct tw_grid *g, struct error *err)
{
    double spacing[2], step[2], reach = 0;
    struct place at = {.x = c->x, .y = c->y};
    struct hessian h;
    grid_spacing(g, spacing);
    double cell = gram_distance(p->plane->gram, p->line, spacing[0], spacing[1]);
    double size = fmax(fmax(fabs(g->x[0]), fabs(g->x[g->nx - 1])),
                       p->line ? 0 : fmax(fabs(g->y[0]), fabs(g->y[g->ny - 1])));
    double rounding = 4 * DBL_EPSILON * gram_distance(p->plane->gram, p->line, size, size);
    bool done = false;
    if (!probe_affords(p, 10))
        return 0;
    if (look(p, &at, err) < 0 || probe_hessian(p, at.x, at.y, &h, err) < 0)
        return -1;
    for (int i = 0; i < STEPS && !done && probe_affords(p, 5); i++) {
        cell_step(&h, at.g, p->line, spacing, step);
        reach = gram_distance(p->plane->gram, p->line, step[0], step[1]);
        if (!isfinite(reach) || reach > cell)
            return 0;
        int rc = reach > 0 ? advance(c, p, &at, step, err) : 1;
        if (rc < 0)
            return -1;
        done = rc > 0 || reach <= rounding;
        if (rc == 0 && probe_hessian(p, at.x, at.y, &h, err) < 0)
            return -1;
    }
    /* The last step that did not help, too, says how well the place is known. */
    bool near = gram_distance(p->plane->gram, p->line, at.x - c->x, at.y - c->y) <= cell;
    if (!near || !grid_contains(g, at.x, at.y) || !(reach <= 1e-3 * cell))
        return 0;
    if (!is_critical(c, p, &at, &h, cell))
        return 0;
    c->x = at.x;
    c->y = at.y;
    c->h = h;
    c->error = reach;
    c->by_gradient = c->smooth = true;
    return 0;
}
