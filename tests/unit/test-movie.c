/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-movie.c -- what a film is made of: its time, the rolling of the ball, the camera, colours of
 * a GIF, and the file.  The film itself is in test-sink-movie.c. */
#include "sink-movie/camera.h"
#include "sink-movie/encoder.h"
#include "sink-movie/losses.h"

#include <check.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIDE    41
#define SAMPLES 600
#define LANDS   3
#define RADIUS  0.045
#define FPS     30.0

/* Landscapes of a formula, and a ball that swings and comes to rest in each. */
struct bench {
    double x[SIDE], height[LANDS][SIDE * SIDE], loss[SIDE * SIDE];
    double t[LANDS * SAMPLES], bx[LANDS * SAMPLES], by[LANDS * SAMPLES], bz[LANDS * SAMPLES];
    double speed[LANDS * SAMPLES], energy[LANDS * SAMPLES];
    uint32_t which[LANDS * SAMPLES];
    struct tw_plane plane;
    struct tw_grid grid;
    struct tw_landscape land[LANDS];
    const struct tw_landscape *lands[LANDS];
    struct tw_ball ball;
    struct tw_result r;
};

static double bowl(double x, double y)
{
    return 0.25 * (x * x + 0.6 * y * y);
}

/* With a wall around the middle that hides it from low eyes. */
static double crater(double x, double y)
{
    double d = sqrt(x * x + y * y);

    return 0.45 * exp(-40 * (d - 0.6) * (d - 0.6)) + 0.05 * d * d;
}

static double level(double x, double y)
{
    (void)x;
    (void)y;
    return 0.2;
}

/* At time s of its roll, starting at distance 0.5 from (0, 0): swings that die away. */
static void place(struct bench *b, size_t i, size_t land, double s, double (*f)(double, double))
{
    double left = exp(-0.35 * s), c = cos(2.4 * s);

    b->which[i] = (uint32_t)land;
    b->t[i] = 20.0 * (double)land + s;
    b->bx[i] = 0.4 * left * c + 0.05 * (1 - left);
    b->by[i] = 0.3 * left * c + 0.02 * (1 - left);
    b->bz[i] = f(b->bx[i], b->by[i]);
    b->speed[i] = left;
    b->energy[i] = 3 - (double)land + left * left;
}

static struct bench *bench_new(double (*f)(double, double))
{
    struct bench *b = calloc(1, sizeof *b);

    ck_assert_ptr_nonnull(b);
    for (size_t i = 0; i < SIDE; i++)
        b->x[i] = -1 + 2 * (double)i / (SIDE - 1);
    for (size_t k = 0; k < SIDE * SIDE; k++) {
        double h = f(b->x[k % SIDE], b->x[k / SIDE]);

        b->loss[k] = exp(4 * h);
        for (size_t l = 0; l < LANDS; l++)
            b->height[l][k] = h;
    }
    for (size_t k = 0; k < LANDS; k++)
        for (size_t i = 0; i < SAMPLES; i++)
            place(b, k * SAMPLES + i, k, 20.0 * (double)i / SAMPLES, f);
    b->grid = (struct tw_grid){.struct_size = sizeof b->grid,
                               .nx = SIDE,
                               .ny = SIDE,
                               .x = b->x,
                               .y = b->x,
                               .loss = b->loss};
    b->plane = (struct tw_plane){.struct_size = sizeof b->plane, .n_axes = 2};
    for (size_t k = 0; k < LANDS; k++) {
        b->land[k] = (struct tw_landscape){.struct_size = sizeof b->land[k],
                                           .plane = &b->plane,
                                           .grid = &b->grid,
                                           .height = b->height[k],
                                           .x_length = 1,
                                           .y_length = 1,
                                           .loss = 1.5 - 0.2 * (double)k};
        b->lands[k] = &b->land[k];
    }
    b->ball = (struct tw_ball){.struct_size = sizeof b->ball,
                               .n = LANDS * SAMPLES,
                               .t = b->t,
                               .landscape = b->which,
                               .x = b->bx,
                               .y = b->by,
                               .z = b->bz,
                               .speed = b->speed,
                               .energy = b->energy,
                               .radius = RADIUS};
    b->r = (struct tw_result){.struct_size = sizeof b->r,
                              .title = "",
                              .subtitle = "",
                              .plane = &b->plane,
                              .grid = &b->grid,
                              .n_landscapes = LANDS,
                              .landscapes = b->lands,
                              .ball = &b->ball};
    return b;
}

static struct timeline timeline_of(const struct bench *b, double duration, double speed)
{
    struct timeline_want want = {duration, speed, true, true};
    struct timeline l;

    ck_assert_int_eq(timeline_new(&l, b ? &b->ball : NULL, LANDS, &want), TW_OK);
    return l;
}

/* ---- time --------------------------------------------------------------------------------- */

START_TEST(parts_fill_the_duration)
{
    static const double durations[] = {0.1, 0.4, 3, 20, 90, 600};
    struct bench *b = bench_new(bowl);

    for (size_t k = 0; k < sizeof durations / sizeof *durations; k++)
        for (int with = 0; with < 2; with++) {
            struct timeline l = timeline_of(with ? b : NULL, durations[k], NAN);

            ck_assert_uint_eq(l.n_parts, with ? 3 * LANDS + 1 : 4);
            ck_assert_double_eq(l.part[0].from, 0);
            ck_assert_double_eq(l.part[l.n_parts - 1].to, durations[k]);
            for (size_t i = 0; i < l.n_parts; i++) {
                ck_assert_double_gt(l.part[i].to, l.part[i].from);
                if (i)
                    ck_assert_double_eq(l.part[i].from, l.part[i - 1].to);
            }
            timeline_free(&l);
        }
    free(b);
}
END_TEST

/* The largest step of the ball's rate from one piece of `h` seconds of the film to the next. */
static double roughest(const struct timeline *l, double h, bool *forwards)
{
    double last = -1, worst = 0;

    *forwards = true;
    for (double s = 0; s + h < l->duration; s += h) {
        struct moment a = timeline_at(l, s), b = timeline_at(l, s + h);
        double rate = (b.t - a.t) / h;

        if (a.land != b.land || a.part != b.part) {
            last = -1;
            continue;
        }
        *forwards = *forwards && rate >= 0;
        if (last >= 0)
            worst = fmax(worst, fabs(rate - last));
        last = rate;
    }
    return worst;
}

/* Monotone, and with a continuous rate: its steps shrink as the pieces do. */
START_TEST(time_is_smooth)
{
    struct bench *b = bench_new(bowl);

    for (double duration = 5; duration < 200; duration *= 3) {
        struct timeline l = timeline_of(b, duration, NAN);
        bool forwards, again;
        double coarse = roughest(&l, duration / 2000, &forwards);
        double fine = roughest(&l, duration / 16000, &again);

        ck_assert(forwards && again);
        ck_assert_double_lt(fine, 0.3 * coarse);
        timeline_free(&l);
    }
    free(b);
}
END_TEST

START_TEST(time_begins_and_ends_with_the_samples)
{
    struct bench *b = bench_new(bowl);
    struct timeline l = timeline_of(b, 20, NAN);

    for (size_t i = 0; i < l.n_parts; i++) {
        const struct part *p = &l.part[i];
        struct moment in = timeline_at(&l, p->from), out = timeline_at(&l, p->to - 1e-9);

        if (p->phase != PHASE_ROLL)
            continue;
        ck_assert_double_eq_tol(in.t, b->t[p->land * SAMPLES], 1e-9);
        ck_assert_double_eq_tol(out.t, b->t[(p->land + 1) * SAMPLES - 1], 1e-6);
        ck_assert_double_eq(in.rolled, 0);
        ck_assert_double_eq_tol(out.rolled, 1, 1e-9);
        ck_assert_double_gt(p->to - p->from, 1);
    }
    timeline_free(&l);
    free(b);
}
END_TEST

/* Quick parts at the speed that was asked for: the ball falls at once, and that speed is its own;
 * only a ramp is in between.  What it does slowly takes less time. */
START_TEST(speed_is_kept_where_the_ball_is_quick)
{
    struct bench *b = bench_new(bowl);

    for (double speed = 0.5; speed < 3; speed *= 2) {
        struct timeline l = timeline_of(b, 40, speed);
        double begin = 0, length = l.warp[0].length, first, last;

        for (size_t i = 0; i < l.n_parts; i++)
            if (l.part[i].phase == PHASE_ROLL && l.part[i].land == 0)
                begin = l.part[i].from;
        first =
            (timeline_at(&l, begin + 0.15 * length).t - timeline_at(&l, begin + 0.145 * length).t) /
            (0.005 * length);
        last =
            (timeline_at(&l, begin + 0.855 * length).t - timeline_at(&l, begin + 0.85 * length).t) /
            (0.005 * length);
        ck_assert_double_ge(first, 0.999 * speed);
        ck_assert_double_lt(first, 1.4 * speed);
        ck_assert_double_ge(last, first);
        timeline_free(&l);
    }
    free(b);
}
END_TEST

/* ---- rolling ------------------------------------------------------------------------------- */

static double turned_by(const double a[9], const double b[9])
{
    double trace = 0;

    for (int i = 0; i < 9; i++) /* of b times a transposed */
        trace += a[i] * b[i];
    return acos(fmin(fmax((trace - 1) / 2, -1), 1));
}

START_TEST(turns_are_rotations)
{
    struct bench *b = bench_new(crater);
    struct land *lands;
    struct roll roll;

    ck_assert_int_eq(lands_new(&lands, &b->r), TW_OK);
    ck_assert_int_eq(roll_new(&roll, &b->ball, lands, LANDS), TW_OK);
    for (size_t k = 0; k < LANDS; k++)
        for (double s = -1; s < 21; s += 0.0917) {
            struct roll_place p;
            const double *m = p.spin;
            double det;

            roll_at(&roll, lands, k, 20.0 * (double)k + s, &p);
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++) {
                    double dot = m[3 * i] * m[3 * j] + m[3 * i + 1] * m[3 * j + 1] +
                                 m[3 * i + 2] * m[3 * j + 2];

                    ck_assert_double_eq_tol(dot, i == j, 1e-12);
                }
            det = m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
                  m[2] * (m[3] * m[7] - m[4] * m[6]);
            ck_assert_double_eq_tol(det, 1, 1e-12);
        }
    roll_free(&roll);
    lands_free(lands, LANDS);
    free(b);
}
END_TEST

/* The way of the centre is the angle times the radius: nothing slips. */
START_TEST(rolling_does_not_slip)
{
    static double (*const grounds[])(double, double) = {level, bowl, crater};

    for (size_t g = 0; g < 3; g++) {
        struct bench *b = bench_new(grounds[g]);
        struct land *lands;
        struct roll roll;
        struct roll_place p, q;
        double sum = 0, way = 0;

        ck_assert_int_eq(lands_new(&lands, &b->r), TW_OK);
        ck_assert_int_eq(roll_new(&roll, &b->ball, lands, LANDS), TW_OK);
        roll_at(&roll, lands, 0, 0, &p);
        for (size_t i = 1; i < SAMPLES; i++, p = q) {
            roll_at(&roll, lands, 0, b->t[i], &q);
            sum += RADIUS * turned_by(p.spin, q.spin);
            way += hypot(b->bx[i] - b->bx[i - 1], b->by[i] - b->by[i - 1]);
        }
        ck_assert_double_eq_tol(sum, p.way, 1e-6);
        if (g == 0)
            ck_assert_double_eq_tol(p.way, way, 1e-9);
        roll_free(&roll);
        lands_free(lands, LANDS);
        free(b);
    }
}
END_TEST

/* Its top goes ahead: a roll towards +x takes the ball's z axis there. */
START_TEST(the_top_goes_ahead)
{
    struct bench *b = bench_new(level);
    struct land *lands;
    struct roll roll;
    struct roll_place p;

    for (size_t i = 0; i < SAMPLES; i++) {
        b->bx[i] = RADIUS * (double)i / (SAMPLES - 1);
        b->by[i] = 0;
    }
    ck_assert_int_eq(lands_new(&lands, &b->r), TW_OK);
    ck_assert_int_eq(roll_new(&roll, &b->ball, lands, LANDS), TW_OK);
    roll_at(&roll, lands, 0, 1e9, &p);
    ck_assert_double_eq_tol(p.spin[2], sin(1), 1e-9);
    ck_assert_double_eq_tol(p.spin[8], cos(1), 1e-9);
    ck_assert_double_eq_tol(p.spin[4], 1, 1e-12);
    roll_free(&roll);
    lands_free(lands, LANDS);
    free(b);
}
END_TEST

/* The next landscape is where the ball rested in the one before. */
START_TEST(worlds_meet_where_the_ball_rests)
{
    struct bench *b = bench_new(bowl);
    struct land *lands;
    struct roll roll;

    const struct tw_critical critical = {.struct_size = sizeof critical};
    b->r.critical = &critical;
    ck_assert_int_eq(lands_new(&lands, &b->r), TW_OK);
    ck_assert_ptr_eq(lands[0].result.critical, &critical); /* they lie in the first plane */
    ck_assert_ptr_null(lands[1].result.critical);
    ck_assert_int_eq(roll_new(&roll, &b->ball, lands, LANDS), TW_OK);
    for (size_t k = 1; k < LANDS; k++) {
        struct roll_place out, in;

        roll_at(&roll, lands, k - 1, 1e9, &out);
        roll_at(&roll, lands, k, 0, &in);
        ck_assert_double_eq_tol(out.foot[0], in.foot[0], 1e-12);
        ck_assert_double_eq_tol(out.foot[1], in.foot[1], 1e-12);
        ck_assert_double_eq_tol(turned_by(out.spin, in.spin), 0, 1e-6);
        ck_assert_double_gt(hypot(lands[k].offset[0], lands[k].offset[1]), 0.1);
    }
    roll_free(&roll);
    lands_free(lands, LANDS);
    free(b);
}
END_TEST

/* ---- camera ---------------------------------------------------------------------------------- */

struct shoot {
    struct bench *b;
    struct land *lands;
    struct roll roll;
    struct timeline time;
    struct camera_want want;
    struct shot *shots;
};

static struct shoot shoot_new(double (*f)(double, double), double duration)
{
    struct shoot s = {.b = bench_new(f)};

    ck_assert_int_eq(lands_new(&s.lands, &s.b->r), TW_OK);
    ck_assert_int_eq(roll_new(&s.roll, &s.b->ball, s.lands, LANDS), TW_OK);
    s.time = timeline_of(s.b, duration, NAN);
    s.want = (struct camera_want){.time = &s.time,
                                  .roll = &s.roll,
                                  .lands = s.lands,
                                  .n_frames = (size_t)(duration * FPS),
                                  .fps = FPS,
                                  .whole = {.at = {0, 0, 0.2}, .distance = 6.2, .rise = 30}};
    return s;
}

static void shoot(struct shoot *s)
{
    s->want.roll = &s->roll;
    s->want.time = &s->time;
    s->want.whole.turn = camera_side(&s->want);
    s->shots = camera_plan(&s->want);
    ck_assert_ptr_nonnull(s->shots);
}

static void shoot_free(struct shoot *s)
{
    free(s->shots);
    timeline_free(&s->time);
    roll_free(&s->roll);
    lands_free(s->lands, LANDS);
    free(s->b);
}

/* Neither place nor direction jumps, nor do their speeds: steps and changes of steps are small. */
START_TEST(the_camera_glides)
{
    static double (*const grounds[])(double, double) = {bowl, crater};

    for (size_t g = 0; g < 2; g++) {
        struct shoot s = shoot_new(grounds[g], 20);
        double eye[3][3];

        shoot(&s);
        for (size_t i = 2; i < s.want.n_frames; i++) {
            double step = 0, bend = 0;

            for (size_t k = 0; k < 3; k++)
                camera_eye(&s.shots[i - k], eye[k]);
            for (int a = 0; a < 3; a++) {
                step += pow(eye[0][a] - eye[1][a], 2);
                bend += pow(eye[0][a] - 2 * eye[1][a] + eye[2][a], 2);
            }
            ck_assert_double_lt(sqrt(step) * FPS, 4);        /* lengths a second */
            ck_assert_double_lt(sqrt(bend) * FPS * FPS, 14); /* and a second more */
            ck_assert_double_lt(fabs(s.shots[i].turn - s.shots[i - 1].turn) * FPS, 15);
            ck_assert_double_lt(fabs(s.shots[i].rise - s.shots[i - 1].rise) * FPS, 40);
        }
        shoot_free(&s);
    }
}
END_TEST

/* How far from the middle of the picture, in half heights, with this angle of view. */
static double off_middle(const struct shot *s, const double at[3], double fov)
{
    double eye[3], f[3], d[3], forward = 0, side = 0;

    camera_eye(s, eye);
    for (int a = 0; a < 3; a++) {
        f[a] = (s->at[a] - eye[a]) / s->distance;
        d[a] = at[a] - eye[a];
        forward += f[a] * d[a];
    }
    for (int a = 0; a < 3; a++)
        side += pow(d[a] - forward * f[a], 2);
    return forward > 0 ? sqrt(side) / forward / tan(fov / 2) : INFINITY;
}

START_TEST(the_ball_stays_in_sight)
{
    static double (*const grounds[])(double, double) = {bowl, crater};

    for (size_t g = 0; g < 2; g++) {
        struct shoot s = shoot_new(grounds[g], 20);

        shoot(&s);
        for (size_t i = 0; i < s.want.n_frames; i++) {
            struct moment m = timeline_at(&s.time, ((double)i + 0.5) / FPS);
            struct roll_place p;
            double eye[3];

            roll_at(&s.roll, s.lands, m.land, m.t, &p);
            camera_eye(&s.shots[i], eye);
            ck_assert_msg(!camera_hidden(&s.lands[m.land], p.foot, RADIUS, eye),
                          "ground %zu: hidden in frame %zu", g, i);
            ck_assert_double_lt(off_middle(&s.shots[i], p.foot, 0.4189), 0.72);
        }
        shoot_free(&s);
    }
}
END_TEST

START_TEST(the_crater_would_hide_it)
{
    struct shoot s = shoot_new(crater, 20);
    double foot[3] = {0, 0, 0}, low[3] = {6, 0, 2}, high[3] = {1, 0, 6};
    double least = INFINITY, most = 0;

    foot[2] = s.b->height[0][SIDE * SIDE / 2];
    ck_assert(camera_hidden(&s.lands[0], foot, RADIUS, low));
    ck_assert(!camera_hidden(&s.lands[0], foot, RADIUS, high));
    shoot(&s);
    for (size_t i = 0; i < s.want.n_frames; i++) {
        least = fmin(least, s.shots[i].rise);
        most = fmax(most, s.shots[i].rise);
    }
    ck_assert_double_gt(most, 40);
    ck_assert_double_lt(most, 75);
    ck_assert_double_ge(least, 29.9);
    shoot_free(&s);
}
END_TEST

START_TEST(a_turntable_turns)
{
    struct timeline time = timeline_of(NULL, 12, NAN);
    struct camera_want w = {.time = &time,
                            .n_frames = 360,
                            .fps = FPS,
                            .whole = {.distance = 6, .turn = 40, .rise = 30}};
    struct shot *s = camera_plan(&w);

    ck_assert_ptr_nonnull(s);
    for (size_t i = 1; i < 360; i++) {
        ck_assert_double_ge(s[i].turn, s[i - 1].turn);
        ck_assert_double_lt(s[i].turn - s[i - 1].turn, 1);
        ck_assert_double_eq_tol(s[i].distance, 6, 1e-9);
    }
    ck_assert_double_gt(s[359].turn - s[0].turn, 90);
    ck_assert_double_eq_tol((s[359].turn + s[0].turn) / 2, 40, 2);
    free(s);
    timeline_free(&time);
}
END_TEST

/* ---- the loss ----------------------------------------------------------------------------------
 */

START_TEST(losses_are_exact_at_both_ends)
{
    struct bench *b = bench_new(bowl);
    struct losses l;
    double last = INFINITY, z0 = 0.2, z1 = 0.01;

    ck_assert_int_eq(losses_new(&l, &b->land[1], 2.25, z0, z1), TW_OK);
    ck_assert_double_eq_tol(losses_at(&l, z0, 0), 2.25, 1e-12);
    ck_assert_double_eq_tol(losses_at(&l, z1, 1), b->land[1].loss, 1e-12);
    losses_free(&l);
    ck_assert_int_eq(losses_new(&l, &b->land[1], NAN, z0, z1), TW_OK);
    ck_assert_double_eq_tol(losses_at(&l, b->height[1][77], 0), b->loss[77], 1e-12);
    for (double z = 0.4; z > -0.1; z -= 0.01) {
        ck_assert_double_le(losses_at(&l, z, 0), last);
        last = losses_at(&l, z, 0);
    }
    losses_free(&l);
    free(b);
}
END_TEST

/* ---- colours of a GIF
 * ---------------------------------------------------------------------------- */

START_TEST(few_colours_are_kept)
{
    struct gif_colours *c = gif_colours_new();
    uint32_t pixels[64];
    uint8_t to[64];

    for (size_t k = 0; k < 64; k++)
        pixels[k] = k < 20 ? 0x102030 : k < 40 ? 0xf0e0a0 : 0xd02010;
    ck_assert_ptr_nonnull(c);
    gif_colours_see(c, pixels, 8, 8, 8);
    ck_assert_int_eq(gif_colours_choose(c), 3);
    gif_colours_map(c, pixels, 8, 8, 8, to, 8);
    for (size_t k = 0; k < 64; k++)
        ck_assert_uint_eq(gif_colours_at(c, to[k]), pixels[k]);
    gif_colours_free(c);
}
END_TEST

/* The mean of a patch is its colour, though none of its pixels need be. */
START_TEST(many_colours_are_mixed)
{
    enum { W = 256, H = 64 };
    struct gif_colours *c = gif_colours_new();
    uint32_t *pixels = malloc(W * H * sizeof *pixels);
    uint8_t *to = malloc(W * H), *again = malloc(W * H);

    ck_assert(c && pixels && to && again);
    for (uint32_t j = 0; j < H; j++)
        for (uint32_t i = 0; i < W; i++)
            pixels[j * W + i] = i << 16 | (255 - i) << 8 | (3 * j + i / 4);
    gif_colours_see(c, pixels, W, W, H);
    ck_assert_int_eq(gif_colours_choose(c), GIF_COLOURS);
    gif_colours_map(c, pixels, W, W, H, to, W);
    for (size_t j = 0; j < H; j += 8)
        for (size_t i = 0; i < W; i += 8) {
            double off[3] = {0};

            for (size_t k = 0; k < 64; k++) {
                size_t at = (j + k / 8) * W + i + k % 8;
                uint32_t p = pixels[at], q = gif_colours_at(c, to[at]);

                for (int a = 0; a < 3; a++)
                    off[a] += ((double)(p >> 8 * a & 255) - (double)(q >> 8 * a & 255)) / 64;
            }
            for (int a = 0; a < 3; a++)
                ck_assert_double_lt(fabs(off[a]), 12);
        }
    gif_colours_map(c, pixels, W, W, H, again, W);
    ck_assert_int_eq(memcmp(to, again, W * H), 0);
    gif_colours_free(c);
    free(pixels);
    free(to);
    free(again);
}
END_TEST

/* ---- the file
 * ------------------------------------------------------------------------------------ */

static char said[400];

static int note(const struct tw_host *h, int code, const char *fmt, ...)
{
    va_list ap;

    (void)h;
    va_start(ap, fmt);
    vsnprintf(said, sizeof said, fmt, ap);
    va_end(ap);
    return code;
}

static void nothing(const struct tw_host *h, int level, const char *fmt, ...)
{
    (void)h;
    (void)level;
    (void)fmt;
}

static const struct tw_host host = {.fail = note, .log = nothing};

START_TEST(kinds)
{
    ck_assert_int_eq(encoder_kind("/a/b.mp4"), MOVIE_MP4);
    ck_assert_int_eq(encoder_kind("b.WebM"), MOVIE_WEBM);
    ck_assert_int_eq(encoder_kind("b.mp4.gif"), MOVIE_GIF);
    ck_assert_int_eq(encoder_kind("b.avi"), MOVIE_NONE);
    ck_assert_int_eq(encoder_kind("mp4"), MOVIE_NONE);
    ck_assert_int_eq(encoder_kind(NULL), MOVIE_NONE);
}
END_TEST

/* The library's own words, one line, the user's name of the file. */
START_TEST(a_file_that_cannot_be_made)
{
    struct encoder_options o = {.path = "my.mp4",
                                .file = "/nowhere/at/all.mp4",
                                .kind = MOVIE_MP4,
                                .width = 64,
                                .height = 64,
                                .fps = 10,
                                .crf = -1};
    struct encoder *e = NULL;

    ck_assert_int_eq(encoder_open(&e, &host, &o), TW_EIO);
    ck_assert_ptr_null(e);
    ck_assert_str_eq(said, "my.mp4: cannot be written: No such file or directory");
}
END_TEST

/* A single frame is a film; so are none that were interrupted before. */
START_TEST(short_films)
{
    static uint32_t pixels[64 * 64];
    char file[] = "/tmp/thalweg-movie-XXXXXX";
    struct encoder_options o = {.path = "my", .file = file, .width = 64, .height = 64, .fps = 10};
    struct gif_colours *c = gif_colours_new();

    ck_assert_ptr_nonnull(c);
    close(mkstemp(file));
    for (size_t k = 0; k < 64 * 64; k++)
        pixels[k] = (uint32_t)k * 1023;
    gif_colours_see(c, pixels, 64, 64, 64);
    gif_colours_choose(c);
    o.colours = c;
    o.crf = 30;
    for (int kind = MOVIE_MP4; kind <= MOVIE_GIF; kind++) {
        struct encoder *e;
        FILE *f;

        o.kind = (enum movie_kind)kind;
        ck_assert_int_eq(encoder_open(&e, &host, &o), TW_OK);
        ck_assert_int_eq(encoder_frame(e, pixels, 64), TW_OK);
        ck_assert_int_eq(encoder_close(e), TW_OK);
        f = fopen(file, "rb");
        ck_assert_ptr_nonnull(f);
        fseek(f, 0, SEEK_END);
        ck_assert_int_gt(ftell(f), 300);
        fclose(f);
    }
    unlink(file);
    gif_colours_free(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("movie");
    TCase *t = tcase_create("movie");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, parts_fill_the_duration);
    tcase_add_test(t, time_is_smooth);
    tcase_add_test(t, time_begins_and_ends_with_the_samples);
    tcase_add_test(t, speed_is_kept_where_the_ball_is_quick);
    tcase_add_test(t, turns_are_rotations);
    tcase_add_test(t, rolling_does_not_slip);
    tcase_add_test(t, the_top_goes_ahead);
    tcase_add_test(t, worlds_meet_where_the_ball_rests);
    tcase_add_test(t, the_camera_glides);
    tcase_add_test(t, the_ball_stays_in_sight);
    tcase_add_test(t, the_crater_would_hide_it);
    tcase_add_test(t, a_turntable_turns);
    tcase_add_test(t, losses_are_exact_at_both_ends);
    tcase_add_test(t, few_colours_are_kept);
    tcase_add_test(t, many_colours_are_mixed);
    tcase_add_test(t, kinds);
    tcase_add_test(t, a_file_that_cannot_be_made);
    tcase_add_test(t, short_films);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
