/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.c -- see probe.h. */
#include "probe.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <math.h>
#include <stdlib.h>

#define BUDGET 1e10 /* about half a second of matrix products on one core */
#define DEAR   1e8  /* rows x parameters */

void probe_init(struct probe *p, struct model *model, const struct plane *plane, bool line,
                const struct environment *env)
{
    *p =
        (struct probe){.model = model, .plane = plane, .env = *env, .line = line, .budget = BUDGET};
    p->env.progress = NULL;
}

void probe_free(struct probe *p)
{
    free(p->theta);
    free(p->gradient);
    free(p->product);
    *p = (struct probe){0};
}

/* ---- losses --------------------------------------------------------------------- */

struct loose {
    double x, y;
    size_t index;
};

static int by_row(const void *a, const void *b)
{
    const struct loose *p = a, *q = b;
    if (p->y != q->y)
        return p->y < q->y ? -1 : 1;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

int probe_loss(struct probe *p, size_t n, const double *xy, double *loss, struct error *err)
{
    if (n == 0)
        return 0;
    struct loose *at = calloc(n, sizeof *at);
    double *sorted = calloc(n, 4 * sizeof *sorted);
    if (!at || !sorted) {
        free(at);
        free(sorted);
        return error_nomem(err);
    }
    for (size_t i = 0; i < n; i++)
        at[i] = (struct loose){xy[2 * i], p->line ? 0 : xy[2 * i + 1], i};
    qsort(at, n, sizeof *at, by_row);
    for (size_t i = 0; i < n; i++) {
        sorted[2 * i] = at[i].x;
        sorted[2 * i + 1] = at[i].y;
    }
    struct points points = {.model = p->model,
                            .plane = &p->plane->view,
                            .env = &p->env,
                            .n = n,
                            .loose = sorted,
                            .trusted = true,
                            .loss = sorted + 2 * n,
                            .accuracy = sorted + 3 * n};
    int rc = points_evaluate(&points, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        loss[at[i].index] = points.loss[i];
    p->n_points += n;
    free(sorted);
    free(at);
    return rc;
}

/* Differences of order k of values with independent errors s have the variance
 * s^2 (2k)!/(k!)^2; the smooth part goes down with the order.  Take the first order from
 * which the estimate stays the same within a factor. */
#define NOISE_POINTS 9
int probe_noise(struct probe *p, double x, double y, double dx, struct error *err)
{
    double xy[2 * NOISE_POINTS], d[NOISE_POINTS], sigma[NOISE_POINTS] = {0}, gamma = 1;
    for (int i = 0; i < NOISE_POINTS; i++) {
        xy[2 * i] = x + (i - NOISE_POINTS / 2) * dx;
        xy[2 * i + 1] = y;
    }
    if (probe_loss(p, NOISE_POINTS, xy, d, err) < 0)
        return -1;
    double least = 0;
    for (int i = 0; i < NOISE_POINTS; i++)
        least = fmax(least, DBL_EPSILON * fabs(d[i]));
    p->noise = least;
    for (int k = 1; k < NOISE_POINTS - 1; k++) {
        double sum = 0;
        gamma *= 0.5 * k / (2.0 * k - 1);
        for (int i = 0; i + k < NOISE_POINTS; i++) {
            d[i] = d[i + 1] - d[i];
            sum += d[i] * d[i];
        }
        sigma[k] = sqrt(gamma * sum / (NOISE_POINTS - k));
        if (k >= 3 && sigma[k] > 0.25 * sigma[k - 2] && sigma[k] < 4 * sigma[k - 2]) {
            p->noise = fmax(least, sigma[k]);
            break;
        }
    }
    if (!isfinite(p->noise))
        p->noise = 0;
    return 0;
}

/* ---- derivatives ---------------------------------------------------------------- */

static double cost(const struct probe *p)
{
    const struct model *m = p->model;
    double one = (double)(m->n_rows ? m->n_rows : 1) * (double)m->dim;
    return m->ops->grad ? one : 2 * one * (double)m->dim;
}

bool probe_affords(const struct probe *p, size_t n_gradients)
{
    return (double)n_gradients * cost(p) <= p->budget;
}

bool probe_is_dear(const struct probe *p)
{
    const struct model *m = p->model;
    return (double)m->n_rows * (double)m->dim > DEAR;
}

static void spend(struct probe *p, size_t n_gradients)
{
    p->n_gradients += n_gradients;
    p->budget -= (double)n_gradients * cost(p);
}

static int buffers(struct probe *p, struct error *err)
{
    size_t bytes = p->model->dim * sizeof(double);
    if (!p->theta)
        p->theta = malloc(bytes);
    if (!p->gradient)
        p->gradient = malloc(bytes);
    if (!p->product)
        p->product = malloc(bytes);
    return p->theta && p->gradient && p->product ? 0 : error_nomem(err);
}

static double dot(const double *a, const double *b, size_t n)
{
    gsl_vector_const_view x = gsl_vector_const_view_array(a, n);
    gsl_vector_const_view y = gsl_vector_const_view_array(b, n);
    double sum;
    gsl_blas_ddot(&x.vector, &y.vector, &sum);
    return sum;
}

static void place(struct probe *p, double x, double y)
{
    const struct tw_plane *v = &p->plane->view;
    for (size_t j = 0; j < p->model->dim; j++)
        p->theta[j] = v->origin[j] + x * v->u[j] + (p->line ? 0 : y * v->v[j]);
}

/* A call of the objective: it says why it failed, or was interrupted. */
static int called(const struct probe *p, int rc, struct error *err)
{
    if (rc >= 0 && !(p->env.stop && *p->env.stop))
        return 0;
    if (p->env.stop && *p->env.stop)
        return error_set(err, FAULT_INTERRUPT, "interrupted");
    return err->fault ? -1 : error_set(err, FAULT_RUN, "the gradient of the model failed");
}

int probe_gradient(struct probe *p, double x, double y, double *loss, double g[2],
                   struct error *err)
{
    const struct tw_plane *v = &p->plane->view;
    if (buffers(p, err) < 0)
        return -1;
    place(p, x, y);
    spend(p, 1);
    const struct tw_objective *f = model_objective(p->model, err);
    if (called(p, f->grad(f, p->theta, NULL, loss, p->gradient), err) < 0)
        return -1;
    g[0] = dot(p->gradient, v->u, p->model->dim);
    g[1] = p->line ? 0 : dot(p->gradient, v->v, p->model->dim);
    return 0;
}

int probe_hessian(struct probe *p, double x, double y, struct hessian *h, struct error *err)
{
    const struct tw_plane *v = &p->plane->view;
    size_t n = p->model->dim;
    if (buffers(p, err) < 0)
        return -1;
    place(p, x, y);
    spend(p, p->line ? 2 : 4);
    *h = (struct hessian){0};
    const struct tw_objective *f = model_objective(p->model, err);
    if (called(p, f->hvp(f, p->theta, NULL, v->u, p->product), err) < 0)
        return -1;
    h->xx = dot(p->product, v->u, n);
    if (p->line)
        return 0;
    double across = dot(p->product, v->v, n);
    if (called(p, f->hvp(f, p->theta, NULL, v->v, p->product), err) < 0)
        return -1;
    h->xy = 0.5 * (across + dot(p->product, v->u, n));
    h->yy = dot(p->product, v->v, n);
    return 0;
}
