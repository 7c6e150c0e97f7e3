/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symeigen.c -- the largest eigenpairs of a symmetric matrix: see symeigen.h. */
#include "util/symeigen.h"

#include "util/krylov.h"
#include "util/panel.h"
#include "util/parallel.h"
#include "util/rng.h"

#include <float.h>
#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHAT        "eigenvectors"
#define TICK_FROM   256 /* order of a matrix that takes long enough */
#define KRYLOV_FROM 512 /* likewise, for whose Krylov space it is worth it */
#define STRIPE      64  /* rows of a piece of work */
#define MIRROR      64
#define PRODUCTS    24 /* n over the products that may be spent on the Krylov space */

#define INVERSE_ITERATIONS 4
#define CLUSTER            1e-3 /* nearer eigenvalues, of norm 1, need orthogonalisation */

/* A symmetric tridiagonal matrix whose largest entry is 1, and room to factor it. */
struct tridiagonal {
    size_t n;
    double *d, *e;          /* diagonal: n; beside it: n - 1 */
    double *p, *q, *r, *l;  /* U has three diagonals p, q, r; multipliers l */
    unsigned char *swapped; /* rows i and i+1 changed places */
};

/* How many eigenvalues are below x (Sturm's sequence). */
static size_t count_below(const struct tridiagonal *t, double x)
{
    size_t count = 0;
    double q = 1;

    for (size_t i = 0; i < t->n; i++) {
        double off = i ? t->e[i - 1] * t->e[i - 1] : 0;

        q = t->d[i] - x - off / q;
        if (fabs(q) < DBL_MIN / DBL_EPSILON)
            q = -DBL_MIN / DBL_EPSILON;
        count += q < 0;
    }
    return count;
}

/* Eigenvalue number `j` from below.  Every one lies in [-3, 3] (Gershgorin). */
static double bisect(const struct tridiagonal *t, size_t j)
{
    double lo = -3, hi = 3;

    for (;;) {
        double mid = 0.5 * (lo + hi);

        if (!(mid > lo && mid < hi) || hi - lo < 0.25 * DBL_EPSILON * DBL_EPSILON)
            return mid;
        if (count_below(t, mid) > j)
            hi = mid;
        else
            lo = mid;
    }
}

/* Factor T - x into P L U with partial pivoting; a vanishing pivot becomes tiny,
 * which is what makes inverse iteration at an eigenvalue work. */
static void factor(struct tridiagonal *t, double x)
{
    size_t n = t->n;

    for (size_t i = 0; i < n; i++) {
        t->p[i] = t->d[i] - x;
        t->q[i] = i + 1 < n ? t->e[i] : 0;
        t->r[i] = 0;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        double below = t->e[i];

        t->swapped[i] = fabs(below) > fabs(t->p[i]);
        if (t->swapped[i]) {
            double p = t->p[i], q = t->q[i];

            t->l[i] = p / below;
            t->p[i] = below;
            t->q[i] = t->p[i + 1];
            t->r[i] = t->q[i + 1];
            t->p[i + 1] = q - t->l[i] * t->q[i];
            t->q[i + 1] = -t->l[i] * t->r[i];
        } else {
            if (fabs(t->p[i]) < DBL_EPSILON)
                t->p[i] = DBL_EPSILON;
            t->l[i] = below / t->p[i];
            t->p[i + 1] -= t->l[i] * t->q[i];
        }
    }
    if (fabs(t->p[n - 1]) < DBL_EPSILON)
        t->p[n - 1] = DBL_EPSILON;
}

static void solve(const struct tridiagonal *t, double *x)
{
    for (size_t i = 0; i + 1 < t->n; i++) {
        if (t->swapped[i]) {
            double s = x[i];

            x[i] = x[i + 1];
            x[i + 1] = s;
        }
        x[i + 1] -= t->l[i] * x[i];
    }
    for (size_t i = t->n; i-- > 0;) {
        if (i + 1 < t->n)
            x[i] -= t->q[i] * x[i + 1];
        if (i + 2 < t->n)
            x[i] -= t->r[i] * x[i + 2];
        x[i] /= t->p[i];
    }
}

static void normalise(double *x, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(x[i])); /* first, so that no square overflows */
    cblas_dscal((int)n, 1 / most, x, 1);
    cblas_dscal((int)n, 1 / sqrt(cblas_ddot((int)n, x, 1, x, 1)), x, 1);
}

/* x loses its part in the vectors from `first` up to `end`, and becomes a unit vector. */
static void orthogonalise(double *x, const double *vector, size_t first, size_t end, size_t n)
{
    for (int twice = 0; twice < 2; twice++) {
        for (size_t i = end; i-- > first;) {
            const double *y = vector + i * n;

            cblas_daxpy((int)n, -cblas_ddot((int)n, x, 1, y, 1), y, 1, x, 1);
        }
        normalise(x, n);
    }
}

/* Eigenvector number j of the tridiagonal matrix. In each round it is kept apart from those before
 * it that belong to nearly the same eigenvalue; in the end from all: what a round leaves of a
 * cluster may be so little that the others show in it. */
static void inverse_iterate(struct tridiagonal *t, size_t j, const double *value, double *vector)
{
    size_t n = t->n, first = j;
    double *x = vector + j * n;

    while (first > 0 && value[first - 1] - value[j] < CLUSTER)
        first--;
    for (size_t i = 0; i < n; i++)
        x[i] = rng_uniform(j, i) - 0.5;
    factor(t, value[j]);
    for (int round = 0; round < INVERSE_ITERATIONS; round++) {
        solve(t, x);
        normalise(x, n);
        orthogonalise(x, vector, first, j, n);
    }
    if (first > 0)
        orthogonalise(x, vector, 0, j, n);
}

/* Householder's reduction of the lower triangle, from the last row upwards, so that all it walks
 * along is contiguous. Row r keeps the vector of reflection r - 1 of tau, whose last entry is 1. */
static int tridiagonalise(double *a, struct tridiagonal *t, double *tau, double *image,
                          const struct tw_host *host)
{
    size_t n = t->n;

    for (size_t r = n - 1; r > 0; r--) {
        double *v = a + r * n, last = v[r - 1], rest, length, half;
        int m = (int)r;

        if (n >= TICK_FROM && host->tick(host, 1 - pow((double)r / (double)n, 3), WHAT))
            return TW_ECANCELLED;
        t->d[r] = v[r];
        rest = cblas_ddot(m - 1, v, 1, v, 1);
        t->e[r - 1] = last;
        tau[r - 1] = 0;
        if (rest < DBL_MIN / DBL_EPSILON) /* zero, or so small that its square root is not exact */
            continue;
        length = -copysign(sqrt(last * last + rest), last);
        t->e[r - 1] = length;
        tau[r - 1] = (length - last) / length;
        cblas_dscal(m - 1, 1 / (last - length), v, 1);
        v[r - 1] = 1;
        cblas_dsymv(CblasRowMajor, CblasLower, m, tau[r - 1], a, (int)n, v, 1, 0, image, 1);
        half = 0.5 * tau[r - 1] * cblas_ddot(m, image, 1, v, 1);
        cblas_daxpy(m, -half, v, 1, image, 1);
        cblas_dsyr2(CblasRowMajor, CblasLower, m, -1, v, 1, image, 1, a, (int)n);
    }
    t->d[0] = a[0];
    return TW_OK;
}

/* From the basis of the tridiagonal matrix to that of `a`. */
static void transform_back(const double *a, const double *tau, size_t n, size_t k, double *vector)
{
    for (size_t r = 1; r < n; r++)
        for (size_t j = 0; j < k && tau[r - 1] > 0; j++) {
            const double *v = a + r * n;
            double *x = vector + j * n;

            cblas_daxpy((int)r, -tau[r - 1] * cblas_ddot((int)r, v, 1, x, 1), v, 1, x, 1);
        }
}

/* The largest entry of the triangle, in absolute value, becomes 1; returns what it was. */
static double scale_down(double *a, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            most = fmax(most, fabs(a[i * n + j]));
    for (size_t i = 0; i < n && most > 0; i++)
        for (size_t j = 0; j <= i; j++)
            a[i * n + j] /= most;
    return most;
}

/* work: 8n doubles. */
static int eigen(double *a, size_t n, size_t k, double *value, double *vector, double *work,
                 unsigned char *swapped, const struct tw_host *host)
{
    struct tridiagonal t = {.n = n,
                            .d = work,
                            .e = work + n,
                            .p = work + 2 * n,
                            .q = work + 3 * n,
                            .r = work + 4 * n,
                            .l = work + 5 * n,
                            .swapped = swapped};
    double *tau = work + 6 * n, most = scale_down(a, n), scale = 0;
    int rc = tridiagonalise(a, &t, tau, work + 7 * n, host);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        scale = fmax(scale, fmax(fabs(t.d[i]), fabs(t.e[i])));
    for (size_t i = 0; i < n && scale > 0; i++) {
        t.d[i] /= scale;
        t.e[i] /= scale;
        if (fabs(t.e[i]) < DBL_EPSILON) /* the matrix falls apart here, to rounding */
            t.e[i] = 0;
    }
    for (size_t j = 0; j < k; j++) {
        value[j] = bisect(&t, n - 1 - j);
        inverse_iterate(&t, j, value, vector);
    }
    transform_back(a, tau, n, k, vector);
    for (size_t j = 0; j < k; j++)
        value[j] *= scale * most;
    return TW_OK;
}

int symeigen_dense(double *a, size_t n, size_t k, double *value, double *vector,
                   const struct tw_host *host)
{
    double *work = calloc(n, 8 * sizeof *work);
    unsigned char *swapped = calloc(n, 1);
    int rc = TW_ENOMEM;

    if (work && swapped)
        rc = eigen(a, n, k, value, vector, work, swapped, host);
    free(swapped);
    free(work);
    return rc;
}

/* ---- a few of many: the Krylov space of the matrix ---- */

struct product {
    const struct panel_kernels *kernels;
    const double *a; /* n x n, all of it */
    size_t n, panels;
    double *v, *y; /* panels n x PANEL: what is multiplied, and what comes of it */
    const struct tw_host *host;
};

static int multiply_stripe(void *ctx, size_t k)
{
    const struct product *p = ctx;
    size_t n = p->n, first = k * STRIPE, m = n - first < STRIPE ? n - first : STRIPE;

    for (size_t i = 0; i < p->panels; i++) {
        double *y = p->y + (i * n + first) * PANEL;

        memset(y, 0, m * PANEL * sizeof *y);
        p->kernels->times(p->a + first * n, m, n, p->v + i * n * PANEL, y, NULL);
    }
    return TW_OK;
}

static int multiply(const void *ctx, const double *v, size_t count, double *out)
{
    struct product p = *(const struct product *)ctx;
    int rc;

    if (p.host->tick(p.host, 0, WHAT))
        return TW_ECANCELLED;
    panel_from_rows(v, count, p.n, p.v);
    p.panels = (count + PANEL - 1) / PANEL;
    rc = parallel_run(p.host, (p.n + STRIPE - 1) / STRIPE, multiply_stripe, &p);
    panel_to_rows(p.y, count, p.n, out);
    return rc;
}

static void mirror(double *a, size_t n)
{
    for (size_t top = 0; top < n; top += MIRROR)
        for (size_t left = 0; left <= top; left += MIRROR)
            for (size_t i = top; i < n && i < top + MIRROR; i++)
                for (size_t j = left; j < i && j < left + MIRROR; j++)
                    a[j * n + i] = a[i * n + j];
}

int symeigen_top(double *a, size_t n, size_t k, double *value, double *vector,
                 const struct tw_host *host)
{
    struct product product = {.kernels = panel_kernels(), .a = a, .n = n, .host = host};
    struct krylov problem = {
        .n = n, .k = k, .apply = multiply, .ctx = &product, .most = n / PRODUCTS, .host = host};
    double most = 0;
    int rc = TW_ENOMEM;

    if (n < KRYLOV_FROM || k > n / 16)
        return symeigen_dense(a, n, k, value, vector, host);
    product.v = calloc(n, krylov_block(k) * sizeof *product.v);
    product.y = calloc(n, krylov_block(k) * sizeof *product.y);
    if (product.v && product.y) {
        most = scale_down(a, n);
        mirror(a, n);
        rc = krylov_top(&problem, value, vector);
    }
    free(product.v);
    free(product.y);
    if (rc == TW_DONE)
        rc = symeigen_dense(a, n, k, value, vector, host);
    for (size_t j = 0; j < k && rc == TW_OK; j++)
        value[j] *= most;
    return rc;
}
