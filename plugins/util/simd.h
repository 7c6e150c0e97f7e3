/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simd.h -- vectors of the widest kind that the file is compiled for: AVX-512, AVX2 with FMA, or 16
 * bytes of whatever the compiler has (SSE2, NEON).
 *
 *     vf, vd               vectors of SIMD_F floats and of SIMD_D = SIMD_F / 2 doubles
 *     mf, md               their masks, one bit or one lane an element
 *     + - * /              work as they are
 *     vf_fma(a, b, c)      a * b + c with one rounding where the processor has that
 *
 * All functions come in both kinds; those of doubles begin with vd_. A file with kernels is
 * compiled once for each instruction set, with SIMD_NAME(x) giving its tables different names;
 * isa.h chooses among them at run time. Functions of this header and of simdmath.h must not be
 * called with NaN where a comment says so; otherwise a NaN comes out as NaN.
 */
#ifndef UTIL_SIMD_H
#define UTIL_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* SIMD_ISA is base, avx2 or avx512: given on the compiler's command line. */
#define SIMD_NAME__(x, isa) x##_##isa
#define SIMD_NAME_(x, isa)  SIMD_NAME__(x, isa)
#define SIMD_NAME(x)        SIMD_NAME_(x, SIMD_ISA)

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define SIMD_BYTES  64
#define SIMD_AVX512 1
#elif defined(__AVX2__) && defined(__FMA__)
#define SIMD_BYTES 32
#define SIMD_AVX2  1
#else
#define SIMD_BYTES 16
#endif

#define SIMD_F (SIMD_BYTES / 4)
#define SIMD_D (SIMD_BYTES / 8)

typedef float vf __attribute__((vector_size(SIMD_BYTES)));
typedef double vd __attribute__((vector_size(SIMD_BYTES)));
typedef int32_t vi __attribute__((vector_size(SIMD_BYTES))); /* lanes of vf as integers */
typedef int64_t vl __attribute__((vector_size(SIMD_BYTES))); /* lanes of vd as integers */
typedef uint32_t vu __attribute__((vector_size(SIMD_BYTES)));
typedef uint64_t vul __attribute__((vector_size(SIMD_BYTES)));

#define SIMD_FN static inline __attribute__((always_inline, unused))

/* ---- memory, conversion of one number ---- */

SIMD_FN vf vf_load(const float *p)
{
    vf v;

    memcpy(&v, p, sizeof(v));
    return v;
}

SIMD_FN vd vd_load(const double *p)
{
    vd v;

    memcpy(&v, p, sizeof(v));
    return v;
}

SIMD_FN void vf_store(float *p, vf v)
{
    memcpy(p, &v, sizeof(v));
}

SIMD_FN void vd_store(double *p, vd v)
{
    memcpy(p, &v, sizeof(v));
}

SIMD_FN vf vf_set(float x)
{
    return x - (vf){0}; /* keeps the sign of zero */
}

SIMD_FN vd vd_set(double x)
{
    return x - (vd){0};
}

SIMD_FN vf vf_abs(vf a)
{
    return (vf)((vu)a & 0x7fffffffu);
}

SIMD_FN vd vd_abs(vd a)
{
    return (vd)((vul)a & 0x7fffffffffffffffu);
}

SIMD_FN vf vf_minus_abs(vf a)
{
    return (vf)((vu)a | 0x80000000u);
}

SIMD_FN vd vd_minus_abs(vd a)
{
    return (vd)((vul)a | 0x8000000000000000u);
}

/* a, which is not negative, with the sign of b. */
SIMD_FN vf vf_copysign(vf a, vf b)
{
    return (vf)((vu)a | ((vu)b & 0x80000000u));
}

SIMD_FN vd vd_copysign(vd a, vd b)
{
    return (vd)((vul)a | ((vul)b & 0x8000000000000000u));
}

/* vf_fma() and vd_fma() round once. */
#if defined(SIMD_AVX512) || defined(SIMD_AVX2) || defined(__aarch64__)
#define SIMD_FUSED 1
#endif

#ifdef SIMD_AVX512
#include <immintrin.h>

typedef __mmask16 mf;
typedef __mmask8 md;

SIMD_FN vf vf_fma(vf a, vf b, vf c)
{
    return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

SIMD_FN vd vd_fma(vd a, vd b, vd c)
{
    return (vd)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}

/* The larger; b where one is NaN. */
SIMD_FN vf vf_max(vf a, vf b)
{
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
}

SIMD_FN vd vd_max(vd a, vd b)
{
    return (vd)_mm512_max_pd((__m512d)a, (__m512d)b);
}

SIMD_FN vf vf_min(vf a, vf b)
{
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
}

SIMD_FN vd vd_min(vd a, vd b)
{
    return (vd)_mm512_min_pd((__m512d)a, (__m512d)b);
}

/* To the nearest integer, halves to even. */
SIMD_FN vf vf_round(vf a)
{
    return (vf)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

SIMD_FN vd vd_round(vd a)
{
    return (vd)_mm512_roundscale_pd((__m512d)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

/* Comparisons are false where one side is NaN. */
SIMD_FN mf vf_lt(vf a, vf b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
}

SIMD_FN md vd_lt(vd a, vd b)
{
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
}

SIMD_FN mf vf_le(vf a, vf b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LE_OQ);
}

SIMD_FN md vd_le(vd a, vd b)
{
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LE_OQ);
}

SIMD_FN mf vf_eq(vf a, vf b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_EQ_OQ);
}

SIMD_FN md vd_eq(vd a, vd b)
{
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_EQ_OQ);
}

/* yes where the mask is set, else no */
SIMD_FN vf vf_select(mf m, vf yes, vf no)
{
    return (vf)_mm512_mask_blend_ps(m, (__m512)no, (__m512)yes);
}

SIMD_FN vd vd_select(md m, vd yes, vd no)
{
    return (vd)_mm512_mask_blend_pd(m, (__m512d)no, (__m512d)yes);
}

/* One bit an element, the first element the lowest. */
SIMD_FN unsigned mf_bits(mf m)
{
    return m;
}

SIMD_FN unsigned md_bits(md m)
{
    return m;
}

/* The elements whose number is below n. */
SIMD_FN mf mf_first(size_t n)
{
    return (mf)(n >= SIMD_F ? 0xffffu : (1u << n) - 1);
}

SIMD_FN md md_first(size_t n)
{
    return (md)(n >= SIMD_D ? 0xffu : (1u << n) - 1);
}

SIMD_FN mf mf_and(mf a, mf b)
{
    return a & b;
}

SIMD_FN md md_and(md a, md b)
{
    return a & b;
}

/* The lower and the upper half as doubles. */
SIMD_FN vd vf_low(vf a)
{
    return (vd)_mm512_cvtps_pd(_mm512_castps512_ps256((__m512)a));
}

SIMD_FN vd vf_high(vf a)
{
    return (vd)_mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)a, 1));
}

/* SIMD_D floats from memory as doubles. */
SIMD_FN vd vd_load_f(const float *p)
{
    return (vd)_mm512_cvtps_pd(_mm256_loadu_ps(p));
}

/* a times 2^n for integral n, which is not NaN; 0 and infinity where that is out of range. */
SIMD_FN vf vf_scale2(vf a, vf n)
{
    return (vf)_mm512_scalef_ps((__m512)a, (__m512)n);
}

SIMD_FN vd vd_scale2(vd a, vd n)
{
    return (vd)_mm512_scalef_pd((__m512d)a, (__m512d)n);
}

#else /* AVX2, or what the compiler makes of 16 bytes */

typedef vi mf;
typedef vl md;

#ifdef SIMD_AVX2
#include <immintrin.h>

SIMD_FN vf vf_fma(vf a, vf b, vf c)
{
    return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}

SIMD_FN vd vd_fma(vd a, vd b, vd c)
{
    return (vd)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}

SIMD_FN vf vf_max(vf a, vf b)
{
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
}

SIMD_FN vd vd_max(vd a, vd b)
{
    return (vd)_mm256_max_pd((__m256d)a, (__m256d)b);
}

SIMD_FN vf vf_min(vf a, vf b)
{
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
}

SIMD_FN vd vd_min(vd a, vd b)
{
    return (vd)_mm256_min_pd((__m256d)a, (__m256d)b);
}

SIMD_FN vf vf_round(vf a)
{
    return (vf)_mm256_round_ps((__m256)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

SIMD_FN vd vd_round(vd a)
{
    return (vd)_mm256_round_pd((__m256d)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

SIMD_FN vf vf_select(mf m, vf yes, vf no)
{
    return (vf)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)m);
}

SIMD_FN vd vd_select(md m, vd yes, vd no)
{
    return (vd)_mm256_blendv_pd((__m256d)no, (__m256d)yes, (__m256d)m);
}

SIMD_FN unsigned mf_bits(mf m)
{
    return (unsigned)_mm256_movemask_ps((__m256)m);
}

SIMD_FN unsigned md_bits(md m)
{
    return (unsigned)_mm256_movemask_pd((__m256d)m);
}

SIMD_FN vd vf_low(vf a)
{
    return (vd)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)a));
}

SIMD_FN vd vf_high(vf a)
{
    return (vd)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)a, 1));
}

SIMD_FN vd vd_load_f(const float *p)
{
    return (vd)_mm256_cvtps_pd(_mm_loadu_ps(p));
}

#else

SIMD_FN vf vf_select(mf m, vf yes, vf no)
{
    return (vf)((m & (vi)yes) | (~m & (vi)no));
}

SIMD_FN vd vd_select(md m, vd yes, vd no)
{
    return (vd)((m & (vl)yes) | (~m & (vl)no));
}

#if defined(__aarch64__)
#include <arm_neon.h>

SIMD_FN vf vf_fma(vf a, vf b, vf c)
{
    return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}

SIMD_FN vd vd_fma(vd a, vd b, vd c)
{
    return (vd)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}
#else
SIMD_FN vf vf_fma(vf a, vf b, vf c)
{
    return a * b + c;
}

SIMD_FN vd vd_fma(vd a, vd b, vd c)
{
    return a * b + c;
}
#endif

SIMD_FN vf vf_max(vf a, vf b)
{
    return vf_select((mf)(a > b), a, b);
}

SIMD_FN vd vd_max(vd a, vd b)
{
    return vd_select((md)(a > b), a, b);
}

SIMD_FN vf vf_min(vf a, vf b)
{
    return vf_select((mf)(a < b), a, b);
}

SIMD_FN vd vd_min(vd a, vd b)
{
    return vd_select((md)(a < b), a, b);
}

/* What is added leaves its integer at the end of the fraction; beyond, all numbers are integers. */
SIMD_FN vf vf_round(vf a)
{
    vf size = vf_abs(a), whole = (size + 8388608.0f) - 8388608.0f;

    return vf_select((mf)(size < vf_set(8388608.0f)), vf_copysign(whole, a), a);
}

SIMD_FN vd vd_round(vd a)
{
    vd size = vd_abs(a), whole = (size + 4503599627370496.0) - 4503599627370496.0;

    return vd_select((md)(size < vd_set(4503599627370496.0)), vd_copysign(whole, a), a);
}

SIMD_FN unsigned mf_bits(mf m)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < SIMD_F; i++)
        bits |= (unsigned)(m[i] & 1) << i;
    return bits;
}

SIMD_FN unsigned md_bits(md m)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < SIMD_D; i++)
        bits |= (unsigned)(m[i] & 1) << i;
    return bits;
}

SIMD_FN vd vf_low(vf a)
{
    vd d = {0};

    for (int i = 0; i < SIMD_D; i++)
        d[i] = (double)a[i];
    return d;
}

SIMD_FN vd vf_high(vf a)
{
    vd d = {0};

    for (int i = 0; i < SIMD_D; i++)
        d[i] = (double)a[i + SIMD_D];
    return d;
}

SIMD_FN vd vd_load_f(const float *p)
{
    vd d = {0};

    for (int i = 0; i < SIMD_D; i++)
        d[i] = (double)p[i];
    return d;
}
#endif

SIMD_FN mf vf_lt(vf a, vf b)
{
    return (mf)(a < b);
}

SIMD_FN md vd_lt(vd a, vd b)
{
    return (md)(a < b);
}

SIMD_FN mf vf_le(vf a, vf b)
{
    return (mf)(a <= b);
}

SIMD_FN md vd_le(vd a, vd b)
{
    return (md)(a <= b);
}

SIMD_FN mf vf_eq(vf a, vf b)
{
    return (mf)(a == b);
}

SIMD_FN md vd_eq(vd a, vd b)
{
    return (md)(a == b);
}

SIMD_FN mf mf_first(size_t n)
{
    const vi number = {
        0,
        1,
        2,
        3,
#if SIMD_F == 8
        4,
        5,
        6,
        7
#endif
    };

    return (mf)(number < (int32_t)(n < SIMD_F ? n : SIMD_F));
}

SIMD_FN md md_first(size_t n)
{
    const vl number = {
        0,
        1,
#if SIMD_D == 4
        2,
        3
#endif
    };

    return (md)(number < (int64_t)(n < SIMD_D ? n : SIMD_D));
}

SIMD_FN mf mf_and(mf a, mf b)
{
    return a & b;
}

SIMD_FN md md_and(md a, md b)
{
    return a & b;
}

/* Three factors: n may be beyond the exponent of one and of two. */
SIMD_FN vf vf_scale2(vf a, vf n)
{
    vf clipped = vf_max(vf_min(n, vf_set(378.0f)), vf_set(-378.0f));
    vf third = vf_round(clipped * (1.0f / 3.0f));
    const vf one = vf_set(12582912.0f + 127.0f); /* 1.5 * 2^23: the integer is in the low bits */
    vf factor = (vf)((vu)(third + one) << 23);

    return a * factor * factor * (vf)((vu)(clipped - (third + third) + one) << 23);
}

SIMD_FN vd vd_scale2(vd a, vd n)
{
    vd clipped = vd_max(vd_min(n, vd_set(3066.0)), vd_set(-3066.0));
    vd third = vd_round(clipped * (1.0 / 3.0));
    const vd one = vd_set(6755399441055744.0 + 1023.0); /* 1.5 * 2^52 */
    vd factor = (vd)((vul)(third + one) << 52);

    return a * factor * factor * (vd)((vul)(clipped - (third + third) + one) << 52);
}

#endif

/* The sum of the elements, always in the same order. */
SIMD_FN double vd_sum(vd a)
{
    double part[SIMD_D];

    memcpy(part, &a, sizeof(a));
    for (int n = SIMD_D / 2; n > 0; n /= 2)
        for (int i = 0; i < n; i++)
            part[i] += part[i + n];
    return part[0];
}

#endif
