/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simdmath.h -- elementary functions over the vectors of simd.h: no call, no branch on data.
 *
 *     vf_exp  vf_exp_minus     exp(x); the same for x <= 0 only, a little faster
 *     vf_log  vf_log1p
 *     vf_tanh vf_sigmoid       1 / (1 + exp(-x))
 *     vf_erfc
 *     vf_gelu vf_gelu_slope    z Phi(z) with the normal distribution's Phi; its derivative
 *
 * and the same for doubles with vd_. The largest errors found by test-simdmath.c, in units in the
 * last place, without a fused multiply-add (with one in brackets):
 *
 *                  float        double
 *     exp          1.2 (0.9)    1.2 (0.9)
 *     log, log1p   1.0          1.1
 *     tanh         2.5          2.5
 *     sigmoid      2.3          2.1
 *     erfc, gelu   7.4 (6.3)    12.6 (8.8)
 *     gelu_slope   5.2 (4.4)    5.7 (4.3), of the unit of 1/8 where its zero is near
 *
 * These hold over the whole range, the far tails included: nothing that tends to 0 loses relative
 * precision before it is below the least normal number. Below, results come out within 4 units of
 * the least number (erfc, gelu and its slope; the others 1). NaN, infinities, overflow and zeros
 * are as in C, but log1p(-0) is +0, and gelu and its slope are 0 at -inf.
 *
 * The polynomials are minimax ones, made for this file: Remez exchange over the stated interval in
 * 200 bits (the rational functions by least squares, iteratively weighted), then rounded to the
 * nearest float or double. The stated errors are theirs before rounding, relative to the function.
 * Constants that are split have so few bits in the high part that its product with the integer is
 * exact without a fused multiply-add, too.
 */
#ifndef UTIL_SIMDMATH_H
#define UTIL_SIMDMATH_H

#include "simd.h"

/* ---- exp ---- */

/* x = n ln 2 + r with |r| <= ln 2 / 2 for -115 <= x <= 90; *scale stands for 2^n. What is added to
 * x / ln 2 leaves n at the end of the fraction, twice the exponent's bias greater. */
SIMD_FN vf simd_reducef(vf x, vf *scale)
{
    const vf shift = vf_set(12582912.0f + 254.0f);
    vf shifted = vf_fma(x, vf_set(1.44269504f), shift), n = shifted - shift;

#ifdef SIMD_AVX512
    *scale = n;
#else
    *scale = shifted;
#endif
    x = vf_fma(n, vf_set(-0.693359375f), x);
    return vf_fma(n, vf_set(2.12194440e-4f), x);
}

/* The same for -770 <= x <= 715. */
SIMD_FN vd simd_reduced(vd x, vd *scale)
{
    const vd shift = vd_set(6755399441055744.0 + 2046.0);
    vd shifted = vd_fma(x, vd_set(1.4426950408889634), shift), n = shifted - shift;

#ifdef SIMD_AVX512
    *scale = n;
#else
    *scale = shifted;
#endif
    x = vd_fma(n, vd_set(-6.93147180369123816490e-01), x);
    return vd_fma(n, vd_set(-1.90821492927058770002e-10), x);
}

SIMD_FN vf simd_scalef(vf a, vf scale)
{
#ifdef SIMD_AVX512
    return vf_scale2(a, scale);
#else
    vu whole = (vu)scale,
       half = whole >> 1; /* two factors: n may be beyond either one's exponent */

    return a * (vf)(half << 23) * (vf)((whole - half) << 23);
#endif
}

SIMD_FN vd simd_scaled(vd a, vd scale)
{
#ifdef SIMD_AVX512
    return vd_scale2(a, scale);
#else
    vul whole = (vul)scale, half = whole >> 1;

    return a * (vd)(half << 52) * (vd)((whole - half) << 52);
#endif
}

/* exp(r) = 1 + r + r^2 Q(r) for |r| <= ln 2 / 2, error 2^-28. */
SIMD_FN vf simd_expf(vf r)
{
    vf p = vf_fma(vf_set(0x1.6a2358p-10f), r, vf_set(0x1.123a6cp-7f));

    p = vf_fma(p, r, vf_set(0x1.5558f4p-5f));
    p = vf_fma(p, r, vf_set(0x1.55549p-3f));
    p = vf_fma(p, r, vf_set(0x1.fffffcp-2f));
    p = vf_fma(p, r, vf_set(1.0f));
    return vf_fma(p, r, vf_set(1.0f));
}

/* The same, error 2^-57. */
SIMD_FN vd simd_expd(vd r)
{
    vd p = vd_fma(vd_set(0x1.ad7efcdea06afp-26), r, vd_set(0x1.28adce2bb3e4ap-22));

    p = vd_fma(p, r, vd_set(0x1.71df262fbb004p-19));
    p = vd_fma(p, r, vd_set(0x1.a01999ae210aep-16));
    p = vd_fma(p, r, vd_set(0x1.a01a0129b3242p-13));
    p = vd_fma(p, r, vd_set(0x1.6c16c1844adf2p-10));
    p = vd_fma(p, r, vd_set(0x1.1111111127e85p-7));
    p = vd_fma(p, r, vd_set(0x1.55555555507f1p-5));
    p = vd_fma(p, r, vd_set(0x1.55555555554f9p-3));
    p = vd_fma(p, r, vd_set(0x1.000000000000ap-1));
    p = vd_fma(p, r, vd_set(1.0));
    return vd_fma(p, r, vd_set(1.0));
}

SIMD_FN vf vf_exp(vf x)
{
    vf scale, r;

    x = vf_max(vf_set(-105.0f), vf_min(vf_set(90.0f), x)); /* in this order, a NaN stays */
    r = simd_reducef(x, &scale);
    return simd_scalef(simd_expf(r), scale);
}

SIMD_FN vd vd_exp(vd x)
{
    vd scale, r;

    x = vd_max(vd_set(-750.0), vd_min(vd_set(715.0), x));
    r = simd_reduced(x, &scale);
    return simd_scaled(simd_expd(r), scale);
}

/* exp(x) for x <= 0 and NaN: one bound will do. */
SIMD_FN vf vf_exp_minus(vf x)
{
    vf scale, r = simd_reducef(vf_max(vf_set(-105.0f), x), &scale);

    return simd_scalef(simd_expf(r), scale);
}

SIMD_FN vd vd_exp_minus(vd x)
{
    vd scale, r = simd_reduced(vd_max(vd_set(-750.0), x), &scale);

    return simd_scaled(simd_expd(r), scale);
}

/* ---- log, log1p ---- */

/* e ln 2 + log(1 + f) for f in [-1/4, 1/2]: f - f^2 / 2 + f^3 P(f), error 2^-27.6. */
SIMD_FN vf simd_logf(vf e, vf f)
{
    vf p = vf_fma(vf_set(-0x1.714b6cp-5f), f, vf_set(0x1.ac9e6ap-4f));

    p = vf_fma(p, f, vf_set(-0x1.0d8f28p-3f));
    p = vf_fma(p, f, vf_set(0x1.28850ep-3f));
    p = vf_fma(p, f, vf_set(-0x1.54ef82p-3f));
    p = vf_fma(p, f, vf_set(0x1.99699cp-3f));
    p = vf_fma(p, f, vf_set(-0x1.000042p-2f));
    p = vf_fma(p, f, vf_set(0x1.5555a4p-2f));
    p = vf_fma(p, f, vf_set(-0.5f));
    p = vf_fma(p, f * f, e * -2.12194440e-4f) + f;
    return vf_fma(e, vf_set(0.693359375f), p);
}

#ifdef SIMD_AVX512

/* For a = 2^n m, 1 <= m < 2: n; -inf for 0, inf for inf. Least normal numbers need no care. */
SIMD_FN vf vf_getexp(vf a)
{
    return (vf)_mm512_getexp_ps((__m512)a);
}

SIMD_FN vd vd_getexp(vd a)
{
    return (vd)_mm512_getexp_pd((__m512d)a);
}

/* a times the power of two that brings it to [3/4, 3/2); 1 for 0 and inf, NaN for a < 0. */
SIMD_FN vf vf_getmant(vf a)
{
    return (vf)_mm512_getmant_ps((__m512)a, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
}

/* r, but log(x) where x is 0, infinite or negative. A digit of the table for each kind of x: from
 * the lowest quiet NaN, signalling NaN, 0, 1, -inf, inf, negative, positive; 0 keeps r, 3 is NaN,
 * 4 -inf, 5 inf. */
SIMD_FN vf vf_fix_log(vf r, vf x)
{
    return (vf)_mm512_fixupimm_ps((__m512)r, (__m512)x, _mm512_set1_epi32(0x03530400), 0);
}

SIMD_FN vd vd_fix_log(vd r, vd x)
{
    return (vd)_mm512_fixupimm_pd((__m512d)r, (__m512d)x, _mm512_set1_epi64(0x03530400), 0);
}

/* x = 2^e (1 + f) with e from both exponents, so that they agree below the least normal number. */
SIMD_FN vf vf_log(vf x)
{
    vf m = vf_getmant(x);

    return vf_fix_log(simd_logf(vf_getexp(x) - vf_getexp(m), m - 1.0f), x);
}

/* 1 + x = 2^e (1 + f) with f from x, not from the rounded sum; 2/3 (1 + x) has the exponent e - 1,
 * or beside a power of two a neighbour of it, which does no harm. */
SIMD_FN vf vf_log1p(vf x)
{
    vf u = vf_fma(x, vf_set(0.666666687f), vf_set(0.666666687f)), e = vf_getexp(u);
    vf s = vf_scale2(vf_set(0.5f), -e);

    return vf_fix_log(simd_logf(e + 1.0f, vf_fma(x, s, s - 1.0f)), u);
}

/*
 * Doubles without a division: 1 <= m < 2 is in one of 16 intervals, and c, a number of 9 bits near
 * 1 / m and exactly 1 or 1/2 in the first and the last, brings it to 1 + r, -1/32 <= r <= 1/16.
 * The lowest bits of `where` are the interval's number, the highest of m's fraction.
 */
SIMD_FN vd simd_log_factor(vl where)
{
    const vd c0 = {512.0 / 512, 468.0 / 512, 443.0 / 512, 420.0 / 512,
                   400.0 / 512, 381.0 / 512, 364.0 / 512, 349.0 / 512};
    const vd c1 = {334.0 / 512, 321.0 / 512, 309.0 / 512, 298.0 / 512,
                   287.0 / 512, 278.0 / 512, 269.0 / 512, 256.0 / 512};

    return (vd)_mm512_permutex2var_pd((__m512d)c0, (__m512i)where, (__m512d)c1);
}

/* e ln 2 - log(c) + log(1 + r): r - r^2 / 2 + r^3 P(r), error 2^-56; the logarithms of 2 and of c
 * have 32 binary places in the high part and cancel exactly where m is nearly 2 and e is -1. */
SIMD_FN vd simd_log_sum(vd e, vl where, vd r)
{
    const vd h0 = {0.0,
                   0x1.700d30b0p-4,
                   0x1.28753bc0p-3,
                   0x1.95a5add0p-3,
                   0x1.f991c6c8p-3,
                   0x1.2e9e2bd0p-2,
                   0x1.5d5bddf4p-2,
                   0x1.88736584p-2};
    const vd h1 = {0x1.b56fa044p-2, 0x1.de16b570p-2, 0x1.028d2d6ap-1, 0x1.151c3f70p-1,
                   0x1.285e0842p-1, 0x1.38ae2172p-1, 0x1.4987ace0p-1, 0x1.62e42feep-1};
    const vd l0 = {0.0,
                   -0x1.53f1f0b92b311p-36,
                   0x1.1aba4a71ac981p-35,
                   -0x1.1fd01baf4ebe0p-36,
                   0x1.9d9bcbecca0cep-34,
                   -0x1.edd79fe7dae5cp-34,
                   0x1.95f2fa6afbaddp-34,
                   -0x1.b06623887dff1p-35};
    const vd l1 = {0x1.8a425494b6106p-36,  -0x1.06f0fb980c80ep-34, 0x1.2c7e8ffb0c0f4p-34,
                   -0x1.ad3dbb2f45276p-34, 0x1.9470713619b58p-34,  -0x1.a2462deaed55ap-35,
                   0x1.b5760fb4571adp-34,  0x1.a39ef35793c76p-33};
    vd high = (vd)_mm512_permutex2var_pd((__m512d)h0, (__m512i)where, (__m512d)h1);
    vd low = (vd)_mm512_permutex2var_pd((__m512d)l0, (__m512i)where, (__m512d)l1);
    vd p = vd_fma(vd_set(-0x1.676c2d9bb7a42p-4), r, vd_set(0x1.c5abf331f611dp-4));

    p = vd_fma(p, r, vd_set(-0x1.000aa8decbb8bp-3));
    p = vd_fma(p, r, vd_set(0x1.2492d07da9777p-3));
    p = vd_fma(p, r, vd_set(-0x1.5555543c2e41ep-3));
    p = vd_fma(p, r, vd_set(0x1.99999980ffb13p-3));
    p = vd_fma(p, r, vd_set(-0x1.0000000000f96p-2));
    p = vd_fma(p, r, vd_set(0x1.5555555555f6ap-2));
    p = vd_fma(p, r, vd_set(-0.5));
    low = vd_fma(e, vd_set(1.90821492927058770002e-10), low);
    high = vd_fma(e, vd_set(6.93147180369123816490e-01), high);
    return high + (r + vd_fma(p, r * r, low));
}

SIMD_FN vd vd_log(vd x)
{
    vd m = (vd)_mm512_getmant_pd((__m512d)x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_nan);
    vl where = (vl)((vul)m >> 48);
    vd r = vd_fma(m, simd_log_factor(where), vd_set(-1.0));

    return vd_fix_log(simd_log_sum(vd_getexp(x), where, r), x);
}

SIMD_FN vd vd_log1p(vd x)
{
    vd u = x + 1.0, e = vd_getexp(u);
    vl where = (vl)((vul)u >> 48);
    vd c = vd_scale2(simd_log_factor(where), -e);

    return vd_fix_log(simd_log_sum(e, where, vd_fma(x, c, c - 1.0)), u);
}

#else

/* The same with s = f / (2 + f): log(1 + f) = f - (h - s (h + s^2 R(s^2))), h = f^2 / 2; error
 * 2^-55.8. */
SIMD_FN vd simd_logd(vd e, vd f)
{
    vd s = f / (f + 2.0), z = s * s, h = f * f * 0.5;
    vd p = vd_fma(vd_set(0x1.3ac4d35fe774ep-3), z, vd_set(0x1.38525aabff133p-3));

    p = vd_fma(p, z, vd_set(0x1.7474e2b582774p-3));
    p = vd_fma(p, z, vd_set(0x1.c71c0199cb316p-3));
    p = vd_fma(p, z, vd_set(0x1.249249b15583cp-2));
    p = vd_fma(p, z, vd_set(0x1.99999998f2f7ap-2));
    p = vd_fma(p, z, vd_set(0x1.5555555555766p-1));
    p = vd_fma(p, z, h);
    p = f - (h - vd_fma(s, p, e * 1.90821492927058770002e-10));
    return vd_fma(e, vd_set(6.93147180369123816490e-01), p);
}

/* The result for x from that of the ordinary case. */
SIMD_FN vf simd_fix_logf(vf r, vf x)
{
    r = vf_select(vf_lt(x, vf_set(__builtin_inff())), r, x); /* infinity and NaN */
    r = vf_select(vf_lt(x, vf_set(0)), vf_set(__builtin_nanf("")), r);
    return vf_select(vf_eq(x, vf_set(0)), vf_set(-__builtin_inff()), r);
}

SIMD_FN vd simd_fix_logd(vd r, vd x)
{
    r = vd_select(vd_lt(x, vd_set(__builtin_inf())), r, x);
    r = vd_select(vd_lt(x, vd_set(0)), vd_set(__builtin_nan("")), r);
    return vd_select(vd_eq(x, vd_set(0)), vd_set(-__builtin_inf()), r);
}

/* The bits of 1 less those of 3/4, and those of 3/4: the exponent changes at 3/2. */
SIMD_FN vf vf_log(vf x)
{
    mf tiny = vf_lt(x, vf_set(0x1p-126f));
    vu t = (vu)vf_select(tiny, x * 0x1p24f, x) + 0x00400000u;
    vf e = __builtin_convertvector((vi)(t >> 23), vf) -
           vf_select(tiny, vf_set(151.0f), vf_set(127.0f));
    vf f = (vf)((t & 0x007fffffu) + 0x3f400000u) - 1.0f;

    return simd_fix_logf(simd_logf(e, f), x);
}

/* The integer is put at the end of the fraction of 2^52. */
SIMD_FN vd vd_log(vd x)
{
    md tiny = vd_lt(x, vd_set(0x1p-1022));
    vul t = (vul)vd_select(tiny, x * 0x1p54, x) + 0x0008000000000000u;
    vd e = (vd)((t >> 52) | 0x4330000000000000u) -
           vd_select(tiny, vd_set(0x1p52 + 1077.0), vd_set(0x1p52 + 1023.0));
    vd f = (vd)((t & 0x000fffffffffffffu) + 0x3fe8000000000000u) - 1.0;

    return simd_fix_logd(simd_logd(e, f), x);
}

/* s is 4 / 2^e, which is a normal number for all e. */
SIMD_FN vf vf_log1p(vf x)
{
    vf u = x + 1.0f;
    vu t = ((vu)u + 0x00400000u) >> 23;
    vf e = __builtin_convertvector((vi)t, vf) - 127.0f, s = (vf)((256u - t) << 23);
    vf f = vf_fma(x * s, vf_set(0.25f), vf_fma(s, vf_set(0.25f), vf_set(-1.0f)));

    return simd_fix_logf(simd_logf(e, f), u);
}

SIMD_FN vd vd_log1p(vd x)
{
    vd u = x + 1.0;
    vul t = ((vul)u + 0x0008000000000000u) >> 52;
    vd e = (vd)(t | 0x4330000000000000u) - (0x1p52 + 1023.0), s = (vd)((2048u - t) << 52);
    vd f = vd_fma(x * s, vd_set(0.25), vd_fma(s, vd_set(0.25), vd_set(-1.0)));

    return simd_fix_logd(simd_logd(e, f), u);
}

#endif

/* ---- tanh, sigmoid ---- */

/* 1 / (1 + exp(-x)), with the exponential of the negative argument on both sides. */
SIMD_FN vf vf_sigmoid(vf x)
{
    vf e = vf_exp_minus(vf_minus_abs(x));

    return vf_select(vf_lt(x, vf_set(0)), e, vf_set(1.0f)) / (e + 1.0f);
}

SIMD_FN vd vd_sigmoid(vd x)
{
    vd e = vd_exp_minus(vd_minus_abs(x));

    return vd_select(vd_lt(x, vd_set(0)), e, vd_set(1.0)) / (e + 1.0);
}

/*
 * With a = |x|: tanh(a) = t / (2 - t) for t = 1 - exp(-2 a). 2 a = 2 r - n ln 2, so that
 * t = 1 - 2^n + 2^n (1 - exp(-2 r)); the last bracket is 2 r + r^2 V(r) for |r| <= ln 2 / 4,
 * error 2^-26, and nothing is lost for small a, where n = 0.
 */
SIMD_FN vf vf_tanh(vf x)
{
    const vf shift = vf_set(12582912.0f + 127.0f);
    vf a = vf_min(vf_set(9.25f), vf_abs(x)), shifted = vf_fma(a, vf_set(-2.88539008f), shift);
    vf n = shifted - shift, s = (vf)((vu)shifted << 23), r, t;

    r = vf_fma(n, vf_set(0.3466796875f), a);
    r = vf_fma(n, vf_set(-1.06097220e-4f), r);
    t = vf_fma(vf_set(-0x1.6bebf8p-4f), r, vf_set(0x1.1227f6p-2f));
    t = vf_fma(t, r, vf_set(-0x1.555674p-1f));
    t = vf_fma(t, r, vf_set(0x1.5554bp+0f));
    t = vf_fma(t, r, vf_set(-0x1.fffffep+0f));
    t = vf_fma(t, r * r, r + r);
    t = vf_fma(t, s, 1.0f - s);
    return vf_copysign(t / (2.0f - t), x);
}

/* The same, error 2^-55. */
SIMD_FN vd vd_tanh(vd x)
{
    const vd shift = vd_set(6755399441055744.0 + 1023.0);
    vd a = vd_min(vd_set(19.5), vd_abs(x)), shifted = vd_fma(a, vd_set(-2.8853900817779268), shift);
    vd n = shifted - shift, s = (vd)((vul)shifted << 52), r, t;

    r = vd_fma(n, vd_set(0.5 * 6.93147180369123816490e-01), a);
    r = vd_fma(n, vd_set(0.5 * 1.90821492927058770002e-10), r);
    t = vd_fma(vd_set(0x1.ae6b9e0c3ecf3p-15), r, vd_set(-0x1.28a2375a2c78fp-12));
    t = vd_fma(t, r, vd_set(0x1.71de8854e8ee5p-10));
    t = vd_fma(t, r, vd_set(-0x1.a019a71bbc9b9p-8));
    t = vd_fma(t, r, vd_set(0x1.a01a0174d7729p-6));
    t = vd_fma(t, r, vd_set(-0x1.6c16c17ef5c9dp-4));
    t = vd_fma(t, r, vd_set(0x1.1111111119096p-2));
    t = vd_fma(t, r, vd_set(-0x1.5555555552259p-1));
    t = vd_fma(t, r, vd_set(0x1.5555555555539p+0));
    t = vd_fma(t, r, vd_set(-0x1.0000000000005p+1));
    t = vd_fma(t, r * r, r + r);
    t = vd_fma(t, s, 1.0 - s);
    return vd_copysign(t / (2.0 - t), x);
}

/* ---- erfc, gelu ---- */

/*
 * The normal distribution's tail above a >= 0 is exp(-a^2 / 2) G(a), with a rational function for
 * G, error 2^-27 for a <= 15. erfc(x) is twice the tail above sqrt(2) x.
 */
SIMD_FN vf simd_tailf(vf a)
{
    vf p, q;

    p = vf_fma(vf_set(0x1.1032cep-8f), a, vf_set(0x1.4ee8d2p-5f));
    p = vf_fma(p, a, vf_set(0x1.78c704p-3f));
    p = vf_fma(p, a, vf_set(0x1.c1d50ap-2f));
    p = vf_fma(p, a, vf_set(0.5f));
    q = vf_fma(vf_set(0x1.552582p-7f), a, vf_set(0x1.a3c596p-4f));
    q = vf_fma(q, a, vf_set(0x1.e2bbdap-2f));
    q = vf_fma(q, a, vf_set(0x1.349ff8p+0f));
    q = vf_fma(q, a, vf_set(0x1.ad2cb6p+0f));
    q = vf_fma(q, a, vf_set(1.0f));
    return p / q;
}

/* The same, error 2^-54 for a <= 39. */
SIMD_FN vd simd_taild(vd a)
{
    vd p, q;

    p = vd_fma(vd_set(0x1.7402d1abc9866p-20), a, vd_set(0x1.3889ca0a59309p-15));
    p = vd_fma(p, a, vd_set(0x1.01238df684ec4p-11));
    p = vd_fma(p, a, vd_set(0x1.0c037478bbc1cp-8));
    p = vd_fma(p, a, vd_set(0x1.830c7abbeb6abp-6));
    p = vd_fma(p, a, vd_set(0x1.90311d46c9802p-4));
    p = vd_fma(p, a, vd_set(0x1.2848f87b589cep-2));
    p = vd_fma(p, a, vd_set(0x1.3028526cc198bp-1));
    p = vd_fma(p, a, vd_set(0x1.8cbd49d811a2dp-1));
    p = vd_fma(p, a, vd_set(0.5));
    q = vd_fma(vd_set(0x1.d23f25222472cp-19), a, vd_set(0x1.87b5666334f06p-14));
    q = vd_fma(q, a, vd_set(0x1.432fba6340dc0p-10));
    q = vd_fma(q, a, vd_set(0x1.52f71fa34e02ep-7));
    q = vd_fma(q, a, vd_set(0x1.ef1b9dae37eedp-5));
    q = vd_fma(q, a, vd_set(0x1.0516bc6259d05p-2));
    q = vd_fma(q, a, vd_set(0x1.906a652eb3e56p-1));
    q = vd_fma(q, a, vd_set(0x1.b6e3e52f7aecfp+0));
    q = vd_fma(q, a, vd_set(0x1.47d79b00381b3p+1));
    q = vd_fma(q, a, vd_set(0x1.2c7fb9bb59a94p+1));
    q = vd_fma(q, a, vd_set(1.0));
    return p / q;
}

/* a * a - square, where square is the rounded a * a. */
SIMD_FN vf vf_square_rest(vf a, vf square)
{
#ifdef SIMD_FUSED
    return vf_fma(a, a, -square);
#else
    vf high = (vf)((vu)a & 0xfffff000u), low = a - high;

    return ((high * high - square) + 2.0f * high * low) + low * low;
#endif
}

SIMD_FN vd vd_square_rest(vd a, vd square)
{
#ifdef SIMD_FUSED
    return vd_fma(a, a, -square);
#else
    vd high = (vd)((vul)a & 0xfffffffff8000000u), low = a - high;

    return ((high * high - square) + 2.0 * high * low) + low * low;
#endif
}

/* exp(-c a^2) is the result, still without *scale; the square's rounding error is put back. */
SIMD_FN vf simd_gaussf(vf a, float c, vf *scale)
{
    vf square = a * a, low = vf_square_rest(a, square);

    return simd_expf(vf_fma(low, vf_set(-c), simd_reducef(square * -c, scale)));
}

SIMD_FN vd simd_gaussd(vd a, double c, vd *scale)
{
    vd square = a * a, low = vd_square_rest(a, square);

    return simd_expd(vd_fma(low, vd_set(-c), simd_reduced(square * -c, scale)));
}

SIMD_FN vf vf_erfc(vf x)
{
    vf scale, a = vf_min(vf_set(10.6f), vf_abs(x)), e = simd_gaussf(a, 1.0f, &scale);
    vf q = simd_scalef(2.0f * e * simd_tailf(a * 1.41421356f), scale);

    return vf_select(vf_lt(x, vf_set(0)), 2.0f - q, q);
}

SIMD_FN vd vd_erfc(vd x)
{
    vd scale, a = vd_min(vd_set(27.5), vd_abs(x)), e = simd_gaussd(a, 1.0, &scale);
    vd q = simd_scaled(2.0 * e * simd_taild(a * 1.4142135623730951), scale);

    return vd_select(vd_lt(x, vd_set(0)), 2.0 - q, q);
}

/* z Phi(z) with the normal distribution's Phi: max(z, 0) - |z| times the tail above |z|. */
SIMD_FN vf vf_gelu(vf z)
{
    vf scale, a = vf_min(vf_set(15.0f), vf_abs(z)), e = simd_gaussf(a, 0.5f, &scale);
    vf rest = simd_scalef(e * (a * simd_tailf(a)), scale);

    return vf_max(vf_set(0), z) - rest;
}

SIMD_FN vd vd_gelu(vd z)
{
    vd scale, a = vd_min(vd_set(39.0), vd_abs(z)), e = simd_gaussd(a, 0.5, &scale);
    vd rest = simd_scaled(e * (a * simd_taild(a)), scale);

    return vd_max(vd_set(0), z) - rest;
}

/* The derivative, Phi(z) + z phi(z): d = exp(-a^2 / 2) (G(a) - a / sqrt(2 pi)) for a = -z, else
 * 1 - d. */
SIMD_FN vf vf_gelu_slope(vf z)
{
    vf scale, a = vf_min(vf_set(15.0f), vf_abs(z)), e = simd_gaussf(a, 0.5f, &scale);
    vf d = vf_fma(a, vf_set(-0.398942280f), simd_tailf(a));

    d = simd_scalef(e * d, scale);
    return vf_select(vf_lt(z, vf_set(0)), d, 1.0f - d);
}

SIMD_FN vd vd_gelu_slope(vd z)
{
    vd scale, a = vd_min(vd_set(39.0), vd_abs(z)), e = simd_gaussd(a, 0.5, &scale);
    vd d = vd_fma(a, vd_set(-0.3989422804014327), simd_taild(a));

    d = simd_scaled(e * d, scale);
    return vd_select(vd_lt(z, vd_set(0)), d, 1.0 - d);
}

#endif
