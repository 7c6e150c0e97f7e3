/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet-words.c -- the colour bar and the legend that several surfaces share; see sheet.h. */
#ifdef THALWEG_EMBREE
#include "sink-png/sheet.h"

#include <math.h>
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

struct pen {
    struct sheet *s;
    double x, y;
};

static void words(struct pen *at, const char *text)
{
    struct text_style style = {LEGEND_SIZE, PANGO_WEIGHT_NORMAL, at->s->p.ink, false};
    double w;

    figure_text(&at->s->p.fig, &style, NULL, text, at->x, at->y, 0, 0.5, 0);
    figure_measure(&at->s->p.fig, &style, NULL, text, &w, NULL);
    at->x += w + 14 * at->s->p.fig.unit;
}

static void disc(struct sheet *s, double x, double y, double r, struct rgb c)
{
    cairo_new_path(s->p.fig.cr);
    cairo_arc(s->p.fig.cr, x, y, r, 0, 8 * atan(1));
    figure_colour(&s->p.fig, c, 1);
    cairo_fill_preserve(s->p.fig.cr);
    figure_colour(&s->p.fig, s->p.ink, 0.7);
    cairo_set_line_width(s->p.fig.cr, 0.5 * s->p.fig.unit);
    cairo_stroke(s->p.fig.cr);
}

static void path_symbols(struct pen *at, bool paths, bool off)
{
    struct sheet *s = at->s;
    struct rgb c = rgb_unpack(s->style->path);
    double u = s->p.fig.unit;

    if (paths) {
        figure_colour(&s->p.fig, c, 1);
        cairo_set_line_width(s->p.fig.cr, 2 * u);
        figure_line(&s->p.fig, at->x, at->y, at->x + 20 * u, at->y);
        at->x += 26 * u;
        words(at, "trajectory");
        disc(s, at->x + 4 * u, at->y, 3.1 * u, rgb_unpack(s->style->start));
        at->x += 12 * u;
        words(at, "start");
    }
    disc(s, at->x + 4 * u, at->y, 3.5 * u, c);
    at->x += 12 * u;
    words(at, "trained model");
    if (off)
        words(at, "paler: farther off the plane");
}

static void clip_note(struct pen *at)
{
    const struct scale *k = &at->s->scale;
    char a[NUMBER_MAX], b[NUMBER_MAX], text[3 * NUMBER_MAX + 40];

    number_write(k->hi, 3, a, sizeof a);
    number_write(k->max, 3, b, sizeof b);
    snprintf(text, sizeof text, "clipped at %s (highest %s)", a, b);
    if (k->n_above)
        words(at, text);
    number_write(k->lo, 3, a, sizeof a);
    number_write(k->min, 3, b, sizeof b);
    snprintf(text, sizeof text, "clipped below %s (lowest %s)", a, b);
    if (k->n_below)
        words(at, text);
    snprintf(text, sizeof text, "holes: no finite loss (%zu of %zu)", k->n - k->n_finite, k->n);
    if (k->n_finite < k->n)
        words(at, text);
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

static void legend(struct sheet *s)
{
    const struct comparison *c = s->p.of;
    double u = s->p.fig.unit;
    struct pen at = {s, s->p.margin, (double)s->height - 0.75 * s->p.margin};
    bool any = false, paths = false, off = false;

    if (s->words != WORDS_ALL || s->p.h < 150 * u)
        return;
    for (size_t k = 0; k < c->n; k++)
        for (size_t i = 0; i < c->result[k]->n_tracks; i++) {
            const struct tw_track *t = c->result[k]->tracks[i];

            any = any || t->n > 0;
            paths = paths || is_path(c->result[k], t);
            for (size_t j = 0; j < t->n; j++)
                off = off || t->residual[j] > 0;
        }
    if (any)
        path_symbols(&at, paths, paths && off);
    clip_note(&at);
}

void sheet_words(struct sheet *s)
{
    bar_place(s);
    bar_draw(s);
    legend(s);
}

#endif
