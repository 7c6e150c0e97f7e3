/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml-bench.h -- for the tests of trees: memory and an error for each, which the fixture clean()
 * gives back; texts that must be good.
 */
#ifndef TESTS_YAML_BENCH_H
#define TESTS_YAML_BENCH_H

#include "suite.h"

#include "../../core/scalar.h"
#include "../../core/yaml.h"

static struct arena mem;
static struct error err;

static inline void clean(void)
{
    arena_free(&mem);
    error_clear(&err);
}

static const struct mark start = {"p.yaml", 1, 1};

static inline struct node *read_ok(const char *text)
{
    struct node *root = NULL;
    int rc = yaml_read_text(&mem, text, start, &root, &err);
    ck_assert_msg(rc == 0, "%s: %s", text, err.text);
    ck_assert_ptr_nonnull(root);
    return root;
}

/* Reads whatever it is and touches all of the result. */
static inline size_t touch(const struct node *n)
{
    size_t sum = 1;
    if (n->kind == NODE_SCALAR)
        return strlen(n->text);
    for (size_t i = 0; i < n->n; i++)
        sum += touch(n->item[i]) + (n->kind == NODE_MAP ? strlen(n->key[i]) : 0);
    return sum;
}

#endif
