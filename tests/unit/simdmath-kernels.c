/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simdmath-kernels.c -- see simdmath-kernels.h. Compiled once for each instruction set. */
#include "simdmath-kernels.h"

#include "util/simdmath.h"

#define MATH(name)                                                                                 \
    static void name##_f32(size_t n, const float *x, float *y)                                     \
    {                                                                                              \
        for (size_t i = 0; i < n; i += SIMD_F)                                                     \
            vf_store(y + i, vf_##name(vf_load(x + i)));                                            \
    }                                                                                              \
    static void name##_f64(size_t n, const double *x, double *y)                                   \
    {                                                                                              \
        for (size_t i = 0; i < n; i += SIMD_D)                                                     \
            vd_store(y + i, vd_##name(vd_load(x + i)));                                            \
    }

/* This one is for arguments that are not positive. */
SIMD_FN vf vf_exp_minus_abs(vf x)
{
    return vf_exp_minus(vf_minus_abs(x));
}

SIMD_FN vd vd_exp_minus_abs(vd x)
{
    return vd_exp_minus(vd_minus_abs(x));
}

MATH(exp)
MATH(exp_minus_abs)
MATH(log)
MATH(log1p)
MATH(tanh)
MATH(sigmoid)
MATH(erfc)
MATH(gelu)
MATH(gelu_slope)

#define OP(name, f, d)                                                                             \
    static void op_##name##_f32(const float *pa, const float *pb, float *out)                      \
    {                                                                                              \
        const vf a = vf_load(pa), b = vf_load(pb), one = vf_set(1);                                \
                                                                                                   \
        vf_store(out, (f));                                                                        \
        (void)a;                                                                                   \
        (void)b;                                                                                   \
        (void)one;                                                                                 \
    }                                                                                              \
    static void op_##name##_f64(const double *pa, const double *pb, double *out)                   \
    {                                                                                              \
        const vd a = vd_load(pa), b = vd_load(pb), one = vd_set(1);                                \
                                                                                                   \
        vd_store(out, (d));                                                                        \
        (void)a;                                                                                   \
        (void)b;                                                                                   \
        (void)one;                                                                                 \
    }

OP(fma, vf_fma(a, b, a), vd_fma(a, b, a))
OP(min, vf_min(a, b), vd_min(a, b))
OP(max, vf_max(a, b), vd_max(a, b))
OP(lt, vf_select(vf_lt(a, b), one, vf_set(0)), vd_select(vd_lt(a, b), one, vd_set(0)))
OP(le, vf_select(vf_le(a, b), one, vf_set(0)), vd_select(vd_le(a, b), one, vd_set(0)))
OP(eq, vf_select(vf_eq(a, b), one, vf_set(0)), vd_select(vd_eq(a, b), one, vd_set(0)))
OP(between, vf_select(mf_and(vf_lt(vf_set(0), a), vf_le(a, b)), one, vf_set(0)),
   vd_select(md_and(vd_lt(vd_set(0), a), vd_le(a, b)), one, vd_set(0)))
OP(round, vf_round(a), vd_round(a))
OP(scale2, vf_scale2(a, b), vd_scale2(a, b))
OP(abs, vf_abs(a), vd_abs(a))
OP(copysign, vf_copysign(vf_abs(a), b), vd_copysign(vd_abs(a), b))
OP(square_rest, vf_square_rest(a, a *a), vd_square_rest(a, a *a))

static unsigned first_f32(size_t n)
{
    return mf_bits(mf_first(n));
}

static unsigned first_f64(size_t n)
{
    return md_bits(md_first(n));
}

static unsigned less_f32(const float *a, const float *b)
{
    return mf_bits(vf_lt(vf_load(a), vf_load(b)));
}

static unsigned less_f64(const double *a, const double *b)
{
    return md_bits(vd_lt(vd_load(a), vd_load(b)));
}

static void widen(const float *a, double *low, double *high, double *first)
{
    vd_store(low, vf_low(vf_load(a)));
    vd_store(high, vf_high(vf_load(a)));
    vd_store(first, vd_load_f(a));
}

static double sum(const double *a)
{
    return vd_sum(vd_load(a));
}

#define BOTH_MATH(index, name) .math_f32[index] = name##_f32, .math_f64[index] = name##_f64
#define BOTH_OP(index, name)   .op_f32[index] = op_##name##_f32, .op_f64[index] = op_##name##_f64

const struct simdmath_kernels SIMD_NAME(simdmath_kernels) = {
    .lanes_f32 = SIMD_F,
    .lanes_f64 = SIMD_D,
    BOTH_MATH(MATH_EXP, exp),
    BOTH_MATH(MATH_EXP_MINUS, exp_minus_abs),
    BOTH_MATH(MATH_LOG, log),
    BOTH_MATH(MATH_LOG1P, log1p),
    BOTH_MATH(MATH_TANH, tanh),
    BOTH_MATH(MATH_SIGMOID, sigmoid),
    BOTH_MATH(MATH_ERFC, erfc),
    BOTH_MATH(MATH_GELU, gelu),
    BOTH_MATH(MATH_GELU_SLOPE, gelu_slope),
    BOTH_OP(OP_FMA, fma),
    BOTH_OP(OP_MIN, min),
    BOTH_OP(OP_MAX, max),
    BOTH_OP(OP_LT, lt),
    BOTH_OP(OP_LE, le),
    BOTH_OP(OP_EQ, eq),
    BOTH_OP(OP_BETWEEN, between),
    BOTH_OP(OP_ROUND, round),
    BOTH_OP(OP_SCALE2, scale2),
    BOTH_OP(OP_ABS, abs),
    BOTH_OP(OP_COPYSIGN, copysign),
    BOTH_OP(OP_SQUARE_REST, square_rest),
    .first_f32 = first_f32,
    .first_f64 = first_f64,
    .less_f32 = less_f32,
    .less_f64 = less_f64,
    .widen = widen,
    .sum = sum,
};
