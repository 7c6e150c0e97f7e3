/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c -- the map itself: colours, holes, iso-lines.
 *
 * A pixel has the colour of the smooth surface at its centre.  Iso-lines are
 * traced on a lattice of every other pixel, drawn into layers of their own (one
 * for thin lines, one for bold ones), and composed through a mask that fades
 * lines where they would run together and leaves room for their numbers.
 */
#include "chart.h"

#include "util/contour.h"
#include "util/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PITCH   2   /* pixels per lattice cell */
#define CROWDED 0.9 /* points between lines: gone below this ... */
#define CLEAR   2.4 /* ... and full above this */

static const struct rgb white = {1, 1, 1}, black = {0.04, 0.05, 0.08};

struct field {
    double *t;       /* the grid's positions on the scale, ny x nx */
    double *lattice; /* the same on the lattice, row 0 at the bottom */
    size_t lw, lh;
    cairo_surface_t *layer[2]; /* thin, bold */
};

/* ---- colours ------------------------------------------------------------------------ */

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

/* Colour of position `t` when the pixel changes t by up to `step`. */
static uint32_t band_colour(const struct chart *c, const double *at, double t, double step)
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
        return palette_rgb24(p, (lower + upper) / 2);
    }
    return rgb_pack(rgb_mix(b, a, cover));
}

static void colour_row(const struct chart *c, const double *at, const double *row,
                       const double *above, size_t w, uint32_t *to)
{
    for (size_t i = 0; i < w; i++) {
        double t = row[i];

        if (!isfinite(t)) {
            to[i] = 0;
        } else if (c->cfg->fill == FILL_BANDS) {
            double dx = i + 1 < w ? row[i + 1] - t : t - row[i - 1], dy = above[i] - t;
            double step = hypot(isfinite(dx) ? dx : 0, isfinite(dy) ? dy : 0);

            to[i] = 0xff000000u | band_colour(c, at, t, step);
        } else {
            to[i] = 0xff000000u | palette_rgb24(c->palette, t);
        }
    }
}

/* Fill `image`, as large as the map, transparent in holes. */
static int colour_image(struct chart *c, const struct field *f, cairo_surface_t *image)
{
    const struct tw_grid *g = c->grid;
    size_t w = (size_t)c->map.w, h = (size_t)c->map.h;
    size_t stride = (size_t)cairo_image_surface_get_stride(image) / 4;
    uint32_t *pixels = (uint32_t *)(void *)cairo_image_surface_get_data(image);
    double *x = malloc(3 * w * sizeof *x), at[LEVELS_MAX];
    struct resample r = {.columns = NULL};
    int rc = TW_ENOMEM;

    if (!x)
        goto out;

    double *row = x + w, *above = row + w;

    for (size_t i = 0; i < c->levels.n; i++)
        at[i] = scale_t(&c->scale, c->levels.at[i]);
    for (size_t i = 0; i < w; i++)
        x[i] = lerp(g->x[0], g->x[g->nx - 1], ((double)i + 0.5) / (double)w);
    if (resample_begin(&r, g->x, g->nx, g->y, g->ny, f->t, x, w))
        goto out;
    cairo_surface_flush(image);
    rc = TW_OK;
    for (size_t j = 0; j < h && rc == TW_OK; j++) {
        double *swap = above;

        /* Bottom row first: row 0 of the grid is at the bottom. */
        resample_row(&r, lerp(g->y[0], g->y[g->ny - 1], ((double)j + 0.5) / (double)h), row);
        colour_row(c, at, row, j ? above : row, w, pixels + (h - 1 - j) * stride);
        above = row;
        row = swap;
        if (c->host->tick(c->host, 0.4 * (double)(j + 1) / (double)h, "colours"))
            rc = TW_ECANCELLED;
    }
    cairo_surface_mark_dirty(image);
out:
    resample_end(&r);
    free(x);
    return rc;
}

/* ---- iso-lines ------------------------------------------------------------------------ */

static int make_lattice(struct chart *c, struct field *f)
{
    const struct tw_grid *g = c->grid;
    struct resample r = {.columns = NULL};
    double *x;
    int rc = TW_ENOMEM;

    f->lw = (size_t)c->map.w / PITCH + 1;
    f->lh = (size_t)c->map.h / PITCH + 1;
    f->lattice = malloc(f->lw * f->lh * sizeof *f->lattice);
    x = malloc(f->lw * sizeof *x);
    if (!f->lattice || !x)
        goto out;
    for (size_t i = 0; i < f->lw; i++)
        x[i] = lerp(g->x[0], g->x[g->nx - 1], (double)i / (double)(f->lw - 1));
    if (resample_begin(&r, g->x, g->nx, g->y, g->ny, f->t, x, f->lw))
        goto out;
    for (size_t j = 0; j < f->lh; j++)
        resample_row(&r, lerp(g->y[0], g->y[g->ny - 1], (double)j / (double)(f->lh - 1)),
                     f->lattice + j * f->lw);
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

static int trace_levels(struct chart *c, struct field *f)
{
    struct contours k;
    int rc = contour_begin(&k, f->lattice, f->lw, f->lh);
    cairo_t *cr[2] = {cairo_create(f->layer[0]), cairo_create(f->layer[1])};

    for (size_t i = 0; !rc && i < c->levels.n; i++) {
        double t = scale_t(&c->scale, c->levels.at[i]);
        double light = rgb_lightness(palette_at(c->palette, t));
        struct rgb colour = light < 55 ? white : black;
        bool bold = c->levels.major[i];

        rc = contour_trace(&k, t);
        if (rc)
            break;
        stroke_level(c, &k, cr[bold], colour, bold);
        if (bold && c->cfg->labels)
            label_level(c, &k, c->levels.at[i], colour);
    }
    if (cairo_status(cr[0]) || cairo_status(cr[1]))
        rc = -1;
    cairo_destroy(cr[0]);
    cairo_destroy(cr[1]);
    contour_end(&k);
    return rc ? TW_ENOMEM : TW_OK;
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
static void fill_mask(struct chart *c, const struct field *f, bool bold, cairo_surface_t *mask)
{
    unsigned char *to = cairo_image_surface_get_data(mask);
    size_t stride = (size_t)cairo_image_surface_get_stride(mask);
    double at[LEVELS_MAX], u = c->fig.unit;

    for (size_t i = 0; i < c->levels.n; i++)
        at[i] = scale_t(&c->scale, c->levels.at[i]);
    cairo_surface_flush(mask);
    for (size_t j = 0; j < f->lh; j++)
        for (size_t i = 0; i < f->lw; i++) {
            const double *z = f->lattice + j * f->lw + i;
            double dx = i + 1 < f->lw ? z[1] - z[0] : z[0] - z[-1];
            double dy = j + 1 < f->lh ? z[f->lw] - z[0] : z[0] - *(z - f->lw);
            double steep = hypot(dx, dy) / PITCH, apart, s = 1;

            if (isfinite(steep) && steep > 0) {
                apart = line_gap(c, at, z[0], bold) / steep / u;
                s = (apart - CROWDED) / (CLEAR - CROWDED);
                s = s < 0 ? 0 : s > 1 ? 1 : s * s * (3 - 2 * s);
            }
            to[(f->lh - 1 - j) * stride + i] = (unsigned char)lround(255 * s);
        }
    cairo_surface_mark_dirty(mask);
}

/* The places of the numbers as a path. */
static void label_boxes(const struct chart *c, cairo_t *cr)
{
    for (size_t i = 0; i < c->n_labels; i++) {
        const struct iso_label *l = &c->label[i];
        double w = l->w + 3.2 * c->fig.unit, h = l->h * 0.78;

        cairo_save(cr);
        cairo_translate(cr, l->x, l->y);
        cairo_rotate(cr, l->angle);
        cairo_rectangle(cr, -w / 2, -h / 2, w, h);
        cairo_restore(cr);
    }
}

/* Take them out of a mask as large as the map. */
static void cut_labels(const struct chart *c, cairo_t *cr)
{
    cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
    label_boxes(c, cr);
    cairo_fill(cr);
}

static int compose_layer(struct chart *c, const struct field *f, bool bold)
{
    cairo_surface_t *coarse = cairo_image_surface_create(CAIRO_FORMAT_A8, (int)f->lw, (int)f->lh);
    cairo_surface_t *mask =
        cairo_image_surface_create(CAIRO_FORMAT_A8, (int)c->map.w, (int)c->map.h);
    cairo_t *cr = cairo_create(mask);
    int rc = TW_ENOMEM;

    if (!cairo_surface_status(coarse) && !cairo_status(cr)) {
        fill_mask(c, f, bold, coarse);
        cairo_save(cr);
        cairo_scale(cr, PITCH, PITCH);
        cairo_set_source_surface(cr, coarse, -0.5, -0.5); /* lattice points at pixel centres */
        cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
        cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BILINEAR);
        cairo_paint(cr);
        cairo_restore(cr);
        cut_labels(c, cr);
        cairo_surface_flush(mask);
        cairo_set_source_surface(c->fig.cr, f->layer[bold], c->map.x, c->map.y);
        cairo_mask_surface(c->fig.cr, mask, c->map.x, c->map.y);
        rc = cairo_status(cr) ? TW_ENOMEM : TW_OK;
    }
    cairo_destroy(cr);
    cairo_surface_destroy(mask);
    cairo_surface_destroy(coarse);
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
    cairo_new_path(cr);
    cairo_rectangle(cr, 0, 0, c->map.w, c->map.h);
    label_boxes(c, cr);
    cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_clip(cr); /* numbers stay readable */
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

static int test_lines(struct chart *c, struct field *f)
{
    size_t n = c->grid->nx * c->grid->ny;
    struct contours k;
    int rc;

    for (size_t i = 0; i < n; i++)
        f->t[i] = scale_t(&c->scale, c->grid->test_loss[i]);
    free(f->lattice);
    f->lattice = NULL;
    if (make_lattice(c, f) < 0)
        return TW_ENOMEM;
    rc = contour_begin(&k, f->lattice, f->lw, f->lh);
    for (size_t i = 0; !rc && i < c->levels.n; i++) {
        if (!c->levels.major[i])
            continue;
        rc = contour_trace(&k, scale_t(&c->scale, c->levels.at[i]));
        if (!rc)
            stroke_test(c, &k);
    }
    contour_end(&k);
    return rc ? TW_ENOMEM : TW_OK;
}

/* ---- all of it -------------------------------------------------------------------------- */

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

static int draw_lines(struct chart *c, struct field *f)
{
    int rc = make_lattice(c, f);

    if (rc == TW_OK && c->host->tick(c->host, 0.45, "iso-lines"))
        rc = TW_ECANCELLED;
    if (rc == TW_OK)
        rc = trace_levels(c, f);
    for (int bold = 0; rc == TW_OK && bold < 2; bold++) {
        rc = compose_layer(c, f, bold);
        if (rc == TW_OK && c->host->tick(c->host, 0.55 + 0.05 * bold, "iso-lines"))
            rc = TW_ECANCELLED;
    }
    return rc;
}

static int paint(struct chart *c, struct field *f)
{
    cairo_t *cr = c->fig.cr;
    int w = (int)c->map.w, h = (int)c->map.h, rc = TW_ENOMEM;
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, w, h);

    for (int i = 0; i < 2; i++)
        f->layer[i] = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, w, h);
    if (!cairo_surface_status(image) && !cairo_surface_status(f->layer[0]) &&
        !cairo_surface_status(f->layer[1]))
        rc = colour_image(c, f, image);
    if (rc < 0)
        goto out;
    cairo_save(cr);
    cairo_rectangle(cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_clip(cr);
    if (c->scale.n_finite < c->scale.n) {
        cairo_rectangle(cr, c->map.x, c->map.y, c->map.w, c->map.h);
        hole_fill(c);
        cairo_new_path(cr);
    }
    cairo_set_source_surface(cr, image, c->map.x, c->map.y);
    cairo_paint(cr);
    lonely_points(c, f->t);
    if (c->levels.n && c->scale.n_finite)
        rc = draw_lines(c, f);
    if (rc == TW_OK && c->levels.n && c->cfg->test_contours)
        rc = test_lines(c, f);
    cairo_restore(cr);
    labels_draw(c);
out:
    cairo_surface_destroy(image);
    cairo_surface_destroy(f->layer[0]);
    cairo_surface_destroy(f->layer[1]);
    return rc;
}

int chart_field(struct chart *c)
{
    struct field f = {.t = NULL};
    size_t n = c->grid->nx * c->grid->ny;
    int rc = TW_ENOMEM;

    f.t = malloc(n * sizeof *f.t);
    if (f.t) {
        for (size_t i = 0; i < n; i++)
            f.t[i] = scale_t(&c->scale, c->shown[i]);
        rc = paint(c, &f);
    }
    free(f.lattice);
    free(f.t);
    return rc;
}
