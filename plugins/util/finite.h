/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finite.h -- are all entries of a vector finite? A loop that compilers turn into vectors. */
#ifndef UTIL_FINITE_H
#define UTIL_FINITE_H

#include <stdbool.h>
#include <stddef.h>

#define FINITE_LANES 8

static inline bool all_finite(const double *x, size_t n)
{
    double lane[FINITE_LANES] = {0}, sum = 0;
    size_t i = 0;

    /* 0 times infinity or NaN is NaN, and stays in the sum. */
    for (; i + FINITE_LANES <= n; i += FINITE_LANES)
        for (size_t j = 0; j < FINITE_LANES; j++)
            lane[j] += 0 * x[i + j];
    for (; i < n; i++)
        lane[0] += 0 * x[i];
    for (size_t j = 0; j < FINITE_LANES; j++)
        sum += lane[j];
    return sum == 0;
}

#endif
