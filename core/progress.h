/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h -- what the user sees while a run works, on stderr.
 *
 *     progress_begin    a stage starts
 *     progress_update   how far it is, from any thread, as often as one likes
 *     progress_span     which part of the stage the next call of a plugin is
 *     progress_tick     how far that call is
 *     progress_left     how long it will take
 *     progress_end      it is done; one line stays
 *     progress_print    a line in between (warnings, notes)
 *
 * On a terminal: one line, redrawn ten times a second, with a bar and the time
 * left.  Otherwise only the line at the end of each stage.  A NULL struct is
 * silent but for progress_print.
 *
 * The time left follows from how fast the second half of the time that the stage
 * has taken went by: so what it did before its first update does not count, nor,
 * after a while, a slow start.
 */
#ifndef CORE_PROGRESS_H
#define CORE_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* How far the stage was at some time. */
struct progress_mark {
    double time, fraction;
};
#define PROGRESS_MARKS 48

struct progress {
    pthread_mutex_t lock;
    bool terminal;
    bool quiet;      /* no stages, only progress_print */
    char prefix[16]; /* "2/4 ": before the name of each stage */
    char stage[32];  /* "" between stages */
    char what[48];
    double (*clock)(void); /* clock_seconds */
    double begun, drawn;   /* seconds, on that clock */
    double fraction;
    double span_lo, span_hi;                   /* of the present call; equal: unknown */
    struct progress_mark mark[PROGRESS_MARKS]; /* the last n_marks, not too close together */
    size_t n_marks;
};

void progress_init(struct progress *p, bool quiet);
void progress_free(struct progress *p);
void progress_begin(struct progress *p, const char *stage);
void progress_update(struct progress *p, double fraction, const char *what);
/* Of the stage [lo, hi] is what a plugin's call reports in [0, 1]; until the
 * next progress_span or progress_begin.  Without it only its words are shown. */
void progress_span(struct progress *p, double lo, double hi);
void progress_tick(struct progress *p, double fraction, const char *what);
/* Seconds from the last update to the end of the stage; NaN: not known yet. */
double progress_left(struct progress *p);
/* The note is what stays: "3.2 s, loss 0.03". */
void progress_end(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void progress_print(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Seconds on a clock that only goes forward. */
double clock_seconds(void);

/* For "%.*f s": a note tells milliseconds as long as they mean something. */
static inline int seconds_digits(double seconds)
{
    return seconds < 10 ? 3 : 1;
}

#endif
