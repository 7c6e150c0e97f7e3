/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-iris.c -- Fisher's irises: 150 flowers of three species, four lengths of
 * each in centimetres.  There is no test split.
 */
#include <thalweg/plugin.h>

#include "util/bundled.h"

struct config {
    const char *path;
};

static const char *const feature_names[] = {
    "sepal length (cm)",
    "sepal width (cm)",
    "petal length (cm)",
    "petal width (cm)",
};

#define N_FEATURES (sizeof feature_names / sizeof *feature_names)

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    return bundled_create(host, ((const struct config *)cfg)->path, feature_names, N_FEATURES,
                          self);
}

static const struct tw_dataset_ops ops = {
    .struct_size = sizeof ops,
    .load = bundled_load,
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
    .summary = "Fisher's irises: 150 flowers of 3 species, 4 features",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = bundled_destroy,
    .ops.dataset = &ops,
};
