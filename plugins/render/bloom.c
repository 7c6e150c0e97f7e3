/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bloom.c -- the halo that a lens gives to what is much brighter than the rest: on prints only, and
 * before light is made into colours of the screen. */
#include "render/picture.h"

#include <stdlib.h>

#define BRIGHT 0.85f  /* light above this has a halo */
#define SHARE  0.30f  /* of it, in the halo */
#define SHRINK 4      /* the halo is computed on so many times fewer columns and rows */
#define RADIUS 0.010f /* of the halo, of the picture's height */
#define ROUNDS 3      /* box filters, one after the other: nearly a bell */

struct halo {
    size_t w, h;
    struct vec *at, *work;
};

static struct vec bright(const float *o)
{
    float m = fmaxf(o[0], fmaxf(o[1], o[2]));

    if (!(m > BRIGHT))
        return (struct vec){0, 0, 0};
    return vec_scale((struct vec){o[0], o[1], o[2]}, fminf(m - BRIGHT, 2) / m);
}

static void shrink(const struct render *p, struct halo *b)
{
    size_t w = (size_t)p->o.width, h = (size_t)p->o.height;

    for (size_t y = 0; y < h; y++)
        for (size_t x = 0; x < w; x++) {
            struct vec *to = &b->at[y / SHRINK * b->w + x / SHRINK];

            *to = vec_along(*to, bright(p->object + 4 * (y * w + x)), 1.0f / (SHRINK * SHRINK));
        }
}

/* Mean of the 2 r + 1 around each of n values that lie `step` apart; outside is dark. */
static void box(const struct vec *from, struct vec *to, size_t n, size_t step, size_t r)
{
    float share = 1 / (float)(2 * r + 1);

    for (size_t i = 0; i < n; i++) {
        struct vec sum = {0, 0, 0};

        for (size_t k = i > r ? i - r : 0; k < n && k <= i + r; k++)
            sum = vec_add(sum, from[k * step]);
        to[i * step] = vec_scale(sum, share);
    }
}

static void blur(struct halo *b, size_t r)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t y = 0; y < b->h; y++)
            box(b->at + y * b->w, b->work + y * b->w, b->w, 1, r);
        for (size_t x = 0; x < b->w; x++)
            box(b->work + x, b->at + x, b->h, b->w, r);
    }
}

static struct vec halo_at(const struct halo *b, size_t x, size_t y)
{
    float u = fmaxf(((float)x + 0.5f) / SHRINK - 0.5f, 0),
          v = fmaxf(((float)y + 0.5f) / SHRINK - 0.5f, 0);
    size_t i = (size_t)u, j = (size_t)v;
    size_t k = i + 1 < b->w ? i + 1 : i, l = j + 1 < b->h ? j + 1 : j;
    struct vec lo = vec_mix(b->at[j * b->w + i], b->at[j * b->w + k], u - (float)i);
    struct vec hi = vec_mix(b->at[l * b->w + i], b->at[l * b->w + k], u - (float)i);

    return vec_mix(lo, hi, v - (float)j);
}

/* On the object as much as it covers, on the ground the rest. */
static void spread(struct render *p, const struct halo *b)
{
    size_t w = (size_t)p->o.width, h = (size_t)p->o.height;

    for (size_t y = 0; y < h; y++)
        for (size_t x = 0; x < w; x++) {
            float *o = p->object + 4 * (y * w + x), *g = p->ground + 3 * (y * w + x);
            struct vec c = vec_scale(halo_at(b, x, y), SHARE);

            o[0] += o[3] * c.x;
            o[1] += o[3] * c.y;
            o[2] += o[3] * c.z;
            g[0] += c.x;
            g[1] += c.y;
            g[2] += c.z;
        }
}

int bloom(struct render *p)
{
    struct halo b = {.w = ((size_t)p->o.width + SHRINK - 1) / SHRINK,
                     .h = ((size_t)p->o.height + SHRINK - 1) / SHRINK};
    float radius = RADIUS * (float)p->o.height / SHRINK;
    int rc = TW_ENOMEM;

    b.at = calloc(b.w * b.h, sizeof *b.at);
    b.work = calloc(b.w * b.h, sizeof *b.work);
    if (b.at && b.work) {
        shrink(p, &b);
        blur(&b, 1 + (size_t)radius);
        spread(p, &b);
        rc = TW_OK;
    }
    free(b.at);
    free(b.work);
    return rc;
}
