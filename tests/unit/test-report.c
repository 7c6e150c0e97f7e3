/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-report.c -- JSON as such, and report.json of whole runs, read back. */
#include "core-bench.h"

#include "../../core/analysis/json.h"
#include "../../core/run.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static struct bench *b;
static struct run run;
static bool ran;
static struct arena mem;

static void set_up(void)
{
    gsl_set_error_handler_off(); /* as the program does */
}

static void tear_down(void)
{
    if (ran)
        run_free(&run);
    ran = false;
    if (b)
        bench_free(b);
    b = NULL;
    arena_free(&mem);
}

/* ---- the writer ---- */

static const char *written(void (*write)(struct json *))
{
    static char text[4000];
    FILE *to = tmpfile();
    ck_assert_ptr_nonnull(to);
    struct json j = {.to = to};
    write(&j);
    ck_assert_int_eq(j.depth, 0);
    rewind(to);
    text[fread(text, 1, sizeof text - 1, to)] = '\0';
    fclose(to);
    return text;
}

static void write_values(struct json *j)
{
    json_object(j, NULL);
    json_number(j, "third", 1.0 / 3);
    json_number(j, "not", NAN);
    json_number(j, "infinite", -INFINITY);
    json_count(j, "count", SIZE_MAX);
    json_bool(j, "yes", true);
    json_bool(j, "no", false);
    json_text(j, "none", NULL);
    json_object(j, "empty");
    json_end(j);
    json_array(j, "list");
    json_number(j, NULL, 1);
    json_number(j, NULL, 0.5);
    json_array(j, NULL);
    json_end(j);
    json_end(j);
    json_end(j);
}

START_TEST(values)
{
    char want[400];
    snprintf(want, sizeof want,
             "{\n  \"third\": 0.33333333333333331,\n  \"not\": null,\n  \"infinite\": null,\n"
             "  \"count\": %zu,\n  \"yes\": true,\n  \"no\": false,\n  \"none\": null,\n"
             "  \"empty\": {},\n  \"list\": [1, 0.5,\n    []]\n}\n",
             SIZE_MAX);
    ck_assert_str_eq(written(write_values), want);
}
END_TEST

static const char *sample;

static void write_sample(struct json *j)
{
    json_array(j, NULL);
    json_text(j, NULL, sample);
    json_end(j);
}

START_TEST(texts)
{
    static const char *const pairs[][2] = {
        {"plain", "plain"},
        {"a\"b\\c/d", "a\\\"b\\\\c/d"},
        {"line\nnext\ttab\r\x01\x7f", "line\\nnext\\ttab\\u000d\\u0001\\u007f"},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\xff", "\xef\xbf\xbd"},                 /* never part of UTF-8 */
        {"\xc3", "\xef\xbf\xbd"},                 /* cut off */
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"}, /* longer than need be */
        {"\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* half of a pair */
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"x\xe2\x82y", "x\xef\xbf\xbd\xef\xbf\xbdy"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char want[200];
        sample = pairs[i][0];
        snprintf(want, sizeof want, "[\"%s\"]\n", pairs[i][1]);
        ck_assert_str_eq(written(write_sample), want);
    }
}
END_TEST

/* ---- runs ---- */

#define WELLS                                                                                      \
    "thalweg: 1\ntitle: \"Wells: \\\"nine\\\" points\"\n"                                          \
    "model: {plugin: quadratic, curvature: [-2, -3], cubic: [0.1, -0.05], quartic: 1, offset: "    \
    "3,\n"                                                                                         \
    "        start: [1.5, 1.4]}\n"                                                                 \
    "optimizer: {plugin: gd, learning_rate: 0.02, epochs: 400}\n"                                  \
    "grid: {points: [41, 33], range: [-1.7, 1.9]}\n"                                               \
    "sinks: [{plugin: csv, path: grid.csv}]\n"

static void carry_out(const char *yaml, size_t jobs)
{
    const struct run_options o = {.jobs = jobs, .quiet = true, .log_level = TW_LOG_ERROR};
    b = bench_new(yaml);
    ran = true;
    OK(run_pipeline(&run, &b->plan, &b->registry, &o, &b->err));
}

static char *report_path(void)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/report.json", b->dir);
    return path;
}

/* YAML is a superset of JSON. */
static const struct node *read_report(void)
{
    struct node *root;
    const char *raw;
    OK(yaml_read_file(&mem, report_path(), &root, &raw, &b->err));
    return root;
}

static const struct node *get(const struct node *map, const char *key)
{
    const struct node *n = node_get(map, key);
    ck_assert_msg(n != NULL, "no member '%s'", key);
    return n;
}

static double number(const struct node *map, const char *key)
{
    const struct node *n = get(map, key);
    ck_assert_int_eq(n->kind, NODE_SCALAR);
    return strcmp(n->text, "null") == 0 ? NAN : strtod(n->text, NULL);
}

START_TEST(a_run)
{
    carry_out(WELLS, 2);
    const struct node *r = read_report(), *points, *p, *m;
    ck_assert_str_eq(get(r, "title")->text, "Wells: \"nine\" points");
    points = get(get(r, "critical_points"), "points");
    ck_assert_uint_eq(points->n, 9);
    size_t minima = 0;
    for (size_t i = 0; i < 9; i++) {
        p = points->item[i];
        minima += strcmp(get(p, "kind")->text, "minimum") == 0;
        double x = number(p, "x"), y = number(p, "y");
        ck_assert_double_lt(fabs(x * (-2 + 0.3 * x + 4 * x * x)), 1e-12);
        ck_assert_double_lt(fabs(y * (-3 - 0.15 * y + 4 * y * y)), 1e-12);
        ck_assert_uint_eq(get(p, "curvatures")->n, 2);
    }
    ck_assert_uint_eq(minima, 4);
    ck_assert_str_eq(get(points->item[0], "lowest")->text, "true");
    ck_assert(isnan(number(points->item[0], "persistence")));
    m = get(get(r, "merge_tree"), "minima");
    ck_assert_uint_eq(m->n, 4);
    double share = 0;
    for (size_t i = 0; i < 4; i++)
        share += number(m->item[i], "basin_share");
    ck_assert_double_eq_tol(share, 1, 1e-12);
    /* Gradient descent ends in the well of its own quarter, x > 0 and y > 0. */
    ck_assert_double_lt(number(get(r, "findings"), "end_distance"), 1e-3);
    ck_assert_double_eq(number(get(r, "findings"), "minima"), 4);
    ck_assert_double_eq(number(get(r, "findings"), "path_share"), 1);
    ck_assert_uint_eq(get(r, "tracks")->n, 1);
    ck_assert_double_eq(number(get(r, "tracks")->item[0], "share_in_plane"), 1);
    ck_assert_uint_eq(get(get(r, "plane"), "axis")->n, 2);
    ck_assert_double_gt(number(get(r, "plane_convexity"), "negative_share"), 0.1);
    ck_assert_str_eq(get(get(r, "provenance"), "seed")->text, "1");
    ck_assert_ptr_nonnull(strstr(get(get(r, "provenance"), "pipeline")->text, "optimizer: {"));
    /* What the sinks were given. */
    ck_assert_uint_eq(run.analysis.critical.view.n, 9);
    ck_assert_ptr_eq(run.grid.view.plane_convexity, run.analysis.convexity.ratio);
}
END_TEST

START_TEST(the_sentences)
{
    carry_out(WELLS, 1);
    const struct node *r = read_report(), *s = get(r, "sentences");
    ck_assert_uint_ge(s->n, 3);
    ck_assert_uint_eq(s->n, run.report.words.n);
    for (size_t i = 0; i < s->n; i++) {
        ck_assert_str_eq(get(s->item[i], "text")->text, run.report.words.sentence[i].text);
        const struct node *from = get(s->item[i], "from");
        ck_assert_uint_ge(from->n, 1);
        for (size_t k = 0; k < from->n; k++)
            ck_assert(!isnan(number(get(r, "findings"), from->item[k]->text)));
    }
    HAS(get(s->item[0], "text")->text, "Training ended at a minimum of this plane");
    HAS(get(s->item[1], "text")->text, "This plane has 4 minima");
}
END_TEST

static char *slurp(const char *path)
{
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    char *text = calloc(1, 100000);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(fread(text, 1, 99999, f), 99999);
    fclose(f);
    return text;
}

START_TEST(the_same_bytes_for_any_number_of_threads)
{
    carry_out(WELLS, 1);
    char *one = slurp(report_path());
    tear_down();
    carry_out(WELLS, 3);
    char *three = slurp(report_path());
    ck_assert_str_eq(one, three);
    free(one);
    free(three);
}
END_TEST

START_TEST(what_is_not_asked_for)
{
    carry_out(WELLS "analysis: {critical_points: false, sharpness: false, convexity: none}\n", 1);
    const struct node *r = read_report();
    ck_assert_str_eq(get(r, "critical_points")->text, "null");
    ck_assert_str_eq(get(r, "merge_tree")->text, "null");
    ck_assert_str_eq(get(r, "sharpness")->text, "null");
    ck_assert_str_eq(get(r, "plane_convexity")->text, "null");
    ck_assert_ptr_null(run.grid.view.plane_convexity);
    ck_assert(isnan(number(get(r, "findings"), "minima")));
    ck_assert(!isnan(number(get(r, "end_point"), "plane_loss")));
    ck_assert_uint_eq(run.analysis.n_gradients, 0);
}
END_TEST

START_TEST(no_report)
{
    carry_out(WELLS "analysis: {report: null}\n", 1);
    ck_assert_int_lt(access(report_path(), F_OK), 0);
    ck_assert_uint_ge(run.report.words.n, 3); /* the words are for the terminal, too */
}
END_TEST

START_TEST(what_cannot_be)
{
    HAS(bench_refused(WELLS "analysis: {report: grid.csv}\n", NULL, FAULT_PIPELINE),
        "grid.csv is the name of the report; give one of them another");
    HAS(bench_refused(WELLS "analysis: {sharpnes: true}\n", NULL, FAULT_PIPELINE),
        "the key 'sharpnes' is unknown; did you mean 'sharpness'?");
    HAS(bench_refused(WELLS "analysis: [1]\n", NULL, FAULT_PIPELINE),
        "analysis: a list is here, wanted a map");
    HAS(bench_refused(WELLS "analysis: {convexity: some}\n", NULL, FAULT_PIPELINE), "convexity");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *c = tcase_create("report");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, values);
    tcase_add_test(c, texts);
    tcase_add_test(c, a_run);
    tcase_add_test(c, the_sentences);
    tcase_add_test(c, the_same_bytes_for_any_number_of_threads);
    tcase_add_test(c, what_is_not_asked_for);
    tcase_add_test(c, no_report);
    tcase_add_test(c, what_cannot_be);
    return bench_main(suite);
}
