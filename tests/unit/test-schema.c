/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-schema.c -- YAML maps into config structs: values, every refusal with its
 * place, tables that are wrong, and the three ways to print a table. */
#include "../../core/schema.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct config {
    bool flag;
    int64_t epochs, threads;
    double rate, momentum, limit;
    const char *title, *note, *input, *extra, *output;
    int activation;
    struct tw_ints hidden, points;
    struct tw_reals range, weights;
    struct tw_strings names;
};

static const char *const activations[] = {"relu", "leaky-relu", "tanh", "null", NULL};

static const struct tw_param params[] = {
    TW_PARAM_BOOL(struct config, flag, "true", "Whether to."),
    TW_PARAM_INT(struct config, epochs, "10", 1, 1e6, "epochs", "How long to train."),
    TW_PARAM_INT_AUTO(struct config, threads, 1, 256, "threads", "How many at once."),
    TW_PARAM_REAL(struct config, rate, "0.1", 1e-12, 1000, NULL, "The step size."),
    TW_PARAM_REAL_AUTO(struct config, momentum, 0, 1, NULL, "How heavy the ball is."),
    TW_PARAM_REAL(struct config, limit, ".inf", 0, INFINITY, NULL, "Where to stop."),
    TW_PARAM_STRING(struct config, title, "untitled", "What stands above it."),
    TW_PARAM_STRING(struct config, note, "null", "A note."),
    TW_PARAM_PATH(struct config, input, "$data/iris.csv", "The table | file."),
    TW_PARAM_PATH(struct config, extra, "null", "A second table."),
    TW_PARAM_OUTPUT(struct config, output, "a.csv", "Where it goes."),
    TW_PARAM_CHOICE(struct config, activation, "relu", activations, "The nonlinearity."),
    TW_PARAM_INTS(struct config, hidden, "[128]", 1, 65536, "units", "Layers."),
    TW_PARAM_INTS_AUTO(struct config, points, 2, 4096, NULL, "Grid points."),
    TW_PARAM_REALS(struct config, weights, "[]", -1, 1, NULL, "Weights."),
    TW_PARAM_REALS_AUTO(struct config, range, -INFINITY, INFINITY, NULL, "What it spans."),
    TW_PARAM_STRINGS(struct config, names, "[a, \"b c\"]", "Names."),
    TW_PARAM_END,
};

static struct arena mem;
static struct error err;
static struct config config;
static char dir[] = "/tmp/test-schema-XXXXXX";
static struct schema_dirs dirs;

static void setup(void)
{
    strcpy(dir, "/tmp/test-schema-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    dirs = (struct schema_dirs){"/in", "/share/data", "/out", false};
    memset(&config, 0x5a, sizeof config);
    error_clear(&err);
}

static void teardown(void)
{
    arena_free(&mem);
    rmdir(dir);
}

static int fill(const char *text)
{
    struct node *root = NULL;
    struct table t = {params, sizeof *params, &config};
    error_clear(&err);
    if (yaml_read_text(&mem, text, (struct mark){"p.yaml", 1, 1}, &root, &err))
        return -1;
    return schema_fill(&mem, root, "model mlp", &t, 1, &dirs, &err);
}

static void fill_ok(const char *text)
{
    int rc = fill(text);
    ck_assert_msg(rc == 0, "%s: %s", text, err.text);
}

/* ---- values -------------------------------------------------------------------- */

static void expect_defaults(void)
{
    ck_assert(config.flag);
    ck_assert_int_eq(config.epochs, 10);
    ck_assert_int_eq(config.threads, TW_INT_AUTO);
    ck_assert(config.rate == 0.1);
    ck_assert(isnan(config.momentum));
    ck_assert(isinf(config.limit));
    ck_assert_str_eq(config.title, "untitled");
    ck_assert_ptr_null(config.note);
    ck_assert_str_eq(config.input, "/share/data/iris.csv");
    ck_assert_ptr_null(config.extra);
    ck_assert_str_eq(config.output, "/out/a.csv");
    ck_assert_int_eq(config.activation, 0);
    ck_assert_uint_eq(config.hidden.n, 1);
    ck_assert_int_eq(config.hidden.v[0], 128);
    ck_assert_uint_eq(config.points.n, 0);
    ck_assert_uint_eq(config.weights.n, 0);
    ck_assert_uint_eq(config.range.n, 0);
    ck_assert_uint_eq(config.names.n, 2);
    ck_assert_str_eq(config.names.v[1], "b c");
}

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

struct host_config {
    const char *plugin, *old;
    int64_t limit, epochs;
};

static const struct tw_param host_params[] = {
    {"plugin", TW_STRING, 0, offsetof(struct host_config, plugin), 0, 0, NULL, NULL, NULL,
     "The plugin's name."},
    {"old", TW_STRING, TW_P_DEPRECATED, offsetof(struct host_config, old), 0, 0, "null", NULL, NULL,
     "Use plugin."},
    TW_PARAM_INT(struct host_config, epochs, "3", 1, 100, NULL, "How long."),
    TW_PARAM_END,
};

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

/* ---- tables ---------------------------------------------------------------------------- */

static const char *verify(const struct tw_param *p, size_t stride, size_t config_size)
{
    static char why[300];
    struct table t = {p, stride, NULL};
    why[0] = '\0';
    int rc = schema_verify(&t, config_size, why, sizeof why);
    ck_assert_int_eq(rc, why[0] ? -1 : 0);
    return why;
}

START_TEST(verify_good)
{
    ck_assert_str_eq(verify(params, sizeof *params, sizeof config), "");
    ck_assert_str_eq(verify(host_params, sizeof *host_params, sizeof(struct host_config)), "");
    ck_assert_str_eq(verify(NULL, 0, 0), "");
}
END_TEST

static const char *const no_choices[] = {NULL};
static const char *const twice[] = {"a", "b", "a", NULL};
static const char *const one_empty[] = {"a", "", NULL};

static const struct {
    struct tw_param p;
    const char *want;
} bad_params[] = {
    {{"Rate", TW_REAL, 0, 0, 0, 1, "0", NULL, NULL, "h"}, "'Rate' is not [a-z][a-z0-9_]*"},
    {{"", TW_REAL, 0, 0, 0, 1, "0", NULL, NULL, "h"}, "'' is not"},
    {{"a-b", TW_REAL, 0, 0, 0, 1, "0", NULL, NULL, "h"}, "'a-b' is not"},
    {{"x", 0, 0, 0, 0, 1, "0", NULL, NULL, "h"}, "'x' has an unknown type"},
    {{"x", 99, 0, 0, 0, 1, "0", NULL, NULL, "h"}, "'x' has an unknown type"},
    {{"x", TW_REAL, 0, 0, 0, 1, "0", NULL, NULL, NULL}, "'x' has no help"},
    {{"x", TW_REAL, 0, 0, 0, 1, "0", NULL, NULL, ""}, "'x' has no help"},
    {{"x", TW_REAL, 0, 0, 0, 1, "0", NULL, NULL, "a\nb"}, "help of more than one line"},
    {{"x", TW_REAL, 0, 4, 0, 1, "0", NULL, NULL, "h"}, "not aligned"},
    {{"x", TW_REAL, 0, 64, 0, 1, "0", NULL, NULL, "h"}, "outside the config struct"},
    {{"x", TW_INTS, 0, 56, 0, 1, "0", NULL, NULL, "h"}, "outside the config struct"},
    {{"x", TW_REAL, 0, SIZE_MAX - 7, 0, 1, "0", NULL, NULL, "h"}, "outside the config struct"},
    {{"x", TW_REAL, 0, 0, 2, 1, "0", NULL, NULL, "h"}, "a minimum that is not <= its maximum"},
    {{"x", TW_INT, 0, 0, 0, NAN, "0", NULL, NULL, "h"}, "a minimum that is not <= its maximum"},
    {{"x", TW_STRING, TW_P_AUTO, 0, 0, 1, "0", NULL, NULL, "h"}, "cannot be auto"},
    {{"x", TW_CHOICE, 0, 0, 0, 0, "a", NULL, NULL, "h"}, "has no choices"},
    {{"x", TW_CHOICE, 0, 0, 0, 0, "a", no_choices, NULL, "h"}, "has no choices"},
    {{"x", TW_CHOICE, 0, 0, 0, 0, "a", twice, NULL, "h"}, "the same choice twice"},
    {{"x", TW_CHOICE, 0, 0, 0, 0, "a", one_empty, NULL, "h"}, "an empty choice"},
    {{"x", TW_CHOICE, 0, 0, 0, 0, "swish", activations, NULL, "h"}, "'swish' is unknown"},
    {{"x", TW_REAL, 0, 0, 0, 1, "2", NULL, NULL, "h"}, "default of x: x: 2 is outside [0, 1]"},
    {{"x", TW_REAL, 0, 0, 0, 1, "auto", NULL, NULL, "h"}, "expected a number in [0, 1]"},
    {{"x", TW_REAL, 0, 0, 0, 1, "", NULL, NULL, "h"}, "the default '' is no YAML value"},
    {{"x", TW_REAL, 0, 0, 0, 1, "1\ny: 2", NULL, NULL, "h"}, "a default must be one line"},
    {{"x", TW_INTS, 0, 0, 0, 1, "[1", NULL, NULL, "h"}, "default of x: not YAML"},
    {{"x", TW_INTS, 0, 0, 0, 1, "- 1", NULL, NULL, "h"}, "default of x: not YAML"},
    {{"x", TW_STRING, 0, 0, 0, 1, "[]", NULL, NULL, "h"}, "expected text, not a list"},
    {{"x", TW_OUTPUT, 0, 0, 0, 1, "''", NULL, NULL, "h"}, "the name of the file is empty"},
};

START_TEST(verify_bad)
{
    const struct tw_param table[] = {bad_params[_i].p, TW_PARAM_END};
    const char *why = verify(table, sizeof *table, 64);
    ck_assert_msg(strstr(why, bad_params[_i].want) != NULL, "'%s' not: %s", why,
                  bad_params[_i].want);
}
END_TEST

START_TEST(verify_whole_tables)
{
    static const struct tw_param x = {"x", TW_REAL, 0, 0, 0, 1, "0", NULL, NULL, "h"};
    const struct tw_param both[] = {x, x, TW_PARAM_END};
    ck_assert_ptr_nonnull(strstr(verify(both, sizeof *both, 8), "'x' stands there twice"));
    ck_assert_ptr_nonnull(strstr(verify(both, 16, 8), "a parameter has 16 bytes"));
    ck_assert_ptr_nonnull(strstr(verify(both, 0, 8), "a parameter has 0 bytes"));
    ck_assert_ptr_nonnull(strstr(verify(both, sizeof *both + 1, 8), "bytes"));
    static struct tw_param many[202];
    static char names[201][8];
    for (int i = 0; i < 201; i++) {
        snprintf(names[i], sizeof names[i], "x%d", i);
        many[i] = x;
        many[i].name = names[i];
    }
    ck_assert_ptr_nonnull(strstr(verify(many, sizeof *many, 8), "more than 200 parameters"));
    many[200].name = NULL;
    ck_assert_str_eq(verify(many, sizeof *many, 8), "");
}
END_TEST

/* A plugin compiled against a later header has longer entries. */
START_TEST(longer_stride)
{
    struct later {
        struct tw_param p;
        const char *more[3];
    };
    static const struct later table[] = {
        {TW_PARAM_INT(struct config, epochs, "10", 1, 100, NULL, "h"), {"a", "b", "c"}},
        {TW_PARAM_REAL(struct config, rate, "0.5", 0, 1, NULL, "h"), {"a", "b", "c"}},
        {TW_PARAM_END, {NULL}},
    };
    struct table t = {&table[0].p, sizeof *table, &config};
    char why[200];
    ck_assert_int_eq(schema_verify(&t, sizeof config, why, sizeof why), 0);
    ck_assert_int_eq(schema_defaults(&mem, &t, &dirs, &err), 0);
    ck_assert(config.epochs == 10 && config.rate == 0.5);
    ck_assert_ptr_null(table_at(&t, 2));
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

/* ---- printing ---------------------------------------------------------------------------- */

static char *printed(void (*print)(FILE *, const struct table *, int), const struct tw_param *p)
{
    char *text = NULL;
    size_t size = 0;
    struct table t = {p, sizeof *p, NULL};
    FILE *f = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(f);
    print(f, &t, 2);
    fclose(f);
    return text;
}

static void markdown(FILE *f, const struct table *t, int indent)
{
    (void)indent;
    schema_print_markdown(f, t);
}

START_TEST(yaml_reads_back)
{
    char *text = printed(schema_print_yaml, params);
    ck_assert_ptr_nonnull(strstr(text, "  rate: 0.1 "));
    ck_assert_ptr_nonnull(strstr(text, "# The step size.  [1e-12, 1000]\n"));
    ck_assert_ptr_nonnull(strstr(text, "# How long to train.  [1, 1e6] (epochs)\n"));
    char *whole = malloc(strlen(text) + 10);
    sprintf(whole, "model:\n%s", text);
    struct node *root;
    struct table t = {params, sizeof *params, &config};
    int rc = yaml_read_text(&mem, whole, (struct mark){"printed", 1, 1}, &root, &err);
    ck_assert_msg(rc == 0, "%s\n%s", err.text, whole);
    ck_assert_uint_eq(node_get(root, "model")->n, 17);
    rc = schema_fill(&mem, node_get(root, "model"), "model", &t, 1, &dirs, &err);
    ck_assert_msg(rc == 0, "%s\n%s", err.text, whole);
    expect_defaults();
    free(whole);
    free(text);
}
END_TEST

/* Take the "# " off a required key's example: it must be a value that is allowed. */
START_TEST(yaml_examples_are_allowed)
{
    static const uint32_t types[] = {TW_BOOL,   TW_INT,    TW_REAL, TW_STRING, TW_PATH,
                                     TW_OUTPUT, TW_CHOICE, TW_INTS, TW_REALS,  TW_STRINGS};
    static const double limits[][2] = {{0, 10}, {5, INFINITY}, {-INFINITY, -3}, {0, 0.5}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (size_t j = 0; j < (types[i] == TW_INT || types[i] == TW_INTS ? 3 : 4); j++) {
            const struct tw_param p[] = {
                {"key", types[i], 0, 0, limits[j][0], limits[j][1], NULL, activations, NULL, "h"},
                TW_PARAM_END};
            char *text = printed(schema_print_yaml, p);
            ck_assert_msg(!strncmp(text, "  # key: ", 9) && strstr(text, "# required: h"), "%s",
                          text);
            text[2] = ' ';
            struct node *root;
            struct table t = {p, sizeof *p, &config};
            int rc = yaml_read_text(&mem, text, (struct mark){"printed", 1, 1}, &root, &err);
            ck_assert_msg(rc == 0, "%s\n%s", err.text, text);
            rc = schema_fill(&mem, root, "x", &t, 1, &dirs, &err);
            ck_assert_msg(rc == 0, "%s\n%s", err.text, text);
            free(text);
        }
}
END_TEST

START_TEST(help_text)
{
    static const struct tw_param two[] = {
        TW_PARAM_REAL(struct config, rate, "0.1", 1e-12, 1000, NULL,
                      "The step size, which is explained by a sentence that does not fit into one "
                      "line of the terminal."),
        {"plugin", TW_STRING, TW_P_EXPERT, 0, 0, 0, NULL, NULL, NULL, "Its name."},
        TW_PARAM_INT_AUTO(struct config, epochs, 1, 5, "epochs", "How long."),
        TW_PARAM_CHOICE(struct config, activation, "relu", activations, "The nonlinearity."),
        TW_PARAM_END,
    };
    char *text = printed(schema_print_help, two);
    ck_assert_str_eq(
        text,
        "  rate        real    [1e-12, 1000]   default 0.1\n"
        "      The step size, which is explained by a sentence that does not fit into one line of\n"
        "      the terminal.\n"
        "  plugin      text                    required\n"
        "      Its name. (for experts)\n"
        "  epochs      int     [1, 5] or auto  default auto (epochs)\n"
        "      How long.\n"
        "  activation  choice  relu | leaky-relu | tanh | null  default relu\n"
        "      The nonlinearity.\n");
    free(text);
}
END_TEST

START_TEST(markdown_table)
{
    static const struct tw_param two[] = {
        TW_PARAM_STRING(struct config, title, "'a|b`c'", "One *of* a_b | c <d>."),
        TW_PARAM_INT(struct config, epochs, "10", 1, 1e6, "epochs", "How long."),
        TW_PARAM_END,
    };
    static const struct tw_param none[] = {TW_PARAM_END};
    char *text = printed(markdown, two);
    ck_assert_str_eq(text, "| key | type | default | allowed | meaning |\n"
                           "| --- | --- | --- | --- | --- |\n"
                           "| `title` | text | `` 'a\\|b`c' `` |  | One \\*of\\* a\\_b \\| c "
                           "\\<d\\>. |\n"
                           "| `epochs` | int | `10` | \\[1, 1e6\\] (epochs) | How long. |\n");
    free(text);
    text = printed(markdown, none);
    ck_assert_str_eq(text, "No keys.\n");
    free(text);
}
END_TEST

/* ---- anything at all ------------------------------------------------------------------- */

static const char valid[] = "{flag: True, epochs: 1e3, threads: auto, rate: 1e-3, momentum: .5, "
                            "limit: .inf, title: \"x\", note: ~, input: $data/a, output: o.csv, "
                            "activation: tanh, hidden: [3, 0x4], points: 5, weights: [.5, -1], "
                            "range: [-1e300, 1], names: [a, 'b']}";

static uint64_t state = 20180624;
static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

START_TEST(random_bytes)
{
    static const char special[] = "{}[]:, -?&*.e019~'\"xn";
    char text[sizeof valid];
    int good = 0;
    fill_ok(valid);
    for (int round = 0; round < 4000; round++) {
        memcpy(text, valid, sizeof text);
        size_t at = next_random() % (sizeof text - 1);
        uint64_t r = next_random();
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

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

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
    tcase_add_test(c, verify_good);
    tcase_add_loop_test(c, verify_bad, 0, COUNT(bad_params));
    tcase_add_test(c, verify_whole_tables);
    tcase_add_test(c, longer_stride);
    tcase_add_test(c, nearest);
    tcase_add_test(c, yaml_reads_back);
    tcase_add_test(c, yaml_examples_are_allowed);
    tcase_add_test(c, help_text);
    tcase_add_test(c, markdown_table);
    tcase_add_test(c, random_bytes);
    suite_add_tcase(s, c);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
