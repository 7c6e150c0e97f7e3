/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-idx.c -- any pair of IDX files: examples of whatever shape, one label
 * for each.  Features are taken as they are, flattened.
 *
 * Labels are whole numbers.  The distinct ones of the training set, sorted, are
 * the classes and give them their names; the test set may have no others.
 */
#include <thalweg/plugin.h>

#include "util/idx.h"

#include <stdlib.h>

struct config {
    const char *images, *labels, *test_images, *test_labels;
};

struct pair {
    const struct tw_host *host;
    const struct config *cfg;
    struct split split[2];
    struct classes classes;
};

static int pair_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct pair *s = calloc(1, sizeof *s);
    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void pair_destroy(void *self)
{
    struct pair *s = self;
    split_free(&s->split[TW_TRAIN]);
    split_free(&s->split[TW_TEST]);
    classes_free(&s->classes);
    free(s);
}

static const char *pair_check(const void *cfg)
{
    const struct config *c = cfg;
    if (!c->test_images != !c->test_labels)
        return "test_images and test_labels belong together: give both or none";
    return NULL;
}

static int load_split(struct pair *s, uint32_t which)
{
    struct split *split = &s->split[which];
    bool test = which == TW_TEST;
    struct idx_pair files = {
        .images = test ? s->cfg->test_images : s->cfg->images,
        .labels = test ? s->cfg->test_labels : s->cfg->labels,
        .divisor = 1,
    };
    double *labels = NULL;

    if (split->loaded)
        return TW_OK;
    split_free(split);
    int rc = idx_load_pair(s->host, &files, split, &labels);
    if (rc == TW_OK && !test) {
        classes_free(&s->classes);
        rc = classes_of_numbers(s->host, files.labels, labels, split->n_rows, &s->classes);
    }
    if (rc == TW_OK)
        rc = split_label_numbers(s->host, files.labels, &s->classes, labels, split);
    free(labels);
    split->loaded = rc == TW_OK;
    return rc;
}

static int pair_load(void *self, uint32_t which, struct tw_data *out)
{
    struct pair *s = self;
    if (which > TW_TEST || (which == TW_TEST && !s->cfg->test_images))
        return TW_DONE;
    /* The training set has the classes of both. */
    int rc = load_split(s, TW_TRAIN);
    if (rc == TW_OK)
        rc = load_split(s, which);
    if (rc < 0)
        return rc;
    split_to_data(&s->split[which], &s->classes, NULL, out);
    return TW_OK;
}

static const struct tw_dataset_ops ops = {
    .struct_size = sizeof ops,
    .load = pair_load,
};

static const struct tw_param params[] = {
    TW_PARAM_PATH(struct config, images, NULL, "Training examples: an IDX file, plain or gzip."),
    TW_PARAM_PATH(struct config, labels, NULL, "Training labels: an IDX file, plain or gzip."),
    TW_PARAM_PATH(struct config, test_images, "null", "Test examples; null: no test split."),
    TW_PARAM_PATH(struct config, test_labels, "null", "Test labels; null: no test split."),
    TW_PARAM_END,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_DATASET),
    .threads = TW_THREADS_INSTANCE,
    .name = "idx",
    .version = "0.1.0",
    .summary = "Examples and labels from a pair of IDX files, plain or gzip",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = pair_check,
    .create = pair_create,
    .destroy = pair_destroy,
    .ops.dataset = &ops,
};
