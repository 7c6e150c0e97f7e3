/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ticks.c -- see ticks.h.
 *
 * Positions are multiples k * step with an integer k, so that no error adds up
 * along an axis; k is a double, exact up to 2^53.
 */
#include "ticks.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "\xe2\x88\x92"
#define TIMES "\xc3\x97"
#define THIN  "\xe2\x80\x89" /* thin space */

/* ---- writing numbers --------------------------------------------------------- */

static void append(char *to, size_t size, const char *text)
{
    size_t n = strlen(to);

    if (n < size)
        snprintf(to + n, size - n, "%s", text);
}

/* ASCII digits to type: the minus, and the point whatever the locale made of it. */
static void append_typeset(char *to, size_t size, const char *ascii)
{
    for (const char *c = ascii; *c; c++) {
        char one[2] = {*c == ',' ? '.' : *c, 0};

        append(to, size, *c == '-' ? MINUS : one);
    }
}

static void append_power(char *to, size_t size, int exponent)
{
    static const char *const superscript[] = {
        "\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",     "\xe2\x81\xb4",
        "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8", "\xe2\x81\xb9"};
    char digits[16];

    snprintf(digits, sizeof digits, "%d", abs(exponent));
    append(to, size, "10");
    if (exponent < 0)
        append(to, size, "\xe2\x81\xbb");
    for (const char *c = digits; *c; c++)
        append(to, size, superscript[*c - '0']);
}

/* v = mantissa * 10^exponent as printf rounds it; the mantissa's text without
 * trailing zeros. */
static int split(double v, int digits, char *mantissa, size_t size)
{
    char text[64], *e, *last;

    snprintf(text, sizeof text, "%.*e", digits - 1, v);
    e = strchr(text, 'e');
    *e = 0;
    last = e - 1;
    if (digits > 1)
        while (*last == '0' || *last == '.' || *last == ',') {
            char was = *last;

            *last-- = 0;
            if (was != '0')
                break;
        }
    snprintf(mantissa, size, "%s", text);
    return atoi(e + 1);
}

static void write_power(double v, int digits, char *to, size_t size)
{
    char mantissa[64];
    int exponent = split(v, digits, mantissa, sizeof mantissa);

    *to = 0;
    if (strcmp(mantissa, "1") != 0) {
        append_typeset(to, size, strcmp(mantissa, "-1") == 0 ? "-" : mantissa);
        if (strcmp(mantissa, "-1") != 0)
            append(to, size, THIN TIMES THIN);
    }
    append_power(to, size, exponent);
}

static bool letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

void minus_write(const char *text, char *to, size_t size)
{
    if (size)
        *to = 0;
    for (size_t i = 0; text[i]; i++) {
        bool digit = text[i] == '-' && text[i + 1] >= '0' && text[i + 1] <= '9';
        /* "1e-05" is a number, too; "sgd-2" and "1-2" are not. */
        bool power = i > 1 && text[i - 1] == 'e' && text[i - 2] >= '0' && text[i - 2] <= '9';
        char one[2] = {text[i], 0};

        append(to, size, digit && (i == 0 || !letter(text[i - 1]) || power) ? MINUS : one);
    }
}

void number_write(double v, int digits, char *to, size_t size)
{
    char mantissa[64], plain[64];
    int exponent;

    *to = 0;
    if (isnan(v)) {
        append(to, size, "NaN");
        return;
    }
    if (isinf(v)) {
        append(to, size, v < 0 ? MINUS "\xe2\x88\x9e" : "\xe2\x88\x9e");
        return;
    }
    if (v == 0) {
        append(to, size, "0");
        return;
    }
    exponent = split(v, digits, mantissa, sizeof mantissa);
    if (exponent < -4 || exponent > 5) {
        write_power(v, digits, to, size);
        return;
    }
    snprintf(plain, sizeof plain, "%.*g", digits > exponent ? digits : exponent + 1, v);
    append_typeset(to, size, plain);
}

void notation_write(const struct notation *n, double v, char *to, size_t size)
{
    char text[64];
    double shown;

    if (n->each && n->powers && v > 0 && isfinite(v)) {
        write_power(v, 4, to, size);
        return;
    }
    if (n->each || !isfinite(v)) {
        number_write(v, 4, to, size);
        return;
    }
    shown = (v - n->offset) / pow(10, n->exponent);
    snprintf(text, sizeof text, "%.*f", n->decimals, shown);
    if (strtod(text, NULL) == 0 && *text == '-') /* no minus in front of zero */
        memmove(text, text + 1, strlen(text));
    *to = 0;
    append_typeset(to, size, text);
}

void notation_suffix(const struct notation *n, char *to, size_t size)
{
    char number[NUMBER_MAX];

    *to = 0;
    if (n->each)
        return;
    if (n->offset != 0) {
        number_write(fabs(n->offset), 12, number, sizeof number);
        append(to, size, n->offset > 0 ? " " MINUS " " : " + ");
        append(to, size, number);
    }
    if (n->exponent) {
        append(to, size, " (" TIMES THIN);
        append_power(to, size, n->exponent);
        append(to, size, ")");
    }
}

/* How multiples of `step` within [lo, hi] are written. */
static struct notation notation_for(double lo, double hi, double step)
{
    struct notation n = {.offset = 0};
    double size = fmax(fabs(lo), fabs(hi));
    int step_power, size_power;

    if (size / step > 2e4) { /* digits that never change go into the label */
        double round = pow(10, ceil(log10(hi - lo)));

        n.offset = floor(lo / round + 1e-6) * round;
        size = fmax(fabs(lo - n.offset), fabs(hi - n.offset));
    }
    step_power = (int)floor(log10(step) + 1e-9);
    size_power = (int)floor(log10(size) + 1e-9);
    if (size_power > 4 || size_power < -3)
        n.exponent = size_power;
    n.decimals = n.exponent - step_power;
    /* A step of 2.5 needs one digit more than one of 2. */
    if (fabs(step / pow(10, step_power) - 2.5) < 1e-6)
        n.decimals++;
    if (n.decimals < 0)
        n.decimals = 0;
    return n;
}

/* ---- linear ------------------------------------------------------------------- */

/* The round step that cuts `span` into about `want` parts. */
static double nice_step(double span, int want)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    double raw = span / want, power = pow(10, floor(log10(raw))), best = 0, off = INFINITY;

    if (!(power > 0)) /* smaller than any power of ten */
        return raw;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double step = steps[i] * power;
        /* 2.5 reads worse than its neighbours: only where it fits much better. */
        double d = fabs(log(step / raw)) + (steps[i] == 2.5 ? 0.2 : 0);

        if (d < off) {
            off = d;
            best = step;
        }
    }
    return best;
}

/* k * step without the noise of a step like 0.1. */
static double multiple(double k, double step)
{
    double inverse = round(1 / step);

    return step < 1 && inverse < 1e15 && fabs(inverse * step - 1) < 1e-12 ? k / inverse : k * step;
}

void ticks_linear(struct ticks *t, double lo, double hi, int want)
{
    double span = fmin(hi - lo, DBL_MAX), step = nice_step(span, want), slack = 1e-9;
    double k = ceil(lo / step - slack), minor = step / 5;

    t->n = t->n_minor = 0;
    for (; t->n < TICKS_MAX && k <= hi / step + slack; k++) {
        double v = multiple(k, step);

        if (t->n && !(v > t->at[t->n - 1])) /* finer than the numbers themselves */
            break;
        t->at[t->n++] = v;
    }
    if (!t->n)
        t->at[t->n++] = lo + (hi - lo) / 2;
    if (fabs(step / pow(10, floor(log10(step) + 1e-9)) - 2) < 1e-6)
        minor = step / 4;
    for (k = ceil(lo / minor - slack);
         t->n_minor < sizeof t->minor / sizeof *t->minor && k <= hi / minor + slack; k++) {
        if (t->n_minor && !(k * minor > t->minor[t->n_minor - 1]))
            break;
        t->minor[t->n_minor++] = k * minor;
    }
    t->notation = notation_for(lo, hi, step);
    for (size_t i = 0; i < t->n; i++)
        notation_write(&t->notation, t->at[i], t->label[i], sizeof t->label[i]);
}

/* ---- logarithmic --------------------------------------------------------------- */

static double power10(double mantissa, int exponent)
{
    char text[48];

    snprintf(text, sizeof text, "%.0fe%d", mantissa * 10, exponent - 1);
    return strtod(text, NULL); /* correctly rounded, unlike pow() */
}

/* log10(hi / lo), also where the ratio overflows. */
static double decades_in(double lo, double hi)
{
    return isfinite(hi / lo) ? log10(hi / lo) : log10(hi) - log10(lo);
}

void ticks_log(struct ticks *t, double lo, double hi, int want)
{
    static const double three[] = {1, 2, 5}, two[] = {1, 3}, nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    double decades = decades_in(lo, hi), eps = 1e-9, most = want + 1.5;
    int first = (int)floor(log10(lo) - eps), last = (int)ceil(log10(hi) + eps), every;
    size_t n_m = 3 * decades <= most ? 3 : 2 * decades <= most ? 2 : 1;
    const double *m = n_m == 2 ? two : three;

    if (decades < 0.5) { /* too short for powers: round numbers, which crowd upwards */
        ticks_linear(t, lo, hi, want);
        return;
    }
    every = (int)ceil(decades / (want > 1 ? want : 1) - 0.3);
    every = every < 1 ? 1 : every;
    t->n = t->n_minor = 0;
    t->notation = (struct notation){.each = true};
    for (int e = first; e <= last; e++) {
        for (size_t i = 0; i < n_m && t->n < TICKS_MAX; i++) {
            double v = power10(m[i], e);

            if (e % every == 0 && v / lo >= 1 - eps && v / hi <= 1 + eps)
                t->at[t->n++] = v;
        }
        for (size_t i = 0; i < 9; i++) {
            double v = power10(nine[i], e);

            if (v >= lo && v <= hi && t->n_minor < sizeof t->minor / sizeof *t->minor &&
                (every == 1 || nine[i] == 1))
                t->minor[t->n_minor++] = v;
        }
    }
    if (!t->n)
        t->at[t->n++] = sqrt(lo) * sqrt(hi);
    t->notation.powers = t->at[0] < 0.9e-4 || t->at[t->n - 1] > 1.1e5;
    for (size_t i = 0; i < t->n; i++)
        notation_write(&t->notation, t->at[i], t->label[i], sizeof t->label[i]);
}

/* ---- contour levels -------------------------------------------------------------- */

static void level_add(struct levels *l, double v, bool major, double lo, double hi)
{
    if (l->n < LEVELS_MAX && v > lo && v < hi && (!l->n || v > l->at[l->n - 1])) {
        l->major[l->n] = major;
        l->at[l->n++] = v;
    }
}

/* No more decimals than the bold lines need. */
static void trim_decimals(struct levels *l, double step)
{
    struct notation *n = &l->notation;
    double unit = pow(10, n->exponent);

    for (bool enough = true; enough && n->decimals > 0; n->decimals -= enough) {
        double digit = pow(10, 1 - n->decimals) * unit;

        for (size_t i = 0; i < l->n; i++) {
            double v = l->at[i] - n->offset;

            enough &= !l->major[i] || fabs(v - round(v / digit) * digit) < 1e-3 * step;
        }
    }
}

static void levels_linear(struct levels *l, double lo, double hi, int want)
{
    double step = nice_step(fmin(hi - lo, DBL_MAX), want), k = ceil(lo / step);
    double power = pow(10, floor(log10(step) + 1e-9)), lead = step / power;
    /* Every fourth or fifth: multiples of 5, 10, 10 or 20 in units of the power. */
    double every = lead > 4 || lead < 1.5 ? (lead < 1.5 ? 5 : 4) : lead > 2.2 ? 4 : 5;

    for (int i = 0; i <= LEVELS_MAX && multiple(k, step) < hi; i++, k++)
        level_add(l, multiple(k, step), fmod(k, every) == 0, lo, hi);
    l->notation = notation_for(lo, hi, step);
}

struct level_set {
    double m[18];
    size_t n;
    unsigned major; /* bit i: m[i] */
};

static void levels_log(struct levels *l, double lo, double hi, int want)
{
    static const struct level_set sets[] = {
        {{1}, 1, 1},
        {{1, 3}, 2, 1},
        {{1, 2, 5}, 3, 1},
        {{1, 1.5, 2, 3, 5, 7}, 6, 1 | 1 << 4},
        {{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}, 9, 1 | 1 << 2 | 1 << 6},
        {{1, 1.2, 1.4, 1.6, 1.8, 2, 2.3, 2.6, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9},
         17,
         1 | 1 << 5 | 1 << 12},
    };
    double decades = decades_in(lo, hi), off = INFINITY;
    int every = (int)fmax(1, round(decades / want)), first = (int)floor(log10(lo)) - 1;
    const struct level_set *set = &sets[0];

    for (size_t i = 0; every == 1 && i < sizeof sets / sizeof *sets; i++) {
        double d = fabs(log((double)sets[i].n * decades / want));

        if (d < off) {
            off = d;
            set = &sets[i];
        }
    }
    for (int e = first; e <= (int)ceil(log10(hi)) + 1; e++)
        for (size_t i = 0; i < set->n && e % every == 0; i++)
            level_add(l, power10(set->m[i], e),
                      set->major >> i & 1 && (set->n > 1 || e % (4 * every) == 0), lo, hi);
    l->notation = (struct notation){.each = true};
    l->notation.powers = l->n && (l->at[0] < 0.9e-4 || l->at[l->n - 1] > 1.1e5);
}

void levels_pick(struct levels *l, bool log, double lo, double hi, int want)
{
    size_t majors = 0;

    *l = (struct levels){.n = 0};
    if (log && decades_in(lo, hi) >= 0.7)
        levels_log(l, lo, hi, want);
    else
        levels_linear(l, lo, hi, want);
    for (size_t i = 0; i < l->n; i++)
        majors += l->major[i];
    if (majors < 2) /* too few to read the others by */
        for (size_t i = 0; i < l->n; i++)
            l->major[i] = l->n < 5 || i % 2 == 0;
    if (!l->notation.each && l->n > 1)
        trim_decimals(l, l->at[1] - l->at[0]);
}
