/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas.c -- see blas.h.
 *
 * OpenBLAS chooses its kernels when it is loaded, by a list of processor
 * models.  An OpenBLAS older than the processor falls back to kernels of 2004,
 * four to eight times slower than what the processor can do (0.3.21 on an
 * Emerald Rapids Xeon: 31 against 140 GFLOP/s in sgemm).  By then only the
 * environment of a new process can change its mind.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include "blas.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_OPENBLAS

void openblas_set_num_threads(int n);
char *openblas_get_corename(void);

/* The kernels by instruction set, best first; NULL when the library's own
 * choice stands. */
static const char *better_core(void)
{
#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
    if (strcmp(openblas_get_corename(), "Prescott") != 0)
        return NULL;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return NULL;
}

void blas_settle(char **argv)
{
    const char *core = getenv("OPENBLAS_CORETYPE") ? NULL : better_core();
    /* One level of threads: ours.  It also keeps every sum in one order. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    if (core && setenv("OPENBLAS_CORETYPE", core, 1) == 0)
        execv("/proc/self/exe", argv); /* where that fails, it is only slower */
    openblas_set_num_threads(1);
}

#else

void blas_settle(char **argv)
{
    (void)argv;
}

#endif
