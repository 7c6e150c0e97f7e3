/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes.h -- text or other bytes that grow. */
#ifndef UTIL_BYTES_H
#define UTIL_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
    char *at; /* n bytes, then a NUL; NULL: none yet */
    size_t n, room;
    bool failed; /* out of memory: nothing was added since */
};

void bytes_add(struct bytes *b, const void *from, size_t n);
void bytes_text(struct bytes *b, const char *text);
void bytes_free(struct bytes *b);

#endif
