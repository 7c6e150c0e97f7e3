/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UTIL_SIMDMATH_H
#define UTIL_SIMDMATH_H
#include "simd.h"
#endif
