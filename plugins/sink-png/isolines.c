/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isolines.c -- see isolines.h.
 *
 * Iso-lines are traced on a lattice of every other pixel, thin and bold ones drawn into a layer
 * each, and composed through a mask that fades lines where they would run together.  Numbers have
 * their room left out.
 */
#include "sink-png/isolines.h"

#include "sink-png/labels.h"
#include "util/contour.h"
#include "util/resample.h"

#include <math.h>
#include <stdlib.h>

#define PITCH   2   /* pixels per lattice cell */
#define CROWDED 0.9 /* points between lines: gone below this ... */
#define CLEAR   2.4 /* ... and full above this */

static const struct rgb white = {1, 1, 1}, black = {0.04, 0.05, 0.08};

struct lattice {
    double *at; /* positions on the scale, row 0 at the bottom */
    size_t w, h;
};

static int make_lattice(const struct chart *c, const double *t, struct lattice *f)
{
    const struct tw_grid *g = c->grid;
    struct resample r = {.columns = NULL};
    double *x;
    int rc = TW_ENOMEM;

    f->w = (size_t)c->map.w / PITCH + 1;
    f->h = (size_t)c->map.h / PITCH + 1;
    f->at = malloc(f->w * f->h * sizeof *f->at);
    x = malloc(f->w * sizeof *x);
    if (!f->at || !x)
        goto out;
    for (size_t i = 0; i < f->w; i++)
        x[i] = lerp(g->x[0], g->x[g->nx - 1], (double)i / (double)(f->w - 1));
    if (resample_begin(&r, g->x, g->nx, g->y, g->ny, t, x, f->w))
        goto out;
    for (size_t j = 0; j < f->h; j++)
        resample_row(&r, lerp(g->y[0], g->y[g->ny - 1], (double)j / (double)(f->h - 1)),
                     f->at + j * f->w);
    rc = TW_OK;
out:
    resample_end(&r);
    free(x);
    return rc;
}

/* The traced lines of one level as a path; lattice points become map pixels in place. */
static void contour_path(const struct chart *c, struct contours *k, cairo_t *cr)
{
    for (size_t i = 0; i < k->n_points; i++) {
        k->xy[2 * i] *= PITCH;
        k->xy[2 * i + 1] = c->map.h - k->xy[2 * i + 1] * PITCH;
    }
    for (size_t i = 0; i < k->n_lines; i++) {
        const double *p = k->xy + 2 * k->line[i].first;

        cairo_move_to(cr, p[0], p[1]);
        for (size_t j = 1; j < k->line[i].n; j++)
            cairo_line_to(cr, p[2 * j], p[2 * j + 1]);
        if (k->line[i].closed)
            cairo_close_path(cr);
    }
}

static void stroke_level(struct chart *c, struct contours *k, cairo_t *cr, struct rgb colour,
                         bool bold)
{
    cairo_new_path(cr);
    contour_path(c, k, cr);
    cairo_set_source_rgba(cr, colour.r, colour.g, colour.b, bold ? 0.82 : 0.42);
    cairo_set_line_width(cr, (bold ? 0.85 : 0.45) * c->fig.unit);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(cr);
}

static void label_level(struct chart *c, const struct contours *k, double level, struct rgb colour)
{
    char text[NUMBER_MAX];
    double w, h;

    notation_write(&c->levels.notation, level, text, sizeof text);
    figure_measure(&c->fig, &label_style, NULL, text, &w, &h);
    for (size_t i = 0; i < k->n_lines; i++)
        labels_place(c, k->xy + 2 * k->line[i].first, k->line[i].n, k->line[i].closed, text, w, h,
                     colour);
}

/* The bold lines, or the thin ones, as a pattern; numbers of the bold ones get their places. */
static cairo_pattern_t *level_layer(struct chart *c, struct contours *k, bool bold)
{
    cairo_t *cr = c->fig.cr;
    int rc = 0;

    cairo_push_group(cr);
    for (size_t i = 0; !rc && i < c->levels.n; i++) {
        double t = scale_t(&c->scale, c->levels.at[i]);
        double light = rgb_lightness(palette_at(c->palette, t));
        struct rgb colour = light < 55 ? white : black;

        if (c->levels.major[i] != bold)
            continue;
        rc = contour_trace(k, t);
        if (rc)
            break;
        stroke_level(c, k, cr, colour, bold);
        if (bold && c->cfg->labels)
            label_level(c, k, c->levels.at[i], colour);
    }
    if (!rc)
        return cairo_pop_group(cr);
    cairo_pattern_destroy(cairo_pop_group(cr));
    return NULL;
}

/* Distance in t from one line to the next around `t`, of all lines or the bold ones. */
static double line_gap(const struct chart *c, const double *at, double t, bool bold)
{
    double below = -INFINITY, above = INFINITY;

    for (size_t i = 0; i < c->levels.n; i++) {
        if (bold && !c->levels.major[i])
            continue;
        if (at[i] <= t)
            below = at[i];
        else if (at[i] < above)
            above = at[i];
    }
    return above - below; /* infinite beyond the last line */
}

/* How much of the lines shows, per lattice point. */
static void fill_mask(struct chart *c, const struct lattice *f, bool bold, cairo_surface_t *mask)
{
    unsigned char *to = cairo_image_surface_get_data(mask);
    size_t stride = (size_t)cairo_image_surface_get_stride(mask);
    double at[LEVELS_MAX], u = c->fig.unit;

    for (size_t i = 0; i < c->levels.n; i++)
        at[i] = scale_t(&c->scale, c->levels.at[i]);
    cairo_surface_flush(mask);
    for (size_t j = 0; j < f->h; j++)
        for (size_t i = 0; i < f->w; i++) {
            const double *z = f->at + j * f->w + i;
            double dx = i + 1 < f->w ? z[1] - z[0] : z[0] - z[-1];
            double dy = j + 1 < f->h ? z[f->w] - z[0] : z[0] - *(z - f->w);
            double steep = hypot(dx, dy) / PITCH, apart, s = 1;

            if (isfinite(steep) && steep > 0) {
                apart = line_gap(c, at, z[0], bold) / steep / u;
                s = (apart - CROWDED) / (CLEAR - CROWDED);
                s = s < 0 ? 0 : s > 1 ? 1 : s * s * (3 - 2 * s);
            }
            to[(f->h - 1 - j) * stride + i] = (unsigned char)lround(255 * s);
        }
    cairo_surface_mark_dirty(mask);
}

/* Numbers stay readable: nothing will be drawn over them. */
static void clip_labels(const struct chart *c)
{
    cairo_t *cr = c->fig.cr;

    cairo_new_path(cr);
    cairo_rectangle(cr, 0, 0, c->map.w, c->map.h);
    labels_path(c, cr);
    cairo_clip(cr);
}

static int compose_layer(struct chart *c, const struct lattice *f, cairo_pattern_t *layer,
                         bool bold)
{
    cairo_surface_t *coarse = cairo_image_surface_create(CAIRO_FORMAT_A8, (int)f->w, (int)f->h);
    cairo_pattern_t *mask = cairo_pattern_create_for_surface(coarse);
    cairo_t *cr = c->fig.cr;
    cairo_matrix_t m;
    int rc = TW_ENOMEM;

    if (!cairo_surface_status(coarse) && !cairo_pattern_status(mask)) {
        fill_mask(c, f, bold, coarse);
        cairo_matrix_init_translate(&m, 0.5, 0.5); /* lattice points at pixel centres */
        cairo_matrix_scale(&m, 1.0 / PITCH, 1.0 / PITCH);
        cairo_pattern_set_matrix(mask, &m);
        cairo_pattern_set_filter(mask, CAIRO_FILTER_BILINEAR);
        cairo_set_source(cr, layer);
        cairo_mask(cr, mask);
        rc = TW_OK;
    }
    cairo_pattern_destroy(mask);
    cairo_surface_destroy(coarse);
    return rc;
}

static int draw_layers(struct chart *c, const struct lattice *f)
{
    cairo_pattern_t *layer[2] = {NULL, NULL};
    struct contours k;
    int rc = contour_begin(&k, f->at, f->w, f->h) ? TW_ENOMEM : TW_OK;

    cairo_save(c->fig.cr);
    cairo_translate(c->fig.cr, c->map.x, c->map.y);
    for (int bold = 1; rc == TW_OK && bold >= 0; bold--) { /* the numbers first */
        layer[bold] = level_layer(c, &k, bold);
        rc = layer[bold] ? TW_OK : TW_ENOMEM;
        if (rc == TW_OK && c->host->tick(c->host, 0.55 - 0.05 * bold, "iso-lines"))
            rc = TW_ECANCELLED;
    }
    contour_end(&k);
    if (rc == TW_OK)
        clip_labels(c);
    for (int bold = 0; rc == TW_OK && bold < 2; bold++)
        rc = compose_layer(c, f, layer[bold], bold);
    cairo_restore(c->fig.cr);
    for (int i = 0; i < 2; i++)
        if (layer[i])
            cairo_pattern_destroy(layer[i]);
    return rc;
}

int isolines_draw(struct chart *c, const double *t)
{
    struct lattice f = {.at = NULL};
    int rc = make_lattice(c, t, &f);

    if (rc == TW_OK && c->host->tick(c->host, 0.45, "iso-lines"))
        rc = TW_ECANCELLED;
    if (rc == TW_OK)
        rc = draw_layers(c, &f);
    free(f.at);
    return rc;
}

/* ---- the test loss ------------------------------------------------------------------------ */

/* Its lines at the levels that the map has bold, dashed; black with a white rim shows
 * on every colour. */
static void stroke_test(struct chart *c, struct contours *k)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, dash[2] = {4 * u, 2.6 * u};

    cairo_save(cr);
    cairo_translate(cr, c->map.x, c->map.y);
    clip_labels(c);
    contour_path(c, k, cr);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(cr, dash, 2, 0);
    figure_colour(&c->fig, white, 0.8);
    cairo_set_line_width(cr, 2.1 * u);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, ink, 1);
    cairo_set_line_width(cr, 1.1 * u);
    cairo_stroke(cr);
    cairo_restore(cr);
}

int isolines_test(struct chart *c, const double *t)
{
    struct lattice f = {.at = NULL};
    struct contours k;
    int rc = make_lattice(c, t, &f);

    if (rc < 0) {
        free(f.at);
        return rc;
    }
    rc = contour_begin(&k, f.at, f.w, f.h);
    for (size_t i = 0; !rc && i < c->levels.n; i++) {
        if (!c->levels.major[i])
            continue;
        rc = contour_trace(&k, scale_t(&c->scale, c->levels.at[i]));
        if (!rc)
            stroke_test(c, &k);
    }
    contour_end(&k);
    free(f.at);
    return rc ? TW_ENOMEM : TW_OK;
}
