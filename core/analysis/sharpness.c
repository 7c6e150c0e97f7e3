/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sharpness.c -- see sharpness.h.
 *
 * Flat radius: rays leave the minimum in all directions.  The grid tells roughly where each
 * crosses the level; losses on the rays that can be the shortest one tell exactly, in rounds
 * of SAMPLES a ray.  Each round also looks halfway to the neighbours of the shortest.
 */
#include "sharpness.h"
#include "critical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI          3.14159265358979323846
#define RAYS        64
#define MOST_RAYS   (2 * RAYS)
#define DEAR_RAYS   8
#define SAMPLES     8
#define ROUNDS      24
#define DEAR_ROUNDS 3
#define EXACT       1e-6 /* of the radius */
#define FINE        2e-3 /* between rays; its square is what the radius may be wrong by */

/* Orthonormal coordinates s: (x, y) = (x0, y0) + M s. */
static void frame(const double gram[4], bool line, double m[4])
{
    double a = sqrt(gram[0]), b = gram[1] / a, c = line ? 1 : sqrt(gram[3] - b * b);
    m[0] = 1 / a;
    m[1] = line ? 0 : -b / (a * c);
    m[2] = 0;
    m[3] = line ? 0 : 1 / c;
}

struct ray {
    double angle, dx, dy; /* per unit of distance */
    double edge;          /* the distance to the edge of the grid */
    double lo, hi;        /* at lo the loss is below the level, at hi above; hi infinite: nowhere */
    bool open;
};

struct star {
    struct flat_radius *flat;
    struct probe *p;
    const struct tw_grid *g;
    double frame[4];
    struct ray ray[MOST_RAYS];
    size_t n;
    double spacing; /* between rays, lately */
    double edge;    /* the distance to the edge of the grid, over all directions */
};

static double room(double at, double d, double lo, double hi)
{
    return d > 0 ? (hi - at) / d : d < 0 ? (lo - at) / d : INFINITY;
}

/* The loss by the grid, bilinear; NaN outside. */
static double interpolate(const struct tw_grid *g, double x, double y)
{
    double u = (x - g->x[0]) / (g->x[g->nx - 1] - g->x[0]) * (double)(g->nx - 1);
    double v = g->ny > 1 ? (y - g->y[0]) / (g->y[g->ny - 1] - g->y[0]) * (double)(g->ny - 1) : 0;
    if (!(u >= 0 && u <= (double)(g->nx - 1) && v >= 0 && v <= (double)(g->ny - 1)))
        return NAN;
    size_t col = (size_t)fmin(floor(u), (double)(g->nx - 2));
    size_t row = g->ny > 1 ? (size_t)fmin(floor(v), (double)(g->ny - 2)) : 0;
    const double *f = g->loss + row * g->nx + col, *up = g->ny > 1 ? f + g->nx : f;
    double a = u - (double)col, b = v - (double)row;
    return (1 - b) * ((1 - a) * f[0] + a * f[1]) + b * ((1 - a) * up[0] + a * up[1]);
}

static void aim(struct star *s, struct ray *r, double angle)
{
    const struct flat_radius *f = s->flat;
    const struct tw_grid *g = s->g;
    double c = cos(angle), d = s->p->line ? 0 : sin(angle);
    *r = (struct ray){.angle = angle, .hi = INFINITY, .open = true};
    r->dx = s->frame[0] * c + s->frame[1] * d;
    r->dy = s->frame[2] * c + s->frame[3] * d;
    r->edge = fmin(room(f->x, r->dx, g->x[0], g->x[g->nx - 1]),
                   s->p->line ? INFINITY : room(f->y, r->dy, g->y[0], g->y[g->ny - 1]));
}

/* Where the grid has the crossing; the edge if nowhere. */
static double rough(const struct star *s, const struct ray *r, double cell)
{
    for (double t = 0.25 * cell; t < r->edge; t += 0.25 * cell)
        if (interpolate(s->g, s->flat->x + t * r->dx, s->flat->y + t * r->dy) > s->flat->level)
            return t;
    return r->edge;
}

/* All directions; then only those that may cross first, and the part of them where it may
 * happen: what the grid says, and two cells more. */
static double spread(struct star *s)
{
    double dx = (s->g->x[s->g->nx - 1] - s->g->x[0]) / (double)(s->g->nx - 1);
    double dy = s->g->ny > 1 ? (s->g->y[s->g->ny - 1] - s->g->y[0]) / (double)(s->g->ny - 1) : 0;
    double cell = gram_distance(s->p->plane->gram, s->p->line, dx, dy), at[RAYS] = {0},
           least = INFINITY;
    s->n = s->p->line ? 2 : RAYS;
    s->spacing = 2 * PI / (double)s->n;
    s->edge = INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        aim(s, &s->ray[i], (double)i * s->spacing);
        at[i] = rough(s, &s->ray[i], cell);
        least = fmin(least, at[i]);
        s->edge = fmin(s->edge, s->ray[i].edge);
    }
    /* Where each point counts, the rays that the grid has far behind are left out. */
    size_t kept = SIZE_MAX, most = probe_is_dear(s->p) ? DEAR_RAYS : RAYS;
    double margin = 2 * cell;
    for (int i = 0; i < 8 && kept > most; i++) {
        margin *= 0.5;
        kept = 0;
        for (size_t k = 0; k < s->n; k++)
            kept += at[k] <= least + margin;
    }
    kept = 0;
    for (size_t k = 0; k < s->n && kept < most; k++)
        if (at[k] <= least + margin)
            s->ray[kept++] = s->ray[k];
    s->n = kept;
    return least + 2 * cell;
}

/* The first sample above the level ends a bracket. */
static int sample(struct star *s, double reach, struct error *err)
{
    double *xy = calloc(MOST_RAYS * SAMPLES, 3 * sizeof *xy), *loss = NULL;
    size_t n = 0, at = 0;
    if (!xy)
        return error_nomem(err);
    loss = xy + 2 * MOST_RAYS * SAMPLES;
    for (size_t i = 0; i < s->n; i++) {
        const struct ray *r = &s->ray[i];
        double to = isfinite(r->hi) ? r->hi : fmin(r->edge, reach);
        for (int k = 1; k <= SAMPLES && r->open; k++, n++) {
            double t = r->lo + (to - r->lo) * k / SAMPLES;
            xy[2 * n] = s->flat->x + t * r->dx;
            xy[2 * n + 1] = s->flat->y + t * r->dy;
        }
    }
    int rc = probe_loss(s->p, n, xy, loss, err);
    for (size_t i = 0; i < s->n && rc == 0; i++) {
        struct ray *r = &s->ray[i];
        double from = r->lo, to = isfinite(r->hi) ? r->hi : fmin(r->edge, reach);
        if (!r->open)
            continue;
        int k = 0;
        while (k < SAMPLES && loss[at + (size_t)k] <= s->flat->level)
            k++;
        at += SAMPLES;
        r->lo = from + (to - from) * k / SAMPLES;
        if (k < SAMPLES)
            r->hi = from + (to - from) * (k + 1) / SAMPLES;
    }
    free(xy);
    return rc;
}

/* The ray that crosses first, or NULL. */
static struct ray *shortest(struct star *s)
{
    struct ray *best = NULL;
    for (size_t i = 0; i < s->n; i++)
        if (isfinite(s->ray[i].hi) && (!best || s->ray[i].hi < best->hi))
            best = &s->ray[i];
    return best;
}

/* Rays that cannot be the shortest are done with; two between it and its
 * neighbours begin. */
static void narrow(struct star *s, const struct ray *best)
{
    double angle = best->angle, lo = best->lo, hi = best->hi;
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (isfinite(s->ray[i].hi) && s->ray[i].lo < hi)
            s->ray[n++] = s->ray[i];
    s->n = n;
    /* Around the shortest a radius grows with half the square of the angle: while brackets are
     * wider than that, they come first. */
    double gain = 0.5 * s->spacing * s->spacing * hi;
    if (s->p->line || hi - lo > 0.5 * gain)
        return;
    s->spacing *= 0.5;
    for (int side = -1; side <= 1 && s->n < MOST_RAYS; side += 2) {
        struct ray *r = &s->ray[s->n++];
        aim(s, r, angle + side * s->spacing);
        r->lo = fmax(0, lo - 2 * gain);
        r->edge = fmin(r->edge, hi);
    }
}

int sharpness_flat(struct flat_radius *f, struct probe *p, const struct tw_grid *g, double x,
                   double y, double loss, struct error *err)
{
    *f = (struct flat_radius){.x = x, .y = y, .loss = loss, .level = FLAT_FACTOR * loss};
    f->radius = f->upper = f->to_x = f->to_y = NAN;
    if (!(loss > 0 && isfinite(loss)) || !grid_contains(g, x, y))
        return 0;
    struct star *s = calloc(1, sizeof *s);
    if (!s)
        return error_nomem(err);
    s->flat = f;
    s->p = p;
    s->g = g;
    frame(p->plane->gram, p->line, s->frame);
    int rc = 0, rounds = probe_is_dear(p) ? DEAR_ROUNDS : ROUNDS;
    double reach = spread(s);
    struct ray *best = NULL;
    for (int i = 0; i < rounds && rc == 0; i++) {
        rc = sample(s, reach, err);
        best = shortest(s);
        if (rc < 0 ||
            (best && best->hi - best->lo <= EXACT * best->hi && (p->line || s->spacing <= FINE)))
            break;
        if (!best && reach >= s->edge)
            break;
        if (!best)
            reach *= 2; /* the grid was too coarse to tell */
        else if (i + 1 < rounds)
            narrow(s, best);
    }
    best = shortest(s);
    f->at_least = !best || best->lo > s->edge;
    if (rc == 0 && !f->at_least) {
        f->radius = best->lo;
        f->upper = best->hi;
        f->to_x = x + best->hi * best->dx;
        f->to_y = y + best->hi * best->dy;
    } else if (rc == 0) {
        f->radius = fmin(s->edge, best ? best->lo : reach);
    }
    free(s);
    return rc;
}

/* ---- the box ---------------------------------------------------------------------------- */

#define SIDE 9 /* points along a side of the lattice; corners included */

/* The plane's orthonormal directions are the columns of Keskar's matrix A, so that its
 * pseudo-inverse is the transpose: coordinate i of a parameter vector is its product with
 * direction i. */
static void box_width(const struct probe *p, const double *m, double x, double y, double epsilon,
                      double width[2])
{
    const struct tw_plane *v = &p->plane->view;
    double sum[2] = {0, 0};
    for (size_t j = 0; j < v->dim; j++) {
        double w = p->line ? 0 : v->v[j], theta = v->origin[j] + x * v->u[j] + y * w;
        sum[0] += theta * m[0] * v->u[j];
        sum[1] += theta * (m[1] * v->u[j] + m[3] * w);
    }
    width[0] = epsilon * (fabs(sum[0]) + 1);
    width[1] = p->line ? 0 : epsilon * (fabs(sum[1]) + 1);
}

int sharpness_box(struct box_sharpness *b, size_t n, struct probe *p, double x, double y,
                  struct error *err)
{
    size_t rows = p->line ? 1 : SIDE, each = rows * SIDE, at = 0;
    double m[4], *xy = calloc(n * each + 1, 3 * sizeof *xy), *loss;
    if (!xy)
        return error_nomem(err);
    loss = xy + 2 * (n * each + 1);
    frame(p->plane->gram, p->line, m);
    for (size_t i = 0; i < n; i++) {
        box_width(p, m, x, y, b[i].epsilon, b[i].width);
        for (size_t r = 0; r < rows; r++)
            for (size_t k = 0; k < SIDE; k++, at++) {
                double s = b[i].width[0] * (2.0 * (double)k / (SIDE - 1) - 1);
                double t = p->line ? 0 : b[i].width[1] * (2.0 * (double)r / (SIDE - 1) - 1);
                xy[2 * at] = x + m[0] * s + m[1] * t;
                xy[2 * at + 1] = y + m[3] * t;
            }
    }
    xy[2 * at] = x;
    xy[2 * at + 1] = y;
    int rc = probe_loss(p, at + 1, xy, loss, err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        b[i].highest = loss[at];
        for (size_t k = 0; k < each; k++)
            if (!(loss[i * each + k] <= b[i].highest)) /* also NaN */
                b[i].highest = loss[i * each + k];
        b[i].value = 100 * (b[i].highest - loss[at]) / (1 + loss[at]);
    }
    free(xy);
    return rc;
}

/* ---- one point ------------------------------------------------------------------------- */

static void finish(struct curvature *c, const struct probe *p, const double g[2])
{
    double m[4];
    frame(p->plane->gram, p->line, m);
    c->slope = hypot(m[0] * g[0], m[1] * g[0] + m[3] * g[1]);
    hessian_eigenvalues(&c->h, p->line, c->lambda);
    hessian_curvatures(&c->h, p->plane->gram, p->line, c->curvature);
}

int sharpness_curvature(struct curvature *c, struct probe *p, double x, double y, double dx,
                        double dy, struct error *err)
{
    double g[2] = {0, 0}, xy[18], f[9];
    *c = (struct curvature){.x = x, .y = y};
    if (probe_affords(p, 5)) {
        c->by_gradient = true;
        if (probe_gradient(p, x, y, &c->loss, g, err) < 0 || probe_hessian(p, x, y, &c->h, err) < 0)
            return -1;
        finish(c, p, g);
        return 0;
    }
    for (int i = 0; i < 9; i++) {
        xy[2 * i] = x + (i % 3 - 1) * dx;
        xy[2 * i + 1] = y + ((double)(i / 3) - 1) * dy;
    }
    if (probe_loss(p, 9, xy, f, err) < 0)
        return -1;
    c->loss = f[4];
    g[0] = (f[5] - f[3]) / (2 * dx);
    c->h.xx = (f[5] - f[4] - (f[4] - f[3])) / (dx * dx);
    if (!p->line) {
        g[1] = (f[7] - f[1]) / (2 * dy);
        c->h.yy = (f[7] - f[4] - (f[4] - f[1])) / (dy * dy);
        c->h.xy = (f[8] - f[6] - (f[2] - f[0])) / (4 * dx * dy);
    }
    finish(c, p, g);
    return 0;
}
