/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train-kernels.c -- the tables of train-kernels.h for one instruction set: SIMD_ISA on the command
 * line.
 */
#include "train-kernels.h"

#include <math.h>

#include "../util/simdmath.h"
#include "pieces.h"
#ifdef SIMD_AVX512
#include "avx512.h"
#endif

/* What the registers hold: a tile, a row of vectors and one factor. */
#ifdef SIMD_AVX512
#define TILE_VECTORS       4
#define TILE_ROWS(vectors) ((vectors) == 4 ? 6 : 8)
#define SUMS_DEPTH         1024 /* so many rows of a strip of weights are in the second cache */
#else
#define TILE_VECTORS       3
#define TILE_ROWS(vectors) ((vectors) == 3 ? 4 : (vectors) == 2 ? 6 : 8)
#define SUMS_DEPTH         256 /* in the nearest */
#endif
#define TILE_ROWS_MAX 8
#define OUTER_VECTORS 3
#define SUMS_ROWS     128 /* rows of the data that the second cache holds */
#define AHEAD_ROWS    8
#define LINE          (SCRATCH_LINE / sizeof(REAL))

#define REAL    float
#define INDEX   int32_t
#define NAME(x) x##_f32
#define V(x)    vf_##x
#define VECTOR  vf
#define WIDTH   SIMD_F
#define QUAD    4 /* numbers in 16 bytes */
#include "softmax.inc"
#include "act.inc"
#include "train-kernels.inc"
#include "products.inc"
#undef REAL
#undef INDEX
#undef NAME
#undef V
#undef VECTOR
#undef WIDTH
#undef QUAD

#define REAL    double
#define INDEX   int64_t
#define NAME(x) x##_f64
#define V(x)    vd_##x
#define VECTOR  vd
#define WIDTH   SIMD_D
#define QUAD    2
#include "softmax.inc"
#include "act.inc"
#include "train-kernels.inc"
#include "products.inc"

#define TABLE(N, width)                                                                            \
    {                                                                                              \
        .convert = N(convert), .take = N(take), .unit = N(unit), .softmax = N(softmax),            \
        .times = N(times), .total = N(total), .deposit = N(deposit), .pack = N(pack),              \
        .turn = N(turn), .sums = N(sums), .outer = N(outer), .lanes = width                        \
    }
#define N32(x) x##_f32
#define N64(x) x##_f64

const struct train_kernels SIMD_NAME(train_kernels) = {.f32 = TABLE(N32, SIMD_F),
                                                       .f64 = TABLE(N64, SIMD_D)};
