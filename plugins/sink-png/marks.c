/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marks.c -- critical points, and the points of the plane that have names.
 *
 * On a map a name stands beside its point, where it hides least; on a line above the frame,
 * where it hides nothing, with a thin line down to the curve.
 */
#include "sink-png/marks.h"

#include "sink-png/symbols.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MARK_ROW 11.0 /* points */

static const struct text_style name_style = {8, PANGO_WEIGHT_MEDIUM, {0.13, 0.15, 0.19}, false};

static size_t marks(const struct chart *c, const struct tw_mark **mark)
{
    const struct tw_plane *p = c->result->plane;

    *mark = p ? p->mark : NULL;
    return !p ? 0 : p->n_marks < 4 ? p->n_marks : 4;
}

static bool in_range(const struct chart *c, const struct tw_mark *m)
{
    return isfinite(m->x) && isfinite(m->y) && chart_inside(c, m->x, m->y);
}

static bool touch(const struct box *a, const struct box *b, double gap)
{
    return a->x < b->x + b->w + gap && b->x < a->x + a->w + gap && a->y < b->y + b->h + gap &&
           b->y < a->y + a->h + gap;
}

/* ---- on a line ------------------------------------------------------------------------ */

/* Names over a frame from `x` on, `w` wide, each in the lowest row where it has room; how
 * many rows that takes. */
static size_t rows_above(struct chart *c, double x, double w)
{
    const struct tw_grid *g = c->grid;
    const struct tw_mark *m;
    size_t n = marks(c, &m), rows = 0;
    double u = c->fig.unit, span = g->x[g->nx - 1] - g->x[0];

    for (size_t i = 0; i < n; i++) {
        struct mark_label *l = &c->mark[i];
        size_t row = 0;

        snprintf(l->text, sizeof l->text, "%.48s", m[i].name);
        l->box = (struct box){0, 0, 0, MARK_ROW * u};
        if (!in_range(c, &m[i]))
            continue;
        figure_measure(&c->fig, &name_style, NULL, l->text, &l->box.w, NULL);
        l->box.w = fmin(l->box.w, w);
        l->box.x = x + (m[i].x - g->x[0]) / span * w - l->box.w / 2;
        l->box.x = fmax(x, fmin(l->box.x, x + w - l->box.w));
        for (size_t k = 0; k < i; k++) { /* rows only grow: at most n rounds */
            l->box.y = -(double)(row + 1) * MARK_ROW * u;
            if (c->mark[k].box.w > 0 && touch(&l->box, &c->mark[k].box, 0) &&
                fabs(l->box.y - c->mark[k].box.y) < 1) {
                row++;
                k = SIZE_MAX; /* again from the first */
            }
        }
        l->box.y = -(double)(row + 1) * MARK_ROW * u;
        rows = row + 1 > rows ? row + 1 : rows;
    }
    c->n_marks = n;
    return rows;
}

double marks_height(struct chart *c)
{
    /* The frame will be wider than this: names stand apart at least as much. */
    return (double)rows_above(c, 0, 0.7 * (double)c->cfg->width) * MARK_ROW * c->fig.unit;
}

/* The loss at `x`, between grid points. */
static double loss_at(const struct chart *c, double x)
{
    const struct tw_grid *g = c->grid;
    size_t i = 1;
    double w;

    while (i < g->nx - 1 && g->x[i] < x)
        i++;
    w = (x - g->x[i - 1]) / (g->x[i] - g->x[i - 1]);
    if (!(w > 0))
        return c->shown[i - 1];
    return w < 1 ? (1 - w) * c->shown[i - 1] + w * c->shown[i] : c->shown[i];
}

/* Where the mark's point is; false if it is not on the picture. */
static bool place(const struct chart *c, const struct tw_mark *m, double *x, double *y)
{
    if (!in_range(c, m))
        return false;
    *x = chart_x(c, m->x);
    *y = chart_y(c, c->line ? loss_at(c, m->x) : m->y);
    return isfinite(*y) && *y >= c->map.y - 0.5 && *y <= c->map.y + c->map.h + 0.5;
}

static void name_on_line(struct chart *c, const struct tw_mark *m, const struct mark_label *l)
{
    double u = c->fig.unit, x = chart_x(c, m->x), y, dash[2] = {1.5 * u, 2 * u};

    if (!place(c, m, &x, &y))
        y = c->map.y + c->map.h;
    figure_text(&c->fig, &name_style, &(struct text_box){l->box.w + 1, 1}, l->text, l->box.x,
                l->box.y + l->box.h / 2, 0, 0.5, 0);
    cairo_set_dash(c->fig.cr, dash, 2, 0);
    figure_colour(&c->fig, ink_soft, 1);
    cairo_set_line_width(c->fig.cr, 0.6 * u);
    figure_line(&c->fig, x, c->map.y, x, y);
    cairo_set_dash(c->fig.cr, NULL, 0, 0);
}

/* ---- on a map ------------------------------------------------------------------------- */

/* How much the box hides: other names count most, then points, then the path. */
static double hides(const struct chart *c, const struct box *b, size_t n)
{
    const struct tw_mark *m;
    size_t n_marks = marks(c, &m);
    double bad = 0, u = c->fig.unit;

    if (b->x < c->map.x + 2 * u || b->y < c->map.y + 2 * u ||
        b->x + b->w > c->map.x + c->map.w - 2 * u || b->y + b->h > c->map.y + c->map.h - 2 * u)
        bad += 1000;
    for (size_t i = 0; i < n; i++)
        bad += c->mark[i].box.w > 0 && touch(b, &c->mark[i].box, 2 * u) ? 200 : 0;
    for (size_t i = 0; i < n_marks; i++) {
        struct box point = {chart_x(c, m[i].x) - 4 * u, chart_y(c, m[i].y) - 4 * u, 8 * u, 8 * u};

        bad += in_range(c, &m[i]) && touch(b, &point, 0) ? 50 : 0;
    }
    for (size_t k = 0; k < c->n_runs; k++) {
        const struct tw_track *t = c->run[k].track;

        for (size_t i = 0; i < t->n; i++) {
            struct box point = {chart_x(c, t->x[i]) - u, chart_y(c, t->y[i]) - u, 2 * u, 2 * u};

            bad += isfinite(point.x + point.y) && touch(b, &point, 0) ? 1 : 0;
        }
    }
    return bad;
}

static void find_room(struct chart *c, const struct tw_mark *m, size_t i)
{
    /* Right, left, above, below, then the corners. */
    static const int side[8][2] = {{1, 0},  {-1, 0}, {0, -1}, {0, 1},
                                   {1, -1}, {-1, 1}, {1, 1},  {-1, -1}};
    struct mark_label *l = &c->mark[i];
    double u = c->fig.unit, x = chart_x(c, m->x), y = chart_y(c, m->y), least = INFINITY, w, h;
    struct box best = {0, 0, 0, 0};

    snprintf(l->text, sizeof l->text, "%.48s", m->name);
    l->box = best;
    if (!in_range(c, m) || !l->text[0])
        return;
    figure_measure(&c->fig, &name_style, NULL, l->text, &w, &h);
    w = fmin(w + 5 * u, 0.6 * c->map.w);
    h += 1 * u;
    for (int k = 0; k < 8; k++) {
        double dx = side[k][0] * (w / 2 + (side[k][1] ? 3 : 6) * u);
        double dy = side[k][1] * (h / 2 + (side[k][0] ? 3 : 6) * u);
        struct box b = {x + dx - w / 2, y + dy - h / 2, w, h};
        double bad = hides(c, &b, i) + 0.1 * k;

        if (bad < least) {
            least = bad;
            best = b;
        }
    }
    /* A long name at the border. */
    best.x = fmax(c->map.x + 2 * u, fmin(best.x, c->map.x + c->map.w - w - 2 * u));
    best.y = fmax(c->map.y + 2 * u, fmin(best.y, c->map.y + c->map.h - h - 2 * u));
    l->box = best;
}

static void name_on_map(struct chart *c, const struct mark_label *l)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, r = 2 * u, q = 2 * atan(1);
    const struct box *b = &l->box;

    cairo_new_path(cr);
    cairo_arc(cr, b->x + b->w - r, b->y + r, r, -q, 0);
    cairo_arc(cr, b->x + b->w - r, b->y + b->h - r, r, 0, q);
    cairo_arc(cr, b->x + r, b->y + b->h - r, r, q, 2 * q);
    cairo_arc(cr, b->x + r, b->y + r, r, 2 * q, 3 * q);
    cairo_close_path(cr);
    figure_colour(&c->fig, paper, 0.86);
    cairo_fill(cr);
    figure_text(&c->fig, &name_style, &(struct text_box){b->w - 5 * u + 1, 1}, l->text,
                b->x + 2.5 * u, b->y + b->h / 2, 0, 0.5, 0);
}

/* ---- both ----------------------------------------------------------------------------- */

void marks_place(struct chart *c)
{
    const struct tw_mark *m;
    size_t n = marks(c, &m);

    if (c->line) {
        rows_above(c, c->map.x, c->map.w);
        for (size_t i = 0; i < n; i++)
            c->mark[i].box.y += c->map.y - 3 * c->fig.unit;
        return;
    }
    for (size_t i = 0; i < n; i++)
        find_room(c, &m[i], i);
    c->n_marks = n;
}

static bool near(const struct chart *c, const struct spot *s, double x, double y)
{
    return s->inside && hypot(s->x - x, s->y - y) < 2.5 * c->fig.unit;
}

/* Does a run end here, or start if `start`? */
static bool at_end(const struct chart *c, double x, double y, bool start)
{
    for (size_t k = 0; k < c->n_runs; k++)
        if (near(c, &c->run[k].spot[start ? 0 : c->run[k].n - 1], x, y))
            return true;
    return false;
}

void chart_critical(struct chart *c)
{
    const struct tw_critical *k = c->critical;
    const struct box *b = &c->map;

    for (size_t i = 0; k && i < k->n; i++) {
        struct legend_item l = {.symbol = symbol_of(k->kind[i])};
        double x = chart_x(c, k->x[i]), y = chart_y(c, c->line ? k->loss[i] : k->y[i]);
        double size;

        if (!(x >= b->x && x <= b->x + b->w && y >= b->y && y <= b->y + b->h))
            continue;
        size = at_end(c, x, y, false) ? 0.6 : 1; /* the star stays visible around it */
        cairo_save(c->fig.cr);
        cairo_translate(c->fig.cr, x, y);
        cairo_scale(c->fig.cr, size, size);
        symbol_draw(c, &l, 0, 0);
        cairo_restore(c->fig.cr);
    }
}

/* Where a run starts or ends, its own symbol marks the place. */
void chart_points(struct chart *c)
{
    struct legend_item point = {.symbol = SYM_MARK};
    const struct tw_mark *m;
    size_t n = marks(c, &m);
    double x, y;

    for (size_t i = 0; i < n; i++)
        if (place(c, &m[i], &x, &y) && !at_end(c, x, y, false) && !at_end(c, x, y, true))
            symbol_draw(c, &point, x, y);
}

void chart_names(struct chart *c)
{
    const struct tw_mark *m;
    size_t n = marks(c, &m);

    for (size_t i = 0; i < n; i++)
        if (c->line && in_range(c, &m[i]))
            name_on_line(c, &m[i], &c->mark[i]);
        else if (!c->line && c->mark[i].box.w > 0)
            name_on_map(c, &c->mark[i]);
}
