/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.h -- memory that is given back all at once.
 *
 * Trees and configurations consist of many small pieces that live equally
 * long: they come from an arena, and arena_free() ends them together.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_chunk *chunks; /* newest first; NULL: empty */
};

/* Zeroed, aligned for any type.  NULL when out of memory. */
void *arena_alloc(struct arena *a, size_t size);

/* n * size bytes, NULL also when that overflows. */
void *arena_array(struct arena *a, size_t n, size_t size);

char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void arena_free(struct arena *a);

/* Bytes of memory in this machine, or infinity when it does not say. */
double memory_size(void);

#endif
