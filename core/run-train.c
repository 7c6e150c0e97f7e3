/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-train.c -- run_train() of run-private.h. */
#include "run-private.h"

#include "train.h"

#include <math.h>

static int evaluate(struct run *r, struct scores *s, struct error *err)
{
    if (model_evaluate(&r->model, r->theta, &s->train.loss, &s->train.accuracy, err) < 0)
        return -1;
    s->test = (struct score){NAN, NAN};
    if (r->test_model.n_instances == 0)
        return 0;
    return model_evaluate(&r->test_model, r->theta, &s->test.loss, &s->test.accuracy, err);
}

/* Runs of the same seed begin at the same point.  All paths together have the memory
 * that one would have. */
static int train_one(struct run *r, size_t i, struct error *err)
{
    const struct trainer *t = &r->plan->optimizers[i];
    struct environment env = r->env;
    struct path *path = &r->paths[i];
    bool named = r->plan->n_optimizers > 1;
    env.seed = trainer_seed(t, r->env.seed);
    path_init(path, r->model.dim);
    for (size_t k = 0; k < i; k++) {
        path->limit = fmax(path->limit - r->paths[k].used, 0);
        path->most = fmax(path->most - r->paths[k].used, 0);
    }
    r->n_paths = i + 1;
    int rc = train_init(&r->model, &env, r->theta, err);
    if (rc == 0)
        rc = train_run(&r->model, t, &env, named, r->theta, path, err);
    if (rc == 0)
        return evaluate(r, &r->scores[i], err);
    if (named && err->fault == FAULT_RUN)
        return error_prefix(err, "run '%s'", t->name);
    return run_blame(&t->stage, err);
}

int run_train(struct run *r, struct error *err)
{
    size_t n = r->plan->n_optimizers;
    struct scores last;
    for (size_t i = 0; i < n; i++)
        if (train_one(r, i, err) < 0)
            return -1;
    if (n == 0 && evaluate(r, &last, err) < 0)
        return -1;
    if (n > 0)
        last = r->scores[n - 1];
    r->train = last.train;
    r->test = last.test;
    return 0;
}
