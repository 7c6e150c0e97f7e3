/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vec.h -- vectors and colours of three floats, for the renderer. */
#ifndef RENDER_VEC_H
#define RENDER_VEC_H

#include <math.h>

struct vec {
    float x, y, z;
};

static inline struct vec vec_add(struct vec a, struct vec b)
{
    return (struct vec){a.x + b.x, a.y + b.y, a.z + b.z};
}

static inline struct vec vec_sub(struct vec a, struct vec b)
{
    return (struct vec){a.x - b.x, a.y - b.y, a.z - b.z};
}

static inline struct vec vec_scale(struct vec a, float s)
{
    return (struct vec){a.x * s, a.y * s, a.z * s};
}

/* a + b * s */
static inline struct vec vec_along(struct vec a, struct vec b, float s)
{
    return (struct vec){a.x + b.x * s, a.y + b.y * s, a.z + b.z * s};
}

/* Entry by entry: light on a colour. */
static inline struct vec vec_mul(struct vec a, struct vec b)
{
    return (struct vec){a.x * b.x, a.y * b.y, a.z * b.z};
}

static inline struct vec vec_mix(struct vec a, struct vec b, float t)
{
    return vec_along(a, vec_sub(b, a), t);
}

static inline float vec_dot(struct vec a, struct vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline struct vec vec_cross(struct vec a, struct vec b)
{
    return (struct vec){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

static inline struct vec vec_unit(struct vec a)
{
    return vec_scale(a, 1 / sqrtf(vec_dot(a, a)));
}

static inline float clamp01(float v)
{
    return v > 0 ? (v < 1 ? v : 1) : 0;
}

/* 0 below a, 1 above b, smooth between. */
static inline float smooth_step(float a, float b, float v)
{
    float t = clamp01((v - a) / (b - a));

    return t * t * (3 - 2 * t);
}

/* Two unit vectors that make a right-handed base with the unit vector n (Duff et al., JCGT 6(1),
 * 2017). */
static inline void vec_base(struct vec n, struct vec *a, struct vec *b)
{
    float s = copysignf(1, n.z), p = -1 / (s + n.z), q = n.x * n.y * p;

    *a = (struct vec){1 + s * n.x * n.x * p, s * q, -s * n.x};
    *b = (struct vec){q, s + n.y * n.y * p, -n.y};
}

#endif
