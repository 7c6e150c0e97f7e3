/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-private.h -- what model.c and hvp.c share.
 *
 * Functions that return a plugin status have put the reason into m->error, but for TW_ENOTSUP of
 * model_vector().
 */
#ifndef CORE_MODEL_PRIVATE_H
#define CORE_MODEL_PRIVATE_H

#include "model.h"

/* Over all rows, piece by piece, averaged in the order of the pieces: the gradient and, if not
 * NULL, the loss; with vec the product with the Hessian, from m->hvp, and no loss.  TW_ENOTSUP: the
 * model has no such products here. */
int model_vector(struct model *m, const double *theta, const double *vec, double *loss,
                 double *out);

/* m->error says why: the status for the plugin that asked. */
int model_failed(struct model *m);

/* Plugins call the objective, and may do so from a task of their own, where its instances are not
 * theirs: a failure then. */
int model_refuse_in_task(struct model *m);

/* hvp.c: the table, tw_objective.hvp, and what it keeps. */
int hvp_open(struct model *m, const struct plugin *plugin, struct error *err);
int hvp_objective(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                  const double *vec, double *out);
void hvp_close(struct model *m);

#endif
