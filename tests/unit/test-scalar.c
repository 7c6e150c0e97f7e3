/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-scalar.c -- what a word of YAML is: a number, a bool, null or text; and how it is called.
 */
#include "yaml-bench.h"

#include <math.h>

static struct node scalar(const char *text, bool quoted)
{
    return (struct node){.kind = NODE_SCALAR, .text = text, .quoted = quoted};
}

static const struct {
    const char *text;
    enum scalar rc;
    int64_t v;
} ints[] = {
    {"0", SCALAR_OK, 0},
    {"-0", SCALAR_OK, 0},
    {"+7", SCALAR_OK, 7},
    {"010", SCALAR_OK, 10},
    {"0x1F", SCALAR_OK, 31},
    {"0o17", SCALAR_OK, 15},
    {"1e5", SCALAR_OK, 100000},
    {"-1.50E1", SCALAR_OK, -15},
    {"3.", SCALAR_OK, 3},
    {"1200e-2", SCALAR_OK, 12},
    {"1e18", SCALAR_OK, 1000000000000000000},
    {"9007199254740993", SCALAR_OK, 9007199254740993},
    {"9223372036854775807", SCALAR_OK, INT64_MAX},
    {"-9223372036854775807", SCALAR_OK, -INT64_MAX},
    {"0e999999999999999999999", SCALAR_OK, 0},
    {"9223372036854775808", SCALAR_HUGE, 0},
    {"-9223372036854775808", SCALAR_HUGE, 0},
    {"1e19", SCALAR_HUGE, 0},
    {"1e999999999999999999999", SCALAR_HUGE, 0},
    {"0xFFFFFFFFFFFFFFFFF", SCALAR_HUGE, 0},
    {"1.5", SCALAR_FRACTION, 0},
    {"1e-5", SCALAR_FRACTION, 0},
    {"1.00000000000000000001", SCALAR_FRACTION, 0},
    {"1e-999999999999999999999", SCALAR_FRACTION, 0},
    {"", SCALAR_OTHER, 0},
    {"-", SCALAR_OTHER, 0},
    {".", SCALAR_OTHER, 0},
    {"e5", SCALAR_OTHER, 0},
    {"1e", SCALAR_OTHER, 0},
    {"1e+", SCALAR_OTHER, 0},
    {"0x", SCALAR_OTHER, 0},
    {"0xG", SCALAR_OTHER, 0},
    {"-0x1", SCALAR_OTHER, 0},
    {"0o8", SCALAR_OTHER, 0},
    {"1_000", SCALAR_OTHER, 0},
    {"1 2", SCALAR_OTHER, 0},
    {" 1", SCALAR_OTHER, 0},
    {"1,5", SCALAR_OTHER, 0},
    {"12a", SCALAR_OTHER, 0},
    {".inf", SCALAR_OTHER, 0},
};

START_TEST(scalar_ints)
{
    int64_t v = 0;
    struct node n = scalar(ints[_i].text, false), q = scalar(ints[_i].text, true);
    ck_assert_msg(scalar_int(&n, &v) == ints[_i].rc, "%s", ints[_i].text);
    if (ints[_i].rc == SCALAR_OK)
        ck_assert_int_eq(v, ints[_i].v);
    ck_assert_int_eq(scalar_int(&q, &v), SCALAR_OTHER);
}
END_TEST

static const struct {
    const char *text;
    enum scalar rc;
    double v;
} reals[] = {
    {"0.1", SCALAR_OK, 0.1},         {"-1e-3", SCALAR_OK, -1e-3},
    {".5", SCALAR_OK, 0.5},          {"5.", SCALAR_OK, 5},
    {"0x10", SCALAR_OK, 16},         {".inf", SCALAR_OK, INFINITY},
    {"-.INF", SCALAR_OK, -INFINITY}, {"+.Inf", SCALAR_OK, INFINITY},
    {"1e-999", SCALAR_OK, 0},        {"1e999", SCALAR_HUGE, 0},
    {"inf", SCALAR_OTHER, 0},        {"nan", SCALAR_OTHER, 0},
    {"-.nan", SCALAR_OTHER, 0},      {"infinity", SCALAR_OTHER, 0},
    {"0x1p3", SCALAR_OTHER, 0},      {"1.2.3", SCALAR_OTHER, 0},
    {"1e5x", SCALAR_OTHER, 0},       {"", SCALAR_OTHER, 0},
    {"+", SCALAR_OTHER, 0},
};

START_TEST(scalar_reals)
{
    double v = 0;
    struct node n = scalar(reals[_i].text, false), q = scalar(reals[_i].text, true);
    ck_assert_msg(scalar_real(&n, &v) == reals[_i].rc, "%s", reals[_i].text);
    if (reals[_i].rc == SCALAR_OK)
        ck_assert_msg(v == reals[_i].v, "%s: %g", reals[_i].text, v);
    ck_assert_int_eq(scalar_real(&q, &v), SCALAR_OTHER);
}
END_TEST

START_TEST(scalar_words)
{
    bool v;
    double r = 0;
    struct node n = scalar(".nan", false);
    ck_assert_int_eq(scalar_real(&n, &r), SCALAR_OK);
    ck_assert(isnan(r));
    n = scalar("TRUE", false);
    ck_assert(scalar_bool(&n, &v) == SCALAR_OK && v);
    n = scalar("False", false);
    ck_assert(scalar_bool(&n, &v) == SCALAR_OK && !v);
    n = scalar("yes", false);
    ck_assert(scalar_bool(&n, &v) == SCALAR_OTHER);
    n = scalar("true", true);
    ck_assert(scalar_bool(&n, &v) == SCALAR_OTHER);
    n = scalar("~", false);
    ck_assert(scalar_null(&n));
    n = scalar("null", true);
    ck_assert(!scalar_null(&n));
    ck_assert(scalar_word(&n, "null"));
    ck_assert(!scalar_word(NULL, "null"));
}
END_TEST

START_TEST(describe)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"[]", "a list"},
        {"{}", "a map"},
        {"3", "the number 3"},
        {"1e999", "the number 1e999"},
        {"abc", "the text 'abc'"},
        {"\"3\"", "the text '3'"},
        {"null", "null"},
        {"---\n", "nothing"},
        {"false", "the bool false"},
        {"0123456789012345678901234567890123456789012345678901234567\xE2\x82\xAC\xE2\x82\xAC",
         "the text '0123456789012345678901234567890123456789012345678901234567...'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(node_describe(&mem, read_ok(cases[i].text)), cases[i].want);
    ck_assert_str_eq(node_describe(&mem, NULL), "nothing");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scalar");
    TCase *c = tcase_create("scalar");
    tcase_add_checked_fixture(c, NULL, clean);
    tcase_add_loop_test(c, scalar_ints, 0, COUNT(ints));
    tcase_add_loop_test(c, scalar_reals, 0, COUNT(reals));
    tcase_add_test(c, scalar_words);
    tcase_add_test(c, describe);
    suite_add_tcase(s, c);
    return bench_main(s);
}
