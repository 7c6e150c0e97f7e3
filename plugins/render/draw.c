/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.c -- the rays of all pixels, tile by tile; then light to pixels.
 *
 * The ground and the object are kept apart, so that vectors can stand between them with smooth
 * edges.  A first pass takes a few samples per pixel, a second more of them where the object ends
 * or contrast is high. */
#include "render/picture.h"

#include <stdlib.h>

#define TILE     32
#define BLOCK_W  4 /* a packet of pixels */
#define BLOCK_H  2
#define BANDS    24
#define SHOULDER 0.82f
#define FILTER   1.2f   /* width of a pixel in pixels */
#define CONTRAST 0.045f /* of neighbours in lightness, from which more samples are taken */

/* By quality: samples per pixel, how many more on edges, rays to the sky from paths. */
static const int samples_of[] = {1, 4, 16}, edge_of[] = {5, 8, 0}, sky_of[] = {0, 0, 2};

struct pass {
    struct render *p;
    int done, samples; /* so many samples are there, and so many are to come */
    size_t columns, first;
    const uint8_t *only; /* pixels to do; NULL: all */
};

struct vec draw_backdrop(const struct render *p, float px, float py)
{
    const struct render_sheet *whole = &p->o.sheet;
    float x = px / p->c.width - 0.5f, y = py / p->c.height - 0.46f;

    if (whole->width > 0) {
        x = (px + (float)whole->x) / (float)whole->width - 0.5f;
        y = (py + (float)whole->y) / (float)whole->height - 0.46f;
    }
    if (p->o.plain_ground)
        return hex_linear(p->o.ground);
    return vec_mix(p->s.ground, p->s.ground_edge,
                   smooth_step(0.12f, 0.95f, sqrtf(x * x + y * y * 0.8f) * 1.25f));
}

static struct view look(const struct pass *a, uint32_t x, uint32_t y, int k)
{
    const struct render *p = a->p;
    const struct camera *c = &p->c;
    uint32_t n = (uint32_t)(a->done + a->samples);
    struct pair at = n > 1 ? r2((uint32_t)k) : (struct pair){0.5f, 0.5f};
    float px = (float)x + 0.5f + (at.u - 0.5f) * FILTER;
    float py = (float)y + 0.5f + (at.v - 0.5f) * FILTER;
    struct view v = {.backdrop = draw_backdrop(p, px, py),
                     .point = (float)p->unit,
                     .index = bayer(x, y) * n + (uint32_t)k,
                     .unlit = p->o.unlit,
                     .plain_ground = p->o.plain_ground,
                     .floor = p->floor && !p->o.unlit};

    v.key_rays = p->o.quality != QUALITY_PREVIEW;
    v.sky_rays = p->o.sky_samples;
    v.path_rays = p->o.sky_samples > 0 ? p->o.sky_samples : sky_of[p->o.quality];
    v.penumbra_rays = n < 16 ? 6 : 4;
    camera_ray(c, px, py, &v.from, &v.along);
    v.right = vec_scale(c->right, 2 * c->tan_x / c->width);
    v.up = vec_scale(c->up, 2 * c->tan_y / c->height);
    if (p->s.style.lens > 0 && p->o.quality == QUALITY_BEST && !p->o.unlit) {
        struct pair d = on_disc(r2(v.index + 0x9000));
        float far = c->focus / -vec_dot(c->forward, vec_scale(v.along, -1));
        struct vec aim = vec_along(v.from, v.along, far);

        v.from = vec_along(vec_along(v.from, c->right, d.u * p->s.style.lens), c->up,
                           d.v * p->s.style.lens);
        v.along = vec_unit(vec_sub(aim, v.from));
    }
    return v;
}

struct sum {
    uint32_t x, y;
    struct vec object, ground;
    float n_object;
};

static void sum_begin(const struct pass *a, struct sum *t)
{
    const struct render *p = a->p;
    size_t at = (size_t)t->y * (size_t)p->o.width + t->x;
    const float *o = p->object + 4 * at, *g = p->ground + 3 * at;
    float before = (float)a->done;

    if (!a->done)
        return;
    t->n_object = before * o[3];
    t->object = vec_scale((struct vec){o[0], o[1], o[2]}, before);
    t->ground = vec_scale((struct vec){g[0], g[1], g[2]}, before - t->n_object);
}

static void sum_add(struct sum *t, struct shade c)
{
    /* A highlight in one sample shall not outshine all others. */
    c.colour = (struct vec){fminf(c.colour.x, 3), fminf(c.colour.y, 3), fminf(c.colour.z, 3)};
    if (c.object) {
        t->object = vec_add(t->object, c.colour);
        t->n_object++;
    } else {
        t->ground = vec_add(t->ground, c.colour);
    }
}

static void sum_end(const struct pass *a, const struct sum *t)
{
    struct render *p = a->p;
    size_t at = (size_t)t->y * (size_t)p->o.width + t->x;
    float *o = p->object + 4 * at, *g = p->ground + 3 * at;
    float all = (float)(a->done + a->samples);
    struct vec ground;

    if (t->n_object < all - 0.5f)
        ground = vec_scale(t->ground, 1 / (all - t->n_object));
    else
        ground = draw_backdrop(p, (float)t->x, (float)t->y);
    o[0] = t->object.x / all;
    o[1] = t->object.y / all;
    o[2] = t->object.z / all;
    o[3] = t->n_object < all - 0.5f ? t->n_object / all : 1;
    g[0] = ground.x;
    g[1] = ground.y;
    g[2] = ground.z;
}

/* Pixels side by side, one sample of each at a time. */
static void pixels(const struct pass *a, struct sum *t, int n)
{
    const struct scene *s = &a->p->s;
    struct view v[PACKET];
    struct rays r = {.n = n};

    for (int i = 0; i < n; i++)
        sum_begin(a, &t[i]);
    for (int k = a->done; k < a->done + a->samples; k++) {
        struct hit h[PACKET];
        unsigned terrain, paths = 0;

        for (int i = 0; i < n; i++) {
            v[i] = look(a, t[i].x, t[i].y, k);
            r.from[i] = v[i].from;
            r.along[i] = v[i].along;
            h[i] = (struct hit){.t = INFINITY};
        }
        terrain = trace_packet(s->terrain, &r, h);
        if (s->paths)
            paths = trace_packet(s->paths, &r, h);
        for (int i = 0; i < n; i++)
            sum_add(&t[i], shade_hit(s, &v[i], &h[i],
                                     paths >> i & 1     ? MET_PATHS
                                     : terrain >> i & 1 ? MET_TERRAIN
                                                        : MET_NOTHING));
    }
    for (int i = 0; i < n; i++)
        sum_end(a, &t[i]);
}

/* The pixels of a block that are to be done. */
static void block(const struct pass *a, uint32_t x0, uint32_t y0)
{
    uint32_t w = (uint32_t)a->p->o.width, h = (uint32_t)a->p->o.height;
    struct sum t[PACKET];
    int n = 0;

    for (uint32_t y = y0; y < y0 + BLOCK_H && y < h; y++)
        for (uint32_t x = x0; x < x0 + BLOCK_W && x < w; x++)
            if (!a->only || a->only[(size_t)y * w + x])
                t[n++] = (struct sum){.x = x, .y = y};
    if (n)
        pixels(a, t, n);
}

static int tile(void *ctx, size_t k)
{
    const struct pass *a = ctx;
    uint32_t w = (uint32_t)a->p->o.width, h = (uint32_t)a->p->o.height;
    uint32_t x0 = (uint32_t)((k + a->first) % a->columns) * TILE,
             y0 = (uint32_t)((k + a->first) / a->columns) * TILE;
    unsigned mode = trace_float_begin();

    for (uint32_t y = y0; y < y0 + TILE && y < h; y += BLOCK_H)
        for (uint32_t x = x0; x < x0 + TILE && x < w; x += BLOCK_W)
            block(a, x, y);
    trace_float_end(mode);
    return TW_OK;
}

/* Band by band of rows, so that the work can be stopped. */
static int run_pass(struct render *p, int done, int samples, const uint8_t *only, double from,
                    double to)
{
    size_t columns = ((size_t)p->o.width + TILE - 1) / TILE;
    size_t rows = ((size_t)p->o.height + TILE - 1) / TILE, band = (rows + BANDS - 1) / BANDS;
    int rc = TW_OK;

    for (size_t row = 0; row < rows && rc >= 0; row += band) {
        struct pass a = {p, done, samples, columns, row * columns, only};
        size_t n = row + band < rows ? band : rows - row;

        rc = workers_run(&p->workers, n * columns, tile, &a);
        if (rc >= 0)
            rc = render_tick(p, from + (to - from) * (double)(row + n) / (double)rows, "picture");
    }
    return rc;
}

/* About the lightness of what will be seen; without a power of a third. */
static float lightness(const struct render *p, size_t at)
{
    const float *o = p->object + 4 * at, *g = p->ground + 3 * at;
    float y = 0.2126f * (o[0] + (1 - o[3]) * g[0]) + 0.7152f * (o[1] + (1 - o[3]) * g[1]) +
              0.0722f * (o[2] + (1 - o[3]) * g[2]);

    return sqrtf(clamp01(y));
}

static void edges(const struct render *p, uint8_t *only)
{
    size_t w = (size_t)p->o.width, h = (size_t)p->o.height;

    for (size_t y = 0; y < h; y++)
        for (size_t x = 0; x < w; x++) {
            size_t at = y * w + x, beside[2] = {at + 1, at + w};
            bool there[2] = {x + 1 < w, y + 1 < h};

            for (int k = 0; k < 2; k++) {
                float cover;

                if (!there[k])
                    continue;
                cover = fabsf(p->object[4 * at + 3] - p->object[4 * beside[k] + 3]);
                if (cover > 0.05f || (p->object[4 * at + 3] > 0 &&
                                      fabsf(lightness(p, at) - lightness(p, beside[k])) > CONTRAST))
                    only[at] = only[beside[k]] = 1;
            }
        }
}

int draw_layers(struct render *p)
{
    size_t n = (size_t)p->o.width * (size_t)p->o.height;
    uint8_t *only;
    int rc, samples = p->o.samples > 0 ? p->o.samples : samples_of[p->o.quality];

    if (!p->ground)
        p->ground = malloc(n * 3 * sizeof *p->ground);
    if (!p->object)
        p->object = malloc(n * 4 * sizeof *p->object);
    only = calloc(n, 1);
    rc = p->ground && p->object && only ? run_pass(p, 0, samples, NULL, 0.2, 0.8) : TW_ENOMEM;
    if (rc >= 0 && !p->o.samples && !p->o.unlit && edge_of[p->o.quality]) {
        edges(p, only);
        rc = run_pass(p, samples, edge_of[p->o.quality], only, 0.8, 0.95);
    }
    free(only);
    /* Prints are solid; what one reads off a figure stays as it is. */
    if (rc >= 0 && p->s.style.body != BODY_SHEET && p->o.quality != QUALITY_PREVIEW && !p->o.unlit)
        rc = bloom(p);
    return rc;
}

/* ---- light to pixels ------------------------------------------------------------- */

#define CURVE 4096

struct compose {
    const struct render *p;
    enum draw_what what;
    const uint32_t *between;
    uint32_t *to;
    size_t stride;
    float curve[CURVE + 2]; /* linear light to sRGB */
};

static float curve_at(const struct compose *c, float v)
{
    float at = clamp01(v) * CURVE;
    size_t i = (size_t)at;

    if (v < 0.01f)
        return linear_srgb(clamp01(v));
    return c->curve[i] + (c->curve[i + 1] - c->curve[i]) * (at - (float)i);
}

struct vec draw_tone(struct vec c)
{
    float m = fmaxf(c.x, fmaxf(c.y, c.z)), to;

    if (m <= SHOULDER)
        return c;
    to = SHOULDER + (1 - SHOULDER) * (1 - expf(-(m - SHOULDER) / (1 - SHOULDER)));
    c = vec_scale(c, to / m);
    /* What is much too bright whitens. */
    return vec_mix(c, (struct vec){to, to, to}, 0.35f * smooth_step(1, 2.6f, m));
}

static uint32_t pack(struct vec c, float dither)
{
    float v[3] = {c.x, c.y, c.z};
    uint32_t out = 0;

    for (int k = 0; k < 3; k++) {
        float q = v[k] * 255 + 0.5f + dither;

        out = out << 8 | (uint32_t)(q > 0 ? (q < 255.5f ? q : 255.0f) : 0);
    }
    return out;
}

static struct vec to_srgb(const struct compose *c, struct vec v)
{
    return (struct vec){curve_at(c, v.x), curve_at(c, v.y), curve_at(c, v.z)};
}

/* The object by itself, premultiplied as cairo wants it. */
static uint32_t object_pixel(const struct compose *c, const float *o, float dither)
{
    struct vec b = {0, 0, 0};

    if (o[3] > 0)
        b = to_srgb(c, draw_tone((struct vec){o[0] / o[3], o[1] / o[3], o[2] / o[3]}));
    return (uint32_t)lroundf(o[3] * 255) << 24 |
           (o[3] > 0 ? pack(vec_scale(b, o[3]), o[3] < 1 ? -0.5f : dither) : 0);
}

static int compose_row(void *ctx, size_t y)
{
    const struct compose *c = ctx;
    const struct render *p = c->p;
    size_t w = (size_t)p->o.width;

    for (size_t x = 0; x < w; x++) {
        const float *g = p->ground + 3 * (y * w + x), *o = p->object + 4 * (y * w + x);
        uint32_t m = c->between ? c->between[y * w + x] : 0, *to = c->to + y * c->stride + x;
        float dither = ((float)bayer((uint32_t)x, (uint32_t)y) + 0.5f) / BAYER - 0.5f;
        struct vec out, b;

        if (p->o.unlit)
            dither = 0;
        if (c->what == DRAW_OBJECT) {
            *to = object_pixel(c, o, dither);
            continue;
        }
        out = to_srgb(c, (struct vec){g[0], g[1], g[2]});
        if (m >> 24) { /* premultiplied */
            out = vec_scale(out, 1 - (float)(m >> 24) / 255);
            out = vec_add(out, (struct vec){(float)(m >> 16 & 0xff) / 255,
                                            (float)(m >> 8 & 0xff) / 255, (float)(m & 0xff) / 255});
        }
        if (o[3] > 0 && c->what == DRAW_ALL) {
            b = (struct vec){o[0] / o[3], o[1] / o[3], o[2] / o[3]};
            out = vec_mix(out, to_srgb(c, p->o.unlit ? b : draw_tone(b)), o[3]);
        }
        *to = 0xff000000u | pack(out, dither);
    }
    return TW_OK;
}

int draw_compose(struct render *p, enum draw_what what, const uint32_t *between, uint32_t *to,
                 size_t stride)
{
    struct compose *c = malloc(sizeof *c);
    int rc;

    if (!c)
        return TW_ENOMEM;
    c->p = p;
    c->what = what;
    c->between = between;
    c->to = to;
    c->stride = stride;
    for (size_t i = 0; i < CURVE + 2; i++)
        c->curve[i] = linear_srgb(fminf((float)i / CURVE, 1));
    rc = workers_run(&p->workers, (size_t)p->o.height, compose_row, c);
    free(c);
    return rc;
}
