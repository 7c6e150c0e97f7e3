/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train-kernels.h -- the loops of loss() and grad() between the matrix products, compiled once for
 * each instruction set by train-kernels.c. pass.inc and steps.inc call them.
 */
#ifndef MODEL_MLP_TRAIN_KERNELS_H
#define MODEL_MLP_TRAIN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net.h"

#define SUMS_ROOM 48

#define MLP_TRAIN_KERNELS(NAME, REAL, INDEX)                                                       \
    struct NAME {                                                                                  \
        void (*convert)(size_t n, const double *from, REAL *to);                                   \
        void (*take)(size_t n, const float *from, REAL *to); /* a row of the data */               \
                                                                                                   \
        /* z = act(z + bias) (+ skip) for n samples of one unit. Of skip and slope, where the      \
         * derivative of act goes, either may be NULL. */                                          \
        void (*unit)(int act, size_t n, REAL bias, REAL *z, const REAL *skip, REAL *slope);        \
                                                                                                   \
        /* softmax.inc */                                                                          \
        void (*softmax)(size_t n, size_t n_classes, size_t ld, REAL *score, const int32_t *label,  \
                        REAL *work, INDEX *top, double *loss, unsigned char *right,                \
                        bool want_grad);                                                           \
                                                                                                   \
        void (*times)(size_t n, const REAL *by, REAL *to); /* to *= by */                          \
        double (*total)(size_t n, const REAL *x);          /* always added in the same order */    \
                                                                                                   \
        /* grad = ((first ? 0 : grad) + from) * scale + l2 * theta */                              \
        void (*deposit)(size_t n, const REAL *from, bool first, double scale, double l2,           \
                        const double *theta, double *grad);                                        \
                                                                                                   \
        /* The same for `from` = delta x, n_units x d: delta has n samples in rows `ld` apart, x   \
         * is n x d, d >= lanes. */                                                                \
        void (*outer)(size_t n_units, size_t d, size_t n, const REAL *delta, size_t ld,            \
                      const REAL *x, bool first, double scale, double l2, const double *theta,     \
                      double *grad);                                                               \
                                                                                                   \
        /* z = weight x^T, n_units x n in rows `ldz` apart: x is n x d. xt: room for SUMS_ROOM x   \
         * d. */                                                                                   \
        void (*sums)(size_t n_units, size_t d, size_t n, const REAL *weight, const REAL *x,        \
                     REAL *xt, REAL *z, size_t ldz);                                               \
        size_t lanes;                                                                              \
    }

MLP_TRAIN_KERNELS(train_kernels_f32, float, int32_t);
MLP_TRAIN_KERNELS(train_kernels_f64, double, int64_t);

struct train_kernels {
    struct train_kernels_f32 f32;
    struct train_kernels_f64 f64;
};

extern const struct train_kernels train_kernels_base, train_kernels_avx2, train_kernels_avx512;

#endif
