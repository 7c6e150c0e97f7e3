/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.h -- a picture in cairo with text in pango, measured in typographic points.
 *
 *     figure_init      fonts; text can be measured from now on
 *     figure_open      the page, once its size is known, in pixels or vectors
 *     figure_text      one piece of text, placed by an anchor
 *     figure_image_*   pixels in it, as exact as the page can have them
 *     figure_write     the picture into a PNG, PDF or SVG file
 *     figure_free
 *
 * Lengths and places are in pixels; `unit` pixels are one point, in which sizes
 * of text and widths of lines are given.  Text is not hinted
 * and does not depend on the settings of the desktop.
 */
#ifndef UTIL_FIGURE_H
#define UTIL_FIGURE_H

#include "palette.h"
#include "pngfile.h"
#include "vectorfile.h"

#include <pango/pangocairo.h>
#include <stdbool.h>

enum figure_kind {
    FIGURE_PIXELS, /* 8 bits, opaque */
    FIGURE_DEEP,   /* 16 bits and alpha; see deep.h */
    FIGURE_PDF,
    FIGURE_SVG
};

struct figure_page {
    enum figure_kind kind;
    int width, height;
    double dpi;       /* of PDF and SVG: how large a pixel is */
    bool transparent; /* without a ground; not for FIGURE_PIXELS */
    struct rgb ground;
};

struct figure {
    double unit;
    int width, height;
    struct figure_page page;
    cairo_surface_t *surface;
    cairo_t *cr;
    uint16_t *deep;           /* FIGURE_DEEP: what lies under `surface`, width x height x 4 */
    struct vectorfile vector; /* FIGURE_PDF, FIGURE_SVG: has the surface */
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
    PangoAttrList *tabular;
    const char *family;
};

struct text_style {
    double size; /* points */
    int weight;  /* PANGO_WEIGHT_* */
    struct rgb colour;
    bool tabular; /* all figures of the same width */
};

struct text_box {
    double width; /* pixels to wrap at; 0: never */
    int lines;    /* more than these end in an ellipsis; 0: no limit */
};

/* `family` is borrowed until figure_free().  0, or -1 when out of memory. */
int figure_init(struct figure *f, double unit, const char *family);
int figure_open(struct figure *f, const struct figure_page *page);
/* FIGURE_PIXELS. */
int figure_canvas(struct figure *f, int width, int height, struct rgb ground);
void figure_free(struct figure *f);

/* Size in pixels; w or h may be NULL. */
void figure_measure(struct figure *f, const struct text_style *s, const struct text_box *box,
                    const char *text, double *w, double *h);

/* The point (ax, ay) of the text, (0, 0) its top left and (1, 1) its bottom right
 * corner, comes to (x, y); the text is turned about it by `angle`, clockwise. */
void figure_text(struct figure *f, const struct text_style *s, const struct text_box *box,
                 const char *text, double x, double y, double ax, double ay, double angle);

void figure_colour(struct figure *f, struct rgb c, double alpha);
void figure_line(struct figure *f, double x0, double y0, double x1, double y1);

/* Pixels for the page of `f`, with 16 bits where it has them. */
struct figure_image {
    int w, h;
    cairo_surface_t *surface; /* ARGB32 */
    uint16_t *deep;           /* or this; see deep.h */
};

/* 0, or -1 when out of memory; free it in any case. */
int figure_image_new(const struct figure *f, struct figure_image *i, int w, int h);
/* Row y from the top; where a colour's r is NaN there is nothing. */
void figure_image_row(struct figure_image *i, int y, const struct rgb *colour);
/* Whole pixels; a clip does not hold where the page has 16 bits. */
void figure_image_paint(struct figure *f, struct figure_image *i, int x, int y);
void figure_image_free(struct figure_image *i);

/* `p` needs everything but size and pixels; of FIGURE_DEEP also the depth.  As pngfile_write(). */
int figure_write(struct figure *f, const struct tw_host *host, const char *path,
                 const struct png_picture *p);

#endif
