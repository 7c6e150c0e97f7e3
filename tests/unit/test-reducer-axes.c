/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducer-axes.c -- two weights as axes: those that were asked for, or that moved most; their
 * names; what is refused.
 */
#include "reducer-bench.h"

#include <gsl/gsl_errno.h>

/* Two points of eight parameters; entry 7, a bias, moves most. */
static struct bench *axes_bench(void)
{
    const double from[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    const double to[8] = {0.1, -3, 0.5, 0.5, 2, -0.2, 1, 9};
    struct bench *b = bench_new(2, 8);

    memcpy(b->theta, from, sizeof from);
    memcpy(b->theta + 8, to, sizeof to);
    return b;
}

static void check_axes(const struct bench *b, size_t x, size_t y, bool zeroed)
{
    for (size_t j = 0; j < 8; j++) {
        ck_assert(b->plane.u[j] == (j == x));
        ck_assert(b->plane.v[j] == (j == y));
        ck_assert(b->plane.origin[j] == (zeroed && (j == x || j == y) ? 0 : last(b)[j]));
    }
    ck_assert(isnan(b->plane.x_variance) && isnan(b->plane.y_variance));
}

START_TEST(auto_ranks_by_movement)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{}");
    struct bench *b = axes_bench();

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_axes(b, 1, 4, true);
    ck_assert_str_eq(b->plane.x_label, "fc1.weight[0,1]");
    ck_assert_str_eq(b->plane.y_label, "fc1.weight[1,1]");
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_OK);
    check_axes(b, 2, 3, true); /* a tie: the first comes first */
    ck_assert_int_eq(plane(r, b, 2, last(b)), TW_OK);
    check_axes(b, 5, 0, false);
    ck_assert_int_eq(plane(r, b, 3, NULL), TW_DONE);
    bench_free(b);
    rig_free(r);
}
END_TEST

START_TEST(auto_without_training_ranks_by_size)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{}");
    struct bench *b = axes_bench();

    b->theta[8 + 0] = -7;
    ck_assert_int_eq(
        r->plugin->ops.reducer.plane(r->self, &b->f, NULL, 0, last(b), 0, NULL, &b->plane), TW_OK);
    check_axes(b, 0, 1, true);
    bench_free(b);
    rig_free(r);
}
END_TEST

START_TEST(takes_a_list)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{weights: [7, 0, 5, 6]}");
    struct bench *b = axes_bench();

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_axes(b, 7, 0, true);
    ck_assert_str_eq(b->plane.x_label, "fc1.bias[1]");
    ck_assert_str_eq(b->plane.y_label, "fc1.weight[0,0]");
    b->f.ctx = b; /* blocks without names */
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_OK);
    check_axes(b, 5, 6, true);
    ck_assert_str_eq(b->plane.x_label, "weight 5");
    ck_assert_str_eq(b->plane.y_label, "bias 6");
    ck_assert_int_eq(plane(r, b, 2, NULL), TW_DONE);
    bench_free(b);
    rig_free(r);
}
END_TEST

static int one_weight(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    (void)f;
    out->role = i ? TW_BIAS : TW_WEIGHT;
    out->offset = i;
    out->rows = i ? 7 : 1;
    out->cols = 1;
    return i > 1 ? TW_DONE : TW_OK;
}

START_TEST(refuses)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{weights: [0, 8]}");
    struct bench *b = axes_bench();

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "8 is too large: theta has 8 entries, 0 to 7");
    rig_free(r);
    r = rig_new(TW_REDUCER, "axes", "{}");
    b->f.block = one_weight;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "1 weight, two are needed");
    rig_free(r);
    bench_free(b);
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "axes", "{weights: [1, 2, 3]}"), "pairs"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "axes", "{weights: [1, 1]}"), "differ"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "axes", "{weights: [-1, 1]}"), "weights"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reducer-axes");
    TCase *c = tcase_create("reducer-axes");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, auto_ranks_by_movement);
    tcase_add_test(c, auto_without_training_ranks_by_size);
    tcase_add_test(c, takes_a_list);
    tcase_add_test(c, refuses);
    return bench_main(suite);
}
