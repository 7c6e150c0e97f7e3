/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas.h -- OpenBLAS, as this program wants it. */
#ifndef CORE_BLAS_H
#define CORE_BLAS_H

/* One thread, and the kernels that this processor can run.  May start the
 * program anew (see blas.c), so it comes first in main(). */
void blas_settle(char **argv);

#endif
