/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.h -- a made-up result for the tests of sinks, and the files that come of it.
 *
 *     struct made *m = made_new(nx, ny, bowl, n_track);
 *     made_line(nx, bowl, n_track)                  a line instead of a plane
 *     made_test(m); made_convexity(m); made_spread(m); made_runs(m, 3);
 *     made_critical(m); made_mark(m, x, y, name);   what else a result may have
 *     made_ball(m);
 *     made_write(m, "csv", "path: %s/grid.csv");    a %s becomes the scratch folder
 *     made_path(m, "grid.csv")
 *     made_stops_when_told(m, "csv", "path: %s/grid.csv", 5);
 *     made_free(m);                                 removes the folder
 */
#ifndef TESTS_RESULTS_H
#define TESTS_RESULTS_H

#include "rig.h"

#include "../../core/output.h"

#include <check.h>
#include <dirent.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MADE_RUNS     20
#define MADE_TITLE    "A t\xc3\xaftle"
#define MADE_PIPELINE "thalweg: 1\ntitle: \"quoted\" \\ back\n"

struct made {
    struct tw_result result;
    struct tw_grid grid;
    struct tw_track track;
    struct tw_track other[MADE_RUNS]; /* runs behind the first */
    const struct tw_track *tracks[MADE_RUNS];
    struct tw_plane plane;
    struct tw_spread spread;
    struct tw_critical critical;
    struct tw_landscape land[2];
    const struct tw_landscape *lands[2];
    struct tw_ball ball;
    uint32_t which[60];
    double *x, *y, *loss, *accuracy; /* of the grid */
    double *t[5];                    /* of the track: x, y, loss, plane_loss, residual */
    uint64_t *step;
    double *more[8 * MADE_RUNS]; /* arrays of all the rest, to be freed */
    size_t n_more;
    double (*f)(double, double);
    char dir[64];
};

static inline double bowl(double x, double y)
{
    return 0.25 + x * x + 2 * y * y;
}

static inline double *made_array(size_t n)
{
    double *a = calloc(n + 1, sizeof *a);

    ck_assert_ptr_nonnull(a);
    return a;
}

/* x in [-1, 1], y in [-0.5, 1.5]; the track runs from (-0.9, 1.4) to (0, 0). */
static inline struct made *made_new(size_t nx, size_t ny, double (*f)(double, double), size_t n)
{
    static const char *const provenance[] = {"thalweg",  "1.2.3",       "seed", "1",
                                             "pipeline", MADE_PIPELINE, NULL};
    struct made *m = calloc(1, sizeof *m);

    ck_assert_ptr_nonnull(m);
    m->f = f;
    m->x = made_array(nx);
    m->y = made_array(ny);
    m->loss = made_array(nx * ny);
    m->accuracy = made_array(nx * ny);
    for (size_t i = 0; i < nx; i++)
        m->x[i] = nx > 1 ? -1 + 2 * (double)i / (double)(nx - 1) : 0;
    for (size_t j = 0; j < ny; j++)
        m->y[j] = ny > 1 ? -0.5 + 2 * (double)j / (double)(ny - 1) : 0;
    for (size_t k = 0; k < nx * ny; k++) {
        m->loss[k] = f(m->x[k % nx], m->y[k / nx]);
        m->accuracy[k] = 1 / (1 + m->loss[k] / 3);
    }
    for (size_t k = 0; k < 5; k++)
        m->t[k] = made_array(n);
    m->step = calloc(n + 1, sizeof *m->step);
    ck_assert_ptr_nonnull(m->step);
    for (size_t i = 0; i < n; i++) {
        double w = n > 1 ? 1 - (double)i / (double)(n - 1) : 0;

        m->t[0][i] = -0.9 * w;
        m->t[1][i] = 1.4 * w * w;
        m->t[3][i] = f(m->t[0][i], m->t[1][i]);
        m->t[2][i] = m->t[3][i] * 0.98;
        m->t[4][i] = w * (1 - w);
        m->step[i] = 469 * i;
    }
    m->grid = (struct tw_grid){.struct_size = sizeof m->grid,
                               .nx = nx,
                               .ny = ny,
                               .x = m->x,
                               .y = m->y,
                               .loss = m->loss,
                               .accuracy = m->accuracy};
    m->track = (struct tw_track){.struct_size = sizeof m->track,
                                 .n = n,
                                 .step = m->step,
                                 .x = m->t[0],
                                 .y = m->t[1],
                                 .loss = m->t[2],
                                 .plane_loss = m->t[3],
                                 .residual = m->t[4],
                                 .name = "training"};
    m->tracks[0] = &m->track;
    m->plane = (struct tw_plane){.struct_size = sizeof m->plane,
                                 .x_label = "component 1",
                                 .y_label = "component 2",
                                 .x_variance = 0.8,
                                 .y_variance = NAN,
                                 .x_walk = NAN,
                                 .y_walk = NAN,
                                 .n_axes = 2};
    m->result = (struct tw_result){.struct_size = sizeof m->result,
                                   .title = MADE_TITLE,
                                   .subtitle = "a subtitle",
                                   .plane = &m->plane,
                                   .grid = &m->grid,
                                   .n_tracks = n > 0,
                                   .tracks = m->tracks,
                                   .provenance = provenance};
    snprintf(m->dir, sizeof m->dir, "/tmp/thalweg-sinks-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(m->dir));
    return m;
}

/* An array that made_free() frees. */
static inline double *made_more(struct made *m, size_t n)
{
    ck_assert_uint_lt(m->n_more, sizeof m->more / sizeof *m->more);
    return m->more[m->n_more++] = made_array(n);
}

/* x in [-1, 1]; the track runs from -0.9 to 0. */
static inline struct made *made_line(size_t nx, double (*f)(double, double), size_t n)
{
    struct made *m = made_new(nx, 1, f, n);

    m->plane.n_axes = 1;
    memset(m->plane.y_label, 0, sizeof m->plane.y_label);
    for (size_t i = 0; i < n; i++) {
        m->t[1][i] = 0;
        m->t[3][i] = f(m->t[0][i], 0);
        m->t[2][i] = m->t[3][i] * 0.98;
    }
    return m;
}

/* A test set: everywhere a little worse. */
static inline void made_test(struct made *m)
{
    size_t n = m->grid.nx * m->grid.ny;
    double *loss = made_more(m, n), *accuracy = made_more(m, n);

    for (size_t k = 0; k < n; k++) {
        loss[k] = 0.2 + 1.15 * m->loss[k];
        accuracy[k] = 0.93 * m->accuracy[k];
    }
    m->grid.test_loss = loss;
    m->grid.test_accuracy = accuracy;
}

/* Of the plane: negative at the left; of the whole: half of it. */
static inline void made_convexity(struct made *m)
{
    size_t n = m->grid.nx * m->grid.ny;
    double *plane = made_more(m, n), *full = made_more(m, n);

    for (size_t k = 0; k < n; k++) {
        plane[k] = fmin(0, m->x[k % m->grid.nx]);
        full[k] = plane[k] / 2;
    }
    m->grid.plane_convexity = plane;
    m->grid.full_convexity = full;
}

/* Eight planes: losses from 0.6 to 1.4 of the first's. */
static inline void made_spread(struct made *m)
{
    static const double factor[7] = {1.02, 0.2, 0.6, 0.85, 1, 1.2, 1.4};
    size_t n = m->grid.nx * m->grid.ny;
    double *a[7];

    for (size_t i = 0; i < 7; i++) {
        a[i] = made_more(m, n);
        for (size_t k = 0; k < n; k++)
            a[i][k] = factor[i] * m->loss[k];
    }
    m->spread = (struct tw_spread){.struct_size = sizeof m->spread,
                                   .n_planes = 8,
                                   .mean = a[0],
                                   .std = a[1],
                                   .min = a[2],
                                   .q25 = a[3],
                                   .median = a[4],
                                   .q75 = a[5],
                                   .max = a[6]};
    m->result.spread = &m->spread;
}

/* `n` runs in all, of the first's length: each starts elsewhere and ends at (0, 0). */
static inline void made_runs(struct made *m, size_t n)
{
    static const char *const names[] = {"sgd", "adam, lr 0.01", "lbfgs", "sgd \"hot\""};

    ck_assert_uint_le(n, MADE_RUNS);
    m->track.name = names[0];
    for (size_t r = 1; r < n; r++) {
        double *x = made_more(m, m->track.n), *y = made_more(m, m->track.n),
               *off = made_more(m, m->track.n), turn = 1.1 * (double)r;

        for (size_t i = 0; i < m->track.n; i++) {
            x[i] = 0.7 * (cos(turn) * m->t[0][i] + sin(turn) * m->t[1][i]);
            y[i] = m->grid.ny > 1 ? 0.5 * (cos(turn) * m->t[1][i] - sin(turn) * m->t[0][i]) : 0;
            off[i] = m->t[4][i] / (double)(r + 1);
        }
        m->other[r] = m->track;
        if (m->grid.ny == 1) { /* on the line itself */
            double *on = made_more(m, m->track.n);

            for (size_t i = 0; i < m->track.n; i++)
                on[i] = m->f(x[i], 0);
            m->other[r].plane_loss = on;
        }
        m->other[r].x = x;
        m->other[r].y = y;
        m->other[r].residual = off;
        m->other[r].name = names[r % 4];
        m->tracks[r] = &m->other[r];
    }
    m->result.n_tracks = n;
}

/* A minimum, a saddle and a maximum; another minimum outside. */
static inline void made_critical(struct made *m)
{
    static const double at[4][2] = {{0, 0}, {5, 5}, {0.5, 0.4}, {-0.5, 1}};
    static const uint32_t kind[4] = {TW_MINIMUM, TW_MINIMUM, TW_SADDLE, TW_MAXIMUM};
    double *x = made_more(m, 4), *y = made_more(m, 4), *loss = made_more(m, 4),
           *lambda = made_more(m, 8), *persistence = made_more(m, 4);

    for (size_t i = 0; i < 4; i++) {
        x[i] = at[i][0];
        y[i] = m->grid.ny > 1 ? at[i][1] : 0;
        loss[i] = bowl(x[i], y[i]);
        lambda[2 * i] = kind[i] == TW_MINIMUM ? 2 : -2;
        lambda[2 * i + 1] = m->grid.ny == 1 ? NAN : kind[i] == TW_MAXIMUM ? -4 : 4;
        persistence[i] = i ? i == 1 ? 0.5 : NAN : INFINITY;
    }
    m->critical = (struct tw_critical){.struct_size = sizeof m->critical,
                                       .n = 4,
                                       .x = x,
                                       .y = y,
                                       .loss = loss,
                                       .kind = kind,
                                       .lambda = lambda,
                                       .persistence = persistence};
    m->result.critical = &m->critical;
}

static inline void made_mark(struct made *m, double x, double y, const char *name)
{
    struct tw_mark *k = &m->plane.mark[m->plane.n_marks++];

    ck_assert_uint_le(m->plane.n_marks, 4);
    k->x = x;
    k->y = y;
    snprintf(k->name, sizeof k->name, "%.47s", name);
}

/* Through two landscapes on the same grid: straight from (0.9, 1.4) to (0.3, 0.5), and on to (0,
 * 0), 30 samples each. */
static inline void made_ball(struct made *m)
{
    static const double way[3][2] = {{0.9, 1.4}, {0.3, 0.5}, {0, 0}};
    double *a[6];

    for (size_t i = 0; i < 6; i++)
        a[i] = made_more(m, 60);
    for (size_t k = 0; k < 60; k++) {
        size_t on = k / 30;
        double w = (double)(k % 30) / 29;

        m->which[k] = (uint32_t)on;
        a[0][k] = 0.1 * (double)k;
        a[1][k] = way[on][0] + w * (way[on + 1][0] - way[on][0]);
        a[2][k] = way[on][1] + w * (way[on + 1][1] - way[on][1]);
        a[3][k] = 0.5 - 0.005 * (double)k;
        a[4][k] = w * (1 - w);
        a[5][k] = 9.81 * a[3][k];
    }
    for (size_t k = 0; k < 2; k++) {
        m->land[k] = (struct tw_landscape){.struct_size = sizeof m->land[k],
                                           .plane = &m->plane,
                                           .grid = &m->grid,
                                           .height = m->loss,
                                           .x_length = 1,
                                           .y_length = 1,
                                           .x = way[k + 1][0],
                                           .y = way[k + 1][1],
                                           .loss = m->f(way[k + 1][0], way[k + 1][1]),
                                           .distance = 1};
        m->lands[k] = &m->land[k];
    }
    m->ball = (struct tw_ball){.struct_size = sizeof m->ball,
                               .n = 60,
                               .t = a[0],
                               .landscape = m->which,
                               .x = a[1],
                               .y = a[2],
                               .z = a[3],
                               .speed = a[4],
                               .energy = a[5],
                               .radius = 0.045};
    m->result.n_landscapes = 2;
    m->result.landscapes = m->lands;
    m->result.ball = &m->ball;
}

static inline void made_free(struct made *m)
{
    DIR *d = opendir(m->dir);

    for (struct dirent *e; d && (e = readdir(d));) {
        char path[400];

        snprintf(path, sizeof path, "%s/%s", m->dir, e->d_name);
        remove(path);
    }
    closedir(d);
    rmdir(m->dir);
    for (size_t k = 0; k < 5; k++)
        free(m->t[k]);
    for (size_t k = 0; k < m->n_more; k++)
        free(m->more[k]);
    free(m->step);
    free(m->x);
    free(m->y);
    free(m->loss);
    free(m->accuracy);
    free(m);
}

/* Static storage, four at a time. */
static inline const char *made_path(const struct made *m, const char *name)
{
    static char path[4][200];
    static int turn;

    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", m->dir, name);
    return path[turn];
}

/* A sink on the bench; `keys` is flow YAML without the braces, each %s the folder. */
static inline struct rig *made_rig(const struct made *m, const char *sink, const char *keys)
{
    char yaml[600] = "{";

    for (const char *c = keys; *c; c++) {
        size_t n = strlen(yaml);

        if (c[0] == '%' && c[1] == 's') {
            snprintf(yaml + n, sizeof yaml - n, "%s", m->dir);
            c++;
        } else {
            snprintf(yaml + n, sizeof yaml - n, "%c", *c);
        }
    }
    ck_assert_uint_lt(strlen(yaml), sizeof yaml - 2);
    strcat(yaml, "}");
    return rig_new(TW_SINK, sink, yaml);
}

/* What write() returns; files are in place if that is TW_OK. */
static inline int made_run(struct made *m, struct rig *r)
{
    struct error err = {0};
    int rc = r->plugin->desc.ops.sink->write(r->self, &m->result);

    if (rc == TW_OK)
        ck_assert_int_eq(outputs_commit(r->env.outputs, &err), 0);
    else
        ck_assert_int_lt(rc, 0);
    return rc;
}

/* Both; `why`, if not NULL, gets the reason of a failure. */
static inline int made_try(struct made *m, const char *sink, const char *keys, char *why,
                           size_t size)
{
    struct rig *r = made_rig(m, sink, keys);
    int rc = made_run(m, r);

    if (why)
        snprintf(why, size, "%s", rig_reason(r));
    rig_free(r);
    return rc;
}

/* It must refuse, and say why. */
static inline void made_refused(struct made *m, const char *sink, const char *keys,
                                const char *reason)
{
    char why[800];

    ck_assert_int_eq(made_try(m, sink, keys, why, sizeof why), TW_EINVAL);
    HAS(why, reason);
}

static inline void made_write(struct made *m, const char *sink, const char *keys)
{
    char why[800];

    ck_assert_msg(made_try(m, sink, keys, why, sizeof why) == TW_OK, "%s: %s", sink, why);
}

/* The whole file, NUL-terminated, to be freed. */
static inline char *made_read(const struct made *m, const char *name, size_t *size)
{
    FILE *f = fopen(made_path(m, name), "rb");
    char *text;
    long n;

    ck_assert_msg(f != NULL, "there is no %s", name);
    fseek(f, 0, SEEK_END);
    n = ftell(f);
    rewind(f);
    text = malloc((size_t)n + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(fread(text, 1, (size_t)n, f), (size_t)n);
    text[n] = 0;
    fclose(f);
    if (size)
        *size = (size_t)n;
    return text;
}

/* What made_tick() does and knows. */
struct made_ticks {
    size_t n, stop_at; /* counted from 1 */
};

static inline struct made_ticks *made_ticks(void)
{
    static struct made_ticks ticks;

    return &ticks;
}

static inline int made_tick(const struct tw_host *h, double fraction, const char *what)
{
    (void)h;
    (void)what;
    ck_assert(fraction >= 0 && fraction <= 1);
    return ++made_ticks()->n >= made_ticks()->stop_at;
}

/* Run a sink, which is told to stop at its tick number `stop_at`; *n is how many it made. */
static inline int made_stop(struct made *m, const char *sink, const char *keys, size_t stop_at,
                            size_t *n)
{
    struct rig *r = made_rig(m, sink, keys);
    int rc;

    *made_ticks() = (struct made_ticks){0, stop_at};
    r->instance->host.tick = made_tick;
    rc = made_run(m, r);
    *n = made_ticks()->n;
    rig_free(r);
    return rc;
}

/* A sink that makes at least `least` ticks obeys at each that we try. */
static inline void made_stops_when_told(struct made *m, const char *sink, const char *keys,
                                        size_t least)
{
    size_t all, n;

    ck_assert_int_eq(made_stop(m, sink, keys, SIZE_MAX, &all), TW_OK);
    ck_assert_uint_ge(all, least);
    for (size_t at = 1; at <= all; at += all / 7 + 1) {
        ck_assert_int_eq(made_stop(m, sink, keys, at, &n), TW_ECANCELLED);
        ck_assert_uint_eq(n, at);
    }
}

/* printf writes 1,5 from now on; false where there is no such locale. */
static inline bool made_comma(const struct made *m)
{
    char command[200];

    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1",
             m->dir, m->dir);
    setenv("LOCPATH", m->dir, 1);
    return system(command) == 0 && setlocale(LC_NUMERIC, "de_DE.UTF-8") &&
           localeconv()->decimal_point[0] == ',';
}

/* The file `name` has the same bytes when the decimal point is a comma. */
static inline void made_same_with_comma(struct made *m, const char *sink, const char *keys,
                                        const char *name)
{
    struct rig *r = made_rig(m, sink, keys);
    char command[100], *before, *after;
    size_t n_before, n_after;

    made_write(m, sink, keys);
    before = made_read(m, name, &n_before);
    if (made_comma(m)) {
        ck_assert_int_eq(made_run(m, r), TW_OK);
        ck_assert_int_eq(localeconv()->decimal_point[0], ',');
        setlocale(LC_NUMERIC, "C");
        after = made_read(m, name, &n_after);
        ck_assert_uint_eq(n_before, n_after);
        ck_assert_int_eq(memcmp(before, after, n_before), 0);
        free(after);
    }
    snprintf(command, sizeof command, "rm -rf %s/de_DE.UTF-8", m->dir);
    ck_assert_int_eq(system(command), 0);
    unsetenv("LOCPATH");
    free(before);
    rig_free(r);
}

#endif
