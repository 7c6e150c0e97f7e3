/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-breast-cancer.c -- Wisconsin Diagnostic Breast Cancer: 569 tumours,
 * malignant (0) or benign (1), 30 measurements of the cell nuclei in each.  There
 * is no test split.
 */
#include <thalweg/plugin.h>

#include "util/bundled.h"

#include <stdlib.h>

struct config {
    const char *path;
};

struct breast_cancer {
    const struct tw_host *host;
    const struct config *cfg;
    struct split train;
    struct classes classes;
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

static int breast_cancer_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct breast_cancer *s = calloc(1, sizeof *s);
    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void breast_cancer_destroy(void *self)
{
    struct breast_cancer *s = self;
    split_free(&s->train);
    classes_free(&s->classes);
    free(s);
}

static int breast_cancer_load(void *self, uint32_t split, struct tw_data *out)
{
    struct breast_cancer *s = self;
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
    .load = breast_cancer_load,
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
    .summary = "Wisconsin breast cancer: 569 tumours, malignant or benign, 30 features.",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = breast_cancer_create,
    .destroy = breast_cancer_destroy,
    .ops.dataset = &ops,
};
