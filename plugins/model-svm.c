/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-svm.c -- linear support vector machine, in double.
 *
 * Two classes: s = w.x + b, class 1 is y = +1, class 0 is y = -1, loss max(0, 1 - y s). K classes:
 * Linear(d, K) with the hinge terms h_j = max(0, 1 + s_j - s_y), j != y: their sum (Weston and
 * Watkins) or the largest (Crammer and Singer). `squared` squares each hinge term. Where a hinge
 * breaks, the subgradient 0 is taken. Scores, gradient and plane: util/linear.h.
 */
#include <math.h>
#include <stdlib.h>
#include <thalweg/plugin.h>

#include "util/linear.h"

enum multiclass { WESTON_WATKINS, CRAMMER_SINGER };

struct config {
    int multiclass;
    bool squared, bias;
    double l2;
};

struct svm {
    struct linear lin;
    const struct config *cfg;
};

static const char *const multiclass_choices[] = {"weston-watkins", "crammer-singer", NULL};

static const struct tw_param params[] = {
    TW_PARAM_CHOICE(
        struct config, multiclass, "weston-watkins", multiclass_choices,
        "With three or more classes: the sum of the hinge terms, or the largest of them."),
    TW_PARAM_BOOL(struct config, squared, "false", "Square each hinge term."),
    TW_PARAM_BOOL(struct config, bias, "true",
                  "Give each score a bias, a constant that is learnt too."),
    TW_PARAM_REAL(struct config, l2, "1e-3", 0, 1e12, NULL,
                  "Strength of the L2 penalty: l2/2 times the sum of the squared weights; biases "
                  "are left out."),
    TW_PARAM_END,
};

/* max(0, z); NaN stays NaN. */
static inline double positive(double z)
{
    return z < 0 ? 0.0 : z;
}

static void binary(bool squared, size_t n, double *restrict score, const int32_t *restrict label,
                   double *restrict loss, unsigned char *restrict right, bool want_grad)
{
    for (size_t r = 0; r < n; r++) {
        double sign = label[r] == 1 ? 1.0 : -1.0;
        double hinge = positive(1.0 - sign * score[r]);

        right[r] = (score[r] > 0) == (label[r] == 1);
        loss[r] = squared ? hinge * hinge : hinge;
        if (want_grad)
            score[r] = squared ? -2.0 * sign * hinge : hinge > 0 ? -sign : 0.0;
    }
}

/* The first largest score of sample r, its own class left out if `but` is a class. */
static size_t largest(size_t k, size_t ld, const double *score, size_t r, size_t but)
{
    size_t best = but == 0 ? 1 : 0;

    for (size_t c = best + 1; c < k; c++)
        if (c != but && score[c * ld + r] > score[best * ld + r])
            best = c;
    return best;
}

static void crammer_singer(const struct svm *svm, size_t ld, double *score, size_t r, size_t y,
                           double *loss, bool want_grad)
{
    size_t k = svm->lin.n_out, worst = largest(k, ld, score, r, y);
    double hinge = positive(1.0 + score[worst * ld + r] - score[y * ld + r]);

    *loss = svm->cfg->squared ? hinge * hinge : hinge;
    if (!want_grad)
        return;
    double slope = svm->cfg->squared ? 2.0 * hinge : hinge > 0 ? 1.0 : 0.0;

    for (size_t c = 0; c < k; c++)
        score[c * ld + r] = 0;
    score[worst * ld + r] = slope;
    score[y * ld + r] = -slope;
}

/* All samples class by class; work[r] is the score of the own class, work[ld + r] its slope. */
static void weston_watkins(struct svm *svm, size_t n, size_t ld, double *score,
                           const int32_t *label, double *restrict loss, bool want_grad)
{
    double *restrict own = svm->lin.work, *restrict total = own + svm->lin.block;
    bool squared = svm->cfg->squared;

    for (size_t r = 0; r < n; r++) {
        own[r] = score[(size_t)label[r] * ld + r];
        loss[r] = 0;
        total[r] = 0;
    }
    for (size_t c = 0; c < svm->lin.n_out; c++) {
        double *restrict s = score + c * ld;

        for (size_t r = 0; r < n; r++) {
            double hinge = label[r] == (int32_t)c ? 0.0 : positive(1.0 + s[r] - own[r]);

            loss[r] += squared ? hinge * hinge : hinge;
            if (want_grad) {
                s[r] = squared ? 2.0 * hinge : hinge > 0 ? 1.0 : 0.0;
                total[r] += s[r];
            }
        }
    }
    for (size_t r = 0; want_grad && r < n; r++)
        score[(size_t)label[r] * ld + r] = -total[r];
}

static void term(struct linear *lin, size_t n, size_t ld, double *score, const int32_t *label,
                 double *loss, unsigned char *right, bool want_grad)
{
    struct svm *svm = (struct svm *)lin;

    if (lin->one_score) {
        binary(svm->cfg->squared, n, score, label, loss, right, want_grad);
        return;
    }
    for (size_t r = 0; r < n; r++)
        right[r] = largest(lin->n_out, ld, score, r, SIZE_MAX) == (size_t)label[r];
    if (svm->cfg->multiclass == WESTON_WATKINS) {
        weston_watkins(svm, n, ld, score, label, loss, want_grad);
        return;
    }
    for (size_t r = 0; r < n; r++)
        crammer_singer(svm, ld, score, r, (size_t)label[r], &loss[r], want_grad);
}

/* The second derivative of a hinge whose slope, but for the sign, is this one: 2 where it is
 * active, if it is squared. NaN stays NaN. */
static inline double curvature(bool squared, double slope)
{
    return squared && slope > 0 ? 2.0 : 0.0 * slope;
}

/* Active are the terms whose score has a slope: all of Weston and Watkins', one of Crammer and
 * Singer's. Each changes as the score does, less that of the own class. */
static void curve(struct linear *lin, size_t n, size_t ld, const double *slope,
                  const int32_t *label, double *change)
{
    bool squared = ((struct svm *)lin)->cfg->squared;
    double *restrict own = lin->work, *restrict total = own + lin->block;

    if (lin->one_score) {
        for (size_t r = 0; r < n; r++)
            change[r] *= curvature(squared, fabs(slope[r]));
        return;
    }
    for (size_t r = 0; r < n; r++) {
        own[r] = change[(size_t)label[r] * ld + r];
        total[r] = 0;
    }
    for (size_t c = 0; c < lin->n_out; c++)
        for (size_t r = 0; r < n; r++) {
            double *d = &change[c * ld + r];

            if (label[r] == (int32_t)c)
                continue;
            *d = (*d - own[r]) * curvature(squared, slope[c * ld + r]);
            total[r] += *d;
        }
    for (size_t r = 0; r < n; r++)
        change[(size_t)label[r] * ld + r] = -total[r];
}

static enum linear_loss kind(const struct config *cfg)
{
    if (cfg->multiclass == WESTON_WATKINS)
        return cfg->squared ? LINEAR_HINGE_SUM_SQUARED : LINEAR_HINGE_SUM;
    return cfg->squared ? LINEAR_HINGE_MAX_SQUARED : LINEAR_HINGE_MAX;
}

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    struct svm *svm = calloc(1, sizeof(*svm));

    if (!svm)
        return host->fail(host, TW_ENOMEM, "out of memory");
    svm->cfg = cfg;
    svm->lin.host = host;
    svm->lin.name = "svm";
    svm->lin.term = term;
    svm->lin.curve = curve;
    svm->lin.kind = kind(cfg);
    svm->lin.bias = svm->cfg->bias;
    svm->lin.l2 = svm->cfg->l2;
    *self = svm;
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
    .name = "svm",
    .version = "0.1.0",
    .summary = "Linear support vector machine, two or more classes",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = destroy,
    .ops.model = &ops,
    .get_extension = linear_extension,
};
