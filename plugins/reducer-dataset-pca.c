/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-dataset-pca.c -- the data in its leading principal components.
 *
 * Learnt from the training set: mean, components, variances.  A row becomes
 * components . (row - mean); whiten divides each by its standard deviation
 * (over n - 1), as scikit-learn's PCA(whiten=True) does.  The sign of a
 * component: see util/pca.h.
 */
#include <thalweg/plugin.h>

#include "util/pca.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct config {
    int64_t components;
    bool whiten;
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
    struct pca pca; /* d == 0: not fitted */
    double *axis;   /* pca.k x pca.d */
    double *factor; /* pca.k: what whitening multiplies by, or 1 */
};

static int dataset_pca_create(const struct tw_host *host, const void *cfg, void **self)
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
    pca_free(&s->pca);
    free(s->axis);
    free(s->factor);
    s->axis = s->factor = NULL;
}

static void dataset_pca_destroy(void *self)
{
    struct reducer *s = self;

    forget(s);
    free(s);
}

static struct pca_rows features(const struct tw_data *data)
{
    return (struct pca_rows){.n = data->n_rows, .d = data->n_features, .x = data->x};
}

/* Axes and factors of what pca_fit() has found. */
static int prepare(struct reducer *s, const struct pca_rows *rows)
{
    size_t k = s->pca.k;

    s->axis = calloc(k, rows->d * sizeof *s->axis);
    s->factor = calloc(k, sizeof *s->factor);
    if (!s->axis || !s->factor)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu axes", k);
    for (size_t j = 0; j < k; j++)
        s->factor[j] = s->cfg->whiten ? 1 / sqrt(s->pca.variance[j]) : 1;
    return pca_axes(&s->pca, rows, NULL, k, s->axis, s->host);
}

static int dataset_pca_fit(void *self, const struct tw_data *train, size_t *n_features)
{
    struct reducer *s = self;
    const struct tw_host *h = s->host;
    struct pca_rows rows = features(train);
    size_t k = (size_t)s->cfg->components, most = rows.n - 1 < rows.d ? rows.n - 1 : rows.d, found;
    int rc;

    if (k > most)
        return h->fail(h, TW_EINVAL,
                       "components: %zu is too many: %zu rows of %zu features have %zu", k, rows.n,
                       rows.d, most);
    forget(s);
    rc = pca_fit(&s->pca, &rows, k, h);
    if (rc == TW_DONE)
        return h->fail(h, TW_ENUMERIC, "a feature is not finite");
    if (rc < 0)
        return rc;
    found = s->pca.k;
    if (found < k)
        rc = h->fail(h, TW_EINVAL,
                     "components: %zu is too many: only %zu direction%s of the training set "
                     "%s any variance",
                     k, found, found == 1 ? "" : "s", found == 1 ? "has" : "have");
    else
        rc = prepare(s, &rows);
    if (rc < 0)
        forget(s);
    else
        *n_features = k;
    return rc;
}

static int dataset_pca_transform(void *self, const struct tw_data *in, float *x)
{
    const struct reducer *s = self;
    struct pca_rows rows = features(in);

    if (rows.d != s->pca.d)
        return s->host->fail(s->host, TW_EINVAL, "%zu features, but it was fitted to %zu", rows.d,
                             s->pca.d);
    return pca_project(&s->pca, &rows, s->axis, s->pca.k, s->factor, x, s->host);
}

static int dataset_pca_feature_name(const void *self, size_t j, char *name, size_t size)
{
    const struct reducer *s = self;

    if (j >= s->pca.k)
        return TW_DONE;
    snprintf(name, size, "PC %zu (%.1f %%)", j + 1, 100 * s->pca.variance[j] / s->pca.total);
    return TW_OK;
}

static const struct tw_param params[] = {
    TW_PARAM_INT(struct config, components, "2", 1, 1e6, "features",
                 "How many principal components the data keeps."),
    TW_PARAM_BOOL(struct config, whiten, "false",
                  "Divide each component by its standard deviation."),
    TW_PARAM_END};

static const struct tw_reducer_ops ops = {.struct_size = sizeof ops,
                                          .fit = dataset_pca_fit,
                                          .transform = dataset_pca_transform,
                                          .feature_name = dataset_pca_feature_name};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_REDUCER),
    .threads = TW_THREADS_INSTANCE,
    .name = "dataset-pca",
    .version = "0.1.0",
    .summary = "The data in its leading principal components",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = dataset_pca_create,
    .destroy = dataset_pca_destroy,
    .ops.reducer = &ops,
};
