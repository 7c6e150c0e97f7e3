/* SPDX-License-Identifier: GPL-3.0-or-later */
/* labels.h -- words on the picture, none of which touches another.
 *
 *     labels_make   a label of some text, measured, not placed yet
 *     labels_add    place it if there is room
 *     labels_keep   keep a rectangle free
 *     labels_paint   all of them
 *
 * A label is a rectangle about its centre, turned by an angle.
 */
#ifndef RENDER_LABELS_H
#define RENDER_LABELS_H

#include "util/figure.h"

#define LABELS_MAX 128
#define LABEL_TEXT 320

struct label {
    double x, y, w, h, angle; /* centre, size, clockwise; pixels */
    struct text_style style;
    struct text_box box;
    char text[LABEL_TEXT]; /* empty: only keeps its rectangle free */
};

struct labels {
    size_t n;
    struct label at[LABELS_MAX];
};

struct label labels_make(struct figure *f, const struct text_style *s, double wrap, int lines,
                         const char *text);
/* Do two labels come closer than `apart`? */
bool labels_touch(const struct label *a, const struct label *b, double apart);
/* Is there room, and is it inside the picture of width x height? */
bool labels_fit(const struct labels *l, const struct label *one, double apart, double width,
                double height);
bool labels_add(struct labels *l, const struct label *one, double apart, double width,
                double height);
void labels_keep(struct labels *l, double x, double y, double w, double h);
void labels_paint(const struct labels *l, struct figure *f);

#endif
