/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-linear-same - the plane extension of the linear models bit by bit against itself: any cut of
 * the rows, any other points.
 */
#define _XOPEN_SOURCE 700
#include "linear-bench.h"

/* `check` gets all points, and what they are with all rows in one call. */
static void at_every_scale(int i, void (*check)(const struct bench *b, const double *xy,
                                                const struct tw_sum *sum, const double *correct))
{
    static double xy[2 * N_LIST], correct[N_LIST];
    static struct tw_sum sum[N_LIST];

    make_points(xy);
    for (enum scale scale = 0; scale < N_SCALES; scale++) {
        struct bench b = open_bench(&variants[i / N_ISAS], isas[i % N_ISAS]);

        bind_bench(&b, scale);
        begin(&b);
        ck_assert_int_eq(b.plane->eval(b.self, 0, N_ROWS, N_LIST, xy, sum, correct), TW_OK);
        check(&b, xy, sum, correct);
        b.plane->end(b.self);
        close_bench(&b);
    }
}

static void check_cuts(const struct bench *b, const size_t *cut, size_t n_cuts, const double *xy,
                       const struct tw_sum *all, const double *correct)
{
    static double right[N_LIST], part_right[N_LIST];
    static struct tw_sum sum[N_LIST], part[N_LIST];

    memset(sum, 0, sizeof(sum));
    memset(right, 0, sizeof(right));
    for (size_t i = 0; i + 1 < n_cuts; i++) {
        ck_assert_int_eq(
            b->plane->eval(b->self, cut[i], cut[i + 1] - cut[i], N_LIST, xy, part, part_right),
            TW_OK);
        for (size_t k = 0; k < N_LIST; k++) {
            tw_sum_add(&sum[k], part[k].hi);
            tw_sum_add(&sum[k], part[k].lo);
            right[k] += part_right[k];
        }
    }
    for (size_t k = 0; k < N_LIST; k++) {
        double a = tw_sum_value(&sum[k]), w = tw_sum_value(&all[k]);

        ck_assert_msg(memcmp(&a, &w, sizeof(a)) == 0, "point %zu: %.17g in parts, %.17g as a whole",
                      k, a, w);
        ck_assert_double_eq(right[k], correct[k]);
    }
}

static void check_all_cuts(const struct bench *b, const double *xy, const struct tw_sum *all,
                           const double *correct)
{
    static const size_t one[] = {0, 1, 2, 31, 32, 33, 63, 74, N_ROWS}, two[] = {0, 17, 40, N_ROWS};

    check_cuts(b, one, COUNT(one), xy, all, correct);
    check_cuts(b, two, COUNT(two), xy, all, correct);
}

START_TEST(cuts_do_not_show)
{
    at_every_scale(_i, check_all_cuts);
}
END_TEST

/* Points first .. first + n - 1 on their own; some without `correct`, too. */
static void check_alone(const struct bench *b, const double *xy, size_t first, size_t n,
                        const struct tw_sum *sum, const double *correct)
{
    struct tw_sum *alone = take(n, sizeof(*alone));
    double *right = take(n, sizeof(*right));

    ck_assert_int_eq(b->plane->eval(b->self, 0, N_ROWS, n, xy + 2 * first, alone, right), TW_OK);
    ck_assert_mem_eq(alone, sum + first, n * sizeof(*alone));
    ck_assert_mem_eq(right, correct + first, n * sizeof(*right));
    if (first <= 1 || n == 1) {
        ck_assert_int_eq(b->plane->eval(b->self, 0, N_ROWS, n, xy + 2 * first, alone, NULL), TW_OK);
        ck_assert_mem_eq(alone, sum + first, n * sizeof(*alone));
    }
    free(alone);
    free(right);
}

static void check_all_alone(const struct bench *b, const double *xy, const struct tw_sum *sum,
                            const double *correct)
{
    for (size_t r = 0; r < TALL; r += r == 0 ? 3 : r == 3 ? 1 : 4) /* 0, 3, 4, 8 */
        check_alone(b, xy, r * WIDE + (r >= 4), WIDE, sum, correct);
    check_alone(b, xy, AT_LAST, 5 * WIDE, sum, correct);
    check_alone(b, xy, AT_ODD, ODD, sum, correct);
    check_alone(b, xy, AT_EVEN, 41, sum, correct);
    check_alone(b, xy, AT_EVEN + 41, 41, sum, correct);
    check_alone(b, xy, N_LIST - 2, 1, sum, correct);
}

START_TEST(other_points_do_not_show)
{
    at_every_scale(_i, check_all_alone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plane of linear models: the same bits");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, cuts_do_not_show, 0, N_ALL);
    tcase_add_loop_test(tests, other_points_do_not_show, 0, N_ALL);
    suite_add_tcase(suite, tests);
    return linear_main(suite);
}
