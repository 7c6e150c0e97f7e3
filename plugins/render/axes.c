/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axes.c -- axes in the room: the floor's two front edges and the loss at the left, with round
 * ticks; a light cage at the back. Lines stand behind the object, words are placed by labels.h. */
#include "render/picture.h"

#include <stdio.h>

#define TICK 5.0 /* points */

struct spot2 {
    double x, y;
};

static struct spot2 project(const struct render *p, float x, float y, float z)
{
    float px, py;

    camera_project(&p->c, (struct vec){x, y, z}, &px, &py);
    return (struct spot2){(double)px, (double)py};
}

/* An edge of the floor or the loss axis: from a to b, ticks on the side that `out` says. */
struct axis {
    struct vec a, b, out;
};

static struct vec corner(const struct render *p, int k, float z)
{
    return (struct vec){k & 1 ? p->s.field.half_x : -p->s.field.half_x,
                        k & 2 ? p->s.field.half_y : -p->s.field.half_y, z};
}

static float depth(const struct render *p, int k)
{
    float x, y;

    return camera_project(&p->c, corner(p, k, p->s.floor_z), &x, &y);
}

static int nearest(const struct render *p)
{
    int best = 0;

    for (int k = 1; k < 4; k++)
        if (depth(p, k) < depth(p, best) - 1e-4f)
            best = k;
    return best;
}

/* The edges at the corner in front. */
static struct axis x_axis(const struct render *p)
{
    int k = nearest(p);
    struct axis a = {corner(p, k & 2, p->s.floor_z), corner(p, k | 1, p->s.floor_z), {0, 0, 0}};

    a.out.y = k & 2 ? 1 : -1;
    return a;
}

static struct axis y_axis(const struct render *p)
{
    int k = nearest(p);
    struct axis a = {corner(p, k & 1, p->s.floor_z), corner(p, k | 2, p->s.floor_z), {0, 0, 0}};

    a.out.x = k & 1 ? 1 : -1;
    return a;
}

/* The corner that is farthest to the left. */
static int leftmost(const struct render *p)
{
    int best = 0;

    for (int k = 1; k < 4; k++) {
        struct vec c = corner(p, k, 0), d = corner(p, best, 0);

        if (project(p, c.x, c.y, 0).x < project(p, d.x, d.y, 0).x)
            best = k;
    }
    return best;
}

static struct spot2 at(const struct render *p, const struct axis *a, double along)
{
    struct vec v = vec_mix(a->a, a->b, (float)along);

    return project(p, v.x, v.y, v.z);
}

/* On the picture: away from the axis. */
static struct spot2 outward(const struct render *p, const struct axis *a, double along)
{
    struct vec v = vec_mix(a->a, a->b, (float)along), w = vec_along(v, a->out, 0.02f);
    struct spot2 from = project(p, v.x, v.y, v.z), to = project(p, w.x, w.y, w.z);
    double d = hypot(to.x - from.x, to.y - from.y);

    return d > 1e-9 ? (struct spot2){(to.x - from.x) / d, (to.y - from.y) / d}
                    : (struct spot2){0, 1};
}

static struct text_style tick_style(const struct render *p)
{
    return (struct text_style){9.2, PANGO_WEIGHT_NORMAL, rgb_unpack(p->s.style.ink), true};
}

/* How far the words of the ticks reach from the axis. */
static double tick_labels(struct render *p, const struct axis *a, const struct ticks *t, double lo,
                          double hi)
{
    struct text_style s = tick_style(p);
    double u = p->unit, most = 0;

    for (size_t i = 0; i < t->n; i++) {
        double along = (t->at[i] / 2 - lo / 2) / (hi / 2 - lo / 2), reach;
        struct spot2 from = at(p, a, along), d = outward(p, a, along);
        struct label l = labels_make(&p->fig, &s, 0, 1, t->label[i]);

        reach = (fabs(d.x) * l.w + fabs(d.y) * l.h) / 2;
        l.x = from.x + d.x * (TICK * u + 2.5 * u + reach);
        l.y = from.y + d.y * (TICK * u + 2.5 * u + reach);
        if (labels_add(&p->labels, &l, 1.5 * u, p->o.width, p->o.height))
            most = fmax(most, TICK * u + 2.5 * u + 2 * reach);
    }
    return most;
}

static bool title_at(struct render *p, const struct axis *a, double beyond, const char *text,
                     bool upright)
{
    struct text_style s = {10, PANGO_WEIGHT_MEDIUM, rgb_unpack(p->s.style.ink), false};
    struct spot2 from = at(p, a, 0.1), to = at(p, a, 0.9), d = outward(p, a, 0.5);
    double u = p->unit, angle = atan2(to.y - from.y, to.x - from.x);
    double length = hypot(to.x - from.x, to.y - from.y), nx, ny;
    struct label l;

    if (angle > asin(1))
        angle -= 2 * asin(1);
    else if (angle <= -asin(1))
        angle += 2 * asin(1);
    /* Across the axis, on the side of the ticks. */
    nx = -sin(angle);
    ny = cos(angle);
    if (nx * d.x + ny * d.y < 0) {
        nx = -nx;
        ny = -ny;
    }
    l = labels_make(&p->fig, &s, 0, 1, text);
    if (l.w > 1.25 * length && !upright)
        return false;
    l.angle = upright ? 0 : angle;
    beyond *= fabs(nx * d.x + ny * d.y);
    for (int k = 0; k < 60; k++) {
        static const double places[] = {0.5, 0.42, 0.58, 0.34, 0.66};
        double off = beyond + (upright ? fabs(nx) * l.w + fabs(ny) * l.h : l.h) / 2 +
                     (1.5 + 2.0 * (k / 5)) * u;
        struct spot2 middle = at(p, a, places[k % 5]);

        l.x = middle.x + nx * off;
        l.y = middle.y + ny * off;
        if (labels_add(&p->labels, &l, u, p->o.width, p->o.height))
            return true;
    }
    return false;
}

/* Along the axis if there is room, else without the share of variance, else upright. */
static void axis_title(struct render *p, const struct axis *a, double beyond, const char *text,
                       const char *brief)
{
    for (int upright = 0; upright < 2; upright++)
        if (title_at(p, a, beyond, text, upright) || title_at(p, a, beyond, brief, upright))
            return;
}

static void axis_text(char *to, size_t size, const char *label, double variance,
                      const struct notation *n)
{
    char suffix[2 * NUMBER_MAX], percent[NUMBER_MAX];

    notation_suffix(n, suffix, sizeof suffix);
    number_write(100 * variance, 3, percent, sizeof percent);
    if (isfinite(variance))
        snprintf(to, size, "%.64s%s  (%s\xe2\x80\x89%% of variance)", label, suffix, percent);
    else
        snprintf(to, size, "%.64s%s", label, suffix);
}

/* ---- the loss ---------------------------------------------------------------------- */

static float loss_z(const struct render *p, double loss)
{
    return field_z(&p->s.field, (float)scale_t(&p->s.scale, loss));
}

static void loss_labels(struct render *p)
{
    struct text_style s = tick_style(p), head = {10, PANGO_WEIGHT_MEDIUM, s.colour, false};
    struct vec c = corner(p, leftmost(p), 0);
    struct spot2 lo = project(p, c.x, c.y, 0), hi = project(p, c.x, c.y, p->s.field.height);
    double u = p->unit, most = 0;
    char text[64 + 2 * NUMBER_MAX], suffix[2 * NUMBER_MAX];
    struct label l;

    for (size_t i = 0; i < p->zt.n; i++) {
        struct spot2 from = project(p, c.x, c.y, loss_z(p, p->zt.at[i]));

        l = labels_make(&p->fig, &s, 0, 1, p->zt.label[i]);
        l.x = from.x - (TICK + 2.5) * u - l.w / 2;
        l.y = from.y;
        if (labels_add(&p->labels, &l, 0.5 * u, p->o.width, p->o.height))
            most = fmax(most, l.w);
    }
    notation_suffix(&p->zt.notation, suffix, sizeof suffix);
    snprintf(text, sizeof text, "loss%s%s", suffix, p->s.scale.log ? "  (log scale)" : "");
    l = labels_make(&p->fig, &head, 0, 1, text);
    l.angle = -asin(1);
    l.y = (lo.y + hi.y) / 2;
    for (int k = 0; k < 20; k++) {
        l.x = fmin(lo.x, hi.x) - (TICK + 2.5) * u - most - l.h / 2 - (3.0 + 2.0 * k) * u;
        if (labels_add(&p->labels, &l, u, p->o.width, p->o.height))
            return;
    }
}

/* ---- the two calls ------------------------------------------------------------------- */

static int wanted(const struct render *p, const struct axis *a)
{
    struct spot2 from = at(p, a, 0), to = at(p, a, 1);
    int n = (int)(hypot(to.x - from.x, to.y - from.y) / (52 * p->unit));

    return n < 2 ? 2 : n > 6 ? 6 : n;
}

void axes_layout(struct render *p)
{
    const struct tw_grid *g = p->r->grid;
    const struct tw_plane *plane = p->r->plane;
    struct axis x = x_axis(p), y = y_axis(p);
    struct vec c = corner(p, leftmost(p), 0);
    double x0 = g->x[0], x1 = g->x[g->nx - 1], y0 = g->y[0], y1 = g->y[g->ny - 1], rx, ry, tall;
    char text[160 + 2 * NUMBER_MAX], brief[sizeof text];

    ticks_linear(&p->xt, x0, x1, wanted(p, &x));
    ticks_linear(&p->yt, y0, y1, wanted(p, &y));
    tall = project(p, c.x, c.y, 0).y - project(p, c.x, c.y, p->s.field.height).y;
    tall = fmin(fmax(tall / (22 * p->unit), 2), 6);
    if (p->s.scale.log)
        ticks_log(&p->zt, p->s.scale.lo, p->s.scale.hi, (int)tall);
    else
        ticks_linear(&p->zt, p->s.scale.lo, p->s.scale.hi, (int)tall);
    rx = tick_labels(p, &x, &p->xt, x0, x1);
    ry = tick_labels(p, &y, &p->yt, y0, y1);
    if (p->s.scale.n_finite)
        loss_labels(p);
    for (int k = 0; k < 2; k++) {
        const char *name = !plane ? "" : k ? plane->y_label : plane->x_label;
        const struct notation *n = k ? &p->yt.notation : &p->xt.notation;

        name = name[0] ? name : k ? "y" : "x";
        axis_text(text, sizeof text, name,
                  plane ? (k ? plane->y_variance : plane->x_variance) : NAN, n);
        axis_text(brief, sizeof brief, name, NAN, n);
        axis_title(p, k ? &y : &x, k ? ry : rx, text, brief);
    }
}

static void line(struct render *p, struct vec a, struct vec b)
{
    struct spot2 from = project(p, a.x, a.y, a.z), to = project(p, b.x, b.y, b.z);

    figure_line(&p->fig, from.x, from.y, to.x, to.y);
}

static void ticks_draw(struct render *p, const struct axis *a, const struct ticks *t, double lo,
                       double hi)
{
    double u = p->unit;

    for (size_t i = 0; i < t->n + t->n_minor; i++) {
        double v = i < t->n ? t->at[i] : t->minor[i - t->n], size = (i < t->n ? TICK : 2.5) * u;
        double along = (v / 2 - lo / 2) / (hi / 2 - lo / 2);
        struct spot2 from = at(p, a, along), d = outward(p, a, along);

        figure_line(&p->fig, from.x, from.y, from.x + d.x * size, from.y + d.y * size);
    }
}

/* The two walls at the back: their frame, and a faint line at every tick. */
static void cage(struct render *p)
{
    int front = nearest(p), back = 3 - front;
    float top = p->s.field.height, floor = p->s.floor_z;
    struct rgb soft = rgb_unpack(p->s.style.ink_soft);
    struct vec b = corner(p, back, 0), f = corner(p, front, 0);

    figure_colour(&p->fig, soft, 0.20);
    cairo_set_line_width(p->fig.cr, 0.5 * p->unit);
    for (size_t i = 0; i < p->xt.n; i++) {
        float x = field_room_x(&p->s.field, p->xt.at[i]);

        line(p, (struct vec){x, b.y, floor}, (struct vec){x, b.y, top});
    }
    for (size_t i = 0; i < p->yt.n; i++) {
        float y = field_room_y(&p->s.field, p->yt.at[i]);

        line(p, (struct vec){b.x, y, floor}, (struct vec){b.x, y, top});
    }
    for (size_t i = 0; i < p->zt.n && p->s.scale.n_finite; i++) {
        float z = loss_z(p, p->zt.at[i]);

        line(p, (struct vec){b.x, b.y, z}, (struct vec){f.x, b.y, z});
        line(p, (struct vec){b.x, b.y, z}, (struct vec){b.x, f.y, z});
    }
    figure_colour(&p->fig, soft, 0.5);
    cairo_set_line_width(p->fig.cr, 0.6 * p->unit);
    for (int k = 0; k < 4; k++)
        if (k != front)
            line(p, corner(p, k, floor), corner(p, k, top));
    line(p, corner(p, back, top), corner(p, back ^ 1, top));
    line(p, corner(p, back, top), corner(p, back ^ 2, top));
    line(p, corner(p, back, floor), corner(p, back ^ 1, floor));
    line(p, corner(p, back, floor), corner(p, back ^ 2, floor));
}

/* The path as it lies on the floor. */
static void floor_path(struct render *p)
{
    const struct tubes *t = &p->s.tube;
    cairo_t *cr = p->fig.cr;

    cairo_set_line_width(cr, 1.1 * p->unit);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    for (size_t track = 0; track < TRACKS_MAX; track++) {
        size_t last = SIZE_MAX;

        cairo_new_path(cr);
        for (size_t k = 0; k < t->n_segments; k++) {
            size_t i = t->segment[k];
            struct spot2 q;

            if (t->look[i].track != track || t->look[i].kind == BEAD_STALK)
                continue;
            q = project(p, t->look[i].x, t->look[i].y, p->s.floor_z);
            if (last != i)
                cairo_move_to(cr, q.x, q.y);
            q = project(p, t->look[i + 1].x, t->look[i + 1].y, p->s.floor_z);
            cairo_line_to(cr, q.x, q.y);
            last = i + 1;
        }
        figure_colour(&p->fig, linear_rgb(p->s.path_colour[track]), 0.8);
        cairo_stroke(cr);
    }
}

void axes_behind(struct render *p)
{
    const struct tw_grid *g = p->r->grid;
    struct axis x = x_axis(p), y = y_axis(p);
    struct vec c = corner(p, leftmost(p), 0);
    double u = p->unit;

    cage(p);
    if (p->floor)
        floor_path(p);
    figure_colour(&p->fig, rgb_unpack(p->s.style.ink), 1);
    cairo_set_line_width(p->fig.cr, 0.8 * u);
    line(p, x.a, x.b);
    line(p, y.a, y.b);
    ticks_draw(p, &x, &p->xt, g->x[0], g->x[g->nx - 1]);
    ticks_draw(p, &y, &p->yt, g->y[0], g->y[g->ny - 1]);
    if (!p->s.scale.n_finite)
        return;
    line(p, c, (struct vec){c.x, c.y, loss_z(p, p->s.scale.hi)});
    for (size_t i = 0; i < p->zt.n + p->zt.n_minor; i++) {
        double v = i < p->zt.n ? p->zt.at[i] : p->zt.minor[i - p->zt.n];
        struct spot2 q = project(p, c.x, c.y, loss_z(p, v));

        figure_line(&p->fig, q.x, q.y, q.x - (i < p->zt.n ? TICK : 2.5) * u, q.y);
    }
}
