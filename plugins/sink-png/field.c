/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c -- see field.h.
 *
 * A pixel has the colour of the smooth surface at its centre. */
#include "sink-png/field.h"

#include "sink-png/isolines.h"
#include "sink-png/labels.h"
#include "sink-png/symbols.h"
#include "util/resample.h"

#include <math.h>
#include <stdlib.h>

/* Colour of position `t` when the pixel changes t by up to `step`. */
static struct rgb band_colour(const struct chart *c, const double *at, double t, double step)
{
    enum palette p = c->palette;
    size_t n = c->levels.n, i = 0;
    double cover, lower, upper;
    struct rgb a, b;

    while (i < n && at[i] <= t)
        i++;
    lower = i ? at[i - 1] : 0;
    upper = i < n ? at[i] : 1;
    a = palette_at(p, (lower + upper) / 2);
    if (i && t - lower < step / 2) { /* the edge to the band below runs through the pixel */
        b = palette_at(p, ((i > 1 ? at[i - 2] : 0) + lower) / 2);
        cover = 0.5 + (t - lower) / step;
    } else if (i < n && upper - t < step / 2) {
        b = palette_at(p, (upper + (i + 1 < n ? at[i + 1] : 1)) / 2);
        cover = 0.5 + (upper - t) / step;
    } else {
        return a;
    }
    return rgb_mix(b, a, cover);
}

static void colour_row(const struct chart *c, const double *at, const double *row,
                       const double *above, size_t w, struct rgb *to)
{
    for (size_t i = 0; i < w; i++) {
        double t = row[i];

        if (!isfinite(t)) {
            to[i] = (struct rgb){NAN, NAN, NAN};
        } else if (c->cfg->fill == FILL_BANDS) {
            double dx = i + 1 < w ? row[i + 1] - t : t - row[i - 1], dy = above[i] - t;
            double step = hypot(isfinite(dx) ? dx : 0, isfinite(dy) ? dy : 0);

            to[i] = band_colour(c, at, t, step);
        } else {
            to[i] = palette_at(c->palette, t);
        }
    }
}

/* Fill `image`, as large as the map, with nothing in holes. */
static int colour_image(struct chart *c, const double *t, struct figure_image *image)
{
    const struct tw_grid *g = c->grid;
    size_t w = (size_t)image->w, h = (size_t)image->h;
    double *x = malloc(3 * w * sizeof *x), at[LEVELS_MAX];
    struct rgb *colour = malloc(w * sizeof *colour);
    struct resample r = {.columns = NULL};
    int rc = TW_ENOMEM;

    if (!x || !colour)
        goto out;

    double *row = x + w, *above = row + w;

    for (size_t i = 0; i < c->levels.n; i++)
        at[i] = scale_t(&c->scale, c->levels.at[i]);
    for (size_t i = 0; i < w; i++)
        x[i] = lerp(g->x[0], g->x[g->nx - 1], ((double)i + 0.5) / (double)w);
    if (resample_begin(&r, g->x, g->nx, g->y, g->ny, t, x, w))
        goto out;
    rc = TW_OK;
    for (size_t j = 0; j < h && rc == TW_OK; j++) {
        double *swap = above;

        /* Bottom row first: row 0 of the grid is at the bottom. */
        resample_row(&r, lerp(g->y[0], g->y[g->ny - 1], ((double)j + 0.5) / (double)h), row);
        colour_row(c, at, row, j ? above : row, w, colour);
        figure_image_row(image, (int)(h - 1 - j), colour);
        above = row;
        row = swap;
        if (c->host->tick(c->host, 0.4 * (double)(j + 1) / (double)h, "colours"))
            rc = TW_ECANCELLED;
    }
out:
    resample_end(&r);
    free(colour);
    free(x);
    return rc;
}

/* Finite grid points that no finite cell shows: a dot each, or they would be lost. */
static void lonely_points(struct chart *c, const double *t)
{
    const struct tw_grid *g = c->grid;

    for (size_t j = 0; j < g->ny; j++)
        for (size_t i = 0; i < g->nx; i++) {
            bool shown = !isfinite(t[j * g->nx + i]);

            for (size_t q = 0; q < 4 && !shown; q++) {      /* the cells around */
                size_t i0 = i - (q & 1), j0 = j - (q >> 1); /* wraps past 0: not < n - 1 */
                size_t k = j0 * g->nx + i0;

                shown = i0 < g->nx - 1 && j0 < g->ny - 1 &&
                        isfinite(t[k] + t[k + 1] + t[k + g->nx] + t[k + g->nx + 1]);
            }
            if (shown)
                continue;
            figure_colour(&c->fig, palette_at(c->palette, t[j * g->nx + i]), 1);
            cairo_arc(c->fig.cr, chart_x(c, g->x[i]), chart_y(c, g->y[j]), 1.5 * c->fig.unit, 0,
                      8 * atan(1));
            cairo_fill(c->fig.cr);
        }
}

static int draw_colours(struct chart *c, const double *t)
{
    cairo_t *cr = c->fig.cr;
    struct figure_image image;
    int rc = figure_image_new(&c->fig, &image, (int)c->map.w, (int)c->map.h)
                 ? TW_ENOMEM
                 : colour_image(c, t, &image);

    if (rc == TW_OK) {
        if (c->scale.n_finite < c->scale.n) {
            cairo_rectangle(cr, c->map.x, c->map.y, c->map.w, c->map.h);
            hole_fill(c);
            cairo_new_path(cr);
        }
        figure_image_paint(&c->fig, &image, (int)c->map.x, (int)c->map.y);
        lonely_points(c, t);
    }
    figure_image_free(&image);
    return rc;
}

static void positions(const struct chart *c, const double *values, double *t)
{
    for (size_t i = 0; i < c->grid->nx * c->grid->ny; i++)
        t[i] = scale_t(&c->scale, values[i]);
}

int chart_field(struct chart *c)
{
    double *t = malloc(c->grid->nx * c->grid->ny * sizeof *t);
    int rc;

    if (!t)
        return TW_ENOMEM;
    cairo_save(c->fig.cr);
    cairo_rectangle(c->fig.cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_clip(c->fig.cr);
    positions(c, c->shown, t);
    rc = draw_colours(c, t);
    if (rc == TW_OK && c->levels.n && c->scale.n_finite)
        rc = isolines_draw(c, t);
    if (rc == TW_OK && c->levels.n && c->cfg->test_contours) {
        positions(c, c->grid->test_loss, t);
        rc = isolines_test(c, t);
    }
    cairo_restore(c->fig.cr);
    if (rc == TW_OK)
        labels_draw(c);
    free(t);
    return rc;
}
