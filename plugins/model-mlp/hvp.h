/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hvp.h -- thalweg.model.hvp/1 of the network: hvp.c. */
#ifndef MODEL_MLP_HVP_H
#define MODEL_MLP_HVP_H

#include <thalweg/plugin.h>

extern const struct tw_model_hvp mlp_hvp;

#endif
