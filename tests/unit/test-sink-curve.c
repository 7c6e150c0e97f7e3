/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-curve.c -- the png sink on a line: every curve is where its numbers are. */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "picture.h"

#include <float.h>

static double steep(double x, double y)
{
    return exp(2 * x) + y;
}

static double dip(double x, double y)
{
    return 0.3 + (x - 0.5) * (x - 0.5) + y * y;
}

/* The two axes, as the picture itself says. */
struct axes {
    double x0, x1, lo, hi, acc_lo, acc_hi;
    bool log;
};

static struct axes axes_of(const struct picture *p)
{
    struct axes a;
    char kind[20];

    ck_assert_int_eq(sscanf(p->axes, "x %lf to %lf loss %lf to %lf %19s accuracy %lf to %lf", &a.x0,
                            &a.x1, &a.lo, &a.hi, kind, &a.acc_lo, &a.acc_hi),
                     7);
    a.log = strcmp(kind, "logarithmic") == 0;
    return a;
}

/* The row, from the top of the picture, where a loss or an accuracy belongs. */
static double row(const struct picture *p, const struct axes *a, double v, bool accuracy)
{
    double lo = accuracy ? a->acc_lo : a->lo, hi = accuracy ? a->acc_hi : a->hi;
    double t = !accuracy && a->log ? log(v / lo) / log(hi / lo) : (v - lo) / (hi - lo);

    return p->y + p->height * (1 - t);
}

/* How many of the columns have `colour` around the row of v, and it is centred there; columns
 * where another curve crosses do not count. */
static double follows(const struct picture *p, const struct axes *a, const struct made *m,
                      const double *v, bool accuracy, unsigned colour)
{
    size_t n = 0, hit = 0;

    for (size_t i = 2; i + 2 < m->grid.nx; i++) {
        int x = p->x + (int)((m->x[i] - a->x0) / (a->x1 - a->x0) * p->width);
        double want = row(p, a, v[i], accuracy), sum = 0, weight = 0;

        for (int y = (int)want - 5; y <= (int)want + 5; y++)
            if (apart(pixel(p, x, y), colour) < 60) {
                double w = 60 - apart(pixel(p, x, y), colour);

                sum += w * (y + 0.5);
                weight += w;
            }
        n++;
        if (weight > 0 && fabs(sum / weight - want) < 1.5)
            hit++;
    }
    return (double)hit / (double)n;
}

static unsigned loss_colour(void)
{
    return palette_rgb24(PALETTE_VIRIDIS, 0.22);
}

/* Of the accuracy: at 0.68, darkened for white paper. */
static unsigned accuracy_colour(void)
{
    struct rgb c = palette_at(PALETTE_VIRIDIS, 0.68), ink = {0.13, 0.15, 0.19};

    while (rgb_lightness(c) > 60)
        c = rgb_mix(c, ink, 0.1);
    return rgb_pack(c) & 0xffffffu;
}

START_TEST(curves_are_where_they_belong)
{
    static const char *const log[] = {"false", "true"};

    for (int k = 0; k < 2; k++) {
        struct made *m = made_line(151, steep, 0);
        struct picture *p;
        struct axes a;
        char keys[80];

        made_test(m);
        snprintf(keys, sizeof keys, "path: %%s/a.png, width: 1000, log: %s", log[k]);
        made_write(m, "png", keys);
        p = picture_read(m, "a.png");
        a = axes_of(p);
        ck_assert_int_eq(a.log, k);
        ck_assert_double_gt(follows(p, &a, m, m->loss, false, loss_colour()), 0.85);
        ck_assert_double_gt(follows(p, &a, m, m->accuracy, true, accuracy_colour()), 0.85);
        /* Dashed: most of it is there, but not all. */
        for (int acc = 0; acc < 2; acc++) {
            double share = follows(p, &a, m, acc ? m->grid.test_accuracy : m->grid.test_loss, acc,
                                   acc ? accuracy_colour() : loss_colour());

            ck_assert_double_gt(share, 0.4);
            ck_assert_double_lt(share, 0.85);
        }
        picture_is_clean(p);
        picture_free(p);
        made_free(m);
    }
}
END_TEST

START_TEST(no_accuracy_no_axis)
{
    struct made *m = made_line(31, steep, 0);
    struct picture *p;

    m->grid.accuracy = NULL;
    made_write(m, "png", "path: %s/a.png, width: 800");
    p = picture_read(m, "a.png");
    ck_assert_uint_eq(picture_has(p, 0, 0, (int)p->w, (int)p->h, accuracy_colour(), 10), 0);
    ck_assert_uint_gt(
        picture_has(p, 0, p->y + p->height + 2, (int)p->w, (int)p->h, loss_colour(), 10),
        20); /* in the legend */
    picture_free(p);
    m->grid.accuracy = m->accuracy;
    made_write(m, "png", "path: %s/a.png, width: 800");
    p = picture_read(m, "a.png");
    ck_assert_uint_gt(
        picture_has(p, 0, p->y + p->height + 2, (int)p->w, (int)p->h, accuracy_colour(), 10), 20);
    ck_assert_uint_gt(
        picture_has(p, p->x + p->width + 2, 0, (int)p->w, p->y + p->height, accuracy_colour(), 10),
        20); /* the right axis */
    picture_free(p);
    made_free(m);
}
END_TEST

/* The cross stands at the lowest point, and checkpoints fade with the distance. */
START_TEST(lowest_and_checkpoints)
{
    struct made *m = made_line(41, dip, 3);
    struct picture *p;
    struct axes a;
    double u = 800 / 400.0;

    m->grid.accuracy = NULL;
    m->t[4][0] = 0;
    m->t[4][1] = 0.1; /* the farthest */
    m->t[4][2] = 0;
    made_write(m, "png", "path: %s/a.png, width: 800");
    p = picture_read(m, "a.png");
    a = axes_of(p);
    for (int side = -1; side < 2; side += 2)
        ck_assert_int_le(
            apart(pixel(p, map_x(p, 0.75), (int)(row(p, &a, 0.3, false) + side * 4.5 * u)), INK),
            30);
    ck_assert_int_le(
        apart(pixel(p, map_x(p, (m->t[0][1] + 1) / 2), (int)row(p, &a, dip(m->t[0][1], 0), false)),
              0xffffff),
        16);
    picture_free(p);
    m->t[4][1] = 0;
    m->t[4][0] = 0.1;
    made_write(m, "png", "path: %s/a.png, width: 800");
    p = picture_read(m, "a.png");
    ck_assert_int_le(
        apart(pixel(p, map_x(p, (m->t[0][1] + 1) / 2), (int)row(p, &a, dip(m->t[0][1], 0), false)),
              rgb_pack(palette_accent(PALETTE_VIRIDIS)) & 0xffffffu),
        16);
    picture_free(p);
    made_free(m);
}
END_TEST

START_TEST(names_stand_above)
{
    struct made *m = made_line(41, dip, 0);
    struct picture *p;
    int band;

    m->grid.accuracy = NULL;
    made_mark(m, -0.5, 0, "HHHHHHHHHH");
    made_mark(m, -0.45, 0, "HHHHHHHHHH"); /* would overlap: a second row */
    made_mark(m, 7, 0, "outside");
    made_write(m, "png", "path: %s/a.png, width: 800");
    p = picture_read(m, "a.png");
    band = p->y - 52; /* two rows of 11 points of 2 pixels and some */
    ck_assert_uint_gt(picture_has(p, map_x(p, 0.15), p->y - 26, map_x(p, 0.35), p->y - 4, INK, 40),
                      50);
    ck_assert_uint_gt(picture_has(p, map_x(p, 0.15), band, map_x(p, 0.35), p->y - 30, INK, 40), 50);
    ck_assert_uint_eq(picture_has(p, map_x(p, 0.5), band, map_x(p, 1) - 3, p->y - 2, INK, 60), 0);
    picture_is_clean(p);
    picture_free(p);
    made_free(m);
}
END_TEST

START_TEST(several_planes)
{
    struct made *m = made_line(61, dip, 0);
    struct picture *p;
    struct axes a;
    int x;
    unsigned outer, inner;

    m->grid.accuracy = NULL;
    made_spread(m);
    made_write(m, "png", "path: %s/a.png, width: 900");
    p = picture_read(m, "a.png");
    a = axes_of(p);
    x = map_x(p, 0.1);
    outer = pixel(p, x, (int)row(p, &a, 1.3 * dip(-0.8, 0), false));
    inner = pixel(p, x, (int)row(p, &a, 1.1 * dip(-0.8, 0), false));
    ck_assert_int_le(apart(pixel(p, x, (int)row(p, &a, 1.5 * dip(-0.8, 0), false)), 0xffffff), 30);
    ck_assert_int_gt(apart(outer, 0xffffff), 20);
    ck_assert_int_gt(apart(inner, 0xffffff), apart(outer, 0xffffff) + 20);
    picture_free(p);
    made_free(m);
}
END_TEST

START_TEST(a_hole_is_hatched)
{
    struct made *m = made_line(21, dip, 0);
    struct picture *p;

    m->grid.accuracy = NULL;
    m->loss[4] = m->loss[5] = NAN;
    made_write(m, "png", "path: %s/a.png, width: 600");
    p = picture_read(m, "a.png");
    ck_assert_uint_eq(
        picture_has(p, map_x(p, 0.16), p->y + 3, map_x(p, 0.29), p->y + p->height - 3, 0xffffff, 6),
        0);
    ck_assert_uint_eq(picture_has(p, map_x(p, 0.16), p->y + 3, map_x(p, 0.29), p->y + p->height - 3,
                                  loss_colour(), 30),
                      0);
    ck_assert_uint_gt(
        picture_has(p, map_x(p, 0.4), p->y + 3, map_x(p, 0.6), p->y + p->height - 3, 0xffffff, 0),
        900);
    picture_free(p);
    made_free(m);
}
END_TEST

static double nothing(double x, double y)
{
    return x > y ? NAN : INFINITY;
}

static double extreme(double x, double y)
{
    return x > 0.3 ? DBL_MAX : -DBL_MAX * (1 + y);
}

static double constant(double x, double y)
{
    (void)x;
    (void)y;
    return 0.7;
}

static double zeros(double x, double y)
{
    return fmax(0, x - 0.4) * 1e4 + y;
}

static double tiny(double x, double y)
{
    return DBL_MIN * (0.1 + x * x + y);
}

START_TEST(odd_lines)
{
    static double (*const f[])(double, double) = {nothing, extreme, constant, zeros, tiny, steep};
    static const size_t sizes[] = {2, 301};

    for (size_t k = 0; k < sizeof f / sizeof *f; k++)
        for (size_t s = 0; s < 2; s++) {
            struct made *m = made_line(sizes[s], f[k], 12);
            struct picture *p;

            made_test(m);
            made_spread(m);
            made_runs(m, 3);
            made_critical(m);
            made_mark(m, NAN, 0, "nowhere");
            made_mark(m, -1, 0, "a name as long as a name can ever be, or so");
            made_write(m, "png", "path: %s/a.png, width: 300");
            p = picture_read(m, "a.png");
            picture_is_clean(p);
            picture_free(p);
            if (s)
                made_write(m, "png", "path: %s/b.png, width: 240, log: true, vmin: 0.1");
            made_free(m);
        }
}
END_TEST

START_TEST(odd_tracks)
{
    struct made *m = made_line(21, dip, 40);

    m->t[0][3] = NAN;
    m->t[0][20] = 1e300;
    m->t[3][7] = INFINITY;
    m->t[4][5] = NAN;
    memset(m->plane.x_label, 'y', sizeof m->plane.x_label);
    made_write(m, "png", "path: %s/b.png, width: 200, dpi: 1200");
    picture_free(picture_read(m, "b.png"));
    made_free(m);
}
END_TEST

START_TEST(bytes_and_stops)
{
    struct made *m = made_line(21, dip, 5);

    made_test(m);
    made_same_with_comma(m, "png", "path: %s/a.png, width: 240", "a.png");
    made_stops_when_told(m, "png", "path: %s/a.png, width: 240", 4);
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    struct made *m = made_line(21, dip, 0);

    made_test(m);
    made_refused(m, "png", "path: %s/a.png, show: test_loss", "leave show out");
    ck_assert_int_ne(access(made_path(m, "a.png"), F_OK), 0);
    made_free(m);
    m = made_line(1, dip, 0);
    made_refused(m, "png", "path: %s/a.png", "grid.points");
    made_free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-curve");
    TCase *t = tcase_create("sink-curve");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, curves_are_where_they_belong);
    tcase_add_test(t, no_accuracy_no_axis);
    tcase_add_test(t, lowest_and_checkpoints);
    tcase_add_test(t, names_stand_above);
    tcase_add_test(t, several_planes);
    tcase_add_test(t, a_hole_is_hatched);
    tcase_add_test(t, odd_lines);
    tcase_add_test(t, odd_tracks);
    tcase_add_test(t, bytes_and_stops);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}
