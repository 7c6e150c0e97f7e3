/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-breast-cancer.c -- Wisconsin Diagnostic Breast Cancer: 569 tumours,
 * malignant (0) or benign (1), 30 measurements of the cell nuclei in each.  There
 * is no test split.
 */
#include <thalweg/plugin.h>

#include "util/bundled.h"

struct config {
    const char *path;
};

static const char *const feature_names[] = {
    "mean radius",      "mean texture",
    "mean perimeter",   "mean area",
    "mean smoothness",  "mean compactness",
    "mean concavity",   "mean concave points",
    "mean symmetry",    "mean fractal dimension",
    "radius error",     "texture error",
    "perimeter error",  "area error",
    "smoothness error", "compactness error",
    "concavity error",  "concave points error",
    "symmetry error",   "fractal dimension error",
    "worst radius",     "worst texture",
    "worst perimeter",  "worst area",
    "worst smoothness", "worst compactness",
    "worst concavity",  "worst concave points",
    "worst symmetry",   "worst fractal dimension",
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
    TW_PARAM_PATH(struct config, path, "$data/breast_cancer.csv",
                  "The file, in scikit-learn's layout, plain or gzip."),
    TW_PARAM_END,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_DATASET),
    .threads = TW_THREADS_INSTANCE,
    .name = "breast-cancer",
    .version = "0.1.0",
    .summary = "Wisconsin breast cancer: 569 tumours, malignant or benign, 30 features",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = bundled_destroy,
    .ops.dataset = &ops,
};
