/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roll.h -- where the ball is and how it has turned.
 *
 *     roll_new    from the ball's samples
 *     roll_at     at a time of the ball
 *     roll_free
 *
 * The ball rolls without slipping: when its centre moves by d over ground with the normal n, it
 * turns by |d| / radius about n x d.  The turns are added up as unit quaternions, sample by sample.
 * Between samples the place is a cubic that does not swing past them.
 */
#ifndef SINK_MOVIE_ROLL_H
#define SINK_MOVIE_ROLL_H

#include "sink-movie/land.h"
#include "util/quaternion.h"

struct roll {
    const struct tw_ball *b;
    size_t n_lands, *first;    /* n_lands + 1: where the samples of each begin */
    double *vx, *vy, *vz;      /* slopes over time */
    struct quaternion *turned; /* at each sample */
    double *way;               /* of the centre so far */
};

struct roll_place {
    double x, y;    /* in the plane */
    double foot[3]; /* where it touches, in the world */
    double spin[9]; /* row-major, from the ball's own axes to the world's */
    double way;     /* of the centre so far */
    size_t sample;  /* the last one not after */
};

/* TW_OK or TW_ENOMEM; what it is made of is borrowed. */
int roll_new(struct roll *to, const struct tw_ball *b, const struct land *lands, size_t n_lands);
void roll_free(struct roll *r);

/* `t` is clamped to the landscape's times. */
void roll_at(const struct roll *r, const struct land *lands, size_t land, double t,
             struct roll_place *to);

#endif
