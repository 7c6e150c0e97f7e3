/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wrong-model.c -- models that break the contract in one way each, for the test
 * of `thalweg try`.
 *
 * tests/cli/test-try.sh compiles this file once for every switch (-DWRONG_...);
 * without any it is a model that is right: least squares with a bias and a
 * penalty, for regressions and for classes taken as numbers.
 */
#define _XOPEN_SOURCE 700
#include <thalweg/plugin.h>

#include <fenv.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef NAME
#define NAME "right"
#endif

struct config {
    double l2;
};

struct model {
    const struct tw_host *host;
    const struct config *cfg;
    const struct tw_data *data;
    const double *origin, *u, *v;
    double *copy; /* scratch of plane points */
};

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, l2, "0.01", 0, 1e3, NULL, "Weight of the penalty."),
    TW_PARAM_END,
};

static int create(const struct tw_host *host, const void *cfg, void **self)
{
    struct model *m = calloc(1, sizeof *m);
    if (!m)
        return host->fail(host, TW_ENOMEM, "out of memory");
    m->host = host;
    m->cfg = cfg;
    *self = m;
    return TW_OK;
}

static void destroy(void *self)
{
    struct model *m = self;
    free(m->copy);
    free(m);
}

static size_t n_features(const struct model *m)
{
    return m->data->n_features;
}

static int bind(void *self, const struct tw_data *data)
{
    struct model *m = self;
#ifdef WRONG_SILENT
    return TW_EINVAL;
#endif
    if (data->task == TW_REGRESS && data->n_targets != 1)
        return m->host->fail(m->host, TW_EINVAL, "one target, please");
    m->data = data;
    m->copy = malloc((data->n_features + 1) * sizeof *m->copy);
    return m->copy ? TW_OK : m->host->fail(m->host, TW_ENOMEM, "out of memory");
}

static size_t dim(const void *self)
{
    return n_features(self) + 1;
}

static double residual(const struct model *m, const double *theta, size_t i)
{
    const struct tw_data *d = m->data;
    const float *x = d->x + i * d->n_features;
    double r = theta[d->n_features] - (d->target ? d->target[i] : (double)d->label[i]);
    for (size_t j = 0; j < d->n_features; j++)
        r += theta[j] * (double)x[j];
    return r;
}

static double penalty_of(const struct model *m, const double *theta)
{
    double sum = 0;
    for (size_t j = 0; j < n_features(m); j++)
        sum += theta[j] * theta[j];
    return 0.5 * m->cfg->l2 * sum;
}

#ifdef WRONG_STATIC
static const void *last; /* shared by all instances */
#endif
#ifdef WRONG_GSL
void *gsl_set_error_handler_off(void); /* that of the program */
#endif
#ifdef WRONG_RANDOM
static int calls;
#endif

/* Whatever is wrong with the process. */
static void side_effects(void)
{
#ifdef WRONG_STDOUT
    printf("hello\n");
#endif
#ifdef WRONG_LOCALE
    setlocale(LC_ALL, "C.UTF-8");
#endif
#ifdef WRONG_CWD
    if (chdir("/") < 0)
        return;
#endif
#ifdef WRONG_UMASK
    umask(0);
#endif
#ifdef WRONG_SIGNAL
    signal(SIGPIPE, SIG_IGN);
#endif
#ifdef WRONG_ROUNDING
    fesetround(FE_UPWARD);
#endif
#ifdef WRONG_GSL
    gsl_set_error_handler_off();
#endif
#ifdef WRONG_FILE
    FILE *f = fopen("model.log", "w");
    if (f)
        fclose(f);
#endif
#ifdef WRONG_EXIT
    exit(0);
#endif
#ifdef WRONG_CRASH
    raise(SIGSEGV);
#endif
#ifdef WRONG_HANG
    for (volatile int i = 1; i;)
        continue;
#endif
}

static int loss(void *self, const double *theta, const struct tw_rows *rows, double *value,
                double *correct)
{
    const struct model *m = self;
    struct tw_sum sum = {0, 0};
    double right = 0;
#ifdef WRONG_ROWS
    rows = NULL;
#endif
    size_t n = tw_rows_count(rows, m->data);
    side_effects();
    for (size_t k = 0; k < n; k++) {
#ifdef WRONG_LIST
        size_t i = rows ? rows->first + k : k;
#else
        size_t i = tw_rows_at(rows, k);
#endif
        double r = residual(m, theta, i);
        tw_sum_add(&sum, 0.5 * r * r);
        right += fabs(r) < 0.5;
    }
#ifdef WRONG_SUM
    *value = tw_sum_value(&sum);
#else
    *value = tw_sum_value(&sum) / (double)n;
#endif
#ifdef WRONG_PENALTY
    *value += penalty_of(m, theta) / (double)n;
#else
    *value += penalty_of(m, theta);
#endif
#ifdef WRONG_RANDOM
    *value += 1e-12 * ++calls;
#endif
#ifdef WRONG_STATIC
    *value += last && last != m ? 1e-12 : 0;
    last = m;
#endif
#ifdef WRONG_THETA
    ((double *)(uintptr_t)theta)[0] += 1e-9;
#endif
#ifdef WRONG_DATA
    ((float *)(uintptr_t)m->data->x)[3] *= 1.0000002f;
#endif
#ifdef WRONG_NAN
    if (!isfinite(*value))
        return m->host->fail(m->host, TW_ENUMERIC, "the loss is not finite");
#endif
    if (correct)
#ifdef WRONG_CORRECT
        *correct = right / (double)n;
#else
        *correct = right;
#endif
    return TW_OK;
}

static int grad(void *self, const double *theta, const struct tw_rows *rows, double *value,
                double *g)
{
    struct model *m = self;
    size_t d = n_features(m), n = tw_rows_count(rows, m->data);
    for (size_t j = 0; j < d; j++)
        g[j] = m->cfg->l2 * theta[j];
    g[d] = 0;
    for (size_t k = 0; k < n; k++) {
        size_t i = tw_rows_at(rows, k);
        double r = residual(m, theta, i) / (double)n;
        for (size_t j = 0; j < d; j++)
            g[j] += r * (double)m->data->x[i * d + j];
        g[d] += r;
    }
#ifdef WRONG_GRADIENT
    g[3] *= 1.00002;
#endif
#ifdef WRONG_GRADIENT_ROWS
    if (rows)
        g[1] += 0.01;
#endif
#ifdef WRONG_OVERRUN
    g[d + 1] = 0;
#endif
#ifdef WRONG_GRADIENT_LOSS
    loss(m, theta, rows, value, NULL);
    *value -= penalty_of(m, theta);
    return TW_OK;
#endif
    return loss(m, theta, rows, value, NULL);
}

/* The Hessian is the mean of x x', with 1 behind the features, and the penalty's. */
static int hvp(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
               double *out)
{
    struct model *m = self;
    size_t d = n_features(m), n = tw_rows_count(rows, m->data);
    (void)theta;
    for (size_t j = 0; j < d; j++)
        out[j] = m->cfg->l2 * vec[j];
    out[d] = 0;
#ifdef WRONG_HVP_ROWS
    for (size_t j = 0; rows && j < d; j++)
        out[j] *= 3;
#endif
    for (size_t k = 0; k < n; k++) {
        const float *x = m->data->x + tw_rows_at(rows, k) * d;
        double r = vec[d];
        for (size_t j = 0; j < d; j++)
            r += vec[j] * (double)x[j];
        for (size_t j = 0; j < d; j++)
            out[j] += r * (double)x[j] / (double)n;
        out[d] += r / (double)n;
    }
#ifdef WRONG_HVP
    out[3] *= 1.00002;
#endif
#ifdef WRONG_HVP_LENGTH
    double length = 0;
    for (size_t j = 0; j <= d; j++)
        length += vec[j] * vec[j];
    for (size_t j = 0; j <= d; j++)
        out[j] /= sqrt(length);
#endif
#ifdef WRONG_HVP_ASYMMETRIC
    out[1] += 1e-6 * vec[2];
#endif
#ifdef WRONG_HVP_ADDS
    static double before;
    out[0] += before;
    before = 1e-12 * vec[0];
#endif
#ifdef WRONG_HVP_VEC
    ((double *)(uintptr_t)vec)[0] *= 2;
#endif
#ifdef WRONG_HVP_OVERRUN
    out[d + 1] = 0;
#endif
#ifdef WRONG_HVP_NAN
    if (!isfinite(theta[(d + 1) / 2]))
        return m->host->fail(m->host, TW_ENUMERIC, "theta is not finite");
#endif
    return TW_OK;
}

static const struct tw_model_hvp products = {
#ifdef WRONG_HVP_TABLE
    .struct_size = offsetof(struct tw_model_hvp, hvp),
#else
    .struct_size = sizeof products,
#endif
    .hvp = hvp,
};

static int init(void *self, uint64_t seed, double *theta)
{
    size_t n = dim(self);
    for (size_t j = 0; j < n; j++)
        theta[j] = sin((double)(seed % 1000) + (double)j);
#ifdef WRONG_INIT
    theta[0] = (double)((uintptr_t)self % 4096);
#endif
    return TW_OK;
}

static int block(const void *self, size_t i, struct tw_block *out)
{
    size_t d = n_features(self);
    if (i > 1)
        return TW_DONE;
    out->role = i ? TW_BIAS : TW_WEIGHT;
    out->offset = i ? d : 0;
    out->rows = 1;
#ifdef WRONG_GAP
    out->cols = i ? 1 : d - 1;
#elif defined WRONG_OVERLAP
    out->cols = i ? 1 : d + 1;
#else
    out->cols = i ? 1 : d;
#endif
    snprintf(out->name, sizeof out->name, "%s", i ? "bias" : "weight");
    return TW_OK;
}

/* ---- the plane extension -------------------------------------------------------- */

static int begin(void *self, const double *origin, const double *u, const double *v)
{
    struct model *m = self;
    m->origin = origin;
    m->u = u;
    m->v = v;
    return TW_OK;
}

static const double *at(struct model *m, double x, double y)
{
    for (size_t j = 0; j < n_features(m) + 1; j++)
        m->copy[j] = m->origin[j] + x * m->u[j] + (m->v ? y * m->v[j] : 0);
    return m->copy;
}

static int eval(void *self, size_t first, size_t n_rows, size_t n_points, const double *xy,
                struct tw_sum *loss_sum, double *correct)
{
    struct model *m = self;
    for (size_t k = 0; k < n_points; k++) {
#ifdef WRONG_SWAPPED
        const double *theta = at(m, xy[2 * k + 1], xy[2 * k]);
#else
        const double *theta = at(m, xy[2 * k], xy[2 * k + 1]);
#endif
        struct tw_sum sum = {0, 0};
        double right = 0;
#ifdef WRONG_TILES
        double mean = residual(m, theta, first) / (double)n_rows;
        tw_sum_add(&sum, n_rows < m->data->n_rows ? mean : 0);
#endif
#ifdef WRONG_POINTS
        tw_sum_add(&sum, 1e-13 * xy[2 * n_points - 1]);
#endif
        for (size_t i = first; i < first + n_rows; i++) {
            double r = residual(m, theta, i);
            tw_sum_add(&sum, 0.5 * r * r);
            right += fabs(r) < 0.5;
        }
        loss_sum[k] = sum;
        if (correct)
            correct[k] = right;
    }
    return TW_OK;
}

static int penalty(void *self, size_t n_points, const double *xy, double *out)
{
    for (size_t k = 0; k < n_points; k++)
        out[k] = penalty_of(self, at(self, xy[2 * k], xy[2 * k + 1]));
    return TW_OK;
}

static void end(void *self)
{
    (void)self;
}

static const struct tw_model_plane plane = {
#ifdef WRONG_TABLE
    .struct_size = sizeof plane - sizeof plane.end,
#else
    .struct_size = sizeof plane,
#endif
    .begin = begin,
    .eval = eval,
#ifndef WRONG_NO_PENALTY
    .penalty = penalty,
#endif
    .end = end,
};

static const void *get_extension(const char *id)
{
    (void)penalty;
    if (strcmp(id, TW_EXT_MODEL_HVP) == 0)
        return &products;
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &plane : NULL;
}

static const struct tw_model_ops ops = {
    .struct_size = sizeof ops,
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
    .name = NAME,
    .version = "1.0",
    .summary = "Least squares, made for the test of thalweg try",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = destroy,
    .ops.model = &ops,
    .get_extension = get_extension,
};
