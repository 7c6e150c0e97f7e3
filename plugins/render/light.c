/* SPDX-License-Identifier: GPL-3.0-or-later */
/* light.c -- the lamp, the sky, and what a ray brings back from either or from what is in between.
 *
 * Light is measured so that a white surface under it is as bright as the number: the lamp at normal
 * incidence gives `key`, an open sky gives `sky`. */
#include "render/scene.h"

#define RADIANS      0.017453293f
#define FLOOR_ALBEDO 0.7f
#define BELOW        0.35f /* of the light that reaches the underside */

void scene_lights(struct scene *s, float turn)
{
    const struct style *y = &s->style;
    /* The camera looks along turn + 180 degrees; left of it is 90 degrees less. */
    float a = turn - y->key_turn * RADIANS, e = y->key_rise * RADIANS;
    float r = tanf(y->key_radius * RADIANS);

    s->key_to = (struct vec){cosf(a) * cosf(e), sinf(a) * cosf(e), sinf(e)};
    vec_base(s->key_to, &s->key_a, &s->key_b);
    s->key_a = vec_scale(s->key_a, r);
    s->key_b = vec_scale(s->key_b, r);
    s->key = vec_scale(hex_linear(y->key_colour), y->key);
    s->sky = vec_scale(hex_linear(y->sky_colour), y->sky);
}

bool light_blocked(const struct scene *s, struct vec from, struct vec along)
{
    return trace_blocked(s->terrain, from, along) ||
           (s->paths && trace_blocked(s->paths, from, along));
}

static struct vec surface_light(const struct scene *s, struct vec p, struct vec n, bool rough)
{
    float cosine = vec_dot(n, s->key_to);
    struct bake_cell b = {0.6f, vec_scale(s->sky, 0.6f)};

    if (!rough) {
        b = bake_look(&s->surface, p.x, p.y);
        b.key *= ball_key(s, p);
        b.sky = vec_scale(b.sky, 1 - ball_cover(s, p, n));
    }
    return vec_along(b.sky, s->key, cosine > 0 ? cosine * b.key : 0);
}

struct vec light_ambient(const struct scene *s, struct vec from, struct vec along, bool rough)
{
    struct hit h;
    struct vec p;
    struct field_spot spot;

    if (!trace_closest(s->terrain, from, along, INFINITY, &h)) {
        float far;

        if (along.z >= 0)
            return light_sky(s, along.z);
        /* The ground, in the shade of the body the more the nearer it is. */
        far = (from.z - s->floor_z) / -along.z;
        return vec_mul(vec_scale(s->ground, FLOOR_ALBEDO * (0.35f + 0.65f * clamp01(far / 3))),
                       vec_along(s->sky, s->key, s->key_to.z));
    }
    p = vec_along(from, along, h.t);
    if (h.geom == GEOMETRY_WALL || !field_at(&s->field, p.x, p.y, &spot)) {
        struct vec c = ramp_at(&s->ramp, p.z / s->field.height);

        return vec_mul(c, vec_along(vec_scale(s->sky, 0.5f), s->key, 0.3f));
    }
    if (vec_dot(h.ng, along) * h.ng.z > 0) /* from below */
        return vec_scale(vec_mul(ramp_at(&s->ramp, spot.t), s->sky), BELOW);
    return vec_mul(ramp_at(&s->ramp, spot.t), surface_light(s, p, field_normal(&spot), rough));
}
