/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-iris.c -- Fisher's irises: 150 flowers of three species, four lengths of
 * each in centimetres.  There is no test split.
 */
#include <thalweg/plugin.h>

#include "util/bundled.h"

#include <stdlib.h>

struct config {
    const char *path;
};

struct iris {
    const struct tw_host *host;
    const struct config *cfg;
    struct split train;
    struct classes classes;
};

static const char *const feature_names[] = {
    "sepal length (cm)",
    "sepal width (cm)",
    "petal length (cm)",
    "petal width (cm)",
};

#define N_FEATURES (sizeof feature_names / sizeof *feature_names)

static int iris_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct iris *s = calloc(1, sizeof *s);
    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void iris_destroy(void *self)
{
    struct iris *s = self;
    split_free(&s->train);
    classes_free(&s->classes);
    free(s);
}

static int iris_load(void *self, uint32_t split, struct tw_data *out)
{
    struct iris *s = self;
    if (split != TW_TRAIN)
        return TW_DONE;
    if (!s->train.loaded) {
        split_free(&s->train);
        classes_free(&s->classes);
        int rc = bundled_load(s->host, s->cfg->path, N_FEATURES, &s->train, &s->classes);
        if (rc < 0)
            return rc;
        s->train.loaded = true;
    }
    split_to_data(&s->train, &s->classes, feature_names, out);
    return TW_OK;
}

static const struct tw_dataset_ops ops = {
    .struct_size = sizeof ops,
    .load = iris_load,
};

static const struct tw_param params[] = {
    TW_PARAM_PATH(struct config, path, "$data/iris.csv",
                  "The file, in scikit-learn's layout, plain or gzip."),
    TW_PARAM_END,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_DATASET),
    .threads = TW_THREADS_INSTANCE,
    .name = "iris",
    .version = "0.1.0",
    .summary = "Fisher's irises: 150 flowers of 3 species, 4 features.",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = iris_create,
    .destroy = iris_destroy,
    .ops.dataset = &ops,
};
