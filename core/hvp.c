/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hvp.c -- Hessian times vector, what tw_objective.hvp points to.
 *
 *     hvp_open         takes the model's extension TW_EXT_MODEL_HVP, if it has one
 *     hvp_objective    from the extension, else by central differences of two gradients
 *     hvp_close
 *
 * A central difference over a step h has an error of about h^2 from what is left of the Taylor
 * series and of e/h from the noise e of the gradient, all relative: least at h = e^(1/3).  The
 * noise is measured, for a model may compute in float32 or have differences for a gradient itself.
 * It is a property of theta alone: measured on the same rows along the same direction whatever is
 * asked, so that a product does not depend on what was asked before.
 */
#include "model-private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct hvp_step {
    bool known;
    double h;      /* at theta */
    double *theta; /* dim, as are the others */
    double *at, *near, *sum, *there;
};

int model_hvp_table(const struct plugin *p, struct tw_model_hvp *out, struct error *err)
{
    const size_t least = offsetof(struct tw_model_hvp, hvp) + sizeof out->hvp;
    int rc = plugin_table(p, TW_EXT_MODEL_HVP, out, sizeof *out, least, err);
    if (rc != 0 || out->hvp)
        return rc;
    return error_set(err, FAULT_PLUGIN, "model %s: its extension %s lacks hvp", p->desc.name,
                     TW_EXT_MODEL_HVP);
}

int hvp_open(struct model *m, const struct plugin *plugin, struct error *err)
{
    int rc = model_hvp_table(plugin, &m->hvp_ops, err);
    if (rc == 0)
        m->hvp = &m->hvp_ops;
    return rc < 0 ? -1 : 0;
}

void hvp_close(struct model *m)
{
    if (m->step)
        free(m->step->theta);
    free(m->step);
    m->step = NULL;
}

/* ---- differences -------------------------------------------------------------- */

#define LEAST_STEP 6.1e-6 /* DBL_EPSILON^(1/3) */
#define MOST_STEP  1e-2
#define NEAR       1e-6 /* steps of the measurement: where the gradient is a straight line */
#define FAR        1e-3 /* where it has changed by more than noise */

static struct hvp_step *step_new(struct model *m)
{
    if (m->step)
        return m->step;
    struct hvp_step *s = calloc(1, sizeof *s);
    double *room = s ? calloc(m->dim, 5 * sizeof *room) : NULL;
    if (!room) {
        free(s);
        error_nomem(m->error);
        return NULL;
    }
    s->theta = room;
    s->at = room + m->dim;
    s->near = s->at + m->dim;
    s->sum = s->near + m->dim;
    s->there = s->sum + m->dim;
    return m->step = s;
}

static double length(size_t n, const double *v)
{
    double most = 0, sum = 0;
    for (size_t j = 0; j < n; j++)
        most = fmax(most, fabs(v[j]));
    for (size_t j = 0; j < n && most > 0; j++)
        sum += v[j] / most * (v[j] / most);
    return most * sqrt(sum);
}

/* The gradient at theta + far * d, on the first rows only; d is made up. */
static int gradient_along(struct model *m, const double *theta, double far, double *grad)
{
    const struct tw_rows first = {NULL, 0,
                                  m->n_rows < MODEL_CHUNK_ROWS ? m->n_rows : MODEL_CHUNK_ROWS};
    const struct tw_objective *f = &m->objective;
    for (size_t j = 0; j < m->dim; j++) {
        double d = (double)(seed_for(j, "hvp", "", "") >> 11) * 0x1p-52 - 1;
        m->step->at[j] = theta[j] + far * d * fmax(0.1, fabs(theta[j]));
    }
    return f->grad(f, m->step->at, m->n_rows ? &first : NULL, NULL, grad);
}

/* What is left of four gradients in a row after their third difference is noise, sqrt(20) times
 * that of one (Hamming 1962, More and Wild 2011).  Its measure is the gradient or, near a critical
 * point, how much it changes along d. */
static int measure(struct model *m, const double *theta, struct hvp_step *s)
{
    static const double binomial[] = {-1, 3, -3, 1};
    double size, change, noise;
    int rc = TW_OK;
    memset(s->sum, 0, m->dim * sizeof *s->sum);
    for (size_t k = 0; k < 4 && rc == TW_OK; k++) {
        double *grad = k == 0 ? s->near : s->there;
        rc = gradient_along(m, theta, (double)k * NEAR, grad);
        for (size_t j = 0; j < m->dim && rc == TW_OK; j++)
            s->sum[j] += binomial[k] * grad[j];
    }
    if (rc == TW_OK)
        rc = gradient_along(m, theta, FAR, s->there);
    if (rc != TW_OK)
        return rc;
    size = length(m->dim, s->near);
    for (size_t j = 0; j < m->dim; j++)
        s->there[j] -= s->near[j];
    change = length(m->dim, s->there) / FAR;
    noise = length(m->dim, s->sum) / sqrt(20) / fmax(size, change);
    s->h = cbrt(noise);
    s->h = s->h > LEAST_STEP ? fmin(s->h, MOST_STEP) : LEAST_STEP; /* NaN, too */
    memcpy(s->theta, theta, m->dim * sizeof *theta);
    s->known = true;
    return TW_OK;
}

/* How long vec is, for a step of 1: the geometric mean of its largest entry and its Euclidean
 * length, entries being measured by those of theta where these are above 1.  The largest entry
 * alone takes too long a step where all parameters move, the length alone one too short; the mean
 * comes within a factor of two of the best step for dense vectors, single units and leading
 * eigenvectors of networks (as measured with 1e2 to 1e5 parameters). */
static double extent(size_t n, const double *theta, const double *vec, double *room)
{
    double most = 0;
    for (size_t j = 0; j < n; j++) {
        room[j] = vec[j] / fmax(1, fabs(theta[j]));
        most = fmax(most, fabs(room[j]));
    }
    return sqrt(most) * sqrt(length(n, room));
}

static int difference(struct model *m, const double *theta, const struct tw_rows *rows,
                      const double *vec, double *out)
{
    const struct tw_objective *f = &m->objective;
    struct hvp_step *s = step_new(m);
    double far, h;
    if (!s)
        return TW_ENOMEM;
    int rc = TW_OK;
    if (!s->known || memcmp(s->theta, theta, m->dim * sizeof *theta) != 0)
        rc = measure(m, theta, s);
    far = extent(m->dim, theta, vec, s->at);
    h = far > 0 ? s->h / far : 1;
    for (int side = -1; side <= 1 && rc == TW_OK; side += 2) {
        for (size_t j = 0; j < m->dim; j++)
            s->at[j] = theta[j] + side * h * vec[j];
        rc = f->grad(f, s->at, rows, NULL, side < 0 ? s->there : out);
    }
    for (size_t j = 0; j < m->dim && rc == TW_OK; j++)
        out[j] = (out[j] - s->there[j]) / (2 * h);
    return rc;
}

/* ---- the objective ------------------------------------------------------------ */

/* TW_ENOTSUP without a reason: not here. */
static int exact(struct model *m, const double *theta, const struct tw_rows *rows,
                 const double *vec, double *out)
{
    struct instance *inst = m->instance[0];
    if (!rows)
        return model_vector(m, theta, vec, NULL, out);
    int rc = m->hvp->hvp(inst->self, theta, rows, vec, out);
    if (rc == TW_ENOTSUP && !inst->failed)
        return rc;
    return instance_check(inst, rc, NULL, m->error) < 0 ? model_failed(m) : TW_OK;
}

int hvp_objective(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                  const double *vec, double *out)
{
    struct model *m = f->ctx;
    if (model_refuse_in_task(m) < 0)
        return TW_EINTERNAL;
    int rc = m->hvp ? exact(m, theta, rows, vec, out) : TW_ENOTSUP;
    return rc == TW_ENOTSUP ? difference(m, theta, rows, vec, out) : rc;
}
