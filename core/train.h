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

/* Run an optimizer from theta, which ends as the last point; `path` (empty,
 * initialised) receives the checkpoints, the first and the last always, and its name is
 * that of the run.  `env` has the run's seed.  `named`: the name goes with what the
 * user sees. */
int train_run(struct model *model, const struct trainer *trainer, const struct environment *env,
              bool named, double *theta, struct path *path, struct error *err);

#endif
