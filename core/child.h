/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child.h -- a question to code that nobody vouches for, asked in a process of
 * its own: `list` loads each plugin so, `try` runs each check so.
 *
 *     child_ask     fork, let work() fill in an answer, wait for it
 *     child_tidy    make a text of the answer one line that ends
 *
 * The child has signals as a fresh process has them, no core dump, and a limit
 * of time.  Whatever becomes of it is an answer, too.
 */
#ifndef CORE_CHILD_H
#define CORE_CHILD_H

#include "error.h"

#include <signal.h>

struct child {
    unsigned seconds;                  /* by the clock */
    unsigned processor_seconds;        /* 0: as many */
    void (*work)(void *ctx, void *to); /* in the child; `to` is zeroed, of `size` bytes */
    void *ctx;
    size_t size; /* of the answer; at most PIPE_BUF, so it comes in one piece */
    const volatile sig_atomic_t *stop; /* becomes non-zero on SIGINT; NULL: never */
};

enum child_end {
    CHILD_ANSWERED,
    CHILD_LATE,
    CHILD_CRASHED, /* *number is the signal */
    CHILD_EXITED   /* *number is the exit status */
};

/* An enum child_end; or -1 when no process can be had, or the user interrupted
 * (FAULT_INTERRUPT), which is nobody's fault. */
int child_ask(const struct child *c, void *answer, int *number, struct error *err);

void child_tidy(char *text, size_t size);

#endif
