/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train.h -- the training loop, which is the host's. */
#ifndef CORE_TRAIN_H
#define CORE_TRAIN_H

#include "model.h"
#include "path.h"
#include "plan.h"

/* Fill `theta` (model->dim) with the model's initial point. */
int train_init(struct model *model, const struct environment *env, double *theta,
               struct error *err);

/* Run the plan's optimizer from theta, which ends as the last point; `path`
 * (empty, initialised) receives the checkpoints, the first and the last always. */
int train_run(struct model *model, const struct plan *plan, const struct environment *env,
              double *theta, struct path *path, struct error *err);

#endif
