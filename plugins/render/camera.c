/* SPDX-License-Identifier: GPL-3.0-or-later */
/* camera.c -- see camera.h. */
#include "render/camera.h"

#define TURNS 36     /* that are tried */
#define NEAR  0.004f /* to a place on the surface */

void camera_ray(const struct camera *c, float px, float py, struct vec *from, struct vec *along)
{
    float x = (2 * px / c->width - 1 - c->shift_x) * c->tan_x;
    float y = (1 - 2 * py / c->height - c->shift_y) * c->tan_y;

    *from = c->eye;
    *along = vec_unit(vec_along(vec_along(c->forward, c->right, x), c->up, y));
}

float camera_project(const struct camera *c, struct vec p, float *px, float *py)
{
    struct vec d = vec_sub(p, c->eye);
    float depth = vec_dot(d, c->forward);

    *px = (vec_dot(d, c->right) / depth / c->tan_x + c->shift_x + 1) / 2 * c->width;
    *py = (1 - vec_dot(d, c->up) / depth / c->tan_y - c->shift_y) / 2 * c->height;
    return depth;
}

/* The rectangle around the points; false if one is not in front. */
static bool around(const struct camera *c, const struct vec *points, size_t n, float box[4])
{
    box[0] = box[1] = INFINITY;
    box[2] = box[3] = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        float x, y;

        if (!(camera_project(c, points[k], &x, &y) > 0.05f))
            return false;
        box[0] = fminf(box[0], x);
        box[1] = fminf(box[1], y);
        box[2] = fmaxf(box[2], x);
        box[3] = fmaxf(box[3], y);
    }
    return true;
}

void camera_fit(struct camera *c, int width, int height, float turn, float rise, float fov,
                const struct vec *points, size_t n, struct frame part, float zoom)
{
    struct vec middle = {0, 0, 0},
               out = {cosf(turn) * cosf(rise), sinf(turn) * cosf(rise), sinf(rise)};
    float lo = 0.2f, hi = 400, box[4];

    for (size_t k = 0; k < n; k++)
        middle = vec_along(middle, points[k], 1 / (float)n);
    *c = (struct camera){.width = (float)width,
                         .height = (float)height,
                         .turn = turn,
                         .rise = rise,
                         .forward = vec_scale(out, -1),
                         .right = {-sinf(turn), cosf(turn), 0},
                         .tan_y = tanf(fov / 2)};
    c->up = vec_cross(c->right, c->forward);
    c->tan_x = c->tan_y * c->width / c->height;
    for (int k = 0; k < 48; k++) {
        c->focus = (lo + hi) / 2;
        c->eye = vec_along(middle, out, c->focus);
        if (around(c, points, n, box) && box[2] - box[0] <= part.w && box[3] - box[1] <= part.h)
            hi = c->focus;
        else
            lo = c->focus;
    }
    c->focus = hi / zoom;
    c->eye = vec_along(middle, out, c->focus);
    if (!around(c, points, n, box)) /* a strong zoom goes through the surface: not that far */
        c->eye = vec_along(middle, out, c->focus = hi);
    around(c, points, n, box);
    c->shift_x = (2 * part.x + part.w - box[0] - box[2]) / c->width;
    c->shift_y = -(2 * part.y + part.h - box[1] - box[3]) / c->height;
}

bool camera_sees(const struct scene *s, const struct camera *c, struct vec p, float near)
{
    struct vec d = vec_sub(p, c->eye);
    float far = sqrtf(vec_dot(d, d));
    struct hit h;

    return !trace_closest(s->terrain, c->eye, vec_scale(d, 1 / far), far - near, &h);
}

/* `facing`: counted less where the surface under the path is seen askew. */
static float path_seen(const struct scene *s, const struct camera *c, bool facing)
{
    size_t tubes = s->tube.n_points ? s->tube.n_points : s->beads.n_points;
    size_t n = tubes + s->trail.n, step = 1 + n / 400;
    float yes = 0, all = 0;
    const struct tube_point *at = s->tube.n_points ? s->tube.point : s->beads.point;

    for (size_t k = 0; k < n; k += step) {
        struct field_spot spot;
        struct vec p;
        float weight = 1;

        if (k < tubes)
            p = (struct vec){at[k].x, at[k].y, at[k].z};
        else
            p = s->trail.at[k - tubes].p;
        p.z += 0.004f;
        if (facing && field_near(&s->field, p.x, p.y, &spot))
            weight =
                0.55f + 0.45f * clamp01(vec_dot(field_normal(&spot), vec_unit(vec_sub(c->eye, p))));
        yes += camera_sees(s, c, p, NEAR) ? weight : 0;
        all++;
    }
    return all > 0 ? yes / all : 1;
}

float camera_path_seen(const struct scene *s, const struct camera *c)
{
    return path_seen(s, c, false);
}

/* How much of the surface is seen, low places counted more, and more the more it faces the eye: so
 * the low side comes to the front. */
static float surface_seen(const struct scene *s, const struct camera *c)
{
    float yes = 0, all = 0;

    for (int j = 0; j < 20; j++)
        for (int i = 0; i < 20; i++) {
            float x = ((float)i + 0.5f) / 10 - 1, y = ((float)j + 0.5f) / 10 - 1;
            float weight, facing;
            struct field_spot spot;
            struct vec p;

            x *= s->field.half_x;
            y *= s->field.half_y;
            if (!scene_inside(s, x, y, 0) || !field_at(&s->field, x, y, &spot))
                continue;
            weight = 1.5f - clamp01(spot.t);
            all += weight;
            p = (struct vec){x, y, spot.z + 0.008f};
            facing = vec_dot(field_normal(&spot), vec_unit(vec_sub(c->eye, p)));
            if (facing > 0 && camera_sees(s, c, p, NEAR))
                yes += weight * sqrtf(facing);
        }
    return all > 0 ? yes / all : 1;
}

/* How well one sees from a side is worth most; then a corner in front, somewhat to one side:
 * straight views look flat. */
float camera_choose(const struct scene *const *s, size_t n_scenes, struct camera like,
                    const struct vec *points, size_t n, struct frame part)
{
    float best = 0, most = -1;
    unsigned mode = trace_float_begin();

    for (int k = 0; k < TURNS; k++) {
        /* From the usual one on: x to the right, y to the back. */
        float turn = 6.2831853f * ((float)((k + 31) % TURNS) / TURNS), score, corner;
        struct camera c;

        camera_fit(&c, (int)like.width, (int)like.height, turn, like.rise, 2 * atanf(like.tan_y),
                   points, n, part, 1);
        corner = fabsf(sinf(2 * turn));
        score = 0.45f * fminf(corner, 0.94f);
        for (size_t i = 0; i < n_scenes; i++) {
            /* One that shows the path comes before all that do not. */
            if (camera_path_seen(s[i], &c) >= CAMERA_SEEN)
                score += 10 / (float)n_scenes;
            score += (2 * path_seen(s[i], &c, true) + surface_seen(s[i], &c)) / (float)n_scenes;
        }
        if (score > most + 1e-4f) {
            most = score;
            best = turn;
        }
    }
    trace_float_end(mode);
    return best;
}
