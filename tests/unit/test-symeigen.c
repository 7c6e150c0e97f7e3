/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-symeigen.c -- util/symeigen.h against gsl_eigen_symm, on matrices that
 * are hard for inverse iteration too: equal, zero and nearly equal eigenvalues.
 */
#include "util/symeigen.h"

#include "util/rng.h"

#include <check.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RANDOM, IDENTITY, ONES, THREE_VALUES, SECOND_DIFFERENCE, WILKINSON, TINY, ZERO, MATRICES };

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
    default:
        return 0;
    }
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

static void reference(const double *a, size_t n, double *value)
{
    gsl_matrix *m = gsl_matrix_alloc(n, n);
    gsl_vector *w = gsl_vector_alloc(n);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(n);

    memcpy(m->data, a, n * n * sizeof *a);
    gsl_eigen_symm(m, w, work);
    memcpy(value, w->data, n * sizeof *value);
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
static void check_matrix(int kind, size_t n, size_t k)
{
    double *a = calloc(n * n, sizeof *a), *b = calloc(n * n, sizeof *b);
    double *want = calloc(n, sizeof *want), *value = calloc(k, sizeof *value);
    double *vector = calloc(k * n, sizeof *vector), norm;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            a[i * n + j] = a[j * n + i] = entry(kind, n, i, j);
            b[i * n + j] = a[i * n + j];
            if (i != j)
                b[j * n + i] = NAN; /* the upper triangle is not read */
        }
    reference(a, n, want);
    norm = fmax(fabs(want[0]), fabs(want[n - 1]));
    ck_assert_int_eq(symeigen_top(b, n, k, value, vector), 0);
    for (size_t i = 0; i < k; i++) {
        const double *x = vector + i * n;

        ck_assert_double_le(fabs(value[i] - want[i]), 1e-13 * norm);
        for (size_t j = 0; j < n; j++)
            ck_assert_double_le(fabs(dot(a + j * n, x, n) - value[i] * x[j]), 1e-12 * norm);
        for (size_t j = 0; j <= i; j++)
            ck_assert_double_eq_tol(dot(x, vector + j * n, n), i == j, 1e-12);
    }
    free(a);
    free(b);
    free(want);
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

int main(void)
{
    Suite *suite = suite_create("symeigen");
    TCase *c = tcase_create("symeigen");
    SRunner *runner = srunner_create(suite);
    int failed;

    gsl_set_error_handler_off();
    suite_add_tcase(suite, c);
    tcase_add_loop_test(c, agrees_with_gsl, 0, MATRICES);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
