/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer-lbfgs.c -- quasi-Newton descent on the whole training set.
 *
 * The method is GSL's vector_bfgs2: BFGS with the inverse Hessian kept as a few
 * vectors, and Fletcher's line search.  One step is one iteration is one epoch.
 *
 * Done when the gradient's Euclidean norm is at most gradient_tolerance, or
 * when no step along the steepest descent lowers the loss any more: then the
 * digits are used up (float32 models stop there), and if the gradient is still
 * large a warning says so.
 *
 * What GSL's callbacks cannot say goes through the instance: a failure of the
 * objective is kept in `failed` and GSL gets NaN until it gives up.  A loss
 * that is not finite is no failure: GSL gets infinity, and shortens the step.
 *
 * At a kink (ReLU, hinge) GSL's line search finds no point that it likes and
 * goes back to where it began.  So the lowest point that it tried is kept, and
 * taken then.
 */
#include <thalweg/plugin.h>

#include "util/finite.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_EPOCHS 200
#define LARGE_GRADIENT 1e-4 /* as a share of the first one */
#define WORTHWHILE     1e-9 /* relative gain for which a failed line search is not in vain */

struct config {
    double step_size, line_search_tolerance, gradient_tolerance;
};

struct lbfgs {
    const struct tw_host *host;
    const struct config *cfg;
    const struct tw_objective *f; /* of the current call */
    int failed;                   /* what the objective returned, if negative */
    gsl_multimin_fdfminimizer *gsl;
    gsl_multimin_function_fdf function;
    double loss, gradient, first_gradient; /* at theta; norms */
    double lowest, *lowest_at;             /* seen since the last step began */
    bool fresh;                            /* no successful iteration since reset() */
};

/* ---- what GSL calls; all vectors are contiguous, as gsl_vector_alloc makes them ---- */

static double loss_value(struct lbfgs *s, int rc, double loss, const gsl_vector *x)
{
    if (rc < 0) {
        s->failed = rc;
        return GSL_NAN;
    }
    if (loss < s->lowest) {
        s->lowest = loss;
        memcpy(s->lowest_at, x->data, x->size * sizeof *x->data);
    }
    return isfinite(loss) ? loss : GSL_POSINF;
}

static double on_f(const gsl_vector *x, void *ctx)
{
    struct lbfgs *s = ctx;
    double loss = 0;
    int rc;

    if (s->failed)
        return GSL_NAN;
    rc = s->f->loss(s->f, x->data, NULL, &loss);
    return loss_value(s, rc, loss, x);
}

static void on_fdf(const gsl_vector *x, void *ctx, double *loss, gsl_vector *g)
{
    struct lbfgs *s = ctx;
    double value = 0;
    int rc;

    *loss = GSL_NAN;
    if (!s->failed) {
        rc = s->f->grad(s->f, x->data, NULL, &value, g->data);
        *loss = loss_value(s, rc, value, x);
    }
    if (s->failed)
        gsl_vector_set_all(g, GSL_NAN);
}

static void on_df(const gsl_vector *x, void *ctx, gsl_vector *g)
{
    double loss;

    on_fdf(x, ctx, &loss, g);
}

/* ---- the plugin ---- */

static int lbfgs_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct lbfgs *s = calloc(1, sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void lbfgs_release(struct lbfgs *s)
{
    if (s->gsl)
        gsl_multimin_fdfminimizer_free(s->gsl);
    free(s->lowest_at);
    s->gsl = NULL;
    s->lowest_at = NULL;
}

static void lbfgs_destroy(void *self)
{
    lbfgs_release(self);
    free(self);
}

/* Begin anew from theta, along the steepest descent. */
static int reset(struct lbfgs *s, const double *theta)
{
    gsl_vector_const_view x = gsl_vector_const_view_array(theta, s->function.n);

    gsl_multimin_fdfminimizer_set(s->gsl, &s->function, &x.vector, s->cfg->step_size,
                                  s->cfg->line_search_tolerance);
    if (s->failed)
        return s->failed;
    s->loss = s->gsl->f;
    s->gradient = gsl_blas_dnrm2(s->gsl->gradient);
    s->fresh = true;
    return TW_OK;
}

static int lbfgs_start(void *self, const struct tw_objective *f, double *theta,
                       struct tw_training *training)
{
    struct lbfgs *s = self;
    int rc;

    lbfgs_release(s);
    s->gsl = gsl_multimin_fdfminimizer_alloc(gsl_multimin_fdfminimizer_vector_bfgs2, f->dim);
    s->lowest_at = calloc(f->dim, sizeof *s->lowest_at);
    if (!s->gsl || !s->lowest_at)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory: %zu parameters", f->dim);
    s->function = (gsl_multimin_function_fdf){
        .f = on_f, .df = on_df, .fdf = on_fdf, .n = f->dim, .params = s};
    s->f = f;
    s->failed = 0;
    s->lowest = INFINITY;
    rc = reset(s, theta);
    if (rc < 0)
        return rc;
    if (!isfinite(s->loss) || !isfinite(s->gradient))
        return s->host->fail(s->host, TW_ENUMERIC,
                             "the loss or its gradient is not finite at the initial point");
    s->first_gradient = s->gradient;
    if (!training->epochs)
        training->epochs = DEFAULT_EPOCHS;
    training->steps_per_epoch = 1;
    return TW_OK;
}

/* Take GSL's point over if it is better than theta. */
static bool accept(struct lbfgs *s, double *theta)
{
    const gsl_vector *x = s->gsl->x;
    double loss = s->gsl->f, gradient = gsl_blas_dnrm2(s->gsl->gradient);

    if (!(loss < s->loss || (loss == s->loss && gradient < s->gradient)) || !isfinite(gradient) ||
        !all_finite(x->data, x->size))
        return false;
    memcpy(theta, x->data, x->size * sizeof *theta);
    s->loss = loss;
    s->gradient = gradient;
    return true;
}

/* After a line search that failed: the lowest point it came across, if that is
 * clearly below theta. */
static bool rescue(const struct lbfgs *s, double *theta)
{
    size_t n = s->function.n;

    if (!(s->lowest < s->loss - WORTHWHILE * fabs(s->loss)) || !all_finite(s->lowest_at, n))
        return false;
    memcpy(theta, s->lowest_at, n * sizeof *theta);
    return true;
}

/* Not even the steepest descent helps. */
static int exhausted(const struct lbfgs *s)
{
    bool large = !(s->gradient <= LARGE_GRADIENT * s->first_gradient);

    s->host->log(s->host, large ? TW_LOG_WARN : TW_LOG_DEBUG,
                 "no step lowers the loss %.9g any more; the gradient's norm is %.3g, "
                 "gradient_tolerance %.3g%s",
                 s->loss, s->gradient, s->cfg->gradient_tolerance,
                 large ? ": not a minimum, the loss may have kinks or too few digits" : "");
    return TW_DONE;
}

static int lbfgs_step(void *self, const struct tw_objective *f, double *theta)
{
    struct lbfgs *s = self;
    int rc;

    s->f = f;
    s->lowest = s->loss;
    if (s->gradient <= s->cfg->gradient_tolerance)
        return TW_DONE;
    for (;;) {
        int status = gsl_multimin_fdfminimizer_iterate(s->gsl);

        if (s->failed)
            return s->failed;
        if (accept(s, theta)) {
            s->fresh = false;
            if (s->gradient > s->cfg->gradient_tolerance)
                return status == GSL_SUCCESS ? TW_OK : reset(s, theta);
            return TW_DONE;
        }
        if (rescue(s, theta))
            return reset(s, theta);
        if (s->fresh)
            return exhausted(s);
        rc = reset(s, theta); /* forget the curvature, try the steepest descent */
        if (rc < 0)
            return rc;
    }
}

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, step_size, "0.1", 1e-12, 1e9, NULL,
                  "Length of the very first step that is tried."),
    TW_PARAM_REAL(
        struct config, line_search_tolerance, "0.1", 1e-6, 0.999, NULL,
        "How exact a line search is: it ends when the slope has fallen to this share of its "
        "first value."),
    TW_PARAM_REAL(struct config, gradient_tolerance, "1e-6", 0, 1e9, NULL,
                  "Done when the gradient's norm is at most this."),
    TW_PARAM_END};

static const struct tw_optimizer_ops ops = {
    .struct_size = sizeof ops, .start = lbfgs_start, .step = lbfgs_step};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_OPTIMIZER),
    .threads = TW_THREADS_INSTANCE,
    .name = "lbfgs",
    .version = "0.1.0",
    .summary = "Quasi-Newton descent on the whole training set (GSL's vector BFGS)",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = lbfgs_create,
    .destroy = lbfgs_destroy,
    .ops.optimizer = &ops,
};
