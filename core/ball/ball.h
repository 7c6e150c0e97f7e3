/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ball.h -- a solid sphere that rolls on a surface without slipping.
 *
 *     ball_defaults   gravity, friction and the rest
 *     ball_roll       from a start until it rests
 *     roll_free
 *
 * The equations are derived in docs/numerics.md, "The ball".  Friction is viscous: on a slope,
 * however gentle, the ball never stops.  The border of the surface and its holes are walls, which
 * stand upright; the ball may bounce off them, and roll along them.
 */
#ifndef CORE_BALL_H
#define CORE_BALL_H

#include "surface.h"

#define BALL_INERTIA 1.4 /* 7/5: of a solid sphere that rolls, per mass */

struct ball_options {
    double gravity;     /* lengths / s^2 */
    double friction;    /* 1 / s: the share of the speed that is lost, a second; 0: none */
    double restitution; /* of walls: speed after by speed before, 0 to 1 */
    double longest;     /* seconds, then it is stopped */
    double stride;      /* a sample at least every so many lengths ... */
    double pause;       /* ... and seconds */
    double tolerance;   /* of a step */
};

struct ball_sample {
    double t, x, y, z, speed, energy;
};

enum roll_end {
    ROLL_MINIMUM, /* no slope */
    ROLL_WALL,    /* none along the wall that it leans against */
    ROLL_TIME,    /* still rolling after the longest time */
    ROLL_WALLED   /* the start lies in a hole or outside: no samples */
};

struct roll {
    struct ball_sample *sample;
    size_t n, room;
    enum roll_end end;
    bool leans[2]; /* on a wall across x, across y */
};

struct ball_options ball_defaults(void);

/* Steps of the integrator are samples, but for very short ones, and so is every bounce; the last
 * is at rest.  The
 * start velocity is horizontal. */
int ball_roll(const struct surface *s, const struct ball_options *o, const double start[2],
              const double velocity[2], struct roll *out, struct error *err);
void roll_free(struct roll *r);

#endif
