/* SPDX-License-Identifier: GPL-3.0-or-later */
/* track.h -- the trajectories, their checkpoints and ends, and the lowest point. */
#ifndef SINK_PNG_TRACK_H
#define SINK_PNG_TRACK_H

#include "sink-png/chart.h"

/* The runs; their spots, once the map has its place; to be freed. */
int runs_collect(struct chart *c);
int runs_place(struct chart *c);
void runs_free(struct chart *c);

/* Paths and beads, under the frame; the lowest point, starts and ends, on it. */
void chart_paths(struct chart *c);
void chart_ends(struct chart *c);

#endif
