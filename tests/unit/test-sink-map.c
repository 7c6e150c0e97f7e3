/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-map.c -- what a map of the png sink shows beside the loss: several runs, other
 * surfaces, critical points, names. */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "picture.h"

static double slope(double x, double y)
{
    return 10 + x + 3 * y;
}

static unsigned run_colour(size_t i)
{
    return rgb_pack(palette_run(PALETTE_VIRIDIS, i)) & 0xffffffu;
}

START_TEST(every_run_has_its_colour)
{
    struct made *m = made_new(9, 9, slope, 2);
    struct picture *p;

    made_runs(m, 3);
    made_write(m, "png", "path: %s/a.png, width: 1000");
    p = picture_read(m, "a.png");
    for (size_t r = 0; r < 3; r++)
        for (double w = 0.3; w < 0.8; w += 0.1) { /* straight to (0, 0) */
            const struct tw_track *t = m->tracks[r];
            double x = t->x[0] * w, y = t->y[0] * w;

            ck_assert_int_le(
                apart(pixel(p, map_x(p, (x + 1) / 2), map_y(p, (y + 0.5) / 2)), run_colour(r)), 10);
        }
    for (size_t r = 0; r < 3; r++) /* and so does its sample in the legend */
        ck_assert_uint_gt(
            picture_has(p, 0, p->y + p->height + 5, (int)p->w, (int)p->h, run_colour(r), 6), 20);
    ck_assert_uint_eq(
        picture_has(p, 0, p->y + p->height + 5, (int)p->w, (int)p->h, run_colour(3), 6), 0);
    picture_is_clean(p);
    picture_free(p);
    made_free(m);
}
END_TEST

/* A dark way from the start to where it rested in this landscape, and no further. */
START_TEST(a_ball)
{
    struct made *m = made_new(41, 41, bowl, 0);
    struct picture *p;

    made_ball(m);
    made_write(m, "png", "path: %s/a.png, width: 1000, levels: 0");
    p = picture_read(m, "a.png");
    for (double w = 0.1; w < 0.9; w += 0.1) {
        double x = 0.9 - 0.6 * w, y = 1.4 - 0.9 * w;
        unsigned c = pixel(p, map_x(p, (x + 1) / 2), map_y(p, (y + 0.5) / 2));

        ck_assert_uint_lt((c >> 16 & 255) + (c >> 8 & 255) + (c & 255), 260);
    }
    double x = 0.3, y = 0.5;
    unsigned on_ball = pixel(p, map_x(p, (x + 1) / 2) + 2, map_y(p, (y + 0.5) / 2) + 2);
    ck_assert_uint_lt((on_ball >> 16 & 255) + (on_ball >> 8 & 255) + (on_ball & 255), 200);
    picture_is_clean(p);
    picture_free(p);
    made_free(m);
}
END_TEST

/* Inside, at places away from the lowest point, the picture has the colours of `v`. */
static void shows(struct made *m, const char *what, const double *v)
{
    size_t nx = m->grid.nx, ny = m->grid.ny;
    double lo = INFINITY, hi = -INFINITY;
    struct picture *p;
    char keys[120];

    for (size_t k = 0; k < nx * ny; k++) {
        lo = fmin(lo, v[k]);
        hi = fmax(hi, v[k]);
    }
    if (strstr(what, "convexity")) { /* grey stands for 0 */
        hi = fmax(fabs(lo), fabs(hi));
        lo = -hi;
    }
    snprintf(keys, sizeof keys, "path: %%s/a.png, width: 700, levels: 0, log: false, show: %s",
             what);
    made_write(m, "png", keys);
    p = picture_read(m, "a.png");
    ck_assert_ptr_nonnull(strstr(p->axes, what));
    for (size_t j = 2; j + 2 < ny; j++)
        for (size_t i = 2; i + 2 < nx; i++) { /* a pixel's centre is up to one beside the point */
            int x = map_x(p, (double)i / (double)(nx - 1)),
                y = map_y(p, (double)j / (double)(ny - 1));
            double t = (v[j * nx + i] - lo) / (hi - lo);

            ck_assert_int_le(
                apart(pixel(p, x, y),
                      palette_rgb24(strstr(what, "convexity") ? PALETTE_DIVERGING : PALETTE_VIRIDIS,
                                    t)),
                strstr(what, "convexity") ? 12 : 4);
        }
    picture_is_clean(p);
    picture_free(p);
}

START_TEST(other_surfaces)
{
    struct made *m = made_new(13, 13, slope, 0);

    for (size_t k = 0; k < 169; k++) /* not a function of the loss */
        m->accuracy[k] = 0.9 - 0.2 * m->x[k % 13] * m->y[k / 13];
    made_test(m);
    made_convexity(m);
    made_spread(m);
    shows(m, "accuracy", m->accuracy);
    shows(m, "test_loss", m->grid.test_loss);
    shows(m, "test_accuracy", m->grid.test_accuracy);
    shows(m, "plane_convexity", m->grid.plane_convexity);
    shows(m, "full_convexity", m->grid.full_convexity);
    shows(m, "std", m->spread.std);
    shows(m, "median", m->spread.median);
    shows(m, "q75", m->spread.q75);
    made_free(m);
}
END_TEST

START_TEST(critical_points)
{
    struct made *m = made_new(21, 21, bowl, 0);
    struct picture *with, *without;
    double at[2][2] = {{0.75, 0.45}, {0.25, 0.75}}; /* saddle, maximum: shares of the map */

    made_critical(m);
    made_write(m, "png", "path: %s/a.png, width: 700, levels: 0");
    made_write(m, "png", "path: %s/b.png, width: 700, levels: 0, critical: false");
    with = picture_read(m, "a.png");
    without = picture_read(m, "b.png");
    for (int k = 0; k < 2; k++) {
        int x = map_x(with, at[k][0]), y = map_y(with, at[k][1]);

        ck_assert_int_le(apart(pixel(with, x, y), INK), 40);
        ck_assert_int_gt(apart(pixel(without, x, y), INK), 60);
    }
    /* A minimum is white; it stands in the cross. */
    ck_assert_int_le(apart(pixel(with, map_x(with, 0.5), map_y(with, 0.25)), 0xffffff), 40);
    ck_assert_int_gt(apart(pixel(without, map_x(with, 0.5), map_y(with, 0.25)), 0xffffff), 60);
    ck_assert_uint_gt(with->h, without->h - 1); /* a legend of its own */
    ck_assert_uint_gt(
        picture_has(with, 0, with->y + with->height + 3, (int)with->w, (int)with->h, INK, 40),
        picture_has(without, 0, without->y + without->height + 3, (int)without->w, (int)without->h,
                    INK, 40) +
            100);
    picture_free(with);
    picture_free(without);
    made_free(m);
}
END_TEST

/* On the border a symbol is whole and stands over the frame. */
START_TEST(symbols_on_the_border)
{
    struct made *m = made_new(21, 21, slope, 0); /* lowest in the corner at the lower left */
    double x[] = {1, -0.2}, y[] = {0.2, 1.5};
    struct picture *p;
    int u = 2; /* pixels of a point */

    made_critical(m);
    m->critical.n = 2;
    m->critical.x = x;
    m->critical.y = y;
    made_write(m, "png", "path: %s/a.png, width: 1000, dpi: 144, levels: 0");
    p = picture_read(m, "a.png");
    /* The cross's arms out of the frame, longer than a tick. */
    ck_assert_int_le(apart(pixel(p, p->x - 4 * u, p->y + p->height), INK), 60);
    ck_assert_int_le(apart(pixel(p, p->x, p->y + p->height + 4 * u), INK), 60);
    for (int k = -1; k <= 1; k++) { /* no line through a minimum, right and above */
        ck_assert_int_le(apart(pixel(p, p->x + p->width + k, map_y(p, 0.35)), 0xffffff), 10);
        ck_assert_int_le(apart(pixel(p, map_x(p, 0.4), p->y + k), 0xffffff), 10);
    }
    picture_is_clean(p);
    picture_free(p);
    made_free(m);
}
END_TEST

/* Wherever the dashes of the test loss are, it is at a thick level of the map. */
START_TEST(test_contours)
{
    struct made *m = made_new(13, 13, slope, 0);
    struct picture *with, *without;
    size_t n = 0;

    made_test(m);
    made_write(m, "png",
               "path: %s/a.png, width: 800, log: false, labels: false, test_contours: true");
    made_write(m, "png", "path: %s/b.png, width: 800, log: false, labels: false");
    with = picture_read(m, "a.png");
    without = picture_read(m, "b.png");
    ck_assert_int_eq(with->width, without->width);
    for (int j = 1; j < with->height - 1; j++)
        for (int i = 1; i < with->width - 1; i++) {
            double x = -1 + 2 * (i + 0.5) / with->width;
            double y = -0.5 + 2 * (1 - (j + 0.5) / with->height);
            double test = 0.2 + 1.15 * slope(x, y), off = fabs(remainder(test, 2));

            if (apart(pixel(with, with->x + i, with->y + j),
                      pixel(without, without->x + i, without->y + j)) < 20)
                continue;
            n++; /* a loss of 3.64 per unit, a unit half the map, lines a few pixels wide */
            ck_assert_double_lt(off, 3 * 3.64 * 2 / with->width);
        }
    ck_assert_uint_gt(n, 1000);
    picture_free(with);
    picture_free(without);
    made_free(m);
}
END_TEST

START_TEST(names)
{
    struct made *m = made_new(21, 21, slope, 0);
    struct picture *p;

    made_mark(m, 0, 0.5, "here");
    made_mark(m, 0.98, 1.48, "in the very corner of the map");
    made_mark(m, 3, 3, "outside");
    made_mark(m, NAN, 0, "nowhere");
    made_write(m, "png", "path: %s/a.png, width: 700, levels: 0");
    p = picture_read(m, "a.png");
    ck_assert_int_le(apart(pixel(p, map_x(p, 0.5), map_y(p, 0.5)), INK), 40);
    /* To the right of the point: dark letters on a light ground. */
    ck_assert_uint_gt(picture_has(p, map_x(p, 0.5) + 8, map_y(p, 0.5) - 8, map_x(p, 0.5) + 50,
                                  map_y(p, 0.5) + 8, INK, 50),
                      20);
    ck_assert_uint_gt(picture_has(p, map_x(p, 0.4), p->y + 1, map_x(p, 0.98), p->y + 30, INK, 50),
                      50);
    picture_is_clean(p);
    picture_free(p);
    made_free(m);
}
END_TEST

/* A name stands over the paths that come from all sides. */
START_TEST(names_among_runs)
{
    struct made *m = made_new(21, 21, slope, 60);
    struct picture *with, *without;
    size_t n = 0, more = 0;

    made_runs(m, 16);
    made_write(m, "png", "path: %s/b.png, width: 1000, levels: 0");
    made_mark(m, 0, 0, "HHHHHHHHHH");
    made_write(m, "png", "path: %s/a.png, width: 1000, levels: 0");
    with = picture_read(m, "a.png");
    without = picture_read(m, "b.png");
    n = picture_has(without, with->x, with->y, with->x + with->width, with->y + with->height, INK,
                    30);
    more =
        picture_has(with, with->x, with->y, with->x + with->width, with->y + with->height, INK, 30);
    ck_assert_uint_gt(more,
                      n + 500); /* ten letters of 5 points by 6, of which two fifths are ink */
    picture_free(with);
    picture_free(without);
    made_free(m);
}
END_TEST

/* Everything at once, with long labels, in every size: nothing is cut off. */
START_TEST(nothing_is_cut_off)
{
    static const int widths[] = {240, 420, 1000};
    struct made *m = made_new(21, 21, bowl, 30);

    strcpy(m->plane.x_label, "layer hidden2.weight, component 1");
    strcpy(m->plane.y_label, "layer hidden2.weight, component 2");
    m->plane.x_walk = 0.61;
    m->plane.y_variance = 0.0412;
    m->plane.y_walk = 0.152;
    made_test(m);
    made_convexity(m);
    made_spread(m);
    made_critical(m);
    made_runs(m, 20);
    made_mark(m, 0, 0, "a");
    for (size_t k = 0; k < 3; k++) {
        char keys[100];
        struct picture *p;

        snprintf(keys, sizeof keys, "path: %%s/a.png, width: %d, test_contours: true", widths[k]);
        made_write(m, "png", keys);
        p = picture_read(m, "a.png");
        picture_is_clean(p);
        picture_free(p);
    }
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    struct made *m = made_new(5, 5, bowl, 0);

    made_refused(m, "png", "path: %s/a.png, show: test_loss", "grid.splits");
    made_refused(m, "png", "path: %s/a.png, show: test_accuracy", "grid.splits");
    made_refused(m, "png", "path: %s/a.png, show: full_convexity", "analysis");
    made_refused(m, "png", "path: %s/a.png, show: median", "planes");
    made_refused(m, "png", "path: %s/a.png, test_contours: true", "grid.splits");
    m->grid.accuracy = NULL;
    made_refused(m, "png", "path: %s/a.png, show: accuracy", "accuracy");
    ck_assert_int_ne(access(made_path(m, "a.png"), F_OK), 0);
    made_free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-map");
    TCase *t = tcase_create("sink-map");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_run_has_its_colour);
    tcase_add_test(t, a_ball);
    tcase_add_test(t, other_surfaces);
    tcase_add_test(t, critical_points);
    tcase_add_test(t, symbols_on_the_border);
    tcase_add_test(t, test_contours);
    tcase_add_test(t, names);
    tcase_add_test(t, names_among_runs);
    tcase_add_test(t, nothing_is_cut_off);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}
