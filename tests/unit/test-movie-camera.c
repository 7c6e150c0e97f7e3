/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-movie-camera.c -- the camera of a film glides and sees the ball.
 */
#include "movie-bench.h"

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

int main(void)
{
    Suite *s = suite_create("movie-camera");
    TCase *t = tcase_create("movie-camera");

    tcase_add_test(t, the_camera_glides);
    tcase_add_test(t, the_ball_stays_in_sight);
    tcase_add_test(t, the_crater_would_hide_it);
    tcase_add_test(t, a_turntable_turns);
    suite_add_tcase(s, t);
    return bench_main(s);
}
