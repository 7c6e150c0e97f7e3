/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pca.h -- the leading principal components of rows that are read in pieces.
 *
 *     struct pca_rows rows = {.n = ..., .d = ..., .read = ..., .ctx = ...};
 *     struct pca p;
 *     int rc = pca_fit(&p, &rows, 2, host);    2 components, or as many as there are
 *     ... p.k, p.mean, p.component, p.variance, p.total ...
 *     pca_free(&p);
 *
 * Rows are mean-centred.  The smaller of the d x d covariance and the n x n
 * Gram matrix is built in double, from blocks that stay in cache, and only its
 * leading eigenvectors are computed: no d x d matrix when d is huge, and the
 * rows are never held in memory as a whole.
 *
 * A component whose variance is at most PCA_RANK times the largest is none: the
 * products that make the matrix are rounded to 1e-16 of the largest, so its
 * direction would be made of rounding errors.
 *
 * Sign: the entry of a component that is largest in absolute value (the first
 * of several) is positive: svd_flip of scikit-learn by V.  So the sign depends
 * on the component alone, not on the order of the rows.
 */
#ifndef UTIL_PCA_H
#define UTIL_PCA_H

#include <thalweg/plugin.h>

#define PCA_RANK     1e-12
#define PCA_MAX_SIDE 16384 /* of the matrix: 2 GiB */

struct pca_rows {
    size_t n, d; /* n >= 2, d >= 1 */
    /* Columns col .. col+count-1 of one row. */
    void (*read)(const void *ctx, size_t row, size_t col, size_t count, double *out);
    const void *ctx;
};

struct pca {
    size_t d, k;       /* k: components found */
    double *mean;      /* d */
    double *component; /* k x d, orthonormal rows, by falling variance */
    double *variance;  /* k, over n - 1 */
    double total;      /* variance of all components together */
};

/* At most `k` >= 1 components; fewer, even none, when the rows have fewer.  A
 * value that is not finite is TW_ENUMERIC.  Ticks.  Failures have been reported
 * with host->fail(), and there is nothing to free then. */
int pca_fit(struct pca *p, const struct pca_rows *rows, size_t k, const struct tw_host *host);
void pca_free(struct pca *p); /* nothing happens to a zeroed struct */

/* out[i] = component i . (x - mean) for the `m` rows of x (m x d), which become
 * centred; `out` is m x k. */
void pca_project(const struct pca *p, double *x, size_t m, double *out);

#endif
