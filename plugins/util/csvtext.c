/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csvtext.c -- a cursor over text that is rewritten in place: a field without
 * its quotes is never longer than with them, and the character that ended it
 * makes room for its NUL.
 */
#include "util/csvtext.h"

#include "util/gzfile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CELLS ((size_t)1 << 20) /* per row */

/* ---- UTF-8 ----------------------------------------------------------------- */

/* Length of the well-formed sequence at `p`, 0 if there is none.  NUL-terminated
 * text needs no bounds: a NUL is no continuation byte. */
static size_t utf8_length(const unsigned char *p)
{
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0;
    size_t n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    /* Overlong forms, surrogates, beyond U+10FFFF. */
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
        (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
        return 0;
    return n;
}

/* UTF-8 throughout?  Also finds the NUL bytes of UTF-16 and of binary files. */
static int check_text(const struct csv *c, size_t size)
{
    const unsigned char *p = (const unsigned char *)c->text, *end = p + size;
    size_t line = 1;

    while (p < end) {
        size_t n = *p == 0 ? 0 : utf8_length(p);
        if (n == 0)
            return c->host->fail(c->host, TW_EIO,
                                 "%s:%zu: byte 0x%02X does not belong to a text in UTF-8; save the "
                                 "file as UTF-8",
                                 c->path, line, *p);
        line += *p == '\n';
        p += n;
    }
    return TW_OK;
}

/* ---- rows ------------------------------------------------------------------ */

int csv_open(const struct tw_host *host, const char *path, char delimiter, struct csv *out)
{
    struct csv c = {.host = host, .path = path, .delimiter = delimiter, .next_line = 1};
    struct gzfile f;
    size_t size = 0;
    int rc = gz_open(host, path, &f);
    if (rc < 0)
        return rc;
    rc = gz_slurp(&f, &c.text, &size);
    gz_close(&f);
    if (rc == TW_OK)
        rc = check_text(&c, size);
    if (rc < 0) {
        csv_close(&c);
        return rc;
    }
    c.at = c.text;
    c.end = c.text + size;
    if (size >= 3 && memcmp(c.text, "\xEF\xBB\xBF", 3) == 0)
        c.at += 3;
    *out = c;
    return TW_OK;
}

void csv_close(struct csv *c)
{
    free(c->text);
    free(c->cell);
    c->text = NULL;
    c->cell = NULL;
}

static int add_cell(struct csv *c, char *text)
{
    if (c->n == c->room) {
        size_t room = c->room ? c->room * 2 : 64;
        if (room > MAX_CELLS)
            return c->host->fail(c->host, TW_EIO, "%s:%zu: more than %zu columns", c->path, c->line,
                                 MAX_CELLS);
        char **more = realloc(c->cell, room * sizeof *more);
        if (!more)
            return c->host->fail(c->host, TW_ENOMEM, "out of memory for the columns of %s",
                                 c->path);
        c->cell = more;
        c->room = room;
    }
    c->cell[c->n++] = text;
    return TW_OK;
}

/* Step over a line end, if there is one here. */
static bool skip_line_end(struct csv *c)
{
    if (*c->at != '\n' && *c->at != '\r')
        return false;
    c->at += c->at[0] == '\r' && c->at[1] == '\n' ? 2 : 1;
    c->next_line++;
    return true;
}

/* The cursor stands on an opening quote; leave it behind the closing one. */
static int quoted_field(struct csv *c)
{
    char *to = c->at, *from = c->at + 1;
    size_t line = c->next_line;

    for (;;) {
        if (from == c->end)
            return c->host->fail(c->host, TW_EIO,
                                 "%s:%zu: a quoted field begins here and has no closing quote",
                                 c->path, line);
        if (*from == '"' && *++from != '"')
            break;
        c->next_line += *from == '\n' || (*from == '\r' && from[1] != '\n');
        *to++ = *from++;
    }
    if (from != c->end && *from != c->delimiter && *from != '\n' && *from != '\r')
        return c->host->fail(c->host, TW_EIO,
                             "%s:%zu: text follows a closing quote; a quote inside a quoted field "
                             "is written twice",
                             c->path, c->next_line);
    /* At least the closing quote lies between the two. */
    *to = 0;
    c->at = from;
    return TW_OK;
}

int csv_next(struct csv *c)
{
    while (c->at < c->end && skip_line_end(c))
        continue;
    if (c->at == c->end)
        return TW_DONE;
    c->n = 0;
    c->line = c->next_line;
    for (;;) {
        int rc = add_cell(c, c->at);
        if (rc == TW_OK && *c->at == '"')
            rc = quoted_field(c);
        else if (rc == TW_OK)
            while (*c->at != c->delimiter && *c->at != '\n' && *c->at != '\r' && *c->at != 0)
                c->at++;
        if (rc < 0)
            return rc;
        char *stop = c->at;
        bool more = c->at < c->end && *c->at == c->delimiter;
        if (more)
            c->at++;
        else
            skip_line_end(c);
        *stop = 0;
        if (!more)
            break;
    }
    c->done = (double)(c->at - c->text) / (double)(c->end - c->text);
    return TW_OK;
}

/* ---- cells ----------------------------------------------------------------- */

/* Digits with a point, too few to be rounded: the quotient of two integers that
 * are exact in a double is correctly rounded (Clinger 1990). */
static bool plain_number(const char *p, double *out)
{
    static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    uint64_t v = 0;
    int digits = 0, places = 0;
    bool point = false, minus = *p == '-';

    for (p += minus; *p; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (*p < '0' || *p > '9' || digits == 15)
            return false;
        v = v * 10 + (uint64_t)(*p - '0');
        digits++;
        places += point;
    }
    if (digits == 0)
        return false;
    double x = (double)v / power[places];
    *out = minus ? -x : x;
    return true;
}

bool csv_number(const char *text, double *out)
{
    if (plain_number(text, out))
        return true;
    while (*text == ' ' || *text == '\t')
        text++;
    /* strtod() would take hexadecimal numbers, "inf" and "nan", too. */
    size_t n = strspn(text, "0123456789+-.eE");
    if (n == 0 || text[n + strspn(text + n, " \t")] != 0)
        return false;
    char *end = NULL;
    double v = strtod(text, &end);
    if (end != text + n || !(v - v == 0))
        return false;
    *out = v;
    return true;
}

const char *csv_quote(const char *text, char buf[CSV_QUOTE_SIZE])
{
    size_t n = strlen(text);
    if (n <= 40) {
        snprintf(buf, CSV_QUOTE_SIZE, "%s", text);
        return buf;
    }
    for (n = 37; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
        continue;
    snprintf(buf, CSV_QUOTE_SIZE, "%.*s...", (int)n, text);
    return buf;
}
