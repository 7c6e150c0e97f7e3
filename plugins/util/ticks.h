/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ticks.h -- round numbers for axes and contour levels, and how they are written.
 *
 *     ticks_linear, ticks_log   positions and labels for an axis
 *     levels_pick               contour levels on the same kind of scale
 *     notation_write            one number in the notation of a set of ticks
 *     notation_suffix           what the axis label must add: e.g. " − 0.6931 (× 10⁻⁶)"
 *     number_write              one number by itself, a few significant digits
 *
 * Numbers are UTF-8 with the mathematical minus and powers of ten in
 * superscripts, whatever the locale.
 */
#ifndef UTIL_TICKS_H
#define UTIL_TICKS_H

#include <stdbool.h>
#include <stddef.h>

#define TICKS_MAX  24
#define LEVELS_MAX 64
#define NUMBER_MAX 48 /* bytes that hold any written number */

/* Numbers of one kind are written as (v - offset) / 10^exponent with `decimals`
 * digits after the point; or each by itself, on a logarithmic axis. */
struct notation {
    bool each;   /* each by itself */
    bool powers; /* each: as m x 10^k, for all of them */
    double offset;
    int exponent, decimals;
};

struct ticks {
    size_t n, n_minor;
    double at[TICKS_MAX], minor[TICKS_MAX * 8];
    char label[TICKS_MAX][NUMBER_MAX];
    struct notation notation;
};

/* About `want` (2 to 12) labelled ticks in [lo, hi], lo < hi, both finite;
 * logarithmic: 0 < lo.  There is always at least one. */
void ticks_linear(struct ticks *t, double lo, double hi, int want);
void ticks_log(struct ticks *t, double lo, double hi, int want);

struct levels {
    size_t n;
    double at[LEVELS_MAX];  /* ascending, strictly between lo and hi */
    bool major[LEVELS_MAX]; /* those to be drawn bold and labelled */
    struct notation notation;
};

void levels_pick(struct levels *l, bool log, double lo, double hi, int want);

void notation_write(const struct notation *n, double v, char *to, size_t size);
void notation_suffix(const struct notation *n, char *to, size_t size);

/* `text` with a true minus in front of its negative numbers; up to three times as long. */
void minus_write(const char *text, char *to, size_t size);

/* At most `digits` (1 to 15) significant digits; "NaN" and "∞" are numbers, too. */
void number_write(double v, int digits, char *to, size_t size);

#endif
