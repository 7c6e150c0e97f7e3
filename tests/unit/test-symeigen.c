/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-symeigen.c -- util/symeigen.h against gsl_eigen_symm, on matrices that
 * are hard for inverse iteration and for Krylov spaces too: equal, zero and nearly
 * equal eigenvalues.
 */
#include "suite.h"

#include "util/symeigen.h"

#include "util/krylov.h"
#include "util/rng.h"

#include <check.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>

/* A host that does nothing but count, and stop after so many ticks. */
static int tick(const struct tw_host *h, double fraction, const char *what)
{
    int *left = h->ctx;

    ck_assert_double_ge(fraction, 0);
    ck_assert_double_le(fraction, 1);
    ck_assert_ptr_nonnull(what);
    return --*left < 0;
}

static const void *no_extension(const struct tw_host *h, const char *id)
{
    (void)h;
    (void)id;
    return NULL;
}

static struct tw_host host_with(int *ticks)
{
    return (struct tw_host){.struct_size = sizeof(struct tw_host),
                            .ctx = ticks,
                            .tick = tick,
                            .get_extension = no_extension};
}

enum { RANDOM, IDENTITY, ONES, THREE_VALUES, SECOND_DIFFERENCE, WILKINSON, ZERO, TINY, MATRICES };

static double entry(int kind, size_t n, size_t i, size_t j)
{
    double uniform = rng_uniform(7, i * n + j) - 0.5;

    switch (kind) {
    case RANDOM:
        return uniform;
    case IDENTITY:
        return i == j;
    case ONES: /* rank 1 */
        return 1;
    case THREE_VALUES:
        return i == j ? (double)(i % 3) : 0;
    case SECOND_DIFFERENCE:
        return i == j ? 2 : i == j + 1 ? -1 : 0;
    case WILKINSON: /* pairs that agree to rounding */
        return i == j ? fabs((double)i - ((double)n - 1) / 2) : i == j + 1;
    case TINY:
        return 1e-200 * uniform;
    default: /* ZERO */
        return 0;
    }
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* Of the matrix divided by its largest entry: GSL's squares would vanish for TINY. */
static void reference(const double *a, size_t n, double *value)
{
    double most = 0;
    gsl_matrix *m = gsl_matrix_alloc(n, n);
    gsl_vector *w = gsl_vector_alloc(n);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(n);

    for (size_t i = 0; i < n * n; i++)
        most = fmax(most, fabs(a[i]));
    for (size_t i = 0; i < n * n; i++)
        m->data[i] = most > 0 ? a[i] / most : 0;
    gsl_eigen_symm(m, w, work);
    for (size_t i = 0; i < n; i++)
        value[i] = w->data[i] * most;
    qsort(value, n, sizeof *value, falling);
    gsl_eigen_symm_free(work);
    gsl_vector_free(w);
    gsl_matrix_free(m);
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* All k pairs: the values, A v = value v, and orthonormal vectors. */
static void check_pairs(const double *a, size_t n, size_t k, const double *value,
                        const double *vector)
{
    double *want = calloc(n, sizeof *want), norm;

    reference(a, n, want);
    norm = fmax(fabs(want[0]), fabs(want[n - 1]));
    for (size_t i = 0; i < k; i++) {
        const double *x = vector + i * n;

        ck_assert_double_le(fabs(value[i] - want[i]), 1e-15 * (double)(n + 100) * norm);
        for (size_t j = 0; j < n; j++)
            ck_assert_double_le(fabs(dot(a + j * n, x, n) - value[i] * x[j]), 1e-12 * norm);
        for (size_t j = 0; j <= i; j++)
            ck_assert_double_eq_tol(dot(x, vector + j * n, n), i == j, 1e-12);
    }
    free(want);
}

static double *matrix(int kind, size_t n)
{
    double *a = calloc(n * n, sizeof *a);

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            a[i * n + j] = a[j * n + i] = entry(kind, n, i, j);
    return a;
}

static void check_matrix(int kind, size_t n, size_t k)
{
    double *a = matrix(kind, n), *b = matrix(kind, n);
    double *value = calloc(k, sizeof *value), *vector = calloc(k * n, sizeof *vector);
    int ticks = 1000000;
    struct tw_host host = host_with(&ticks);

    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            b[i * n + j] = NAN; /* the upper triangle is not read */
    ck_assert_int_eq(symeigen_top(b, n, k, value, vector, &host), TW_OK);
    check_pairs(a, n, k, value, vector);
    free(a);
    free(b);
    free(value);
    free(vector);
}

START_TEST(agrees_with_gsl)
{
    const size_t sizes[] = {1, 2, 3, 4, 5, 13, 27, 55, 111};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        check_matrix(_i, sizes[s], sizes[s]);
        check_matrix(_i, sizes[s], (sizes[s] + 1) / 2);
    }
}
END_TEST

/* Few of many. Of SECOND_DIFFERENCE the dense method must take over. */
START_TEST(a_few_agree_with_gsl)
{
    check_matrix(_i, 512, 9);
    check_matrix(_i, 515, 2);
}
END_TEST

/* ---- util/krylov.h ---- */

struct product {
    const double *a;
    size_t n, block, calls;
};

static int multiply(const void *ctx, const double *v, size_t count, double *out)
{
    struct product *p = *(struct product *const *)ctx;

    ck_assert_uint_ge(count, 1);
    ck_assert_uint_le(count, p->block);
    p->calls++;
    for (size_t c = 0; c < count; c++)
        for (size_t i = 0; i < p->n; i++)
            out[c * p->n + i] = dot(p->a + i * p->n, v + c * p->n, p->n);
    return TW_OK;
}

static int krylov(const double *a, size_t n, size_t k, size_t most, const double *start,
                  double *value, double *vector, size_t *calls)
{
    struct product product = {.a = a, .n = n, .block = krylov_block(k)}, *ctx = &product;
    int ticks = 1000000, rc;
    struct tw_host host = host_with(&ticks);
    struct krylov problem = {.n = n,
                             .k = k,
                             .apply = multiply,
                             .ctx = &ctx,
                             .tolerance = 1e-13,
                             .most = most,
                             .start = start,
                             .host = &host};

    rc = krylov_top(&problem, value, vector);
    *calls = product.calls;
    return rc;
}

/* With restarts where it takes long, and with all of the space used up. TINY is for others: the
 * squares of its norms are zero. */
START_TEST(krylov_agrees_with_gsl)
{
    const size_t sizes[] = {23, 64, 230}, ks[] = {1, 8, 9};

    for (size_t s = 0; s < 3; s++) {
        size_t n = sizes[s], k = n < 32 ? 3 : ks[s], calls;
        double *a = matrix(_i, n), *value = calloc(k, sizeof *value);
        double *vector = calloc(k * n, sizeof *vector);

        ck_assert_int_eq(krylov(a, n, k, 10000, NULL, value, vector, &calls), TW_OK);
        check_pairs(a, n, k, value, vector);
        free(a);
        free(value);
        free(vector);
    }
}
END_TEST

START_TEST(krylov_says_what_has_not_converged)
{
    const size_t n = 300;
    double *a = matrix(RANDOM, n), value[8], want[8], *vector = calloc(8 * n, sizeof *vector);
    size_t calls, from_there;

    ck_assert_int_eq(krylov(a, n, 8, 4, NULL, value, vector, &calls), TW_DONE);
    ck_assert_uint_eq(calls, 4);
    ck_assert_int_eq(krylov(a, n, 8, 1000, NULL, want, vector, &calls), TW_OK);
    ck_assert_double_lt(value[0], want[0]); /* Ritz values come from below */
    ck_assert_double_gt(value[0], 0.5 * want[0]);
    ck_assert_int_eq(krylov(a, n, 8, 1000, vector, value, vector, &from_there), TW_OK);
    ck_assert_uint_eq(from_there, 1);
    ck_assert_double_eq_tol(value[7], want[7], 1e-12);
    free(a);
    free(vector);
}
END_TEST

/* The dense method as well as the other. */
START_TEST(stops_when_told)
{
    const size_t n = 600;
    double *a = matrix(RANDOM, n), value, *vector = calloc(n, sizeof *vector);
    int ticks = 3;
    struct tw_host host = host_with(&ticks);

    ck_assert_int_eq(symeigen_top(a, n, 1, &value, vector, &host), TW_ECANCELLED);
    ck_assert_int_eq(ticks, -1);
    ticks = 3;
    ck_assert_int_eq(symeigen_dense(a, n, 1, &value, vector, &host), TW_ECANCELLED);
    ck_assert_int_eq(ticks, -1);
    free(a);
    free(vector);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("symeigen");
    TCase *c = tcase_create("symeigen"), *large = tcase_create("large");

    gsl_set_error_handler_off();
    suite_add_tcase(suite, c);
    suite_add_tcase(suite, large);
    tcase_set_timeout(large, 30);
    tcase_add_loop_test(c, agrees_with_gsl, 0, MATRICES);
    tcase_add_loop_test(large, a_few_agree_with_gsl, 0, MATRICES);
    tcase_add_loop_test(c, krylov_agrees_with_gsl, 0, TINY);
    tcase_add_test(c, krylov_says_what_has_not_converged);
    tcase_add_test(large, stops_when_told);
    return bench_main(suite);
}
