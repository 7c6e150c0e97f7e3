/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve.c -- a line through the landscape: loss and accuracy over x.
 *
 * The losses (training, test, several planes) share the left axis, on the scale of the
 * map's colours, with a little room above and below; the accuracies have the right
 * one.  Grid points are joined by straight lines; where there is no finite loss, the
 * curve is broken and the ground hatched.
 */
#include "sink-png/curve.h"

#include "sink-png/symbols.h"

#include <math.h>

/* The middle of grid cells without a finite value: [*a, *b] in x, from point *i on. */
static bool gap(const struct chart *c, size_t *i, double *a, double *b)
{
    const struct tw_grid *g = c->grid;
    size_t k = *i;

    while (k < g->nx && isfinite(g->loss[k]))
        k++;
    if (k == g->nx)
        return false;
    *a = g->x[k ? k - 1 : 0];
    while (k < g->nx && !isfinite(g->loss[k]))
        k++;
    *b = g->x[k < g->nx ? k : g->nx - 1];
    *i = k;
    return true;
}

static void ground(struct chart *c)
{
    cairo_t *cr = c->fig.cr;
    double a, b;

    for (size_t i = 0; gap(c, &i, &a, &b);) {
        cairo_rectangle(cr, chart_x(c, a), c->map.y, chart_x(c, b) - chart_x(c, a), c->map.h);
        hole_fill(c);
        cairo_new_path(cr);
    }
    cairo_set_line_width(cr, 0.5 * c->fig.unit);
    for (size_t i = 0; i < c->yt.n; i++) {
        double y = chart_y(c, c->yt.at[i]);

        figure_colour(&c->fig, ink, 0.10);
        figure_line(&c->fig, c->map.x, y, c->map.x + c->map.w, y);
    }
}

struct curve {
    const double *v; /* NULL: there is no such curve */
    struct rgb colour;
    double width; /* points */
    bool accuracy, dashed;
};

static double height(const struct chart *c, const struct curve *k, size_t i)
{
    if (!isfinite(k->v[i]))
        return NAN;
    return k->accuracy ? chart_accuracy_y(c, k->v[i]) : chart_y(c, k->v[i]);
}

static void draw_curve(struct chart *c, const struct curve *k)
{
    cairo_t *cr = c->fig.cr;
    const struct tw_grid *g = c->grid;
    double u = c->fig.unit, dash[2] = {4 * u, 2.2 * u};
    bool down = false;

    figure_colour(&c->fig, k->colour, 1);
    cairo_new_path(cr);
    for (size_t i = 0; i < g->nx; i++) {
        double x = chart_x(c, g->x[i]), y = height(c, k, i);

        if (isfinite(y))
            (down ? cairo_line_to : cairo_move_to)(cr, x, y);
        down = isfinite(y);
    }
    if (k->dashed)
        cairo_set_dash(cr, dash, 2, 0);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(cr, k->width * u);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
    for (size_t i = 0; i < g->nx; i++) { /* points alone: a dot, or they would be lost */
        double y = height(c, k, i);

        if (!isfinite(y) || (i && isfinite(k->v[i - 1])) ||
            (i + 1 < g->nx && isfinite(k->v[i + 1])))
            continue;
        cairo_arc(cr, chart_x(c, g->x[i]), y, k->width * u, 0, 8 * atan(1));
        cairo_fill(cr);
    }
}

/* Between two curves, where both are finite. */
static void draw_span(struct chart *c, const double *low, const double *high, double alpha)
{
    cairo_t *cr = c->fig.cr;
    const struct tw_grid *g = c->grid;

    figure_colour(&c->fig, c->curve, alpha);
    for (size_t i = 0; i < g->nx;) {
        size_t end = i;

        while (end < g->nx && isfinite(low[end]) && isfinite(high[end]))
            end++;
        cairo_new_path(cr);
        for (size_t k = i; k < end; k++)
            cairo_line_to(cr, chart_x(c, g->x[k]), chart_y(c, high[k]));
        for (size_t k = end; k > i; k--)
            cairo_line_to(cr, chart_x(c, g->x[k - 1]), chart_y(c, low[k - 1]));
        cairo_close_path(cr);
        cairo_fill(cr);
        i = end + (end == i);
    }
}

int chart_curve(struct chart *c)
{
    const struct tw_grid *g = c->grid;
    const struct tw_spread *s = c->result->spread;
    const struct curve curves[] = {{g->accuracy, c->acc_curve, 1.3, true, false},
                                   {g->test_accuracy, c->acc_curve, 1.3, true, true},
                                   {g->loss, c->curve, 1.7, false, false},
                                   {g->test_loss, c->curve, 1.7, false, true}};
    cairo_t *cr = c->fig.cr;
    int rc = TW_OK;

    cairo_save(cr);
    cairo_rectangle(cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_clip(cr);
    ground(c);
    if (s) {
        draw_span(c, s->min, s->max, 0.16);
        draw_span(c, s->q25, s->q75, 0.24);
    }
    for (size_t k = 0; k < 4 && rc == TW_OK; k++) {
        if (curves[k].v && (!curves[k].accuracy || c->acc.n))
            draw_curve(c, &curves[k]);
        if (c->host->tick(c->host, 0.15 * (double)(k + 1), "curves"))
            rc = TW_ECANCELLED;
    }
    cairo_restore(cr);
    return rc;
}
