/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer-gd.c -- gradient descent on the whole training set.
 *
 * One step is one epoch.  With momentum m the step follows the buffer
 * b <- m*b + gradient (Polyak's heavy ball), as PyTorch's SGD does.
 */
#include <thalweg/plugin.h>

#include "util/descent.h"
#include "util/scratch.h"

#include <stdlib.h>

#define DEFAULT_EPOCHS 100

struct config {
    double learning_rate, momentum;
};

struct gd {
    const struct tw_host *host;
    const struct config *cfg;
    struct scratch mem;
    double *grad;
    double *buffer; /* zero before the first step, so that it becomes the gradient; NULL without
                       momentum */
    uint64_t steps;
};

static int gd_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct gd *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void gd_release(struct gd *s)
{
    scratch_free(&s->mem);
    s->grad = s->buffer = NULL;
}

static void gd_destroy(void *self)
{
    gd_release(self);
    free(self);
}

static int gd_start(void *self, const struct tw_objective *f, double *theta,
                    struct tw_training *training)
{
    struct gd *s = self;

    (void)theta;
    gd_release(s);
    s->steps = 0;
    s->grad = scratch_take(&s->mem, f->dim, sizeof *s->grad);
    if (s->cfg->momentum > 0)
        s->buffer = scratch_take(&s->mem, f->dim, sizeof *s->buffer);
    if (!s->grad || (s->cfg->momentum > 0 && !s->buffer))
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu parameters", f->dim);
    if (!training->epochs)
        training->epochs = DEFAULT_EPOCHS;
    training->steps_per_epoch = 1;
    return TW_OK;
}

struct update {
    const struct gd *s;
    double *theta;
};

static void gd_update(void *ctx, size_t from, size_t to)
{
    const struct update *u = ctx;
    const double *restrict grad = u->s->grad;
    double *restrict theta = u->theta, *restrict buffer = u->s->buffer;
    double lr = u->s->cfg->learning_rate, momentum = u->s->cfg->momentum;

    if (!buffer)
        for (size_t i = from; i < to; i++)
            theta[i] -= lr * grad[i];
    else
        for (size_t i = from; i < to; i++) {
            buffer[i] = momentum * buffer[i] + grad[i];
            theta[i] -= lr * buffer[i];
        }
}

static int gd_step(void *self, const struct tw_objective *f, double *theta)
{
    struct gd *s = self;
    struct update u = {s, theta};
    int rc = f->grad(f, theta, NULL, NULL, s->grad);

    if (rc < 0)
        return rc;
    return descent_update(s->host, theta, f->dim, ++s->steps, gd_update, &u);
}

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, learning_rate, "0.1", 0, 1e9, NULL,
                  "What the gradient is multiplied by."),
    TW_PARAM_REAL(struct config, momentum, "0", 0, 1, NULL,
                  "Share of the previous step that is kept (heavy ball)."),
    TW_PARAM_END};

static const struct tw_optimizer_ops ops = {
    .struct_size = sizeof ops, .start = gd_start, .step = gd_step};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_OPTIMIZER),
    .threads = TW_THREADS_INSTANCE,
    .name = "gd",
    .version = "0.1.0",
    .summary = "Gradient descent on the whole training set, with momentum",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = gd_create,
    .destroy = gd_destroy,
    .ops.optimizer = &ops,
};
