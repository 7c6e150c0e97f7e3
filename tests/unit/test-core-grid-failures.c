/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-grid-failures.c -- models that fail in the middle of a grid, or cannot, or give
 * infinities; and extensions that differ.
 */
#include "grid-fake.h"

/* A tile that is slow, and a later one that fails at once, perhaps with another
 * that waits in between: what is said is always the failure, never that somebody
 * was told to stop. */
START_TEST(the_failed_tile_is_named)
{
    for (size_t again = 0; again < 8; again++) {
        error_clear(&b->err);
        open_fake((size_t)_i);
        fake.eval_status = TW_ENUMERIC;
        fake.slow_tile = again % 2 ? 6 : 5;
        fake.fail_tile = 7;
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        ck_assert_str_eq(b->err.text, "model fake: grid: tile 7");
        ck_assert_int_eq(b->err.fault, FAULT_RUN);
        ck_assert_uint_eq(fake.begun, fake.ended);
        ck_assert_uint_lt(fake.evals, TILES);
    }
}
END_TEST

START_TEST(failures_of_the_extension)
{
    open_fake(3);
    fake.fail_begin = 2;
    fake.begin_status = TW_ENOMEM;
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    HAS(b->err.text, "model fake: grid: cannot begin");
    ck_assert_uint_eq(fake.begun, 1);
    ck_assert_uint_eq(fake.ended, 1); /* end() for those that began, no others */
    ck_assert_uint_eq(fake.evals, 0);
    error_clear(&b->err);
    open_fake(3);
    fake.penalty_status = TW_EINTERNAL;
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    HAS(b->err.text, "model fake: grid: no penalty");
    ck_assert_uint_eq(fake.ended, 3);
}
END_TEST

/* An extension may be faster, never different. */
START_TEST(an_extension_that_differs)
{
    static const double small[] = {1e-4, -1e-4}, large[] = {3e-3, -3e-3, 0.1, INFINITY, NAN};
    open_fake(2); /* losses from 4 to 7 */
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        fake.plain_error = small[i]; /* as rounding in float may do */
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    }
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        fake.plain_error = large[i];
        error_clear(&b->err);
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        ck_assert_int_eq(b->err.fault, FAULT_RUN);
        HAS(b->err.text, "model fake: its plane extension gives the loss ");
    }
}
END_TEST

START_TEST(an_extension_that_counts_otherwise)
{
    static const double wrong[] = {0, 190, 210, NAN};
    open_fake(2); /* half of 397 rows are right */
    fake.plain_correct = 197;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        fake.plain_correct = wrong[i];
        error_clear(&b->err);
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        HAS(b->err.text, "model fake: its plane extension gives the accuracy 0.5 at (");
    }
}
END_TEST

/* TW_ENOTSUP: this plane is not for the extension; then point by point. */
START_TEST(an_extension_that_declines)
{
    open_fake(3);
    fake.fail_begin = 2;
    fake.begin_status = TW_ENOTSUP;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    ck_assert_uint_eq(fake.plains, 6);
    ck_assert_uint_eq(fake.evals, 0);
    ck_assert_uint_eq(fake.begun, fake.ended);
    ck_assert_double_eq(grid.view.loss[0], 4);
    /* It is forgotten: a later failure says its own reason. */
    fake.plain_status = TW_ENUMERIC;
    atomic_store(&fake.begun, 0);
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    ck_assert_str_eq(b->err.text, "model fake: grid: no loss");
}
END_TEST

START_TEST(failures_of_the_plain_way)
{
    open_fake((size_t)_i);
    model.plane = NULL;
    fake.plain_status = TW_EINVAL;
    ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
    ck_assert_str_eq(b->err.text, "model fake: grid: no loss");
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
}
END_TEST

START_TEST(interrupted)
{
    volatile sig_atomic_t stop = 1;
    for (int extension = 0; extension < 2; extension++) {
        error_clear(&b->err);
        b->env.stop = &stop;
        open_fake((size_t)_i);
        if (!extension)
            model.plane = NULL;
        ck_assert_int_lt(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err), 0);
        ck_assert_int_eq(b->err.fault, FAULT_INTERRUPT);
        HAS(b->err.text, "interrupted");
        ck_assert_uint_eq(fake.evals + fake.plains, 0);
        b->env.stop = NULL;
    }
}
END_TEST

/* An infinite loss is a value: it stays, and is never the lowest. */
START_TEST(infinite_losses_are_kept)
{
    open_fake(2);
    double *loss = grid.loss;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    plane.view.u[0] = 1e308;
    fake.plain_correct = NAN;
    model.plane = NULL;
    make_grid(3, 2, -10, 10, 5, 6);
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    loss = grid.loss;
    ck_assert(isinf(loss[0]) && loss[0] < 0 && isinf(loss[2]) && isfinite(loss[1]));
    ck_assert_uint_eq(grid_lowest(&grid) % 3, 1);
    ck_assert_ptr_null(grid.view.accuracy);
    for (size_t k = 0; k < 6; k++)
        loss[k] = k % 2 ? NAN : INFINITY;
    ck_assert_uint_eq(grid_lowest(&grid), SIZE_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("grid-failures");
    TCase *c = tcase_create("grid-failures");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, the_failed_tile_is_named, 1, 8);
    tcase_add_test(c, failures_of_the_extension);
    tcase_add_test(c, an_extension_that_differs);
    tcase_add_test(c, an_extension_that_counts_otherwise);
    tcase_add_test(c, an_extension_that_declines);
    tcase_add_loop_test(c, failures_of_the_plain_way, 1, 4);
    tcase_add_loop_test(c, interrupted, 1, 4);
    tcase_add_test(c, infinite_losses_are_kept);
    return bench_main(suite);
}
