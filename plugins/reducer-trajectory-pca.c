/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-trajectory-pca.c -- the plane in which training moved most.
 *
 * The rows are all points of all trajectories, mean-centred; the axes are two
 * of their principal components, of unit length, or one for a line.  The origin is the last point,
 * so that the last checkpoint is at (0, 0).  Plane number i takes the
 * components 2i further on: 1 and 2, 3 and 4, ...  There are no more planes
 * when a component has no variance (PCA_RANK in util/pca.h).
 *
 * `layers` leaves out all other parameters: of the rows, so that the components are those of these
 * layers alone, and of the axes, which are zero there.
 *
 * The shares of variance come with those that random walks of as many points would have (Antognini
 * and Sohl-Dickstein 2018). Several trajectories have them where all begin at one point, and
 * together have at most WALK_POINTS.
 *
 * The decomposition is kept for the next plane, as long as the trajectories are the
 * same: the same memory, and the same numbers in a few places. A plane then costs one
 * pass through the points. Beyond plane 0 twice as many components as are needed are
 * looked for, so that a walk through the planes decomposes only now and then.
 */
#include <thalweg/plugin.h>

#include "util/pca.h"
#include "util/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBES      16   /* numbers of a point that are compared */
#define WALK_POINTS 2048 /* of several walks: the square of it is held in memory */

struct config {
    struct tw_ints components;
    struct tw_strings layers; /* n == 0: all */
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
    struct pca
        pca; /* of the trajectories last seen, with `asked` components if there are so many */
    struct pca walk; /* of random walks in their place; of several only, k == 0 without */
    size_t asked;    /* 0: none yet */
    uint64_t print;  /* of these trajectories */
};

/* Entries first .. first + n - 1 of theta. */
struct range {
    size_t first, n;
};

/* One pointer per point, to all of theta and to the part that counts. */
struct points {
    const double **theta, **row;
    size_t n, dim, d; /* d: entries of a row */
    struct range *range;
    size_t n_ranges;
    double *copy; /* the rows, where they are not in one piece; or NULL */
};

static void points_free(struct points *p)
{
    free(p->theta);
    free(p->row);
    free(p->range);
    free(p->copy);
}

static const char *trajectory_pca_check(const void *cfg)
{
    const struct config *c = cfg;

    if (c->components.n < 1 || c->components.n > 2 ||
        (c->components.n == 2 && c->components.v[0] == c->components.v[1]))
        return "components must be two different numbers counted from 1, e.g. [1, 2], or one for a "
               "line";
    return NULL;
}

static int trajectory_pca_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct reducer *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void trajectory_pca_destroy(void *self)
{
    struct reducer *s = self;

    pca_free(&s->pca);
    pca_free(&s->walk);
    free(s);
}

static int blame(const struct reducer *s, const struct points *points)
{
    const struct tw_host *h = s->host;

    for (size_t i = 0; i < points->n; i++)
        for (size_t j = 0; j < points->dim; j++)
            if (!isfinite(points->theta[i][j]))
                return h->fail(h, TW_ENUMERIC,
                               "point %zu of the trajectory has an entry that is not finite "
                               "(theta[%zu]): training diverged, a smaller learning_rate may help",
                               i + 1, j);
    return h->fail(h, TW_ENUMERIC,
                   "points of the trajectory are so far apart that their squared distance is not "
                   "finite: training diverged, a smaller learning_rate may help");
}

/* ---- the points ---- */

/* "fc1.weight" belongs to the layer fc1, and to fc1.weight. */
static bool belongs(const char *block, const char *layer)
{
    size_t n = strlen(layer);

    return strncmp(block, layer, n) == 0 && (block[n] == '\0' || block[n] == '.');
}

/* Block number i.  TW_DONE: no more. */
static int get_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    int rc;

    *out = (struct tw_block){.struct_size = sizeof *out};
    rc = f->block(f, i, out);
    out->name[sizeof out->name - 1] = '\0';
    return rc;
}

static int unknown_layer(const struct reducer *s, const struct tw_objective *f, const char *layer)
{
    struct tw_block b;
    char names[400] = "";
    size_t used = 0;
    int rc;

    for (size_t i = 0; (rc = get_block(f, i, &b)) == TW_OK && used + 48 < sizeof names; i++)
        if (b.name[0])
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     b.name);
    if (rc < 0)
        return rc;
    return s->host->fail(s->host, TW_EINVAL, "layers: the model has no '%.60s'; it has %s%s", layer,
                         used ? names : "no names for its layers", rc == TW_OK ? ", ..." : "");
}

/* The ranges of the blocks that belong to the layers, neighbours together. */
static int choose_ranges(const struct reducer *s, const struct tw_objective *f, struct points *out)
{
    const struct tw_strings *layers = &s->cfg->layers;
    struct tw_block b;
    size_t n_blocks = 0;
    int rc;

    for (size_t k = 0; k < layers->n; k++) {
        bool found = false;

        for (n_blocks = 0; (rc = get_block(f, n_blocks, &b)) == TW_OK; n_blocks++)
            found = found || belongs(b.name, layers->v[k]);
        if (rc < 0)
            return rc;
        if (!found)
            return unknown_layer(s, f, layers->v[k]);
    }
    out->range = calloc(n_blocks + 1, sizeof *out->range);
    if (!out->range)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu blocks", n_blocks);
    if (layers->n == 0)
        out->range[out->n_ranges++] = (struct range){0, f->dim};
    for (size_t i = 0; i < n_blocks; i++) {
        struct range *last = out->n_ranges > 0 ? &out->range[out->n_ranges - 1] : NULL;
        bool wanted = false;

        rc = get_block(f, i, &b);
        if (rc != TW_OK || b.offset > f->dim || b.rows * b.cols > f->dim - b.offset)
            return rc < 0 ? rc : s->host->fail(s->host, TW_EINTERNAL, "block %zu changed", i);
        for (size_t k = 0; k < layers->n; k++)
            wanted = wanted || belongs(b.name, layers->v[k]);
        if (wanted && last && last->first + last->n == b.offset)
            last->n += b.rows * b.cols;
        else if (wanted)
            out->range[out->n_ranges++] = (struct range){b.offset, b.rows * b.cols};
    }
    for (size_t k = 0; k < out->n_ranges; k++)
        out->d += out->range[k].n;
    return TW_OK;
}

/* The rows that the components are taken of: in place if they are in one piece. */
static int make_rows(const struct reducer *s, struct points *p)
{
    const struct tw_host *h = s->host;

    p->row = calloc(p->n, sizeof *p->row);
    if (p->n_ranges > 1 && p->d <= SIZE_MAX / sizeof *p->copy / p->n)
        p->copy = malloc(p->n * p->d * sizeof *p->copy);
    if (!p->row || (p->n_ranges > 1 && !p->copy))
        return h->fail(h, TW_ENOMEM, "out of memory: %zu points of %zu parameters", p->n, p->d);
    for (size_t i = 0; i < p->n; i++) {
        double *to = p->copy ? p->copy + i * p->d : NULL;

        p->row[i] = to ? to : p->theta[i] + p->range[0].first;
        for (size_t k = 0; to && k < p->n_ranges; to += p->range[k++].n)
            memcpy(to, p->theta[i] + p->range[k].first, p->range[k].n * sizeof *to);
    }
    return TW_OK;
}

/* All points of all paths. */
static int collect(const struct reducer *s, const struct tw_path *const *paths, size_t n_paths,
                   size_t dim, struct points *out)
{
    const struct tw_host *h = s->host;
    size_t n = 0;

    for (size_t i = 0; i < n_paths; i++)
        n += paths[i]->n;
    if (n < 3)
        return h->fail(h, TW_EINVAL,
                       "the trajectory has %zu point%s, its principal components need 3: add an "
                       "optimizer, or give it more epochs or record: step",
                       n, n == 1 ? "" : "s");
    out->theta = calloc(n, sizeof *out->theta);
    if (!out->theta)
        return h->fail(h, TW_ENOMEM, "out of memory: %zu points", n);
    out->n = 0;
    out->dim = dim;
    for (size_t i = 0; i < n_paths; i++)
        for (size_t j = 0; j < paths[i]->n; j++)
            out->theta[out->n++] = paths[i]->theta[j];
    return TW_OK;
}

/* ---- the components ---- */

/* Where the points are, and some of what is there. */
static uint64_t print_of(const struct points *points)
{
    uint64_t print = rng_u64(points->n, points->dim);

    for (size_t i = 0; i < points->n; i++) {
        print = rng_u64(print, (uintptr_t)points->theta[i]);
        for (size_t k = 0; k < PROBES; k++) {
            uint64_t bits;

            memcpy(&bits,
                   points->theta[i] + points->dim / PROBES * k + points->dim % PROBES * k / PROBES,
                   sizeof bits);
            print = rng_u64(print, bits);
        }
    }
    return print;
}

/* Do all runs begin at the same point? */
static bool one_start(const struct tw_path *const *paths, size_t n_paths, const struct points *p)
{
    size_t at = 0;

    for (size_t r = 0; r < n_paths; at += paths[r++]->n)
        if (paths[r]->n == 0 || memcmp(p->row[at], p->row[0], p->d * sizeof **p->row) != 0)
            return false;
    return true;
}

/* Random walks in place of several runs. In many dimensions all steps are orthogonal and of one
 * length, so that point i of a run is, in their basis, i ones among zeros. */
static int fit_walks(struct reducer *s, const struct tw_path *const *paths, size_t n_paths,
                     const struct points *p, size_t k)
{
    size_t n = p->n, d = n > n_paths ? n - n_paths : 0, at = 0, step = 0;
    double *x;
    const double **row;
    int rc = TW_OK;

    if (n_paths < 2 || n > WALK_POINTS || d == 0 || !one_start(paths, n_paths, p))
        return TW_OK;
    x = calloc(n, d * sizeof *x);
    row = calloc(n, sizeof *row);
    if (!x || !row)
        rc = s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu points", n);
    for (size_t r = 0; rc == TW_OK && r < n_paths; step += paths[r++]->n - 1)
        for (size_t i = 0; i < paths[r]->n; i++, at++) {
            row[at] = x + at * d;
            for (size_t j = 0; j < i; j++)
                x[at * d + step + j] = 1;
        }
    if (rc == TW_OK)
        rc = pca_fit(&s->walk, &(struct pca_rows){.n = n, .d = d, .row = row}, k, s->host);
    free(row);
    free(x);
    return rc;
}

/* The decomposition of the points, with `k` components or all that there are. */
static int decompose(struct reducer *s, const struct tw_path *const *paths, size_t n_paths,
                     const struct points *points, size_t k, size_t index)
{
    struct pca_rows rows = {.n = points->n, .d = points->d, .row = points->row};
    uint64_t print = print_of(points);
    int rc;

    if (s->asked >= k && s->print == print)
        return TW_OK;
    pca_free(&s->pca);
    pca_free(&s->walk);
    s->asked = 0;
    k = index > 0 && k < points->n ? 2 * k : k;
    rc = pca_fit(&s->pca, &rows, k, s->host);
    if (rc == TW_DONE)
        return blame(s, points);
    if (rc == TW_OK)
        rc = fit_walks(s, paths, n_paths, points, k);
    if (rc == TW_OK) {
        s->asked = k;
        s->print = print;
    }
    return rc;
}

/* Is there component c (from 0)?  TW_DONE: not, and of a later plane it need not be. */
static int check_component(const struct reducer *s, size_t c, size_t index)
{
    const struct pca *p = &s->pca;
    bool part = s->cfg->layers.n > 0;

    if (p->k == 0)
        return s->host->fail(
            s->host, TW_EINVAL, "the trajectory does not move%s: all its points are the same; %s",
            part ? " in these layers" : "", part ? "take others" : "is learning_rate 0?");
    if (c < p->k)
        return TW_OK;
    if (index > 0)
        return TW_DONE;
    return s->host->fail(s->host, TW_EINVAL,
                         "components: the trajectory has no component %zu, only %zu with any "
                         "variance; record more points, or take another reducer",
                         c + 1, p->k);
}

/* The share of component c (from 0) of a random walk of n points in many dimensions. Mean-centred,
 * its inner products tend to the pseudo-inverse of the Laplacian of a path of n nodes, with the
 * eigenvalues 1 / (4 sin^2(pi k / 2n)), k = 1 .. n - 1, and the trace (n^2 - 1) / 6. */
static double walk_share(size_t n, size_t c)
{
    const double pi = 3.141592653589793238462643383280;
    double size = (double)n, sine = sin(pi * ((double)c + 1) / (2 * size));

    return c + 1 < n ? 1.5 / ((size * size - 1) * sine * sine) : NAN;
}

/* Likewise, of as many walks as there are runs. */
static double walks_share(const struct reducer *s, size_t n_paths, size_t n, size_t c)
{
    if (n_paths == 1)
        return walk_share(n, c);
    return c < s->walk.k ? s->walk.variance[c] / s->walk.total : NAN;
}

/* "component 1", "component 1 of fc1, fc2". */
static void set_label(const struct reducer *s, size_t c, char *out, size_t size)
{
    const struct tw_strings *layers = &s->cfg->layers;
    size_t used = (size_t)snprintf(out, size, "component %zu", c + 1);

    for (size_t k = 0; k < layers->n; k++) {
        const char *before = k ? ", " : " of ";

        if (used + strlen(before) + strlen(layers->v[k]) + sizeof ", ..." > size) {
            snprintf(out + used, size - used, "%s", k ? ", ..." : "");
            return;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", before, layers->v[k]);
    }
}

/* A row of the rows' length to its places in theta; zero elsewhere. */
static void spread(const struct points *points, const double *axis, double *out)
{
    memset(out, 0, points->dim * sizeof *out);
    for (size_t k = 0; k < points->n_ranges; axis += points->range[k++].n)
        memcpy(out + points->range[k].first, axis, points->range[k].n * sizeof *axis);
}

/* `n` components (1 or 2), counted from 0, to the plane. */
static int take(const struct reducer *s, const struct points *points, const size_t *c, size_t n,
                struct tw_plane *out)
{
    const struct pca *p = &s->pca;
    struct pca_rows rows = {.n = points->n, .d = points->d, .row = points->row};
    bool turned = n == 2 && c[1] < c[0]; /* so that [2, 1] is [1, 2] turned */
    size_t which[2] = {turned ? c[1] : c[0], turned ? c[0] : c[n - 1]};
    double *axis = calloc(n, p->d * sizeof *axis);
    int rc;

    if (!axis)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu parameters", p->d);
    rc = pca_axes(p, &rows, which, n, axis, s->host);
    spread(points, axis + (turned ? p->d : 0), out->u);
    out->x_variance = p->variance[c[0]] / p->total;
    set_label(s, c[0], out->x_label, sizeof out->x_label);
    if (n == 2) {
        spread(points, axis + (turned ? 0 : p->d), out->v);
        out->y_variance = p->variance[c[1]] / p->total;
        set_label(s, c[1], out->y_label, sizeof out->y_label);
    } else {
        memset(out->v, 0, points->dim * sizeof *out->v);
        out->n_axes = 1;
    }
    free(axis);
    return rc;
}

static int trajectory_pca_plane(void *self, const struct tw_objective *f,
                                const struct tw_path *const *paths, size_t n_paths,
                                const double *theta, size_t index, const double *through,
                                struct tw_plane *out)
{
    struct reducer *s = self;
    const struct tw_ints *components = &s->cfg->components;
    struct points points = {0};
    size_t c[2] = {0, 0}, n = components->n;
    int rc = collect(s, paths, n_paths, f->dim, &points);

    if (rc == TW_OK && index >= points.n)
        rc = TW_DONE;
    if (rc == TW_OK)
        rc = choose_ranges(s, f, &points);
    if (rc == TW_OK)
        rc = make_rows(s, &points);
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        c[i] = (size_t)components->v[i] - 1 + n * index;
    if (rc == TW_OK)
        rc = decompose(s, paths, n_paths, &points, (c[0] > c[1] ? c[0] : c[1]) + 1, index);
    if (rc == TW_OK)
        rc = check_component(s, c[0] > c[1] ? c[0] : c[1], index);
    if (rc == TW_OK)
        rc = take(s, &points, c, n, out);
    if (rc == TW_OK) {
        memcpy(out->origin, through ? through : theta, f->dim * sizeof *out->origin);
        out->x_walk = walks_share(s, n_paths, points.n, c[0]);
        if (n == 2)
            out->y_walk = walks_share(s, n_paths, points.n, c[1]);
    }
    points_free(&points);
    return rc;
}

static const struct tw_param params[] = {
    TW_PARAM_INTS(
        struct config, components, "[1, 2]", 1, 1e6, NULL,
        "Which two principal components, counted from 1, are the axes; one makes a line."),
    {"layers", TW_STRINGS, TW_P_AUTO, TW_FIELD(struct config, layers, struct tw_strings), 0, 0,
     "auto", NULL, NULL,
     "Names of layers (fc1) or of their parts (fc1.weight): only these move; auto: all."},
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops, .plane = trajectory_pca_plane};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "trajectory-pca",
    .version = "0.1.0",
    .summary = "The plane of two principal components of the trajectory, or the line of one",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = trajectory_pca_check,
    .create = trajectory_pca_create,
    .destroy = trajectory_pca_destroy,
    .ops.reducer = &ops,
};
