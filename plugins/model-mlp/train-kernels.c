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

/* What the registers hold: tile, a row of it and one factor. */
#ifdef SIMD_AVX512
#define TILE_ROWS 8
#else
#define TILE_ROWS 4
#endif
#define TILE_VECTORS 3

/* What is fetched while a tile is computed, because another core may have written it last: rows of
 * the left factor below this tile's, or the right factor's columns further on. */
enum ahead { AHEAD_NOTHING, AHEAD_A, AHEAD_B };
#define TILE_DEPTH 192 /* so many rows of TILE_VECTORS vectors are in the nearest cache */

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
        .times = N(times), .total = N(total), .deposit = N(deposit), .outer = N(outer),            \
        .sums = N(sums), .lanes = width                                                            \
    }
#define N32(x) x##_f32
#define N64(x) x##_f64

const struct train_kernels SIMD_NAME(train_kernels) = {.f32 = TABLE(N32, SIMD_F),
                                                       .f64 = TABLE(N64, SIMD_D)};
