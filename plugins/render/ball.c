/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ball.c -- see ball.h. */
#include "render/scene.h"

#define GATHER     1024 /* rays that gather the light around the ball */
#define FRESNEL    0.045f
#define STRIPE     0.17f /* half its width, in radii */
#define REACH      7.0f  /* radii from which on it hides nothing of the sky */
#define LAMP_RAYS  5
#define LACQUER    0xc8141c
#define PALE       0xfff6ea
#define BOX_WIDTH  0.36f /* half, of a soft box, as a slope from its middle */
#define BOX_HEIGHT 0.22f

/* ---- what it hides ----------------------------------------------------------------- */

/* The lamp and the ball are discs as seen from p. */
float ball_key(const struct scene *s, struct vec p)
{
    const struct ball *b = &s->ball;
    struct vec d = vec_sub(b->at, p);
    float far, lamp, ball, between;

    if (!(b->r > 0))
        return 1;
    far = vec_dot(d, s->key_to);
    if (far < 0 || vec_dot(d, d) - far * far > 9 * b->r * b->r + 0.1f * far * far)
        return 1;
    lamp = sqrtf(vec_dot(s->key_a, s->key_a));
    far = sqrtf(vec_dot(d, d));
    ball = asinf(fminf(b->r / far, 1));
    between = acosf(fminf(vec_dot(d, s->key_to) / far, 1));
    if (between >= lamp + ball)
        return 1;
    return 1 - fminf(1, ball * ball / (lamp * lamp)) *
                   smooth_step(lamp + ball, fabsf(ball - lamp), between);
}

/* Share of a sphere in the cosine-weighted hemisphere (Snyder 1996). */
float ball_cover(const struct scene *s, struct vec p, struct vec n)
{
    const struct ball *b = &s->ball;
    struct vec d = vec_sub(b->at, p);
    float far2 = vec_dot(d, d), h2, up, below, cover, side;

    if (!(b->r > 0) || far2 > REACH * REACH * b->r * b->r)
        return 0;
    h2 = fmaxf(far2 / (b->r * b->r), 1.0005f);
    up = vec_dot(n, d) / sqrtf(far2);
    below = 1 - h2 * up * up;
    if (below <= 0) {
        cover = fmaxf(up, 0) / h2;
    } else { /* a part of it lies below the horizon */
        side = sqrtf((h2 - 1) / fmaxf(1 - up * up, 1e-6f));
        cover = up * acosf(fminf(fmaxf(-up * side, -1), 1)) - sqrtf(below * (h2 - 1));
        cover = (cover / h2 + atanf(sqrtf(below / (h2 - 1)))) / 3.1415927f;
    }
    return clamp01(cover) * smooth_step(REACH * REACH, 0.5f * REACH * REACH, h2);
}

struct vec ball_glow(const struct scene *s)
{
    return vec_mul(s->ball.red, vec_scale(s->sky, 0.6f));
}

/* ---- light around it --------------------------------------------------------------- */

static void harmonics(struct vec d, float *y)
{
    y[0] = 0.282095f;
    y[1] = 0.488603f * d.y;
    y[2] = 0.488603f * d.z;
    y[3] = 0.488603f * d.x;
    y[4] = 1.092548f * d.x * d.y;
    y[5] = 1.092548f * d.y * d.z;
    y[6] = 0.315392f * (3 * d.z * d.z - 1);
    y[7] = 1.092548f * d.x * d.z;
    y[8] = 0.546274f * (d.x * d.x - d.y * d.y);
}

/* Light from all sides, as it is at the centre, without the lamp (Ramamoorthi and Hanrahan 2001);
 * scaled so that the sum is how bright a white surface is. */
static void gather(struct scene *s)
{
    static const float band[BALL_HARMONICS] = {1,     2 / 3.0f, 2 / 3.0f, 2 / 3.0f, 0.25f,
                                               0.25f, 0.25f,    0.25f,    0.25f};
    struct ball *b = &s->ball;

    for (int i = 0; i < BALL_HARMONICS; i++)
        b->light[i] = (struct vec){0, 0, 0};
    for (uint32_t k = 0; s->surface.at && k < GATHER; k++) {
        struct pair u = r2(k);
        float z = 1 - 2 * u.u, r = sqrtf(fmaxf(1 - z * z, 0)), y[BALL_HARMONICS];
        struct vec d = {r * cosf(6.2831853f * u.v), r * sinf(6.2831853f * u.v), z};
        struct vec light = light_ambient(s, b->at, d, false);

        harmonics(d, y);
        for (int i = 0; i < BALL_HARMONICS; i++)
            b->light[i] = vec_along(b->light[i], light, y[i] * band[i] * 4 * 3.1415927f / GATHER);
    }
}

static struct vec around(const struct ball *b, struct vec n)
{
    struct vec sum = {0, 0, 0};
    float y[BALL_HARMONICS];

    harmonics(n, y);
    for (int i = 0; i < BALL_HARMONICS; i++)
        sum = vec_along(sum, b->light[i], y[i]);
    return (struct vec){fmaxf(sum.x, 0), fmaxf(sum.y, 0), fmaxf(sum.z, 0)};
}

void ball_put(struct scene *s, struct vec at, float r, const double spin[9])
{
    unsigned mode = trace_float_begin();

    s->ball.at = at;
    s->ball.r = r;
    s->ball.red = hex_linear(LACQUER);
    s->ball.pale = hex_linear(PALE);
    for (int k = 0; k < 9; k++)
        s->ball.spin[k] = (float)spin[k];
    gather(s);
    trace_float_end(mode);
}

/* ---- what is seen ------------------------------------------------------------------ */

float ball_meet(const struct ball *b, struct vec from, struct vec along)
{
    struct vec d = vec_sub(b->at, from);
    float near = vec_dot(d, along);
    struct vec miss = vec_along(d, along, -near);
    float room = b->r * b->r - vec_dot(miss, miss);

    if (!(room > 0) || near < 0)
        return -1;
    return near - sqrtf(room);
}

/* Pale where the stripe is and at two dots, which tell of a turn about the stripe's own axis.
 * `pixel`: its width in radii. */
static float pale(const struct ball *b, struct vec n, float pixel)
{
    const float *m = b->spin;
    struct vec own = {m[0] * n.x + m[3] * n.y + m[6] * n.z, m[1] * n.x + m[4] * n.y + m[7] * n.z,
                      m[2] * n.x + m[5] * n.y + m[8] * n.z};
    float stripe = clamp01((STRIPE - fabsf(own.z)) / pixel + 0.5f);
    float dot = fabsf(0.64f * own.x + 0.768f * own.z);

    return fmaxf(stripe, clamp01((dot - 0.986f) / (0.17f * pixel) + 0.5f));
}

/* A lit window in the direction `to`. */
static float soft_box(struct vec to, struct vec d)
{
    struct vec side = vec_unit((struct vec){-to.y, to.x, 0}), up = vec_cross(to, side);
    float ahead = vec_dot(d, to), u, v;

    if (ahead < 0.2f)
        return 0;
    u = fabsf(vec_dot(d, side) / ahead);
    v = fabsf(vec_dot(d, up) / ahead);
    return smooth_step(BOX_WIDTH, BOX_WIDTH - 0.06f, u) *
           smooth_step(BOX_HEIGHT, BOX_HEIGHT - 0.06f, v);
}

/* The lamp's box and a dimmer one on the other side. */
static struct vec boxes(const struct scene *s, struct vec d)
{
    struct vec k = s->key_to;
    float a = atan2f(k.y, k.x);
    struct vec lamp = {cosf(a) * 0.64f, sinf(a) * 0.64f, 0.768f};
    struct vec other = {cosf(a + 1.9f) * 0.6f, sinf(a + 1.9f) * 0.6f, 0.8f};

    return vec_scale(s->key, 13 * soft_box(lamp, d) + 5 * soft_box(other, d));
}

static struct vec mirrored(const struct scene *s, struct vec p, struct vec d)
{
    struct hit h;

    if (d.z > 0 && !trace_closest(s->terrain, p, d, INFINITY, &h))
        return vec_add(light_sky(s, d.z), boxes(s, d));
    return light_ambient(s, p, d, false);
}

struct vec ball_shade(const struct scene *s, const struct view *v, float far)
{
    const struct ball *b = &s->ball;
    struct vec p = vec_along(v->from, v->along, far);
    struct vec n = vec_scale(vec_sub(p, b->at), 1 / b->r), from = vec_along(p, n, OFFSET);
    float facing = clamp01(-vec_dot(n, v->along)), rim = 1 - facing, key = 0, fresnel;
    float pixel = far * sqrtf(vec_dot(v->right, v->right)) / b->r / fmaxf(facing, 0.1f);
    struct vec c = vec_mix(b->red, b->pale, pale(b, n, pixel));
    struct vec light, mirror = vec_along(v->along, n, 2 * facing);

    if (v->unlit)
        return c;
    for (uint32_t k = 0; k < LAMP_RAYS; k++) {
        struct vec d = light_key(s, r2(v->index * LAMP_RAYS + k + 0x7000));

        if (vec_dot(n, d) > 0 && !light_blocked(s, from, d))
            key += vec_dot(n, d) / LAMP_RAYS;
    }
    light = vec_along(around(b, n), s->key, key);
    fresnel = FRESNEL + (1 - FRESNEL) * rim * rim * rim * rim * rim;
    return vec_along(vec_mul(c, vec_scale(light, 1 - fresnel)), mirrored(s, from, mirror), fresnel);
}
