/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rest.c -- see heightfield.h: where a ball lies on the surface. */
#include "render/heightfield.h"

#define RINGS  10
#define SPOKES 20
#define COARSE 0.12f   /* radii: the first step of the search around the best place ... */
#define FINE   0.0005f /* ... and the end of it */
#define MOVES  8       /* with one step, at most */

/* A ball of radius r whose centre stands above (x, y). */
struct over {
    const struct heightfield *f;
    float x, y, r;
};

/* How high the centre is if the sphere touches the surface at (x + dx, y + dy); -INFINITY where
 * there is none. */
static float above(const struct over *o, float dx, float dy)
{
    float room = o->r * o->r - dx * dx - dy * dy;
    struct field_spot spot;

    if (!(room >= 0) || !field_at(o->f, o->x + dx, o->y + dy, &spot))
        return -INFINITY;
    return spot.z + sqrtf(room);
}

/* The best of eight places around (*dx, *dy); false: none is better. */
static bool better(const struct over *o, float step, float *dx, float *dy, float *best)
{
    static const float way[8][2] = {{1, 0},       {-1, 0},       {0, 1},        {0, -1},
                                    {0.7f, 0.7f}, {-0.7f, 0.7f}, {0.7f, -0.7f}, {-0.7f, -0.7f}};
    float x = *dx, y = *dy, was = *best;

    for (int k = 0; k < 8; k++) {
        float h = above(o, x + step * way[k][0], y + step * way[k][1]);

        if (h > *best) {
            *best = h;
            *dx = x + step * way[k][0];
            *dy = y + step * way[k][1];
        }
    }
    return *best > was;
}

/* The highest of many places and of those around the best: a maximum of continuous functions of
 * (x, y), so the ball moves without a jump. */
bool field_rest(const struct heightfield *f, float x, float y, float r, float *z)
{
    struct over o = {f, x, y, r};
    float best = above(&o, 0, 0), bx = 0, by = 0;

    for (int i = 1; i <= RINGS; i++)
        for (int j = 0; j < SPOKES; j++) {
            float d = r * sinf(1.5f * (float)i / RINGS);
            float a = 6.2831853f * ((float)j + 0.5f * (float)(i & 1)) / SPOKES;
            float h = above(&o, d * cosf(a), d * sinf(a));

            if (h > best) {
                best = h;
                bx = d * cosf(a);
                by = d * sinf(a);
            }
        }
    if (!(best > -INFINITY))
        return false;
    for (float step = COARSE * r; step > FINE * r; step /= 2)
        for (int k = 0; k < MOVES && better(&o, step, &bx, &by, &best);)
            k++;
    *z = best;
    return true;
}
