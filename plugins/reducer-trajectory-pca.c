/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-trajectory-pca.c -- the plane in which training moved most.
 *
 * The rows are all points of all trajectories, mean-centred; the axes are two
 * of their principal components, of unit length.  The origin is the last point,
 * so that the last checkpoint is at (0, 0).  Plane number i takes the
 * components 2i further on: 1 and 2, 3 and 4, ...  There are no more planes
 * when a component has no variance (PCA_RANK in util/pca.h).
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

#define PROBES 16 /* numbers of a point that are compared */

struct config {
    struct tw_ints components;
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
    struct pca
        pca;      /* of the trajectories last seen, with `asked` components if there are so many */
    size_t asked; /* 0: none yet */
    uint64_t print; /* of these trajectories */
};

/* The rows: one pointer per point. */
struct points {
    const double **theta;
    size_t n, d;
};

static const char *trajectory_pca_check(const void *cfg)
{
    const struct config *c = cfg;

    if (c->components.n != 2 || c->components.v[0] == c->components.v[1])
        return "components must be two different numbers counted from 1, e.g. [1, 2]";
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
    free(s);
}

static int blame(const struct reducer *s, const struct points *points)
{
    const struct tw_host *h = s->host;

    for (size_t i = 0; i < points->n; i++)
        for (size_t j = 0; j < points->d; j++)
            if (!isfinite(points->theta[i][j]))
                return h->fail(h, TW_ENUMERIC,
                               "point %zu of the trajectory has an entry that is not finite "
                               "(theta[%zu]): training diverged, a smaller learning_rate may help",
                               i + 1, j);
    return h->fail(h, TW_ENUMERIC,
                   "points of the trajectory are so far apart that their squared distance is not "
                   "finite: training diverged, a smaller learning_rate may help");
}

/* All points of all paths; to be freed by the caller. */
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
    out->d = dim;
    for (size_t i = 0; i < n_paths; i++)
        for (size_t j = 0; j < paths[i]->n; j++)
            out->theta[out->n++] = paths[i]->theta[j];
    return TW_OK;
}

/* Where the points are, and some of what is there. */
static uint64_t print_of(const struct points *points)
{
    uint64_t print = rng_u64(points->n, points->d);

    for (size_t i = 0; i < points->n; i++) {
        print = rng_u64(print, (uintptr_t)points->theta[i]);
        for (size_t k = 0; k < PROBES; k++) {
            uint64_t bits;

            memcpy(&bits,
                   points->theta[i] + points->d / PROBES * k + points->d % PROBES * k / PROBES,
                   sizeof bits);
            print = rng_u64(print, bits);
        }
    }
    return print;
}

/* The decomposition of the points, with `k` components or all that there are. */
static int decompose(struct reducer *s, const struct points *points, size_t k, size_t index)
{
    struct pca_rows rows = {.n = points->n, .d = points->d, .row = points->theta};
    uint64_t print = print_of(points);
    int rc;

    if (s->asked >= k && s->print == print)
        return TW_OK;
    pca_free(&s->pca);
    s->asked = 0;
    k = index > 0 && k < points->n ? 2 * k : k;
    rc = pca_fit(&s->pca, &rows, k, s->host);
    if (rc == TW_DONE)
        return blame(s, points);
    if (rc == TW_OK) {
        s->asked = k;
        s->print = print;
    }
    return rc;
}

/* Components a and b, counted from 0, to the plane. */
static int take(const struct reducer *s, const struct points *points, size_t a, size_t b,
                size_t index, struct tw_plane *out)
{
    const struct pca *p = &s->pca;
    struct pca_rows rows = {.n = points->n, .d = points->d, .row = points->theta};
    size_t which[2] = {a < b ? a : b, a < b ? b : a}; /* so that [2, 1] is [1, 2] turned */
    double *axis;
    int rc;

    if (p->k == 0)
        return s->host->fail(s->host, TW_EINVAL,
                             "the trajectory does not move: all its points are the same; is "
                             "learning_rate 0?");
    if (a >= p->k || b >= p->k) {
        if (index > 0)
            return TW_DONE;
        return s->host->fail(s->host, TW_EINVAL,
                             "components: the trajectory has no component %zu, only %zu with any "
                             "variance; record more points, or take another reducer",
                             (a > b ? a : b) + 1, p->k);
    }
    axis = calloc(2, p->d * sizeof *axis);
    if (!axis)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu parameters", p->d);
    rc = pca_axes(p, &rows, which, 2, axis, s->host);
    memcpy(out->u, axis + (a < b ? 0 : p->d), p->d * sizeof *out->u);
    memcpy(out->v, axis + (a < b ? p->d : 0), p->d * sizeof *out->v);
    free(axis);
    if (rc < 0)
        return rc;
    out->x_variance = p->variance[a] / p->total;
    out->y_variance = p->variance[b] / p->total;
    snprintf(out->x_label, sizeof out->x_label, "component %zu", a + 1);
    snprintf(out->y_label, sizeof out->y_label, "component %zu", b + 1);
    return TW_OK;
}

static int trajectory_pca_plane(void *self, const struct tw_objective *f,
                                const struct tw_path *const *paths, size_t n_paths,
                                const double *theta, size_t index, const double *through,
                                struct tw_plane *out)
{
    struct reducer *s = self;
    const int64_t *components = s->cfg->components.v;
    struct points points = {NULL, 0, 0};
    int rc = collect(s, paths, n_paths, f->dim, &points);

    if (rc == TW_OK && index >= points.n)
        rc = TW_DONE;
    if (rc == TW_OK) {
        size_t a = (size_t)components[0] - 1 + 2 * index;
        size_t b = (size_t)components[1] - 1 + 2 * index;

        rc = decompose(s, &points, (a > b ? a : b) + 1, index);
        if (rc == TW_OK)
            rc = take(s, &points, a, b, index, out);
        if (rc == TW_OK)
            memcpy(out->origin, through ? through : theta, f->dim * sizeof *out->origin);
    }
    free(points.theta);
    return rc;
}

static const struct tw_param params[] = {
    TW_PARAM_INTS(struct config, components, "[1, 2]", 1, 1e6, NULL,
                  "Which two principal components, counted from 1, are the axes."),
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops, .plane = trajectory_pca_plane};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "trajectory-pca",
    .version = "0.1.0",
    .summary = "The plane of two principal components of the trajectory",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = trajectory_pca_check,
    .create = trajectory_pca_create,
    .destroy = trajectory_pca_destroy,
    .ops.reducer = &ops,
};
