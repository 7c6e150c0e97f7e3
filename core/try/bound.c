/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound.c -- see try.h: a model with data, and a point to test it at.
 *
 * How far two ways to one number may be apart depends on how exact the model
 * computes, float or double.  It is measured, not asked: the loss is taken at
 * four points in a row, so close together that it should be a straight line;
 * what is left of the third difference is noise (More and Wild, Estimating
 * computational noise, 2011).
 */
#include "try.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- an instance with data ---------------------------------------------------------------- */

int bound_open(struct trial *t, int which, struct bound *b)
{
    *b = (struct bound){.t = t, .ops = &t->plugin->ops.model, .set = "no data"};
    if (which < TRY_SETS) {
        b->which = (enum try_set)which;
        b->set = try_set_name(b->which);
        b->data = try_data(t, b->which, TRY_ROWS);
        b->n = TRY_ROWS;
        if (!b->data)
            return -1;
    }
    if (try_new(t, &b->inst) < 0)
        return -1;
    int rc = b->ops->bind(b->inst->self, b->data);
    if (rc == TW_OK) {
        b->dim = b->ops->dim(b->inst->self);
        if (b->dim < 1 || b->dim > SIZE_MAX / sizeof(double) / 64)
            return try_fail(t, "dim() is %zu", b->dim);
        return 0;
    }
    if (rc > 0 || !try_reason(b->inst))
        return try_refused(t, b->inst, rc, "bind()");
    snprintf(t->note, sizeof t->note, "%s", try_reason(b->inst));
    instance_free(b->inst);
    b->inst = NULL;
    return 1;
}

int bound_sets(const struct trial *t)
{
    return t->plugin->desc.flags & TW_NO_DATA ? TRY_SETS + 1 : TRY_SETS;
}

int bound_initial(struct bound *b, double *theta)
{
    memset(theta, 0, b->dim * sizeof *theta);
    int rc = b->ops->init ? b->ops->init(b->inst->self, 42, theta) : TW_OK;
    return rc == TW_OK ? 0 : try_refused(b->t, b->inst, rc, "init()");
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int measure_noise(struct bound *b)
{
    enum { DIRECTIONS = 9 };
    static const double binomial[] = {-1, 3, -3, 1};
    double third[DIRECTIONS];
    uint64_t state = 11;
    double *at = malloc(b->dim * sizeof *at), *way = malloc(b->dim * sizeof *way);
    if (!at || !way)
        return try_fail(b->t, "out of memory");
    for (size_t i = 0; i < DIRECTIONS; i++) {
        double sum = 0, loss;
        for (size_t j = 0; j < b->dim; j++)
            way[j] = 1e-6 * try_random(&state) * fmax(fabs(b->theta[j]), 0.1);
        for (size_t k = 0; k < 4; k++) {
            for (size_t j = 0; j < b->dim; j++)
                at[j] = b->theta[j] + (double)k * way[j];
            if (bound_loss(b, at, NULL, &loss, NULL) < 0)
                return -1;
            sum += binomial[k] * loss;
        }
        third[i] = fabs(sum) / sqrt(20); /* of the sum of squares of the factors */
    }
    free(at);
    free(way);
    qsort(third, DIRECTIONS, sizeof *third, compare_doubles);
    b->noise = fmax(third[DIRECTIONS / 2], DBL_EPSILON * fabs(b->loss));
    return 0;
}

/* The test point: near the initial one, but with no two entries alike. */
static int find_point(struct bound *b)
{
    uint64_t state = 3;
    b->theta = arena_array(&b->t->mem, b->dim, sizeof *b->theta);
    if (!b->theta)
        return try_fail(b->t, "out of memory");
    if (bound_initial(b, b->theta) < 0)
        return -1;
    for (size_t j = 0; j < b->dim; j++)
        b->theta[j] += 0.3 * try_random(&state);
    if (bound_loss(b, b->theta, NULL, &b->loss, NULL) < 0)
        return -1;
    if (!isfinite(b->loss)) { /* then at the initial point itself */
        if (bound_initial(b, b->theta) < 0 || bound_loss(b, b->theta, NULL, &b->loss, NULL) < 0)
            return -1;
        if (!isfinite(b->loss))
            return try_fail(b->t, "the loss at the initial point is %g", b->loss);
    }
    return measure_noise(b);
}

static void add_set_name(struct trial *t, const char *set)
{
    size_t n = strlen(t->text);
    snprintf(t->text + n, sizeof t->text - n, ", with %s", set);
}

int try_each_set(struct trial *t, int (*check)(struct trial *t, struct bound *b))
{
    size_t taken = 0, held = 0;
    char skipped[sizeof t->text] = "";
    for (int i = 0; i < bound_sets(t); i++) {
        struct bound b;
        int rc = bound_open(t, i, &b);
        if (rc == 0) {
            taken++;
            rc = find_point(&b) < 0 ? -1 : check(t, &b);
            held += t->outcome == TRY_OK;
            if (t->outcome == TRY_SKIP) {
                memcpy(skipped, t->text, sizeof skipped);
                t->outcome = TRY_OK;
            }
            instance_free(b.inst);
        }
        if (t->outcome == TRY_FAIL) {
            add_set_name(t, b.set);
            return -1;
        }
    }
    t->note[0] = '\0';
    if (!taken)
        return try_skip(t, "no data set was taken");
    return held ? 0 : try_skip(t, "%s", skipped);
}

int bound_again(const struct bound *b, struct bound *out)
{
    *out = *b;
    if (try_new(b->t, &out->inst) < 0)
        return -1;
    int rc = b->ops->bind(out->inst->self, b->data);
    if (rc != TW_OK)
        return try_refused(b->t, out->inst, rc, "bind() of a second instance");
    size_t dim = b->ops->dim(out->inst->self);
    return dim == b->dim ? 0 : try_fail(b->t, "dim() of two instances is %zu and %zu", b->dim, dim);
}

int bound_loss(struct bound *b, const double *theta, const struct tw_rows *rows, double *loss,
               double *correct)
{
    *loss = NAN;
    if (correct)
        *correct = NAN;
    int rc = b->ops->loss(b->inst->self, theta, rows, loss, correct);
    return rc == TW_OK ? 0 : try_refused(b->t, b->inst, rc, "loss()");
}

double bound_tolerance(const struct bound *b, double loss)
{
    double scale = fmax(fabs(loss), fabs(b->loss));
    double relative = b->noise / fmax(fabs(b->loss), 1e-3);
    return (1e-9 + 1e3 * relative) * scale + 1e-14;
}
