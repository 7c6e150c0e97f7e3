/* SPDX-License-Identifier: 0BSD */
/* model-ridge.c -- linear least squares with an L2 penalty, as a plugin.
 *
 * A whole model in one file: copy this folder to start your own.  It needs
 * nothing of thalweg but the header.
 */
#include <thalweg/plugin.h>

#include <stdlib.h>

struct config {
    double lambda;
};

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, lambda, "1e-3", 0, 1e6, NULL,
                  "Weight of the squared norm in the loss."),
    TW_PARAM_END,
};

struct ridge {
    const struct tw_host *host;
    const struct config *cfg;
    const struct tw_data *data;
};

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    struct ridge *m = malloc(sizeof *m);
    if (!m)
        return host->fail(host, TW_ENOMEM, "out of memory");
    *m = (struct ridge){.host = host, .cfg = cfg};
    *self = m;
    return TW_OK;
}

static int bind(void *self, const struct tw_data *data)
{
    struct ridge *m = self;
    if (data->task != TW_REGRESS || data->n_targets != 1)
        return m->host->fail(m->host, TW_EINVAL,
                             "ridge fits one number per row; use task: regress");
    m->data = data;
    return TW_OK;
}

static size_t dim(const void *self)
{
    return ((const struct ridge *)self)->data->n_features;
}

/* 1/(2n) |Xw - y|^2 + lambda/2 |w|^2, and its gradient if wanted. */
static int grad(void *self, const double *w, const struct tw_rows *rows, double *loss, double *g)
{
    const struct ridge *m = self;
    size_t d = m->data->n_features, n = tw_rows_count(rows, m->data);
    struct tw_sum sum = {0, 0};

    for (size_t j = 0; g && j < d; j++)
        g[j] = m->cfg->lambda * w[j];
    for (size_t k = 0; k < n; k++) {
        size_t i = tw_rows_at(rows, k);
        const float *x = m->data->x + i * d;
        double r = -m->data->target[i];
        for (size_t j = 0; j < d; j++)
            r += (double)x[j] * w[j];
        for (size_t j = 0; g && j < d; j++)
            g[j] += r * (double)x[j] / (double)n;
        tw_sum_add(&sum, r * r);
    }
    *loss = 0.5 * tw_sum_value(&sum) / (double)n;
    for (size_t j = 0; j < d; j++)
        *loss += 0.5 * m->cfg->lambda * w[j] * w[j];
    return TW_OK;
}

/* `correct` stays as it is: there is no right or wrong in a regression. */
static int loss(void *self, const double *w, const struct tw_rows *rows, double *out,
                double *correct)
{
    (void)correct;
    return grad(self, w, rows, out, NULL);
}

static const struct tw_model_ops ops = {
    .struct_size = sizeof ops,
    .bind = bind,
    .dim = dim,
    .loss = loss,
    .grad = grad,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_MODEL),
    .threads = TW_THREADS_INSTANCE,
    .name = "ridge",
    .version = "1.0",
    .summary = "Linear least squares with an L2 penalty",
    .license = "0BSD",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = free,
    .ops.model = &ops,
};
