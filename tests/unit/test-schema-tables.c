/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-schema-tables.c -- tables of keys that are wrong, and those of a later header.
 */
#include "schema-bench.h"

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

int main(void)
{
    Suite *s = suite_create("schema-tables");
    TCase *c = tcase_create("schema-tables");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, verify_good);
    tcase_add_loop_test(c, verify_bad, 0, COUNT(bad_params));
    tcase_add_test(c, verify_whole_tables);
    tcase_add_test(c, longer_stride);
    suite_add_tcase(s, c);
    return bench_main(s);
}
