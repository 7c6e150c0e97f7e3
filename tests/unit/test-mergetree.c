/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-mergetree.c -- minima of grids, their persistence and their basins: small grids that can
 * be worked out by hand, and a brute-force computation on random ones.
 */
#include "core-bench.h"

#include "../../core/analysis/mergetree.h"

#include <math.h>

static struct mergetree tree;
static struct error err;

static void build(size_t nx, size_t ny, const double *loss)
{
    mergetree_free(&tree);
    ck_assert_int_eq(mergetree_build(&tree, nx, ny, loss, 1, &err), 0);
}

static void tear_down(void)
{
    mergetree_free(&tree);
}

START_TEST(a_line)
{
    /* Two valleys: 1 and 0, with the pass of 4 between them; -1 at the edge. */
    static const double loss[] = {3, 1, 2, 4, 0, 5, -1};
    build(7, 1, loss);
    ck_assert_uint_eq(tree.n, 3);
    const struct tree_minimum *m = tree.minimum;
    ck_assert_uint_eq(m[0].cell, 6);
    ck_assert(isinf(m[0].persistence) && isinf(m[0].death) && m[0].edge);
    ck_assert_uint_eq(m[0].parent, NO_MINIMUM);
    ck_assert_double_eq(m[0].spill, -1);
    ck_assert_uint_eq(m[1].cell, 4);
    ck_assert_double_eq(m[1].persistence, 5);
    ck_assert_double_eq(m[1].death, 5);
    ck_assert_uint_eq(m[1].pass, 5);
    ck_assert_uint_eq(m[1].parent, 0);
    ck_assert_double_eq(m[1].spill, 4); /* over the pass, where the other one had reached 3 */
    ck_assert(!m[1].edge);
    ck_assert_uint_eq(m[2].cell, 1);
    ck_assert_double_eq(m[2].persistence, 3);
    ck_assert_uint_eq(m[2].pass, 3);
    ck_assert_uint_eq(m[2].parent, 1);
    ck_assert_double_eq(m[2].spill, 3);
    static const size_t basin[] = {2, 2, 2, 1, 1, 0, 0};
    for (size_t i = 0; i < 7; i++)
        ck_assert_uint_eq(tree.basin[i], basin[i]);
    ck_assert_uint_eq(m[2].cells, 3);
    ck_assert_uint_eq(m[1].cells, 2);
    ck_assert_uint_eq(m[0].cells, 2);
}
END_TEST

START_TEST(what_is_shallow_joins_its_neighbour)
{
    static const double loss[] = {3, 1, 2, 4, 0, 5, -1};
    build(7, 1, loss);
    mergetree_simplify(&tree, 3.5);
    ck_assert_uint_eq(tree.n, 2);
    ck_assert_uint_eq(tree.n_noise, 1);
    ck_assert_uint_eq(tree.minimum[1].cells, 5);
    ck_assert_uint_eq(tree.basin[0], 1);
    mergetree_simplify(&tree, 100);
    ck_assert_uint_eq(tree.n, 1);
    ck_assert_uint_eq(tree.n_noise, 2);
    ck_assert_uint_eq(tree.minimum[0].cells, 7);
}
END_TEST

/* All cells of a plateau are one minimum: the others have persistence 0. */
START_TEST(a_plateau)
{
    static const double loss[12] = {0};
    build(4, 3, loss);
    ck_assert_uint_eq(tree.n, 1);
    ck_assert_uint_eq(tree.minimum[0].cells, 12);
    static const double two[] = {1, 1, 2, 1, 1};
    build(5, 1, two);
    mergetree_simplify(&tree, 0);
    ck_assert_uint_eq(tree.n, 2);
    ck_assert_double_eq(tree.minimum[1].persistence, 1);
}
END_TEST

/* Diagonal neighbours touch; what is not finite parts two lakes for good. */
START_TEST(neighbours_and_holes)
{
    static const double diagonal[] = {0, 9, 9, 1};
    build(2, 2, diagonal);
    ck_assert_uint_eq(tree.n, 1);
    static const double wall[] = {0, NAN, 1, 2, INFINITY, 3};
    build(3, 2, wall);
    ck_assert_uint_eq(tree.n, 2);
    ck_assert_uint_eq(tree.n_finite, 4);
    ck_assert(isinf(tree.minimum[0].persistence) && isinf(tree.minimum[1].persistence));
    ck_assert_double_eq(tree.minimum[0].birth, 0);
    ck_assert_uint_eq(tree.basin[1], NO_MINIMUM);
    static const double nothing[] = {NAN, INFINITY, -INFINITY};
    build(3, 1, nothing);
    ck_assert_uint_eq(tree.n, 0);
    mergetree_simplify(&tree, 1);
    ck_assert_uint_eq(tree.n, 0);
}
END_TEST

START_TEST(maxima_of_the_negative)
{
    static const double loss[] = {0, 5, 1, 3, 0};
    mergetree_free(&tree);
    ck_assert_int_eq(mergetree_build(&tree, 5, 1, loss, -1, &err), 0);
    ck_assert_uint_eq(tree.n, 2);
    ck_assert_uint_eq(tree.minimum[0].cell, 1);
    ck_assert_uint_eq(tree.minimum[1].cell, 3);
    ck_assert_double_eq(tree.minimum[1].persistence, 2);
    ck_assert_uint_eq(tree.minimum[1].pass, 2);
}
END_TEST

/* ---- brute force ---- */

#define N 9

/* The lowest level at which `from` is joined to a cell below it, by flooding to each level. */
static double brute_death(const double *loss, size_t from)
{
    double best = INFINITY;
    for (size_t level = 0; level < N * N; level++) {
        bool wet[N * N] = {false}, more = true, lower = false;
        if (loss[level] < loss[from] || loss[level] >= best)
            continue;
        wet[from] = true;
        while (more) {
            more = false;
            for (int i = 0; i < N * N; i++)
                for (int k = 0; k < N * N && !wet[i]; k++)
                    if (wet[k] && abs(i % N - k % N) <= 1 && abs(i / N - k / N) <= 1 &&
                        loss[i] <= loss[level])
                        wet[i] = more = true;
        }
        for (size_t i = 0; i < N * N; i++)
            lower = lower || (wet[i] && loss[i] < loss[from]);
        if (lower)
            best = loss[level];
    }
    return best;
}

START_TEST(random_grids)
{
    double loss[N * N];
    uint64_t state = 12345 + (uint64_t)_i;
    for (size_t i = 0; i < N * N; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        loss[i] = (double)(state >> 40) + (double)i * 1e-6; /* no two are equal */
    }
    build(N, N, loss);
    size_t minima = 0, cells = 0;
    for (int i = 0; i < N * N; i++) {
        bool minimum = true;
        for (int k = 0; k < N * N; k++)
            if (k != i && abs(i % N - k % N) <= 1 && abs(i / N - k / N) <= 1)
                minimum = minimum && loss[k] > loss[i];
        minima += minimum;
    }
    ck_assert_uint_eq(tree.n, minima);
    for (size_t i = 0; i < tree.n; i++) {
        const struct tree_minimum *m = &tree.minimum[i];
        ck_assert_double_eq(m->birth, loss[m->cell]);
        double death = brute_death(loss, m->cell);
        ck_assert((isinf(death) && isinf(m->death)) || death == m->death);
        ck_assert(i == 0 || m->persistence <= m[-1].persistence);
        if (i > 0) {
            ck_assert_uint_lt(m->parent, i);
            ck_assert_double_lt(tree.minimum[m->parent].birth, m->birth);
            ck_assert_double_eq(loss[m->pass], m->death);
        }
        cells += m->cells;
    }
    ck_assert_uint_eq(cells, N * N);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mergetree");
    TCase *c = tcase_create("mergetree");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, NULL, tear_down);
    tcase_add_test(c, a_line);
    tcase_add_test(c, what_is_shallow_joins_its_neighbour);
    tcase_add_test(c, a_plateau);
    tcase_add_test(c, neighbours_and_holes);
    tcase_add_test(c, maxima_of_the_negative);
    tcase_add_loop_test(c, random_grids, 0, 5);
    return bench_main(suite);
}
