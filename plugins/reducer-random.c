/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-random.c -- planes and lines of random directions, scaled like the weights (Li, Xu,
 * Taylor, Studer and Goldstein 2018).
 *
 * Entry j of an axis is Gaussian and a function of (seed, plane, axis, j) alone. Then each slice of
 * the axis gets the length of that slice of the optimum (or of the point that the plane must go
 * through): a row of a layer's weights under `filter`, a whole block under `layer`; biases, where
 * they are not left out, are a slice for each block. `weight` multiplies entry by entry.
 *
 * Axes are made orthogonal so that the slices keep their lengths: the second axis is turned inside
 * each slice until it is orthogonal to the first one there. Slices of a single number cannot be
 * turned; what they leave of the inner product, the same small angle in all the others takes away.
 * Where the single numbers outweigh the others, and where there are no slices (`weight`, `none`),
 * it is Gram and Schmidt over the whole vector.
 */
#include <thalweg/plugin.h>

#include "util/parallel.h"
#include "util/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK    ((size_t)1 << 16) /* entries that a task draws */
#define TINY     1e-10 /* added to the length of a drawn slice, as the authors' program does */
#define PARALLEL 1e-10 /* sine of the angle below which two axes are one */

enum normalize { FILTER, LAYER, WEIGHT, NONE };
enum ignore { IGNORE_BIASES, IGNORE_NONE };

struct config {
    int normalize, ignore;
    bool orthogonal;
    int64_t dimensions;
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
};

/* What is made: one or two axes. */
struct axes {
    const double *like; /* whose lengths they get */
    double *u, *v;      /* v NULL: a line */
    uint64_t seed[2];
    double single; /* u.v over slices of one number */
    double turned; /* |u| |v| over all others */
};

/* Entries first .. first + n - 1 are scaled as one. */
typedef void visit_slice(struct axes *a, size_t first, size_t n, bool ignored);

static int random_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct reducer *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

/* ---- arithmetic ---- */

static double dot(const double *a, const double *b, size_t n)
{
    struct tw_sum sum = {0, 0};

    for (size_t i = 0; i < n; i++)
        tw_sum_add(&sum, a[i] * b[i]);
    return tw_sum_value(&sum);
}

static double norm(const double *a, size_t n)
{
    return sqrt(dot(a, a, n));
}

static void scale(double *a, size_t n, double factor)
{
    for (size_t i = 0; i < n; i++)
        a[i] *= factor;
}

/* Take out of v what is along u; twice, because the first time leaves rounding errors of the
 * size of what it took. */
static void make_orthogonal(const double *u, double *v, size_t n)
{
    double uu = dot(u, u, n);

    for (int k = 0; k < 2 && uu > 0; k++) {
        double along = dot(u, v, n) / uu;

        for (size_t i = 0; i < n; i++)
            v[i] -= along * u[i];
    }
}

/* ---- drawing ---- */

struct drawing {
    double *out;
    size_t n;
    uint64_t seed;
};

static int draw_chunk(void *ctx, size_t k)
{
    const struct drawing *d = ctx;
    size_t end = (k + 1) * CHUNK < d->n ? (k + 1) * CHUNK : d->n;

    for (size_t j = k * CHUNK; j < end; j++)
        d->out[j] = rng_normal(d->seed, j);
    return TW_OK;
}

static int draw(const struct reducer *s, uint64_t seed, size_t n, double *out)
{
    struct drawing d = {out, n, seed};

    if (s->host->tick(s->host, 0, "random directions"))
        return TW_ECANCELLED;
    return parallel_run(s->host, n / CHUNK + (n % CHUNK > 0), draw_chunk, &d);
}

/* ---- slices ---- */

static int each_slice(const struct reducer *s, const struct tw_objective *f, struct axes *a,
                      visit_slice *visit)
{
    struct tw_block b = {.struct_size = sizeof b};
    int rc;

    for (size_t i = 0; (rc = f->block(f, i, &b)) == TW_OK; i++) {
        bool weights = b.role == TW_WEIGHT;
        bool rows = weights && s->cfg->normalize == FILTER;
        size_t n = rows ? b.cols : b.rows * b.cols;

        if (b.offset > f->dim || b.rows * b.cols > f->dim - b.offset)
            return s->host->fail(s->host, TW_EINTERNAL, "block %zu lies outside theta", i);
        for (size_t r = 0; n > 0 && r < (rows ? b.rows : 1); r++)
            visit(a, b.offset + r * n, n, !weights && s->cfg->ignore == IGNORE_BIASES);
        b = (struct tw_block){.struct_size = sizeof b};
    }
    return rc < 0 ? rc : TW_OK;
}

static void leave_out(struct axes *a, size_t first, size_t n, bool ignored)
{
    if (!ignored)
        return;
    memset(a->u + first, 0, n * sizeof *a->u);
    if (a->v)
        memset(a->v + first, 0, n * sizeof *a->v);
}

/* The length of that slice of `like`. */
static void fit_filter(struct axes *a, size_t first, size_t n, bool ignored)
{
    double length = norm(a->like + first, n);

    (void)ignored;
    scale(a->u + first, n, length / (norm(a->u + first, n) + TINY));
    if (a->v)
        scale(a->v + first, n, length / (norm(a->v + first, n) + TINY));
}

static void fit_layer(struct axes *a, size_t first, size_t n, bool ignored)
{
    double length = norm(a->like + first, n), u = norm(a->u + first, n);
    double v = a->v ? norm(a->v + first, n) : 0;

    (void)ignored;
    if (u > 0)
        scale(a->u + first, n, length / u);
    if (v > 0)
        scale(a->v + first, n, length / v);
}

static void fit_weight(struct axes *a, size_t first, size_t n, bool ignored)
{
    (void)ignored;
    for (size_t j = first; j < first + n; j++) {
        a->u[j] *= a->like[j];
        if (a->v)
            a->v[j] *= a->like[j];
    }
}

/* ---- orthogonal axes ---- */

static void turn(struct axes *a, size_t first, size_t n, bool ignored)
{
    (void)ignored;
    if (n > 1)
        make_orthogonal(a->u + first, a->v + first, n);
}

static void add_up(struct axes *a, size_t first, size_t n, bool ignored)
{
    (void)ignored;
    if (n == 1)
        a->single += a->u[first] * a->v[first];
    else
        a->turned += norm(a->u + first, n) * norm(a->v + first, n);
}

/* The slices of v are orthogonal to those of u: turn each by the angle that takes `single` away. */
static void lean(struct axes *a, size_t first, size_t n, bool ignored)
{
    double u = norm(a->u + first, n), v = norm(a->v + first, n);
    double cosine = -a->single / a->turned, sine = sqrt(1 - cosine * cosine);

    (void)ignored;
    for (size_t j = first; n > 1 && u > 0 && j < first + n; j++)
        a->v[j] = sine * a->v[j] + cosine * (v / u) * a->u[j];
}

/* Of another length than that of `like`, so that the sum of all can be orthogonal. */
static void loosen(struct axes *a, size_t first, size_t n, bool ignored)
{
    if (n == 1 && !ignored)
        a->v[first] = fabs(a->like[first]) * rng_normal(a->seed[1], first);
}

/* Gram and Schmidt over all; 0 when nothing is left. */
static bool orthogonal_whole(struct axes *a, size_t dim)
{
    double before = norm(a->v, dim);

    make_orthogonal(a->u, a->v, dim);
    return norm(a->v, dim) > PARALLEL * before;
}

/* After scaling by slices: v orthogonal to u, its slices as long as before if that is possible. */
static int orthogonal_slices(const struct reducer *s, const struct tw_objective *f, struct axes *a,
                             bool *done)
{
    int rc = each_slice(s, f, a, add_up);

    *done = true;
    if (rc != TW_OK || a->single == 0)
        return rc;
    if (fabs(a->single) < a->turned)
        return each_slice(s, f, a, lean);
    rc = each_slice(s, f, a, loosen);
    if (rc == TW_OK) {
        *done = orthogonal_whole(a, f->dim);
        if (*done)
            scale(a->v, f->dim, norm(a->u, f->dim) / norm(a->v, f->dim));
    }
    return rc;
}

/* ---- the plane ---- */

/* Draw, turn, scale.  `apart`: the axes are not parallel, as far as is known. */
static int make(const struct reducer *s, const struct tw_objective *f, struct axes *a, bool *apart)
{
    static visit_slice *const fit[] = {
        [FILTER] = fit_filter, [LAYER] = fit_layer, [WEIGHT] = fit_weight, [NONE] = NULL};
    bool slices = s->cfg->normalize == FILTER || s->cfg->normalize == LAYER;
    bool orthogonal = a->v && s->cfg->orthogonal;
    int rc = draw(s, a->seed[0], f->dim, a->u);

    *apart = true;
    if (rc == TW_OK && a->v)
        rc = draw(s, a->seed[1], f->dim, a->v);
    if (rc == TW_OK)
        rc = each_slice(s, f, a, leave_out);
    if (rc == TW_OK && orthogonal && slices)
        rc = each_slice(s, f, a, turn);
    if (rc == TW_OK && fit[s->cfg->normalize])
        rc = each_slice(s, f, a, fit[s->cfg->normalize]);
    if (rc == TW_OK && orthogonal && slices)
        rc = orthogonal_slices(s, f, a, apart);
    else if (rc == TW_OK && orthogonal)
        *apart = orthogonal_whole(a, f->dim);
    return rc;
}

/* Do the axes go anywhere? */
static int check(const struct reducer *s, const struct tw_objective *f, const struct axes *a,
                 bool apart)
{
    const struct tw_host *h = s->host;
    const char *which = s->cfg->ignore == IGNORE_BIASES ? "weight" : "parameter";
    double u = norm(a->u, f->dim), v = a->v ? norm(a->v, f->dim) : u;

    if (!isfinite(u) || !isfinite(v))
        return h->fail(h, TW_ENUMERIC,
                       "the optimum has a %s that is not finite, or too large to be squared: there "
                       "is nothing to scale the directions to",
                       which);
    if (!(u > 0) && s->cfg->normalize == NONE)
        return h->fail(h, TW_EINVAL,
                       "the model has no weights, only biases, and these are left out; take "
                       "ignore: none");
    if (!(u > 0))
        return h->fail(h, TW_EINVAL,
                       "every %s of the optimum is 0, so directions of its size are zero; take "
                       "normalize: none%s, or train first",
                       which, s->cfg->ignore == IGNORE_BIASES ? " or ignore: none" : "");
    if (!apart || !(v > 0))
        return h->fail(h, TW_EINVAL,
                       "only one %s can move, so there are no two orthogonal directions; take "
                       "dimensions: 1",
                       which);
    return TW_OK;
}

static int random_plane(void *self, const struct tw_objective *f,
                        const struct tw_path *const *paths, size_t n_paths, const double *theta,
                        size_t index, const double *through, struct tw_plane *out)
{
    const struct reducer *s = self;
    uint64_t seed = rng_stream(s->host->seed(s->host, "direction"), index);
    bool line = s->cfg->dimensions == 1, apart;
    struct axes a = {.like = through ? through : theta,
                     .u = out->u,
                     .v = line ? NULL : out->v,
                     .seed = {rng_stream(seed, 0), rng_stream(seed, 1)}};
    int rc = make(s, f, &a, &apart);

    (void)paths;
    (void)n_paths;
    if (rc == TW_OK)
        rc = check(s, f, &a, apart);
    if (rc != TW_OK)
        return rc;
    memcpy(out->origin, a.like, f->dim * sizeof *out->origin);
    if (line) {
        out->n_axes = 1;
        memset(out->v, 0, f->dim * sizeof *out->v);
        snprintf(out->x_label, sizeof out->x_label, "random direction %zu", index + 1);
        return TW_OK;
    }
    snprintf(out->x_label, sizeof out->x_label, "random direction %zu", 2 * index + 1);
    snprintf(out->y_label, sizeof out->y_label, "random direction %zu", 2 * index + 2);
    return TW_OK;
}

static const char *const normalize_words[] = {"filter", "layer", "weight", "none", NULL};
static const char *const ignore_words[] = {"biases", "none", NULL};

static const struct tw_param params[] = {
    TW_PARAM_CHOICE(struct config, normalize, "filter", normalize_words,
                    "What of a direction gets the size that it has in the optimum: each row of "
                    "weights, each layer, each number, or nothing."),
    TW_PARAM_CHOICE(struct config, ignore, "biases", ignore_words,
                    "Which parameters stay as they are: biases and those of normalization layers, "
                    "or none."),
    TW_PARAM_BOOL(struct config, orthogonal, "true",
                  "Make the second direction orthogonal to the first, after scaling."),
    TW_PARAM_INT(struct config, dimensions, "2", 1, 2, NULL, "2: a plane; 1: a line."),
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops, .plane = random_plane};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "random",
    .version = "0.1.0",
    .summary = "Random directions, each filter as long as that of the optimum",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = random_create,
    .destroy = free,
    .ops.reducer = &ops,
};
