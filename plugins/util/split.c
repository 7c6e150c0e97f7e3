/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split.c -- the distinct labels are gathered in a sorted array: there are few
 * of them, and a row's label is mostly that of the row before.
 */
#define _POSIX_C_SOURCE 200809L

#include "util/split.h"

#include "util/scratch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLASSES ((size_t)32768)

/* ---- arrays ---------------------------------------------------------------- */

void *split_array(const struct tw_host *host, size_t n, size_t size, const char *what)
{
    void *p = NULL;

    if (n > 0 && n <= SIZE_MAX / 2 / size - SCRATCH_LINE)
        p = aligned_alloc(SCRATCH_LINE, (n * size / SCRATCH_LINE + 1) * SCRATCH_LINE);
    if (!p)
        host->fail(host, TW_ENOMEM, "out of memory: %s needs %.3g GB", what,
                   (double)n * (double)size / 1e9);
    return p;
}

int split_alloc(const struct tw_host *host, const char *path, size_t n_rows, size_t n_features,
                struct split *s)
{
    if (n_rows > SPLIT_MAX_ROWS)
        return host->fail(host, TW_EINVAL, "%s has %zu rows; %zu is the most", path, n_rows,
                          SPLIT_MAX_ROWS);
    if (n_rows == 0 || n_features == 0)
        return host->fail(host, TW_EINVAL, "%s is an empty array of %zu x %zu", path, n_rows,
                          n_features);
    s->n_rows = n_rows;
    s->n_features = n_features;
    s->x = split_array(host, n_rows > SIZE_MAX / n_features ? SIZE_MAX : n_rows * n_features,
                       sizeof *s->x, path);
    return s->x ? TW_OK : TW_ENOMEM;
}

void split_free(struct split *s)
{
    free(s->x);
    free(s->label);
    free(s->target);
    *s = (struct split){0};
}

/* ---- classes --------------------------------------------------------------- */

union item {
    double number;
    const char *text;
};

struct distinct {
    bool texts;
    union item *item; /* sorted */
    size_t n, room;
};

static int compare(bool texts, union item a, union item b)
{
    return texts ? strcmp(a.text, b.text) : (a.number > b.number) - (a.number < b.number);
}

/* The first place whose item is not less than `label`. */
static size_t lower_bound(const struct distinct *d, union item label)
{
    size_t lo = 0, hi = d->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (compare(d->texts, d->item[mid], label) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static int distinct_add(const struct tw_host *host, const char *path, struct distinct *d,
                        union item label)
{
    size_t at = lower_bound(d, label);
    if (at < d->n && compare(d->texts, d->item[at], label) == 0)
        return TW_OK;
    if (d->n == MAX_CLASSES)
        return host->fail(
            host, TW_EINVAL,
            "%s has more than %zu different labels: they look like values to predict, "
            "not like classes",
            path, MAX_CLASSES);
    if (d->n == d->room) {
        size_t room = d->room ? d->room * 2 : 16;
        union item *more = realloc(d->item, room * sizeof *more);
        if (!more)
            return host->fail(host, TW_ENOMEM, "out of memory for the classes of %s", path);
        d->item = more;
        d->room = room;
    }
    memmove(d->item + at + 1, d->item + at, (d->n - at) * sizeof *d->item);
    d->item[at] = label;
    d->n++;
    return TW_OK;
}

/* A number as one would write it. */
static void print_number(double v, char *buf, size_t size)
{
    if (v == floor(v) && fabs(v) <= 9007199254740992.0)
        snprintf(buf, size, "%.0f", v + 0.0);
    else if (snprintf(buf, size, "%.15g", v) < 0 || strtod(buf, NULL) != v)
        snprintf(buf, size, "%.17g", v);
}

/* Copies of what was found, so that the labels themselves may go. */
static int keep(const struct tw_host *host, const char *path, const struct distinct *d,
                struct classes *out)
{
    struct classes c = {0};
    char buf[40];

    if (d->n < 2) {
        if (!d->texts)
            print_number(d->item[0].number, buf, sizeof buf);
        return host->fail(host, TW_EINVAL,
                          "all labels of %s are \"%.40s\"; a classification needs two classes",
                          path, d->texts ? d->item[0].text : buf);
    }
    c.name = calloc(d->n, sizeof *c.name);
    c.value = d->texts ? NULL : malloc(d->n * sizeof *c.value);
    bool ok = c.name && (d->texts || c.value);
    for (; ok && c.n < d->n; c.n++) {
        if (!d->texts) {
            c.value[c.n] = d->item[c.n].number;
            print_number(c.value[c.n], buf, sizeof buf);
        }
        c.name[c.n] = strdup(d->texts ? d->item[c.n].text : buf);
        ok = c.name[c.n] != NULL;
    }
    if (!ok) {
        classes_free(&c);
        return host->fail(host, TW_ENOMEM, "out of memory for the classes of %s", path);
    }
    *out = c;
    return TW_OK;
}

int classes_of_numbers(const struct tw_host *host, const char *path, const double *label, size_t n,
                       struct classes *out)
{
    struct distinct d = {.texts = false};
    int rc = TW_OK;
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        if (i == 0 || label[i] != label[i - 1])
            rc = distinct_add(host, path, &d, (union item){.number = label[i] + 0.0});
    if (rc == TW_OK)
        rc = keep(host, path, &d, out);
    free(d.item);
    return rc;
}

int classes_of_texts(const struct tw_host *host, const char *path, const char *const *label,
                     size_t n, struct classes *out)
{
    struct distinct d = {.texts = true};
    int rc = TW_OK;
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        if (i == 0 || strcmp(label[i], label[i - 1]) != 0)
            rc = distinct_add(host, path, &d, (union item){.text = label[i]});
    if (rc == TW_OK)
        rc = keep(host, path, &d, out);
    free(d.item);
    return rc;
}

size_t classes_find_number(const struct classes *c, double label)
{
    size_t lo = 0, hi = c->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->value[mid] < label)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < c->n && c->value[lo] == label ? lo : SIZE_MAX;
}

size_t classes_find_text(const struct classes *c, const char *label)
{
    size_t lo = 0, hi = c->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (strcmp(c->name[mid], label) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < c->n && strcmp(c->name[lo], label) == 0 ? lo : SIZE_MAX;
}

const char *classes_list(const struct classes *c, char *buf, size_t size)
{
    size_t used = 0;
    buf[0] = 0;
    for (size_t i = 0; i < c->n; i++) {
        const char *comma = i > 0 ? ", " : "";
        if (used + strlen(c->name[i]) + 8 > size) {
            snprintf(buf + used, size - used, "%s...", comma);
            break;
        }
        used += (size_t)snprintf(buf + used, size - used, "%s%s", comma, c->name[i]);
    }
    return buf;
}

void classes_free(struct classes *c)
{
    for (size_t i = 0; c->name && i < c->n; i++)
        free(c->name[i]);
    free(c->name);
    free(c->value);
    *c = (struct classes){0};
}

/* ---- handing over ---------------------------------------------------------- */

int split_label_numbers(const struct tw_host *host, const char *path, const struct classes *c,
                        const double *label, struct split *s)
{
    s->label = split_array(host, s->n_rows, sizeof *s->label, path);
    if (!s->label)
        return TW_ENOMEM;
    size_t class = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        if (i == 0 || label[i] != label[i - 1])
            class = classes_find_number(c, label[i]);
        if (class == SIZE_MAX) {
            char list[200];
            return host->fail(host, TW_EINVAL,
                              "%s: label %.15g of row %zu (from 0) is not among those of the "
                              "training set: %s",
                              path, label[i], i, classes_list(c, list, sizeof list));
        }
        s->label[i] = (int32_t) class;
    }
    return TW_OK;
}

void split_to_data(const struct split *s, const struct classes *classes,
                   const char *const *feature_name, struct tw_data *out)
{
    struct tw_data d = {
        .struct_size = sizeof d,
        .task = classes ? TW_CLASSIFY : TW_REGRESS,
        .n_rows = s->n_rows,
        .n_features = s->n_features,
        .n_classes = classes ? classes->n : 0,
        .n_targets = classes ? 0 : s->n_targets,
        .x = s->x,
        .label = classes ? s->label : NULL,
        .target = classes ? NULL : s->target,
        .class_name = classes ? (const char *const *)classes->name : NULL,
        .feature_name = feature_name,
    };
    /* The host may know a shorter struct than we do. */
    if (out->struct_size > 0 && out->struct_size < d.struct_size)
        d.struct_size = out->struct_size;
    memcpy(out, &d, d.struct_size);
}
