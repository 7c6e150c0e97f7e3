/* SPDX-License-Identifier: GPL-3.0-or-later */
/* softmax-curve.h -- the Hessian of softmax cross-entropy in the scores, diag(p) - p p', times a
 * change of the scores.
 *
 * `slope` holds the derivatives by the scores, p less 1 for the own class y, and `change` the
 * changes d of the scores, both [class][sample] with ld samples in a row; d is replaced. With M =
 * sum over c != y of p_c (d_c - d_y) the product is p_c (d_c - d_y - M), and -p_y M for y: no
 * differences of numbers that are nearly equal, so it stays exact where p_y is nearly 1.
 */
#ifndef UTIL_SOFTMAX_CURVE_H
#define UTIL_SOFTMAX_CURVE_H

#include <stddef.h>
#include <stdint.h>

/* work: 2 x ld */
static inline void softmax_curve(size_t n, size_t n_classes, size_t ld, const double *slope,
                                 const int32_t *label, double *change, double *work)
{
    double *restrict own = work, *restrict mean = work + ld;

    for (size_t r = 0; r < n; r++) {
        own[r] = change[(size_t)label[r] * ld + r];
        mean[r] = 0;
    }
    for (size_t c = 0; c < n_classes; c++) {
        const double *restrict p = slope + c * ld, *restrict d = change + c * ld;

        for (size_t r = 0; r < n; r++)
            mean[r] += label[r] == (int32_t)c ? 0 : p[r] * (d[r] - own[r]);
    }
    for (size_t c = 0; c < n_classes; c++) {
        const double *restrict p = slope + c * ld;
        double *restrict d = change + c * ld;

        for (size_t r = 0; r < n; r++)
            d[r] =
                label[r] == (int32_t)c ? -(1 + p[r]) * mean[r] : p[r] * (d[r] - own[r] - mean[r]);
    }
}

#endif
