/* SPDX-License-Identifier: GPL-3.0-or-later */
/* motion.h -- the ball's way as keys of an animation: it rolls without slipping.
 *
 *     motion_new     from a result's ball, through all landscapes
 *     motion_rest    the centre of a ball that lies at a place of the surface
 *     motion_free
 *
 * All keys are in the room of the first landscape; each next one is moved so that the ball goes on
 * where it rested.
 */
#ifndef SINK_OBJ_MOTION_H
#define SINK_OBJ_MOTION_H

#include "terrain.h"

#include "util/quaternion.h"

struct motion_key {
    double t; /* seconds, ascending, from 0 */
    struct vec centre;
    struct quaternion turn;
};

struct motion {
    struct motion_key *key;
    size_t n;
    struct vec *offset; /* of each landscape */
    double *begin;      /* seconds: when each landscape comes */
    size_t n_landscapes;
};

/* Where the centre is when the ball touches the surface at (x, y) in the grid's coordinates; false
 * in a hole or outside.  A ball that would touch it elsewhere, too, is lifted: it never cuts in. */
bool motion_rest(const struct terrain *t, double x, double y, double radius, struct vec *centre,
                 struct vec *normal);

/* `terrain` has one for each of the result's landscapes.  0, or -1 when out of memory; to be freed
 * in either case. */
int motion_new(struct motion *m, const struct tw_result *r, const struct terrain *terrain);
void motion_free(struct motion *m);

#endif
