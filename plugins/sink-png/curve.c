/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curve.c -- a line through the landscape: loss and accuracy over x.
 *
 * The losses (training, test, several planes) share the left axis, on the scale of the
 * map's colours, with a little room above and below; the accuracies have the right
 * one.  Grid points are joined by straight lines; where there is no finite loss, the
 * curve is broken and the ground hatched.
 */
#include "chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PAD 0.05 /* of the scale, above and below */
#define FAR 20.0 /* scales away: farther would overflow cairo's coordinates */

/* ---- scale ---------------------------------------------------------------------------- */

/* All losses of the picture in one array; to be freed. */
static double *all_losses(const struct chart *c, size_t *n)
{
    const struct tw_spread *s = c->result->spread;
    const double *const part[] = {c->grid->loss, c->grid->test_loss, s ? s->min : NULL,
                                  s ? s->max : NULL};
    size_t nx = c->grid->nx, parts = sizeof part / sizeof *part;
    double *all = nx <= SIZE_MAX / sizeof *all / parts ? malloc(parts * nx * sizeof *all) : NULL;

    *n = 0;
    for (size_t k = 0; all && k < parts; k++)
        if (part[k]) {
            memcpy(all + *n, part[k], nx * sizeof *all);
            *n += nx;
        }
    return all;
}

static void accuracy_ends(struct chart *c)
{
    const double *const part[] = {c->grid->accuracy, c->grid->test_accuracy};
    double lo = INFINITY, hi = -INFINITY, room;

    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; part[k] && i < c->grid->nx; i++)
            if (isfinite(part[k][i])) {
                lo = fmin(lo, part[k][i]);
                hi = fmax(hi, part[k][i]);
            }
    if (!(lo <= hi))
        return;
    if (hi - lo > 0.3) {
        c->acc_lo = fmin(lo, 0);
        c->acc_hi = fmax(hi, 1);
    } else {
        room = fmax(hi - lo, 0.005) * 0.5;
        c->acc_lo = fmax(lo - room, fmin(lo, 0));
        c->acc_hi = fmin(hi + room, fmax(hi, 1));
    }
    room = PAD / (1 - 2 * PAD) * (c->acc_hi - c->acc_lo); /* as the losses have it */
    c->acc_lo -= room;
    c->acc_hi += room;
}

int curve_scale(struct chart *c)
{
    struct scale whole;
    size_t n;
    double *all = all_losses(c, &n);
    int rc;

    if (!all)
        return TW_ENOMEM;
    rc = scale_fit(&whole, all, n, (enum scale_log)c->cfg->log, c->cfg->vmin, c->cfg->vmax);
    free(all);
    /* The same ends, and what the training loss has beyond them. */
    if (!rc)
        rc = scale_fit(&c->scale, c->grid->loss, c->grid->nx, whole.log ? SCALE_LOG : SCALE_LINEAR,
                       whole.lo, whole.hi);
    if (!rc) { /* also where the training loss itself suits no logarithm */
        c->scale.log = whole.log;
        c->scale.lo = whole.lo;
        c->scale.hi = whole.hi;
    }
    accuracy_ends(c);
    return rc ? TW_ENOMEM : TW_OK;
}

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

double curve_y(const struct chart *c, double loss)
{
    double t = position(&c->scale, loss);

    return c->map.y + c->map.h * (1 - (t + PAD) / (1 + 2 * PAD));
}

double curve_value(const struct chart *c, double share)
{
    double v = scale_value(&c->scale, share * (1 + 2 * PAD) - PAD);

    /* A scale over all the numbers there are has no room beside it. */
    return isfinite(v) && (v > 0 || !c->scale.log) ? v : share > 0.5 ? c->scale.hi : c->scale.lo;
}

double curve_accuracy_y(const struct chart *c, double accuracy)
{
    return c->map.y + c->map.h * (1 - (accuracy - c->acc_lo) / (c->acc_hi - c->acc_lo));
}

void curve_colours(struct chart *c)
{
    enum palette p = c->palette;

    c->curve = palette_at(p, 0.22);
    c->acc_curve = palette_at(p, 0.68);
    while (rgb_lightness(c->curve) > 40)
        c->curve = rgb_mix(c->curve, ink, 0.1);
    while (rgb_lightness(c->acc_curve) > 60) /* it must stand out from white paper */
        c->acc_curve = rgb_mix(c->acc_curve, ink, 0.1);
}

/* ---- curves --------------------------------------------------------------------------- */

bool curve_gap(const struct chart *c, size_t *i, double *a, double *b)
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

    for (size_t i = 0; curve_gap(c, &i, &a, &b);) {
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
    return k->accuracy ? curve_accuracy_y(c, k->v[i]) : chart_y(c, k->v[i]);
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
