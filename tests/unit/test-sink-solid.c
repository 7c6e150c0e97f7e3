/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-solid.c -- STL, PLY and bodies for a printer: closed, the right way out, of the right
 * size, whatever holes there are. */
#define _XOPEN_SOURCE 700
#include "results.h"
#include "solid.h"

static const char *const formats[] = {"stl", "ply", "obj"};

/* Write with these keys, read back. */
static struct solid *write_read(struct made *m, const char *format, const char *keys)
{
    char all[200], name[40], *text;
    struct solid *s;
    size_t size;

    snprintf(name, sizeof name, "a.%s", format);
    snprintf(all, sizeof all, "path: %%s/%s, texture: 16%s", name, keys);
    made_write(m, "obj", all);
    text = made_read(m, name, &size);
    s = strcmp(format, "stl") == 0   ? solid_stl(text, size)
        : strcmp(format, "ply") == 0 ? solid_ply(text, size)
                                     : solid_obj(text);
    free(text);
    return s;
}

/* In all three formats: so many parts, which so many holes go through. */
static void expect_body(struct made *m, const char *keys, size_t parts, long holes)
{
    double volume = 0;

    for (size_t k = 0; k < 3; k++) {
        struct solid *s = write_read(m, formats[k], keys);
        struct body b = solid_body(s);

        ck_assert_msg(b.closed, "%s,%s: not closed", formats[k], keys);
        ck_assert_msg(b.manifold, "%s,%s: a vertex joins two fans", formats[k], keys);
        ck_assert_uint_eq(b.parts, parts);
        ck_assert_int_eq(b.euler, 2 * (long)parts - 2 * holes);
        ck_assert_double_gt(b.volume, 0);
        ck_assert(k == 0 || fabs(b.volume / volume - 1) < 1e-4);
        volume = b.volume;
        solid_free(s);
    }
}

/* Could the test say no? */
START_TEST(the_judge_is_strict)
{
    static const float v[4][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    static const uint32_t f[4][3] = {{0, 2, 1}, {0, 1, 3}, {1, 2, 3}, {0, 3, 2}};
    struct solid *s = solid_new(8, 8);
    struct body b;

    memcpy(s->v, v, sizeof v);
    memcpy(s->f, f, sizeof f);
    s->n_v = s->n_f = 4;
    b = solid_body(s);
    ck_assert(b.closed && b.manifold);
    ck_assert_int_eq(b.euler, 2);
    ck_assert_double_eq_tol(b.volume, 1.0 / 6, 1e-6);
    s->n_f = 3; /* open */
    ck_assert(!solid_body(s).closed);
    s->n_f = 4;
    s->f[3][0] = 2, s->f[3][2] = 0; /* one triangle inside out */
    ck_assert(!solid_body(s).closed);
    s->f[3][0] = 0, s->f[3][2] = 2;
    for (uint32_t k = 0; k < 4; k++) { /* two that meet in a point */
        for (int d = 0; d < 3; d++)
            s->v[4 + k][d] = -v[k][d];
        for (int d = 0; d < 3; d++)
            s->f[4 + k][d] = f[k][2 - d] ? f[k][2 - d] + 4 : 0;
    }
    s->n_v = s->n_f = 8;
    b = solid_body(s);
    ck_assert(b.closed && !b.manifold);
    solid_free(s);
}
END_TEST

/* Length, thickness and volume are those asked for. */
START_TEST(millimetres)
{
    struct made *m = made_new(21, 21, bowl, 12);
    double hi = bowl(1, 1.5) - 0.25, mean = 0;
    struct solid *s;
    struct body b;

    /* The mean of x^2 + 2 y^2 over [-1, 1] x [-0.5, 1.5], by 0.55 of half the size. */
    mean = (1.0 / 3 + 2 * (1.5 * 1.5 * 1.5 + 0.5 * 0.5 * 0.5) / 6) / hi * 0.55 * 40;
    for (size_t k = 0; k < 2; k++) {
        s = write_read(m, formats[k], ", base: true, size: 80, thickness: 4, log: false");
        b = solid_body(s);
        for (int d = 0; d < 2; d++) {
            ck_assert_double_eq_tol(b.lo[d], -40, 1e-4);
            ck_assert_double_eq_tol(b.hi[d], 40, 1e-4);
        }
        ck_assert_double_eq_tol(b.lo[2], -4, 1e-4);
        ck_assert_double_eq_tol(b.hi[2], 0.55 * 40, 1e-4);
        ck_assert_double_eq_tol(b.volume / (80 * 80 * (4 + mean)), 1, 1e-3);
        solid_free(s);
    }
    /* A scale that begins lower: the floor does, too. */
    s = write_read(m, "stl", ", base: true, size: 80, thickness: 4, log: false, vmin: 0");
    b = solid_body(s);
    ck_assert_double_eq_tol(b.lo[2], -4, 1e-4);
    ck_assert_double_eq_tol(
        b.volume / (80 * 80 * (4 + (0.55 * 40 * 0.25 + mean * hi) / (hi + 0.25))), 1, 1e-3);
    solid_free(s);
    s = write_read(m, "stl", ""); /* the surface alone: 100 mm */
    b = solid_body(s);
    ck_assert_double_eq_tol(b.hi[0], 50, 1e-4);
    ck_assert(!b.closed);
    ck_assert_int_eq(b.euler, 1);
    solid_free(s);
    made_free(m);
}
END_TEST

static void hole(struct made *m, size_t i, size_t j)
{
    m->loss[j * m->grid.nx + i] = NAN;
}

START_TEST(bodies)
{
    static const char *const keys[] = {", base: true, upsample: 1", ", base: true, upsample: 3",
                                       ", base: true, upsample: 2, log: false, vmax: 1"};

    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct made *m = made_new(12, 9, bowl, 5);

        expect_body(m, keys[k], 1, 0);
        hole(m, 4, 4);
        expect_body(m, keys[k], 1, 1);
        hole(m, 8, 4);
        expect_body(m, keys[k], 1, 2);
        hole(m, 0, 0); /* off the border */
        hole(m, 6, 0);
        expect_body(m, keys[k], 1, 2);
        hole(m, 6, 6); /* meets the first two in corners, which become passages */
        expect_body(m, keys[k], 1, 1);
        for (size_t j = 0; j < 9; j++)
            hole(m, 6, j); /* cut in two */
        expect_body(m, keys[k], 2, 0);
        made_free(m);
    }
}
END_TEST

/* The noise of a chess board: nothing but corners that meet. */
START_TEST(worst_case)
{
    struct made *m = made_new(40, 31, bowl, 0);
    uint64_t state = 7;

    for (size_t k = 0; k < 40 * 31; k++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        if (state >> 61 == 0)
            m->loss[k] = k % 2 ? INFINITY : NAN;
    }
    for (int upsample = 1; upsample < 4; upsample++) {
        char keys[60];
        struct solid *s;
        struct body b;

        snprintf(keys, sizeof keys, ", base: true, upsample: %d", upsample);
        s = write_read(m, "stl", keys);
        b = solid_body(s);
        ck_assert(b.closed && b.manifold);
        ck_assert_double_gt(b.volume, 0);
        ck_assert_uint_gt(b.parts, 1);
        solid_free(s);
    }
    made_free(m);
}
END_TEST

START_TEST(nothing_there)
{
    struct made *m = made_new(5, 5, bowl, 5);

    for (size_t k = 0; k < 25; k++)
        m->loss[k] = NAN;
    for (size_t k = 0; k < 3; k++) {
        struct solid *s = write_read(m, formats[k], ", base: true, upsample: 2");

        ck_assert_uint_eq(s->n_f, 0);
        solid_free(s);
    }
    made_write(m, "obj", "path: %s/a.glb, texture: 16, base: true");
    made_free(m);
}
END_TEST

/* Without a base, a PLY file has all that stands on the surface, each part closed. */
START_TEST(coloured_points)
{
    struct made *m = made_new(15, 15, bowl, 8);
    struct solid *s, *bare;
    char *text;
    size_t size;

    made_ball(m);
    made_runs(m, 3);
    made_critical(m);
    made_mark(m, 0.5, 0.5, "model A");
    s = write_read(m, "ply", ", upsample: 4");
    ck_assert_uint_gt(solid_body(s).parts, 10);
    text = made_read(m, "a.ply", &size);
    ck_assert_ptr_nonnull(strstr(text, "comment thalweg: 1.2.3\n"));
    ck_assert_ptr_nonnull(strstr(text, "comment pipeline: thalweg: 1\ncomment   title: "));
    free(text);
    m->result.ball = NULL;
    m->result.critical = NULL;
    m->result.n_tracks = m->plane.n_marks = 0;
    bare = write_read(m, "ply", ", upsample: 4");
    ck_assert_uint_eq(solid_body(bare).parts, 1);
    ck_assert_uint_eq(bare->n_f, 2 * 14 * 14 * 4 * 4);
    /* Their volume is that of tubes and balls alone, and outside is out. */
    memmove(s->f, s->f + bare->n_f, (s->n_f - bare->n_f) * sizeof *s->f);
    s->n_f -= bare->n_f;
    ck_assert(solid_body(s).closed);
    ck_assert_double_gt(solid_volume(s), 0);
    solid_free(bare);
    solid_free(s);
    made_free(m);
}
END_TEST

START_TEST(stops_when_told)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_stops_when_told(m, "obj", "path: %s/a.stl, base: true, upsample: 8", 20);
    made_stops_when_told(m, "obj", "path: %s/a.ply, upsample: 8", 20);
    made_stops_when_told(m, "obj", "path: %s/a.obj, texture: 16, base: true, upsample: 4", 20);
    made_free(m);
}
END_TEST

/* And with a comma for a point. */
START_TEST(same_bytes)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_same_with_comma(m, "obj", "path: %s/a.ply, size: 12.5, upsample: 2", "a.ply");
    made_free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-solid");
    TCase *t = tcase_create("sink-solid");

    tcase_add_test(t, the_judge_is_strict);
    tcase_add_test(t, millimetres);
    tcase_add_test(t, bodies);
    tcase_add_test(t, worst_case);
    tcase_add_test(t, nothing_there);
    tcase_add_test(t, coloured_points);
    tcase_add_test(t, stops_when_told);
    tcase_add_test(t, same_bytes);
    suite_add_tcase(s, t);
    return bench_main(s);
}
