/* SPDX-License-Identifier: GPL-3.0-or-later */
/* aligned.h -- large arrays that loops go through again and again begin on a cache line: vectors
 * that lie across two of them take twice as long to load.
 */
#ifndef CORE_ALIGNED_H
#define CORE_ALIGNED_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define CACHE_LINE 64

/* n objects of `size` bytes, not zeroed, for free(); NULL: out of memory. */
static inline void *aligned_array(size_t n, size_t size)
{
    if (n > (SIZE_MAX / 2 - CACHE_LINE) / size)
        return NULL;
    return aligned_alloc(CACHE_LINE, (n * size / CACHE_LINE + 1) * CACHE_LINE);
}

#endif
