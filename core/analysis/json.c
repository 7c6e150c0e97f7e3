/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c -- see json.h. */
#include "json.h"

#include <assert.h>
#include <math.h>

/* The bytes of the UTF-8 character that begins here; 0: it is none (RFC 3629). */
static size_t character(const unsigned char *s)
{
    static const unsigned char least[] = {0, 0, 0xa0, 0x90}, most[] = {0, 0, 0x9f, 0x8f};
    size_t n = s[0] < 0x80                    ? 1
               : s[0] >= 0xc2 && s[0] <= 0xdf ? 2
               : s[0] >= 0xe0 && s[0] <= 0xef ? 3
               : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                              : 0;
    for (size_t i = 1; i < n; i++)
        if (s[i] < 0x80 || s[i] > 0xbf)
            return 0;
    if ((s[0] == 0xe0 || s[0] == 0xf0) && s[1] < least[n - 1])
        return 0; /* longer than need be */
    if ((s[0] == 0xed && s[1] > most[2]) || (s[0] == 0xf4 && s[1] > most[3]))
        return 0; /* half of a pair; beyond the last character */
    return n;
}

static void quote(FILE *to, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    putc('"', to);
    while (*s) {
        size_t n = character(s);
        if (n == 0) {
            fputs("\xef\xbf\xbd", to);
            s++;
            continue;
        }
        if (*s == '"' || *s == '\\')
            fprintf(to, "\\%c", *s);
        else if (*s == '\n')
            fputs("\\n", to);
        else if (*s == '\t')
            fputs("\\t", to);
        else if (*s < 0x20 || *s == 0x7f)
            fprintf(to, "\\u%04x", *s);
        else
            fwrite(s, 1, n, to);
        s += n;
    }
    putc('"', to);
}

/* Comma, new line and name: what stands in front of a value.  Arrays of plain values stay on
 * one line. */
static void begin(struct json *j, const char *name, bool plain)
{
    if (j->depth == 0)
        return;
    bool array = j->level[j->depth - 1].array, first = !j->level[j->depth - 1].some;
    assert(array == (name == NULL));
    j->level[j->depth - 1].some = true;
    if (!first)
        putc(',', j->to);
    if (array && plain) {
        if (!first)
            putc(' ', j->to);
        return;
    }
    fprintf(j->to, "\n%*s", 2 * j->depth, "");
    if (name) {
        quote(j->to, name);
        fputs(": ", j->to);
    }
}

static void open_level(struct json *j, const char *name, bool array)
{
    assert(j->depth < JSON_DEPTH);
    begin(j, name, false);
    putc(array ? '[' : '{', j->to);
    j->level[j->depth].array = array;
    j->level[j->depth++].some = false;
}

void json_object(struct json *j, const char *name)
{
    open_level(j, name, false);
}

void json_array(struct json *j, const char *name)
{
    open_level(j, name, true);
}

void json_end(struct json *j)
{
    assert(j->depth > 0);
    bool array = j->level[--j->depth].array;
    if (!array && j->level[j->depth].some)
        fprintf(j->to, "\n%*s", 2 * j->depth, "");
    putc(array ? ']' : '}', j->to);
    if (j->depth == 0)
        putc('\n', j->to);
}

void json_number(struct json *j, const char *name, double value)
{
    begin(j, name, true);
    if (isfinite(value))
        fprintf(j->to, "%.17g", value);
    else
        fputs("null", j->to);
}

void json_count(struct json *j, const char *name, size_t value)
{
    begin(j, name, true);
    fprintf(j->to, "%zu", value);
}

void json_bool(struct json *j, const char *name, bool value)
{
    begin(j, name, true);
    fputs(value ? "true" : "false", j->to);
}

void json_text(struct json *j, const char *name, const char *text)
{
    begin(j, name, true);
    if (text)
        quote(j->to, text);
    else
        fputs("null", j->to);
}
