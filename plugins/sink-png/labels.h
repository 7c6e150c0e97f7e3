/* SPDX-License-Identifier: GPL-3.0-or-later */
/* labels.h -- numbers on iso-lines. */
#ifndef SINK_PNG_LABELS_H
#define SINK_PNG_LABELS_H

#include "sink-png/chart.h"

extern const struct text_style label_style;

/* Place labels of one level on a polyline (n pairs, pixels of the map). */
void labels_place(struct chart *c, const double *xy, size_t n, bool closed, const char *text,
                  double text_w, double text_h, struct rgb colour);
void labels_draw(struct chart *c);
/* Their boxes, in pixels of the map, as a path the other way round than cairo_rectangle: they are
 * holes in one. */
void labels_path(const struct chart *c, cairo_t *cr);

#endif
