/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-contract.c -- plugins that bend the contract, one way each, and what
 * the host makes of it: runs whose stages are plugins that are no files.
 */
#define _XOPEN_SOURCE 700
#include "core-bench.h"

#include "../../core/run.h"
#include "../../core/train.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static const char pipeline[] = "thalweg: 1\n"
                               "dataset: {plugin: iris}\n"
                               "model: {plugin: logistic}\n"
                               "optimizer: {plugin: gd, epochs: 2}\n"
                               "reducers: [{plugin: axes}]\n"
                               "grid: {points: 5, range: [-1, 1]}\n"
                               "sinks: [{plugin: csv}]\n";

static struct bench *b;
static struct run result;
static bool ran;
static struct run_options options;
static char said[4096]; /* on stderr, by the last run */

/* ---- a dataset of two features ------------------------------------------------ */

#define ROWS      40
#define TEST_ROWS 60

static struct plugin dataset_plugin;
static bool has_test;
static size_t rows_handed; /* 0: ROWS */

static int fake_load(void *self, uint32_t split, struct tw_data *out)
{
    static float x[2 * TEST_ROWS];
    static int32_t label[TEST_ROWS];
    (void)self;
    if (split > (has_test ? TW_TEST : TW_TRAIN))
        return TW_DONE;
    for (int i = 0; i < TEST_ROWS; i++) {
        x[2 * i] = (float)i / 8;
        x[2 * i + 1] = (float)(i * 7 % 11) / 8;
        label[i] = i % 2;
    }
    out->task = TW_CLASSIFY;
    out->n_rows = split == TW_TEST ? TEST_ROWS : rows_handed ? rows_handed : ROWS;
    out->n_features = 2;
    out->n_classes = 2;
    out->x = x;
    out->label = label;
    return TW_OK;
}

/* ---- a model: a parabola, the same for every row ------------------------------- */

struct model_self {
    const struct tw_host *host;
    const struct tw_data *data;
    size_t dim;
    unsigned long calls;
};

static struct plugin model_plugin;
static struct {
    bool dim_of_rows;        /* as a kernel machine has: one parameter a row */
    bool dims_differ;        /* each instance has one more than the one before */
    size_t instances;        /* made */
    double first;            /* initial value of theta[0] */
    unsigned long fail_from; /* this call of loss or grad fails; 0: none */
    int fail_code;
} fake;

static int model_create(const struct tw_host *host, const void *cfg, void **out)
{
    struct model_self *s = calloc(1, sizeof *s);
    (void)cfg;
    ck_assert_ptr_nonnull(s);
    s->host = host;
    s->dim = 2 + (fake.dims_differ ? fake.instances : 0);
    fake.instances++;
    *out = s;
    return TW_OK;
}

static int model_bind(void *self, const struct tw_data *data)
{
    struct model_self *s = self;
    s->data = data;
    if (fake.dim_of_rows)
        s->dim = data->n_rows;
    return TW_OK;
}

static size_t model_dim(const void *self)
{
    return ((const struct model_self *)self)->dim;
}

static int model_init(void *self, uint64_t seed, double *theta)
{
    (void)self;
    (void)seed;
    theta[0] = fake.first;
    theta[1] = 1;
    return TW_OK;
}

static int model_loss(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                      double *correct)
{
    struct model_self *s = self;
    (void)rows;
    (void)correct;
    if (fake.fail_from && ++s->calls >= fake.fail_from)
        return (s->host->fail)(s->host, fake.fail_code, "the solver broke down");
    *loss = 0;
    for (size_t j = 0; j < s->dim; j++) /* reads all of what it believes is theta */
        *loss += theta[j] * theta[j];
    return TW_OK;
}

static int model_grad(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                      double *grad)
{
    struct model_self *s = self;
    int rc = model_loss(self, theta, rows, loss, NULL);
    for (size_t j = 0; rc == TW_OK && j < s->dim; j++)
        grad[j] = 2 * theta[j];
    return rc;
}

/* ---- its plane extension ---------------------------------------------------------- */

static double lie; /* added to every loss */
static unsigned long evals;

struct plane_ops { /* of a header some years from now */
    struct tw_model_plane now;
    int (*later)(void);
};

static const double *origin, *along_x, *along_y;

static int plane_begin(void *self, const double *o, const double *u, const double *v)
{
    (void)self;
    origin = o;
    along_x = u;
    along_y = v;
    return TW_OK;
}

static int plane_eval(void *self, size_t first, size_t n, size_t points, const double *xy,
                      struct tw_sum *sum, double *correct)
{
    const struct model_self *s = self;
    (void)first;
    evals++;
    for (size_t k = 0; k < points; k++) {
        double loss = lie;
        for (size_t j = 0; j < s->dim; j++) {
            double t = origin[j] + xy[2 * k] * along_x[j] + xy[2 * k + 1] * along_y[j];
            loss += t * t;
        }
        sum[k] = (struct tw_sum){loss * (double)n, 0};
        if (correct)
            correct[k] = NAN;
    }
    return TW_OK;
}

static void plane_end(void *self)
{
    (void)self;
}

static struct plane_ops table;
static const void *table_given;

static const void *model_extension(const char *id)
{
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? table_given : NULL;
}

/* ---- an optimizer that does not listen ---------------------------------------------- */

static struct plugin optimizer_plugin;

static int deaf_start(void *self, const struct tw_objective *f, double *theta,
                      struct tw_training *training)
{
    (void)self;
    (void)f;
    (void)theta;
    training->epochs = 3;
    return TW_OK;
}

static int deaf_step(void *self, const struct tw_objective *f, double *theta)
{
    double g[2] = {0, 0};
    (void)self;
    ck_assert_uint_eq(f->dim, 2);
    f->grad(f, theta, NULL, NULL, g); /* whatever it returns */
    theta[0] -= 0.1 * g[0];
    theta[1] -= 0.1 * g[1];
    return TW_OK;
}

/* ---- a reducer that transforms and gives the plane ------------------------------------ */

struct reducer_self {
    double mean; /* of feature 0, from fit() */
    bool fitted;
};

static struct plugin reducer_plugin;
static size_t reducers_made, reducers_gone;
static bool asks_the_objective;
static struct reducer_self asked; /* as it was when the plane was asked for */

static int reducer_create(const struct tw_host *host, const void *cfg, void **out)
{
    (void)host;
    (void)cfg;
    reducers_made++;
    *out = calloc(1, sizeof(struct reducer_self));
    return *out ? TW_OK : TW_ENOMEM;
}

static void reducer_destroy(void *self)
{
    reducers_gone++;
    free(self);
}

static int reducer_fit(void *self, const struct tw_data *train, size_t *n_features)
{
    struct reducer_self *s = self;
    for (size_t i = 0; i < train->n_rows; i++)
        s->mean += (double)train->x[2 * i] / (double)train->n_rows;
    s->fitted = true;
    *n_features = 2;
    return TW_OK;
}

static int reducer_transform(void *self, const struct tw_data *in, float *x)
{
    const struct reducer_self *s = self;
    for (size_t i = 0; i < 2 * in->n_rows; i++)
        x[i] = in->x[i] - (float)s->mean;
    return TW_OK;
}

static int reducer_plane(void *self, const struct tw_objective *f,
                         const struct tw_path *const *paths, size_t n_paths, const double *theta,
                         size_t index, const double *through, struct tw_plane *out)
{
    double loss;
    (void)paths;
    (void)n_paths;
    (void)through;
    asked = *(struct reducer_self *)self;
    if (index > 0)
        return TW_DONE;
    if (asks_the_objective)
        f->loss(f, theta, NULL, &loss); /* whatever it returns */
    for (size_t j = 0; j < f->dim; j++) {
        out->origin[j] = theta[j];
        out->u[j] = j == 0;
        out->v[j] = j == 1;
    }
    return TW_OK;
}

/* ---- the bench --------------------------------------------------------------------- */

static void make_plugins(void)
{
    dataset_plugin = fake_plugin(TW_DATASET, "forty");
    dataset_plugin.ops.dataset = (struct tw_dataset_ops){sizeof(struct tw_dataset_ops), fake_load};
    model_plugin = fake_plugin(TW_MODEL, "bowl");
    model_plugin.desc.create = model_create;
    model_plugin.desc.destroy = free;
    model_plugin.desc.get_extension = model_extension;
    model_plugin.ops.model = (struct tw_model_ops){.struct_size = sizeof(struct tw_model_ops),
                                                   .bind = model_bind,
                                                   .dim = model_dim,
                                                   .loss = model_loss,
                                                   .grad = model_grad};
    optimizer_plugin = fake_plugin(TW_OPTIMIZER, "deaf");
    optimizer_plugin.ops.optimizer =
        (struct tw_optimizer_ops){sizeof(struct tw_optimizer_ops), deaf_start, deaf_step};
    reducer_plugin = fake_plugin(TW_REDUCER, "both");
    reducer_plugin.desc.create = reducer_create;
    reducer_plugin.desc.destroy = reducer_destroy;
    reducer_plugin.ops.reducer =
        (struct tw_reducer_ops){.struct_size = sizeof(struct tw_reducer_ops),
                                .fit = reducer_fit,
                                .transform = reducer_transform,
                                .plane = reducer_plane};
}

static void set_up(void)
{
    b = bench_new(pipeline);
    gsl_set_error_handler_off(); /* as the program does */
    make_plugins();
    b->plan.dataset.plugin = &dataset_plugin;
    b->plan.model.plugin = &model_plugin;
    table = (struct plane_ops){.now = {.struct_size = sizeof table.now,
                                       .begin = plane_begin,
                                       .eval = plane_eval,
                                       .end = plane_end}};
    options = (struct run_options){.jobs = 2, .quiet = true, .log_level = TW_LOG_WARN};
    ran = false;
}

static void tear_down(void)
{
    if (ran)
        run_free(&result);
    bench_free(b);
}

static int run(void)
{
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    fflush(stderr);
    int old = dup(STDERR_FILENO);
    ck_assert(old >= 0 && dup2(fileno(f), STDERR_FILENO) >= 0);
    if (ran)
        run_free(&result);
    ran = true;
    fake.instances = 0;
    error_clear(&b->err);
    int rc = run_pipeline(&result, &b->plan, &b->registry, &options, &b->err);
    fflush(stderr);
    dup2(old, STDERR_FILENO);
    close(old);
    rewind(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    fclose(f);
    return rc;
}

static void fails(enum fault fault, const char *why)
{
    ck_assert_msg(run() < 0, "the run succeeds; wanted: %s", why);
    HAS(b->err.text, why);
    ck_assert_int_eq(b->err.fault, fault);
}

static bool file_there(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    return access(path, F_OK) == 0;
}

START_TEST(all_is_well_without_a_bend)
{
    has_test = true;
    table_given = &table;
    OK(run());
    ck_assert_str_eq(said, "");
    ck_assert_uint_gt(evals, 0);
    ck_assert(!isnan(result.test.loss));
    ck_assert(file_there("grid.csv"));
    /* The corner (-1, -1) of a bowl about the optimum, which is near 0. */
    ck_assert_double_eq_tol(result.grid.loss[0], 2, 1e-6);
}
END_TEST

/* ---- parameters that belong to rows ---------------------------------------------- */

START_TEST(a_test_set_of_another_dim_is_left_out)
{
    has_test = true;
    fake.dim_of_rows = true;
    OK(run()); /* and nothing reads past the end of theta: the sanitizers look on */
    ck_assert_uint_eq(result.model.dim, ROWS);
    ck_assert(isnan(result.test.loss) && isnan(result.test.accuracy));
    ck_assert_uint_eq(result.test_model.n_instances, 0);
    HAS(said, "model bowl: has 60 parameters on the test set and 40 on the training set; the test "
              "set is left out");
    ck_assert(file_there("grid.csv"));
}
END_TEST

START_TEST(instances_of_different_dim_are_refused)
{
    fake.dims_differ = true;
    fails(FAULT_RUN, "model bowl: has 2 parameters in one instance and 3 in another");
    options.jobs = 1; /* alone it is consistent */
    OK(run());
}
END_TEST

/* ---- tables of extensions -------------------------------------------------------------- */

START_TEST(a_table_that_is_too_short_is_refused)
{
    table_given = &table;
    table.now.struct_size = (uint32_t)offsetof(struct tw_model_plane, end);
    fails(FAULT_PLUGIN, "model bowl: its extension thalweg.model.plane/1 has a table of ");
    HAS(b->err.text, "or more");
    ck_assert_uint_eq(evals, 0);
    table.now.struct_size = 0;
    fails(FAULT_PLUGIN, "has a table of 0 bytes");
    table.now.struct_size = UINT32_MAX; /* not a size, but four letters of a text */
    fails(FAULT_PLUGIN, "has a table of ");
    table.now.struct_size = sizeof table.now;
    table_given = (const char *)&table + 1; /* no struct can stand there */
    fails(FAULT_PLUGIN, "has a table of ");
}
END_TEST

START_TEST(a_table_without_its_calls_is_refused)
{
    table_given = &table;
    for (int i = 0; i < 3; i++) {
        struct tw_model_plane whole = table.now;
        if (i == 0)
            table.now.begin = NULL;
        else if (i == 1)
            table.now.eval = NULL;
        else
            table.now.end = NULL;
        fails(FAULT_PLUGIN, "lacks begin, eval or end");
        table.now = whole;
    }
    OK(run());
}
END_TEST

static int never(void)
{
    ck_abort_msg("a call that this host does not know");
    return 0;
}

START_TEST(a_table_that_is_longer_is_taken)
{
    table_given = &table;
    table.now.struct_size = sizeof table;
    table.later = never;
    OK(run());
    ck_assert_uint_gt(evals, 0);
}
END_TEST

START_TEST(a_table_is_copied_as_far_as_it_goes)
{
    struct error err = {0};
    struct plane_ops copy;
    struct plugin p = model_plugin;
    const size_t size = sizeof copy, now = sizeof copy.now;
    table_given = &table;
    table.later = never; /* stands behind the end of the table */
    memset(&copy, 0xff, sizeof copy);
    ck_assert_int_eq(plugin_table(&p, TW_EXT_MODEL_PLANE, &copy, size, now, &err), 0);
    ck_assert(copy.now.eval == plane_eval);
    ck_assert(copy.later == NULL);
    ck_assert_int_lt(plugin_table(&p, TW_EXT_MODEL_PLANE, &copy, size, size, &err), 0);
    ck_assert_int_eq(err.fault, FAULT_PLUGIN);
    error_clear(&err);
    ck_assert_int_eq(plugin_table(&p, "thalweg.model.other/1", &copy, size, now, &err), 1);
    p.desc.get_extension = NULL;
    ck_assert_int_eq(plugin_table(&p, TW_EXT_MODEL_PLANE, &copy, size, now, &err), 1);
    ck_assert_int_eq(err.fault, FAULT_NONE);
}
END_TEST

START_TEST(an_extension_that_lies_is_found)
{
    table_given = &table;
    lie = 0.5;
    fails(FAULT_RUN, "model bowl: its plane extension gives the loss ");
    HAS(b->err.text, "`thalweg try model-bowl` finds it");
    ck_assert(!file_there("grid.csv"));
    lie = NAN;
    fails(FAULT_RUN, "model bowl: its plane extension gives the loss ");
    lie = 1e-9; /* rounding of a model that computes in float */
    OK(run());
}
END_TEST

/* ---- reducers with both halves ------------------------------------------------------------ */

START_TEST(both_halves_are_one_instance)
{
    b->plan.reducers[0].plugin = &reducer_plugin;
    OK(run());
    run_free(&result);
    ran = false;
    ck_assert(asked.fitted);
    ck_assert_double_eq_tol(asked.mean, (ROWS - 1) / 16.0, 1e-6);
    ck_assert_uint_eq(reducers_made, 1);
    ck_assert_uint_eq(reducers_gone, 1);
}
END_TEST

START_TEST(both_halves_without_data)
{
    b->plan.dataset.plugin = NULL;
    b->plan.reducers[0].plugin = &reducer_plugin;
    OK(run());
    run_free(&result);
    ran = false;
    ck_assert(!asked.fitted);
    ck_assert_uint_eq(reducers_made, 1);
    ck_assert_uint_eq(reducers_gone, 1);
}
END_TEST

/* Of two that transform only the last one gives the plane. */
START_TEST(both_halves_twice)
{
    struct stage twice[2] = {b->plan.reducers[0], b->plan.reducers[0]};
    twice[0].plugin = twice[1].plugin = &reducer_plugin;
    b->plan.reducers = twice;
    b->plan.n_reducers = 2;
    OK(run());
    run_free(&result);
    ran = false;
    ck_assert(asked.fitted);
    ck_assert_double_eq_tol(asked.mean, 0, 1e-6); /* the first one took it away */
    ck_assert_uint_eq(reducers_made, 2);
    ck_assert_uint_eq(reducers_gone, 2);
}
END_TEST

/* ---- failures that are overlooked, or somebody else's ----------------------------------- */

START_TEST(an_optimizer_overlooks_a_failure)
{
    b->plan.optimizers[0].stage.plugin = &optimizer_plugin;
    fake.fail_from = 3;
    fake.fail_code = TW_ENUMERIC;
    fails(FAULT_RUN, "model bowl: the solver broke down");
    ck_assert(!file_there("grid.csv"));
    fake.fail_from = 0;
    OK(run());
}
END_TEST

START_TEST(a_reducer_overlooks_a_failure)
{
    b->plan.n_optimizers = 0;
    b->plan.reducers[0].plugin = &reducer_plugin;
    asks_the_objective = true;
    options.jobs = 1;
    fake.fail_from = 2; /* the first is the loss at the optimum */
    fake.fail_code = TW_ENUMERIC;
    fails(FAULT_RUN, "model bowl: the solver broke down");
    ck_assert_ptr_null(result.plane.view.origin);
    fake.fail_from = 0;
    OK(run());
}
END_TEST

/* What a model cannot do with the pipeline shows in training: the place is the
 * model's, and told once. */
START_TEST(a_model_is_blamed_at_its_own_place)
{
    char place[200];
    b->plan.optimizers[0].stage.plugin = &optimizer_plugin;
    fake.fail_from = 2;
    fake.fail_code = TW_EINVAL;
    fails(FAULT_PIPELINE, "model bowl: the solver broke down");
    snprintf(place, sizeof place, "%s:3:8: model bowl: ", b->file);
    ck_assert_msg(strncmp(b->err.text, place, strlen(place)) == 0, "%s", b->err.text);
}
END_TEST

START_TEST(what_was_said_before_a_success_is_not_the_reason)
{
    struct instance *inst;
    OK(instance_new(&model_plugin, "model", NULL, &b->env, &inst, &b->err));
    const struct tw_host *h = &inst->host;
    ck_assert_int_eq((h->fail)(h, TW_ENOTSUP, "no such thing here"), TW_ENOTSUP);
    OK(instance_check(inst, TW_OK, NULL, &b->err)); /* it found another way */
    ck_assert_int_lt(instance_check(inst, TW_ENUMERIC, NULL, &b->err), 0);
    ck_assert_msg(!strstr(b->err.text, "no such thing"), "%s", b->err.text);
    HAS(b->err.text, "gave no reason");
    error_clear(&b->err);
    (h->fail)(h, TW_ENUMERIC, "the first");
    (h->fail)(h, TW_ENUMERIC, "the second");
    ck_assert_int_lt(instance_check(inst, TW_ENUMERIC, NULL, &b->err), 0);
    HAS(b->err.text, "the first");
    error_clear(&b->err);
    ck_assert_int_lt(instance_check(inst, TW_ENUMERIC, NULL, &b->err), 0);
    HAS(b->err.text, "gave no reason"); /* the first has been told */
    instance_free(inst);
}
END_TEST

/* ---- create() ------------------------------------------------------------------------------ */

static int create_status;
static void *create_self;

static int odd_create(const struct tw_host *host, const void *cfg, void **self)
{
    (void)host;
    (void)cfg;
    *self = create_self;
    return create_status;
}

static void never_destroy(void *self)
{
    ck_abort_msg("destroy(%p) of what create() did not make", self);
}

START_TEST(create_that_makes_nothing)
{
    static char something;
    static const struct {
        int status;
        void *self;
    } odd[] = {{TW_DONE, &something}, {TW_DONE, NULL}, {TW_OK, NULL}, {TW_ENUMERIC, &something}};
    dataset_plugin.desc.create = odd_create;
    dataset_plugin.desc.destroy = never_destroy;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        create_status = odd[i].status;
        create_self = odd[i].self;
        fails(FAULT_RUN, i < 3 ? "dataset forty: create() made no instance" : "gave no reason");
    }
}
END_TEST

/* ---- numbers --------------------------------------------------------------------------------- */

START_TEST(an_initial_point_must_be_finite)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY};
    model_plugin.ops.model.init = model_init;
    for (size_t i = 0; i < 3; i++) {
        fake.first = odd[i];
        fails(FAULT_RUN, "model bowl: its initial point is not finite (parameter 0)");
    }
    fake.first = 3;
    OK(run());
}
END_TEST

/* Two weights and a bias. */
static int three_blocks(const void *self, size_t i, struct tw_block *out)
{
    (void)self;
    if (i > 1)
        return TW_DONE;
    out->role = i == 0 ? TW_WEIGHT : TW_BIAS;
    out->offset = i == 0 ? 0 : 2;
    out->rows = i == 0 ? 2 : 1;
    out->cols = 1;
    return TW_OK;
}

/* Leaks are for the sanitizers and valgrind to find. */
START_TEST(an_implicit_plane_that_is_refused_is_given_back)
{
    struct workers *workers = workers_new(1);
    struct model model;
    struct plane plane;
    size_t n;
    const double fine[] = {1, 2, 3}, hole[] = {1, 2, NAN};
    model_plugin.ops.model.block = three_blocks;
    fake.dims_differ = true;
    fake.instances = 1; /* three parameters */
    OK(model_open(&model, &model_plugin, NULL, NULL, workers, &b->env, &b->err));
    ck_assert_int_lt(plane_implicit(&plane, &model, hole, &n, &b->err), 0);
    HAS(b->err.text, "gives a plane that is not finite (parameter 2)");
    ck_assert_ptr_null(plane.view.origin);
    error_clear(&b->err);
    OK(plane_implicit(&plane, &model, fine, &n, &b->err));
    ck_assert_double_eq(plane.view.origin[2], 3);
    plane_free(&plane);
    model_close(&model);
    workers_free(workers);
}
END_TEST

START_TEST(too_many_rows_are_not_called_none)
{
    if (sizeof(size_t) < 8)
        return;
    rows_handed = (size_t)UINT32_MAX + 1; /* nothing of it is touched */
    fails(FAULT_RUN,
          "dataset forty: hands over 4294967296 rows of 2 features; at most 4294967295 ");
}
END_TEST

/* ---- keys and files ---------------------------------------------------------------------------
 */

struct keys {
    int64_t rate, epochs;
};

START_TEST(keys_of_the_host_are_reserved)
{
    static const struct tw_param own[] = {
        TW_PARAM_INT(struct keys, rate, "1", 0, 9, NULL, "A number."), TW_PARAM_END};
    static const struct tw_param clash[] = {
        TW_PARAM_INT(struct keys, rate, "1", 0, 9, NULL, "A number."),
        TW_PARAM_INT(struct keys, epochs, "1", 0, 9, NULL, "A number."), TW_PARAM_END};
    struct plugin p = optimizer_plugin;
    ck_assert_ptr_null(plan_reserved_key(&p)); /* no keys at all */
    p.table = (struct table){own, sizeof *own, NULL};
    ck_assert_ptr_null(plan_reserved_key(&p));
    p.table.params = clash;
    ck_assert_str_eq(plan_reserved_key(&p), "epochs");
    p.desc.kind = TW_MODEL; /* only an optimizer's section has it from the host */
    ck_assert_ptr_null(plan_reserved_key(&p));
}
END_TEST

#define TWO_SINKS(second)                                                                          \
    "thalweg: 1\nmodel: {plugin: quadratic}\nsinks:\n"                                             \
    "  - {plugin: csv, path: a.csv}\n  - {plugin: csv, " second "}\n"

START_TEST(one_file_of_two_sinks)
{
    HAS(bench_refused(TWO_SINKS("path: a.csv, trajectory: t.csv"), NULL, FAULT_PIPELINE),
        "p.yaml:5:5: sink csv: ");
    bench_free(bench_new(TWO_SINKS("path: b.csv, trajectory: t.csv")));
    /* The first writes what both would write by themselves. */
    static const char *const fine[] = {TWO_SINKS("path: b.csv, trajectory: null"),
                                       TWO_SINKS("path: b.csv")};
    for (int i = 0; i < 2; i++) {
        struct bench *both = bench_new(fine[i]);
        bool more;
        ck_assert_ptr_nonnull(plan_output(&both->plan.sinks[0], 1, &more));
        ck_assert_ptr_nonnull(plan_output(&both->plan.sinks[1], 0, &more));
        ck_assert_ptr_null(plan_output(&both->plan.sinks[1], 1, &more));
        ck_assert(more);
        bench_free(both);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("contract");
    TCase *c = tcase_create("contract");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, all_is_well_without_a_bend);
    tcase_add_test(c, a_test_set_of_another_dim_is_left_out);
    tcase_add_test(c, instances_of_different_dim_are_refused);
    tcase_add_test(c, a_table_that_is_too_short_is_refused);
    tcase_add_test(c, a_table_without_its_calls_is_refused);
    tcase_add_test(c, a_table_that_is_longer_is_taken);
    tcase_add_test(c, a_table_is_copied_as_far_as_it_goes);
    tcase_add_test(c, an_extension_that_lies_is_found);
    tcase_add_test(c, both_halves_are_one_instance);
    tcase_add_test(c, both_halves_without_data);
    tcase_add_test(c, both_halves_twice);
    tcase_add_test(c, an_optimizer_overlooks_a_failure);
    tcase_add_test(c, a_reducer_overlooks_a_failure);
    tcase_add_test(c, a_model_is_blamed_at_its_own_place);
    tcase_add_test(c, what_was_said_before_a_success_is_not_the_reason);
    tcase_add_test(c, create_that_makes_nothing);
    tcase_add_test(c, an_initial_point_must_be_finite);
    tcase_add_test(c, an_implicit_plane_that_is_refused_is_given_back);
    tcase_add_test(c, too_many_rows_are_not_called_none);
    tcase_add_test(c, keys_of_the_host_are_reserved);
    tcase_add_test(c, one_file_of_two_sinks);
    return bench_main(suite);
}
