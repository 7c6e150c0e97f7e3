/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.c -- see timeline.h. */
#include "sink-movie/timeline.h"

#include "util/resample.h"

#include <math.h>
#include <stdlib.h>

#define FLOOR   0.02 /* a second at rest counts as much */
#define RAMP    0.14 /* of a roll, eased in and as much out */
#define EVEN    0.35 /* of the time for rolling is shared evenly, the rest by need */
#define NEED_V  0.12 /* v_c, as a share of the highest, of the need */
#define SLOWEST 0.6  /* a short roll is not slowed down further */
#define KEEP_V  0.5  /* v_c is not above this share: quick parts go at one speed */

/* ---- the ball's time ------------------------------------------------------------------ */

/* From 0 to 1 at an even rate, but for ramps at both ends: slope 0 there, continuous in between. */
static double even_eased(double x)
{
    double y, top = 1 / (1 - RAMP);

    if (!(x > 0))
        return 0;
    if (x >= 1)
        return 1;
    if (x > 0.5)
        return 1 - even_eased(1 - x);
    if (x >= RAMP)
        return top * (x - RAMP / 2);
    y = x / RAMP; /* the integral of 3 y^2 - 2 y^3 */
    return top * RAMP * (y * y * y - y * y * y * y / 2);
}

static double highest(const double *v, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, v[i]);
    return most;
}

/* Weights for v_c, and their integral. `v` has n places. */
static double weigh(struct warp *p, const double *v, double v_c)
{
    for (size_t i = 0; i < p->n; i++) {
        double x = v_c > 0 ? v[i] / v_c : INFINITY;

        p->w[i] = isinf(x) ? 1 : FLOOR + (1 - FLOOR) * (x * x / (1 + x * x));
    }
    p->sum[0] = 0;
    for (size_t i = 1; i < p->n; i++)
        p->sum[i] = p->sum[i - 1] + (p->t[i] - p->t[i - 1]) * (p->w[i] + p->w[i - 1]) / 2;
    return p->sum[p->n - 1];
}

/* What v_c makes W last `want` seconds, if any between 0 and `most` does; W shrinks with v_c. */
static void fit(struct warp *p, const double *v, double want, double most)
{
    double lo = 1e-6 * most, hi = most;

    if (weigh(p, v, most) >= want || weigh(p, v, 0) <= want)
        return; /* all of it in real time, or faster */
    for (int k = 0; k < 60; k++) {
        double mid = sqrt(lo * hi);

        if (weigh(p, v, mid) > want)
            lo = mid;
        else
            hi = mid;
    }
    weigh(p, v, hi);
}

static void fit_to(struct warp *p, const double *v, double seconds, double speed)
{
    double real = weigh(p, v, 0), flow = seconds * (1 - RAMP), top = highest(v, p->n);

    p->length = seconds;
    if (!(flow > 0 && real > 0 && top > 0))
        return;
    if (isfinite(speed)) {
        fit(p, v, speed * flow, 1e3 * top);
        p->length = fmin(seconds, p->sum[p->n - 1] / speed / (1 - RAMP));
        return;
    }
    fit(p, v, flow, KEEP_V * top);
    if (real < SLOWEST * flow)
        p->length = real / SLOWEST / (1 - RAMP);
}

static double warp_at(const struct warp *p, double share)
{
    double want = p->sum[p->n - 1] * share, rest, slope, w;
    size_t lo, hi;

    if (share >= 1 || p->n < 2)
        return p->t[p->n - 1];
    lo = resample_interval(p->sum, p->n, want);
    hi = lo + 1;
    if (!(p->t[hi] > p->t[lo]))
        return p->t[lo];
    /* w d + slope d^2 / 2 = rest */
    rest = want - p->sum[lo];
    slope = (p->w[hi] - p->w[lo]) / (p->t[hi] - p->t[lo]);
    w = sqrt(fmax(0, p->w[lo] * p->w[lo] + 2 * slope * rest));
    return fmin(p->t[lo] + 2 * rest / (p->w[lo] + w), p->t[hi]);
}

/* ---- parts ---------------------------------------------------------------------------- */

struct lengths {
    double title, rest, morph, end, rolls;
};

static struct lengths measure(const struct timeline_want *want, size_t n)
{
    double d = want->duration, changes = (double)(n - 1);
    struct lengths l = {.title = want->title ? fmin(2.4, 0.12 * d) : fmin(0.5, 0.03 * d),
                        .rest = fmin(0.45, 0.08 * d / (double)n),
                        .end = want->end ? fmin(3.4, 0.16 * d) : fmin(1, 0.05 * d)};

    if (n > 1)
        l.morph = fmin(1.8, 0.27 * d / changes);
    l.rolls = d - l.title - l.end - (double)n * l.rest - changes * l.morph;
    return l;
}

static void add(struct timeline *l, enum phase phase, size_t land, double seconds)
{
    double from = l->n_parts ? l->part[l->n_parts - 1].to : 0;

    l->part[l->n_parts++] = (struct part){phase, land, from, from + seconds};
}

static void lay_out(struct timeline *l, const struct lengths *m, const double *roll)
{
    add(l, PHASE_TITLE, 0, m->title);
    for (size_t k = 0; k < l->n_lands; k++) {
        add(l, PHASE_ROLL, k, roll[k]);
        add(l, PHASE_REST, k, m->rest);
        if (k + 1 < l->n_lands)
            add(l, PHASE_MORPH, k, m->morph);
    }
    add(l, PHASE_END, l->n_lands - 1, m->end);
    l->part[l->n_parts - 1].to = l->duration;
}

/* The landscape's samples, the speed that the ball could still have, and room for the weights. */
static int warp_begin(struct warp *p, const struct tw_ball *b, size_t land, double *v)
{
    size_t first = 0, n = 0;

    while (first < b->n && b->landscape[first] < land)
        first++;
    while (first + n < b->n && b->landscape[first + n] == land)
        n++;
    p->n = n;
    p->t = b->t + first;
    p->w = calloc(n + !n, sizeof *p->w);
    p->sum = calloc(n + !n, sizeof *p->sum);
    if (!p->w || !p->sum)
        return -1;
    for (size_t i = n; i-- > 0;) {
        double e = b->energy[first + i] - b->energy[first + n - 1];

        v[i] = fmax(i + 1 < n ? v[i + 1] : 0, e > 0 ? sqrt(2 * e) : 0);
    }
    return 0;
}

static int rolls(struct timeline *l, const struct tw_ball *b, double seconds, double speed,
                 double *roll)
{
    double *v = malloc((b->n + 1) * l->n_lands * sizeof *v), all = 0;

    l->warp = calloc(l->n_lands, sizeof *l->warp);
    for (size_t k = 0; v && l->warp && k < l->n_lands; k++) {
        if (warp_begin(&l->warp[k], b, k, v + k * (b->n + 1))) {
            free(v);
            return TW_ENOMEM;
        }
        roll[k] = l->warp[k].n ? weigh(&l->warp[k], v + k * (b->n + 1),
                                       NEED_V * highest(v + k * (b->n + 1), l->warp[k].n))
                               : 0;
        all += roll[k];
    }
    for (size_t k = 0; v && l->warp && k < l->n_lands; k++) {
        double need = all > 0 ? roll[k] / all : 1 / (double)l->n_lands;

        roll[k] = seconds * (EVEN / (double)l->n_lands + (1 - EVEN) * need);
        if (l->warp[k].n)
            fit_to(&l->warp[k], v + k * (b->n + 1), roll[k], speed);
    }
    free(v);
    return v && l->warp ? TW_OK : TW_ENOMEM;
}

int timeline_new(struct timeline *l, const struct tw_ball *ball, size_t n_lands,
                 const struct timeline_want *want)
{
    size_t n = ball ? n_lands : 1;
    struct lengths m = measure(want, n);
    double *roll = malloc(n * sizeof *roll);
    int rc = TW_OK;

    *l = (struct timeline){.duration = want->duration, .n_lands = n};
    l->part = malloc((3 * n + 2) * sizeof *l->part);
    if (!roll || !l->part) {
        rc = TW_ENOMEM;
    } else if (ball) {
        rc = rolls(l, ball, m.rolls, want->speed, roll);
    } else {
        roll[0] = m.rolls;
    }
    if (rc == TW_OK)
        lay_out(l, &m, roll);
    free(roll);
    if (rc < 0)
        timeline_free(l);
    return rc;
}

void timeline_free(struct timeline *l)
{
    for (size_t k = 0; l->warp && k < l->n_lands; k++) {
        free(l->warp[k].w);
        free(l->warp[k].sum);
    }
    free(l->warp);
    free(l->part);
    *l = (struct timeline){.n_parts = 0};
}

static double ball_time(const struct timeline *l, const struct moment *m, double rolled)
{
    const struct warp *p = l->warp ? &l->warp[m->land] : NULL;

    return p && p->n ? warp_at(p, rolled) : 0;
}

struct moment timeline_at(const struct timeline *l, double time)
{
    size_t k = 0;
    const struct part *p;
    struct moment m;

    while (k + 1 < l->n_parts && time >= l->part[k].to)
        k++;
    p = &l->part[k];
    m = (struct moment){.phase = p->phase, .land = p->land, .part = p};
    m.share = p->to > p->from ? fmin(fmax((time - p->from) / (p->to - p->from), 0), 1) : 1;
    if (p->phase == PHASE_ROLL) {
        double length = l->warp ? l->warp[p->land].length : p->to - p->from;

        m.rolled = length > 0 ? even_eased((time - p->from) / length) : 1;
    } else {
        m.rolled = p->phase == PHASE_TITLE ? 0 : 1;
    }
    m.t = ball_time(l, &m, m.rolled);
    return m;
}
