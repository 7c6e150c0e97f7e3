/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-movie.c -- what a film is made of: its time, the rolling of the ball, the loss that it
 * tells. The film itself is in test-sink-movie.c.
 */
#include "movie-bench.h"
#include "sink-movie/losses.h"

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

/* ---- the loss ---- */

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

int main(void)
{
    Suite *s = suite_create("movie");
    TCase *t = tcase_create("movie");

    tcase_add_test(t, parts_fill_the_duration);
    tcase_add_test(t, time_is_smooth);
    tcase_add_test(t, time_begins_and_ends_with_the_samples);
    tcase_add_test(t, speed_is_kept_where_the_ball_is_quick);
    tcase_add_test(t, turns_are_rotations);
    tcase_add_test(t, rolling_does_not_slip);
    tcase_add_test(t, the_top_goes_ahead);
    tcase_add_test(t, worlds_meet_where_the_ball_rests);
    tcase_add_test(t, losses_are_exact_at_both_ends);
    suite_add_tcase(s, t);
    return bench_main(s);
}
