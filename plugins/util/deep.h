/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deep.h -- pixels of four times 16 bits: red, green, blue in sRGB, multiplied by the alpha that
 * comes last. */
#ifndef UTIL_DEEP_H
#define UTIL_DEEP_H

#include <stddef.h>
#include <stdint.h>

#define DEEP_MAX 65535u

/* A share of the most there is; NaN counts as 0. */
static inline uint16_t deep_of(double share)
{
    return share > 0 ? (uint16_t)((share < 1 ? share : 1) * DEEP_MAX + 0.5) : 0;
}

static inline uint32_t deep_times(uint32_t a, uint32_t b)
{
    return (a * b + DEEP_MAX / 2) / DEEP_MAX; /* below 2^32: both are at most DEEP_MAX */
}

/* `n` pixels lie over others. */
static inline void deep_over(uint16_t *to, const uint16_t *from, size_t n)
{
    for (size_t i = 0; i < 4 * n; i++) {
        uint32_t v = from[i] + deep_times(to[i], DEEP_MAX - from[i | 3]);

        to[i] = (uint16_t)(v < DEEP_MAX ? v : DEEP_MAX);
    }
}

/* The same for those of cairo, ARGB32. */
static inline void deep_over8(uint16_t *to, const uint32_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t c = from[i];
        const uint16_t wide[4] = {(uint16_t)((c >> 16 & 255) * 257),
                                  (uint16_t)((c >> 8 & 255) * 257), (uint16_t)((c & 255) * 257),
                                  (uint16_t)((c >> 24) * 257)};

        if (c)
            deep_over(to + 4 * i, wide, 1);
    }
}

/* As ARGB32. */
static inline uint32_t deep_argb32(const uint16_t *from)
{
    uint32_t v[4];

    for (int k = 0; k < 4; k++)
        v[k] = (from[k] * 255u + DEEP_MAX / 2) / DEEP_MAX;
    return v[3] << 24 | v[0] << 16 | v[1] << 8 | v[2];
}

/* Colour and alpha apart, as PNG has them. */
static inline void deep_straight(const uint16_t *from, uint16_t to[4])
{
    uint32_t a = from[3];

    for (int k = 0; k < 3; k++) {
        uint32_t v = a ? (from[k] * (uint32_t)DEEP_MAX + a / 2) / a : 0;

        to[k] = (uint16_t)(v < DEEP_MAX ? v : DEEP_MAX);
    }
    to[3] = (uint16_t)a;
}

#endif
