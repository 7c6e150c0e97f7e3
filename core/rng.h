/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng.h -- random numbers of the core: a pure function of (seed, counter), so that no order
 * of calls shows in a result.
 *
 * The mix is SplitMix64's finaliser (Steele, Lea, Flood 2014), applied to the seed and then to the
 * sum of the mixed seed and the counter times the golden-ratio increment.
 */
#ifndef CORE_RNG_H
#define CORE_RNG_H

#include <math.h>
#include <stdint.h>

#define RNG_STEP UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t rng_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 64 uniform bits. */
static inline uint64_t rng_bits(uint64_t seed, uint64_t counter)
{
    return rng_mix(rng_mix(seed + RNG_STEP) + (counter + 1) * RNG_STEP);
}

/* The seed of an independent stream. */
static inline uint64_t rng_stream(uint64_t seed, uint64_t stream)
{
    return rng_bits(seed ^ UINT64_C(0xd1b54a32d192ed03), stream);
}

/* -1 or 1. */
static inline double rng_sign(uint64_t seed, uint64_t counter)
{
    return rng_bits(seed, counter) >> 63 ? 1 : -1;
}

/* Standard normal (Box-Muller); two draws of rng_bits() each. */
static inline double rng_normal(uint64_t seed, uint64_t counter)
{
    double u = ((double)(rng_bits(seed, 2 * counter) >> 11) + 1) * 0x1p-53; /* (0, 1] */
    double v = (double)(rng_bits(seed, 2 * counter + 1) >> 11) * 0x1p-53;
    return sqrt(-2 * log(u)) * cos(6.283185307179586476925286766559 * v);
}

#endif
