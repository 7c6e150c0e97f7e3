/* SPDX-License-Identifier: GPL-3.0-or-later */
/* captions.c -- see captions.h. */
#include "sink-movie/captions.h"

#include "render/style.h"
#include "util/ease.h"

#include <math.h>
#include <stdio.h>

#define MARGIN   27.0 /* points */
#define FADE     0.55 /* seconds */
#define ROW      27.0 /* points */
#define ROWS_MAX 12

/* So many that the lowest loss still has three digits. */
static int decimals_for(const struct tw_result *r)
{
    double least = INFINITY;
    int n;

    for (size_t k = 0; k < r->n_landscapes; k++)
        if (r->landscapes[k]->loss > 0)
            least = fmin(least, r->landscapes[k]->loss);
    for (size_t k = 0; r->n_landscapes == 0 && k < r->n_tracks; k++)
        if (r->tracks[k]->n && r->tracks[k]->loss[r->tracks[k]->n - 1] > 0)
            least = fmin(least, r->tracks[k]->loss[r->tracks[k]->n - 1]);
    if (!isfinite(least))
        return 3;
    n = 2 - (int)floor(log10(least));
    return n < 0 ? 0 : n > 7 ? 7 : n;
}

int captions_new(struct captions *w, const struct movie_config *cfg, const struct tw_result *r,
                 int width, int height, double start)
{
    const struct style *y = &styles[cfg->style];

    *w = (struct captions){.cfg = cfg,
                           .r = r,
                           .ink = rgb_unpack(y->ink),
                           .soft = rgb_unpack(y->ink_soft),
                           .ground = rgb_unpack(y->ground_edge),
                           .decimals = decimals_for(r),
                           .start = start};
    if (figure_init(&w->fig, sqrt((double)width * (double)height) / 720, cfg->font))
        return TW_ENOMEM;
    w->fig.width = width;
    w->fig.height = height;
    return TW_OK;
}

void captions_free(struct captions *w)
{
    figure_free(&w->fig);
}

/* ---- pieces ------------------------------------------------------------------------------- */

static void number(const struct captions *w, double v, char *to, size_t size)
{
    snprintf(to, size, "%s%.*f", v < 0 ? "\u2212" : "", w->decimals, fabs(v));
}

/* Text with its left or right end (`right`: 0 or 1) at x, its upper edge at y. */
static void put(struct captions *w, double size, int weight, struct rgb colour, const char *text,
                double x, double y, double right)
{
    struct text_style s = {size, weight, colour, true};

    figure_text(&w->fig, &s, NULL, text, x, y, right, 0, 0);
}

/* In one line, smaller if need be. */
static double fitting(struct captions *w, double size, int weight, const char *text, double width)
{
    struct text_style s = {size, weight, w->ink, true};
    double is;

    figure_measure(&w->fig, &s, NULL, text, &is, NULL);
    return is > width ? size * width / is : size;
}

static void begin(struct captions *w)
{
    cairo_push_group(w->fig.cr);
}

static void end(struct captions *w, double alpha)
{
    cairo_pop_group_to_source(w->fig.cr);
    cairo_paint_with_alpha(w->fig.cr, alpha);
}

static void veil(struct captions *w, double strength)
{
    figure_colour(&w->fig, w->ground, strength);
    cairo_paint(w->fig.cr);
}

/* Rises from 0 to 1 in `seconds` from `from` on. */
static double fade(double time, double from, double seconds)
{
    return ease((time - from) / seconds);
}

static const char *title_of(const struct captions *w)
{
    return w->cfg->title ? w->cfg->title : w->r->title;
}

/* ---- cards --------------------------------------------------------------------------------- */

static void title_card(struct captions *w, double alpha)
{
    double u = w->fig.unit, width = 0.84 * w->fig.width, middle = w->fig.width / 2.0;
    double y = 0.40 * w->fig.height, size, h;
    struct text_style s = {34, PANGO_WEIGHT_SEMIBOLD, w->ink, false};
    struct text_box two = {width, 2};

    begin(w);
    veil(w, 0.60);
    size = fitting(w, 34, PANGO_WEIGHT_SEMIBOLD, title_of(w), 1.7 * width);
    s.size = size;
    pango_layout_set_alignment(w->fig.layout, PANGO_ALIGN_CENTER);
    figure_measure(&w->fig, &s, &two, title_of(w), NULL, &h);
    figure_text(&w->fig, &s, &two, title_of(w), middle - width / 2, y - h / 2, 0, 0, 0);
    figure_colour(&w->fig, w->soft, 0.7);
    cairo_set_line_width(w->fig.cr, 0.75 * u);
    figure_line(&w->fig, middle - 22 * u, y + h / 2 + 12 * u, middle + 22 * u, y + h / 2 + 12 * u);
    s = (struct text_style){15, PANGO_WEIGHT_NORMAL, w->soft, false};
    figure_text(&w->fig, &s, &two, w->r->subtitle, middle - width / 2, y + h / 2 + 24 * u, 0, 0, 0);
    pango_layout_set_alignment(w->fig.layout, PANGO_ALIGN_LEFT);
    end(w, alpha);
}

struct row {
    char name[160], value[64];
};

static void axes_of(const struct tw_plane *p, const char *between, char *to, size_t size)
{
    if (p->y_label[0])
        snprintf(to, size, "%.63s%s%.63s", p->x_label, between, p->y_label);
    else
        snprintf(to, size, "%.63s", p->x_label);
}

static size_t end_rows(const struct captions *w, struct row *row)
{
    const struct tw_result *r = w->r;
    size_t n = 0;

    for (size_t k = 0; k < r->n_landscapes && n < ROWS_MAX; k++, n++) {
        axes_of(r->landscapes[k]->plane, "  ×  ", row[n].name, sizeof row[n].name);
        number(w, r->landscapes[k]->loss, row[n].value, sizeof row[n].value);
    }
    for (size_t k = 0; !r->n_landscapes && k < r->n_tracks && n < ROWS_MAX; k++, n++) {
        const struct tw_track *t = r->tracks[k];

        snprintf(row[n].name, sizeof row[n].name, "%.150s", t->name ? t->name : "");
        number(w, t->n ? t->loss[t->n - 1] : NAN, row[n].value, sizeof row[n].value);
    }
    return n;
}

static double end_head(struct captions *w, double left, double right, double y)
{
    double u = w->fig.unit;
    char value[64];

    put(w, fitting(w, 23, PANGO_WEIGHT_SEMIBOLD, title_of(w), right - left), PANGO_WEIGHT_SEMIBOLD,
        w->ink, title_of(w), left, y, 0);
    y += 44 * u;
    put(w, 11.5, PANGO_WEIGHT_MEDIUM, w->soft, w->r->n_landscapes ? "Landscape" : "Run", left, y,
        0);
    put(w, 11.5, PANGO_WEIGHT_MEDIUM, w->soft, w->r->n_landscapes ? "Loss at rest" : "Loss", right,
        y, 1);
    y += 21 * u;
    if (isfinite(w->start)) {
        number(w, w->start, value, sizeof value);
        put(w, 15, PANGO_WEIGHT_NORMAL, w->soft, "where the ball starts", left + 26 * u, y, 0);
        put(w, 15, PANGO_WEIGHT_NORMAL, w->soft, value, right, y, 1);
        y += ROW * u;
    }
    return y;
}

static void end_card(struct captions *w, double alpha)
{
    double u = w->fig.unit, wide = fmin(0.84 * w->fig.width, 640 * u);
    double left = (w->fig.width - wide) / 2, right = left + wide, y, high;
    struct row row[ROWS_MAX];
    size_t n = end_rows(w, row);

    high = (44 + 21 + ROW * ((isfinite(w->start) ? 1 : 0) + (double)n)) * u;
    y = fmax(0.5 * (w->fig.height - high), 8 * u);
    begin(w);
    veil(w, 0.74);
    y = end_head(w, left, right, y);
    for (size_t k = 0; k < n; k++, y += ROW * u) {
        bool last = k + 1 == n;
        int weight = last ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL;
        char index[16];

        figure_colour(&w->fig, w->soft, 0.35);
        cairo_set_line_width(w->fig.cr, 0.5 * u);
        figure_line(&w->fig, left, y - 4 * u, right, y - 4 * u);
        snprintf(index, sizeof index, "%zu", k + 1);
        put(w, 15, PANGO_WEIGHT_NORMAL, w->soft, index, left, y, 0);
        put(w, fitting(w, 15, weight, row[k].name, wide - 150 * u), weight, w->ink, row[k].name,
            left + 26 * u, y, 0);
        put(w, 15, weight, w->ink, row[k].value, right, y, 1);
    }
    end(w, alpha);
}

/* ---- captions ------------------------------------------------------------------------------- */

static void shade(struct captions *w, double alpha)
{
    double h = w->fig.height, top = 0.70 * h;
    cairo_pattern_t *p = cairo_pattern_create_linear(0, top, 0, h);

    for (int k = 0; k <= 4; k++)
        cairo_pattern_add_color_stop_rgba(p, k / 4.0, w->ground.r, w->ground.g, w->ground.b,
                                          0.62 * alpha * ease(k / 4.0));
    cairo_set_source(w->fig.cr, p);
    cairo_rectangle(w->fig.cr, 0, top, w->fig.width, h - top);
    cairo_fill(w->fig.cr);
    cairo_pattern_destroy(p);
}

static void which(struct captions *w, size_t land, double alpha)
{
    double u = w->fig.unit, x = MARGIN * u, y = w->fig.height - (MARGIN + 36) * u;
    const struct tw_plane *plane = w->r->n_landscapes ? w->r->landscapes[land]->plane : w->r->plane;
    char text[200];

    if (!(alpha > 0))
        return;
    begin(w);
    if (w->r->n_landscapes)
        snprintf(text, sizeof text, "Landscape %zu of %zu", land + 1, w->r->n_landscapes);
    else
        snprintf(text, sizeof text, "Landscape");
    put(w, 16.5, PANGO_WEIGHT_SEMIBOLD, w->ink, text, x, y, 0);
    axes_of(plane, "  ×  ", text, sizeof text);
    put(w, fitting(w, 13, PANGO_WEIGHT_NORMAL, text, 0.68 * w->fig.width), PANGO_WEIGHT_NORMAL,
        w->soft, text, x, y + 22 * u, 0);
    end(w, alpha);
}

static void count(struct captions *w, double loss, double alpha)
{
    double u = w->fig.unit, x = w->fig.width - MARGIN * u, y = w->fig.height - (MARGIN + 51) * u;
    char text[64];

    if (!(alpha > 0) || !isfinite(loss))
        return;
    number(w, loss, text, sizeof text);
    begin(w);
    put(w, 13, PANGO_WEIGHT_NORMAL, w->soft, "loss", x, y, 1);
    put(w, 30, PANGO_WEIGHT_SEMIBOLD, w->ink, text, x, y + 16 * u, 1);
    end(w, alpha);
}

static void caption(struct captions *w, const struct moment *m, double alpha, double loss)
{
    double out = 0, in = 0;

    shade(w, alpha);
    if (m->phase == PHASE_MORPH) {
        out = 1 - ease(m->share / 0.4);
        in = ease((m->share - 0.6) / 0.4);
        which(w, m->land + 1, alpha * in);
    } else {
        out = 1;
    }
    which(w, m->land, alpha * out);
    count(w, loss, alpha);
}

int captions_draw(struct captions *w, cairo_surface_t *on, const struct moment *m, double time,
                  double duration, double loss)
{
    double card = 0, close = 0, length = m->part->to - m->part->from, f = fmin(FADE, length / 3);
    cairo_status_t bad;

    if (m->phase == PHASE_TITLE && w->cfg->title_card)
        card = fmin(fade(time, 0, f), 1 - fade(time, m->part->to - f, f));
    if (m->phase == PHASE_END && w->cfg->end_card)
        close = fade(time, m->part->from + 0.4 * f, f);
    w->fig.cr = cairo_create(on);
    if (w->cfg->captions && m->phase != PHASE_TITLE)
        caption(w, m, 1 - close, loss);
    else if (w->cfg->captions)
        caption(w, m, fade(time, m->part->to - f, f), loss);
    if (card > 0)
        title_card(w, card);
    if (close > 0)
        end_card(w, close);
    /* Out of the dark and back into it, or the light: the first and the last frames. */
    f = fmin(0.6, 0.04 * duration);
    veil(w, fmax(1 - fade(time, -0.2 * f, f), fade(time, duration - f, 1.2 * f)));
    bad = cairo_status(w->fig.cr);
    cairo_destroy(w->fig.cr);
    w->fig.cr = NULL;
    return bad ? TW_ENOMEM : TW_OK;
}
