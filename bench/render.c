/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render.c -- how long the renderer takes, for `make bench`:
 *
 *     render SIDE QUALITY THREADS     a picture of 1920 x 1080 of SIDE x SIDE losses
 *     render SIDE film THREADS        frames of 1280 x 720: the camera goes around, a ball rolls
 *
 * One line of JSON: seconds to prepare (mesh, camera, light) and for a picture.  The losses are
 * those of peers/matplotlib_surface.py. */
#include "../tests/unit/crew.h"
#include "render/render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FRAMES 20

static int n_threads = 1;

static int run(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k), void *ctx)
{
    struct crew c = {.n = n, .task = task, .ctx = ctx};

    (void)h;
    crew_run(&c, n_threads);
    return TW_OK;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fill(double *x, double *loss, size_t side)
{
    for (size_t i = 0; i < side; i++)
        x[i] = -1 + 2 * (double)i / (double)(side - 1);
    for (size_t j = 0; j < side; j++)
        for (size_t i = 0; i < side; i++)
            loss[j * side + i] =
                exp(1.5 * (x[i] * x[i] + x[j] * x[j]) + 0.8 * sin(9 * x[i]) * cos(8 * x[j]) +
                    0.3 * sin(23 * x[i] + 17 * x[j]));
}

static int picture(struct render *p, cairo_surface_t *s)
{
    int rc = render_layers(p);

    return rc < 0 ? rc : render_compose(p, s);
}

/* Mean of the frames. */
static int film(struct render *p, cairo_surface_t *s)
{
    struct render_ball ball = {.radius = 0.05, .spin = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    struct render_eye eye;
    double way[200][3];
    int rc = TW_OK;

    render_eye(p, &eye);
    for (int k = 0; k < FRAMES && rc >= 0; k++) {
        for (int i = 0; i < 200; i++) {
            double u = (double)((k + 1) * i) / (199 * FRAMES);

            way[i][0] = 0.7 - 0.7 * u;
            way[i][1] = -0.5 + 0.6 * u + 0.1 * sin(9 * u);
            way[i][2] = i / 199.0;
        }
        ball.x = way[199][0];
        ball.y = way[199][1];
        ball.trail = (const double(*)[3])way;
        ball.n_trail = 200;
        eye.turn += 0.5;
        rc = render_look(p, &eye);
        if (rc >= 0)
            rc = render_ball(p, &ball);
        if (rc >= 0)
            rc = picture(p, s);
    }
    return rc;
}

static int quality_of(const char *name)
{
    for (int q = 0; quality_names[q]; q++)
        if (strcmp(name, quality_names[q]) == 0)
            return q;
    return -1;
}

static int measure(const struct tw_result *r, bool is_film, int quality, double *prepare,
                   double *draw)
{
    struct render_options o;
    struct render *p = NULL;
    cairo_surface_t *s;
    double start = now();
    int rc;

    render_defaults(&o);
    o.width = is_film ? 1280 : 1920;
    o.height = is_film ? 720 : 1080;
    o.quality = is_film ? QUALITY_PREVIEW : (enum quality)quality;
    o.axes = is_film ? CHOICE_NO : CHOICE_STYLE;
    o.words = is_film ? WORDS_NONE : -1;
    o.run = run;
    rc = render_begin(&p, r, &o);
    if (rc < 0)
        return rc;
    *prepare = now() - start;
    s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, o.width, o.height);
    start = now();
    rc = is_film ? film(p, s) : picture(p, s);
    *draw = (now() - start) / (is_film ? FRAMES : 1);
    cairo_surface_destroy(s);
    render_end(p);
    return rc;
}

int main(int argc, char **argv)
{
    struct tw_plane plane = {.struct_size = sizeof plane, .x_label = "x", .y_label = "y"};
    double *x, *loss;
    struct tw_grid g;
    struct tw_result r = {.struct_size = sizeof r, .title = "", .subtitle = "", .plane = &plane};
    long side = argc == 4 ? strtol(argv[1], NULL, 10) : 0;
    bool is_film = argc == 4 && strcmp(argv[2], "film") == 0;
    int quality = argc == 4 ? quality_of(argv[2]) : -1;
    double prepare = 0, draw = 0;
    int rc = TW_ENOMEM;

    n_threads = argc == 4 ? (int)strtol(argv[3], NULL, 10) : 0;
    if (side < 2 || side > 4000 || n_threads < 1 || n_threads > CREW_MAX ||
        (quality < 0 && !is_film)) {
        fprintf(stderr, "usage: render SIDE preview|good|best|film THREADS\n");
        return 2;
    }
    plane.x_variance = plane.y_variance = NAN;
    x = malloc((size_t)side * sizeof *x);
    loss = malloc((size_t)side * (size_t)side * sizeof *loss);
    if (x && loss) {
        fill(x, loss, (size_t)side);
        g = (struct tw_grid){.struct_size = sizeof g,
                             .nx = (size_t)side,
                             .ny = (size_t)side,
                             .x = x,
                             .y = x,
                             .loss = loss};
        r.grid = &g;
        rc = measure(&r, is_film, quality, &prepare, &draw);
    }
    if (rc < 0)
        fprintf(stderr, "render: no picture (%d)\n", rc);
    else
        printf("{\"prepare\": %.6f, \"draw\": %.6f}\n", prepare, draw);
    free(x);
    free(loss);
    return rc < 0;
}
