/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer-adam.c -- Adam (Kingma and Ba 2015) with mini-batches.
 *
 * The update is PyTorch's torch.optim.Adam; at step t = 1, 2, ...
 *
 *     g <- gradient + weight_decay * theta
 *     m <- beta1*m + (1-beta1)*g        v <- beta2*v + (1-beta2)*g^2
 *     theta <- theta - learning_rate/(1-beta1^t) * m / (sqrt(v)/sqrt(1-beta2^t) + epsilon)
 *
 * Mini-batches: see util/descent.h.
 */
#include <thalweg/plugin.h>

#include "util/descent.h"
#include "util/scratch.h"

#include <math.h>
#include <stdlib.h>

#define DEFAULT_EPOCHS 10

struct config {
    double learning_rate, beta1, beta2, epsilon, weight_decay;
    int64_t batch;
};

struct adam {
    const struct tw_host *host;
    const struct config *cfg;
    struct batches batches;
    struct scratch mem;
    double *grad, *m, *v;
    uint64_t steps;
};

static const char *adam_check(const void *cfg)
{
    const struct config *c = cfg;

    if (c->beta1 >= 1)
        return "beta1 must be below 1, e.g. 0.9";
    if (c->beta2 >= 1)
        return "beta2 must be below 1, e.g. 0.999";
    return NULL;
}

static int adam_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct adam *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void adam_release(struct adam *s)
{
    batches_free(&s->batches);
    scratch_free(&s->mem);
    s->grad = s->m = s->v = NULL;
}

static void adam_destroy(void *self)
{
    adam_release(self);
    free(self);
}

static int adam_start(void *self, const struct tw_objective *f, double *theta,
                      struct tw_training *training)
{
    struct adam *s = self;
    int rc;

    (void)theta;
    adam_release(s);
    s->steps = 0;
    s->grad = scratch_take(&s->mem, f->dim, sizeof *s->grad);
    s->m = scratch_take(&s->mem, f->dim, sizeof *s->m);
    s->v = scratch_take(&s->mem, f->dim, sizeof *s->v);
    if (!s->grad || !s->m || !s->v)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu parameters", f->dim);
    rc = batches_init(&s->batches, s->host, f->n_rows, s->cfg->batch);
    if (rc < 0)
        return rc;
    if (!training->epochs)
        training->epochs = DEFAULT_EPOCHS;
    training->steps_per_epoch = batches_per_epoch(&s->batches);
    return TW_OK;
}

struct update {
    const struct adam *s;
    double *theta;
    double rate, root; /* learning_rate/(1-beta1^t) and sqrt(1-beta2^t) */
};

/* Numerator and denominator are multiplied by the root: a division less. */
static void adam_update(void *ctx, size_t from, size_t to)
{
    const struct update *u = ctx;
    const struct config *c = u->s->cfg;
    const double *restrict grad = u->s->grad;
    double *restrict theta = u->theta, *restrict m = u->s->m, *restrict v = u->s->v;
    double beta1 = c->beta1, beta2 = c->beta2, decay = c->weight_decay;
    double rate = u->rate * u->root, epsilon = c->epsilon * u->root;

    for (size_t i = from; i < to; i++) {
        double g = grad[i] + decay * theta[i];

        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        theta[i] -= rate * m[i] / (sqrt(v[i]) + epsilon);
    }
}

static int adam_step(void *self, const struct tw_objective *f, double *theta)
{
    struct adam *s = self;
    const struct config *c = s->cfg;
    double t = (double)++s->steps;
    struct update u = {s, theta, c->learning_rate / (1 - pow(c->beta1, t)),
                       sqrt(1 - pow(c->beta2, t))};
    int rc = f->grad(f, theta, batches_next(&s->batches), NULL, s->grad);

    if (rc < 0)
        return rc;
    return descent_update(s->host, theta, f->dim, s->steps, adam_update, &u);
}

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, learning_rate, "0.001", 0, 1e9, NULL,
                  "Length of a step in each entry of theta, roughly."),
    TW_PARAM_REAL(struct config, beta1, "0.9", 0, 1, NULL,
                  "Decay of the running mean of the gradient, below 1."),
    TW_PARAM_REAL(struct config, beta2, "0.999", 0, 1, NULL,
                  "Decay of the running mean of its square, below 1."),
    TW_PARAM_REAL(struct config, epsilon, "1e-8", 1e-300, 1e9, NULL,
                  "Added to the divisor, so that it is never zero."),
    TW_PARAM_REAL(struct config, weight_decay, "0", 0, 1e9, NULL,
                  "Times theta, added to the gradient of every parameter."),
    TW_PARAM_INT(struct config, batch, "32", 1, 4294967295.0, "rows",
                 "Rows per step, drawn anew each epoch without replacement; the last batch of an "
                 "epoch holds what is left."),
    TW_PARAM_END};

static const struct tw_optimizer_ops ops = {
    .struct_size = sizeof ops, .start = adam_start, .step = adam_step};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_OPTIMIZER),
    .threads = TW_THREADS_INSTANCE,
    .name = "adam",
    .version = "0.1.0",
    .summary = "Adam: step lengths adapted to each parameter",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = adam_check,
    .create = adam_create,
    .destroy = adam_destroy,
    .ops.optimizer = &ops,
};
