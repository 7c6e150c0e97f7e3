/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradient.c -- see try.h: a model's gradient.
 *
 * With noise e in the loss (see model.c), central differences over h are
 * off by about e/h + h^2: least at h = e^(1/3), where it is e^(2/3).  A hundred
 * times that is allowed, between 1e-6 and 2e-2 of the largest entry.
 *
 * A kink within h (relu, hinge) makes central differences wrong, not the
 * gradient; but then the gradient still lies between the two one-sided
 * differences, and that is enough.  What lies outside gets a second chance with
 * a smaller h, where there are fewer kinks.
 */
#include "try.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES 300 /* of theta that are looked at, if there are more */

struct differ {
    struct bound *b;
    double *at;         /* theta, one entry of it moved */
    double h, relative; /* for an entry of 1; what is allowed, of the largest entry */
    double largest;     /* magnitude in the gradient */
};

/* By how much g lies outside; central difference to *central. */
static int excess(struct differ *d, size_t j, double g, double shrink, double *out, double *central,
                  double *tolerance)
{
    struct bound *b = d->b;
    double up, down, h = d->h * shrink * fmax(1, fabs(b->theta[j]));
    double above = b->theta[j] + h, below = b->theta[j] - h;
    d->at[j] = above;
    if (bound_loss(b, d->at, NULL, &up, NULL) < 0)
        return -1;
    d->at[j] = below;
    if (bound_loss(b, d->at, NULL, &down, NULL) < 0)
        return -1;
    d->at[j] = b->theta[j];
    double right = (up - b->loss) / (above - b->theta[j]);
    double left = (b->loss - down) / (b->theta[j] - below);
    *central = (up - down) / (above - below);
    *tolerance = d->relative * d->largest + 8 * b->noise / h;
    double over = fmax(g - fmax(left, right), fmin(left, right) - g);
    *out = over <= *tolerance ? 0 : over / *tolerance; /* NaN counts, too */
    return 0;
}

static int compare(struct trial *t, struct differ *d, const double *g)
{
    struct bound *b = d->b;
    size_t stride = b->dim > ENTRIES ? (b->dim + ENTRIES - 1) / ENTRIES : 1;
    if (stride > 1)
        stride |= 1; /* not always the same column of a layer */
    double worst = 0, worst_central = 0, worst_tolerance = 0;
    size_t where = 0;
    for (size_t j = 0; j < b->dim; j += stride) {
        double over = 1, central, tolerance, ignored;
        if (excess(d, j, g[j], 1, &over, &central, &tolerance) < 0)
            return -1;
        if (over != 0 && excess(d, j, g[j], 0.1, &over, &ignored, &tolerance) < 0)
            return -1;
        if (!(over <= worst)) {
            worst = isnan(over) ? HUGE_VAL : over;
            worst_central = central;
            worst_tolerance = tolerance;
            where = j;
        }
    }
    if (worst == 0)
        return 0;
    return try_fail(t, "parameter %zu: %.6g against %.6g (tolerance %.2g)", where, g[where],
                    worst_central, worst_tolerance);
}

/* The gradient at the test point, fenced. */
static int gradient(struct trial *t, struct bound *b, const struct tw_rows *rows, double *loss,
                    double **out)
{
    double *g = try_fence(t, b->dim * sizeof *g);
    if (!g)
        return -1;
    if (!b->ops->grad)
        return try_skip(t, "no grad(): the host takes central differences");
    for (size_t j = 0; j < b->dim; j++)
        g[j] = NAN; /* it must set all, not add */
    *loss = NAN;
    int rc = b->ops->grad(b->inst->self, b->theta, rows, loss, g);
    if (rc != TW_OK)
        return try_refused(t, b->inst, rc, "grad()");
    if (!try_fence_holds(g))
        return try_fail(t, "writes outside the %zu entries of the gradient", b->dim);
    for (size_t j = 0; j < b->dim; j++)
        if (!isfinite(g[j]))
            return try_fail(t, "entry %zu of the gradient is %g, where the loss is %g", j, g[j],
                            b->loss);
    *out = g;
    return 0;
}

int try_gradient(struct trial *t, struct bound *b)
{
    double *g, loss;
    int rc = gradient(t, b, NULL, &loss, &g);
    if (rc != 0)
        return rc;
    double noise = b->noise / fmax(fabs(b->loss), 1e-3);
    struct differ d = {.b = b, .h = fmin(cbrt(noise), 1e-2)};
    d.relative = fmin(fmax(1e-6, 100 * d.h * d.h), 2e-2);
    for (size_t j = 0; j < b->dim; j++)
        d.largest = fmax(d.largest, fabs(g[j]));
    d.at = malloc(b->dim * sizeof *d.at);
    if (!d.at)
        return try_fail(t, "out of memory");
    memcpy(d.at, b->theta, b->dim * sizeof *d.at);
    rc = compare(t, &d, g);
    free(d.at);
    return rc;
}

int try_gradient_loss(struct trial *t, struct bound *b)
{
    double *g, *again, loss;
    int rc = gradient(t, b, NULL, &loss, &g);
    if (rc != 0)
        return rc;
    double tolerance = bound_tolerance(b, b->loss);
    if (!(fabs(loss - b->loss) <= tolerance))
        return try_fail(t, "grad() says %.12g, loss() %.12g (tolerance %.2g)", loss, b->loss,
                        tolerance);
    if (gradient(t, b, NULL, &loss, &again) < 0)
        return -1;
    for (size_t j = 0; j < b->dim; j++)
        if (!try_same(&g[j], &again[j], 1))
            return try_fail(t, "entry %zu is %.17g, then %.17g", j, g[j], again[j]);
    return 0;
}

int try_gradient_rows(struct trial *t, struct bound *b)
{
    uint32_t every_third[3][TRY_ROWS];
    double *whole, *part, loss, largest = 0;
    int rc = gradient(t, b, NULL, &loss, &whole);
    if (rc != 0)
        return rc;
    if (!b->data)
        return try_skip(t, "without data there are no rows");
    double *sum = calloc(b->dim, sizeof *sum);
    if (!sum)
        return try_fail(t, "out of memory");
    for (size_t k = 0; k < 3; k++) {
        struct tw_rows rows = {every_third[k], 0, 0};
        for (size_t i = k; i < b->n; i += 3)
            every_third[k][rows.n++] = (uint32_t)i;
        if (gradient(t, b, &rows, &loss, &part) < 0)
            return -1;
        for (size_t j = 0; j < b->dim; j++)
            sum[j] += (double)rows.n / (double)b->n * part[j];
    }
    for (size_t j = 0; j < b->dim; j++)
        largest = fmax(largest, fabs(whole[j]));
    double relative = 1e-9 + 1e4 * b->noise / fmax(fabs(b->loss), 1e-3);
    for (size_t j = 0; j < b->dim; j++)
        if (!(fabs(sum[j] - whole[j]) <= relative * largest + 1e-14))
            return try_fail(t, "entry %zu: %.9g on average, but %.9g together (tolerance %.2g)", j,
                            sum[j], whole[j], relative * largest);
    free(sum);
    return 0;
}
