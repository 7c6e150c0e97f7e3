/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c -- see json.h. */
#include "json.h"

#include <math.h>
#include <string.h>

static void quoted(FILE *f, const char *s)
{
    fputc('"', f);
    for (const unsigned char *c = (const unsigned char *)s; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(f, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f || *c == '<' || *c == '>' || *c == '&')
            fprintf(f, "\\u%04x", *c);
        else
            fputc(*c, f);
    }
    fputc('"', f);
}

static void begin(struct json *j, const char *key)
{
    if (j->more)
        fputs(key ? ",\n" : ",", j->f);
    if (key) {
        quoted(j->f, key);
        fputc(':', j->f);
    }
    j->more = true;
}

void json_open(struct json *j, const char *key, char bracket)
{
    begin(j, key);
    fputc(bracket, j->f);
    j->more = false;
}

void json_close(struct json *j, char bracket)
{
    fputc(bracket, j->f);
    j->more = true;
}

void json_text(struct json *j, const char *key, const char *text)
{
    begin(j, key);
    if (text)
        quoted(j->f, text);
    else
        fputs("null", j->f);
}

void json_number(struct json *j, const char *key, double v)
{
    begin(j, key);
    if (isfinite(v))
        fprintf(j->f, "%.17g", v);
    else
        fputs("null", j->f);
}

void json_count(struct json *j, const char *key, size_t n)
{
    begin(j, key);
    fprintf(j->f, "%zu", n);
}

void json_bool(struct json *j, const char *key, bool v)
{
    begin(j, key);
    fputs(v ? "true" : "false", j->f);
}

/* ---- base64 ------------------------------------------------------------------ */

/* Three bytes become four letters; what is left waits in `bytes`. */
struct base64 {
    FILE *f;
    uint32_t bytes;
    int n;
};

static void letters(struct base64 *b, int n)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char out[4];

    for (int i = 0; i < 4; i++)
        out[i] = i <= n ? alphabet[b->bytes >> (18 - 6 * i) & 63] : '=';
    fwrite(out, 1, 4, b->f);
    b->bytes = 0;
    b->n = 0;
}

static void put_byte(struct base64 *b, unsigned v)
{
    b->bytes |= (uint32_t)(v & 0xff) << (16 - 8 * b->n);
    if (++b->n == 3)
        letters(b, 3);
}

static void put_bits(struct base64 *b, uint64_t bits, int bytes)
{
    for (int i = 0; i < bytes; i++)
        put_byte(b, (unsigned)(bits >> 8 * i & 0xff));
}

static void put_array(struct json *j, const char *type, const double *v, size_t n)
{
    struct base64 b = {.f = j->f};
    bool small = strcmp(type, "f32") == 0;

    fprintf(j->f, "{\"%s\":\"", type);
    for (size_t i = 0; i < n; i++) {
        float narrow = (float)v[i];
        uint32_t half;
        uint64_t whole;

        memcpy(&half, &narrow, sizeof half);
        memcpy(&whole, &v[i], sizeof whole);
        put_bits(&b, small ? half : whole, small ? 4 : 8);
    }
    if (b.n)
        letters(&b, b.n);
    fputs("\"}", j->f);
}

void json_floats(struct json *j, const char *key, const double *v, size_t n)
{
    if (!v) {
        json_text(j, key, NULL);
        return;
    }
    begin(j, key);
    put_array(j, "f32", v, n);
}

void json_doubles(struct json *j, const char *key, const double *v, size_t n)
{
    begin(j, key);
    put_array(j, "f64", v, n);
}

void json_bytes(struct json *j, const char *key, const uint8_t *v, size_t n)
{
    struct base64 b = {.f = j->f};

    begin(j, key);
    fputs("{\"u8\":\"", j->f);
    for (size_t i = 0; i < n; i++)
        put_byte(&b, v[i]);
    if (b.n)
        letters(&b, b.n);
    fputs("\"}", j->f);
}

void html_text(FILE *f, const char *text)
{
    for (const char *c = text; *c; c++)
        switch (*c) {
        case '<':
            fputs("&lt;", f);
            break;
        case '>':
            fputs("&gt;", f);
            break;
        case '&':
            fputs("&amp;", f);
            break;
        case '"':
            fputs("&quot;", f);
            break;
        default:
            fputc(*c, f);
        }
}
