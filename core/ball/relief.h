/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relief.h -- from losses to the heights that a ball rolls over.
 *
 *     relief_fit      linear or logarithmic, and between which losses, as the pictures choose
 *     relief_height   of one loss
 *
 * Between the ends of the scale heights go from 0 to `height`.  Beyond them they go on, with two
 * continuous derivatives, ever more slowly and never level: a ball on a clipped peak rolls down.
 */
#ifndef CORE_RELIEF_H
#define CORE_RELIEF_H

#include "../error.h"

#include <util/scale.h>

struct relief {
    struct scale scale;
    double height;
    double least;  /* losses below it count as this much: a logarithm needs a number above 0 */
    double offset; /* added to all heights */
};

int relief_fit(struct relief *r, const double *loss, size_t n, enum scale_log log, double height,
               struct error *err);

/* NaN of what is not finite. */
double relief_height(const struct relief *r, double loss);

#endif
