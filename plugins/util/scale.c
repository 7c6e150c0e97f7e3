/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale.c -- see scale.h. */
#include "scale.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define TAIL      0.005 /* share of the values that may be clipped at an end */
#define LOG_RATIO 10.0  /* largest : smallest from which a logarithmic scale reads better */
#define BEYOND    0.25  /* how far scale_t follows values past the ends */

const char *const scale_log_names[] = {"auto", "true", "false", NULL};

const char *scale_check(enum scale_log log, double vmin, double vmax)
{
    if (isinf(vmin) || isinf(vmax))
        return "vmin and vmax must be finite";
    if (vmin >= vmax)
        return "vmin must be less than vmax";
    if (log == SCALE_LOG && (vmin <= 0 || vmax <= 0))
        return "vmin and vmax must be positive on a logarithmic scale (log: true)";
    return NULL;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The ends for sorted values v[0..n-1], n >= 1. */
static void linear_ends(struct scale *s, const double *v, size_t n)
{
    double top = v[n - 1 - (size_t)(TAIL * (double)(n - 1))];

    s->lo = v[0];
    s->hi = v[n - 1] - v[0] > 2 * (top - v[0]) && top > v[0] ? top : v[n - 1];
}

/* The same for the positive ones on a logarithmic scale. */
static void log_ends(struct scale *s, const double *v, size_t n)
{
    size_t tail = (size_t)(TAIL * (double)(n - 1));
    double bottom = log(v[tail]), top = log(v[n - 1 - tail]), core = top - bottom;

    s->lo = core > 0 && bottom - log(v[0]) > core ? v[tail] : v[0];
    s->hi = core > 0 && log(v[n - 1]) - top > core ? v[n - 1 - tail] : v[n - 1];
}

/* Make room between ends that coincide or stand the wrong way round, without
 * moving the one that was asked for. */
static void widen(struct scale *s, bool lo_fixed, bool hi_fixed)
{
    double size = fmax(fabs(s->lo), fabs(s->hi)), room = size > 0 ? size * 0.1 : 1;

    if (s->hi - s->lo > fmax(size * 1e-12, 1e-300))
        return;
    if (hi_fixed && !lo_fixed)
        s->lo = s->log ? s->hi / 10 : s->hi - room;
    else if (lo_fixed)
        s->hi = s->log ? s->lo * 10 : s->lo + room;
    else if (s->log)
        s->lo = s->lo / 1.5, s->hi = s->hi * 1.5;
    else
        s->lo = s->lo - room, s->hi = s->hi + room;
    s->hi = fmin(s->hi, DBL_MAX);
    s->lo = fmax(s->lo, -DBL_MAX);
}

static void choose(struct scale *s, const double *v, enum scale_log log, double vmin, double vmax)
{
    size_t n = s->n_finite, first = 0;

    while (first < n && v[first] <= 0)
        first++;
    s->log = log == SCALE_LOG;
    /* Zeros are common (a hinge loss); below zero, a logarithm means nothing. */
    if (log == SCALE_AUTO && v[0] >= 0 && first < n && !(vmin <= 0)) {
        log_ends(s, v + first, n - first);
        s->log = s->hi / s->lo > LOG_RATIO && (v[0] > 0 || n - first > n / 2);
    }
    if (first == n || vmin <= 0 || vmax <= 0)
        s->log = false;
    if (s->log)
        log_ends(s, v + first, n - first);
    else
        linear_ends(s, v, n);
    s->lo = isnan(vmin) ? s->lo : vmin;
    s->hi = isnan(vmax) ? s->hi : vmax;
    widen(s, !isnan(vmin), !isnan(vmax));
}

int scale_fit(struct scale *s, const double *v, size_t n, enum scale_log log, double vmin,
              double vmax)
{
    double *sorted = n > SIZE_MAX / sizeof *sorted ? NULL : malloc((n + !n) * sizeof *sorted);

    *s = (struct scale){.lo = 0, .hi = 1, .min = NAN, .max = NAN, .n = n, .lowest = n};
    if (!sorted)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i]))
            continue;
        if (s->lowest == n || v[i] < v[s->lowest])
            s->lowest = i;
        sorted[s->n_finite++] = v[i];
    }
    if (s->n_finite) {
        qsort(sorted, s->n_finite, sizeof *sorted, ascending);
        s->min = sorted[0];
        s->max = sorted[s->n_finite - 1];
        choose(s, sorted, log, vmin, vmax);
    } else {
        s->lo = isnan(vmin) ? (isnan(vmax) ? 0 : vmax - 1) : vmin;
        s->hi = isnan(vmax) ? s->lo + 1 : vmax;
    }
    for (size_t i = 0; i < s->n_finite; i++) {
        s->n_below += sorted[i] < s->lo;
        s->n_above += sorted[i] > s->hi;
    }
    free(sorted);
    return 0;
}

double scale_t(const struct scale *s, double v)
{
    double t;

    if (!isfinite(v))
        return NAN;
    if (s->log)
        t = v <= 0                    ? -BEYOND
            : isfinite(s->hi / s->lo) ? log(v / s->lo) / log(s->hi / s->lo)
                                      : (log(v) - log(s->lo)) / (log(s->hi) - log(s->lo));
    else /* halves: the ends may be as far apart as numbers go */
        t = (v / 2 - s->lo / 2) / (s->hi / 2 - s->lo / 2);
    return t < -BEYOND ? -BEYOND : t > 1 + BEYOND ? 1 + BEYOND : t;
}

double scale_value(const struct scale *s, double t)
{
    if (s->log && !isfinite(s->hi / s->lo))
        return exp(log(s->lo) + t * (log(s->hi) - log(s->lo)));
    return s->log ? s->lo * pow(s->hi / s->lo, t) : s->lo + t * (s->hi - s->lo);
}
