/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symeigen.h -- the largest eigenvalues of a symmetric matrix, with eigenvectors.
 *
 *     symeigen_top      the method that suits n and k
 *     symeigen_dense    always the second of these:
 *
 * A few pairs of a large matrix come from its Krylov space (krylov.h), with residuals of 2e-14 of
 * the norm. All else, and what has not converged there after n / 24 products, comes from
 * Householder tridiagonalisation, bisection with Sturm counts, inverse iteration and
 * back-transformation: the cost is that of the tridiagonalisation and a little per vector.
 */
#ifndef UTIL_SYMEIGEN_H
#define UTIL_SYMEIGEN_H

#include <thalweg/plugin.h>

/* `a` is n x n, finite, of which the lower triangle is read and all of which may be overwritten;
 * 1 <= k <= n <= INT_MAX. Sets `value` to the k largest eigenvalues, descending, and the k rows of
 * `vector` (k x n) to orthonormal eigenvectors; their signs mean nothing. Ticks. TW_OK, TW_ENOMEM,
 * which has not been reported, or TW_ECANCELLED. */
int symeigen_top(double *a, size_t n, size_t k, double *value, double *vector,
                 const struct tw_host *host);
int symeigen_dense(double *a, size_t n, size_t k, double *value, double *vector,
                   const struct tw_host *host);

#endif
