/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simdmath-kernels.h -- the functions of util/simdmath.h over arrays and those of util/simd.h over
 * one vector, compiled once for each instruction set: what test-simdmath.c calls.
 */
#ifndef SIMDMATH_KERNELS_H
#define SIMDMATH_KERNELS_H

#include <stddef.h>

enum {
    MATH_EXP,
    MATH_EXP_MINUS,
    MATH_LOG,
    MATH_LOG1P,
    MATH_TANH,
    MATH_SIGMOID,
    MATH_ERFC,
    MATH_GELU,
    MATH_GELU_SLOPE,
    MATH_COUNT
};

enum {
    OP_FMA, /* a * b + a */
    OP_MIN,
    OP_MAX,
    OP_LT, /* comparisons: 1 or 0 */
    OP_LE,
    OP_EQ,
    OP_BETWEEN, /* 0 < a and a <= b */
    OP_ROUND,
    OP_SCALE2,
    OP_ABS,
    OP_COPYSIGN,
    OP_SQUARE_REST,
    OP_COUNT
};

struct simdmath_kernels {
    size_t lanes_f32, lanes_f64;

    /* n is a multiple of the lanes. */
    void (*math_f32[MATH_COUNT])(size_t n, const float *x, float *y);
    void (*math_f64[MATH_COUNT])(size_t n, const double *x, double *y);

    /* One vector each. */
    void (*op_f32[OP_COUNT])(const float *a, const float *b, float *y);
    void (*op_f64[OP_COUNT])(const double *a, const double *b, double *y);
    unsigned (*first_f32)(size_t n);
    unsigned (*first_f64)(size_t n);
    unsigned (*less_f32)(const float *a, const float *b); /* bits of the mask */
    unsigned (*less_f64)(const double *a, const double *b);
    void (*widen)(const float *a, double *low, double *high, double *first);
    double (*sum)(const double *a);
};

extern const struct simdmath_kernels simdmath_kernels_base, simdmath_kernels_avx2,
    simdmath_kernels_avx512;

#endif
