/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scratch.h -- the buffers of an instance: taken one by one, given back all together.
 *
 *     struct scratch s = {0};
 *     double *a = scratch_take(&s, n, sizeof(*a));     NULL: out of memory
 *     scratch_free(&s);                                ends all of them
 *
 * A buffer is zeroed and starts on a cache line. One that must grow from call to call is kept
 * apart:
 *
 *     if (!SCRATCH_GROW(p, room, n)) ...               room for n objects, p NULL at first; free()
 */
#ifndef UTIL_SCRATCH_H
#define UTIL_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH_LINE 64

struct scratch_head { /* one cache line in front of each buffer */
    struct scratch_head *next;
};

struct scratch {
    struct scratch_head *first;
};

/* n objects of `size` bytes; n == 0 gives a valid pointer to nothing. */
static inline void *scratch_take(struct scratch *s, size_t n, size_t size)
{
    if (size != 0 && n > (SIZE_MAX / 2 - SCRATCH_LINE) / size)
        return NULL;
    size_t bytes = (n * size / SCRATCH_LINE + 2) * SCRATCH_LINE;
    struct scratch_head *head = aligned_alloc(SCRATCH_LINE, bytes);

    if (!head)
        return NULL;
    memset(head, 0, bytes);
    head->next = s->first;
    s->first = head;
    return (char *)head + SCRATCH_LINE;
}

static inline void scratch_free(struct scratch *s)
{
    while (s->first) {
        struct scratch_head *next = s->first->next;

        free(s->first);
        s->first = next;
    }
}

/* Room for n objects of `size` bytes, on a cache line and not zeroed, in a buffer that had *room.
 * What was in it is lost when it grows. */
static inline bool scratch_grow(void **buffer, size_t *room, size_t n, size_t size)
{
    if (n <= *room)
        return true;
    free(*buffer);
    *buffer = NULL;
    *room = 0;
    if (n > (SIZE_MAX / 2 - SCRATCH_LINE) / size)
        return false;
    *buffer = aligned_alloc(SCRATCH_LINE, (n * size / SCRATCH_LINE + 1) * SCRATCH_LINE);
    *room = *buffer ? n : 0;
    return *buffer != NULL;
}

#define SCRATCH_GROW(p, room, n) scratch_grow((void **)&(p), &(room), (n), sizeof(*(p)))

#endif
