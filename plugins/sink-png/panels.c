/* SPDX-License-Identifier: GPL-3.0-or-later */
/* panels.c -- see compare.h: the sheet that the panels of a comparison stand on. */
#include "sink-png/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PAIRS_MAX 32

static const struct text_style title_style = {16.5, PANGO_WEIGHT_SEMIBOLD, {0, 0, 0}, false};
static const struct text_style subtitle_style = {9.6, PANGO_WEIGHT_NORMAL, {0, 0, 0}, false};
static const struct text_style heading_style = {12, PANGO_WEIGHT_MEDIUM, {0, 0, 0}, false};
static const struct text_style note_style = {8.8, PANGO_WEIGHT_NORMAL, {0, 0, 0}, false};

size_t panels_columns(size_t n)
{
    size_t rows = n <= 3 ? 1 : n <= 8 ? 2 : (size_t)floor(sqrt((double)n));

    return (n + rows - 1) / rows;
}

/* The subtitle, if it is the same for all. */
static const char *common_subtitle(const struct comparison *c)
{
    for (size_t k = 1; k < c->n; k++)
        if (strcmp(c->result[k]->subtitle, c->result[0]->subtitle) != 0)
            return NULL;
    return c->result[0]->subtitle[0] ? c->result[0]->subtitle : NULL;
}

static const char *title_of(const struct comparison *c)
{
    const char *t = c->cfg->title ? c->cfg->title : c->title;

    return t && *t ? t : NULL;
}

static double height(struct panels *p, const struct text_style *s, double width, int lines,
                     const char *text)
{
    double h = 0;

    if (text)
        figure_measure(&p->fig, s, &(struct text_box){width, lines}, text, NULL, &h);
    return h;
}

/* "ends at loss 0.0123", or what the model has without training. */
static const char *panel_note(const struct tw_result *r, char *to, size_t size)
{
    const struct tw_track *t = r->n_tracks ? r->tracks[r->n_tracks - 1] : NULL;
    char loss[NUMBER_MAX];

    if (!t || !t->n || !isfinite(t->loss[t->n - 1]))
        return NULL;
    number_write(t->loss[t->n - 1], 3, loss, sizeof loss);
    snprintf(to, size, "trained model: loss %s", loss);
    return to;
}

void panels_begin(struct panels *p, const struct comparison *of)
{
    double u = p->fig.unit, inner, most = 0;
    char note[96];

    p->of = of;
    p->columns = panels_columns(of->n);
    p->rows = (of->n + p->columns - 1) / p->columns;
    p->margin = 20 * u;
    inner = (double)of->cfg->width - 2 * p->margin;
    p->subtitle = common_subtitle(of);
    p->subtitle_y = 0.8 * p->margin + height(p, &title_style, inner, 2, title_of(of));
    if (title_of(of))
        p->subtitle_y += 2.5 * u;
    p->top = p->subtitle_y + height(p, &subtitle_style, inner, 2, p->subtitle) + 10 * u;
    for (size_t k = 0; k < of->n; k++)
        if (panel_note(of->result[k], note, sizeof note))
            most = fmax(most, height(p, &note_style, 0, 1, note));
    p->head = height(p, &heading_style, 0, 1, "Ag") + most + 3 * u;
}

struct box panels_place(const struct panels *p, size_t k)
{
    return (struct box){p->left + (double)(k % p->columns) * p->w,
                        p->top + (double)(k / p->columns) * p->h, p->w, p->h};
}

/* Of a text of this width over panel k: in the middle, as far as the place goes. */
static double heading_x(const struct panels *p, size_t k, double width)
{
    struct box b = panels_place(p, k);
    double x = b.x + (p->middle[k] > 0 ? p->middle[k] : b.w / 2) - width / 2;

    return fmax(b.x, fmin(x, b.x + b.w - width));
}

void panels_words(struct panels *p)
{
    const struct comparison *c = p->of;
    struct text_style title = title_style, sub = subtitle_style, head = heading_style,
                      note = note_style;
    double inner = (double)c->cfg->width - 2 * p->margin, u = p->fig.unit;
    char text[96];

    title.colour = head.colour = p->ink;
    sub.colour = note.colour = p->soft;
    if (title_of(c))
        figure_text(&p->fig, &title, &(struct text_box){inner, 2}, title_of(c), p->margin,
                    0.8 * p->margin, 0, 0, 0);
    if (p->subtitle)
        figure_text(&p->fig, &sub, &(struct text_box){inner, 2}, p->subtitle, p->margin,
                    p->subtitle_y, 0, 0, 0);
    for (size_t k = 0; k < c->n; k++) {
        struct box b = panels_place(p, k);
        struct text_box one = {b.w - 8 * u, 1};
        double w;

        figure_measure(&p->fig, &head, &one, c->label[k], &w, NULL);
        figure_text(&p->fig, &head, &one, c->label[k], heading_x(p, k, w), b.y, 0, 0, 0);
        if (!panel_note(c->result[k], text, sizeof text))
            continue;
        figure_measure(&p->fig, &note, &one, text, &w, NULL);
        figure_text(&p->fig, &note, &one, text, heading_x(p, k, w),
                    b.y + height(p, &heading_style, 0, 1, "Ag") + u, 0, 0, 0);
    }
}

/* The value of `key`, or NULL. */
static const char *value_of(const char *const *pairs, const char *key)
{
    for (; pairs && *pairs; pairs += 2)
        if (strcmp(*pairs, key) == 0)
            return pairs[1];
    return NULL;
}

/* Pairs that are the same in all. */
static void common_provenance(const struct comparison *c, const char *to[2 * PAIRS_MAX + 1])
{
    size_t n = 0;

    for (const char *const *p = c->result[0]->provenance; p && *p && n < PAIRS_MAX; p += 2) {
        bool same = true;

        for (size_t k = 1; same && k < c->n; k++) {
            const char *other = value_of(c->result[k]->provenance, p[0]);

            same = other && strcmp(other, p[1]) == 0;
        }
        if (same) {
            to[2 * n] = p[0];
            to[2 * n++ + 1] = p[1];
        }
    }
    to[2 * n] = NULL;
}

int panels_save(struct panels *p, const struct box *frame, const char *axes)
{
    const struct comparison *c = p->of;
    const char *provenance[2 * PAIRS_MAX + 1], *extra[2 * PANELS_MAX + 3];
    char name[PANELS_MAX][16], place[PANELS_MAX][96];
    size_t n = 0;

    common_provenance(c, provenance);
    for (size_t k = 0; k < c->n; k++) { /* enough to read numbers off the picture again */
        snprintf(name[k], sizeof name[k], k ? "map-%u" : "map", (unsigned)(k + 1) % 1000);
        snprintf(place[k], sizeof place[k], "x %.0f y %.0f width %.0f height %.0f", frame[k].x,
                 frame[k].y, frame[k].w, frame[k].h);
        extra[n++] = name[k];
        extra[n++] = place[k];
    }
    extra[n++] = "axes";
    extra[n++] = axes;
    extra[n] = NULL;
    return figure_write(&p->fig, c->host, c->cfg->path,
                        &(struct png_picture){.depth = c->cfg->depth == DEPTH_16 ? 16 : 8,
                                              .dpi = c->cfg->dpi,
                                              .title = title_of(c),
                                              .provenance = provenance,
                                              .extra = extra,
                                              .from = 0.9,
                                              .to = 1});
}
