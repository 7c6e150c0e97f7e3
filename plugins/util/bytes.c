/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes.c -- see bytes.h. */
#include "bytes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void bytes_add(struct bytes *b, const void *from, size_t n)
{
    if (!b->failed && n >= b->room - b->n) {
        size_t room = n < SIZE_MAX / 4 && b->n < SIZE_MAX / 4 ? 2 * (b->n + n) + 4096 : 0;
        char *at = room ? realloc(b->at, room) : NULL;

        b->failed = !at;
        if (at) {
            b->at = at;
            b->room = room;
        }
    }
    if (b->failed)
        return;
    memcpy(b->at + b->n, from, n);
    b->n += n;
    b->at[b->n] = 0;
}

void bytes_text(struct bytes *b, const char *text)
{
    bytes_add(b, text, strlen(text));
}

void bytes_free(struct bytes *b)
{
    free(b->at);
    *b = (struct bytes){.at = NULL};
}
