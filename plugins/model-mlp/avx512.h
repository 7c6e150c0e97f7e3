/* SPDX-License-Identifier: GPL-3.0-or-later */
/* avx512.h -- moving elements between and within vectors, which no common operation expresses:
 * kernels.c and train-kernels.c only.
 *
 *     compress    the elements of the mask side by side, as integers
 *     pieces      128 bits each from p, p + step, p + 2 step, p + 3 step
 *     exchange    transpose the 4 x 4 floats (2 x 2 doubles) in each 128 bits of 4 (2) vectors
 */
#ifndef MODEL_MLP_AVX512_H
#define MODEL_MLP_AVX512_H

#include "../util/simd.h"

SIMD_FN void vf_compress(uint32_t *to, mf mask, vf v)
{
    __m512i whole = _mm512_cvtps_epi32((__m512)v);

    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(mask, whole));
}

SIMD_FN void vd_compress(uint32_t *to, md mask, vd v)
{
    __m256i whole = _mm512_cvtpd_epi32((__m512d)v);

    _mm256_storeu_si256((__m256i *)(void *)to, _mm256_maskz_compress_epi32(mask, whole));
}

SIMD_FN vf vf_pieces(const float *p, size_t step)
{
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(p));

    v = _mm512_mask_broadcast_f32x4(v, 0x00f0, _mm_loadu_ps(p + step));
    v = _mm512_mask_broadcast_f32x4(v, 0x0f00, _mm_loadu_ps(p + 2 * step));
    v = _mm512_mask_broadcast_f32x4(v, 0xf000, _mm_loadu_ps(p + 3 * step));
    return (vf)v;
}

SIMD_FN vd vd_pieces(const double *p, size_t step)
{
    __m512d v = _mm512_castpd128_pd512(_mm_loadu_pd(p));

    v = _mm512_mask_broadcast_f64x2(v, 0x0c, _mm_loadu_pd(p + step));
    v = _mm512_mask_broadcast_f64x2(v, 0x30, _mm_loadu_pd(p + 2 * step));
    v = _mm512_mask_broadcast_f64x2(v, 0xc0, _mm_loadu_pd(p + 3 * step));
    return (vd)v;
}

SIMD_FN void vf_exchange(vf row[4])
{
    __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps((__m512)row[0], (__m512)row[1]));
    __m512d b = _mm512_castps_pd(_mm512_unpacklo_ps((__m512)row[2], (__m512)row[3]));
    __m512d c = _mm512_castps_pd(_mm512_unpackhi_ps((__m512)row[0], (__m512)row[1]));
    __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps((__m512)row[2], (__m512)row[3]));

    row[0] = (vf)_mm512_unpacklo_pd(a, b);
    row[1] = (vf)_mm512_unpackhi_pd(a, b);
    row[2] = (vf)_mm512_unpacklo_pd(c, d);
    row[3] = (vf)_mm512_unpackhi_pd(c, d);
}

SIMD_FN void vd_exchange(vd row[2])
{
    __m512d a = (__m512d)row[0], b = (__m512d)row[1];

    row[0] = (vd)_mm512_unpacklo_pd(a, b);
    row[1] = (vd)_mm512_unpackhi_pd(a, b);
}

#endif
