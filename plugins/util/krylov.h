/* SPDX-License-Identifier: GPL-3.0-or-later */
/* krylov.h -- the largest eigenvalues of a symmetric operator, of which only products with a few
 * vectors at a time are needed.
 *
 * The block Lanczos method with full reorthogonalisation, Rayleigh-Ritz on all that has been
 * gathered, and thick restarts (Wu & Simon 2000) when the room is used up. A pair has converged
 * when the norm of its residual, A x - value x, computed from the product itself, is at most
 * `tolerance` times the norm of the operator, as far as that is known. Equal eigenvalues are found
 * as often as they occur, since the block is not narrower than `k`.
 */
#ifndef UTIL_KRYLOV_H
#define UTIL_KRYLOV_H

#include <thalweg/plugin.h>

#define KRYLOV_LEAST 2e-14

struct krylov {
    size_t n, k; /* order, and pairs wanted: n >= 2 * krylov_block(k) */
    /* out = A v for the `count` <= krylov_block(k) rows of v, n numbers each; TW_OK or a failure */
    int (*apply)(const void *ctx, const double *v, size_t count, double *out);
    const void *ctx;
    double tolerance;
    size_t sure;         /* how many of the k must converge; 0: all */
    size_t most;         /* products with a block that may be spent */
    const double *start; /* krylov_block(k) x n, to begin with; NULL: random */
    const struct tw_host *host;
};

/* How many vectors make a block: a multiple of 8. */
size_t krylov_block(size_t k);

/* Sets `value` to the k largest eigenvalues, descending, and the rows of `vector` (k x n) to
 * orthonormal eigenvectors. TW_DONE: they are the best that `most` products give, but have not
 * converged. Failures: that of apply(), TW_ECANCELLED, or TW_ENOMEM, which is not reported. */
int krylov_top(const struct krylov *problem, double *value, double *vector);

#endif
