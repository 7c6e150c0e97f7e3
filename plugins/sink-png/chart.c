/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.c -- see chart.h: places on the picture. */
#include "sink-png/chart.h"

#include <math.h>

#define FAR 20.0 /* scales away: farther would overflow cairo's coordinates */

const struct rgb ink = {0.13, 0.15, 0.19}, ink_soft = {0.40, 0.44, 0.50}, paper = {1, 1, 1};

/* Position on the scale without an end: 0 at lo, 1 at hi; NaN for what is not finite. */
static double position(const struct scale *s, double v)
{
    double t;

    if (!isfinite(v))
        return NAN;
    if (s->log)
        t = v > 0 ? log(v / s->lo) / log(s->hi / s->lo) : -FAR;
    else
        t = (v / 2 - s->lo / 2) / (s->hi / 2 - s->lo / 2);
    return t < -FAR ? -FAR : t > FAR ? FAR : t;
}

double chart_x(const struct chart *c, double x)
{
    const struct tw_grid *g = c->grid;

    return c->map.x + (x - g->x[0]) / (g->x[g->nx - 1] - g->x[0]) * c->map.w;
}

double chart_y(const struct chart *c, double y)
{
    const struct tw_grid *g = c->grid;

    if (c->line)
        return c->map.y +
               c->map.h * (1 - (position(&c->scale, y) + CHART_PAD) / (1 + 2 * CHART_PAD));
    return c->map.y + c->map.h - (y - g->y[0]) / (g->y[g->ny - 1] - g->y[0]) * c->map.h;
}

bool chart_inside(const struct chart *c, double x, double y)
{
    const struct tw_grid *g = c->grid;

    return x >= g->x[0] && x <= g->x[g->nx - 1] &&
           (c->line || (y >= g->y[0] && y <= g->y[g->ny - 1]));
}

double chart_value(const struct chart *c, double share)
{
    double v = scale_value(&c->scale, share * (1 + 2 * CHART_PAD) - CHART_PAD);

    /* A scale over all the numbers there are has no room beside it. */
    return isfinite(v) && (v > 0 || !c->scale.log) ? v : share > 0.5 ? c->scale.hi : c->scale.lo;
}

double chart_accuracy_y(const struct chart *c, double accuracy)
{
    return c->map.y + c->map.h * (1 - (accuracy - c->acc_lo) / (c->acc_hi - c->acc_lo));
}
