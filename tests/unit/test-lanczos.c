/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-lanczos.c -- eigenpairs against matrices whose eigenvalues are known or that GSL
 * decomposes whole; multiple eigenvalues, spaces that end early, restarts, warm starts; and
 * the quadrature against sums over all eigenvalues.
 */
#include "suite.h"

#include "../../core/analysis/lanczos.h"
#include "../../core/rng.h"

#include <thalweg/plugin.h>

#include <check.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A = Q D Q, Q = I - 2 w w' with |w| = 1: the eigenvalues are d, the eigenvectors Q's columns. */
struct known {
    size_t n;
    double *d, *w;
    size_t products;
    size_t poison; /* the product that is not finite; 0: none */
};

static void reflect(const struct known *a, double *v)
{
    double dot = 0;
    for (size_t i = 0; i < a->n; i++)
        dot += a->w[i] * v[i];
    for (size_t i = 0; i < a->n; i++)
        v[i] -= 2 * dot * a->w[i];
}

static int known_times(void *ctx, const double *v, double *out)
{
    struct known *a = ctx;
    memcpy(out, v, a->n * sizeof *v);
    reflect(a, out);
    for (size_t i = 0; i < a->n; i++)
        out[i] *= a->d[i];
    reflect(a, out);
    if (++a->products == a->poison)
        out[0] = NAN;
    return TW_OK;
}

static struct known known_new(size_t n)
{
    struct known a = {.n = n, .d = calloc(n, sizeof(double)), .w = calloc(n, sizeof(double))};
    double sum = 0;
    ck_assert(a.d && a.w);
    for (size_t i = 0; i < n; i++) {
        a.w[i] = rng_normal(99, i);
        sum += a.w[i] * a.w[i];
    }
    for (size_t i = 0; i < n; i++)
        a.w[i] /= sqrt(sum);
    return a;
}

static void known_free(struct known *a)
{
    free(a->d);
    free(a->w);
}

struct answer {
    double value[64], residual[64], *vector;
    struct lanczos_result r;
    int rc;
};

static struct lanczos problem(struct known *a, enum lanczos_which which, size_t k)
{
    return (struct lanczos){
        .op = {a->n, known_times, a}, .which = which, .k = k, .tolerance = 1e-10, .seed = 5};
}

static struct answer *solve(const struct lanczos *p)
{
    struct answer *x = calloc(1, sizeof *x);
    ck_assert_ptr_nonnull(x);
    x->vector = calloc(p->k * p->op.n, sizeof(double));
    ck_assert_ptr_nonnull(x->vector);
    x->r = (struct lanczos_result){.value = x->value, .residual = x->residual, .vector = x->vector};
    x->rc = lanczos_pairs(p, &x->r);
    return x;
}

static void answer_free(struct answer *x)
{
    free(x->vector);
    free(x);
}

/* Orthonormal, of the right sign, and eigenvectors as good as is said. */
static void check_vectors(const struct lanczos *p, const struct answer *x)
{
    size_t n = p->op.n;
    double *out = calloc(n, sizeof *out);
    for (size_t i = 0; i < p->k; i++) {
        const double *v = x->vector + i * n;
        double most = 0, worst = 0;
        for (size_t j = 0; j <= i; j++) {
            double dot = 0;
            for (size_t e = 0; e < n; e++)
                dot += v[e] * x->vector[j * n + e];
            ck_assert_double_eq_tol(dot, i == j, 1e-12);
        }
        p->op.times(p->op.ctx, v, out);
        for (size_t e = 0; e < n; e++) {
            most = fabs(v[e]) > fabs(most) ? v[e] : most;
            worst += (out[e] - x->value[i] * v[e]) * (out[e] - x->value[i] * v[e]);
        }
        ck_assert(most > 0);
        ck_assert(sqrt(worst) <= 2 * p->tolerance * x->r.norm);
        ck_assert_double_eq_tol(sqrt(worst), x->residual[i], 1e-13 * (1 + x->r.norm));
    }
    free(out);
}

/* The values, wanted in this order. */
static void expect(const struct lanczos *p, const double *want)
{
    struct answer *x = solve(p);
    ck_assert_int_eq(x->rc, TW_OK);
    for (size_t i = 0; i < p->k; i++)
        ck_assert_double_eq_tol(x->value[i], want[i], 1e-9 * (1 + fabs(want[0])));
    check_vectors(p, x);
    ck_assert_uint_le(x->r.products, ((struct known *)p->op.ctx)->products);
    answer_free(x);
}

START_TEST(tiny)
{
    struct known a = known_new(1);
    a.d[0] = -3;
    struct lanczos p = problem(&a, LANCZOS_MAGNITUDE, 1);
    expect(&p, (const double[]){-3});
    known_free(&a);
    a = known_new(2);
    a.d[0] = 2;
    a.d[1] = -5;
    p = problem(&a, LANCZOS_MAGNITUDE, 2);
    expect(&p, (const double[]){-5, 2});
    p = problem(&a, LANCZOS_LARGEST, 2);
    expect(&p, (const double[]){2, -5});
    p = problem(&a, LANCZOS_SMALLEST, 1);
    expect(&p, (const double[]){-5});
    p = problem(&a, LANCZOS_ENDS, 2);
    expect(&p, (const double[]){-5, 2});
    known_free(&a);
}
END_TEST

/* Indefinite, 500 eigenvalues from -249.5 to 250.5 but for two that stand out. */
START_TEST(indefinite)
{
    struct known a = known_new(500);
    for (size_t i = 0; i < a.n; i++)
        a.d[i] = (double)i - 249.5;
    a.d[7] = -300;
    a.d[11] = 280;
    struct lanczos p = problem(&a, LANCZOS_MAGNITUDE, 4);
    expect(&p, (const double[]){-300, 280, -249.5, 249.5});
    p = problem(&a, LANCZOS_LARGEST, 3);
    expect(&p, (const double[]){280, 249.5, 248.5});
    p = problem(&a, LANCZOS_SMALLEST, 3);
    expect(&p, (const double[]){-300, -249.5, -248.5});
    p = problem(&a, LANCZOS_ENDS, 4);
    expect(&p, (const double[]){-300, 280, -249.5, 249.5});
    known_free(&a);
}
END_TEST

/* So little room that it restarts all the time. */
START_TEST(little_room)
{
    struct known a = known_new(400);
    for (size_t i = 0; i < a.n; i++)
        a.d[i] = sqrt((double)i);
    struct lanczos p = problem(&a, LANCZOS_LARGEST, 3);
    p.room = 24;
    expect(&p, (const double[]){sqrt(399), sqrt(398), sqrt(397)});
    p.which = LANCZOS_SMALLEST;
    expect(&p, (const double[]){0, 1, sqrt(2)});
    known_free(&a);
}
END_TEST

/* Three copies of the largest among 600 others, and five of only seven values. */
START_TEST(multiple)
{
    struct known a = known_new(600);
    for (size_t i = 0; i < a.n; i++)
        a.d[i] = (double)i / 100;
    a.d[0] = a.d[300] = a.d[599] = 8;
    struct lanczos p = problem(&a, LANCZOS_MAGNITUDE, 4);
    expect(&p, (const double[]){8, 8, 8, 5.98});
    for (size_t i = 0; i < a.n; i++)
        a.d[i] = (double)(i % 7);
    p = problem(&a, LANCZOS_LARGEST, 5);
    expect(&p, (const double[]){6, 6, 6, 6, 6});
    p = problem(&a, LANCZOS_ENDS, 4);
    expect(&p, (const double[]){0, 6, 0, 6});
    known_free(&a);
}
END_TEST

/* The start lies in a subspace without the wanted vectors: the space ends, and it looks on. */
START_TEST(start_in_an_invariant_subspace)
{
    struct known a = known_new(300);
    double *start = calloc(a.n, sizeof *start);
    for (size_t i = 0; i < a.n; i++)
        a.d[i] = i < 3 ? 1 : i == 200 ? -9 : 2 + (double)(i % 4);
    start[0] = 1;
    reflect(&a, start); /* an eigenvector of 1 */
    struct lanczos p = problem(&a, LANCZOS_MAGNITUDE, 2);
    p.start = start;
    p.n_start = 1;
    expect(&p, (const double[]){-9, 5});
    free(start);
    known_free(&a);
}
END_TEST

START_TEST(zero)
{
    struct known a = known_new(300);
    struct lanczos p = problem(&a, LANCZOS_MAGNITUDE, 3);
    expect(&p, (const double[]){0, 0, 0});
    known_free(&a);
}
END_TEST

/* From the eigenvectors of a neighbour it needs far fewer products. */
START_TEST(warm_start)
{
    struct known a = known_new(2000), near = known_new(2000);
    for (size_t i = 0; i < a.n; i++) {
        a.d[i] = -1 + (double)i / 1000;
        near.w[i] += 1e-5 * rng_normal(3, i);
    }
    a.d[0] = -1.5;
    a.d[1] = 2;
    memcpy(near.d, a.d, a.n * sizeof *a.d);
    struct lanczos p = problem(&a, LANCZOS_ENDS, 2);
    p.tolerance = 1e-4;
    p.n_random = 1;
    struct answer *cold = solve(&p);
    struct lanczos q = problem(&near, LANCZOS_ENDS, 2);
    q.tolerance = 1e-4;
    q.start = cold->vector;
    q.n_start = 2;
    struct answer *warm = solve(&q);
    ck_assert_int_eq(cold->rc, TW_OK);
    ck_assert_int_eq(warm->rc, TW_OK);
    check_vectors(&p, cold);
    check_vectors(&q, warm);
    ck_assert_msg(2 * warm->r.products <= cold->r.products, "%zu warm, %zu cold", warm->r.products,
                  cold->r.products);
    answer_free(cold);
    answer_free(warm);
    known_free(&a);
    known_free(&near);
}
END_TEST

/* A dense matrix of no structure, and all that GSL says about it. */
struct dense {
    size_t n;
    double *a;
};

static int dense_times(void *ctx, const double *v, double *out)
{
    const struct dense *m = ctx;
    for (size_t i = 0; i < m->n; i++) {
        out[i] = 0;
        for (size_t j = 0; j < m->n; j++)
            out[i] += m->a[i * m->n + j] * v[j];
    }
    return TW_OK;
}

static struct dense dense_new(size_t n, double *value)
{
    struct dense m = {n, calloc(n * n, sizeof(double))};
    double *copy = calloc(n * n, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            m.a[i * n + j] = m.a[j * n + i] = rng_normal(17, i * n + j);
    memcpy(copy, m.a, n * n * sizeof *copy);
    gsl_matrix_view view = gsl_matrix_view_array(copy, n, n);
    gsl_vector_view values = gsl_vector_view_array(value, n);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(n);
    ck_assert_int_eq(gsl_eigen_symm(&view.matrix, &values.vector, work), 0);
    gsl_sort_vector(&values.vector);
    gsl_eigen_symm_free(work);
    free(copy);
    return m;
}

START_TEST(against_gsl)
{
    enum { N = 300 };
    double all[N];
    struct dense m = dense_new(N, all);
    struct lanczos p = {.op = {N, dense_times, &m}, .k = 8, .tolerance = 1e-10, .seed = 1};
    p.room = 80;
    p.which = LANCZOS_LARGEST;
    struct answer *x = solve(&p);
    ck_assert_int_eq(x->rc, TW_OK);
    for (size_t i = 0; i < p.k; i++)
        ck_assert_double_eq_tol(x->value[i], all[N - 1 - i], 1e-11 * all[N - 1]);
    check_vectors(&p, x);
    answer_free(x);
    p.which = LANCZOS_SMALLEST;
    x = solve(&p);
    ck_assert_int_eq(x->rc, TW_OK);
    for (size_t i = 0; i < p.k; i++)
        ck_assert_double_eq_tol(x->value[i], all[i], 1e-11 * all[N - 1]);
    answer_free(x);
    free(m.a);
}
END_TEST

/* All pairs of a small matrix. */
START_TEST(all_pairs)
{
    enum { N = 40 };
    double all[N];
    struct dense m = dense_new(N, all);
    struct lanczos p = {
        .op = {N, dense_times, &m}, .which = LANCZOS_SMALLEST, .k = N, .tolerance = 1e-10};
    struct answer *x = solve(&p);
    ck_assert_int_eq(x->rc, TW_OK);
    for (size_t i = 0; i < N; i++)
        ck_assert_double_eq_tol(x->value[i], all[i], 1e-11 * all[N - 1]);
    check_vectors(&p, x);
    answer_free(x);
    free(m.a);
}
END_TEST

static int tick_three(void *ctx, double fraction)
{
    size_t *left = ctx;
    ck_assert(fraction >= 0 && fraction <= 1);
    return --*left == 0;
}

START_TEST(ends_early)
{
    struct known a = known_new(500);
    for (size_t i = 0; i < a.n; i++)
        a.d[i] = (double)i;
    struct lanczos p = problem(&a, LANCZOS_SMALLEST, 2);
    p.most = 12; /* far too few: the best so far, with residuals that say so */
    struct answer *x = solve(&p);
    ck_assert_int_eq(x->rc, TW_DONE);
    ck_assert(x->residual[0] > p.tolerance * x->r.norm && x->residual[0] < x->r.norm);
    ck_assert_uint_le(x->r.products, 14);
    answer_free(x);

    size_t left = 3;
    p = problem(&a, LANCZOS_SMALLEST, 2);
    p.tick = tick_three;
    p.tick_ctx = &left;
    a.products = 0;
    x = solve(&p);
    ck_assert_int_eq(x->rc, TW_ECANCELLED);
    ck_assert_uint_eq(a.products, 3);
    answer_free(x);

    p = problem(&a, LANCZOS_SMALLEST, 2);
    a.products = 0;
    a.poison = 5;
    x = solve(&p);
    ck_assert_int_eq(x->rc, TW_ENUMERIC);
    answer_free(x);
    known_free(&a);
}
END_TEST

START_TEST(same_bits)
{
    struct known a = known_new(700);
    for (size_t i = 0; i < a.n; i++)
        a.d[i] = rng_normal(4, i);
    struct lanczos p = problem(&a, LANCZOS_MAGNITUDE, 3);
    struct answer *x = solve(&p), *y = solve(&p);
    ck_assert_int_eq(memcmp(x->value, y->value, sizeof x->value), 0);
    ck_assert_int_eq(memcmp(x->vector, y->vector, p.k * a.n * sizeof(double)), 0);
    answer_free(x);
    answer_free(y);
    known_free(&a);
}
END_TEST

/* Moments, which quadrature with m nodes has exactly up to degree 2m - 1. */
START_TEST(quadrature)
{
    enum { M = 12 };
    struct known a = known_new(150);
    double *v = calloc(a.n, sizeof *v), *u = calloc(a.n, sizeof *u), size = 0, first;
    double node[150], weight[150];
    size_t count;
    for (size_t i = 0; i < a.n; i++) {
        a.d[i] = cos((double)i);
        u[i] = v[i] = rng_normal(8, i);
        size += v[i] * v[i];
    }
    reflect(&a, u);
    struct symop op = {a.n, known_times, &a};
    ck_assert_int_eq(lanczos_quadrature(&op, v, M, node, weight, &count, &first), TW_OK);
    ck_assert_uint_eq(count, M);
    for (int degree = 0; degree < 2 * M; degree++) {
        double want = 0, got = 0;
        for (size_t i = 0; i < a.n; i++)
            want += u[i] * u[i] / size * pow(a.d[i], degree);
        for (size_t i = 0; i < count; i++)
            got += weight[i] * pow(node[i], degree);
        ck_assert_double_eq_tol(got, want, 1e-12);
        if (degree == 1)
            ck_assert_double_eq_tol(first, want, 1e-13);
    }
    for (size_t i = 0; i < a.n; i++) /* three values: three nodes, and they are exact */
        a.d[i] = (double)(i % 3);
    ck_assert_int_eq(lanczos_quadrature(&op, v, M, node, weight, &count, &first), TW_OK);
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_double_eq_tol(node[i], (double)i, 1e-12);
    free(u);
    free(v);
    known_free(&a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lanczos");
    TCase *c = tcase_create("lanczos");

    gsl_set_error_handler_off();
    suite_add_tcase(suite, c);
    tcase_add_test(c, tiny);
    tcase_add_test(c, indefinite);
    tcase_add_test(c, little_room);
    tcase_add_test(c, multiple);
    tcase_add_test(c, start_in_an_invariant_subspace);
    tcase_add_test(c, zero);
    tcase_add_test(c, warm_start);
    tcase_add_test(c, against_gsl);
    tcase_add_test(c, all_pairs);
    tcase_add_test(c, ends_early);
    tcase_add_test(c, same_bits);
    tcase_add_test(c, quadrature);
    return bench_main(suite);
}
