/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanczos.c -- see lanczos.h.
 *
 * The basis is v_0 .. v_{have-1}, orthonormal.  The first `done` have been multiplied: of these
 * t holds the columns of V' H V.  The others wait their turn; H v_j = V t_j, so what the rows
 * of t below `done` say about a combination of the first is its residual.
 */
#include "lanczos.h"

#include "../rng.h"

#include <thalweg/plugin.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SMALL      256 /* so many dimensions are always given all the room there can be */
#define ROOM       128
#define ROOM_BYTES ((size_t)2 << 30)
#define NOTHING    1e-13 /* of the operator's norm: what rounding leaves of a vector */
#define PIECE      1024  /* entries of the vectors that are combined at a time */

struct space {
    const struct lanczos *p;
    size_t n, room, lines; /* lines: of v and t */
    size_t done, have;
    size_t fresh;      /* random vectors so far */
    double scale;      /* the largest |H v_j| */
    double *v;         /* lines x n; the last is for work */
    double *t;         /* lines x room, lower triangle */
    double *c;         /* lines */
    double *piece;     /* room x PIECE */
    size_t *rank;      /* room: of the Ritz values, the wanted ones first */
    gsl_vector *theta; /* done: ascending */
    gsl_matrix *y;     /* done x done: a Ritz vector a column */
    size_t products;
    double fraction;
};

static double norm_of(const double *v, size_t n)
{
    gsl_vector_const_view view = gsl_vector_const_view_array(v, n);
    return gsl_blas_dnrm2(&view.vector);
}

static void scale_by(double *v, size_t n, double a)
{
    gsl_vector_view view = gsl_vector_view_array(v, n);
    gsl_blas_dscal(a, &view.vector);
}

/* w less its part in the span of the `count` rows of v, twice (Kahan's "twice is enough");
 * c gets the coefficients.  Returns what is left of its norm. */
static double orthogonalise(const double *v, size_t count, size_t n, double *w, double *c)
{
    gsl_vector_view to = gsl_vector_view_array(w, n);
    if (count == 0)
        return norm_of(w, n);
    gsl_matrix_const_view rows = gsl_matrix_const_view_array(v, count, n);
    memset(c, 0, count * sizeof *c);
    for (int pass = 0; pass < 2; pass++) {
        double *more = c + count; /* the caller has room for both */
        gsl_vector_view part = gsl_vector_view_array(more, count);
        gsl_blas_dgemv(CblasNoTrans, 1, &rows.matrix, &to.vector, 0, &part.vector);
        gsl_blas_dgemv(CblasTrans, -1, &rows.matrix, &part.vector, 1, &to.vector);
        for (size_t i = 0; i < count; i++)
            c[i] += more[i];
    }
    return norm_of(w, n);
}

/* ---- the basis ------------------------------------------------------------------------- */

static double *line(const struct space *s, size_t i)
{
    return s->v + i * s->n;
}

static double *entry(const struct space *s, size_t i, size_t j)
{
    return s->t + i * s->room + j;
}

/* w, of norm `norm`, becomes the next vector. */
static void append(struct space *s, double *w, double norm)
{
    scale_by(w, s->n, 1 / norm);
    if (w != line(s, s->have))
        memcpy(line(s, s->have), w, s->n * sizeof *w);
    memset(entry(s, s->have, 0), 0, s->room * sizeof(double));
    s->have++;
}

/* A vector of the caller's, unless the others span it. */
static void add_start(struct space *s, const double *start)
{
    double *w = line(s, s->have), before = norm_of(start, s->n);
    if (s->have == s->n || !(before > 0) || !isfinite(before))
        return;
    memcpy(w, start, s->n * sizeof *w);
    scale_by(w, s->n, 1 / before);
    double norm = orthogonalise(s->v, s->have, s->n, w, s->c);
    if (norm > 1e-8)
        append(s, w, norm);
}

static void add_random(struct space *s)
{
    for (int trial = 0; trial < 8 && s->have < s->n; trial++) {
        double *w = line(s, s->have);
        uint64_t seed = rng_stream(s->p->seed, s->fresh++);
        for (size_t i = 0; i < s->n; i++)
            w[i] = rng_normal(seed, i);
        double before = norm_of(w, s->n), norm = orthogonalise(s->v, s->have, s->n, w, s->c);
        if (norm > 1e-8 * before) {
            append(s, w, norm);
            return;
        }
    }
}

/* Multiply the next vector. */
static int step(struct space *s)
{
    size_t j = s->done, have = s->have;
    double *w = line(s, have);
    int rc = s->p->op.times(s->p->op.ctx, line(s, j), w);
    if (rc < 0)
        return rc;
    s->products++;
    double size = norm_of(w, s->n);
    if (!isfinite(size))
        return TW_ENUMERIC;
    s->scale = fmax(s->scale, size);
    double left = orthogonalise(s->v, have, s->n, w, s->c);
    for (size_t i = j; i < have; i++)
        *entry(s, i, j) = s->c[i];
    if (have < s->n && left > NOTHING * s->scale) {
        append(s, w, left);
        *entry(s, have, j) = left;
    }
    s->done++;
    return TW_OK;
}

/* ---- Rayleigh-Ritz ------------------------------------------------------------------------ */

static void drop_ritz(struct space *s)
{
    gsl_vector_free(s->theta);
    gsl_matrix_free(s->y);
    s->theta = NULL;
    s->y = NULL;
}

/* The order in which Ritz values are wanted; they ascend. */
static void rank_ritz(struct space *s)
{
    size_t lo = 0, hi = s->done;
    for (size_t i = 0; i < s->done; i++) {
        double low = gsl_vector_get(s->theta, lo), high = gsl_vector_get(s->theta, hi - 1);
        bool upper = false;
        switch (s->p->which) {
        case LANCZOS_MAGNITUDE:
            upper = fabs(high) >= fabs(low);
            break;
        case LANCZOS_LARGEST:
            upper = true;
            break;
        case LANCZOS_SMALLEST:
            break;
        case LANCZOS_ENDS:
            upper = i % 2 == 1;
            break;
        }
        s->rank[i] = upper ? --hi : lo++;
    }
}

static int find_ritz(struct space *s)
{
    size_t m = s->done;
    drop_ritz(s);
    gsl_matrix *a = gsl_matrix_alloc(m, m);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(m);
    s->theta = gsl_vector_alloc(m);
    s->y = gsl_matrix_alloc(m, m);
    int rc = a && work && s->theta && s->y ? TW_OK : TW_ENOMEM;
    if (rc == TW_OK) {
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < m; j++)
                gsl_matrix_set(a, i, j, *entry(s, i > j ? i : j, i > j ? j : i));
        if (gsl_eigen_symmv(a, s->theta, s->y, work) != 0)
            rc = TW_ENUMERIC;
    }
    if (rc == TW_OK) {
        gsl_eigen_symmv_sort(s->theta, s->y, GSL_EIGEN_SORT_VAL_ASC);
        rank_ritz(s);
    }
    gsl_eigen_symmv_free(work);
    gsl_matrix_free(a);
    return rc;
}

/* What the vector that waits as line r says about Ritz vector `which`. */
static double coupling(const struct space *s, size_t r, size_t which)
{
    double sum = 0;
    for (size_t j = 0; j < s->done; j++)
        sum += *entry(s, r, j) * gsl_matrix_get(s->y, j, which);
    return sum;
}

static double residual(const struct space *s, size_t which)
{
    double sum = 0;
    for (size_t r = s->done; r < s->have; r++) {
        double part = coupling(s, r, which);
        sum += part * part;
    }
    return sqrt(sum);
}

static double largest_ritz(const struct space *s)
{
    return fmax(fabs(gsl_vector_get(s->theta, 0)), fabs(gsl_vector_get(s->theta, s->done - 1)));
}

/* The first `count` Ritz vectors, of n entries each, `stride` apart from row to row; `to` may be
 * the basis itself. */
static void combine(struct space *s, size_t count, double *to)
{
    size_t m = s->done;
    for (size_t at = 0; at < s->n; at += PIECE) {
        size_t width = s->n - at < PIECE ? s->n - at : PIECE;
        gsl_matrix_const_view from =
            gsl_matrix_const_view_array_with_tda(s->v + at, m, width, s->n);
        for (size_t i = 0; i < count; i++) {
            gsl_vector_const_view y = gsl_matrix_const_column(s->y, s->rank[i]);
            gsl_vector_view sum = gsl_vector_view_array(s->piece + i * PIECE, width);
            gsl_blas_dgemv(CblasTrans, 1, &from.matrix, &y.vector, 0, &sum.vector);
        }
        for (size_t i = 0; i < count; i++)
            memcpy(to + i * s->n + at, s->piece + i * PIECE, width * sizeof *to);
    }
}

/* Go on with the best Ritz vectors and those that wait. */
static void restart(struct space *s)
{
    size_t waits = s->have - s->done, k = s->p->k, keep = k + (s->room - k) / 3;
    if (keep > s->done - 1)
        keep = s->done - 1;
    double *rows = s->t + s->lines * s->room; /* waits x keep, after t itself */
    for (size_t r = 0; r < waits; r++)
        for (size_t i = 0; i < keep; i++)
            rows[r * s->room + i] = coupling(s, s->done + r, s->rank[i]);
    combine(s, keep, s->v);
    memmove(line(s, keep), line(s, s->done), waits * s->n * sizeof *s->v);
    memset(s->t, 0, s->lines * s->room * sizeof *s->t);
    for (size_t i = 0; i < keep; i++)
        *entry(s, i, i) = gsl_vector_get(s->theta, s->rank[i]);
    for (size_t r = 0; r < waits; r++)
        memcpy(entry(s, keep + r, 0), rows + r * s->room, keep * sizeof *rows);
    s->done = keep;
    s->have = keep + waits;
    drop_ritz(s);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t sure_pairs(const struct lanczos *p)
{
    return p->sure ? p->sure : p->k;
}

static size_t random_vectors(const struct lanczos *p)
{
    return p->n_random || p->n_start ? p->n_random : p->k;
}

static void space_free(struct space *s)
{
    drop_ritz(s);
    free(s->v);
    free(s->t);
    free(s->c);
    free(s->piece);
    free(s->rank);
}

static int space_new(struct space *s, const struct lanczos *p)
{
    size_t n = p->op.n, width = p->n_start + random_vectors(p) + 2;
    size_t low = 2 * (p->k + width) + 8, room = p->room ? p->room : ROOM;
    *s = (struct space){.p = p, .n = n};
    if (!p->room && room < 2 * low)
        room = 2 * low;
    room = least(room, ROOM_BYTES / sizeof(double) / n);
    if (room < low)
        room = low;
    s->room = least(n, n <= SMALL && !p->room ? n : room);
    s->lines = s->room + width + 1;
    if (s->lines > SIZE_MAX / sizeof(double) / n)
        return TW_ENOMEM;
    s->v = malloc(s->lines * n * sizeof *s->v);
    s->t = calloc((s->lines + width) * s->room, sizeof *s->t);
    s->c = calloc(2 * s->lines, sizeof *s->c);
    s->piece = malloc(s->room * PIECE * sizeof *s->piece);
    s->rank = calloc(s->room, sizeof *s->rank);
    return s->v && s->t && s->c && s->piece && s->rank ? TW_OK : TW_ENOMEM;
}

/* Nothing waits: the basis spans an invariant subspace.  Does it hold all that is wanted? */
static bool closed(const struct space *s)
{
    return s->have == s->done && (s->done == s->n || (s->fresh >= s->p->k && s->done >= s->p->k));
}

/* Are all pairs good to `tolerance`?  Sets the fraction. */
static bool good(struct space *s, double tolerance)
{
    if (s->done < s->p->k)
        return false;
    double worst = 0, norm = largest_ritz(s);
    for (size_t i = 0; i < sure_pairs(s->p); i++)
        worst = fmax(worst, residual(s, s->rank[i]));
    if (worst <= tolerance * norm)
        return s->have > s->done || closed(s);
    double f = log(worst / norm) / log(tolerance);
    s->fraction = fmax(s->fraction, fmin(f, 1)); /* a NaN changes nothing */
    return false;
}

static size_t most_products(const struct lanczos *p)
{
    return p->most ? p->most : 2000 + 100 * p->k;
}

/* Until the estimated residuals are good: TW_OK.  TW_DONE: no products left, or nothing more to
 * be had. */
static int iterate(struct space *s, double tolerance)
{
    const struct lanczos *p = s->p;
    size_t next = 0;
    for (;;) {
        bool last = s->products >= most_products(p) && s->done >= p->k;
        if (s->done > 0 && (s->done >= next || s->done == s->room || s->have == s->done || last)) {
            int rc = find_ritz(s);
            if (rc < 0)
                return rc;
            if (good(s, tolerance))
                return TW_OK;
            if (last || closed(s))
                return TW_DONE;
            next = s->done + 1 + s->done / 8;
        }
        if (s->done == s->room && s->room < s->n) {
            restart(s);
            next = 0;
        }
        if (s->have == s->done)
            add_random(s);
        if (s->have == s->done)
            return TW_ENUMERIC; /* eight random vectors, and all in the span of the others */
        int rc = step(s);
        if (rc < 0)
            return rc;
        if (p->tick && p->tick(p->tick_ctx, s->fraction) != 0)
            return TW_ECANCELLED;
    }
}

/* The largest entry of each vector positive: the first of them where several are. */
static void turn(double *v, size_t n)
{
    size_t at = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[at]))
            at = i;
    if (v[at] < 0)
        scale_by(v, n, -1);
}

/* Pairs and residuals, measured if asked for.  The largest residual to *worst. */
static int hand_over(struct space *s, struct lanczos_result *out, double *worst)
{
    const struct lanczos *p = s->p;
    double *w = line(s, s->lines - 1);
    combine(s, p->k, out->vector);
    *worst = 0;
    for (size_t i = 0; i < p->k; i++) {
        double *v = out->vector + i * s->n;
        out->value[i] = gsl_vector_get(s->theta, s->rank[i]);
        out->residual[i] = residual(s, s->rank[i]);
        scale_by(v, s->n, 1 / norm_of(v, s->n));
        turn(v, s->n);
        if (!p->estimate) {
            int rc = p->op.times(p->op.ctx, v, w);
            if (rc < 0)
                return rc;
            s->products++;
            gsl_vector_const_view x = gsl_vector_const_view_array(v, s->n);
            gsl_vector_view to = gsl_vector_view_array(w, s->n);
            gsl_blas_daxpy(-out->value[i], &x.vector, &to.vector);
            out->residual[i] = norm_of(w, s->n);
            if (p->tick && p->tick(p->tick_ctx, s->fraction) != 0)
                return TW_ECANCELLED;
        }
        if (i < sure_pairs(p))
            *worst = isfinite(out->residual[i]) ? fmax(*worst, out->residual[i]) : INFINITY;
    }
    return TW_OK;
}

int lanczos_pairs(const struct lanczos *p, struct lanczos_result *out)
{
    struct space s;
    int rc = space_new(&s, p);
    for (size_t i = 0; rc == TW_OK && i < p->n_start; i++)
        add_start(&s, p->start + i * s.n);
    for (size_t i = 0; rc == TW_OK && i < random_vectors(p); i++)
        add_random(&s);
    /* Where measured residuals are worse than estimated ones, a few tries with stricter ones. */
    double tolerance = p->tolerance, worst = INFINITY;
    for (int trial = 0; rc == TW_OK; trial++, tolerance *= 0.1) {
        rc = iterate(&s, tolerance);
        int measured = rc < 0 ? rc : hand_over(&s, out, &worst);
        out->norm = rc < 0 ? NAN : largest_ritz(&s);
        out->products = s.products;
        if (measured < 0)
            rc = measured;
        if (rc >= 0 && worst <= p->tolerance * out->norm) {
            rc = TW_OK;
            break;
        }
        if (rc == TW_OK && trial == 3)
            rc = TW_DONE;
    }
    space_free(&s);
    return rc;
}

/* ---- quadrature ------------------------------------------------------------------------------ */

/* Nodes and weights from the tridiagonal matrix (Golub and Welsch 1969). */
static int gauss(const double *alpha, const double *beta, size_t m, double *node, double *weight)
{
    gsl_matrix *a = gsl_matrix_calloc(m, m), *y = gsl_matrix_alloc(m, m);
    gsl_vector *theta = gsl_vector_alloc(m);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(m);
    int rc = a && y && theta && work ? TW_OK : TW_ENOMEM;
    if (rc == TW_OK) {
        for (size_t i = 0; i < m; i++) {
            gsl_matrix_set(a, i, i, alpha[i]);
            if (i > 0) {
                gsl_matrix_set(a, i, i - 1, beta[i - 1]);
                gsl_matrix_set(a, i - 1, i, beta[i - 1]);
            }
        }
        if (gsl_eigen_symmv(a, theta, y, work) != 0)
            rc = TW_ENUMERIC;
    }
    if (rc == TW_OK) {
        gsl_eigen_symmv_sort(theta, y, GSL_EIGEN_SORT_VAL_ASC);
        for (size_t i = 0; i < m; i++) {
            double first = gsl_matrix_get(y, 0, i);
            node[i] = gsl_vector_get(theta, i);
            weight[i] = first * first;
        }
    }
    gsl_eigen_symmv_free(work);
    gsl_vector_free(theta);
    gsl_matrix_free(y);
    gsl_matrix_free(a);
    return rc;
}

int lanczos_quadrature(const struct symop *op, const double *start, size_t steps, double *node,
                       double *weight, size_t *count, double *first)
{
    size_t n = op->n, m = 0;
    steps = least(steps, n);
    double *v = steps < SIZE_MAX / sizeof *v / n - 1 ? malloc((steps + 1) * n * sizeof *v) : NULL;
    double *c = calloc(4 * steps, sizeof *c), scale = 0;
    int rc = v && c ? TW_OK : TW_ENOMEM;
    double *alpha = c ? c + 2 * steps : NULL, *beta = c ? c + 3 * steps : NULL;
    if (rc == TW_OK) {
        memcpy(v, start, n * sizeof *v);
        scale_by(v, n, 1 / norm_of(v, n));
    }
    while (rc == TW_OK && m < steps) {
        double *w = v + (m + 1) * n;
        rc = op->times(op->ctx, v + m * n, w);
        double size = rc < 0 ? 0 : norm_of(w, n);
        if (rc < 0 || !isfinite(size)) {
            rc = rc < 0 ? rc : TW_ENUMERIC;
            break;
        }
        scale = fmax(scale, size);
        double left = orthogonalise(v, m + 1, n, w, c);
        alpha[m] = c[m];
        beta[m] = left;
        m++;
        if (!(left > NOTHING * scale))
            break;
        scale_by(w, n, 1 / left);
    }
    if (rc == TW_OK)
        rc = gauss(alpha, beta, m, node, weight);
    if (rc == TW_OK) {
        *count = m;
        *first = alpha[0];
    }
    free(c);
    free(v);
    return rc;
}
