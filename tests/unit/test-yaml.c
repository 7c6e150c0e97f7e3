/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-yaml.c -- YAML to trees: values, positions, refusals, limits, files, and whatever bytes.
 */
#include "yaml-bench.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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
        for (uint64_t k = next_random(&state) % 4 + 1; k > 0; k--) {
            size_t at = next_random(&state) % (sizeof text - 1);
            uint64_t r = next_random(&state);
            text[at] = (char)(r & 1 ? (unsigned char)special[(r >> 8) % (sizeof special - 1)]
                                    : (unsigned char)text[at] ^ 1u << (r >> 8) % 8);
        }
        survive(text);
    }
}
END_TEST

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
    tcase_add_test(c, every_prefix);
    tcase_add_test(c, random_bytes);
    suite_add_tcase(s, c);
    return bench_main(s);
}
