/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.c -- see error.h. */
#include "error.h"

#include <stdio.h>
#include <string.h>

/* One line, and an honest "..." when it did not fit. */
static void tidy(char *text, size_t size, int wanted)
{
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    if (wanted >= 0 && (size_t)wanted >= size)
        memcpy(text + size - 4, "...", 4);
}

int error_vset(struct error *e, enum fault fault, const char *fmt, va_list ap)
{
    if (e->fault != FAULT_NONE)
        return -1;
    e->fault = fault;
    tidy(e->text, sizeof e->text, vsnprintf(e->text, sizeof e->text, fmt, ap));
    return -1;
}

int error_set(struct error *e, enum fault fault, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    error_vset(e, fault, fmt, ap);
    va_end(ap);
    return -1;
}

int error_prefix(struct error *e, const char *fmt, ...)
{
    char old[sizeof e->text], who[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(who, sizeof who, fmt, ap);
    va_end(ap);
    memcpy(old, e->text, sizeof old);
    tidy(e->text, sizeof e->text, snprintf(e->text, sizeof e->text, "%s: %s", who, old));
    return -1;
}

int error_suffix(struct error *e, const char *fmt, ...)
{
    char old[sizeof e->text], more[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(more, sizeof more, fmt, ap);
    va_end(ap);
    memcpy(old, e->text, sizeof old);
    tidy(e->text, sizeof e->text, snprintf(e->text, sizeof e->text, "%s%s", old, more));
    return -1;
}

int error_nomem(struct error *e)
{
    return error_set(e, FAULT_RUN, "out of memory");
}

void error_clear(struct error *e)
{
    e->fault = FAULT_NONE;
    e->text[0] = '\0';
}
