/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet-words.c -- the colour bar and the legend that several surfaces share; see sheet.h. */
#ifdef THALWEG_EMBREE
#include "sink-png/sheet.h"
#include "util/critical.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define LEVELS_WANT 20
#define LEGEND_SIZE 8.8

/* ---- colour bar --------------------------------------------------------------------------- */

static void bar_place(struct sheet *s)
{
    struct panels *p = &s->p;
    double u = p->fig.unit, all = (double)p->rows * p->h;
    struct box b = {(double)s->width - s->bar_room + 12 * u, 0, 8 * u, fmin(0.5 * all, 300 * u)};
    int want;

    if (s->words != WORDS_ALL || !s->scale.n_finite)
        return;
    b.y = p->top + p->head + (all - p->head - b.h) / 2;
    s->bar = b;
    want = (int)fmin(7, b.h / (26 * u));
    (s->scale.log ? ticks_log : ticks_linear)(&s->ticks, s->scale.lo, s->scale.hi,
                                              want < 2 ? 2 : want);
    if (s->scale.min < s->scale.max && s->o.levels != 0)
        levels_pick(&s->levels, s->scale.log, s->scale.lo, s->scale.hi,
                    s->o.levels < 0 ? LEVELS_WANT : s->o.levels);
}

static double bar_y(const struct sheet *s, double loss)
{
    return s->bar.y + s->bar.h * (1 - scale_t(&s->scale, loss));
}

/* An end that is clipped goes on in a point. */
static void bar_outline(struct sheet *s)
{
    const struct box *b = &s->bar;
    cairo_t *cr = s->p.fig.cr;
    double tip = 6 * s->p.fig.unit;

    cairo_new_path(cr);
    cairo_move_to(cr, b->x, b->y);
    if (s->scale.n_above)
        cairo_line_to(cr, b->x + b->w / 2, b->y - tip);
    cairo_line_to(cr, b->x + b->w, b->y);
    cairo_line_to(cr, b->x + b->w, b->y + b->h);
    if (s->scale.n_below)
        cairo_line_to(cr, b->x + b->w / 2, b->y + b->h + tip);
    cairo_line_to(cr, b->x, b->y + b->h);
    cairo_close_path(cr);
}

static void bar_colours(struct sheet *s)
{
    const struct box *b = &s->bar;
    cairo_t *cr = s->p.fig.cr;
    double u = s->p.fig.unit;
    cairo_pattern_t *colours = cairo_pattern_create_linear(0, b->y + b->h, 0, b->y);

    for (int i = 0; i <= 64; i++) {
        struct rgb c = ramp_rgb(&s->ramp, i / 64.0);

        cairo_pattern_add_color_stop_rgb(colours, i / 64.0, c.r, c.g, c.b);
    }
    bar_outline(s);
    cairo_set_source(cr, colours);
    cairo_fill_preserve(cr);
    cairo_pattern_destroy(colours);
    figure_colour(&s->p.fig, s->p.ink, 0.55);
    cairo_set_line_width(cr, 0.5 * u);
    cairo_stroke(cr);
    for (size_t i = 0; i < s->levels.n; i++) {
        double y = bar_y(s, s->levels.at[i]), t = scale_t(&s->scale, s->levels.at[i]);
        bool dark = rgb_lightness(ramp_rgb(&s->ramp, t)) < 25;

        figure_colour(&s->p.fig, dark ? (struct rgb){1, 1, 1} : (struct rgb){0, 0, 0},
                      s->levels.major[i] ? 0.75 : 0.33);
        cairo_set_line_width(cr, (s->levels.major[i] ? 0.8 : 0.5) * u);
        figure_line(&s->p.fig, b->x, y, b->x + b->w, y);
    }
}

static void bar_draw(struct sheet *s)
{
    struct text_style number = {9, PANGO_WEIGHT_NORMAL, s->p.ink, true};
    struct text_style name = {9.6, PANGO_WEIGHT_MEDIUM, s->p.ink, false};
    const struct box *b = &s->bar;
    double u = s->p.fig.unit, right = b->x + b->w, w, x;
    char text[2 * NUMBER_MAX + 24], suffix[2 * NUMBER_MAX];

    if (b->w <= 0)
        return;
    bar_colours(s);
    figure_colour(&s->p.fig, s->p.ink, 1);
    cairo_set_line_width(s->p.fig.cr, 0.6 * u);
    for (size_t i = 0; i < s->ticks.n; i++) {
        double y = bar_y(s, s->ticks.at[i]);

        figure_line(&s->p.fig, right, y, right + 3 * u, y);
        figure_text(&s->p.fig, &number, NULL, s->ticks.label[i], right + 6 * u, y, 0, 0.5, 0);
        figure_colour(&s->p.fig, s->p.ink, 1);
    }
    notation_suffix(&s->ticks.notation, suffix, sizeof suffix);
    snprintf(text, sizeof text, "loss%s", suffix);
    figure_measure(&s->p.fig, &name, NULL, text, &w, NULL);
    x = fmin(b->x, (double)s->width - 8 * u - w);
    figure_text(&s->p.fig, &name, NULL, text, x, b->y - (s->scale.n_above ? 6 * u : 0) - 5 * u, 0,
                1, 0);
}

/* ---- legend --------------------------------------------------------------------------------- */

#define ITEMS_MAX 12

enum mark { MARK_NONE, MARK_LINE, MARK_DISC };

struct item {
    enum mark mark;
    double r; /* of a disc, points */
    struct rgb colour;
    char text[3 * NUMBER_MAX + 40];
    double x; /* where it begins */
    size_t row;
};

struct legend {
    struct item item[ITEMS_MAX];
    size_t n, rows;
};

TW_PRINTF(5, 6)
static void item(struct legend *l, enum mark mark, double r, struct rgb colour, const char *fmt,
                 ...)
{
    struct item *to = &l->item[l->n];
    va_list args;

    if (l->n == ITEMS_MAX)
        return;
    *to = (struct item){.mark = mark, .r = r, .colour = colour};
    va_start(args, fmt);
    vsnprintf(to->text, sizeof to->text, fmt, args);
    va_end(args);
    l->n++;
}

/* Does one see more of the path than a dot? */
static bool is_path(const struct tw_result *r, const struct tw_track *t)
{
    const struct tw_grid *g = r->grid;
    double dx = 0, dy = 0;

    for (size_t i = 1; i < t->n; i++) {
        dx = fmax(dx, fabs(t->x[i] - t->x[0]));
        dy = fmax(dy, fabs(t->y[i] - t->y[0]));
    }
    return dx > 0.06 * (g->x[g->nx - 1] - g->x[0]) || dy > 0.06 * (g->y[g->ny - 1] - g->y[0]);
}

static void path_items(const struct sheet *s, struct legend *l)
{
    const struct comparison *c = s->p.of;
    struct rgb colour = rgb_unpack(s->style->path);
    bool any = false, paths = false, off = false;

    for (size_t k = 0; k < c->n; k++)
        for (size_t i = 0; i < c->result[k]->n_tracks; i++) {
            const struct tw_track *t = c->result[k]->tracks[i];

            any = any || t->n > 0;
            paths = paths || is_path(c->result[k], t);
            for (size_t j = 0; j < t->n; j++)
                off = off || t->residual[j] > 0;
        }
    if (paths) {
        item(l, MARK_LINE, 0, colour, "trajectory");
        item(l, MARK_DISC, 3.1, rgb_unpack(s->style->start), "start");
    }
    if (any)
        item(l, MARK_DISC, 3.5, colour, "trained model");
    if (paths && off)
        item(l, MARK_NONE, 0, colour, "paler: farther off the plane");
}

static void note_items(const struct sheet *s, struct legend *l)
{
    const struct scale *k = &s->scale;
    char a[NUMBER_MAX], b[NUMBER_MAX];

    number_write(k->hi, 3, a, sizeof a);
    number_write(k->max, 3, b, sizeof b);
    if (k->n_above)
        item(l, MARK_NONE, 0, s->p.ink, "clipped at %s (highest %s)", a, b);
    number_write(k->lo, 3, a, sizeof a);
    number_write(k->min, 3, b, sizeof b);
    if (k->n_below)
        item(l, MARK_NONE, 0, s->p.ink, "clipped below %s (lowest %s)", a, b);
    if (k->n_finite < k->n)
        item(l, MARK_NONE, 0, s->p.ink, "holes: no finite loss (%zu of %zu)", k->n - k->n_finite,
             k->n);
}

static struct text_style legend_style(const struct sheet *s)
{
    return (struct text_style){LEGEND_SIZE, PANGO_WEIGHT_NORMAL, s->p.ink, false};
}

static double mark_width(const struct item *e)
{
    return e->mark == MARK_LINE ? 26 : e->mark == MARK_DISC ? 12 : 0;
}

/* One after the other, on as many rows as that takes. */
static void legend_place(struct sheet *s, struct legend *l)
{
    struct text_style style = legend_style(s);
    double u = s->p.fig.unit, left = s->p.margin, x = left, right = (double)s->width - left;

    for (size_t i = 0; i < l->n; i++) {
        double w;

        figure_measure(&s->p.fig, &style, NULL, l->item[i].text, &w, NULL);
        w += mark_width(&l->item[i]) * u;
        if (x > left && x + w > right) {
            x = left;
            l->rows++;
        }
        l->item[i].x = x;
        l->item[i].row = l->rows;
        x += w + 14 * u;
    }
    l->rows += l->n > 0;
}

static void item_draw(struct sheet *s, const struct item *e, double y)
{
    struct text_style style = legend_style(s);
    cairo_t *cr = s->p.fig.cr;
    double u = s->p.fig.unit;

    if (e->mark == MARK_LINE) {
        figure_colour(&s->p.fig, e->colour, 1);
        cairo_set_line_width(cr, 2 * u);
        figure_line(&s->p.fig, e->x, y, e->x + 20 * u, y);
    } else if (e->mark == MARK_DISC) {
        cairo_new_path(cr);
        cairo_arc(cr, e->x + 4 * u, y, e->r * u, 0, 8 * atan(1));
        figure_colour(&s->p.fig, e->colour, 1);
        cairo_fill_preserve(cr);
        figure_colour(&s->p.fig, s->p.ink, 0.7);
        cairo_set_line_width(cr, 0.5 * u);
        cairo_stroke(cr);
    }
    figure_text(&s->p.fig, &style, NULL, e->text, e->x + mark_width(e) * u, y, 0, 0.5, 0);
}

static void legend(struct sheet *s)
{
    double u = s->p.fig.unit, bottom = (double)s->height - 0.75 * s->p.margin;
    struct legend l = {.n = 0};

    if (s->words != WORDS_ALL || s->p.h < 150 * u)
        return;
    path_items(s, &l);
    for (uint32_t kind = TW_MINIMUM; kind <= TW_DEGENERATE; kind++)
        if (s->pins[kind].n)
            item(&l, MARK_DISC, 2.7, s->pins[kind].colour, "%s", critical_name(kind, 1));
    note_items(s, &l);
    legend_place(s, &l);
    for (size_t i = 0; i < l.n; i++)
        item_draw(s, &l.item[i], bottom - 12 * u * (double)(l.rows - 1 - l.item[i].row));
}

void sheet_words(struct sheet *s)
{
    bar_place(s);
    bar_draw(s);
    legend(s);
}

#endif
