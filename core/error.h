/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h -- one line that says what went wrong, and whose fault it is.
 *
 * Functions that can fail return 0 or -1 and take a `struct error *` last.
 * The lowest level says what, each level above adds only where or who; main
 * alone prints.  The fault is the exit status of the program.
 */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

enum fault {
    FAULT_NONE = 0,
    FAULT_PIPELINE = 2, /* the command line or the pipeline is wrong */
    FAULT_PLUGIN = 3,   /* a plugin is missing or refused */
    FAULT_RUN = 4,      /* the run failed */
    FAULT_INTERRUPT = 130
};

struct error {
    enum fault fault;
    char text[1024]; /* one line, no newline; cut with "..." when longer */
};

/* Record the first failure; later ones on the same struct are ignored.
 * Control characters become spaces.  Returns -1. */
int error_set(struct error *e, enum fault fault, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int error_vset(struct error *e, enum fault fault, const char *fmt, va_list ap);

/* Put "PREFIX: " in front of what is recorded.  Returns -1. */
int error_prefix(struct error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same with something behind it.  Returns -1. */
int error_suffix(struct error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Out of memory.  Returns -1. */
int error_nomem(struct error *e);

void error_clear(struct error *e);

#endif
