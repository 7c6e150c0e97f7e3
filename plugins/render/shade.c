/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shade.c -- the colour of what one ray of the camera meets: surface with contours, wall, path or
 * bead, ground.  Linear light. */
#include "render/scene.h"

#define BOLD 1.6f /* bold contours are as much wider */

/* Everything about the place that is looked at. */
struct place {
    struct vec p, n; /* n: towards the viewer, unit length */
    float far;       /* from the eye */
    uint32_t index;
    bool lattice; /* on the surface itself, where light is baked */
};

/* ---- contours -------------------------------------------------------------------- */

struct line {
    float cover; /* 0 to 1 */
    bool major;
};

static float cover(float distance, float width)
{
    return clamp01(width / 2 + 0.5f - distance);
}

/* How much of a pixel the contours cover where the scale is at t and changes by g from
 * pixel to pixel.  Lines that come too close fade, the thin ones first. */
static struct line contour(const struct scene *s, float t, float g, float width)
{
    const struct contour_levels *l = &s->lines;
    size_t lo = 0, hi = l->n;
    struct line best = {0, false};

    g = fmaxf(g, 1e-5f);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (l->t[mid] <= t)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (size_t k = lo > 0 ? lo - 1 : 0; k < l->n && k <= lo; k++) {
        float gap = 1, c;
        bool major = l->major[k];

        if (k > 0)
            gap = fminf(gap, l->t[k] - l->t[k - 1]);
        if (k + 1 < l->n)
            gap = fminf(gap, l->t[k + 1] - l->t[k]);
        c = cover(fabsf(t - l->t[k]) / g, major ? BOLD * width : width);
        c *= major ? smooth_step(1.2f * width, 3 * width, gap / g)
                   : smooth_step(2.5f * width, 5.5f * width, gap / g);
        if (c > best.cover)
            best = (struct line){c, major};
    }
    return best;
}

/* Change of the scale from one pixel to the next, on the plane through the place. */
static float per_pixel(const struct view *v, const struct place *q, float tx, float ty, float tz)
{
    float through = vec_dot(v->along, q->n), g[2];
    const struct vec *side[2] = {&v->right, &v->up};

    if (fabsf(through) < 1e-4f)
        through = copysignf(1e-4f, through);
    for (int k = 0; k < 2; k++) {
        struct vec d = vec_scale(*side[k], q->far);

        d = vec_along(d, v->along, -vec_dot(d, q->n) / through);
        g[k] = tx * d.x + ty * d.y + tz * d.z;
    }
    return sqrtf(g[0] * g[0] + g[1] * g[1]);
}

static float luminance(struct vec c)
{
    return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

/* Dark on light, light on dark. */
static struct vec draw_line(const struct scene *s, struct vec c, struct line l)
{
    float strength = (l.major ? s->style.line_major : s->style.line) * l.cover;
    float light = smooth_step(0.10f, 0.03f, luminance(c));
    struct vec dark = vec_scale(c, 0.12f), pale = vec_mix(c, (struct vec){1, 1, 1}, 0.55f);

    return vec_mix(c, vec_mix(dark, pale, light), strength);
}

/* One colour from level to level. */
static float banded(const struct scene *s, float t)
{
    float lo = 0, hi = 1;

    for (size_t k = 0; k < s->lines.n; k++) {
        if (s->lines.t[k] <= t)
            lo = s->lines.t[k];
        else
            hi = fminf(hi, s->lines.t[k]);
    }
    return (lo + hi) / 2;
}

/* ---- light ------------------------------------------------------------------------- */

/* Share of the lamp that is seen from a place, by several rays, at most PACKET: past the surface,
 * past paths, or both. */
static float lamp(const struct scene *s, const struct place *q, int rays, bool terrain)
{
    struct vec from = vec_along(q->p, q->n, OFFSET);
    struct rays r = {.n = 0};
    unsigned blocked = 0;
    int seen = 0;

    for (int k = 0; k < rays; k++) {
        struct vec d = light_key(s, r2(q->index * (uint32_t)rays + (uint32_t)k + 0x4000));

        if (!(vec_dot(q->n, d) > 0))
            continue;
        r.from[r.n] = from;
        r.along[r.n++] = d;
    }
    if (!r.n)
        return 0;
    if (terrain)
        blocked = trace_blocked_packet(s->terrain, &r);
    if (s->paths)
        blocked |= trace_blocked_packet(s->paths, &r);
    for (int k = 0; k < r.n; k++)
        seen += !(blocked >> k & 1);
    return (float)seen / (float)(terrain ? rays : r.n);
}

/* Where a shadow ends softly, over several places of the lattice, what was baked is the better
 * mean: few rays of a pixel leave a pattern there.  Where it ends at once, rays know better. */
static float key_light(const struct scene *s, const struct view *v, const struct place *q,
                       float baked)
{
    float cosine = vec_dot(q->n, s->key_to), sharp;

    if (cosine <= 0)
        return 0;
    if (!v->key_rays || baked < 0.01f)
        return cosine * baked;
    if (v->sky_rays > 0 || !q->lattice)
        sharp = baked < 0.99f || v->sky_rays > 0;
    else
        sharp = smooth_step(0.06f, 0.2f, bake_step(&s->surface, q->p.x, q->p.y));
    if (sharp < 1)
        baked *= s->paths ? lamp(s, q, v->penumbra_rays, false) : 1;
    if (sharp > 0)
        baked += (lamp(s, q, v->penumbra_rays, true) - baked) * sharp;
    return cosine * baked;
}

static struct vec sky_light(const struct scene *s, const struct place *q, int rays,
                            struct vec baked)
{
    struct vec sum = {0, 0, 0}, from = vec_along(q->p, q->n, OFFSET);

    if (rays <= 0)
        return baked;
    for (int k = 0; k < rays; k++) {
        uint32_t i = q->index * (uint32_t)rays + (uint32_t)k;

        sum = vec_add(sum, light_ambient(s, from, cosine_direction(q->n, r2(i)), false));
    }
    return vec_scale(sum, 1 / (float)rays);
}

static float to_70(float v)
{
    float v2 = v * v, v4 = v2 * v2, v16 = v4 * v4 * v4 * v4;

    return v16 * v16 * v16 * v16 * v4 * v2;
}

/* Diffuse light on a colour, and a shine on top of it. */
static struct vec lit(const struct scene *s, const struct view *v, const struct place *q,
                      struct vec c, struct bake_cell b, int rays, float gloss)
{
    float key = key_light(s, v, q, b.key), facing = -vec_dot(v->along, q->n);
    struct vec half = vec_unit(vec_sub(s->key_to, v->along)), sky = sky_light(s, q, rays, b.sky);
    float mirror, rim = 1 - clamp01(facing);
    struct vec out;

    if (s->ball.r > 0) {
        key *= ball_key(s, q->p);
        sky = vec_mix(sky, ball_glow(s), ball_cover(s, q->p, q->n));
    }
    out = vec_mul(c, vec_along(sky, s->key, key));
    if (gloss <= 0)
        return out;
    mirror = to_70(fmaxf(vec_dot(half, q->n), 0));
    rim *= rim * rim * rim * rim;
    mirror *= clamp01(key / fmaxf(vec_dot(q->n, s->key_to), 0.05f)); /* as much as is lit */
    out = vec_along(out, s->key, gloss * mirror);
    return vec_along(out, sky, gloss * (0.04f + 0.6f * rim));
}

/* The ball's way: red with a pale seam, so that it can be told from any colour. */
static struct vec ribbon(const struct scene *s, const struct view *v, const struct place *q,
                         struct vec c)
{
    struct trail_spot at = trail_at(s, q->p);
    float pixel, seam, core, r = s->trail.r;

    if (!(at.strength > 0))
        return c;
    pixel = fmaxf(per_pixel(v, q, at.from.x, at.from.y, at.from.z), 1e-6f);
    seam = clamp01((1.55f * r - at.far) / pixel + 0.5f) * at.strength;
    core = clamp01((r - at.far) / pixel + 0.5f) * at.strength;
    c = vec_mix(c, s->trail_seam, 0.8f * seam);
    return vec_mix(c, s->trail_core, core);
}

/* ---- what there is ----------------------------------------------------------------- */

static struct vec surface(const struct scene *s, const struct view *v, struct place *q,
                          const struct field_spot *spot, bool below)
{
    struct vec c = ramp_at(&s->ramp, s->style.bands && !v->unlit ? banded(s, spot->t) : spot->t);

    q->n = field_normal(spot);
    q->lattice = true;
    if (v->unlit)
        return c;
    if (below) {
        q->n = vec_scale(q->n, -1);
        return vec_mul(vec_scale(c, 0.45f), s->sky);
    }
    c = draw_line(
        s, c,
        contour(s, spot->t, per_pixel(v, q, spot->tx, spot->ty, 0), s->style.line_fat * v->point));
    c = ribbon(s, v, q, c);
    if (vec_dot(q->n, v->along) > -0.02f) /* the mesh is seen where the true surface is not */
        q->n = vec_unit(vec_along(q->n, v->along, -0.02f - vec_dot(q->n, v->along)));
    return lit(s, v, q, c, bake_look(&s->surface, q->p.x, q->p.y), v->sky_rays, s->style.gloss);
}

/* A sheet's edge is dark; a body's walls have the strata of the loss down to its foot. */
static struct vec wall(const struct scene *s, const struct view *v, struct place *q)
{
    const struct style *y = &s->style;
    float t = q->p.z / s->field.height, down = clamp01(-q->p.z / fmaxf(y->base, 1e-3f));
    float faded = 0;
    struct vec c;
    struct bake_cell b;

    if (y->fade && !v->unlit) {
        struct field_spot top = {.t = t, .z = q->p.z};

        field_near(&s->field, q->p.x, q->p.y, &top);
        faded = smooth_step(0, 0.36f, top.z - q->p.z);
        if (faded >= 1)
            return v->backdrop;
    }
    if (y->body == BODY_SHEET) {
        struct field_spot spot;

        if (!field_near(&s->field, q->p.x, q->p.y, &spot))
            spot.t = t;
        c = ramp_at(&s->ramp, spot.t);
        if (v->unlit)
            return c;
        c = vec_scale(c, 0.62f);
    } else {
        c = ramp_at(&s->ramp, y->bands ? banded(s, t) : t);
        if (v->unlit)
            return c;
        c = vec_mix(c, vec_scale(c, 0.5f), 0.6f * down);
        c = draw_line(s, c,
                      contour(s, t, per_pixel(v, q, 0, 0, 1 / s->field.height),
                              0.8f * y->line_fat * v->point));
    }
    /* Half of what a wall sees is sky, half is ground, in its own shade towards the foot. */
    b.key = 0.5f; /* not baked: ask */
    b.sky = vec_mul(s->ground, vec_along(s->sky, s->key, s->key_to.z));
    b.sky = vec_along(vec_scale(s->sky, 0.46f), b.sky, 0.5f * (0.42f - 0.2f * down));
    if (!v->key_rays && vec_dot(q->n, s->key_to) > 0)
        b.key = trace_blocked(s->terrain, vec_along(q->p, q->n, OFFSET), s->key_to) ? 0 : 1;
    c = lit(s, v, q, c, b, 0, 0.3f * y->gloss);
    return vec_mix(c, v->backdrop, faded);
}

static struct vec path(const struct scene *s, const struct view *v, struct place *q,
                       const struct hit *h)
{
    const struct bead *a;
    bool tube = h->geom == s->tube_geometry;
    struct vec c, pale;
    struct bake_cell b;

    a = tube ? &s->tube.look[s->tube.segment[h->prim]] : &s->beads.look[h->prim];
    c = s->path_colour[a->kind == BEAD_PIN ? 0 : a->track];
    pale = vec_mix(c, (struct vec){0.9f, 0.9f, 0.9f}, 0.85f);
    c = a->kind == BEAD_START         ? s->start_colour
        : a->kind == BEAD_END || tube ? c
                                      : vec_mix(c, pale, a->off);
    if (a->kind == BEAD_PIN)
        c = s->pin_colour[a->track];
    else if (a->kind == BEAD_STALK && tube)
        c = vec_scale(c, 0.6f);
    if (v->unlit)
        return c;
    b = bake_look(&s->surface, q->p.x, q->p.y);
    b.sky = vec_mix(vec_scale(b.sky, 0.75f), s->sky, clamp01(0.5f + 0.6f * q->n.z));
    b.key = fminf(1, b.key + 0.25f);
    return lit(s, v, q, c, b, v->path_rays, 0.35f);
}

static struct vec ground(const struct scene *s, const struct view *v, struct place *q)
{
    const struct heightfield *f = &s->field;
    struct vec c = v->backdrop, open, light;
    struct bake_cell b;
    struct field_spot spot;
    float sine = s->key_to.z, key;
    bool sheet = v->floor && fabsf(q->p.x) <= f->half_x && fabsf(q->p.y) <= f->half_y;

    if (v->plain_ground || v->unlit || s->style.fade)
        return c;
    if (sheet) {
        c = s->sheet;
        if (field_at(f, q->p.x, q->p.y, &spot)) {
            struct vec tint = ramp_at(&s->ramp, spot.t);
            struct line l = contour(s, spot.t, per_pixel(v, q, spot.tx, spot.ty, 0),
                                    s->style.line_fat * v->point * 1.05f);

            c = vec_mix(c, tint, 0.10f);
            c = vec_mix(c, vec_scale(tint, 0.72f), l.cover * (l.major ? 0.95f : 0.55f));
        }
    }
    b = bake_look(&s->floor, q->p.x, q->p.y);
    key = b.key * sine;
    if (v->key_rays && b.key > 0.002f && b.key < 0.998f)
        key = lamp(s, q, v->penumbra_rays, true) * sine;
    open = vec_along(s->sky, s->key, sine);
    light = vec_along(b.sky, s->key, key * ball_key(s, q->p));
    light = (struct vec){fminf(light.x / open.x, 1), fminf(light.y / open.y, 1),
                         fminf(light.z / open.z, 1)};
    return vec_mul(c, vec_mix((struct vec){1, 1, 1}, light, s->style.shadow));
}

static struct shade nothing(const struct scene *s, const struct view *v)
{
    struct place q = {.n = {0, 0, 1}, .index = v->index};

    if (v->along.z >= -1e-4f)
        return (struct shade){v->backdrop, false};
    q.far = (s->floor_z - v->from.z) / v->along.z;
    q.p = vec_along(v->from, v->along, q.far);
    return (struct shade){ground(s, v, &q), false};
}

struct shade shade_hit(const struct scene *s, const struct view *v, const struct hit *met,
                       enum met what)
{
    struct hit h = *met;
    bool any = what != MET_NOTHING, beads = what == MET_PATHS;
    struct place q = {.index = v->index};
    struct field_spot spot;
    float ball;

    if (s->ball.r > 0 && (ball = ball_meet(&s->ball, v->from, v->along)) > 0 &&
        (!any || ball < h.t))
        return (struct shade){ball_shade(s, v, ball), true};
    if (!any)
        return nothing(s, v);
    q.far = h.t;
    q.p = vec_along(v->from, v->along, h.t);
    q.n = vec_unit(h.ng);
    if (!beads && h.geom == GEOMETRY_SURFACE && field_near(&s->field, q.p.x, q.p.y, &spot))
        return (struct shade){surface(s, v, &q, &spot, h.ng.z * vec_dot(h.ng, v->along) > 0), true};
    if (vec_dot(q.n, v->along) > 0)
        q.n = vec_scale(q.n, -1);
    return (struct shade){beads ? path(s, v, &q, &h) : wall(s, v, &q), true};
}
