/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-optimizers.c -- gd, sgd and adam against PyTorch's trajectories (made by
 * tests/golden/make_optimizers.py); mini-batches; failures of them all.
 */
#include "optimizer-bench.h"

#include "../golden/optimizers.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>

/* ---- PyTorch ---- */

/* The gradient of make_optimizers.py. */
static int golden_grad(const struct tw_objective *f, const double *theta,
                       const struct tw_rows *rows, double *loss, double *grad)
{
    int step = ((struct mock *)f->ctx)->calls;
    int rc = note(f, rows);

    for (int i = 0; i < GOLDEN_DIM; i++)
        grad[i] = golden_slope[i] * theta[i] + 0.25 * theta[(i + 1) % GOLDEN_DIM] +
                  ((step * 7 + i * 13) % 11 - 5) / 8.0;
    if (loss)
        *loss = 0;
    return rc;
}

static int golden_loss(const struct tw_objective *f, const double *theta,
                       const struct tw_rows *rows, double *loss)
{
    (void)theta;
    *loss = 0;
    return note(f, rows);
}

static struct tw_objective golden(struct mock *m, size_t n_rows)
{
    return (struct tw_objective){
        .struct_size = sizeof(struct tw_objective),
        .dim = GOLDEN_DIM,
        .n_rows = n_rows,
        .ctx = m,
        .loss = golden_loss,
        .grad = golden_grad,
        .block = no_block,
    };
}

static void follow(const char *name, const char *yaml, size_t n_rows,
                   const double want[][GOLDEN_DIM])
{
    struct mock m = {0};
    struct tw_objective f = golden(&m, n_rows);
    struct tw_training t = training(GOLDEN_STEPS / GOLDEN_STEPS_PER_EPOCH);
    struct rig *r = rig_new(TW_OPTIMIZER, name, yaml);
    double theta[GOLDEN_DIM];

    for (int run = 0; run < 2; run++) { /* start() begins anew */
        m.calls = 0;
        memcpy(theta, golden_start, sizeof theta);
        ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
        ck_assert_uint_eq(t.epochs, GOLDEN_STEPS / GOLDEN_STEPS_PER_EPOCH);
        for (int k = 0; k < GOLDEN_STEPS; k++) {
            ck_assert_int_eq(step(r, &f, theta), TW_OK);
            for (int i = 0; i < GOLDEN_DIM; i++)
                SAME(theta[i], want[k][i], 1e-13);
        }
        ck_assert_int_eq(m.calls, GOLDEN_STEPS);
    }
    rig_free(r);
}

START_TEST(gd_follows_pytorch)
{
    follow("gd", "{learning_rate: 0.1}", 7, golden_sgd_plain);
    follow("gd", "{learning_rate: 0.1, momentum: 0.9}", 7, golden_sgd_momentum);
}
END_TEST

START_TEST(sgd_follows_pytorch)
{
    /* 8 rows, 3 at a time: three steps an epoch */
    follow("sgd", "{batch: 3}", 8, golden_sgd_plain);
    follow("sgd", "{batch: 3, momentum: 0.9}", 8, golden_sgd_momentum);
    follow("sgd", "{batch: 3, momentum: 0.9, nesterov: true}", 8, golden_sgd_nesterov);
    follow("sgd", "{batch: 3, momentum: 0.5, weight_decay: 0.05}", 8, golden_sgd_decay);
    follow("sgd",
           "{batch: 3, learning_rate: 0.2, momentum: 0.9, schedule: step, step_epochs: 2, "
           "gamma: 0.5}",
           8, golden_sgd_step);
    follow("sgd", "{batch: 3, learning_rate: 0.2, schedule: cosine}", 8, golden_sgd_cosine);
}
END_TEST

START_TEST(adam_follows_pytorch)
{
    follow("adam", "{learning_rate: 0.05, batch: 3}", 8, golden_adam_plain);
    follow("adam",
           "{learning_rate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weight_decay: 0.1, "
           "batch: 100}",
           8, golden_adam_decay);
}
END_TEST

/* ---- mini-batches ---- */

static void check_partition(const char *name)
{
    unsigned char seen[10];
    struct mock m = {.seen = seen, .n_seen = sizeof seen};
    struct tw_objective f = golden(&m, sizeof seen);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, name, "{batch: 4, learning_rate: 0.01}");
    double theta[GOLDEN_DIM] = {0};
    const size_t want[] = {4, 4, 2};

    ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
    ck_assert_uint_eq(t.steps_per_epoch, 3);
    ck_assert_uint_eq(t.epochs, 10);
    for (int epoch = 0; epoch < 5; epoch++) {
        memset(seen, 0, sizeof seen);
        for (size_t k = 0; k < 3; k++) {
            ck_assert_int_eq(step(r, &f, theta), TW_OK);
            ck_assert(!m.full);
            ck_assert_uint_eq(m.last, want[k]);
        }
        for (size_t i = 0; i < sizeof seen; i++)
            ck_assert_int_eq(seen[i], 1);
    }
    rig_free(r);
}

START_TEST(batches_partition_each_epoch)
{
    check_partition("sgd");
    check_partition("adam");
}
END_TEST

/* Which rows the first mini-batches hold, as bit masks. */
static void masks(uint64_t *out, int n)
{
    unsigned char seen[64];
    struct mock m = {.seen = seen, .n_seen = sizeof seen};
    struct tw_objective f = golden(&m, sizeof seen);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "sgd", "{batch: 32, learning_rate: 0.01}");
    double theta[GOLDEN_DIM] = {0};

    ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
    for (int k = 0; k < n; k++) {
        memset(seen, 0, sizeof seen);
        ck_assert_int_eq(step(r, &f, theta), TW_OK);
        out[k] = 0;
        for (int i = 0; i < 64; i++)
            out[k] |= (uint64_t)seen[i] << i;
    }
    rig_free(r);
}

START_TEST(batches_are_reshuffled_and_reproducible)
{
    uint64_t a[6], b[6];

    masks(a, 6);
    masks(b, 6);
    ck_assert_int_eq(memcmp(a, b, sizeof a), 0);
    ck_assert_uint_ne(a[0], UINT64_C(0xffffffff)); /* not in the order of the data */
    ck_assert_uint_ne(a[0], a[2]);                 /* another order each epoch */
    ck_assert_uint_ne(a[2], a[4]);
    ck_assert_uint_eq(a[0], ~a[1]);
}
END_TEST

START_TEST(a_batch_of_all_rows_is_the_whole_set)
{
    struct mock m = {0};
    struct tw_objective f = golden(&m, 8);
    struct tw_training t = training(3);
    struct rig *r = rig_new(TW_OPTIMIZER, "sgd", "{batch: 8}");
    double theta[GOLDEN_DIM] = {0};

    ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
    ck_assert_uint_eq(t.steps_per_epoch, 1);
    ck_assert_uint_eq(t.epochs, 3);
    ck_assert_int_eq(step(r, &f, theta), TW_OK);
    ck_assert(m.full);
    f.n_rows = 0; /* a model without data */
    ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
    ck_assert_uint_eq(t.steps_per_epoch, 1);
    ck_assert_int_eq(step(r, &f, theta), TW_OK);
    ck_assert(m.full);
    rig_free(r);
}
END_TEST

/* ---- failures ---- */

START_TEST(failures_of_the_objective_come_through)
{
    const char *const names[] = {"gd", "sgd", "adam", "lbfgs"};

    for (size_t i = 0; i < 4; i++) {
        struct mock m = {.fail_at = 3};
        struct tw_objective f = PLANAR(rosenbrock, &m);
        struct tw_training t = training(0);
        struct rig *r = rig_new(TW_OPTIMIZER, names[i], i < 3 ? "{learning_rate: 0.001}" : "{}");
        double theta[2] = {-1.2, 1};
        int rc = start(r, &f, theta, &t);

        for (int k = 0; k < 10 && rc == TW_OK; k++)
            rc = step(r, &f, theta);
        ck_assert_int_eq(rc, TW_ENUMERIC);
        ck_assert_int_eq(m.calls, 3); /* and no more after the failure */
        ck_assert(isfinite(theta[0]) && isfinite(theta[1]));
        rig_free(r);
    }
}
END_TEST

START_TEST(divergence_is_named)
{
    const char *const names[] = {"gd", "sgd"};

    for (size_t i = 0; i < 2; i++) {
        struct mock m = {0};
        struct tw_objective f = PLANAR(rosenbrock, &m);
        struct tw_training t = training(0);
        struct rig *r = rig_new(TW_OPTIMIZER, names[i], "{learning_rate: 10}");
        double theta[2] = {-1.2, 1};
        int rc = start(r, &f, theta, &t);

        for (int k = 0; k < 100 && rc == TW_OK; k++)
            rc = step(r, &f, theta);
        ck_assert_int_eq(rc, TW_ENUMERIC);
        ck_assert_ptr_nonnull(strstr(rig_reason(r), "diverged"));
        ck_assert_ptr_nonnull(strstr(rig_reason(r), "learning_rate"));
        rig_free(r);
    }
}
END_TEST

START_TEST(settings_are_refused)
{
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_OPTIMIZER, "sgd", "{nesterov: true}"), "momentum"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_OPTIMIZER, "adam", "{beta1: 1}"), "beta1"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_OPTIMIZER, "adam", "{beta2: 1}"), "beta2"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_OPTIMIZER, "sgd", "{batch: 0}"), "batch"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_OPTIMIZER, "sgd", "{schedule: steps}"), "step"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("optimizers");
    TCase *c = tcase_create("optimizers");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, gd_follows_pytorch);
    tcase_add_test(c, sgd_follows_pytorch);
    tcase_add_test(c, adam_follows_pytorch);
    tcase_add_test(c, batches_partition_each_epoch);
    tcase_add_test(c, batches_are_reshuffled_and_reproducible);
    tcase_add_test(c, a_batch_of_all_rows_is_the_whole_set);
    tcase_add_test(c, failures_of_the_objective_come_through);
    tcase_add_test(c, divergence_is_named);
    tcase_add_test(c, settings_are_refused);
    return bench_main(suite);
}
