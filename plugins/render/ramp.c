/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ramp.c -- see ramp.h. */
#include "render/ramp.h"

#include <stddef.h>

const char *const ramp_names[] = {"viridis", "magma", "plasma",      "inferno",   "cividis", "grey",
                                  "dusk",    "pearl", "hypsometric", "diverging", NULL};

#define STOPS_MAX 9

/* Evenly spaced, from low losses to high ones. */
struct stops {
    size_t n;
    uint32_t colour[STOPS_MAX];
};

static const struct stops stops[RAMP_COUNT - PALETTE_COUNT] = {
    [RAMP_GREY - PALETTE_COUNT] = {3, {0x565656, 0x9e9e9e, 0xe0e0e0}},
    [RAMP_DUSK - PALETTE_COUNT] = {8,
                                   {0x16245c, 0x24499a, 0x4a86c8, 0xa9cbd8, 0xf4e3bd, 0xf6ae6b,
                                    0xe5693f, 0xb3224a}},
    [RAMP_PEARL -
        PALETTE_COUNT] = {7,
                          {0x163a8a, 0x2c6cc0, 0x6fabe0, 0xc3def0, 0xf3f1ea, 0xf5d3b6, 0xe39a78}},
    [RAMP_HYPSOMETRIC - PALETTE_COUNT] = {8,
                                          {0x2f6f6a, 0x58936f, 0x98b67c, 0xd3cf96, 0xe5c685,
                                           0xcf9b5c, 0xab6d42, 0xf2ede3}},
    [RAMP_DIVERGING -
        PALETTE_COUNT] = {7,
                          {0x2b49c4, 0x6588ee, 0xa5c1f7, 0xdddcdb, 0xf5b79b, 0xdf6f57, 0xb3102b}},
};

float srgb_linear(float c)
{
    return c <= 0.04045f ? c / 12.92f : powf((c + 0.055f) / 1.055f, 2.4f);
}

float linear_srgb(float c)
{
    return c <= 0.0031308f ? c * 12.92f : 1.055f * powf(c, 1 / 2.4f) - 0.055f;
}

struct rgb hex_rgb(uint32_t c)
{
    return (struct rgb){(c >> 16 & 0xff) / 255.0, (c >> 8 & 0xff) / 255.0, (c & 0xff) / 255.0};
}

static struct vec rgb_linear(struct rgb c)
{
    return (struct vec){srgb_linear((float)c.r), srgb_linear((float)c.g), srgb_linear((float)c.b)};
}

struct vec hex_linear(uint32_t c)
{
    return rgb_linear(hex_rgb(c));
}

static struct vec to_oklab(struct vec c)
{
    float l = cbrtf(0.4122214708f * c.x + 0.5363325363f * c.y + 0.0514459929f * c.z);
    float m = cbrtf(0.2119034982f * c.x + 0.6806995451f * c.y + 0.1073969566f * c.z);
    float s = cbrtf(0.0883024619f * c.x + 0.2817188376f * c.y + 0.6299787005f * c.z);

    return (struct vec){0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s,
                        1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s,
                        0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s};
}

static struct vec from_oklab(struct vec c)
{
    float l = c.x + 0.3963377774f * c.y + 0.2158037573f * c.z;
    float m = c.x - 0.1055613458f * c.y - 0.0638541728f * c.z;
    float s = c.x - 0.0894841775f * c.y - 1.2914855480f * c.z;

    l *= l * l;
    m *= m * m;
    s *= s * s;
    return (struct vec){
        clamp01(4.0767416621f * l - 3.3077115913f * m + 0.2309699292f * s),
        clamp01(-1.2684380046f * l + 2.6097574011f * m - 0.3413193965f * s),
        clamp01(-0.0041960863f * l - 0.7034186147f * m + 1.7076147010f * s),
    };
}

/* Catmull-Rom through the stops, so that no band shows where one ends. */
static struct vec between(const struct stops *s, float t)
{
    float at = t * (float)(s->n - 1);
    size_t i = (size_t)at < s->n - 2 ? (size_t)at : s->n - 2;
    float u = at - (float)i;
    struct vec a = to_oklab(hex_linear(s->colour[i])), b = to_oklab(hex_linear(s->colour[i + 1]));
    struct vec before = i > 0 ? to_oklab(hex_linear(s->colour[i - 1])) : a;
    struct vec after = i + 2 < s->n ? to_oklab(hex_linear(s->colour[i + 2])) : b;
    struct vec da = vec_scale(vec_sub(b, before), 0.5f), db = vec_scale(vec_sub(after, a), 0.5f);
    struct vec c = vec_scale(a, (1 - u) * (1 - u) * (1 + 2 * u));

    c = vec_along(c, b, u * u * (3 - 2 * u));
    c = vec_along(c, da, u * (1 - u) * (1 - u));
    return from_oklab(vec_along(c, db, -u * u * (1 - u)));
}

void ramp_fill(struct ramp *r, int name)
{
    for (size_t i = 0; i < RAMP_SIZE; i++) {
        float t = (float)i / (RAMP_SIZE - 1);

        if (name < (int)PALETTE_COUNT)
            r->linear[i] = rgb_linear(palette_at((enum palette)name, (double)t));
        else
            r->linear[i] = between(&stops[name - (int)PALETTE_COUNT], t);
    }
}

struct vec ramp_at(const struct ramp *r, float t)
{
    float at = clamp01(t) * (RAMP_SIZE - 1);
    size_t i = (size_t)at < RAMP_SIZE - 2 ? (size_t)at : RAMP_SIZE - 2;

    return vec_mix(r->linear[i], r->linear[i + 1], at - (float)i);
}

struct rgb ramp_rgb(const struct ramp *r, double t)
{
    struct vec c = ramp_at(r, (float)t);

    return (struct rgb){(double)linear_srgb(c.x), (double)linear_srgb(c.y),
                        (double)linear_srgb(c.z)};
}
