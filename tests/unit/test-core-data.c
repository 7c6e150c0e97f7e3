/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-data.c -- the host's keys of `dataset:`, on a small set of examples
 * made here and on iris; and what a stranger's plugin may hand over that must
 * be refused.
 */
#include "core-bench.h"

#include "../../core/data.h"
#include "../../core/sha256.h"

#include <math.h>

static struct bench *b;
static struct plugin plugin; /* hands over `given` */
static struct tw_data given[2];
static int given_status[2];
static struct dataset d;

static const float train_x[] = {1, 10, 2, 10, 3, 10, 4, 10, 5, 10, 7, 10}; /* 6 x 2 */
static const int32_t train_label[] = {0, 1, 2, 2, 1, 0};
static const float test_x[] = {3, 10, 8, 11, 1, 12};
static const int32_t test_label[] = {2, 0, 1};
static const double target[] = {1, 2, 3, 4, 5, 6};
static const char *const class_name[] = {"red", "green", "blue"};
static const char *const feature_name[] = {"size", "weight"};

static int fake_load(void *self, uint32_t split, struct tw_data *out)
{
    const struct tw_host *host = self;
    ck_assert_uint_eq(out->struct_size, sizeof *out);
    if (given_status[split] < 0)
        return (host->fail)(host, given_status[split], "no luck with split %u", (unsigned)split);
    *out = given[split];
    return given_status[split];
}

static void set_up(void)
{
    b = bench_open();
    plugin = fake_plugin(TW_DATASET, "fake");
    plugin.ops.dataset = (struct tw_dataset_ops){sizeof(struct tw_dataset_ops), fake_load};
    given[TW_TRAIN] = (struct tw_data){.struct_size = sizeof(struct tw_data),
                                       .task = TW_CLASSIFY,
                                       .n_rows = 6,
                                       .n_features = 2,
                                       .n_classes = 3,
                                       .x = train_x,
                                       .label = train_label,
                                       .class_name = class_name,
                                       .feature_name = feature_name};
    given[TW_TEST] = given[TW_TRAIN];
    given[TW_TEST].n_rows = 3;
    given[TW_TEST].x = test_x;
    given[TW_TEST].label = test_label;
    given_status[TW_TRAIN] = given_status[TW_TEST] = TW_OK;
    b->plan.dataset = (struct stage){.plugin = &plugin, .at = {"p.yaml", 3, 10}};
    b->plan.dataset_keys = (struct dataset_keys){.limit = TW_INT_AUTO, .scale = 1};
}

static void tear_down(void)
{
    bench_free(b);
}

static void load(void)
{
    OK(data_load(&d, &b->plan, &b->env, &b->err));
}

static void refused(enum fault fault, const char *what)
{
    error_clear(&b->err);
    ck_assert_msg(data_load(&d, &b->plan, &b->env, &b->err) < 0, "not refused; wanted: %s", what);
    HAS(b->err.text, what);
    HAS(b->err.text, "dataset fake: ");
    ck_assert_int_eq(b->err.fault, fault);
    if (fault == FAULT_PIPELINE && given_status[0] == TW_OK)
        ck_assert_msg(strncmp(b->err.text, "p.yaml:3:10: ", 13) == 0, "%s", b->err.text);
}

static void rows_are(int split, size_t n, const float *x0, const int32_t *label)
{
    const struct tw_data *v = &d.split[split].view;
    ck_assert_uint_eq(v->n_rows, n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_float_eq(v->x[i * v->n_features], x0[i]);
        ck_assert_int_eq(v->label[i], label[i]);
    }
}

static void keep_classes(const char *const *names, size_t n)
{
    b->plan.dataset_keys.classes = (struct tw_strings){names, n};
}

/* ---- what comes through untouched ---- */

START_TEST(all_of_it)
{
    load();
    const struct tw_data *v = &d.split[TW_TRAIN].view;
    ck_assert(d.has_test);
    ck_assert_ptr_eq(v->x, train_x); /* no copy without need */
    ck_assert_ptr_eq(v->label, train_label);
    ck_assert_ptr_nonnull(d.plugin);
    ck_assert_str_eq(v->class_name[2], "blue");
    ck_assert_str_eq(v->feature_name[1], "weight");
    ck_assert_uint_eq(d.split[TW_TEST].view.n_rows, 3);
    ck_assert_str_eq(d.split[TW_TEST].view.class_name[2], "blue");
    data_free(&d);
}
END_TEST

START_TEST(names_that_are_not_there)
{
    for (int s = 0; s < 2; s++)
        given[s].class_name = given[s].feature_name = NULL;
    load();
    ck_assert_str_eq(d.split[TW_TRAIN].view.class_name[2], "2");
    ck_assert_ptr_null(d.split[TW_TRAIN].view.feature_name);
    data_free(&d);
}
END_TEST

START_TEST(no_test_set)
{
    given_status[TW_TEST] = TW_DONE;
    b->plan.dataset_keys.standardize = true;
    load();
    ck_assert(!d.has_test);
    data_free(&d);
}
END_TEST

/* Of what was loaded, whatever the keys make of it. */
START_TEST(the_fingerprint)
{
    struct sha256 s;
    char hex[65];
    sha256_init(&s);
    sha256_add(&s, train_x, sizeof train_x);
    sha256_add(&s, train_label, sizeof train_label);
    sha256_hex(&s, hex);
    load();
    ck_assert_str_eq(data_sha256(&d), hex);
    data_free(&d);
    b->plan.dataset_keys.standardize = true;
    b->plan.dataset_keys.limit = 2;
    load();
    ck_assert_str_eq(data_sha256(&d), hex);
    data_free(&d);
}
END_TEST

/* ---- classes, positive, limit ---- */

START_TEST(classes_by_name_in_the_order_asked_for)
{
    static const char *const keep[] = {"blue", "red"};
    keep_classes(keep, 2);
    load();
    rows_are(TW_TRAIN, 4, (float[]){1, 3, 4, 7}, (int32_t[]){1, 0, 0, 1});
    rows_are(TW_TEST, 2, (float[]){3, 8}, (int32_t[]){0, 1});
    for (int s = 0; s < 2; s++) {
        ck_assert_uint_eq(d.split[s].view.n_classes, 2);
        ck_assert_str_eq(d.split[s].view.class_name[0], "blue");
        ck_assert_str_eq(d.split[s].view.class_name[1], "red");
    }
    ck_assert_float_eq(train_x[2], 2); /* the plugin's own array is as it was */
    data_free(&d);
}
END_TEST

START_TEST(classes_by_number)
{
    static const char *const keep[] = {"1", "0"};
    keep_classes(keep, 2);
    load();
    rows_are(TW_TRAIN, 4, (float[]){1, 2, 5, 7}, (int32_t[]){1, 0, 0, 1});
    ck_assert_str_eq(d.split[0].view.class_name[0], "green");
    data_free(&d);
}
END_TEST

/* Classes that are called by numbers: the name wins over the position. */
START_TEST(names_win_over_numbers)
{
    static const char *const names[] = {"2", "1", "7"}, *const keep[] = {"2", "7"};
    given[0].class_name = given[1].class_name = names;
    keep_classes(keep, 2);
    load();
    rows_are(TW_TRAIN, 4, (float[]){1, 3, 4, 7}, (int32_t[]){0, 1, 1, 0});
    data_free(&d);
}
END_TEST

START_TEST(classes_that_are_wrong)
{
    static const char *const slip[] = {"red", "bleu"}, *const one[] = {"red"},
                             *const twice[] = {"red", "0"}, *const high[] = {"0", "3"},
                             *const odd[] = {"0", "1x"}, *const empty[] = {"0", ""};
    keep_classes(slip, 2);
    refused(FAULT_PIPELINE, "classes: there is no class 'bleu'; there are red, green, blue");
    HAS(b->err.text, "did you mean 'blue'?");
    keep_classes(one, 1);
    refused(FAULT_PIPELINE, "one class is not enough");
    keep_classes(twice, 2);
    refused(FAULT_PIPELINE, "classes: '0' is named twice");
    keep_classes(high, 2);
    refused(FAULT_PIPELINE, "there is no class '3'");
    keep_classes(odd, 2);
    refused(FAULT_PIPELINE, "there is no class '1x'");
    keep_classes(empty, 2);
    refused(FAULT_PIPELINE, "there is no class ''");
}
END_TEST

START_TEST(classes_without_rows)
{
    static const int32_t all_blue[] = {2, 2, 2, 2, 2, 2};
    static const char *const keep[] = {"red", "green"};
    keep_classes(keep, 2);
    given[TW_TEST].label = all_blue;
    load();
    ck_assert(!d.has_test); /* nothing is left to test with */
    data_free(&d);
    given[TW_TRAIN].label = all_blue;
    refused(FAULT_PIPELINE, "no rows are left");
}
END_TEST

START_TEST(one_against_the_rest)
{
    b->plan.dataset_keys.positive = "green";
    load();
    rows_are(TW_TRAIN, 6, (float[]){1, 2, 3, 4, 5, 7}, (int32_t[]){0, 1, 0, 0, 1, 0});
    rows_are(TW_TEST, 3, (float[]){3, 8, 1}, (int32_t[]){0, 0, 1});
    ck_assert_uint_eq(d.split[1].view.n_classes, 2);
    ck_assert_str_eq(d.split[0].view.class_name[0], "not green");
    ck_assert_str_eq(d.split[0].view.class_name[1], "green");
    data_free(&d);
    b->plan.dataset_keys.positive = "gren";
    refused(FAULT_PIPELINE, "positive: there is no class 'gren'");
    HAS(b->err.text, "did you mean 'green'?");
}
END_TEST

/* classes first, then limit, then positive. */
START_TEST(the_order_of_the_keys)
{
    static const char *const keep[] = {"blue", "red"};
    keep_classes(keep, 2);
    b->plan.dataset_keys.limit = 3;
    b->plan.dataset_keys.positive = "0"; /* blue, by its new number */
    b->plan.dataset_keys.scale = 10;
    load();
    rows_are(TW_TRAIN, 3, (float[]){10, 30, 40}, (int32_t[]){0, 1, 1});
    rows_are(TW_TEST, 2, (float[]){30, 80}, (int32_t[]){1, 0}); /* the test set stays whole */
    ck_assert_str_eq(d.split[0].view.class_name[1], "blue");
    ck_assert_ptr_null(d.plugin); /* nothing of the plugin's is in use */
    data_free(&d);
}
END_TEST

START_TEST(a_limit)
{
    b->plan.dataset_keys.limit = 4;
    load();
    rows_are(TW_TRAIN, 4, (float[]){1, 2, 3, 4}, train_label);
    data_free(&d);
}
END_TEST

/* ---- standardize, scale ---- */

static void moments(const struct tw_data *v, size_t j, double *mean, double *deviation)
{
    *mean = *deviation = 0;
    for (size_t i = 0; i < v->n_rows; i++)
        *mean += (double)v->x[i * v->n_features + j] / (double)v->n_rows;
    for (size_t i = 0; i < v->n_rows; i++)
        *deviation += pow((double)v->x[i * v->n_features + j] - *mean, 2) / (double)v->n_rows;
    *deviation = sqrt(*deviation);
}

START_TEST(standardized_moments)
{
    double mean, deviation;
    b->plan.dataset_keys.standardize = true;
    load();
    const struct tw_data *v = &d.split[TW_TRAIN].view, *t = &d.split[TW_TEST].view;
    moments(v, 0, &mean, &deviation);
    ck_assert_double_eq_tol(mean, 0, 1e-7);
    ck_assert_double_eq_tol(deviation, 1, 1e-7);
    /* 1 2 3 4 5 7: mean 22/6, variance over n 140/36; test rows by the same numbers. */
    double m = 22 / 6.0, s = 1 / sqrt(140 / 36.0);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_float_eq(v->x[2 * i], (float)(((double)train_x[2 * i] - m) * s));
        ck_assert_float_eq(v->x[2 * i + 1], 0); /* constant: only shifted */
    }
    for (size_t i = 0; i < 3; i++) {
        ck_assert_float_eq(t->x[2 * i], (float)(((double)test_x[2 * i] - m) * s));
        ck_assert_float_eq(t->x[2 * i + 1], test_x[2 * i + 1] - 10);
    }
    data_free(&d);
}
END_TEST

/* 0.1f is not a number of double, and means of it are not exact: still constant. */
START_TEST(a_constant_column_is_no_spread)
{
    static float x[3000];
    static int32_t label[3000];
    for (size_t i = 0; i < 3000; i++)
        x[i] = 0.1f;
    given_status[TW_TEST] = TW_DONE;
    given[TW_TRAIN] = (struct tw_data){.struct_size = sizeof(struct tw_data),
                                       .task = TW_CLASSIFY,
                                       .n_rows = 3000,
                                       .n_features = 1,
                                       .n_classes = 2,
                                       .x = x,
                                       .label = label};
    b->plan.dataset_keys.standardize = true;
    load();
    for (size_t i = 0; i < 3000; i++)
        ck_assert_float_eq_tol(d.split[0].view.x[i], 0, 1e-7f);
    data_free(&d);
}
END_TEST

/* Large numbers with a small spread keep it. */
START_TEST(a_small_spread_is_one)
{
    static const float x[] = {1000001, 10, 1000002, 10, 1000003, 10,
                              1000004, 10, 1000005, 10, 1000007, 10};
    double mean, deviation;
    given[TW_TRAIN].x = x;
    b->plan.dataset_keys.standardize = true;
    load();
    moments(&d.split[TW_TRAIN].view, 0, &mean, &deviation);
    ck_assert_double_eq_tol(mean, 0, 1e-6);
    ck_assert_double_eq_tol(deviation, 1, 1e-6);
    data_free(&d);
}
END_TEST

START_TEST(test_rows_out_of_range)
{
    static const float tiny[] = {1e-40f, 0, 2e-40f, 0, 3e-40f, 0, 4e-40f, 0, 5e-40f, 0, 6e-40f, 0};
    given[TW_TRAIN].x = tiny;
    b->plan.dataset_keys.standardize = true;
    refused(FAULT_PIPELINE, "standardize: "); /* 3 / 1e-40 is no float */
}
END_TEST

START_TEST(a_factor)
{
    b->plan.dataset_keys.scale = -0.5;
    load();
    for (size_t i = 0; i < 12; i++)
        ck_assert_float_eq(d.split[TW_TRAIN].view.x[i], -0.5f * train_x[i]);
    ck_assert_float_eq(d.split[TW_TEST].view.x[5], -6);
    data_free(&d);
    static const float large[] = {1e30f, 1, 1, 1, 1, 1};
    b->plan.dataset_keys.scale = 1e10;
    given[TW_TEST].x = large;
    refused(FAULT_PIPELINE, "scale: 1e+10 takes a feature past the range of float");
}
END_TEST

START_TEST(regression)
{
    for (int s = 0; s < 2; s++) {
        given[s].task = TW_REGRESS;
        given[s].n_targets = 1;
        given[s].target = target;
    }
    /* What a sloppy plugin leaves there is not looked at. */
    given[TW_TRAIN].label = (const int32_t[]){-5, 99, 0, 0, 0, 0};
    b->plan.dataset_keys.limit = 4;
    b->plan.dataset_keys.scale = 2;
    load();
    const struct tw_data *v = &d.split[TW_TRAIN].view;
    ck_assert_uint_eq(v->n_rows, 4);
    ck_assert_double_eq(v->target[3], 4);
    ck_assert_uint_eq(v->n_classes, 0);
    ck_assert_ptr_null(v->label);
    data_free(&d);
    b->plan.dataset_keys.positive = "red";
    refused(FAULT_PIPELINE, "need data with classes; this is regression");
    b->plan.dataset_keys.positive = NULL;
    static const char *const keep[] = {"blue", "red"};
    keep_classes(keep, 2);
    refused(FAULT_PIPELINE, "need data with classes");
}
END_TEST

/* ---- iris, by way of a pipeline ---- */

START_TEST(iris)
{
    struct bench *i = bench_new("thalweg: 1\n"
                                "dataset: {plugin: iris, classes: [virginica, 0], standardize: "
                                "true}\n"
                                "model: {plugin: logistic}\nsinks: [{plugin: csv}]\n");
    ck_assert_int_eq(data_load(&d, &i->plan, &i->env, &i->err), 0);
    const struct tw_data *v = &d.split[TW_TRAIN].view;
    ck_assert_uint_eq(v->n_rows, 100);
    ck_assert_uint_eq(v->n_features, 4);
    ck_assert_str_eq(v->class_name[0], "virginica");
    ck_assert_str_eq(v->class_name[1], "setosa");
    int count[2] = {0, 0};
    for (size_t k = 0; k < 100; k++)
        count[v->label[k]]++;
    ck_assert_int_eq(count[0], 50);
    ck_assert_int_eq(count[1], 50);
    for (size_t j = 0; j < 4; j++) {
        double mean, deviation;
        moments(v, j, &mean, &deviation);
        ck_assert_double_eq_tol(mean, 0, 1e-6);
        ck_assert_double_eq_tol(deviation, 1, 1e-6);
    }
    data_free(&d);
    bench_free(i);
}
END_TEST

START_TEST(iris_has_no_such_class)
{
    struct bench *i = bench_new("thalweg: 1\n"
                                "dataset:\n  plugin: iris\n  classes: [virginica, versicolour]\n"
                                "model: {plugin: logistic}\nsinks: [{plugin: csv}]\n");
    ck_assert_int_lt(data_load(&d, &i->plan, &i->env, &i->err), 0);
    HAS(i->err.text, "p.yaml:3:3: dataset iris: classes: there is no class 'versicolour'");
    HAS(i->err.text, "(did you mean 'versicolor'?)");
    bench_free(i);
}
END_TEST

/* ---- strangers ---- */

START_TEST(a_stranger_hands_over_nonsense)
{
    struct tw_data good = given[TW_TRAIN];
    float x[12];
    int32_t label[6];
    memcpy(x, train_x, sizeof x);
    memcpy(label, train_label, sizeof label);

#define WRONG(change, what)                                                                        \
    do {                                                                                           \
        given[TW_TRAIN] = good;                                                                    \
        change;                                                                                    \
        refused(FAULT_RUN, what);                                                                  \
    } while (0)
    x[7] = NAN;
    WRONG(given[0].x = x, "a feature that is not a finite number (row 3)");
    x[7] = INFINITY;
    WRONG(given[0].x = x, "a feature that is not a finite number (row 3)");
    label[5] = 3;
    WRONG(given[0].label = label, "a label that is not below the number of classes (row 5)");
    label[5] = -1;
    WRONG(given[0].label = label, "a label that is not below the number of classes (row 5)");
    WRONG(given[0].n_rows = 0, "no data (0 rows of 2)");
    WRONG(given[0].n_features = 0, "no data (6 rows of 0)");
    WRONG(given[0].x = NULL, "no data");
    WRONG(given[0].n_rows = SIZE_MAX, "at most 4294967295 rows");
    WRONG(given[0].n_features = SIZE_MAX / 4, "at most 4294967295 rows");
    WRONG(given[0].label = NULL, "fewer than two classes or no labels");
    WRONG(given[0].n_classes = 1, "fewer than two classes or no labels");
    WRONG(given[0].n_classes = SIZE_MAX, "classes");
    WRONG(given[0].n_classes = 2000000000, "classes"); /* as many names would fill the memory */
    WRONG(given[0].task = 0, "the unknown task 0");
    WRONG(given[0].task = 9, "the unknown task 9");
    WRONG(given[0].task = TW_REGRESS, "no targets");
    static const double bad_target[] = {0, 1, 2, 3, NAN, 5};
    WRONG(given[0].task = TW_REGRESS; given[0].n_targets = 1;
          given[0].target = bad_target, "a target that is not a finite number (row 4)");
    static const char *const hole[] = {"red", NULL, "blue"};
    WRONG(given[0].class_name = hole, "a name that is missing");
    WRONG(given[0].feature_name = hole, "a name that is missing");
    WRONG(given[1].n_features = 1, "training and test set differ (2 and 1 features");
    given[TW_TEST].n_features = 2;
    given[TW_TEST].n_classes = 4;
    given[TW_TEST].class_name = NULL;
    WRONG((void)0, "training and test set differ");
    given_status[TW_TRAIN] = TW_DONE;
    WRONG((void)0, "has no training set");
    given_status[TW_TRAIN] = TW_EIO;
    WRONG((void)0, "no luck with split 0");
    given_status[TW_TRAIN] = TW_OK;
    given_status[TW_TEST] = TW_EIO;
    WRONG((void)0, "no luck with split 1");
}
END_TEST

START_TEST(refusals_of_the_pipeline_are_told_apart)
{
    given_status[TW_TRAIN] = TW_EINVAL;
    refused(FAULT_PIPELINE, "no luck with split 0");
    given_status[TW_TRAIN] = TW_ECANCELLED;
    refused(FAULT_INTERRUPT, "no luck with split 0");
}
END_TEST

/* ---- a reducer that transforms ---- */

static size_t reducer_features;
static float reducer_value;
static int reducer_status;

static int fake_fit(void *self, const struct tw_data *train, size_t *n)
{
    (void)self;
    ck_assert_uint_eq(train->n_rows, 6);
    *n = reducer_features;
    return reducer_status;
}

/* Every new feature is the sum of the old ones, times its number. */
static int fake_transform(void *self, const struct tw_data *in, float *x)
{
    (void)self;
    for (size_t i = 0; i < in->n_rows; i++)
        for (size_t j = 0; j < reducer_features; j++)
            x[i * reducer_features + j] =
                (in->x[2 * i] + in->x[2 * i + 1]) * (float)(j + 1) + reducer_value;
    return TW_OK;
}

static int fake_feature_name(const void *self, size_t j, char *name, size_t size)
{
    (void)self;
    if (j == 1)
        snprintf(name, size, "second");
    return TW_OK;
}

START_TEST(a_reducer_replaces_the_features)
{
    struct plugin r = fake_plugin(TW_REDUCER, "sums");
    struct instance *inst;
    r.ops.reducer = (struct tw_reducer_ops){.struct_size = sizeof(struct tw_reducer_ops),
                                            .fit = fake_fit,
                                            .transform = fake_transform,
                                            .feature_name = fake_feature_name};
    load();
    OK(instance_new(&r, "reducer", NULL, &b->env, &inst, &b->err));
    reducer_features = 3;
    OK(data_transform(&d, inst, &b->err));
    for (int s = 0; s < 2; s++) {
        const struct tw_data *v = &d.split[s].view;
        ck_assert_uint_eq(v->n_features, 3);
        ck_assert_str_eq(v->feature_name[0], "feature 1");
        ck_assert_str_eq(v->feature_name[1], "second");
    }
    ck_assert_float_eq(d.split[TW_TRAIN].view.x[5 * 3 + 2], 51);
    ck_assert_float_eq(d.split[TW_TEST].view.x[2 * 3 + 1], 26);
    ck_assert_float_eq(train_x[1], 10);
    data_free(&d);

    static const struct {
        size_t features;
        float value;
        int status;
        const char *what;
    } wrong[] = {{0, 0, 0, "leaves no features"},
                 {3, NAN, 0, "a feature that is not a finite number (row 0)"},
                 {SIZE_MAX / 8, 0, 0, "out of memory"},
                 {1, 0, TW_ENUMERIC, "the plugin gave no reason"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        load();
        reducer_features = wrong[i].features;
        reducer_value = wrong[i].value;
        reducer_status = wrong[i].status;
        ck_assert_int_lt(data_transform(&d, inst, &b->err), 0);
        HAS(b->err.text, wrong[i].what);
        error_clear(&b->err);
        data_free(&d);
    }
    instance_free(inst);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("data");
    TCase *c = tcase_create("data");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, all_of_it);
    tcase_add_test(c, names_that_are_not_there);
    tcase_add_test(c, no_test_set);
    tcase_add_test(c, the_fingerprint);
    tcase_add_test(c, classes_by_name_in_the_order_asked_for);
    tcase_add_test(c, classes_by_number);
    tcase_add_test(c, names_win_over_numbers);
    tcase_add_test(c, classes_that_are_wrong);
    tcase_add_test(c, classes_without_rows);
    tcase_add_test(c, one_against_the_rest);
    tcase_add_test(c, the_order_of_the_keys);
    tcase_add_test(c, a_limit);
    tcase_add_test(c, standardized_moments);
    tcase_add_test(c, a_constant_column_is_no_spread);
    tcase_add_test(c, a_small_spread_is_one);
    tcase_add_test(c, test_rows_out_of_range);
    tcase_add_test(c, a_factor);
    tcase_add_test(c, regression);
    tcase_add_test(c, iris);
    tcase_add_test(c, iris_has_no_such_class);
    tcase_add_test(c, a_stranger_hands_over_nonsense);
    tcase_add_test(c, refusals_of_the_pipeline_are_told_apart);
    tcase_add_test(c, a_reducer_replaces_the_features);
    return bench_main(suite);
}
