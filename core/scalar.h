/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar.h -- what a YAML scalar means: YAML 1.2 core schema, nothing looser.
 *
 * Quoted scalars are text, so all but scalar_word() say no to them.  Numbers
 * are decided by their spelling first, so "0x", "1_000", "inf" and "nan(1)"
 * are text whatever the C library thinks of them.
 */
#ifndef CORE_SCALAR_H
#define CORE_SCALAR_H

#include "yaml.h"

#include <stdint.h>

enum scalar {
    SCALAR_OK = 0,
    SCALAR_OTHER,    /* not of this type at all */
    SCALAR_FRACTION, /* a number, but not a whole one */
    SCALAR_HUGE      /* a number that the type cannot hold */
};

/* Nothing, `null` or `~`. */
bool scalar_null(const struct node *n);

/* Only true and false: `yes` and `on` are words. */
enum scalar scalar_bool(const struct node *n, bool *out);

/* Decimal, 0x1F, 0o17, and 1e5 when that is exactly a whole number.  The
 * smallest int64_t is SCALAR_HUGE: it stands for "auto". */
enum scalar scalar_int(const struct node *n, int64_t *out);

/* May be infinite (.inf) or NaN (.nan) when written so; 1e999 is SCALAR_HUGE. */
enum scalar scalar_real(const struct node *n, double *out);

/* Is it a scalar that reads exactly `word`, quoted or not? */
bool scalar_word(const struct node *n, const char *word);

/* For "%.*s" in messages: at most `max` bytes of `s`, no character cut. */
int text_shown(const char *s, int max);

#endif
