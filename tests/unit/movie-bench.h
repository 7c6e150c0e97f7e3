/* SPDX-License-Identifier: GPL-3.0-or-later */
/* movie-bench.h -- for the tests of what a film is made of: landscapes of a formula, and a ball
 * that rolls in them; the time of a film about it.
 */
#ifndef TESTS_MOVIE_BENCH_H
#define TESTS_MOVIE_BENCH_H

#include "suite.h"

#include "sink-movie/camera.h"

#include <math.h>
#include <stdlib.h>

#define SIDE    41
#define SAMPLES 600
#define LANDS   3
#define RADIUS  0.045
#define FPS     30.0

/* Landscapes of a formula, and a ball that swings and comes to rest in each. */
struct bench {
    double x[SIDE], height[LANDS][SIDE * SIDE], loss[SIDE * SIDE];
    double t[LANDS * SAMPLES], bx[LANDS * SAMPLES], by[LANDS * SAMPLES], bz[LANDS * SAMPLES];
    double speed[LANDS * SAMPLES], energy[LANDS * SAMPLES];
    uint32_t which[LANDS * SAMPLES];
    struct tw_plane plane;
    struct tw_grid grid;
    struct tw_landscape land[LANDS];
    const struct tw_landscape *lands[LANDS];
    struct tw_ball ball;
    struct tw_result r;
};

static inline double bowl(double x, double y)
{
    return 0.25 * (x * x + 0.6 * y * y);
}

/* With a wall around the middle that hides it from low eyes. */
static inline double crater(double x, double y)
{
    double d = sqrt(x * x + y * y);

    return 0.45 * exp(-40 * (d - 0.6) * (d - 0.6)) + 0.05 * d * d;
}

static inline double level(double x, double y)
{
    (void)x;
    (void)y;
    return 0.2;
}

/* At time s of its roll, starting at distance 0.5 from (0, 0): swings that die away. */
static inline void place(struct bench *b, size_t i, size_t land, double s,
                         double (*f)(double, double))
{
    double left = exp(-0.35 * s), c = cos(2.4 * s);

    b->which[i] = (uint32_t)land;
    b->t[i] = 20.0 * (double)land + s;
    b->bx[i] = 0.4 * left * c + 0.05 * (1 - left);
    b->by[i] = 0.3 * left * c + 0.02 * (1 - left);
    b->bz[i] = f(b->bx[i], b->by[i]);
    b->speed[i] = left;
    b->energy[i] = 3 - (double)land + left * left;
}

static inline struct bench *bench_new(double (*f)(double, double))
{
    struct bench *b = calloc(1, sizeof *b);

    ck_assert_ptr_nonnull(b);
    for (size_t i = 0; i < SIDE; i++)
        b->x[i] = -1 + 2 * (double)i / (SIDE - 1);
    for (size_t k = 0; k < SIDE * SIDE; k++) {
        double h = f(b->x[k % SIDE], b->x[k / SIDE]);

        b->loss[k] = exp(4 * h);
        for (size_t l = 0; l < LANDS; l++)
            b->height[l][k] = h;
    }
    for (size_t k = 0; k < LANDS; k++)
        for (size_t i = 0; i < SAMPLES; i++)
            place(b, k * SAMPLES + i, k, 20.0 * (double)i / SAMPLES, f);
    b->grid = (struct tw_grid){.struct_size = sizeof b->grid,
                               .nx = SIDE,
                               .ny = SIDE,
                               .x = b->x,
                               .y = b->x,
                               .loss = b->loss};
    b->plane = (struct tw_plane){.struct_size = sizeof b->plane, .n_axes = 2};
    for (size_t k = 0; k < LANDS; k++) {
        b->land[k] = (struct tw_landscape){.struct_size = sizeof b->land[k],
                                           .plane = &b->plane,
                                           .grid = &b->grid,
                                           .height = b->height[k],
                                           .x_length = 1,
                                           .y_length = 1,
                                           .loss = 1.5 - 0.2 * (double)k};
        b->lands[k] = &b->land[k];
    }
    b->ball = (struct tw_ball){.struct_size = sizeof b->ball,
                               .n = LANDS * SAMPLES,
                               .t = b->t,
                               .landscape = b->which,
                               .x = b->bx,
                               .y = b->by,
                               .z = b->bz,
                               .speed = b->speed,
                               .energy = b->energy,
                               .radius = RADIUS};
    b->r = (struct tw_result){.struct_size = sizeof b->r,
                              .title = "",
                              .subtitle = "",
                              .plane = &b->plane,
                              .grid = &b->grid,
                              .n_landscapes = LANDS,
                              .landscapes = b->lands,
                              .ball = &b->ball};
    return b;
}

static inline struct timeline timeline_of(const struct bench *b, double duration, double speed)
{
    struct timeline_want want = {duration, speed, true, true};
    struct timeline l;

    ck_assert_int_eq(timeline_new(&l, b ? &b->ball : NULL, LANDS, &want), TW_OK);
    return l;
}

#endif
