/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-optimizer-replay.c -- the rows of an .npy file as a trajectory; what is refused.
 */
#include "npyfile.h"
#include "optimizer-bench.h"

#include <gsl/gsl_errno.h>

static char npy_path[32];

static struct rig *replay_rig(void)
{
    char yaml[96];

    snprintf(yaml, sizeof yaml, "{path: %s}", npy_path);
    return rig_new(TW_OPTIMIZER, "replay", yaml);
}

START_TEST(gives_the_rows)
{
    const double v[6] = {1, 2, 3.5, 4, -5, 6};
    const float single[6] = {1, 2, 3.5f, 4, -5, 6};

    for (int size = 4; size <= 8; size += 4) {
        struct mock m = {0};
        struct tw_objective f = PLANAR(rosenbrock, &m);
        struct tw_training t = training(0);
        double theta[2] = {9, 9};

        if (size == 4)
            write_npy(npy_path, "<f4", "(3, 2)", single, sizeof single);
        else
            write_npy(npy_path, "<f8", "(3, 2)", v, sizeof v);
        struct rig *r = replay_rig();

        ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
        ck_assert_uint_eq(t.epochs, 2);
        ck_assert_uint_eq(t.steps_per_epoch, 1);
        ck_assert(theta[0] == 1 && theta[1] == 2);
        ck_assert_int_eq(step(r, &f, theta), TW_OK);
        ck_assert(theta[0] == 3.5 && theta[1] == 4);
        ck_assert_int_eq(step(r, &f, theta), TW_DONE);
        ck_assert(theta[0] == -5 && theta[1] == 6);
        t = training(1);
        ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
        ck_assert_uint_eq(t.epochs, 1);
        ck_assert_int_eq(m.calls, 0);
        rig_free(r);
        unlink(npy_path);
    }
}
END_TEST

START_TEST(of_a_single_row)
{
    const double v[2] = {1, 2};
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(0);
    double theta[2] = {9, 9};

    write_npy(npy_path, "<f8", "(1, 2)", v, sizeof v);
    struct rig *r = replay_rig();
    ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
    ck_assert_uint_eq(t.epochs, 0);
    ck_assert_int_eq(step(r, &f, theta), TW_DONE);
    ck_assert(theta[0] == 1 && theta[1] == 2);
    rig_free(r);
    unlink(npy_path);
}
END_TEST

static void refuse_replay(const char *shape, const double *v, size_t n, const char *word)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(0);
    double theta[2] = {9, 9};
    int rc;

    write_npy(npy_path, "<f8", shape, v, n * sizeof *v);
    struct rig *r = replay_rig();
    rc = start(r, &f, theta, &t);
    if (rc == TW_OK)
        rc = step(r, &f, theta);
    ck_assert_int_eq(rc, TW_EINVAL);
    SAYS(r, word);
    rig_free(r);
    unlink(npy_path);
}

START_TEST(refuses)
{
    const double v[6] = {1, 2, 3, NAN, 5, 6};

    refuse_replay("(3, 2)", v, 6, "row 1, column 1");
    refuse_replay("(2, 3)", v, 6, "has 3 parameters per checkpoint, but the model has 2");
    refuse_replay("(6,)", v, 6, "checkpoints x 2 parameters");
    refuse_replay("(3, 2, 1)", v, 6, "checkpoints x 2 parameters");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("optimizer-replay");
    TCase *c = tcase_create("optimizer-replay");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, gives_the_rows);
    tcase_add_test(c, of_a_single_row);
    tcase_add_test(c, refuses);
    return bench_main(suite);
}
