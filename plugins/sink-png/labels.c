/* SPDX-License-Identifier: GPL-3.0-or-later */
/* labels.c -- numbers on iso-lines, as on a hiking map.
 *
 * A number stands where its line is nearly straight, reads from the left, and keeps
 * clear of other numbers, of the path and of the frame.  Lines too short or too
 * bent have none.  Coordinates are pixels of the map.
 */
#include "sink-png/labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define APART      170.0 /* points along a line from one number to the next */
#define LIKE_APART 55.0  /* points between two numbers that are the same */

const struct text_style label_style = {6.8, PANGO_WEIGHT_MEDIUM, {0, 0, 0}, false};

/* A polyline with its arc length taken up step by step. */
struct walk {
    const double *xy;
    size_t n, segments;
    double length;
};

static double segment(const struct walk *w, size_t i)
{
    size_t j = (i + 1) % w->n;

    return hypot(w->xy[2 * j] - w->xy[2 * i], w->xy[2 * j + 1] - w->xy[2 * i + 1]);
}

/* A place on the walk: after `i` segments and `s` pixels of the next. */
struct place {
    size_t i;
    double s;
};

static struct place advance(const struct walk *w, struct place p, double by)
{
    p.s += by;
    for (size_t guard = 0; guard < w->segments; guard++) {
        double l = segment(w, p.i);

        if (p.s <= l || (w->segments < w->n && p.i + 1 == w->segments))
            break;
        p.s -= l;
        p.i = (p.i + 1) % w->segments;
    }
    return p;
}

static void point(const struct walk *w, struct place p, double *x, double *y)
{
    size_t j = (p.i + 1) % w->n;
    double l = segment(w, p.i), t = l > 0 ? fmin(p.s / l, 1) : 0;

    *x = w->xy[2 * p.i] + t * (w->xy[2 * j] - w->xy[2 * p.i]);
    *y = w->xy[2 * p.i + 1] + t * (w->xy[2 * j + 1] - w->xy[2 * p.i + 1]);
}

/* Do two turned rectangles overlap?  By the axes of each: if one separates
 * them, they do not. */
static bool overlap(const struct iso_label *a, const struct iso_label *b, double gap)
{
    double dx = b->x - a->x, dy = b->y - a->y;
    double aw = a->w / 2 + gap, ah = a->h / 2 + gap, bw = b->w / 2, bh = b->h / 2;
    double turn = b->angle - a->angle, co = fabs(cos(turn)), si = fabs(sin(turn));
    double ca = cos(a->angle), sa = sin(a->angle), cb = cos(b->angle), sb = sin(b->angle);

    return fabs(dx * ca + dy * sa) <= aw + bw * co + bh * si &&
           fabs(dy * ca - dx * sa) <= ah + bw * si + bh * co &&
           fabs(dx * cb + dy * sb) <= bw + aw * co + ah * si &&
           fabs(dy * cb - dx * sb) <= bh + aw * si + ah * co;
}

/* Does the segment a-b touch the label's rectangle, grown by `gap`? */
static bool crosses(const struct iso_label *l, double ax, double ay, double bx, double by,
                    double gap)
{
    double c = cos(l->angle), s = sin(l->angle);
    double p[2] = {(ax - l->x) * c + (ay - l->y) * s, (ay - l->y) * c - (ax - l->x) * s};
    double d[2] = {(bx - ax) * c + (by - ay) * s, (by - ay) * c - (bx - ax) * s};
    double half[2] = {l->w / 2 + gap, l->h / 2 + gap}, t0 = 0, t1 = 1;

    for (int k = 0; k < 2; k++) {
        double u, v;

        if (d[k] == 0) {
            if (fabs(p[k]) > half[k])
                return false;
            continue;
        }
        u = (-half[k] - p[k]) / d[k];
        v = (half[k] - p[k]) / d[k];
        t0 = fmax(t0, fmin(u, v));
        t1 = fmin(t1, fmax(u, v));
    }
    return t0 <= t1;
}

static bool on_path(const struct chart *c, const struct run *r, const struct iso_label *l)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct spot *a = &r->spot[i], *b = i ? a - 1 : a;

        if (a->finite && b->finite &&
            crosses(l, a->x - c->map.x, a->y - c->map.y, b->x - c->map.x, b->y - c->map.y,
                    4 * c->fig.unit))
            return true;
    }
    return false;
}

/* Is the lowest or a critical point there, or a point with a name, or the name? */
static bool on_point(const struct chart *c, const struct iso_label *l)
{
    const struct tw_critical *k = c->critical;
    const struct tw_plane *p = c->result->plane;
    const struct tw_grid *g = c->grid;
    size_t low = c->scale.lowest;
    double u = c->fig.unit;

    if (low < c->scale.n) {
        double x = chart_x(c, g->x[low % g->nx]) - c->map.x;
        double y = chart_y(c, g->y[low / g->nx]) - c->map.y;

        if (crosses(l, x, y, x, y, 6 * u))
            return true;
    }
    for (size_t i = 0; k && i < k->n; i++) {
        double x = chart_x(c, k->x[i]) - c->map.x, y = chart_y(c, k->y[i]) - c->map.y;

        if (crosses(l, x, y, x, y, 5 * u))
            return true;
    }
    for (size_t i = 0; i < c->n_marks; i++) {
        double x = chart_x(c, p->mark[i].x) - c->map.x, y = chart_y(c, p->mark[i].y) - c->map.y;
        const struct box *b = &c->mark[i].box;
        struct iso_label name = {
            .x = b->x + b->w / 2 - c->map.x, .y = b->y + b->h / 2 - c->map.y, .w = b->w, .h = b->h};

        if (b->w > 0 && (overlap(l, &name, 2 * u) || crosses(l, x, y, x, y, 5 * u)))
            return true;
    }
    return false;
}

static bool is_free(const struct chart *c, const struct iso_label *l)
{
    double u = c->fig.unit, half = hypot(l->w, l->h) / 2 + 2 * u;

    if (l->x < half || l->y < half || l->x > c->map.w - half || l->y > c->map.h - half)
        return false;
    for (size_t i = 0; i < c->n_labels; i++)
        if (overlap(l, &c->label[i],
                    strcmp(l->text, c->label[i].text) == 0 ? LIKE_APART * u : 5 * u))
            return false;
    for (size_t k = 0; k < c->n_runs; k++)
        if (on_path(c, &c->run[k], l))
            return false;
    return !on_point(c, l);
}

/* The label centred `half` after `p`; its badness, or infinity. */
static double try_label(const struct chart *c, const struct walk *w, struct place p,
                        struct iso_label *l)
{
    double reach = l->w / 2 + 2 * c->fig.unit, x0, y0, x1, y1, bend = 0, chord;
    struct place end = advance(w, p, 2 * reach);

    point(w, p, &x0, &y0);
    point(w, end, &x1, &y1);
    point(w, advance(w, p, reach), &l->x, &l->y);
    chord = hypot(x1 - x0, y1 - y0);
    if (chord < 1.85 * reach)
        return INFINITY;
    for (int k = 1; k < 8; k++) {
        double x, y;

        point(w, advance(w, p, 2 * reach * k / 8), &x, &y);
        bend = fmax(bend, fabs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / chord);
    }
    if (bend > 0.3 * l->h)
        return INFINITY;
    l->angle = x1 >= x0 ? atan2(y1 - y0, x1 - x0) : atan2(y0 - y1, x0 - x1);
    /* Straight first, then level: a number on its side is tiring to read. */
    return is_free(c, l) ? 3 * bend / l->h + 0.8 * fabs(l->angle) : INFINITY;
}

/* The best place among those between `from` and `to` pixels along the walk. */
static bool best_label(const struct chart *c, const struct walk *w, double from, double to,
                       struct iso_label *best)
{
    double step = fmax(best->w / 5, 2), least = INFINITY, s = from;
    struct place p = advance(w, (struct place){0, 0}, from);
    struct iso_label l = *best;

    for (; s <= to; s += step, p = advance(w, p, step)) {
        double bad = try_label(c, w, p, &l) + 0.2 * fabs(s - (from + to) / 2) / (to - from + 1);

        if (bad < least) {
            least = bad;
            *best = l;
        }
    }
    return isfinite(least);
}

void labels_place(struct chart *c, const double *xy, size_t n, bool closed, const char *text,
                  double text_w, double text_h, struct rgb colour)
{
    struct walk w = {.xy = xy, .n = n, .segments = closed ? n : n - 1};
    struct iso_label l = {.w = text_w, .h = text_h, .colour = colour};
    double need = text_w * (closed ? 4.2 : 2.2), part;
    size_t parts;

    if (n < 3)
        return;
    for (size_t i = 0; i < w.segments; i++)
        w.length += segment(&w, i);
    if (!(w.length > need))
        return;
    snprintf(l.text, sizeof l.text, "%s", text);
    parts = (size_t)(w.length / (APART * c->fig.unit)) + 1;
    part = w.length / (double)parts;
    for (size_t k = 0; k < parts && c->n_labels < ISO_LABELS_MAX; k++) {
        double to = (double)(k + 1) * part;

        if (!closed)
            to = fmin(to, w.length - text_w - 5 * c->fig.unit);
        if (best_label(c, &w, (double)k * part, to, &l))
            c->label[c->n_labels++] = l;
    }
}

void labels_draw(struct chart *c)
{
    for (size_t i = 0; i < c->n_labels; i++) {
        const struct iso_label *l = &c->label[i];
        struct text_style s = label_style;

        s.colour = l->colour;
        figure_text(&c->fig, &s, NULL, l->text, c->map.x + l->x, c->map.y + l->y, 0.5, 0.5,
                    l->angle);
    }
}

void labels_path(const struct chart *c, cairo_t *cr)
{
    for (size_t i = 0; i < c->n_labels; i++) {
        const struct iso_label *l = &c->label[i];
        double w = l->w + 3.2 * c->fig.unit, h = l->h * 0.78;

        cairo_save(cr);
        cairo_translate(cr, l->x, l->y);
        cairo_rotate(cr, l->angle);
        cairo_move_to(cr, -w / 2, -h / 2);
        cairo_line_to(cr, -w / 2, h / 2);
        cairo_line_to(cr, w / 2, h / 2);
        cairo_line_to(cr, w / 2, -h / 2);
        cairo_close_path(cr);
        cairo_restore(cr);
    }
}
