/* SPDX-License-Identifier: 0BSD */
/* model-ridge.c -- linear least squares with an L2 penalty: copy this folder to start your own. */
#include <thalweg/plugin.h>
#include <stdlib.h>
struct config { double lambda; };
struct ridge { const struct tw_host *host; const struct config *cfg; const struct tw_data *data; };

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, lambda, "1e-3", 0, 1e6, NULL, "Weight of the squared norm."),
    TW_PARAM_END };
static int create(const struct tw_host *host, const void *cfg, void **self)
{
    struct ridge *m = malloc(sizeof *m);
    if (!m) return host->fail(host, TW_ENOMEM, "out of memory");
    *m = (struct ridge){host, cfg, NULL};
    *self = m;
    return TW_OK;
}

static int bind(void *self, const struct tw_data *data)
{
    struct ridge *m = self;
    if (data->task != TW_REGRESS || data->n_targets != 1)
        return m->host->fail(m->host, TW_EINVAL, "ridge fits one number; use task: regress");
    m->data = data;
    return TW_OK;
}

static size_t dim(const void *self) { return ((const struct ridge *)self)->data->n_features; }

/* 1/(2n) |Xw - y|^2 + lambda/2 |w|^2, and its gradient unless g is NULL. */
static int grad(void *self, const double *w, const struct tw_rows *rows, double *loss, double *g)
{
    const struct ridge *m = self;
    size_t d = m->data->n_features, n = tw_rows_count(rows, m->data);
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
        sum += 0.5 * m->cfg->lambda * w[j] * w[j];
        if (g) g[j] = m->cfg->lambda * w[j];
    }
    for (size_t k = 0; k < n; k++) {
        const float *x = m->data->x + tw_rows_at(rows, k) * d;
        double r = -m->data->target[tw_rows_at(rows, k)];
        for (size_t j = 0; j < d; j++) r += (double)x[j] * w[j];
        for (size_t j = 0; g && j < d; j++) g[j] += r * (double)x[j] / (double)n;
        sum += 0.5 * r * r / (double)n;
    }
    *loss = sum; return TW_OK;
}
static int loss(void *self, const double *w, const struct tw_rows *rows, double *out, double *correct)
{ (void)correct; /* nothing is right or wrong here */ return grad(self, w, rows, out, NULL); }

static const struct tw_model_ops ops = { sizeof ops, bind, dim, loss, grad, NULL, NULL };
const struct tw_plugin thalweg_plugin = { TW_PLUGIN_HEAD(TW_MODEL), .name = "ridge",
    .version = "1.0", .summary = "Linear least squares with an L2 penalty", .license = "0BSD",
    .threads = TW_THREADS_INSTANCE, .config_size = sizeof(struct config), .params = params,
    .create = create, .destroy = free, .ops.model = &ops };
