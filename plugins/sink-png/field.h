/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.h -- the map itself: colours, holes, iso-lines. */
#ifndef SINK_PNG_FIELD_H
#define SINK_PNG_FIELD_H

#include "sink-png/chart.h"

/* Or TW_ECANCELLED. */
int chart_field(struct chart *c);

#endif
