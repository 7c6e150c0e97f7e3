/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-compare.c -- pipelines with variants: how they are laid over the sections, what is
 * refused and where, and what comes of them.
 */
#include "core-bench.h"

#include "../../core/run.h"

#include <gsl/gsl_errno.h>

#define HEAD                                                                                       \
    "thalweg: 1\n"                                                                                 \
    "title: T\n"                                                                                   \
    "model: {plugin: quadratic, minimum: [1, 2], curvature: [1, 2], start: [3, 3]}\n"              \
    "optimizer: {plugin: gd, learning_rate: 0.1, epochs: 4}\n"                                     \
    "grid: {points: [5, 4], range: [-1, 2, 0, 3]}\n"
#define SINKS "sinks: [{plugin: csv}]\n"
#define TWO   "compare: [{label: a}, {label: b}]\n"

static void read_yaml(struct bench *b, const char *yaml)
{
    OK(bench_read(b, yaml, NULL));
}

START_TEST(keys_are_laid_over_the_sections)
{
    struct bench *b = bench_open();
    read_yaml(b,
              HEAD "compare:\n"
                   "  - {label: as it is}\n"
                   "  - {label: 'More, faster!', grid: {points: 7}, seed: 5}\n"
                   "  - {label: other, optimizer: {plugin: adam, epochs: 2}}\n"
                   "  - {label: two, optimizer: [{plugin: gd}, {plugin: gd, label: x}]}\n" SINKS);
    const struct plan *p = &b->plan;
    ck_assert_uint_eq(p->n_variants, 4);
    ck_assert_str_eq(p->pipeline.title, "T");
    ck_assert_ptr_null(p->label);
    const struct plan *v[4];
    for (size_t i = 0; i < 4; i++) {
        v[i] = &p->variant[i].plan;
        ck_assert_uint_eq(v[i]->n_variants, 0);
        ck_assert_str_eq(v[i]->model.plugin->desc.name, "quadratic");
        ck_assert_uint_eq(v[i]->n_sinks, 1);
        ck_assert(!v[i]->sinks[0].together);
    }
    ck_assert_str_eq(v[0]->label, "as it is");
    ck_assert_str_eq(v[0]->pipeline.title, "T: as it is");
    ck_assert_uint_eq(plan_points(v[0], 0), 5);
    ck_assert_uint_eq(plan_points(v[0], 1), 4);
    ck_assert_int_eq(v[0]->pipeline.seed, 1);
    ck_assert_uint_eq(plan_points(v[1], 0), 7);
    ck_assert_uint_eq(plan_points(v[1], 1), 7);
    ck_assert_double_eq(v[1]->grid.range.v[3], 3); /* of the section below */
    ck_assert_int_eq(v[1]->pipeline.seed, 5);
    ck_assert_int_eq(v[1]->optimizers[0].keys.epochs, 4);
    ck_assert_str_eq(v[2]->optimizers[0].stage.plugin->desc.name, "adam");
    ck_assert_int_eq(v[2]->optimizers[0].keys.epochs, 2);
    ck_assert_uint_eq(v[3]->n_optimizers, 2);
    ck_assert_str_eq(v[3]->optimizers[1].name, "x");
    ck_assert_int_eq(v[3]->optimizers[0].keys.epochs, TW_INT_AUTO);
    bench_free(b);
}
END_TEST

START_TEST(folders_are_named_after_labels)
{
    static const char *const slug[] = {"with-skip", "with-skip-2", "3", "variant", "variant-2"};
    struct bench *b = bench_open();
    read_yaml(b, HEAD "compare: [{label: 'With  skip'}, {label: with-skip!}, {label: 'λ=3'},\n"
                      "          {label: '--'}, {label: '…'}]\n" SINKS);
    for (size_t i = 0; i < 5; i++) {
        char want[200];
        ck_assert_str_eq(b->plan.variant[i].slug, slug[i]);
        snprintf(want, sizeof want, "%s/%s", b->dir, slug[i]);
        ck_assert_str_eq(b->plan.variant[i].plan.outdir, want);
        bool more;
        snprintf(want, sizeof want, "%s/%s/grid.csv", b->dir, slug[i]);
        ck_assert_str_eq(plan_output(&b->plan.variant[i].plan.sinks[0], 0, &more), want);
    }
    bench_free(b);
}
END_TEST

START_TEST(set_reaches_sections_and_variants)
{
    struct bench *b = bench_open();
    const char *set = "compare.1.grid.points=9";
    OK(bench_read(b, HEAD TWO SINKS, set));
    ck_assert_uint_eq(plan_points(&b->plan.variant[0].plan, 0), 5);
    ck_assert_uint_eq(plan_points(&b->plan.variant[1].plan, 0), 9);
    plan_free(&b->plan);
    OK(bench_read(b, HEAD TWO SINKS, "grid.points=9"));
    ck_assert_uint_eq(plan_points(&b->plan.variant[0].plan, 0), 9);
    ck_assert_uint_eq(plan_points(&b->plan.variant[1].plan, 0), 9);
    bench_free(b);
}
END_TEST

/* A section that only variants have. */
START_TEST(the_pipeline_itself_need_not_be_whole)
{
    struct bench *b = bench_open();
    read_yaml(b, "thalweg: 1\n"
                 "compare:\n"
                 "  - {label: a, model: {plugin: quadratic}}\n"
                 "  - {label: b, model: {plugin: wells}}\n" SINKS);
    ck_assert_str_eq(b->plan.variant[1].plan.model.plugin->desc.name, "wells");
    bench_free(b);
}
END_TEST

static const struct {
    const char *yaml;
    int fault;
    const char *where, *what;
} rules[] = {
    {HEAD "compare: 3\n" SINKS, 2, "p.yaml:6:10: compare: ", "a list of variants"},
    {HEAD "compare: [{label: a}]\n" SINKS, 2, "p.yaml:6:10: compare: 1 variant", "2 to 9"},
    {HEAD "compare: [{label: a}, {label: b}, {label: c}, {label: d}, {label: e}, {label: f},\n"
          " {label: g}, {label: h}, {label: i}, {label: j}]\n" SINKS,
     2, "p.yaml:6:10: compare: 10 variants", "2 to 9"},
    {HEAD "compare: [{label: a}, b]\n" SINKS, 2, "p.yaml:6:23: compare: ", "{label: NAME"},
    {HEAD "compare: [{label: a}, {}]\n" SINKS, 2, "p.yaml:6:23: compare", "label"},
    {HEAD "compare: [{label: a}, {label: ''}]\n" SINKS, 2,
     "p.yaml:6:31: compare: label: ", "1 to 60 bytes"},
    {HEAD "compare: [{label: a}, {label: null}]\n" SINKS, 2, "p.yaml:6:31: ", "label"},
    {HEAD "compare: [{label: a}, {label: a}]\n" SINKS, 2,
     "p.yaml:6:31: compare: label: ", "another variant 'a'"},
    {HEAD "compare: [{label: a}, {label: b, modle: {}}]\n" SINKS, 2,
     "p.yaml:6:34: compare: unknown key 'modle'", "did you mean 'model'?"},
    {HEAD "compare: [{label: a}, {label: b, ball: {}}]\n" SINKS, 2,
     "p.yaml:6:34: compare: unknown key 'ball'", "a variant has label"},
    {HEAD "compare: [{label: a}, {label: b, sinks: []}]\n" SINKS, 2,
     "p.yaml:6:34: compare: unknown key 'sinks'", "a variant has label"},
    {HEAD "compare: [{label: a}, {label: b, grid: {points: 1}}]\n" SINKS, 2,
     "p.yaml:6:49: grid: points", "(variant 'b')"},
    {HEAD "compare: [{label: a}, {label: b, model: {curvature: [1]}}]\n" SINKS, 2,
     "p.yaml:6:41: model quadratic: ", "(variant 'b')"},
    {HEAD "compare: [{label: a}, {label: b, model: {plugin: qadratic}}]\n" SINKS, 3,
     "p.yaml:6:50: no model plugin 'qadratic'", "did you mean 'quadratic'?"},
    {HEAD "compare: [{label: a}, {label: b, model: {plugin: logistic}}]\n" SINKS, 2,
     "p.yaml:6:41: model logistic needs data", "(variant 'b')"},
    {HEAD "compare: [{label: a}, {label: b, seed: x}]\n" SINKS, 2, "p.yaml:6:40: ", "seed"},
    {HEAD TWO "sinks: [{plugin: csv, path: /somewhere/grid.csv}]\n", 2,
     "p.yaml:7:9: ", "every variant would write /somewhere/grid.csv"},
    {HEAD TWO "sinks: [{plugin: csv, path: ../grid.csv}]\n", 2,
     "p.yaml:7:9: ", "every variant would write"},
    {HEAD TWO "analysis: {report: ../report.json}\n" SINKS, 2,
     "p.yaml:6:11: ", "every variant would write"},
    {HEAD TWO "sinks: []\n", 2, "p.yaml:7:8: sinks: ", "nothing would be written"},
    {HEAD TWO, 2, "p.yaml:1:1: ", "'sinks' is missing"},
    {"thalweg: 1\n" TWO SINKS, 2, "p.yaml:1:1: ", "the section 'model' is missing"},
};

START_TEST(each_rule_says_where_and_what)
{
    const char *text = bench_refused(rules[_i].yaml, NULL, rules[_i].fault);
    ck_assert_msg(strncmp(text, rules[_i].where, strlen(rules[_i].where)) == 0,
                  "'%s' does not begin with '%s'", text, rules[_i].where);
    HAS(text, rules[_i].what);
    ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

static const char *value(const struct tw_result *r, const char *key)
{
    for (const char *const *p = r->provenance; *p; p += 2)
        if (strcmp(*p, key) == 0)
            return p[1];
    return NULL;
}

/* Each variant is what it would be alone. */
START_TEST(variants_run_as_if_alone)
{
    static struct comparison c;
    static struct run alone;
    const struct run_options o = {.jobs = 2, .quiet = true, .log_level = TW_LOG_ERROR};
    struct bench *b = bench_open();
    gsl_set_error_handler_off();
    read_yaml(b, HEAD
              "compare: [{label: a}, {label: b, model: {curvature: [3, 4]}, seed: 2}]\n" SINKS);
    OK(comparison_run(&c, &b->plan, &b->registry, &o, &b->err));
    ck_assert_uint_eq(c.n, 2);
    const struct tw_result *r = &c.variant[1].result;
    ck_assert_str_eq(r->title, "T: b");
    ck_assert_str_eq(value(r, "variant"), "b");
    ck_assert_str_eq(value(r, "seed"), "2");
    ck_assert_uint_eq(c.variant[1].outputs.n, 3); /* grid, trajectory, report */

    struct bench *one = bench_open();
    read_yaml(one, "thalweg: 1\n"
                   "model: {plugin: quadratic, minimum: [1, 2], curvature: [3, 4], start: [3, 3]}\n"
                   "optimizer: {plugin: gd, learning_rate: 0.1, epochs: 4}\n"
                   "grid: {points: [5, 4], range: [-1, 2, 0, 3]}\n" SINKS);
    ck_assert_msg(run_pipeline(&alone, &one->plan, &one->registry, &o, &one->err) == 0, "%s",
                  one->err.text);
    ck_assert_mem_eq(alone.grid.view.loss, r->grid->loss, 20 * sizeof(double));
    ck_assert_mem_ne(c.variant[0].grid.view.loss, r->grid->loss, 20 * sizeof(double));
    ck_assert_uint_eq(r->n_tracks, 1);
    ck_assert_uint_eq(r->tracks[0]->n, alone.tracks[0].view.n);
    ck_assert_mem_eq(r->tracks[0]->loss, alone.tracks[0].loss, r->tracks[0]->n * sizeof(double));
    run_free(&alone);
    bench_free(one);
    comparison_free(&c);
    bench_free(b);
}
END_TEST

/* Nothing of the first variant is written when the second one fails. */
START_TEST(a_failure_names_its_variant)
{
    static struct comparison c;
    const struct run_options o = {.jobs = 1, .quiet = true, .log_level = TW_LOG_ERROR};
    char path[200];
    struct bench *b = bench_open();
    gsl_set_error_handler_off();
    read_yaml(b, HEAD "compare: [{label: a}, {label: b, grid: {splits: [train, test]}}]\n" SINKS);
    ck_assert_int_lt(comparison_run(&c, &b->plan, &b->registry, &o, &b->err), 0);
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
    HAS(b->err.text, "p.yaml:6:49: grid: splits: ");
    HAS(b->err.text, "(variant 'b')");
    comparison_free(&c);
    snprintf(path, sizeof path, "%s/a", b->dir);
    ck_assert_int_lt(access(path, F_OK), 0);
    bench_free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compare");
    TCase *c = tcase_create("compare");
    suite_add_tcase(suite, c);
    tcase_add_test(c, keys_are_laid_over_the_sections);
    tcase_add_test(c, folders_are_named_after_labels);
    tcase_add_test(c, set_reaches_sections_and_variants);
    tcase_add_test(c, the_pipeline_itself_need_not_be_whole);
    tcase_add_loop_test(c, each_rule_says_where_and_what, 0, (int)(sizeof rules / sizeof *rules));
    tcase_add_test(c, variants_run_as_if_alone);
    tcase_add_test(c, a_failure_names_its_variant);
    return bench_main(suite);
}
