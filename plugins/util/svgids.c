/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svgids.c -- see svgids.h.
 *
 * Names stand in id="NAME", href="#NAME" and url(#NAME); nothing else is touched. */
#include "svgids.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct name {
    const char *at;
    size_t n;
};

struct names { /* an open-addressed table; numbers from 1 */
    struct name *slot;
    size_t *number;
    size_t size, n;
};

static size_t hash(const char *s, size_t n)
{
    uint64_t h = 14695981039346656037u;

    while (n--)
        h = (h ^ (unsigned char)*s++) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

static int grow(struct names *t)
{
    struct names more = {.size = t->size ? 2 * t->size : 256};

    more.slot = calloc(more.size, sizeof *more.slot);
    more.number = calloc(more.size, sizeof *more.number);
    if (!more.slot || !more.number) {
        free(more.slot);
        free(more.number);
        return -1;
    }
    for (size_t i = 0; i < t->size; i++) {
        size_t k = t->number[i] ? hash(t->slot[i].at, t->slot[i].n) % more.size : 0;

        if (!t->number[i])
            continue;
        while (more.number[k])
            k = (k + 1) % more.size;
        more.slot[k] = t->slot[i];
        more.number[k] = t->number[i];
    }
    more.n = t->n;
    free(t->slot);
    free(t->number);
    *t = more;
    return 0;
}

/* The number of a name, a new one if need be; 0 when out of memory. */
static size_t number_of(struct names *t, const char *s, size_t n)
{
    size_t k;

    if (2 * t->n >= t->size && grow(t))
        return 0;
    for (k = hash(s, n) % t->size; t->number[k]; k = (k + 1) % t->size)
        if (t->slot[k].n == n && memcmp(t->slot[k].at, s, n) == 0)
            return t->number[k];
    t->slot[k] = (struct name){s, n};
    return t->number[k] = ++t->n;
}

/* How long the opening is if one of a name starts at `s`; *end: what ends the name. */
static size_t opening(const char *s, char *end)
{
    static const char *const open[] = {" id=\"", "href=\"#", "url(#"};

    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(open[i]);

        if (strncmp(s, open[i], n) == 0) {
            *end = i < 2 ? '"' : ')';
            return n;
        }
    }
    return 0;
}

void svgids_rename(const struct bytes *from, struct bytes *to)
{
    struct names t = {.slot = NULL};
    const char *s = from->at, *done = s;

    while ((s = strpbrk(s, " hu")) != NULL && !to->failed) {
        char end = 0, number[24];
        size_t n = opening(s, &end), k;
        const char *stop = n ? strchr(s + n, end) : NULL;

        if (!stop) {
            s++;
            continue;
        }
        k = number_of(&t, s + n, (size_t)(stop - s) - n);
        to->failed |= k == 0;
        snprintf(number, sizeof number, "i%zu", k);
        bytes_add(to, done, (size_t)(s - done) + n);
        bytes_text(to, number);
        done = s = stop;
    }
    bytes_add(to, done, from->n - (size_t)(done - from->at));
    free(t.slot);
    free(t.number);
}
