/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernels.c -- the tables of kernels.h for one instruction set: SIMD_ISA on the command line. */
#include "kernels.h"

#include <math.h>

#include "../util/simdmath.h"

/* Half i of v as doubles; a vector of doubles has only one. */
SIMD_FN vd vf_part(vf v, size_t i)
{
    return i == 0 ? vf_low(v) : vf_high(v);
}

SIMD_FN vd vd_part(vd v, size_t i)
{
    (void)i;
    return v;
}

#ifdef SIMD_AVX512
#include "avx512.h"
#endif

#define TABLE(N, number_of_lanes)                                                                  \
    {                                                                                              \
        .lanes = number_of_lanes, .sweep_weights = N(sweep_weights),                               \
        .sweep_samples = N(sweep_samples), .sweep_act = N(sweep_act), .turn = N(turn),             \
        .combine = N(combine), .add_columns = N(add_columns), .along = N(along),                   \
        .act_along = N(act_along), .layer = N(layer), .add_samples = N(add_samples),               \
        .add_rows = N(add_rows)                                                                    \
    }

#define REAL    float
#define NAME(x) x##_f32
#define V(x)    vf_##x
#define VECTOR  vf
#define MASK    mf
#define BITS    mf_bits
#define LANES   SIMD_F
#include "sweep.inc"
#include "columns.inc"
#include "act.inc"
#include "layers.inc"
#undef REAL
#undef NAME
#undef V
#undef VECTOR
#undef MASK
#undef BITS
#undef LANES

#define REAL    double
#define NAME(x) x##_f64
#define V(x)    vd_##x
#define VECTOR  vd
#define MASK    md
#define BITS    md_bits
#define LANES   SIMD_D
#include "sweep.inc"
#include "columns.inc"
#include "act.inc"
#include "layers.inc"

#define N32(x) x##_f32
#define N64(x) x##_f64
const struct mlp_kernels SIMD_NAME(mlp_kernels) = {.f32 = TABLE(N32, SIMD_F),
                                                   .f64 = TABLE(N64, SIMD_D)};
