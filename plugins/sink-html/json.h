/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.h -- JSON that may stand in an HTML page: no '<', '>' or '&' occurs in it.
 *
 *     json_open, json_close       { } or [ ]
 *     json_text, json_number ...  a value; `key` is NULL in a list
 *     json_floats, json_doubles   numbers as {"f32": "..."} or {"f64": "..."}: base64 of
 *                                 IEEE 754 numbers, little-endian
 *
 * Commas are put where they belong.  What is not finite is null as a number; in base64 it stays
 * what it is, but for finite doubles beyond the range of a float, which become infinite.
 */
#ifndef SINK_HTML_JSON_H
#define SINK_HTML_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *f;
    bool more; /* a value came before in this list or object */
};

void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
/* NULL: null. */
void json_text(struct json *j, const char *key, const char *text);
void json_number(struct json *j, const char *key, double v);
void json_count(struct json *j, const char *key, size_t n);
void json_bool(struct json *j, const char *key, bool v);
/* v NULL: null. */
void json_floats(struct json *j, const char *key, const double *v, size_t n);
void json_doubles(struct json *j, const char *key, const double *v, size_t n);
void json_bytes(struct json *j, const char *key, const uint8_t *v, size_t n);

/* Text between tags of HTML. */
void html_text(FILE *f, const char *text);

#endif
