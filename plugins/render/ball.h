/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ball.h -- a ball of red lacquer on the surface.
 *
 *     ball_put       there it is (field_rest() tells how high): gathers the light around it
 *     ball_meet      a ray against it
 *     ball_shade     the colour of what the ray met
 *     ball_key       how much of the lamp it leaves to a place
 *     ball_cover     how much of the sky it hides from a place, and
 *     ball_glow      what comes from it instead
 *
 * It is a sphere by formula, not a part of the mesh: it can move without the mesh being built anew,
 * and what it hides of the lamp and of the sky is known without a ray, so without noise.
 */
#ifndef RENDER_BALL_H
#define RENDER_BALL_H

#include "render/vec.h"

#include <stdbool.h>

#define BALL_HARMONICS 9

struct scene;
struct view;

struct ball {
    float r; /* 0: there is none */
    struct vec at, red, pale;
    float spin[9];                    /* from its own axes to the room's, by rows */
    struct vec light[BALL_HARMONICS]; /* around it, in spherical harmonics */
};

/* After the light is baked and the trail is laid. */
void ball_put(struct scene *s, struct vec at, float r, const double spin[9]);
/* Distance along the unit vector; negative: it misses. */
float ball_meet(const struct ball *b, struct vec from, struct vec along);
/* `far` as ball_meet() says. */
struct vec ball_shade(const struct scene *s, const struct view *v, float far);

float ball_key(const struct scene *s, struct vec p);
float ball_cover(const struct scene *s, struct vec p, struct vec n);
struct vec ball_glow(const struct scene *s);

#endif
