/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symeigen.c -- the largest eigenpairs of a symmetric matrix: see symeigen.h. */
#include "util/symeigen.h"

#include "util/rng.h"

#include <float.h>
#include <gsl/gsl_cblas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INVERSE_ITERATIONS 4
#define CLUSTER            1e-3 /* eigenvalues nearer than this, of norm 1, need orthogonalisation */

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
    double most = 0, norm;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(x[i])); /* first, so that no square overflows */
    cblas_dscal((int)n, 1 / most, x, 1);
    norm = cblas_dnrm2((int)n, x, 1);
    cblas_dscal((int)n, 1 / norm, x, 1);
}

/* Eigenvector number j of the tridiagonal matrix, orthogonal to those before it
 * that belong to nearly the same eigenvalue. */
static void inverse_iterate(struct tridiagonal *t, size_t j, const double *value, double *vector)
{
    size_t n = t->n;
    double *x = vector + j * n;

    for (size_t i = 0; i < n; i++)
        x[i] = rng_uniform(j, i) - 0.5;
    factor(t, value[j]);
    for (int round = 0; round < INVERSE_ITERATIONS; round++) {
        solve(t, x);
        normalise(x, n);
        for (int twice = 0; twice < 2; twice++)
            for (size_t i = j; i-- > 0 && value[i] - value[j] < CLUSTER;) {
                const double *y = vector + i * n;

                cblas_daxpy((int)n, -cblas_ddot((int)n, x, 1, y, 1), y, 1, x, 1);
            }
        normalise(x, n);
    }
}

/* From the basis of the tridiagonal matrix to that of `a`, where GSL left the
 * reflectors below the subdiagonal. */
static void transform_back(const double *a, const double *tau, size_t n, size_t k, double *vector,
                           double *column)
{
    for (size_t i = n - 2; i-- > 0;) {
        int m = (int)(n - i - 1);

        column[0] = 1;
        for (int r = 1; r < m; r++)
            column[r] = a[(i + 1 + (size_t)r) * n + i];
        for (size_t j = 0; j < k; j++) {
            double *x = vector + j * n + i + 1;

            cblas_daxpy(m, -tau[i] * cblas_ddot(m, column, 1, x, 1), column, 1, x, 1);
        }
    }
}

/* n >= 2; work: 7n doubles. */
static void eigen(double *a, size_t n, size_t k, double *value, double *vector, double *work,
                  unsigned char *swapped)
{
    struct tridiagonal t = {.n = n,
                            .d = work,
                            .e = work + n,
                            .p = work + 2 * n,
                            .q = work + 3 * n,
                            .r = work + 4 * n,
                            .l = work + 5 * n,
                            .swapped = swapped};
    double *tau = work + 6 * n, scale = 0;
    gsl_matrix_view m = gsl_matrix_view_array(a, n, n);
    gsl_vector_view v = gsl_vector_view_array(tau, n - 1);

    gsl_linalg_symmtd_decomp(&m.matrix, &v.vector);
    for (size_t i = 0; i < n; i++) {
        t.d[i] = a[i * n + i];
        t.e[i] = i + 1 < n ? a[(i + 1) * n + i] : 0;
        scale = fmax(scale, fmax(fabs(t.d[i]), fabs(t.e[i])));
    }
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
    transform_back(a, tau, n, k, vector, t.p);
    for (size_t j = 0; j < k; j++)
        value[j] *= scale;
}

int symeigen_top(double *a, size_t n, size_t k, double *value, double *vector)
{
    double *work;
    unsigned char *swapped;
    int rc = -1;

    if (n == 1) {
        value[0] = a[0];
        vector[0] = 1;
        return 0;
    }
    work = calloc(n, 7 * sizeof *work);
    swapped = calloc(n, 1);
    if (work && swapped) {
        eigen(a, n, k, value, vector, work, swapped);
        rc = 0;
    }
    free(swapped);
    free(work);
    return rc;
}
