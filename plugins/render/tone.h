/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tone.h -- light of any strength to light that a picture can show. */
#ifndef RENDER_TONE_H
#define RENDER_TONE_H

#include "render/vec.h"

#define SHOULDER 0.82f

/* Colours up to SHOULDER stay; brighter ones come closer and closer to white, with their hue. */
static inline struct vec tone(struct vec c)
{
    float m = fmaxf(c.x, fmaxf(c.y, c.z)), to;

    if (m <= SHOULDER)
        return c;
    to = SHOULDER + (1 - SHOULDER) * (1 - expf(-(m - SHOULDER) / (1 - SHOULDER)));
    c = vec_scale(c, to / m);
    /* What is much too bright whitens. */
    return vec_mix(c, (struct vec){to, to, to}, 0.35f * smooth_step(1, 2.6f, m));
}

#endif
