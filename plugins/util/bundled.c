/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bundled.c -- see bundled.h. */
#define _POSIX_C_SOURCE 200809L

#include "util/bundled.h"

#include "util/csvtext.h"
#include "util/split.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct bundled {
    const struct tw_host *host;
    const char *path;
    const char *const *feature_name;
    size_t n_features;
    struct split train;
    struct classes classes;
};

int bundled_create(const struct tw_host *host, const char *path, const char *const *feature_name,
                   size_t n_features, void **self)
{
    struct bundled *b = malloc(sizeof *b);

    if (!b)
        return host->fail(host, TW_ENOMEM, "out of memory");
    *b = (struct bundled){
        .host = host, .path = path, .feature_name = feature_name, .n_features = n_features};
    *self = b;
    return TW_OK;
}

void bundled_destroy(void *self)
{
    struct bundled *b = self;

    split_free(&b->train);
    classes_free(&b->classes);
    free(b);
}

/* A count in the first line. */
static bool count(const char *text, size_t *out)
{
    double v;
    if (!csv_number(text, &v) || v != floor(v) || !(v >= 1 && v <= (double)SPLIT_MAX_ROWS))
        return false;
    *out = (size_t)v;
    return true;
}

static int read_first_line(const struct tw_host *host, struct csv *c, size_t n_features,
                           size_t *n_rows, struct classes *classes)
{
    size_t features = 0;
    int rc = csv_next(c);
    if (rc < 0)
        return rc;
    if (rc == TW_DONE || c->n < 4 || !count(c->cell[0], n_rows) || !count(c->cell[1], &features))
        return host->fail(host, TW_EIO,
                          "%s:1: the first line must be ROWS,FEATURES,CLASS,CLASS,...; for CSV of "
                          "another layout use the dataset csv",
                          c->path);
    if (features != n_features)
        return host->fail(host, TW_EIO, "%s:1: %zu features; this dataset has %zu", c->path,
                          features, n_features);
    classes->name = calloc(c->n - 2, sizeof *classes->name);
    if (!classes->name)
        return host->fail(host, TW_ENOMEM, "out of memory");
    for (size_t i = 2; i < c->n; i++) {
        char *name = strdup(c->cell[i]);
        if (!name)
            return host->fail(host, TW_ENOMEM, "out of memory");
        classes->name[classes->n++] = name;
    }
    return TW_OK;
}

static int read_example(const struct tw_host *host, const struct csv *c, size_t row,
                        const struct classes *classes, struct split *s)
{
    char quoted[CSV_QUOTE_SIZE];
    double v;

    if (c->n != s->n_features + 1)
        return host->fail(host, TW_EIO, "%s:%zu: %zu columns; there must be %zu", c->path, c->line,
                          c->n, s->n_features + 1);
    for (size_t j = 0; j < s->n_features; j++) {
        if (!csv_number(c->cell[j], &v) || fabs(v) > FLT_MAX)
            return host->fail(host, TW_EIO,
                              "%s:%zu: column %zu (from 0) is \"%s\", not a finite number", c->path,
                              c->line, j, csv_quote(c->cell[j], quoted));
        s->x[row * s->n_features + j] = (float)v;
    }
    const char *label = c->cell[s->n_features];
    if (!csv_number(label, &v) || v != floor(v) || !(v >= 0 && v < (double)classes->n))
        return host->fail(host, TW_EIO,
                          "%s:%zu: class \"%s\" in the last column is not a number from 0 to %zu",
                          c->path, c->line, csv_quote(label, quoted), classes->n - 1);
    s->label[row] = (int32_t)v;
    return TW_OK;
}

static int read_examples(const struct tw_host *host, struct csv *c, size_t n_rows,
                         size_t n_features, const struct classes *classes, struct split *s)
{
    size_t row = 0;
    int rc;

    /* An example takes two bytes per feature at least: no memory for what the
     * first line only claims. */
    if (n_rows > (size_t)(c->end - c->text) / (2 * n_features))
        return host->fail(host, TW_EIO, "%s is cut off: its first line says %zu rows", c->path,
                          n_rows);
    rc = split_alloc(host, c->path, n_rows, n_features, s);
    if (rc < 0)
        return rc;
    s->label = split_array(host, n_rows, sizeof *s->label, c->path);
    if (!s->label)
        return TW_ENOMEM;
    while ((rc = csv_next(c)) == TW_OK) {
        if (row == n_rows)
            return host->fail(host, TW_EIO, "%s:%zu: a row more than the %zu of the first line",
                              c->path, c->line, n_rows);
        rc = read_example(host, c, row++, classes, s);
        if (rc < 0)
            return rc;
    }
    if (rc == TW_DONE && row < n_rows)
        return host->fail(host, TW_EIO, "%s has %zu rows; its first line says %zu", c->path, row,
                          n_rows);
    return rc < 0 ? rc : TW_OK;
}

static int read_file(struct bundled *b)
{
    struct csv c;
    size_t n_rows = 0;
    int rc = csv_open(b->host, b->path, ',', &c);

    if (rc < 0)
        return rc;
    rc = read_first_line(b->host, &c, b->n_features, &n_rows, &b->classes);
    if (rc == TW_OK)
        rc = read_examples(b->host, &c, n_rows, b->n_features, &b->classes, &b->train);
    csv_close(&c);
    b->train.loaded = rc == TW_OK;
    return rc;
}

int bundled_load(void *self, uint32_t split, struct tw_data *out)
{
    struct bundled *b = self;

    if (split != TW_TRAIN)
        return TW_DONE;
    if (!b->train.loaded) {
        split_free(&b->train); /* of a call that failed */
        classes_free(&b->classes);
        int rc = read_file(b);
        if (rc < 0)
            return rc;
    }
    split_to_data(&b->train, &b->classes, b->feature_name, out);
    return TW_OK;
}
