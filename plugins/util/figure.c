/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.c -- see figure.h. */
#include "figure.h"

#include "deep.h"
#include "ticks.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void font_options(PangoContext *context)
{
    cairo_font_options_t *o = cairo_font_options_create();

    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, o);
    cairo_font_options_destroy(o);
    pango_context_set_round_glyph_positions(context, FALSE);
}

int figure_init(struct figure *f, double unit, const char *family)
{
    *f = (struct figure){.unit = unit, .family = family};
    f->fonts = pango_cairo_font_map_new();
    f->context = pango_font_map_create_context(f->fonts);
    pango_context_set_language(f->context, pango_language_from_string("en"));
    font_options(f->context);
    f->layout = pango_layout_new(f->context);
    f->tabular = pango_attr_list_new();
    pango_attr_list_insert(f->tabular, pango_attr_font_features_new("tnum=1"));
    return f->layout ? 0 : -1;
}

/* Zeros of 16 bits for `w` x `h` pixels. */
static uint16_t *deep_new(int w, int h)
{
    return calloc((size_t)w * (size_t)h, 4 * sizeof(uint16_t));
}

int figure_open(struct figure *f, const struct figure_page *page)
{
    bool svg = page->kind == FIGURE_SVG, vectors = svg || page->kind == FIGURE_PDF;
    double point = vectors ? 72 / page->dpi : 1;

    f->page = *page;
    f->width = page->width;
    f->height = page->height;
    if (vectors) {
        if (vectorfile_begin(&f->vector, svg, page->width * point, page->height * point))
            return -1;
        cairo_surface_set_fallback_resolution(f->vector.surface, page->dpi, page->dpi);
        f->surface = cairo_surface_reference(f->vector.surface);
    } else {
        bool deep = page->kind == FIGURE_DEEP;

        f->surface = cairo_image_surface_create(deep ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24,
                                                page->width, page->height);
        f->deep = deep ? deep_new(page->width, page->height) : NULL;
        if (deep && !f->deep)
            return -1;
    }
    f->cr = cairo_create(f->surface);
    cairo_scale(f->cr, point, point);
    if (cairo_status(f->cr) != CAIRO_STATUS_SUCCESS)
        return -1;
    if (!page->transparent) {
        figure_colour(f, page->ground, 1);
        cairo_paint(f->cr);
    }
    return 0;
}

int figure_canvas(struct figure *f, int width, int height, struct rgb ground)
{
    return figure_open(f, &(struct figure_page){FIGURE_PIXELS, width, height, 72, false, ground});
}

void figure_free(struct figure *f)
{
    if (f->tabular)
        pango_attr_list_unref(f->tabular);
    if (f->layout)
        g_object_unref(f->layout);
    if (f->context)
        g_object_unref(f->context);
    if (f->fonts)
        g_object_unref(f->fonts);
    if (f->cr)
        cairo_destroy(f->cr);
    if (f->surface)
        cairo_surface_destroy(f->surface);
    vectorfile_free(&f->vector);
    free(f->deep);
    *f = (struct figure){.unit = 0};
}

static void set_text(struct figure *f, const struct text_style *s, const struct text_box *box,
                     const char *text)
{
    PangoFontDescription *d = pango_font_description_from_string(f->family);
    size_t size = 3 * strlen(text) + 1;
    char *typeset = g_malloc(size);

    minus_write(text, typeset, size);

    pango_font_description_set_absolute_size(d, s->size * f->unit * PANGO_SCALE);
    pango_font_description_set_weight(d, (PangoWeight)s->weight);
    pango_layout_set_font_description(f->layout, d);
    pango_font_description_free(d);
    pango_layout_set_attributes(f->layout, s->tabular ? f->tabular : NULL);
    pango_layout_set_width(f->layout, box && box->width > 0 ? (int)(box->width * PANGO_SCALE) : -1);
    pango_layout_set_height(f->layout, box && box->lines > 0 ? -box->lines : -1);
    pango_layout_set_wrap(f->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(f->layout,
                               box && box->lines > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_text(f->layout, typeset, -1);
    g_free(typeset);
}

void figure_measure(struct figure *f, const struct text_style *s, const struct text_box *box,
                    const char *text, double *w, double *h)
{
    PangoRectangle r;

    set_text(f, s, box, text);
    pango_layout_get_extents(f->layout, NULL, &r);
    if (w)
        *w = (double)r.width / PANGO_SCALE;
    if (h)
        *h = (double)r.height / PANGO_SCALE;
}

void figure_text(struct figure *f, const struct text_style *s, const struct text_box *box,
                 const char *text, double x, double y, double ax, double ay, double angle)
{
    PangoRectangle r;

    set_text(f, s, box, text);
    pango_layout_get_extents(f->layout, NULL, &r);
    cairo_save(f->cr);
    cairo_translate(f->cr, x, y);
    cairo_rotate(f->cr, angle);
    cairo_move_to(f->cr, -ax * r.width / PANGO_SCALE, -ay * r.height / PANGO_SCALE);
    figure_colour(f, s->colour, 1);
    pango_cairo_show_layout(f->cr, f->layout);
    cairo_restore(f->cr);
}

void figure_colour(struct figure *f, struct rgb c, double alpha)
{
    cairo_set_source_rgba(f->cr, c.r, c.g, c.b, alpha);
}

void figure_line(struct figure *f, double x0, double y0, double x1, double y1)
{
    cairo_move_to(f->cr, x0, y0);
    cairo_line_to(f->cr, x1, y1);
    cairo_stroke(f->cr);
}

/* ---- images -------------------------------------------------------------------------------- */

/* What has been drawn goes under what will be. */
static void flatten(struct figure *f)
{
    unsigned char *pixels;
    size_t stride;

    cairo_surface_flush(f->surface);
    pixels = cairo_image_surface_get_data(f->surface);
    stride = (size_t)cairo_image_surface_get_stride(f->surface);
    for (size_t y = 0; y < (size_t)f->height; y++) {
        uint32_t *row = (uint32_t *)(void *)(pixels + y * stride);

        deep_over8(f->deep + 4 * y * (size_t)f->width, row, (size_t)f->width);
        memset(row, 0, 4 * (size_t)f->width);
    }
    cairo_surface_mark_dirty(f->surface);
}

int figure_image_new(const struct figure *f, struct figure_image *i, int w, int h)
{
    *i = (struct figure_image){.w = w, .h = h};
    if (f->deep)
        i->deep = deep_new(w, h);
    else
        i->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, w, h);
    return f->deep ? (i->deep ? 0 : -1)
                   : (cairo_surface_status(i->surface) == CAIRO_STATUS_SUCCESS ? 0 : -1);
}

void figure_image_row(struct figure_image *i, int y, const struct rgb *colour)
{
    size_t w = (size_t)i->w;

    if (i->deep) {
        uint16_t *to = i->deep + 4 * w * (size_t)y;

        for (size_t x = 0; x < w; x++, to += 4) {
            to[3] = isnan(colour[x].r) ? 0 : DEEP_MAX;
            to[0] = deep_of(colour[x].r);
            to[1] = to[3] ? deep_of(colour[x].g) : 0;
            to[2] = to[3] ? deep_of(colour[x].b) : 0;
        }
    } else {
        size_t stride = (size_t)cairo_image_surface_get_stride(i->surface);
        uint32_t *to =
            (uint32_t *)(void *)(cairo_image_surface_get_data(i->surface) + stride * (size_t)y);

        for (size_t x = 0; x < w; x++)
            to[x] = isnan(colour[x].r) ? 0 : 0xff000000u | rgb_pack(colour[x]);
        cairo_surface_mark_dirty_rectangle(i->surface, 0, y, i->w, 1);
    }
}

void figure_image_paint(struct figure *f, struct figure_image *i, int x, int y)
{
    if (!i->deep) {
        cairo_set_source_surface(f->cr, i->surface, x, y);
        cairo_paint(f->cr);
        return;
    }
    flatten(f);
    for (int j = 0; j < i->h; j++) { /* what is on the page */
        int from = x < 0 ? -x : 0, to = x + i->w > f->width ? f->width - x : i->w;

        if (y + j >= 0 && y + j < f->height && from < to)
            deep_over(f->deep + 4 * ((size_t)(y + j) * (size_t)f->width + (size_t)(x + from)),
                      i->deep + 4 * ((size_t)j * (size_t)i->w + (size_t)from), (size_t)(to - from));
    }
}

void figure_image_free(struct figure_image *i)
{
    if (i->surface)
        cairo_surface_destroy(i->surface);
    free(i->deep);
    *i = (struct figure_image){.surface = NULL};
}

/* ---- files --------------------------------------------------------------------------------- */

int figure_write(struct figure *f, const struct tw_host *host, const char *path,
                 const struct png_picture *p)
{
    struct png_picture picture = *p;
    size_t stride;

    if (cairo_status(f->cr) != CAIRO_STATUS_SUCCESS)
        return host->fail(host, TW_EINTERNAL, "cairo: %s",
                          cairo_status_to_string(cairo_status(f->cr)));
    if (f->page.kind == FIGURE_PDF || f->page.kind == FIGURE_SVG)
        return vectorfile_write(&f->vector, host, path, p);
    cairo_surface_flush(f->surface);
    stride = (size_t)cairo_image_surface_get_stride(f->surface) / 4;
    if (stride != (size_t)f->width) /* cairo pads to four bytes: never for 32-bit pixels */
        return host->fail(host, TW_EINTERNAL, "cairo: rows of an unexpected length");
    picture.width = (size_t)f->width;
    picture.height = (size_t)f->height;
    if (f->deep) {
        flatten(f);
        picture.deep = f->deep;
        picture.alpha = f->page.transparent;
    }
    picture.pixels = (const uint32_t *)(const void *)cairo_image_surface_get_data(f->surface);
    return pngfile_write(host, path, &picture);
}
