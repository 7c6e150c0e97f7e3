/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-plan.c -- pipelines that are read, and for each rule one that breaks
 * it: where it is broken, and what would be right.
 */
#include "core-bench.h"

#define HEAD  "thalweg: 1\n"
#define MODEL "model: {plugin: quadratic}\n"
#define SINKS "sinks: [{plugin: csv}]\n"

START_TEST(a_whole_pipeline)
{
    struct bench *b = bench_new("thalweg: 1\n"
                                "title: A title\n"
                                "seed: 42\n"
                                "dataset: {plugin: iris, classes: [virginica, 0], limit: 80,\n"
                                "          standardize: true, scale: 2.5}\n"
                                "model: {plugin: mlp, hidden: [5]}\n"
                                "optimizer: {plugin: sgd, epochs: 3, record: step, "
                                "record_every: 7}\n"
                                "reducers:\n"
                                "  - {plugin: dataset-pca, components: 3}\n"
                                "  - {plugin: trajectory-pca}\n"
                                "grid: {points: [11, 7], range: [-1, 1, -2, 2]}\n"
                                "sinks:\n"
                                "  - {plugin: csv, path: deep/grid.csv}\n"
                                "  - {plugin: csv, path: two.csv, trajectory: t2.csv}\n");
    const struct plan *p = &b->plan;
    ck_assert_str_eq(p->pipeline.title, "A title");
    ck_assert_int_eq(p->pipeline.seed, 42);
    ck_assert_str_eq(p->dataset.plugin->desc.name, "iris");
    ck_assert_uint_eq(p->dataset_keys.classes.n, 2);
    ck_assert_str_eq(p->dataset_keys.classes.v[0], "virginica");
    ck_assert_str_eq(p->dataset_keys.classes.v[1], "0");
    ck_assert_int_eq(p->dataset_keys.limit, 80);
    ck_assert(p->dataset_keys.standardize);
    ck_assert_double_eq(p->dataset_keys.scale, 2.5);
    ck_assert_ptr_null(p->dataset_keys.positive);
    ck_assert_int_eq(p->dataset.at.line, 4);
    ck_assert_int_eq(p->dataset.at.column, 10);
    ck_assert_str_eq(p->model.plugin->desc.name, "mlp");
    ck_assert_int_eq(p->optimizers[0].keys.epochs, 3);
    ck_assert_int_eq(p->optimizers[0].keys.record, RECORD_STEP);
    ck_assert_int_eq(p->optimizers[0].keys.record_every, 7);
    ck_assert_uint_eq(p->n_reducers, 2);
    ck_assert_str_eq(p->reducers[1].plugin->desc.name, "trajectory-pca");
    ck_assert_uint_eq(plan_points(p, 0), 11);
    ck_assert_uint_eq(plan_points(p, 1), 7);
    ck_assert_uint_eq(p->grid.range.n, 4);
    ck_assert_uint_eq(p->n_sinks, 2);
    ck_assert_str_eq(p->outdir, b->dir);
    HAS(p->text, "title: A title\n");
    ck_assert_str_eq(p->overrides, "");
    bench_free(b);
}
END_TEST

START_TEST(what_is_left_out)
{
    struct bench *b = bench_new(HEAD MODEL SINKS);
    const struct plan *p = &b->plan;
    ck_assert_str_eq(p->pipeline.title, "p"); /* of p.yaml */
    ck_assert_int_eq(p->pipeline.seed, 1);
    ck_assert_ptr_null(p->dataset.plugin);
    ck_assert_uint_eq(p->n_optimizers, 0);
    ck_assert_uint_eq(p->n_reducers, 0);
    ck_assert_uint_eq(plan_points(p, 0), 51);
    ck_assert_uint_eq(plan_points(p, 1), 51);
    ck_assert_uint_eq(p->grid.range.n, 0);
    ck_assert_double_eq(p->grid.margin, 0.25);
    bench_free(b);
}
END_TEST

START_TEST(one_number_of_points_serves_both_axes)
{
    struct bench *b = bench_new(HEAD MODEL "grid: {points: 9}\n" SINKS);
    ck_assert_uint_eq(plan_points(&b->plan, 0), 9);
    ck_assert_uint_eq(plan_points(&b->plan, 1), 9);
    bench_free(b);
}
END_TEST

START_TEST(set_changes_the_plan)
{
    struct bench *b = bench_open();
    OK(bench_read(b, HEAD MODEL "grid: {points: 9}\n" SINKS, "grid.points=[3, 4]"));
    ck_assert_uint_eq(plan_points(&b->plan, 0), 3);
    ck_assert_uint_eq(plan_points(&b->plan, 1), 4);
    ck_assert_str_eq(b->plan.overrides, "grid.points=[3, 4]");
    HAS(b->plan.text, "points: 9"); /* the file is kept as it is */
    bench_free(b);
}
END_TEST

START_TEST(files_are_found_beside_the_yaml)
{
    struct bench *b = bench_open();
    bench_file(b, "some.csv", "a,y\n1,0\n2,1\n");
    OK(bench_read(b,
                  HEAD "dataset: {plugin: csv, path: some.csv, label: y}\n"
                       "model: {plugin: logistic}\nreducers: [{plugin: axes}]\n" SINKS,
                  NULL));
    bench_free(b);
}
END_TEST

/* The same pipeline where the plugin is there and where it is not. */
START_TEST(an_optional_sink_may_be_missing)
{
    struct bench *b =
        bench_new(HEAD MODEL "sinks:\n  - {plugin: lacking, optional: true, size: 3}\n"
                             "  - {plugin: csv, optional: true}\n");
    ck_assert_uint_eq(b->plan.n_sinks, 1);
    ck_assert_str_eq(b->plan.sinks[0].plugin->desc.name, "csv");
    HAS(b->plan.warnings, "p.yaml:4:14: no sink plugin 'lacking'");
    HAS(b->plan.warnings, "; this sink is optional and left out\n");
    ck_assert_int_eq(b->err.fault, FAULT_NONE);
    bench_free(b);
    b = bench_new(HEAD MODEL "sinks:\n  - {plugin: lacking, optional: true}\n  - {plugin: csv}\n"
                             "  - {plugin: lacking-too, optional: true}\n");
    ck_assert_uint_eq(b->plan.n_sinks, 1);
    HAS(b->plan.warnings, "'lacking-too'");
    bench_free(b);
    b = bench_new(HEAD MODEL SINKS);
    ck_assert_str_eq(b->plan.warnings, "");
    bench_free(b);
}
END_TEST

/* ---- rules ---- */

static const struct {
    const char *yaml, *set;
    enum fault fault;
    const char *where; /* how the message begins */
    const char *what;  /* what it must say */
} rules[] = {
    /* the whole */
    {"", NULL, 2, "p.yaml: ", "is empty"},
    {"[1, 2]\n", NULL, 2, "p.yaml:1:1: ", "wanted a pipeline"},
    {"just text\n", NULL, 2, "p.yaml:1:1: ", "wanted a pipeline"},
    {MODEL SINKS, NULL, 2, "p.yaml:1:1: ", "'thalweg' is missing"},
    {"thalweg: 2\n" MODEL SINKS, NULL, 2, "p.yaml:1:10: ", "2 is outside"},
    {HEAD "seed: -1\n" MODEL SINKS, NULL, 2, "p.yaml:2:7: ", "-1 is outside"},
    {HEAD "seed: 1.5\n" MODEL SINKS, NULL, 2, "p.yaml:2:7: ", "whole number"},
    {HEAD "title: [a]\n" MODEL SINKS, NULL, 2, "p.yaml:2:8: ", "expected text"},
    {HEAD MODEL "optimiser: {plugin: gd}\n" SINKS, NULL, 2, "p.yaml:3:1: unknown key 'optimiser'",
     "did you mean 'optimizer'?"},
    {HEAD MODEL "zebra: 1\n" SINKS, NULL, 2, "p.yaml:3:1: unknown key 'zebra'",
     "a pipeline has thalweg, title, seed, dataset, model"},
    {HEAD MODEL MODEL SINKS, NULL, 2, "p.yaml:3:1: ", "given twice"},
    {HEAD SINKS, NULL, 2, "p.yaml:1:1: ", "the section 'model' is missing"},
    {HEAD MODEL, NULL, 2, "p.yaml:1:1: ", "the section 'sinks' is missing"},

    /* a section with a plugin */
    {HEAD "model: quadratic\n" SINKS, NULL, 2, "p.yaml:2:8: model: ", "{plugin: NAME}"},
    {HEAD "model:\n" SINKS, NULL, 2, "p.yaml:2:", "{plugin: NAME}"},
    {HEAD "model: {hidden: 3}\n" SINKS, NULL, 2, "p.yaml:2:8: model: ", "'plugin' is missing"},
    {HEAD "model: {plugin: [a, b]}\n" SINKS, NULL, 2, "p.yaml:2:17: model: ", "a plugin's name"},
    {HEAD "model: {plugin: null}\n" SINKS, NULL, 2, "p.yaml:2:17: model: ", "a plugin's name"},
    {HEAD "model: {plugin: ''}\n" SINKS, NULL, 2, "p.yaml:2:17: model: ", "a plugin's name"},
    {HEAD "model: {plugin: quadartic}\n" SINKS, NULL, 3, "p.yaml:2:17: no model plugin 'quadartic'",
     "did you mean 'quadratic'?"},
    {HEAD "model: {plugin: sgd}\n" SINKS, NULL, 3, "p.yaml:2:17: ", "there is a optimizer"},
    {HEAD "model: {plugin: ./model-none.so}\n" SINKS, NULL, 3, "p.yaml:2:17: ", "model-none.so"},
    {HEAD "model: {plugin: quadratic, minimun: [1, 2]}\n" SINKS, NULL, 2,
     "p.yaml:2:28: model quadratic: ", "did you mean 'minimum'"},
    {HEAD "model: {plugin: quadratic, minimum: [1, x]}\n" SINKS, NULL, 2,
     "p.yaml:2:41: ", "a number"},
    {HEAD "model: {plugin: quadratic, minimum: [1, 2, 3]}\n" SINKS, NULL, 2,
     "p.yaml:2:8: model quadratic: ", "curvature must have as many numbers as minimum"},
    {HEAD "dataset: {plugin: iris, limit: 0}\n" MODEL SINKS, NULL, 2,
     "p.yaml:2:32: dataset iris: limit: ", "0 is outside"},
    {HEAD "dataset: {plugin: iris, standardize: 1}\n" MODEL SINKS, NULL, 2,
     "p.yaml:2:38: ", "true or false"},
    {HEAD "dataset: {plugin: iris, scale: .nan}\n" MODEL SINKS, NULL, 2,
     "p.yaml:2:32: ", "a number"},
    {HEAD "dataset: {plugin: csv, path: none.csv, label: y}\n" MODEL SINKS, NULL, 2,
     "p.yaml:2:30: dataset csv: path: ", "none.csv: No such file"},
    {HEAD "dataset: {plugin: csv, path: /, label: y}\n" MODEL SINKS, NULL, 2,
     "p.yaml:2:30: ", "folder"},
    {HEAD "dataset: {plugin: csv, path: /dev/zero, label: y}\n" MODEL SINKS, NULL, 2,
     "p.yaml:2:30: ", "/dev/zero: is not a regular file"},
    {HEAD MODEL "optimizer: {plugin: gd, record: often}\n" SINKS, NULL, 2,
     "p.yaml:3:33: optimizer gd: record: ", "epoch, step"},
    {HEAD MODEL "optimizer: {plugin: gd, record_every: 0}\n" SINKS, NULL, 2,
     "p.yaml:3:39: ", "0 is outside"},
    {HEAD MODEL "optimizer: {plugin: gd, epochs: soon}\n" SINKS, NULL, 2, "p.yaml:3:33: ", "auto"},

    /* lists of sections */
    {HEAD MODEL "reducers: {plugin: axes}\n" SINKS, NULL, 2,
     "p.yaml:3:11: reducers: ", "[{plugin: NAME}]"},
    {HEAD MODEL "reducers: [axes]\n" SINKS, NULL, 2, "p.yaml:3:12: reducer: ", "{plugin: NAME}"},
    {HEAD MODEL "sinks: {plugin: csv}\n", NULL, 2, "p.yaml:3:8: sinks: ", "[{plugin: NAME}]"},
    {HEAD MODEL "sinks: [{plugin: lacking, optional: true}]\n", NULL, 2,
     "p.yaml:3:8: sinks: ", "nothing would be written"},
    {HEAD MODEL "sinks: [{plugin: lacking, optional: false}]\n", NULL, 3,
     "p.yaml:3:18: ", "no sink plugin 'lacking'"},
    {HEAD MODEL "sinks: [{plugin: lacking, optional: often}]\n", NULL, 3,
     "p.yaml:3:18: ", "no sink plugin 'lacking'"},
    {HEAD MODEL "sinks: [{plugin: csv, optional: often}]\n", NULL, 2, "p.yaml:3:", "optional"},
    {HEAD MODEL "sinks: [{plugin: csv, optional: true, paht: x}]\n", NULL, 2,
     "p.yaml:3:", "did you mean 'path'?"},
    {HEAD MODEL "reducers: [{plugin: lacking, optional: true}]\n" SINKS, NULL, 3,
     "p.yaml:3:", "no reducer plugin 'lacking'"},
    {HEAD MODEL "sinks: []\n", NULL, 2, "p.yaml:3:8: sinks: ", "nothing would be written"},
    {HEAD MODEL "sinks:\n  - {plugin: csv}\n  - {plugin: csv, paht: x}\n", NULL, 2,
     "p.yaml:5:19: sink csv: ", "did you mean 'path'"},
    {HEAD MODEL "sinks: [{plugin: csv, path: null}]\n", NULL, 2, "p.yaml:3:", "path"},

    /* the grid */
    {HEAD MODEL "grid: 51\n" SINKS, NULL, 2, "p.yaml:3:7: grid: ", "{points: [51, 51]}"},
    {HEAD MODEL "grid: {point: 51}\n" SINKS, NULL, 2,
     "p.yaml:3:8: grid: ", "did you mean 'points'"},
    {HEAD MODEL "grid: {points: 1}\n" SINKS, NULL, 2, "p.yaml:3:16: grid: points", "1 is outside"},
    {HEAD MODEL "grid: {points: [5, 1]}\n" SINKS, NULL, 2, "p.yaml:3:20: grid: points",
     "1 is outside"},
    {HEAD MODEL "grid: {points: [5, 5, 5]}\n" SINKS, NULL, 2, "p.yaml:3:16: grid: points: 3",
     "one or two"},
    {HEAD MODEL "grid: {points: []}\n" SINKS, NULL, 2, "p.yaml:3:16: grid: points", ""},
    {HEAD MODEL "grid: {points: 5.5}\n" SINKS, NULL, 2, "p.yaml:3:16: ", "whole numbers"},
    {HEAD MODEL "grid: {range: [-1, 0, 1]}\n" SINKS, NULL, 2, "p.yaml:3:15: grid: range: 3",
     "[xlo, xhi, ylo, yhi]"},
    {HEAD MODEL "grid: {range: 5}\n" SINKS, NULL, 2, "p.yaml:3:15: grid: range: 1", "[lo, hi]"},
    {HEAD MODEL "grid: {range: [1, 1]}\n" SINKS, NULL, 2,
     "p.yaml:3:15: grid: range: ", "1 is not below 1"},
    {HEAD MODEL "grid: {range: [0, 1, 2, -2]}\n" SINKS, NULL, 2,
     "p.yaml:3:15: grid: range: ", "2 is not below -2"},
    {HEAD MODEL "grid: {range: [.nan, 1]}\n" SINKS, NULL, 2, "p.yaml:3:16: ", "a number"},
    {HEAD MODEL "grid: {range: [-.inf, .inf]}\n" SINKS, NULL, 2, "p.yaml:3:16: ", "outside"},
    {HEAD MODEL "grid: {margin: -0.1}\n" SINKS, NULL, 2, "p.yaml:3:16: ", "outside"},

    /* rules across sections */
    {HEAD "model: {plugin: logistic}\n" SINKS, NULL, 2, "p.yaml:2:8: model logistic needs data",
     "add a section dataset:"},
    {HEAD MODEL "reducers:\n  - {plugin: axes}\n  - {plugin: trajectory-pca}\n" SINKS, NULL, 2,
     "p.yaml:4:5: reducer axes gives the plane", "must be the last"},
    {HEAD MODEL "reducers:\n  - {plugin: dataset-pca}\n  - {plugin: axes}\n" SINKS, NULL, 2,
     "p.yaml:4:5: reducer dataset-pca transforms data", "no section dataset:"},
    {HEAD MODEL "reducers: [{plugin: dataset-pca}]\n" SINKS, NULL, 2,
     "p.yaml:3:12: reducer dataset-pca transforms data", "no section dataset:"},

    /* --set: no lines there, but the assignment */
    {HEAD MODEL SINKS, "grid.points=1", 2, "--set grid.points=1: ", "1 is outside"},
    {HEAD MODEL SINKS, "grid.points", 2, "--set grid.points: ", "key.path=value"},
    {HEAD MODEL SINKS, "model.plugin=qadratic", 3,
     "--set model.plugin=qadratic: ", "did you mean 'quadratic'?"},
    {HEAD MODEL SINKS, "modle.plugin=mlp", 2, "--set modle.plugin=mlp: unknown key 'modle'",
     "did you mean 'model'?"},
    {HEAD MODEL SINKS, "grid.range=[1", 2, "--set grid.range=[1: ", ""},
    {HEAD MODEL SINKS, "sinks.2.plugin=csv", 2, "--set sinks.2.plugin=csv: ", "there is no 2"},
    {HEAD MODEL SINKS, "=3", 2, "--set =3: ", "key.path=value"},
};

START_TEST(each_rule_says_where_and_what)
{
    const char *text = bench_refused(rules[_i].yaml, rules[_i].set, rules[_i].fault);
    ck_assert_msg(strncmp(text, rules[_i].where, strlen(rules[_i].where)) == 0,
                  "'%s' does not begin with '%s'", text, rules[_i].where);
    HAS(text, rules[_i].what);
    ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

START_TEST(files_that_are_none)
{
    static const struct {
        const char *file, *what;
    } none[] = {
        {"/nowhere/p.yaml", "No such file"}, {"/", "Is a directory"}, {"/dev/zero", "regular"}};
    struct bench *b = bench_open();
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const struct plan_options o = {.file = none[i].file, .datadir = "."};
        error_clear(&b->err);
        ck_assert_int_lt(plan_read(&b->plan, &b->registry, &o, &b->err), 0);
        ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
        ck_assert_msg(strncmp(b->err.text, none[i].file, strlen(none[i].file)) == 0, "%s",
                      b->err.text);
        HAS(b->err.text, none[i].what);
    }
    char fifo[120];
    snprintf(fifo, sizeof fifo, "%s/fifo", b->dir);
    ck_assert_int_eq(mkfifo(fifo, 0666), 0);
    const struct plan_options o = {.file = fifo, .datadir = "."};
    error_clear(&b->err);
    ck_assert_int_lt(plan_read(&b->plan, &b->registry, &o, &b->err), 0); /* and does not hang */
    HAS(b->err.text, "regular");
    bench_free(b);
}
END_TEST

/* The folder for outputs, when nobody names one. */
START_TEST(the_output_folder_is_named_after_the_file)
{
    struct bench *b = bench_open();
    bench_file(b, "my.pipe.yaml", HEAD MODEL SINKS);
    ck_assert_int_eq(chdir(b->dir), 0);
    const struct plan_options o = {.file = "my.pipe.yaml", .datadir = "."};
    OK(plan_read(&b->plan, &b->registry, &o, &b->err));
    ck_assert_str_eq(b->plan.pipeline.title, "my.pipe");
    HAS(b->plan.outdir, "/out/my.pipe");
    ck_assert_int_eq(b->plan.outdir[0], '/');
    ck_assert_int_eq(chdir("/"), 0);
    bench_free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *c = tcase_create("plan");
    suite_add_tcase(suite, c);
    tcase_add_test(c, a_whole_pipeline);
    tcase_add_test(c, what_is_left_out);
    tcase_add_test(c, one_number_of_points_serves_both_axes);
    tcase_add_test(c, set_changes_the_plan);
    tcase_add_test(c, files_are_found_beside_the_yaml);
    tcase_add_test(c, an_optional_sink_may_be_missing);
    tcase_add_loop_test(c, each_rule_says_where_and_what, 0, (int)(sizeof rules / sizeof *rules));
    tcase_add_test(c, files_that_are_none);
    tcase_add_test(c, the_output_folder_is_named_after_the_file);
    return bench_main(suite);
}
