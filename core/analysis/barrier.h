/* SPDX-License-Identifier: GPL-3.0-or-later */
/* barrier.h -- what stands on the straight line between two marked points of the plane
 * (Goodfellow et al. 2015; the height as Draxler et al. 2018 and Frankle et al. 2020 take it).
 *
 *     barrier_find       one for each pair of marks
 */
#ifndef CORE_BARRIER_H
#define CORE_BARRIER_H

#include "probe.h"

#define BARRIERS 6 /* four marks make as many pairs */

struct barrier {
    uint32_t from, to; /* marks */
    double from_loss, to_loss;
    double highest;          /* on the line, its ends included */
    double at;               /* 0 at `from`, 1 at `to` */
    double above_higher_end; /* highest - max of the ends; 0: there is none */
    double above_mean;       /* highest - mean of the ends */
};

int barrier_find(struct barrier *b, size_t *n, struct probe *p, struct error *err);

#endif
