/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axes.c -- what stands around the map: title, frame, ticks, colour bar; around a curve,
 * the axis of the accuracy. */
#include "chart.h"

#include <math.h>
#include <string.h>

#define TICK       3.2 /* points */
#define TICK_MINOR 1.8

static void titles(struct chart *c)
{
    struct text_box box = {(double)c->cfg->width - 2 * c->margin, 2};
    struct text_style title = {14, PANGO_WEIGHT_SEMIBOLD, ink, false};
    struct text_style sub = {8.6, PANGO_WEIGHT_NORMAL, ink_soft, false};
    struct text_style note = {6.8, PANGO_WEIGHT_NORMAL, ink_soft, false};
    const char *text = c->cfg->title ? c->cfg->title : c->result->title;

    if (text)
        figure_text(&c->fig, &title, &box, text, c->margin, c->title_y, 0, 0, 0);
    if (c->result->subtitle)
        figure_text(&c->fig, &sub, &box, c->result->subtitle, c->margin, c->subtitle_y, 0, 0, 0);
    box.lines = 6;
    figure_text(&c->fig, &note, &box, c->note, c->margin, c->notes_y, 0, 0, 0);
}

static void x_axis(struct chart *c, const struct text_style *s)
{
    double u = c->fig.unit, bottom = c->map.y + c->map.h;

    for (size_t i = 0; i < c->xt.n_minor; i++) {
        double x = chart_x(c, c->xt.minor[i]);

        figure_line(&c->fig, x, bottom, x, bottom + TICK_MINOR * u);
    }
    for (size_t i = 0; i < c->xt.n; i++) {
        double x = chart_x(c, c->xt.at[i]);

        figure_line(&c->fig, x, bottom, x, bottom + TICK * u);
        figure_text(&c->fig, s, NULL, c->xt.label[i], x, bottom + 5 * u, 0.5, 0, 0);
        figure_colour(&c->fig, ink, 1);
    }
}

static void y_axis(struct chart *c, struct text_style s)
{
    double u = c->fig.unit, left = c->map.x;

    if (c->line)
        s.colour = c->curve;
    for (size_t i = 0; i < c->yt.n_minor; i++) {
        double y = chart_y(c, c->yt.minor[i]);

        figure_line(&c->fig, left - TICK_MINOR * u, y, left, y);
    }
    for (size_t i = 0; i < c->yt.n; i++) {
        double y = chart_y(c, c->yt.at[i]);

        figure_line(&c->fig, left - TICK * u, y, left, y);
        figure_text(&c->fig, &s, NULL, c->yt.label[i], left - 5 * u, y, 1, 0.5, 0);
        figure_colour(&c->fig, ink, 1);
    }
}

/* The first form that fits into `room` pixels; smaller if none does. */
static const char *fitting(struct chart *c, char form[AXIS_FORMS][256], double room,
                           struct text_style *s)
{
    for (s->size = 9; s->size > 6.9; s->size -= 0.5) /* smaller rather than without numbers */
        for (int i = 0; i < AXIS_FORMS - 1; i++) {
            double w;

            figure_measure(&c->fig, s, NULL, form[i], &w, NULL);
            if (w <= room)
                return form[i];
        }
    return form[AXIS_FORMS - 1];
}

static void axis_titles(struct chart *c)
{
    struct text_style s = {9, PANGO_WEIGHT_MEDIUM, ink, false};
    struct text_box along_x = {c->map.w, 1}, along_y = {c->map.h, 1};
    const char *text = fitting(c, c->x_label, c->map.w, &s);

    figure_text(&c->fig, &s, &along_x, text, c->map.x + c->map.w / 2,
                c->map.y + c->map.h + 17 * c->fig.unit, 0.5, 0, 0);
    text = fitting(c, c->y_label, c->map.h, &s);
    if (c->line)
        s.colour = c->curve;
    figure_text(&c->fig, &s, &along_y, text, c->y_title_x, c->map.y + c->map.h / 2, 0.5, 1,
                -asin(1));
}

static void accuracy_axis(struct chart *c, struct text_style ticks)
{
    struct text_style title = {9, PANGO_WEIGHT_MEDIUM, c->acc_curve, false};
    double u = c->fig.unit, right = c->map.x + c->map.w;
    char text[2 * NUMBER_MAX + 20];

    ticks.colour = c->acc_curve;
    for (size_t i = 0; i < c->acc.n_minor; i++) {
        double y = curve_accuracy_y(c, c->acc.minor[i]);

        figure_line(&c->fig, right, y, right + TICK_MINOR * u, y);
    }
    for (size_t i = 0; i < c->acc.n; i++) {
        double y = curve_accuracy_y(c, c->acc.at[i]);

        figure_line(&c->fig, right, y, right + TICK * u, y);
        figure_text(&c->fig, &ticks, NULL, c->acc.label[i], right + 5 * u, y, 0, 0.5, 0);
        figure_colour(&c->fig, ink, 1);
    }
    memcpy(text, "accuracy", 9);
    notation_suffix(&c->acc.notation, text + 8, sizeof text - 8);
    figure_text(&c->fig, &title, &(struct text_box){c->map.h, 1}, text, c->acc_title_x,
                c->map.y + c->map.h / 2, 0.5, 1, asin(1));
}

/* ---- colour bar ------------------------------------------------------------------ */

static double key_y(const struct chart *c, double value)
{
    double t = scale_t(&c->scale, value);

    return c->key.y + c->key.h * (1 - t);
}

/* The band of a position on the scale: between which levels it lies. */
static double band(const struct chart *c, double t)
{
    double lo = 0, hi = 1;

    for (size_t i = 0; i < c->levels.n; i++) {
        double at = scale_t(&c->scale, c->levels.at[i]);

        if (at <= t)
            lo = at;
        else if (at < hi)
            hi = at;
    }
    return (lo + hi) / 2;
}

static void key_colours(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    enum palette p = c->palette;
    double point = 5 * c->fig.unit;

    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    for (double y = 0; y < c->key.h; y++) {
        double t = 1 - (y + 0.5) / c->key.h;

        figure_colour(&c->fig, palette_at(p, c->cfg->fill == FILL_BANDS ? band(c, t) : t), 1);
        cairo_rectangle(cr, c->key.x, c->key.y + y, c->key.w, 1);
        cairo_fill(cr);
    }
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_DEFAULT);
    /* An end that is clipped goes on in a point. */
    for (int top = 0; top < 2; top++) {
        double y = top ? c->key.y : c->key.y + c->key.h, tip = top ? y - point : y + point;

        if (!(top ? c->scale.n_above : c->scale.n_below))
            continue;
        figure_colour(&c->fig, palette_at(p, top), 1);
        cairo_move_to(cr, c->key.x, y);
        cairo_line_to(cr, c->key.x + c->key.w, y);
        cairo_line_to(cr, c->key.x + c->key.w / 2, tip);
        cairo_fill(cr);
    }
}

static void key_outline(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    double point = 5 * c->fig.unit, x = c->key.x, y = c->key.y, w = c->key.w, h = c->key.h;

    cairo_move_to(cr, x, y);
    if (c->scale.n_above)
        cairo_line_to(cr, x + w / 2, y - point);
    cairo_line_to(cr, x + w, y);
    cairo_line_to(cr, x + w, y + h);
    if (c->scale.n_below)
        cairo_line_to(cr, x + w / 2, y + h + point);
    cairo_line_to(cr, x, y + h);
    cairo_close_path(cr);
    cairo_stroke(cr);
}

static void key_levels(struct chart *c)
{
    static const struct rgb white = {1, 1, 1};
    double u = c->fig.unit;

    for (size_t i = 0; i < c->levels.n; i++) {
        double y = key_y(c, c->levels.at[i]), t = scale_t(&c->scale, c->levels.at[i]);
        bool dark = rgb_lightness(palette_at(c->palette, t)) < 55;

        figure_colour(&c->fig, dark ? white : ink, c->levels.major[i] ? 0.85 : 0.45);
        cairo_set_line_width(c->fig.cr, (c->levels.major[i] ? 0.85 : 0.45) * u);
        figure_line(&c->fig, c->key.x, y, c->key.x + c->key.w, y);
    }
}

static void key_draw(struct chart *c, const struct text_style *ticks)
{
    struct text_style name = {9, PANGO_WEIGHT_MEDIUM, ink, false},
                      log = {7.4, PANGO_WEIGHT_NORMAL, ink_soft, false};
    double u = c->fig.unit, right = c->key.x + c->key.w, w, x = c->key.x, y = c->key.y - 5 * u;
    char first[sizeof c->z_label];
    char *second;

    key_colours(c);
    key_levels(c);
    cairo_set_line_width(c->fig.cr, 0.6 * u);
    figure_colour(&c->fig, ink, 1);
    key_outline(c);
    for (size_t i = 0; i < c->bar.n_minor; i++)
        figure_line(&c->fig, right, key_y(c, c->bar.minor[i]), right + TICK_MINOR * u,
                    key_y(c, c->bar.minor[i]));
    for (size_t i = 0; i < c->bar.n; i++) {
        double at = key_y(c, c->bar.at[i]);

        figure_line(&c->fig, right, at, right + TICK * u, at);
        figure_text(&c->fig, ticks, NULL, c->bar.label[i], right + 5.5 * u, at, 0, 0.5, 0);
        figure_colour(&c->fig, ink, 1);
    }
    if (c->scale.n_above)
        y -= 4 * u;
    memcpy(first, c->z_label, sizeof first);
    second = strchr(first, '\n');
    if (second) {
        *second++ = 0;
        figure_text(&c->fig, &log, NULL, second, x, y, 0, 1, 0);
        y -= 9.5 * u;
    }
    figure_measure(&c->fig, &name, NULL, first, &w, NULL);
    x = fmin(x, (double)c->cfg->width - c->margin - w);
    figure_text(&c->fig, &name, NULL, first, x, y, 0, 1, 0);
}

void chart_axes(struct chart *c)
{
    struct text_style ticks = {8.2, PANGO_WEIGHT_NORMAL, ink, true};
    cairo_t *cr = c->fig.cr;

    titles(c);
    cairo_set_line_width(cr, 0.6 * c->fig.unit);
    figure_colour(&c->fig, ink, 1);
    cairo_rectangle(cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_stroke(cr);
    x_axis(c, &ticks);
    y_axis(c, ticks);
    if (c->acc.n)
        accuracy_axis(c, ticks);
    axis_titles(c);
    if (c->key.w > 0)
        key_draw(c, &ticks);
    legend_draw(c);
}
