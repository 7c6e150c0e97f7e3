/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema.c -- see schema.h: values into config structs.
 *
 * Defaults go the same way as what the user writes, so both obey one rule.
 */
#include "schema.h"
#include "param-text.h"
#include "scalar.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PARAMS 200
#define MAX_NAME   64
/* sizeof (struct tw_param) in ABI 0.0: no plugin has a smaller one. */
#define PARAM_SIZE_0_0 (offsetof(struct tw_param, help) + sizeof(const char *))

const struct tw_param *table_at(const struct table *t, size_t i)
{
    if (!t->params)
        return NULL;
    const struct tw_param *p =
        (const struct tw_param *)(const void *)((const char *)t->params + i * t->stride);
    return p->name ? p : NULL;
}

/* What the conversion of one value needs to know. */
struct fill {
    struct arena *mem;
    const char *who; /* NULL: nobody */
    const struct schema_dirs *dirs;
    struct error *err;
};

static int complain(const struct fill *f, struct mark at, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static int complain(const struct fill *f, struct mark at, const char *key, const char *fmt, ...)
{
    char text[sizeof f->err->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    const char *who = f->who && *f->who ? f->who : NULL;
    return error_at(f->err, at, "%s%s%s%s%s", who ? who : "", who ? ": " : "", key ? key : "",
                    key ? ": " : "", text);
}

/* ---- one value --------------------------------------------------------------- */

static int wrong_type(const struct fill *f, const struct tw_param *p, const char *key,
                      const struct node *n)
{
    struct line want = {.n = 0};
    line_wanted(&want, p);
    return complain(f, n->at, key, "expected %s, not %s", want.text, node_describe(f->mem, n));
}

/* The number as the user wrote it, which may be none that a double can hold. */
static int outside(const struct fill *f, const struct tw_param *p, const char *key,
                   const struct node *n)
{
    struct line allowed = {.n = 0};
    struct tw_param range = *p;
    range.flags &= ~TW_P_AUTO;
    line_allowed(&allowed, &range, ", ");
    return complain(f, n->at, key, "%.*s is outside %s%s%s", text_shown(n->text, 60), n->text,
                    allowed.n ? allowed.text : "what a number can be", p->unit ? " " : "",
                    p->unit ? p->unit : "");
}

static int to_int(const struct fill *f, const struct tw_param *p, const char *key,
                  const struct node *n, int64_t *out)
{
    switch (scalar_int(n, out)) {
    case SCALAR_OTHER:
    case SCALAR_FRACTION:
        return wrong_type(f, p, key, n);
    case SCALAR_HUGE:
        return outside(f, p, key, n);
    case SCALAR_OK:
        break;
    }
    if (!(p->min <= (double)*out && (double)*out <= p->max))
        return outside(f, p, key, n);
    return 0;
}

static int to_real(const struct fill *f, const struct tw_param *p, const char *key,
                   const struct node *n, double *out)
{
    switch (scalar_real(n, out)) {
    case SCALAR_OTHER:
    case SCALAR_FRACTION:
        return wrong_type(f, p, key, n);
    case SCALAR_HUGE:
        return outside(f, p, key, n);
    case SCALAR_OK:
        break;
    }
    if (isnan(*out))
        return wrong_type(f, p, key, n);
    if (!(p->min <= *out && *out <= p->max))
        return outside(f, p, key, n);
    return 0;
}

static int to_text(const struct fill *f, const struct tw_param *p, const char *key,
                   const struct node *n, const char **out)
{
    if (n->kind != NODE_SCALAR || scalar_null(n))
        return wrong_type(f, p, key, n);
    *out = n->text;
    return 0;
}

static int to_choice(const struct fill *f, const struct tw_param *p, const char *key,
                     const struct node *n, int *out)
{
    size_t n_choices = param_n_choices(p);
    struct line list = {.n = 0};
    for (size_t i = 0; i < n_choices; i++)
        if (scalar_word(n, p->choices[i])) {
            *out = (int)i;
            return 0;
        }
    if (n->kind != NODE_SCALAR || !n->text[0])
        return wrong_type(f, p, key, n);
    const char *near = nearest_word(n->text, p->choices, n_choices);
    line_allowed(&list, p, ", ");
    return complain(f, n->at, key, "'%.*s' is unknown; %s%s%sxpected one of %s",
                    text_shown(n->text, 60), n->text, near ? "did you mean '" : "",
                    near ? near : "", near ? "'? E" : "e", list.text);
}

/* ---- files -------------------------------------------------------------------- */

const char *schema_absolute(struct arena *mem, const char *dir, const char *path)
{
    char here[4096] = "";
    while (strncmp(path, "./", 2) == 0)
        for (path += 2; *path == '/';)
            path++;
    if (path[0] == '/')
        return arena_strdup(mem, path);
    if (strcmp(path, ".") == 0)
        path = "";
    if (!dir || strcmp(dir, ".") == 0)
        dir = "";
    if (dir[0] != '/' && !getcwd(here, sizeof here))
        return NULL;
    if (strcmp(here, "/") == 0)
        here[0] = '\0';
    size_t n = strlen(dir);
    const char *before = n > 0 && dir[0] != '/' ? "/" : "";
    const char *after = path[0] && !(n > 0 && dir[n - 1] == '/') ? "/" : "";
    char *whole = arena_printf(mem, "%s%s%s%s%s", here, before, dir, after, path);
    return whole && !whole[0] ? "/" : whole;
}

static int must_be_readable(const struct fill *f, const char *key, const struct node *n,
                            const char *path)
{
    struct stat st;
    const char *why = NULL;
    if (stat(path, &st))
        why = strerror(errno);
    else if (S_ISDIR(st.st_mode))
        why = "is a folder, expected a file";
    else if (!S_ISREG(st.st_mode)) /* a pipe may never end, a device may be endless */
        why = "is not a regular file";
    else if (access(path, R_OK))
        why = strerror(errno);
    return why ? complain(f, n->at, key, "%s: %s", path, why) : 0;
}

static int to_file(const struct fill *f, const struct tw_param *p, const char *key,
                   const struct node *n, const char **out)
{
    const struct schema_dirs *d = f->dirs;
    const char *text = NULL, *path;
    if (to_text(f, p, key, n, &text))
        return -1;
    if (!text[0])
        return complain(f, n->at, key, "the name of the file is empty");
    if (text[strlen(text) - 1] == '/')
        return complain(f, n->at, key, "%.*s is a folder, expected a file", text_shown(text, 200),
                        text);
    *out = text;
    if (!d)
        return 0;
    if (p->type == TW_OUTPUT)
        path = schema_absolute(f->mem, d->output, text);
    else if (!strncmp(text, "$data/", 6))
        path = schema_absolute(f->mem, d->data, text + 6 + strspn(text + 6, "/"));
    else
        path = schema_absolute(f->mem, d->input, text);
    if (!path)
        return error_nomem(f->err);
    *out = path;
    return p->type == TW_PATH && d->must_exist ? must_be_readable(f, key, n, path) : 0;
}

/* ---- lists -------------------------------------------------------------------- */

static int to_item(const struct fill *f, uint32_t type, const struct tw_param *p, const char *key,
                   const struct node *n, void *array, size_t i)
{
    if (type == TW_INTS)
        return to_int(f, p, key, n, (int64_t *)array + i);
    if (type == TW_REALS)
        return to_real(f, p, key, n, (double *)array + i);
    return to_text(f, p, key, n, (const char **)array + i);
}

/* The three list structs are alike: a pointer and a count. */
static int to_list(const struct fill *f, const struct tw_param *p, const char *key,
                   const struct node *n, void *to)
{
    size_t count = n->kind == NODE_LIST ? n->n : 1;
    size_t size = p->type == TW_INTS ? sizeof(int64_t)
                                     : (p->type == TW_REALS ? sizeof(double) : sizeof(char *));
    if (n->kind == NODE_MAP || scalar_null(n))
        return wrong_type(f, p, key, n);
    if (count == 0 && (p->flags & TW_P_AUTO))
        return complain(f, n->at, key, "the list is empty; leave the key out or write auto");
    void *array = arena_array(f->mem, count, size);
    if (!array)
        return error_nomem(f->err);
    struct tw_param element = *p; /* so that messages speak of one element */
    if (n->kind == NODE_LIST) {
        element.flags &= ~TW_P_AUTO;
        element.type = p->type == TW_INTS ? TW_INT : p->type == TW_REALS ? TW_REAL : TW_STRING;
    }
    for (size_t i = 0; i < count; i++) {
        char name[MAX_NAME + 32];
        snprintf(name, sizeof name, "%s[%zu]", key, i);
        bool in_list = n->kind == NODE_LIST;
        if (to_item(f, p->type, &element, in_list ? name : key, in_list ? n->item[i] : n, array, i))
            return -1;
    }
    if (p->type == TW_INTS)
        *(struct tw_ints *)to = (struct tw_ints){array, count};
    else if (p->type == TW_REALS)
        *(struct tw_reals *)to = (struct tw_reals){array, count};
    else
        *(struct tw_strings *)to = (struct tw_strings){(const char *const *)array, count};
    return 0;
}

static void put_auto(uint32_t type, void *to)
{
    if (type == TW_INT)
        *(int64_t *)to = TW_INT_AUTO;
    else if (type == TW_REAL)
        *(double *)to = NAN;
    else if (type == TW_INTS)
        *(struct tw_ints *)to = (struct tw_ints){NULL, 0};
    else if (type == TW_REALS)
        *(struct tw_reals *)to = (struct tw_reals){NULL, 0};
    else
        *(struct tw_strings *)to = (struct tw_strings){NULL, 0};
}

/* The value `n` of parameter `p`, converted and checked, to `to`. */
static int put(const struct fill *f, const struct tw_param *p, const struct node *n, void *to)
{
    if ((p->flags & TW_P_AUTO) && scalar_word(n, "auto")) {
        put_auto(p->type, to);
        return 0;
    }
    if (param_nullable(p) && scalar_null(n) && n->text[0]) {
        *(const char **)to = NULL;
        return 0;
    }
    switch (p->type) {
    case TW_BOOL:
        return scalar_bool(n, to) == SCALAR_OK ? 0 : wrong_type(f, p, p->name, n);
    case TW_INT:
        return to_int(f, p, p->name, n, to);
    case TW_REAL:
        return to_real(f, p, p->name, n, to);
    case TW_STRING:
        return to_text(f, p, p->name, n, to);
    case TW_PATH:
    case TW_OUTPUT:
        return to_file(f, p, p->name, n, to);
    case TW_CHOICE:
        return to_choice(f, p, p->name, n, to);
    case TW_INTS:
    case TW_REALS:
    case TW_STRINGS:
        return to_list(f, p, p->name, n, to);
    default:
        return complain(f, n->at, p->name, "has the unknown type %u", (unsigned)p->type);
    }
}

/* ---- whole tables --------------------------------------------------------------- */

/* Defaults are read as in the pipeline, behind a key. */
static int read_default(const struct fill *f, const struct tw_param *p, struct mark at,
                        struct node **out)
{
    struct node *map = NULL;
    if (strpbrk(p->def, "\r\n"))
        return complain(f, at, p->name, "a default must be one line");
    const char *text = arena_printf(f->mem, "value: %s", p->def);
    if (!text)
        return error_nomem(f->err);
    if (yaml_read_text(f->mem, text, at, &map, f->err))
        return -1;
    if (map->kind != NODE_MAP || map->n != 1 || !strcmp(p->def, ""))
        return complain(f, at, p->name, "the default '%s' is no YAML value", p->def);
    *out = map->item[0];
    (*out)->at = at;
    return 0;
}

static int put_default(const struct fill *f, const struct tw_param *p, const struct node *map,
                       void *to)
{
    char name[MAX_NAME + 32];
    struct node *value = NULL;
    snprintf(name, sizeof name, "default of %s", p->name);
    if (read_default(f, p, map ? map->at : (struct mark){name, 0, 0}, &value))
        return -1;
    return put(f, p, value, to);
}

int schema_defaults(struct arena *mem, const struct table *t, const struct schema_dirs *dirs,
                    struct error *err)
{
    const struct fill f = {mem, NULL, dirs, err};
    const struct tw_param *p;
    for (size_t i = 0; (p = table_at(t, i)); i++)
        if (p->def && put_default(&f, p, NULL, (char *)t->config + p->offset))
            return -1;
    return 0;
}

static bool has_word(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(words[i], word))
            return true;
    return false;
}

/* All keys of all tables, for messages; *n of them.  NULL: out of memory. */
static const char **all_keys(struct arena *mem, const struct table *tables, size_t n_tables,
                             size_t *n)
{
    const char **keys = arena_array(mem, n_tables * MAX_PARAMS + 1, sizeof *keys);
    *n = 0;
    if (!keys)
        return NULL;
    for (size_t t = 0; t < n_tables; t++) {
        const struct tw_param *p;
        for (size_t i = 0; i < MAX_PARAMS && (p = table_at(&tables[t], i)); i++)
            if (!(p->flags & TW_P_DEPRECATED) && !has_word(keys, *n, p->name))
                keys[(*n)++] = p->name;
    }
    return keys;
}

static int unknown_key(const struct fill *f, const struct node *map, size_t k,
                       const struct table *tables, size_t n_tables)
{
    struct line list = {.n = 0};
    size_t n;
    const char *key = map->key[k];
    const char **keys = all_keys(f->mem, tables, n_tables, &n);
    if (!keys)
        return error_nomem(f->err);
    const char *near = nearest_word(key, keys, n);
    for (size_t i = 0; i < n; i++)
        line_add(&list, "%s%s", i ? ", " : "", keys[i]);
    if (n == 0)
        return complain(f, map->key_at[k], NULL, "the key '%.*s' is unknown: none is allowed here",
                        text_shown(key, 60), key);
    return complain(f, map->key_at[k], NULL, "the key '%.*s' is unknown; %s%s%sllowed: %s",
                    text_shown(key, 60), key, near ? "did you mean '" : "", near ? near : "",
                    near ? "'? A" : "a", list.text);
}

static const struct tw_param *find_param(const struct table *t, const char *key)
{
    const struct tw_param *p = NULL;
    for (size_t i = 0; (p = table_at(t, i)); i++)
        if (!strcmp(p->name, key))
            break;
    return p;
}

/* The entry k of the map, into every table that has the key. */
static int put_entry(const struct fill *f, const struct node *map, size_t k,
                     const struct table *tables, size_t n_tables)
{
    bool found = false;
    struct mark at = map->key_at[k];
    for (size_t t = 0; t < n_tables; t++) {
        const struct tw_param *p = find_param(&tables[t], map->key[k]);
        if (!p)
            continue;
        if (!found && (p->flags & TW_P_DEPRECATED)) {
            fprintf(stderr, "thalweg: %s:", at.file);
            if (at.line > 0)
                fprintf(stderr, "%d:%d:", at.line, at.column);
            fprintf(stderr, " %s%s%s is deprecated: %s\n", f->who ? f->who : "", f->who ? ": " : "",
                    p->name, p->help);
        }
        found = true;
        if (put(f, p, map->item[k], (char *)tables[t].config + p->offset))
            return -1;
    }
    return found ? 0 : unknown_key(f, map, k, tables, n_tables);
}

static int missing(const struct fill *f, const struct node *map, const struct tw_param *p)
{
    struct line want = {.n = 0};
    line_wanted(&want, p);
    struct mark at = map ? map->at : (struct mark){f->who, 0, 0};
    const struct fill nobody = {f->mem, map ? f->who : NULL, f->dirs, f->err};
    return complain(&nobody, at, NULL, "the key '%s' is missing; expected %s: %s", p->name,
                    want.text, p->help);
}

int schema_fill(struct arena *mem, const struct node *map, const char *who,
                const struct table *tables, size_t n_tables, const struct schema_dirs *dirs,
                struct error *err)
{
    const struct fill f = {mem, who, dirs, err};
    const struct node empty = {.kind = NODE_MAP, .at = map ? map->at : (struct mark){who, 0, 0}};
    if (map && scalar_null(map))
        map = &empty;
    if (map && map->kind != NODE_MAP)
        return complain(&f, map->at, NULL, "expected a map of keys, not %s",
                        node_describe(mem, map));
    for (size_t k = 0; map && k < map->n; k++)
        if (put_entry(&f, map, k, tables, n_tables))
            return -1;
    for (size_t t = 0; t < n_tables; t++) {
        const struct tw_param *p;
        for (size_t i = 0; (p = table_at(&tables[t], i)); i++) {
            if (map && node_get(map, p->name))
                continue;
            if (!p->def)
                return missing(&f, map, p);
            if (put_default(&f, p, map, (char *)tables[t].config + p->offset))
                return -1;
        }
    }
    return 0;
}

/* ---- is a table well-formed? ----------------------------------------------------- */

static const struct {
    size_t size, align;
} fields[] = {
    [TW_BOOL] = {sizeof(bool), _Alignof(bool)},
    [TW_INT] = {sizeof(int64_t), _Alignof(int64_t)},
    [TW_REAL] = {sizeof(double), _Alignof(double)},
    [TW_STRING] = {sizeof(char *), _Alignof(char *)},
    [TW_PATH] = {sizeof(char *), _Alignof(char *)},
    [TW_OUTPUT] = {sizeof(char *), _Alignof(char *)},
    [TW_CHOICE] = {sizeof(int), _Alignof(int)},
    [TW_INTS] = {sizeof(struct tw_ints), _Alignof(struct tw_ints)},
    [TW_REALS] = {sizeof(struct tw_reals), _Alignof(struct tw_reals)},
    [TW_STRINGS] = {sizeof(struct tw_strings), _Alignof(struct tw_strings)},
};

static bool good_name(const char *s)
{
    size_t n = strnlen(s, MAX_NAME + 1);
    return n <= MAX_NAME && s[0] >= 'a' && s[0] <= 'z' &&
           strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

/* NULL or what is wrong. */
static const char *bad_choices(const struct tw_param *p)
{
    size_t n = param_n_choices(p);
    if (n == 0)
        return "has no choices";
    if (n > MAX_CHOICES)
        return "has too many choices (is the NULL at the end missing?)";
    for (size_t i = 0; i < n; i++) {
        if (!p->choices[i][0])
            return "has an empty choice";
        for (size_t j = 0; j < i; j++)
            if (!strcmp(p->choices[i], p->choices[j]))
                return "has the same choice twice";
    }
    return NULL;
}

static const char *bad_entry(const struct tw_param *p, size_t config_size)
{
    if (!param_type_word(p->type))
        return "has an unknown type";
    if (!p->help || !p->help[0])
        return "has no help";
    if (strpbrk(p->help, "\r\n"))
        return "has help of more than one line";
    if (p->offset % fields[p->type].align)
        return "has an offset that is not aligned for its type";
    if (p->offset > config_size || fields[p->type].size > config_size - p->offset)
        return "lies outside the config struct";
    if (param_is_number(p->type) && !(p->min <= p->max))
        return "has a minimum that is not <= its maximum";
    if ((p->flags & TW_P_AUTO) && !param_is_number(p->type) && !param_is_list(p->type))
        return "cannot be auto: only numbers and lists can";
    return p->type == TW_CHOICE ? bad_choices(p) : NULL;
}

static int bad_default(const struct tw_param *p, char *why, size_t size)
{
    union { /* room for any field */
        int64_t i;
        double r;
        struct tw_strings list;
    } field;
    struct arena mem = {NULL};
    struct error err = {.fault = FAULT_NONE};
    const struct fill f = {&mem, NULL, NULL, &err};
    int rc = p->def ? put_default(&f, p, NULL, &field) : 0;
    arena_free(&mem);
    if (rc)
        snprintf(why, size, "%s", err.text);
    return rc;
}

int schema_verify(const struct table *t, size_t config_size, char *why, size_t size)
{
    const struct tw_param *p;
    if (!t->params)
        return 0;
    if (t->stride < PARAM_SIZE_0_0 || t->stride % _Alignof(struct tw_param) || t->stride > 4096) {
        snprintf(why, size, "a parameter has %zu bytes, expected %zu", t->stride, PARAM_SIZE_0_0);
        return -1;
    }
    for (size_t i = 0; (p = table_at(t, i)); i++) {
        if (i == MAX_PARAMS) {
            snprintf(why, size, "more than %d parameters (is TW_PARAM_END missing?)", MAX_PARAMS);
            return -1;
        }
        if (!good_name(p->name)) {
            snprintf(why, size, "parameter %zu: the name '%.*s' is not [a-z][a-z0-9_]*", i,
                     text_shown(p->name, MAX_NAME), p->name);
            return -1;
        }
        for (size_t j = 0; j < i; j++)
            if (!strcmp(table_at(t, j)->name, p->name)) {
                snprintf(why, size, "parameter '%s' stands there twice", p->name);
                return -1;
            }
        const char *bad = bad_entry(p, config_size);
        if (bad) {
            snprintf(why, size, "parameter '%s' %s", p->name, bad);
            return -1;
        }
        if (bad_default(p, why, size))
            return -1;
    }
    return 0;
}
