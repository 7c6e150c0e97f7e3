/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.c -- where everything goes.
 *
 * Top to bottom: title, subtitle, map with the colour bar at its right, axis
 * labels, legend, notes.  All but the map have the size of their text; the map
 * gets the rest, with the shape of the data as far as that is reasonable.  A line has
 * the names of its marks above the frame and the axis of the accuracy at the right.
 */
#include "sink-png/layout.h"

#include "sink-png/legend.h"
#include "sink-png/marks.h"
#include "sink-png/page.h"
#include "sink-png/track.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ASPECT_MIN    0.6 /* height : width of the map */
#define ASPECT_MAX    1.6
#define ASPECT_LINE   0.56
#define LEVELS_WANTED 16

/* The forms of a label, the longest first. */
static void axis_label(char to[AXIS_FORMS][256], const char *label, double variance, double walk,
                       const struct notation *n)
{
    char suffix[2 * NUMBER_MAX], part[NUMBER_MAX], chance[NUMBER_MAX];

    notation_suffix(n, suffix, sizeof suffix);
    number_write(100 * variance, variance < 0.1 ? 2 : 3, part, sizeof part);
    number_write(100 * walk, walk < 0.1 ? 2 : 3, chance, sizeof chance);
    for (int i = 0; i < AXIS_FORMS; i++)
        snprintf(to[i], sizeof to[i], "%s%s", label, suffix);
    if (!isfinite(variance))
        return;
    for (int i = 0; i < AXIS_FORMS - 1; i++) {
        size_t k = strlen(to[i]), room = sizeof to[i] - k;

        if (isfinite(walk))
            snprintf(to[i] + k, room,
                     i ? ", %s\xe2\x80\x89%% (random walk: %s\xe2\x80\x89%%)"
                       : ", %s\xe2\x80\x89%% of the variance (random walk: %s\xe2\x80\x89%%)",
                     part, chance);
        else
            snprintf(to[i] + k, room,
                     i ? ", %s\xe2\x80\x89%%" : ", %s\xe2\x80\x89%% of the variance", part);
    }
}

static void text_labels(struct chart *c)
{
    const struct tw_plane *p = c->result->plane;
    char suffix[2 * NUMBER_MAX];
    char x[65] = "x", y[65] = "y"; /* labels may fill their field without a NUL */

    if (p && p->x_label[0])
        snprintf(x, sizeof x, "%.64s", p->x_label);
    if (p && p->y_label[0])
        snprintf(y, sizeof y, "%.64s", p->y_label);
    if (c->line)
        snprintf(y, sizeof y, "loss%s", c->scale.log ? ", log scale" : "");
    axis_label(c->x_label, x, p ? p->x_variance : NAN, p ? p->x_walk : NAN, &c->xt.notation);
    axis_label(c->y_label, y, p && !c->line ? p->y_variance : NAN, p ? p->y_walk : NAN,
               &c->yt.notation);
    notation_suffix(&c->bar.notation, suffix, sizeof suffix);
    snprintf(c->z_label, sizeof c->z_label, "%s%s%s", c->quantity, suffix,
             c->scale.log ? "\nlog scale" : "");
}

/* Iso-lines and the colour bar write numbers the same way. */
static void pick_levels(struct chart *c)
{
    struct notation *n = &c->levels.notation;
    int want = c->cfg->levels == TW_INT_AUTO ? LEVELS_WANTED : (int)c->cfg->levels;
    const struct notation *b = &c->bar.notation;

    if (!(c->scale.min < c->scale.max) || want == 0)
        return;
    levels_pick(&c->levels, c->scale.log, c->scale.lo, c->scale.hi, want);
    if (n->each || b->each)
        return;
    n->decimals += b->exponent - n->exponent;
    n->decimals = n->decimals < 0 ? 0 : n->decimals > 12 ? 12 : n->decimals;
    n->exponent = b->exponent;
    n->offset = b->offset;
}

static const struct text_style tick_style = {8.2, PANGO_WEIGHT_NORMAL, {0, 0, 0}, true};

static double widest(struct chart *c, const struct ticks *t)
{
    double most = 0;

    for (size_t i = 0; i < t->n; i++) {
        double w;

        figure_measure(&c->fig, &tick_style, NULL, t->label[i], &w, NULL);
        most = fmax(most, w);
    }
    return most;
}

static int wanted(double length, double each)
{
    double n = floor(length / each);

    return n < 2 ? 2 : n > 9 ? 9 : (int)n;
}

/* Beyond 0 and 1 there is room, but no accuracy. */
static void only_fractions(struct ticks *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_minor; i++)
        if (t->minor[i] > -1e-9 && t->minor[i] < 1 + 1e-9)
            t->minor[n++] = t->minor[i];
    t->n_minor = n;
}

static void pick_bar_ticks(struct chart *c, double h)
{
    (c->scale.log ? ticks_log : ticks_linear)(&c->bar, c->scale.lo, c->scale.hi,
                                              wanted(h, 52 * c->fig.unit));
}

/* Ticks for a map of about w x h pixels; fewer where labels would touch. */
static void pick_ticks(struct chart *c, double w, double h)
{
    const struct tw_grid *g = c->grid;
    double u = c->fig.unit;

    for (int want = wanted(w, 68 * u); want > 0; want--) {
        ticks_linear(&c->xt, g->x[0], g->x[g->nx - 1], want);
        if ((double)c->xt.n * (widest(c, &c->xt) + 10 * u) < w)
            break;
    }
    if (c->line) {
        double lo = chart_value(c, 0), hi = chart_value(c, 1);

        (c->scale.log ? ticks_log : ticks_linear)(&c->yt, lo, hi, wanted(h, 44 * u));
        if (c->acc_lo < c->acc_hi)
            ticks_linear(&c->acc, c->acc_lo, c->acc_hi, wanted(h, 44 * u));
        only_fractions(&c->acc);
        return;
    }
    ticks_linear(&c->yt, g->y[0], g->y[g->ny - 1], wanted(h, 68 * u));
    pick_bar_ticks(c, h);
}

static double text_height(struct chart *c, double size, int weight, int lines, double width,
                          const char *text)
{
    struct text_style s = {size, weight, ink, false};
    struct text_box box = {width, lines};
    double h = 0;

    if (text && *text)
        figure_measure(&c->fig, &s, &box, text, NULL, &h);
    return h;
}

static double shape(const struct chart *c)
{
    const struct tw_grid *g = c->grid;
    double a = (g->y[g->ny - 1] - g->y[0]) / (g->x[g->nx - 1] - g->x[0]);

    if (c->line)
        return ASPECT_LINE;
    return !(a > ASPECT_MIN) ? ASPECT_MIN : a > ASPECT_MAX ? ASPECT_MAX : a;
}

static double bar_width(struct chart *c)
{
    return 31 * c->fig.unit + fmax(widest(c, &c->bar), 22 * c->fig.unit);
}

double chart_key_width(struct chart *c, double height)
{
    pick_bar_ticks(c, height);
    return bar_width(c);
}

/* Everything left and right of the map, for ticks that suit about w x h. */
static void columns(struct chart *c, double w, double h, double *left, double *right)
{
    double u = c->fig.unit;

    pick_ticks(c, w, h);
    *left = c->margin + 11 * u + widest(c, &c->yt) + 9 * u;
    *right = c->margin;
    if (c->line)
        *right += c->acc.n ? 9 * u + widest(c, &c->acc) + 11 * u : 8 * u;
    else if (c->scale.n_finite)
        *right += bar_width(c);
    else
        *right += 8 * u;
}

/* One attempt at the current unit; false if the map gets too small. */
static bool place(struct chart *c, int *height)
{
    const char *title = c->cfg->title ? c->cfg->title : c->result->title;
    double u = c->fig.unit, width = (double)c->cfg->width, aspect = shape(c);
    double above, below, left, right, w, h, inner, shift;

    c->margin = 15 * u;
    inner = width - 2 * c->margin;
    c->title_y = c->margin;
    c->subtitle_y = c->title_y + text_height(c, 14, PANGO_WEIGHT_SEMIBOLD, 2, inner, title);
    if (c->subtitle_y > c->title_y)
        c->subtitle_y += 2.5 * u;
    above = c->subtitle_y + text_height(c, 8.6, PANGO_WEIGHT_NORMAL, 2, inner, c->result->subtitle);
    if (c->line)
        above += 10 * u + marks_height(c);
    else
        above += (c->scale.n_finite ? c->scale.log ? 31 : 22 : 12) * u;
    below = 38 * u + legend_place(c, 0, 0, inner) + 5 * u +
            text_height(c, 6.8, PANGO_WEIGHT_NORMAL, 6, inner, c->note) + c->margin;

    w = 0.75 * width;
    h = *height ? *height - above - below : w * aspect;
    if (h < 20 * u)
        return false;
    for (int round = 0; round < 2; round++) { /* ticks need the size, the size their labels */
        columns(c, fmin(w, h / aspect), fmin(h, w * aspect), &left, &right);
        w = width - left - right;
        h = *height ? *height - above - below : w * aspect;
    }
    shift = h < w * aspect && !c->line ? w - h / aspect : 0;
    w -= shift;
    if (!c->line)
        h = fmin(h, w * aspect);
    if (w < 90 * u || h < 70 * u)
        return false;
    /* Even numbers: the lattice of the iso-lines has a point every other pixel. */
    c->map =
        (struct box){round(left + shift / 2), round(above), 2 * round(w / 2), 2 * round(h / 2)};
    if (c->scale.n_finite && !c->line)
        c->key =
            (struct box){round(c->map.x + c->map.w + 14 * u), c->map.y, round(11 * u), c->map.h};
    c->y_title_x = c->map.x - 9 * u - widest(c, &c->yt);
    c->acc_title_x = c->map.x + c->map.w + 9 * u + widest(c, &c->acc);
    c->notes_y = c->map.y + c->map.h + 38 * u;
    c->notes_y += legend_place(c, c->margin, c->notes_y, inner) + 5 * u;
    if (!*height)
        *height = (int)ceil(c->map.y + c->map.h + below);
    return true;
}

int chart_layout(struct chart *c)
{
    bool fits = false;
    int height = 0;

    /* Small pictures: smaller text rather than no room for the map. */
    c->fig.unit = fmin(c->cfg->dpi / 72, (double)c->cfg->width / 400);
    if (runs_collect(c) < 0)
        return TW_ENOMEM;
    legend_collect(c);
    note_collect(c);
    for (int i = 0; !fits && i < 8; i++) {
        height = c->cfg->height == TW_INT_AUTO ? 0 : (int)c->cfg->height;
        fits = place(c, &height);
        if (!fits)
            c->fig.unit *= 0.85;
    }
    if (!fits)
        return c->host->fail(c->host, TW_EINVAL,
                             "text leaves no room for the map: make width (%lld) or height larger, "
                             "or dpi (%g) smaller",
                             (long long)c->cfg->width, c->cfg->dpi);
    if (!c->line)
        pick_levels(c);
    text_labels(c);
    marks_place(c);
    if (runs_place(c) < 0 || page_open(&c->fig, c->cfg, (int)c->cfg->width, height, paper))
        return TW_ENOMEM;
    return TW_OK;
}

int chart_layout_in(struct chart *c, struct box *room)
{
    double u = c->fig.unit, aspect = shape(c), above = c->line ? 10 * u + marks_height(c) : 4 * u;
    double below = 32 * u, left = 0, right = 0, w = 0.8 * room->w, h;

    for (int round = 0; round < 2; round++) {
        h = fmin(room->h - above - below, w * aspect);
        if (!(h >= 40 * u && w >= 60 * u))
            return TW_EINVAL;
        pick_ticks(c, c->line ? w : h / aspect, h);
        left = 11 * u + widest(c, &c->yt) + 9 * u;
        right = c->line && c->acc.n ? 9 * u + widest(c, &c->acc) + 11 * u : 6 * u;
        w = room->w - left - right;
    }
    h = fmin(room->h - above - below, w * aspect);
    if (!c->line) {
        left += (w - h / aspect) / 2;
        w = h / aspect;
    }
    c->map = (struct box){round(room->x + left), round(room->y + above), 2 * round(w / 2),
                          2 * round(h / 2)};
    c->y_title_x = c->map.x - 9 * u - widest(c, &c->yt);
    c->acc_title_x = c->map.x + c->map.w + 9 * u + widest(c, &c->acc);
    if (isinf(room->h))
        room->h = above + c->map.h + below;
    if (!c->line)
        pick_levels(c);
    text_labels(c);
    marks_place(c);
    return TW_OK;
}
