/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host-eigen.h -- the service TW_EXT_HOST_EIGEN for plugins. */
#ifndef CORE_HOST_EIGEN_H
#define CORE_HOST_EIGEN_H

#include <thalweg/plugin.h>

extern const struct tw_host_eigen host_eigen;

#endif
