/* SPDX-License-Identifier: GPL-3.0-or-later */
/* way.h -- the way of the ball. */
#ifndef SINK_PNG_WAY_H
#define SINK_PNG_WAY_H

#include "sink-png/chart.h"

/* How many samples of the ball lie in this landscape. */
size_t ball_samples(const struct chart *c);
/* The way, under the frame; the ball where it rests, on it. */
void chart_way(struct chart *c);
void chart_ball(struct chart *c);

#endif
