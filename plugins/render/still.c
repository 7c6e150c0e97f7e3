/* SPDX-License-Identifier: GPL-3.0-or-later */
/* still.c -- see still.h. */
#include "render/still.h"

#include "render/picture.h"
#include "util/deep.h"

#include <string.h>

#define FAINT (1 / 512.0f) /* alpha that nobody sees: rounding, not shade */

struct job {
    const struct render *p;
    enum still_layer layer;
    uint16_t *to;
};

static struct vec shown(struct vec c)
{
    return (struct vec){linear_srgb(clamp01(c.x)), linear_srgb(clamp01(c.y)),
                        linear_srgb(clamp01(c.z))};
}

static void put(uint16_t *to, struct vec c, float alpha)
{
    to[0] = deep_of((double)c.x);
    to[1] = deep_of((double)c.y);
    to[2] = deep_of((double)c.z);
    to[3] = deep_of((double)alpha);
    for (int k = 0; k < 3; k++) /* premultiplied: never more than alpha */
        to[k] = to[k] < to[3] ? to[k] : to[3];
}

/* The least alpha with which some colour over `below` gives `above`, in one channel. */
static float needed(float above, float below)
{
    if (above > below)
        return (above - below) / (1 - below);
    return below > 0 ? (below - above) / below : 0;
}

static void shade(uint16_t *to, struct vec seen, struct vec plain)
{
    float a =
        fmaxf(needed(seen.x, plain.x), fmaxf(needed(seen.y, plain.y), needed(seen.z, plain.z)));

    if (a < FAINT)
        memset(to, 0, 4 * sizeof *to);
    else
        put(to, vec_along(seen, plain, -(1 - a)), a);
}

static int row(void *ctx, size_t y)
{
    const struct job *j = ctx;
    const struct render *p = j->p;
    size_t w = (size_t)p->o.width;

    for (size_t x = 0; x < w; x++) {
        size_t at = y * w + x;
        const float *g = p->ground + 3 * at, *o = p->object + 4 * at;
        uint16_t *to = j->to + 4 * at;
        struct vec seen = shown((struct vec){g[0], g[1], g[2]}), none = {0, 0, 0};

        if (j->layer == STILL_GROUND)
            put(to, seen, 1);
        else if (j->layer == STILL_SHADE)
            shade(to, seen, shown(draw_backdrop(p, (float)x + 0.5f, (float)y + 0.5f)));
        else if (o[3] > 0)
            put(to,
                vec_scale(shown(draw_tone((struct vec){o[0] / o[3], o[1] / o[3], o[2] / o[3]})),
                          o[3]),
                o[3]);
        else
            put(to, none, 0);
    }
    return TW_OK;
}

int still_layer(struct render *p, enum still_layer layer, uint16_t *to)
{
    struct job j = {p, layer, to};

    return workers_run(&p->workers, (size_t)p->o.height, row, &j);
}

double still_turn(const struct render *p)
{
    return (double)p->c.turn * 45 / atan(1);
}

void still_progress(struct render *p, double from, double to)
{
    p->o.from = from;
    p->o.to = to;
}
