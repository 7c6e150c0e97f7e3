/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pca.c -- principal components from a covariance or Gram matrix: see pca.h. */
#include "util/pca.h"

#include "util/symeigen.h"

#include <gsl/gsl_cblas.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define BLOCK 262144 /* doubles of a block: 2 MiB */
#define WHAT  "principal components"

/* What pca_fit() works with. */
struct work {
    const struct pca_rows *rows;
    const struct tw_host *host;
    size_t side; /* of the matrix: min(n, d) */
    size_t step; /* rows (covariance) or columns (Gram) of a block */
    double *a;   /* side x side, lower triangle */
    double *block;
    double *anchor;         /* row 0 */
    double *value, *vector; /* k and k x side */
};

static int nomem(const struct tw_host *host, const struct pca_rows *rows)
{
    return host->fail(host, TW_ENOMEM, "out of memory: principal components of %zu x %zu numbers",
                      rows->n, rows->d);
}

static int tick(const struct work *w, double fraction)
{
    return w->host->tick(w->host, fraction, WHAT) ? TW_ECANCELLED : TW_OK;
}

/* The mean is row 0 plus the mean difference from row 0: a column that is
 * constant becomes zero exactly, and little is lost when all rows are alike. */
static void add_difference(double *mean, const double *row, const double *anchor, size_t count)
{
    for (size_t j = 0; j < count; j++)
        mean[j] += row[j] - anchor[j];
}

static void finish_mean(double *mean, const double *anchor, size_t count, size_t n)
{
    for (size_t j = 0; j < count; j++)
        mean[j] = anchor[j] + mean[j] / (double)n;
}

/* ---- n > d: the covariance, from blocks of rows ---- */

static size_t read_rows(const struct work *w, size_t first)
{
    const struct pca_rows *rows = w->rows;
    size_t m = rows->n - first < w->step ? rows->n - first : w->step;

    for (size_t i = 0; i < m; i++)
        rows->read(rows->ctx, first + i, 0, rows->d, w->block + i * rows->d);
    return m;
}

static int covariance(struct work *w, double *mean)
{
    size_t n = w->rows->n, d = w->rows->d, m;

    w->rows->read(w->rows->ctx, 0, 0, d, w->anchor);
    for (size_t first = 0; first < n; first += m) {
        m = read_rows(w, first);
        for (size_t i = 0; i < m; i++)
            add_difference(mean, w->block + i * d, w->anchor, d);
    }
    finish_mean(mean, w->anchor, d, n);
    for (size_t first = 0; first < n; first += m) {
        if (tick(w, (double)first / (double)n) < 0)
            return TW_ECANCELLED;
        m = read_rows(w, first);
        for (size_t i = 0; i < m; i++)
            cblas_daxpy((int)d, -1, mean, 1, w->block + i * d, 1);
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)d, (int)m, 1, w->block, (int)d, 1,
                    w->a, (int)d);
    }
    return TW_OK;
}

/* ---- n <= d: the Gram matrix, from blocks of columns ---- */

/* Columns first .. first+m-1 of all rows, n x m, centred once `mean` is known. */
static size_t read_columns(const struct work *w, size_t first)
{
    const struct pca_rows *rows = w->rows;
    size_t m = rows->d - first < w->step ? rows->d - first : w->step;

    for (size_t i = 0; i < rows->n; i++)
        rows->read(rows->ctx, i, first, m, w->block + i * m);
    return m;
}

static void centre_columns(const struct work *w, size_t m, const double *mean)
{
    for (size_t i = 0; i < w->rows->n; i++)
        cblas_daxpy((int)m, -1, mean, 1, w->block + i * m, 1);
}

static int gram(struct work *w, double *mean)
{
    size_t n = w->rows->n, d = w->rows->d, m;

    for (size_t first = 0; first < d; first += m) {
        if (tick(w, (double)first / (double)d) < 0)
            return TW_ECANCELLED;
        m = read_columns(w, first);
        for (size_t i = 1; i < n; i++)
            add_difference(mean + first, w->block + i * m, w->block, m);
        finish_mean(mean + first, w->block, m, n);
        centre_columns(w, m, mean + first);
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)n, (int)m, 1, w->block, (int)m, 1,
                    w->a, (int)n);
    }
    return TW_OK;
}

/* Components from the eigenvectors of the Gram matrix: X' w, not yet of unit length. */
static void lift(const struct work *w, struct pca *p)
{
    size_t n = w->rows->n, d = w->rows->d, m;

    for (size_t first = 0; first < d; first += m) {
        m = read_columns(w, first);
        centre_columns(w, m, p->mean + first);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)p->k, (int)m, (int)n, 1,
                    w->vector, (int)n, w->block, (int)m, 0, p->component + first, (int)d);
    }
}

/* ---- both ---- */

/* Unit length, orthogonal to the last digits, sign by the largest entry. */
static void tidy(struct pca *p)
{
    int d = (int)p->d;

    for (size_t i = 0; i < p->k; i++) {
        double *x = p->component + i * p->d;

        for (int twice = 0; twice < 2; twice++) {
            cblas_dscal(d, 1 / cblas_dnrm2(d, x, 1), x, 1);
            for (size_t j = 0; j < i; j++) {
                const double *y = p->component + j * p->d;

                cblas_daxpy(d, -cblas_ddot(d, x, 1, y, 1), y, 1, x, 1);
            }
        }
        cblas_dscal(d, copysign(1, x[cblas_idamax(d, x, 1)]) / cblas_dnrm2(d, x, 1), x, 1);
    }
}

static int decompose(struct work *w, struct pca *p, size_t k)
{
    size_t side = w->side;
    double trace = 0;
    int rc = w->rows->n <= w->rows->d ? gram(w, p->mean) : covariance(w, p->mean);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < side; i++)
        trace += w->a[i * side + i];
    if (!isfinite(trace))
        return w->host->fail(w->host, TW_ENUMERIC,
                             "principal components: a value is not finite, or its square is not");
    p->total = trace / (double)(w->rows->n - 1);
    p->k = 0;
    if (trace <= 0)
        return TW_OK;
    if (symeigen_top(w->a, side, k, w->value, w->vector) < 0)
        return nomem(w->host, w->rows);
    while (p->k < k && w->value[p->k] > PCA_RANK * w->value[0]) {
        p->variance[p->k] = w->value[p->k] / (double)(w->rows->n - 1);
        p->k++;
    }
    if (w->rows->n <= w->rows->d)
        lift(w, p);
    else
        for (size_t i = 0; i < p->k * side; i++)
            p->component[i] = w->vector[i];
    tidy(p);
    return TW_OK;
}

int pca_fit(struct pca *p, const struct pca_rows *rows, size_t k, const struct tw_host *host)
{
    size_t side = rows->n <= rows->d ? rows->n : rows->d, across = rows->n + rows->d - side;
    struct work w = {.rows = rows, .host = host, .side = side};
    int rc;

    *p = (struct pca){.d = rows->d};
    if (side > PCA_MAX_SIDE || across > INT_MAX)
        return host->fail(host, TW_EINVAL,
                          "principal components of %zu rows of %zu numbers: the smaller of the two "
                          "may be %d at most",
                          rows->n, rows->d, PCA_MAX_SIDE);
    k = k < side ? k : side;
    w.step = BLOCK / side > 16 ? BLOCK / side : 16;
    w.step = w.step < across ? w.step : across;
    w.a = calloc(side * side, sizeof *w.a);
    w.block = malloc(side * w.step * sizeof *w.block);
    w.anchor = calloc(p->d, sizeof *w.anchor);
    w.value = calloc(k, sizeof *w.value);
    w.vector = calloc(k * side, sizeof *w.vector);
    p->mean = calloc(p->d, sizeof *p->mean);
    p->component = calloc(k, p->d * sizeof *p->component);
    p->variance = calloc(k, sizeof *p->variance);
    if (w.a && w.block && w.anchor && w.value && w.vector && p->mean && p->component && p->variance)
        rc = decompose(&w, p, k);
    else
        rc = nomem(host, rows);
    free(w.a);
    free(w.block);
    free(w.anchor);
    free(w.value);
    free(w.vector);
    if (rc < 0)
        pca_free(p);
    return rc;
}

void pca_free(struct pca *p)
{
    free(p->mean);
    free(p->component);
    free(p->variance);
    *p = (struct pca){0};
}

void pca_project(const struct pca *p, double *x, size_t m, double *out)
{
    int d = (int)p->d, k = (int)p->k;

    for (size_t i = 0; i < m; i++)
        cblas_daxpy(d, -1, p->mean, 1, x + i * p->d, 1);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, k, d, 1, x, d, p->component, d, 0,
                out, k);
}
