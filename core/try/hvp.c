/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hvp.c -- see try.h: a model's Hessian times vector against its own gradient.
 *
 * With noise e in the gradient, central differences over h are off by about e/h + h^2, as in
 * gradient.c.  A gradient jumps at a kink of the loss, where differences show a slope that the
 * Hessian does not have: what is off gets two more chances with smaller steps, where there are
 * fewer kinks and the noise weighs more.
 */
#include "../model.h"
#include "try.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VECTORS = 3 };

struct products {
    struct tw_model_hvp ops;
    struct bound *b;
    double *vec[VECTORS]; /* random, but for the last: 0.5 of the first less 2 of the second */
};

/* 1 after try_skip() when there is no such extension. */
static int products_new(struct trial *t, struct bound *b, struct products *p)
{
    uint64_t state = 31;
    struct error err = {0};
    *p = (struct products){.b = b};
    int rc = model_hvp_table(t->plugin, &p->ops, &err);
    if (rc < 0)
        return try_fail(t, "%s", err.text);
    if (rc > 0)
        return try_skip(t, "no extension " TW_EXT_MODEL_HVP);
    for (size_t k = 0; k < VECTORS; k++) {
        p->vec[k] = try_fence(t, b->dim * sizeof **p->vec);
        if (!p->vec[k])
            return -1;
    }
    for (size_t j = 0; j < b->dim; j++) {
        p->vec[0][j] = try_random(&state);
        p->vec[1][j] = try_random(&state);
        p->vec[2][j] = 0.5 * p->vec[0][j] - 2 * p->vec[1][j];
    }
    return 0;
}

/* A product, fenced; 1 after try_skip() when it is not available. */
static int product(struct trial *t, const struct products *p, const double *theta,
                   const struct tw_rows *rows, const double *vec, double **out)
{
    struct bound *b = p->b;
    double *to = try_fence(t, b->dim * sizeof *to);
    if (!to)
        return -1;
    for (size_t j = 0; j < b->dim; j++)
        to[j] = NAN; /* it must set all, not add */
    int rc = p->ops.hvp(b->inst->self, theta, rows, vec, to);
    if (rc == TW_ENOTSUP && !try_reason(b->inst))
        return try_skip(t, "hvp() returned TW_ENOTSUP: the host takes differences");
    if (rc != TW_OK)
        return try_refused(t, b->inst, rc, "hvp()");
    if (!try_fence_holds(to))
        return try_fail(t, "hvp() writes outside the %zu entries of the product", b->dim);
    *out = to;
    return 0;
}

static int products_at(struct trial *t, const struct products *p, double *out[VECTORS])
{
    for (size_t k = 0; k < VECTORS; k++) {
        int rc = product(t, p, p->b->theta, NULL, p->vec[k], &out[k]);
        if (rc != 0)
            return rc;
        for (size_t j = 0; j < p->b->dim; j++)
            if (!isfinite(out[k][j]))
                return try_fail(t, "entry %zu of the product is %g, where the loss is %g", j,
                                out[k][j], p->b->loss);
    }
    return 0;
}

static double largest(size_t n, const double *v)
{
    double most = 0;
    for (size_t j = 0; j < n; j++)
        most = fmax(most, fabs(v[j]));
    return most;
}

/* ---- against the gradient ------------------------------------------------------- */

struct slopes {
    struct bound *b;
    double *at, *up, *down;
    double noise; /* of an entry of the gradient */
};

static int gradient_at(struct slopes *s, double far, const double *vec, double *grad)
{
    struct bound *b = s->b;
    double loss;
    for (size_t j = 0; j < b->dim; j++)
        s->at[j] = b->theta[j] + far * vec[j];
    int rc = b->ops->grad(b->inst->self, s->at, NULL, &loss, grad);
    return rc == TW_OK ? 0 : try_refused(b->t, b->inst, rc, "grad()");
}

/* As the noise of the loss in bound.c. */
static int gradient_noise(struct slopes *s, const double *vec)
{
    static const double binomial[] = {-1, 3, -3, 1};
    size_t n = s->b->dim;
    memset(s->up, 0, n * sizeof *s->up);
    for (size_t k = 0; k < 4; k++) {
        if (gradient_at(s, 1e-7 * (double)k, vec, s->down) < 0)
            return -1;
        for (size_t j = 0; j < n; j++)
            s->up[j] += binomial[k] * s->down[j];
    }
    s->noise = fmax(largest(n, s->up) / sqrt(20), DBL_EPSILON * largest(n, s->down));
    return 0;
}

static int against(struct trial *t, struct slopes *s, const double *vec, const double *product)
{
    size_t n = s->b->dim, where = 0, wrong = n;
    double most = largest(n, product), central = 0, tolerance = 0;
    double h0 = cbrt(s->noise / fmax(most, 1e-3));
    unsigned char *held = calloc(n, 1);
    if (!held)
        return try_fail(t, "out of memory");
    h0 = fmin(fmax(h0, 6e-6), 1e-2);
    for (double shrink = 1; shrink > 1e-3 && wrong > 0; shrink *= 0.1) {
        double h = h0 * shrink;
        if (gradient_at(s, h, vec, s->up) < 0 || gradient_at(s, -h, vec, s->down) < 0)
            return -1;
        double allowed = fmin(fmax(1e-6, 100 * h0 * h0), 2e-2) * most + 8 * s->noise / h;
        wrong = 0;
        for (size_t j = 0; j < n; j++) {
            double slope = (s->up[j] - s->down[j]) / (2 * h);
            if (held[j] || fabs(slope - product[j]) <= allowed) {
                held[j] = 1;
            } else if (wrong++ == 0) {
                where = j;
                central = slope;
                tolerance = allowed;
            }
        }
    }
    free(held);
    if (wrong == 0)
        return 0;
    return try_fail(t, "entry %zu: %.9g against %.9g (tolerance %.2g)", where, product[where],
                    central, tolerance);
}

int try_hvp(struct trial *t, struct bound *b)
{
    struct products p;
    double *out[VECTORS];
    int rc = products_new(t, b, &p);
    if (rc == 0)
        rc = products_at(t, &p, out);
    if (rc != 0)
        return rc;
    if (!b->ops->grad)
        return try_skip(t, "no grad() to hold it against");
    struct slopes s = {.b = b};
    s.at = arena_array(&t->mem, 3 * b->dim, sizeof *s.at);
    if (!s.at)
        return try_fail(t, "out of memory");
    s.up = s.at + b->dim;
    s.down = s.up + b->dim;
    if (gradient_noise(&s, p.vec[0]) < 0)
        return -1;
    for (size_t k = 0; k < VECTORS && rc == 0; k++)
        rc = against(t, &s, p.vec[k], out[k]);
    return rc;
}

/* ---- what holds for every Hessian --------------------------------------------------- */

static double relative_noise(const struct bound *b)
{
    return 1e-9 + 1e3 * b->noise / fmax(fabs(b->loss), 1e-3);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += a[j] * b[j];
    return sum;
}

int try_hvp_symmetric(struct trial *t, struct bound *b)
{
    struct products p;
    double *out[VECTORS];
    int rc = products_new(t, b, &p);
    if (rc == 0)
        rc = products_at(t, &p, out);
    if (rc != 0)
        return rc;
    double allowed = relative_noise(b) * largest(b->dim, out[2]);
    for (size_t j = 0; j < b->dim; j++) {
        double sum = 0.5 * out[0][j] - 2 * out[1][j];
        if (!(fabs(out[2][j] - sum) <= allowed))
            return try_fail(t, "not linear in vec: entry %zu is %.12g, but %.12g from the parts", j,
                            out[2][j], sum);
    }
    double ab = dot(b->dim, p.vec[0], out[1]), ba = dot(b->dim, p.vec[1], out[0]);
    double size = sqrt(dot(b->dim, p.vec[0], p.vec[0]) * dot(b->dim, out[1], out[1]));
    if (!(fabs(ab - ba) <= relative_noise(b) * size))
        return try_fail(t, "not symmetric: a.Hb is %.12g, b.Ha %.12g", ab, ba);
    return 0;
}

int try_hvp_rows(struct trial *t, struct bound *b)
{
    uint32_t every_third[3][TRY_ROWS];
    struct products p;
    double *whole, *part;
    int rc = products_new(t, b, &p);
    if (rc == 0)
        rc = product(t, &p, b->theta, NULL, p.vec[0], &whole);
    if (rc != 0)
        return rc;
    if (!b->data)
        return try_skip(t, "without data there are no rows");
    double *sum = arena_array(&t->mem, b->dim, sizeof *sum);
    if (!sum)
        return try_fail(t, "out of memory");
    for (size_t k = 0; k < 3; k++) {
        struct tw_rows rows = {every_third[k], 0, 0};
        for (size_t i = k; i < b->n; i += 3)
            every_third[k][rows.n++] = (uint32_t)i;
        rc = product(t, &p, b->theta, &rows, p.vec[0], &part);
        if (rc != 0)
            return rc;
        for (size_t j = 0; j < b->dim; j++)
            sum[j] += (double)rows.n / (double)b->n * part[j];
    }
    double allowed = relative_noise(b) * largest(b->dim, whole) + 1e-14;
    for (size_t j = 0; j < b->dim; j++)
        if (!(fabs(sum[j] - whole[j]) <= allowed))
            return try_fail(t, "entry %zu: %.9g on average, but %.9g together (tolerance %.2g)", j,
                            sum[j], whole[j], allowed);
    return 0;
}

/* ---- the call itself ----------------------------------------------------------------- */

static int same_product(struct trial *t, const struct products *p, const double *want,
                        const char *when)
{
    double *again;
    int rc = product(t, p, p->b->theta, NULL, p->vec[0], &again);
    for (size_t j = 0; j < p->b->dim && rc == 0; j++)
        if (!try_same(&again[j], &want[j], 1))
            rc = try_fail(t, "%s entry %zu is %.17g, not %.17g", when, j, again[j], want[j]);
    return rc;
}

/* Theta that is not finite is no error either. */
int try_hvp_again(struct trial *t, struct bound *b)
{
    struct products p, q;
    struct bound c;
    double *first, *other, loss, *theta = try_fence(t, b->dim * sizeof *theta), *keep;
    int rc = theta ? products_new(t, b, &p) : -1;
    if (rc == 0)
        rc = product(t, &p, b->theta, NULL, p.vec[0], &first);
    if (rc != 0)
        return rc;
    keep = arena_array(&t->mem, b->dim, sizeof *keep);
    if (!keep)
        return try_fail(t, "out of memory");
    memcpy(theta, b->theta, b->dim * sizeof *theta);
    memcpy(keep, p.vec[1], b->dim * sizeof *keep);
    if (product(t, &p, theta, NULL, p.vec[1], &other) != 0)
        return -1;
    if (!try_same(theta, b->theta, b->dim) || !try_fence_holds(theta))
        return try_fail(t, "hvp() changes theta");
    if (!try_same(keep, p.vec[1], b->dim) || !try_fence_holds(p.vec[1]))
        return try_fail(t, "hvp() changes vec");
    if (same_product(t, &p, first, "after another vec") != 0)
        return -1;
    for (size_t i = 0; i < 3; i++) {
        theta[b->dim / 2] = i == 0 ? NAN : i == 1 ? INFINITY : 1e300;
        if (product(t, &p, theta, NULL, p.vec[0], &other) != 0)
            return -1;
    }
    if (same_product(t, &p, first, "after a theta that is not finite") != 0 ||
        bound_loss(b, b->theta, NULL, &loss, NULL) < 0)
        return -1;
    if (!try_same(&loss, &b->loss, 1))
        return try_fail(t, "after hvp() the loss is %.17g, not %.17g", loss, b->loss);
    if (bound_again(b, &c) < 0)
        return -1;
    q = p;
    q.b = &c;
    rc = same_product(t, &q, first, "of another instance");
    instance_free(c.inst);
    return rc;
}
