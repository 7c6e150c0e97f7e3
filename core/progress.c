/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.c -- see progress.h. */
#include "progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR     28
#define SPACING (1.0 / 32) /* between two marks, as a share of the time spent */

double clock_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_init(struct progress *p, bool quiet)
{
    memset(p, 0, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    p->terminal = !quiet && isatty(STDERR_FILENO);
    p->quiet = quiet;
    p->clock = clock_seconds;
}

void progress_free(struct progress *p)
{
    if (p->terminal && p->stage[0])
        fputs("\r\033[K", stderr);
    pthread_mutex_destroy(&p->lock);
}

/* ---- the time left; the lock is held ------------------------------------------------- */

/* Remember the present state.  Updates that come in bursts, as from several workers,
 * count with the last of a burst. */
static void set_mark(struct progress *p, double now)
{
    struct progress_mark *m = p->mark;
    size_t n = p->n_marks;
    if (n > 0 && p->fraction < m[n - 1].fraction) {
        if (p->fraction > m[n - 1].fraction - 0.02) /* two workers were not in order */
            return;
        n = 0; /* what was said so far was about something else */
    }
    bool still = n == 1 && !(p->fraction > m[0].fraction); /* nothing has begun */
    if (still || (n > 1 && now - m[n - 2].time < SPACING * (now - p->begun)))
        n--;
    if (n == PROGRESS_MARKS)
        memmove(m, m + 1, --n * sizeof *m);
    m[n] = (struct progress_mark){now, p->fraction};
    p->n_marks = n + 1;
}

static double left_now(const struct progress *p)
{
    const struct progress_mark *m = p->mark, *from = m;
    if (p->n_marks < 2)
        return NAN;
    const struct progress_mark *last = &m[p->n_marks - 1];
    double half = p->begun + (last->time - p->begun) / 2;
    for (size_t i = 1; i + 1 < p->n_marks && m[i].time <= half; i++)
        from = &m[i];
    double done = last->fraction - from->fraction;
    return done > 0 ? (1 - last->fraction) * (last->time - from->time) / done : NAN;
}

double progress_left(struct progress *p)
{
    pthread_mutex_lock(&p->lock);
    double left = left_now(p);
    pthread_mutex_unlock(&p->lock);
    return left;
}

/* ---- the line on a terminal ------------------------------------------------------------ */

static void draw(struct progress *p, double now)
{
    char bar[BAR + 1], left[48] = "";
    int full = (int)(p->fraction * BAR + 0.5);
    for (int i = 0; i < BAR; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR] = '\0';
    double s = left_now(p);
    if (p->fraction > 0.02 && now - p->begun > 0.25 && isfinite(s)) {
        if (s < 90)
            snprintf(left, sizeof left, "%.*f s left", s < 9.95, s);
        else if (s < 90 * 60)
            snprintf(left, sizeof left, "%.0f min left", s / 60);
        else
            snprintf(left, sizeof left, "%.1f h left", s / 3600);
    }
    fprintf(stderr, "\r\033[K%s%-8s [%s] %3.0f %%  %s%s%s", p->prefix, p->stage, bar,
            100 * p->fraction, left, left[0] && p->what[0] ? ", " : "", p->what);
    fflush(stderr);
    p->drawn = now;
}

void progress_begin(struct progress *p, const char *stage)
{
    if (!p || p->quiet)
        return;
    pthread_mutex_lock(&p->lock);
    snprintf(p->stage, sizeof p->stage, "%s", stage);
    p->what[0] = '\0';
    p->fraction = p->span_lo = p->span_hi = 0;
    p->n_marks = 0;
    p->begun = p->clock();
    if (p->terminal)
        draw(p, p->begun);
    pthread_mutex_unlock(&p->lock);
}

/* `fraction` of what lies between lo and hi of the stage.  The lock is held. */
static void show(struct progress *p, double lo, double hi, double fraction, const char *what)
{
    if (!p->stage[0])
        return;
    p->fraction = lo + (hi - lo) * (!(fraction >= 0) ? 0 : fraction > 1 ? 1 : fraction);
    if (what)
        snprintf(p->what, sizeof p->what, "%s", what);
    double now = p->clock();
    set_mark(p, now);
    if (now - p->drawn > 0.1)
        draw(p, now);
}

void progress_update(struct progress *p, double fraction, const char *what)
{
    if (!p || !p->terminal)
        return;
    pthread_mutex_lock(&p->lock);
    show(p, 0, 1, fraction, what);
    pthread_mutex_unlock(&p->lock);
}

void progress_span(struct progress *p, double lo, double hi)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->span_lo = lo;
    p->span_hi = hi;
    pthread_mutex_unlock(&p->lock);
    progress_tick(p, 0, NULL);
}

void progress_tick(struct progress *p, double fraction, const char *what)
{
    if (!p || !p->terminal)
        return;
    pthread_mutex_lock(&p->lock);
    if (p->span_hi > p->span_lo)
        show(p, p->span_lo, p->span_hi, fraction <= 1 ? fraction : 0, what); /* 7 is no answer */
    else
        show(p, p->fraction, 1, 0, what); /* only the words */
    pthread_mutex_unlock(&p->lock);
}

void progress_end(struct progress *p, const char *fmt, ...)
{
    if (!p || p->quiet)
        return;
    pthread_mutex_lock(&p->lock);
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s%s%-8s ", p->terminal ? "\r\033[K" : "", p->prefix, p->stage);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    p->stage[0] = '\0';
    pthread_mutex_unlock(&p->lock);
}

void progress_print(struct progress *p, const char *fmt, ...)
{
    if (p)
        pthread_mutex_lock(&p->lock);
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%sthalweg: ", p && p->terminal ? "\r\033[K" : "");
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    if (p)
        pthread_mutex_unlock(&p->lock);
}
