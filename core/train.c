/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train.c -- see train.h. */
#include "train.h"

#include "progress.h"
#include "scalar.h"

#include <math.h>
#include <string.h>

struct training {
    struct model *model;
    struct instance *optimizer;
    const struct tw_objective *objective;
    const struct trainer *trainer;
    const struct environment *env;
    struct path *path;
    double *theta;
    bool named;
    struct error *err;
    struct tw_training agreed;
    uint64_t step; /* calls of step() so far */
};

int train_init(struct model *model, const struct environment *env, double *theta, struct error *err)
{
    struct instance *inst = model->instance[0];
    memset(theta, 0, model->dim * sizeof *theta);
    if (!model->ops->init)
        return 0;
    uint64_t seed = seed_for(env->seed, "model", inst->plugin->desc.name, "init");
    if (instance_check(inst, model->ops->init(inst->self, seed, theta), NULL, err) < 0)
        return -1;
    for (size_t j = 0; j < model->dim; j++)
        if (!isfinite(theta[j]))
            return error_set(err, FAULT_RUN,
                             "model %s: its initial point is not finite (parameter %zu)",
                             inst->plugin->desc.name, j);
    return 0;
}

/* A plugin's failure, or one of the objective's: which counts even where the
 * optimizer overlooked it. */
static int step_check(struct training *t, int rc)
{
    if (t->err->fault != FAULT_NONE)
        return -1;
    return instance_check(t->optimizer, rc, NULL, t->err);
}

static int checkpoint(struct training *t)
{
    for (size_t j = 0; j < t->model->dim; j++)
        if (!isfinite(t->theta[j]))
            return error_set(t->err, FAULT_RUN,
                             "optimizer %s: parameter %zu is not finite after %llu steps; training "
                             "diverged (a smaller learning rate may help)",
                             t->optimizer->plugin->desc.name, j, (unsigned long long)t->step);
    double loss;
    if (model_evaluate(t->model, t->theta, &loss, NULL, t->err) < 0)
        return -1;
    return path_add(t->path, t->theta, loss, t->step, t->err);
}

/* Refuse before an hour of training what cannot be kept, and say what goes to a file. */
static int check_room(struct training *t)
{
    const struct optimizer_keys *k = &t->trainer->keys;
    double n = (double)t->agreed.epochs;
    if (k->record == RECORD_STEP)
        n *= (double)t->agreed.steps_per_epoch;
    n = n / (double)k->record_every + 2;
    double size = n * (double)t->model->dim * sizeof(double) / 1073741824.0;
    enum path_place place = path_place(t->path, n);
    if (place == PATH_NOWHERE)
        return error_at(
            t->err, t->trainer->stage.at,
            "optimizer %s: %.0f checkpoints of %zu parameters need %.1f GiB, more than "
            "there is in memory or on the disk of %s; set record_every to a larger number",
            t->optimizer->plugin->desc.name, n, t->model->dim, size, path_folder());
    if (place == PATH_FILE)
        progress_print(t->env->progress,
                       "optimizer %s: up to %.0f checkpoints of %zu parameters, %.1f GiB: those "
                       "beyond %.1f GiB go to a temporary file in %s",
                       t->optimizer->plugin->desc.name, n, t->model->dim, size,
                       t->path->limit / 1073741824.0, path_folder());
    return 0;
}

static int start(struct training *t)
{
    int64_t asked = t->trainer->keys.epochs;
    t->agreed = (struct tw_training){.struct_size = sizeof t->agreed, .steps_per_epoch = 1};
    t->agreed.epochs = asked == TW_INT_AUTO ? 0 : (uint64_t)asked;
    if (asked == 0) /* no step at all: only the initial point */
        return checkpoint(t);
    const struct tw_optimizer_ops *ops = &t->optimizer->plugin->ops.optimizer;
    if (step_check(t, ops->start(t->optimizer->self, t->objective, t->theta, &t->agreed)) < 0)
        return -1;
    if (t->agreed.epochs == 0)
        t->agreed.epochs = asked == TW_INT_AUTO ? 100 : (uint64_t)asked;
    if (t->agreed.steps_per_epoch < 1)
        t->agreed.steps_per_epoch = 1;
    return check_room(t) < 0 ? -1 : checkpoint(t);
}

/* One call of step(); *done when the optimizer has nothing left to do. */
static int one_step(struct training *t, bool *done)
{
    if (t->env->stop && *t->env->stop)
        return error_set(t->err, FAULT_INTERRUPT, "interrupted");
    const struct tw_optimizer_ops *ops = &t->optimizer->plugin->ops.optimizer;
    int rc = ops->step(t->optimizer->self, t->objective, t->theta);
    t->step++;
    *done = rc > 0;
    return step_check(t, rc);
}

/* "adam: epoch 3, loss 0.123" */
static void show(const struct training *t, uint64_t epoch, double fraction)
{
    char what[48];
    snprintf(what, sizeof what, "%.*s%sepoch %llu, loss %.4g",
             t->named ? text_shown(t->trainer->name, 16) : 0, t->trainer->name,
             t->named ? ": " : "", (unsigned long long)epoch, t->path->loss[t->path->n - 1]);
    progress_update(t->env->progress, fraction, what);
}

static int loop(struct training *t)
{
    const struct optimizer_keys *k = &t->trainer->keys;
    uint64_t total = t->agreed.epochs, per = t->agreed.steps_per_epoch, records = 0;
    uint64_t recorded = 0; /* the step of the last checkpoint */
    bool done = false;
    for (uint64_t epoch = 0; epoch < total && !done; epoch++) {
        for (uint64_t s = 0; s < per && !done; s++) {
            if (one_step(t, &done) < 0)
                return -1;
            bool due = k->record == RECORD_STEP || s + 1 == per;
            if (due && !done && ++records % (uint64_t)k->record_every == 0) {
                if (checkpoint(t) < 0)
                    return -1;
                recorded = t->step;
            }
            show(t, epoch + 1, ((double)epoch + (double)(s + 1) / (double)per) / (double)total);
        }
    }
    /* An optimizer that is done may have stood still in its last step. */
    const double *last = t->path->theta[t->path->n - 1];
    bool moved = memcmp(last, t->theta, t->model->dim * sizeof *last) != 0;
    return recorded == t->step || !moved ? 0 : checkpoint(t);
}

int train_run(struct model *model, const struct trainer *trainer, const struct environment *env,
              bool named, double *theta, struct path *path, struct error *err)
{
    struct training t = {
        .model = model,
        .trainer = trainer,
        .named = named,
        .env = env,
        .path = path,
        .theta = theta,
        .err = err,
        .objective = model_objective(model, err),
    };
    const struct stage *s = &trainer->stage;
    path->name = trainer->name;
    if (instance_new(s->plugin, "optimizer", s->config, env, &t.optimizer, err) < 0)
        return -1;
    double begun = clock_seconds();
    progress_begin(env->progress, "train");
    int rc = start(&t);
    if (rc == 0 && t.agreed.epochs > 0)
        rc = loop(&t);
    double spent = clock_seconds() - begun;
    if (rc == 0)
        progress_end(env->progress, "%s%s%.*f s, %llu steps, %zu checkpoints, loss %.6g",
                     named ? trainer->name : "", named ? ": " : "", seconds_digits(spent), spent,
                     (unsigned long long)t.step, path->n, path->loss[path->n - 1]);
    instance_free(t.optimizer);
    return rc;
}
