/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ticks.c -- plugins/util/ticks.c: round numbers and how they are written. */
#include "suite.h"

#include "../../plugins/util/ticks.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "\xe2\x88\x92"
#define THIN  "\xe2\x80\x89"
#define TIMES THIN "\xc3\x97" THIN

static void expect_number(double v, int digits, const char *want)
{
    char text[NUMBER_MAX];

    number_write(v, digits, text, sizeof text);
    ck_assert_str_eq(text, want);
}

START_TEST(numbers)
{
    expect_number(0, 3, "0");
    expect_number(-0.0, 3, "0");
    expect_number(1, 3, "1");
    expect_number(-2.5, 3, MINUS "2.5");
    expect_number(0.08713, 3, "0.0871");
    expect_number(1234.5, 3, "1234");
    expect_number(99999, 3, "99999");
    expect_number(123456, 3, "123456");
    expect_number(2.3e6, 3, "2.3" TIMES "10\xe2\x81\xb6");
    expect_number(1e-7, 3, "10\xe2\x81\xbb\xe2\x81\xb7");
    expect_number(-1e-7, 3, MINUS "10\xe2\x81\xbb\xe2\x81\xb7");
    expect_number(1e100, 3, "10\xc2\xb9\xe2\x81\xb0\xe2\x81\xb0");
    expect_number(NAN, 3, "NaN");
    expect_number(-INFINITY, 3, MINUS "\xe2\x88\x9e");
}
END_TEST

START_TEST(minus_in_words)
{
    static const char *const cases[][2] = {
        {"eigenvector 1, \u03bb = -0.523", "eigenvector 1, \u03bb = \u22120.523"},
        {"-2 (-3)", "\u22122 (\u22123)"},
        {"1.5e-05", "1.5e\u221205"},
        {"sgd-2, 1-2, filter-wise, 2026-11-23 -", "sgd-2, 1-2, filter-wise, 2026-11-23 -"},
    };
    char to[128];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        minus_write(cases[i][0], to, sizeof to);
        ck_assert_str_eq(to, cases[i][1]);
    }
}
END_TEST

START_TEST(small_buffers_hold)
{
    char text[8];

    for (size_t n = 1; n <= sizeof text; n++) {
        memset(text, 'x', sizeof text);
        number_write(-1.2345e-200, 5, text, n);
        ck_assert_ptr_nonnull(memchr(text, 0, n));
    }
}
END_TEST

START_TEST(linear_labels)
{
    struct ticks t;
    char suffix[100];

    ticks_linear(&t, -1, 1, 5);
    ck_assert_uint_eq(t.n, 5);
    ck_assert_str_eq(t.label[0], MINUS "1.0");
    ck_assert_str_eq(t.label[1], MINUS "0.5");
    ck_assert_str_eq(t.label[2], "0.0");
    ck_assert_double_eq(t.at[4], 1);
    notation_suffix(&t.notation, suffix, sizeof suffix);
    ck_assert_str_eq(suffix, "");

    ticks_linear(&t, 0, 4e-5, 4); /* a common power of ten */
    ck_assert_str_eq(t.label[1], "1");
    notation_suffix(&t.notation, suffix, sizeof suffix);
    ck_assert_str_eq(suffix, " (\xc3\x97" THIN "10\xe2\x81\xbb\xe2\x81\xb5)");

    ticks_linear(&t, 0.6931471800, 0.6931471804, 4); /* a common start */
    notation_suffix(&t.notation, suffix, sizeof suffix);
    ck_assert_ptr_nonnull(strstr(suffix, MINUS " 0.69314718"));
    for (size_t i = 0; i < t.n; i++)
        ck_assert_uint_le(strlen(t.label[i]), 8);
}
END_TEST

static double uniform(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state / 4294967296.0;
}

static void check_ticks(const struct ticks *t, double lo, double hi)
{
    double slack = 1e-6 * (hi - lo);

    ck_assert_uint_ge(t->n, 1);
    for (size_t i = 0; i < t->n; i++) {
        ck_assert_msg(t->at[i] >= lo - slack && t->at[i] <= hi + slack, "%g not in %g .. %g",
                      t->at[i], lo, hi);
        ck_assert(i == 0 || t->at[i] > t->at[i - 1]);
        ck_assert_uint_gt(strlen(t->label[i]), 0);
        ck_assert_uint_lt(strlen(t->label[i]), NUMBER_MAX - 1);
        ck_assert_msg(i == 0 || strcmp(t->label[i], t->label[i - 1]) != 0,
                      "%.17g .. %.17g: %s twice", lo, hi, t->label[i]);
    }
    for (size_t i = 0; i < t->n_minor; i++)
        ck_assert(t->minor[i] >= lo - slack && t->minor[i] <= hi + slack);
}

START_TEST(any_range)
{
    unsigned state = 1;
    struct ticks t;

    for (int i = 0; i < repetitions(4000); i++) {
        double scale = pow(10, 40 * uniform(&state) - 20), lo = scale * (2 * uniform(&state) - 1);
        double hi = lo + scale * pow(10, -6 * uniform(&state));
        int want = 2 + (int)(8 * uniform(&state));

        ticks_linear(&t, lo, hi, want);
        check_ticks(&t, lo, hi);
        ck_assert_uint_le(t.n, 2 * (size_t)want + 2);
        lo = fabs(lo);
        hi = lo * (1.01 + pow(10, 12 * uniform(&state)));
        ticks_log(&t, lo, hi, want);
        check_ticks(&t, lo, hi);
    }
    ticks_linear(&t, -DBL_MAX, DBL_MAX, 5);
    ck_assert_uint_ge(t.n, 1);
    ticks_linear(&t, 0, DBL_MIN, 5);
    ck_assert_uint_ge(t.n, 1);
    ticks_linear(&t, 1, 1 + 4 * DBL_EPSILON, 5);
    ck_assert_uint_ge(t.n, 1);
    ticks_log(&t, DBL_MIN, DBL_MAX, 5);
    ck_assert_uint_ge(t.n, 2);
}
END_TEST

START_TEST(log_labels)
{
    struct ticks t;

    ticks_log(&t, 0.02, 300, 6);
    ck_assert_uint_eq(t.n, 4);
    ck_assert_str_eq(t.label[0], "0.1");
    ck_assert_str_eq(t.label[3], "100");
    ck_assert_double_eq(t.at[0], 0.1);
    ticks_log(&t, 1, 20, 6);
    ck_assert_uint_eq(t.n, 5); /* 1 2 5 10 20 */
    ck_assert_str_eq(t.label[2], "5");
    ticks_log(&t, 1e-8, 1, 6);
    ck_assert_str_eq(t.label[0], "10\xe2\x81\xbb\xe2\x81\xb8");
    ck_assert_str_eq(t.label[t.n - 1], "10\xe2\x81\xb0");
}
END_TEST

START_TEST(levels)
{
    struct levels l;
    unsigned state = 7;
    char text[NUMBER_MAX];

    levels_pick(&l, false, 0, 10, 20);
    ck_assert_uint_eq(l.n, 19);
    ck_assert_double_eq(l.at[0], 0.5);
    for (size_t i = 0; i < l.n; i++)
        ck_assert_int_eq(l.major[i], fmod(l.at[i], 2) == 0);
    notation_write(&l.notation, 4, text, sizeof text);
    ck_assert_str_eq(text, "4");
    for (int i = 0; i < repetitions(5000); i++) {
        double lo = pow(10, 10 * uniform(&state) - 5), hi = lo * (1.001 + 1e5 * uniform(&state));
        size_t majors = 0;

        levels_pick(&l, i % 2, lo, hi, 16);
        ck_assert_uint_ge(l.n, 5);
        ck_assert_uint_le(l.n, 40);
        for (size_t k = 0; k < l.n; k++) {
            ck_assert(l.at[k] > lo && l.at[k] < hi);
            ck_assert(k == 0 || l.at[k] > l.at[k - 1]);
            majors += l.major[k];
        }
        ck_assert_uint_ge(majors, 1);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ticks");
    TCase *t = tcase_create("ticks");

    tcase_add_test(t, numbers);
    tcase_add_test(t, minus_in_words);
    tcase_add_test(t, small_buffers_hold);
    tcase_add_test(t, linear_labels);
    tcase_add_test(t, any_range);
    tcase_add_test(t, log_labels);
    tcase_add_test(t, levels);
    suite_add_tcase(s, t);
    return bench_main(s);
}
