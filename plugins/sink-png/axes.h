/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axes.h -- what stands around the map or the curve. */
#ifndef SINK_PNG_AXES_H
#define SINK_PNG_AXES_H

#include "sink-png/chart.h"

/* The line around it; symbols on the border are drawn over it. */
void chart_frame(struct chart *c);
/* Ticks and titles of the axes, colour bar. */
int chart_axes(struct chart *c);
/* Title and subtitle above, notes below. */
void chart_titles(struct chart *c);

#endif
