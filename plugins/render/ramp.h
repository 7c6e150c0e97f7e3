/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ramp.h -- a palette of util/palette.h in linear light, to be lit.
 *
 *     ramp_fill      the table of one palette
 *     ramp_at        colour at t, linear light
 *     srgb_linear, linear_srgb   one channel there and back
 *     hex_linear     0xRRGGBB to linear light
 *     linear_rgb     linear light as it goes into a picture
 */
#ifndef RENDER_RAMP_H
#define RENDER_RAMP_H

#include "render/vec.h"
#include "util/palette.h"

#include <stdint.h>

#define RAMP_SIZE 256

struct ramp {
    struct vec linear[RAMP_SIZE];
};

void ramp_fill(struct ramp *r, enum palette p);
/* t is clamped. */
struct vec ramp_at(const struct ramp *r, float t);
/* As it goes into a picture. */
struct rgb ramp_rgb(const struct ramp *r, double t);

float srgb_linear(float c);
float linear_srgb(float c);
struct vec hex_linear(uint32_t c);
struct rgb linear_rgb(struct vec c);

#endif
