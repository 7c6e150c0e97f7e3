/* SPDX-License-Identifier: GPL-3.0-or-later */
/* camera.c -- see camera.h. */
#include "sink-movie/camera.h"

#include "util/ease.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIANS    0.017453292519943295
#define CHANNELS   6   /* of a shot: three of place, distance, turn, rise */
#define STIFF      2.3 /* of the spring, 1/s */
#define SWEEP_RATE 3.6 /* degrees a second */
#define SWEEP_MOST 150 /* degrees */
#define TABLE_RATE 9.0 /* of a turntable */
#define RISE_STEP  1.0
#define RISE_MOST  74.0
#define WIDEN      1.1 /* seconds before and after a place where the ball is hidden */
#define SIDES      24
#define MARCH      72 /* places along a ray */

void camera_eye(const struct shot *s, double eye[3])
{
    double t = s->turn * RADIANS, r = s->rise * RADIANS;

    eye[0] = s->at[0] + s->distance * cos(t) * cos(r);
    eye[1] = s->at[1] + s->distance * sin(t) * cos(r);
    eye[2] = s->at[2] + s->distance * sin(r);
}

/* From the ball's top, where light and colour are, until above all of the ground. */
bool camera_hidden(const struct land *l, const double foot[3], double radius, const double eye[3])
{
    double from[3] = {foot[0] - l->offset[0], foot[1] - l->offset[1],
                      foot[2] - l->offset[2] + 1.2 * radius};
    double d[3], length, far;

    for (int a = 0; a < 3; a++)
        d[a] = eye[a] - l->offset[a] - from[a];
    length = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    far = fmin(length, 2 * (l->half[0] + l->half[1]));
    if (d[2] > 0)
        far = fmin(far, length * (l->high - l->low - from[2]) / d[2] + radius);
    for (int k = 1; k <= MARCH; k++) {
        double s = far * k / MARCH / length, h;

        if (s * length < radius)
            continue;
        h = land_height(l, from[0] + s * d[0], from[1] + s * d[1]);
        if (h > from[2] + s * d[2])
            return true;
    }
    return false;
}

/* ---- wishes ------------------------------------------------------------------------------- */

static void middle(const struct camera_want *w, size_t land, double at[3])
{
    const struct land *l = &w->lands[land];

    for (int a = 0; a < 3; a++)
        at[a] = w->whole.at[a] - w->lands[0].offset[a] + l->offset[a];
    /* Landscapes are of different heights. */
    at[2] += 0.4 * ((l->high - l->low) - (w->lands[0].high - w->lands[0].low));
}

/* How much the shot belongs to the ball (0 to 1). */
static double closeness(const struct moment *m)
{
    switch (m->phase) {
    case PHASE_ROLL:
        return 1;
    case PHASE_REST:
        return 0.85;
    case PHASE_MORPH:
        return 0.25;
    default:
        return 0;
    }
}

static void wish(const struct camera_want *w, size_t frame, struct shot *s, struct moment *m,
                 struct roll_place *ball)
{
    double time = ((double)frame + 0.5) / w->fps, d = w->time->duration;
    double sweep = fmin((w->roll ? SWEEP_RATE : TABLE_RATE) * d, w->roll ? SWEEP_MOST : 360);
    double x = time / d, ramp = 0.1, even;

    /* Even, but for the ends. */
    even = x < ramp       ? x * x / (2 * ramp)
           : x > 1 - ramp ? 1 - ramp - (1 - x) * (1 - x) / (2 * ramp)
                          : x - ramp / 2;
    *m = timeline_at(w->time, time);
    *s = w->whole;
    s->turn += sweep * (even / (1 - ramp) - 0.5);
    if (!w->roll)
        return;
    roll_at(w->roll, w->lands, m->land, m->t, ball);
    double close = closeness(m), next = m->phase == PHASE_MORPH ? ease(m->share) : 0, a[3], b[3];
    double follow = m->phase == PHASE_END ? 0.15 : 0.55 * close;

    middle(w, m->land, a);
    middle(w, m->land + (next > 0), b);
    for (int k = 0; k < 3; k++) {
        s->at[k] = a[k] + (b[k] - a[k]) * next;
        s->at[k] += follow * (ball->foot[k] - s->at[k]);
    }
    s->distance *= m->phase == PHASE_END ? 1.06 : 1 - 0.26 * close;
}

/* ---- smoothing ------------------------------------------------------------------------------ */

static void channels(const struct shot *s, double v[CHANNELS])
{
    memcpy(v, s->at, sizeof s->at);
    v[3] = s->distance;
    v[4] = s->turn;
    v[5] = s->rise;
}

static void from_channels(struct shot *s, const double v[CHANNELS])
{
    memcpy(s->at, v, sizeof s->at);
    s->distance = v[3];
    s->turn = v[4];
    s->rise = v[5];
}

/* A critically damped spring pulls each channel to its wish; exact for wishes that stand
 * still for a frame. */
static void spring(struct shot *s, size_t n, double dt, bool backwards, unsigned which)
{
    double y[CHANNELS], v[CHANNELS] = {0}, shrink = exp(-STIFF * dt);

    channels(&s[backwards ? n - 1 : 0], y);
    for (size_t i = 0; i < n; i++) {
        struct shot *at = &s[backwards ? n - 1 - i : i];
        double x[CHANNELS];

        channels(at, x);
        for (int k = 0; k < CHANNELS; k++) {
            double d = y[k] - x[k], push = v[k] + STIFF * d;

            if (!(which >> k & 1))
                continue;
            y[k] = x[k] + (d + push * dt) * shrink;
            v[k] = (v[k] - STIFF * push * dt) * shrink;
            x[k] = y[k];
        }
        from_channels(at, x);
    }
}

static void smooth(struct shot *s, size_t n, double fps, unsigned which)
{
    spring(s, n, 1 / fps, false, which);
    spring(s, n, 1 / fps, true, which);
}

/* ---- out of the ground's way ----------------------------------------------------------------- */

static bool hidden_in(const struct camera_want *w, const struct moment *m,
                      const struct roll_place *ball, const double eye[3])
{
    double radius = w->roll->b->radius;

    return camera_hidden(&w->lands[m->land], ball->foot, radius, eye) ||
           (m->phase == PHASE_MORPH &&
            camera_hidden(&w->lands[m->land + 1], ball->foot, radius, eye));
}

/* The least rise from which the ball is in sight. */
static double needed(const struct camera_want *w, struct shot s, const struct moment *m,
                     const struct roll_place *ball)
{
    double eye[3];

    for (; s.rise < RISE_MOST; s.rise += RISE_STEP) {
        camera_eye(&s, eye);
        if (!hidden_in(w, m, ball, eye))
            break;
    }
    return s.rise;
}

/* Each frame rises as high as any of its neighbours must, and a little earlier. */
static void widen(double *rise, double *work, size_t n, size_t reach)
{
    memcpy(work, rise, n * sizeof *rise);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i > reach ? i - reach : 0; k < n && k <= i + reach; k++)
            rise[i] = fmax(rise[i], work[k]);
}

static int rise_all(const struct camera_want *w, struct shot *s)
{
    double *rise = malloc(2 * w->n_frames * sizeof *rise);
    struct roll_place ball;
    struct shot other;
    struct moment m;

    if (!rise)
        return -1;
    for (size_t i = 0; i < w->n_frames; i++) {
        wish(w, i, &other, &m, &ball);
        rise[i] = needed(w, s[i], &m, &ball);
        rise[i] = fmin(rise[i] + (rise[i] > s[i].rise ? 2.5 : 0), RISE_MOST);
    }
    widen(rise, rise + w->n_frames, w->n_frames, (size_t)(WIDEN * w->fps + 0.5));
    for (size_t i = 0; i < w->n_frames; i++)
        s[i].rise = rise[i];
    free(rise);
    return 0;
}

/* ---- all of it --------------------------------------------------------------------------- */

double camera_side(const struct camera_want *w)
{
    double best = 0, least = INFINITY;
    size_t step = 1 + w->n_frames / 120;

    for (int k = 0; k < SIDES; k++) {
        struct camera_want one = *w;
        /* From the usual corner on: x to the right, y to the back. */
        double turn = 360.0 * ((k + 21) % SIDES) / SIDES, cost = 0, corner;
        struct shot s;
        struct moment m;
        struct roll_place ball;

        one.whole.turn = turn;
        for (size_t i = 0; i < w->n_frames; i += step) {
            wish(&one, i, &s, &m, &ball);
            cost += needed(w, s, &m, &ball) - s.rise;
        }
        corner = fabs(sin(2 * turn * RADIANS)); /* straight views look flat */
        cost = cost / (double)(w->n_frames / step + 1) - 6 * corner;
        if (cost < least - 1e-9) {
            least = cost;
            best = turn;
        }
    }
    return best;
}

struct shot *camera_plan(const struct camera_want *w)
{
    struct shot *s = malloc(w->n_frames * sizeof *s);
    struct roll_place ball;
    struct moment m;

    if (!s)
        return NULL;
    for (size_t i = 0; i < w->n_frames; i++)
        wish(w, i, &s[i], &m, &ball);
    smooth(s, w->n_frames, w->fps, 0x1f);
    if (w->roll) {
        if (rise_all(w, s)) {
            free(s);
            return NULL;
        }
        smooth(s, w->n_frames, w->fps, 0x20);
    }
    return s;
}
