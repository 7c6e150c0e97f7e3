/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare-flat.c -- maps side by side, or curves: see compare.h.
 *
 * Each panel is a chart of its own on one page, with the scale of all; the first one has their
 * colour bar and legend. */
#include "sink-png/compare.h"

#include "sink-png/axes.h"
#include "sink-png/flat.h"
#include "sink-png/key.h"
#include "sink-png/layout.h"
#include "sink-png/legend.h"
#include "sink-png/page.h"
#include "sink-png/show.h"
#include "sink-png/track.h"
#include "util/critical.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_MIN 0.45 /* pixels for a point: text that can just be read */

struct maps {
    struct panels p;
    struct chart *chart; /* n */
    struct scale whole;
    double key_width, below; /* of the sheet: bar at the right, legend and notes */
    double height;
};

/* ---- what the symbols mean ------------------------------------------------------------------ */

/* Without what holds for one panel only. */
static void generic(struct legend_item *l, bool line)
{
    static const char *const text[] = {[SYM_START] = "start",
                                       [SYM_END] = "end",
                                       [SYM_BEADS] = "pale: far from the ",
                                       [SYM_LOWEST] = "lowest grid point",
                                       [SYM_BALL] = "ball, where it rests",
                                       [SYM_HOLE] = "no finite value"};
    char *end;

    if ((size_t)l->symbol < sizeof text / sizeof *text && text[l->symbol])
        snprintf(l->text, sizeof l->text, "%s%s", text[l->symbol],
                 l->symbol != SYM_BEADS ? ""
                 : line                 ? "line"
                                        : "plane");
    else if (l->symbol >= SYM_MINIMUM && l->symbol <= SYM_DEGENERATE)
        snprintf(l->text, sizeof l->text, "%s",
                 critical_name(TW_MINIMUM + (uint32_t)(l->symbol - SYM_MINIMUM), 1));
    else if (l->symbol == SYM_PATH &&
             ((end = strstr(l->text, ": end loss")) || (end = strstr(l->text, ", "))))
        *end = '\0';
}

static bool has_item(const struct chart *c, const struct legend_item *l)
{
    for (size_t i = 0; i < c->n_legend; i++)
        if (c->legend[i].symbol == l->symbol && strcmp(c->legend[i].text, l->text) == 0)
            return true;
    return false;
}

/* Into the first chart, what any of them has. */
static void collect_legend(struct maps *m)
{
    struct chart *first = m->chart;

    for (size_t k = 0; k < m->p.of->n; k++) {
        struct chart *c = &m->chart[k];
        size_t n;

        legend_collect(c);
        n = c->n_legend;
        if (!k)
            first->n_legend = 0;
        for (size_t i = 0; i < n && first->n_legend < LEGEND_MAX; i++) {
            struct legend_item l = c->legend[i];

            if (strstr(l.text, "(outside")) /* in this panel at least there is no such thing */
                continue;
            generic(&l, c->line);
            if (!has_item(first, &l))
                first->legend[first->n_legend++] = l;
        }
    }
}

/* Of all, into the first. */
static void collect_note(struct maps *m)
{
    struct chart *first = m->chart;
    struct scale own = first->scale;
    size_t runs = first->n_runs;

    first->scale = m->whole;
    first->n_runs = 0; /* what one panel's paths do is not said of all */
    note_collect(first);
    first->scale = own;
    first->n_runs = runs;
}

/* ---- where everything is --------------------------------------------------------------------- */

static int no_room(const struct comparison *c)
{
    return c->host->fail(c->host, TW_EINVAL,
                         "%zu panels have no room: make width (%lld) or height larger, or dpi (%g) "
                         "smaller",
                         c->n, (long long)c->cfg->width, c->cfg->dpi);
}

static double note_height(struct maps *m, double width)
{
    struct text_style s = {6.8, PANGO_WEIGHT_NORMAL, ink_soft, false};
    double h = 0;

    if (m->chart->note[0])
        figure_measure(&m->p.fig, &s, &(struct text_box){width, 6}, m->chart->note, NULL, &h);
    return h;
}

/* The charts into their places; an infinite height of panels becomes what the highest needs. */
static int place_charts(struct maps *m, double h)
{
    struct panels *p = &m->p;
    double most = 0;

    for (size_t k = 0; k < p->of->n; k++) {
        struct box b = panels_place(p, k), room;

        room = (struct box){b.x, b.y + p->head, b.w, isinf(h) ? h : h - p->head};
        if (chart_layout_in(&m->chart[k], &room) < 0)
            return TW_EINVAL;
        most = fmax(most, room.h + p->head);
        p->middle[k] = m->chart[k].map.x + m->chart[k].map.w / 2 - b.x;
    }
    p->h = isinf(h) ? most + 6 * p->fig.unit : h;
    return TW_OK;
}

static int place(struct maps *m)
{
    struct panels *p = &m->p;
    const struct comparison *c = p->of;
    double u = p->fig.unit, width = (double)c->cfg->width, inner, h = INFINITY;
    bool auto_height = c->cfg->height == TW_INT_AUTO;

    panels_begin(p, c);
    inner = width - 2 * p->margin;
    for (size_t k = 0; k < c->n; k++) {
        m->chart[k].fig = p->fig;
        m->chart[k].margin = p->margin;
    }
    m->key_width = m->chart->line || !m->whole.n_finite ? 0 : chart_key_width(m->chart, 150 * u);
    m->below = legend_place(m->chart, 0, 0, inner) + 5 * u + note_height(m, inner) + p->margin;
    p->left = 0.6 * p->margin;
    p->w = (width - p->left - m->key_width - p->margin) / (double)p->columns;
    p->top += m->key_width > 0 ? 8 * u : 0;
    p->h = 0;
    if (!auto_height)
        h = ((double)c->cfg->height - p->top - m->below) / (double)p->rows;
    if (place_charts(m, h) < 0 || (auto_height && place_charts(m, p->h) < 0))
        return TW_EINVAL;
    m->height =
        auto_height ? ceil(p->top + (double)p->rows * p->h + m->below) : (double)c->cfg->height;
    return m->height < 32767 ? TW_OK : TW_EINVAL;
}

/* The bar beside the panels, as high as they are, but not too high. */
static void place_key(struct maps *m)
{
    struct chart *c = m->chart;
    const struct panels *p = &m->p;
    const struct chart *last = &m->chart[p->columns - 1];
    double u = p->fig.unit, top = c->map.y, bottom = m->chart[p->of->n - 1].map.y + c->map.h, h;

    if (!(m->key_width > 0))
        return;
    h = fmin(bottom - top, fmax(c->map.h, 260 * u));
    chart_key_width(c, h);
    c->key =
        (struct box){round(fmax(last->map.x + last->map.w + 14 * u,
                                (double)p->of->cfg->width - p->margin - m->key_width + 14 * u)),
                     round((top + bottom - h) / 2), round(11 * u), round(h)};
}

/* ---- all
 * ----------------------------------------------------------------------------------------- */

static int show(struct maps *m)
{
    const struct comparison *c = m->p.of;
    int rc = TW_OK;

    for (size_t k = 0; rc == TW_OK && k < c->n; k++) {
        flat_begin(&m->chart[k], c->host, c->cfg, c->result[k]);
        m->chart[k].fig = m->p.fig;
        rc = chart_show(&m->chart[k]);
    }
    if (rc == TW_OK)
        rc = show_together(m->chart, c->n, &m->whole);
    for (size_t k = 0; rc == TW_OK && k < c->n; k++)
        rc = runs_collect(&m->chart[k]);
    if (rc < 0)
        return rc;
    collect_legend(m);
    collect_note(m);
    return TW_OK;
}

static int draw_chart(struct maps *m, size_t k)
{
    struct chart *c = &m->chart[k];
    struct box key = c->key;
    int rc = runs_place(c);

    c->fig = m->p.fig;
    if (rc == TW_OK)
        rc = flat_inside(c);
    c->key.w = 0;
    if (rc == TW_OK)
        rc = chart_axes(c);
    c->key = key;
    if (rc == TW_OK &&
        m->p.of->host->tick(m->p.of->host, 0.8 * (double)(k + 1) / (double)m->p.of->n, "panels"))
        rc = TW_ECANCELLED;
    return rc;
}

/* What the first chart has for all. */
static int draw_common(struct maps *m)
{
    struct text_style ticks = {8.2, PANGO_WEIGHT_NORMAL, ink, true};
    struct text_style note = {6.8, PANGO_WEIGHT_NORMAL, ink_soft, false};
    struct chart *c = m->chart;
    struct panels *p = &m->p;
    double u = p->fig.unit, inner = (double)p->of->cfg->width - 2 * p->margin;
    double y = p->top + (double)p->rows * p->h;
    int rc = TW_OK;

    c->scale = m->whole;
    if (c->key.w > 0)
        rc = key_draw(c, &ticks);
    y += legend_place(c, p->margin, y, inner) + 5 * u;
    legend_draw(c);
    figure_text(&p->fig, &note, &(struct text_box){inner, 6}, c->note, p->margin, y, 0, 0, 0);
    panels_words(p);
    return rc;
}

static int save(struct maps *m)
{
    struct box frame[PANELS_MAX];
    char axes[160];

    for (size_t k = 0; k < m->p.of->n; k++)
        frame[k] = m->chart[k].map;
    snprintf(axes, sizeof axes, "%s %.17g to %.17g %s", show_names[m->p.of->cfg->show], m->whole.lo,
             m->whole.hi, m->whole.log ? "logarithmic" : "linear");
    return panels_save(&m->p, frame, axes);
}

static int draw(struct maps *m)
{
    const struct comparison *c = m->p.of;
    double columns = (double)panels_columns(c->n);
    int rc;

    m->p.fig.unit = fmin(c->cfg->dpi / 72, (double)c->cfg->width / (200 * fmin(columns, 4) + 60));
    m->p.ink = ink;
    m->p.soft = ink_soft;
    rc = show(m);
    if (rc < 0)
        return rc;
    while ((rc = place(m)) < 0 && m->p.fig.unit > UNIT_MIN) /* smaller text rather than none */
        m->p.fig.unit *= 0.85;
    if (rc < 0 || m->p.fig.unit < UNIT_MIN)
        return no_room(c);
    if (page_open(&m->p.fig, c->cfg, (int)c->cfg->width, (int)m->height, paper))
        return TW_ENOMEM;
    for (size_t k = 0; k < c->n; k++)
        m->chart[k].fig = m->p.fig;
    place_key(m);
    for (size_t k = 0; rc == TW_OK && k < c->n; k++)
        rc = draw_chart(m, k);
    if (rc == TW_OK)
        rc = draw_common(m);
    return rc == TW_OK ? save(m) : rc;
}

int compare_flat(const struct comparison *c)
{
    struct maps *m = calloc(1, sizeof *m);
    int rc = TW_ENOMEM;

    if (m && (m->chart = calloc(c->n, sizeof *m->chart)) &&
        figure_init(&m->p.fig, 1, c->cfg->font) == 0) {
        m->p.of = c;
        rc = draw(m);
    }
    if (rc == TW_ENOMEM)
        c->host->fail(c->host, rc, "out of memory");
    for (size_t k = 0; m && m->chart && k < c->n; k++)
        runs_free(&m->chart[k]);
    if (m) {
        figure_free(&m->p.fig);
        free(m->chart);
    }
    free(m);
    return rc;
}
