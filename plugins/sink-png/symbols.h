/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symbols.h -- every symbol that stands on the map, on a curve or in the legend. */
#ifndef SINK_PNG_SYMBOLS_H
#define SINK_PNG_SYMBOLS_H

#include "sink-png/chart.h"

void symbol_draw(struct chart *c, const struct legend_item *l, double x, double y);
/* A checkpoint; `off`: its distance from the plane, 0 to 1. */
void bead_draw(struct chart *c, double x, double y, double off, struct rgb colour);
enum symbol symbol_of(uint32_t critical_kind);

/* These draw the current path: as that of run i, in white and its colour; as the way of the
 * ball; as a hole, filled with its pattern. */
void path_stroke(struct chart *c, size_t i);
void way_stroke(struct chart *c);
void hole_fill(struct chart *c);

#endif
