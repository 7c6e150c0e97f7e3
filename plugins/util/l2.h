/* SPDX-License-Identifier: GPL-3.0-or-later */
/* l2.h -- the L2 penalty of the built-in models, l2/2 |w|^2: at a point, and all over a plane.
 *
 *     l2_dot       products of weights, block by block
 *     l2_plane     the penalty at many points, from the six products of origin, u and v
 */
#ifndef UTIL_L2_H
#define UTIL_L2_H

#include <thalweg/plugin.h>

/* sum += a.b */
static inline void l2_dot(struct tw_sum *sum, size_t n, const double *a, const double *b)
{
    for (size_t i = 0; i < n; i++)
        tw_sum_add(sum, a[i] * b[i]);
}

/* q: w.w, u.w, u.u, v.w, v.u, v.v over the weights w of the origin, and those of u and v. */
static inline void l2_plane(double l2, const double q[6], size_t n_points, const double *xy,
                            double *penalty)
{
    for (size_t k = 0; k < n_points; k++) {
        double x = xy[2 * k], y = xy[2 * k + 1];
        double along_x = x * (2 * q[1] + x * q[2]), along_y = 2 * (q[3] + x * q[4]) + y * q[5];

        penalty[k] = l2 > 0 ? 0.5 * l2 * (q[0] + along_x + y * along_y) : 0;
    }
}

#endif
