/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-linear-plane - the plane extension of the linear models against losses in long double:
 * evenly spaced and odd rows, tiny, huge and mixed scores, few and many classes, some of the rows.
 */
#define _XOPEN_SOURCE 700
#include "linear-bench.h"

/* ---- the reference ---- */

/* Scores under origin, u and v: part[which][r * n_out + c]. */
static void reference_parts(struct bench *b)
{
    double *const weight[3] = {b->origin, b->u, b->v_axis};

    for (size_t part = 0; part < 3; part++) {
        b->part[part] = take(N_ROWS * b->n_out, sizeof(long double));
        for (size_t r = 0; r < N_ROWS; r++)
            for (size_t c = 0; c < b->n_out; c++) {
                const double *w = weight[part] + c * b->d;
                long double sum = b->bias ? (long double)weight[part][b->n_out * b->d + c] : 0;

                for (size_t j = 0; j < b->d; j++)
                    sum += (long double)b->data.x[r * b->d + j] * (long double)w[j];
                b->part[part][r * b->n_out + c] = sum;
            }
    }
}

static void reference_scores(const struct bench *b, double x, double y, size_t r, long double *s)
{
    for (size_t c = 0; c < b->n_out; c++) {
        size_t at = r * b->n_out + c;

        s[c] = b->part[0][at] + (long double)x * b->part[1][at] + (long double)y * b->part[2][at];
    }
    if (b->n_out == 1) { /* two scores that are as far apart */
        s[1] = s[0];
        s[0] = 0;
    }
}

static long double reference_term(const struct bench *b, const long double *s, size_t own)
{
    bool squared = strstr(b->v->yaml, "squared"), largest = strstr(b->v->yaml, "crammer");
    bool logistic = strcmp(b->v->model, "logistic") == 0;
    long double sum = 0, most = 0;

    for (size_t c = 0; c < b->v->n_classes; c++)
        most = fmaxl(most, s[c] - s[own]);
    for (size_t c = 0; c < b->v->n_classes; c++) {
        long double delta = s[c] - s[own], hinge = fmaxl(0, 1 + delta);

        if (c != own && logistic)
            sum += expl(delta - most);
        else if (c != own && largest)
            sum = fmaxl(sum, squared ? hinge * hinge : hinge);
        else if (c != own)
            sum += squared ? hinge * hinge : hinge;
    }
    if (!logistic)
        return sum;
    return most > 0 ? most + logl(expl(-most) + sum) : log1pl(sum);
}

/* The sum over rows [from, to), and how many are right. */
static double reference(const struct bench *b, double x, double y, size_t from, size_t to,
                        double *correct)
{
    long double *s = take(b->v->n_classes, sizeof(*s)), sum = 0;

    *correct = 0;
    for (size_t r = from; r < to; r++) {
        size_t own = (size_t)b->data.label[r], top = 0;

        reference_scores(b, x, y, r, s);
        for (size_t c = 1; c < b->v->n_classes; c++)
            top = s[c] > s[top] ? c : top;
        *correct += top == own;
        sum += reference_term(b, s, own);
    }
    free(s);
    return (double)sum;
}

/* ---- against it ---- */

/* What the reference says of rows [from, to) at every point; `before`: of those of the group that
 * come before them. */
struct wanted {
    double loss[N_LIST], before[N_LIST], correct[N_LIST];
};

/* Many classes take long: every third point, another one in each row of the grid. */
static size_t step(const struct variant *v)
{
    return v->n_classes > 16 ? 3 : 1;
}

static void want_surface(const struct bench *b, size_t from, size_t to, struct wanted *w)
{
    static double xy[2 * N_LIST];
    double other;

    make_points(xy);
    for (size_t k = 0; k < N_LIST; k += step(b->v)) {
        w->loss[k] = reference(b, xy[2 * k], xy[2 * k + 1], from, to, &w->correct[k]);
        w->before[k] = reference(b, xy[2 * k], xy[2 * k + 1], from - from % 32, from, &other);
    }
}

/* A part of a group is a difference of two sums; where a hinge breaks, little is left of 1 + delta.
 */
static void check_surface(const struct bench *b, size_t from, size_t to, const struct wanted *w)
{
    static double xy[2 * N_LIST], correct[N_LIST];
    static struct tw_sum sum[N_LIST];
    double least = strcmp(b->v->model, "svm") == 0 ? 1e-14 : 0;

    make_points(xy);
    ck_assert_int_eq(b->plane->eval(b->self, from, to - from, N_LIST, xy, sum, correct), TW_OK);
    for (size_t k = 0; k < N_LIST; k += step(b->v)) {
        double got = tw_sum_value(&sum[k]), want = w->loss[k];

        ck_assert_msg(fabs(got - want) <= 1e-12 * want + 1e-14 * w->before[k] + least,
                      "%s %s at (%g, %g), point %zu: %.17g, expected %.17g, off by %.3g",
                      b->v->model, b->v->yaml, xy[2 * k], xy[2 * k + 1], k, got, want, got - want);
        ck_assert_double_eq(correct[k], w->correct[k]);
    }
}

/* These rows, with the kernels of each instruction set: what is wanted is the same for all. */
static void check_rows(const struct variant *v, enum scale scale, size_t n, const size_t (*rows)[2])
{
    static struct wanted wanted[2];

    ck_assert_uint_le(n, 2);
    for (size_t isa = 0; isa < N_ISAS; isa++) {
        struct bench b = open_bench(v, isas[isa]);

        bind_bench(&b, scale);
        if (isa == 0) {
            reference_parts(&b);
            for (size_t i = 0; i < n; i++)
                want_surface(&b, rows[i][0], rows[i][1], &wanted[i]);
        }
        begin(&b);
        for (size_t i = 0; i < n; i++)
            check_surface(&b, rows[i][0], rows[i][1], &wanted[i]);
        b.plane->end(b.self);
        close_bench(&b);
    }
}

/* All rows, and so many that the last begins a group. */
START_TEST(surface_is_exact)
{
    static const size_t rows[][2] = {{0, N_ROWS}, {0, 33}};

    for (enum scale scale = 0; scale < N_SCALES; scale++)
        check_rows(&variants[_i], scale, scale == MIXED ? 2 : 1, rows);
}
END_TEST

/* The lowest losses are far below what 1 + s could hold: otherwise that test would say little. */
START_TEST(tiny_losses_are_tiny)
{
    struct bench b = open_bench(&variants[2], "best");
    double right;

    bind_bench(&b, TINY_LOSS);
    reference_parts(&b);
    ck_assert_double_lt(reference(&b, 0, 0, 0, N_ROWS, &right), 1e-18);
    ck_assert_double_gt(reference(&b, 0, 0, 0, N_ROWS, &right), 0);
    ck_assert_double_eq(right, N_ROWS);
    close_bench(&b);
}
END_TEST

/* A part of a group is the loss of its rows. */
START_TEST(parts_are_their_rows)
{
    static const size_t rows[][2] = {{11, 12}, {5, 70}};

    check_rows(&variants[_i], MIXED, 2, rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plane of linear models");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, surface_is_exact, 0, N_VARIANTS);
    tcase_add_test(tests, tiny_losses_are_tiny);
    tcase_add_loop_test(tests, parts_are_their_rows, 0, N_VARIANTS);
    suite_add_tcase(suite, tests);
    return linear_main(suite);
}
