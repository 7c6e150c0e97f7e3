/* SPDX-License-Identifier: GPL-3.0-or-later */
/* land.h -- a landscape of the ball in the room, and all of them side by side in one world.
 *
 *     lands_new      from a result with a ball
 *     land_room      a place of the plane in the landscape's room (render/heightfield.h)
 *     land_height    of the relief there, NaN outside
 *     land_normal    of the relief
 *     lands_free
 *
 * Each landscape has a room of its own, with its lowest point at height 0.  In the world the room
 * of the first stands where it is, and each next one so that the point where the ball came to rest
 * is the one where it comes in: what the camera sees goes on.
 */
#ifndef SINK_MOVIE_LAND_H
#define SINK_MOVIE_LAND_H

#include <thalweg/plugin.h>

struct land {
    const struct tw_landscape *l;
    struct tw_result result; /* this landscape alone, for the renderer */
    double *height;          /* as tw_landscape.height, lowest 0; NaN: a hole */
    double low, high;        /* of the landscape's own heights */
    double mid[2], per[2], half[2];
    double offset[3];         /* world = room + offset */
    double rest[2], enter[2]; /* where the ball rests and comes in, in the plane */
};

/* TW_OK or TW_ENOMEM; n of them. */
int lands_new(struct land **to, const struct tw_result *r);
void lands_free(struct land *l, size_t n);

void land_room(const struct land *l, double x, double y, double room[2]);
double land_height(const struct land *l, double rx, double ry);
void land_normal(const struct land *l, double rx, double ry, double n[3]);

#endif
