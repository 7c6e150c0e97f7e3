/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ramp.h -- colours of the loss for the renderer: those of util/palette.h, and a few more for
 * prints, mixed between a handful of colours in OKLab (Ottosson 2020).
 *
 *     ramp_fill      the table of one ramp
 *     ramp_at        colour at t, linear light, to be lit
 *     srgb_linear, linear_srgb   one channel there and back
 *     hex_linear     0xRRGGBB to linear light
 */
#ifndef RENDER_RAMP_H
#define RENDER_RAMP_H

#include "render/vec.h"
#include "util/palette.h"

#include <stdint.h>

enum ramp_name {
    RAMP_GREY = PALETTE_COUNT, /* below: enum palette */
    RAMP_DUSK,
    RAMP_PEARL,
    RAMP_HYPSOMETRIC,
    RAMP_DIVERGING,
    RAMP_COUNT
};

/* RAMP_COUNT names and a NULL. */
extern const char *const ramp_names[];

#define RAMP_SIZE 256

struct ramp {
    struct vec linear[RAMP_SIZE];
};

void ramp_fill(struct ramp *r, int name);
/* t is clamped. */
struct vec ramp_at(const struct ramp *r, float t);
/* As it goes into a picture. */
struct rgb ramp_rgb(const struct ramp *r, double t);

float srgb_linear(float c);
float linear_srgb(float c);
struct vec hex_linear(uint32_t c);
struct rgb hex_rgb(uint32_t c);

#endif
