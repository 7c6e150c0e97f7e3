/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas.h -- C = alpha * op(A) * op(B) + beta * C for row-major float or double matrices, with sizes
 * as size_t. The caller has checked that every size fits an int: blas_fits().
 */
#ifndef UTIL_BLAS_H
#define UTIL_BLAS_H

#include <gsl/gsl_cblas.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum blas_op { BLAS_N = CblasNoTrans, BLAS_T = CblasTrans };

static inline bool blas_fits(size_t size)
{
    return size <= INT_MAX;
}

/* op(A) is m x k, op(B) k x n, C m x n; lda, ldb and ldc are lengths of stored rows. */
static inline void gemm_f32(enum blas_op ta, enum blas_op tb, size_t m, size_t n, size_t k,
                            const float *a, size_t lda, const float *b, size_t ldb, float beta,
                            float *c, size_t ldc)
{
    cblas_sgemm(CblasRowMajor, (enum CBLAS_TRANSPOSE)ta, (enum CBLAS_TRANSPOSE)tb, (int)m, (int)n,
                (int)k, 1.0f, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}

static inline void gemm_f64(enum blas_op ta, enum blas_op tb, size_t m, size_t n, size_t k,
                            const double *a, size_t lda, const double *b, size_t ldb, double beta,
                            double *c, size_t ldc)
{
    cblas_dgemm(CblasRowMajor, (enum CBLAS_TRANSPOSE)ta, (enum CBLAS_TRANSPOSE)tb, (int)m, (int)n,
                (int)k, 1.0, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}

#endif
