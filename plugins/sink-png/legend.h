/* SPDX-License-Identifier: GPL-3.0-or-later */
/* legend.h -- what the symbols mean, and what must be known to read the picture. */
#ifndef SINK_PNG_LEGEND_H
#define SINK_PNG_LEGEND_H

#include "sink-png/chart.h"

void legend_collect(struct chart *c);
/* Places the items from (x, y) on within `width`; the height that they take. */
double legend_place(struct chart *c, double x, double y, double width);
void legend_draw(struct chart *c);
/* The notes, in c->note. */
void note_collect(struct chart *c);

#endif
