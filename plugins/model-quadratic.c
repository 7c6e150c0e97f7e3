/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-quadratic.c -- a loss that is known exactly, for trying out optimizers, planes and
 * pictures:
 *
 *     loss(theta) = offset + sum_i  a_i/2 t_i^2 + c_i t_i^3 + q_i t_i^4,   t_i = theta_i - m_i
 *
 * with m = `minimum`, a = `curvature`, c = `cubic`, q = `quartic`. It does not look at the data, so
 * it needs none. In the plane extension the whole loss is the penalty and the rows contribute 0.
 */
#include <stdlib.h>
#include <string.h>
#include <thalweg/plugin.h>

#include "util/formula-plane.h"
#include "util/rng.h"

struct config {
    struct tw_reals minimum, curvature, cubic, quartic, start;
    double offset;
};

struct model {
    struct formula_plane plane;
    const struct tw_host *host;
    const struct config *cfg;
};

static const struct tw_param params[] = {
    TW_PARAM_REALS(struct config, minimum, "[0, 0]", -1e12, 1e12, NULL,
                   "Where the polynomial is centred; its length is the number of parameters."),
    TW_PARAM_REALS(struct config, curvature, "[1, 10]", -1e12, 1e12, NULL,
                   "Second derivative along each parameter at `minimum`."),
    TW_PARAM_REAL(struct config, offset, "0", -1e12, 1e12, NULL, "The loss at `minimum`."),
    TW_PARAM_REALS(struct config, cubic, "0", -1e12, 1e12, NULL,
                   "Factor of the third power, for each parameter or one for all."),
    TW_PARAM_REALS(struct config, quartic, "0", -1e12, 1e12, NULL,
                   "Factor of the fourth power, for each parameter or one for all."),
    TW_PARAM_REALS_AUTO(struct config, start, -1e12, 1e12, NULL,
                        "Where training starts; auto: `minimum` plus standard normal numbers."),
    TW_PARAM_END,
};

static const char *check(const void *p)
{
    const struct config *cfg = p;
    size_t n = cfg->minimum.n;

    if (n < 2)
        return "minimum must have at least two numbers, one for each parameter";
    if (cfg->curvature.n != n)
        return "curvature must have as many numbers as minimum";
    if (cfg->cubic.n != n && cfg->cubic.n != 1)
        return "cubic must be one number or as many as minimum has";
    if (cfg->quartic.n != n && cfg->quartic.n != 1)
        return "quartic must be one number or as many as minimum has";
    if (cfg->start.n != n && cfg->start.n != 0)
        return "start must be auto or have as many numbers as minimum";
    return NULL;
}

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    struct model *m = calloc(1, sizeof(*m));

    if (!m)
        return host->fail(host, TW_ENOMEM, "out of memory");
    m->host = host;
    m->cfg = cfg;
    *self = m;
    return TW_OK;
}

static void destroy(void *self)
{
    free(self);
}

static int bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static size_t dim(const void *self)
{
    const struct model *m = self;

    return m->cfg->minimum.n;
}

static double element(const struct tw_reals *list, size_t i)
{
    return list->v[list->n == 1 ? 0 : i];
}

static double term(const struct config *cfg, size_t i, double theta)
{
    double t = theta - cfg->minimum.v[i];

    return t * t *
           (0.5 * cfg->curvature.v[i] +
            t * (element(&cfg->cubic, i) + t * element(&cfg->quartic, i)));
}

static double slope(const struct config *cfg, size_t i, double theta)
{
    double t = theta - cfg->minimum.v[i];

    return t * (cfg->curvature.v[i] +
                t * (3.0 * element(&cfg->cubic, i) + t * 4.0 * element(&cfg->quartic, i)));
}

static int loss(void *self, const double *theta, const struct tw_rows *rows, double *value,
                double *correct)
{
    const struct config *cfg = ((struct model *)self)->cfg;
    struct tw_sum sum = {cfg->offset, 0};

    (void)rows;
    (void)correct;
    for (size_t i = 0; i < cfg->minimum.n; i++)
        tw_sum_add(&sum, term(cfg, i, theta[i]));
    *value = tw_sum_value(&sum);
    return TW_OK;
}

static int grad(void *self, const double *theta, const struct tw_rows *rows, double *value,
                double *gradient)
{
    const struct config *cfg = ((struct model *)self)->cfg;

    for (size_t i = 0; i < cfg->minimum.n; i++)
        gradient[i] = slope(cfg, i, theta[i]);
    return value ? loss(self, theta, rows, value, NULL) : TW_OK;
}

static double bend(const struct config *cfg, size_t i, double theta)
{
    double t = theta - cfg->minimum.v[i];

    return cfg->curvature.v[i] +
           t * (6.0 * element(&cfg->cubic, i) + t * 12.0 * element(&cfg->quartic, i));
}

static int init(void *self, uint64_t seed, double *theta)
{
    const struct config *cfg = ((struct model *)self)->cfg;

    for (size_t i = 0; i < cfg->minimum.n; i++)
        theta[i] = cfg->start.n ? cfg->start.v[i] : cfg->minimum.v[i] + rng_normal(seed, i);
    return TW_OK;
}

/* ---- thalweg.model.hvp/1 ---- */

static int hvp(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
               double *out)
{
    const struct config *cfg = ((struct model *)self)->cfg;

    (void)rows;
    for (size_t i = 0; i < cfg->minimum.n; i++)
        out[i] = bend(cfg, i, theta[i]) * vec[i];
    return TW_OK;
}

static const struct tw_model_hvp products = {.struct_size = sizeof(products), .hvp = hvp};

/* ---- thalweg.model.plane/1 ---- */

static int plane_penalty(void *self, size_t n_points, const double *xy, double *penalty)
{
    const struct model *m = self;
    const struct config *cfg = m->cfg;

    for (size_t k = 0; k < n_points; k++) {
        struct tw_sum sum = {cfg->offset, 0};

        for (size_t i = 0; i < cfg->minimum.n; i++)
            tw_sum_add(&sum, term(cfg, i, formula_plane_at(&m->plane, i, xy + 2 * k)));
        penalty[k] = tw_sum_value(&sum);
    }
    return TW_OK;
}

static const struct tw_model_plane plane = {
    .struct_size = sizeof(plane),
    .begin = formula_plane_begin,
    .eval = formula_plane_eval,
    .penalty = plane_penalty,
    .end = formula_plane_end,
};

static const void *get_extension(const char *id)
{
    if (strcmp(id, TW_EXT_MODEL_HVP) == 0)
        return &products;
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &plane : NULL;
}

static const struct tw_model_ops ops = {
    .struct_size = sizeof(ops),
    .bind = bind,
    .dim = dim,
    .loss = loss,
    .grad = grad,
    .init = init,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_MODEL),
    .threads = TW_THREADS_INSTANCE,
    .flags = TW_NO_DATA,
    .name = "quadratic",
    .version = "0.1.0",
    .summary = "A known polynomial of second to fourth degree, without data",
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
