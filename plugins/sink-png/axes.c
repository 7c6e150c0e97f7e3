/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axes.c -- what stands around the map: title, frame, ticks, colour bar; around a curve,
 * the axis of the accuracy. */
#include "sink-png/axes.h"

#include "sink-png/key.h"

#include <math.h>
#include <string.h>

void chart_titles(struct chart *c)
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
        double y = chart_accuracy_y(c, c->acc.minor[i]);

        figure_line(&c->fig, right, y, right + TICK_MINOR * u, y);
    }
    for (size_t i = 0; i < c->acc.n; i++) {
        double y = chart_accuracy_y(c, c->acc.at[i]);

        figure_line(&c->fig, right, y, right + TICK * u, y);
        figure_text(&c->fig, &ticks, NULL, c->acc.label[i], right + 5 * u, y, 0, 0.5, 0);
        figure_colour(&c->fig, ink, 1);
    }
    memcpy(text, "accuracy", 9);
    notation_suffix(&c->acc.notation, text + 8, sizeof text - 8);
    figure_text(&c->fig, &title, &(struct text_box){c->map.h, 1}, text, c->acc_title_x,
                c->map.y + c->map.h / 2, 0.5, 1, asin(1));
}

void chart_frame(struct chart *c)
{
    figure_colour(&c->fig, ink, 1);
    cairo_set_line_width(c->fig.cr, 0.6 * c->fig.unit);
    cairo_rectangle(c->fig.cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_stroke(c->fig.cr);
}

int chart_axes(struct chart *c)
{
    struct text_style ticks = {8.2, PANGO_WEIGHT_NORMAL, ink, true};

    cairo_set_line_width(c->fig.cr, 0.6 * c->fig.unit);
    figure_colour(&c->fig, ink, 1);
    x_axis(c, &ticks);
    y_axis(c, ticks);
    if (c->acc.n)
        accuracy_axis(c, ticks);
    axis_titles(c);
    return c->key.w > 0 ? key_draw(c, &ticks) : TW_OK;
}
