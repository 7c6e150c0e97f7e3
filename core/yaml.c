/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml.c -- see yaml.h.
 *
 * The text is checked for UTF-8 first, so that a wrong byte has a line and a
 * column; then libyaml's events build the tree on an explicit stack.
 */
#include "yaml.h"
#include "scalar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#define MAX_ANCHORS 256

/* ---- messages -------------------------------------------------------------- */

int error_at(struct error *e, struct mark at, const char *fmt, ...)
{
    char text[sizeof e->text];
    const char *file = at.file ? at.file : "(text)";
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (at.line <= 0)
        return error_set(e, FAULT_PIPELINE, "%s: %s", file, text);
    return error_set(e, FAULT_PIPELINE, "%s:%d:%d: %s", file, at.line, at.column, text);
}

struct node *node_get(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (!strcmp(map->key[i], key))
            return map->item[i];
    return NULL;
}

/* ---- is it text? ----------------------------------------------------------- */

/* The character at s, or -1 when the bytes are no UTF-8; *n: its bytes. */
static long utf8_next(const unsigned char *s, size_t left, size_t *n)
{
    unsigned char c = s[0];
    size_t more = c < 0x80 ? 0 : (c & 0xE0) == 0xC0 ? 1 : (c & 0xF0) == 0xE0 ? 2 : 3;
    static const long least[4] = {0, 0x80, 0x800, 0x10000};
    *n = more + 1;
    if (c < 0x80)
        return c;
    if ((c & 0xC0) == 0x80 || c > 0xF4 || more >= left)
        return -1;
    long v = c & (0x3F >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return -1;
        v = v << 6 | (s[i] & 0x3F);
    }
    if (v < least[more] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
        return -1;
    return v;
}

/* What YAML lets through; the rest are control characters. */
static bool printable(long v)
{
    return v == '\t' || v == '\n' || v == '\r' || (v >= 0x20 && v <= 0x7E) || v == 0x85 ||
           (v >= 0xA0 && v <= 0xFFFD) || v >= 0x10000;
}

/* Where a place of the text is, given where the text is. */
static struct mark place(struct mark base, size_t line, size_t column)
{
    struct mark at = base;
    if (base.line <= 0)
        return base;
    at.line = base.line + (int)line;
    at.column = (line == 0 && base.column > 0 ? base.column : 1) + (int)column;
    return at;
}

static int check_text(const char *text, size_t size, struct mark base, struct error *err)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t line = 0, column = 0, n;
    if (size > YAML_MAX_BYTES)
        return error_at(err, base, "is larger than %u bytes", YAML_MAX_BYTES);
    for (size_t i = 0; i < size; i += n) {
        long c = utf8_next(s + i, size - i, &n);
        if (c < 0)
            return error_at(err, place(base, line, column), "the byte 0x%02x is not UTF-8 text",
                            s[i]);
        if (c == 0)
            return error_at(err, place(base, line, column), "a NUL byte: this is not a text file");
        if (!printable(c))
            return error_at(err, place(base, line, column),
                            "the control character U+%04lX is not allowed; is this a text file?",
                            (unsigned long)c);
        /* Each directive is compared with all others by libyaml. */
        if (column == 0 && c == '%' && size - i >= 4 && !memcmp(text + i, "%TAG", 4))
            return error_at(err, place(base, line, column), "%%TAG is not supported");
        if (c == '\n' || (c == '\r' && !(i + 1 < size && s[i + 1] == '\n'))) {
            line++;
            column = 0;
        } else {
            column++;
        }
    }
    return 0;
}

/* ---- building the tree ------------------------------------------------------ */

struct frame { /* a list or map that is still open */
    struct node *node;
    size_t room;
    const char *key; /* NODE_MAP: waiting for its value */
    struct mark key_at;
    size_t nodes_before, height;
    struct anchor *anchor;
};

struct anchor {
    const char *name;
    struct node *node;
    size_t nodes, height; /* of what it stands for, aliases expanded */
    bool open;
};

struct builder {
    struct arena *mem;
    struct error *err;
    struct mark base;
    const char *text;
    size_t documents, nodes, depth, n_anchors;
    struct node *root;
    struct frame open[YAML_MAX_DEPTH];
    struct anchor anchors[MAX_ANCHORS];
};

static struct mark mark_of(const struct builder *b, yaml_mark_t m)
{
    return place(b->base, m.line, m.column);
}

static int count_nodes(struct builder *b, size_t n, struct mark at)
{
    if (n > YAML_MAX_NODES - b->nodes)
        return error_at(b->err, at, "more than %d values (aliases counted)", YAML_MAX_NODES);
    b->nodes += n;
    return 0;
}

static struct node *new_node(struct builder *b, enum node_kind kind, struct mark at)
{
    struct node *n = arena_alloc(b->mem, sizeof *n);
    if (n) {
        n->kind = kind;
        n->at = at;
        n->text = "";
    }
    return n;
}

static bool in_key(const struct builder *b)
{
    return b->depth > 0 && b->open[b->depth - 1].node->kind == NODE_MAP &&
           !b->open[b->depth - 1].key;
}

static int make_room(struct builder *b, struct frame *f)
{
    struct node *n = f->node;
    if (n->n < f->room)
        return 0;
    size_t room = f->room ? 2 * f->room : 8;
    struct node **item = arena_array(b->mem, room, sizeof *item);
    const char **key = arena_array(b->mem, room, sizeof *key);
    struct mark *key_at = arena_array(b->mem, room, sizeof *key_at);
    if (!item || !key || !key_at)
        return error_nomem(b->err);
    if (n->n) {
        memcpy(item, n->item, n->n * sizeof *item);
        memcpy(key, n->key, n->n * sizeof *key);
        memcpy(key_at, n->key_at, n->n * sizeof *key_at);
    }
    n->item = item;
    n->key = key;
    n->key_at = key_at;
    f->room = room;
    return 0;
}

/* Put a finished value, or one that is about to be filled, where it belongs. */
static int attach(struct builder *b, struct node *n)
{
    if (b->depth == 0) {
        b->root = n;
        return 0;
    }
    struct frame *f = &b->open[b->depth - 1];
    if (make_room(b, f))
        return -1;
    if (f->node->kind == NODE_MAP) {
        f->node->key[f->node->n] = f->key;
        f->node->key_at[f->node->n] = f->key_at;
        f->key = NULL;
    }
    f->node->item[f->node->n++] = n;
    return 0;
}

/* A later anchor of the same name replaces the earlier one, as YAML has it. */
static int add_anchor(struct builder *b, const yaml_char_t *name, struct node *n,
                      struct anchor **out)
{
    if (!name)
        return 0;
    if (b->n_anchors == MAX_ANCHORS)
        return error_at(b->err, n->at, "more than %d anchors", MAX_ANCHORS);
    struct anchor *a = &b->anchors[b->n_anchors];
    a->name = arena_strdup(b->mem, (const char *)name);
    if (!a->name)
        return error_nomem(b->err);
    a->node = n;
    a->nodes = 1;
    a->open = n->kind != NODE_SCALAR;
    b->n_anchors++;
    if (out)
        *out = a;
    return 0;
}

static int check_tag(struct builder *b, const yaml_char_t *tag, enum node_kind kind, struct mark at)
{
    static const char core[] = "tag:yaml.org,2002:";
    static const char *const scalars[] = {"str", "int", "float", "bool", "null", NULL};
    const char *t = (const char *)tag;
    if (!t)
        return 0;
    if (!strncmp(t, core, sizeof core - 1)) {
        const char *name = t + sizeof core - 1;
        if (kind == NODE_LIST && !strcmp(name, "seq"))
            return 0;
        if (kind == NODE_MAP && !strcmp(name, "map"))
            return 0;
        for (size_t i = 0; kind == NODE_SCALAR && scalars[i]; i++)
            if (!strcmp(name, scalars[i]))
                return 0;
        return error_at(b->err, at, "the tag !!%.*s does not belong here", text_shown(name, 60),
                        name);
    }
    return error_at(b->err, at, "the tag %.*s is unknown; leave it out", text_shown(t, 60), t);
}

static int take_key(struct builder *b, const yaml_event_t *event, struct mark at)
{
    struct frame *f = &b->open[b->depth - 1];
    const char *text = (const char *)event->data.scalar.value;
    bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (is_plain && !strcmp(text, "<<"))
        return error_at(b->err, at, "merge keys (<<) are not supported; write the keys out");
    if (!text[0])
        return error_at(b->err, at, "a key is missing: expected 'key: value'");
    if (event->data.scalar.anchor)
        return error_at(b->err, at, "a key cannot have an anchor (&%.60s); put it on the value",
                        (const char *)event->data.scalar.anchor);
    f->key = arena_strdup(b->mem, text);
    f->key_at = at;
    return f->key ? 0 : error_nomem(b->err);
}

static int take_scalar(struct builder *b, const yaml_event_t *event, struct mark at)
{
    const char *text = (const char *)event->data.scalar.value;
    const char *tag = (const char *)event->data.scalar.tag;
    if (strlen(text) != event->data.scalar.length)
        return error_at(b->err, at, "the text contains a NUL character (\\0)");
    if (check_tag(b, event->data.scalar.tag, NODE_SCALAR, at))
        return -1;
    if (in_key(b))
        return take_key(b, event, at);
    if (count_nodes(b, 1, at))
        return -1;
    struct node *n = new_node(b, NODE_SCALAR, at);
    char *copy = arena_strdup(b->mem, text);
    if (!n || !copy)
        return error_nomem(b->err);
    n->text = copy;
    if (tag) /* known to be a core one: !!str makes text, the others numbers and the like */
        n->quoted = !strcmp(tag, YAML_STR_TAG);
    else
        n->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (add_anchor(b, event->data.scalar.anchor, n, NULL))
        return -1;
    return attach(b, n);
}

static int open_container(struct builder *b, enum node_kind kind, const yaml_char_t *tag,
                          const yaml_char_t *anchor, struct mark at)
{
    if (in_key(b))
        return error_at(b->err, at, "a key must be a word, not %s",
                        kind == NODE_LIST ? "a list" : "a map");
    if (check_tag(b, tag, kind, at))
        return -1;
    if (b->depth == YAML_MAX_DEPTH)
        return error_at(b->err, at, "nested more than %d levels deep", YAML_MAX_DEPTH);
    size_t before = b->nodes;
    if (count_nodes(b, 1, at))
        return -1;
    struct node *n = new_node(b, kind, at);
    struct anchor *a = NULL;
    if (!n)
        return error_nomem(b->err);
    if (add_anchor(b, anchor, n, &a) || attach(b, n))
        return -1;
    b->open[b->depth++] =
        (struct frame){.node = n, .nodes_before = before, .height = 1, .anchor = a};
    return 0;
}

struct entry {
    const char *key;
    size_t i;
};

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->i > y->i) - (x->i < y->i);
}

/* By sorting: a hostile map may have thousands of keys. */
static int check_duplicates(struct builder *b, const struct node *n)
{
    size_t first = 0, second = SIZE_MAX;
    if (n->n < 2)
        return 0;
    struct entry *e = malloc(n->n * sizeof *e);
    if (!e)
        return error_nomem(b->err);
    for (size_t i = 0; i < n->n; i++)
        e[i] = (struct entry){n->key[i], i};
    qsort(e, n->n, sizeof *e, by_key);
    for (size_t i = 1; i < n->n; i++)
        if (e[i].i < second && !strcmp(e[i - 1].key, e[i].key)) {
            first = e[i - 1].i;
            second = e[i].i;
        }
    free(e);
    if (second == SIZE_MAX)
        return 0;
    const char *key = n->key[second];
    if (b->base.line <= 0)
        return error_at(b->err, b->base, "the key '%.*s' is given twice", text_shown(key, 60), key);
    return error_at(b->err, n->key_at[second], "the key '%.*s' is given twice; first in line %d",
                    text_shown(key, 60), key, n->key_at[first].line);
}

static int close_container(struct builder *b)
{
    struct frame *f = &b->open[--b->depth];
    if (f->node->kind == NODE_MAP && check_duplicates(b, f->node))
        return -1;
    if (f->anchor) {
        f->anchor->open = false;
        f->anchor->nodes = b->nodes - f->nodes_before;
        f->anchor->height = f->height;
    }
    if (b->depth > 0 && b->open[b->depth - 1].height < f->height + 1)
        b->open[b->depth - 1].height = f->height + 1;
    return 0;
}

static int take_alias(struct builder *b, const yaml_char_t *name, struct mark at)
{
    const struct anchor *a = NULL;
    const char *text = (const char *)name;
    if (in_key(b))
        return error_at(b->err, at, "an alias (*%.60s) cannot be a key", text);
    for (size_t i = b->n_anchors; i > 0 && !a; i--)
        if (!strcmp(b->anchors[i - 1].name, text))
            a = &b->anchors[i - 1];
    if (!a)
        return error_at(b->err, at, "the alias *%.60s has no anchor (&%.60s) before it", text,
                        text);
    if (a->open)
        return error_at(b->err, at, "the alias *%.60s contains itself", text);
    if (b->depth + a->height > YAML_MAX_DEPTH)
        return error_at(b->err, at, "nested more than %d levels deep", YAML_MAX_DEPTH);
    if (count_nodes(b, a->nodes, at))
        return -1;
    if (b->depth > 0 && b->open[b->depth - 1].height < a->height + 1)
        b->open[b->depth - 1].height = a->height + 1;
    return attach(b, a->node);
}

static int take(struct builder *b, const yaml_event_t *e)
{
    struct mark at = mark_of(b, e->start_mark);
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->documents++ > 0)
            return error_at(b->err, at, "a second document starts here; expected only one");
        return 0;
    case YAML_SCALAR_EVENT:
        return take_scalar(b, e, at);
    case YAML_ALIAS_EVENT:
        return take_alias(b, e->data.alias.anchor, at);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(b, NODE_LIST, e->data.sequence_start.tag,
                              e->data.sequence_start.anchor, at);
    case YAML_MAPPING_START_EVENT:
        return open_container(b, NODE_MAP, e->data.mapping_start.tag, e->data.mapping_start.anchor,
                              at);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_container(b);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return 0;
}

/* ---- libyaml ---------------------------------------------------------------- */

/* The character number `index`; libyaml counts characters, not bytes. */
static char char_at(const char *s, size_t index)
{
    for (; *s && index > 0; index--)
        for (s++; ((unsigned char)*s & 0xC0) == 0x80;)
            s++;
    return *s;
}

/* libyaml says what its grammar lacks; people want to hear what they did. */
static const struct {
    const char *problem, *say;
} sayings[] = {
    {"did not find expected ',' or ']'", "expected ',' or ']' to go on with the list"},
    {"did not find expected ',' or '}'", "expected ',' or '}' to go on with the map"},
    {"did not find expected key", "expected 'key: value'; look at the indentation"},
    {"did not find expected '-' indicator", "expected '- item'; look at the indentation"},
    {"found unexpected end of stream", "the closing quote is missing"},
    {"could not find expected ':'", "expected 'key: value'"},
    {"found unknown escape character", "unknown escape; write \\\\, or use '...' quotes"},
    {"did not find expected alphabetic or numeric character",
     "'*' and '&' begin aliases and anchors; put the text in quotes"},
    {"mapping values are not allowed in this context",
     "no 'key: value' can stand here; look at the indentation, at the line before, and quote text "
     "that contains ': '"},
    {"block sequence entries are not allowed in this context",
     "no '- item' can stand here; look at the indentation, and put it on a line of its own"},
    {"found character that cannot start any token",
     "no text can begin like this; put it in quotes"},
};

static const char *saying(const struct builder *b, const yaml_parser_t *p)
{
    const char *what = p->problem ? p->problem : "cannot be parsed";
    if (strstr(what, "cannot start any token") && char_at(b->text, p->problem_mark.index) == '\t')
        return "indent with spaces, not with tabs";
    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++)
        if (!strcmp(what, sayings[i].problem))
            return sayings[i].say;
    return what;
}

static int parser_error(const struct builder *b, const yaml_parser_t *p)
{
    if (p->error == YAML_MEMORY_ERROR)
        return error_nomem(b->err);
    if (p->error == YAML_READER_ERROR) /* check_text() leaves none */
        return error_at(b->err, b->base, "not YAML: %s (byte %zu)", p->problem, p->problem_offset);
    struct mark at = mark_of(b, p->problem_mark), since = mark_of(b, p->context_mark);
    if (!p->context || b->base.line <= 0 || since.line == at.line)
        return error_at(b->err, at, "not YAML: %s", saying(b, p));
    return error_at(b->err, at, "not YAML: %s (begun in line %d)", saying(b, p), since.line);
}

static int build(struct builder *b, yaml_parser_t *parser)
{
    for (bool done = false; !done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return parser_error(b, parser);
        int rc = take(b, &event);
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (rc)
            return rc;
    }
    return 0;
}

static int parse(struct arena *mem, const char *text, size_t size, struct mark base,
                 struct node **root, struct error *err)
{
    if (check_text(text, size, base, err))
        return -1;
    if (size >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) { /* a byte order mark has no column */
        text += 3;
        size -= 3;
    }
    struct builder b = {.mem = mem, .err = err, .base = base, .text = text};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return error_nomem(err);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    int rc = build(&b, &parser);
    yaml_parser_delete(&parser);
    if (rc)
        return rc;
    *root = b.root; /* NULL: no document */
    return 0;
}

int yaml_read_text(struct arena *mem, const char *text, struct mark at, struct node **root,
                   struct error *err)
{
    struct mark base = {arena_strdup(mem, at.file ? at.file : "(text)"), at.line, at.column};
    if (!base.file)
        return error_nomem(err);
    if (parse(mem, text, strlen(text), base, root, err))
        return -1;
    return *root ? 0 : error_at(err, base, "is empty; expected a value ('#' starts a comment)");
}

/* At most YAML_MAX_BYTES + 1 bytes. */
static int slurp(FILE *f, struct mark at, char **text, size_t *size, struct error *err)
{
    char *buffer = malloc(YAML_MAX_BYTES + 2);
    if (!buffer)
        return error_nomem(err);
    *size = fread(buffer, 1, YAML_MAX_BYTES + 1, f);
    if (ferror(f)) {
        int why = errno;
        free(buffer);
        return error_at(err, at, "cannot be read: %s", strerror(why));
    }
    buffer[*size] = '\0';
    *text = buffer;
    return 0;
}

/* Without waiting for somebody to write to a pipe. */
static FILE *open_file(const char *path, struct mark at, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    FILE *f = NULL;
    if (fd < 0 || fstat(fd, &st) < 0)
        error_at(err, at, "cannot be read: %s", strerror(errno));
    else if (!S_ISREG(st.st_mode))
        error_at(err, at, "cannot be read: %s",
                 S_ISDIR(st.st_mode) ? strerror(EISDIR) : "not a regular file");
    else if (!(f = fdopen(fd, "rb")))
        error_nomem(err);
    if (!f && fd >= 0)
        close(fd);
    return f;
}

int yaml_read_file(struct arena *mem, const char *path, struct node **root, const char **raw,
                   struct error *err)
{
    struct mark at = {arena_strdup(mem, path), 0, 0};
    char *text = NULL;
    size_t size = 0;
    if (!at.file)
        return error_nomem(err);
    FILE *f = open_file(path, at, err);
    if (!f)
        return -1;
    int rc = slurp(f, at, &text, &size, err);
    fclose(f);
    if (rc)
        return rc;
    char *copy = arena_alloc(mem, size + 1);
    if (copy)
        memcpy(copy, text, size);
    free(text);
    if (!copy)
        return error_nomem(err);
    if (size > YAML_MAX_BYTES)
        return error_at(err, at, "is larger than %u bytes", YAML_MAX_BYTES);
    if (parse(mem, copy, size, (struct mark){at.file, 1, 1}, root, err))
        return -1;
    if (!*root)
        return error_at(err, at, "is empty; expected lines of 'key: value'");
    if (raw)
        *raw = copy;
    return 0;
}
