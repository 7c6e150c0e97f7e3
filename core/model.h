/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h -- a model bound to data, once per worker.
 *
 *     model_open        one instance per worker, all bound to the same data
 *     model_evaluate    loss and accuracy at one theta, over all rows
 *     model_objective   what optimizers and reducers see of it
 *     model_close
 *
 * All rows are cut into at most MODEL_CHUNKS pieces whose bounds depend on the
 * number of rows alone; the pieces are evaluated by whoever is free and added
 * in order, so the number of workers never shows in the result.
 */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H

#include "instance.h"
#include "workers.h"

#define MODEL_CHUNKS     16
#define MODEL_CHUNK_ROWS 1024 /* a piece is not smaller than this */

struct model {
    struct instance **instance; /* n_instances, one a worker */
    size_t n_instances;
    const struct tw_model_ops *ops;
    const struct tw_model_plane *plane; /* plane_ops, or NULL: no such extension */
    struct tw_model_plane plane_ops;    /* our copy, zero where the plugin's is shorter */
    const struct tw_model_hvp *hvp;     /* hvp_ops, or NULL */
    struct tw_model_hvp hvp_ops;
    const struct tw_data *data; /* NULL: none */
    struct workers *workers;    /* borrowed */
    size_t dim, n_rows;         /* n_rows is 0 without data */
    size_t n_chunks, chunk_rows;
    double *chunk_grad;    /* n_chunks x dim, made when first needed */
    struct hvp_step *step; /* of hvp.c, for differences; made when first needed */
    struct tw_objective objective;
    struct error *error; /* of the objective's last failure */
};

/* The struct must stay where it is.  `data` and `workers` are borrowed until model_close(). */
int model_open(struct model *m, const struct plugin *plugin, const void *config,
               const struct tw_data *data, struct workers *workers, const struct environment *env,
               struct error *err);
void model_close(struct model *m);

/* A copy of the plugin's plane extension, checked: as plugin_table(). */
int model_plane_table(const struct plugin *p, struct tw_model_plane *out, struct error *err);

/* The same for Hessian times vector. */
int model_hvp_table(const struct plugin *p, struct tw_model_hvp *out, struct error *err);

/* A worker's call failed with rc: the reason of whichever instance gave one, as
 * instance_check().  Returns -1. */
int model_blame(struct model *m, int rc, const char *what, struct error *err);

/* Loss; accuracy as a fraction, NaN where it means nothing.  Either may be NULL. */
int model_evaluate(struct model *m, const double *theta, double *loss, double *accuracy,
                   struct error *err);

/* Valid until model_close().  When one of its functions fails, the reason is
 * put into `err` (kept by the model until the next call of this function). */
const struct tw_objective *model_objective(struct model *m, struct error *err);

/* Slice i of theta, checked; 1 after the last. */
int model_block(struct model *m, size_t i, struct tw_block *out, struct error *err);

#endif
