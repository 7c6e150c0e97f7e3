/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.h -- where everything goes. */
#ifndef SINK_PNG_LAYOUT_H
#define SINK_PNG_LAYOUT_H

#include "sink-png/chart.h"

/* And the canvas.  Or TW_EINVAL, reported: the picture is too small for what must be on it. */
int chart_layout(struct chart *c);

#endif
