/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_MLP_KERNELS_H
#define MODEL_MLP_KERNELS_H
#include <stddef.h>
struct mlp_kernels { size_t lanes; };
extern const struct mlp_kernels mlp_kernels_base, mlp_kernels_avx2, mlp_kernels_avx512;
#endif
