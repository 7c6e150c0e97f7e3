/* SPDX-License-Identifier: GPL-3.0-or-later */
/* barrier.c -- see barrier.h: a fine line first, then closer around its highest point. */
#include "barrier.h"

#include <math.h>
#include <stdlib.h>

#define FINE   101 /* points of the line */
#define CLOSER 17  /* of each look at the surroundings of the highest */
#define LOOKS  4

/* n points from t = lo to hi on the line; the highest of them. */
static int look(struct probe *p, const struct tw_mark *a, const struct tw_mark *b, double lo,
                double hi, size_t n, double *loss, size_t *top, struct error *err)
{
    double xy[2 * FINE];
    for (size_t i = 0; i < n; i++) {
        double t = lo + (hi - lo) * (double)i / (double)(n - 1);
        xy[2 * i] = (1 - t) * a->x + t * b->x;
        xy[2 * i + 1] = (1 - t) * a->y + t * b->y;
    }
    if (probe_loss(p, n, xy, loss, err) < 0)
        return -1;
    *top = 0;
    for (size_t i = 1; i < n; i++)
        if (loss[i] > loss[*top] || isnan(loss[i]))
            *top = i;
    return 0;
}

static int measure(struct barrier *b, struct probe *p, struct error *err)
{
    const struct tw_mark *from = &p->plane->view.mark[b->from];
    const struct tw_mark *to = &p->plane->view.mark[b->to];
    double loss[FINE], lo = 0, hi = 1;
    size_t top, n = FINE;
    if (look(p, from, to, lo, hi, n, loss, &top, err) < 0)
        return -1;
    b->from_loss = loss[0];
    b->to_loss = loss[n - 1];
    b->highest = loss[top];
    b->at = (double)top / (double)(n - 1);
    for (int i = 0; i < LOOKS && isfinite(b->highest); i++) {
        double step = (hi - lo) / (double)(n - 1);
        lo = fmax(0, b->at - step);
        hi = fmin(1, b->at + step);
        n = CLOSER;
        if (look(p, from, to, lo, hi, n, loss, &top, err) < 0)
            return -1;
        if (!(loss[top] > b->highest))
            continue;
        b->highest = loss[top];
        b->at = lo + (hi - lo) * (double)top / (double)(n - 1);
    }
    b->above_higher_end = b->highest - fmax(b->from_loss, b->to_loss);
    b->above_mean = b->highest - 0.5 * (b->from_loss + b->to_loss);
    return 0;
}

int barrier_find(struct barrier *b, size_t *n, struct probe *p, struct error *err)
{
    uint32_t marks = p->plane->view.n_marks;
    *n = 0;
    for (uint32_t i = 0; i + 1 < marks; i++)
        for (uint32_t k = i + 1; k < marks; k++) {
            b[*n] = (struct barrier){.from = i, .to = k};
            if (measure(&b[(*n)++], p, err) < 0)
                return -1;
        }
    return 0;
}
