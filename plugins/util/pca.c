/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pca.c -- see pca.h. The passes over the rows are those of util/rowpass.h. */
#include "util/pca.h"

#include "util/krylov.h"
#include "util/rowpass.h"
#include "util/symeigen.h"

#include <gsl/gsl_cblas.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SMALL            3e8  /* n d side: a matrix that takes some milliseconds */
#define SAMPLE           16   /* one of so many tiles is in the sample that the space begins with */
#define SAMPLE_TOLERANCE 1e-3 /* it differs from the whole by more than that */
#define SAMPLE_TURNS     5    /* products that may be spent on its components */
#define LEAST_TURNS      12   /* products that may be spent, at least */
#define MOST_TURNS       4000 /* and where there is no other way */

static int nomem(const struct tw_host *host, const struct pca_rows *rows)
{
    return host->fail(host, TW_ENOMEM, "out of memory: principal components of %zu x %zu numbers",
                      rows->n, rows->d);
}

/* What has been reported, or is to be: for results of passes and of eigenvector routines. */
static int report(int rc, const struct tw_host *host, const struct pca_rows *rows)
{
    return rc == TW_ENOMEM ? nomem(host, rows) : rc;
}

/* ---- by products with a few vectors ---- */

struct covariance {
    struct pass *pass;
    size_t every;
    double factor; /* makes the trace 1, so that no norm is out of range */
};

static int multiply(const void *ctx, const double *v, size_t count, double *out)
{
    const struct covariance *c = ctx;
    int rc = pass_multiply(c->pass, c->every, v, count, out);

    for (size_t i = 0; i < count * c->pass->side; i++)
        out[i] *= c->factor;
    c->pass->fraction += 0.1 * (1 - c->pass->fraction); /* nobody knows how many there will be */
    return rc;
}

/* The components of a sample, roughly, for the space to begin with. */
static int sample(struct covariance *c, const struct krylov *whole, double *value, double *start)
{
    struct krylov part = *whole;
    int rc;

    part.k = krylov_block(whole->k);
    part.sure = whole->k;
    part.tolerance = SAMPLE_TOLERANCE;
    part.most = SAMPLE_TURNS;
    part.start = NULL;
    c->every = SAMPLE;
    rc = krylov_top(&part, value, start);
    c->every = 1;
    return rc < 0 ? rc : TW_OK;
}

static bool by_products(const struct pass *p, size_t k)
{
    double work = (double)p->side * (double)p->side * (double)p->across;

    if (p->side > PCA_MAX_SIDE)
        return p->side >= 4 * krylov_block(k);
    return work > SMALL && p->side >= 32 * krylov_block(k);
}

/* TW_DONE: has not converged. */
static int products(const struct pca *f, struct pass *p, size_t k, double *value, double *vector)
{
    struct covariance c = {.pass = p, .every = 1, .factor = 1 / f->total};
    size_t block = krylov_block(k), turns = p->side / (4 * block);
    struct krylov problem = {.n = p->side,
                             .k = k,
                             .apply = multiply,
                             .ctx = &c,
                             .tolerance = p->rows->x ? PCA_TOLERANCE_F : PCA_TOLERANCE_D,
                             .most = turns > LEAST_TURNS ? turns : LEAST_TURNS,
                             .host = p->host};
    double *start = NULL;
    int rc = TW_OK;

    if (p->side > PCA_MAX_SIDE)
        problem.most = MOST_TURNS;
    if (p->across / SAMPLE >= 4 * p->side) {
        start = calloc(block, (p->side + 1) * sizeof *start);
        rc = start ? sample(&c, &problem, start + block * p->side, start) : TW_ENOMEM;
        problem.start = start;
    }
    if (rc == TW_OK)
        rc = krylov_top(&problem, value, vector);
    free(start);
    for (size_t i = 0; i < k; i++)
        value[i] *= f->total;
    return rc;
}

/* ---- by the matrix ---- */

static int matrix(struct pass *p, size_t k, double *value, double *vector)
{
    double *a = calloc(p->side, p->side * sizeof *a);
    int rc = a ? pass_matrix(p, a) : TW_ENOMEM;

    if (rc == TW_OK)
        rc = symeigen_top(a, p->side, k, value, vector, p->host);
    free(a);
    return rc;
}

/* ---- both ---- */

static int decompose(struct pca *f, const struct pca_rows *rows, size_t k,
                     const struct tw_host *host)
{
    size_t side = rows->n < rows->d ? rows->n : rows->d;
    double *value = f->variance;
    struct pass p;
    int rc = pass_open(&p, rows, f->mean, 0, host);

    if (rc == TW_OK)
        rc = pass_moments(&p, &f->total);
    if (rc == TW_OK && !isfinite(f->total))
        return TW_DONE;
    if (rc < 0 || f->total <= 0)
        return rc;
    rc = TW_DONE;
    if (by_products(&p, k)) {
        rc = pass_open(&p, rows, f->mean, krylov_block(k), host);
        if (rc == TW_OK)
            rc = products(f, &p, k, value, f->vector);
        pass_close(&p);
    }
    if (rc == TW_DONE && side > PCA_MAX_SIDE)
        return host->fail(host, TW_ENUMERIC,
                          "%zu principal components of %zu rows of %zu numbers: too many, or too "
                          "many that are equally strong",
                          k, rows->n, rows->d);
    if (rc == TW_DONE && (rc = pass_open(&p, rows, f->mean, 0, host)) == TW_OK)
        rc = matrix(&p, k, value, f->vector);
    if (rc < 0)
        return rc;
    while (f->k < k && value[f->k] > PCA_RANK * value[0])
        f->k++;
    for (size_t i = 0; i < f->k; i++)
        value[i] /= (double)(rows->n - 1);
    f->total /= (double)(rows->n - 1);
    return TW_OK;
}

int pca_fit(struct pca *p, const struct pca_rows *rows, size_t k, const struct tw_host *host)
{
    size_t side = rows->n < rows->d ? rows->n : rows->d;
    int rc = TW_ENOMEM;

    *p = (struct pca){.n = rows->n, .d = rows->d};
    if (rows->n > INT_MAX || rows->d > INT_MAX)
        return host->fail(host, TW_EINVAL,
                          "principal components of %zu rows of %zu numbers: at "
                          "most %d of either are possible",
                          rows->n, rows->d, INT_MAX);
    k = k < side ? k : side;
    p->mean = calloc(p->d, sizeof *p->mean);
    p->variance = calloc(k, sizeof *p->variance);
    p->vector = calloc(k, side * sizeof *p->vector);
    if (p->mean && p->variance && p->vector)
        rc = decompose(p, rows, k, host);
    if (rc != TW_OK)
        pca_free(p);
    return report(rc, host, rows);
}

void pca_free(struct pca *p)
{
    free(p->mean);
    free(p->variance);
    free(p->vector);
    *p = (struct pca){0};
}

static double length(const double *x, size_t n)
{
    return sqrt(cblas_ddot((int)n, x, 1, x, 1));
}

/* Unit length, orthogonal to the last digits, sign by the largest entry. */
static void tidy(double *axis, size_t count, size_t d)
{
    for (size_t i = 0; i < count; i++) {
        double *x = axis + i * d;

        for (int twice = 0; twice < 2; twice++) {
            cblas_dscal((int)d, 1 / length(x, d), x, 1);
            for (size_t j = 0; j < i; j++) {
                const double *y = axis + j * d;

                cblas_daxpy((int)d, -cblas_ddot((int)d, x, 1, y, 1), y, 1, x, 1);
            }
        }
        cblas_dscal((int)d, copysign(1, x[cblas_idamax((int)d, x, 1)]) / length(x, d), x, 1);
    }
}

int pca_axes(const struct pca *p, const struct pca_rows *rows, const size_t *which, size_t count,
             double *axis, const struct tw_host *host)
{
    size_t side = p->n < p->d ? p->n : p->d;
    double *vector = p->n > p->d ? axis : calloc(count, side * sizeof *vector);
    struct pass pass;
    int rc = TW_ENOMEM;

    if (vector)
        rc = pass_open(&pass, rows, p->mean, 0, host);
    for (size_t i = 0; i < count && rc == TW_OK; i++)
        memcpy(vector + i * side, p->vector + (which ? which[i] : i) * side, side * sizeof *vector);
    if (vector != axis) {
        if (rc == TW_OK)
            rc = pass_lift(&pass, vector, count, axis);
        free(vector);
    }
    if (rc == TW_OK)
        tidy(axis, count, p->d);
    return report(rc, host, rows);
}

int pca_project(const struct pca *p, const struct pca_rows *rows, const double *axis, size_t count,
                const double *factor, float *out, const struct tw_host *host)
{
    struct pass pass;
    int rc = pass_open(&pass, rows, p->mean, 0, host);

    if (rc == TW_OK)
        rc = pass_project(&pass, axis, count, factor, out);
    return report(rc, host, rows);
}
