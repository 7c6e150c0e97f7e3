/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml.h -- YAML text to a tree that remembers where everything stood.
 *
 *     yaml_read_file    a file to a tree (document API or events of libyaml)
 *     yaml_read_text    the same from memory: defaults of parameters, --set
 *     yaml_set          put `a.b.0.c=VALUE` into a tree
 *
 * One document, UTF-8.  Duplicate keys, tags other than the core ones, keys
 * that are no scalars, and anything past the limits are errors.  Aliases are
 * expanded by reference, counted against YAML_MAX_NODES.
 */
#ifndef CORE_YAML_H
#define CORE_YAML_H

#include "arena.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

#define YAML_MAX_BYTES (1u << 20)
#define YAML_MAX_DEPTH 32
#define YAML_MAX_NODES 20000

enum node_kind { NODE_SCALAR = 1, NODE_LIST, NODE_MAP };

struct mark {
    const char *file; /* as given by the user; "--set grid.points=3" for options */
    int line, column; /* from 1; line 0: the place has no lines */
};

struct node {
    enum node_kind kind;
    struct mark at;
    const char *text;    /* NODE_SCALAR */
    bool quoted;         /* NODE_SCALAR: so "3" is text and 3 a number */
    size_t n;            /* NODE_LIST, NODE_MAP: entries */
    struct node **item;  /* n values */
    const char **key;    /* NODE_MAP: n keys */
    struct mark *key_at; /* NODE_MAP: n */
};

/* Everything of the tree belongs to `mem`.  Errors are FAULT_PIPELINE and name
 * file:line:column.  `*raw`, if not NULL, becomes the text that was read. */
int yaml_read_file(struct arena *mem, const char *path, struct node **root, const char **raw,
                   struct error *err);
int yaml_read_text(struct arena *mem, const char *text, struct mark at, struct node **root,
                   struct error *err);

/* `assignment` is "key.path=VALUE" where VALUE is YAML; a number in the path
 * indexes a list (one past the end appends).  Missing maps are made. */
int yaml_set(struct arena *mem, struct node *root, const char *assignment, struct error *err);

/* The value of `key` in a map, or NULL. */
struct node *node_get(const struct node *map, const char *key);

/* What it is, for messages: "a list", "a map", "the number 3", "the text 'abc'". */
const char *node_describe(struct arena *mem, const struct node *n);

/* As error_set(), with "FILE:LINE:COLUMN: " in front (or "FILE: " without lines). */
int error_at(struct error *e, struct mark at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
