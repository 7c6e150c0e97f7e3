/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plane.h -- thalweg.model.plane/1 of the network: plane.c. */
#ifndef MODEL_MLP_PLANE_H
#define MODEL_MLP_PLANE_H

#include <thalweg/plugin.h>

#include "net.h"

extern const struct tw_model_plane mlp_plane;

/* What is not in m->mem. */
void mlp_plane_free(struct mlp *m);

#endif
