/* SPDX-License-Identifier: GPL-3.0-or-later */
/* track.c -- see track.h. */
#include "sink-movie/track.h"

#include <math.h>
#include <stdlib.h>

#define RADIUS 0.024 /* of the ball at the head, in the room */
#define EVEN   0.3   /* of the time goes to checkpoints alike, the rest by distance */

static void measure(const struct tw_track *t, double *way)
{
    double all = 0;

    way[0] = 0;
    for (size_t i = 1; i < t->n; i++)
        all += hypot(t->x[i] - t->x[i - 1], t->y[i] - t->y[i - 1]);
    for (size_t i = 1; i < t->n; i++) {
        double d = hypot(t->x[i] - t->x[i - 1], t->y[i] - t->y[i - 1]);

        way[i] = way[i - 1] + EVEN / (double)(t->n - 1) + (1 - EVEN) * (all > 0 ? d / all : 0);
    }
}

int track_show_new(struct track_show *s, const struct tw_result *r)
{
    size_t n = 0;

    *s = (struct track_show){.r = r};
    for (size_t k = 0; k < r->n_tracks; k++)
        s->n += r->tracks[k]->n;
    s->way = calloc(s->n + 1, sizeof *s->way);
    s->trail = calloc(s->n + 3 * r->n_tracks + 1, sizeof *s->trail);
    if (!s->way || !s->trail) {
        track_show_free(s);
        return TW_ENOMEM;
    }
    for (size_t k = 0; k < r->n_tracks; n += r->tracks[k++]->n)
        if (r->tracks[k]->n)
            measure(r->tracks[k], s->way + n);
    return TW_OK;
}

void track_show_free(struct track_show *s)
{
    free(s->way);
    free(s->trail);
    *s = (struct track_show){.n = 0};
}

static void add(double (*to)[3], size_t *n, double x, double y, double strength)
{
    to[*n][0] = x;
    to[*n][1] = y;
    to[(*n)++][2] = strength;
}

/* How far between checkpoint i and the next one. */
static double share(const struct tw_track *t, const double *way, double grown, size_t *i)
{
    size_t k = 0;

    while (k + 2 < t->n && way[k + 1] <= grown)
        k++;
    *i = k;
    return t->n < 2 ? 0 : fmin(fmax((grown - way[k]) / fmax(way[k + 1] - way[k], 1e-12), 0), 1);
}

static double mix(const double *v, size_t i, double s)
{
    return s > 0 ? v[i] + (v[i + 1] - v[i]) * s : v[i];
}

bool track_show_at(const struct track_show *s, double grown, struct render_ball *ball, double *loss)
{
    size_t n = 0, from = s->n;

    for (size_t k = s->r->n_tracks; k-- > 0;) { /* the first comes last: it has the ball */
        const struct tw_track *t = s->r->tracks[k];
        size_t i;
        double part;

        from -= t->n;
        if (!t->n)
            continue;
        part = share(t, s->way + from, grown, &i);
        if (n) /* no line from one to the other */
            add(s->trail, &n, t->x[0], t->y[0], 0);
        for (size_t j = 0; j <= i; j++)
            add(s->trail, &n, t->x[j], t->y[j], 1);
        ball->x = mix(t->x, i, part);
        ball->y = mix(t->y, i, part);
        *loss = mix(t->loss, i, part);
        add(s->trail, &n, ball->x, ball->y, 1);
        if (k)
            add(s->trail, &n, ball->x, ball->y, 0);
    }
    if (!n)
        return false;
    ball->radius = RADIUS;
    ball->trail = s->trail;
    ball->n_trail = n;
    return true;
}
