/* SPDX-License-Identifier: GPL-3.0-or-later */
/* losses.h -- what loss the ball is at.
 *
 *     losses_new   heights and losses of a landscape's grid, sorted
 *     losses_at    of a height
 *     losses_free
 *
 * A height tells the loss, and exactly so at grid points.
 */
#ifndef SINK_MOVIE_LOSSES_H
#define SINK_MOVIE_LOSSES_H

#include "sink-movie/land.h"

struct losses_pair {
    double height, loss;
};

struct losses {
    size_t n;
    struct losses_pair *at;
    double enter, rest; /* what is missing from the true loss there */
};

/* `before`: the true loss where the ball comes in, NaN where that is a grid point. z: the heights
 * of the ball where it comes in and rests, as in struct tw_ball.  TW_OK or TW_ENOMEM. */
int losses_new(struct losses *to, const struct tw_landscape *l, double before, double z_enter,
               double z_rest);
/* `rolled`: how much of the way is over, 0 to 1. */
double losses_at(const struct losses *l, double z, double rolled);
void losses_free(struct losses *l);

#endif
