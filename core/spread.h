/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spread.h -- what the loss does over several planes, point by point.
 *
 *     spread_new     for n_planes surfaces of n points
 *     spread_plane   where the losses of a plane go
 *     spread_fill    the statistics, when all are there
 *     spread_free
 *
 * A point where a loss is NaN has no statistics: all of them are NaN.  An infinite
 * loss is a value: the mean is infinite, the standard deviation NaN, and the others
 * are by order.
 */
#ifndef CORE_SPREAD_H
#define CORE_SPREAD_H

#include "error.h"

#include <thalweg/plugin.h>

struct spread {
    struct tw_spread view;
    size_t n;      /* points */
    double *loss;  /* n_planes x n */
    double *stats; /* 7 x n: what the view points to */
};

int spread_new(struct spread *s, size_t n_planes, size_t n, struct error *err);
double *spread_plane(struct spread *s, size_t plane);
int spread_fill(struct spread *s, struct error *err);
void spread_free(struct spread *s);

#endif
