/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results.h -- a made-up result for the tests of sinks, and the files that come of it.
 *
 *     struct made *m = made_new(nx, ny, bowl, n_track);
 *     made_write(m, "csv", "path: %s/grid.csv");    a %s becomes the scratch folder
 *     made_path(m, "grid.csv")
 *     made_free(m);                                 removes the folder
 */
#ifndef TESTS_RESULTS_H
#define TESTS_RESULTS_H

#include "rig.h"

#include "../../core/output.h"

#include <check.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MADE_TITLE    "A t\xc3\xaftle"
#define MADE_PIPELINE "thalweg: 1\ntitle: \"quoted\" \\ back\n"

struct made {
    struct tw_result result;
    struct tw_grid grid;
    struct tw_track track;
    struct tw_plane plane;
    double *x, *y, *loss, *accuracy; /* of the grid */
    double *t[5];                    /* of the track: x, y, loss, plane_loss, residual */
    uint64_t *step;
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
    m->grid = (struct tw_grid){sizeof m->grid, nx, ny, m->x, m->y, m->loss, m->accuracy};
    m->track =
        (struct tw_track){sizeof m->track, n, m->step, m->t[0], m->t[1], m->t[2], m->t[3], m->t[4]};
    m->plane = (struct tw_plane){.struct_size = sizeof m->plane,
                                 .x_label = "component 1",
                                 .y_label = "component 2",
                                 .x_variance = 0.8,
                                 .y_variance = NAN};
    m->result = (struct tw_result){sizeof m->result, MADE_TITLE,           "a subtitle", &m->plane,
                                   &m->grid,         n ? &m->track : NULL, provenance};
    snprintf(m->dir, sizeof m->dir, "/tmp/thalweg-sinks-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(m->dir));
    return m;
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

/* Run a sink; `keys` is flow YAML without the braces, each %s the folder.  Returns what
 * write() did; files are in place if that was TW_OK.  `why`, if not NULL, gets the reason. */
static inline int made_try(struct made *m, const char *sink, const char *keys, char *why,
                           size_t size)
{
    char yaml[600] = "{";
    struct error err = {0};
    struct rig *r;
    int rc;

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
    r = rig_new(TW_SINK, sink, yaml);
    rc = r->plugin->desc.ops.sink->write(r->self, &m->result);
    if (why)
        snprintf(why, size, "%s", rig_reason(r));
    if (rc == TW_OK)
        ck_assert_int_eq(outputs_commit(r->env.outputs, &err), 0);
    else
        ck_assert_int_lt(rc, 0);
    rig_free(r);
    return rc;
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

#endif
