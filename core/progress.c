/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.c -- see progress.h. */
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR 28

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
}

void progress_free(struct progress *p)
{
    if (p->terminal && p->stage[0])
        fputs("\r\033[K", stderr);
    pthread_mutex_destroy(&p->lock);
}

static void draw(struct progress *p, double now)
{
    char bar[BAR + 1], left[48] = "";
    int full = (int)(p->fraction * BAR + 0.5);
    for (int i = 0; i < BAR; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR] = '\0';
    double spent = now - p->begun;
    if (p->fraction > 0.01 && spent > 0.5) {
        double s = spent * (1 - p->fraction) / p->fraction;
        if (s < 90)
            snprintf(left, sizeof left, "%.0f s left", s);
        else
            snprintf(left, sizeof left, "%.0f min left", s / 60);
    }
    fprintf(stderr, "\r\033[K%-8s [%s] %3.0f %%  %s%s%s", p->stage, bar, 100 * p->fraction, left,
            left[0] && p->what[0] ? ", " : "", p->what);
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
    p->fraction = p->part_lo = p->span_lo = p->span_hi = 0;
    p->part_hi = 1;
    p->begun = clock_seconds();
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
    double now = clock_seconds();
    if (now - p->drawn > 0.1)
        draw(p, now);
}

void progress_update(struct progress *p, double fraction, const char *what)
{
    if (!p || !p->terminal)
        return;
    pthread_mutex_lock(&p->lock);
    show(p, p->part_lo, p->part_hi, fraction, what);
    pthread_mutex_unlock(&p->lock);
}

void progress_part(struct progress *p, double lo, double hi)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->part_lo = lo;
    p->part_hi = hi;
    pthread_mutex_unlock(&p->lock);
    progress_update(p, 0, NULL);
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
    fprintf(stderr, "%s%-8s ", p->terminal ? "\r\033[K" : "", p->stage);
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
