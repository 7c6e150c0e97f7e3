/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train-kernels.c -- the tables of train-kernels.h for one instruction set: SIMD_ISA on the command
 * line.
 */
#include "train-kernels.h"

#include <math.h>

#include "../util/expneg.h"
#include "../util/simdmath.h"
#include "pieces.h"

#define REAL    float
#define INDEX   int32_t
#define NAME(x) x##_f32
#define V(x)    vf_##x
#define VECTOR  vf
#define WIDTH   SIMD_F
#include "../util/softmax.inc"
#include "act.inc"
#include "train-kernels.inc"
#undef REAL
#undef INDEX
#undef NAME
#undef V
#undef VECTOR
#undef WIDTH

#define REAL    double
#define INDEX   int64_t
#define NAME(x) x##_f64
#define V(x)    vd_##x
#define VECTOR  vd
#define WIDTH   SIMD_D
#include "../util/softmax.inc"
#include "act.inc"
#include "train-kernels.inc"

#define TABLE(N)                                                                                   \
    {                                                                                              \
        .convert = N(convert), .take = N(take), .unit = N(unit), .softmax = N(softmax),            \
        .times = N(times), .total = N(total), .deposit = N(deposit)                                \
    }
#define N32(x) x##_f32
#define N64(x) x##_f64

const struct train_kernels SIMD_NAME(train_kernels) = {.f32 = TABLE(N32), .f64 = TABLE(N64)};
