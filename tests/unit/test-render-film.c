/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-render-film.c -- what films need of the renderer: ball, trail, camera, heights of their own,
 * one landscape into another; and how good its light is. */
#include "render-bench.h"

#define SIDE 33

static double others(double x, double y)
{
    return exp(1.2 * (x * x + y * y) + 0.7 * cos(5 * x + 1) * sin(8 * y));
}

/* A moat, too deep to be looked into from anywhere around. */
static double moat(double x, double y)
{
    double r = hypot(x, y) - 0.5;

    return 1 - 0.98 * exp(-60 * r * r);
}

/* One with nothing on it; its trajectory, for those who want it, goes across. */
static struct bench *land_new(double (*f)(double x, double y))
{
    struct bench *b = bench_new(SIDE, SIDE, f);

    for (size_t k = 0; k < 40; k++) {
        b->tx[k] = b->ty[k] = -0.6 + 0.03 * (double)k;
        b->tl[k] = f(b->tx[k], b->ty[k]);
        b->residual[k] = 0;
    }
    b->plane.n_marks = 0;
    b->r.n_tracks = 0;
    b->r.title = b->r.subtitle = "";
    return b;
}

/* The same colours and heights for all landscapes, and nothing but the surface. */
static struct render_options frame(int width, int height)
{
    struct render_options o = small(width, height);

    o.axes = CHOICE_NO;
    o.words = WORDS_NONE;
    o.turn = 300;
    o.vmin = 0.4;
    o.vmax = 25;
    o.log = SCALE_LOG;
    return o;
}

/* Root of the mean square of the differences, in levels of 255. */
static double difference(cairo_surface_t *a, cairo_surface_t *b)
{
    size_t n = (size_t)(cairo_image_surface_get_width(a) * cairo_image_surface_get_height(a));
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        for (int c = 0; c < 24; c += 8) {
            double d = (double)(pixels(a)[k] >> c & 0xff) - (double)(pixels(b)[k] >> c & 0xff);

            sum += d * d;
        }
    return sqrt(sum / (3 * (double)n));
}

static const double upright[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};

static struct render_ball ball_at(double x, double y, double r)
{
    struct render_ball b = {.x = x, .y = y, .radius = r};

    memcpy(b.spin, upright, sizeof b.spin);
    return b;
}

/* ---- ball ------------------------------------------------------------------------------ */

/* Nearest and farthest from the truth: the distance of the surface from the centre, less r. */
static float gap(const struct scene *s, float r)
{
    float least = INFINITY;

    for (int j = -60; j <= 60; j++)
        for (int i = -60; i <= 60; i++) {
            float dx = r * (float)i / 60, dy = r * (float)j / 60;
            struct field_spot spot;
            struct vec d;

            if (!field_at(&s->field, s->ball.at.x + dx, s->ball.at.y + dy, &spot))
                continue;
            d = (struct vec){dx, dy, spot.z - s->ball.at.z};
            least = fminf(least, sqrtf(vec_dot(d, d)) - r);
        }
    return least;
}

START_TEST(the_ball_touches_and_cuts_nothing)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(64, 48);
    struct render *p;

    o.unlit = true;
    p = begin(b, &o);
    for (int k = 0; k < 60; k++) {
        struct render_ball ball = ball_at(-0.9 + 0.03 * k, 0.7 * sin(0.2 * k), k % 2 ? 0.05 : 0.16);
        float off;

        ck_assert_int_eq(render_ball(p, &ball), TW_OK);
        ck_assert_float_gt(p->s.ball.r, 0);
        off = gap(&p->s, p->s.ball.r);
        ck_assert_float_ge(off, -0.004f * p->s.ball.r);
        ck_assert_float_le(off, 0.004f * p->s.ball.r);
    }
    render_end(p);
    free(b);
}
END_TEST

START_TEST(the_ball_does_not_jump)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(64, 48);
    struct render *p;
    float before = NAN, step = 0;

    o.unlit = true;
    p = begin(b, &o);
    for (int k = 0; k < 1500; k++) {
        struct render_ball ball = ball_at(-0.75 + 0.001 * k, 0.3, 0.06);

        ck_assert_int_eq(render_ball(p, &ball), TW_OK);
        if (k > 0) /* no step of 0.001 along the steepest slope here is higher */
            step = fmaxf(step, fabsf(p->s.ball.at.z - before));
        before = p->s.ball.at.z;
    }
    ck_assert_float_le(step, 0.0035f);
    render_end(p);
    free(b);
}
END_TEST

START_TEST(the_ball_is_red_and_has_a_shadow)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(320, 200);
    struct render *p = begin(b, &o);
    struct render_ball ball = ball_at(0.1, -0.2, 0.12);
    struct vec under, dark;
    cairo_surface_t *with, *without = shot(p);
    uint32_t c;
    float x, y;

    ck_assert_int_eq(render_ball(p, &ball), TW_OK);
    with = shot(p);
    camera_project(&p->c, vec_add(p->s.ball.at, (struct vec){0, 0, 0.07f}), &x, &y);
    c = pixels(with)[(int)y * 320 + (int)x];
    ck_assert_uint_gt(c >> 16 & 0xff, 100);
    ck_assert_uint_gt(c >> 16 & 0xff, 2 * (c >> 8 & 0xff));
    ck_assert_double_gt(difference(with, without), 2);
    /* Away from the lamp all of it is hidden, beside the ball nothing. */
    dark = vec_along(p->s.ball.at, p->s.key_to, -0.15f);
    ck_assert_float_le(ball_key(&p->s, dark), 0.01f);
    dark.y += 0.5f;
    ck_assert_float_ge(ball_key(&p->s, dark), 0.999f);
    under = vec_sub(p->s.ball.at, (struct vec){0, 0, 0.1205f});
    ck_assert_float_ge(ball_cover(&p->s, under, (struct vec){0, 0, 1}), 0.9f);
    ck_assert_float_le(ball_cover(&p->s, under, (struct vec){0, 0, -1}), 0.01f);
    ck_assert_int_eq(render_ball(p, NULL), TW_OK);
    cairo_surface_destroy(with);
    with = shot(p);
    ck_assert(difference(with, without) == 0);
    ball.radius = -1;
    ck_assert_int_eq(render_ball(p, &ball), TW_EINVAL);
    cairo_surface_destroy(with);
    cairo_surface_destroy(without);
    render_end(p);
    free(b);
}
END_TEST

/* The share that a sphere takes of the sky of a place, against counting. */
START_TEST(the_ball_hides_its_share_of_the_sky)
{
    struct scene s = {.ball = {.r = 0.1f}};
    struct vec n = vec_unit((struct vec){0.3f, 0.1f, 1});

    for (int k = 0; k < 6; k++) {
        float count = 0;

        s.ball.at = (struct vec){0.11f + 0.012f * (float)k, 0.02f * (float)k, 0.03f * (float)k};
        for (uint32_t i = 0; i < 8000; i++)
            count += ball_meet(&s.ball, (struct vec){0, 0, 0}, cosine_direction(n, r2(i))) > 0;
        ck_assert_float_le(fabsf(ball_cover(&s, (struct vec){0, 0, 0}, n) - count / 8000), 0.02f);
    }
}
END_TEST

START_TEST(the_trail_is_on_the_surface)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(400, 300);
    double way[40][3];
    struct render_ball ball = ball_at(0.5, 0, 0.08);
    struct render *p = begin(b, &o);
    struct trail_spot at;
    struct field_spot spot;

    for (int k = 0; k < 40; k++) {
        way[k][0] = -0.5 + k / 39.0;
        way[k][1] = 0;
        way[k][2] = k / 39.0;
    }
    ball.trail = (const double(*)[3])way;
    ball.n_trail = 40;
    ck_assert_int_eq(render_ball(p, &ball), TW_OK);
    for (int k = 0; k < 20; k++) {
        float x = -0.45f + 0.045f * (float)k;

        ck_assert(field_at(&p->s.field, x, 0, &spot));
        at = trail_at(&p->s, (struct vec){x, 0, spot.z});
        ck_assert_float_le(at.far, 1e-3f);
        ck_assert_float_le(fabsf(at.strength - (x + 0.5f)), 0.03f);
        ck_assert(field_at(&p->s.field, x, 0.2f, &spot));
        ck_assert(!(trail_at(&p->s, (struct vec){x, 0.2f, spot.z}).strength > 0));
    }
    render_end(p);
    free(b);
}
END_TEST

/* ---- camera ---------------------------------------------------------------------------- */

START_TEST(the_camera_comes_back_to_where_it_was)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(160, 100);
    struct render *p = begin(b, &o);
    struct render_eye eye;
    cairo_surface_t *before = shot(p), *after;

    render_eye(p, &eye);
    ck_assert_double_eq_tol(eye.turn, 300, 1e-3);
    eye.turn += 40;
    ck_assert_int_eq(render_look(p, &eye), TW_OK);
    after = shot(p);
    ck_assert_double_gt(difference(before, after), 5);
    cairo_surface_destroy(after);
    eye.turn -= 40;
    ck_assert_int_eq(render_look(p, &eye), TW_OK);
    after = shot(p);
    ck_assert_double_le(difference(before, after), 0.7);
    eye.distance = 0;
    ck_assert_int_eq(render_look(p, &eye), TW_EINVAL);
    cairo_surface_destroy(before);
    cairo_surface_destroy(after);
    render_end(p);
    free(b);
}
END_TEST

START_TEST(the_camera_sees_the_path)
{
    struct bench *b = land_new(_i ? moat : bumps);
    struct render_options o = frame(200, 140);
    struct render *p;

    b->r.n_tracks = 1;
    if (_i) /* on its ground, once around */
        for (size_t k = 0; k < 40; k++) {
            b->tx[k] = 0.5 * cos(0.16 * (double)k);
            b->ty[k] = 0.5 * sin(0.16 * (double)k);
        }
    o.turn = o.vmin = o.vmax = NAN;
    o.log = SCALE_LINEAR;
    o.unlit = true;
    o.vertical = 0.24;
    o.rise = styles[o.style].rise;
    p = begin(b, &o);
    ck_assert((camera_path_seen(&p->s, &p->c) < CAMERA_SEEN) == _i);
    render_end(p);
    o.rise = NAN;
    p = begin(b, &o);
    ck_assert_float_ge(camera_path_seen(&p->s, &p->c), CAMERA_SEEN);
    render_end(p);
    free(b);
}
END_TEST

/* ---- heights, and from one landscape to another ------------------------------------------- */

static void give_heights(struct bench *b, double up)
{
    for (size_t k = 0; k < SIDE * SIDE; k++)
        b->height[k] = 0.1 * log(b->loss[k]) + up;
}

START_TEST(heights_of_ones_own_are_where_they_belong)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(160, 100);
    struct render *p;
    struct field_spot spot;

    give_heights(b, 3);
    o.heights = b->height;
    o.unlit = true;
    p = begin(b, &o);
    for (size_t k = 0; k < SIDE * SIDE; k += 7) {
        ck_assert(field_near(&p->s.field, p->s.field.x[k % SIDE], p->s.field.y[k / SIDE], &spot));
        ck_assert_double_eq_tol((double)(spot.z + p->origin.z), b->height[k], 1e-5);
        ck_assert_double_eq_tol((double)spot.t, scale_t(&p->s.scale, b->loss[k]), 1e-5);
    }
    /* A straight line of the scale: its ends are known. */
    ck_assert_double_eq_tol((double)p->origin.z, 3 + 0.1 * log(0.4), 1e-4);
    ck_assert_double_eq_tol((double)p->s.field.height, 0.1 * log(25 / 0.4), 1e-4);
    render_end(p);
    free(b);
}
END_TEST

/* The picture of `p`, with the camera of `like` moved by a share of the morph's shift. */
static cairo_surface_t *morph_shot(struct render *p, const struct render *like, double s,
                                   double share)
{
    struct render_eye eye;
    double shift[3];

    render_eye(like, &eye);
    render_morph_shift(p, shift);
    for (int k = 0; k < 3; k++)
        eye.at[k] += share * shift[k];
    ck_assert_int_eq(render_look(p, &eye), TW_OK);
    ck_assert_int_eq(render_morph(p, s), TW_OK);
    return shot(p);
}

START_TEST(a_morph_goes_from_one_to_the_other)
{
    struct bench *a = land_new(bumps), *b = land_new(others);
    struct render_options o = frame(200, 130);
    struct render *p, *q, *m = NULL;
    cairo_surface_t *from, *to, *now;
    double whole;

    o.style = _i;
    a->r.n_tracks = 1;
    give_heights(a, 0);
    give_heights(b, 0.2);
    o.heights = a->height;
    p = begin(a, &o);
    o.heights = b->height;
    q = begin(b, &o);
    from = shot(p);
    to = shot(q);
    ck_assert_int_eq(render_begin_morph(&m, p, q, 7, 0, 0, 0), TW_EINVAL);
    ck_assert_int_eq(render_begin_morph(&m, p, q, 0.25, -0.125, -0.25, 0), TW_OK);
    now = morph_shot(m, p, 0, 0);
    whole = difference(from, to);
    ck_assert_double_gt(whole, 8);
    ck_assert_double_le(difference(from, now), 0.6);
    cairo_surface_destroy(now);
    now = morph_shot(m, q, 1, 1);
    ck_assert_double_le(difference(to, now), 0.6);
    cairo_surface_destroy(now);
    cairo_surface_destroy(from);
    cairo_surface_destroy(to);
    render_end(m);
    render_end(p);
    render_end(q);
    free(a);
    free(b);
}
END_TEST

/* The shared point stands still, and nothing pops. */
START_TEST(a_morph_is_smooth)
{
    struct bench *a = land_new(bumps), *b = land_new(others);
    struct render_options o = frame(160, 100);
    struct render *p, *q, *m = NULL;
    float z0 = NAN, before = NAN;

    give_heights(a, 0);
    give_heights(b, 0.2);
    b->height[5 * SIDE + 7] = b->loss[5 * SIDE + 7] = NAN; /* a hole */
    o.heights = a->height;
    p = begin(a, &o);
    o.heights = b->height;
    q = begin(b, &o);
    ck_assert_int_eq(render_begin_morph(&m, p, q, 0.25, -0.125, -0.25, 0), TW_OK);
    for (int k = 0; k <= 40; k++) {
        struct field_spot spot, beside;

        ck_assert_int_eq(render_morph(m, k / 40.0), TW_OK);
        ck_assert(field_at(&m->s.field, 0.25f - m->origin.x, -0.125f - m->origin.y, &spot));
        ck_assert(field_at(&m->s.field, 0.45f - m->origin.x, 0.2f - m->origin.y, &beside));
        z0 = k ? z0 : spot.z + m->origin.z;
        ck_assert_float_le(fabsf(spot.z + m->origin.z - z0), 1e-3f);
        if (k > 0)
            ck_assert_float_le(fabsf(beside.z + m->origin.z - before), 0.03f);
        before = beside.z + m->origin.z;
    }
    ck_assert_uint_gt(m->s.field.n_holes, 0);
    render_end(m);
    render_end(p);
    render_end(q);
    free(a);
    free(b);
}
END_TEST

/* ---- stills ------------------------------------------------------------------------------ */

START_TEST(a_still_has_ball_and_pins)
{
    static const double x[3] = {-0.3, 0.2, 5}, y[3] = {0.1, 0.3, 0};
    static const uint32_t kind[3] = {TW_MINIMUM, TW_SADDLE, TW_MAXIMUM}, which[3] = {0, 0, 1};
    struct bench *b = land_new(bumps);
    struct tw_critical c = {.n = 3, .x = x, .y = y, .loss = x, .kind = kind};
    struct tw_ball ball = {.n = 3, .x = x, .y = y, .landscape = which, .radius = 0.05};
    struct render_options o = frame(400, 300);
    struct render *p;
    cairo_surface_t *s;
    bool said = false;

    b->r.critical = &c;
    b->r.ball = &ball;
    o.words = WORDS_ALL;
    p = begin(b, &o);
    ck_assert_uint_eq(p->s.pins[TW_MINIMUM], 1);
    ck_assert_uint_eq(p->s.pins[TW_SADDLE], 1);
    ck_assert_uint_eq(p->s.pins[TW_MAXIMUM], 0);         /* outside */
    ck_assert_float_eq_tol(p->s.ball.at.x, 0.2f, 1e-6f); /* its end in this landscape */
    ck_assert_uint_gt(p->s.trail.n, 10);
    s = shot(p);
    for (size_t k = 0; k < p->labels.n; k++)
        said |= strstr(p->labels.at[k].text, "1 saddle") != NULL;
    ck_assert(said);
    cairo_surface_destroy(s);
    render_end(p);
    free(b);
}
END_TEST

START_TEST(bright_things_have_halos_on_prints)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(128, 96);
    struct render *p;
    float near, far;

    o.style = 2; /* dusk: a print */
    p = begin(b, &o);
    ck_assert_int_eq(render_layers(p), TW_OK);
    memset(p->object, 0, 128 * 96 * 4 * sizeof *p->object);
    for (size_t k = 0; k < 128 * 96 * 3; k++)
        p->ground[k] = 0.1f;
    for (size_t y = 44; y < 48; y++)
        for (size_t x = 60; x < 64; x++)
            for (size_t k = 0; k < 4; k++)
                p->object[4 * (y * 128 + x) + k] = k < 3 ? 3.0f : 1.0f;
    ck_assert_int_eq(bloom(p), TW_OK);
    near = p->ground[3 * (46 * 128 + 66)];
    far = p->ground[3 * (46 * 128 + 120)];
    ck_assert_float_gt(near, 0.105f);
    ck_assert_float_eq(far, 0.1f);
    render_end(p);
    free(b);
}
END_TEST

/* ---- how good it is ------------------------------------------------------------------------ */

START_TEST(best_is_close_to_many_rays)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(56, 40);
    struct render *p;
    cairo_surface_t *best, *many;

    o.quality = QUALITY_BEST;
    p = begin(b, &o);
    best = shot(p);
    p->o.samples = 16;
    p->o.sky_samples = 64;
    many = shot(p);
    ck_assert_double_le(difference(best, many), 1);
    cairo_surface_destroy(best);
    cairo_surface_destroy(many);
    render_end(p);
    free(b);
}
END_TEST

/* Nothing of a magenta ground is seen through the surface, with the ball on it or without. */
START_TEST(nothing_shines_through)
{
    struct bench *b = land_new(bumps);
    struct render_options o = frame(240, 160);
    struct render_ball ball = ball_at(0.3, 0.3, 0.1);
    struct render *p;
    cairo_surface_t *s;
    int magenta = 0;

    o.style = _i;
    o.plain_ground = true;
    o.ground = 0xff00ff;
    o.rise = 70;
    o.zoom = 2.5; /* nothing but surface in the middle of the picture */
    p = begin(b, &o);
    ck_assert_int_eq(render_ball(p, &ball), TW_OK);
    for (int k = 0; k < 4; k++) {
        ck_assert_int_eq(render_turn(p, 77 * k + 13), TW_OK);
        s = shot(p);
        for (int y = 50; y < 110; y++)
            for (int x = 70; x < 170; x++) {
                uint32_t c = pixels(s)[y * 240 + x];

                magenta += (c >> 16 & 0xff) > 180 && (c & 0xff) > 180 && (c >> 8 & 0xff) < 90;
            }
        cairo_surface_destroy(s);
    }
    ck_assert_int_eq(magenta, 0);
    render_end(p);
    free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("render-film");
    TCase *t = tcase_create("render-film");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_ball_touches_and_cuts_nothing);
    tcase_add_test(t, the_ball_does_not_jump);
    tcase_add_test(t, the_ball_is_red_and_has_a_shadow);
    tcase_add_test(t, the_ball_hides_its_share_of_the_sky);
    tcase_add_test(t, the_trail_is_on_the_surface);
    tcase_add_test(t, the_camera_comes_back_to_where_it_was);
    tcase_add_loop_test(t, the_camera_sees_the_path, 0, 2);
    tcase_add_test(t, heights_of_ones_own_are_where_they_belong);
    tcase_add_loop_test(t, a_morph_goes_from_one_to_the_other, 0, 4);
    tcase_add_test(t, a_morph_is_smooth);
    tcase_add_test(t, a_still_has_ball_and_pins);
    tcase_add_test(t, bright_things_have_halos_on_prints);
    tcase_add_test(t, best_is_close_to_many_rays);
    tcase_add_loop_test(t, nothing_shines_through, 0, 6);
    suite_add_tcase(s, t);
    return bench_main(s);
}
