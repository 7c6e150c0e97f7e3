/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanczos.h -- eigenvalues of a symmetric operator of which only products with a
 * vector are to be had.
 *
 *     lanczos_pairs        some extreme eigenpairs
 *     lanczos_quadrature   nodes and weights of v' f(H) v, for any f
 *
 * The pairs come from the Lanczos method with full reorthogonalisation (Golub and
 * Van Loan 2013, 10.3), begun with a few vectors at once (band Lanczos: Ruhe 1979) and
 * restarted with the best of what was found (Wu and Simon 2000) when the room is used up.
 * Begun with p random vectors it finds p copies of a multiple eigenvalue.
 *
 * All is the same to the last bit for the same operator and seed.
 */
#ifndef CORE_LANCZOS_H
#define CORE_LANCZOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A symmetric n x n matrix.  times() gives TW_OK or a failure. */
struct symop {
    size_t n; /* 1 .. INT_MAX */
    int (*times)(void *ctx, const double *v, double *out);
    void *ctx;
};

enum lanczos_which {
    LANCZOS_MAGNITUDE, /* |lambda| descending; the first three as enum tw_eigen */
    LANCZOS_LARGEST,
    LANCZOS_SMALLEST,
    LANCZOS_ENDS /* the smallest, the largest, the next to the smallest, ... */
};

struct lanczos {
    struct symop op;
    enum lanczos_which which;
    size_t k;            /* pairs wanted, 1 .. n */
    size_t sure;         /* how many of them must converge; 0: all */
    double tolerance;    /* of |H v - lambda v|, relative to the largest |eigenvalue| */
    uint64_t seed;       /* of the random vectors */
    const double *start; /* n_start x n: what is known already, in any scale; NULL */
    size_t n_start;
    size_t n_random; /* random vectors to begin with; 0: k, or none if there is a start */
    size_t room;     /* vectors of the basis at a time; 0: chosen by n and k */
    size_t most;     /* products that may be spent; 0: 2,000 + 100 k */
    bool estimate;   /* do not measure the residuals at the end with k more products */
    /* How far it is, in [0,1], after each product; non-zero cancels.  NULL: none. */
    int (*tick)(void *ctx, double fraction);
    void *tick_ctx;
};

struct lanczos_result {
    double *value, *residual; /* k each; the caller's, as all here */
    double *vector;           /* k x n, orthonormal, the largest entry of each positive */
    double norm;              /* the largest |eigenvalue| that has been seen */
    size_t products;
};

/* TW_OK; TW_DONE: the best that `most` products gave, with residuals that say how good; else a
 * failure: that of times(), TW_ENOMEM, TW_ECANCELLED, or TW_ENUMERIC when a product was not
 * finite. */
int lanczos_pairs(const struct lanczos *problem, struct lanczos_result *out);

/* Of the Gauss quadrature that belongs to the Krylov space of `start` (n numbers, not zero) with
 * `steps` products: v' f(H) v = |v|^2 sum weight[i] f(node[i]), exact for polynomials of degree
 * 2 steps - 1.  Nodes ascend, the weights add up to 1; `count` of them, fewer than `steps` where
 * the space ends, and then exact for all f.  `first` gets v' H v / |v|^2. */
int lanczos_quadrature(const struct symop *op, const double *start, size_t steps, double *node,
                       double *weight, size_t *count, double *first);

#endif
