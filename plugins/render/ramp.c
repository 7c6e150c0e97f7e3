/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ramp.c -- see ramp.h. */
#include "render/ramp.h"

#include <stddef.h>

float srgb_linear(float c)
{
    return c <= 0.04045f ? c / 12.92f : powf((c + 0.055f) / 1.055f, 2.4f);
}

float linear_srgb(float c)
{
    return c <= 0.0031308f ? c * 12.92f : 1.055f * powf(c, 1 / 2.4f) - 0.055f;
}

static struct vec vec_of(struct rgb c)
{
    return (struct vec){srgb_linear((float)c.r), srgb_linear((float)c.g), srgb_linear((float)c.b)};
}

struct vec hex_linear(uint32_t c)
{
    return vec_of(rgb_unpack(c));
}

void ramp_fill(struct ramp *r, enum palette p)
{
    for (size_t i = 0; i < RAMP_SIZE; i++)
        r->linear[i] = vec_of(palette_at(p, (double)i / (RAMP_SIZE - 1)));
}

struct vec ramp_at(const struct ramp *r, float t)
{
    float at = clamp01(t) * (RAMP_SIZE - 1);
    size_t i = (size_t)at < RAMP_SIZE - 2 ? (size_t)at : RAMP_SIZE - 2;

    return vec_mix(r->linear[i], r->linear[i + 1], at - (float)i);
}

struct rgb linear_rgb(struct vec c)
{
    return (struct rgb){(double)linear_srgb(c.x), (double)linear_srgb(c.y),
                        (double)linear_srgb(c.z)};
}

struct rgb ramp_rgb(const struct ramp *r, double t)
{
    return linear_rgb(ramp_at(r, (float)t));
}
