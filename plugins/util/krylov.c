/* SPDX-License-Identifier: GPL-3.0-or-later */
/* krylov.c -- see krylov.h. */
#include "util/krylov.h"

#include "util/rng.h"
#include "util/symeigen.h"

#include <float.h>
#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 20 /* of the room, at most */

/* The space so far. */
struct space {
    const struct krylov *problem;
    size_t n, block, room;
    size_t m;     /* vectors in q */
    size_t ahead; /* vectors in next */
    double *q;    /* room x n: an orthonormal basis */
    double *aq;   /* room x n: its image */
    double *t;    /* room x room: q A q' */
    double *next; /* block x n: what the basis will be extended with; orthonormal, normal to q */
    double *small, *ritz, *theta; /* Rayleigh-Ritz: room x room twice, and room */
    double *spare;                /* room x n, or at least 2 x n */
    double norm;                  /* the longest image of a unit vector */
    uint64_t drawn;               /* random numbers so far */
};

size_t krylov_block(size_t k)
{
    return (k + 7) / 8 * 8;
}

static double norm_of(const double *x, size_t n)
{
    return sqrt(cblas_ddot((int)n, x, 1, x, 1));
}

static void draw(struct space *s, double *x)
{
    for (size_t i = 0; i < s->n; i++)
        x[i] = rng_uniform(1, s->drawn++) - 0.5;
}

/* x -= its part in the rows of `basis`; `part` is room for their coefficients. */
static void project_out(const double *basis, size_t rows, size_t n, double *x, double *part)
{
    if (rows == 0)
        return;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)rows, (int)n, 1, basis, (int)n, x, 1, 0, part, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, (int)rows, (int)n, -1, basis, (int)n, part, 1, 1, x, 1);
}

/* Row c of next: a unit vector normal to the basis and to the rows before it. One that has nothing
 * left but rounding errors gives way to a random one. */
static void settle(struct space *s, size_t c)
{
    double *x = s->next + c * s->n, length = norm_of(x, s->n);
    bool sound = length > 64 * DBL_EPSILON * s->norm;

    for (int round = 0; round < 8; round++) {
        if (!sound || !(length > 0)) {
            draw(s, x);
            length = norm_of(x, s->n);
            sound = true;
        }
        cblas_dscal((int)s->n, 1 / length, x, 1);
        project_out(s->q, s->m, s->n, x, s->theta);
        project_out(s->next, c, s->n, x, s->theta);
        length = norm_of(x, s->n);
        if (length > 0.7)
            break;
        sound = length > 64 * DBL_EPSILON;
    }
    cblas_dscal((int)s->n, 1 / length, x, 1);
}

/* next: the image of the last block, or its start, made orthonormal. */
static void extend(struct space *s)
{
    size_t n = s->n, m = s->m;

    if (m > 0) {
        memcpy(s->next, s->aq + (m - s->ahead) * n, s->ahead * n * sizeof *s->next);
        if (s->ahead > n - m)
            s->ahead = n - m;
        if (s->ahead == 0)
            return;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)s->ahead, (int)m, (int)n, 1,
                    s->next, (int)n, s->q, (int)n, 0, s->small, (int)m);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)s->ahead, (int)n, (int)m, -1,
                    s->small, (int)m, s->q, (int)n, 1, s->next, (int)n);
    }
    for (size_t c = 0; c < s->ahead; c++)
        settle(s, c);
}

/* next becomes part of the basis. */
static int absorb(struct space *s)
{
    size_t n = s->n, first = s->m, count = s->ahead;
    double *image = s->aq + first * n;
    int rc;

    memcpy(s->q + first * n, s->next, count * n * sizeof *s->q);
    rc = s->problem->apply(s->problem->ctx, s->next, count, image);
    if (rc < 0)
        return rc;
    s->m += count;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)count, (int)s->m, (int)n, 1, image,
                (int)n, s->q, (int)n, 0, s->t + first * s->room, (int)s->room);
    for (size_t c = 0; c < count; c++)
        s->norm = fmax(s->norm, norm_of(image + c * n, n));
    return TW_OK;
}

/* The `count` leading pairs of t: theta, and rows of ritz (count x m). */
static int rayleigh_ritz(struct space *s, size_t count)
{
    for (size_t i = 0; i < s->m; i++)
        memcpy(s->small + i * s->m, s->t + i * s->room, s->m * sizeof *s->small);
    return symeigen_dense(s->small, s->m, count, s->theta, s->ritz, s->problem->host);
}

/* Whether the leading pairs have small residuals. */
static bool converged(struct space *s)
{
    size_t sure = s->problem->sure ? s->problem->sure : s->problem->k;
    size_t n = s->n, m = s->m;
    double *image = s->spare, *x = s->spare + n;

    for (size_t i = 0; i < sure; i++) {
        const double *y = s->ritz + i * m;

        cblas_dgemv(CblasRowMajor, CblasTrans, (int)m, (int)n, 1, s->aq, (int)n, y, 1, 0, image, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)m, (int)n, 1, s->q, (int)n, y, 1, 0, x, 1);
        cblas_daxpy((int)n, -s->theta[i], x, 1, image, 1);
        if (norm_of(image, n) > fmax(s->problem->tolerance * s->theta[i], KRYLOV_LEAST * s->norm))
            return false;
    }
    return true;
}

/* rows = ritz x rows */
static void turn(struct space *s, size_t count, double *rows)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)count, (int)s->n, (int)s->m, 1,
                s->ritz, (int)s->m, rows, (int)s->n, 0, s->spare, (int)s->n);
    memcpy(rows, s->spare, count * s->n * sizeof *rows);
}

/* Thick restart: the best half of the space stays. `next` is normal to all of it already. */
static int restart(struct space *s)
{
    size_t keep = s->room / 2;
    int rc = rayleigh_ritz(s, keep);

    if (rc < 0)
        return rc;
    turn(s, keep, s->q);
    turn(s, keep, s->aq);
    s->m = keep;
    for (size_t i = 0; i < keep; i++) {
        memset(s->t + i * s->room, 0, keep * sizeof *s->t);
        s->t[i * s->room + i] = s->theta[i];
    }
    return TW_OK;
}

static int iterate(struct space *s, double *value, double *vector)
{
    const struct krylov *p = s->problem;
    bool done = false;
    int rc = TW_OK;

    if (p->start)
        memcpy(s->next, p->start, s->block * s->n * sizeof *s->next);
    else
        for (size_t c = 0; c < s->block; c++)
            draw(s, s->next + c * s->n);
    extend(s);
    for (size_t spent = 0; spent < p->most && !done; spent++) {
        rc = absorb(s);
        if (rc == TW_OK)
            rc = rayleigh_ritz(s, p->k);
        if (rc < 0)
            return rc;
        done = s->m == s->n || converged(s);
        if (done || spent + 1 == p->most)
            break;
        extend(s);
        if (s->m + s->ahead > s->room && (rc = restart(s)) < 0)
            return rc;
    }
    memcpy(value, s->theta, p->k * sizeof *value);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)p->k, (int)s->n, (int)s->m, 1,
                s->ritz, (int)s->m, s->q, (int)s->n, 0, vector, (int)s->n);
    return done ? TW_OK : TW_DONE;
}

int krylov_top(const struct krylov *p, double *value, double *vector)
{
    size_t n = p->n, block = krylov_block(p->k);
    size_t room = BLOCKS * block < n / block * block ? BLOCKS * block : n;
    struct space s = {.problem = p, .n = n, .block = block, .room = room, .ahead = block};
    int rc = TW_ENOMEM;

    s.q = calloc(room, n * sizeof *s.q);
    s.aq = calloc(room, n * sizeof *s.aq);
    s.t = calloc(room, room * sizeof *s.t);
    s.next = calloc(block, n * sizeof *s.next);
    s.small = calloc(room, room * sizeof *s.small);
    s.ritz = calloc(room, room * sizeof *s.ritz);
    s.theta = calloc(room, sizeof *s.theta);
    s.spare = calloc(room, n * sizeof *s.spare);
    if (s.q && s.aq && s.t && s.next && s.small && s.ritz && s.theta && s.spare)
        rc = iterate(&s, value, vector);
    free(s.q);
    free(s.aq);
    free(s.t);
    free(s.next);
    free(s.small);
    free(s.ritz);
    free(s.theta);
    free(s.spare);
    return rc;
}
