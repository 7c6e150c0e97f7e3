/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-wells.c -- a surface of several minima whose critical points are all known, for trying out
 * planes, pictures and what is read off them:
 *
 *     loss(theta) = offset + sum_i h_i W(u_i, tilt_i) + sum_j b_j/2 t_(k+j)^2,   u_i = (t_i -
 * c_i)/w_i
 *
 * with c = `centre` (k numbers), w = `width`, h = `height`, b = `bowl`. t is theta, its first two
 * entries turned back by `angle`. W is a double well, made so that W' = 4 (u^2 - 1) (u - tilt):
 *
 *     W(u, s) = (u^2 - 1)^2 - 4 s/3 (u^3 - 3 u) + 8 |s|/3
 *
 * Its minima are u = -1 and 1, its maximum u = s. The deeper well has W = 0, the other 16 |s|/3,
 * the maximum 1 + 8 |s|/3 + 2 s^2 - s^4/3; W'' is 8 (1 + s), 8 (1 - s) and -4 (1 - s^2). So there
 * are 3^k critical points, where each u_i is one of the three and the rest is 0: as many directions
 * down as there are maxima among them. 2^k are minima.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <thalweg/plugin.h>

#include "util/formula-plane.h"
#include "util/rng.h"

#define MAX_TILT 0.99

struct config {
    struct tw_reals centre, width, height, tilt, bowl, start;
    double angle, offset;
};

struct model {
    struct formula_plane plane;
    const struct tw_host *host;
    const struct config *cfg;
    size_t n_wells, dim;
    double cosine, sine;
    double *at; /* dim: a point of the plane */
};

static const struct tw_param params[] = {
    TW_PARAM_REALS(struct config, centre, "0", -1e6, 1e6, NULL,
                   "The middle between the two wells, for each of the first parameters; as many "
                   "numbers as parameters that have wells."),
    TW_PARAM_REALS(struct config, width, "1", 1e-6, 1e6, NULL,
                   "Distance of the wells from `centre`, for each or one for all."),
    TW_PARAM_REALS(struct config, height, "1", 1e-12, 1e12, NULL,
                   "How high the barrier between two wells is where `tilt` is 0, for each or one "
                   "for all."),
    TW_PARAM_REALS(struct config, tilt, "0", -MAX_TILT, MAX_TILT, NULL,
                   "Where the barrier stands between the wells at -1 and 1, for each or one for "
                   "all; above 0 the well at -1 is the deeper one, by 16/3 tilt height."),
    TW_PARAM_REALS(
        struct config, bowl, "1", -1e12, 1e12, NULL,
        "Second derivative along each of the other parameters; below 0 the minima become "
        "saddles. `[]`: there are no others."),
    TW_PARAM_REAL(struct config, angle, "0", -360, 360, "degrees",
                  "Turn the surface about 0 in the plane of the first two parameters, "
                  "counterclockwise."),
    TW_PARAM_REAL(struct config, offset, "0", -1e12, 1e12, NULL, "The loss of the deepest well."),
    TW_PARAM_REALS_AUTO(struct config, start, -1e12, 1e12, NULL,
                        "Where training starts, a number for each parameter; auto: random numbers "
                        "about the middle, as far as the wells are."),
    TW_PARAM_END,
};

static const char *check(const void *p)
{
    const struct config *cfg = p;
    size_t k = cfg->centre.n, n = k + cfg->bowl.n;

    if (k < 1)
        return "centre must have at least one number, one for each parameter with wells";
    if (n < 2)
        return "centre and bowl must have at least two numbers together, one for each parameter";
    if (cfg->width.n != 1 && cfg->width.n != k)
        return "width must be one number or as many as centre has";
    if (cfg->height.n != 1 && cfg->height.n != k)
        return "height must be one number or as many as centre has";
    if (cfg->tilt.n != 1 && cfg->tilt.n != k)
        return "tilt must be one number or as many as centre has";
    if (cfg->start.n != n && cfg->start.n != 0)
        return "start must be auto or have as many numbers as centre and bowl together";
    return NULL;
}

static void destroy(void *self)
{
    struct model *m = self;

    free(m->at);
    free(m);
}

/* Exact where the angle is a multiple of 90 degrees, so that such surfaces have no rounding. */
static void turn(struct model *m, double degrees)
{
    double quarters = degrees / 90;

    m->cosine = cos(degrees * (3.14159265358979323846 / 180));
    m->sine = sin(degrees * (3.14159265358979323846 / 180));
    if (quarters == floor(quarters)) {
        m->cosine = round(m->cosine);
        m->sine = round(m->sine);
    }
}

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    const struct config *c = cfg;
    struct model *m = calloc(1, sizeof(*m));

    if (!m)
        return host->fail(host, TW_ENOMEM, "out of memory");
    m->host = host;
    m->cfg = c;
    m->n_wells = c->centre.n;
    m->dim = c->centre.n + c->bowl.n;
    turn(m, c->angle);
    m->at = calloc(m->dim, sizeof(*m->at));
    if (!m->at) {
        free(m);
        return host->fail(host, TW_ENOMEM, "out of memory");
    }
    *self = m;
    return TW_OK;
}

static int bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static size_t dim(const void *self)
{
    return ((const struct model *)self)->dim;
}

static double element(const struct tw_reals *list, size_t i)
{
    return list->v[list->n == 1 ? 0 : i];
}

/* Entry i of the point or direction x in the coordinates of the wells, and back. */
static double turned(const struct model *m, const double *x, size_t i)
{
    return i == 0   ? m->cosine * x[0] + m->sine * x[1]
           : i == 1 ? m->cosine * x[1] - m->sine * x[0]
                    : x[i];
}

static void turn_back(const struct model *m, double *x)
{
    double first = x[0], second = x[1];

    x[0] = m->cosine * first - m->sine * second;
    x[1] = m->sine * first + m->cosine * second;
}

/* u of a well. */
static double place(const struct config *cfg, size_t i, double t)
{
    return (t - cfg->centre.v[i]) / element(&cfg->width, i);
}

/* W(u, s) as (u + 1)^2 ((u - 1)^2 + 4 s/3 (2 - u)) for s >= 0, else mirrored: nothing cancels near
 * the deeper well. */
static double term(const struct model *m, size_t i, double t)
{
    const struct config *cfg = m->cfg;

    if (i >= m->n_wells)
        return 0.5 * cfg->bowl.v[i - m->n_wells] * t * t;

    double u = place(cfg, i, t), s = element(&cfg->tilt, i), up, down;

    u = s < 0 ? -u : u;
    up = u + 1;
    down = u - 1;
    return element(&cfg->height, i) * (up * up * (down * down + 4.0 / 3 * fabs(s) * (2 - u)));
}

static double slope(const struct model *m, size_t i, double t)
{
    const struct config *cfg = m->cfg;

    if (i >= m->n_wells)
        return cfg->bowl.v[i - m->n_wells] * t;

    double u = place(cfg, i, t), s = element(&cfg->tilt, i);

    return element(&cfg->height, i) / element(&cfg->width, i) * 4 * (u - 1) * (u + 1) * (u - s);
}

static double bend(const struct model *m, size_t i, double t)
{
    const struct config *cfg = m->cfg;

    if (i >= m->n_wells)
        return cfg->bowl.v[i - m->n_wells];

    double u = place(cfg, i, t), s = element(&cfg->tilt, i), w = element(&cfg->width, i);

    return element(&cfg->height, i) / (w * w) * 4 * ((u - 1) * (u + 1) + 2 * u * (u - s));
}

static double value(const struct model *m, const double *theta)
{
    struct tw_sum sum = {m->cfg->offset, 0};

    for (size_t i = 0; i < m->dim; i++)
        tw_sum_add(&sum, term(m, i, turned(m, theta, i)));
    return tw_sum_value(&sum);
}

static int loss(void *self, const double *theta, const struct tw_rows *rows, double *out,
                double *correct)
{
    (void)rows;
    (void)correct;
    *out = value(self, theta);
    return TW_OK;
}

static int grad(void *self, const double *theta, const struct tw_rows *rows, double *out,
                double *gradient)
{
    const struct model *m = self;

    (void)rows;
    for (size_t i = 0; i < m->dim; i++)
        gradient[i] = slope(m, i, turned(m, theta, i));
    turn_back(m, gradient);
    *out = value(m, theta);
    return TW_OK;
}

static int init(void *self, uint64_t seed, double *theta)
{
    const struct model *m = self;
    const struct config *cfg = m->cfg;

    if (cfg->start.n) {
        memcpy(theta, cfg->start.v, m->dim * sizeof(*theta));
        return TW_OK;
    }
    for (size_t i = 0; i < m->dim; i++) {
        double far = rng_normal(seed, i);

        theta[i] = i < m->n_wells ? cfg->centre.v[i] + element(&cfg->width, i) * far : far;
    }
    turn_back(m, theta);
    return TW_OK;
}

/* ---- thalweg.model.hvp/1 ---- */

static int hvp(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
               double *out)
{
    const struct model *m = self;

    (void)rows;
    for (size_t i = 0; i < m->dim; i++)
        out[i] = bend(m, i, turned(m, theta, i)) * turned(m, vec, i);
    turn_back(m, out);
    return TW_OK;
}

static const struct tw_model_hvp products = {.struct_size = sizeof(products), .hvp = hvp};

/* ---- thalweg.model.plane/1: all of it is penalty ---- */

static int plane_penalty(void *self, size_t n_points, const double *xy, double *penalty)
{
    struct model *m = self;

    for (size_t k = 0; k < n_points; k++) {
        for (size_t i = 0; i < m->dim; i++)
            m->at[i] = formula_plane_at(&m->plane, i, xy + 2 * k);
        penalty[k] = value(m, m->at);
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
    .name = "wells",
    .version = "0.1.0",
    .summary = "A known surface of several minima, without data",
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
