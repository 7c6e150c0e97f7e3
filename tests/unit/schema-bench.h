/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema-bench.h -- for the tests of core/schema.h: a config struct with a key of each type, a
 * second one as the host has, and folders.  setup() and teardown() are the fixture.
 *
 *     fill_ok("{rate: 0.5}");    or fill(), which may fail
 *     ck_assert(config.rate == 0.5);
 */
#ifndef TESTS_SCHEMA_BENCH_H
#define TESTS_SCHEMA_BENCH_H

#include "suite.h"

#include "../../core/schema.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
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

static inline void setup(void)
{
    strcpy(dir, "/tmp/test-schema-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    dirs = (struct schema_dirs){"/in", "/share/data", "/out", false};
    memset(&config, 0x5a, sizeof config);
    error_clear(&err);
}

static inline void teardown(void)
{
    arena_free(&mem);
    rmdir(dir);
}

static inline int fill(const char *text)
{
    struct node *root = NULL;
    struct table t = {params, sizeof *params, &config};
    error_clear(&err);
    if (yaml_read_text(&mem, text, (struct mark){"p.yaml", 1, 1}, &root, &err))
        return -1;
    return schema_fill(&mem, root, "model mlp", &t, 1, &dirs, &err);
}

static inline void fill_ok(const char *text)
{
    int rc = fill(text);
    ck_assert_msg(rc == 0, "%s: %s", text, err.text);
}

static inline void expect_defaults(void)
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

#endif
