/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.h -- where everything goes. */
#ifndef SINK_PNG_LAYOUT_H
#define SINK_PNG_LAYOUT_H

#include "sink-png/chart.h"

/* And the canvas.  Or TW_EINVAL, reported: the picture is too small for what must be on it. */
int chart_layout(struct chart *c);

/* Of one panel of several, on a page that is there: frame, ticks and names of the axes into `room`,
 * of which an infinite height becomes what the frame needs.  Or TW_EINVAL, not reported. */
int chart_layout_in(struct chart *c, struct box *room);

/* What the colour bar takes at the right, for bars of about this height. */
double chart_key_width(struct chart *c, double height);

#endif
