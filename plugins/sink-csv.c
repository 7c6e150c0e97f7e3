/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-csv.c -- the numbers themselves: grid.csv and, with a trajectory,
 * trajectory.csv beside it.
 *
 * Every number is written with 17 digits, so that reading it back gives the same
 * double; `nan`, `inf` and `-inf` are numbers, too.  The first line is a comment
 * with the provenance.  Lines end in LF, the decimal point is a point.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* uselocale */
#endif
#include <thalweg/plugin.h>

#include <inttypes.h>
#include <locale.h>
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

/* 0, TW_ECANCELLED, or TW_ENOMEM. */
static int put_grid(const struct csv_sink *s, FILE *f, const struct tw_grid *g)
{
    char(*x)[NUMBER] = g->nx <= SIZE_MAX / NUMBER ? malloc(g->nx * sizeof *x) : NULL;
    int rc = TW_OK;

    if (!x)
        return TW_ENOMEM;
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
        if (s->host->tick(s->host, (double)(j + 1) / (double)g->ny, NULL))
            rc = TW_ECANCELLED;
    }
    free(x);
    return rc;
}

static int put_track(const struct csv_sink *s, FILE *f, const struct tw_track *t)
{
    (void)s;
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
    return TW_OK;
}

/* One file: the grid if `track` is false. */
static int put_file(const struct csv_sink *s, const char *path, const struct tw_result *r,
                    bool track)
{
    const struct tw_host *h = s->host;
    const struct tw_host_output *out = h->get_extension(h, TW_EXT_HOST_OUTPUT);
    const char *name;
    FILE *f;
    int rc;
    bool bad;

    if (!out)
        return h->fail(h, TW_ENOTSUP, "this host cannot make output files");
    name = out->create(h, path);
    if (!name)
        return TW_EIO;
    f = fopen(name, "wb");
    if (!f)
        return h->fail(h, TW_EIO, "%s: cannot be opened for writing", path);
    put_provenance(f, r->provenance);
    rc = track ? put_track(s, f, r->track) : put_grid(s, f, r->grid);
    bad = ferror(f);
    if (fclose(f) || bad)
        return h->fail(h, TW_EIO, "%s: cannot be written (is the disk full?)", path);
    return rc == TW_ENOMEM ? h->fail(h, rc, "out of memory") : rc;
}

static int sink_write(void *self, const struct tw_result *r)
{
    const struct csv_sink *s = self;
    locale_t c, before;
    int rc;

    if (!r->grid)
        return s->host->fail(s->host, TW_EINVAL, "there is no grid to write");
    c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (!c)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory");
    before = uselocale(c); /* of this thread only */
    rc = put_file(s, s->cfg->path, r, false);
    if (rc == TW_OK && r->track && s->cfg->trajectory)
        rc = put_file(s, s->cfg->trajectory, r, true);
    uselocale(before);
    freelocale(c);
    return rc;
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
