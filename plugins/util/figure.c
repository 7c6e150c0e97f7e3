/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.c -- see figure.h. */
#include "figure.h"

#include <stdint.h>
#include <stdlib.h>

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

int figure_canvas(struct figure *f, int width, int height, struct rgb ground)
{
    f->width = width;
    f->height = height;
    f->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    f->cr = cairo_create(f->surface);
    if (cairo_status(f->cr) != CAIRO_STATUS_SUCCESS)
        return -1;
    figure_colour(f, ground, 1);
    cairo_paint(f->cr);
    return 0;
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
    *f = (struct figure){.unit = 0};
}

static void set_text(struct figure *f, const struct text_style *s, const struct text_box *box,
                     const char *text)
{
    PangoFontDescription *d = pango_font_description_from_string(f->family);

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
    pango_layout_set_text(f->layout, text, -1);
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

int figure_write(struct figure *f, const struct tw_host *host, const char *path,
                 const struct png_picture *p)
{
    struct png_picture picture = *p;
    size_t stride;

    if (cairo_status(f->cr) != CAIRO_STATUS_SUCCESS)
        return host->fail(host, TW_EINTERNAL, "cairo: %s",
                          cairo_status_to_string(cairo_status(f->cr)));
    cairo_surface_flush(f->surface);
    stride = (size_t)cairo_image_surface_get_stride(f->surface) / 4;
    if (stride != (size_t)f->width) /* cairo pads to four bytes: never for 32-bit pixels */
        return host->fail(host, TW_EINTERNAL, "cairo: rows of an unexpected length");
    picture.width = (size_t)f->width;
    picture.height = (size_t)f->height;
    picture.pixels = (const uint32_t *)(const void *)cairo_image_surface_get_data(f->surface);
    return pngfile_write(host, path, &picture);
}
