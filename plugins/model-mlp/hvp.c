/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hvp.c -- Hessian times vector of the network, exactly: thalweg.model.hvp/1.
 *
 * Pearlmutter (1994): apply R = d/dt at theta + t vec, t = 0, to every line of the gradient's own
 * computation. With z = W h + b, act(z) and the errors e = d loss / d h, g = act'(z) e of a layer,
 * and (V, c) its part of vec:
 *
 *     R z = V h + W R h + c          R act(z) = act'(z) R z
 *     R e = V' g + W' R g            (of the layer above)
 *     R g = act'(z) R e + act''(z) (R z) e
 *     (H vec) of W = (R g) h' + g (R h)',  of b = R g
 *
 * act'' is 0 for ReLU and leaky ReLU. In double, also where the network is float32: eigenvalues
 * near 0 are sums that cancel, and the cost is a few gradients either way.
 *
 * The rows come in chunks; matrices are [unit][sample], as in net.h.
 */
#include "hvp.h"

#include <math.h>
#include <string.h>

#include "../util/blas.h"
#include "../util/isa.h"
#include "../util/softmax-curve.h"
#include "net.h"
#include "train-kernels.h"

/* A value and how it changes along vec. */
struct pair {
    double *v, *r;
};

struct mlp_hvp {
    const struct train_kernels_f64 *kernels;
    double *x;            /* chunk x n_features */
    struct pair *h;       /* for each hidden layer: out x chunk; the last: scores */
    struct pair *g;       /* the same: act'(z), act''(z) R z, then g and R g; scores: in h */
    struct pair error[2]; /* widest x chunk: e of two neighbouring layers */
    double *work;         /* 2 x chunk */
    int64_t *top;         /* chunk */
    bool ready;
};

/* What a call is about. */
struct product {
    struct mlp *m;
    struct mlp_hvp *net;
    const double *theta, *vec;
    double *out;
    size_t n; /* rows of the chunk */
};

static bool take_pair(struct mlp *m, size_t units, struct pair *p)
{
    p->v = scratch_take(&m->mem, units * m->chunk, sizeof(double));
    p->r = scratch_take(&m->mem, units * m->chunk, sizeof(double));
    return p->v && p->r;
}

/* At the first call. After a failure the host does not go on. */
static int grow(struct mlp *m)
{
    static const struct train_kernels *const tables[ISA_COUNT] = ISA_TABLES(train_kernels);
    struct mlp_hvp *net = m->hvp;
    bool all;

    if (!net)
        net = m->hvp = scratch_take(&m->mem, 1, sizeof(*net));
    if (!net)
        return TW_ENOMEM;
    if (net->ready)
        return TW_OK;
    net->kernels = &tables[isa_best()]->f64;
    net->x = scratch_take(&m->mem, m->chunk * m->n_features, sizeof(double));
    net->h = scratch_take(&m->mem, m->n_layers, sizeof(*net->h));
    net->g = scratch_take(&m->mem, m->n_layers, sizeof(*net->g));
    net->work = scratch_take(&m->mem, 2 * m->chunk, sizeof(double));
    net->top = scratch_take(&m->mem, m->chunk, sizeof(*net->top));
    all = net->x && net->h && net->g && net->work && net->top;
    for (size_t l = 0; l < m->n_layers && all; l++) {
        all = take_pair(m, m->layer[l].out, &net->h[l]);
        if (l + 1 < m->n_layers)
            all = all && take_pair(m, m->layer[l].out, &net->g[l]);
        else
            net->g[l] = net->h[l];
    }
    net->ready =
        all && take_pair(m, m->widest, &net->error[0]) && take_pair(m, m->widest, &net->error[1]);
    return net->ready ? TW_OK : TW_ENOMEM;
}

/* z: the sums; a: act of them; slope: act' of them. `bend` becomes act'' */
static void second_derivative(int act, size_t n, const double *restrict z, const double *restrict a,
                              const double *restrict slope, double *restrict bend)
{
    const double per_root = 0.39894228040143267794; /* 1 / sqrt(2 pi) */

    switch (act) {
    case RELU:
    case LEAKY_RELU:
        for (size_t r = 0; r < n; r++)
            bend[r] = 0;
        break;
    case TANH:
        for (size_t r = 0; r < n; r++)
            bend[r] = -2 * a[r] * slope[r];
        break;
    case SIGMOID:
        for (size_t r = 0; r < n; r++)
            bend[r] = slope[r] * (1 - 2 * a[r]);
        break;
    case GELU: /* z Phi(z) */
        for (size_t r = 0; r < n; r++)
            bend[r] = fabs(z[r]) > 40 ? 0 : per_root * exp(-0.5 * z[r] * z[r]) * (2 - z[r] * z[r]);
        break;
    }
}

/* One unit of hidden layer l: z and R z are in h[l], without biases. */
static void finish_unit(const struct product *p, size_t l, size_t u)
{
    const struct layer *layer = &p->m->layer[l];
    struct mlp_hvp *net = p->net;
    size_t n = p->n, at = u * n;
    double bias = p->theta[layer->bias + u], change = p->vec[layer->bias + u];
    double *z = net->h[l].v + at, *rz = net->h[l].r + at;
    double *slope = net->g[l].v + at, *bend = net->g[l].r + at, *sum = net->work;
    int act = p->m->cfg->activation;

    for (size_t r = 0; r < n; r++) {
        sum[r] = z[r] + bias;
        rz[r] += change;
    }
    net->kernels->unit(act, n, bias, z, NULL, slope);
    second_derivative(act, n, sum, z, slope, bend);
    for (size_t r = 0; r < n; r++) {
        bend[r] *= rz[r];
        rz[r] *= slope[r];
    }
    for (size_t r = 0; layer->skip && r < n; r++) {
        z[r] += net->h[l - 1].v[at + r];
        rz[r] += net->h[l - 1].r[at + r];
    }
}

static void forward(const struct product *p, size_t l)
{
    const struct layer *layer = &p->m->layer[l];
    struct mlp_hvp *net = p->net;
    size_t n = p->n, in = layer->in, out = layer->out;
    const double *w = p->theta + layer->weight, *v = p->vec + layer->weight;
    struct pair to = net->h[l];

    if (l == 0) {
        gemm_f64(BLAS_N, BLAS_T, out, n, in, w, in, net->x, in, 0, to.v, n);
        gemm_f64(BLAS_N, BLAS_T, out, n, in, v, in, net->x, in, 0, to.r, n);
    } else {
        struct pair h = net->h[l - 1];

        gemm_f64(BLAS_N, BLAS_N, out, n, in, w, in, h.v, n, 0, to.v, n);
        gemm_f64(BLAS_N, BLAS_N, out, n, in, v, in, h.v, n, 0, to.r, n);
        gemm_f64(BLAS_N, BLAS_N, out, n, in, w, in, h.r, n, 1, to.r, n);
    }
    if (l + 1 < p->m->n_layers) {
        for (size_t u = 0; u < out; u++)
            finish_unit(p, l, u);
        return;
    }
    for (size_t u = 0; u < out; u++)
        for (size_t r = 0; r < n; r++) {
            to.v[u * n + r] += p->theta[layer->bias + u];
            to.r[u * n + r] += p->vec[layer->bias + u];
        }
}

/* The errors below layer l, and g of the layer there. */
static void backward(const struct product *p, size_t l, struct pair above, struct pair below)
{
    const struct layer *layer = &p->m->layer[l];
    size_t n = p->n, in = layer->in, out = layer->out;
    const double *w = p->theta + layer->weight, *v = p->vec + layer->weight;
    struct pair g = p->net->g[l], to = p->net->g[l - 1];

    if (layer->skip) {
        memcpy(below.v, above.v, in * n * sizeof(double));
        memcpy(below.r, above.r, in * n * sizeof(double));
    }
    gemm_f64(BLAS_T, BLAS_N, in, n, out, w, in, g.v, n, layer->skip ? 1 : 0, below.v, n);
    gemm_f64(BLAS_T, BLAS_N, in, n, out, w, in, g.r, n, layer->skip ? 1 : 0, below.r, n);
    gemm_f64(BLAS_T, BLAS_N, in, n, out, v, in, g.v, n, 1, below.r, n);
    for (size_t i = 0; i < in * n; i++) {
        double slope = to.v[i];

        to.v[i] = slope * below.v[i];
        to.r[i] = slope * below.r[i] + to.r[i] * below.v[i];
    }
}

/* What layer l of this chunk adds to the product. */
static void add_layer(const struct product *p, size_t l)
{
    const struct layer *layer = &p->m->layer[l];
    const struct mlp_hvp *net = p->net;
    size_t n = p->n, in = layer->in, out = layer->out;
    double *to = p->out + layer->weight;
    struct pair g = net->g[l];

    for (size_t u = 0; u < out; u++)
        p->out[layer->bias + u] += net->kernels->total(n, g.r + u * n);
    if (l == 0) {
        gemm_f64(BLAS_N, BLAS_N, out, in, n, g.r, n, net->x, in, 1, to, in);
        return;
    }
    gemm_f64(BLAS_N, BLAS_T, out, in, n, g.r, n, net->h[l - 1].v, n, 1, to, in);
    gemm_f64(BLAS_N, BLAS_T, out, in, n, g.v, n, net->h[l - 1].r, n, 1, to, in);
}

/* Places [at, at + p->n) of `rows`. */
static void add_chunk(const struct product *p, const struct tw_rows *rows, size_t at)
{
    struct mlp *m = p->m;
    struct mlp_hvp *net = p->net;
    size_t d = m->n_features, last = m->n_layers - 1, n = p->n;
    struct pair above = net->error[0], below = net->error[1], scores = net->h[last];

    for (size_t r = 0; r < n; r++) {
        size_t row = tw_rows_at(rows, at + r);

        net->kernels->take(d, m->data->x + row * d, net->x + r * d);
        m->label[r] = m->data->label[row];
    }
    for (size_t l = 0; l <= last; l++)
        forward(p, l);
    net->kernels->softmax(n, m->n_classes, n, scores.v, m->label, net->work, net->top, m->row_loss,
                          m->right, true);
    softmax_curve(n, m->n_classes, n, scores.v, m->label, scores.r, net->work);
    for (size_t l = last; l > 0; l--) {
        struct pair swap = above;

        add_layer(p, l);
        backward(p, l, above, below);
        above = below;
        below = swap;
    }
    add_layer(p, 0);
}

static int hvp(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
               double *out)
{
    struct mlp *m = self;
    size_t n_rows = tw_rows_count(rows, m->data);
    double mean = 1.0 / (double)n_rows, l2 = m->cfg->l2;
    struct product p = {.m = m, .theta = theta, .vec = vec, .out = out};
    int rc = grow(m);

    if (rc != TW_OK)
        return m->host->fail(m->host, rc, "out of memory for the Hessian of %zu parameters",
                             m->dim);
    p.net = m->hvp;
    memset(out, 0, m->dim * sizeof(*out));
    for (size_t at = 0; at < n_rows; at += p.n) {
        p.n = n_rows - at < m->chunk ? n_rows - at : m->chunk;
        add_chunk(&p, rows, at);
    }
    for (size_t i = 0; i < m->dim; i++)
        out[i] *= mean;
    for (size_t l = 0; l2 > 0 && l < m->n_layers; l++)
        for (size_t i = m->layer[l].weight; i < m->layer[l].bias; i++)
            out[i] += l2 * vec[i];
    return TW_OK;
}

const struct tw_model_hvp mlp_hvp = {.struct_size = sizeof(mlp_hvp), .hvp = hvp};
