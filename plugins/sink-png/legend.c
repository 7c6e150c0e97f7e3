/* SPDX-License-Identifier: GPL-3.0-or-later */
/* legend.c -- what the marks on the map mean, and what must be known to read it:
 * the scale, clipping, holes, interpolation. */
#include "chart.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ROW 13.0 /* points from one row to the next */
#define GAP 13.0 /* points between items */

static const struct text_style legend_style = {7.8, PANGO_WEIGHT_NORMAL, {0.13, 0.15, 0.19}, false};

/* Points that a symbol takes, with the space behind it. */
static double symbol_width(enum symbol s)
{
    static const double width[] = {[SYM_PATH] = 20,  [SYM_START] = 12,  [SYM_END] = 15,
                                   [SYM_BEADS] = 22, [SYM_LOWEST] = 18, [SYM_HOLE] = 17};

    return width[s];
}

TW_PRINTF(3, 4)
static void item(struct chart *c, enum symbol s, const char *fmt, ...)
{
    va_list args;

    if (c->n_legend == LEGEND_MAX)
        return;
    c->legend[c->n_legend].symbol = s;
    va_start(args, fmt);
    vsnprintf(c->legend[c->n_legend].text, LEGEND_TEXT, fmt, args);
    va_end(args);
    c->n_legend++;
}

TW_PRINTF(2, 3)
static void note(struct chart *c, const char *fmt, ...)
{
    size_t n = strlen(c->note);
    va_list args;

    if (n && n + 1 < NOTE_MAX)
        snprintf(c->note + n, NOTE_MAX - n, " "), n++;
    va_start(args, fmt);
    vsnprintf(c->note + n, NOTE_MAX - n, fmt, args);
    va_end(args);
}

/* Where a checkpoint stands relative to the picture. */
static const char *place(const struct chart *c, size_t i)
{
    const struct tw_track *t = c->result->n_tracks ? c->result->tracks[0] : NULL;
    const struct tw_grid *g = c->grid;

    /* Written this way round so that a NaN is outside, too. */
    return t->x[i] >= g->x[0] && t->x[i] <= g->x[g->nx - 1] && t->y[i] >= g->y[0] &&
                   t->y[i] <= g->y[g->ny - 1]
               ? ""
               : " (outside the map)";
}

static void loss_at(char *to, size_t size, double loss)
{
    number_write(loss, 3, to, size);
}

static void track_items(struct chart *c)
{
    const struct tw_track *t = c->result->n_tracks ? c->result->tracks[0] : NULL;
    const struct tw_grid *g = c->grid;
    char a[NUMBER_MAX], b[NUMBER_MAX];
    double extent = fmax(g->x[g->nx - 1] - g->x[0], g->y[g->ny - 1] - g->y[0]);

    if (!t || !t->n)
        return;
    for (size_t i = 0; i < t->n; i++) {
        c->n_outside += *place(c, i) != 0;
        if (isfinite(t->residual[i]))
            c->off_max = fmax(c->off_max, t->residual[i]);
    }
    if (c->off_max < 1e-9 * extent)
        c->off_max = 0;
    if (t->n > 1)
        item(c, SYM_PATH, "trajectory, %zu checkpoints", t->n);
    if (t->n > 1) {
        loss_at(a, sizeof a, t->loss[0]);
        item(c, SYM_START, "start: loss %s%s", a, place(c, 0));
    }
    loss_at(a, sizeof a, t->loss[t->n - 1]);
    item(c, SYM_END, "%s: loss %s%s", t->n > 1 ? "end" : "trained model", a, place(c, t->n - 1));
    loss_at(b, sizeof b, c->off_max);
    if (c->off_max > 0)
        item(c, SYM_BEADS, "0 to %s off the plane", b);
}

void legend_collect(struct chart *c)
{
    const struct scale *s = &c->scale;
    char a[NUMBER_MAX];

    track_items(c);
    if (s->lowest < s->n && s->max > s->min) {
        loss_at(a, sizeof a, s->min);
        item(c, SYM_LOWEST, "lowest grid point: loss %s", a);
    }
    if (s->n_finite < s->n)
        item(c, SYM_HOLE, "no finite loss (%zu of %zu grid points)", s->n - s->n_finite, s->n);
}

/* "12.3: 0.5 % of the grid points are higher (up to 4 x 10^5)". */
static void clip_note(struct chart *c, bool high)
{
    const struct scale *s = &c->scale;
    size_t n = high ? s->n_above : s->n_below;
    char end[NUMBER_MAX], most[NUMBER_MAX], share[NUMBER_MAX];

    if (!n)
        return;
    number_write(high ? s->hi : s->lo, 3, end, sizeof end);
    number_write(high ? s->max : s->min, 3, most, sizeof most);
    number_write(100.0 * (double)n / (double)s->n, 2, share, sizeof share);
    note(c, "Colours end at %s: %s\xe2\x80\x89%% of the grid points are %s (%s %s).", end, share,
         high ? "higher" : "lower", high ? "up to" : "down to", most);
}

void note_collect(struct chart *c)
{
    const struct scale *s = &c->scale;
    const struct tw_grid *g = c->grid;
    char value[NUMBER_MAX];

    if (!s->n_finite) {
        note(c, "No grid point has a finite loss.");
    } else if (s->min == s->max) {
        number_write(s->min, 6, value, sizeof value);
        note(c, "The loss is %s everywhere.", value);
    } else if (s->log) {
        note(c, "Colours and levels are on a logarithmic scale.");
    }
    clip_note(c, false);
    clip_note(c, true);
    if (s->n_finite)
        note(c, "Smooth surface through %zu\xe2\x80\x89\xc3\x97\xe2\x80\x89%zu grid points.", g->nx,
             g->ny);
    if (c->n_outside)
        note(c, "%zu of %zu checkpoints lie outside the map.", c->n_outside,
             c->result->tracks[0]->n);
}

double legend_place(struct chart *c, double x, double y, double width)
{
    double u = c->fig.unit, at = x, row = y;

    for (size_t i = 0; i < c->n_legend; i++) {
        struct legend_item *l = &c->legend[i];
        double w;

        figure_measure(&c->fig, &legend_style, NULL, l->text, &w, NULL);
        w += symbol_width(l->symbol) * u;
        if (at > x && at + w > x + width) {
            at = x;
            row += ROW * u;
        }
        l->box = (struct box){at, row, fmin(w, width), ROW * u};
        at += w + GAP * u;
    }
    return c->n_legend ? row + ROW * u - y : 0;
}

void legend_draw(struct chart *c)
{
    double u = c->fig.unit;

    for (size_t i = 0; i < c->n_legend; i++) {
        const struct legend_item *l = &c->legend[i];
        double y = l->box.y + l->box.h / 2, w = symbol_width(l->symbol) * u;
        struct text_box box = {l->box.w - w + 1, 1};

        cairo_save(c->fig.cr);
        cairo_translate(c->fig.cr, l->box.x + w / 2 - 2.5 * u, y);
        if (l->symbol == SYM_LOWEST)
            cairo_scale(c->fig.cr, 0.75, 0.75);
        symbol_draw(c, l->symbol, 0, 0);
        cairo_restore(c->fig.cr);
        figure_text(&c->fig, &legend_style, &box, l->text, l->box.x + w, y, 0, 0.5, 0);
    }
}
