/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.c -- trajectories in the room: a tube along the surface, a bead per checkpoint where there
 * is room, and stalks up to the true loss of a checkpoint where it is not that of the
 * surface.  A bead is the paler the farther its checkpoint is from the plane. */
#include "render/scene.h"

#include <stdlib.h>

#define STEP       0.006f /* of the tube along the surface, in the room */
#define POINTS_MAX 400000 /* longer trajectories are cut into longer steps */
#define PINS_MAX   200
#define STALK_MIN  0.02f /* heights that differ by less are the same */

/* Room for `more` points. */
static int grow(struct tubes *t, size_t more)
{
    size_t room = t->room ? t->room : 256;
    void *p;

    while (room < t->n_points + more)
        room *= 2;
    if (room == t->room)
        return 0;
    if (!(p = realloc(t->point, room * sizeof *t->point)))
        return -1;
    t->point = p;
    if (!(p = realloc(t->look, room * sizeof *t->look)))
        return -1;
    t->look = p;
    if (!(p = realloc(t->segment, room * sizeof *t->segment)))
        return -1;
    t->segment = p;
    if (!(p = realloc(t->flags, room)))
        return -1;
    t->flags = p;
    t->room = room;
    return 0;
}

static int add(struct tubes *t, struct tube_point p, struct bead look, bool joined)
{
    if (grow(t, 1))
        return -1;
    if (joined) {
        bool before = t->n_segments && t->segment[t->n_segments - 1] + 2 == t->n_points;

        if (before)
            t->flags[t->n_segments - 1] |= (uint8_t)RTC_CURVE_FLAG_NEIGHBOR_RIGHT;
        t->segment[t->n_segments] = (uint32_t)t->n_points - 1;
        t->flags[t->n_segments++] = before ? (uint8_t)RTC_CURVE_FLAG_NEIGHBOR_LEFT : 0;
    }
    t->point[t->n_points] = p;
    t->look[t->n_points++] = look;
    return 0;
}

/* On the surface at (x, y), lifted along its normal; false outside. */
static bool rest(const struct scene *s, float x, float y, float lift, struct vec *p)
{
    struct field_spot spot;

    if (!isfinite(x) || !isfinite(y) || !scene_inside(s, x, y, 0) ||
        !field_near(&s->field, x, y, &spot))
        return false;
    *p = vec_along((struct vec){x, y, spot.z}, field_normal(&spot), lift);
    return true;
}

struct checkpoint {
    float x, y, off;
    bool finite;
};

static struct checkpoint checkpoint_at(const struct scene *s, const struct tw_track *t, size_t i)
{
    struct checkpoint c = {.off = 0};
    double x = (t->x[i] - s->field.mid_x) * s->field.per_x;
    double y = (t->y[i] - s->field.mid_y) * s->field.per_y;

    c.finite = fabs(x) < 1e6 && fabs(y) < 1e6;
    c.x = c.finite ? (float)x : 0;
    c.y = c.finite ? (float)y : 0;
    if (s->off_max > 0)
        c.off = isfinite(t->residual[i]) ? clamp01((float)(t->residual[i] / s->off_max)) : 1;
    return c;
}

/* The part of a segment [a, b] that can be inside: shares of the way. */
static bool clip(const struct scene *s, struct checkpoint a, struct checkpoint b, float *from,
                 float *to)
{
    float p[2] = {a.x, a.y}, d[2] = {b.x - a.x, b.y - a.y};
    float half[2] = {s->field.half_x, s->field.half_y};

    *from = 0;
    *to = 1;
    for (int k = 0; k < 2; k++) {
        float lo = (-half[k] - p[k]) / d[k], hi = (half[k] - p[k]) / d[k], swap = lo;

        if (!(fabsf(d[k]) > 1e-12f)) {
            if (fabsf(p[k]) > half[k])
                return false;
            continue;
        }
        if (lo > hi) {
            lo = hi;
            hi = swap;
        }
        *from = fmaxf(*from, lo);
        *to = fminf(*to, hi);
    }
    return *from <= *to;
}

/* The tube from one checkpoint to the next; `down`: the last point added is its start. */
static int tube_between(struct scene *s, struct checkpoint a, struct checkpoint b, uint8_t track,
                        float step, bool *down)
{
    float from, to, length;
    size_t n;

    if (!a.finite || !b.finite || !clip(s, a, b, &from, &to)) {
        *down = false;
        return 0;
    }
    length = hypotf(b.x - a.x, b.y - a.y) * (to - from);
    n = 1 + (size_t)(length / step);
    for (size_t k = 0; k <= n; k++) {
        float w = from + (to - from) * (float)k / (float)n;
        struct bead look = {a.x + (b.x - a.x) * w, a.y + (b.y - a.y) * w,
                            a.off + (b.off - a.off) * w, BEAD_CHECKPOINT, track};
        struct vec p;

        if (k == 0 && *down)
            continue;
        if (!rest(s, look.x, look.y, s->style.tube * 0.7f, &p)) {
            *down = false;
            continue;
        }
        if (add(&s->tube, (struct tube_point){p.x, p.y, p.z, s->style.tube}, look, *down))
            return -1;
        *down = true;
    }
    if (to < 1)
        *down = false;
    return 0;
}

/* A thin stalk from p up or down to the height of the checkpoint's own loss. */
static int stalk(struct scene *s, const struct tw_track *t, size_t i, struct vec p,
                 struct bead look)
{
    double own = scale_t(&s->scale, t->loss[i]);
    float z = isfinite(own) ? field_z(&s->field, (float)own) : p.z;
    float r = s->style.tube;

    /* Only upwards: what lies below the surface cannot be seen. */
    if (z - p.z < STALK_MIN)
        return 0;
    look.kind = BEAD_STALK;
    if (add(&s->tube, (struct tube_point){p.x, p.y, p.z, 0.32f * r}, look, false) ||
        add(&s->tube, (struct tube_point){p.x, p.y, z, 0.32f * r}, look, true))
        return -1;
    return add(&s->beads, (struct tube_point){p.x, p.y, z, 1.05f * r}, look, false);
}

static int track_beads(struct scene *s, const struct tw_track *t, uint8_t track, bool stalks)
{
    float r = s->style.tube, apart = 5.0f * r;
    struct checkpoint end = checkpoint_at(s, t, t->n - 1);
    struct vec last = {0, 0, 0}, p, q;
    bool any = false, ends = end.finite && rest(s, end.x, end.y, r, &q);

    for (size_t i = 0; i < t->n; i++) {
        struct checkpoint c = checkpoint_at(s, t, i);
        struct bead look = {c.x, c.y, c.off, BEAD_CHECKPOINT, track};
        float size = 1.75f * r;
        struct vec way;

        if (!c.finite || !rest(s, c.x, c.y, r, &p))
            continue;
        way = vec_sub(p, last);
        if (i + 1 == t->n) {
            look.kind = BEAD_END;
            size = 2.7f * r;
        } else if (i == 0) {
            look.kind = BEAD_START;
            size = 2.5f * r;
        } else if ((any && vec_dot(way, way) < apart * apart) ||
                   (ends && vec_dot(vec_sub(p, q), vec_sub(p, q)) < apart * apart)) {
            continue;
        }
        any = true;
        last = p;
        if (add(&s->beads, (struct tube_point){p.x, p.y, p.z, size}, look, false) ||
            (stalks && stalk(s, t, i, p, look)))
            return -1;
    }
    return 0;
}

static int attach_tubes(struct scene *s)
{
    RTCGeometry g = rtcNewGeometry(s->device, RTC_GEOMETRY_TYPE_ROUND_LINEAR_CURVE);
    struct tube_point *point = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_VERTEX, 0,
                                                       RTC_FORMAT_FLOAT4, 16, s->tube.n_points);
    unsigned *index = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT,
                                              sizeof *index, s->tube.n_segments);
    uint8_t *flags = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_FLAGS, 0, RTC_FORMAT_UCHAR, 1,
                                             s->tube.n_segments);

    if (point && index && flags) {
        for (size_t k = 0; k < s->tube.n_points; k++)
            point[k] = s->tube.point[k];
        for (size_t k = 0; k < s->tube.n_segments; k++) {
            index[k] = s->tube.segment[k];
            flags[k] = s->tube.flags[k];
        }
        rtcCommitGeometry(g);
        s->tube_geometry = rtcAttachGeometry(s->paths, g);
    }
    rtcReleaseGeometry(g);
    return point && index && flags ? 0 : -1;
}

static int attach_beads(struct scene *s)
{
    RTCGeometry g = rtcNewGeometry(s->device, RTC_GEOMETRY_TYPE_SPHERE_POINT);
    struct tube_point *point = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_VERTEX, 0,
                                                       RTC_FORMAT_FLOAT4, 16, s->beads.n_points);

    if (point) {
        for (size_t k = 0; k < s->beads.n_points; k++)
            point[k] = s->beads.point[k];
        rtcCommitGeometry(g);
        s->bead_geometry = rtcAttachGeometry(s->paths, g);
    }
    rtcReleaseGeometry(g);
    return point ? 0 : -1;
}

/* A minimum has a pin that shows it from behind a ridge, the others a small bead. */
static int pins(struct scene *s, const struct tw_critical *c)
{
    float r = s->style.tube;

    for (size_t i = 0; i < c->n && i < PINS_MAX; i++) {
        struct bead look = {.x = field_room_x(&s->field, c->x[i]),
                            .y = field_room_y(&s->field, c->y[i]),
                            .kind = BEAD_PIN};
        float up = c->kind[i] == TW_MINIMUM ? 7 * r : 0.5f * r;
        float head = c->kind[i] == TW_MINIMUM ? 1.9f * r : 1.5f * r;
        struct vec p;

        if (c->kind[i] >= PIN_KINDS || !rest(s, look.x, look.y, 0, &p))
            continue;
        look.track = (uint8_t)c->kind[i];
        s->pins[c->kind[i]]++;
        if (add(&s->beads, (struct tube_point){p.x, p.y, p.z + up, head}, look, false))
            return -1;
        if (c->kind[i] == TW_MINIMUM &&
            (add(&s->tube, (struct tube_point){p.x, p.y, p.z, 0.3f * r}, look, false) ||
             add(&s->tube, (struct tube_point){p.x, p.y, p.z + up, 0.3f * r}, look, true)))
            return -1;
    }
    return 0;
}

/* A step that keeps all tubes below POINTS_MAX. */
static float tube_step(const struct scene *s, const struct tw_result *r)
{
    double length = 0;

    for (size_t k = 0; k < r->n_tracks; k++)
        for (size_t i = 1; i < r->tracks[k]->n; i++) {
            struct checkpoint a = checkpoint_at(s, r->tracks[k], i - 1);
            struct checkpoint b = checkpoint_at(s, r->tracks[k], i);
            float from, to;

            if (a.finite && b.finite && clip(s, a, b, &from, &to))
                length += (double)(hypotf(b.x - a.x, b.y - a.y) * (to - from));
        }
    return fmaxf(STEP, (float)(length / POINTS_MAX));
}

static void farthest(struct scene *s, const struct tw_result *r)
{
    const struct tw_grid *g = r->grid;
    double extent = fmax(g->x[g->nx - 1] - g->x[0], g->y[g->ny - 1] - g->y[0]);

    for (size_t k = 0; k < r->n_tracks; k++)
        for (size_t i = 0; i < r->tracks[k]->n; i++)
            if (isfinite(r->tracks[k]->residual[i]))
                s->off_max = fmax(s->off_max, r->tracks[k]->residual[i]);
    if (s->off_max < 1e-9 * extent)
        s->off_max = 0;
}

int scene_paths(struct scene *s, const struct tw_result *r, bool stalks, bool critical)
{
    float step;

    farthest(s, r);
    step = tube_step(s, r);
    for (size_t k = 0; k < r->n_tracks; k++) {
        const struct tw_track *t = r->tracks[k];
        uint8_t track = (uint8_t)(k % TRACKS_MAX);
        bool down = false;

        for (size_t i = 1; i < t->n; i++)
            if (tube_between(s, checkpoint_at(s, t, i - 1), checkpoint_at(s, t, i), track, step,
                             &down))
                return -1;
        if (t->n && track_beads(s, t, track, stalks))
            return -1;
    }
    if (critical && r->critical && pins(s, r->critical))
        return -1;
    return scene_paths_build(s);
}

int scene_paths_build(struct scene *s)
{
    if (s->paths)
        rtcReleaseScene(s->paths);
    s->paths = NULL;
    if (!s->beads.n_points && !s->tube.n_segments)
        return 0;
    s->paths = rtcNewScene(s->device);
    s->tube_geometry = s->bead_geometry = RTC_INVALID_GEOMETRY_ID;
    rtcSetSceneFlags(s->paths, RTC_SCENE_FLAG_ROBUST);
    if ((s->tube.n_segments && attach_tubes(s)) || (s->beads.n_points && attach_beads(s)))
        return -1;
    return trace_commit(s->device, s->paths);
}
