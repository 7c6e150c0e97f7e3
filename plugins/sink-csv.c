/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-csv.c -- the numbers themselves: grid.csv and, where there are such things,
 * trajectory.csv, planes.csv, ball.csv and the grids of the ball's further landscapes beside it.
 *
 * A file is put together by put_file: provenance, then put_grid, put_tracks, put_planes or
 * put_ball. grid.csv has the columns x,y,loss,accuracy always and the others behind them only when
 * the result has them, so that who reads the first four reads every file.
 *
 * Every number is written with 17 digits, so that reading it back gives the same
 * double; `nan`, `inf` and `-inf` are numbers, too.  The first line is a comment
 * with the provenance.  Lines end in LF, the decimal point is a point.
 */
#include <thalweg/plugin.h>

#include "util/output.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER 40 /* bytes that hold any %.17g */

#define COLUMNS 6 /* of values of a grid: at most this many, x and y not counted */

struct csv_config {
    const char *path, *trajectory, *planes, *ball;
    bool landscapes;
};

enum csv_file { FILE_GRID, FILE_TRACKS, FILE_PLANES, FILE_BALL };

struct csv_sink {
    const struct tw_host *host;
    const struct csv_config *cfg;
};

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct csv_config, path, "grid.csv",
                    "The grid: columns x, y, loss, accuracy, a row per point, y outermost; behind "
                    "them test_loss and test_accuracy, plane_convexity and full_convexity, where "
                    "the pipeline asks for a test set and for the latter."),
    TW_PARAM_(struct csv_config, trajectory, const char *, TW_OUTPUT, TW_P_NULL, 0, 0,
              "trajectory.csv", NULL, NULL,
              "The trajectory, if there is one: columns step, x, y, loss, plane_loss, residual, "
              "and in front of them run, if there are several; null leaves it out."),
    TW_PARAM_(struct csv_config, planes, const char *, TW_OUTPUT, TW_P_NULL, 0, 0, "planes.csv",
              NULL, NULL,
              "The loss over several planes, if there are several: columns x, y, mean, std, min, "
              "q25, median, q75, max; null leaves it out."),
    TW_PARAM_(struct csv_config, ball, const char *, TW_OUTPUT, TW_P_NULL, 0, 0, "ball.csv", NULL,
              NULL,
              "The ball's way, if there is a ball: columns t, landscape (from 1), x, y, z, speed, "
              "energy; null leaves it out."),
    TW_PARAM_BOOL(struct csv_config, landscapes, "true",
                  "The grids of the ball's further landscapes, beside `path` as grid-2.csv, "
                  "grid-3.csv, ..."),
    TW_PARAM_END};

static const char *check(const void *config)
{
    const struct csv_config *cfg = config;
    const char *const file[] = {cfg->path, cfg->trajectory, cfg->planes, cfg->ball};
    static const char *const same[4][4] = {{NULL},
                                           {"path and trajectory must be two different files"},
                                           {"path and planes must be two different files",
                                            "trajectory and planes must be two different files"},
                                           {"path and ball must be two different files",
                                            "trajectory and ball must be two different files",
                                            "planes and ball must be two different files"}};

    for (size_t i = 1; i < 4; i++)
        for (size_t k = 0; k < i; k++)
            if (file[i] && file[k] && strcmp(file[i], file[k]) == 0)
                return same[i][k];
    return NULL;
}

static int create(const struct tw_host *host, const void *config, void **self)
{
    struct csv_sink *s = malloc(sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    *s = (struct csv_sink){host, config};
    *self = s;
    return TW_OK;
}

static void destroy(void *self)
{
    free(self);
}

/* `v` into `to`, NUL-terminated; returns its length. */
static size_t number(char *to, double v)
{
    if (isfinite(v))
        return (size_t)snprintf(to, NUMBER, "%.17g", v);
    /* printf would write "-nan" for some. */
    strcpy(to, isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
    return strlen(to);
}

/* A value of the provenance as one word: quoted as in JSON where need be, so that
 * nothing ends the comment line. */
static void put_value(FILE *f, const char *v)
{
    if (*v && !v[strcspn(v, " \t\r\n\"\\=,#")]) {
        fputs(v, f);
        return;
    }
    fputc('"', f);
    for (; *v; v++) {
        if (*v == '"' || *v == '\\')
            fprintf(f, "\\%c", *v);
        else if (*v == '\n')
            fputs("\\n", f);
        else if ((unsigned char)*v < ' ')
            fprintf(f, "\\u%04x", (unsigned)(unsigned char)*v);
        else
            fputc(*v, f);
    }
    fputc('"', f);
}

static void put_provenance(FILE *f, const char *const *p)
{
    fputs("# thalweg", f);
    for (size_t i = 0; p && p[i] && p[i + 1]; i += 2)
        if (strcmp(p[i], "thalweg") == 0)
            fprintf(f, " %s", p[i + 1]);
    for (size_t i = 0; p && p[i] && p[i + 1]; i += 2) {
        if (strcmp(p[i], "thalweg") == 0)
            continue;
        fputc(' ', f);
        put_value(f, p[i]);
        fputc('=', f);
        put_value(f, p[i + 1]);
    }
    fputc('\n', f);
}

/* A column of a grid's file: ny x nx values, or NULL for nan in every row. */
struct column {
    const char *name;
    const double *v;
};

static int put_columns(const struct tw_host *host, FILE *f, const struct tw_grid *g,
                       const struct column *c, size_t n)
{
    char(*x)[NUMBER] = g->nx <= SIZE_MAX / NUMBER ? malloc(g->nx * sizeof *x) : NULL;
    int rc = TW_OK;

    if (!x)
        return host->fail(host, TW_ENOMEM, "out of memory");
    for (size_t i = 0; i < g->nx; i++)
        number(x[i], g->x[i]);
    fputs("x,y", f);
    for (size_t k = 0; k < n; k++)
        fprintf(f, ",%s", c[k].name);
    putc('\n', f);
    for (size_t j = 0; j < g->ny && rc == TW_OK; j++) {
        char y[NUMBER], value[NUMBER];

        number(y, g->y[j]);
        for (size_t i = 0; i < g->nx; i++) {
            fputs(x[i], f);
            putc(',', f);
            fputs(y, f);
            for (size_t k = 0; k < n; k++) {
                number(value, c[k].v ? c[k].v[j * g->nx + i] : NAN);
                putc(',', f);
                fputs(value, f);
            }
            putc('\n', f);
        }
        if (host->tick(host, (double)(j + 1) / (double)g->ny, NULL))
            rc = TW_ECANCELLED;
    }
    free(x);
    return rc;
}

static int put_grid(const struct tw_host *host, FILE *f, const struct tw_grid *g)
{
    struct column c[COLUMNS] = {{"loss", g->loss}, {"accuracy", g->accuracy}};
    size_t n = 2;

    if (g->test_loss || g->test_accuracy) {
        c[n++] = (struct column){"test_loss", g->test_loss};
        c[n++] = (struct column){"test_accuracy", g->test_accuracy};
    }
    if (g->full_convexity) { /* that of the plane is always there: not asked for by itself */
        if (g->plane_convexity)
            c[n++] = (struct column){"plane_convexity", g->plane_convexity};
        c[n++] = (struct column){"full_convexity", g->full_convexity};
    }
    return put_columns(host, f, g, c, n);
}

static int put_planes(const struct tw_host *host, FILE *f, const struct tw_result *r)
{
    const struct tw_spread *s = r->spread;
    const struct column c[] = {{"mean", s->mean}, {"std", s->std},       {"min", s->min},
                               {"q25", s->q25},   {"median", s->median}, {"q75", s->q75},
                               {"max", s->max}};

    return put_columns(host, f, r->grid, c, sizeof c / sizeof *c);
}

/* A text as one field (RFC 4180). */
static void put_text(FILE *f, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, f);
        return;
    }
    putc('"', f);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', f);
        putc(*text, f);
    }
    putc('"', f);
}

/* `run` goes in front, unless it is NULL. */
static void put_track(FILE *f, const struct tw_track *t, const char *run)
{
    for (size_t i = 0; i < t->n; i++) {
        const double v[] = {t->x[i], t->y[i], t->loss[i], t->plane_loss[i], t->residual[i]};

        if (run) {
            put_text(f, run);
            putc(',', f);
        }
        fprintf(f, "%" PRIu64, t->step[i]);
        for (size_t k = 0; k < sizeof v / sizeof *v; k++) {
            char text[NUMBER];

            number(text, v[k]);
            fprintf(f, ",%s", text);
        }
        fputc('\n', f);
    }
}

static void put_tracks(FILE *f, const struct tw_result *r)
{
    bool several = r->n_tracks > 1;

    fprintf(f, "%sstep,x,y,loss,plane_loss,residual\n", several ? "run," : "");
    for (size_t i = 0; i < r->n_tracks; i++)
        put_track(f, r->tracks[i], several ? r->tracks[i]->name : NULL);
}

static void put_ball(FILE *f, const struct tw_ball *b)
{
    fputs("t,landscape,x,y,z,speed,energy\n", f);
    for (size_t i = 0; i < b->n; i++) {
        const double v[] = {b->x[i], b->y[i], b->z[i], b->speed[i], b->energy[i]};
        char text[NUMBER];

        number(text, b->t[i]);
        fprintf(f, "%s,%" PRIu32, text, b->landscape[i] + 1);
        for (size_t k = 0; k < sizeof v / sizeof *v; k++) {
            number(text, v[k]);
            fprintf(f, ",%s", text);
        }
        fputc('\n', f);
    }
}

/* `grid` is that of FILE_GRID. */
static int put_file(const struct tw_host *host, const char *path, const struct tw_result *r,
                    const struct tw_grid *grid, enum csv_file what)
{
    FILE *f = NULL;
    int rc = output_open(host, path, &f), closed;

    if (rc < 0)
        return rc;
    put_provenance(f, r->provenance);
    if (what == FILE_TRACKS)
        put_tracks(f, r);
    else if (what == FILE_PLANES)
        rc = put_planes(host, f, r);
    else if (what == FILE_BALL)
        put_ball(f, r->ball);
    else
        rc = put_grid(host, f, grid);
    closed = output_close(host, path, f);
    return rc < 0 ? rc : closed;
}

/* "grid.csv", 2 -> "grid-2.csv"; NULL when out of memory. */
static char *numbered(const char *path, size_t number)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t n = dot && dot != name ? (size_t)(dot - path) : strlen(path);
    size_t size = strlen(path) + 24;
    char *to = malloc(size);

    if (to)
        snprintf(to, size, "%.*s-%zu%s", (int)n, path, number, path + n);
    return to;
}

static int put_landscapes(const struct csv_sink *s, const struct tw_result *r)
{
    int rc = TW_OK;

    for (size_t k = 1; k < r->n_landscapes && rc == TW_OK; k++) {
        char *path = numbered(s->cfg->path, k + 1);

        rc = path ? put_file(s->host, path, r, r->landscapes[k]->grid, FILE_GRID)
                  : s->host->fail(s->host, TW_ENOMEM, "out of memory");
        free(path);
    }
    return rc;
}

static int put_files(void *self, const struct tw_result *r)
{
    const struct csv_sink *s = self;
    int rc = put_file(s->host, s->cfg->path, r, r->grid, FILE_GRID);

    if (rc == TW_OK && r->n_tracks && s->cfg->trajectory)
        rc = put_file(s->host, s->cfg->trajectory, r, r->grid, FILE_TRACKS);
    if (rc == TW_OK && r->spread && s->cfg->planes)
        rc = put_file(s->host, s->cfg->planes, r, r->grid, FILE_PLANES);
    if (rc == TW_OK && r->ball && s->cfg->ball)
        rc = put_file(s->host, s->cfg->ball, r, r->grid, FILE_BALL);
    if (rc == TW_OK && s->cfg->landscapes)
        rc = put_landscapes(s, r);
    return rc;
}

static int sink_write(void *self, const struct tw_result *r)
{
    const struct csv_sink *s = self;

    if (!r->grid)
        return s->host->fail(s->host, TW_EINVAL, "there is no grid to write");
    return output_run(s->host, put_files, self, r);
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = sink_write};

const struct tw_plugin thalweg_plugin = {TW_PLUGIN_HEAD(TW_SINK),
                                         .threads = TW_THREADS_INSTANCE,
                                         .name = "csv",
                                         .version = "0.1.0",
                                         .summary =
                                             "Grids, trajectories and the ball as numbers (CSV)",
                                         .author = "the Thalweg authors",
                                         .license = "GPL-3.0-or-later",
                                         .config_size = sizeof(struct csv_config),
                                         .params = params,
                                         .check = check,
                                         .create = create,
                                         .destroy = destroy,
                                         .ops.sink = &ops};
