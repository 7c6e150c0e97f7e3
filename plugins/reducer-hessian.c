/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-hessian.c -- the directions in which the loss is curved most.
 *
 * The axes are eigenvectors of the Hessian of the loss over all rows, of unit length and never
 * scaled layer by layer: then they would not be eigenvectors any more.  The Hessian is that at the
 * origin, which is the optimum or the point that the plane must go through.  Plane number i takes
 * the components 2i further on: 1 and 2, 3 and 4, ...; a line, each the next one.
 *
 * The pairs come from the host, as many at a time as a power of two times those of plane 0, and
 * are kept for the next plane.  So a plane depends on its number alone, not on those before it.
 */
#include <thalweg/plugin.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZERO 1e-10 /* of the largest |eigenvalue|: rounding */

struct config {
    int which;
    struct tw_ints components;
    double tolerance;
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
    const void *objective; /* whose pairs these are, f->ctx */
    size_t k, dim;         /* pairs; 0: none yet */
    double *theta;         /* dim: where they were found */
    double *value, *vector;
};

static const char *hessian_check(const void *cfg)
{
    const struct tw_ints *c = &((const struct config *)cfg)->components;

    if (c->n < 1 || c->n > 2 || (c->n == 2 && c->v[0] == c->v[1]))
        return "components must be two different numbers counted from 1, e.g. [1, 2], or one for "
               "a line";
    return NULL;
}

static int hessian_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct reducer *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void forget(struct reducer *s)
{
    free(s->theta);
    free(s->value);
    free(s->vector);
    s->theta = s->value = s->vector = NULL;
    s->k = 0;
}

static void hessian_destroy(void *self)
{
    forget(self);
    free(self);
}

/* k pairs of the Hessian at theta. */
static int find_pairs(struct reducer *s, const struct tw_objective *f, const double *theta,
                      size_t k)
{
    const struct tw_host *h = s->host;
    const struct tw_host_eigen *eigen = h->get_extension(h, TW_EXT_HOST_EIGEN);
    int rc;

    if (!eigen)
        return h->fail(h, TW_ENOTSUP, "this host has no service %s", TW_EXT_HOST_EIGEN);
    if (s->k == k && s->dim == f->dim && s->objective == f->ctx &&
        memcmp(s->theta, theta, s->dim * sizeof *theta) == 0)
        return TW_OK;
    forget(s);
    s->theta = calloc(f->dim, sizeof *s->theta);
    s->value = calloc(k, sizeof *s->value);
    if (k <= SIZE_MAX / sizeof *s->vector / f->dim)
        s->vector = malloc(k * f->dim * sizeof *s->vector);
    if (!s->theta || !s->value || !s->vector)
        return h->fail(h, TW_ENOMEM, "out of memory: %zu eigenvectors of %zu parameters", k,
                       f->dim);
    memcpy(s->theta, theta, f->dim * sizeof *theta);
    rc = eigen->hessian(h, f, theta, s->cfg->which, k, s->cfg->tolerance, h->seed(h, "lanczos"),
                        s->value, s->vector);
    if (rc != TW_OK)
        return rc;
    s->k = k;
    s->dim = f->dim;
    s->objective = f->ctx;
    return TW_OK;
}

/* How many pairs are looked for when number `last` (from 1) is needed. */
static size_t pairs_for(const struct config *c, size_t last, size_t dim)
{
    size_t k = 1;

    for (size_t i = 0; i < c->components.n; i++)
        if ((size_t)c->components.v[i] > k)
            k = (size_t)c->components.v[i];
    while (k < last)
        k *= 2;
    return k < dim ? k : dim;
}

/* Is there an eigenvector number j (from 0) that means something? */
static int judge(const struct reducer *s, size_t j, size_t index)
{
    const struct tw_host *h = s->host;
    double most = 0;

    for (size_t i = 0; i < s->k; i++)
        most = fmax(most, fabs(s->value[i]));
    if (!(most > 0))
        return h->fail(h, TW_EINVAL,
                       s->cfg->which == TW_EIGEN_MAGNITUDE
                           ? "the Hessian is zero here: the loss has no curvature, and no "
                             "direction is better than another"
                           : "the Hessian has only zeros at this end of its spectrum: no direction "
                             "is better than another; try which: magnitude");
    if (s->cfg->which != TW_EIGEN_MAGNITUDE || fabs(s->value[j]) > ZERO * most)
        return TW_OK;
    if (index > 0)
        return TW_DONE;
    return h->fail(h, TW_EINVAL,
                   "components: eigenvector %zu of the Hessian belongs to the eigenvalue 0, as "
                   "do all after it; take components of curvature, counted from 1",
                   j + 1);
}

static int hessian_plane(void *self, const struct tw_objective *f,
                         const struct tw_path *const *paths, size_t n_paths, const double *theta,
                         size_t index, const double *through, struct tw_plane *out)
{
    struct reducer *s = self;
    const struct tw_ints *components = &s->cfg->components;
    size_t wanted[2] = {0, 0}, last = 0;
    int rc;

    (void)paths;
    (void)n_paths;
    if (index > f->dim)
        return TW_DONE;
    for (size_t i = 0; i < components->n; i++) {
        wanted[i] = (size_t)components->v[i] + components->n * index;
        last = wanted[i] > last ? wanted[i] : last;
    }
    if (last > f->dim && index > 0)
        return TW_DONE;
    if (last > f->dim)
        return s->host->fail(s->host, TW_EINVAL,
                             "components: there is no eigenvector %zu, the model has %zu "
                             "parameter%s",
                             last, f->dim, f->dim == 1 ? "" : "s");
    rc = find_pairs(s, f, through ? through : theta, pairs_for(s->cfg, last, f->dim));
    for (size_t i = 0; rc == TW_OK && i < components->n; i++)
        rc = judge(s, wanted[i] - 1, index);
    if (rc != TW_OK)
        return rc;
    memcpy(out->origin, s->theta, f->dim * sizeof *out->origin);
    memcpy(out->u, s->vector + (wanted[0] - 1) * f->dim, f->dim * sizeof *out->u);
    snprintf(out->x_label, sizeof out->x_label, "eigenvector %zu, λ = %.3g", wanted[0],
             s->value[wanted[0] - 1]);
    if (components->n == 1) {
        memset(out->v, 0, f->dim * sizeof *out->v);
        out->n_axes = 1;
        return TW_OK;
    }
    memcpy(out->v, s->vector + (wanted[1] - 1) * f->dim, f->dim * sizeof *out->v);
    snprintf(out->y_label, sizeof out->y_label, "eigenvector %zu, λ = %.3g", wanted[1],
             s->value[wanted[1] - 1]);
    return TW_OK;
}

/* In the order of enum tw_eigen. */
static const char *const which_choices[] = {"magnitude", "largest", "smallest", NULL};

static const struct tw_param params[] = {
    TW_PARAM_CHOICE(struct config, which, "magnitude", which_choices,
                    "Which eigenvalues come first: those of largest absolute value, the largest, "
                    "or the smallest, which may be negative."),
    TW_PARAM_INTS(struct config, components, "[1, 2]", 1, 1e6, NULL,
                  "The two eigenvectors of plane number 0, counted from 1, or one for a line."),
    TW_PARAM_REAL(struct config, tolerance, "1e-4", 1e-13, 0.1, NULL,
                  "How exact the eigenvectors v are: |H v - lambda v| in units of the largest "
                  "eigenvalue's absolute value."),
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops, .plane = hessian_plane};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "hessian",
    .version = "0.1.0",
    .summary = "The directions of most curvature: eigenvectors of the Hessian",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = hessian_check,
    .create = hessian_create,
    .destroy = hessian_destroy,
    .ops.reducer = &ops,
};
