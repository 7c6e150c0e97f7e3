/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer-replay.c -- follow checkpoints that were made elsewhere.
 *
 * `path` is a .npy file of T checkpoints x P parameters, float32 or float64, in
 * the model's order (torch.nn.utils.parameters_to_vector for the built-in
 * ones).  The first checkpoint is where training starts; each step is the next
 * one and counts as an epoch.  The last one comes with TW_DONE.
 */
#include <thalweg/plugin.h>

#include "util/npy.h"

#include <math.h>
#include <stdlib.h>

struct config {
    const char *path;
};

struct replay {
    const struct tw_host *host;
    const struct config *cfg;
    struct npy file;
    size_t next; /* row */
};

static int replay_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct replay *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void replay_destroy(void *self)
{
    struct replay *s = self;

    npy_close(&s->file);
    free(s);
}

/* The next checkpoint to theta. */
static int load(struct replay *s, double *theta)
{
    size_t dim = s->file.shape[1];
    int rc = npy_read_double(&s->file, s->next * dim, dim, theta);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < dim; i++)
        if (!isfinite(theta[i]))
            return s->host->fail(s->host, TW_EINVAL,
                                 "%s: row %zu, column %zu (from 0) is %g; checkpoints must be "
                                 "finite",
                                 s->cfg->path, s->next, i, theta[i]);
    s->next++;
    return TW_OK;
}

static int replay_start(void *self, const struct tw_objective *f, double *theta,
                        struct tw_training *training)
{
    struct replay *s = self;
    struct npy *file = &s->file;
    char what[96];
    int rc;

    npy_close(file);
    rc = npy_open(s->host, s->cfg->path, file);
    if (rc < 0)
        return rc;
    if (file->n_dims != 2 || file->kind != 'f')
        return s->host->fail(s->host, TW_EINVAL,
                             "%s holds a %s; needed: float32 or float64 of checkpoints x %zu "
                             "parameters",
                             s->cfg->path, npy_describe(file, what, sizeof what), f->dim);
    if (file->shape[1] != f->dim)
        return s->host->fail(s->host, TW_EINVAL,
                             "%s has %zu parameters per checkpoint, but the model has %zu",
                             s->cfg->path, file->shape[1], f->dim);
    s->next = 0;
    rc = load(s, theta);
    if (rc < 0)
        return rc;
    if (!training->epochs)
        training->epochs = file->shape[0] - 1;
    training->steps_per_epoch = 1;
    return TW_OK;
}

static int replay_step(void *self, const struct tw_objective *f, double *theta)
{
    struct replay *s = self;
    int rc;

    (void)f;
    if (s->next == s->file.shape[0])
        return TW_DONE;
    rc = load(s, theta);
    if (rc < 0)
        return rc;
    return s->next == s->file.shape[0] ? TW_DONE : TW_OK;
}

static const struct tw_param params[] = {
    TW_PARAM_PATH(struct config, path, NULL,
                  "A .npy file of checkpoints x parameters, float32 or float64."),
    TW_PARAM_END};

static const struct tw_optimizer_ops ops = {
    .struct_size = sizeof ops, .start = replay_start, .step = replay_step};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_OPTIMIZER),
    .threads = TW_THREADS_INSTANCE,
    .name = "replay",
    .version = "0.1.0",
    .summary = "Follow checkpoints from a .npy file",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = replay_create,
    .destroy = replay_destroy,
    .ops.optimizer = &ops,
};
