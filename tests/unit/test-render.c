/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-render.c -- the renderer of plugins/render/: positions and colours against what they must be
 * by geometry, pixels read back. */
#include "render/picture.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_MAX 64

/* A result made of a formula. */
struct bench {
    double x[SIDE_MAX], y[SIDE_MAX], loss[SIDE_MAX * SIDE_MAX];
    double tx[40], ty[40], tl[40], residual[40];
    uint64_t step[40];
    struct tw_grid g;
    struct tw_plane plane;
    struct tw_track t;
    const struct tw_track *tracks[1];
    struct tw_result r;
};

static double bumps(double x, double y)
{
    return exp(1.5 * (x * x + y * y) + 0.8 * sin(7 * x) * cos(6 * y));
}

static double ramp_in_x(double x, double y)
{
    (void)y;
    return x;
}

static double one(double x, double y)
{
    (void)x;
    (void)y;
    return 0.5;
}

static struct bench *bench_new(size_t nx, size_t ny, double (*f)(double x, double y))
{
    struct bench *b = calloc(1, sizeof *b);

    ck_assert_ptr_nonnull(b);
    for (size_t i = 0; i < nx; i++)
        b->x[i] = -1 + 2 * (double)i / (double)(nx - 1);
    for (size_t j = 0; j < ny; j++)
        b->y[j] = -1 + 2 * (double)j / (double)(ny - 1);
    for (size_t j = 0; j < ny; j++)
        for (size_t i = 0; i < nx; i++)
            b->loss[j * nx + i] = f(b->x[i], b->y[j]);
    for (size_t k = 0; k < 40; k++) {
        b->tx[k] = -0.8 + 0.02 * (double)k;
        b->ty[k] = 0.6 - 0.015 * (double)k;
        b->tl[k] = f(b->tx[k], b->ty[k]) * 1.3;
        b->residual[k] = 1 - (double)k / 40;
        b->step[k] = k;
    }
    b->g = (struct tw_grid){
        .struct_size = sizeof b->g, .nx = nx, .ny = ny, .x = b->x, .y = b->y, .loss = b->loss};
    b->plane = (struct tw_plane){.x_label = "component 1", .y_label = "component 2"};
    b->plane.x_variance = 0.812;
    b->plane.y_variance = 0.1234;
    b->plane.n_marks = 2;
    b->plane.mark[0] = (struct tw_mark){.x = 0.1, .y = 0.1, .name = "small batch"};
    b->plane.mark[1] = (struct tw_mark){.x = NAN, .y = 0, .name = "nowhere"};
    b->t = (struct tw_track){.struct_size = sizeof b->t,
                             .n = 40,
                             .step = b->step,
                             .x = b->tx,
                             .y = b->ty,
                             .loss = b->tl,
                             .plane_loss = b->tl,
                             .residual = b->residual,
                             .name = "sgd"};
    b->tracks[0] = &b->t;
    b->r = (struct tw_result){.struct_size = sizeof b->r,
                              .title = "A title that says what this is",
                              .subtitle = "model, data, training",
                              .plane = &b->plane,
                              .grid = &b->g,
                              .n_tracks = 1,
                              .tracks = b->tracks};
    return b;
}

static struct render_options small(int width, int height)
{
    struct render_options o;

    render_defaults(&o);
    o.width = width;
    o.height = height;
    o.quality = QUALITY_PREVIEW;
    return o;
}

static struct render *begin(const struct bench *b, const struct render_options *o)
{
    struct render *p = NULL;

    ck_assert_int_eq(render_begin(&p, &b->r, o), TW_OK);
    return p;
}

static uint32_t *pixels(cairo_surface_t *s)
{
    return (uint32_t *)(void *)cairo_image_surface_get_data(s);
}

static cairo_surface_t *picture(const struct bench *b, const struct render_options *o)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, o->width, o->height);

    ck_assert_int_eq(render_picture(&b->r, o, s), TW_OK);
    return s;
}

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

/* ---- colours and positions --------------------------------------------------------- */

/* loss = x is a plane in the room: where a pixel's ray meets it is known. */
START_TEST(unlit_colours_are_the_palette_at_the_loss)
{
    struct bench *b = bench_new(11, 11, ramp_in_x);
    struct render_options o = small(200, 150);
    struct render *p;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 200, 150);
    int tested = 0;

    b->r.n_tracks = 0;
    o.unlit = true;
    o.log = SCALE_LINEAR;
    o.turn = -60;
    p = begin(b, &o);
    ck_assert_int_eq(render_layers(p), TW_OK);
    ck_assert_int_eq(render_compose(p, s), TW_OK);
    for (int y = 0; y < 150; y++)
        for (int x = 0; x < 200; x++) {
            struct vec from, along, q;
            float h = p->s.field.height, far;
            uint32_t got = pixels(s)[y * cairo_image_surface_get_stride(s) / 4 + x], want;

            camera_ray(&p->c, (float)x + 0.5f, (float)y + 0.5f, &from, &along);
            /* z = (x + 1) / 2 * h */
            far = ((from.x + 1) / 2 * h - from.z) / (along.z - along.x / 2 * h);
            q = vec_along(from, along, far);
            if (fabsf(q.x) > 0.97f || fabsf(q.y) > 0.97f)
                continue;
            want = palette_rgb24(PALETTE_VIRIDIS, ((double)q.x + 1) / 2);
            for (int c = 0; c < 24; c += 8)
                ck_assert_int_le(abs((int)(got >> c & 0xff) - (int)(want >> c & 0xff)), 1);
            tested++;
        }
    ck_assert_int_gt(tested, 3000);
    render_end(p);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

static double luma(uint32_t c)
{
    return 0.2126 * (c >> 16 & 0xff) + 0.7152 * (c >> 8 & 0xff) + 0.0722 * (c & 0xff);
}

/* From straight above, a contour is a line; its middle, weighted by darkness, is where the level
 * is. */
START_TEST(contours_lie_at_their_levels)
{
    struct bench *b = bench_new(11, 11, ramp_in_x);
    struct render_options o = small(500, 500);
    struct render *p;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 500, 500);
    size_t tested = 0;

    b->r.n_tracks = 0;
    o.style = 1; /* ink */
    o.log = SCALE_LINEAR;
    o.turn = -90;
    o.rise = 89;
    o.levels = 10;
    o.unit = 1.4;
    p = begin(b, &o);
    ck_assert_int_eq(render_layers(p), TW_OK);
    ck_assert_int_eq(render_compose(p, s), TW_OK);
    for (size_t k = 0; k < p->s.levels.n; k++) {
        float x = (float)p->s.levels.at[k], px, py;
        double sum = 0, moment = 0, floor = 1e9, top = 0;
        const uint32_t *row;

        camera_project(&p->c, (struct vec){x, 0.1f, (x + 1) / 2 * p->s.field.height}, &px, &py);
        row = pixels(s) + (int)py * 500;
        for (int i = (int)px - 6; i <= (int)px + 6; i++) {
            top = fmax(top, luma(row[i]));
            floor = fmin(floor, luma(row[i]));
        }
        ck_assert_double_gt(top - floor, 20);
        for (int i = (int)px - 6; i <= (int)px + 6; i++) {
            double dark = fmax(top - 8 - luma(row[i]), 0);

            sum += dark;
            moment += dark * (i + 0.5);
        }
        ck_assert_double_eq_tol(moment / sum, (double)px, 0.5);
        tested++;
    }
    ck_assert_uint_ge(tested, 5);
    render_end(p);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

/* Ticks of the floor's axis and levels on the colour bar, by the drawn pixels. */
START_TEST(ticks_stand_at_their_values)
{
    struct bench *b = bench_new(11, 11, ramp_in_x);
    struct render_options o = small(900, 600);
    struct render *p;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 900, 600);
    cairo_t *cr = cairo_create(s);

    o.log = SCALE_LINEAR;
    o.turn = -90;
    o.unlit = true;
    b->r.n_tracks = 0;
    p = begin(b, &o);
    ck_assert_int_eq(render_behind(p, cr), TW_OK);
    cairo_surface_flush(s);
    ck_assert_uint_ge(p->xt.n, 3);
    for (size_t k = 0; k < p->xt.n; k++) {
        float px, py;
        int best = 0;
        uint32_t most = 0;

        camera_project(&p->c, (struct vec){(float)p->xt.at[k], -1, p->s.floor_z}, &px, &py);
        for (int i = (int)px - 5; i <= (int)px + 5; i++) {
            uint32_t alpha = pixels(s)[((int)py + 3) * 900 + i] >> 24;

            if (alpha > most) {
                most = alpha;
                best = i;
            }
        }
        ck_assert_uint_gt(most, 60);
        ck_assert_double_le(fabs(best + 0.5 - (double)px), 1.5);
    }
    cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    ck_assert_int_eq(render_front(p, cr), TW_OK);
    cairo_surface_flush(s);
    ck_assert_double_gt(p->bar.w, 0);
    for (double v = -0.9; v < 0.95; v += 0.2) {
        int y = (int)(p->bar.y + p->bar.h * (1 - (v + 1) / 2));
        struct rgb want = palette_at(PALETTE_VIRIDIS, (v + 1) / 2);
        int best = 255;

        /* Among a few rows one is without a level's line. */
        for (int i = y - 2; i <= y + 2; i++) {
            uint32_t got = pixels(s)[i * 900 + (int)(p->bar.x + p->bar.w / 2)];
            int off = abs((int)(got >> 8 & 0xff) - (int)lround(want.g * 255)) +
                      abs((int)(got & 0xff) - (int)lround(want.b * 255));

            best = off < best ? off : best;
        }
        ck_assert_int_le(best, 8);
    }
    cairo_destroy(cr);
    render_end(p);
    cairo_surface_destroy(s);
    free(b);
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

struct crew {
    pthread_mutex_t lock;
    size_t next, n;
    int (*task)(void *ctx, size_t k);
    void *ctx;
};

static void *work(void *arg)
{
    struct crew *c = arg;

    for (;;) {
        size_t k;

        pthread_mutex_lock(&c->lock);
        k = c->next++;
        pthread_mutex_unlock(&c->lock);
        if (k >= c->n)
            return NULL;
        c->task(c->ctx, c->n - 1 - k); /* backwards: the order must not matter */
    }
}

static int run_on(int threads, size_t n, int (*task)(void *ctx, size_t k), void *ctx)
{
    struct crew c = {PTHREAD_MUTEX_INITIALIZER, 0, n, task, ctx};
    pthread_t id[3];

    for (int i = 0; i < threads; i++)
        ck_assert_int_eq(pthread_create(&id[i], NULL, work, &c), 0);
    for (int i = 0; i < threads; i++)
        pthread_join(id[i], NULL);
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
    cairo_surface_t *all = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 160, 120);
    cairo_surface_t *ground = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 160, 120);
    cairo_surface_t *object = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 160, 120);
    cairo_t *cr;
    int most = 0;

    o.axes = CHOICE_NO;
    o.words = WORDS_NONE;
    p = begin(b, &o);
    ck_assert_int_eq(render_layers(p), TW_OK);
    ck_assert_int_eq(render_compose(p, all), TW_OK);
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

/* ---- framing and words --------------------------------------------------------------- */

START_TEST(the_box_stays_in_the_frame)
{
    struct bench *b = bench_new(21, 13, bumps);
    struct render_options o = small(640, 400);
    struct render *p;

    b->y[12] = 0.4; /* not square */
    o.unlit = true;
    p = begin(b, &o);
    for (int k = 0; k < 24; k++) {
        ck_assert_int_eq(render_turn(p, 15 * k), TW_OK);
        for (int c = 0; c < 8; c++) {
            float x, y, z = c & 4 ? p->s.field.height : p->s.floor_z;
            struct vec v = {c & 1 ? p->s.field.half_x : -p->s.field.half_x,
                            c & 2 ? p->s.field.half_y : -p->s.field.half_y, z};

            ck_assert_float_gt(camera_project(&p->c, v, &x, &y), 0);
            ck_assert(x >= 0 && x <= 640 && y >= 0 && y <= 400);
        }
    }
    render_end(p);
    free(b);
}
END_TEST

static void check_labels(const struct labels *l, double width, double height)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct label *a = &l->at[i];
        double c = fabs(cos(a->angle)), s = fabs(sin(a->angle));
        double rx = (c * a->w + s * a->h) / 2, ry = (s * a->w + c * a->h) / 2;

        ck_assert(a->x - rx >= -0.01 && a->x + rx <= width + 0.01);
        ck_assert(a->y - ry >= -0.01 && a->y + ry <= height + 0.01);
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(!labels_touch(a, &l->at[j], -0.01), "\"%s\" touches \"%s\"", a->text,
                          l->at[j].text);
    }
}

static bool has(const struct labels *l, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (strstr(l->at[i].text, text))
            return true;
    return false;
}

START_TEST(no_label_touches_another)
{
    static const int sizes[][2] = {{1280, 720}, {500, 500}, {900, 400}};
    struct bench *b = bench_new(21, 21, _i == 0 ? bumps : _i == 1 ? ramp_in_x : one);
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 8, 8);
    cairo_t *cr = cairo_create(s);

    for (size_t k = 0; k < 6; k++) {
        struct render_options o = small(sizes[k % 3][0], sizes[k % 3][1]);
        struct render *p;

        o.unlit = true;
        o.style = k < 3 ? 0 : 5;
        p = begin(b, &o);
        for (int turn = 0; turn < 24; turn++) {
            ck_assert_int_eq(render_turn(p, 15 * turn), TW_OK);
            ck_assert_int_eq(render_behind(p, cr), TW_OK);
            check_labels(&p->labels, o.width, o.height);
            ck_assert(has(&p->labels, "A title"));
            ck_assert(!has(&p->labels, "nowhere"));
            ck_assert(_i == 0 || has(&p->labels, "small batch")); /* nothing hides it on a plane */
            ck_assert(o.style != 0 || k % 3 != 0 ||
                      (has(&p->labels, "component 1") && has(&p->labels, "component 2") &&
                       has(&p->labels, "81.2")));
        }
        render_end(p);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

START_TEST(labels_know_when_they_touch)
{
    struct label a = {.x = 10, .y = 10, .w = 10, .h = 4}, c = {.x = 21, .y = 10, .w = 10, .h = 4};
    struct label turned = {.x = 15, .y = 15, .w = 20, .h = 2, .angle = 0.785398};

    ck_assert(!labels_touch(&a, &c, 0.5));
    ck_assert(labels_touch(&a, &c, 1.5));
    ck_assert(labels_touch(&a, &turned, 0));
    turned.x = 19; /* their upright boxes overlap, they do not */
    turned.y = 15;
    turned.angle = -0.785398;
    a.w = 4;
    a.x = 12.5;
    a.y = 10;
    ck_assert(!labels_touch(&a, &turned, 0));
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

    ramp_fill(&r, RAMP_GREY);
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
    SRunner *r;
    int failed;

    tcase_add_test(t, heights_are_those_of_the_grid);
    tcase_add_test(t, normals_are_those_of_the_surface);
    tcase_add_test(t, clipped_heights_bend_softly);
    tcase_add_test(t, unlit_colours_are_the_palette_at_the_loss);
    tcase_add_test(t, contours_lie_at_their_levels);
    tcase_add_test(t, ticks_stand_at_their_values);
    tcase_add_test(t, no_pinholes);
    tcase_add_loop_test(t, same_bytes_on_any_number_of_threads, 0, 6);
    tcase_add_test(t, layers_over_each_other_are_the_picture);
    tcase_add_test(t, cancelling_comes_back);
    tcase_add_test(t, stopping_comes_back);
    tcase_add_test(t, the_box_stays_in_the_frame);
    tcase_add_loop_test(t, no_label_touches_another, 0, 3);
    tcase_add_test(t, labels_know_when_they_touch);
    tcase_add_test(t, holes_are_open);
    tcase_add_loop_test(t, odd_landscapes_are_drawn, 0, 6);
    tcase_add_test(t, lightness_rises);
    tcase_add_test(t, samples_are_spread);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
