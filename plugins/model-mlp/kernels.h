/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernels.h -- the inner loops of the plane extension, compiled once for each instruction set.
 *
 * kernels-types.inc declares struct mlp_kernels_f32 and _f64, tables of functions; kernels.c fills
 * in a pair of them for each instruction set. plane.inc drives them.
 */
#ifndef MODEL_MLP_KERNELS_H
#define MODEL_MLP_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "net.h"

/* What one unit (or the row of scores) applies; activations as in net.h. */
#define LINEAR (-1)

#define REAL    float
#define NAME(x) x##_f32
#include "kernels-types.inc"
#undef REAL
#undef NAME

#define REAL    double
#define NAME(x) x##_f64
#include "kernels-types.inc"
#undef REAL
#undef NAME

struct mlp_kernels {
    struct mlp_kernels_f32 f32;
    struct mlp_kernels_f64 f64;
};

extern const struct mlp_kernels mlp_kernels_base, mlp_kernels_avx2, mlp_kernels_avx512;

#endif
