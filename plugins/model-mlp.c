/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-mlp.c -- multilayer perceptron with softmax cross-entropy.
 *
 *     h_1 = act(W_1 x + b_1),  h_l = act(W_l h_(l-1) + b_l),  scores = W_L h_(L-1) + b_L
 *
 * With `skip`, h_l = act(W_l h_(l-1) + b_l) + h_(l-1) wherever two neighbouring hidden layers have
 * equal width. theta = [W_1, b_1, W_2, b_2, ...], W_l is out x in and row-major: the order of
 * PyTorch's parameters_to_vector. Computes in float or double (`precision`); losses are summed in
 * double, as are the gradients of chunks of rows.
 *
 * The files in model-mlp/ are the rest of it: net.h the shape, pieces.h how a step of training is
 * cut, pass.inc the layers, steps.inc loss and gradient, plane.inc the plane extension, hvp.c
 * Hessian times vector. The .inc files are compiled once for each number type.
 */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <thalweg/plugin.h>

#include "model-mlp/hvp.h"
#include "model-mlp/net.h"
#include "model-mlp/pieces.h"
#include "model-mlp/plane.h"
#include "model-mlp/train-kernels.h"
#include "util/blas.h"
#include "util/isa.h"
#include "util/l2.h"
#include "util/parallel.h"
#include "util/rng.h"

#define REAL    float
#define INDEX   int32_t
#define NAME(x) x##_f32
#define NET     struct net_f32
#define GEMM    gemm_f32
#include "model-mlp/pass.inc"
#include "model-mlp/steps.inc"
#undef REAL
#undef INDEX
#undef NAME
#undef NET
#undef GEMM

#define REAL    double
#define INDEX   int64_t
#define NAME(x) x##_f64
#define NET     struct net_f64
#define GEMM    gemm_f64
#include "model-mlp/pass.inc"
#include "model-mlp/steps.inc"

#define MAX_HIDDEN 256
#define CHUNK      512

static const char *const activation_choices[] = {"relu",    "leaky-relu", "tanh",
                                                 "sigmoid", "gelu",       NULL};
static const char *const precision_choices[] = {"float32", "float64", NULL};

static const struct tw_param params[] = {
    TW_PARAM_INTS(struct config, hidden, "[128]", 1, 1 << 20, "units",
                  "Width of each hidden layer; an empty list gives softmax regression."),
    TW_PARAM_CHOICE(struct config, activation, "relu", activation_choices,
                    "What each hidden unit applies to its sum; gelu is the exact one, with erf."),
    TW_PARAM_BOOL(struct config, skip, "false",
                  "Add a hidden layer's input to its output where both have the same width."),
    TW_PARAM_CHOICE(struct config, precision, "float32", precision_choices,
                    "What the network computes in; sums of losses are always float64."),
    TW_PARAM_REAL(struct config, l2, "0", 0, 1e12, NULL,
                  "Strength of the L2 penalty: l2/2 times the sum of the squared weights; biases "
                  "are left out."),
    TW_PARAM_END,
};

static const char *check(const void *p)
{
    const struct config *cfg = p;

    return cfg->hidden.n > MAX_HIDDEN ? "hidden must have at most 256 layers" : NULL;
}

static void destroy(void *self)
{
    struct mlp *m = self;

    mlp_plane_free(m);
    scratch_free(&m->mem);
    free(m->layer);
    free(m);
}

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    const struct config *c = cfg;
    struct mlp *m = calloc(1, sizeof(*m));

    if (!m)
        return host->fail(host, TW_ENOMEM, "out of memory");
    m->host = host;
    m->cfg = c;
    m->n_layers = c->hidden.n + 1;
    m->layer = calloc(m->n_layers, sizeof(*m->layer));
    if (!m->layer) {
        free(m);
        return host->fail(host, TW_ENOMEM, "out of memory");
    }
    *self = m;
    return TW_OK;
}

/* Sizes and places of all layers; false if theta would not fit into memory by far. */
static bool lay_out(struct mlp *m)
{
    size_t in = m->n_features, at = 0;

    for (size_t l = 0; l < m->n_layers; l++) {
        bool last = l + 1 == m->n_layers;
        struct layer *layer = &m->layer[l];
        size_t out = last ? m->n_classes : (size_t)m->cfg->hidden.v[l];

        if (!blas_fits(in) || out > INT_MAX / 3 || in + 1 > (SIZE_MAX / 64 - at) / out)
            return false;
        layer->in = in;
        layer->out = out;
        layer->weight = at;
        layer->bias = at + in * out;
        layer->skip = m->cfg->skip && l > 0 && !last && in == out;
        at = layer->bias + out;
        in = out;
        m->widest = out > m->widest ? out : m->widest;
    }
    m->dim = at;
    return true;
}

static const struct train_kernels *kernels_of_machine(void)
{
    static const struct train_kernels *const tables[ISA_COUNT] = ISA_TABLES(train_kernels);

    return tables[isa_best()];
}

static int bind(void *self, const struct tw_data *data)
{
    struct mlp *m = self;
    const struct tw_host *host = m->host;

    if (data->task != TW_CLASSIFY)
        return host->fail(host, TW_EINVAL,
                          "mlp needs a label for each row; this dataset has regression targets");
    m->data = data;
    m->n_features = data->n_features;
    m->n_classes = data->n_classes;
    if (!lay_out(m))
        return host->fail(host, TW_EINVAL,
                          "hidden: %zu features and these widths are too many weights",
                          data->n_features);
    m->chunk = data->n_rows < CHUNK ? data->n_rows : CHUNK;

    const struct train_kernels *kernels = kernels_of_machine();
    int rc = TW_ENOMEM;

    m->row_loss = scratch_take(&m->mem, m->chunk, sizeof(*m->row_loss));
    m->right = scratch_take(&m->mem, m->chunk, sizeof(*m->right));
    m->label = scratch_take(&m->mem, m->chunk, sizeof(*m->label));
    if (m->row_loss && m->right && m->label)
        rc = m->cfg->precision == FLOAT32 ? net_bind_f32(m, &kernels->f32, &m->f32)
                                          : net_bind_f64(m, &kernels->f64, &m->f64);
    if (rc != TW_OK)
        return host->fail(host, rc, "out of memory for a network of %zu parameters", m->dim);
    return TW_OK;
}

static size_t dim(const void *self)
{
    return ((const struct mlp *)self)->dim;
}

static int block(const void *self, size_t i, struct tw_block *out)
{
    const struct mlp *m = self;

    if (i >= 2 * m->n_layers)
        return TW_DONE;

    const struct layer *layer = &m->layer[i / 2];
    bool bias = i % 2 == 1;

    out->role = bias ? TW_BIAS : TW_WEIGHT;
    out->offset = bias ? layer->bias : layer->weight;
    out->rows = layer->out;
    out->cols = bias ? 1 : layer->in;
    snprintf(out->name, sizeof(out->name), "fc%zu.%s", i / 2 + 1, bias ? "bias" : "weight");
    return TW_OK;
}

/* As PyTorch's Linear: weights and biases uniform in +-1/sqrt(in). */
static int init(void *self, uint64_t seed, double *theta)
{
    const struct mlp *m = self;

    for (size_t l = 0; l < m->n_layers; l++) {
        const struct layer *layer = &m->layer[l];
        double bound = 1.0 / sqrt((double)layer->in);

        for (size_t i = layer->weight; i < layer->bias + layer->out; i++)
            theta[i] = bound * (2.0 * rng_uniform(seed, i) - 1.0);
    }
    return TW_OK;
}

/* a.b over the weights. */
static double dot(const struct mlp *m, const double *a, const double *b)
{
    struct tw_sum sum = {0, 0};

    for (size_t l = 0; l < m->n_layers; l++) {
        size_t at = m->layer[l].weight, end = m->layer[l].bias;
        double lane[LANES] = {0};

        for (; at + LANES <= end; at += LANES)
            for (size_t j = 0; j < LANES; j++)
                lane[j] += a[at + j] * b[at + j];
        for (; at < end; at++)
            lane[at % LANES] += a[at] * b[at];
        tw_sum_add(&sum, add_lanes(lane));
    }
    return tw_sum_value(&sum);
}

static int pass(struct mlp *m, const double *theta, const struct tw_rows *rows, double *loss,
                double *correct, double *grad)
{
    size_t n_rows = tw_rows_count(rows, m->data), n_right = 0;
    struct tw_sum sum = {0, 0};
    double l2 = m->cfg->l2;
    int rc;

    if (m->f32)
        rc = pass_f32(m, m->f32, theta, rows, &sum, &n_right, grad);
    else
        rc = pass_f64(m, m->f64, theta, rows, &sum, &n_right, grad);
    if (rc != TW_OK)
        return m->host->fail(m->host, rc, "out of memory for the gradient of %zu parameters",
                             m->dim);

    if (correct)
        *correct = (double)n_right;
    if (loss)
        *loss =
            tw_sum_value(&sum) / (double)n_rows + (l2 > 0 ? 0.5 * l2 * dot(m, theta, theta) : 0.0);
    return TW_OK;
}

static int loss(void *self, const double *theta, const struct tw_rows *rows, double *value,
                double *correct)
{
    return pass(self, theta, rows, value, correct, NULL);
}

static int grad(void *self, const double *theta, const struct tw_rows *rows, double *value,
                double *gradient)
{
    return pass(self, theta, rows, value, NULL, gradient);
}

static const void *get_extension(const char *id)
{
    if (strcmp(id, TW_EXT_MODEL_HVP) == 0)
        return &mlp_hvp;
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &mlp_plane : NULL;
}

static const struct tw_model_ops ops = {
    .struct_size = sizeof(ops),
    .bind = bind,
    .dim = dim,
    .loss = loss,
    .grad = grad,
    .init = init,
    .block = block,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_MODEL),
    .threads = TW_THREADS_INSTANCE,
    .name = "mlp",
    .version = "0.1.0",
    .summary = "Multilayer perceptron with softmax cross-entropy",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = check,
    .create = create,
    .destroy = destroy,
    .ops.model = &ops,
    .get_extension = get_extension,
};
