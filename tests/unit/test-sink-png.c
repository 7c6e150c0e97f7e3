/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-png.c -- the map, read back pixel by pixel, and odd results that must
 * not upset it. */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "picture.h"

#include <float.h>

/* Neither symmetric nor the same when transposed. */
static double slope(double x, double y)
{
    return 10 + x + 3 * y;
}

START_TEST(pixels_have_the_colour_of_the_loss)
{
    struct made *m = made_new(7, 12, slope, 0);
    struct picture *p;
    size_t checked = 0;

    made_write(m, "png", "path: %s/a.png, width: 700, levels: 0, palette: inferno, dpi: 100");
    p = picture_read(m, "a.png");
    ck_assert_uint_eq(p->w, 700);
    ck_assert_double_eq_tol(p->dpi, 100, 0.02);
    ck_assert(p->srgb);
    ck_assert_int_eq(abs(p->width - p->height) <= 2, 1); /* x and y both span 2 */
    for (int j = 1; j < p->height - 1; j++)
        for (int i = 1; i < p->width - 1; i++) {
            double fx = (i + 0.5) / p->width, fy = 1 - (j + 0.5) / p->height;
            double x = -1 + 2 * fx, y = -0.5 + 2 * fy;
            double t = (slope(x, y) - slope(-1, -0.5)) / (slope(1, 1.5) - slope(-1, -0.5));

            if (fx < 0.1 && fy < 0.1) /* the lowest point is marked there */
                continue;
            ck_assert_int_le(apart(pixel(p, p->x + i, p->y + j), palette_rgb24(PALETTE_INFERNO, t)),
                             1);
            checked++;
        }
    ck_assert_uint_gt(checked, 100000);
    picture_free(p);
    made_free(m);
}
END_TEST

START_TEST(text_and_bytes)
{
    struct made *m = made_new(15, 15, bowl, 30);
    struct picture *p;
    char *a, *b;
    size_t na, nb;

    made_write(m, "png", "path: %s/a.png, width: 800");
    made_write(m, "png", "path: %s/b.png, width: 800");
    a = made_read(m, "a.png", &na);
    b = made_read(m, "b.png", &nb);
    ck_assert_uint_eq(na, nb);
    ck_assert_int_eq(memcmp(a, b, na), 0);
    free(a);
    free(b);
    p = picture_read(m, "a.png");
    ck_assert_str_eq(p->pipeline, MADE_PIPELINE);
    ck_assert_str_eq(p->software, "thalweg 1.2.3");
    ck_assert_str_eq(p->title, MADE_TITLE);
    picture_free(p);
    made_write(m, "png", "path: %s/c.png, width: 800, height: 500, title: Other, fill: bands");
    p = picture_read(m, "c.png");
    ck_assert_str_eq(p->title, "Other");
    ck_assert_uint_eq(p->h, 500);
    picture_free(p);
    made_free(m);
}
END_TEST

START_TEST(path_is_where_it_belongs)
{
    struct made *m = made_new(9, 9, slope, 2);
    struct picture *p;
    struct rgb accent = palette_accent(PALETTE_VIRIDIS);
    unsigned want = (unsigned)lround(accent.r * 255) << 16 | (unsigned)lround(accent.g * 255) << 8 |
                    (unsigned)lround(accent.b * 255);

    made_write(m, "png", "path: %s/a.png, width: 1000");
    p = picture_read(m, "a.png");
    for (double w = 0.2; w < 0.81; w += 0.1) { /* straight from (-0.9, 1.4) to (0, 0) */
        double x = -0.9 * w, y = 1.4 * w;
        int i = p->x + (int)((x + 1) / 2 * p->width);
        int j = p->y + (int)((1.5 - y) / 2 * p->height);

        ck_assert_int_le(apart(pixel(p, i, j), want), 8);
    }
    picture_free(p);
    made_free(m);
}
END_TEST

START_TEST(a_hole_is_not_coloured)
{
    struct made *m = made_new(11, 11, bowl, 0);
    struct picture *p;

    m->loss[7 * 11 + 7] = NAN;
    made_write(m, "png", "path: %s/a.png, width: 600, levels: 0");
    p = picture_read(m, "a.png");
    for (int k = 0; k < 50; k++) { /* grey all over the cells around the point */
        int i = p->x + (int)((0.61 + 0.18 * k / 50) * p->width);
        int j = p->y + (int)((1 - 0.61 - 0.18 * ((k * 7) % 50) / 50) * p->height);
        unsigned c = pixel(p, i, j);

        ck_assert_int_le(abs((int)(c >> 16) - (int)(c & 255)), 20);
        ck_assert_uint_gt(c >> 16, 150);
    }
    picture_free(p);
    made_free(m);
}
END_TEST

static double constant(double x, double y)
{
    (void)x;
    (void)y;
    return 0.7;
}

static double nothing(double x, double y)
{
    return x > y ? NAN : INFINITY;
}

static double extreme(double x, double y)
{
    return x > 0 ? DBL_MAX * y : -DBL_MAX;
}

static double tiny(double x, double y)
{
    return DBL_MIN * (0.1 + x * x + y * y);
}

static double flat(double x, double y)
{
    return 0.6931471805 + 1e-12 * (x + y);
}

static double chess(double x, double y)
{
    return (int)(floor(x * 50) + floor(y * 50)) % 2 ? 1 : 1e-9;
}

static double zeros(double x, double y)
{
    return fmax(0, x - 0.4) * 1e4 + fmax(0, y - 0.9);
}

START_TEST(odd_surfaces)
{
    static double (*const f[])(double, double) = {constant, nothing, extreme, tiny,
                                                  flat,     chess,   zeros};
    static const size_t sizes[][2] = {{2, 2}, {3, 40}, {61, 61}};
    static const size_t tracks[] = {0, 1, 300};

    for (size_t k = 0; k < sizeof f / sizeof *f; k++)
        for (size_t s = 0; s < 3; s++) {
            struct made *m = made_new(sizes[s][0], sizes[s][1], f[k], tracks[s]);

            made_write(m, "png", "path: %s/a.png, width: 260");
            made_write(m, "png", "path: %s/b.png, width: 260, log: true, fill: bands, levels: 60");
            picture_free(picture_read(m, "b.png"));
            made_free(m);
        }
}
END_TEST

START_TEST(odd_tracks_and_text)
{
    struct made *m = made_new(21, 21, bowl, 40);
    char *title = malloc(5001);

    ck_assert_ptr_nonnull(title);
    m->t[0][3] = NAN;
    m->t[1][7] = INFINITY;
    m->t[0][20] = 1e300;
    m->t[4][5] = NAN;
    m->t[2][39] = NAN;
    made_write(m, "png", "path: %s/a.png, width: 500");
    memset(title, 'x', 5000);
    title[5000] = 0;
    m->result.title = m->result.subtitle = title;
    memset(m->plane.x_label, 'y', sizeof m->plane.x_label);
    memset(m->plane.y_label, 'z', sizeof m->plane.y_label);
    made_write(m, "png", "path: %s/b.png, width: 200, dpi: 1200");
    picture_free(picture_read(m, "b.png"));
    m->result.title = m->result.subtitle = NULL;
    m->result.provenance = (const char *const[]){"pipeline", "x",
                                                 "a key that is very long, far "
                                                 "longer than the eighty bytes that a keyword of "
                                                 "a text chunk may have",
                                                 "\xff\xfe", NULL};
    made_write(m, "png", "path: %s/c.png, width: 300, title: t");
    picture_free(picture_read(m, "c.png"));
    free(title);
    made_free(m);
}
END_TEST

/* Told to stop, it stops: at the first row as at the last. */
START_TEST(stops_when_told)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_stops_when_told(m, "png", "path: %s/a.png, width: 400, height: 400", 400 + 200);
    made_free(m);
}
END_TEST

START_TEST(a_comma_in_the_locale_changes_nothing)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_same_with_comma(m, "png", "path: %s/a.png, width: 400", "a.png");
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    struct made *m = made_new(5, 1, bowl, 0);

    made_refused(m, "png", "path: %s/a.png", "2 x 2");
    made_free(m);
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "png", "{vmin: 2, vmax: 1}"), "vmin"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "png", "{log: true, vmax: 0}"), "positive"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "png", "{palette: viridi}"), "viridis"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-png");
    TCase *t = tcase_create("sink-png");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, pixels_have_the_colour_of_the_loss);
    tcase_add_test(t, text_and_bytes);
    tcase_add_test(t, path_is_where_it_belongs);
    tcase_add_test(t, a_hole_is_not_coloured);
    tcase_add_test(t, odd_surfaces);
    tcase_add_test(t, odd_tracks_and_text);
    tcase_add_test(t, stops_when_told);
    tcase_add_test(t, a_comma_in_the_locale_changes_nothing);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}
