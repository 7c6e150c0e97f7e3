/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer.c -- see try.h: optimizers, on a convex problem of 6 parameters. */
#include "try.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIM = 6, ROWS = 40, MAX_STEPS = 400 };

struct training {
    struct instance *inst;
    struct mock mock;
    double *theta; /* fenced */
    double first;  /* loss where it starts */
    struct tw_training agreed;
    size_t steps;
    int rc; /* of the last call */
};

static int training_new(struct trial *t, struct training *r)
{
    uint64_t state = 13;
    *r = (struct training){.rc = TW_OK};
    r->theta = try_fence(t, DIM * sizeof *r->theta);
    if (!r->theta || mock_new(t, &r->mock, DIM, ROWS) < 0 || try_new(t, &r->inst) < 0)
        return -1;
    for (size_t j = 0; j < DIM; j++)
        r->theta[j] = 3 + try_random(&state);
    r->first = mock_loss(&r->mock, r->theta);
    return 0;
}

/* start() and as many steps as planned; the code of what stopped it in r->rc. */
static void run(struct trial *t, struct training *r, size_t most)
{
    const struct tw_optimizer_ops *ops = &t->plugin->ops.optimizer;
    r->agreed =
        (struct tw_training){.struct_size = sizeof r->agreed, .epochs = 0, .steps_per_epoch = 1};
    r->rc = try_call(t, ops->start(r->inst->self, &r->mock.f, r->theta, &r->agreed));
    if (r->rc != TW_OK)
        return;
    for (r->steps = 0; r->steps < most && r->rc == TW_OK; r->steps++)
        r->rc = try_call(t, ops->step(r->inst->self, &r->mock.f, r->theta));
}

/* It may refuse our problem, with a reason: 1 after try_skip(). */
static int start_refused(struct trial *t, struct training *r)
{
    if (r->rc >= 0)
        return 0;
    if (r->rc == TW_EINVAL && r->steps == 0 && try_reason(r->inst))
        return try_skip(t, "it does not take our problem: %s", try_reason(r->inst));
    return try_refused(t, r->inst, r->rc, r->steps ? "step()" : "start()");
}

static int train(struct trial *t, struct training *r)
{
    if (training_new(t, r) < 0)
        return -1;
    run(t, r, MAX_STEPS);
    return start_refused(t, r);
}

static int check_descends(struct trial *t)
{
    struct training r;
    int rc = train(t, &r);
    if (rc != 0)
        return rc;
    if (r.agreed.steps_per_epoch < 1)
        return try_fail(t, "start() says %llu steps per epoch",
                        (unsigned long long)r.agreed.steps_per_epoch);
    if (!try_fence_holds(r.theta))
        return try_fail(t, "writes outside the %d parameters", DIM);
    for (size_t j = 0; j < DIM; j++)
        if (!isfinite(r.theta[j]))
            return try_fail(t, "parameter %zu is %g after %zu steps", j, r.theta[j], r.steps);
    double last = mock_loss(&r.mock, r.theta);
    if (r.mock.calls == 0)
        return try_skip(t, "it never asks for the loss or its gradient");
    if (!(last < r.first))
        return try_fail(t, "the loss of a parabola is %.6g at the start, %.6g after %zu steps",
                        r.first, last, r.steps);
    snprintf(t->note, sizeof t->note, "from %.4g to %.4g in %zu steps", r.first, last, r.steps);
    instance_free(r.inst);
    return 0;
}

static int check_same(struct trial *t)
{
    struct training a, b;
    int rc = train(t, &a);
    if (rc != 0)
        return rc;
    rc = train(t, &b);
    if (rc != 0)
        return rc;
    if (a.steps != b.steps || a.rc != b.rc)
        return try_fail(t, "%zu steps, then %zu", a.steps, b.steps);
    for (size_t j = 0; j < DIM; j++)
        if (!try_same(&a.theta[j], &b.theta[j], 1))
            return try_fail(t, "parameter %zu ends at %.17g, then at %.17g", j, a.theta[j],
                            b.theta[j]);
    instance_free(a.inst);
    instance_free(b.inst);
    return 0;
}

/* Two at once, step by step. */
static int check_interleaved(struct trial *t)
{
    const struct tw_optimizer_ops *ops = &t->plugin->ops.optimizer;
    struct training alone, a, b;
    enum { STEPS = 12 };
    if (training_new(t, &alone) < 0 || training_new(t, &a) < 0 || training_new(t, &b) < 0)
        return -1;
    run(t, &alone, STEPS);
    int rc = start_refused(t, &alone);
    if (rc != 0)
        return rc;
    b.theta[0] += 1; /* a problem of its own */
    run(t, &a, 0);
    run(t, &b, 0);
    if (start_refused(t, &a) != 0 || start_refused(t, &b) != 0)
        return -1;
    for (size_t i = 0; i < alone.steps; i++) {
        a.rc = ops->step(a.inst->self, &a.mock.f, a.theta);
        if (b.rc == TW_OK)
            b.rc = ops->step(b.inst->self, &b.mock.f, b.theta);
    }
    instance_free(alone.inst);
    instance_free(b.inst);
    instance_free(a.inst);
    return try_same(a.theta, alone.theta, DIM)
               ? 0
               : try_fail(t, "with another instance at work it goes another way");
}

/* The objective fails from the call number `after` on. */
static int passes_on(struct trial *t, size_t after, int code)
{
    struct training r;
    if (training_new(t, &r) < 0)
        return -1;
    r.mock.fail_after = after;
    r.mock.fail_code = code;
    run(t, &r, MAX_STEPS);
    if (r.mock.calls < after) /* it was done before */
        return 0;
    if (code && r.rc != code)
        return try_fail(t, "the objective returned %d in its call %zu, and %s %d", code, after,
                        r.steps ? "step()" : "start()", r.rc);
    if (!code && r.rc < 0 && !try_reason(r.inst))
        return try_fail(t, "%s returned %d and gave no reason with host->fail()",
                        r.steps ? "step()" : "start()", r.rc);
    instance_free(r.inst);
    return 0;
}

static int asks(struct trial *t)
{
    struct training r;
    int rc = train(t, &r);
    if (rc == 0 && r.mock.calls == 0)
        rc = try_skip(t, "it never asks for the loss or its gradient");
    return rc;
}

static int check_failure(struct trial *t)
{
    static const size_t after[] = {1, 2, 3, 5, 12};
    static const int codes[] = {TW_ENUMERIC, TW_ECANCELLED, TW_EINVAL};
    int rc = asks(t);
    for (size_t i = 0; rc == 0 && i < sizeof after / sizeof *after; i++)
        for (size_t k = 0; rc == 0 && k < sizeof codes / sizeof *codes; k++)
            rc = passes_on(t, after[i], codes[k]);
    return rc;
}

static int check_nan(struct trial *t)
{
    static const size_t after[] = {1, 2, 7};
    int rc = asks(t);
    for (size_t i = 0; rc == 0 && i < sizeof after / sizeof *after; i++)
        rc = passes_on(t, after[i], 0);
    return rc;
}

static int exercise(struct trial *t)
{
    struct training r;
    if (training_new(t, &r) < 0)
        return -1;
    run(t, &r, 20);
    instance_free(r.inst);
    return 0;
}

static const struct check checks[] = {
    {"goes down a parabola", check_descends},
    {"goes the same way twice", check_same},
    {"goes the same way with another instance at work", check_interleaved},
    {"passes on what the objective fails with", check_failure},
    {"survives a loss that is not a number", check_nan},
};
const struct checks try_optimizer = {checks, sizeof checks / sizeof *checks, exercise};
