/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-train.c -- the training loop: which points are kept, how it ends,
 * what it hands to the optimizer; and the objective: gradients by differences,
 * the same sums for any number of workers.
 */
#include "core-bench.h"

#include "../../core/train.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static struct bench *b;
static struct workers *workers;
static struct model model;
static struct path path;
static struct trainer trainer;
static double theta[3];

/* ---- an optimizer that goes up by one along theta[0] ---- */

static struct plugin optimizer;
static struct {
    uint64_t epochs, steps_per_epoch; /* answers of start(); 0: leaves what was asked */
    uint64_t epochs_seen;
    unsigned long starts, steps;
    unsigned long done_at;  /* this step returns TW_DONE */
    unsigned long still_at; /* from this step on theta does not move; 0: never */
    unsigned long nan_at, fail_at, stop_at;
    int start_status;
    bool ask_model; /* passes on what the objective returns */
} fake;
static volatile sig_atomic_t stop;

static int fake_start(void *self, const struct tw_objective *f, double *at, struct tw_training *t)
{
    const struct tw_host *host = self;
    ck_assert_uint_eq(t->struct_size, sizeof *t);
    ck_assert_uint_eq(t->steps_per_epoch, 1);
    ck_assert_uint_eq(f->dim, model.dim);
    fake.starts++;
    fake.epochs_seen = t->epochs;
    if (fake.start_status < 0)
        return (host->fail)(host, fake.start_status, "cannot start");
    if (fake.epochs)
        t->epochs = fake.epochs;
    if (fake.steps_per_epoch)
        t->steps_per_epoch = fake.steps_per_epoch;
    at[1] = 0.5; /* may be replaced */
    return TW_OK;
}

static int fake_step(void *self, const struct tw_objective *f, double *at)
{
    const struct tw_host *host = self;
    double loss;
    fake.steps++;
    if (fake.ask_model)
        return f->loss(f, at, NULL, &loss);
    if (fake.steps == fake.fail_at)
        return (host->fail)(host, TW_ENUMERIC, "stuck at %lu", fake.steps);
    if (!fake.still_at || fake.steps < fake.still_at)
        at[0] += 1;
    if (fake.steps == fake.nan_at)
        at[2] = NAN;
    if (fake.steps == fake.stop_at)
        stop = 1;
    return fake.steps == fake.done_at ? TW_DONE : TW_OK;
}

/* ---- a model that fails when told to ---- */

static int model_status;

static int fake_bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static size_t fake_dim(const void *self)
{
    (void)self;
    return 3;
}

static int fake_loss(void *self, const double *at, const struct tw_rows *rows, double *loss,
                     double *correct)
{
    const struct tw_host *host = self;
    (void)rows;
    (void)correct;
    if (model_status < 0)
        return (host->fail)(host, model_status, "no loss today");
    *loss = 100 - at[0];
    return TW_OK;
}

static int fake_init(void *self, uint64_t seed, double *at)
{
    (void)self;
    at[2] = (double)(seed >> 40);
    return TW_OK;
}

static struct plugin model_plugin;

static void open_model(const struct plugin *p, const void *config, const struct tw_data *data,
                       size_t n_workers)
{
    model_close(&model);
    workers_free(workers);
    workers = workers_new(n_workers);
    ck_assert_ptr_nonnull(workers);
    OK(model_open(&model, p, config, data, workers, &b->env, &b->err));
}

static void set_up(void)
{
    b = bench_open();
    gsl_set_error_handler_off(); /* as the program does */
    memset(&fake, 0, sizeof fake);
    model_status = 0;
    model_plugin = fake_plugin(TW_MODEL, "ramp");
    model_plugin.ops.model = (struct tw_model_ops){.struct_size = sizeof(struct tw_model_ops),
                                                   .bind = fake_bind,
                                                   .dim = fake_dim,
                                                   .loss = fake_loss};
    optimizer = fake_plugin(TW_OPTIMIZER, "steps");
    optimizer.ops.optimizer =
        (struct tw_optimizer_ops){sizeof(struct tw_optimizer_ops), fake_start, fake_step};
    trainer = (struct trainer){
        .stage = {&optimizer, NULL, {"p.yaml", 4, 12}},
        .keys = {.epochs = TW_INT_AUTO, .record = RECORD_EPOCH, .record_every = 1},
        .name = "the run",
    };
    b->env.stop = &stop;
    open_model(&model_plugin, NULL, NULL, 1);
    path_init(&path, 3);
}

static void tear_down(void)
{
    path_free(&path);
    model_close(&model);
    workers_free(workers);
    workers = NULL;
    bench_free(b);
}

static int train(void)
{
    path_free(&path);
    path_init(&path, model.dim);
    memset(theta, 0, sizeof theta);
    fake.starts = fake.steps = 0;
    stop = 0;
    error_clear(&b->err);
    return train_run(&model, &trainer, &b->env, false, theta, &path, &b->err);
}

/* Trains; then exactly these steps were kept, each with its point and loss. */
static void kept(const uint64_t *steps, size_t n)
{
    OK(train());
    ck_assert_str_eq(path.name, "the run");
    ck_assert_uint_eq(path.n, n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(path.step[i], steps[i]);
        double at = (double)steps[i];
        if (fake.still_at && steps[i] >= fake.still_at)
            at = (double)fake.still_at - 1;
        ck_assert_double_eq(path.theta[i][0], at);
        ck_assert_double_eq(path.theta[i][1], 0.5);
        ck_assert_double_eq(path.loss[i], 100 - at);
    }
    ck_assert_mem_eq(theta, path.theta[n - 1], sizeof theta);
}
#define KEPT(...)                                                                                  \
    do {                                                                                           \
        static const uint64_t want[] = {__VA_ARGS__};                                              \
        kept(want, sizeof want / sizeof *want);                                                    \
    } while (0)

/* ---- which points are kept ---- */

START_TEST(records)
{
    struct optimizer_keys *k = &trainer.keys;
    fake.steps_per_epoch = 5;
    k->epochs = 4;
    KEPT(0, 5, 10, 15, 20);
    ck_assert_uint_eq(fake.epochs_seen, 4);
    k->record_every = 3;
    KEPT(0, 15, 20); /* the last always */
    k->record_every = 2;
    KEPT(0, 10, 20);
    k->record_every = 1000000000;
    KEPT(0, 20);
    k->record = RECORD_STEP;
    k->record_every = 3;
    KEPT(0, 3, 6, 9, 12, 15, 18, 20);
    k->record_every = 10;
    KEPT(0, 10, 20);
    k->record_every = 1;
    k->epochs = 1;
    KEPT(0, 1, 2, 3, 4, 5);
}
END_TEST

START_TEST(done_before_the_time)
{
    struct optimizer_keys *k = &trainer.keys;
    fake.steps_per_epoch = 5;
    k->epochs = 1000;
    fake.done_at = 7;
    KEPT(0, 5, 7);
    ck_assert_uint_eq(fake.steps, 7);
    fake.still_at = 7; /* it stood still in its last step, but had moved in the sixth */
    KEPT(0, 5, 7);
    fake.still_at = 6; /* nothing new since the last checkpoint */
    KEPT(0, 5);
    fake.still_at = 0;
    fake.done_at = 5;
    KEPT(0, 5);
    fake.done_at = 1;
    KEPT(0, 1);
    fake.still_at = 1; /* the start was as good as it gets */
    KEPT(0);
}
END_TEST

START_TEST(how_long)
{
    struct optimizer_keys *k = &trainer.keys;
    OK(train()); /* auto, and the optimizer has no opinion */
    ck_assert_uint_eq(fake.epochs_seen, 0);
    ck_assert_uint_eq(fake.steps, 100);
    fake.epochs = 3;
    OK(train());
    ck_assert_uint_eq(fake.steps, 3);
    fake.epochs = 0;
    k->epochs = 8;
    OK(train());
    ck_assert_uint_eq(fake.epochs_seen, 8);
    ck_assert_uint_eq(fake.steps, 8);
}
END_TEST

START_TEST(no_epochs)
{
    trainer.keys.epochs = 0;
    OK(train());
    ck_assert_uint_eq(fake.starts + fake.steps, 0);
    ck_assert_uint_eq(path.n, 1);
    ck_assert_uint_eq(path.step[0], 0);
    ck_assert_double_eq(path.theta[0][1], 0); /* the model's own start */
    ck_assert_double_eq(path.loss[0], 100);
}
END_TEST

/* ---- how it fails ---- */

static void failed(enum fault fault, const char *what)
{
    ck_assert_msg(train() < 0, "did not fail; wanted: %s", what);
    HAS(b->err.text, what);
    ck_assert_int_eq(b->err.fault, fault);
}

START_TEST(failures)
{
    trainer.keys.epochs = 10;
    fake.fail_at = 4;
    failed(FAULT_RUN, "optimizer steps: stuck at 4");
    fake.fail_at = 0;
    fake.start_status = TW_EINVAL;
    failed(FAULT_PIPELINE, "optimizer steps: cannot start");
    fake.start_status = 0;
    fake.nan_at = 3;
    failed(FAULT_RUN,
           "optimizer steps: parameter 2 is not finite after 3 steps; training diverged");
    ck_assert_uint_eq(fake.steps, 3);
    trainer.keys.record_every = 7; /* found at the next checkpoint */
    failed(FAULT_RUN, "parameter 2 is not finite after 7 steps");
    fake.nan_at = 0;
    trainer.keys.record_every = 1;
    model_status = TW_EIO;
    failed(FAULT_RUN, "model ramp: no loss today");
    trainer.keys.epochs = 0;
    failed(FAULT_RUN, "model ramp: no loss today");
}
END_TEST

/* A failure of the model that comes through the optimizer is the model's. */
START_TEST(the_first_cause_is_named)
{
    static const struct {
        int status;
        enum fault fault;
    } kinds[] = {
        {TW_EIO, FAULT_RUN}, {TW_EINVAL, FAULT_PIPELINE}, {TW_ECANCELLED, FAULT_INTERRUPT}};
    trainer.keys.epochs = 2;
    trainer.keys.record_every = 5;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        fake.ask_model = true;
        model_status = kinds[i].status;
        ck_assert_int_lt(train(), 0);
        ck_assert_str_eq(b->err.text, "model ramp: no loss today");
        ck_assert_int_eq(b->err.fault, kinds[i].fault);
    }
}
END_TEST

START_TEST(interrupted)
{
    trainer.keys.epochs = 1000000;
    fake.stop_at = 12;
    failed(FAULT_INTERRUPT, "interrupted");
    ck_assert_uint_eq(fake.steps, 12);
}
END_TEST

START_TEST(more_checkpoints_than_memory)
{
    trainer.keys.epochs = 1000000000;
    trainer.keys.record = RECORD_STEP;
    fake.steps_per_epoch = 1000000;
    failed(FAULT_PIPELINE, "set record_every to a larger number");
    HAS(b->err.text, "p.yaml:4:12: optimizer steps: ");
    ck_assert_uint_eq(fake.steps, 0); /* found out now, not after an hour */
}
END_TEST

START_TEST(where_training_starts)
{
    double at[3] = {1, 1, 1};
    OK(train_init(&model, &b->env, at, &b->err));
    for (int j = 0; j < 3; j++)
        ck_assert_double_eq(at[j], 0);
    model_plugin.ops.model.init = fake_init;
    OK(train_init(&model, &b->env, at, &b->err));
    ck_assert_double_eq(at[0], 0); /* zeroed before */
    ck_assert_double_eq(at[2], (double)(seed_for(1, "model", "ramp", "init") >> 40));
}
END_TEST

/* ---- gradients by differences ---- */

/* The pipeline's model, with and without its gradient. */
static void against_differences(const char *yaml, const struct tw_data *data, double tolerance)
{
    struct bench *p = bench_new(yaml);
    struct plugin bare = *p->plan.model.plugin;
    bare.ops.model.grad = NULL;
    static const uint32_t some[] = {3, 1, 4, 1, 5, 9};
    const struct tw_rows rows = {some, 0, 6};
    double exact[64], approximate[64], at[64], loss[2];
    for (size_t j = 0; j < 64; j++)
        at[j] = sin(3.0 * (double)j + 1) * (j % 5 == 0 ? 20 : 1);
    for (int part = 0; part <= (data != NULL); part++) {
        const struct tw_rows *r = part ? &rows : NULL;
        open_model(p->plan.model.plugin, p->plan.model.config, data, 1);
        ck_assert_uint_le(model.dim, 64);
        const struct tw_objective *f = model_objective(&model, &b->err);
        ck_assert_int_eq(f->grad(f, at, r, &loss[0], exact), TW_OK);
        open_model(&bare, p->plan.model.config, data, 1);
        f = model_objective(&model, &b->err);
        ck_assert_int_eq(f->grad(f, at, r, &loss[1], approximate), TW_OK);
        ck_assert_double_eq_tol(loss[1], loss[0], 1e-12 * fabs(loss[0]));
        double largest = 0;
        for (size_t j = 0; j < model.dim; j++)
            largest = fmax(largest, fabs(exact[j]));
        ck_assert_double_gt(largest, 0);
        for (size_t j = 0; j < model.dim; j++)
            ck_assert_double_eq_tol(approximate[j], exact[j], tolerance * largest);
        memset(approximate, 0, sizeof approximate);
        ck_assert_int_eq(f->grad(f, at, r, NULL, approximate), TW_OK); /* loss is optional */
        ck_assert_double_eq_tol(approximate[1], exact[1], tolerance * largest);
    }
    model_close(&model);
    bench_free(p);
}

#define ROWS 5000
static float x[ROWS * 3];
static int32_t label[ROWS];

/* Made-up examples, enough for several pieces of rows. */
static struct tw_data examples(size_t n)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < 3; j++)
            x[3 * i + j] = (float)sin(0.37 * (double)(3 * i + j) + (double)(i % 7));
        label[i] = (int32_t)(i * 13 % 5 % 3);
    }
    return (struct tw_data){.struct_size = sizeof(struct tw_data),
                            .task = TW_CLASSIFY,
                            .n_rows = n,
                            .n_features = 3,
                            .n_classes = 3,
                            .x = x,
                            .label = label};
}

START_TEST(differences_against_exact_gradients)
{
    struct tw_data data = examples(40);
    against_differences("thalweg: 1\n"
                        "model: {plugin: quadratic, minimum: [1, -2, 3], curvature: [1, 10, 100],\n"
                        "        cubic: 0.5, quartic: 0.1}\n"
                        "sinks: [{plugin: csv}]\n",
                        NULL, 1e-8);
    against_differences("thalweg: 1\ndataset: {plugin: iris}\n"
                        "model: {plugin: logistic, l2: 0.1}\nreducers: [{plugin: axes}]\n"
                        "sinks: [{plugin: csv}]\n",
                        &data, 1e-7);
}
END_TEST

/* Without a gradient of its own a model trains just as well. */
START_TEST(training_by_differences)
{
    struct bench *p = bench_new("thalweg: 1\n"
                                "model: {plugin: quadratic, minimum: [1, -2, 3], curvature: "
                                "[1, 2, 3], start: [0, 0, 0]}\n"
                                "optimizer: {plugin: gd, learning_rate: 0.3, epochs: 60}\n"
                                "sinks: [{plugin: csv}]\n");
    struct plugin bare = *p->plan.model.plugin;
    bare.ops.model.grad = NULL;
    trainer = p->plan.optimizers[0];
    open_model(&bare, p->plan.model.config, NULL, 1);
    OK(train());
    ck_assert_uint_eq(path.n, 61);
    static const double minimum[] = {1, -2, 3};
    for (int j = 0; j < 3; j++)
        ck_assert_double_eq_tol(theta[j], minimum[j], 1e-8);
    model_close(&model);
    bench_free(p);
}
END_TEST

/* ---- sums over all rows ---- */

START_TEST(workers_do_not_show)
{
    struct bench *p = bench_new("thalweg: 1\ndataset: {plugin: iris}\n"
                                "model: {plugin: mlp, hidden: [4]}\nreducers: [{plugin: axes}]\n"
                                "sinks: [{plugin: csv}]\n");
    double at[64], loss[4], accuracy[4], grad_loss[4], grad[4][64];
    static const size_t team[] = {1, 2, 3, 7};
    struct tw_data data = examples(ROWS - 1);
    for (size_t j = 0; j < 64; j++)
        at[j] = sin((double)j + 1);
    for (int k = 0; k < 4; k++) {
        open_model(p->plan.model.plugin, p->plan.model.config, &data, team[k]);
        ck_assert_uint_gt(model.n_chunks, 3);
        const struct tw_objective *f = model_objective(&model, &b->err);
        OK(model_evaluate(&model, at, &loss[k], &accuracy[k], &b->err));
        ck_assert_int_eq(f->grad(f, at, NULL, &grad_loss[k], grad[k]), TW_OK);
        ck_assert_mem_eq(&loss[k], &loss[0], sizeof *loss);
        ck_assert_mem_eq(&accuracy[k], &accuracy[0], sizeof *loss);
        ck_assert_mem_eq(&grad_loss[k], &grad_loss[0], sizeof *loss);
        ck_assert_mem_eq(grad[k], grad[0], model.dim * sizeof(double));
    }
    /* And they are what one call for all rows gives, but for rounding. */
    double whole, correct = NAN, slope[64];
    void *self = model.instance[0]->self;
    ck_assert_int_eq(model.ops->loss(self, at, NULL, &whole, &correct), TW_OK);
    ck_assert_double_eq_tol(loss[0], whole, 1e-6);
    ck_assert_double_eq_tol(accuracy[0], correct / (ROWS - 1), 1e-15);
    ck_assert_int_eq(model.ops->grad(self, at, NULL, &whole, slope), TW_OK);
    for (size_t j = 0; j < model.dim; j++)
        ck_assert_double_eq_tol(grad[0][j], slope[j], 1e-6);
    model_close(&model);
    bench_free(p);
}
END_TEST

struct nested {
    const struct tw_objective *f;
    const double *at;
    int rc[2];
};

static int call_objective(void *ctx, size_t worker, size_t k)
{
    struct nested *n = ctx;
    double loss, grad[64];
    (void)worker;
    n->rc[k] =
        k == 0 ? n->f->loss(n->f, n->at, NULL, &loss) : n->f->grad(n->f, n->at, NULL, &loss, grad);
    return 0;
}

/* What a plugin must not do in a task of its own is refused, for any number of workers. */
START_TEST(no_objective_in_a_task)
{
    struct bench *p = bench_new("thalweg: 1\ndataset: {plugin: iris}\n"
                                "model: {plugin: mlp, hidden: [4]}\nreducers: [{plugin: axes}]\n"
                                "sinks: [{plugin: csv}]\n");
    struct tw_data data = examples(ROWS - 1);
    double at[64] = {0};
    for (size_t team = 1; team <= 2; team++) {
        open_model(p->plan.model.plugin, p->plan.model.config, &data, team);
        struct nested n = {.f = model_objective(&model, &b->err), .at = at};
        OK(workers_run(workers, 2, call_objective, &n));
        for (int k = 0; k < 2; k++)
            ck_assert_int_lt(n.rc[k], 0);
        ck_assert_ptr_nonnull(strstr(b->err.text, "task"));
        b->err = (struct error){0};
        ck_assert_int_eq(n.f->loss(n.f, at, NULL, &(double){0}), TW_OK);
    }
    model_close(&model);
    bench_free(p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train");
    TCase *c = tcase_create("train");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, records);
    tcase_add_test(c, done_before_the_time);
    tcase_add_test(c, how_long);
    tcase_add_test(c, no_epochs);
    tcase_add_test(c, failures);
    tcase_add_test(c, the_first_cause_is_named);
    tcase_add_test(c, interrupted);
    tcase_add_test(c, more_checkpoints_than_memory);
    tcase_add_test(c, where_training_starts);
    tcase_add_test(c, differences_against_exact_gradients);
    tcase_add_test(c, training_by_differences);
    tcase_add_test(c, workers_do_not_show);
    tcase_add_test(c, no_objective_in_a_task);
    return bench_main(suite);
}
