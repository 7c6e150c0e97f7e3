/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar.c -- see scalar.h; and node_describe() of yaml.h. */
#include "scalar.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

static bool plain(const struct node *n)
{
    return n && n->kind == NODE_SCALAR && !n->quoted;
}

static bool one_of(const char *s, const char *a, const char *b, const char *c)
{
    return !strcmp(s, a) || !strcmp(s, b) || !strcmp(s, c);
}

int text_shown(const char *s, int max)
{
    size_t n = strnlen(s, (size_t)max + 1);
    if (n <= (size_t)max)
        return (int)n;
    for (n = (size_t)max; n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80;)
        n--;
    return (int)n;
}

bool scalar_null(const struct node *n)
{
    return plain(n) &&
           (!n->text[0] || !strcmp(n->text, "~") || one_of(n->text, "null", "Null", "NULL"));
}

bool scalar_word(const struct node *n, const char *word)
{
    return n && n->kind == NODE_SCALAR && !strcmp(n->text, word);
}

enum scalar scalar_bool(const struct node *n, bool *out)
{
    if (!plain(n))
        return SCALAR_OTHER;
    bool yes = one_of(n->text, "true", "True", "TRUE");
    if (!yes && !one_of(n->text, "false", "False", "FALSE"))
        return SCALAR_OTHER;
    *out = yes;
    return SCALAR_OK;
}

/* The parts of a decimal number: [-+]? whole [. fraction]? [eE exponent]? */
struct decimal {
    bool negative;
    const char *whole, *fraction;
    size_t n_whole, n_fraction;
    long exponent; /* clamped */
};

static bool decimal_split(const char *s, struct decimal *d)
{
    d->negative = *s == '-';
    s += *s == '-' || *s == '+';
    d->whole = s;
    d->n_whole = strspn(s, DIGITS);
    s += d->n_whole;
    d->fraction = s;
    d->n_fraction = 0;
    if (*s == '.') {
        d->fraction = ++s;
        d->n_fraction = strspn(s, DIGITS);
        s += d->n_fraction;
    }
    if (d->n_whole + d->n_fraction == 0)
        return false;
    d->exponent = 0;
    if (*s == 'e' || *s == 'E') {
        const char *digits = s + 1 + (s[1] == '-' || s[1] == '+');
        size_t n = strspn(digits, DIGITS);
        if (n == 0)
            return false;
        d->exponent = strtol(s + 1, NULL, 10); /* saturates */
        if (d->exponent > 100000000L)
            d->exponent = 100000000L;
        if (d->exponent < -100000000L)
            d->exponent = -100000000L;
        s = digits + n;
    }
    return *s == '\0';
}

static int digit_at(const struct decimal *d, size_t i)
{
    return (i < d->n_whole ? d->whole[i] : d->fraction[i - d->n_whole]) - '0';
}

/* By digits, never through a double: 1e18 is exact and 1.00000000000000000001
 * is no whole number. */
static enum scalar decimal_int(const struct decimal *d, int64_t *out)
{
    size_t n = d->n_whole + d->n_fraction;
    long zeros = d->exponent - (long)d->n_fraction; /* to be appended, or cut when negative */
    while (n > 0 && digit_at(d, n - 1) == 0) {
        n--;
        zeros++;
    }
    if (n > 0 && zeros < 0)
        return SCALAR_FRACTION;
    int64_t v = 0;
    for (size_t i = 0; i < n; i++)
        if (__builtin_mul_overflow(v, (int64_t)10, &v) ||
            __builtin_add_overflow(v, (int64_t)digit_at(d, i), &v))
            return SCALAR_HUGE;
    for (; v != 0 && zeros > 0; zeros--)
        if (__builtin_mul_overflow(v, (int64_t)10, &v))
            return SCALAR_HUGE;
    *out = d->negative ? -v : v;
    return SCALAR_OK;
}

/* 0x1F and 0o17; SCALAR_OTHER when it is neither. */
static enum scalar radix_int(const char *s, int64_t *out)
{
    const char *digits = NULL;
    int base = 0;
    if (!strncmp(s, "0x", 2)) {
        base = 16;
        digits = "0123456789abcdefABCDEF";
    } else if (!strncmp(s, "0o", 2)) {
        base = 8;
        digits = "01234567";
    }
    if (!base || !s[2] || s[2 + strspn(s + 2, digits)])
        return SCALAR_OTHER;
    errno = 0;
    long long v = strtoll(s + 2, NULL, base);
    if (errno == ERANGE)
        return SCALAR_HUGE;
    *out = v;
    return SCALAR_OK;
}

enum scalar scalar_int(const struct node *n, int64_t *out)
{
    struct decimal d;
    if (!plain(n))
        return SCALAR_OTHER;
    enum scalar rc = radix_int(n->text, out);
    if (rc != SCALAR_OTHER)
        return rc;
    return decimal_split(n->text, &d) ? decimal_int(&d, out) : SCALAR_OTHER;
}

enum scalar scalar_real(const struct node *n, double *out)
{
    struct decimal d;
    int64_t i;
    if (!plain(n))
        return SCALAR_OTHER;
    const char *s = n->text, *unsigned_part = s + (*s == '-' || *s == '+');
    if (one_of(unsigned_part, ".inf", ".Inf", ".INF")) {
        *out = *s == '-' ? -INFINITY : INFINITY;
        return SCALAR_OK;
    }
    if (one_of(s, ".nan", ".NaN", ".NAN")) {
        *out = NAN;
        return SCALAR_OK;
    }
    enum scalar rc = radix_int(s, &i);
    if (rc != SCALAR_OTHER) {
        *out = rc == SCALAR_OK ? (double)i : 0;
        return rc;
    }
    if (!decimal_split(s, &d))
        return SCALAR_OTHER;
    char *end;
    *out = strtod(s, &end);
    if (*end) /* a locale with another decimal point */
        return SCALAR_OTHER;
    return isinf(*out) ? SCALAR_HUGE : SCALAR_OK;
}

static const char *describe_scalar(struct arena *mem, const struct node *n)
{
    bool truth;
    double number;
    int cut = text_shown(n->text, 60);
    const char *dots = n->text[cut] ? "..." : "";
    if (scalar_null(n))
        return n->text[0] ? "null" : "nothing";
    if (scalar_bool(n, &truth) == SCALAR_OK)
        return truth ? "the bool true" : "the bool false";
    if (scalar_real(n, &number) != SCALAR_OTHER)
        return arena_printf(mem, "the number %.*s%s", cut, n->text, dots);
    return arena_printf(mem, "the text '%.*s%s'", cut, n->text, dots);
}

const char *node_describe(struct arena *mem, const struct node *n)
{
    const char *text = NULL;
    if (!n)
        return "nothing";
    if (n->kind == NODE_SCALAR)
        text = describe_scalar(mem, n);
    else
        text = n->kind == NODE_LIST ? "a list" : "a map";
    return text ? text : "something else";
}
