/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve.h -- a line through the landscape: loss and accuracy over x. */
#ifndef SINK_PNG_CURVE_H
#define SINK_PNG_CURVE_H

#include "sink-png/chart.h"

/* Or TW_ECANCELLED. */
int chart_curve(struct chart *c);

#endif
