/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-runs.c -- optimizer: as a list: names, seeds, each run as if it were alone, what
 * the reducer is given, one track each, and which run a failure belongs to.
 */
#include "core-bench.h"

#include "../../core/provenance.h"
#include "../../core/run.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define HEAD "thalweg: 1\nseed: 3\ndataset: {plugin: iris, standardize: true}\n"
#define MLP  "model: {plugin: mlp, hidden: [3]}\n"
#define TAIL "reducers: [{plugin: trajectory-pca}]\ngrid: {points: 5}\nsinks: [{plugin: csv}]\n"

static const char *const sections[] = {
    "{plugin: sgd, learning_rate: 0.1, batch: 16, epochs: 4}",
    "{plugin: adam, learning_rate: 0.05, batch: 16, epochs: 3, label: fast}",
    "{plugin: sgd, learning_rate: 0.1, batch: 16, epochs: 4, seed: 5}",
    "{plugin: sgd, learning_rate: 0.3, batch: 16, epochs: 2, seed: 3}",
};
#define N    4
#define LAST 3

static struct run run;
static struct run_options options = {.jobs = 2, .quiet = true, .log_level = TW_LOG_ERROR};
static struct bench *b;

static void set_up(void)
{
    gsl_set_error_handler_off(); /* as the program does */
}

static void plan_of(const char *yaml)
{
    b = bench_new(yaml);
}

static void run_it(void)
{
    OK(run_pipeline(&run, &b->plan, &b->registry, &options, &b->err));
}

static void done(void)
{
    run_free(&run);
    bench_free(b);
}

/* All of the sections, or one of them alone. */
static const char *pipeline(int only, bool list)
{
    static char yaml[1024];
    int at = snprintf(yaml, sizeof yaml, "%s%soptimizer: %s", HEAD, MLP, list ? "[" : "");
    for (int i = 0; i < N; i++)
        if (only < 0 || i == only)
            at += snprintf(yaml + at, sizeof yaml - (size_t)at, "%s%s",
                           only < 0 && i ? ",\n            " : "", sections[i]);
    snprintf(yaml + at, sizeof yaml - (size_t)at, "%s\n%s", list ? "]" : "", TAIL);
    return yaml;
}

/* ---- the plan ---- */

START_TEST(names)
{
    static const struct {
        const char *list, *name[4];
    } lists[] = {
        {"{plugin: gd}", {"gd"}},
        {"[{plugin: gd}]", {"gd"}},
        {"[{plugin: gd, label: null}, {plugin: adam}]", {"gd", "adam"}},
        {"[{plugin: gd}, {plugin: gd}, {plugin: adam}, {plugin: gd}]",
         {"gd", "gd 2", "adam", "gd 3"}},
        {"[{plugin: gd, label: slow one}, {plugin: gd}]", {"slow one", "gd"}},
        {"[{plugin: gd}, {plugin: adam, label: gd}, {plugin: gd}]", {"gd 2", "gd", "gd 3"}},
        {"[{plugin: gd, label: gd 2}, {plugin: gd}, {plugin: gd}]", {"gd 2", "gd", "gd 3"}},
        {"[]", {NULL}},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char yaml[400];
        snprintf(yaml, sizeof yaml,
                 "thalweg: 1\nmodel: {plugin: quadratic}\noptimizer: %s\nsinks: [{plugin: csv}]\n",
                 lists[i].list);
        plan_of(yaml);
        size_t n = 0;
        while (n < 4 && lists[i].name[n])
            n++;
        ck_assert_uint_eq(b->plan.n_optimizers, n);
        for (size_t k = 0; k < n; k++)
            ck_assert_str_eq(b->plan.optimizers[k].name, lists[i].name[k]);
        bench_free(b);
    }
}
END_TEST

static const struct {
    const char *optimizer, *set, *where, *what;
} rules[] = {
    {"3", NULL, "p.yaml:3:12: optimizer: ", "{plugin: NAME}"},
    {"[gd]", NULL, "p.yaml:3:13: optimizer: ", "{plugin: NAME}"},
    {"[{plugin: gd}, {epochs: 3}]", NULL, "p.yaml:3:27: optimizer: ", "'plugin' is missing"},
    {"[{plugin: gd, label: a}, {plugin: gd, label: a}]", NULL,
     "p.yaml:3:57: optimizer: label: ", "there is another run 'a'"},
    {"[{plugin: gd, label: ''}]", NULL, "p.yaml:3:33: optimizer: label: ", "1 to 60 bytes"},
    {"[{plugin: gd, label: \"a\\nb\"}]", NULL, "p.yaml:3:33: optimizer: label: ", "in one line"},
    {"[{plugin: gd, label: 0123456789012345678901234567890123456789012345678901234567890}]", NULL,
     "p.yaml:3:33: optimizer: label: ", "1 to 60 bytes"},
    {"{plugin: gd, seed: -1}", NULL, "p.yaml:3:31: optimizer gd: seed: ", "-1 is outside"},
    {"[{plugin: gd}, {plugin: gd, learning_rat: 1}]", NULL,
     "p.yaml:3:40: optimizer gd: ", "did you mean 'learning_rate'"},
    {"[{plugin: gd}, {plugin: gd}]", "optimizer.2.epochs=3",
     "--set optimizer.2.epochs=3: ", "'plugin' is missing"},
    {"[{plugin: gd}, {plugin: gd}]", "optimizer.1.epochs=-3",
     "--set optimizer.1.epochs=-3: ", "-3 is outside"},
    {"{plugin: gd}", "optimizer.0.epochs=3", "--set optimizer.0.epochs=3: ", "the key '0'"},
};

START_TEST(each_rule_says_where_and_what)
{
    char yaml[400];
    snprintf(yaml, sizeof yaml,
             "thalweg: 1\nmodel: {plugin: quadratic}\noptimizer: %s\nsinks: [{plugin: csv}]\n",
             rules[_i].optimizer);
    const char *text = bench_refused(yaml, rules[_i].set, FAULT_PIPELINE);
    ck_assert_msg(strncmp(text, rules[_i].where, strlen(rules[_i].where)) == 0,
                  "'%s' does not begin with '%s'", text, rules[_i].where);
    HAS(text, rules[_i].what);
}
END_TEST

START_TEST(too_many_runs)
{
    static char yaml[8192];
    int at = snprintf(yaml, sizeof yaml, "thalweg: 1\nmodel: {plugin: quadratic}\noptimizer: [");
    for (int i = 0; i < 257; i++)
        at += snprintf(yaml + at, sizeof yaml - (size_t)at, "{plugin: gd}, ");
    snprintf(yaml + at, sizeof yaml - (size_t)at, "]\nsinks: [{plugin: csv}]\n");
    HAS(bench_refused(yaml, NULL, FAULT_PIPELINE), "257 runs are here; at most 256");
}
END_TEST

START_TEST(set_reaches_one_of_them)
{
    b = bench_open();
    OK(bench_read(b, pipeline(-1, true), "optimizer.1.epochs=9"));
    ck_assert_int_eq(b->plan.optimizers[0].keys.epochs, 4);
    ck_assert_int_eq(b->plan.optimizers[1].keys.epochs, 9);
    ck_assert_int_eq(b->plan.optimizers[2].keys.epochs, 4);
    bench_free(b);
    b = bench_open();
    OK(bench_read(b, pipeline(-1, true), "optimizer.4={plugin: gd, epochs: 1}"));
    ck_assert_uint_eq(b->plan.n_optimizers, 5);
    ck_assert_str_eq(b->plan.optimizers[4].name, "gd");
    bench_free(b);
}
END_TEST

/* ---- training ---- */

/* A run does not depend on those before it. */
START_TEST(each_as_if_alone)
{
    static double theta[N][5][64], loss[N][5];
    size_t n[N], dim = 0;
    for (int i = 0; i < N; i++) {
        plan_of(pipeline(i, i % 2));
        run_it();
        ck_assert_uint_eq(run.n_paths, 1);
        n[i] = run.paths[0].n;
        dim = run.model.dim;
        ck_assert_uint_le(n[i], 5);
        ck_assert_uint_le(dim, 64);
        for (size_t k = 0; k < n[i]; k++) {
            memcpy(theta[i][k], run.paths[0].theta[k], dim * sizeof(double));
            loss[i][k] = run.paths[0].loss[k];
        }
        done();
    }
    plan_of(pipeline(-1, true));
    run_it();
    ck_assert_uint_eq(run.n_paths, N);
    for (int i = 0; i < N; i++) {
        ck_assert_uint_eq(run.paths[i].n, n[i]);
        for (size_t k = 0; k < n[i]; k++) {
            ck_assert_mem_eq(run.paths[i].theta[k], theta[i][k], dim * sizeof(double));
            ck_assert_double_eq(run.paths[i].loss[k], loss[i][k]);
        }
        ck_assert_double_eq(run.scores[i].train.loss, loss[i][n[i] - 1]);
    }
    /* The same seed, the same start; runs 0, 1 and 3 have the pipeline's. */
    ck_assert_mem_eq(theta[0][0], theta[1][0], dim * sizeof(double));
    ck_assert_mem_eq(theta[0][0], theta[3][0], dim * sizeof(double));
    ck_assert_mem_ne(theta[0][0], theta[2][0], dim * sizeof(double));
    ck_assert_mem_ne(theta[0][1], theta[3][1], dim * sizeof(double));
    /* The optimum is the end of the last one. */
    ck_assert_mem_eq(run.theta, theta[LAST][n[LAST] - 1], dim * sizeof(double));
    ck_assert_double_eq(run.train.loss, loss[LAST][n[LAST] - 1]);
    done();
}
END_TEST

/* A seed also orders the rows: logistic starts at zero whatever the seed is. */
START_TEST(the_seed_shuffles)
{
    plan_of(HEAD "model: {plugin: logistic}\noptimizer:\n"
                 "  - {plugin: sgd, learning_rate: 0.1, batch: 8, epochs: 1, seed: 1}\n"
                 "  - {plugin: sgd, learning_rate: 0.1, batch: 8, epochs: 1, seed: 2}\n"
                 "  - {plugin: sgd, learning_rate: 0.1, batch: 8, epochs: 1, seed: 1}\n" TAIL);
    run_it();
    size_t bytes = run.model.dim * sizeof(double);
    ck_assert_mem_eq(run.paths[0].theta[0], run.paths[1].theta[0], bytes);
    ck_assert_mem_ne(run.paths[0].theta[1], run.paths[1].theta[1], bytes);
    ck_assert_mem_eq(run.paths[0].theta[1], run.paths[2].theta[1], bytes);
    done();
}
END_TEST

/* ---- the plane and the tracks ---- */

static size_t paths_seen;
static char names_seen[200];

static int watching(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                    size_t n_paths, const double *theta, size_t index, const double *through,
                    struct tw_plane *out)
{
    (void)self;
    (void)index;
    (void)through;
    paths_seen = n_paths;
    names_seen[0] = '\0';
    for (size_t i = 0; i < n_paths; i++) {
        strcat(strcat(names_seen, paths[i]->name), ";");
        ck_assert_uint_eq(paths[i]->dim, f->dim);
        ck_assert_uint_eq(paths[i]->step[0], 0);
    }
    const struct tw_path *last = paths[n_paths - 1];
    ck_assert_mem_eq(last->theta[last->n - 1], theta, f->dim * sizeof *theta);
    for (size_t j = 0; j < f->dim; j++) {
        out->origin[j] = theta[j];
        out->u[j] = sin((double)j + 1);
        out->v[j] = cos(2 * (double)j);
    }
    return TW_OK;
}

START_TEST(the_reducer_sees_all_of_them)
{
    struct plugin reducer = fake_plugin(TW_REDUCER, "watching");
    reducer.ops.reducer =
        (struct tw_reducer_ops){.struct_size = sizeof reducer.ops.reducer, .plane = watching};
    plan_of(pipeline(-1, true));
    b->plan.reducers[0].plugin = &reducer;
    run_it();
    ck_assert_uint_eq(paths_seen, N);
    ck_assert_str_eq(names_seen, "sgd;fast;sgd 2;sgd 3;");
    done();
}
END_TEST

static double distance(const double *a, const double *c, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += (a[j] - c[j]) * (a[j] - c[j]);
    return sqrt(sum);
}

/* Each checkpoint: a nearest point of the plane, its distance, the loss here and there. */
START_TEST(a_track_for_each)
{
    plan_of(pipeline(-1, true));
    run_it();
    size_t dim = run.model.dim;
    const struct tw_plane *p = &run.plane.view;
    double *at = calloc(dim, sizeof *at), loss;
    for (int i = 0; i < N; i++) {
        const struct tw_track *t = &run.tracks[i].view;
        ck_assert_str_eq(t->name, run.paths[i].name);
        ck_assert_uint_eq(t->n, run.paths[i].n);
        for (size_t k = 0; k < t->n; k++) {
            const double *theta = run.paths[i].theta[k];
            double du = 0, dv = 0;
            for (size_t j = 0; j < dim; j++) {
                at[j] = p->origin[j] + t->x[k] * p->u[j] + t->y[k] * p->v[j];
                du += (theta[j] - at[j]) * p->u[j];
                dv += (theta[j] - at[j]) * p->v[j];
            }
            ck_assert_double_eq_tol(du, 0, 1e-12);
            ck_assert_double_eq_tol(dv, 0, 1e-12);
            ck_assert_double_eq_tol(t->residual[k], distance(theta, at, dim), 1e-12);
            OK(model_evaluate(&run.model, at, &loss, NULL, &b->err));
            ck_assert_double_eq_tol(t->plane_loss[k], loss, 1e-5); /* float32 inside */
            ck_assert_double_eq(t->loss[k], run.paths[i].loss[k]);
            ck_assert_uint_eq(t->step[k], run.paths[i].step[k]);
            ck_assert(run.grid.x[0] <= t->x[k] && t->x[k] <= run.grid.x[4]); /* range: auto */
            ck_assert(run.grid.y[0] <= t->y[k] && t->y[k] <= run.grid.y[4]);
        }
    }
    free(at);
    done();
}
END_TEST

/* Points of several tracks in one place, on the grid and beside it. */
START_TEST(tracks_that_meet)
{
    struct model model;
    struct plane plane = {.view = {.struct_size = sizeof plane.view, .dim = 2, .n_axes = 2}};
    struct path path[2];
    struct track track[2];
    struct grid grid;
    static const double range[] = {0, 4, 0, 4};
    double origin[2] = {0, 0}, u[2] = {1, 0}, v[2] = {0, 1}, loss;
    static const double at[2][3][2] = {{{1, 1}, {0.5, 1}, {2, 2.5}}, {{0.5, 1}, {1, 1}, {2, 2.5}}};
    struct workers *workers = workers_new(2);
    plan_of("thalweg: 1\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\n");
    OK(model_open(&model, b->plan.model.plugin, b->plan.model.config, NULL, workers, &b->env,
                  &b->err));
    plane.view.origin = origin;
    plane.view.u = u;
    plane.view.v = v;
    plane.gram[0] = plane.gram[3] = 1;
    for (int i = 0; i < 2; i++) {
        path_init(&path[i], 2);
        for (int k = 0; k < 3; k++)
            OK(path_add(&path[i], at[i][k], 7, 0, &b->err));
        OK(plane_track(&plane, &path[i], &track[i], &b->err));
    }
    OK(grid_new(&grid, 5, 5, range, &b->err));
    OK(grid_evaluate(&grid, track, 2, &model, &plane, &b->env, &b->err));
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 3; k++) {
            OK(model_evaluate(&model, at[i][k], &loss, NULL, &b->err));
            ck_assert_double_eq_tol(track[i].view.plane_loss[k], loss, 1e-13);
        }
    grid_free(&grid);
    for (int i = 0; i < 2; i++) {
        track_free(&track[i]);
        path_free(&path[i]);
    }
    model_close(&model);
    workers_free(workers);
    bench_free(b);
}
END_TEST

/* ---- what is said of them ---- */

START_TEST(subtitle_and_plugins)
{
    struct arena mem = {0};
    plan_of(pipeline(-1, true));
    ck_assert_str_eq(provenance_subtitle(&mem, &b->plan, NULL),
                     "mlp, 4 runs: sgd, fast, sgd 2, sgd 3");
    const char *const *pairs = provenance_new(&mem, &b->plan, NULL);
    size_t i = 0;
    while (strcmp(pairs[i], "plugins") != 0)
        i += 2;
    const char *first = strstr(pairs[i + 1], "optimizer-sgd");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(strstr(first + 1, "optimizer-sgd")); /* once */
    HAS(pairs[i + 1], "optimizer-adam");
    bench_free(b);
    plan_of("thalweg: 1\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\noptimizer: [{plugin: "
            "gd}, {plugin: gd}, {plugin: gd}, {plugin: gd}, {plugin: gd}, {plugin: gd}]\n");
    ck_assert_str_eq(provenance_subtitle(&mem, &b->plan, NULL),
                     "quadratic, 6 runs: gd, gd 2, gd 3 and 3 more");
    arena_free(&mem);
    bench_free(b);
}
END_TEST

START_TEST(a_failure_names_the_run)
{
    plan_of("thalweg: 1\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\noptimizer:\n"
            "  - {plugin: gd, learning_rate: 0.01, epochs: 3}\n"
            "  - {plugin: gd, learning_rate: 1e9, epochs: 1000}\n");
    ck_assert_int_lt(run_pipeline(&run, &b->plan, &b->registry, &options, &b->err), 0);
    HAS(b->err.text, "run 'gd 2': optimizer gd: ");
    HAS(b->err.text, "diverged");
    ck_assert_int_eq(b->err.fault, FAULT_RUN);
    done();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("runs");
    TCase *c = tcase_create("runs");
    tcase_add_checked_fixture(c, set_up, NULL);
    suite_add_tcase(suite, c);
    tcase_add_test(c, names);
    tcase_add_loop_test(c, each_rule_says_where_and_what, 0, (int)(sizeof rules / sizeof *rules));
    tcase_add_test(c, too_many_runs);
    tcase_add_test(c, set_reaches_one_of_them);
    tcase_add_test(c, each_as_if_alone);
    tcase_add_test(c, the_seed_shuffles);
    tcase_add_test(c, the_reducer_sees_all_of_them);
    tcase_add_test(c, a_track_for_each);
    tcase_add_test(c, tracks_that_meet);
    tcase_add_test(c, subtitle_and_plugins);
    tcase_add_test(c, a_failure_names_the_run);
    return bench_main(suite);
}
