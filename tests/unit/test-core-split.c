/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-split.c -- test_fraction: which rows become the test set, and that it stands
 * where it should among the other keys; and the test set on the grid.
 */
#include "core-bench.h"

#include "../../core/run.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define ROWS 200

static struct bench *b;
static struct plugin plugin; /* hands over `given` */
static struct tw_data given;
static bool has_test;
static struct dataset d;
static float x[2 * ROWS]; /* the number of the row, and something */
static int32_t label[ROWS];
static double target[2 * ROWS];

static int fake_load(void *self, uint32_t split, struct tw_data *out)
{
    (void)self;
    if (split == TW_TEST && !has_test)
        return TW_DONE;
    *out = given;
    return TW_OK;
}

static void set_up(void)
{
    b = bench_open();
    gsl_set_error_handler_off(); /* as the program does */
    plugin = fake_plugin(TW_DATASET, "fake");
    plugin.ops.dataset = (struct tw_dataset_ops){sizeof(struct tw_dataset_ops), fake_load};
    for (int i = 0; i < ROWS; i++) {
        x[2 * i] = (float)i;
        x[2 * i + 1] = (float)(i * 37 % 101);
        label[i] = i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2; /* 120, 60 and 20 of 200 */
        target[2 * i] = i;
        target[2 * i + 1] = -i;
    }
    given = (struct tw_data){.struct_size = sizeof given,
                             .task = TW_CLASSIFY,
                             .n_rows = ROWS,
                             .n_features = 2,
                             .n_classes = 3,
                             .x = x,
                             .label = label};
    has_test = false;
    b->plan.dataset = (struct stage){.plugin = &plugin, .at = {"p.yaml", 3, 10}};
    b->plan.dataset_keys =
        (struct dataset_keys){.limit = TW_INT_AUTO, .scale = 1, .test_fraction = 0.2};
}

static void tear_down(void)
{
    data_free(&d);
    d = (struct dataset){0};
    bench_free(b);
}

static void load(void)
{
    data_free(&d);
    OK(data_load(&d, &b->plan, &b->env, &b->err));
}

static void refused(const char *what)
{
    error_clear(&b->err);
    ck_assert_msg(data_load(&d, &b->plan, &b->env, &b->err) < 0, "wanted: %s", what);
    HAS(b->err.text, what);
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
}

static size_t count(uint32_t split, int32_t class)
{
    const struct tw_data *v = &d.split[split].view;
    size_t n = 0;
    for (size_t i = 0; i < v->n_rows; i++)
        n += v->label[i] == class;
    return n;
}

/* ---- which rows ---- */

START_TEST(every_class_alike)
{
    load();
    ck_assert(d.has_test);
    ck_assert_uint_eq(d.split[TW_TEST].view.n_rows, 40);
    ck_assert_uint_eq(d.split[TW_TRAIN].view.n_rows, 160);
    for (int c = 0; c < 3; c++) {
        static const size_t want[] = {24, 12, 4};
        ck_assert_uint_eq(count(TW_TEST, c), want[c]);
        ck_assert_uint_eq(count(TW_TRAIN, c), 4 * want[c]);
    }
    ck_assert_uint_eq(d.split[TW_TEST].view.n_classes, 3);
    ck_assert_str_eq(d.split[TW_TEST].view.class_name[2], "2");
}
END_TEST

/* Each row is in one of them, whole and in its order. */
START_TEST(nothing_is_lost)
{
    bool seen[ROWS] = {false};
    load();
    for (int s = 0; s < 2; s++) {
        const struct tw_data *v = &d.split[s].view;
        int last = -1;
        for (size_t i = 0; i < v->n_rows; i++) {
            int row = (int)v->x[2 * i];
            ck_assert_int_gt(row, last);
            ck_assert(!seen[row]);
            seen[row] = true;
            last = row;
            ck_assert_float_eq(v->x[2 * i + 1], x[2 * row + 1]);
            ck_assert_int_eq(v->label[i], label[row]);
        }
    }
    for (int i = 0; i < ROWS; i++)
        ck_assert(seen[i]);
}
END_TEST

START_TEST(largest_remainders)
{
    static const int32_t few[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2};
    given.label = few; /* 6, 7 and 7 rows: a quarter is 1.5, 1.75 and 1.75 */
    given.n_rows = 20;
    b->plan.dataset_keys.test_fraction = 0.25;
    load();
    ck_assert_uint_eq(count(TW_TEST, 0), 1);
    ck_assert_uint_eq(count(TW_TEST, 1), 2);
    ck_assert_uint_eq(count(TW_TEST, 2), 2);
}
END_TEST

START_TEST(a_class_keeps_a_row_for_training)
{
    static const int32_t lone[] = {0, 1, 2, 2, 2, 0};
    given.label = lone;
    given.n_rows = 6;
    b->plan.dataset_keys.test_fraction = 0.9;
    load();
    ck_assert_uint_eq(count(TW_TRAIN, 0), 1);
    ck_assert_uint_eq(count(TW_TRAIN, 1), 1);
    ck_assert_uint_eq(count(TW_TRAIN, 2), 1);
    ck_assert_uint_eq(count(TW_TEST, 1), 0);
    ck_assert_uint_eq(d.split[TW_TEST].view.n_rows, 3);
    /* However little is asked for, it is a row. */
    b->plan.dataset_keys.test_fraction = 1e-6;
    load();
    ck_assert_uint_eq(d.split[TW_TEST].view.n_rows, 1);
}
END_TEST

/* Over many seeds each row is drawn about as often. */
START_TEST(by_the_seed)
{
    static int drawn[ROWS];
    enum { SEEDS = 1000 };
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct dataset one = {.split[TW_TRAIN].view = given};
        OK(data_split(&one, 0.2, seed, &b->err));
        for (size_t i = 0; i < one.split[TW_TEST].view.n_rows; i++)
            drawn[(int)one.split[TW_TEST].view.x[2 * i]]++;
        data_free(&one);
    }
    for (int i = 0; i < ROWS; i++) { /* 200 with a deviation of 12.6 */
        ck_assert_int_gt(drawn[i], 200 - 63);
        ck_assert_int_lt(drawn[i], 200 + 63);
    }
    load();
    float first[80], again[80];
    memcpy(first, d.split[TW_TEST].view.x, sizeof first);
    load();
    memcpy(again, d.split[TW_TEST].view.x, sizeof again);
    ck_assert_mem_eq(first, again, sizeof first);
    b->env.seed++;
    load();
    ck_assert_mem_ne(first, d.split[TW_TEST].view.x, sizeof first);
}
END_TEST

START_TEST(regression)
{
    given.task = TW_REGRESS;
    given.n_classes = 0;
    given.label = NULL;
    given.n_targets = 2;
    given.target = target;
    load();
    ck_assert_uint_eq(d.split[TW_TEST].view.n_rows, 40);
    for (int s = 0; s < 2; s++) {
        const struct tw_data *v = &d.split[s].view;
        for (size_t i = 0; i < v->n_rows; i++) {
            ck_assert_double_eq(v->target[2 * i], (double)v->x[2 * i]);
            ck_assert_double_eq(v->target[2 * i + 1], -(double)v->x[2 * i]);
        }
    }
}
END_TEST

/* ---- refusals ---- */

START_TEST(what_cannot_be_parted)
{
    has_test = true;
    refused("dataset fake: test_fraction: it has a test set of 200 rows");
    HAS(b->err.text, "p.yaml:3:10: ");
    static const int32_t each[] = {0, 1, 2};
    has_test = false;
    given.label = each;
    given.n_rows = 3;
    refused("dataset fake: test_fraction: 3 rows are too few to part");
}
END_TEST

/* ---- among the other keys ---- */

START_TEST(scaled_by_the_training_part)
{
    b->plan.dataset_keys.standardize = true;
    load();
    double sum = 0, squares = 0, test = 0;
    const struct tw_data *v = &d.split[TW_TRAIN].view;
    for (size_t i = 0; i < v->n_rows; i++) {
        sum += (double)v->x[2 * i];
        squares += (double)v->x[2 * i] * (double)v->x[2 * i];
    }
    ck_assert_double_eq_tol(sum / 160, 0, 1e-6);
    ck_assert_double_eq_tol(squares / 160, 1, 1e-6);
    v = &d.split[TW_TEST].view;
    for (size_t i = 0; i < v->n_rows; i++)
        test += (double)v->x[2 * i];
    ck_assert_double_gt(fabs(test / 40), 1e-3); /* it had no say */
}
END_TEST

START_TEST(a_limit_leaves_it_whole)
{
    float first[80];
    load();
    memcpy(first, d.split[TW_TEST].view.x, sizeof first);
    b->plan.dataset_keys.limit = 50;
    load();
    ck_assert_uint_eq(d.split[TW_TRAIN].view.n_rows, 50);
    ck_assert_uint_eq(d.split[TW_TEST].view.n_rows, 40);
    ck_assert_mem_eq(first, d.split[TW_TEST].view.x, sizeof first);
}
END_TEST

START_TEST(after_classes_and_before_positive)
{
    static const char *const two[] = {"2", "1"};
    b->plan.dataset_keys.classes = (struct tw_strings){two, 2};
    load();
    ck_assert_uint_eq(count(TW_TEST, 0), 4);
    ck_assert_uint_eq(count(TW_TEST, 1), 12);
    ck_assert_uint_eq(d.split[TW_TRAIN].view.n_rows, 64);
    b->plan.dataset_keys.classes = (struct tw_strings){NULL, 0};
    b->plan.dataset_keys.positive = "2";
    load();
    ck_assert_uint_eq(count(TW_TEST, 1), 4);
    ck_assert_uint_eq(count(TW_TEST, 0), 36);
    ck_assert_str_eq(d.split[TW_TEST].view.class_name[0], "not 2");
}
END_TEST

/* ---- on the grid ---- */

#define PIPE(keys, rest)                                                                           \
    "thalweg: 1\ndataset: {plugin: iris, standardize: true" keys "}\n"                             \
    "model: {plugin: logistic}\n"                                                                  \
    "optimizer: {plugin: gd, learning_rate: 0.5, epochs: 5}\n"                                     \
    "reducers: [{plugin: trajectory-pca}]\n" rest "sinks: [{plugin: csv}]\n"

static struct run run;
static struct run_options options = {.jobs = 2, .quiet = true, .log_level = TW_LOG_ERROR};

static int run_yaml(struct bench *p)
{
    return run_pipeline(&run, &p->plan, &p->registry, &options, &p->err);
}

/* Of either model, by the extension or point by point. */
static void grid_is(struct model *m, const double *loss, const double *accuracy)
{
    const struct tw_grid *g = &run.grid.view;
    double *theta = calloc(m->dim, sizeof *theta), l, a;
    for (size_t k = 0; k < g->nx * g->ny; k++) {
        for (size_t j = 0; j < m->dim; j++)
            theta[j] = run.plane.view.origin[j] + g->x[k % g->nx] * run.plane.view.u[j] +
                       g->y[k / g->nx] * run.plane.view.v[j];
        OK(model_evaluate(m, theta, &l, &a, &b->err));
        ck_assert_double_eq_tol(loss[k], l, 1e-12 * fabs(l));
        ck_assert_double_eq(accuracy[k], a);
    }
    free(theta);
}

START_TEST(both_sets_at_every_point)
{
    struct bench *p =
        bench_new(PIPE(", test_fraction: 0.3", "grid: {points: [7, 5], splits: [test, train]}\n"));
    ck_assert_msg(run_yaml(p) == 0, "%s", p->err.text);
    ck_assert_uint_eq(run.data.split[TW_TEST].view.n_rows, 45);
    ck_assert_uint_eq(run.test_model.n_rows, 45);
    grid_is(&run.model, run.grid.view.loss, run.grid.view.accuracy);
    grid_is(&run.test_model, run.grid.view.test_loss, run.grid.view.test_accuracy);
    /* The trajectory is that of the training set. */
    const struct tw_track *t = &run.tracks[0].view;
    ck_assert_double_eq_tol(t->plane_loss[t->n - 1], run.train.loss, 1e-12);
    ck_assert_double_ne(run.train.loss, run.test.loss);
    run_free(&run);
    bench_free(p);
}
END_TEST

START_TEST(not_unless_asked_for)
{
    struct bench *p = bench_new(PIPE(", test_fraction: 0.3", "grid: {points: 5}\n"));
    ck_assert_msg(run_yaml(p) == 0, "%s", p->err.text);
    ck_assert_ptr_null(run.grid.view.test_loss);
    ck_assert_ptr_null(run.grid.view.test_accuracy);
    ck_assert(isfinite(run.test.loss));
    run_free(&run);
    bench_free(p);
}
END_TEST

START_TEST(no_test_set_on_the_grid)
{
    static const struct {
        const char *yaml, *what;
    } none[] = {
        {PIPE("", "grid: {splits: [train, test]}\n"),
         "p.yaml:6:16: grid: splits: dataset iris has no test set; use test_fraction"},
        {"thalweg: 1\nmodel: {plugin: quadratic}\ngrid: {splits: [train, test]}\n"
         "sinks: [{plugin: csv}]\n",
         "p.yaml:3:16: grid: splits: without a dataset"},
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct bench *p = bench_new(none[i].yaml);
        ck_assert_int_lt(run_yaml(p), 0);
        HAS(p->err.text, none[i].what);
        ck_assert_int_eq(p->err.fault, FAULT_PIPELINE);
        ck_assert_uint_eq(run.n_paths, 0); /* before the training */
        run_free(&run);
        bench_free(p);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("split");
    TCase *c = tcase_create("split");
    tcase_add_checked_fixture(c, set_up, tear_down);
    suite_add_tcase(suite, c);
    tcase_add_test(c, every_class_alike);
    tcase_add_test(c, nothing_is_lost);
    tcase_add_test(c, largest_remainders);
    tcase_add_test(c, a_class_keeps_a_row_for_training);
    tcase_add_test(c, by_the_seed);
    tcase_add_test(c, regression);
    tcase_add_test(c, what_cannot_be_parted);
    tcase_add_test(c, scaled_by_the_training_part);
    tcase_add_test(c, a_limit_leaves_it_whole);
    tcase_add_test(c, after_classes_and_before_positive);
    tcase_add_test(c, both_sets_at_every_point);
    tcase_add_test(c, not_unless_asked_for);
    tcase_add_test(c, no_test_set_on_the_grid);
    return bench_main(suite);
}
