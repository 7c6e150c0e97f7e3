/* SPDX-License-Identifier: GPL-3.0-or-later */
/* track.h -- trajectories that grow, for a film without a ball.
 *
 *     track_show_new   from a result's trajectories, as far as they lie in the picture
 *     track_show_at    as a ball at the first one's head and a trail of all of them
 *     track_show_free
 */
#ifndef SINK_MOVIE_TRACK_H
#define SINK_MOVIE_TRACK_H

#include "render/render.h"

struct track_show {
    const struct tw_result *r;
    double *way; /* of all tracks, one after the other: 0 to 1 along each */
    double (*trail)[3];
    size_t n; /* points */
};

/* TW_OK or TW_ENOMEM. */
int track_show_new(struct track_show *to, const struct tw_result *r);
/* `grown`: 0 to 1.  false: there is no trajectory.  The trail is borrowed until the next call. */
bool track_show_at(const struct track_show *s, double grown, struct render_ball *ball,
                   double *loss);
void track_show_free(struct track_show *s);

#endif
