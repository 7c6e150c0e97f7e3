/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L

#include "util/bundled.h"

#include "util/csvtext.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

int bundled_load(const struct tw_host *host, const char *path, size_t n_features, struct split *s,
                 struct classes *classes)
{
    struct csv c;
    size_t n_rows = 0;
    int rc = csv_open(host, path, ',', &c);
    if (rc < 0)
        return rc;
    rc = read_first_line(host, &c, n_features, &n_rows, classes);
    if (rc == TW_OK)
        rc = read_examples(host, &c, n_rows, n_features, classes, s);
    csv_close(&c);
    return rc;
}
