/* SPDX-License-Identifier: GPL-3.0-or-later */
/* camera.h -- where the picture is seen from.
 *
 *     camera_fit       looks at some places so that they fill a part of the picture
 *     camera_choose    the turn from which most can be seen
 *     camera_ray       of a place on the picture
 *     camera_project   the place on the picture of a point
 *     camera_sees      whether the surface hides a point
 *     camera_path_seen   how much of the trajectories it does not hide
 *
 * A lens without distortion; its axis is shifted so that the part may lie anywhere.
 */
#ifndef RENDER_CAMERA_H
#define RENDER_CAMERA_H

#include "render/scene.h"

struct camera {
    struct vec eye, right, up, forward;
    float width, height, tan_x, tan_y, shift_x, shift_y, focus;
    float turn, rise; /* radians */
};

/* A part of the picture, pixels. */
struct frame {
    float x, y, w, h;
};

#define CAMERA_SEEN 0.8f /* of the trajectories is enough */

/* `fov` is the vertical angle of view, radians. */
void camera_fit(struct camera *c, int width, int height, float turn, float rise, float fov,
                const struct vec *points, size_t n, struct frame part, float zoom);
/* Of several scenes: the turn that is best for all. */
float camera_choose(const struct scene *const *s, size_t n_scenes, struct camera like,
                    const struct vec *points, size_t n, struct frame part);
/* `along` has unit length. */
void camera_ray(const struct camera *c, float px, float py, struct vec *from, struct vec *along);
/* Depth along the axis; positive in front. */
float camera_project(const struct camera *c, struct vec p, float *px, float *py);
/* Is a place in sight?  What hides it is farther from it than `near`. */
bool camera_sees(const struct scene *s, const struct camera *c, struct vec p, float near);
/* Share of the trajectories and of the ball's way that nothing hides; 1 without any. */
float camera_path_seen(const struct scene *s, const struct camera *c);

#endif
