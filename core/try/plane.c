/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plane.c -- see try.h: a model's plane extension against its own loss(). */
#include "../model.h"
#include "try.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NX = 5, NY = 3, POINTS = NX * NY };

struct surface {
    struct tw_model_plane ops;
    struct bound *b;
    double *origin, *u, *v; /* v NULL: a line */
    double xy[2 * POINTS];  /* x ascending where y is the same */
    struct tw_sum sum[POINTS];
    double correct[POINTS], penalty[POINTS];
};

/* 1 after try_skip() when there is no such extension. */
static int surface_new(struct trial *t, struct bound *b, struct surface *s)
{
    static const double xs[NX] = {-1, -0.25, 0, 0.5, 1.5}, ys[NY] = {-0.75, 0, 1};
    uint64_t state = 21;
    struct error err = {0};
    *s = (struct surface){.b = b};
    int rc = model_plane_table(t->plugin, &s->ops, &err);
    if (rc < 0)
        return try_fail(t, "%s", err.text);
    if (rc > 0)
        return try_skip(t, "no extension " TW_EXT_MODEL_PLANE);
    if (!b->data)
        return try_skip(t, "without data the host does not use it");
    s->origin = arena_array(&t->mem, 3 * b->dim, sizeof *s->origin);
    if (!s->origin)
        return try_fail(t, "out of memory");
    s->u = s->origin + b->dim;
    s->v = s->u + b->dim;
    memcpy(s->origin, b->theta, b->dim * sizeof *b->theta);
    for (size_t j = 0; j < 2 * b->dim; j++)
        s->u[j] = try_random(&state) * fmin(1, 2 / sqrt((double)b->dim));
    for (size_t k = 0; k < POINTS; k++) {
        s->xy[2 * k] = xs[k % NX];
        s->xy[2 * k + 1] = ys[k / NX];
    }
    return 0;
}

/* A line through the same origin, its points distinct. */
static void surface_line(struct surface *s)
{
    s->v = NULL;
    for (size_t k = 0; k < POINTS; k++) {
        s->xy[2 * k] = -1 + 2 * (double)k / (POINTS - 1);
        s->xy[2 * k + 1] = 0;
    }
}

static int begin(struct trial *t, struct surface *s)
{
    int rc = s->ops.begin(s->b->inst->self, s->origin, s->u, s->v);
    if (rc == TW_OK)
        return 0;
    if (rc == TW_ENOTSUP)
        return try_skip(t, "the plane extension is not available here: %s",
                        try_reason(s->b->inst) ? try_reason(s->b->inst) : "no reason given");
    return try_refused(t, s->b->inst, rc, "begin()");
}

static int eval(struct trial *t, struct surface *s, size_t first, size_t n)
{
    for (size_t k = 0; k < POINTS; k++) {
        s->sum[k] = (struct tw_sum){NAN, NAN}; /* it must set, not add */
        s->correct[k] = NAN;
    }
    int rc = s->ops.eval(s->b->inst->self, first, n, POINTS, s->xy, s->sum, s->correct);
    return rc == TW_OK ? 0 : try_refused(t, s->b->inst, rc, "eval()");
}

static int penalty(struct trial *t, struct surface *s)
{
    memset(s->penalty, 0, sizeof s->penalty);
    if (!s->ops.penalty)
        return 0;
    int rc = s->ops.penalty(s->b->inst->self, POINTS, s->xy, s->penalty);
    return rc == TW_OK ? 0 : try_refused(t, s->b->inst, rc, "penalty()");
}

static int evaluate(struct trial *t, struct surface *s)
{
    int rc = begin(t, s);
    if (rc != 0)
        return rc;
    if (eval(t, s, 0, s->b->n) < 0 || penalty(t, s) < 0)
        return -1;
    s->ops.end(s->b->inst->self);
    return 0;
}

static int against_loss(struct trial *t, struct surface *s, const char *what)
{
    struct bound *b = s->b;
    double *theta = malloc(b->dim * sizeof *theta), loss, correct;
    int rc = theta ? 0 : try_fail(t, "out of memory");
    for (size_t k = 0; k < POINTS && rc == 0; k++) {
        double x = s->xy[2 * k], y = s->xy[2 * k + 1];
        for (size_t j = 0; j < b->dim; j++)
            theta[j] = s->origin[j] + x * s->u[j] + y * (s->v ? s->v[j] : 0);
        rc = bound_loss(b, theta, NULL, &loss, &correct);
        if (rc < 0)
            break;
        double here = tw_sum_value(&s->sum[k]) / (double)b->n + s->penalty[k];
        double tolerance = bound_tolerance(b, loss);
        bool both_infinite = !isfinite(here) && !isfinite(loss);
        if (!both_infinite && !(fabs(here - loss) <= tolerance))
            rc = try_fail(t, "at (%g, %g) of %s: %.12g, but loss() gives %.12g (tolerance %.2g)", x,
                          y, what, here, loss, tolerance);
        else if (isnan(correct) != isnan(s->correct[k]) || fabs(correct - s->correct[k]) > 1)
            rc = try_fail(t, "at (%g, %g) of %s: correct is %g, but %g from loss()", x, y, what,
                          s->correct[k], correct);
    }
    free(theta);
    return rc;
}

int try_plane_loss(struct trial *t, struct bound *b)
{
    struct surface s;
    int rc = surface_new(t, b, &s);
    if (rc == 0)
        rc = evaluate(t, &s);
    if (rc == 0)
        rc = against_loss(t, &s, "a plane");
    if (rc != 0)
        return rc;
    surface_line(&s);
    rc = evaluate(t, &s);
    return rc == 0 ? against_loss(t, &s, "a line") : rc;
}

/* Again on the same instance, on another, with something else in between. */
int try_plane_again(struct trial *t, struct bound *b)
{
    struct surface s, other;
    struct bound c;
    double loss;
    int rc = surface_new(t, b, &s);
    if (rc == 0)
        rc = evaluate(t, &s);
    if (rc != 0)
        return rc;
    if (bound_again(b, &c) < 0)
        return -1;
    for (int i = 0; i < 4; i++) {
        struct tw_sum before[POINTS];
        memcpy(before, s.sum, sizeof before);
        other = s;
        surface_line(&other);
        if (evaluate(t, &other) < 0 || bound_loss(s.b, b->theta, NULL, &loss, NULL) < 0)
            return -1;
        if (!try_same(&loss, &b->loss, 1))
            return try_fail(t, "after end() loss() gives %.17g, not %.17g", loss, b->loss);
        s.b = i == 1 ? &c : b;
        if (evaluate(t, &s) < 0)
            return -1;
        for (size_t k = 0; k < POINTS; k++)
            if (!try_same(&s.sum[k].hi, &before[k].hi, 1) ||
                !try_same(&s.sum[k].lo, &before[k].lo, 1))
                return try_fail(t, "at (%g, %g): %.17g, then %.17g", s.xy[2 * k], s.xy[2 * k + 1],
                                tw_sum_value(&before[k]), tw_sum_value(&s.sum[k]));
    }
    instance_free(c.inst);
    return 0;
}

int try_plane_tiles(struct trial *t, struct bound *b)
{
    static const size_t cuts[][4] = {{0, 1, 33, TRY_ROWS}, {0, 32, 64, TRY_ROWS}};
    struct surface s;
    struct tw_sum whole[POINTS];
    double correct[POINTS];
    int rc = surface_new(t, b, &s);
    if (rc == 0)
        rc = begin(t, &s);
    if (rc != 0)
        return rc;
    if (eval(t, &s, 0, b->n) < 0)
        return -1;
    memcpy(whole, s.sum, sizeof whole);
    memcpy(correct, s.correct, sizeof correct);
    for (size_t c = 0; c < 2; c++) {
        struct tw_sum sum[POINTS] = {{0, 0}};
        double right[POINTS] = {0};
        for (size_t k = 0; k < 3; k++) {
            if (eval(t, &s, cuts[c][k], cuts[c][k + 1] - cuts[c][k]) < 0)
                return -1;
            for (size_t i = 0; i < POINTS; i++) {
                tw_sum_add(&sum[i], s.sum[i].hi);
                tw_sum_add(&sum[i], s.sum[i].lo);
                right[i] += s.correct[i];
            }
        }
        for (size_t i = 0; i < POINTS; i++) {
            double a = tw_sum_value(&sum[i]), w = tw_sum_value(&whole[i]);
            if (isfinite(w) && !(fabs(a - w) <= 1e-12 * fabs(w)))
                return try_fail(t,
                                "at (%g, %g) the rows give %.15g in tiles, %.15g together; a "
                                "row's share must not depend on the other rows of the call",
                                s.xy[2 * i], s.xy[2 * i + 1], a, w);
            if (fabs(right[i] - correct[i]) > 0)
                return try_fail(t, "at (%g, %g) correct is %g in tiles, %g together", s.xy[2 * i],
                                s.xy[2 * i + 1], right[i], correct[i]);
        }
    }
    s.ops.end(b->inst->self);
    return 0;
}

/* Rows of the grid alone, and in another order. */
int try_plane_points(struct trial *t, struct bound *b)
{
    struct surface s;
    struct tw_sum sum[POINTS];
    double correct[POINTS], xy[2 * POINTS];
    int rc = surface_new(t, b, &s);
    if (rc == 0)
        rc = begin(t, &s);
    if (rc != 0)
        return rc;
    if (eval(t, &s, 0, b->n) < 0)
        return -1;
    for (size_t rows = 1; rows <= NY; rows += NY - 1)
        for (size_t row = 0; row + rows <= NY; row++) {
            size_t n = rows * NX;
            for (size_t k = 0; k < n; k++) { /* the last row comes first */
                size_t from = (row + rows - 1 - k / NX) * NX + k % NX;
                memcpy(xy + 2 * k, s.xy + 2 * from, 2 * sizeof *xy);
            }
            rc = s.ops.eval(b->inst->self, 0, b->n, n, xy, sum, correct);
            if (rc != TW_OK)
                return try_refused(t, b->inst, rc, "eval()");
            for (size_t k = 0; k < n; k++) {
                size_t from = (row + rows - 1 - k / NX) * NX + k % NX;
                if (!try_same(&sum[k].hi, &s.sum[from].hi, 1) ||
                    !try_same(&sum[k].lo, &s.sum[from].lo, 1) ||
                    !try_same(&correct[k], &s.correct[from], 1))
                    return try_fail(t,
                                    "at (%g, %g) the sum is %.17g, but %.17g among other points; "
                                    "it may depend on no points but those of the same y",
                                    xy[2 * k], xy[2 * k + 1], tw_sum_value(&sum[k]),
                                    tw_sum_value(&s.sum[from]));
            }
        }
    s.ops.end(b->inst->self);
    return 0;
}
