/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml-set.c -- yaml_set() of yaml.h: `--set key.path=value`. */
#include "yaml.h"
#include "scalar.h"

#include <stdlib.h>
#include <string.h>

struct setting {
    struct arena *mem;
    struct error *err;
    struct mark at;
    char *path; /* cut into `n` parts by NUL */
    const char *part[YAML_MAX_DEPTH];
    size_t n;
};

static int split_path(struct setting *s, const char *assignment, size_t size)
{
    s->path = arena_alloc(s->mem, size + 1);
    if (!s->path)
        return error_nomem(s->err);
    memcpy(s->path, assignment, size);
    for (char *p = s->path, *dot; p; p = dot) {
        dot = strchr(p, '.');
        if (dot)
            *dot++ = '\0';
        if (!*p)
            return error_at(s->err, s->at, "the path has an empty key");
        if (s->n == YAML_MAX_DEPTH)
            return error_at(s->err, s->at, "nested more than %d levels deep", YAML_MAX_DEPTH);
        s->part[s->n++] = p;
    }
    return 0;
}

/* A copy of its own with room for one more entry: the original may stand in
 * other places too, by an alias. */
static struct node *copy_node(struct arena *mem, const struct node *n)
{
    struct node *c = arena_alloc(mem, sizeof *c);
    if (!c)
        return NULL;
    *c = *n;
    c->item = arena_array(mem, n->n + 1, sizeof *c->item);
    c->key = arena_array(mem, n->n + 1, sizeof *c->key);
    c->key_at = arena_array(mem, n->n + 1, sizeof *c->key_at);
    if (!c->item || !c->key || !c->key_at)
        return NULL;
    if (n->n) {
        memcpy(c->item, n->item, n->n * sizeof *c->item);
        memcpy(c->key, n->key, n->n * sizeof *c->key);
        memcpy(c->key_at, n->key_at, n->n * sizeof *c->key_at);
    }
    return c;
}

static bool is_index(const char *s)
{
    return s[0] && !s[strspn(s, "0123456789")];
}

static int find_index(const struct setting *s, const struct node *list, size_t i, size_t *slot)
{
    const char *part = s->part[i];
    const char *of = i > 0 ? s->part[i - 1] : "the pipeline";
    if (!is_index(part))
        return error_at(s->err, s->at, "%s is a list: expected an index from 0, not '%s'", of,
                        part);
    *slot = strlen(part) > 9 ? SIZE_MAX : (size_t)strtoul(part, NULL, 10);
    if (*slot > list->n)
        return error_at(s->err, s->at,
                        "%s has %zu entr%s, counted from 0: there is no %s (%zu would append)", of,
                        list->n, list->n == 1 ? "y" : "ies", part, list->n);
    return 0;
}

static size_t find_key(const struct node *map, const char *key)
{
    size_t i = 0;
    while (i < map->n && strcmp(map->key[i], key))
        i++;
    return i;
}

/* What comes under part i: a copy of what is there, or something new. */
static struct node *child_for(const struct setting *s, size_t i, const struct node *old)
{
    if (old && !scalar_null(old))
        return copy_node(s->mem, old);
    struct node blank = {.kind = is_index(s->part[i + 1]) ? NODE_LIST : NODE_MAP, .at = s->at};
    blank.text = "";
    return copy_node(s->mem, &blank);
}

static int set_value(const struct setting *s, struct node *root, struct node *value)
{
    struct node *here = root;
    for (size_t i = 0; i < s->n; i++) {
        size_t slot = 0;
        if (here->kind == NODE_SCALAR)
            return error_at(s->err, s->at, "%s is %s, not a map", i > 0 ? s->part[i - 1] : "this",
                            node_describe(s->mem, here));
        if (here->kind == NODE_LIST && find_index(s, here, i, &slot))
            return -1;
        if (here->kind == NODE_MAP)
            slot = find_key(here, s->part[i]);
        struct node *old = slot < here->n ? here->item[slot] : NULL;
        struct node *next = i + 1 == s->n ? value : child_for(s, i, old);
        if (!next)
            return error_nomem(s->err);
        if (!old) {
            here->key[slot] = s->part[i];
            here->n++;
        }
        here->key_at[slot] = s->at;
        here->item[slot] = next;
        here = next;
    }
    return 0;
}

/* Levels of lists and maps; the reader has bounded them. */
static size_t height_of(const struct node *n)
{
    size_t most = 0;
    if (n->kind == NODE_SCALAR)
        return 0;
    for (size_t i = 0; i < n->n; i++) {
        size_t h = height_of(n->item[i]);
        most = h > most ? h : most;
    }
    return most + 1;
}

int yaml_set(struct arena *mem, struct node *root, const char *assignment, struct error *err)
{
    int cut = text_shown(assignment, 120);
    const char *dots = assignment[cut] ? "..." : "";
    struct setting s = {.mem = mem, .err = err};
    s.at.file = arena_printf(mem, "--set %.*s%s", cut, assignment, dots);
    if (!s.at.file)
        return error_nomem(err);
    size_t n =
        strspn(assignment, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
    if (n == 0 || assignment[n] != '=')
        return error_at(err, s.at, "expected key.path=value");
    if (split_path(&s, assignment, n))
        return -1;
    const char *text = assignment + n + 1;
    struct node *value = NULL;
    if (!text[strspn(text, " \t")]) /* `key=` is what `key:` is in a file */
        text = "null";
    if (yaml_read_text(mem, text, s.at, &value, err))
        return -1;
    if (s.n + height_of(value) > YAML_MAX_DEPTH)
        return error_at(err, s.at, "nested more than %d levels deep", YAML_MAX_DEPTH);
    struct node *copy = copy_node(mem, root);
    if (!copy)
        return error_nomem(err);
    if (set_value(&s, copy, value))
        return -1;
    *root = *copy;
    return 0;
}
