/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-logistic.c -- logistic regression, in double.
 *
 * Two classes: one logit s = w.x + b, theta = [w, b], loss log(1 + exp(-s)) for class 1 and
 * log(1 + exp(s)) for class 0. K classes: Linear(d, K), theta = [W, b], softmax cross-entropy. The
 * order of theta is that of PyTorch's parameters_to_vector. Scores, gradient and plane:
 * util/linear.h.
 */
#include <math.h>
#include <stdlib.h>
#include <thalweg/plugin.h>

#include "util/linear.h"
#include "util/softmax-curve.h"

struct config {
    bool bias;
    double l2;
};

static const struct tw_param params[] = {
    TW_PARAM_BOOL(struct config, bias, "true",
                  "Give each score a bias, a constant that is learnt too."),
    TW_PARAM_REAL(struct config, l2, "0", 0, 1e12, NULL,
                  "Strength of the L2 penalty: l2/2 times the sum of the squared weights; biases "
                  "are left out."),
    TW_PARAM_END,
};

static void term(struct linear *lin, size_t n, size_t ld, double *score, const int32_t *label,
                 double *loss, unsigned char *right, bool want_grad)
{
    if (lin->one_score)
        lin->kernels->binary(n, score, label, loss, right, want_grad);
    else
        lin->kernels->softmax(n, lin->n_out, ld, score, label, loss, right, want_grad);
}

/* One score: with the slope g = p - y, p (1 - p) is |g| (1 - |g|). */
static void curve(struct linear *lin, size_t n, size_t ld, const double *slope,
                  const int32_t *label, double *change)
{
    if (!lin->one_score) {
        softmax_curve(n, lin->n_out, ld, slope, label, change, lin->work);
        return;
    }
    for (size_t r = 0; r < n; r++)
        change[r] *= fabs(slope[r]) * (1 - fabs(slope[r]));
}

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    const struct config *c = cfg;
    struct linear *lin = calloc(1, sizeof(*lin));

    if (!lin)
        return host->fail(host, TW_ENOMEM, "out of memory");
    lin->host = host;
    lin->name = "logistic";
    lin->term = term;
    lin->curve = curve;
    lin->kind = LINEAR_LOGISTIC;
    lin->bias = c->bias;
    lin->l2 = c->l2;
    *self = lin;
    return TW_OK;
}

static void destroy(void *self)
{
    linear_destroy(self);
    free(self);
}

static const struct tw_model_ops ops = {
    .struct_size = sizeof(ops),
    .bind = linear_bind,
    .dim = linear_dim,
    .loss = linear_loss,
    .grad = linear_grad,
    .block = linear_block,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_MODEL),
    .threads = TW_THREADS_INSTANCE,
    .name = "logistic",
    .version = "0.1.0",
    .summary = "Logistic regression: two classes, or softmax over more",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = destroy,
    .ops.model = &ops,
    .get_extension = linear_extension,
};
