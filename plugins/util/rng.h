/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng.h -- a counter-based random generator.
 *
 * A number is a pure function of (seed, counter): no state, no order of calls to respect, the same
 * bits on every machine and with any number of threads. The caller numbers its draws; independent
 * streams take different seeds, e.g. rng_stream(seed, epoch).
 *
 * The mix is SplitMix64's finalizer (Steele, Lea & Flood 2014), applied to the seed and then to the
 * sum of the mixed seed and the counter times the golden-ratio increment.
 */
#ifndef UTIL_RNG_H
#define UTIL_RNG_H

#include <math.h>
#include <stdint.h>

#define RNG_GOLDEN UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t rng_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 64 uniform bits. */
static inline uint64_t rng_u64(uint64_t seed, uint64_t counter)
{
    return rng_mix(rng_mix(seed + RNG_GOLDEN) + (counter + 1) * RNG_GOLDEN);
}

/* The seed of an independent stream. */
static inline uint64_t rng_stream(uint64_t seed, uint64_t stream)
{
    return rng_u64(seed ^ UINT64_C(0xd1b54a32d192ed03), stream);
}

/* Uniform in [0, 1), 53 bits. */
static inline double rng_uniform(uint64_t seed, uint64_t counter)
{
    return (double)(rng_u64(seed, counter) >> 11) * 0x1.0p-53;
}

/* Standard normal (Box-Muller). Draws 2k and 2k + 1 are the two halves of one pair. */
static inline double rng_normal(uint64_t seed, uint64_t counter)
{
    const double two_pi = 6.283185307179586476925286766559;
    uint64_t first = counter & ~UINT64_C(1);
    double u = ((double)(rng_u64(seed, first) >> 11) + 1.0) * 0x1.0p-53; /* (0, 1] */
    double angle = two_pi * rng_uniform(seed, first | 1);
    double radius = sqrt(-2.0 * log(u));

    return (counter & 1) ? radius * sin(angle) : radius * cos(angle);
}

/* Uniform in [0, n), n > 0: the high half of a 64 x 64 product (bias below n / 2^64). */
static inline uint64_t rng_below(uint64_t seed, uint64_t counter, uint64_t n)
{
    uint64_t r = rng_u64(seed, counter);
    uint64_t rl = r & 0xffffffffu, rh = r >> 32, nl = n & 0xffffffffu, nh = n >> 32;
    uint64_t mid = rh * nl + ((rl * nl) >> 32);
    uint64_t mid2 = rl * nh + (mid & 0xffffffffu);

    return rh * nh + (mid >> 32) + (mid2 >> 32);
}

#endif
