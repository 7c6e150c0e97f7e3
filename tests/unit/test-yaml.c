/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-yaml.c -- YAML to trees: values, positions, refusals, limits, --set. */
#include "../../core/scalar.h"
#include "../../core/yaml.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct arena mem;
static struct error err;

static void clean(void)
{
    arena_free(&mem);
    error_clear(&err);
}

static const struct mark start = {"p.yaml", 1, 1};

static struct node *read_ok(const char *text)
{
    struct node *root = NULL;
    int rc = yaml_read_text(&mem, text, start, &root, &err);
    ck_assert_msg(rc == 0, "%s: %s", text, err.text);
    ck_assert_ptr_nonnull(root);
    return root;
}

/* ---- trees ------------------------------------------------------------------ */

START_TEST(values_and_marks)
{
    struct node *root = read_ok("thalweg: 1\n"
                                "title: \"two words\" # comment\n"
                                "model: {plugin: mlp, hidden: [128, 3]}\n"
                                "sinks:\n"
                                "  - plugin: png\n"
                                "    path: a.png\n"
                                "ball:\n");
    ck_assert_int_eq(root->kind, NODE_MAP);
    ck_assert_uint_eq(root->n, 5);
    ck_assert_str_eq(root->key[1], "title");
    ck_assert_int_eq(root->key_at[1].line, 2);
    ck_assert_int_eq(root->key_at[1].column, 1);
    struct node *title = node_get(root, "title");
    ck_assert_str_eq(title->text, "two words");
    ck_assert(title->quoted);
    ck_assert_int_eq(title->at.column, 8);
    struct node *hidden = node_get(node_get(root, "model"), "hidden");
    ck_assert_int_eq(hidden->kind, NODE_LIST);
    ck_assert_uint_eq(hidden->n, 2);
    ck_assert_int_eq(hidden->item[1]->at.line, 3);
    ck_assert_int_eq(hidden->item[1]->at.column, 36);
    ck_assert(!hidden->item[1]->quoted);
    struct node *path = node_get(node_get(root, "sinks")->item[0], "path");
    ck_assert_int_eq(path->at.line, 6);
    ck_assert_int_eq(path->at.column, 11);
    ck_assert_str_eq(path->at.file, "p.yaml");
    ck_assert(scalar_null(node_get(root, "ball")));
    ck_assert_ptr_null(node_get(root, "grid"));
    ck_assert_ptr_null(node_get(title, "grid"));
}
END_TEST

START_TEST(columns_count_characters)
{
    struct node *root = read_ok("{\xC3\xA4\xE2\x82\xAC: x, b: y}");
    ck_assert_int_eq(root->key_at[1].column, 9);
    clean();
    root = read_ok("\xEF\xBB\xBF"
                   "a: 1\n"); /* byte order mark */
    ck_assert_str_eq(root->key[0], "a");
    ck_assert_int_eq(root->key_at[0].column, 1);
    clean();
    root = read_ok("a: 1\r\nb: 2\r\n");
    ck_assert_int_eq(node_get(root, "b")->at.line, 2);
}
END_TEST

START_TEST(marks_are_relative_to_the_text)
{
    struct node *root;
    ck_assert_int_eq(yaml_read_text(&mem, "[1,\n 2]", (struct mark){"f", 10, 5}, &root, &err), 0);
    ck_assert_int_eq(root->item[0]->at.line, 10);
    ck_assert_int_eq(root->item[0]->at.column, 6);
    ck_assert_int_eq(root->item[1]->at.line, 11);
    ck_assert_int_eq(root->item[1]->at.column, 2);
    ck_assert_int_eq(yaml_read_text(&mem, "[1,\n 2]", (struct mark){"f", 0, 0}, &root, &err), 0);
    ck_assert_int_eq(root->item[1]->at.line, 0);
}
END_TEST

START_TEST(aliases_share)
{
    struct node *root = read_ok("a: &x {k: 1}\nb: *x\nc: &x 2\nd: *x\n");
    ck_assert_ptr_eq(node_get(root, "a"), node_get(root, "b"));
    ck_assert_str_eq(node_get(root, "d")->text, "2");
}
END_TEST

START_TEST(core_tags)
{
    struct node *root = read_ok("{a: !!str 3, b: !!int \"3\", c: !!seq [1], d: !!map {}}");
    ck_assert(node_get(root, "a")->quoted);
    ck_assert(!node_get(root, "b")->quoted);
}
END_TEST

/* ---- refusals ------------------------------------------------------------------ */

static const struct {
    const char *text, *where, *what;
} refused[] = {
    {"", "p.yaml:1:1: ", "is empty"},
    {"# only a comment\n\n", "p.yaml:1:1: ", "is empty"},
    {"a: 1\nb: 2\na: 3\n", "p.yaml:3:1: ", "the key 'a' is given twice; first in line 1"},
    {"x:\n  {k: 1, j: 2, k: 3}", "p.yaml:2:16: ", "given twice"},
    {"\"a\": 1\na: 2\n", "p.yaml:2:1: ", "given twice"},
    {"a: &x {k: 1}\nb:\n  <<: *x\n", "p.yaml:3:3: ", "merge keys (<<) are not supported"},
    {"a: 1\n---\nb: 2\n", "p.yaml:2:1: ", "a second document starts here"},
    {"a: 1\n...\n---\n", "p.yaml:3:1: ", "a second document"},
    {"a: &x\n  - *x\n", "p.yaml:2:5: ", "the alias *x contains itself"},
    {"&x [[[*x]]]", "p.yaml:1:7: ", "contains itself"},
    {"a: *nope\n", "p.yaml:1:4: ", "the alias *nope has no anchor"},
    {"a: &x 1\n*x : 2\n", "p.yaml:2:1: ", "an alias (*x) cannot be a key"},
    {"&x a: 1\n", "p.yaml:1:1: ", "a key cannot have an anchor (&x)"},
    {"? [a]\n: 1\n", "p.yaml:1:3: ", "a key must be a word, not a list"},
    {"{{a: b}: c}", "p.yaml:1:2: ", "a key must be a word, not a map"},
    {"? \n: 1\n", "p.yaml:1:2: ", "a key is missing"},
    {"a: !foo 1\n", "p.yaml:1:4: ", "the tag !foo is unknown"},
    {"a: !!binary aGk=\n", "p.yaml:1:4: ", "the tag !!binary does not belong here"},
    {"a: !!seq {}\n", "p.yaml:1:4: ", "the tag !!seq does not belong here"},
    {"a: !!str []\n", "p.yaml:1:4: ", "the tag !!str does not belong here"},
    {"%TAG !e! tag:e,2000:\n---\na: !e!x 1\n", "p.yaml:1:1: ", "%TAG is not supported"},
    {"a: \"x\\0y\"\n", "p.yaml:1:4: ", "NUL character"},
    {"\"a\\0\": 1\n", "p.yaml:1:1: ", "NUL character"},
    {"a: b\nc: \xff\n", "p.yaml:2:4: ", "the byte 0xff is not UTF-8"},
    {"\xC3\xA4: \xC0\x80\n", "p.yaml:1:4: ", "the byte 0xc0 is not UTF-8"},
    {"a: \xED\xA0\x80\n", "p.yaml:1:4: ", "not UTF-8"},
    {"a: \xF4\x90\x80\x80\n", "p.yaml:1:4: ", "not UTF-8"},
    {"a: \xE2\x82", "p.yaml:1:4: ", "not UTF-8"},
    {"a: \x01\n", "p.yaml:1:4: ", "the control character U+0001"},
    {"a: \x7f\n", "p.yaml:1:4: ", "the control character U+007F"},
    {"a: b: c\n", "p.yaml:1:5: ", "not YAML: no 'key: value' can stand here"},
    {"a:\n\t- b\n", "p.yaml:2:1: ", "indent with spaces, not with tabs"},
    {"a: @b\n", "p.yaml:1:4: ", "put it in quotes"},
    {"a: [1, 2\nb: 3\n", "p.yaml:2:2: ", "expected ',' or ']'"},
    {"a: *!\n", "p.yaml:1:5: ", "begin aliases and anchors"},
    {"a: - b\n", "p.yaml:1:4: ", "no '- item' can stand here"},
    {"a: 1\n  b: 2\n", "p.yaml:2:4: ", "look at the indentation"},
    {"a:\n  b: 1\n c: 2\n",
     "p.yaml:3:2: ", "expected 'key: value'; look at the indentation (begun in line 1)"},
    {"a: \"open\n", "p.yaml:2:1: ", "not YAML: the closing quote is missing (begun in line 1)"},
    {"a: {b\n", "p.yaml:", "not YAML: "},
};

START_TEST(refusals)
{
    struct node *root = NULL;
    int rc = yaml_read_text(&mem, refused[_i].text, start, &root, &err);
    ck_assert_msg(rc == -1, "accepted: %s", refused[_i].text);
    ck_assert_int_eq(err.fault, FAULT_PIPELINE);
    ck_assert_msg(!strncmp(err.text, refused[_i].where, strlen(refused[_i].where)) &&
                      strstr(err.text, refused[_i].what),
                  "%s\ngave: %s\nnot:  %s...%s", refused[_i].text, err.text, refused[_i].where,
                  refused[_i].what);
}
END_TEST

START_TEST(a_text_without_lines_has_no_position)
{
    struct node *root;
    ck_assert_int_eq(yaml_read_text(&mem, "[1, 2", (struct mark){"--set a", 0, 0}, &root, &err),
                     -1);
    ck_assert_msg(!strncmp(err.text, "--set a: not YAML", 17), "%s", err.text);
}
END_TEST

/* ---- limits --------------------------------------------------------------------- */

static void repeat(char *to, const char *what, size_t n)
{
    size_t length = strlen(what);
    for (size_t i = 0; i < n; i++)
        memcpy(to + i * length, what, length + 1);
}

static void expect_refused(const char *text, const char *what)
{
    struct node *root;
    clock_t before = clock();
    ck_assert_int_eq(yaml_read_text(&mem, text, start, &root, &err), -1);
    ck_assert_msg(strstr(err.text, what) != NULL, "%s", err.text);
    ck_assert_msg((double)(clock() - before) / CLOCKS_PER_SEC < 5, "%s took too long", what);
    clean();
}

START_TEST(depth)
{
    char text[1000];
    repeat(text, "[", YAML_MAX_DEPTH);
    repeat(text + strlen(text), "]", YAML_MAX_DEPTH);
    read_ok(text);
    clean();
    repeat(text, "[", YAML_MAX_DEPTH + 1);
    expect_refused(text, "p.yaml:1:33: nested more than 32 levels");
    repeat(text, "- ", YAML_MAX_DEPTH + 1);
    expect_refused(text, "nested more than 32 levels");
    /* 20 levels in an anchor, used 20 levels deep */
    strcpy(text, "{a: &x ");
    repeat(text + strlen(text), "[", 20);
    repeat(text + strlen(text), "]", 20);
    strcat(text, ", b: ");
    repeat(text + strlen(text), "[", 20);
    strcat(text, "*x");
    expect_refused(text, "nested more than 32 levels");
}
END_TEST

START_TEST(many_values)
{
    char *text = malloc(3 * YAML_MAX_NODES + 10);
    strcpy(text, "[");
    repeat(text + 1, "1, ", YAML_MAX_NODES - 2);
    strcat(text, "1]");
    ck_assert_uint_eq(read_ok(text)->n, YAML_MAX_NODES - 1);
    clean();
    strcpy(text, "[");
    repeat(text + 1, "1, ", YAML_MAX_NODES);
    expect_refused(text, "more than 20000 values");
    free(text);
}
END_TEST

START_TEST(billion_laughs)
{
    char text[4000] = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 20; i++) {
        char line[100];
        snprintf(line, sizeof line,
                 "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        strcat(text, line);
    }
    expect_refused(text, "more than 20000 values (aliases counted)");
}
END_TEST

START_TEST(hostile_sizes)
{
    char *text = malloc(2 * YAML_MAX_BYTES);
    memset(text, 'x', YAML_MAX_BYTES + 1);
    text[YAML_MAX_BYTES + 1] = '\0';
    expect_refused(text, "is larger than 1048576 bytes");
    repeat(text, "[", YAML_MAX_BYTES);
    expect_refused(text, "nested");
    repeat(text, "{a: ", YAML_MAX_BYTES / 4);
    expect_refused(text, "nested");
    repeat(text, "%TAG !a! b\n", 90000);
    expect_refused(text, "%TAG");
    repeat(text, "- &a a\n", 140000);
    expect_refused(text, "more than 256 anchors");
    text[0] = '\0';
    for (size_t i = 0, at = 0; i < 19000; i++)
        at += (size_t)sprintf(text + at, "k%zu: 1\n", i);
    ck_assert_uint_eq(read_ok(text)->n, 19000);
    clean();
    strcat(text, "k77: 1\n");
    expect_refused(text, "the key 'k77' is given twice; first in line 78");
    free(text);
}
END_TEST

/* ---- files ------------------------------------------------------------------------ */

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

START_TEST(files)
{
    char dir[] = "/tmp/test-yaml-XXXXXX", path[100], want[200];
    struct node *root = NULL;
    const char *raw = NULL;
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/p.yaml", dir);
    static const struct {
        const char *bytes;
        size_t size;
        const char *want; /* after the file name; NULL: is read */
    } cases[] = {
        {"a: 1\n", 5, NULL},
        {"", 0, ": is empty; "},
        {"\n# c\n", 5, ": is empty; "},
        {"a: 1\nb: \0\n", 10, ":2:4: a NUL byte: this is not a text file"},
        {"\xff\xfe"
         "a\0:\0",
         6, ":1:1: the byte 0xff is not UTF-8"},
        {"\x7f"
         "ELF\x02\x01\x01\0\0",
         9, ":1:1: the control character U+007F"},
        {"a: b: c", 7, ":1:5: not YAML"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file(path, cases[i].bytes, cases[i].size);
        int rc = yaml_read_file(&mem, path, &root, &raw, &err);
        if (cases[i].want) {
            ck_assert_int_eq(rc, -1);
            snprintf(want, sizeof want, "%s%s", path, cases[i].want);
            ck_assert_msg(!strncmp(err.text, want, strlen(want)), "%s, not %s", err.text, want);
        } else {
            ck_assert_msg(rc == 0, "%s", err.text);
            ck_assert_str_eq(raw, cases[i].bytes);
            ck_assert_str_eq(root->at.file, path);
            ck_assert_int_eq(root->at.line, 1);
        }
        clean();
    }
    if (geteuid() != 0) {
        ck_assert_int_eq(chmod(path, 0), 0);
        ck_assert_int_eq(yaml_read_file(&mem, path, &root, NULL, &err), -1);
        ck_assert_ptr_nonnull(strstr(err.text, "cannot be read: Permission denied"));
        clean();
    }
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(yaml_read_file(&mem, path, &root, NULL, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "p.yaml: cannot be read: No such file"));
    clean();
    ck_assert_int_eq(yaml_read_file(&mem, dir, &root, NULL, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, ": cannot be read: Is a directory"));
    clean();
    ck_assert_int_eq(yaml_read_file(&mem, "/dev/zero", &root, NULL, &err), -1);
    ck_assert_str_eq(err.text, "/dev/zero: cannot be read: not a regular file");
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* ---- scalars ------------------------------------------------------------------------ */

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

/* ---- --set -------------------------------------------------------------------------- */

static const char base[] = "model: &m {plugin: mlp, hidden: [1, 2]}\n"
                           "copy: *m\n"
                           "ball:\n"
                           "sinks: [{plugin: png}]\n";

static struct node *follow(struct node *n, const char *path)
{
    char copy[200];
    strcpy(copy, path);
    for (char *p = strtok(copy, "."); p && n; p = strtok(NULL, ".")) {
        if (n->kind == NODE_LIST)
            n = (size_t)atoi(p) < n->n ? n->item[atoi(p)] : NULL;
        else
            n = node_get(n, p);
    }
    return n;
}

START_TEST(set_values)
{
    static const struct {
        const char *assignment, *path, *text;
    } cases[] = {
        {"seed=3", "seed", "3"},
        {"model.plugin=svm", "model.plugin", "svm"},
        {"model.hidden.1=7", "model.hidden.1", "7"},
        {"model.hidden.2=8", "model.hidden.2", "8"},
        {"model.hidden=[4, 5, 6]", "model.hidden.2", "6"},
        {"ball.landscapes=2", "ball.landscapes", "2"},
        {"grid.points=[3, 4]", "grid.points.1", "4"},
        {"a.b.c.d=e=f", "a.b.c.d", "e=f"},
        {"sinks.1.plugin=csv", "sinks.1.plugin", "csv"},
        {"sinks.0.path=x.png", "sinks.0.path", "x.png"},
        {"list.0.x=1", "list.0.x", "1"},
        {"title=", "title", "null"},
        {"title='a: b # c'", "title", "a: b # c"},
        {"sinks={a: 1}", "sinks.a", "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct node *root = read_ok(base);
        int rc = yaml_set(&mem, root, cases[i].assignment, &err);
        ck_assert_msg(rc == 0, "%s", err.text);
        struct node *n = follow(root, cases[i].path);
        ck_assert_msg(n && n->kind == NODE_SCALAR && !strcmp(n->text, cases[i].text), "%s",
                      cases[i].assignment);
        ck_assert_int_eq(n->at.line, 0);
        ck_assert_msg(!strncmp(n->at.file, "--set ", 6) &&
                          !strcmp(n->at.file + 6, cases[i].assignment),
                      "%s", n->at.file);
        clean();
    }
}
END_TEST

START_TEST(set_leaves_aliases_alone)
{
    struct node *root = read_ok(base);
    ck_assert_int_eq(yaml_set(&mem, root, "model.hidden.0=9", &err), 0);
    ck_assert_int_eq(yaml_set(&mem, root, "model.extra=1", &err), 0);
    ck_assert_str_eq(follow(root, "model.hidden.0")->text, "9");
    ck_assert_str_eq(follow(root, "copy.hidden.0")->text, "1");
    ck_assert_ptr_null(follow(root, "copy.extra"));
    ck_assert_str_eq(follow(root, "model.plugin")->text, "mlp");
    ck_assert_uint_eq(root->n, 4);
}
END_TEST

START_TEST(set_refusals)
{
    static const struct {
        const char *assignment, *want;
    } cases[] = {
        {"", "--set : expected key.path=value"},
        {"seed", "--set seed: expected key.path=value"},
        {"=3", "--set =3: expected key.path=value"},
        {"a b=3", "expected key.path=value"},
        {"a..b=3", "the path has an empty key"},
        {"a.=3", "the path has an empty key"},
        {".a=3", "the path has an empty key"},
        {"seed=[1", "--set seed=[1: not YAML"},
        {"seed=#ff0000", "is empty; expected a value ('#' starts a comment)"},
        {"seed=\xff", "the byte 0xff is not UTF-8"},
        {"seed=*m", "the alias *m has no anchor"},
        {"seed={a: 1, a: 2}", "the key 'a' is given twice"},
        {"model.plugin.x=3", "plugin is the text 'mlp', not a map"},
        {"sinks.2.plugin=csv", "sinks has 1 entry, counted from 0: there is no 2 (1 would append)"},
        {"sinks.99999999999999999999=1", "there is no 99999999999999999999"},
        {"sinks.png.path=x", "sinks is a list: expected an index from 0, not 'png'"},
        {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g=1",
         "nested more than 32 levels"},
        {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f=[1]",
         "nested more than 32 levels"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct node *root = read_ok(base);
        ck_assert_msg(yaml_set(&mem, root, cases[i].assignment, &err) == -1, "accepted %s",
                      cases[i].assignment);
        ck_assert_msg(strstr(err.text, cases[i].want) != NULL, "%s\nnot: %s", err.text,
                      cases[i].want);
        ck_assert_int_eq(err.fault, FAULT_PIPELINE);
        clean();
    }
    struct node *root = read_ok("[1]");
    ck_assert_int_eq(yaml_set(&mem, root, "a=1", &err), -1);
    clean();
    root = read_ok("3");
    ck_assert_int_eq(yaml_set(&mem, root, "a=1", &err), -1);
}
END_TEST

/* ---- anything at all ------------------------------------------------------------------- */

static const char pipeline[] =
    "thalweg: 1 # grammar\n"
    "title: \"MNIST, \\u00e4 hidden layer\"\n"
    "model:     {plugin: mlp, hidden: &h [128, 0x1F], skip: !!bool true}\n"
    "optimizer: {plugin: sgd, learning_rate: 1e-1, batch: 128}\n"
    "reducers:\n"
    "  - {plugin: trajectory-pca, components: *h}\n"
    "text: |\n"
    "  two\n"
    "  lines \xC3\xA4\n"
    "grid:\n"
    "  ? points\n"
    "  : [51, 51]\n"
    "  range: 'auto'\n"
    "sinks:\n"
    "- plugin: png\n"
    "  path: a.png\n"
    "...\n";

/* Reads whatever it is and touches all of the result. */
static size_t touch(const struct node *n)
{
    size_t sum = 1;
    if (n->kind == NODE_SCALAR)
        return strlen(n->text);
    for (size_t i = 0; i < n->n; i++)
        sum += touch(n->item[i]) + (n->kind == NODE_MAP ? strlen(n->key[i]) : 0);
    return sum;
}

static void survive(const char *text)
{
    struct node *root = NULL;
    if (yaml_read_text(&mem, text, start, &root, &err) == 0)
        ck_assert_uint_ge(touch(root), 0);
    else
        ck_assert_msg(!strncmp(err.text, "p.yaml:", 7) && !strchr(err.text, '\n'), "%s", err.text);
    clean();
}

static uint64_t state = 20180623;
static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

START_TEST(every_prefix)
{
    char text[sizeof pipeline];
    read_ok(pipeline);
    clean();
    for (size_t n = 0; n < sizeof pipeline; n++) {
        memcpy(text, pipeline, n);
        text[n] = '\0';
        survive(text);
        survive(pipeline + n);
    }
}
END_TEST

START_TEST(random_bytes)
{
    static const char special[] = "{}[]:,-?&*!|>'\"%@`#~\n\t \\<.\xff\xC3";
    char text[sizeof pipeline];
    for (int round = 0; round < 6000; round++) {
        memcpy(text, pipeline, sizeof text);
        for (uint64_t k = next_random() % 4 + 1; k > 0; k--) {
            size_t at = next_random() % (sizeof text - 1);
            uint64_t r = next_random();
            text[at] = (char)(r & 1 ? (unsigned char)special[(r >> 8) % (sizeof special - 1)]
                                    : (unsigned char)text[at] ^ 1u << (r >> 8) % 8);
        }
        survive(text);
    }
}
END_TEST

START_TEST(random_sets)
{
    static const char letters[] = "abmodel.hidn01=[]{}:,\xC3 '\"*&#";
    for (int round = 0; round < 3000; round++) {
        char text[24];
        size_t n = next_random() % (sizeof text - 1);
        for (size_t i = 0; i < n; i++)
            text[i] = letters[next_random() % (sizeof letters - 1)];
        text[n] = '\0';
        struct node *root = read_ok(base);
        if (yaml_set(&mem, root, text, &err))
            ck_assert_msg(!strncmp(err.text, "--set ", 6), "%s", err.text);
        touch(root);
        clean();
    }
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

int main(void)
{
    Suite *s = suite_create("yaml");
    TCase *c = tcase_create("yaml");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, NULL, clean);
    tcase_add_test(c, values_and_marks);
    tcase_add_test(c, columns_count_characters);
    tcase_add_test(c, marks_are_relative_to_the_text);
    tcase_add_test(c, aliases_share);
    tcase_add_test(c, core_tags);
    tcase_add_loop_test(c, refusals, 0, COUNT(refused));
    tcase_add_test(c, a_text_without_lines_has_no_position);
    tcase_add_test(c, depth);
    tcase_add_test(c, many_values);
    tcase_add_test(c, billion_laughs);
    tcase_add_test(c, hostile_sizes);
    tcase_add_test(c, files);
    tcase_add_loop_test(c, scalar_ints, 0, COUNT(ints));
    tcase_add_loop_test(c, scalar_reals, 0, COUNT(reals));
    tcase_add_test(c, scalar_words);
    tcase_add_test(c, describe);
    tcase_add_test(c, set_values);
    tcase_add_test(c, set_leaves_aliases_alone);
    tcase_add_test(c, set_refusals);
    tcase_add_test(c, every_prefix);
    tcase_add_test(c, random_bytes);
    tcase_add_test(c, random_sets);
    suite_add_tcase(s, c);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
