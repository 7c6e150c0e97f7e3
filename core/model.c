/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.c -- see model.h. */
#include "model-private.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_vector.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int open_instance(struct model *m, const struct plugin *plugin, const void *config,
                         const struct environment *env, struct error *err)
{
    struct instance *inst;
    if (instance_new(plugin, "model", config, env, &inst, err) < 0)
        return -1;
    m->instance[m->n_instances++] = inst;
    if (instance_check(inst, m->ops->bind(inst->self, m->data), NULL, err) < 0)
        return -1;
    size_t dim = m->ops->dim(inst->self);
    /* BLAS counts in int. */
    if (dim < 1 || dim > INT_MAX)
        return error_set(err, FAULT_RUN, "model %s: has %zu parameters; from 1 to %d are possible",
                         plugin->desc.name, dim, INT_MAX);
    if (m->n_instances > 1 && dim != m->dim)
        return error_set(err, FAULT_RUN,
                         "model %s: has %zu parameters in one instance and %zu in "
                         "another, bound to the same data",
                         plugin->desc.name, m->dim, dim);
    m->dim = dim;
    return 0;
}

int model_plane_table(const struct plugin *p, struct tw_model_plane *out, struct error *err)
{
    const size_t least = offsetof(struct tw_model_plane, end) + sizeof out->end;
    int rc = plugin_table(p, TW_EXT_MODEL_PLANE, out, sizeof *out, least, err);
    if (rc != 0 || (out->begin && out->eval && out->end))
        return rc;
    return error_set(err, FAULT_PLUGIN, "model %s: its extension %s lacks begin, eval or end",
                     p->desc.name, TW_EXT_MODEL_PLANE);
}

/* The plane extension needs rows to sum over. */
static int take_plane(struct model *m, const struct plugin *plugin, struct error *err)
{
    int rc = m->data ? model_plane_table(plugin, &m->plane_ops, err) : 1;
    if (rc == 0)
        m->plane = &m->plane_ops;
    return rc < 0 ? -1 : 0;
}

/* The pieces of the rows: a function of n_rows only. */
static void cut_rows(struct model *m)
{
    size_t rows = (m->n_rows + MODEL_CHUNKS - 1) / MODEL_CHUNKS;
    m->chunk_rows = rows < MODEL_CHUNK_ROWS ? MODEL_CHUNK_ROWS : rows;
    m->n_chunks = m->n_rows ? (m->n_rows + m->chunk_rows - 1) / m->chunk_rows : 1;
}

int model_open(struct model *m, const struct plugin *plugin, const void *config,
               const struct tw_data *data, struct workers *workers, const struct environment *env,
               struct error *err)
{
    *m = (struct model){
        .ops = &plugin->ops.model,
        .data = data,
        .workers = workers,
        .n_rows = data ? data->n_rows : 0,
    };
    size_t want = plugin->desc.threads == TW_THREADS_INSTANCE ? workers_count(workers) : 1;
    m->instance = calloc(want, sizeof *m->instance);
    int rc = m->instance ? 0 : error_nomem(err);
    while (rc == 0 && m->n_instances < want)
        rc = open_instance(m, plugin, config, env, err);
    if (rc == 0)
        rc = take_plane(m, plugin, err);
    if (rc == 0)
        rc = hvp_open(m, plugin, err);
    if (rc < 0) {
        model_close(m);
        return -1;
    }
    cut_rows(m);
    return 0;
}

void model_close(struct model *m)
{
    for (size_t i = 0; i < m->n_instances; i++)
        instance_free(m->instance[i]);
    free(m->instance);
    free(m->chunk_grad);
    hvp_close(m);
    m->instance = NULL;
    m->chunk_grad = NULL;
    m->n_instances = 0;
}

int model_blame(struct model *m, int rc, const char *what, struct error *err)
{
    struct instance *inst = m->instance[0];
    for (size_t i = m->n_instances; i-- > 0;)
        if (m->instance[i]->failed)
            inst = m->instance[i];
    instance_check(inst, rc, what, err);
    for (size_t i = 0; i < m->n_instances; i++)
        instance_check(m->instance[i], TW_OK, NULL, err); /* all has been said */
    return -1;
}

/* ---- all rows at once -------------------------------------------------------- */

struct whole {
    struct model *m;
    const double *theta, *vec;                        /* vec: NULL without a Hessian */
    double loss[MODEL_CHUNKS], correct[MODEL_CHUNKS]; /* mean; count */
    double *out; /* n_chunks x dim: gradients or, with vec, products; NULL: losses only */
    struct tw_rows rows[MODEL_CHUNKS];
    int rc[MODEL_CHUNKS];
};

static int whole_chunk(void *ctx, size_t worker, size_t k)
{
    struct whole *w = ctx;
    struct model *m = w->m;
    struct instance *inst = m->instance[worker];
    if (inst->env->stop && *inst->env->stop)
        return w->rc[k] = TW_ECANCELLED;
    const struct tw_rows *rows = m->n_chunks > 1 ? &w->rows[k] : NULL;
    w->correct[k] = NAN;
    if (w->vec)
        w->rc[k] = m->hvp->hvp(inst->self, w->theta, rows, w->vec, w->out + k * m->dim);
    else if (w->out)
        w->rc[k] = m->ops->grad(inst->self, w->theta, rows, &w->loss[k], w->out + k * m->dim);
    else
        w->rc[k] = m->ops->loss(inst->self, w->theta, rows, &w->loss[k], &w->correct[k]);
    return w->rc[k] < 0 ? w->rc[k] : 0;
}

/* TW_ENOTSUP that no instance explains. */
static bool not_there(const struct model *m, int rc)
{
    for (size_t i = 0; i < m->n_instances; i++)
        if (m->instance[i]->failed)
            return false;
    return rc == TW_ENOTSUP;
}

/* Evaluate every chunk.  A model with one instance runs in this thread only.  With vec, 1 when
 * the model has no products here. */
static int whole_run(struct whole *w, struct error *err)
{
    struct model *m = w->m;
    for (size_t k = 0; k < m->n_chunks && m->n_chunks > 1; k++) {
        size_t first = k * m->chunk_rows;
        size_t n = m->n_rows - first < m->chunk_rows ? m->n_rows - first : m->chunk_rows;
        w->rows[k] = (struct tw_rows){NULL, first, n};
    }
    int rc = 0;
    if (m->n_instances > 1 && m->n_chunks > 1)
        rc = workers_run(m->workers, m->n_chunks, whole_chunk, w);
    else
        for (size_t k = 0; k < m->n_chunks && rc == 0; k++)
            rc = whole_chunk(w, 0, k);
    if (w->vec && not_there(m, rc))
        return 1;
    return rc == 0 ? 0 : model_blame(m, rc, NULL, err);
}

static double chunk_weight(const struct model *m, const struct whole *w, size_t k)
{
    return m->n_chunks > 1 ? (double)w->rows[k].n / (double)m->n_rows : 1;
}

int model_evaluate(struct model *m, const double *theta, double *loss, double *accuracy,
                   struct error *err)
{
    struct whole w = {.m = m, .theta = theta};
    if (whole_run(&w, err) < 0)
        return -1;
    double sum = 0, correct = 0;
    for (size_t k = 0; k < m->n_chunks; k++) {
        sum += chunk_weight(m, &w, k) * w.loss[k];
        correct += w.correct[k];
    }
    if (loss)
        *loss = sum;
    if (accuracy)
        *accuracy = m->n_rows ? correct / (double)m->n_rows : NAN;
    return 0;
}

/* ---- the objective ------------------------------------------------------------ */

int model_failed(struct model *m)
{
    return m->error->fault == FAULT_INTERRUPT  ? TW_ECANCELLED
           : m->error->fault == FAULT_PIPELINE ? TW_EINVAL
                                               : TW_ENUMERIC;
}

int model_refuse_in_task(struct model *m)
{
    if (!workers_busy(m->workers))
        return TW_OK;
    error_set(m->error, FAULT_RUN,
              "model %s: a plugin called the objective from a parallel task; it must be called "
              "from where the plugin is called",
              m->instance[0]->plugin->desc.name);
    return TW_EINTERNAL;
}

static int objective_loss(const struct tw_objective *f, const double *theta,
                          const struct tw_rows *rows, double *loss)
{
    struct model *m = f->ctx;
    if (model_refuse_in_task(m) < 0)
        return TW_EINTERNAL;
    if (!rows)
        return model_evaluate(m, theta, loss, NULL, m->error) < 0 ? model_failed(m) : TW_OK;
    int rc = m->ops->loss(m->instance[0]->self, theta, rows, loss, NULL);
    return instance_check(m->instance[0], rc, NULL, m->error) < 0 ? model_failed(m) : TW_OK;
}

/* Central differences: error O(h^2) against rounding O(eps/h), so h ~ eps^(1/3). */
static int difference_grad(struct model *m, const double *theta, const struct tw_rows *rows,
                           double *loss, double *grad)
{
    double *at = malloc(m->dim * sizeof *at);
    if (!at) {
        error_nomem(m->error);
        return TW_ENOMEM;
    }
    memcpy(at, theta, m->dim * sizeof *at);
    int rc = loss ? objective_loss(&m->objective, at, rows, loss) : TW_OK;
    const volatile sig_atomic_t *stop = m->instance[0]->env->stop;
    for (size_t j = 0; j < m->dim && rc == TW_OK; j++) {
        if (stop && *stop) {
            error_set(m->error, FAULT_INTERRUPT, "interrupted");
            rc = TW_ECANCELLED;
            break;
        }
        double h = 6e-6 * fmax(1, fabs(theta[j])), up, down;
        double above = theta[j] + h, below = theta[j] - h;
        at[j] = above;
        rc = objective_loss(&m->objective, at, rows, &up);
        at[j] = below;
        if (rc == TW_OK)
            rc = objective_loss(&m->objective, at, rows, &down);
        if (rc == TW_OK)
            grad[j] = (up - down) / (above - below);
        at[j] = theta[j];
    }
    free(at);
    return rc;
}

/* Entries of the mean of the chunks' vectors that are added up at a time: what
 * is being written stays in a core's nearest cache. */
#define MEAN_ENTRIES 4096

struct mean {
    const struct whole *w;
    double *out;
};

static int mean_entries(void *ctx, size_t worker, size_t piece)
{
    const struct mean *mean = ctx;
    const struct whole *w = mean->w;
    const struct model *m = w->m;
    size_t at = piece * MEAN_ENTRIES, n = m->dim - at < MEAN_ENTRIES ? m->dim - at : MEAN_ENTRIES;
    gsl_vector_view to = gsl_vector_view_array(mean->out + at, n);
    (void)worker;
    memset(mean->out + at, 0, n * sizeof *mean->out);
    for (size_t k = 0; k < m->n_chunks; k++) {
        gsl_vector_const_view from = gsl_vector_const_view_array(w->out + k * m->dim + at, n);
        gsl_blas_daxpy(chunk_weight(m, w, k), &from.vector, &to.vector);
    }
    return 0;
}

int model_vector(struct model *m, const double *theta, const double *vec, double *loss, double *out)
{
    struct whole w = {.m = m, .theta = theta, .vec = vec, .out = out};
    if (m->n_chunks > 1) {
        if (!m->chunk_grad)
            m->chunk_grad = malloc(m->n_chunks * m->dim * sizeof *m->chunk_grad);
        w.out = m->chunk_grad;
        if (!w.out) {
            error_nomem(m->error);
            return TW_ENOMEM;
        }
    }
    int rc = whole_run(&w, m->error);
    if (rc != 0)
        return rc < 0 ? model_failed(m) : TW_ENOTSUP;
    double sum = 0;
    for (size_t k = 0; k < m->n_chunks && loss; k++)
        sum += chunk_weight(m, &w, k) * w.loss[k];
    if (m->n_chunks > 1) {
        struct mean mean = {&w, out};
        workers_run(m->workers, (m->dim + MEAN_ENTRIES - 1) / MEAN_ENTRIES, mean_entries, &mean);
    }
    if (loss)
        *loss = sum;
    return TW_OK;
}

static int objective_grad(const struct tw_objective *f, const double *theta,
                          const struct tw_rows *rows, double *loss, double *grad)
{
    struct model *m = f->ctx;
    if (model_refuse_in_task(m) < 0)
        return TW_EINTERNAL;
    if (!m->ops->grad)
        return difference_grad(m, theta, rows, loss, grad);
    if (!rows)
        return model_vector(m, theta, NULL, loss, grad);
    double unused;
    int rc = m->ops->grad(m->instance[0]->self, theta, rows, loss ? loss : &unused, grad);
    return instance_check(m->instance[0], rc, NULL, m->error) < 0 ? model_failed(m) : TW_OK;
}

int model_block(struct model *m, size_t i, struct tw_block *out, struct error *err)
{
    struct tw_block b = {.struct_size = sizeof b};
    if (!m->ops->block) {
        b = (struct tw_block){sizeof b, TW_WEIGHT, 0, m->dim, 1, "theta"};
        if (i > 0)
            return 1;
    } else {
        int rc = m->ops->block(m->instance[0]->self, i, &b);
        if (instance_check(m->instance[0], rc, NULL, err) < 0)
            return -1;
        if (rc > 0)
            return 1;
        b.name[sizeof b.name - 1] = '\0';
        if (i >= m->dim)
            return error_set(err, FAULT_RUN,
                             "model %s: has more than %zu blocks, but only %zu "
                             "parameters",
                             m->instance[0]->plugin->desc.name, i, m->dim);
    }
    if (b.rows < 1 || b.cols < 1 || b.offset >= m->dim || b.rows > m->dim / b.cols ||
        b.rows * b.cols > m->dim - b.offset)
        return error_set(err, FAULT_RUN, "model %s: block %zu lies outside its %zu parameters",
                         m->instance[0]->plugin->desc.name, i, m->dim);
    *out = b;
    return 0;
}

static int objective_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    struct model *m = f->ctx;
    struct tw_block b;
    int rc = model_block(m, i, &b, m->error);
    if (rc != 0)
        return rc < 0 ? TW_EINTERNAL : TW_DONE;
    /* A plugin of another minor may know a shorter or longer struct. */
    uint32_t size = out->struct_size;
    memcpy(out, &b, size && size < sizeof b ? size : sizeof b);
    out->struct_size = size;
    return TW_OK;
}

const struct tw_objective *model_objective(struct model *m, struct error *err)
{
    m->error = err;
    m->objective = (struct tw_objective){
        .struct_size = sizeof m->objective,
        .dim = m->dim,
        .n_rows = m->n_rows,
        .ctx = m,
        .loss = objective_loss,
        .grad = objective_grad,
        .block = objective_block,
        .hvp = hvp_objective,
    };
    return &m->objective;
}
