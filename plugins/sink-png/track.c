/* SPDX-License-Identifier: GPL-3.0-or-later */
/* track.c -- the trajectory on the map, its checkpoints and the markers.
 *
 * A bead is as solid as its checkpoint is near: full colour in the plane, hollow at
 * the largest distance from it, so that nobody takes the picture for the whole truth.
 */
#include "chart.h"

#include <math.h>
#include <stdlib.h>

#define BEADS_APART 5.5 /* points */

static const struct rgb white = {1, 1, 1};

static double turn(void)
{
    return 8 * atan(1);
}

/* Beads where there is room; the ends have markers of their own. */
static void choose_beads(struct chart *c)
{
    /* More of them need more room not to look like a caterpillar. */
    double apart = (BEADS_APART + fmin((double)c->n_spots, 300) / 60) * c->fig.unit;
    const struct spot *last = NULL, *end = NULL;

    for (size_t i = 0; i < c->n_spots; i++)
        if (c->spot[i].inside)
            end = &c->spot[i];
    for (size_t i = 0; i < c->n_spots; i++) {
        struct spot *s = &c->spot[i];

        if (!s->inside || (last && hypot(s->x - last->x, s->y - last->y) < apart) ||
            (s != end && hypot(s->x - end->x, s->y - end->y) < apart))
            continue;
        s->bead = true;
        last = s;
    }
}

int track_place(struct chart *c)
{
    const struct tw_track *t = c->result->n_tracks ? c->result->tracks[0] : NULL;
    const struct box *m = &c->map;

    if (!t || !t->n)
        return TW_OK;
    c->spot = calloc(t->n, sizeof *c->spot);
    if (!c->spot)
        return TW_ENOMEM;
    c->n_spots = t->n;
    for (size_t i = 0; i < t->n; i++) {
        struct spot *s = &c->spot[i];

        s->x = chart_x(c, t->x[i]);
        s->y = chart_y(c, t->y[i]);
        s->finite = isfinite(s->x) && isfinite(s->y);
        s->inside = s->finite && s->x >= m->x - 0.5 && s->x <= m->x + m->w + 0.5 &&
                    s->y >= m->y - 0.5 && s->y <= m->y + m->h + 0.5;
        if (c->off_max > 0)
            s->off = t->residual[i] / c->off_max;
        s->off = s->off >= 0 ? fmin(s->off, 1) : 1; /* NaN: as far as can be */
    }
    choose_beads(c);
    return TW_OK;
}

void bead_draw(struct chart *c, double x, double y, double off)
{
    double r = 1.75 * c->fig.unit;

    cairo_new_path(c->fig.cr);
    cairo_arc(c->fig.cr, x, y, r + 0.75 * c->fig.unit, 0, turn());
    figure_colour(&c->fig, white, 1);
    cairo_fill(c->fig.cr);
    cairo_arc(c->fig.cr, x, y, r, 0, turn());
    figure_colour(&c->fig, rgb_mix(c->accent, white, off), 1);
    cairo_fill_preserve(c->fig.cr);
    figure_colour(&c->fig, c->accent, 1);
    cairo_set_line_width(c->fig.cr, 0.7 * c->fig.unit);
    cairo_stroke(c->fig.cr);
}

static void path_stroke(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit;

    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    figure_colour(&c->fig, white, 0.92);
    cairo_set_line_width(cr, 3.1 * u);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, c->accent, 1);
    cairo_set_line_width(cr, 1.3 * u);
    cairo_stroke(cr);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
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

void symbol_draw(struct chart *c, enum symbol s, double x, double y)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, r;

    cairo_new_path(cr);
    switch (s) {
    case SYM_PATH:
        cairo_move_to(cr, x - 7.5 * u, y);
        cairo_line_to(cr, x + 7.5 * u, y);
        path_stroke(c);
        bead_draw(c, x, y, 0);
        break;
    case SYM_START:
        r = 2.7 * u;
        cairo_rectangle(cr, x - r, y - r, 2 * r, 2 * r);
        marker(c, white, c->accent);
        break;
    case SYM_END:
        star(cr, x, y, 4.9 * u);
        marker(c, c->accent, c->accent);
        break;
    case SYM_BEADS:
        for (int i = 0; i < 3; i++)
            bead_draw(c, x + (i - 1) * 6 * u, y, i / 2.0);
        break;
    case SYM_LOWEST:
        crosshair(c, x, y);
        break;
    case SYM_HOLE:
        cairo_rectangle(cr, x - 6 * u, y - 3.5 * u, 12 * u, 7 * u);
        hole_fill(c);
        figure_colour(&c->fig, ink_soft, 1);
        cairo_set_line_width(cr, 0.5 * u);
        cairo_rectangle(cr, x - 6 * u, y - 3.5 * u, 12 * u, 7 * u);
        cairo_stroke(cr);
        break;
    }
}

static void draw_path(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    bool down = false;

    /* Far points would overflow cairo's fixed-point coordinates. */
    double far = 3 * (c->map.w + c->map.h);

    for (size_t i = 0; i < c->n_spots; i++) {
        const struct spot *s = &c->spot[i];
        double dx = s->x - c->map.x, dy = s->y - c->map.y, scale;

        if (!s->finite) {
            down = false;
            continue;
        }
        scale = fmin(1, far / fmax(fmax(fabs(dx), fabs(dy)), 1));
        if (down)
            cairo_line_to(cr, c->map.x + dx * scale, c->map.y + dy * scale);
        else
            cairo_move_to(cr, c->map.x + dx * scale, c->map.y + dy * scale);
        down = true;
    }
    path_stroke(c);
}

void chart_track(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    const struct tw_grid *g = c->grid;
    size_t n = c->n_spots, low = c->scale.lowest;

    cairo_save(cr);
    cairo_rectangle(cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_clip(cr);
    if (n > 1)
        draw_path(c);
    for (size_t i = 0; i < n; i++)
        if (c->spot[i].bead)
            bead_draw(c, c->spot[i].x, c->spot[i].y, c->spot[i].off);
    if (low < c->scale.n && c->scale.max > c->scale.min)
        symbol_draw(c, SYM_LOWEST, chart_x(c, g->x[low % g->nx]), chart_y(c, g->y[low / g->nx]));
    cairo_restore(cr);
    /* These may stick out over the frame. */
    if (n > 1 && c->spot[0].inside)
        symbol_draw(c, SYM_START, c->spot[0].x, c->spot[0].y);
    if (n && c->spot[n - 1].inside)
        symbol_draw(c, SYM_END, c->spot[n - 1].x, c->spot[n - 1].y);
}
