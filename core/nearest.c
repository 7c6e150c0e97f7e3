/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nearest.c -- nearest_word() of schema.h: "did you mean". */
#include "schema.h"

#include <string.h>

#define MAX_WORD 64

static unsigned char folded(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c - 'A' + 'a');
    return (unsigned char)(c == '-' ? '_' : c);
}

/* Insertions, deletions, replacements and swaps of neighbours (Damerau 1964,
 * optimal string alignment); letter case and '-' for '_' are free. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][MAX_WORD + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            unsigned char x = folded(a[i - 1]), y = folded(b[j - 1]);
            size_t best = last[j - 1] + (x != y);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && x == folded(b[j - 2]) && y == folded(a[i - 2]) &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[m];
}

/* Is `a`, of n >= 3 letters, how `b` begins? */
static bool begins(const char *a, size_t n, const char *b, size_t m)
{
    if (n < 3 || n > m)
        return false;
    for (size_t i = 0; i < n; i++)
        if (folded(a[i]) != folded(b[i]))
            return false;
    return true;
}

const char *nearest_word(const char *word, const char *const *words, size_t n)
{
    size_t length = strlen(word), limit = length < 3 ? 1 : length / 3 + (length < 6);
    size_t best = limit + 1;
    const char *found = NULL;
    if (length == 0 || length > MAX_WORD)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t m = strlen(words[i]);
        if (m == 0 || m > MAX_WORD)
            continue;
        size_t d = distance(word, length, words[i], m);
        if (begins(word, length, words[i], m) && d > limit)
            d = limit; /* a beginning counts as a slip, the last choice among them */
        if (d < best && d < length && d < m) {
            best = d;
            found = words[i];
        }
    }
    return found;
}
