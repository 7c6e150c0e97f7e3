/* SPDX-License-Identifier: GPL-3.0-or-later */
/* camera.h -- where the camera is in each frame of the film.
 *
 *     camera_side   from which side the ball is hidden least
 *     camera_plan   all of the film, in the world of land.h
 *
 * It circles slowly, at one speed but for the ends, looks at a place between the middle of the
 * landscape and the ball, goes nearer while the ball rolls and back for cards and changes, and
 * rises where the ground would hide the ball.  All of that is wished for frame by frame and then
 * smoothed by a critically damped spring, forwards and backwards in time: nothing lags behind,
 * nothing jumps, place, direction and their speeds are continuous.
 */
#ifndef SINK_MOVIE_CAMERA_H
#define SINK_MOVIE_CAMERA_H

#include "sink-movie/roll.h"
#include "sink-movie/timeline.h"

/* One frame's; as struct render_eye, in the world. */
struct shot {
    double at[3], distance, turn, rise; /* degrees */
};

struct camera_want {
    const struct timeline *time;
    const struct roll *roll; /* NULL: a turntable */
    const struct land *lands;
    size_t n_frames;
    double fps;
    struct shot whole;  /* all of the first landscape is in sight */
    double fov, aspect; /* vertical, degrees; width by height */
};

/* Degrees, from the x axis counter-clockwise; `rise` and `distance` as in a shot. */
double camera_side(const struct camera_want *w);

/* n_frames shots, to be freed; NULL when out of memory. */
struct shot *camera_plan(const struct camera_want *w);

/* Where the eye is. */
void camera_eye(const struct shot *s, double eye[3]);

/* Does the ground of a landscape hide the ball, in the world, from the eye? */
bool camera_hidden(const struct land *l, const double foot[3], double radius, const double eye[3]);

#endif
