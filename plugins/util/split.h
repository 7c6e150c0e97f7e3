/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split.h -- the examples of one split while a dataset plugin owns them, and
 * the classes that their labels stand for.
 *
 *     split_alloc        room for rows of features
 *     classes_*          which labels there are, sorted; a label to its class
 *     split_to_data      fill in what load() hands over
 *     split_free, classes_free
 *
 * Every failure has been reported with host->fail().
 */
#ifndef UTIL_SPLIT_H
#define UTIL_SPLIT_H

#include <thalweg/plugin.h>

#define SPLIT_MAX_ROWS ((size_t)1 << 31)

struct split {
    bool loaded;
    size_t n_rows, n_features, n_targets;
    float *x;       /* n_rows x n_features */
    int32_t *label; /* n_rows, or NULL */
    double *target; /* n_rows x n_targets, or NULL */
};

/* n * size bytes for `what` ("the images of train.gz"); NULL after a failure
 * that has been reported, also when the product overflows. */
void *split_array(const struct tw_host *host, size_t n, size_t size, const char *what);

/* Sets n_rows, n_features and x, to be freed by split_free() even on failure. */
int split_alloc(const struct tw_host *host, const char *path, size_t n_rows, size_t n_features,
                struct split *s);
void split_free(struct split *s);

/* The distinct labels: numbers in ascending order, or texts in that of
 * strcmp().  Their place is the class. */
struct classes {
    size_t n;
    char **name;
    double *value; /* NULL: the labels are texts */
};

/* TW_EINVAL when there are fewer than two or far too many.  Finite numbers. */
int classes_of_numbers(const struct tw_host *host, const char *path, const double *label, size_t n,
                       struct classes *out);
int classes_of_texts(const struct tw_host *host, const char *path, const char *const *label,
                     size_t n, struct classes *out);

/* SIZE_MAX when there is no such class. */
size_t classes_find_number(const struct classes *c, double label);
size_t classes_find_text(const struct classes *c, const char *label);

/* "0, 1, 2", cut with "..." when longer; returns `buf`. */
const char *classes_list(const struct classes *c, char *buf, size_t size);
void classes_free(struct classes *c);

/* Fill in s->label from numbers, all of which must be among the classes. */
int split_label_numbers(const struct tw_host *host, const char *path, const struct classes *c,
                        const double *label, struct split *s);

/* `classes` is NULL for a regression, feature_name may be. */
void split_to_data(const struct split *s, const struct classes *classes,
                   const char *const *feature_name, struct tw_data *out);

#endif
