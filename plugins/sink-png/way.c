/* SPDX-License-Identifier: GPL-3.0-or-later */
/* way.c -- see way.h: the ball's way in the first of its landscapes, which is the map,
 * and where it came to rest. */
#include "sink-png/way.h"

#include "sink-png/symbols.h"

#include <math.h>

size_t ball_samples(const struct chart *c)
{
    const struct tw_ball *b = c->result->ball;
    size_t n = 0;

    if (!b || c->line || !c->result->n_landscapes)
        return 0;
    while (n < b->n && b->landscape[n] == 0)
        n++;
    return n;
}

void chart_way(struct chart *c)
{
    const struct tw_ball *b = c->result->ball;
    size_t n = ball_samples(c);

    if (!n)
        return;
    cairo_save(c->fig.cr);
    cairo_rectangle(c->fig.cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_clip(c->fig.cr);
    cairo_new_path(c->fig.cr);
    for (size_t i = 0; i < n; i++)
        cairo_line_to(c->fig.cr, chart_x(c, b->x[i]), chart_y(c, b->y[i]));
    way_stroke(c);
    cairo_restore(c->fig.cr);
}

void chart_ball(struct chart *c)
{
    const struct tw_ball *b = c->result->ball;
    struct legend_item l = {.symbol = SYM_BALL};
    size_t n = ball_samples(c);

    if (n)
        symbol_draw(c, &l, chart_x(c, b->x[n - 1]), chart_y(c, b->y[n - 1]));
}
