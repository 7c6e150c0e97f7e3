/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-surface.c -- surfaces of the png sink: what the camera's keys do, stills from all
 * around, and the formats.  Small pictures in preview quality: how they look is the renderer's
 * matter (test-render). */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "exact.h"

#define SMALL "view: surface, quality: preview, width: 200"

static struct exact *drawn(struct made *m, const char *more)
{
    char keys[500];

    snprintf(keys, sizeof keys, "path: %%s/d.png, " SMALL ", %s", more);
    made_write(m, "png", keys);
    return exact_read(m, "d.png");
}

/* The box around what is solid. */
struct body {
    double w, h, area, x;
};

/* Nothing else is solid where there are neither words nor axes nor floor. */
static struct body body_of(struct made *m, const char *more)
{
    char keys[300];
    struct exact *e;
    struct body b;
    size_t x0 = SIZE_MAX, x1 = 0, y0 = SIZE_MAX, y1 = 0;

    snprintf(keys, sizeof keys, "transparent: true, words: none, axes: false, floor: false, %s",
             more);
    e = drawn(m, keys);
    b.area = b.x = 0;
    for (size_t y = 0; y < e->h; y++)
        for (size_t x = 0; x < e->w; x++)
            if (exact_at(e, x, y)[3] > 0.99) {
                x0 = x < x0 ? x : x0;
                x1 = x > x1 ? x : x1;
                y0 = y < y0 ? y : y0;
                y1 = y > y1 ? y : y1;
                b.area++;
                b.x += (double)x;
            }
    ck_assert_uint_le(x0, x1);
    b.x /= b.area * (double)e->w;
    b.w = (double)(x1 - x0 + 1);
    b.h = (double)(y1 - y0 + 1);
    exact_free(e);
    return b;
}

START_TEST(camera)
{
    struct made *m = made_new(21, 21, bowl, 0);
    struct body near, far, flat, tall, top, side;

    near = body_of(m, "turn: 30, zoom: 0.9");
    far = body_of(m, "turn: 30, zoom: 0.45");
    ck_assert_double_eq_tol(near.w / far.w, 2, 0.35); /* twice the distance; perspective */
    flat = body_of(m, "turn: 0, rise: 5, vertical: 0.1");
    tall = body_of(m, "turn: 0, rise: 5, vertical: 1");
    ck_assert_double_gt(tall.h / tall.w, 3 * flat.h / flat.w);
    top = body_of(m, "turn: 0, rise: 89, vertical: 0.02, fov: 2"); /* a square, from above */
    ck_assert_double_eq_tol(top.h / top.w, 1, 0.04);
    side = body_of(m, "turn: 45, rise: 89, vertical: 0.02, fov: 2"); /* on its corner */
    ck_assert_double_eq_tol(side.area / (side.w * side.h), 0.5, 0.04);
    ck_assert_double_eq_tol(top.area / (top.w * top.h), 1, 0.04);
    /* Wide lenses make the near edge longer than the far one: less of the box is filled. */
    side = body_of(m, "turn: 0, rise: 50, vertical: 0.02, fov: 90");
    top = body_of(m, "turn: 0, rise: 50, vertical: 0.02, fov: 2");
    ck_assert_double_lt(side.area / (side.w * side.h), 0.85 * top.area / (top.w * top.h));
    made_free(m);
}
END_TEST

/* How many pixels of one are not so in the other. */
static size_t differ(const struct exact *a, const struct exact *b)
{
    size_t n = 0;

    for (size_t i = 0; i < a->w * a->h; i++) {
        double d = 0;

        for (size_t k = 0; k < 3; k++)
            d = fmax(d, fabs(a->v[4 * i + k] - b->v[4 * i + k]));
        n += d > 0.1;
    }
    return n;
}

START_TEST(switches)
{
    static const char *const off[] = {"axes: false", "floor: false", "words: none",
                                      "words: caption"};
    struct made *m = made_new(15, 15, bowl, 6);
    struct exact *all = drawn(m, "turn: 30"), *same = drawn(m, "turn: 30, axes: true, floor: true, "
                                                               "words: all");

    ck_assert_uint_eq(differ(all, same), 0); /* as the style is */
    for (size_t k = 0; k < sizeof off / sizeof *off; k++) {
        char keys[60];
        struct exact *e;

        snprintf(keys, sizeof keys, "turn: 30, %s", off[k]);
        e = drawn(m, keys);
        ck_assert_uint_gt(differ(all, e), 100);
        exact_free(e);
    }
    exact_free(all);
    exact_free(same);
    made_free(m);
}
END_TEST

START_TEST(critical_points)
{
    struct made *m = made_new(15, 15, bowl, 6);
    struct exact *none = drawn(m, "turn: 30"), *shown, *left_out;

    made_critical(m);
    shown = drawn(m, "turn: 30");
    left_out = drawn(m, "turn: 30, critical: false");
    ck_assert_uint_gt(differ(none, shown), 20);
    ck_assert_uint_eq(differ(none, left_out), 0);
    exact_free(none);
    exact_free(shown);
    exact_free(left_out);
    made_free(m);
}
END_TEST

static bool same_bytes(const struct made *m, const char *a, const char *b)
{
    size_t na, nb;
    char *ta = made_read(m, a, &na), *tb = made_read(m, b, &nb);
    bool same = na == nb && memcmp(ta, tb, na) == 0;

    free(ta);
    free(tb);
    return same;
}

START_TEST(turntable)
{
    struct made *m = made_new(15, 15, bowl, 6);
    size_t n;

    made_write(m, "png", "path: %s/t.png, turntable: 3, turn: 20, words: none, " SMALL);
    made_write(m, "png", "path: %s/one.png, turn: 20, words: none, " SMALL);
    ck_assert(same_bytes(m, "t-001.png", "one.png"));
    ck_assert(!same_bytes(m, "t-001.png", "t-002.png"));
    ck_assert(!same_bytes(m, "t-002.png", "t-003.png"));
    ck_assert_int_ne(access(made_path(m, "t.png"), F_OK), 0);
    ck_assert_int_ne(access(made_path(m, "t-004.png"), F_OK), 0);
    made_write(m, "png", "path: %s/u.svg, turntable: 2, turn: 20, " SMALL);
    free(made_read(m, "u-001.svg", &n));
    free(made_read(m, "u-002.svg", &n));
    /* Told to stop in the second of three, it leaves nothing behind. */
    ck_assert_int_eq(
        made_stop(m, "png", "path: %s/s.png, turntable: 3, turn: 20, " SMALL, SIZE_MAX, &n), TW_OK);
    ck_assert_int_eq(
        made_stop(m, "png", "path: %s/r.png, turntable: 3, turn: 20, " SMALL, n / 2, &n),
        TW_ECANCELLED);
    ck_assert_int_ne(access(made_path(m, "r-001.png"), F_OK), 0);
    made_free(m);
}
END_TEST

START_TEST(formats)
{
    struct made *m = made_new(15, 15, bowl, 6);
    struct exact *eight = drawn(m, "style: ink, turn: 30"), *e;
    char *svg;
    size_t n = 0;

    e = drawn(m, "style: ink, turn: 30, depth: 16");
    ck_assert_int_eq(e->depth, 16);
    ck_assert_uint_gt(exact_fine(e), e->w * e->h / 4);
    /* 8 bits are dithered; a few pixels of the bar are blended in another order. */
    ck_assert_double_lt(exact_apart(e, eight), 12.0 / 255);
    exact_free(e);
    /* Its ground is white: there it looks the same, with its shadow. */
    for (int deep = 0; deep < 2; deep++) {
        e = drawn(m, deep ? "style: ink, turn: 30, transparent: true, depth: 16"
                          : "style: ink, turn: 30, transparent: true");
        ck_assert(e->alpha);
        ck_assert_double_le(exact_at(e, 0, 0)[3], 0);
        ck_assert_double_lt(exact_apart(e, eight), 12.0 / 255);
        for (size_t i = 0; i < e->w * e->h; i++)
            n += e->v[4 * i + 3] > 0.02 && e->v[4 * i + 3] < 0.9;
        exact_free(e);
    }
    ck_assert_uint_gt(n, 500); /* shades */
    exact_free(eight);
    made_write(m, "png", "path: %s/a.pdf, " SMALL);
    made_write(m, "png", "path: %s/b.pdf, " SMALL);
    ck_assert(same_bytes(m, "a.pdf", "b.pdf"));
    made_write(m, "png", "path: %s/a.svg, transparent: true, " SMALL);
    made_write(m, "png", "path: %s/b.svg, transparent: true, " SMALL);
    ck_assert(same_bytes(m, "a.svg", "b.svg"));
    svg = made_read(m, "a.svg", NULL);
    ck_assert_ptr_nonnull(strstr(svg, "<image"));
    ck_assert_ptr_nonnull(strstr(svg, "<path"));
    free(svg);
    made_free(m);
}
END_TEST

START_TEST(nothing_to_draw)
{
    struct made *m = made_new(5, 5, bowl, 0);
    char why[800];

    for (size_t k = 0; k < 25; k++)
        m->loss[k] = NAN;
    made_try(m, "png", "path: %s/a.png, " SMALL, why, sizeof why);
    m->grid.ny = 1;
    ck_assert_int_eq(made_try(m, "png", "path: %s/a.png, " SMALL, why, sizeof why), TW_EINVAL);
    made_free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-surface");
    TCase *t = tcase_create("sink-surface");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, camera);
    tcase_add_test(t, switches);
    tcase_add_test(t, critical_points);
    tcase_add_test(t, turntable);
    tcase_add_test(t, formats);
    tcase_add_test(t, nothing_to_draw);
    suite_add_tcase(s, t);
    return bench_main(s);
}
