/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pca.h -- the leading principal components of rows in memory.
 *
 *     struct pca_rows rows = {.n = ..., .d = ..., .x = ...};
 *     struct pca p;
 *     int rc = pca_fit(&p, &rows, 2, host);      2 components, or as many as there are
 *     ... p.k, p.mean, p.variance, p.total ...
 *     pca_axes(&p, &rows, NULL, p.k, axes, host);    their directions
 *     pca_free(&p);
 *
 * Rows are mean-centred; all arithmetic is in double, on all threads of the host. The components
 * are eigenvectors of the smaller of the d x d covariance and the n x n Gram matrix ("side"). Which
 * way they are found depends on the cost, that is on n, d and k only:
 *
 *   - small problems, and many components: the matrix, then util/symeigen.h. Components are good to
 *     rounding.
 *   - large ones: products of the centred rows with a few vectors at a time (util/krylov.h), and no
 *     matrix. Begun with a sample of the data; over when the residual of each component is at most
 *     PCA_TOLERANCE_F (rows of float, themselves rounded to 6e-8) or PCA_TOLERANCE_D times its
 *     variance. The error of a component is about that over the relative distance of its variance
 *     to the others; a variance is off by the square of that at most. Where this does not converge
 *     in about the time that the matrix would have taken, the matrix is taken, if `side` is
 *     PCA_MAX_SIDE at most.
 *
 * A component whose variance is at most PCA_RANK times the largest is none: products are rounded to
 * 1e-16 of the largest, so its direction would be made of rounding errors.
 *
 * Sign: the entry of a component that is largest in absolute value (the first of several) is
 * positive: svd_flip of scikit-learn by V. So the sign depends on the component alone, not on the
 * order of the rows.
 */
#ifndef UTIL_PCA_H
#define UTIL_PCA_H

#include <thalweg/plugin.h>

#define PCA_RANK        1e-12
#define PCA_TOLERANCE_F 1e-7
#define PCA_TOLERANCE_D 1e-8
#define PCA_MAX_SIDE    16384 /* of a matrix: 2 GiB */

struct pca_rows {
    size_t n, d; /* n >= 2, d >= 1 */
    /* One of these: */
    const float *x;           /* n x d */
    const double *const *row; /* n rows of d */
};

struct pca {
    size_t n, d, k;   /* k: components found */
    double *mean;     /* d */
    double *variance; /* k, falling, over n - 1 */
    double *vector;   /* k eigenvectors of length n, or d if n > d */
    double total;     /* variance of all components together */
};

/* At most `k` >= 1 components; fewer, even none, when the rows have fewer. TW_DONE: a value is not
 * finite, or its square is not; only this has not been reported. Ticks. Failures have been reported
 * with host->fail(), and there is nothing to free unless the result is TW_OK. */
int pca_fit(struct pca *p, const struct pca_rows *rows, size_t k, const struct tw_host *host);
void pca_free(struct pca *p); /* nothing happens to a zeroed struct */

/* The directions of components which[0..count-1] < p->k (NULL: the first `count`), of unit length
 * and orthogonal: rows of `axis`, count x d. `rows` are those of pca_fit(). */
int pca_axes(const struct pca *p, const struct pca_rows *rows, const size_t *which, size_t count,
             double *axis, const struct tw_host *host);

/* out[i * count + c] = factor[c] * (axis c . (row i - mean)): out is rows->n x count. */
int pca_project(const struct pca *p, const struct pca_rows *rows, const double *axis, size_t count,
                const double *factor, float *out, const struct tw_host *host);

#endif
