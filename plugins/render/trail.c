/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trail.c -- see trail.h. */
#include "render/scene.h"

#include <stdlib.h>
#include <string.h>

#define CELLS  96     /* of the lattice, along each side */
#define STEP   0.012f /* longer segments are cut, to follow the surface */
#define MARGIN 2.5f   /* how far around a segment it is known, in half widths */

static size_t cell(float x, float half)
{
    float at = (x / half + 1) / 2 * CELLS;

    return at > 0 ? at < CELLS - 1 ? (size_t)at : CELLS - 1 : 0;
}

/* The segment k into every cell near it; only counts them where `fill` is false. */
static void enter(const struct scene *s, struct trail *t, size_t k, bool fill)
{
    struct vec a = t->at[k].p, b = t->at[k + 1].p;
    float m = MARGIN * t->r, hx = s->field.half_x, hy = s->field.half_y;
    size_t x0 = cell(fminf(a.x, b.x) - m, hx), x1 = cell(fmaxf(a.x, b.x) + m, hx);
    size_t y0 = cell(fminf(a.y, b.y) - m, hy), y1 = cell(fmaxf(a.y, b.y) + m, hy);

    if (!(t->at[k].strength > 0) && !(t->at[k + 1].strength > 0))
        return;
    for (size_t y = y0; y <= y1; y++)
        for (size_t x = x0; x <= x1; x++) {
            if (fill)
                t->segment[t->first[y * CELLS + x + 1]++] = (uint32_t)k;
            else
                t->first[y * CELLS + x + 2]++;
        }
}

static int sort_in(const struct scene *s, struct trail *t)
{
    t->first = calloc(CELLS * CELLS + 2, sizeof *t->first);
    if (!t->first)
        return -1;
    for (size_t k = 0; k + 1 < t->n; k++)
        enter(s, t, k, false);
    for (size_t c = 2; c < CELLS * CELLS + 2; c++)
        t->first[c] += t->first[c - 1];
    t->segment = malloc((t->first[CELLS * CELLS + 1] + 1) * sizeof *t->segment);
    if (!t->segment)
        return -1;
    for (size_t k = 0; k + 1 < t->n; k++)
        enter(s, t, k, true);
    return 0;
}

/* A place on the surface; of no strength outside. */
static struct trail_point down(const struct scene *s, float x, float y, float strength)
{
    struct trail_point p = {{x, y, 0}, strength};
    struct field_spot spot;

    if (field_near(&s->field, x, y, &spot))
        p.p.z = spot.z;
    else
        p.strength = 0;
    return p;
}

static size_t pieces(const float *a, const float *b)
{
    return 1 + (size_t)fminf(hypotf(b[0] - a[0], b[1] - a[1]) / STEP, 400);
}

int trail_lay(struct scene *s, const float (*way)[3], size_t n, float r)
{
    struct trail t = {.r = r};
    size_t all = 1;

    trail_free(&s->trail);
    if (n < 2)
        return 0;
    for (size_t k = 0; k + 1 < n; k++)
        all += pieces(way[k], way[k + 1]);
    t.at = malloc(all * sizeof *t.at);
    if (!t.at)
        return -1;
    for (size_t k = 0; k + 1 < n; k++) {
        const float *a = way[k], *b = way[k + 1];
        size_t m = pieces(a, b);

        for (size_t i = 0; i < m; i++) {
            float w = (float)i / (float)m;

            t.at[t.n++] = down(s, a[0] + (b[0] - a[0]) * w, a[1] + (b[1] - a[1]) * w,
                               a[2] + (b[2] - a[2]) * w);
        }
    }
    t.at[t.n++] = down(s, way[n - 1][0], way[n - 1][1], way[n - 1][2]);
    s->trail = t;
    if (sort_in(s, &s->trail) == 0)
        return 0;
    trail_free(&s->trail);
    return -1;
}

void trail_free(struct trail *t)
{
    free(t->at);
    free(t->first);
    free(t->segment);
    memset(t, 0, sizeof *t);
}

struct trail_spot trail_at(const struct scene *s, struct vec p)
{
    const struct trail *t = &s->trail;
    struct trail_spot best = {.far = MARGIN * t->r};
    size_t c;

    if (!t->n)
        return best;
    c = cell(p.y, s->field.half_y) * CELLS + cell(p.x, s->field.half_x);
    for (uint32_t k = t->first[c]; k < t->first[c + 1]; k++) {
        const struct trail_point *a = &t->at[t->segment[k]], *b = a + 1;
        struct vec d = vec_sub(b->p, a->p), from = vec_sub(p, a->p);
        float w = clamp01(vec_dot(from, d) / fmaxf(vec_dot(d, d), 1e-12f)), far;

        from = vec_along(from, d, -w);
        far = sqrtf(vec_dot(from, from));
        if (far < best.far)
            best = (struct trail_spot){far, a->strength + (b->strength - a->strength) * w,
                                       vec_scale(from, 1 / fmaxf(far, 1e-9f))};
    }
    return best;
}
