/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-render.c -- the renderer of plugins/render/: positions and colours against what they must be
 * by geometry, pixels read back. */
#include "crew.h"
#include "render-bench.h"

/* ---- heights --------------------------------------------------------------------- */

START_TEST(heights_are_those_of_the_grid)
{
    struct bench *b = bench_new(23, 17, bumps);
    struct heightfield f;
    struct scale s;
    struct field_spot at;

    b->x[3] += 0.02; /* uneven axes, too */
    ck_assert_int_eq(scale_fit(&s, b->loss, 23 * 17, SCALE_AUTO, NAN, NAN), 0);
    ck_assert_int_eq(field_init(&f, &b->g, b->loss, &s, NULL, 0.5f, 0.6), 0);
    for (size_t j = 0; j < 17; j++)
        for (size_t i = 0; i < 23; i++) {
            double want = scale_t(&s, b->loss[j * 23 + i]);

            ck_assert(field_at(&f, f.x[i], f.y[j], &at));
            ck_assert_double_eq_tol((double)at.t, want, 1e-6);
            ck_assert_double_eq_tol((double)f.x[i], b->x[i], 1e-6);
        }
    field_free(&f);
    free(b);
}
END_TEST

START_TEST(normals_are_those_of_the_surface)
{
    struct bench *b = bench_new(21, 21, bumps);
    struct heightfield f;
    struct scale s;
    const float e = 2e-3f;

    ck_assert_int_eq(scale_fit(&s, b->loss, 21 * 21, SCALE_AUTO, NAN, 3), 0);
    ck_assert_int_gt((int)s.n_above, 0); /* the soft bend is in, too */
    ck_assert_int_eq(field_init(&f, &b->g, b->loss, &s, NULL, 0.5f, 0.6), 0);
    for (int k = 0; k < 400; k++) {
        float x = -0.95f + 1.9f * (float)(k % 20) / 19, y = -0.95f + 1.9f * (float)(k / 20) / 19;
        struct field_spot at, l, r, d, u;
        struct vec n, m;

        ck_assert(field_at(&f, x, y, &at) && field_at(&f, x - e, y, &l) &&
                  field_at(&f, x + e, y, &r) && field_at(&f, x, y - e, &d) &&
                  field_at(&f, x, y + e, &u));
        n = field_normal(&at);
        m = vec_unit((struct vec){-(field_z(&f, r.t) - field_z(&f, l.t)) / (2 * e),
                                  -(field_z(&f, u.t) - field_z(&f, d.t)) / (2 * e), 1});
        ck_assert_float_gt(vec_dot(n, m), 0.9998f);
        ck_assert_float_eq_tol(vec_dot(n, n), 1, 1e-5f);
    }
    field_free(&f);
    free(b);
}
END_TEST

/* Only without a clipped end are heights proportional; beyond one they stay below a limit. */
START_TEST(clipped_heights_bend_softly)
{
    struct heightfield f = {.height = 1, .knee_high = true};
    float before = 0;

    for (float t = 0; t < 1.3f; t += 0.01f) {
        float z = field_z(&f, t);

        ck_assert(z >= before);
        ck_assert(z <= 1.031f);
        if (t < 0.92f)
            ck_assert_float_eq_tol(z, t, 1e-6f);
        before = z;
    }
}
END_TEST

/* ---- pixels ------------------------------------------------------------------------ */

/* Pixels of the ground all around which there is object: there must be none. */
START_TEST(no_pinholes)
{
    struct bench *b = bench_new(33, 33, bumps);
    struct render_options o = small(320, 240);
    struct render *p;

    o.plain_ground = true;
    o.ground = 0xff00ff;
    o.unlit = true;
    o.axes = CHOICE_NO;
    o.words = WORDS_NONE;
    o.rise = 50;
    o.turn = 20;
    o.samples = 1;
    p = begin(b, &o);
    for (int k = 0; k < 4; k++) {
        size_t covered = 0;

        ck_assert_int_eq(render_turn(p, 20 + 47 * k), TW_OK);
        ck_assert_int_eq(render_layers(p), TW_OK);
        for (int y = 1; y < 239; y++)
            for (int x = 1; x < 319; x++) {
                const float *c = p->object + 4 * (y * 320 + x) + 3;
                bool around = c[-4] > 0 && c[4] > 0 && c[-4 * 320] > 0 && c[4 * 320] > 0;

                ck_assert(!around || *c > 0);
                covered += *c > 0;
            }
        ck_assert_uint_gt(covered, 320 * 240 / 6);
    }
    render_end(p);
    free(b);
}
END_TEST

static int run_on(int threads, size_t n, int (*task)(void *ctx, size_t k), void *ctx)
{
    struct crew c = {.n = n, .task = task, .ctx = ctx, .backwards = true};

    ck_assert_int_eq(crew_run(&c, threads), threads);
    return TW_OK;
}

static int run_2(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k), void *ctx)
{
    (void)h;
    return run_on(2, n, task, ctx);
}

static int run_3(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k), void *ctx)
{
    (void)h;
    return run_on(3, n, task, ctx);
}

START_TEST(same_bytes_on_any_number_of_threads)
{
    struct bench *b = bench_new(25, 21, bumps);
    struct render_options o = small(120, 80);
    cairo_surface_t *s[3];
    size_t bytes;

    o.quality = QUALITY_GOOD;
    o.style = _i;
    s[0] = picture(b, &o);
    o.run = run_2;
    s[1] = picture(b, &o);
    o.run = run_3;
    s[2] = picture(b, &o);
    bytes = (size_t)cairo_image_surface_get_stride(s[0]) * 80;
    ck_assert_mem_eq(pixels(s[0]), pixels(s[1]), bytes);
    ck_assert_mem_eq(pixels(s[0]), pixels(s[2]), bytes);
    for (int k = 0; k < 3; k++)
        cairo_surface_destroy(s[k]);
    free(b);
}
END_TEST

/* What a PDF is put together from gives the picture, up to rounding. */
START_TEST(layers_over_each_other_are_the_picture)
{
    struct bench *b = bench_new(15, 15, bumps);
    struct render_options o = small(160, 120);
    struct render *p;
    cairo_surface_t *all;
    cairo_surface_t *ground = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 160, 120);
    cairo_surface_t *object = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 160, 120);
    cairo_t *cr;
    int most = 0;

    o.axes = CHOICE_NO;
    o.words = WORDS_NONE;
    p = begin(b, &o);
    all = shot(p);
    ck_assert_int_eq(render_image(p, false, ground), TW_OK);
    ck_assert_int_eq(render_image(p, true, object), TW_OK);
    cr = cairo_create(ground);
    cairo_set_source_surface(cr, object, 0, 0);
    cairo_paint(cr);
    cairo_destroy(cr);
    cairo_surface_flush(ground);
    for (size_t k = 0; k < 160 * 120; k++)
        for (int c = 0; c < 24; c += 8) {
            int d = (int)(pixels(all)[k] >> c & 0xff) - (int)(pixels(ground)[k] >> c & 0xff);

            most = abs(d) > most ? abs(d) : most;
        }
    ck_assert_int_le(most, 3);
    render_end(p);
    cairo_surface_destroy(all);
    cairo_surface_destroy(ground);
    cairo_surface_destroy(object);
    free(b);
}
END_TEST

static int run_fails(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k), void *ctx)
{
    (void)h;
    (void)n;
    (void)task;
    (void)ctx;
    return TW_ECANCELLED;
}

static int stops(const struct tw_host *h, double fraction, const char *what)
{
    double *until = h->ctx;

    (void)what;
    ck_assert_double_ge(fraction, 0.25);
    ck_assert_double_le(fraction, 0.75);
    return fraction > *until;
}

START_TEST(stopping_comes_back)
{
    struct bench *b = bench_new(9, 9, bumps);
    struct render_options o = small(64, 64);
    double until = 1;
    struct tw_host host = {.ctx = &until, .tick = stops};
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 64, 64);

    o.host = &host;
    o.from = 0.25;
    o.to = 0.75;
    ck_assert_int_eq(render_picture(&b->r, &o, s), TW_OK);
    for (until = 0.255; until < 0.7; until += 0.08)
        ck_assert_int_eq(render_picture(&b->r, &o, s), TW_ECANCELLED);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

START_TEST(cancelling_comes_back)
{
    struct bench *b = bench_new(9, 9, bumps);
    struct render_options o = small(64, 64);
    struct render *p = NULL;

    o.run = run_fails;
    ck_assert_int_eq(render_begin(&p, &b->r, &o), TW_ECANCELLED);
    b->g.nx = 1;
    ck_assert_int_eq(render_begin(&p, &b->r, &o), TW_EINVAL);
    free(b);
}
END_TEST

/* ---- odd landscapes -------------------------------------------------------------------- */

START_TEST(holes_are_open)
{
    struct bench *b = bench_new(21, 21, one);
    struct render_options o = small(200, 200);
    struct render *p;
    float px, py;

    b->loss[10 * 21 + 10] = NAN;
    b->r.n_tracks = 0;
    o.unlit = true;
    o.turn = -90;
    o.rise = 89;
    p = begin(b, &o);
    ck_assert_uint_eq(p->s.field.n_holes, 4);
    ck_assert_int_eq(render_layers(p), TW_OK);
    camera_project(&p->c, (struct vec){0.02f, 0, 0.5f * p->s.field.height}, &px, &py);
    ck_assert(p->object[4 * ((int)py * 200 + (int)px) + 3] == 0);
    camera_project(&p->c, (struct vec){0.3f, 0.3f, 0.5f * p->s.field.height}, &px, &py);
    ck_assert(p->object[4 * ((int)py * 200 + (int)px) + 3] == 1);
    render_end(p);
    free(b);
}
END_TEST

static double huge(double x, double y)
{
    return pow(10, 290 * x) + (y > 0.9 ? 1e300 : 0);
}

static double endless(double x, double y)
{
    return x + y > 0.5 ? INFINITY : x * 1e-300;
}

static double nothing(double x, double y)
{
    (void)x;
    (void)y;
    return NAN;
}

START_TEST(odd_landscapes_are_drawn)
{
    static double (*const f[])(double x, double y) = {bumps,   one,     huge,
                                                      endless, nothing, ramp_in_x};
    size_t side = _i % 2 ? 2 : 13;
    struct bench *b = bench_new(side, side, f[_i]);
    struct render_options o = small(60, 45);

    if (_i == 2)
        for (size_t k = 0; k < side; k++)
            b->x[k] *= 1e300;
    if (_i == 3)
        for (size_t k = 0; k < side; k++)
            b->y[k] *= 1e-200;
    b->tx[5] = NAN;
    b->ty[6] = INFINITY;
    b->residual[7] = NAN;
    b->tl[8] = NAN;
    b->tx[9] = 1e300;
    for (o.style = 0; style_names[o.style]; o.style++)
        cairo_surface_destroy(picture(b, &o));
    free(b);
}
END_TEST

/* Lightness must rise along the ramps that are read as heights in print. */
START_TEST(lightness_rises)
{
    struct ramp r;

    ramp_fill(&r, PALETTE_GREY);
    for (int i = 1; i <= 100; i++)
        ck_assert_double_gt(rgb_lightness(ramp_rgb(&r, i / 100.0)),
                            rgb_lightness(ramp_rgb(&r, (i - 1) / 100.0)));
}
END_TEST

START_TEST(samples_are_spread)
{
    int cell[8][8] = {{0}}, seen[BAYER] = {0};

    for (uint32_t i = 0; i < 64 * 16; i++) {
        struct pair p = r2(i);

        cell[(int)(p.u * 8)][(int)(p.v * 8)]++;
    }
    for (int i = 0; i < 64; i++) {
        ck_assert_int_ge(cell[i / 8][i % 8], 13);
        ck_assert_int_le(cell[i / 8][i % 8], 19);
        seen[bayer((uint32_t)i % 8, (uint32_t)i / 8)]++;
    }
    for (int i = 0; i < BAYER; i++)
        ck_assert_int_eq(seen[i], 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("render");
    TCase *t = tcase_create("render");

    tcase_add_test(t, heights_are_those_of_the_grid);
    tcase_add_test(t, normals_are_those_of_the_surface);
    tcase_add_test(t, clipped_heights_bend_softly);
    tcase_add_test(t, no_pinholes);
    tcase_add_loop_test(t, same_bytes_on_any_number_of_threads, 0, 6);
    tcase_add_test(t, layers_over_each_other_are_the_picture);
    tcase_add_test(t, cancelling_comes_back);
    tcase_add_test(t, stopping_comes_back);
    tcase_add_test(t, holes_are_open);
    tcase_add_loop_test(t, odd_landscapes_are_drawn, 0, 6);
    tcase_add_test(t, lightness_rises);
    tcase_add_test(t, samples_are_spread);
    suite_add_tcase(s, t);
    return bench_main(s);
}
