/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.h -- JSON (RFC 8259) written to a stream, member by member.
 *
 *     struct json j = {.to = file};
 *     json_object(&j, NULL);
 *     json_number(&j, "loss", 0.25);
 *     json_array(&j, "x");
 *     json_number(&j, NULL, 1);
 *     json_end(&j);
 *     json_end(&j);
 *
 * Members of an object have a name, elements of an array NULL.  Whether the stream took it all is
 * for the caller to ask.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define JSON_DEPTH 16

struct json {
    FILE *to;
    int depth;
    struct {
        bool array, some;
    } level[JSON_DEPTH];
};

void json_object(struct json *j, const char *name);
void json_array(struct json *j, const char *name);
void json_end(struct json *j); /* of whichever is open */

/* null unless it is finite; the digits give the same double back. */
void json_number(struct json *j, const char *name, double value);
void json_count(struct json *j, const char *name, size_t value);
void json_bool(struct json *j, const char *name, bool value);
/* UTF-8; NULL gives null.  What is no UTF-8 becomes U+FFFD. */
void json_text(struct json *j, const char *name, const char *text);

#endif
