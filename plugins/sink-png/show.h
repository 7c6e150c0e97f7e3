/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h -- which of the result's surfaces is drawn, what it is called, and its scale. */
#ifndef SINK_PNG_SHOW_H
#define SINK_PNG_SHOW_H

#include "sink-png/chart.h"

/* Or TW_EINVAL, reported: the result has not what is to be shown. */
int chart_show(struct chart *c);
/* After chart_show() of all: one scale for them, and one axis of the accuracy; `whole` is that of
 * all values. */
int show_together(struct chart *c, size_t n, struct scale *whole);
bool show_is_loss(const struct chart *c);
bool show_is_convexity(const struct chart *c);

#endif
