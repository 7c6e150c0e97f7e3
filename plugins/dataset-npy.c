/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-npy.c -- examples from two arrays that NumPy has saved.
 *
 * `x` is rows x features; more dimensions are flattened, one dimension is a
 * single feature.  `y` has an element per row: a whole number for a class, of
 * an integer or a floating-point type, or any number for a regression, which
 * may have several per row.  The distinct labels of the training set, sorted,
 * are the classes and give them their names.
 */
#include <thalweg/plugin.h>

#include "util/npy.h"
#include "util/split.h"

#include <math.h>
#include <stdlib.h>

enum { TASK_CLASSIFY, TASK_REGRESS };

static const char *const tasks[] = {"classify", "regress", NULL};

/* Beyond, a double does not tell whole numbers apart. */
#define MAX_LABEL 9007199254740991.0

#define STRIP ((size_t)1 << 20) /* elements between two ticks */

struct config {
    const char *x, *y, *test_x, *test_y;
    int task; /* TASK_* */
};

struct arrays {
    const struct tw_host *host;
    const struct config *cfg;
    struct classes classes;
    struct split split[2];
};

static int npy_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct arrays *s = calloc(1, sizeof *s);
    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void npy_destroy(void *self)
{
    struct arrays *s = self;
    split_free(&s->split[TW_TRAIN]);
    split_free(&s->split[TW_TEST]);
    classes_free(&s->classes);
    free(s);
}

static const char *npy_check(const void *cfg)
{
    const struct config *c = cfg;
    if (!c->test_x != !c->test_y)
        return "test_x and test_y belong together: give both or none";
    return NULL;
}

/* ---- features -------------------------------------------------------------- */

static int check_finite(const struct tw_host *host, const struct npy *f, size_t first,
                        const float *x, size_t n)
{
    float zero = 0; /* becomes NaN when anything is not finite */
    size_t i = 0, width = npy_row_size(f);
    for (size_t k = 0; k < n; k++)
        zero += x[k] - x[k];
    if (zero == 0)
        return TW_OK;
    while (x[i] - x[i] == 0)
        i++;
    return host->fail(host, TW_EIO,
                      "%s: row %zu, column %zu (from 0) is %g; features are finite numbers within "
                      "the range of float",
                      f->path, (first + i) / width, (first + i) % width, (double)x[i]);
}

static int read_x(const struct tw_host *host, const struct npy *f, struct split *s)
{
    int rc = split_alloc(host, f->path, f->shape[0], npy_row_size(f), s);
    for (size_t at = 0; rc == TW_OK && at < f->count; at += STRIP) {
        size_t n = f->count - at < STRIP ? f->count - at : STRIP;
        rc = npy_read_float(f, at, n, s->x + at);
        if (rc == TW_OK)
            rc = check_finite(host, f, at, s->x + at, n);
        if (rc == TW_OK && host->tick(host, (double)at / (double)f->count, "reading"))
            rc = TW_ECANCELLED;
    }
    return rc;
}

/* ---- labels and targets ---------------------------------------------------- */

static int check_y(const struct arrays *s, const struct npy *x, const struct npy *y)
{
    char what[96];
    if (y->shape[0] != x->shape[0])
        return s->host->fail(s->host, TW_EINVAL,
                             "%s has %zu rows, %s has %zu: there must be a label for each row",
                             x->path, x->shape[0], y->path, y->shape[0]);
    if (y->n_dims > 2 || (s->cfg->task == TASK_CLASSIFY && npy_row_size(y) > 1))
        return s->host->fail(s->host, TW_EINVAL, "%s is a %s; needed: %s", y->path,
                             npy_describe(y, what, sizeof what),
                             s->cfg->task == TASK_CLASSIFY
                                 ? "one label per row, not one-hot vectors"
                                 : "rows, or rows x targets");
    return TW_OK;
}

static int check_values(const struct arrays *s, const struct npy *y, const double *v)
{
    bool classify = s->cfg->task == TASK_CLASSIFY;
    size_t width = npy_row_size(y);

    for (size_t i = 0; i < y->count; i++)
        if (classify && !(v[i] == floor(v[i]) && fabs(v[i]) <= MAX_LABEL))
            return s->host->fail(s->host, TW_EIO,
                                 "%s: label %.17g of row %zu (from 0) is not a whole number below "
                                 "2^53 (for values to predict say task: regress)",
                                 y->path, v[i], i);
        else if (v[i] - v[i] != 0)
            return s->host->fail(s->host, TW_EIO,
                                 "%s: row %zu, column %zu (from 0) is %g; targets are finite",
                                 y->path, i / width, i % width, v[i]);
    return TW_OK;
}

static int read_y(struct arrays *s, bool test, const struct npy *y, struct split *split)
{
    double *v = split_array(s->host, y->count, sizeof *v, y->path);
    if (!v)
        return TW_ENOMEM;
    int rc = npy_read_double(y, 0, y->count, v);
    if (rc == TW_OK)
        rc = check_values(s, y, v);
    if (s->cfg->task == TASK_REGRESS) {
        split->target = v;
        split->n_targets = npy_row_size(y);
        return rc;
    }
    if (rc == TW_OK && !test) {
        classes_free(&s->classes);
        rc = classes_of_numbers(s->host, y->path, v, y->count, &s->classes);
    }
    if (rc == TW_OK)
        rc = split_label_numbers(s->host, y->path, &s->classes, v, split);
    free(v);
    return rc;
}

/* ---- load ------------------------------------------------------------------ */

static int load_split(struct arrays *s, uint32_t which)
{
    struct split *split = &s->split[which];
    bool test = which == TW_TEST;
    struct npy x = {0}, y = {0};

    if (split->loaded)
        return TW_OK;
    split_free(split);
    int rc = npy_open(s->host, test ? s->cfg->test_x : s->cfg->x, &x);
    if (rc == TW_OK)
        rc = npy_open(s->host, test ? s->cfg->test_y : s->cfg->y, &y);
    if (rc == TW_OK)
        rc = check_y(s, &x, &y);
    if (rc == TW_OK)
        rc = read_x(s->host, &x, split);
    if (rc == TW_OK)
        rc = read_y(s, test, &y, split);
    npy_close(&x);
    npy_close(&y);
    split->loaded = rc == TW_OK;
    return rc;
}

static int npy_load(void *self, uint32_t which, struct tw_data *out)
{
    struct arrays *s = self;
    if (which > TW_TEST || (which == TW_TEST && !s->cfg->test_x))
        return TW_DONE;
    /* The training set has the classes of both. */
    int rc = load_split(s, TW_TRAIN);
    if (rc == TW_OK)
        rc = load_split(s, which);
    if (rc < 0)
        return rc;
    split_to_data(&s->split[which], s->cfg->task == TASK_CLASSIFY ? &s->classes : NULL, NULL, out);
    return TW_OK;
}

static const struct tw_dataset_ops ops = {
    .struct_size = sizeof ops,
    .load = npy_load,
};

static const struct tw_param params[] = {
    TW_PARAM_PATH(struct config, x, NULL, "Training features, .npy of rows x features."),
    TW_PARAM_PATH(struct config, y, NULL, "Training labels, .npy with one per row."),
    TW_PARAM_PATH(struct config, test_x, "null", "Test features; null: no test split."),
    TW_PARAM_PATH(struct config, test_y, "null", "Test labels; null: no test split."),
    TW_PARAM_CHOICE(struct config, task, "classify", tasks,
                    "Whether y holds classes or values to predict."),
    TW_PARAM_END,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_DATASET),
    .threads = TW_THREADS_INSTANCE,
    .name = "npy",
    .version = "0.1.0",
    .summary = "Features and labels from NumPy's .npy files",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = npy_check,
    .create = npy_create,
    .destroy = npy_destroy,
    .ops.dataset = &ops,
};
