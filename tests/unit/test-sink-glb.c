/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-glb.c -- glTF read back: whole, the right size, and a ball that rolls without slipping
 * and cuts nowhere.  tests/cli/test-meshes.sh shows the files to other programs. */
#define _XOPEN_SOURCE 700
#include "results.h"
#include "solid.h"

struct glb {
    char *file, *json;
    const char *bin;
    size_t n_views;
    size_t at[200], length[200];
};

static struct glb *glb_read(const struct made *m, const char *name)
{
    struct glb *g = calloc(1, sizeof *g);
    size_t size, n;
    const char *c;

    ck_assert_ptr_nonnull(g);
    g->file = made_read(m, name, &size);
    ck_assert_int_eq(memcmp(g->file, "glTF", 4), 0);
    ck_assert_uint_eq(solid_u32(g->file + 4), 2);
    ck_assert_uint_eq(solid_u32(g->file + 8), size);
    n = solid_u32(g->file + 12);
    ck_assert_uint_eq(n % 4, 0);
    ck_assert_int_eq(memcmp(g->file + 16, "JSON", 4), 0);
    g->json = calloc(n + 1, 1);
    ck_assert_ptr_nonnull(g->json);
    memcpy(g->json, g->file + 20, n);
    ck_assert_int_eq(memcmp(g->file + 24 + n, "BIN", 4), 0);
    ck_assert_uint_eq(28 + n + solid_u32(g->file + 20 + n), size);
    g->bin = g->file + 28 + n;
    c = strstr(g->json, "\"bufferViews\":[");
    ck_assert_ptr_nonnull(c);
    for (; (c = strstr(c, "\"byteOffset\":")); g->n_views++) {
        ck_assert_uint_lt(g->n_views, 200);
        ck_assert_int_eq(sscanf(c, "\"byteOffset\":%zu,\"byteLength\":%zu", &g->at[g->n_views],
                                &g->length[g->n_views]),
                         2);
        ck_assert_uint_eq(g->at[g->n_views] % 4, 0);
        c++;
    }
    return g;
}

static void glb_free(struct glb *g)
{
    free(g->file);
    free(g->json);
    free(g);
}

static double number(const struct glb *g, size_t view, size_t i)
{
    ck_assert_uint_lt(view, g->n_views);
    ck_assert_uint_lt(4 * i, g->length[view]);
    return (double)solid_f32(g->bin + g->at[view] + 4 * i);
}

/* Of the animation: the view of the ball's times; the next two are its places and rotations, then
 * come times and sizes of each landscape. */
static size_t animation(const struct glb *g, size_t *n)
{
    const char *c = strstr(g->json, "\"animations\":");
    size_t view;

    ck_assert_ptr_nonnull(c);
    c = strstr(c, "\"input\":");
    ck_assert_int_eq(sscanf(c, "\"input\":%zu", &view), 1);
    *n = g->length[view] / 4;
    ck_assert_uint_eq(g->length[view + 1], 12 * *n);
    ck_assert_uint_eq(g->length[view + 2], 16 * *n);
    for (size_t i = 1; i < *n; i++)
        ck_assert_double_gt(number(g, view, i), number(g, view, i - 1));
    return view;
}

static bool has(const struct glb *g, const char *text)
{
    return strstr(g->json, text) != NULL;
}

START_TEST(names_and_provenance)
{
    struct made *m = made_new(9, 9, bowl, 6);
    struct glb *g;

    m->result.title = "\"t\" \\ \x01 \xc3\xaf \xff";
    made_critical(m);
    made_write(m, "obj", "path: %s/a.glb, texture: 16, upsample: 1");
    g = glb_read(m, "a.glb");
    ck_assert(has(g, "\"title\":\"\\\"t\\\" \\\\ \\u0001 \xc3\xaf \\ufffd\""));
    ck_assert(has(g, "\"thalweg\":\"1.2.3\"") && has(g, "\"seed\":\"1\""));
    ck_assert(has(g, "\"pipeline\":\"thalweg: 1\\u000atitle: "));
    ck_assert(has(g, "{\"name\":\"surface\",\"mesh\":0,\"children\":[2,"));
    ck_assert(has(g, "\"name\":\"trajectory\"") && has(g, "\"name\":\"minimum-1\""));
    ck_assert(!has(g, "animations") && !has(g, "minimum-2"));
    ck_assert_uint_eq(g->length[0], 81 * 12);
    for (size_t k = 0; k < 81; k++) { /* y is up, z runs against the plane's */
        double x = number(g, 0, 3 * k), z = number(g, 0, 3 * k + 2);

        ck_assert_double_eq_tol(x, m->x[k % 9], 1e-6);
        ck_assert_double_eq_tol(z, 0.5 - m->y[k / 9], 1e-6);
        ck_assert_double_eq_tol(number(g, 2, 2 * k), (x + 1) / 2, 1e-6);
        ck_assert_double_eq_tol(number(g, 2, 2 * k + 1), (z + 1) / 2, 1e-6);
    }
    glb_free(g);
    made_write(m, "obj", "path: %s/b.glb, texture: 16, upsample: 1, base: true, size: 150");
    g = glb_read(m, "b.glb");
    ck_assert(has(g, "{\"name\":\"thalweg\",\"scale\":[0.07"));
    ck_assert(has(g, "\"name\":\"base\""));
    glb_free(g);
    made_free(m);
}
END_TEST

/* On a level ground the ball turns by way / radius about the axis across its way. */
START_TEST(rolls_without_slipping)
{
    struct made *m = made_new(9, 9, bowl, 0);
    double *level = made_more(m, 81), w = hypot(0.6, 0.9), half = w / 0.045 / 2, q[4], sign;
    struct glb *g;
    size_t view, n, end = 0;

    for (size_t k = 0; k < 81; k++)
        level[k] = 0.2;
    made_ball(m);
    m->land[0].height = m->land[1].height = level;
    made_write(m, "obj", "path: %s/a.glb, texture: 16, upsample: 1");
    g = glb_read(m, "a.glb");
    view = animation(g, &n);
    for (size_t i = 0; i < n; i++) /* the plane's y = 0.5 is the middle */
        ck_assert_double_eq_tol(number(g, view + 1, 3 * i + 1), 0.245, 1e-5);
    ck_assert_double_eq_tol(number(g, view + 1, 0), 0.9, 1e-5);
    ck_assert_double_eq_tol(number(g, view + 1, 2), -0.9, 1e-5);
    while (number(g, view, end) < 2.9 - 1e-6) /* the last sample of the first landscape */
        end++;
    ck_assert_double_eq_tol(number(g, view + 1, 3 * end), 0.3, 1e-5);
    ck_assert_double_eq_tol(number(g, view + 1, 3 * end + 2), 0, 1e-5);
    /* From +x and the far side to the middle, about the axis across: (y, 0, x) of (-0.6, -0.9). */
    for (size_t k = 0; k < 4; k++)
        q[k] = number(g, view + 2, 4 * end + k);
    sign = q[3] * cos(half) < 0 ? -1 : 1;
    ck_assert_double_eq_tol(sign * q[0], sin(half) * 0.9 / w, 1e-3);
    ck_assert_double_eq_tol(sign * q[1], 0, 1e-3);
    ck_assert_double_eq_tol(sign * q[2], sin(half) * 0.6 / w, 1e-3);
    ck_assert_double_eq_tol(sign * q[3], cos(half), 1e-3);
    /* Never too much between two keys: 1.2 radians, or a sample more. */
    for (size_t i = 1; i < n; i++) {
        double c = 0;

        for (size_t k = 0; k < 4; k++)
            c += number(g, view + 2, 4 * i + k) * number(g, view + 2, 4 * i - 4 + k);
        ck_assert_double_gt(fabs(c), cos(1.4 / 2));
    }
    glb_free(g);
    made_free(m);
}
END_TEST

/* One landscape at a time, and the ball goes on where it was. */
START_TEST(one_after_the_other)
{
    struct made *m = made_new(9, 9, bowl, 3);
    struct glb *g;
    size_t view, n;
    double t;

    made_ball(m);
    m->land[1].x = m->land[1].y = 0;
    made_write(m, "obj", "path: %s/a.glb, texture: 16, upsample: 1");
    g = glb_read(m, "a.glb");
    view = animation(g, &n);
    ck_assert(has(g, "\"name\":\"landscape-1\"") && has(g, "\"name\":\"landscape-2\""));
    ck_assert(has(g, "\"name\":\"ball-path-1\"") && has(g, "\"name\":\"ball-path-2\""));
    ck_assert(has(g, "\"scale\":[0,0,0]") && has(g, "\"interpolation\":\"STEP\""));
    t = number(g, view + 3, 1); /* the first goes ... */
    ck_assert_double_eq_tol(t, 2.9 + 0.8 + 1e-3, 1e-5);
    ck_assert_double_eq(number(g, view + 5, 1), t); /* ... as the second comes */
    for (size_t d = 0; d < 3; d++) {
        ck_assert_double_eq(number(g, view + 4, d), 1);
        ck_assert_double_eq(number(g, view + 4, 3 + d), 0);
        ck_assert_double_eq(number(g, view + 6, d), 0);
        ck_assert_double_eq(number(g, view + 6, 3 + d), 1);
    }
    for (size_t i = 1; i < n; i++) { /* no jumps but where the made-up way has one */
        double dx = number(g, view + 1, 3 * i) - number(g, view + 1, 3 * i - 3);

        ck_assert(fabs(dx) < 0.2 || fabs(number(g, view, i) - t) < 0.2);
    }
    glb_free(g);
    made_free(m);
}
END_TEST

/* Where the ball creeps for an hour, nobody waits for it. */
START_TEST(creeps)
{
    struct made *m = made_new(9, 9, bowl, 0);
    double *t = made_more(m, 60);
    struct glb *g;
    size_t view, n;

    made_ball(m);
    for (size_t k = 0; k < 60; k++) { /* from the 20th sample on it is all but there */
        t[k] = k < 20 ? 0.1 * (double)k : 60 * (double)k;
        if (k >= 20 && k < 30) {
            ((double *)(uintptr_t)m->ball.x)[k] = 0.3 + 1e-4 * (double)(29 - k);
            ((double *)(uintptr_t)m->ball.y)[k] = 0.5;
        }
    }
    m->ball.t = t;
    m->result.n_landscapes = 1;
    made_write(m, "obj", "path: %s/a.glb, texture: 16, upsample: 1");
    g = glb_read(m, "a.glb");
    view = animation(g, &n);
    ck_assert_double_eq_tol(number(g, view, n - 1), 1.9 + 0.8 + 0.8, 1e-5);
    ck_assert_double_eq_tol(number(g, view, n - 2), 1.9 + 0.8, 1e-5);
    for (size_t d = 0; d < 3; d++)
        ck_assert_double_eq(number(g, view + 1, 3 * n - 3 + d), number(g, view + 1, 3 * n - 6 + d));
    ck_assert(!has(g, "STEP")); /* nothing else moves */
    glb_free(g);
    made_free(m);
}
END_TEST

/* A gully narrower than the ball: it rides on both sides and cuts into none. */
START_TEST(cuts_nowhere)
{
    struct made *m = made_new(81, 81, bowl, 0);
    double *gully = made_more(m, 81 * 81), r = 0.045;
    struct glb *g;
    size_t view, n;

    for (size_t k = 0; k < 81 * 81; k++)
        gully[k] = 0.5 * fabs(m->x[k % 81] - 0.25) * 1.5 + 0.1 * m->y[k / 81];
    made_ball(m);
    m->land[0].height = m->land[1].height = gully;
    for (size_t k = 0; k < 30; k++)
        ((double *)(uintptr_t)m->ball.x)[k] = 0.25;
    made_write(m, "obj", "path: %s/a.glb, texture: 16, upsample: 2");
    g = glb_read(m, "a.glb");
    view = animation(g, &n);
    ck_assert_uint_gt(n, 3);
    for (size_t i = 0; i < n && number(g, view, i) < 2.9; i++) {
        double x = number(g, view + 1, 3 * i), up = number(g, view + 1, 3 * i + 1),
               y = 0.5 - number(g, view + 1, 3 * i + 2), least = INFINITY;

        for (double a = -r; a <= r; a += r / 50)
            for (double b = -r; b <= r; b += r / 50)
                least = fmin(least, sqrt(a * a + b * b +
                                         pow(0.75 * fabs(x + a - 0.25) + 0.1 * (y + b) - up, 2)));
        ck_assert_double_gt(least, 0.97 * r);
        ck_assert_double_lt(least, 1.06 * r);
    }
    glb_free(g);
    made_free(m);
}
END_TEST

/* A ball whose way lies in a hole, or whose landscapes are not known, leaves a picture at rest. */
START_TEST(ball_in_a_hole)
{
    struct made *m = made_new(9, 9, bowl, 3);
    double *none = made_more(m, 81);
    struct glb *g;

    for (size_t k = 0; k < 81; k++)
        none[k] = NAN;
    made_ball(m);
    m->land[0].height = m->land[1].height = none;
    made_write(m, "obj", "path: %s/a.glb, texture: 16");
    g = glb_read(m, "a.glb");
    ck_assert(!has(g, "animations"));
    glb_free(g);
    m->result.n_landscapes = 0;
    made_write(m, "obj", "path: %s/a.glb, texture: 16");
    g = glb_read(m, "a.glb");
    ck_assert(!has(g, "animations") && has(g, "\"name\":\"ball\""));
    glb_free(g);
    made_free(m);
}
END_TEST

START_TEST(stops_when_told)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_ball(m);
    made_stops_when_told(m, "obj", "path: %s/a.glb, texture: 32, upsample: 2", 4 * 32);
    made_free(m);
}
END_TEST

START_TEST(same_bytes)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_ball(m);
    made_same_with_comma(m, "obj", "path: %s/a.glb, texture: 32, upsample: 2", "a.glb");
    made_free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-glb");
    TCase *t = tcase_create("sink-glb");

    tcase_add_test(t, names_and_provenance);
    tcase_add_test(t, rolls_without_slipping);
    tcase_add_test(t, one_after_the_other);
    tcase_add_test(t, creeps);
    tcase_add_test(t, cuts_nowhere);
    tcase_add_test(t, ball_in_a_hole);
    tcase_add_test(t, stops_when_told);
    tcase_add_test(t, same_bytes);
    suite_add_tcase(s, t);
    return bench_main(s);
}
