/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-schema-print.c -- the three ways to print a table of keys.
 */
#include "schema-bench.h"

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

int main(void)
{
    Suite *s = suite_create("schema-print");
    TCase *c = tcase_create("schema-print");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, yaml_reads_back);
    tcase_add_test(c, yaml_examples_are_allowed);
    tcase_add_test(c, help_text);
    tcase_add_test(c, markdown_table);
    suite_add_tcase(s, c);
    return bench_main(s);
}
