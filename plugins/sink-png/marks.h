/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marks.h -- points of the plane that have names, and critical points. */
#ifndef SINK_PNG_MARKS_H
#define SINK_PNG_MARKS_H

#include "sink-png/chart.h"

/* Where the names go; on a line above the frame, in rows of this height together. */
double marks_height(struct chart *c);
void marks_place(struct chart *c);

void chart_names(struct chart *c);
void chart_points(struct chart *c);
void chart_critical(struct chart *c);

#endif
