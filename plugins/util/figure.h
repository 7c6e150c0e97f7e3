/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.h -- a picture in cairo with text in pango, measured in typographic points.
 *
 *     figure_init      fonts; text can be measured from now on
 *     figure_canvas    the surface, once its size is known
 *     figure_text      one piece of text, placed by an anchor
 *     figure_write     the picture into a PNG file
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

#include <pango/pangocairo.h>
#include <stdbool.h>

struct figure {
    double unit;
    int width, height;
    cairo_surface_t *surface;
    cairo_t *cr;
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

/* `p` needs everything but size and pixels.  As pngfile_write(). */
int figure_write(struct figure *f, const struct tw_host *host, const char *path,
                 const struct png_picture *p);

#endif
