/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-given.c -- planes whose directions come from a file.
 *
 * `directions` is a .npy file of 2 x P numbers (2k x P: k planes, two rows
 * each; 1 x P: a line), used as they are: neither scaled nor made orthogonal.  `origin` is a
 * .npy file of P numbers, or the last point of training.
 */
#include <thalweg/plugin.h>

#include "util/npy.h"

#include <gsl/gsl_cblas.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARALLEL 1e-12 /* 1 - cos^2 of the angle between two directions */

struct config {
    const char *directions, *origin; /* origin: NULL is the last point */
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
};

static int given_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct reducer *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

/* One row of an array of rows of `dim` numbers, all finite. */
static int read_row(const struct reducer *s, const struct npy *file, const char *path, size_t row,
                    size_t dim, double *out)
{
    int rc = npy_read_double(file, row * dim, dim, out);

    for (size_t i = 0; rc == TW_OK && i < dim; i++)
        if (!isfinite(out[i]))
            return s->host->fail(s->host, TW_EINVAL,
                                 "%s: row %zu, column %zu (from 0) is %g; it must be finite", path,
                                 row, i, out[i]);
    return rc;
}

/* Two directions that make a plane, or one for a line? */
static int check_axes(const struct reducer *s, const struct tw_plane *plane, size_t first)
{
    const char *path = s->cfg->directions;
    int n = (int)plane->dim;
    double u = cblas_dnrm2(n, plane->u, 1), v = cblas_dnrm2(n, plane->v, 1), cosine = 0;
    bool line = plane->n_axes == 1;

    if (u == 0 || (v == 0 && !line))
        return s->host->fail(s->host, TW_EINVAL, "%s: row %zu (from 0) is zero, so no direction",
                             path, u == 0 ? first : first + 1);
    for (size_t i = 0; i < plane->dim && !line; i++)
        cosine += (plane->u[i] / u) * (plane->v[i] / v);
    if (!line && 1 - cosine * cosine < PARALLEL)
        return s->host->fail(s->host, TW_EINVAL,
                             "%s: rows %zu and %zu (from 0) are parallel, so they make no plane",
                             path, first, first + 1);
    return TW_OK;
}

static int read_directions(const struct reducer *s, const struct npy *file, size_t index,
                           struct tw_plane *out)
{
    const char *path = s->cfg->directions;
    size_t dim = out->dim, first = 2 * index;
    bool line = file->shape[0] == 1;
    char what[96];
    int rc;

    if (file->n_dims != 2 || (file->shape[0] % 2 && !line) || file->shape[1] != dim ||
        dim > INT_MAX)
        return s->host->fail(s->host, TW_EINVAL,
                             "%s holds a %s; needed: 2 x %zu, two directions of the model's size "
                             "(or 4, 6, ... rows: more planes; or 1: a line)",
                             path, npy_describe(file, what, sizeof what), dim);
    if (index >= (file->shape[0] + 1) / 2)
        return TW_DONE;
    rc = read_row(s, file, path, first, dim, out->u);
    if (line) {
        out->n_axes = 1;
        memset(out->v, 0, dim * sizeof *out->v);
    } else if (rc == TW_OK) {
        rc = read_row(s, file, path, first + 1, dim, out->v);
    }
    return rc == TW_OK ? check_axes(s, out, first) : rc;
}

static int read_origin(const struct reducer *s, struct tw_plane *out)
{
    const char *path = s->cfg->origin;
    struct npy file;
    char what[96];
    int rc = npy_open(s->host, path, &file);

    if (rc < 0)
        return rc;
    if (file.count != out->dim || (file.n_dims != 1 && file.shape[0] != 1))
        rc = s->host->fail(s->host, TW_EINVAL,
                           "%s holds a %s; needed: %zu numbers, a point of the model's size", path,
                           npy_describe(&file, what, sizeof what), out->dim);
    else
        rc = read_row(s, &file, path, 0, out->dim, out->origin);
    npy_close(&file);
    return rc;
}

static int given_plane(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                       size_t n_paths, const double *theta, size_t index, const double *through,
                       struct tw_plane *out)
{
    const struct reducer *s = self;
    struct npy file;
    int rc = npy_open(s->host, s->cfg->directions, &file);

    (void)paths;
    (void)n_paths;
    if (rc < 0)
        return rc;
    rc = read_directions(s, &file, index, out);
    npy_close(&file);
    if (rc != TW_OK)
        return rc;
    snprintf(out->x_label, sizeof out->x_label, "direction %zu", 2 * index + 1);
    if (out->n_axes == 2)
        snprintf(out->y_label, sizeof out->y_label, "direction %zu", 2 * index + 2);
    if (!through && s->cfg->origin)
        return read_origin(s, out);
    memcpy(out->origin, through ? through : theta, f->dim * sizeof *out->origin);
    return TW_OK;
}

static const struct tw_param params[] = {
    TW_PARAM_PATH(
        struct config, directions, NULL,
        "A .npy file of 2 x parameters: the two directions, used as they are; 1 x parameters: a "
        "line."),
    TW_PARAM_PATH(struct config, origin, "null",
                  "A .npy file with the point at (0, 0); null: the last point of training."),
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops, .plane = given_plane};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "given",
    .version = "0.1.0",
    .summary = "Planes whose directions come from a .npy file",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = given_create,
    .destroy = free,
    .ops.reducer = &ops,
};
