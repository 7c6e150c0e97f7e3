/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ball.c -- see ball.h.
 *
 * State: x, y and their velocities.  The cell that the ball is in is kept beside it, so that a
 * ball on an edge between two cells is in one of them for certain.  A step that leaves the cell is
 * cut where it does: there the ball enters the next cell, or bounces.  A ball that bounces ever
 * lower leans on the wall: its motion then has one degree of freedom, in a corner none.
 */
#include "ball.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REST       1e-8 /* share of the relief: what energy may be left at rest */
#define LEVEL      1e-6 /* slope that counts as none where there is no curvature, either */
#define STICK      2e-3 /* lengths a second: a slower bounce is none */
#define NUDGE      0.02 /* cells, off a saddle or a top */
#define NUDGES     16
#define TWICE      1e-7 /* seconds between samples that are one */
#define BISECTIONS 60
#define MOST       1000000 /* samples */
#define CELL_STEP  0.25    /* cells a step goes, about */

struct rolling {
    const struct surface *s;
    const struct ball_options *o;
    struct roll *out;
    double y[4], t;
    long cell[2];
    int lean[2]; /* -1: on a wall below, 1: above, 0: free */
    int nudges;
    gsl_odeiv2_step *step;
    gsl_odeiv2_control *control;
    gsl_odeiv2_evolve *evolve;
    gsl_odeiv2_system system;
    double h; /* the step that the integrator would like next */
};

struct ball_options ball_defaults(void)
{
    return (struct ball_options){.gravity = 9.81,
                                 .friction = 0.8,
                                 .restitution = 0.5,
                                 .longest = 3600,
                                 .stride = 0.006,
                                 .pause = 0.25,
                                 .tolerance = 1e-10};
}

/* ---- motion ------------------------------------------------------------------------- */

/* Accelerations.  With G = 1 + grad h grad h', G q'' = -(g / I + q' H q') grad h - c G q'. */
static void accelerate(const struct rolling *b, const double y[4], const int lean[2], double a[2])
{
    struct slope p;
    surface_at(b->s, y[0], y[1], &p);
    double vx = lean[0] ? 0 : y[2], vy = lean[1] ? 0 : y[3];
    double hx = lean[0] ? 0 : p.x, hy = lean[1] ? 0 : p.y;
    double bend = p.xx * vx * vx + 2 * p.xy * vx * vy + p.yy * vy * vy;
    double push = (b->o->gravity / BALL_INERTIA + bend) / (1 + hx * hx + hy * hy);
    a[0] = lean[0] ? 0 : -push * hx - b->o->friction * vx;
    a[1] = lean[1] ? 0 : -push * hy - b->o->friction * vy;
}

static int derivatives(double t, const double y[], double dydt[], void *ctx)
{
    const struct rolling *b = ctx;
    (void)t;
    if (!isfinite(y[0] + y[1] + y[2] + y[3]))
        return GSL_EBADFUNC; /* a smaller step, please */
    dydt[0] = b->lean[0] ? 0 : y[2];
    dydt[1] = b->lean[1] ? 0 : y[3];
    accelerate(b, y, b->lean, dydt + 2);
    return GSL_SUCCESS;
}

/* The square of the speed along the surface. */
static double speed2(const struct slope *p, const double y[4])
{
    double up = p->x * y[2] + p->y * y[3];
    return y[2] * y[2] + y[3] * y[3] + up * up;
}

static int add_sample(struct rolling *b, struct error *err)
{
    struct roll *r = b->out;
    struct slope p;
    if (r->n == r->room) {
        size_t room = r->room ? 2 * r->room : 512;
        struct ball_sample *more = realloc(r->sample, room * sizeof *more);
        if (!more)
            return error_nomem(err);
        r->sample = more;
        r->room = room;
    }
    surface_at(b->s, b->y[0], b->y[1], &p);
    double v2 = speed2(&p, b->y);
    if (r->n == 1 && b->t < TWICE) /* cut at once: the start stays as it is */
        return 0;
    if (r->n && b->t < r->sample[r->n - 1].t + TWICE)
        r->n--; /* the newer one of two at the same time */
    r->sample[r->n++] =
        (struct ball_sample){.t = b->t,
                             .x = b->y[0],
                             .y = b->y[1],
                             .z = p.h,
                             .speed = sqrt(v2),
                             .energy = 0.5 * BALL_INERTIA * v2 + b->o->gravity * p.h};
    return 0;
}

/* The motion has a jump here. */
static void restart(struct rolling *b)
{
    gsl_odeiv2_evolve_reset(b->evolve);
    gsl_odeiv2_step_reset(b->step);
}

/* ---- walls -------------------------------------------------------------------------- */

static double edge(const struct rolling *b, int axis, int side)
{
    double first = axis ? b->s->y0 : b->s->x0, d = axis ? b->s->dy : b->s->dx;
    return first + (double)(b->cell[axis] + (side > 0)) * d;
}

/* The side on which `at` lies beyond the cell; 0: inside. */
static int beyond(const struct rolling *b, int axis, double at)
{
    return at < edge(b, axis, -1) ? -1 : at > edge(b, axis, 1) ? 1 : 0;
}

static bool wall(const struct rolling *b, int axis, int side)
{
    return !surface_open(b->s, b->cell[0] + (axis ? 0 : side), b->cell[1] + (axis ? side : 0));
}

/* Add what a push across `axis` makes of the velocity until that along it is `speed`: the
 * inverse of the metric times the push. */
static void push_off(struct rolling *b, int axis, double speed)
{
    struct slope p;
    surface_at(b->s, b->y[0], b->y[1], &p);
    double own = axis ? p.x * p.x : p.y * p.y; /* inverse of G, but for its determinant */
    double along = -p.x * p.y / (1 + own), change = speed - b->y[2 + axis];
    b->y[2 + axis] = speed;
    if (b->lean[1 - axis])
        b->y[3 - axis] = 0;
    else
        b->y[3 - axis] += along * change;
}

/* The acceleration across `axis` if the wall there were away. */
static double pull(const struct rolling *b, int axis)
{
    int lean[2] = {axis ? b->lean[0] : 0, axis ? 0 : b->lean[1]};
    double a[2];
    accelerate(b, b->y, lean, a);
    return a[axis];
}

/* At the wall on that side of the cell. */
static void bounce(struct rolling *b, int axis, int side)
{
    double speed = -b->o->restitution * b->y[2 + axis];
    bool lossless = b->o->restitution >= 1 && !(b->o->friction > 0);
    bool slow = fabs(speed) < (lossless ? 1e-9 : STICK);
    push_off(b, axis, slow ? 0 : speed);
    if (slow && side * pull(b, axis) >= 0)
        b->lean[axis] = side;
    restart(b);
}

/* Leave walls that end here, or that nothing presses the ball against any more. */
static void let_go(struct rolling *b)
{
    for (int axis = 0; axis < 2; axis++)
        if (b->lean[axis] && (!wall(b, axis, b->lean[axis]) || b->lean[axis] * pull(b, axis) < 0)) {
            b->lean[axis] = 0;
            restart(b);
        }
}

/* From `from` over `h` seconds, without error control: the step was good as a whole. */
static int step_over(struct rolling *b, const double from[4], double h, double to[4])
{
    double error[4];
    memcpy(to, from, 4 * sizeof *to);
    gsl_odeiv2_step_reset(b->step);
    return gsl_odeiv2_step_apply(b->step, b->t, h, to, error, NULL, NULL, &b->system);
}

/* The step of h seconds from `from` to b->y left the cell: go back to where it did.  true: it
 * bounced. */
static bool cut(struct rolling *b, const double from[4], double h)
{
    double lo = 0, hi = h, y[4];
    bool bounced = false;
    memcpy(y, b->y, sizeof y);
    for (int k = 0; k < BISECTIONS && hi - lo > 1e-15 * h; k++) {
        double middle = 0.5 * (lo + hi);
        if (step_over(b, from, middle, y) != GSL_SUCCESS || beyond(b, 0, y[0]) ||
            beyond(b, 1, y[1]))
            hi = middle;
        else
            lo = middle;
    }
    if (step_over(b, from, hi, y) != GSL_SUCCESS)
        memcpy(y, from, sizeof y);
    memcpy(b->y, y, sizeof y);
    b->t += hi;
    for (int axis = 0; axis < 2; axis++) {
        int side = beyond(b, axis, b->y[axis]);
        if (!side)
            continue;
        b->y[axis] = edge(b, axis, side);
        if (wall(b, axis, side)) {
            bounce(b, axis, side);
            bounced = true;
        } else {
            b->cell[axis] += side;
        }
    }
    restart(b);
    return bounced;
}

/* ---- rest --------------------------------------------------------------------------- */

/* Where Newton's method leads from (x, y), along the axes that are free; false: nowhere. */
static bool newton(const struct rolling *b, const struct slope *p, double move[2])
{
    double xx = b->lean[0] ? 1 : p->xx, yy = b->lean[1] ? 1 : p->yy;
    double xy = b->lean[0] || b->lean[1] ? 0 : p->xy;
    double hx = b->lean[0] ? 0 : p->x, hy = b->lean[1] ? 0 : p->y, det = xx * yy - xy * xy;
    if (!(xx > 0) || !(yy > 0) || !(det > 1e-12 * xx * yy))
        return false;
    move[0] = -(yy * hx - xy * hy) / det;
    move[1] = -(xx * hy - xy * hx) / det;
    return true;
}

/* To the bottom exactly; false: it is not in this neighbourhood. */
static bool settle(struct rolling *b)
{
    double y[4] = {b->y[0], b->y[1], 0, 0}, move[2];
    struct slope p, before;
    surface_at(b->s, y[0], y[1], &before);
    for (int k = 0; k < 50; k++) {
        surface_at(b->s, y[0], y[1], &p);
        if (!newton(b, &p, move))
            return false;
        double size = fmax(fabs(move[0]) / b->s->dx, fabs(move[1]) / b->s->dy);
        y[0] += move[0];
        y[1] += move[1];
        long cell[2];
        surface_cell(b->s, y[0], y[1], cell);
        if (!(fabs(y[0] - b->y[0]) < b->s->dx) || !(fabs(y[1] - b->y[1]) < b->s->dy) ||
            (!surface_open(b->s, cell[0], cell[1]) && (beyond(b, 0, y[0]) || beyond(b, 1, y[1]))))
            return false;
        if (size < 1e-12)
            break;
    }
    surface_at(b->s, y[0], y[1], &p);
    if (!(p.h <= before.h + 1e-14 * (fabs(before.h) + b->s->relief)))
        return false;
    memcpy(b->y, y, sizeof y);
    return true;
}

/* A little down from a saddle or a top. */
static bool nudge(struct rolling *b, const struct slope *p)
{
    double mean = 0.5 * (p->xx + p->yy), half = 0.5 * (p->xx - p->yy), radius = hypot(half, p->xy);
    double size = fmin(b->s->dx, b->s->dy), angle = 0.5 * atan2(-p->xy, -half);
    double dir[2] = {cos(angle), sin(angle)}, best = p->h;
    int side = 0;
    if (b->lean[0] || b->lean[1]) { /* along the wall */
        if (!((b->lean[0] ? p->yy : p->xx) < 0))
            return false;
        dir[0] = b->lean[0] ? 0 : 1;
        dir[1] = 1 - dir[0];
    } else if (!(mean - radius < -1e-9 * b->s->relief / (size * size))) {
        return false;
    }
    for (int k = -1; k <= 1 && b->nudges < NUDGES; k += 2) {
        double x = b->y[0] + k * NUDGE * size * dir[0], y = b->y[1] + k * NUDGE * size * dir[1];
        struct slope there;
        surface_at(b->s, x, y, &there);
        if (!beyond(b, 0, x) && !beyond(b, 1, y) && there.h < best) {
            best = there.h;
            side = k;
        }
    }
    if (!side)
        return false;
    b->nudges++;
    b->y[0] += side * NUDGE * size * dir[0];
    b->y[1] += side * NUDGE * size * dir[1];
    restart(b);
    return true;
}

/* Does it rest here?  If so, it is put to where it would come to lie. */
static bool rests(struct rolling *b)
{
    struct slope p;
    double move[2], g = b->o->gravity, small = REST * g * fmax(b->s->relief, 1e-6);
    bool corner = b->lean[0] && b->lean[1];
    surface_at(b->s, b->y[0], b->y[1], &p);
    if (corner)
        return true;
    double kinetic = 0.5 * BALL_INERTIA * speed2(&p, b->y);
    if (!(kinetic <= small))
        return false;
    if (newton(b, &p, move)) {
        double left = -0.5 * (move[0] * (b->lean[0] ? 0 : p.x) + move[1] * (b->lean[1] ? 0 : p.y));
        if (g * left <= small && settle(b))
            return true;
    }
    double slope = hypot(b->lean[0] ? 0 : p.x, b->lean[1] ? 0 : p.y);
    return slope <= LEVEL && b->o->friction > 0 && kinetic <= 1e-2 * small && !nudge(b, &p);
}

/* ---- rolling ------------------------------------------------------------------------ */

/* How long the next step may be, so that the way can be drawn and no cell is jumped over. */
static double longest_step(const struct rolling *b)
{
    double a[2], cell = CELL_STEP * fmin(b->s->dx, b->s->dy), way = fmin(b->o->stride, cell);
    struct slope p;
    surface_at(b->s, b->y[0], b->y[1], &p);
    accelerate(b, b->y, b->lean, a);
    double v = sqrt(speed2(&p, b->y)), faster = hypot(a[0], a[1]), h = b->o->pause;
    h = v > 0 ? fmin(h, way / v) : h;
    return faster > 0 ? fmin(h, sqrt(2 * way / faster)) : h;
}

/* Far enough from the last sample?  Small cells make small steps. */
static bool due(const struct rolling *b)
{
    const struct ball_sample *last = &b->out->sample[b->out->n - 1];
    double way = hypot(b->y[0] - last->x, b->y[1] - last->y);
    return way >= 0.4 * b->o->stride || b->t - last->t >= 0.4 * b->o->pause;
}

static int advance(struct rolling *b, struct error *err)
{
    double from[4], t = b->t, most = longest_step(b);
    bool bounced = false;
    memcpy(from, b->y, sizeof from);
    b->h = b->h > 0 ? fmin(b->h, most) : most;
    int rc = gsl_odeiv2_evolve_apply(b->evolve, b->control, b->step, &b->system, &t, b->t + most,
                                     &b->h, b->y);
    if (rc != GSL_SUCCESS || !(t > b->t))
        return error_set(err, FAULT_RUN, "ball: the step at %g seconds broke down: %s", b->t,
                         rc == GSL_SUCCESS ? "too short" : gsl_strerror(rc));
    if (beyond(b, 0, b->y[0]) || beyond(b, 1, b->y[1]))
        bounced = cut(b, from, t - b->t);
    else
        b->t = t;
    return bounced || due(b) ? add_sample(b, err) : 0;
}

/* The start's cell; on an edge any open one beside it.  false: all are closed. */
static bool enter(struct rolling *b)
{
    const struct surface *s = b->s;
    long at[2];
    double right = s->x0 + (double)(s->nx - 1) * s->dx, top = s->y0 + (double)(s->ny - 1) * s->dy;
    /* Rounding must not put a start on the border outside. */
    double slack[2] = {1e-9 * s->dx, 1e-9 * s->dy};
    if (!(b->y[0] >= s->x0 - slack[0] && b->y[0] <= right + slack[0] &&
          b->y[1] >= s->y0 - slack[1] && b->y[1] <= top + slack[1]))
        return false;
    b->y[0] = fmin(fmax(b->y[0], s->x0), right);
    b->y[1] = fmin(fmax(b->y[1], s->y0), top);
    surface_cell(s, b->y[0], b->y[1], at);
    for (long k = 0; k < 9; k++) {
        static const long order[3] = {0, -1, 1};
        b->cell[0] = at[0] + order[k % 3];
        b->cell[1] = at[1] + order[k / 3];
        if (!surface_open(s, b->cell[0], b->cell[1]))
            continue;
        bool inside = true;
        for (int axis = 0; axis < 2; axis++) {
            double lo = edge(b, axis, -1), hi = edge(b, axis, 1), *v = &b->y[axis];
            inside = inside && *v >= lo - slack[axis] && *v <= hi + slack[axis];
            *v = inside ? fmin(fmax(*v, lo), hi) : *v;
        }
        if (inside)
            return true;
    }
    return false;
}

static int roll_on(struct rolling *b, struct error *err)
{
    if (add_sample(b, err) < 0)
        return -1;
    while (b->t < b->o->longest && b->out->n < MOST) {
        let_go(b);
        double before[2] = {b->y[0], b->y[1]};
        if (rests(b)) {
            b->out->end = b->lean[0] || b->lean[1] ? ROLL_WALL : ROLL_MINIMUM;
            b->out->leans[0] = b->lean[0] != 0;
            b->out->leans[1] = b->lean[1] != 0;
            b->y[2] = b->y[3] = 0;
            b->t += before[0] != b->y[0] || before[1] != b->y[1] ? 0.1 : 1e-3;
            return add_sample(b, err);
        }
        if (advance(b, err) < 0)
            return -1;
    }
    b->out->end = ROLL_TIME;
    b->y[2] = b->y[3] = 0;
    b->t += 1e-3;
    return add_sample(b, err);
}

int ball_roll(const struct surface *s, const struct ball_options *o, const double start[2],
              const double velocity[2], struct roll *out, struct error *err)
{
    struct rolling b = {.s = s, .o = o, .out = out};
    b.y[0] = start[0];
    b.y[1] = start[1];
    b.y[2] = velocity[0];
    b.y[3] = velocity[1];
    *out = (struct roll){.end = ROLL_WALLED};
    if (!enter(&b))
        return 0;
    b.step = gsl_odeiv2_step_alloc(gsl_odeiv2_step_rk8pd, 4);
    b.control = gsl_odeiv2_control_y_new(o->tolerance, o->tolerance);
    b.evolve = gsl_odeiv2_evolve_alloc(4);
    b.system = (gsl_odeiv2_system){derivatives, NULL, 4, &b};
    int rc = b.step && b.control && b.evolve ? roll_on(&b, err) : error_nomem(err);
    if (b.evolve)
        gsl_odeiv2_evolve_free(b.evolve);
    if (b.control)
        gsl_odeiv2_control_free(b.control);
    if (b.step)
        gsl_odeiv2_step_free(b.step);
    if (rc < 0)
        roll_free(out);
    return rc;
}

void roll_free(struct roll *r)
{
    free(r->sample);
    *r = (struct roll){0};
}
