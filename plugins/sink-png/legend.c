/* SPDX-License-Identifier: GPL-3.0-or-later */
/* legend.c -- what the symbols of the picture mean, and what must be known to read it:
 * the scale, clipping, holes, interpolation. */
#include "sink-png/legend.h"

#include "sink-png/show.h"
#include "sink-png/symbols.h"
#include "sink-png/way.h"
#include "util/critical.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ROW 13.0 /* points from one row to the next */
#define GAP 13.0 /* points between items */

static const struct text_style legend_style = {7.8, PANGO_WEIGHT_NORMAL, {0.13, 0.15, 0.19}, false};

/* Points that a symbol takes, with the space behind it. */
static double symbol_width(const struct chart *c, enum symbol s)
{
    static const double width[] = {
        [SYM_PATH] = 20,      [SYM_START] = 12,   [SYM_END] = 15,        [SYM_BEADS] = 22,
        [SYM_BALL] = 21,      [SYM_LOWEST] = 18,  [SYM_HOLE] = 17,       [SYM_MINIMUM] = 13,
        [SYM_SADDLE] = 13,    [SYM_MAXIMUM] = 13, [SYM_DEGENERATE] = 13, [SYM_MARK] = 12,
        [SYM_TEST_LINE] = 21, [SYM_CURVE] = 21,   [SYM_CURVE_TEST] = 21, [SYM_SPAN] = 20,
        [SYM_SPAN_INNER] = 20};

    return c->line && s == SYM_PATH ? 10 : width[s];
}

TW_PRINTF(3, 4)
static struct legend_item *item(struct chart *c, enum symbol s, const char *fmt, ...)
{
    struct legend_item *l = &c->legend[c->n_legend < LEGEND_MAX ? c->n_legend : LEGEND_MAX - 1];
    va_list args;

    if (c->n_legend < LEGEND_MAX)
        c->n_legend++;
    *l = (struct legend_item){.symbol = s, .colour = ink};
    va_start(args, fmt);
    vsnprintf(l->text, LEGEND_TEXT, fmt, args);
    va_end(args);
    return l;
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
static const char *place(const struct chart *c, const struct tw_track *t, size_t i)
{
    if (chart_inside(c, t->x[i], t->y[i]))
        return "";
    return c->line ? " (outside the picture)" : " (outside the map)";
}

static void loss_at(char *to, size_t size, double loss)
{
    number_write(loss, 3, to, size);
}

static void single_run(struct chart *c)
{
    const struct run *r = &c->run[0];
    const struct tw_track *t = r->track;
    char a[NUMBER_MAX];

    if (t->n > 1) {
        item(c, SYM_PATH, "trajectory, %zu checkpoints", t->n)->colour = r->colour;
        loss_at(a, sizeof a, t->loss[0]);
        item(c, SYM_START, "start: loss %s%s", a, place(c, t, 0))->colour = r->colour;
    }
    loss_at(a, sizeof a, t->loss[t->n - 1]);
    item(c, SYM_END, "%s: loss %s%s", t->n > 1 ? "end" : "trained model", a, place(c, t, t->n - 1))
        ->colour = r->colour;
}

static void several_runs(struct chart *c)
{
    for (size_t k = 0; k < c->n_runs; k++) {
        const struct run *r = &c->run[k];
        const struct tw_track *t = r->track;
        char a[NUMBER_MAX];
        struct legend_item *l;

        if (k == RUNS_NAMED - 1 && c->n_runs > RUNS_NAMED) {
            l = item(c, SYM_PATH, "and %zu more runs", c->n_runs - k);
            l->run = k;
            l->colour = r->colour;
            break;
        }
        loss_at(a, sizeof a, t->loss[t->n - 1]);
        l = item(c, SYM_PATH, "%.80s: end loss %s%s", t->name ? t->name : "run", a,
                 place(c, t, t->n - 1));
        l->run = k;
        l->colour = r->colour;
    }
    item(c, SYM_START, "start");
    item(c, SYM_END, "end");
}

static void track_items(struct chart *c)
{
    char b[NUMBER_MAX];

    if (c->n_runs == 1)
        single_run(c);
    else if (c->n_runs)
        several_runs(c);
    loss_at(b, sizeof b, c->off_max);
    if (c->n_runs && c->off_max > 0)
        item(c, SYM_BEADS, "distance from the %s: 0 to %s", c->line ? "line" : "plane", b)->colour =
            c->n_runs == 1 ? c->run[0].colour : ink;
}

static void ball_item(struct chart *c)
{
    char a[NUMBER_MAX];

    if (!ball_samples(c))
        return;
    loss_at(a, sizeof a, c->result->landscapes[0]->loss);
    item(c, SYM_BALL, "ball: rests at loss %s", a)->run = 1;
}

static void curve_items(struct chart *c)
{
    const struct tw_grid *g = c->grid;
    const struct tw_spread *s = c->result->spread;
    bool test = g->test_loss != NULL || (g->test_accuracy && c->acc_lo < c->acc_hi);

    if (s)
        item(c, SYM_CURVE, "%sloss on the first of %zu lines", test ? "training " : "", s->n_planes)
            ->colour = c->curve;
    else
        item(c, SYM_CURVE, test ? "training loss" : "loss")->colour = c->curve;
    if (g->test_loss)
        item(c, SYM_CURVE_TEST, "test loss")->colour = c->curve;
    if (s) {
        item(c, SYM_SPAN, "lowest to highest of %zu lines", s->n_planes)->colour = c->curve;
        item(c, SYM_SPAN_INNER, "middle half")->colour = c->curve;
    }
    if (!(c->acc_lo < c->acc_hi))
        return;
    if (g->accuracy)
        item(c, SYM_CURVE, test ? "training accuracy" : "accuracy")->colour = c->acc_curve;
    if (g->test_accuracy)
        item(c, SYM_CURVE_TEST, "test accuracy")->colour = c->acc_curve;
}

static void critical_items(struct chart *c)
{
    const struct tw_critical *k = c->critical;
    size_t n[4] = {0, 0, 0, 0};

    for (size_t i = 0; k && i < k->n; i++)
        if (chart_inside(c, k->x[i], k->y[i]))
            n[symbol_of(k->kind[i]) - SYM_MINIMUM]++;
    for (uint32_t i = 0; i < 4; i++) {
        const char *name = critical_name(TW_MINIMUM + i, n[i]);

        if (n[i] == 1)
            item(c, (enum symbol)(SYM_MINIMUM + i), "%s", name);
        else if (n[i])
            item(c, (enum symbol)(SYM_MINIMUM + i), "%zu %s", n[i], name);
    }
}

void legend_collect(struct chart *c)
{
    const struct scale *s = &c->scale;
    char a[NUMBER_MAX], x[NUMBER_MAX];

    if (c->line)
        curve_items(c);
    track_items(c);
    ball_item(c);
    critical_items(c);
    if (s->lowest < s->n && s->max > s->min && show_is_loss(c)) {
        loss_at(a, sizeof a, s->min);
        number_write(c->grid->x[s->lowest % c->grid->nx], 3, x, sizeof x);
        if (c->line)
            item(c, SYM_LOWEST, "lowest grid point: loss %s at %s", a, x);
        else
            item(c, SYM_LOWEST, "lowest grid point: %s %s", c->quantity, a);
    }
    if (c->cfg->test_contours && !c->line)
        item(c, SYM_TEST_LINE, "test loss, at the levels of the thick lines");
    if (s->n_finite < s->n)
        item(c, SYM_HOLE, "no finite %s (%zu of %zu grid points)",
             show_is_convexity(c) ? "value" : c->quantity, s->n - s->n_finite, s->n);
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
    note(c, "%s at %s: %s\xe2\x80\x89%% of the grid points are %s (%s %s).",
         c->line ? "The left axis ends" : "Colours end", end, share, high ? "higher" : "lower",
         high ? "up to" : "down to", most);
}

/* What the other curves do beyond the ends that suit the training loss, too. */
static void beyond_note(struct chart *c, const double *v, const char *what)
{
    double most = -INFINITY;
    char a[NUMBER_MAX];

    for (size_t i = 0; v && i < c->grid->nx; i++)
        if (isfinite(v[i]))
            most = fmax(most, v[i]);
    if (!(most > c->scale.hi))
        return;
    number_write(most, 3, a, sizeof a);
    note(c, "%s goes up to %s.", what, a);
}

static void outside_note(struct chart *c)
{
    const struct tw_plane *p = c->result->plane;
    size_t n = 0, outside = 0;

    for (size_t k = 0; k < c->n_runs; k++) {
        n += c->run[k].track->n;
        outside += c->run[k].n_outside;
    }
    if (outside)
        note(c, "%zu of %zu checkpoints lie outside the %s.", outside, n,
             c->line ? "picture" : "map");
    for (size_t i = 0; p && i < p->n_marks && i < 4; i++) {
        const struct tw_mark *m = &p->mark[i];

        if (!chart_inside(c, m->x, m->y))
            note(c, "%.48s lies outside the %s.", m->name, c->line ? "picture" : "map");
    }
}

static void kind_note(struct chart *c)
{
    if (show_is_convexity(c))
        note(c,
             "Convexity: |\xce\xbb min / \xce\xbb max| of the Hessian%s, with the sign of "
             "\xce\xbb min; 0 where the loss is convex.",
             c->cfg->show == SHOW_PLANE_CONVEXITY ? " in the plane" : "");
    if (c->cfg->show >= SHOW_MEAN)
        note(c,
             c->n_runs ? "Over %zu planes; the path is seen from the first." : "Over %zu planes.",
             c->result->spread->n_planes);
}

/* The landscapes that the ball went on through have other axes: they are not on the map. */
static void ball_note(struct chart *c)
{
    const struct tw_result *r = c->result;
    char a[NUMBER_MAX], list[160] = "";
    size_t n = r->n_landscapes, used = 0;

    if (!ball_samples(c) || n < 2)
        return;
    for (size_t k = n > 6 ? n - 5 : 1; k < n && used < sizeof list; k++) { /* the last ones */
        loss_at(a, sizeof a, r->landscapes[k]->loss);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 !used        ? ""
                                 : k + 1 == n ? " and "
                                              : ", ",
                                 a);
    }
    if (n > 6)
        note(c, "The ball goes on through %zu more landscapes; it rests at %s in the last five.",
             n - 1, list);
    else if (n > 2)
        note(c, "The ball goes on through %zu more landscapes, where it rests at %s.", n - 1, list);
    else
        note(c, "The ball goes on through another landscape, where it rests at %s.", list);
}

void note_collect(struct chart *c)
{
    const struct scale *s = &c->scale;
    const struct tw_grid *g = c->grid;
    const char *what = show_is_convexity(c) ? "value" : c->quantity;
    char value[NUMBER_MAX];

    kind_note(c);
    if (!s->n_finite) {
        note(c, "No grid point has a finite %s.", what);
    } else if (s->min == s->max) {
        number_write(s->min, 6, value, sizeof value);
        note(c, "The %s is %s everywhere.", what, value);
    } else if (s->log && !c->line) {
        note(c, "Colours and levels are on a logarithmic scale.");
    }
    clip_note(c, false);
    clip_note(c, true);
    if (c->line) {
        beyond_note(c, g->test_loss, "The test loss");
        beyond_note(c, c->result->spread ? c->result->spread->max : NULL,
                    "The highest of all lines");
        note(c, "%zu points, joined by straight lines.", g->nx);
    } else if (s->n_finite) {
        note(c, "Smooth surface through %zu\xe2\x80\x89\xc3\x97\xe2\x80\x89%zu grid points.", g->nx,
             g->ny);
    }
    ball_note(c);
    outside_note(c);
}

double legend_place(struct chart *c, double x, double y, double width)
{
    double u = c->fig.unit, at = x, row = y;

    for (size_t i = 0; i < c->n_legend; i++) {
        struct legend_item *l = &c->legend[i];
        double w;

        figure_measure(&c->fig, &legend_style, NULL, l->text, &w, NULL);
        w += symbol_width(c, l->symbol) * u;
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
        double y = l->box.y + l->box.h / 2, w = symbol_width(c, l->symbol) * u;
        struct text_box box = {l->box.w - w + 1, 1};

        cairo_save(c->fig.cr);
        cairo_translate(c->fig.cr, l->box.x + w / 2 - 2.5 * u, y);
        if (l->symbol == SYM_LOWEST)
            cairo_scale(c->fig.cr, 0.75, 0.75);
        symbol_draw(c, l, 0, 0);
        cairo_restore(c->fig.cr);
        figure_text(&c->fig, &legend_style, &box, l->text, l->box.x + w, y, 0, 0.5, 0);
    }
}
