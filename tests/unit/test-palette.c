/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-palette.c -- plugins/util/palette.c and scale.c: from a loss to its colour. */
#include "suite.h"

#include "../../plugins/util/palette.h"
#include "../../plugins/util/scale.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

START_TEST(known_entries)
{
    ck_assert_uint_eq(palette_rgb24(PALETTE_VIRIDIS, 0), 0x440154);
    ck_assert_uint_eq(palette_rgb24(PALETTE_VIRIDIS, 1), 0xfde725);
    ck_assert_uint_eq(palette_rgb24(PALETTE_MAGMA, 0), 0x000004);
    ck_assert_uint_eq(palette_rgb24(PALETTE_MAGMA, 1), 0xfcfdbf);
    ck_assert_uint_eq(palette_rgb24(PALETTE_PLASMA, 0), 0x0d0887);
    ck_assert_uint_eq(palette_rgb24(PALETTE_PLASMA, 1), 0xf0f921);
    ck_assert_uint_eq(palette_rgb24(PALETTE_INFERNO, 1), 0xfcffa4);
    ck_assert_str_eq(palette_names[PALETTE_CIVIDIS], "cividis");
    ck_assert_ptr_null(palette_names[PALETTE_COUNT]);
}
END_TEST

/* Neighbours differ by 8-bit rounding, so a step back of a quarter is no fault. */
START_TEST(lightness_rises)
{
    for (int p = 0; p <= PALETTE_GREY; p++) {
        double before = rgb_lightness(palette_at((enum palette)p, 0)), first = before, now;

        for (int i = 1; i < 256; i++, before = now) {
            now = rgb_lightness(palette_at((enum palette)p, i / 255.0));
            ck_assert_msg(now > before - 0.25, "%s: entry %d is darker", palette_names[p], i);
        }
        ck_assert_double_gt(before - first, 50);
    }
}
END_TEST

static double to_linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* The same on both sides, and lightest in the middle. */
START_TEST(diverging_lightness_is_symmetric)
{
    double before = 0, now, middle = rgb_lightness(palette_at(PALETTE_DIVERGING, 0.5));

    for (int i = 0; i <= 127; i++, before = now) {
        now = rgb_lightness(palette_at(PALETTE_DIVERGING, i / 255.0));
        ck_assert_double_gt(now, before - 0.25);
        ck_assert_double_eq_tol(now, rgb_lightness(palette_at(PALETTE_DIVERGING, 1 - i / 255.0)),
                                1);
    }
    ck_assert_double_gt(middle, before - 0.25);
    ck_assert_double_gt(middle - rgb_lightness(palette_at(PALETTE_DIVERGING, 0)), 45);
}
END_TEST

/* OKLab, Ottosson 2020. */
static void oklab(struct rgb c, double to[3])
{
    double r = to_linear(c.r), g = to_linear(c.g), b = to_linear(c.b);
    double l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);

    to[0] = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
    to[1] = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    to[2] = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
}

static double distance(const double x[3], const double y[3])
{
    return hypot(hypot(x[0] - y[0], x[1] - y[1]), x[2] - y[2]);
}

/* A sixteenth of the palette is a step of the same length everywhere, within 12 %. */
START_TEST(steps_are_even)
{
    static const enum palette ours[] = {PALETTE_FJORD, PALETTE_GREY, PALETTE_DIVERGING};
    enum { STEPS = 16 };

    for (size_t k = 0; k < 3; k++) {
        double at[2][3], step[STEPS], mean = 0;

        oklab(palette_at(ours[k], 0), at[0]);
        for (size_t i = 0; i < STEPS; i++) {
            oklab(palette_at(ours[k], (double)(i + 1) / STEPS), at[(i + 1) % 2]);
            step[i] = distance(at[0], at[1]);
            mean += step[i] / STEPS;
        }
        ck_assert_double_gt(mean, 0.025);
        for (size_t i = 0; i < STEPS; i++)
            ck_assert_msg(fabs(step[i] / mean - 1) < 0.12, "%s: step %zu of %d is %.3f of the mean",
                          palette_names[ours[k]], i, STEPS, step[i] / mean);
    }
}
END_TEST

static double cube_root(double v)
{
    return v > 216.0 / 24389 ? cbrt(v) : (24389.0 / 27 * v + 16) / 116;
}

/* L*a*b* of what an eye sees whose matrix, for linear sRGB, is `eye`. */
static void lab(struct rgb c, const double eye[3][3], double to[3])
{
    static const double xyz[3][3] = {{0.4124564, 0.3575761, 0.1804375},
                                     {0.2126729, 0.7151522, 0.0721750},
                                     {0.0193339, 0.1191920, 0.9503041}};
    static const double white[3] = {0.95047, 1, 1.08883};
    double in[3] = {to_linear(c.r), to_linear(c.g), to_linear(c.b)}, seen[3], f[3];

    for (int i = 0; i < 3; i++)
        seen[i] = fmin(1, fmax(0, eye[i][0] * in[0] + eye[i][1] * in[1] + eye[i][2] * in[2]));
    for (int i = 0; i < 3; i++)
        f[i] =
            cube_root((xyz[i][0] * seen[0] + xyz[i][1] * seen[1] + xyz[i][2] * seen[2]) / white[i]);
    to[0] = 116 * f[1] - 16;
    to[1] = 500 * (f[0] - f[1]);
    to[2] = 200 * (f[1] - f[2]);
}

/* Machado, Oliveira and Fernandes 2009, severity 1: normal, protanopia, deuteranopia. */
static const double eyes[3][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
};

/* Those that are to be measured by. */
START_TEST(eighths_look_different_to_every_eye)
{
    for (int p = 0; p <= PALETTE_DIVERGING; p++)
        for (int a = 0; a <= 8; a++)
            for (int b = 0; b < a; b++)
                for (int e = 0; e < 3; e++) {
                    double x[3], y[3];

                    lab(palette_at((enum palette)p, a / 8.0), eyes[e], x);
                    lab(palette_at((enum palette)p, b / 8.0), eyes[e], y);
                    ck_assert_msg(distance(x, y) > 6, "%s: %d/8 and %d/8 are %.1f apart",
                                  palette_names[p], a, b, distance(x, y));
                }
}
END_TEST

START_TEST(runs_look_different_to_every_eye)
{
    for (int p = 0; p < PALETTE_COUNT; p++) {
        struct rgb accent = palette_accent((enum palette)p),
                   first = palette_run((enum palette)p, 0);

        ck_assert_uint_eq(rgb_pack(accent), rgb_pack(first));
        for (size_t a = 0; a < PALETTE_RUNS; a++)
            for (size_t b = 0; b < a; b++)
                for (int e = 0; e < 3; e++) {
                    double x[3], y[3];

                    lab(palette_run((enum palette)p, a), eyes[e], x);
                    lab(palette_run((enum palette)p, b), eyes[e], y);
                    ck_assert_double_gt(distance(x, y), 20);
                }
    }
}
END_TEST

START_TEST(clamped_and_between)
{
    for (int p = 0; p < PALETTE_COUNT; p++) {
        enum palette q = (enum palette)p;
        struct rgb a = palette_at(q, 100 / 255.0), b = palette_at(q, 101 / 255.0);

        ck_assert_uint_eq(palette_rgb24(q, -3), palette_rgb24(q, 0));
        ck_assert_uint_eq(palette_rgb24(q, 3), palette_rgb24(q, 1));
        ck_assert_uint_eq(palette_rgb24(q, INFINITY), palette_rgb24(q, 1));
        ck_assert_uint_eq(palette_rgb24(q, NAN), palette_rgb24(q, 0));
        ck_assert_double_eq_tol(palette_at(q, 100.5 / 255).g, (a.g + b.g) / 2, 1e-12);
    }
    ck_assert_double_eq_tol(rgb_lightness((struct rgb){1, 1, 1}), 100, 1e-9);
    ck_assert_double_eq(rgb_lightness((struct rgb){0, 0, 0}), 0);
    ck_assert_double_eq_tol(rgb_lightness((struct rgb){0.5, 0.5, 0.5}), 53.389, 0.001);
}
END_TEST

/* ---- scale ------------------------------------------------------------------------ */

static struct scale fit(const double *v, size_t n, enum scale_log log, double lo, double hi)
{
    struct scale s;

    ck_assert_int_eq(scale_fit(&s, v, n, log, lo, hi), 0);
    ck_assert(s.lo < s.hi);
    ck_assert(isfinite(s.lo) && isfinite(s.hi));
    return s;
}

START_TEST(linear_or_log)
{
    const double narrow[] = {1, 2, 3, 4, 9}, wide[] = {1, 2, 3, 4, 11}, negative[] = {-1, 2, 5000};
    struct scale s = fit(narrow, 5, SCALE_AUTO, NAN, NAN);

    ck_assert(!s.log);
    ck_assert_double_eq(scale_t(&s, 1), 0);
    ck_assert_double_eq(scale_t(&s, 9), 1);
    ck_assert_double_eq(scale_t(&s, 5), 0.5);
    s = fit(wide, 5, SCALE_AUTO, NAN, NAN);
    ck_assert(s.log);
    ck_assert_double_eq_tol(scale_t(&s, sqrt(11)), 0.5, 1e-12);
    ck_assert(!fit(wide, 5, SCALE_LINEAR, NAN, NAN).log);
    ck_assert(fit(narrow, 5, SCALE_LOG, NAN, NAN).log);
    ck_assert(!fit(negative, 3, SCALE_AUTO, NAN, NAN).log);
    ck_assert(!fit((double[]){-1, -2}, 2, SCALE_LOG, NAN, NAN).log);
    for (int i = 0; i <= 10; i++)
        ck_assert_double_eq_tol(scale_t(&s, scale_value(&s, i / 10.0)), i / 10.0, 1e-12);
}
END_TEST

START_TEST(spikes_are_clipped)
{
    double v[1000];
    struct scale s;

    for (size_t i = 0; i < 1000; i++)
        v[i] = 1 + (double)i / 1000;
    s = fit(v, 1000, SCALE_AUTO, NAN, NAN);
    ck_assert_uint_eq(s.n_above, 0);
    v[500] = 1e9;
    v[501] = 1e8;
    s = fit(v, 1000, SCALE_LINEAR, NAN, NAN);
    ck_assert_double_le(s.hi, 2);
    ck_assert_double_ge(s.hi, 1.98);
    ck_assert_uint_ge(s.n_above, 2);
    ck_assert_uint_le(s.n_above, 5);
    ck_assert_double_eq(s.max, 1e9);
    ck_assert_double_eq(scale_t(&s, 1e9), 1.25);
    s = fit(v, 1000, SCALE_LINEAR, NAN, 1e9); /* asked for: not clipped */
    ck_assert_uint_eq(s.n_above, 0);
}
END_TEST

START_TEST(odd_data)
{
    const double gaps[] = {NAN, 3, INFINITY, -INFINITY, 5, -NAN}, same[] = {7, 7, 7};
    const double zeros[] = {0, 0, 0}, huge[] = {-DBL_MAX, DBL_MAX}, none[] = {NAN, INFINITY};
    const double hinge[] = {0, 0.1, 0.2, 30, 60, 90};
    struct scale s = fit(gaps, 6, SCALE_AUTO, NAN, NAN);

    ck_assert_uint_eq(s.n_finite, 2);
    ck_assert_uint_eq(s.lowest, 1);
    ck_assert(isnan(scale_t(&s, NAN)) && isnan(scale_t(&s, INFINITY)));
    s = fit(same, 3, SCALE_AUTO, NAN, NAN);
    ck_assert_double_eq_tol(scale_t(&s, 7), 0.5, 1e-9);
    fit(same, 3, SCALE_LOG, NAN, NAN);
    fit(zeros, 3, SCALE_LOG, NAN, NAN);
    s = fit(huge, 2, SCALE_AUTO, NAN, NAN);
    ck_assert_double_eq(scale_t(&s, 0), 0.5);
    s = fit(none, 2, SCALE_AUTO, NAN, NAN);
    ck_assert_uint_eq(s.n_finite, 0);
    ck_assert_uint_eq(s.lowest, 2);
    /* A zero does not forbid a logarithm: it lies below the scale, and is counted. */
    s = fit(hinge, 6, SCALE_AUTO, NAN, NAN);
    ck_assert(s.log);
    ck_assert_uint_eq(s.n_below, 1);
    ck_assert_double_eq(scale_t(&s, 0), -0.25);
    s = fit(hinge, 6, SCALE_AUTO, 200, NAN); /* above all of the data */
    ck_assert_double_eq(s.lo, 200);
    s = fit(hinge, 6, SCALE_AUTO, NAN, -5);
    ck_assert_double_eq(s.hi, -5);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("palette");
    TCase *t = tcase_create("palette");

    tcase_add_test(t, known_entries);
    tcase_add_test(t, lightness_rises);
    tcase_add_test(t, diverging_lightness_is_symmetric);
    tcase_add_test(t, steps_are_even);
    tcase_add_test(t, eighths_look_different_to_every_eye);
    tcase_add_test(t, runs_look_different_to_every_eye);
    tcase_add_test(t, clamped_and_between);
    tcase_add_test(t, linear_or_log);
    tcase_add_test(t, spikes_are_clipped);
    tcase_add_test(t, odd_data);
    suite_add_tcase(s, t);
    return bench_main(s);
}
