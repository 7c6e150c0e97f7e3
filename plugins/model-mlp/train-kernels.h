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

/* Units in whole vectors. */
#define PACKED(n_units) (((n_units) + 15) / 16 * 16)

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
        /* Weights of the first layer, n_units x d, converted and packed: room for PACKED(n_units) \
         * x d. */                                                                                 \
        void (*pack)(size_t n_units, size_t d, const double *theta, REAL *panel);                  \
                                                                                                   \
        /* z = x weight^T, n x PACKED(n_units) in rows `ldz` apart: x has n rows of d. */          \
        void (*sums)(size_t n_units, size_t d, size_t n, const REAL *panel,                        \
                     const REAL *const *row, REAL *z, size_t ldz);                                 \
                                                                                                   \
        /* to = from^T, where from is n_rows x n_columns */                                        \
        void (*turn)(size_t n_rows, size_t n_columns, const REAL *from, size_t ld_from, REAL *to,  \
                     size_t ld_to);                                                                \
                                                                                                   \
        /* As deposit for `from` = delta x, n_units x d: delta has n samples in rows `ld` apart, x \
         * has n rows of d, where there are `lanes` to read. */                                    \
        void (*outer)(size_t n_units, size_t d, size_t n, const REAL *delta, size_t ld,            \
                      const REAL *const *row, bool first, double scale, double l2,                 \
                      const double *theta, double *grad);                                          \
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
