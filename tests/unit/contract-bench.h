/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contract-bench.h -- a run whose stages are plugins that are no files, made so that each of them
 * can bend the contract with the host in one way.  set_up() and tear_down() are the fixture.
 *
 *     has_test = true;               what a plugin does is in such variables
 *     OK(run());
 *     fails(FAULT_PLUGIN, "why");    a run that must fail
 */
#ifndef TESTS_CONTRACT_BENCH_H
#define TESTS_CONTRACT_BENCH_H

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

static inline int fake_load(void *self, uint32_t split, struct tw_data *out)
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

static inline int model_create(const struct tw_host *host, const void *cfg, void **out)
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

static inline int model_bind(void *self, const struct tw_data *data)
{
    struct model_self *s = self;
    s->data = data;
    if (fake.dim_of_rows)
        s->dim = data->n_rows;
    return TW_OK;
}

static inline size_t model_dim(const void *self)
{
    return ((const struct model_self *)self)->dim;
}

static inline int model_init(void *self, uint64_t seed, double *theta)
{
    (void)self;
    (void)seed;
    theta[0] = fake.first;
    theta[1] = 1;
    return TW_OK;
}

static inline int model_loss(void *self, const double *theta, const struct tw_rows *rows,
                             double *loss, double *correct)
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

static inline int model_grad(void *self, const double *theta, const struct tw_rows *rows,
                             double *loss, double *grad)
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

static inline int plane_begin(void *self, const double *o, const double *u, const double *v)
{
    (void)self;
    origin = o;
    along_x = u;
    along_y = v;
    return TW_OK;
}

static inline int plane_eval(void *self, size_t first, size_t n, size_t points, const double *xy,
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

static inline void plane_end(void *self)
{
    (void)self;
}

static struct plane_ops table;
static const void *table_given;

static inline const void *model_extension(const char *id)
{
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? table_given : NULL;
}

/* ---- an optimizer that does not listen ---------------------------------------------- */

static struct plugin optimizer_plugin;

static inline int deaf_start(void *self, const struct tw_objective *f, double *theta,
                             struct tw_training *training)
{
    (void)self;
    (void)f;
    (void)theta;
    training->epochs = 3;
    return TW_OK;
}

static inline int deaf_step(void *self, const struct tw_objective *f, double *theta)
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

static inline int reducer_create(const struct tw_host *host, const void *cfg, void **out)
{
    (void)host;
    (void)cfg;
    reducers_made++;
    *out = calloc(1, sizeof(struct reducer_self));
    return *out ? TW_OK : TW_ENOMEM;
}

static inline void reducer_destroy(void *self)
{
    reducers_gone++;
    free(self);
}

static inline int reducer_fit(void *self, const struct tw_data *train, size_t *n_features)
{
    struct reducer_self *s = self;
    for (size_t i = 0; i < train->n_rows; i++)
        s->mean += (double)train->x[2 * i] / (double)train->n_rows;
    s->fitted = true;
    *n_features = 2;
    return TW_OK;
}

static inline int reducer_transform(void *self, const struct tw_data *in, float *x)
{
    const struct reducer_self *s = self;
    for (size_t i = 0; i < 2 * in->n_rows; i++)
        x[i] = in->x[i] - (float)s->mean;
    return TW_OK;
}

static inline int reducer_plane(void *self, const struct tw_objective *f,
                                const struct tw_path *const *paths, size_t n_paths,
                                const double *theta, size_t index, const double *through,
                                struct tw_plane *out)
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

static inline void make_plugins(void)
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

static inline void set_up(void)
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

static inline void tear_down(void)
{
    if (ran)
        run_free(&result);
    bench_free(b);
}

static inline int run(void)
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

static inline void fails(enum fault fault, const char *why)
{
    ck_assert_msg(run() < 0, "the run succeeds; wanted: %s", why);
    HAS(b->err.text, why);
    ck_assert_int_eq(b->err.fault, fault);
}

static inline bool file_there(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    return access(path, F_OK) == 0;
}

#endif
