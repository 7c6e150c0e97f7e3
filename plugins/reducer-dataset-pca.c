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

#define CHUNK 256 /* rows that are transformed together */

struct config {
    int64_t components;
    bool whiten;
};

struct reducer {
    const struct tw_host *host;
    const struct config *cfg;
    struct pca pca; /* d == 0: not fitted */
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

static void dataset_pca_destroy(void *self)
{
    struct reducer *s = self;

    pca_free(&s->pca);
    free(s);
}

static void read_features(const void *ctx, size_t row, size_t col, size_t count, double *out)
{
    const struct tw_data *data = ctx;
    const float *x = data->x + row * data->n_features + col;

    for (size_t i = 0; i < count; i++)
        out[i] = (double)x[i];
}

static int dataset_pca_fit(void *self, const struct tw_data *train, size_t *n_features)
{
    struct reducer *s = self;
    size_t k = (size_t)s->cfg->components, n = train->n_rows, d = train->n_features;
    size_t most = n - 1 < d ? n - 1 : d;
    struct pca_rows rows = {.n = n, .d = d, .read = read_features, .ctx = train};
    int rc;

    if (k > most)
        return s->host->fail(s->host, TW_EINVAL,
                             "components: %zu is too many: %zu rows of %zu features have %zu", k, n,
                             d, most);
    pca_free(&s->pca);
    rc = pca_fit(&s->pca, &rows, k, s->host);
    if (rc < 0)
        return rc;
    if (s->pca.k < k) {
        size_t found = s->pca.k;

        pca_free(&s->pca);
        return s->host->fail(
            s->host, TW_EINVAL,
            "components: %zu is too many: only %zu direction%s of the training set "
            "%s any variance",
            k, found, found == 1 ? "" : "s", found == 1 ? "has" : "have");
    }
    *n_features = k;
    return TW_OK;
}

static int dataset_pca_transform(void *self, const struct tw_data *in, float *x)
{
    const struct reducer *s = self;
    size_t d = s->pca.d, k = s->pca.k, m;
    struct pca_rows rows = {.n = in->n_rows, .d = d, .read = read_features, .ctx = in};
    double *block, *out;
    int rc = TW_OK;

    if (in->n_features != d)
        return s->host->fail(s->host, TW_EINVAL, "%zu features, but it was fitted to %zu",
                             in->n_features, d);
    block = calloc(d, CHUNK * sizeof *block);
    out = calloc(k, CHUNK * sizeof *out);
    if (!block || !out) {
        free(block);
        free(out);
        return s->host->fail(s->host, TW_ENOMEM, "out of memory");
    }
    for (size_t first = 0; first < rows.n; first += m) {
        if (s->host->tick(s->host, (double)first / (double)rows.n, "projecting")) {
            rc = TW_ECANCELLED;
            break;
        }
        m = rows.n - first < CHUNK ? rows.n - first : CHUNK;
        for (size_t i = 0; i < m; i++)
            rows.read(rows.ctx, first + i, 0, d, block + i * d);
        pca_project(&s->pca, block, m, out);
        for (size_t i = 0; i < m * k; i++)
            x[first * k + i] =
                (float)(s->cfg->whiten ? out[i] / sqrt(s->pca.variance[i % k]) : out[i]);
    }
    free(block);
    free(out);
    return rc;
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
