/* SPDX-License-Identifier: GPL-3.0-or-later */
/* key.c -- see key.h: colours with iso-lines, and a tip where the scale is clipped. */
#include "sink-png/key.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static void key_ends(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    enum palette p = c->palette;
    double point = 5 * c->fig.unit;

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

/* An image, so that it has no seams where it is seen enlarged. */
static int key_colours(struct chart *c)
{
    enum palette p = c->palette;
    int w = (int)c->key.w, h = (int)c->key.h;
    struct rgb *row = malloc((size_t)w * sizeof *row);
    struct figure_image image;
    int rc = TW_ENOMEM;

    if (row && figure_image_new(&c->fig, &image, w, h) == 0) {
        for (int y = 0; y < h; y++) {
            double t = 1 - (y + 0.5) / c->key.h;
            struct rgb colour = palette_at(p, c->cfg->fill == FILL_BANDS ? band(c, t) : t);

            for (int x = 0; x < w; x++)
                row[x] = colour;
            figure_image_row(&image, y, row);
        }
        figure_image_paint(&c->fig, &image, (int)c->key.x, (int)c->key.y);
        rc = TW_OK;
    }
    if (row)
        figure_image_free(&image);
    free(row);
    return rc;
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

int key_draw(struct chart *c, const struct text_style *ticks)
{
    struct text_style name = {9, PANGO_WEIGHT_MEDIUM, ink, false},
                      log = {7.4, PANGO_WEIGHT_NORMAL, ink_soft, false};
    double u = c->fig.unit, right = c->key.x + c->key.w, w, x = c->key.x, y = c->key.y - 5 * u;
    char first[sizeof c->z_label];
    char *second;

    if (key_colours(c) < 0)
        return TW_ENOMEM;
    key_ends(c);
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
    return TW_OK;
}
