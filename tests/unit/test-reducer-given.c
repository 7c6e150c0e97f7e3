/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducer-given.c -- directions from files are used as they are; what is refused.
 */
#include "npyfile.h"
#include "reducer-bench.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <unistd.h>

START_TEST(uses_directions_as_they_are)
{
    const double v[12] = {1, 2, 3, 0, 4, 0, 5, 5, 0, 6, -6, 7}, o[3] = {-1, -2, -3};
    const double through[3] = {8, 8, 9};
    char directions[32], origin[32], yaml[128];
    struct bench *b = bench_new(2, 3);

    b->theta[3] = 0.25;
    write_npy(directions, "<f8", "(4, 3)", v, 12 * sizeof *v);
    write_npy(origin, "<f8", "(3,)", o, 3 * sizeof *o);
    snprintf(yaml, sizeof yaml, "{directions: %s}", directions);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    for (size_t index = 0; index < 2; index++) {
        ck_assert_int_eq(plane(r, b, index, NULL), TW_OK);
        ck_assert_int_eq(memcmp(b->plane.u, v + 6 * index, sizeof o), 0);
        ck_assert_int_eq(memcmp(b->plane.v, v + 6 * index + 3, sizeof o), 0);
        ck_assert_int_eq(memcmp(b->plane.origin, last(b), sizeof o), 0);
        ck_assert_str_eq(b->plane.x_label, index ? "direction 3" : "direction 1");
        ck_assert_str_eq(b->plane.y_label, index ? "direction 4" : "direction 2");
    }
    ck_assert_int_eq(plane(r, b, 2, NULL), TW_DONE);
    rig_free(r);

    snprintf(yaml, sizeof yaml, "{directions: %s, origin: %s}", directions, origin);
    r = rig_new(TW_REDUCER, "given", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    ck_assert_int_eq(memcmp(b->plane.origin, o, sizeof o), 0);
    ck_assert_int_eq(plane(r, b, 0, through), TW_OK);
    ck_assert_int_eq(memcmp(b->plane.origin, through, sizeof o), 0);
    rig_free(r);
    unlink(directions);
    unlink(origin);
    bench_free(b);
}
END_TEST

START_TEST(of_one_row_is_a_line)
{
    const double v[3] = {1, -2, 3};
    char directions[32], yaml[64];
    struct bench *b = bench_new(2, 3);

    write_npy(directions, "<f8", "(1, 3)", v, 3 * sizeof *v);
    snprintf(yaml, sizeof yaml, "{directions: %s}", directions);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    b->plane.v[1] = 5;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    ck_assert_uint_eq(b->plane.n_axes, 1);
    ck_assert_int_eq(memcmp(b->plane.u, v, sizeof v), 0);
    for (size_t j = 0; j < 3; j++)
        ck_assert(b->plane.v[j] == 0);
    ck_assert_str_eq(b->plane.x_label, "direction 1");
    ck_assert_str_eq(b->plane.y_label, "");
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_DONE);
    rig_free(r);
    unlink(directions);
    bench_free(b);
}
END_TEST

static void refuse_given(const char *shape, const double *v, size_t n, const char *word)
{
    char directions[32], yaml[128];
    struct bench *b = bench_new(2, 3);

    write_npy(directions, "<f8", shape, v, n * sizeof *v);
    snprintf(yaml, sizeof yaml, "{directions: %s}", directions);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, word);
    rig_free(r);
    unlink(directions);
    bench_free(b);
}

START_TEST(refuses)
{
    const double one[6] = {1, 2, 3, -2, -4, -6}, two[6] = {1, 2, 3, 0, 0, 0};
    const double three[6] = {1, 2, 3, 0, NAN, 0}, o[2] = {1, 2};
    const double fine[6] = {1, 2, 3, 0, 0, 1};
    char directions[32], origin[32], yaml[128];
    struct bench *b = bench_new(2, 3);

    refuse_given("(2, 3)", one, 6, "rows 0 and 1 (from 0) are parallel");
    refuse_given("(2, 3)", two, 6, "row 1 (from 0) is zero");
    refuse_given("(2, 3)", three, 6, "row 1, column 1");
    refuse_given("(3, 2)", one, 6, "needed: 2 x 3");
    refuse_given("(1, 3)", two + 3, 3, "row 0 (from 0) is zero");
    refuse_given("(1, 3)", three + 3, 3, "row 0, column 1");
    refuse_given("(3, 1)", one, 3, "or 1: a line");
    refuse_given("(6,)", one, 6, "needed: 2 x 3");

    write_npy(directions, "<f8", "(2, 3)", fine, 6 * sizeof *fine);
    write_npy(origin, "<f8", "(2,)", o, 2 * sizeof *o);
    snprintf(yaml, sizeof yaml, "{directions: %s, origin: %s}", directions, origin);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "needed: 3 numbers");
    rig_free(r);
    unlink(directions);
    unlink(origin);
    bench_free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reducer-given");
    TCase *c = tcase_create("reducer-given");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, uses_directions_as_they_are);
    tcase_add_test(c, of_one_row_is_a_line);
    tcase_add_test(c, refuses);
    return bench_main(suite);
}
