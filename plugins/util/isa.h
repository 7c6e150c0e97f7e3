/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isa.h -- which of the kernels compiled for several instruction sets to use.
 *
 *     static const struct kernels *const tables[ISA_COUNT] = ISA_TABLES(my_kernels);
 *     k = tables[isa_best()];
 *
 * THALWEG_ISA=base or avx2 in the environment takes a lesser one: for tests.
 */
#ifndef UTIL_ISA_H
#define UTIL_ISA_H

#include <stdlib.h>
#include <string.h>

enum isa { ISA_BASE, ISA_AVX2, ISA_AVX512, ISA_COUNT };

#ifdef HAVE_X86_KERNELS
#define ISA_TABLES(name)                                                                           \
    {                                                                                              \
        &name##_base, &name##_avx2, &name##_avx512                                                 \
    }
#else
#define ISA_TABLES(name)                                                                           \
    {                                                                                              \
        &name##_base, &name##_base, &name##_base                                                   \
    }
#endif

static inline enum isa isa_best(void)
{
    enum isa best = ISA_BASE;
    const char *wish = getenv("THALWEG_ISA");

#ifdef HAVE_X86_KERNELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        best = ISA_AVX2;
    if (best == ISA_AVX2 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        best = ISA_AVX512;
#endif
    if (wish && strcmp(wish, "base") == 0)
        best = ISA_BASE;
    if (wish && strcmp(wish, "avx2") == 0 && best > ISA_AVX2)
        best = ISA_AVX2;
    return best;
}

#endif
