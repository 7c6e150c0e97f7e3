/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels.h"
#include "../util/simdmath.h"
const struct mlp_kernels SIMD_NAME(mlp_kernels) = {.lanes = SIMD_F};
