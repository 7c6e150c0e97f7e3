/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-interpolation.c -- the line through two models, or the plane through three (Goodfellow,
 * Vinyals and Saxe 2015).
 *
 * `from` is at (0, 0), `to` at (1, 0), `third` at (0, 1): u and v are the differences, not made
 * orthogonal, so that the models stay on these corners. Each is a checkpoint of training,
 *
 *     first | last | best | NUMBER, counted from 0      best: of the smallest training loss
 *     first:RUN | ...                                   RUN: the name of a run, or its number from
 * 1
 *
 * or a .npy file (from_file, to_file, third_file). There is one plane, index 0. Through a given
 * point it is the parallel plane, and then no models are marked on it.
 */
#include <thalweg/plugin.h>

#include "util/npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARALLEL 1e-12 /* 1 - cos^2 of the angle between two directions */

enum { FROM, TO, THIRD, POINTS };

struct config {
    const char *from, *to, *third; /* NULL: not given */
    const char *from_file, *to_file, *third_file;
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
};

/* What there is to choose from. */
struct material {
    const struct tw_path *const *paths;
    size_t n_paths, dim;
    const double *theta;
};

/* "last:sgd" taken apart. */
struct choice {
    enum { FIRST, LAST, BEST, NUMBER } what;
    size_t number;
    const char *run; /* behind the colon; NULL: none */
};

static const char *const key[POINTS] = {"from", "to", "third"};

static const char *word_of(const struct config *c, int i)
{
    return i == FROM ? c->from : i == TO ? c->to : c->third;
}

static const char *file_of(const struct config *c, int i)
{
    return i == FROM ? c->from_file : i == TO ? c->to_file : c->third_file;
}

/* ---- words ---- */

/* Digits up to `end`, and a number that fits. */
static bool read_number(const char *text, size_t n, size_t *out)
{
    size_t value = 0;

    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9' || value > (SIZE_MAX - 9) / 10)
            return false;
        value = 10 * value + (size_t)(text[i] - '0');
    }
    *out = value;
    return n > 0;
}

static bool read_choice(const char *text, struct choice *out)
{
    static const char *const words[] = {[FIRST] = "first", [LAST] = "last", [BEST] = "best"};
    const char *colon = strchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : strlen(text);

    *out = (struct choice){.what = NUMBER, .run = colon ? colon + 1 : NULL};
    if (colon && !colon[1])
        return false;
    for (int w = FIRST; w <= BEST; w++)
        if (strlen(words[w]) == n && memcmp(text, words[w], n) == 0) {
            out->what = w == FIRST ? FIRST : w == LAST ? LAST : BEST;
            return true;
        }
    return read_number(text, n, &out->number);
}

static const char *interpolation_check(const void *cfg)
{
    static const char *const unknown[POINTS] = {
        "from must be first, last, best or the number of a checkpoint, with :RUN behind it where "
        "there are several runs, e.g. last:2; a file goes to from_file",
        "to must be first, last, best or the number of a checkpoint, with :RUN behind it where "
        "there are several runs, e.g. last:2; a file goes to to_file",
        "third must be first, last, best or the number of a checkpoint, with :RUN behind it where "
        "there are several runs, e.g. last:2; a file goes to third_file"};
    static const char *const both[POINTS] = {"from and from_file name the same point; take one",
                                             "to and to_file name the same point; take one",
                                             "third and third_file name the same point; take one"};
    struct choice choice;

    for (int i = 0; i < POINTS; i++) {
        if (word_of(cfg, i) && file_of(cfg, i))
            return both[i];
        if (word_of(cfg, i) && !read_choice(word_of(cfg, i), &choice))
            return unknown[i];
    }
    return NULL;
}

static int interpolation_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct reducer *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

/* ---- names ---- */

/* As much of `text` as fits, cut between two characters of UTF-8. */
static void copy_text(char *to, size_t size, const char *text)
{
    size_t n = strlen(text);

    if (n >= size)
        for (n = size - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
            n--;
    memcpy(to, text, n);
    to[n] = '\0';
}

/* "minimum-2" of "/home/me/minimum-2.npy". */
static void name_of_file(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t n;

    copy_text(out, size, slash ? slash + 1 : path);
    n = strlen(out);
    if (n > 4 && strcmp(out + n - 4, ".npy") == 0)
        out[n - 4] = '\0';
}

/* ---- points ---- */

/* "sgd, adam", for a message. */
static void list_runs(const struct material *m, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < m->n_paths && used + 64 < size; i++) {
        char name[48];

        copy_text(name, sizeof name, m->paths[i]->name);
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", name);
    }
}

/* The run that is called `name`, or has this number from 1. */
static int find_run(const struct reducer *s, const struct material *m, int i, const char *name,
                    size_t *out)
{
    const struct tw_host *h = s->host;
    char runs[512];
    size_t found = 0, number;

    for (size_t k = 0; k < m->n_paths; k++)
        if (strcmp(m->paths[k]->name, name) == 0 && found++ == 0)
            *out = k;
    if (found == 1)
        return TW_OK;
    if (found > 1)
        return h->fail(h, TW_EINVAL,
                       "%s: %zu runs are called '%s'; give each a label, or its number: 1 to %zu",
                       key[i], found, name, m->n_paths);
    if (read_number(name, strlen(name), &number) && number >= 1 && number <= m->n_paths) {
        *out = number - 1;
        return TW_OK;
    }
    list_runs(m, runs, sizeof runs);
    return h->fail(h, TW_EINVAL, "%s: there is no run '%s'; %s%s%s", key[i], name,
                   m->n_paths ? "the runs are " : "nothing was trained",
                   m->n_paths > 1 ? "1, 2, ... or "
                   : m->n_paths   ? "1 or "
                                  : "",
                   runs);
}

/* The first of the smallest loss; NaN is no loss. */
static size_t best_of(const struct tw_path *path)
{
    size_t best = 0;

    for (size_t k = 1; k < path->n; k++)
        if (path->loss[k] < path->loss[best] || isnan(path->loss[best]))
            best = k;
    return best;
}

/* Its name, or its number where another has the same; nothing where there is one run. */
static void name_of_run(const struct material *m, size_t run, char *out, size_t size)
{
    size_t same = 0;

    for (size_t k = 0; k < m->n_paths; k++)
        same += strcmp(m->paths[k]->name, m->paths[run]->name) == 0;
    if (same > 1)
        snprintf(out, size, "run %zu", run + 1);
    else
        copy_text(out, size, m->paths[run]->name);
    if (m->n_paths == 1)
        out[0] = '\0';
}

/* Checkpoint `c` of run `run` to `out`, and what it is called. */
static int from_run(const struct reducer *s, const struct material *m, int i,
                    const struct choice *c, size_t run, double *out, char name[48])
{
    const struct tw_host *h = s->host;
    const struct tw_path *path = m->paths[run];
    size_t k = c->what == FIRST ? 0 : c->what == LAST ? path->n - 1 : c->number;
    char text[160], of[36];

    if (path->n == 0)
        return h->fail(h, TW_EINVAL, "%s: run %zu has no checkpoints", key[i], run + 1);
    if (c->what == BEST)
        k = best_of(path);
    if (k >= path->n)
        return h->fail(h, TW_EINVAL,
                       "%s: there is no checkpoint %zu: the run has %zu, from 0 to %zu", key[i], k,
                       path->n, path->n - 1);
    for (size_t j = 0; j < m->dim; j++)
        if (!isfinite(path->theta[k][j]))
            return h->fail(h, TW_ENUMERIC,
                           "%s: checkpoint %zu has an entry that is not finite (theta[%zu]): "
                           "training diverged, a smaller learning_rate may help",
                           key[i], k, j);
    memcpy(out, path->theta[k], m->dim * sizeof *out);
    name_of_run(m, run, of, sizeof of);
    if (c->what == NUMBER)
        snprintf(text, sizeof text, "%s%scheckpoint %zu", of, of[0] ? ", " : "", k);
    else
        snprintf(text, sizeof text, "%s%s%s", of, of[0] ? ", " : "",
                 c->what == FIRST  ? "first"
                 : c->what == LAST ? "last"
                                   : "best");
    copy_text(name, 48, text);
    return TW_OK;
}

/* Without a trajectory there is one point, where the model begins: it is first, last and best. */
static int from_training(const struct reducer *s, const struct material *m, int i, double *out,
                         char name[48])
{
    const char *word = word_of(s->cfg, i);
    struct choice c = {.what = LAST};
    size_t run = m->n_paths > 0 ? m->n_paths - 1 : 0;
    int rc = TW_OK;

    if (word)
        read_choice(word, &c);
    else if (i == FROM && m->n_paths > 1)
        run = 0;
    else if (i == FROM)
        c.what = FIRST;
    if (c.run)
        rc = find_run(s, m, i, c.run, &run);
    if (rc != TW_OK)
        return rc;
    if (m->n_paths > 0)
        return from_run(s, m, i, &c, run, out, name);
    if (c.what == NUMBER && c.number > 0)
        return s->host->fail(
            s->host, TW_EINVAL,
            "%s: there is no checkpoint %zu: nothing was trained; add an optimizer", key[i],
            c.number);
    memcpy(out, m->theta, m->dim * sizeof *out);
    copy_text(name, 48, "initial");
    return TW_OK;
}

static int from_file(const struct reducer *s, const struct material *m, int i, double *out,
                     char name[48])
{
    const struct tw_host *h = s->host;
    const char *path = file_of(s->cfg, i);
    struct npy file;
    char what[96];
    int rc = npy_open(h, path, &file);

    if (rc < 0)
        return rc;
    if (file.count != m->dim || (file.n_dims != 1 && file.shape[0] != 1))
        rc =
            h->fail(h, TW_EINVAL, "%s holds a %s; needed: %zu numbers, a point of the model's size",
                    path, npy_describe(&file, what, sizeof what), m->dim);
    else
        rc = npy_read_double(&file, 0, m->dim, out);
    for (size_t j = 0; rc == TW_OK && j < m->dim; j++)
        if (!isfinite(out[j]))
            rc = h->fail(h, TW_EINVAL, "%s: number %zu (from 0) is %g; it must be finite", path, j,
                         out[j]);
    npy_close(&file);
    if (rc == TW_OK)
        name_of_file(path, name, 48);
    return rc;
}

static int get_point(const struct reducer *s, const struct material *m, int i, double *out,
                     char name[48])
{
    return file_of(s->cfg, i) ? from_file(s, m, i, out, name) : from_training(s, m, i, out, name);
}

/* ---- the plane ---- */

/* to = that which added to `from` gives `to`, as nearly as rounding allows. */
static void subtract(const double *from, double *to, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double want = to[j], best = want - from[j];
        const double near[2] = {nextafter(best, INFINITY), nextafter(best, -INFINITY)};

        for (int k = 0; k < 2 && isfinite(best) && from[j] + best != want; k++)
            if (fabs(from[j] + near[k] - want) < fabs(from[j] + best - want))
                best = near[k];
        to[j] = best;
    }
}

/* Without overflow on the way; infinite if an entry is. */
static double length(const double *a, size_t n)
{
    double most = 0, sum = 0;

    for (size_t j = 0; j < n; j++)
        most = fmax(most, fabs(a[j]));
    for (size_t j = 0; j < n && most > 0; j++)
        sum += (a[j] / most) * (a[j] / most);
    return isfinite(most) ? most * sqrt(sum) : INFINITY;
}

/* Three points that make a plane, or two that make a line? */
static int check_axes(const struct reducer *s, const struct tw_plane *p, const char (*name)[48])
{
    const struct tw_host *h = s->host;
    double u = length(p->u, p->dim), v = length(p->v, p->dim), cosine = 0;

    if (!isfinite(u) || !isfinite(v))
        return h->fail(h, TW_ENUMERIC, "the models are further apart than a number can tell");
    if (u == 0)
        return h->fail(h, TW_EINVAL, "from (%s) and to (%s) are the same point", name[FROM],
                       name[TO]);
    if (p->n_axes == 1)
        return TW_OK;
    if (v == 0)
        return h->fail(h, TW_EINVAL, "from (%s) and third (%s) are the same point", name[FROM],
                       name[THIRD]);
    for (size_t j = 0; j < p->dim; j++)
        cosine += (p->u[j] / u) * (p->v[j] / v);
    if (1 - cosine * cosine < PARALLEL)
        return h->fail(h, TW_EINVAL,
                       "%s, %s and %s lie on one line, so they make no plane; take another third "
                       "point, or leave it out",
                       name[FROM], name[TO], name[THIRD]);
    return TW_OK;
}

static void set_label(char *label, size_t size, const char *from, const char *to)
{
    char text[128];

    snprintf(text, sizeof text, "%s to %s", from, to);
    copy_text(label, size, text);
}

static int interpolation_plane(void *self, const struct tw_objective *f,
                               const struct tw_path *const *paths, size_t n_paths,
                               const double *theta, size_t index, const double *through,
                               struct tw_plane *out)
{
    static const double at[POINTS][2] = {{0, 0}, {1, 0}, {0, 1}};
    const struct reducer *s = self;
    const struct material m = {paths, n_paths, f->dim, theta};
    double *const to[POINTS] = {out->origin, out->u, out->v};
    bool line = !s->cfg->third && !s->cfg->third_file;
    char name[POINTS][48];
    int n = line ? THIRD : POINTS, rc = TW_OK;

    if (index > 0)
        return TW_DONE;
    memset(out->v, 0, f->dim * sizeof *out->v);
    for (int i = 0; i < n && rc == TW_OK; i++)
        rc = get_point(s, &m, i, to[i], name[i]);
    if (rc != TW_OK)
        return rc;
    for (int i = TO; i < n; i++)
        subtract(out->origin, to[i], f->dim);
    out->n_axes = line ? 1 : 2;
    rc = check_axes(s, out, name);
    if (rc != TW_OK)
        return rc;
    set_label(out->x_label, sizeof out->x_label, name[FROM], name[TO]);
    if (!line)
        set_label(out->y_label, sizeof out->y_label, name[FROM], name[THIRD]);
    out->n_marks = through ? 0 : (uint32_t)n;
    for (int i = 0; i < n && !through; i++) {
        out->mark[i] = (struct tw_mark){.x = at[i][0], .y = at[i][1]};
        copy_text(out->mark[i].name, sizeof out->mark[i].name, name[i]);
    }
    if (through)
        memcpy(out->origin, through, f->dim * sizeof *out->origin);
    return TW_OK;
}

#define TEXT(key_, help_)                                                                          \
    {                                                                                              \
#key_, TW_STRING, TW_P_NULL, TW_FIELD(struct config, key_, const char *), 0, 0, "null",    \
            NULL, NULL, help_                                                                      \
    }

static const struct tw_param params[] = {
    TEXT(from, "The checkpoint at (0, 0): first, last, best or a number from 0, and :RUN, e.g. "
               "last:sgd or last:1; null: the first, or the last one of the first run of several."),
    TEXT(to, "The checkpoint at (1, 0), likewise; null: the last."),
    TEXT(third, "The checkpoint at (0, 1), likewise; null: none, a line."),
    TW_PARAM_PATH(struct config, from_file, "null",
                  "A .npy file with the point at (0, 0), in place of `from`."),
    TW_PARAM_PATH(struct config, to_file, "null",
                  "A .npy file with the point at (1, 0), in place of `to`."),
    TW_PARAM_PATH(struct config, third_file, "null",
                  "A .npy file with the point at (0, 1), in place of `third`."),
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops, .plane = interpolation_plane};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "interpolation",
    .version = "0.1.0",
    .summary = "The line through two models, or the plane through three",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = interpolation_check,
    .create = interpolation_create,
    .destroy = free,
    .ops.reducer = &ops,
};
