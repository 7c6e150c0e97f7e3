/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-yaml-set.c -- values set in a tree, as --set does: where they go, what is refused, and
 * whatever text.
 */
#include "yaml-bench.h"

#include <stdio.h>

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

static uint64_t state = 20180623;

START_TEST(random_sets)
{
    static const char letters[] = "abmodel.hidn01=[]{}:,\xC3 '\"*&#";
    for (int round = 0; round < 3000; round++) {
        char text[24];
        size_t n = next_random(&state) % (sizeof text - 1);
        for (size_t i = 0; i < n; i++)
            text[i] = letters[next_random(&state) % (sizeof letters - 1)];
        text[n] = '\0';
        struct node *root = read_ok(base);
        if (yaml_set(&mem, root, text, &err))
            ck_assert_msg(!strncmp(err.text, "--set ", 6), "%s", err.text);
        touch(root);
        clean();
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("yaml-set");
    TCase *c = tcase_create("yaml-set");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, NULL, clean);
    tcase_add_test(c, set_values);
    tcase_add_test(c, set_leaves_aliases_alone);
    tcase_add_test(c, set_refusals);
    tcase_add_test(c, random_sets);
    suite_add_tcase(s, c);
    return bench_main(s);
}
