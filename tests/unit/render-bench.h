/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render-bench.h -- landscapes from formulas, and pictures of them, for the tests of
 * plugins/render/.
 *
 *     struct bench *b = bench_new(21, 21, bumps);   its fields may be changed; free(b) in the end
 *     struct render_options o = small(320, 200);
 *     struct render *p = begin(b, &o);              or picture(b, &o), a surface of cairo's
 *     cairo_surface_t *s = shot(p);                 what p shows now
 */
#ifndef TESTS_RENDER_BENCH_H
#define TESTS_RENDER_BENCH_H

#include "suite.h"

#include "render/picture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_MAX 64

/* A result made of a formula. */
struct bench {
    double x[SIDE_MAX], y[SIDE_MAX], loss[SIDE_MAX * SIDE_MAX];
    double height[SIDE_MAX * SIDE_MAX]; /* for `heights` of the options; zeros */
    double tx[40], ty[40], tl[40], residual[40];
    uint64_t step[40];
    struct tw_grid g;
    struct tw_plane plane;
    struct tw_track t;
    const struct tw_track *tracks[1];
    struct tw_result r;
};

static inline double bumps(double x, double y)
{
    return exp(1.5 * (x * x + y * y) + 0.8 * sin(7 * x) * cos(6 * y));
}

static inline double ramp_in_x(double x, double y)
{
    (void)y;
    return x;
}

static inline double one(double x, double y)
{
    (void)x;
    (void)y;
    return 0.5;
}

static inline struct bench *bench_new(size_t nx, size_t ny, double (*f)(double x, double y))
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

static inline struct render_options small(int width, int height)
{
    struct render_options o;

    render_defaults(&o);
    o.width = width;
    o.height = height;
    o.quality = QUALITY_PREVIEW;
    return o;
}

static inline struct render *begin(const struct bench *b, const struct render_options *o)
{
    struct render *p = NULL;

    ck_assert_int_eq(render_begin(&p, &b->r, o), TW_OK);
    return p;
}

static inline uint32_t *pixels(cairo_surface_t *s)
{
    return (uint32_t *)(void *)cairo_image_surface_get_data(s);
}

static inline cairo_surface_t *shot(struct render *p)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, p->o.width, p->o.height);

    ck_assert_int_eq(render_layers(p), TW_OK);
    ck_assert_int_eq(render_compose(p, s), TW_OK);
    cairo_surface_flush(s);
    return s;
}

static inline cairo_surface_t *picture(const struct bench *b, const struct render_options *o)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, o->width, o->height);

    ck_assert_int_eq(render_picture(&b->r, o, s), TW_OK);
    return s;
}

#endif
