/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param-text.c -- see param-text.h. */
#include "param-text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void line_add(struct line *l, const char *fmt, ...)
{
    size_t room = sizeof l->text - l->n;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(l->text + l->n, room, fmt, ap);
    va_end(ap);
    if (n >= 0)
        l->n += (size_t)n < room ? (size_t)n : room - 1;
}

static const struct {
    const char *word, *wanted;
    bool number, list;
} types[] = {
    [TW_BOOL] = {"bool", "true or false", false, false},
    [TW_INT] = {"int", "a whole number", true, false},
    [TW_REAL] = {"real", "a number", true, false},
    [TW_STRING] = {"text", "text", false, false},
    [TW_PATH] = {"file", "the name of a file to read", false, false},
    [TW_OUTPUT] = {"output file", "the name of a file to write", false, false},
    [TW_CHOICE] = {"choice", "one of", false, false},
    [TW_INTS] = {"list of int", "a list of whole numbers", true, true},
    [TW_REALS] = {"list of real", "a list of numbers", true, true},
    [TW_STRINGS] = {"list of text", "a list of texts", false, true},
};

static bool known(uint32_t type)
{
    return type > 0 && type < sizeof types / sizeof *types;
}

const char *param_type_word(uint32_t type)
{
    return known(type) ? types[type].word : NULL;
}

bool param_is_number(uint32_t type)
{
    return known(type) && types[type].number;
}

bool param_is_list(uint32_t type)
{
    return known(type) && types[type].list;
}

bool param_nullable(const struct tw_param *p)
{
    if (p->type != TW_STRING && p->type != TW_PATH && p->type != TW_OUTPUT)
        return false;
    if (p->flags & TW_P_NULL)
        return true;
    return p->def && (!strcmp(p->def, "null") || !strcmp(p->def, "~") || !strcmp(p->def, "Null") ||
                      !strcmp(p->def, "NULL"));
}

size_t param_n_choices(const struct tw_param *p)
{
    size_t n = 0;
    while (p->choices && n <= MAX_CHOICES && p->choices[n])
        n++;
    return n;
}

void line_number(struct line *l, double v)
{
    char text[40];
    if (isinf(v)) {
        line_add(l, v < 0 ? "-inf" : "inf");
        return;
    }
    if (v == 0 || (v == floor(v) && fabs(v) < 1e6)) {
        line_add(l, "%.0f", v == 0 ? 0.0 : v);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    char *e = strchr(text, 'e');
    if (!e) {
        line_add(l, "%s", text);
        return;
    }
    *e = '\0'; /* 1e+09 is 1e9 */
    line_add(l, "%se%ld", text, strtol(e + 1, NULL, 10));
}

static bool unbounded(const struct tw_param *p)
{
    bool whole = p->type == TW_INT || p->type == TW_INTS;
    double least = whole ? -9.2e18 : -INFINITY, most = whole ? 9.2e18 : INFINITY;
    return p->min <= least && p->max >= most;
}

static void line_range(struct line *l, const struct tw_param *p)
{
    bool whole = p->type == TW_INT || p->type == TW_INTS;
    line_add(l, "[");
    line_number(l, whole && p->min <= -9.2e18 ? -INFINITY : p->min);
    line_add(l, ", ");
    line_number(l, whole && p->max >= 9.2e18 ? INFINITY : p->max);
    line_add(l, "]");
}

static void line_choices(struct line *l, const struct tw_param *p, const char *between)
{
    size_t n = param_n_choices(p);
    for (size_t i = 0; i < n; i++)
        line_add(l, "%s%s", i ? between : "", p->choices[i]);
}

void line_allowed(struct line *l, const struct tw_param *p, const char *between_choices)
{
    size_t start = l->n;
    if (param_is_number(p->type) && !unbounded(p))
        line_range(l, p);
    else if (p->type == TW_CHOICE)
        line_choices(l, p, between_choices);
    else if (p->type == TW_BOOL)
        line_add(l, "true%sfalse", between_choices);
    if (p->flags & TW_P_AUTO)
        line_add(l, "%sauto", l->n > start ? " or " : "");
    if (param_nullable(p))
        line_add(l, "%snull", l->n > start ? " or " : "");
}

void line_wanted(struct line *l, const struct tw_param *p)
{
    line_add(l, "%s", known(p->type) ? types[p->type].wanted : "?");
    if (p->type == TW_CHOICE) {
        line_add(l, " ");
        line_choices(l, p, ", ");
    }
    if (param_is_number(p->type) && !unbounded(p)) {
        line_add(l, param_is_list(p->type) ? ", each in " : " in ");
        line_range(l, p);
    }
    if (param_is_number(p->type) && p->unit)
        line_add(l, " (%s)", p->unit);
    if (p->flags & TW_P_AUTO)
        line_add(l, " or auto");
    if (param_nullable(p))
        line_add(l, " or null");
}
