/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-axes.c -- the plane of two parameters, all others held at the optimum.
 *
 * The origin is the optimum with these two set to zero, so that the axes read
 * the parameters themselves.  Through a given point, the origin is that point,
 * and the axes read the distance from it.
 *
 * `weights: auto` ranks the weights (no biases) by how far they moved from the
 * first to the last point of a trajectory (the largest over all trajectories;
 * without one, by their absolute value) and takes the first two, then the next
 * two for plane number 1, and so on.  A list gives one plane per pair.
 */
#include <thalweg/plugin.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config {
    struct tw_ints weights; /* n == 0: auto */
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
};

struct candidate {
    double key;
    size_t index;
};

static const char *axes_check(const void *cfg)
{
    const struct tw_ints *w = &((const struct config *)cfg)->weights;

    if (w->n % 2)
        return "weights must be pairs of positions in theta counted from 0, e.g. [0, 1]";
    for (size_t i = 0; i < w->n; i += 2)
        if (w->v[i] == w->v[i + 1])
            return "weights: the two of a pair must differ, e.g. [0, 1]";
    return NULL;
}

static int axes_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct reducer *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

/* Descending by key, then ascending by index. */
static int compare(const void *pa, const void *pb)
{
    const struct candidate *a = pa, *b = pb;

    if (a->key > b->key)
        return -1;
    if (a->key < b->key)
        return 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static double moved(const struct tw_path *const *paths, size_t n_paths, const double *theta,
                    size_t i)
{
    double most = 0;
    bool trained = false;

    for (size_t p = 0; p < n_paths; p++) {
        const struct tw_path *path = paths[p];

        if (path->n < 2)
            continue;
        trained = true;
        most = fmax(most, fabs(path->theta[path->n - 1][i] - path->theta[0][i]));
    }
    if (!trained)
        most = fabs(theta[i]);
    return isnan(most) ? -1 : most;
}

/* Block number i.  TW_DONE: no more. */
static int get_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    *out = (struct tw_block){.struct_size = sizeof *out};
    return f->block(f, i, out);
}

/* All weights; their number, or a negative code, to `n`. */
static int list_weights(const struct tw_objective *f, const struct tw_path *const *paths,
                        size_t n_paths, const double *theta, struct candidate *out, size_t *n)
{
    struct tw_block b;
    size_t i;
    int rc;

    *n = 0;
    for (i = 0; (rc = get_block(f, i, &b)) == TW_OK; i++) {
        if (b.role != TW_WEIGHT || b.offset > f->dim || b.rows * b.cols > f->dim - b.offset)
            continue;
        for (size_t j = b.offset; j < b.offset + b.rows * b.cols && *n < f->dim; j++)
            out[(*n)++] = (struct candidate){moved(paths, n_paths, theta, j), j};
    }
    return rc < 0 ? rc : TW_OK;
}

/* The pair number `index` of the ranking. */
static int choose(const struct reducer *s, const struct tw_objective *f,
                  const struct tw_path *const *paths, size_t n_paths, const double *theta,
                  size_t index, size_t pair[2])
{
    struct candidate *all = calloc(f->dim, sizeof *all);
    size_t n;
    int rc;

    if (!all)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu parameters", f->dim);
    rc = list_weights(f, paths, n_paths, theta, all, &n);
    if (rc == TW_OK && n < 2)
        rc = s->host->fail(s->host, TW_EINVAL,
                           "the model has %zu weight%s, two are needed; with `weights: [0, 1]` any "
                           "two of the %zu parameters can be named",
                           n, n == 1 ? "" : "s", f->dim);
    if (rc == TW_OK && index >= n / 2)
        rc = TW_DONE;
    if (rc == TW_OK) {
        qsort(all, n, sizeof *all, compare);
        pair[0] = all[2 * index].index;
        pair[1] = all[2 * index + 1].index;
    }
    free(all);
    return rc;
}

/* "fc1.weight[3,2]", "fc1.bias[3]" for a single column, "weight 12" without a name. */
static int label(const struct tw_objective *f, size_t i, char *out, size_t size)
{
    struct tw_block b;
    char text[96];
    int rc;

    snprintf(text, sizeof text, "weight %zu", i);
    for (size_t k = 0; (rc = get_block(f, k, &b)) == TW_OK; k++) {
        if (i < b.offset || i - b.offset >= b.rows * b.cols)
            continue;
        if (b.role == TW_BIAS)
            snprintf(text, sizeof text, "bias %zu", i);
        if (b.name[0] && b.cols > 1)
            snprintf(text, sizeof text, "%.31s[%zu,%zu]", b.name, (i - b.offset) / b.cols,
                     (i - b.offset) % b.cols);
        else if (b.name[0])
            snprintf(text, sizeof text, "%.31s[%zu]", b.name, i - b.offset);
        break;
    }
    snprintf(out, size, "%.*s", (int)size - 1, text);
    return rc < 0 ? rc : TW_OK;
}

static int axes_plane(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                      size_t n_paths, const double *theta, size_t index, const double *through,
                      struct tw_plane *out)
{
    const struct reducer *s = self;
    const struct tw_ints *weights = &s->cfg->weights;
    size_t pair[2] = {0, 0};
    int rc = TW_OK;

    if (weights->n == 0) {
        rc = choose(s, f, paths, n_paths, theta, index, pair);
        if (rc != TW_OK)
            return rc;
    } else {
        if (index >= weights->n / 2)
            return TW_DONE;
        for (size_t i = 0; i < 2; i++) {
            pair[i] = (size_t)weights->v[2 * index + i];
            if (pair[i] >= f->dim)
                return s->host->fail(s->host, TW_EINVAL,
                                     "weights: %zu is too large: theta has %zu entries, 0 to %zu",
                                     pair[i], f->dim, f->dim - 1);
        }
    }
    memcpy(out->origin, through ? through : theta, f->dim * sizeof *out->origin);
    if (!through)
        out->origin[pair[0]] = out->origin[pair[1]] = 0;
    memset(out->u, 0, f->dim * sizeof *out->u);
    memset(out->v, 0, f->dim * sizeof *out->v);
    out->u[pair[0]] = 1;
    out->v[pair[1]] = 1;
    rc = label(f, pair[0], out->x_label, sizeof out->x_label);
    return rc < 0 ? rc : label(f, pair[1], out->y_label, sizeof out->y_label);
}

static const struct tw_param params[] = {
    TW_PARAM_INTS_AUTO(
        struct config, weights, 0, 1e15, NULL,
        "Pairs of positions in theta, counted from 0; auto: the weights that moved most."),
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops, .plane = axes_plane};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "axes",
    .version = "0.1.0",
    .summary = "The plane of two weights, all others held at the optimum",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = axes_check,
    .create = axes_create,
    .destroy = free,
    .ops.reducer = &ops,
};
