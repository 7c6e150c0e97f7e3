/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-mnist.c -- MNIST: 60,000 handwritten digits to train on, 10,000 to test,
 * 28 x 28 pixels each; or any set of the same format, such as Fashion-MNIST.
 *
 * Pixels are divided by 255, into [0, 1]: the one dataset that changes its data
 * without being told to, because everybody does.
 *
 * Unless they are named, the test files are looked for beside the training
 * files, under MNIST's names: `t10k-` where these have `train-`.  So whoever
 * names other training files never gets MNIST's own digits to test on.
 */
#define _POSIX_C_SOURCE 200809L

#include <thalweg/plugin.h>

#include "util/idx.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_CLASSES 10

struct config {
    const char *images, *labels, *test_images, *test_labels;
};

struct mnist {
    const struct tw_host *host;
    const struct config *cfg;
    char *test_images, *test_labels; /* NULL: there is no test split */
    struct split split[2];
};

static const char *const digit[N_CLASSES] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

/* `FOLDER/train-REST` to `FOLDER/t10k-REST`; any other path to NULL, and *rc is
 * TW_ENOMEM if there is no memory. */
static char *beside(const char *path, int *rc)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    if (strncmp(file, "train-", 6) != 0)
        return NULL;
    char *out = malloc(strlen(path) + 1);
    if (!out) {
        *rc = TW_ENOMEM;
        return NULL;
    }
    size_t folder = (size_t)(file - path);
    memcpy(out, path, folder);
    memcpy(out + folder, "t10k-", 5);
    strcpy(out + folder + 5, file + 6);
    return out;
}

/* Where the test files are. */
static int find_test(struct mnist *s)
{
    const struct config *c = s->cfg;
    int rc = TW_OK;
    if (c->test_images) {
        s->test_images = strdup(c->test_images);
        s->test_labels = strdup(c->test_labels);
        rc = s->test_images && s->test_labels ? TW_OK : TW_ENOMEM;
    } else {
        s->test_images = beside(c->images, &rc);
        s->test_labels = beside(c->labels, &rc);
    }
    if (rc < 0)
        return s->host->fail(s->host, rc, "out of memory");
    bool named = s->test_images && s->test_labels;
    /* One of the two alone is an error, which the loading will find. */
    bool there = named && (c->test_images || access(s->test_images, F_OK) == 0 ||
                           access(s->test_labels, F_OK) == 0);
    if (!there) {
        free(s->test_images);
        free(s->test_labels);
        s->test_images = s->test_labels = NULL;
    }
    return TW_OK;
}

static void mnist_destroy(void *self)
{
    struct mnist *s = self;
    split_free(&s->split[TW_TRAIN]);
    split_free(&s->split[TW_TEST]);
    free(s->test_images);
    free(s->test_labels);
    free(s);
}

static int mnist_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct mnist *s = calloc(1, sizeof *s);
    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    int rc = find_test(s);
    if (rc < 0) {
        mnist_destroy(s);
        return rc;
    }
    *self = s;
    return TW_OK;
}

static const char *mnist_check(const void *cfg)
{
    const struct config *c = cfg;
    if (!c->test_images != !c->test_labels)
        return "test_images and test_labels belong together: give both or none";
    return NULL;
}

static int set_labels(const struct tw_host *host, const char *path, const double *value,
                      struct split *s)
{
    s->label = split_array(host, s->n_rows, sizeof *s->label, path);
    if (!s->label)
        return TW_ENOMEM;
    for (size_t i = 0; i < s->n_rows; i++) {
        if (!(value[i] >= 0 && value[i] < N_CLASSES))
            return host->fail(host, TW_EIO,
                              "%s: label %.0f of row %zu (from 0) is not a digit from 0 to 9", path,
                              value[i], i);
        s->label[i] = (int32_t)value[i];
    }
    return TW_OK;
}

static int mnist_load(void *self, uint32_t which, struct tw_data *out)
{
    struct mnist *s = self;
    bool test = which == TW_TEST;
    struct idx_pair pair = {
        .images = test ? s->test_images : s->cfg->images,
        .labels = test ? s->test_labels : s->cfg->labels,
        .bytes_only = true,
        .divisor = 255,
    };
    struct classes classes = {.n = N_CLASSES};

    if (which > TW_TEST || !pair.images)
        return TW_DONE;
    struct split *split = &s->split[which];
    if (!split->loaded) {
        double *labels = NULL;
        split_free(split);
        int rc = idx_load_pair(s->host, &pair, split, &labels);
        if (rc == TW_OK)
            rc = set_labels(s->host, pair.labels, labels, split);
        free(labels);
        if (rc < 0)
            return rc;
        split->loaded = true;
    }
    split_to_data(split, &classes, NULL, out);
    out->class_name = digit;
    return TW_OK;
}

static const struct tw_dataset_ops ops = {
    .struct_size = sizeof ops,
    .load = mnist_load,
};

static const struct tw_param params[] = {
    TW_PARAM_PATH(struct config, images, "$data/train-images-idx3-ubyte.gz",
                  "Training images: an IDX file, plain or gzip."),
    TW_PARAM_PATH(struct config, labels, "$data/train-labels-idx1-ubyte.gz",
                  "Training labels: an IDX file, plain or gzip."),
    TW_PARAM_PATH(struct config, test_images, "null",
                  "Test images; null: t10k-* beside the training images, if they are train-*."),
    TW_PARAM_PATH(struct config, test_labels, "null",
                  "Test labels; null: t10k-* beside the training labels, if they are train-*."),
    TW_PARAM_END,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_DATASET),
    .threads = TW_THREADS_INSTANCE,
    .name = "mnist",
    .version = "0.1.0",
    .summary = "MNIST: 70,000 handwritten digits, 784 pixels from 0 to 1",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = mnist_check,
    .create = mnist_create,
    .destroy = mnist_destroy,
    .ops.dataset = &ops,
};
