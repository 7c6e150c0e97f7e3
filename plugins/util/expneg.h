/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expneg.h -- exp(x) for x <= 0 in a form that the compiler vectorises: no call, no branch, no
 * table.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) by a polynomial (float: the one of Cephes; double:
 * Taylor's to r^13); n goes into the exponent. Within 2 units in the last place. Results that are
 * near the least normal number are 0. NaN gives NaN. With x > 0 the result means nothing.
 */
#ifndef UTIL_EXPNEG_H
#define UTIL_EXPNEG_H

#include <stdint.h>
#include <string.h>

static inline float expneg_f32(float x)
{
    const float round = 12582912.0f; /* 1.5 * 2^23: what is added leaves its integer at the end */
    float shifted = x * 1.44269504088896341f + round, n = shifted - round, p;
    float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    uint32_t exponent, bits;

    p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    memcpy(&exponent, &shifted, sizeof(exponent));
    memcpy(&bits, &p, sizeof(bits));
    bits += exponent << 23;
    memcpy(&p, &bits, sizeof(p));
    return x < -86.0f ? 0.0f : x == x ? p : x;
}

static inline double expneg_f64(double x)
{
    const double round = 6755399441055744.0; /* 1.5 * 2^52 */
    double shifted = x * 1.44269504088896340736 + round, n = shifted - round, p;
    double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    uint64_t exponent, bits;

    p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * (r * r) + r + 1.0;
    memcpy(&exponent, &shifted, sizeof(exponent));
    memcpy(&bits, &p, sizeof(bits));
    bits += exponent << 52;
    memcpy(&p, &bits, sizeof(p));
    return x < -700.0 ? 0.0 : x == x ? p : x;
}

#endif
