/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.h -- what happens when in the film.
 *
 *     timeline_new    parts of a film of so many seconds about so many landscapes
 *     timeline_at     what is to be seen at a time of the film
 *     timeline_free
 *
 * Parts: title, then for each landscape the ball's roll and a rest, between two of them a morph,
 * and the end card.  They fill the duration exactly.
 *
 * While the ball rolls, its own time t follows the film's, monotone and with a continuous rate.  A
 * ball spends most of its time in the flat bottom of a valley, so a second of t counts
 *
 *     w(t) = FLOOR + (1 - FLOOR) x^2 / (1 + x^2),  x = v(t) / v_c,  v(t) = sqrt(2 (E(t) - E_rest)):
 *
 * one where it is quick, little where it is not.  v(t) is the speed that it could still have;
 * unlike its speed it does not swing.  The film shows W = integral of w at an even rate, eased at
 * both ends; v_c is chosen so that W lasts as long as the landscape's share of the film, as near to
 * real time as can be.
 */
#ifndef SINK_MOVIE_TIMELINE_H
#define SINK_MOVIE_TIMELINE_H

#include <stdbool.h>
#include <thalweg/plugin.h>

enum phase { PHASE_TITLE, PHASE_ROLL, PHASE_REST, PHASE_MORPH, PHASE_END };

struct part {
    enum phase phase;
    size_t land;
    double from, to; /* seconds of the film */
};

/* The ball's time in one landscape. */
struct warp {
    size_t n;
    const double *t; /* of the ball's samples, borrowed */
    double *w, *sum; /* n: weight of time there, and its integral so far */
    double length;   /* seconds of the film that the roll takes, at most its part's */
};

struct timeline {
    double duration;
    size_t n_parts, n_lands;
    struct part *part;
    struct warp *warp; /* n_lands; NULL without a ball */
};

struct timeline_want {
    double duration, speed; /* speed NaN: chosen */
    bool title, end;
};

struct moment {
    enum phase phase;
    size_t land;
    double t;      /* the ball's time; without a ball 0 */
    double rolled; /* how much of the roll is over, 0 to 1, eased */
    double share;  /* of the part, 0 to 1 */
    const struct part *part;
};

/* Without a ball there is one landscape.  TW_OK or TW_ENOMEM. */
int timeline_new(struct timeline *to, const struct tw_ball *ball, size_t n_lands,
                 const struct timeline_want *want);
void timeline_free(struct timeline *l);
struct moment timeline_at(const struct timeline *l, double time);

#endif
