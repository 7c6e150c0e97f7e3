/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ease.h -- how a change begins and ends in a film: without a jerk. */
#ifndef UTIL_EASE_H
#define UTIL_EASE_H

/* 0 at and before 0, 1 at and after 1, with two continuous derivatives (Perlin, "Improving Noise",
 * 2002); 0 for NaN. */
static inline double ease(double x)
{
    return !(x > 0) ? 0 : x >= 1 ? 1 : x * x * x * (10 + x * (6 * x - 15));
}

#endif
