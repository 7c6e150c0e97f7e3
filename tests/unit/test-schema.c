/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-schema.c -- YAML maps into config structs: values, every refusal with its place.
 */
#include "schema-bench.h"

#include <sys/stat.h>

/* ---- values -------------------------------------------------------------------- */

START_TEST(defaults)
{
    struct table t = {params, sizeof *params, &config};
    int rc = schema_defaults(&mem, &t, &dirs, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    expect_defaults();
    memset(&config, 0x5a, sizeof config);
    ck_assert_int_eq(schema_fill(&mem, NULL, "x", &t, 1, &dirs, &err), 0);
    expect_defaults();
    memset(&config, 0x5a, sizeof config);
    fill_ok("{}");
    expect_defaults();
    memset(&config, 0x5a, sizeof config);
    fill_ok("null"); /* `model:` with nothing after it */
    expect_defaults();
}
END_TEST

START_TEST(values)
{
    fill_ok("flag: False\n"
            "epochs: 1e5\n"
            "threads: 0x10\n"
            "rate: 1e-3\n"
            "momentum: 0\n"
            "limit: 5\n"
            "title: 2024\n"
            "note: 'null'\n"
            "input: ./sub/x.csv\n"
            "extra: /abs/y.csv\n"
            "output: /tmp/z.csv\n"
            "activation: leaky-relu\n"
            "hidden: 7\n"
            "points: [3, 4]\n"
            "weights: [.5, -1]\n"
            "range: 0x10\n"
            "names: one\n");
    ck_assert(!config.flag);
    ck_assert_int_eq(config.epochs, 100000);
    ck_assert_int_eq(config.threads, 16);
    ck_assert(config.rate == 1e-3);
    ck_assert(config.momentum == 0);
    ck_assert(config.limit == 5);
    ck_assert_str_eq(config.title, "2024");
    ck_assert_str_eq(config.note, "null");
    ck_assert_str_eq(config.input, "/in/sub/x.csv");
    ck_assert_str_eq(config.extra, "/abs/y.csv");
    ck_assert_str_eq(config.output, "/tmp/z.csv");
    ck_assert_int_eq(config.activation, 1);
    ck_assert_uint_eq(config.hidden.n, 1);
    ck_assert_int_eq(config.hidden.v[0], 7);
    ck_assert_uint_eq(config.points.n, 2);
    ck_assert_int_eq(config.points.v[1], 4);
    ck_assert(config.weights.n == 2 && config.weights.v[0] == .5 && config.weights.v[1] == -1);
    ck_assert(config.range.n == 1 && config.range.v[0] == 16);
    ck_assert_uint_eq(config.names.n, 1);
    ck_assert_str_eq(config.names.v[0], "one");
    fill_ok("{threads: auto, momentum: 'auto', points: auto, range: auto, note: ~, extra: null,"
            " activation: null, hidden: [], title: \"\"}");
    ck_assert_int_eq(config.threads, TW_INT_AUTO);
    ck_assert(isnan(config.momentum));
    ck_assert_uint_eq(config.points.n, 0);
    ck_assert_uint_eq(config.range.n, 0);
    ck_assert_ptr_null(config.note);
    ck_assert_ptr_null(config.extra);
    ck_assert_int_eq(config.activation, 3);
    ck_assert_uint_eq(config.hidden.n, 0);
    ck_assert_str_eq(config.title, "");
}
END_TEST

START_TEST(folders)
{
    char want[5000], here[4096];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    dirs.input = "configs/";
    dirs.data = "/share/data/";
    dirs.output = ".";
    fill_ok("{input: x.csv, extra: $data/y.csv, output: z.csv}");
    snprintf(want, sizeof want, "%s/configs/x.csv", here);
    ck_assert_str_eq(config.input, want);
    ck_assert_str_eq(config.extra, "/share/data/y.csv");
    snprintf(want, sizeof want, "%s/z.csv", here);
    ck_assert_str_eq(config.output, want);
    dirs = (struct schema_dirs){NULL, NULL, NULL, false};
    fill_ok("{input: x.csv, output: $data/z.csv}");
    snprintf(want, sizeof want, "%s/x.csv", here);
    ck_assert_str_eq(config.input, want);
    snprintf(want, sizeof want, "%s/$data/z.csv", here);
    ck_assert_str_eq(config.output, want);
}
END_TEST

/* ---- refusals -------------------------------------------------------------------- */

static const struct {
    const char *text, *want; /* the whole message, or how it begins */
} refused[] = {
    {"rate: -1", "p.yaml:1:7: model mlp: rate: -1 is outside [1e-12, 1000]"},
    {"\nrate:   1e4", "p.yaml:2:9: model mlp: rate: 1e4 is outside [1e-12, 1000]"},
    {"rate: .inf", "p.yaml:1:7: model mlp: rate: .inf is outside [1e-12, 1000]"},
    {"rate: 1e999", "p.yaml:1:7: model mlp: rate: 1e999 is outside [1e-12, 1000]"},
    {"rate: .nan", "p.yaml:1:7: model mlp: rate: expected a number in [1e-12, 1000], not the "
                   "number .nan"},
    {"momentum: .nan", "p.yaml:1:11: model mlp: momentum: expected a number in [0, 1] or auto"},
    {"range: [.nan]", "p.yaml:1:9: model mlp: range[0]: expected a number, not the number .nan"},
    {"limit: 1e999", "p.yaml:1:8: model mlp: limit: 1e999 is outside [0, inf]"},
    {"limit: -.inf", "p.yaml:1:8: model mlp: limit: -.inf is outside [0, inf]"},
    {"rate: \"0.1\"", "p.yaml:1:7: model mlp: rate: expected a number in [1e-12, 1000], not the "
                      "text '0.1'"},
    {"rate: auto", "p.yaml:1:7: model mlp: rate: expected a number in [1e-12, 1000], not the text "
                   "'auto'"},
    {"rate: [1]", "p.yaml:1:7: model mlp: rate: expected a number in [1e-12, 1000], not a list"},
    {"rate:", "p.yaml:1:6: model mlp: rate: expected a number in [1e-12, 1000], not nothing"},
    {"epochs: 0", "p.yaml:1:9: model mlp: epochs: 0 is outside [1, 1e6] epochs"},
    {"epochs: 1.5", "p.yaml:1:9: model mlp: epochs: expected a whole number in [1, 1e6] (epochs), "
                    "not the number 1.5"},
    {"epochs: ten", "p.yaml:1:9: model mlp: epochs: expected a whole number in [1, 1e6] (epochs), "
                    "not the text 'ten'"},
    {"epochs: {a: 1}", "p.yaml:1:9: model mlp: epochs: expected a whole number"},
    {"epochs: null", "p.yaml:1:9: model mlp: epochs: expected a whole number in [1, 1e6] (epochs), "
                     "not null"},
    {"epochs: 99999999999999999999",
     "p.yaml:1:9: model mlp: epochs: 99999999999999999999 is outside [1, 1e6] epochs"},
    {"threads: -9223372036854775808",
     "p.yaml:1:10: model mlp: threads: -9223372036854775808 is outside [1, 256] threads"},
    {"threads: Auto", "p.yaml:1:10: model mlp: threads: expected a whole number in [1, 256] "
                      "(threads) or auto, not the text 'Auto'"},
    {"flag: yes", "p.yaml:1:7: model mlp: flag: expected true or false, not the text 'yes'"},
    {"flag: 1", "p.yaml:1:7: model mlp: flag: expected true or false, not the number 1"},
    {"flag: 'true'", "p.yaml:1:7: model mlp: flag: expected true or false, not the text 'true'"},
    {"title: null", "p.yaml:1:8: model mlp: title: expected text, not null"},
    {"title: [a]", "p.yaml:1:8: model mlp: title: expected text, not a list"},
    {"note:", "p.yaml:1:6: model mlp: note: expected text or null, not nothing"},
    {"input: ''", "p.yaml:1:8: model mlp: input: the name of the file is empty"},
    {"output: \"\"", "p.yaml:1:9: model mlp: output: the name of the file is empty"},
    {"output: null", "p.yaml:1:9: model mlp: output: expected the name of a file to write, not "
                     "null"},
    {"output: sub/", "p.yaml:1:9: model mlp: output: sub/ is a folder, expected a file"},
    {"activation: rleu", "p.yaml:1:13: model mlp: activation: 'rleu' is unknown; did you mean "
                         "'relu'? Expected one of relu, leaky-relu, tanh, null"},
    {"activation: Leaky_ReLU", "p.yaml:1:13: model mlp: activation: 'Leaky_ReLU' is unknown; did "
                               "you mean 'leaky-relu'?"},
    {"activation: swish", "p.yaml:1:13: model mlp: activation: 'swish' is unknown; expected one of "
                          "relu, leaky-relu, tanh, null"},
    {"activation: []", "p.yaml:1:13: model mlp: activation: expected one of relu, leaky-relu, "
                       "tanh, null, not a list"},
    {"activation:", "p.yaml:1:12: model mlp: activation: expected one of"},
    {"hidden: [5, 0]", "p.yaml:1:13: model mlp: hidden[1]: 0 is outside [1, 65536] units"},
    {"hidden: 0", "p.yaml:1:9: model mlp: hidden: 0 is outside [1, 65536] units"},
    {"hidden: [5, [6]]", "p.yaml:1:13: model mlp: hidden[1]: expected a whole number in "
                         "[1, 65536] (units), not a list"},
    {"hidden: null", "p.yaml:1:9: model mlp: hidden: expected a list of whole numbers"},
    {"hidden: {a: 1}", "p.yaml:1:9: model mlp: hidden: expected a list of whole numbers"},
    {"hidden: [\"5\"]", "p.yaml:1:10: model mlp: hidden[0]: expected"},
    {"points: []", "p.yaml:1:9: model mlp: points: the list is empty; leave the key out or write "
                   "auto"},
    {"points: [auto]", "p.yaml:1:10: model mlp: points[0]: expected a whole number in "
                       "[2, 4096], not the text 'auto'"},
    {"names: [a, null]", "p.yaml:1:12: model mlp: names[1]: expected text, not null"},
    {"names: {}", "p.yaml:1:8: model mlp: names: expected a list of texts, not a map"},
    {"hiden: 3", "p.yaml:1:1: model mlp: the key 'hiden' is unknown; did you mean 'hidden'? "
                 "Allowed: flag, epochs, threads, rate, momentum, limit, title, note, input, "
                 "extra, output, activation, hidden, points, weights, range, names"},
    {"rate: 1\nfoo_bar_baz: 3", "p.yaml:2:1: model mlp: the key 'foo_bar_baz' is unknown; "
                                "allowed: flag, "},
    {"[1]", "p.yaml:1:1: model mlp: expected a map of keys, not a list"},
    {"abc", "p.yaml:1:1: model mlp: expected a map of keys, not the text 'abc'"},
};

START_TEST(refusals)
{
    ck_assert_msg(fill(refused[_i].text) == -1, "accepted: %s", refused[_i].text);
    ck_assert_int_eq(err.fault, FAULT_PIPELINE);
    ck_assert_msg(!strncmp(err.text, refused[_i].want, strlen(refused[_i].want)), "%s\nnot: %s",
                  err.text, refused[_i].want);
}
END_TEST

START_TEST(files_must_be_there)
{
    char text[200], path[100], want[300];
    dirs.must_exist = true;
    dirs.input = dir;
    dirs.data = dir;
    ck_assert_int_eq(fill("rate: 1"), -1); /* the default is not there */
    snprintf(want, sizeof want, "p.yaml:1:1: model mlp: input: %s/iris.csv: No such file", dir);
    ck_assert_msg(!strncmp(err.text, want, strlen(want)), "%s", err.text);
    ck_assert_int_eq(fill("input: sub/x.csv"), -1);
    snprintf(want, sizeof want, "p.yaml:1:8: model mlp: input: %s/sub/x.csv: No such file", dir);
    ck_assert_msg(!strncmp(err.text, want, strlen(want)), "%s", err.text);
    ck_assert_int_eq(fill("input: ."), -1);
    ck_assert_msg(strstr(err.text, "is a folder, expected a file") != NULL, "%s", err.text);
    snprintf(path, sizeof path, "%s/iris.csv", dir);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fclose(f);
    fill_ok("rate: 1");
    ck_assert_str_eq(config.input, path);
    fill_ok("input: iris.csv\noutput: nowhere.csv");
    snprintf(text, sizeof text, "input: %s/", path);
    ck_assert_int_eq(fill(text), -1);
    snprintf(text, sizeof text, "input: %s/x", path);
    ck_assert_int_eq(fill(text), -1);
    ck_assert_msg(strstr(err.text, "Not a directory") != NULL, "%s", err.text);
    if (geteuid() != 0) {
        ck_assert_int_eq(chmod(path, 0), 0);
        ck_assert_int_eq(fill("rate: 1"), -1);
        ck_assert_msg(strstr(err.text, "Permission denied") != NULL, "%s", err.text);
    }
    unlink(path);
}
END_TEST

/* ---- several tables, required and old keys ------------------------------------------ */

START_TEST(two_tables)
{
    struct host_config host;
    struct table t[] = {{host_params, sizeof *host_params, &host},
                        {NULL, 0, NULL},
                        {params, sizeof *params, &config}};
    struct node *root;
    struct mark at = {"p.yaml", 1, 1};
    const char *want;
    ck_assert_int_eq(yaml_read_text(&mem, "{plugin: mlp, hidden: 3, epochs: 7}", at, &root, &err),
                     0);
    ck_assert_int_eq(schema_fill(&mem, root, "model", t, 3, &dirs, &err), 0);
    ck_assert_str_eq(host.plugin, "mlp");
    ck_assert_int_eq(config.hidden.v[0], 3);
    ck_assert_int_eq(host.epochs, 7); /* a key of both goes to both */
    ck_assert_int_eq(config.epochs, 7);
    ck_assert_int_eq(yaml_read_text(&mem, "\n  {plugi: mlp}", at, &root, &err), 0);
    ck_assert_int_eq(schema_fill(&mem, root, "model", t, 3, &dirs, &err), -1);
    want = "p.yaml:2:4: model: the key 'plugi' is unknown; did you mean 'plugin'? Allowed: plugin, "
           "epochs, flag, threads, ";
    ck_assert_msg(!strncmp(err.text, want, strlen(want)), "%s", err.text);
    error_clear(&err);
    ck_assert_int_eq(yaml_read_text(&mem, "\n  {hidden: 3}", at, &root, &err), 0);
    ck_assert_int_eq(schema_fill(&mem, root, "model", t, 3, &dirs, &err), -1);
    ck_assert_str_eq(err.text, "p.yaml:2:3: model: the key 'plugin' is missing; expected text: "
                               "The plugin's name.");
    error_clear(&err);
    ck_assert_int_eq(schema_fill(&mem, NULL, "model", t, 3, &dirs, &err), -1);
    ck_assert_msg(!strncmp(err.text, "model: the key 'plugin' is missing", 34), "%s", err.text);
    error_clear(&err);
    ck_assert_int_eq(yaml_read_text(&mem, "{a: 1}", at, &root, &err), 0);
    ck_assert_int_eq(schema_fill(&mem, root, "model", t + 1, 1, &dirs, &err), -1);
    ck_assert_str_eq(err.text, "p.yaml:1:2: model: the key 'a' is unknown: none is allowed here");
}
END_TEST

START_TEST(deprecated_warns)
{
    struct host_config host;
    struct table t = {host_params, sizeof *host_params, &host};
    struct node *root;
    char path[100], text[300] = "";
    snprintf(path, sizeof path, "%s/stderr", dir);
    ck_assert_int_eq(
        yaml_read_text(&mem, "{plugin: a, old: b}", (struct mark){"p.yaml", 4, 1}, &root, &err), 0);
    fflush(stderr);
    int saved = dup(2);
    ck_assert_ptr_nonnull(freopen(path, "w", stderr));
    int rc = schema_fill(&mem, root, "model mlp", &t, 1, NULL, &err);
    fflush(stderr);
    dup2(saved, 2);
    close(saved);
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, f), 0);
    fclose(f);
    unlink(path);
    ck_assert_int_eq(rc, 0);
    ck_assert_str_eq(host.old, "b");
    ck_assert_str_eq(text, "thalweg: p.yaml:4:13: model mlp: old is deprecated: Use plugin.\n");
}
END_TEST

START_TEST(nearest)
{
    static const char *const words[] = {"learning_rate", "batch", "epochs", "l2", "record"};
    static const struct {
        const char *word, *want;
    } cases[] = {
        {"learning-rate", "learning_rate"},
        {"learnin_rate", "learning_rate"},
        {"learning", "learning_rate"},
        {"LearningRate", "learning_rate"},
        {"bacth", "batch"},
        {"Batch", "batch"},
        {"batches", "batch"},
        {"epoch", "epochs"},
        {"l1", "l2"},
        {"recrod", "record"},
        {"", NULL},
        {"x", NULL},
        {"zzz", NULL},
        {"momentum", NULL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = nearest_word(cases[i].word, words, 5);
        ck_assert_msg(got == cases[i].want || (got && cases[i].want && !strcmp(got, cases[i].want)),
                      "%s: %s", cases[i].word, got ? got : "NULL");
    }
    ck_assert_ptr_null(nearest_word("a", NULL, 0));
}
END_TEST

/* ---- anything at all ------------------------------------------------------------------- */

static const char valid[] = "{flag: True, epochs: 1e3, threads: auto, rate: 1e-3, momentum: .5, "
                            "limit: .inf, title: \"x\", note: ~, input: $data/a, output: o.csv, "
                            "activation: tanh, hidden: [3, 0x4], points: 5, weights: [.5, -1], "
                            "range: [-1e300, 1], names: [a, 'b']}";

static uint64_t state = 20180624;
START_TEST(random_bytes)
{
    static const char special[] = "{}[]:, -?&*.e019~'\"xn";
    char text[sizeof valid];
    int good = 0;
    fill_ok(valid);
    for (int round = 0; round < 4000; round++) {
        memcpy(text, valid, sizeof text);
        size_t at = next_random(&state) % (sizeof text - 1);
        uint64_t r = next_random(&state);
        text[at] = (char)(r & 1 ? (unsigned char)special[(r >> 8) % (sizeof special - 1)]
                                : (unsigned char)text[at] ^ 1u << (r >> 8) % 8);
        if (fill(text) == 0) {
            good++;
            ck_assert(config.epochs >= 1 && config.epochs <= 1000000);
            ck_assert(config.rate >= 1e-12 && config.rate <= 1000);
            ck_assert(isnan(config.momentum) || (config.momentum >= 0 && config.momentum <= 1));
            ck_assert(config.activation >= 0 && config.activation < 4);
            ck_assert(config.input[0] == '/' && config.output[0] == '/');
        } else {
            ck_assert_msg(!strncmp(err.text, "p.yaml:", 7), "%s", err.text);
        }
        arena_free(&mem);
    }
    ck_assert_int_gt(good, 100);
    ck_assert_int_lt(good, 3900);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("schema");
    TCase *c = tcase_create("schema");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, defaults);
    tcase_add_test(c, values);
    tcase_add_test(c, folders);
    tcase_add_loop_test(c, refusals, 0, COUNT(refused));
    tcase_add_test(c, files_must_be_there);
    tcase_add_test(c, two_tables);
    tcase_add_test(c, deprecated_warns);
    tcase_add_test(c, nearest);
    tcase_add_test(c, random_bytes);
    suite_add_tcase(s, c);
    return bench_main(s);
}
