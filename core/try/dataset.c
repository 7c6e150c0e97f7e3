/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset.c -- see try.h: datasets. */
#include "../sha256.h"
#include "try.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const char *split_name(uint32_t split)
{
    return split == TW_TRAIN ? "the training set" : "the test set";
}

/* 0; 1 when there is no such split; -1. */
static int load(struct trial *t, struct instance *inst, uint32_t split, struct tw_data *d)
{
    *d = (struct tw_data){.struct_size = sizeof *d};
    int rc = t->plugin->ops.dataset.load(inst->self, split, d);
    if (rc == TW_OK)
        return 0;
    if (rc == TW_DONE)
        return split == TW_TRAIN ? try_fail(t, "the training set is required, not TW_DONE") : 1;
    return try_refused(t, inst, rc, "load()");
}

/* ---- is it sane? ---------------------------------------------------------------------- */

static int sane_head(struct trial *t, const struct tw_data *d, const char *which)
{
    if (d->n_rows < 1 || d->n_features < 1)
        return try_fail(t, "%s is %zu x %zu", which, d->n_rows, d->n_features);
    if (!d->x)
        return try_fail(t, "x of %s is NULL", which);
    if (d->task != TW_CLASSIFY && d->task != TW_REGRESS)
        return try_fail(t, "task of %s is %u", which, (unsigned)d->task);
    if (d->task == TW_CLASSIFY && (d->n_classes < 2 || !d->label || d->n_targets != 0))
        return try_fail(t, "%s: TW_CLASSIFY needs labels of 2 classes or more, and no targets",
                        which);
    if (d->task == TW_REGRESS && (d->n_targets < 1 || !d->target || d->n_classes != 0))
        return try_fail(t, "%s: TW_REGRESS needs a target or more, and no classes", which);
    return 0;
}

static int sane_values(struct trial *t, const struct tw_data *d, const char *which)
{
    for (size_t i = 0; i < d->n_rows * d->n_features; i++)
        if (!isfinite(d->x[i]))
            return try_fail(t, "%s: row %zu, feature %zu is %g", which, i / d->n_features,
                            i % d->n_features, (double)d->x[i]);
    for (size_t i = 0; d->task == TW_CLASSIFY && i < d->n_rows; i++)
        if (d->label[i] < 0 || (size_t)d->label[i] >= d->n_classes)
            return try_fail(t, "%s: the label of row %zu is %d, outside [0, %zu)", which, i,
                            (int)d->label[i], d->n_classes);
    for (size_t i = 0; d->task == TW_REGRESS && i < d->n_rows * d->n_targets; i++)
        if (!isfinite(d->target[i]))
            return try_fail(t, "%s: a target of row %zu is %g", which, i / d->n_targets,
                            d->target[i]);
    for (size_t k = 0; d->class_name && k < d->n_classes; k++)
        if (!d->class_name[k] || !d->class_name[k][0])
            return try_fail(t, "%s: class %zu has no name", which, k);
    for (size_t j = 0; d->feature_name && j < d->n_features; j++)
        if (!d->feature_name[j])
            return try_fail(t, "%s: feature %zu has no name", which, j);
    return 0;
}

static int check_train(struct trial *t)
{
    struct instance *inst;
    struct tw_data d;
    if (try_new(t, &inst) < 0 || load(t, inst, TW_TRAIN, &d) != 0 ||
        sane_head(t, &d, split_name(TW_TRAIN)) < 0 || sane_values(t, &d, split_name(TW_TRAIN)) < 0)
        return -1;
    snprintf(t->note, sizeof t->note, "%zu rows of %zu features, %zu %s", d.n_rows, d.n_features,
             d.n_classes + d.n_targets, d.task == TW_CLASSIFY ? "classes" : "targets");
    instance_free(inst);
    return 0;
}

static int check_test(struct trial *t)
{
    struct instance *inst;
    struct tw_data a, b;
    if (try_new(t, &inst) < 0)
        return -1;
    int rc = load(t, inst, TW_TEST, &b);
    if (rc > 0)
        return try_skip(t, "it has none");
    if (rc < 0 || load(t, inst, TW_TRAIN, &a) != 0 || sane_head(t, &b, split_name(TW_TEST)) < 0 ||
        sane_values(t, &b, split_name(TW_TEST)) < 0)
        return -1;
    if (a.task != b.task || a.n_features != b.n_features || a.n_classes != b.n_classes ||
        a.n_targets != b.n_targets)
        return try_fail(t,
                        "%zu features, %zu classes, %zu targets, but the training set has %zu, %zu "
                        "and %zu",
                        b.n_features, b.n_classes, b.n_targets, a.n_features, a.n_classes,
                        a.n_targets);
    snprintf(t->note, sizeof t->note, "%zu rows", b.n_rows);
    instance_free(inst);
    return 0;
}

static int check_other(struct trial *t)
{
    struct instance *inst;
    struct tw_data d = {.struct_size = sizeof d};
    if (try_new(t, &inst) < 0)
        return -1;
    int rc = t->plugin->ops.dataset.load(inst->self, 2, &d);
    instance_free(inst);
    return rc == TW_DONE
               ? 0
               : try_fail(t, "load() of split 2 returned %d, not TW_DONE (%d)", rc, TW_DONE);
}

/* ---- is it always the same? ---------------------------------------------------------------- */

static void digest(const struct tw_data *d, char hex[65])
{
    struct sha256 s;
    uint64_t head[5] = {d->task, d->n_rows, d->n_features, d->n_classes, d->n_targets};
    sha256_init(&s);
    sha256_add(&s, head, sizeof head);
    sha256_add(&s, d->x, d->n_rows * d->n_features * sizeof *d->x);
    if (d->label)
        sha256_add(&s, d->label, d->n_rows * sizeof *d->label);
    if (d->target)
        sha256_add(&s, d->target, d->n_rows * d->n_targets * sizeof *d->target);
    for (size_t k = 0; d->class_name && k < d->n_classes; k++)
        sha256_add(&s, d->class_name[k], strlen(d->class_name[k]) + 1);
    for (size_t j = 0; d->feature_name && j < d->n_features; j++)
        sha256_add(&s, d->feature_name[j], strlen(d->feature_name[j]) + 1);
    sha256_hex(&s, hex);
}

static int same_split(struct trial *t, struct instance *a, struct instance *b, uint32_t split)
{
    struct tw_data one, two, other;
    char first[65], again[65], then[65];
    int rc = load(t, a, split, &one);
    if (rc != 0)
        return rc;
    if (sane_head(t, &one, split_name(split)) < 0) /* or there would be nothing to read */
        return -1;
    digest(&one, first);
    /* What `one` points to must outlive these. */
    if (load(t, a, split == TW_TRAIN ? TW_TEST : TW_TRAIN, &other) < 0 ||
        load(t, a, split, &two) != 0 || sane_head(t, &two, split_name(split)) < 0)
        return try_fail(t, "%s cannot be loaded again", split_name(split));
    digest(&one, then);
    digest(&two, again);
    if (strcmp(first, again) != 0)
        return try_fail(t, "%s is another one when loaded again", split_name(split));
    if (strcmp(first, then) != 0)
        return try_fail(t, "%s changes when another is loaded; it must live until destroy()",
                        split_name(split));
    if (load(t, b, split, &two) != 0)
        return try_fail(t, "another instance has no such split");
    digest(&two, again);
    return strcmp(first, again) == 0
               ? 0
               : try_fail(t, "%s of another instance is another one", split_name(split));
}

static int check_same(struct trial *t)
{
    struct instance *a, *b;
    if (try_new(t, &a) < 0 || try_new(t, &b) < 0 || same_split(t, a, b, TW_TRAIN) < 0 ||
        same_split(t, a, b, TW_TEST) < 0)
        return -1;
    instance_free(a);
    instance_free(b);
    return 0;
}

/* ---- files that are not what they should be -------------------------------------------------- */

enum bad_file { MISSING, EMPTY, GARBAGE };

/* A file of that sort in the folder of the check, as YAML. */
static const char *bad_file(struct trial *t, enum bad_file sort)
{
    static const char *const names[] = {"missing", "empty", "garbage"};
    const char *path = arena_printf(&t->mem, "%s/%s", t->tmp, names[sort]);
    uint64_t state = 77;
    FILE *f = path && sort != MISSING ? fopen(path, "w") : NULL;
    for (int i = 0; f && sort == GARBAGE && i < 4096; i++)
        fputc((int)(128 * (try_random(&state) + 1)), f);
    if (!path || (sort != MISSING && (!f || fclose(f) != 0))) {
        try_fail(t, "%s: %s", t->tmp, strerror(errno));
        return NULL;
    }
    return path;
}

/* Refused with a reason, at create() or load(); for garbage both are well. */
static int refuses_file(struct trial *t, const struct tw_param *p, enum bad_file sort)
{
    static const char *const words[] = {"a missing file", "an empty file", "a file of noise"};
    struct instance *inst;
    struct tw_data d = {.struct_size = sizeof d};
    struct error err = {0};
    void *config;
    const char *path = bad_file(t, sort);
    if (!path)
        return -1;
    t->dirs.must_exist = false;
    if (try_configure(t, p->name, path, &config, &err) < 0)
        return 0;
    if (instance_new(t->plugin, "dataset", config, &t->env, &inst, &err) < 0)
        return strstr(err.text, "gave no reason")
                   ? try_fail(t, "%s: with %s create() gives no reason", p->name, words[sort])
                   : 0;
    int rc = t->plugin->ops.dataset.load(inst->self, TW_TRAIN, &d);
    if (rc >= 0) /* a file of the test set, perhaps */
        rc = t->plugin->ops.dataset.load(inst->self, TW_TEST, &d);
    if (rc < 0 && !try_reason(inst))
        return try_fail(t, "%s: with %s load() returned %d and gave no reason with host->fail()",
                        p->name, words[sort], rc);
    if (rc >= 0 && sort == MISSING)
        return try_fail(t, "%s: %s was taken", p->name, words[sort]);
    instance_free(inst);
    return 0;
}

static int check_bad_files(struct trial *t)
{
    const struct tw_param *p;
    size_t tried = 0;
    for (size_t i = 0; (p = table_at(&t->plugin->table, i)); i++)
        for (int sort = MISSING; sort <= GARBAGE && p->type == TW_PATH; sort++, tried++)
            if (refuses_file(t, p, (enum bad_file)sort) < 0)
                return -1;
    return tried ? 0 : try_skip(t, "no parameter is a file");
}

static int exercise(struct trial *t)
{
    struct instance *inst;
    if (try_new(t, &inst) < 0)
        return -1;
    for (uint32_t split = TW_TRAIN; split <= TW_TEST; split++) {
        struct tw_data d = {.struct_size = sizeof d};
        try_call(t, t->plugin->ops.dataset.load(inst->self, split, &d));
    }
    instance_free(inst);
    return 0;
}

static const struct check checks[] = {
    {"training set is sane", check_train},
    {"test set is of the same kind", check_test},
    {"no other splits", check_other},
    {"loading again gives the same", check_same},
    {"files that are missing or broken", check_bad_files},
};
const struct checks try_dataset = {checks, sizeof checks / sizeof *checks, exercise};
