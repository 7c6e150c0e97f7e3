/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical.h -- what kinds of critical points are called in pictures. */
#ifndef UTIL_CRITICAL_H
#define UTIL_CRITICAL_H

#include <stddef.h>
#include <stdint.h>
#include <thalweg/plugin.h>

/* Of enum tw_critical_kind, for n of them; a kind that is not known is degenerate. */
static inline const char *critical_name(uint32_t kind, size_t n)
{
    switch (kind) {
    case TW_MINIMUM:
        return n == 1 ? "minimum" : "minima";
    case TW_SADDLE:
        return n == 1 ? "saddle" : "saddles";
    case TW_MAXIMUM:
        return n == 1 ? "maximum" : "maxima";
    default:
        return n == 1 ? "degenerate critical point" : "degenerate critical points";
    }
}

#endif
