/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale.h -- from losses to positions on a colour bar.
 *
 *     scale_check   are the ends that were asked for possible?
 *     scale_fit     choose linear or logarithmic, and the two ends, from the data
 *     scale_t       position of a loss: 0 at the low end, 1 at the high end
 *     scale_value   the loss at a position
 *
 * A few huge losses must not squeeze all others into one colour: a high end that is
 * left to us stays near the 99.5th percentile if the data go much further; so does a
 * low end near the 0.5th, on a logarithmic scale.  Then n_above or n_below is not zero,
 * and the picture has to say so.
 */
#ifndef UTIL_SCALE_H
#define UTIL_SCALE_H

#include <stdbool.h>
#include <stddef.h>

enum scale_log { SCALE_AUTO, SCALE_LOG, SCALE_LINEAR };

/* {"auto", "true", "false", NULL}: enum scale_log as a TW_CHOICE parameter. */
extern const char *const scale_log_names[];

struct scale {
    bool log;
    double lo, hi;           /* losses at the ends, lo < hi */
    double min, max;         /* finite losses; NaN if there are none */
    size_t n, n_finite;      /* values, finite values */
    size_t n_below, n_above; /* finite, beyond an end */
    size_t lowest;           /* index of the smallest finite value; n if there is none */
};

/* For the check() of a sink: NULL, or what is wrong with these.  NaN: to be chosen. */
const char *scale_check(enum scale_log log, double vmin, double vmax);

/* vmin and vmax: the ends, or NaN to choose.  SCALE_LOG becomes linear where no
 * value is positive.  0, or -1 when out of memory. */
int scale_fit(struct scale *s, const double *v, size_t n, enum scale_log log, double vmin,
              double vmax);

/* NaN for what is not finite; else a number in [-0.25, 1.25]. */
double scale_t(const struct scale *s, double v);
double scale_value(const struct scale *s, double t);

#endif
