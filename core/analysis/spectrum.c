/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.c -- see spectrum.h. */
#include "spectrum.h"

#include "../progress.h"
#include "../rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROOT_TWO_PI 2.506628274631000502

static int hessian_times(void *ctx, const double *v, double *out)
{
    struct hessian_at *h = ctx;
    int rc = h->f->hvp(h->f, h->theta, NULL, v, out);
    if (rc < 0)
        h->failure = rc;
    return rc < 0 ? rc : TW_OK;
}

struct symop hessian_operator(struct hessian_at *h)
{
    return (struct symop){h->f->dim, hessian_times, h};
}

struct spectrum_options spectrum_defaults(uint64_t seed)
{
    return (struct spectrum_options){
        .top = 5,
        .which = LANCZOS_MAGNITUDE,
        .tolerance = 1e-4,
        .trace_probes = 32,
        .density_probes = 8,
        .steps = 64,
        .points = 401,
        .exact_below = 256,
        .seed = seed,
    };
}

/* ---- one search --------------------------------------------------------------------------- */

/* Nodes and weights of one probe: `count` of `steps` places. */
struct nodes {
    size_t count;
    double *node, *weight;
};

struct search {
    struct spectrum *s;
    struct hessian_at hessian;
    const struct spectrum_options *o;
    const struct environment *env;
    struct nodes *nodes; /* one a probe of the density */
    size_t n_nodes;
    double lo, hi; /* share of the stage that the present call is */
};

/* Progress, and whether to go on. */
static int search_tick(void *ctx, double fraction)
{
    const struct search *q = ctx;
    progress_update(q->env->progress, q->lo + (q->hi - q->lo) * fraction, NULL);
    return q->env->stop && *q->env->stop;
}

/* The k first eigenvalues to `value`: TW_OK, TW_DONE (not converged) or a failure. */
static int find_pairs(struct search *q, size_t k, double *value, double *residual)
{
    struct lanczos p = {
        .op = hessian_operator(&q->hessian),
        .which = q->o->which,
        .k = k,
        .tolerance = q->o->tolerance,
        .seed = rng_stream(q->o->seed, 0),
        .tick = search_tick,
        .tick_ctx = q,
    };
    struct lanczos_result r = {.value = value, .residual = residual};
    size_t n = q->s->dim;
    r.vector = k <= SIZE_MAX / sizeof(double) / n ? malloc(k * n * sizeof(double)) : NULL;
    int rc = r.vector ? lanczos_pairs(&p, &r) : TW_ENOMEM;
    free(r.vector);
    if (rc >= 0)
        q->s->products += r.products;
    return rc;
}

static int find_top(struct search *q)
{
    struct spectrum *s = q->s;
    int rc = s->n_top ? find_pairs(q, s->n_top, s->value, s->residual) : TW_OK;
    s->converged = rc == TW_OK;
    return rc < 0 ? rc : TW_OK;
}

/* All eigenvalues: they are nodes of one probe that is not random. */
static int find_all(struct search *q)
{
    struct spectrum *s = q->s;
    struct nodes *all = &q->nodes[0];
    double *residual = calloc(s->dim, sizeof *residual);
    int rc = residual ? find_pairs(q, s->dim, all->node, residual) : TW_ENOMEM;
    s->converged = rc == TW_OK;
    if (rc >= 0) {
        memcpy(s->value, all->node, s->n_top * sizeof *s->value);
        memcpy(s->residual, residual, s->n_top * sizeof *residual);
        double sum = 0;
        for (size_t i = 0; i < s->dim; i++) {
            all->weight[i] = 1 / (double)s->dim;
            sum += all->node[i];
        }
        s->trace = s->n_probes ? sum : NAN;
        s->trace_error = s->n_probes ? 0 : NAN;
        all->count = s->dim;
        q->n_nodes = 1;
    }
    free(residual);
    return rc < 0 ? rc : TW_OK;
}

/* Mean and standard error of n numbers. */
static void mean_of(const double *v, size_t n, double *mean, double *error)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (v[i] - *mean) * (v[i] - *mean);
    *error = n > 1 ? sqrt(squares / (double)(n - 1) / (double)n) : NAN;
}

/* One Rademacher vector: z' H z, and for the first of them nodes and weights. */
static int probe(struct search *q, size_t i, double *z, double *out)
{
    struct symop op = hessian_operator(&q->hessian);
    double first = 0, *hz = z + op.n;
    uint64_t seed = rng_stream(q->o->seed, 1 + i);
    int rc;
    for (size_t j = 0; j < op.n; j++)
        z[j] = rng_sign(seed, j);
    if (i < q->n_nodes) {
        struct nodes *to = &q->nodes[i];
        rc = lanczos_quadrature(&op, z, q->o->steps, to->node, to->weight, &to->count, &first);
        *out = first * (double)op.n;
        q->s->products += to->count;
        return rc;
    }
    rc = op.times(op.ctx, z, hz);
    *out = 0;
    for (size_t j = 0; j < op.n; j++)
        *out += z[j] * hz[j];
    q->s->products++;
    return rc < 0 ? rc : isfinite(*out) ? TW_OK : TW_ENUMERIC;
}

static int probe_all(struct search *q)
{
    struct spectrum *s = q->s;
    size_t n = s->n_probes > q->n_nodes ? s->n_probes : q->n_nodes;
    if (n == 0)
        return TW_OK;
    double *z = calloc(s->dim, 2 * sizeof *z), *value = calloc(n, sizeof *value);
    int rc = z && value ? TW_OK : TW_ENOMEM;
    double lo = q->hi, whole = (double)(q->n_nodes * q->o->steps + n - q->n_nodes), done = 0;
    q->lo = lo;
    q->hi = 1;
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        rc = probe(q, i, z, &value[i]);
        done += i < q->n_nodes ? (double)q->o->steps : 1;
        if (rc == TW_OK && search_tick(q, done / whole) != 0)
            rc = TW_ECANCELLED;
    }
    if (rc == TW_OK && s->n_probes)
        mean_of(value, n, &s->trace, &s->trace_error);
    s->n_probes = s->n_probes ? n : 0;
    free(value);
    free(z);
    return rc;
}

/* ---- the density ---------------------------------------------------------------------------- */

/* sum w_i g_i with the Gaussians g_i of `sigma` about the nodes; *squares: sum w_i g_i^2. */
static double smeared(const struct nodes *nodes, double lambda, double sigma, double *squares)
{
    double sum = 0;
    *squares = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        double t = (lambda - nodes->node[i]) / sigma;
        double g = exp(-0.5 * t * t) / (sigma * ROOT_TWO_PI);
        sum += nodes->weight[i] * g;
        *squares += nodes->weight[i] * g * g;
    }
    return sum;
}

/* The density at one point.  Few probes that happen to agree would make too little of the error, as
 * they do where a single eigenvalue counts: the weight of one varies as chi squared, lopsidedly.
 * So it is at least that of Gaussian vectors, whose variance is 2/n sum w_i g_i^2. */
static void density_at(const struct search *q, size_t i, double *value)
{
    struct spectrum *s = q->s;
    double squares = 0, more, probes = (double)q->n_nodes;
    for (size_t p = 0; p < q->n_nodes; p++, squares += more)
        value[p] = smeared(&q->nodes[p], s->lambda[i], s->sigma, &more);
    mean_of(value, q->n_nodes, &s->density[i], &s->density_error[i]);
    double gaussian = sqrt(2 * squares / (double)s->dim) / probes;
    s->density_error[i] =
        s->exact ? 0 : fmax(s->density_error[i], gaussian); /* of NaN, the other */
}

static int find_density(struct search *q)
{
    struct spectrum *s = q->s;
    double lo = INFINITY, hi = -INFINITY, *value = calloc(q->n_nodes, sizeof *value);
    if (!value)
        return TW_ENOMEM;
    for (size_t p = 0; p < q->n_nodes; p++)
        for (size_t i = 0; i < q->nodes[p].count; i++) {
            lo = fmin(lo, q->nodes[p].node[i]);
            hi = fmax(hi, q->nodes[p].node[i]);
        }
    s->sigma = q->o->sigma;
    if (!(s->sigma > 0))
        s->sigma = (hi - lo) / (double)q->o->steps;
    if (!(s->sigma > 1e-9 * fmax(fabs(lo), fabs(hi)))) /* all eigenvalues are equal */
        s->sigma = hi > 0 || lo < 0 ? 0.01 * fmax(fabs(lo), fabs(hi)) : 1;
    lo -= 4 * s->sigma;
    hi += 4 * s->sigma;
    for (size_t i = 0; i < s->n_points; i++) {
        s->lambda[i] = lo + (hi - lo) * (double)i / (double)(s->n_points - 1);
        density_at(q, i, value);
    }
    free(value);
    return TW_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Buffers for the results and for the nodes of each probe. */
static int search_new(struct search *q)
{
    struct spectrum *s = q->s;
    const struct spectrum_options *o = q->o;
    size_t room = s->exact ? s->dim : o->steps;
    bool density = o->density_probes > 0 && o->steps > 0 && o->points > 1;
    q->n_nodes = s->exact ? 1 : density ? o->density_probes : 0;
    s->n_density_probes = density ? o->density_probes : 0;
    s->n_points = density ? o->points : 0;
    s->value = calloc(s->n_top + 1, sizeof(double));
    s->residual = calloc(s->n_top + 1, sizeof(double));
    s->lambda = calloc(s->n_points + 1, sizeof(double));
    s->density = calloc(s->n_points + 1, sizeof(double));
    s->density_error = calloc(s->n_points + 1, sizeof(double));
    q->nodes = calloc(q->n_nodes + 1, sizeof *q->nodes);
    if (!s->value || !s->residual || !s->lambda || !s->density || !s->density_error || !q->nodes)
        return TW_ENOMEM;
    for (size_t i = 0; i < q->n_nodes; i++) {
        q->nodes[i].node = calloc(room, sizeof(double));
        q->nodes[i].weight = calloc(room, sizeof(double));
        if (!q->nodes[i].node || !q->nodes[i].weight)
            return TW_ENOMEM;
    }
    return TW_OK;
}

static void search_free(struct search *q, size_t n_nodes)
{
    for (size_t i = 0; q->nodes && i < n_nodes; i++) {
        free(q->nodes[i].node);
        free(q->nodes[i].weight);
    }
    free(q->nodes);
}

/* What lanczos.h says went wrong. */
static int blame(int rc, const struct hessian_at *h, struct error *err)
{
    if (err->fault != FAULT_NONE) /* the model's own */
        return -1;
    if (rc == TW_ECANCELLED)
        return error_set(err, FAULT_INTERRUPT, "interrupted");
    if (rc == TW_ENOMEM)
        return error_nomem(err);
    return error_set(err, FAULT_RUN,
                     h->failure ? "spectrum: a product with the Hessian failed"
                                : "spectrum: a product with the Hessian is not finite here");
}

int spectrum_find(struct spectrum *s, struct model *model, const double *theta,
                  const struct spectrum_options *o, const struct environment *env,
                  struct error *err)
{
    size_t dim = model->dim, n = least(o->top, dim);
    *s = (struct spectrum){.dim = dim,
                           .n_top = n,
                           .n_probes = o->trace_probes,
                           .exact = dim <= o->exact_below,
                           .trace = NAN,
                           .trace_error = NAN,
                           .sigma = NAN};
    struct search q = {
        .s = s, .hessian = {.f = model_objective(model, err), .theta = theta}, .o = o, .env = env};
    int rc = search_new(&q);
    size_t n_nodes = q.n_nodes;
    double guess = 20 * (double)n, rest = (double)(o->density_probes * o->steps + o->trace_probes);
    q.hi = s->exact ? 1 : guess / fmax(guess + rest, 1);
    if (rc == TW_OK && s->exact)
        rc = find_all(&q);
    else if (rc == TW_OK && (rc = find_top(&q)) == TW_OK)
        rc = probe_all(&q);
    if (rc == TW_OK && s->n_points)
        rc = find_density(&q);
    search_free(&q, n_nodes);
    if (rc == TW_OK)
        return 0;
    spectrum_free(s);
    return blame(rc, &q.hessian, err);
}

void spectrum_free(struct spectrum *s)
{
    free(s->value);
    free(s->residual);
    free(s->lambda);
    free(s->density);
    free(s->density_error);
    *s = (struct spectrum){0};
}
