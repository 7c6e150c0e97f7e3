/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.h -- where in a pixel, on the lamp and in the sky the renderer looks: fixed sequences,
 * functions of a counter only.
 *
 * Points are those of the R2 sequence (Roberts 2018), the additive recurrence by the plastic
 * number.  Neighbouring pixels take different stretches of it, in the order of a Bayer
 * matrix, so that what is left of the noise lies between pixels, where the eye does not see it.
 */
#ifndef RENDER_SAMPLE_H
#define RENDER_SAMPLE_H

#include "render/vec.h"

#include <stdint.h>

#define BAYER 64 /* entries of the 8 x 8 matrix */

/* Rank of (x, y) in the 8 x 8 matrix. */
static inline uint32_t bayer(uint32_t x, uint32_t y)
{
    uint32_t d = x ^ y, r = 0;

    for (unsigned bit = 0; bit < 3; bit++)
        r |= (d >> bit & 1) << (5 - 2 * bit) | (y >> bit & 1) << (4 - 2 * bit);
    return r;
}

struct pair {
    float u, v; /* in [0, 1) */
};

static inline struct pair r2(uint32_t i)
{
    uint32_t u = UINT32_C(0x80000000) + i * UINT32_C(3242174889);
    uint32_t v = UINT32_C(0x80000000) + i * UINT32_C(2447445414);

    return (struct pair){(float)(u >> 8) * 0x1p-24f, (float)(v >> 8) * 0x1p-24f};
}

/* Uniform on the unit disc. */
static inline struct pair on_disc(struct pair p)
{
    float r = sqrtf(p.u), a = 6.2831853f * p.v;
    struct pair d = {cosf(a), sinf(a)};

    return (struct pair){r * d.u, r * d.v};
}

/* Around the unit vector n, as likely as its cosine. */
static inline struct vec cosine_direction(struct vec n, struct pair p)
{
    struct pair d = on_disc(p);
    struct vec a, b;

    vec_base(n, &a, &b);
    return vec_unit(vec_along(vec_along(vec_scale(n, sqrtf(1 - p.u)), a, d.u), b, d.v));
}

#endif
