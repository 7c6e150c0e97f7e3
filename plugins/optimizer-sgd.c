/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer-sgd.c -- stochastic gradient descent with mini-batches.
 *
 * The update is PyTorch's torch.optim.SGD, dampening 0:
 *
 *     g <- gradient + weight_decay * theta        every entry, biases too
 *     b <- g at the first step, then momentum*b + g
 *     theta <- theta - lr * (nesterov ? g + momentum*b : b)
 *
 * with the learning rate lr of epoch e (from 0) by the schedule:
 *
 *     constant   learning_rate
 *     step       learning_rate * gamma^floor(e / step_epochs)     StepLR
 *     cosine     learning_rate/2 * (1 + cos(pi e / epochs))       CosineAnnealingLR
 *
 * Mini-batches: see util/descent.h.
 */
#include <thalweg/plugin.h>

#include "util/descent.h"
#include "util/scratch.h"

#include <math.h>
#include <stdlib.h>

#define DEFAULT_EPOCHS 10
#define PI             3.14159265358979323846

enum schedule { CONSTANT, STEP, COSINE };

struct config {
    double learning_rate;
    int64_t batch;
    double momentum;
    bool nesterov;
    double weight_decay;
    int schedule; /* enum schedule */
    int64_t step_epochs;
    double gamma;
};

struct sgd {
    const struct tw_host *host;
    const struct config *cfg;
    struct batches batches;
    struct scratch mem;
    double *grad;
    double *buffer; /* zero before the first step, so that it becomes g; NULL without momentum */
    uint64_t steps, epochs;
};

static const char *sgd_check(const void *cfg)
{
    const struct config *c = cfg;

    if (c->nesterov && c->momentum == 0)
        return "nesterov: true needs a momentum above 0, e.g. momentum: 0.9";
    return NULL;
}

static int sgd_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct sgd *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void sgd_release(struct sgd *s)
{
    batches_free(&s->batches);
    scratch_free(&s->mem);
    s->grad = s->buffer = NULL;
}

static void sgd_destroy(void *self)
{
    sgd_release(self);
    free(self);
}

static int sgd_start(void *self, const struct tw_objective *f, double *theta,
                     struct tw_training *training)
{
    struct sgd *s = self;
    int rc;

    (void)theta;
    sgd_release(s);
    s->steps = 0;
    s->grad = scratch_take(&s->mem, f->dim, sizeof *s->grad);
    if (s->cfg->momentum > 0)
        s->buffer = scratch_take(&s->mem, f->dim, sizeof *s->buffer);
    if (!s->grad || (s->cfg->momentum > 0 && !s->buffer))
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu parameters", f->dim);
    rc = batches_init(&s->batches, s->host, f->n_rows, s->cfg->batch);
    if (rc < 0)
        return rc;
    if (!training->epochs)
        training->epochs = DEFAULT_EPOCHS;
    training->steps_per_epoch = batches_per_epoch(&s->batches);
    s->epochs = training->epochs;
    return TW_OK;
}

static double rate(const struct sgd *s, uint64_t epoch)
{
    const struct config *c = s->cfg;
    double at;

    switch (c->schedule) {
    case STEP:
        return c->learning_rate * pow(c->gamma, (double)(epoch / (uint64_t)c->step_epochs));
    case COSINE: /* stays at zero beyond the end */
        at = epoch < s->epochs ? (double)epoch / (double)s->epochs : 1;
        return 0.5 * c->learning_rate * (1 + cos(PI * at));
    default:
        return c->learning_rate;
    }
}

struct update {
    const struct sgd *s;
    double *theta;
    double lr;
};

static void sgd_update(void *ctx, size_t from, size_t to)
{
    const struct update *u = ctx;
    const struct config *c = u->s->cfg;
    const double *restrict grad = u->s->grad;
    double *restrict theta = u->theta, *restrict buffer = u->s->buffer;
    double lr = u->lr, decay = c->weight_decay, momentum = c->momentum;

    if (!buffer && decay == 0)
        for (size_t i = from; i < to; i++)
            theta[i] -= lr * grad[i];
    else if (!buffer)
        for (size_t i = from; i < to; i++)
            theta[i] -= lr * (grad[i] + decay * theta[i]);
    else if (!c->nesterov)
        for (size_t i = from; i < to; i++) {
            buffer[i] = momentum * buffer[i] + (grad[i] + decay * theta[i]);
            theta[i] -= lr * buffer[i];
        }
    else
        for (size_t i = from; i < to; i++) {
            double g = grad[i] + decay * theta[i];

            buffer[i] = momentum * buffer[i] + g;
            theta[i] -= lr * (g + momentum * buffer[i]);
        }
}

static int sgd_step(void *self, const struct tw_objective *f, double *theta)
{
    struct sgd *s = self;
    struct update u = {s, theta, rate(s, s->batches.epoch)};
    int rc = f->grad(f, theta, batches_next(&s->batches), NULL, s->grad);

    if (rc < 0)
        return rc;
    return descent_update(s->host, theta, f->dim, ++s->steps, sgd_update, &u);
}

static const char *const schedules[] = {"constant", "step", "cosine", NULL};

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, learning_rate, "0.1", 0, 1e9, NULL,
                  "What the gradient is multiplied by."),
    TW_PARAM_INT(struct config, batch, "32", 1, 4294967295.0, "rows",
                 "Rows per step, drawn anew each epoch without replacement; the last batch of an "
                 "epoch holds what is left."),
    TW_PARAM_REAL(struct config, momentum, "0", 0, 1, NULL,
                  "Share of the previous step that is kept."),
    TW_PARAM_BOOL(struct config, nesterov, "false",
                  "Nesterov's momentum, which looks ahead along the previous step."),
    TW_PARAM_REAL(struct config, weight_decay, "0", 0, 1e9, NULL,
                  "Times theta, added to the gradient of every parameter."),
    TW_PARAM_CHOICE(struct config, schedule, "constant", schedules,
                    "How the learning rate changes from epoch to epoch."),
    TW_PARAM_INT(struct config, step_epochs, "5", 1, 1e9, "epochs",
                 "With schedule: step, epochs from one change of the learning rate to the next."),
    TW_PARAM_REAL(struct config, gamma, "0.1", 0, 1e3, NULL,
                  "With schedule: step, what the learning rate is multiplied by at a change."),
    TW_PARAM_END};

static const struct tw_optimizer_ops ops = {
    .struct_size = sizeof ops, .start = sgd_start, .step = sgd_step};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_OPTIMIZER),
    .threads = TW_THREADS_INSTANCE,
    .name = "sgd",
    .version = "0.1.0",
    .summary = "Stochastic gradient descent: mini-batches, momentum, schedules",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = sgd_check,
    .create = sgd_create,
    .destroy = sgd_destroy,
    .ops.optimizer = &ops,
};
