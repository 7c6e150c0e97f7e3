/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h -- what the user sees while a run works, on stderr.
 *
 *     progress_begin    a stage starts
 *     progress_update   how far it is, from any thread, as often as one likes
 *     progress_part     which part of the stage these updates are about
 *     progress_span     which part of the stage the next call of a plugin is
 *     progress_tick     how far that call is
 *     progress_end      it is done; one line stays
 *     progress_print    a line in between (warnings, notes)
 *
 * On a terminal: one line, redrawn ten times a second, with a bar and the time
 * left.  Otherwise only the line at the end of each stage.  A NULL struct is
 * silent but for progress_print.
 */
#ifndef CORE_PROGRESS_H
#define CORE_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>

struct progress {
    pthread_mutex_t lock;
    bool terminal;
    bool quiet;     /* no stages, only progress_print */
    char stage[32]; /* "" between stages */
    char what[48];
    double begun, drawn; /* seconds, monotonic */
    double fraction;
    double part_lo, part_hi; /* of the stage, that progress_update speaks of */
    double span_lo, span_hi; /* of the present call in the stage; equal: unknown */
};

void progress_init(struct progress *p, bool quiet);
void progress_free(struct progress *p);
void progress_begin(struct progress *p, const char *stage);
void progress_update(struct progress *p, double fraction, const char *what);
/* What follows from progress_update is [lo, hi] of the stage; until the next
 * progress_part or progress_begin. */
void progress_part(struct progress *p, double lo, double hi);

/* Of the stage [lo, hi] is what a plugin's call reports in [0, 1]; until the
 * next progress_span or progress_begin.  Without it only its words are shown. */
void progress_span(struct progress *p, double lo, double hi);
void progress_tick(struct progress *p, double fraction, const char *what);
/* The note is what stays: "3.2 s, loss 0.03". */
void progress_end(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void progress_print(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Seconds on a clock that only goes forward. */
double clock_seconds(void);

#endif
