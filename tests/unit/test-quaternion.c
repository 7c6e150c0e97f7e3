/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-quaternion.c -- plugins/util/quaternion.h: rotations against matrices and by hand. */
#include "../../plugins/util/quaternion.h"
#include "suite.h"

#define PI  3.14159265358979323846
#define EPS 1e-14

static const double up[3] = {0, 0, 1};

/* By `angle` about an axis of any length. */
static struct quaternion about(double x, double y, double z, double angle)
{
    double k = sin(angle / 2) / sqrt(x * x + y * y + z * z);

    return (struct quaternion){k * x, k * y, k * z, cos(angle / 2)};
}

static struct quaternion opposite(struct quaternion q)
{
    return (struct quaternion){-q.x, -q.y, -q.z, -q.w};
}

/* Of many directions and angles. */
static struct quaternion some(int k)
{
    return about(sin(1.3 * k), cos(2.1 * k + 1), sin(0.7 * k + 2), 0.37 * k);
}

static void expect(struct quaternion q, struct quaternion want, double eps)
{
    ck_assert_double_eq_tol(q.x, want.x, eps);
    ck_assert_double_eq_tol(q.y, want.y, eps);
    ck_assert_double_eq_tol(q.z, want.z, eps);
    ck_assert_double_eq_tol(q.w, want.w, eps);
}

static void expect_same_turn(struct quaternion q, struct quaternion want, double eps)
{
    expect(quaternion_dot(q, want) < 0 ? opposite(q) : q, want, eps);
}

/* The product turns as the product of the matrices: first the right one. */
START_TEST(one_after_another)
{
    struct quaternion i = {1, 0, 0, 0}, j = {0, 1, 0, 0}, k = {0, 0, 1, 0};

    expect(quaternion_times(i, j), k, EPS);
    expect(quaternion_times(j, i), opposite(k), EPS);
    for (int n = 0; n < 20; n++) {
        struct quaternion a = some(n), b = some(3 * n + 1);
        double ma[9], mb[9], mab[9];

        quaternion_matrix(a, ma);
        quaternion_matrix(b, mb);
        quaternion_matrix(quaternion_times(a, b), mab);
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 3; c++)
                ck_assert_double_eq_tol(
                    mab[3 * r + c],
                    ma[3 * r] * mb[c] + ma[3 * r + 1] * mb[3 + c] + ma[3 * r + 2] * mb[6 + c], EPS);
    }
    expect(quaternion_times(about(1, 2, 3, 0.4), about(1, 2, 3, 0.9)), about(1, 2, 3, 1.3), EPS);
}
END_TEST

START_TEST(matrices_are_rotations)
{
    double m[9];

    for (int n = 0; n < 40; n++) {
        double det;

        quaternion_matrix(some(n), m);
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 3; c++)
                ck_assert_double_eq_tol(m[3 * r] * m[3 * c] + m[3 * r + 1] * m[3 * c + 1] +
                                            m[3 * r + 2] * m[3 * c + 2],
                                        r == c, EPS);
        det = m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
              m[2] * (m[3] * m[7] - m[4] * m[6]);
        ck_assert_double_eq_tol(det, 1, EPS);
    }
    /* A quarter about z takes x to y and y to -x. */
    quaternion_matrix(about(0, 0, 1, PI / 2), m);
    ck_assert_double_eq_tol(m[3], 1, EPS);
    ck_assert_double_eq_tol(m[1], -1, EPS);
    ck_assert_double_eq_tol(m[8], 1, EPS);
}
END_TEST

START_TEST(angles)
{
    struct quaternion a = some(5);

    for (double angle = 0; angle < PI; angle += 0.19) {
        struct quaternion b = quaternion_times(about(2, -1, 0.5, angle), a);

        ck_assert_double_eq_tol(quaternion_angle(a, b), angle, 1e-7);
        ck_assert_double_eq_tol(quaternion_angle(a, opposite(b)), angle, 1e-7);
    }
    a = quaternion_unit((struct quaternion){1, -2, 3, -4});
    ck_assert_double_eq_tol(quaternion_dot(a, a), 1, EPS);
    ck_assert_double_eq_tol(a.z, 3 / sqrt(30), EPS);
}
END_TEST

START_TEST(slerp_from_end_to_end)
{
    for (int n = 0; n < 30; n++) {
        struct quaternion a = some(n), b = some(2 * n + 3);
        double angle = quaternion_angle(a, b);

        expect(quaternion_slerp(a, b, 0), a, EPS);
        expect_same_turn(quaternion_slerp(a, b, 1), b, EPS);
        for (double s = 0.125; s < 1; s += 0.125) {
            struct quaternion q = quaternion_slerp(a, b, s);

            ck_assert_double_eq_tol(quaternion_dot(q, q), 1, EPS);
            ck_assert_double_eq_tol(quaternion_angle(a, q), s * angle, 1e-7);
            ck_assert_double_eq_tol(quaternion_angle(q, b), (1 - s) * angle, 1e-7);
        }
    }
}
END_TEST

/* By 5 radians about z is by 2 pi - 5 the other way; and signs do not count. */
START_TEST(slerp_goes_the_short_way)
{
    struct quaternion none = {0, 0, 0, 1}, far = about(0, 0, 1, 5), want = about(0, 0, 1, -0.25);
    double share = 0.25 / (2 * PI - 5);

    expect_same_turn(quaternion_slerp(none, far, share), want, EPS);
    expect_same_turn(quaternion_slerp(none, opposite(far), share), want, EPS);
    expect_same_turn(quaternion_slerp(opposite(none), far, share), want, EPS);
    /* Where the sine is nearly 0. */
    far = about(1, 0, 0, 1e-9);
    expect(quaternion_slerp(none, far, 0.5), about(1, 0, 0, 5e-10), 1e-16);
    expect(quaternion_slerp(far, far, 0.3), far, EPS);
    expect_same_turn(quaternion_slerp(far, opposite(far), 0.3), far, EPS);
}
END_TEST

START_TEST(a_circumference_is_a_whole_turn)
{
    const double radius = 0.045;
    const double all[3] = {0.6 * 2 * PI * radius, 0.8 * 2 * PI * radius, 0};
    struct quaternion q = {0, 0, 0, 1}, none = q;
    double m[9];

    expect_same_turn(quaternion_rolling(up, all, radius), none, EPS);
    for (int k = 1; k <= 360; k++) {
        const double d[3] = {all[0] / 360, all[1] / 360, 0};

        q = quaternion_times(quaternion_rolling(up, d, radius), q);
        if (k == 180) /* what was below is above, and what was across still is */
            expect_same_turn(q, about(-0.8, 0.6, 0, PI), 1e-12);
    }
    expect_same_turn(q, none, 1e-12);
    /* The top goes ahead. */
    quaternion_matrix(quaternion_rolling(up, (double[3]){0.01, 0, 0}, radius), m);
    ck_assert_double_eq_tol(m[2], sin(0.01 / radius), EPS);
    ck_assert_double_eq_tol(m[8], cos(0.01 / radius), EPS);
    ck_assert_double_eq_tol(m[4], 1, EPS);
}
END_TEST

/* The point that touches is at rest: on a slope and whatever the radius. */
START_TEST(what_touches_does_not_slip)
{
    for (int k = 0; k < 20; k++) {
        const double radius = 0.02 + 0.01 * k, h = 1e-7;
        double m[9], n[3], d[3], slip;

        quaternion_matrix(some(k), m);
        for (int i = 0; i < 3; i++) { /* two axes across each other */
            n[i] = m[3 * i];
            d[i] = h * m[3 * i + 1];
        }
        quaternion_matrix(quaternion_rolling(n, d, radius), m);
        for (int i = 0; i < 3; i++) {
            slip = d[i] - radius * (m[3 * i] * n[0] + m[3 * i + 1] * n[1] + m[3 * i + 2] * n[2]) +
                   radius * n[i];
            ck_assert_double_eq_tol(slip, 0, 1e-5 * h);
        }
    }
}
END_TEST

START_TEST(no_way_is_no_turn)
{
    static const double ways[][3] = {
        {0, 0, 0}, {0, 0, 0.1}, {NAN, 0, 0}, {INFINITY, 0, 0}, {0, 1e300, 0}};
    struct quaternion none = {0, 0, 0, 1};

    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
        expect(quaternion_rolling(up, ways[k], 0.045), none, EPS);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("quaternion");
    TCase *t = tcase_create("quaternion");

    tcase_add_test(t, one_after_another);
    tcase_add_test(t, matrices_are_rotations);
    tcase_add_test(t, angles);
    tcase_add_test(t, slerp_from_end_to_end);
    tcase_add_test(t, slerp_goes_the_short_way);
    tcase_add_test(t, a_circumference_is_a_whole_turn);
    tcase_add_test(t, what_touches_does_not_slip);
    tcase_add_test(t, no_way_is_no_turn);
    suite_add_tcase(s, t);
    return bench_main(s);
}
