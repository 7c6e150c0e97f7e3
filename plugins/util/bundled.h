/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bundled.h -- the small classic data sets in scikit-learn's CSV layout.
 *
 * The first line is ROWS,FEATURES,CLASS,CLASS,...; then one line per example:
 * the features and, last, the class as a number from 0.
 */
#ifndef PLUGINS_UTIL_BUNDLED_H
#define PLUGINS_UTIL_BUNDLED_H

#include "util/split.h"

/* The file must have exactly `n_features` features.  On failure, which has been
 * reported, there may be something to free in both. */
int bundled_load(const struct tw_host *host, const char *path, size_t n_features, struct split *s,
                 struct classes *classes);

#endif
