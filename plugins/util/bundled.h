/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bundled.h -- a dataset plugin for a small classic data set in scikit-learn's CSV layout.
 *
 * The first line is ROWS,FEATURES,CLASS,CLASS,...; then one line per example:
 * the features and, last, the class as a number from 0.  There is no test split.
 *
 *     create()         bundled_create with the names of the features
 *     load, destroy    bundled_load, bundled_destroy
 */
#ifndef UTIL_BUNDLED_H
#define UTIL_BUNDLED_H

#include <thalweg/plugin.h>

/* `path` and the names live until destroy().  The file must have exactly n_features. */
int bundled_create(const struct tw_host *host, const char *path, const char *const *feature_name,
                   size_t n_features, void **self);
int bundled_load(void *self, uint32_t split, struct tw_data *out);
void bundled_destroy(void *self);

#endif
