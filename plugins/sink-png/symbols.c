/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symbols.c -- every symbol that stands on the map, on a curve or in the legend.
 *
 * symbol_draw draws each about a point; bead_draw and path_stroke are what a trajectory
 * is made of. */
#include "sink-png/symbols.h"

#include <math.h>

static const struct rgb white = {1, 1, 1};

static double turn(void)
{
    return 8 * atan(1);
}

/* As solid as its checkpoint is near. */
void bead_draw(struct chart *c, double x, double y, double off, struct rgb colour)
{
    double r = 1.75 * c->fig.unit;

    cairo_new_path(c->fig.cr);
    cairo_arc(c->fig.cr, x, y, r + 0.75 * c->fig.unit, 0, turn());
    figure_colour(&c->fig, white, 1);
    cairo_fill(c->fig.cr);
    cairo_arc(c->fig.cr, x, y, r, 0, turn());
    figure_colour(&c->fig, rgb_mix(colour, white, off), 1);
    cairo_fill_preserve(c->fig.cr);
    figure_colour(&c->fig, colour, 1);
    cairo_set_line_width(c->fig.cr, 0.7 * c->fig.unit);
    cairo_stroke(c->fig.cr);
}

void path_stroke(struct chart *c, size_t i)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit;
    /* Where colours come again, dashes tell the runs apart. */
    const double dash[][2] = {{0, 0}, {5 * u, 3 * u}, {0, 2.6 * u}};
    size_t kind = i / PALETTE_RUNS % 3;

    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    figure_colour(&c->fig, white, 0.92);
    cairo_set_line_width(cr, 3.1 * u);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, palette_run(c->palette, i % PALETTE_RUNS), 1);
    cairo_set_line_width(cr, 1.3 * u);
    if (kind)
        cairo_set_dash(cr, dash[kind], 2, 0);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
}

void way_stroke(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit;

    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    figure_colour(&c->fig, paper, 0.75);
    cairo_set_line_width(cr, 2.1 * u);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, ink, 1);
    cairo_set_line_width(cr, 0.8 * u);
    cairo_stroke(cr);
}

void hole_fill(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, x0, y0, x1, y1;
    static const struct rgb ground = {0.93, 0.935, 0.945}, stripe = {0.70, 0.72, 0.76};

    cairo_save(cr);
    cairo_clip_preserve(cr);
    cairo_path_extents(cr, &x0, &y0, &x1, &y1);
    figure_colour(&c->fig, ground, 1);
    cairo_fill(cr);
    figure_colour(&c->fig, stripe, 1);
    cairo_set_line_width(cr, 0.6 * u);
    for (double x = floor(x0) - (y1 - y0); x < x1; x += 3.6 * u) {
        cairo_move_to(cr, x, y1);
        cairo_line_to(cr, x + (y1 - y0), y0);
    }
    cairo_stroke(cr);
    cairo_restore(cr);
}

static void star(cairo_t *cr, double x, double y, double r)
{
    for (int i = 0; i < 10; i++) {
        double a = turn() * (i / 10.0 - 0.25), q = i % 2 ? 0.46 * r : r;

        cairo_line_to(cr, x + q * cos(a), y + q * sin(a));
    }
    cairo_close_path(cr);
}

/* The current path filled with `inside`, a rim in `rim` and white around it. */
static void marker(struct chart *c, struct rgb inside, struct rgb rim)
{
    cairo_t *cr = c->fig.cr;

    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    figure_colour(&c->fig, white, 1);
    cairo_set_line_width(cr, 2.8 * c->fig.unit);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, inside, 1);
    cairo_fill_preserve(cr);
    figure_colour(&c->fig, rim, 1);
    cairo_set_line_width(cr, 1.1 * c->fig.unit);
    cairo_stroke(cr);
}

/* Four strokes around a point that stays visible: the end is often there, too. */
static void crosshair(struct chart *c, double x, double y)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit;

    for (int i = 0; i < 4; i++) {
        double dx = (i == 0) - (i == 1), dy = (i == 2) - (i == 3);

        cairo_move_to(cr, x + 2.2 * u * dx, y + 2.2 * u * dy);
        cairo_line_to(cr, x + 6.6 * u * dx, y + 6.6 * u * dy);
    }
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_SQUARE);
    figure_colour(&c->fig, white, 1);
    cairo_set_line_width(cr, 2.7 * u);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, ink, 1);
    cairo_set_line_width(cr, 1.1 * u);
    cairo_stroke(cr);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
}

static void triangle(cairo_t *cr, double x, double y, double r)
{
    cairo_move_to(cr, x, y - r);
    cairo_line_to(cr, x + 0.95 * r, y + 0.72 * r);
    cairo_line_to(cr, x - 0.95 * r, y + 0.72 * r);
    cairo_close_path(cr);
}

/* Minima point down, maxima up; a saddle is a cross: up one way, down the other. */
static void critical(struct chart *c, enum symbol s, double x, double y)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, r = 2.5 * u;

    if (s == SYM_MINIMUM || s == SYM_MAXIMUM) {
        triangle(cr, x, y, s == SYM_MINIMUM ? -3.4 * u : 3.4 * u);
        marker(c, s == SYM_MINIMUM ? white : ink, ink);
        return;
    }
    if (s == SYM_DEGENERATE) {
        cairo_rectangle(cr, x - r, y - 0.5 * r, 2 * r, r);
        marker(c, white, ink);
        return;
    }
    for (int i = 0; i < 2; i++) {
        cairo_move_to(cr, x - r, y - (i ? r : -r));
        cairo_line_to(cr, x + r, y + (i ? r : -r));
    }
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    figure_colour(&c->fig, white, 1);
    cairo_set_line_width(cr, 3.6 * u);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, ink, 1);
    cairo_set_line_width(cr, 1.5 * u);
    cairo_stroke(cr);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
}

/* A piece of a curve or of a band, for the legend. */
static void sample(struct chart *c, const struct legend_item *l, double x, double y)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, dash[2] = {4 * u, 2.2 * u};
    bool dashed = l->symbol == SYM_CURVE_TEST || l->symbol == SYM_TEST_LINE;

    if (l->symbol == SYM_SPAN || l->symbol == SYM_SPAN_INNER) {
        cairo_rectangle(cr, x - 7.5 * u, y - 3.2 * u, 15 * u, 6.4 * u);
        figure_colour(&c->fig, l->colour, l->symbol == SYM_SPAN ? 0.16 : 0.36);
        cairo_fill(cr);
        return;
    }
    cairo_move_to(cr, x - 8 * u, y);
    cairo_line_to(cr, x + 8 * u, y);
    if (dashed)
        cairo_set_dash(cr, dash, 2, 0);
    figure_colour(&c->fig, l->colour, 1);
    cairo_set_line_width(cr, (l->symbol == SYM_TEST_LINE ? 1.1 : 1.5) * u);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
}

enum symbol symbol_of(uint32_t critical_kind)
{
    return critical_kind == TW_MINIMUM   ? SYM_MINIMUM
           : critical_kind == TW_SADDLE  ? SYM_SADDLE
           : critical_kind == TW_MAXIMUM ? SYM_MAXIMUM
                                         : SYM_DEGENERATE;
}

static void hole_sample(struct chart *c, double x, double y)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit;

    cairo_rectangle(cr, x - 6 * u, y - 3.5 * u, 12 * u, 7 * u);
    hole_fill(c);
    figure_colour(&c->fig, ink_soft, 1);
    cairo_set_line_width(cr, 0.5 * u);
    cairo_rectangle(cr, x - 6 * u, y - 3.5 * u, 12 * u, 7 * u);
    cairo_stroke(cr);
}

/* With a highlight, as a sphere has. */
static void ball(struct chart *c, double x, double y)
{
    cairo_t *cr = c->fig.cr;
    double r = 3.6 * c->fig.unit;

    cairo_arc(cr, x, y, r, 0, turn());
    marker(c, ink, ink);
    cairo_arc(cr, x - 0.32 * r, y - 0.34 * r, 0.3 * r, 0, turn());
    figure_colour(&c->fig, white, 0.9);
    cairo_fill(cr);
}

/* Of a run: a piece of its path. */
static void path_sample(struct chart *c, const struct legend_item *l, double x, double y)
{
    double u = c->fig.unit;

    if (!c->line) { /* there the checkpoints lie on the curve itself */
        cairo_move_to(c->fig.cr, x - 7.5 * u, y);
        cairo_line_to(c->fig.cr, x + 7.5 * u, y);
        path_stroke(c, l->run);
    }
    bead_draw(c, x, y, 0, l->colour);
}

/* In the legend the ball lies on a piece of its way. */
static void ball_sample(struct chart *c, const struct legend_item *l, double x, double y)
{
    double u = c->fig.unit;

    if (l->run) {
        cairo_move_to(c->fig.cr, x - 8 * u, y);
        cairo_line_to(c->fig.cr, x + 8 * u, y);
        way_stroke(c);
    }
    ball(c, x, y);
}

static void mark(struct chart *c, double x, double y)
{
    double r = 2.7 * c->fig.unit;

    cairo_arc(c->fig.cr, x, y, r, 0, turn());
    marker(c, white, ink);
    cairo_arc(c->fig.cr, x, y, 0.4 * r, 0, turn());
    cairo_fill(c->fig.cr);
}

void symbol_draw(struct chart *c, const struct legend_item *l, double x, double y)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, r = 2.7 * u;

    cairo_new_path(cr);
    switch (l->symbol) {
    case SYM_PATH:
        path_sample(c, l, x, y);
        break;
    case SYM_START:
        cairo_rectangle(cr, x - r, y - r, 2 * r, 2 * r);
        marker(c, white, l->colour);
        break;
    case SYM_END:
        star(cr, x, y, 4.9 * u);
        marker(c, l->colour, l->colour);
        break;
    case SYM_BEADS:
        for (int i = 0; i < 3; i++)
            bead_draw(c, x + (i - 1) * 6 * u, y, i / 2.0, l->colour);
        break;
    case SYM_LOWEST:
        crosshair(c, x, y);
        break;
    case SYM_BALL:
        ball_sample(c, l, x, y);
        break;
    case SYM_HOLE:
        hole_sample(c, x, y);
        break;
    case SYM_MINIMUM:
    case SYM_SADDLE:
    case SYM_MAXIMUM:
    case SYM_DEGENERATE:
        critical(c, l->symbol, x, y);
        break;
    case SYM_MARK:
        mark(c, x, y);
        break;
    case SYM_TEST_LINE:
    case SYM_CURVE:
    case SYM_CURVE_TEST:
    case SYM_SPAN:
    case SYM_SPAN_INNER:
        sample(c, l, x, y);
        break;
    }
}
