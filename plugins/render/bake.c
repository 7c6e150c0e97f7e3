/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bake.c -- light that changes slowly, computed beforehand at a lattice of places: on the surface
 * how much of the lamp is seen and what comes from the sky and from other slopes; the same on the
 * ground around. Paths are left out: their shadows are too small. */
#include "render/scene.h"

#include <stdlib.h>

#define KEY_RAYS    12
#define SKY_RAYS    56
#define FLOOR_REACH 2.6f
#define FLOOR_SHARE 0.56f /* of the lattice on the surface */

struct job {
    struct scene *s;
    struct bake *b;
    struct vec *normal; /* of the surface; z == 0: there is none */
    float *z;
    bool rough;
};

static int bake_init(struct bake *b, size_t w, size_t h, float half_x, float half_y)
{
    *b = (struct bake){w,
                       h,
                       -half_x,
                       -half_y,
                       2 * half_x / (float)(w - 1),
                       2 * half_y / (float)(h - 1),
                       malloc(w * h * sizeof(struct bake_cell))};
    return b->at ? 0 : -1;
}

struct bake_cell bake_look(const struct bake *b, float x, float y)
{
    float u = (x - b->x) / b->dx, v = (y - b->y) / b->dy;
    float cu = fminf(fmaxf(u, 0), (float)b->w - 1.001f);
    float cv = fminf(fmaxf(v, 0), (float)b->h - 1.001f);
    size_t i = (size_t)cu, j = (size_t)cv;
    const struct bake_cell *c = b->at + j * b->w + i, *d = c + b->w;
    float p = cu - (float)i, q = cv - (float)j;
    float k0 = c[0].key + (c[1].key - c[0].key) * p, k1 = d[0].key + (d[1].key - d[0].key) * p;

    return (struct bake_cell){k0 + (k1 - k0) * q, vec_mix(vec_mix(c[0].sky, c[1].sky, p),
                                                          vec_mix(d[0].sky, d[1].sky, p), q)};
}

float bake_step(const struct bake *b, float x, float y)
{
    float u = fminf(fmaxf((x - b->x) / b->dx, 0), (float)b->w - 1.001f);
    float v = fminf(fmaxf((y - b->y) / b->dy, 0), (float)b->h - 1.001f);
    const struct bake_cell *c = b->at + (size_t)v * b->w + (size_t)u, *d = c + b->w;

    return fmaxf(fmaxf(c[0].key, c[1].key), fmaxf(d[0].key, d[1].key)) -
           fminf(fminf(c[0].key, c[1].key), fminf(d[0].key, d[1].key));
}

static struct bake_cell gather(const struct scene *s, struct vec p, struct vec n, uint32_t at,
                               bool rough)
{
    struct bake_cell c = {0, {0, 0, 0}};
    struct vec from = vec_along(p, n, OFFSET);

    for (uint32_t k = 0; k < KEY_RAYS; k++) {
        struct vec d = light_key(s, r2(at * KEY_RAYS + k));

        if (vec_dot(d, n) > 0)
            c.key += trace_blocked(s->terrain, from, d) ? 0 : 1.0f / KEY_RAYS;
        else
            c.key += vec_dot(n, s->key_to) > 0 ? 0 : 1.0f / KEY_RAYS; /* the cosine says it */
    }
    for (uint32_t k = 0; k < SKY_RAYS; k++) {
        struct vec d = cosine_direction(n, r2(at * SKY_RAYS + k + 7));

        c.sky = vec_along(c.sky, light_ambient(s, from, d, rough), 1.0f / SKY_RAYS);
    }
    return c;
}

static int bake_row(void *ctx, size_t j)
{
    const struct job *o = ctx;
    struct bake *b = o->b;
    unsigned mode = trace_float_begin();

    for (size_t i = 0; i < b->w; i++) {
        size_t k = j * b->w + i;
        struct vec p = {b->x + b->dx * (float)i, b->y + b->dy * (float)j, o->s->floor_z};
        struct vec n = {0, 0, 1};

        if (o->normal) {
            p.z = o->z[k];
            n = o->normal[k];
        }
        b->at[k] = (struct bake_cell){1, o->s->sky};
        if (n.z > 0)
            b->at[k] = gather(o->s, p, n, bayer((uint32_t)i, (uint32_t)j), o->rough);
    }
    trace_float_end(mode);
    return TW_OK;
}

/* The mean of a place and its eight neighbours that are on the surface: what noise there is
 * differs between neighbours by construction. */
static int smooth(struct job *o)
{
    struct bake *b = o->b;
    struct bake_cell *to = malloc(b->w * b->h * sizeof *to);

    if (!to)
        return TW_ENOMEM;
    for (size_t j = 0; j < b->h; j++)
        for (size_t i = 0; i < b->w; i++) {
            struct bake_cell sum = {0, {0, 0, 0}};
            float n = 0;

            for (size_t q = j > 0 ? j - 1 : 0; q < b->h && q <= j + 1; q++)
                for (size_t p = i > 0 ? i - 1 : 0; p < b->w && p <= i + 1; p++) {
                    float weight = (p == i ? 2.0f : 1.0f) * (q == j ? 2.0f : 1.0f);

                    if (o->normal && !(o->normal[q * b->w + p].z > 0))
                        continue;
                    sum.sky = vec_along(sum.sky, b->at[q * b->w + p].sky, weight);
                    sum.key += weight * b->at[q * b->w + p].key;
                    n += weight;
                }
            to[j * b->w + i] = b->at[j * b->w + i];
            if (n > 0)
                to[j * b->w + i] = (struct bake_cell){sum.key / n, vec_scale(sum.sky, 1 / n)};
        }
    free(b->at);
    b->at = to;
    return TW_OK;
}

static int bake_run(struct job *o, const struct workers *w)
{
    int rc = workers_run(w, o->b->h, bake_row, o);

    return rc < 0 ? rc : smooth(o);
}

int workers_run(const struct workers *w, size_t n, int (*task)(void *ctx, size_t k), void *ctx)
{
    int rc = TW_OK;

    if (w->run)
        return w->run(w->host, n, task, ctx);
    for (size_t k = 0; k < n && rc >= 0; k++)
        rc = task(ctx, k);
    return rc < 0 ? rc : TW_OK;
}

int scene_bake(struct scene *s, const struct workers *w, size_t size)
{
    const struct heightfield *f = &s->field;
    float longest = fmaxf(f->half_x, f->half_y);
    size_t nx = 2 + (size_t)((float)size * f->half_x / longest);
    size_t ny = 2 + (size_t)((float)size * f->half_y / longest), n = nx * ny;
    size_t ground = 2 + (size_t)((float)size * FLOOR_SHARE);
    struct job o = {.s = s, .b = &s->surface, .rough = true};
    int rc = TW_ENOMEM;

    o.normal = malloc(n * sizeof *o.normal);
    o.z = malloc(n * sizeof *o.z);
    if (o.normal && o.z && !bake_init(&s->surface, nx, ny, f->half_x, f->half_y) &&
        !bake_init(&s->floor, ground, ground, FLOOR_REACH, FLOOR_REACH)) {
        for (size_t j = 0; j < ny; j++)
            for (size_t i = 0; i < nx; i++) {
                struct field_spot spot;
                bool there = field_near(f, s->surface.x + s->surface.dx * (float)i,
                                        s->surface.y + s->surface.dy * (float)j, &spot);

                o.normal[j * nx + i] = there ? field_normal(&spot) : (struct vec){0, 0, 0};
                o.z[j * nx + i] = there ? spot.z : 0;
            }
        rc = bake_run(&o, w);
    }
    free(o.normal);
    free(o.z);
    o = (struct job){.s = s, .b = &s->floor};
    return rc < 0 ? rc : bake_run(&o, w);
}
