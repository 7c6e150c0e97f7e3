/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-csv.c -- the numbers themselves: grid.csv and, with a trajectory,
 * trajectory.csv beside it.
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

struct csv_config {
    const char *path, *trajectory;
};

struct csv_sink {
    const struct tw_host *host;
    const struct csv_config *cfg;
};

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct csv_config, path, "grid.csv",
                    "The grid: columns x, y, loss, accuracy, a row per point, y outermost."),
    TW_PARAM_(struct csv_config, trajectory, const char *, TW_OUTPUT, TW_P_NULL, 0, 0,
              "trajectory.csv", NULL, NULL,
              "The trajectory, if there is one: columns step, x, y, loss, plane_loss, residual; "
              "null leaves it out."),
    TW_PARAM_END};

static const char *check(const void *config)
{
    const struct csv_config *cfg = config;

    if (cfg->trajectory && strcmp(cfg->path, cfg->trajectory) == 0)
        return "path and trajectory must be two different files";
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

static int put_grid(const struct tw_host *host, FILE *f, const struct tw_grid *g)
{
    char(*x)[NUMBER] = g->nx <= SIZE_MAX / NUMBER ? malloc(g->nx * sizeof *x) : NULL;
    int rc = TW_OK;

    if (!x)
        return host->fail(host, TW_ENOMEM, "out of memory");
    for (size_t i = 0; i < g->nx; i++)
        number(x[i], g->x[i]);
    fputs("x,y,loss,accuracy\n", f);
    for (size_t j = 0; j < g->ny && rc == TW_OK; j++) {
        char y[NUMBER], loss[NUMBER], accuracy[NUMBER] = "nan";

        number(y, g->y[j]);
        for (size_t i = 0; i < g->nx; i++) {
            number(loss, g->loss[j * g->nx + i]);
            if (g->accuracy)
                number(accuracy, g->accuracy[j * g->nx + i]);
            fputs(x[i], f);
            putc(',', f);
            fputs(y, f);
            putc(',', f);
            fputs(loss, f);
            putc(',', f);
            fputs(accuracy, f);
            putc('\n', f);
        }
        if (host->tick(host, (double)(j + 1) / (double)g->ny, NULL))
            rc = TW_ECANCELLED;
    }
    free(x);
    return rc;
}

static void put_track(FILE *f, const struct tw_track *t)
{
    fputs("step,x,y,loss,plane_loss,residual\n", f);
    for (size_t i = 0; i < t->n; i++) {
        const double v[] = {t->x[i], t->y[i], t->loss[i], t->plane_loss[i], t->residual[i]};

        fprintf(f, "%" PRIu64, t->step[i]);
        for (size_t k = 0; k < sizeof v / sizeof *v; k++) {
            char text[NUMBER];

            number(text, v[k]);
            fprintf(f, ",%s", text);
        }
        fputc('\n', f);
    }
}

/* One file: the grid if `track` is false. */
static int put_file(const struct tw_host *host, const char *path, const struct tw_result *r,
                    bool track)
{
    FILE *f = NULL;
    int rc = output_open(host, path, &f), closed;

    if (rc < 0)
        return rc;
    put_provenance(f, r->provenance);
    if (track)
        put_track(f, r->tracks[0]);
    else
        rc = put_grid(host, f, r->grid);
    closed = output_close(host, path, f);
    return rc < 0 ? rc : closed;
}

static int put_files(void *self, const struct tw_result *r)
{
    const struct csv_sink *s = self;
    int rc = put_file(s->host, s->cfg->path, r, false);

    if (rc == TW_OK && r->n_tracks && s->cfg->trajectory)
        rc = put_file(s->host, s->cfg->trajectory, r, true);
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
                                         .summary = "Grid and trajectory as numbers (CSV)",
                                         .author = "the Thalweg authors",
                                         .license = "GPL-3.0-or-later",
                                         .config_size = sizeof(struct csv_config),
                                         .params = params,
                                         .check = check,
                                         .create = create,
                                         .destroy = destroy,
                                         .ops.sink = &ops};
