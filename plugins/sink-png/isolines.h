/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isolines.h -- iso-lines of a map. */
#ifndef SINK_PNG_ISOLINES_H
#define SINK_PNG_ISOLINES_H

#include "sink-png/chart.h"

/* Draw those of the surface `t` (positions on the scale, ny x nx) with their fading, and choose
 * the places of their numbers.  Or TW_ECANCELLED. */
int isolines_draw(struct chart *c, const double *t);
/* Dashed ones of another surface, at the levels that are bold. */
int isolines_test(struct chart *c, const double *t);

#endif
