/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-optimizers.c -- gd, sgd and adam against PyTorch's trajectories (made by
 * tests/golden/make_optimizers.py); mini-batches; lbfgs on losses with a known
 * minimum, with holes, kinks and failures; replay of .npy files.
 */
#include "rig.h"

#include "../golden/optimizers.h"

#include <check.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAME(got, want, tol) ck_assert_double_eq_tol(got, want, tol)

/* ---- objectives ---- */

struct mock {
    int calls;
    int fail_at;         /* this call fails; 0: none */
    unsigned char *seen; /* rows asked for, counted */
    size_t n_seen, last; /* rows of the last call */
    bool full;           /* the last call was for all rows */
};

static int no_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    (void)f;
    (void)i;
    (void)out;
    return TW_DONE;
}

static int note(const struct tw_objective *f, const struct tw_rows *rows)
{
    struct mock *m = f->ctx;

    m->full = !rows;
    m->last = rows ? rows->n : f->n_rows;
    for (size_t k = 0; m->seen && k < m->last; k++) {
        size_t row = tw_rows_at(rows, k);
        ck_assert_uint_lt(row, m->n_seen);
        m->seen[row]++;
    }
    m->calls++;
    return m->calls == m->fail_at ? TW_ENUMERIC : TW_OK;
}

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

static int rosenbrock_grad(const struct tw_objective *f, const double *t,
                           const struct tw_rows *rows, double *loss, double *grad)
{
    double a = 1 - t[0], b = t[1] - t[0] * t[0];

    if (loss)
        *loss = a * a + 100 * b * b;
    grad[0] = -2 * a - 400 * t[0] * b;
    grad[1] = 200 * b;
    return note(f, rows);
}

static int rosenbrock_loss(const struct tw_objective *f, const double *t,
                           const struct tw_rows *rows, double *loss)
{
    double grad[2];

    return rosenbrock_grad(f, t, rows, loss, grad);
}

/* A kink: |x| + 2|y|. */
static int kink_grad(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                     double *loss, double *grad)
{
    if (loss)
        *loss = fabs(t[0]) + 2 * fabs(t[1]);
    grad[0] = t[0] < 0 ? -1 : 1;
    grad[1] = t[1] < 0 ? -2 : 2;
    return note(f, rows);
}

static int kink_loss(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                     double *loss)
{
    double grad[2];

    return kink_grad(f, t, rows, loss, grad);
}

/* Defined for x > 0 and y > 0 only: x - log x + y - log y, NaN elsewhere. */
static int barrier_grad(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                        double *loss, double *grad)
{
    bool in = t[0] > 0 && t[1] > 0;

    if (loss)
        *loss = in ? t[0] - log(t[0]) + t[1] - log(t[1]) : NAN;
    for (int i = 0; i < 2; i++)
        grad[i] = in ? 1 - 1 / t[i] : NAN;
    return note(f, rows);
}

static int barrier_loss(const struct tw_objective *f, const double *t, const struct tw_rows *rows,
                        double *loss)
{
    double grad[2];

    return barrier_grad(f, t, rows, loss, grad);
}

#define PLANAR(name, m)                                                                            \
    {                                                                                              \
        .struct_size = sizeof(struct tw_objective), .dim = 2, .n_rows = 5, .ctx = m,               \
        .loss = name##_loss, .grad = name##_grad, .block = no_block                                \
    }

/* ---- helpers ---- */

static struct tw_training training(uint64_t epochs)
{
    return (struct tw_training){sizeof(struct tw_training), epochs, 1};
}

static int start(struct rig *r, const struct tw_objective *f, double *theta, struct tw_training *t)
{
    return r->plugin->ops.optimizer.start(r->self, f, theta, t);
}

static int step(struct rig *r, const struct tw_objective *f, double *theta)
{
    return r->plugin->ops.optimizer.step(r->self, f, theta);
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

/* ---- PyTorch ---- */

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

/* ---- lbfgs ---- */

START_TEST(lbfgs_minimises_rosenbrock)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{gradient_tolerance: 1e-9}");
    double theta[2] = {-1.2, 1}, loss, before = INFINITY;
    int rc = start(r, &f, theta, &t), n = 0;

    ck_assert_uint_eq(t.epochs, 200);
    ck_assert_uint_eq(t.steps_per_epoch, 1);
    for (; rc == TW_OK && n < 200; n++) {
        rc = step(r, &f, theta);
        rosenbrock_loss(&f, theta, NULL, &loss);
        ck_assert_double_le(loss, before);
        before = loss;
    }
    ck_assert_int_eq(rc, TW_DONE);
    ck_assert_int_lt(n, 60);
    SAME(theta[0], 1, 1e-8);
    SAME(theta[1], 1, 1e-8);
    rig_free(r);
}
END_TEST

START_TEST(lbfgs_stops_where_digits_end)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{gradient_tolerance: 0}");
    double theta[2] = {-1.2, 1};
    int rc = start(r, &f, theta, &t);

    for (int k = 0; k < 200 && rc == TW_OK; k++)
        rc = step(r, &f, theta);
    ck_assert_int_eq(rc, TW_DONE);
    SAME(theta[0], 1, 1e-8);
    rig_free(r);
}
END_TEST

START_TEST(lbfgs_ends_at_a_kink)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(kink, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{}");
    double theta[2] = {3, -1}, loss;
    int rc = start(r, &f, theta, &t);

    for (int k = 0; k < 200 && rc == TW_OK; k++)
        rc = step(r, &f, theta);
    ck_assert_int_eq(rc, TW_DONE);
    ck_assert_int_lt(m.calls, 20000);
    ck_assert_int_eq(kink_loss(&f, theta, NULL, &loss), TW_OK);
    ck_assert_double_le(loss, 2.5 + 1e-6); /* where the line from (3, -1) crosses y = 0 */
    rig_free(r);
}
END_TEST

START_TEST(lbfgs_stays_where_the_loss_is_finite)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(barrier, &m);
    struct tw_training t = training(0);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{step_size: 100}");
    double theta[2] = {8, 5};
    int rc = start(r, &f, theta, &t);

    for (int k = 0; k < 200 && rc == TW_OK; k++) {
        rc = step(r, &f, theta);
        ck_assert(theta[0] > 0 && theta[1] > 0);
    }
    ck_assert_int_eq(rc, TW_DONE);
    SAME(theta[0], 1, 1e-5);
    SAME(theta[1], 1, 1e-5);
    theta[0] = -1;
    ck_assert_int_eq(start(r, &f, theta, &t), TW_ENUMERIC);
    ck_assert_ptr_nonnull(strstr(rig_reason(r), "initial point"));
    rig_free(r);
}
END_TEST

START_TEST(lbfgs_at_the_minimum_does_nothing)
{
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(7);
    struct rig *r = rig_new(TW_OPTIMIZER, "lbfgs", "{}");
    double theta[2] = {1, 1};

    ck_assert_int_eq(start(r, &f, theta, &t), TW_OK);
    ck_assert_uint_eq(t.epochs, 7);
    ck_assert_int_eq(step(r, &f, theta), TW_DONE);
    ck_assert(theta[0] == 1 && theta[1] == 1);
    rig_free(r);
}
END_TEST

/* ---- replay ---- */

static char npy_path[64];

/* A version 1.0 file: `size` bytes per number, 4 or 8. */
static void write_npy(const char *shape, const double *v, size_t n, int size)
{
    char header[128];
    unsigned char length[2];
    FILE *to;
    int used, fd;

    strcpy(npy_path, "/tmp/thalweg-test-XXXXXX");
    fd = mkstemp(npy_path);
    ck_assert_int_ge(fd, 0);
    to = fdopen(fd, "wb");
    ck_assert_ptr_nonnull(to);
    used = snprintf(header, sizeof header,
                    "{'descr': '<f%d', 'fortran_order': False, 'shape': %s, }", size, shape);
    while ((10 + used + 1) % 64)
        header[used++] = ' ';
    header[used++] = '\n';
    length[0] = (unsigned char)used;
    length[1] = 0;
    fwrite("\x93NUMPY\x01\x00", 1, 8, to);
    fwrite(length, 1, 2, to);
    fwrite(header, 1, (size_t)used, to);
    for (size_t i = 0; i < n; i++) {
        float single = (float)v[i];
        if (size == 4)
            fwrite(&single, 4, 1, to);
        else
            fwrite(&v[i], 8, 1, to);
    }
    ck_assert_int_eq(fclose(to), 0);
}

static struct rig *replay_rig(void)
{
    char yaml[96];

    snprintf(yaml, sizeof yaml, "{path: %s}", npy_path);
    return rig_new(TW_OPTIMIZER, "replay", yaml);
}

START_TEST(replay_gives_the_rows)
{
    const double v[6] = {1, 2, 3.5, 4, -5, 6};

    for (int size = 4; size <= 8; size += 4) {
        struct mock m = {0};
        struct tw_objective f = PLANAR(rosenbrock, &m);
        struct tw_training t = training(0);
        double theta[2] = {9, 9};
        write_npy("(3, 2)", v, 6, size);
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

START_TEST(replay_of_a_single_row)
{
    const double v[2] = {1, 2};
    struct mock m = {0};
    struct tw_objective f = PLANAR(rosenbrock, &m);
    struct tw_training t = training(0);
    double theta[2] = {9, 9};

    write_npy("(1, 2)", v, 2, 8);
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

    write_npy(shape, v, n, 8);
    struct rig *r = replay_rig();
    rc = start(r, &f, theta, &t);
    if (rc == TW_OK)
        rc = step(r, &f, theta);
    ck_assert_int_eq(rc, TW_EINVAL);
    ck_assert_msg(strstr(rig_reason(r), word) != NULL, "'%s' lacks '%s'", rig_reason(r), word);
    rig_free(r);
    unlink(npy_path);
}

START_TEST(replay_refuses)
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
    Suite *suite = suite_create("optimizers");
    TCase *c = tcase_create("optimizers");
    SRunner *runner = srunner_create(suite);
    int failed;

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
    tcase_add_test(c, lbfgs_minimises_rosenbrock);
    tcase_add_test(c, lbfgs_stops_where_digits_end);
    tcase_add_test(c, lbfgs_ends_at_a_kink);
    tcase_add_test(c, lbfgs_stays_where_the_loss_is_finite);
    tcase_add_test(c, lbfgs_at_the_minimum_does_nothing);
    tcase_add_test(c, replay_gives_the_rows);
    tcase_add_test(c, replay_of_a_single_row);
    tcase_add_test(c, replay_refuses);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
