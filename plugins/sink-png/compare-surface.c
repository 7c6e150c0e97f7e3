/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare-surface.c -- surfaces side by side, by the renderer: see compare.h.
 *
 * All are seen by one camera and stand on one ground, that of the sheet.  Each is rendered on a
 * tile, which is its place and something around; together they cover the sheet.  Where tiles
 * overlap, the ground is as dark as the darker one: so shadows reach from one place into the next.
 */
#include "sink-png/compare.h"

#include "sink-png/surface.h"

#ifdef THALWEG_EMBREE
#include "render/ramp.h"
#include "render/render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LEVELS_WANT 20
#define LEGEND_SIZE 8.8
#define AROUND      0.35 /* of a place: so far shadows may reach into the next */

struct sheet {
    struct panels p;
    const struct style *style;
    struct render_options o; /* of a place, without its heading */
    struct render_eye eye;
    struct render *panel[PANELS_MAX];
    struct scale scale;
    struct levels levels;
    struct ticks ticks;
    struct ramp ramp;
    struct box bar; /* w == 0: none */
    double legend;  /* height */
    int width, height;
};

/* ---- where everything is ---------------------------------------------------------------- */

static double bar_room(const struct sheet *s)
{
    return s->style->words == WORDS_ALL ? 72 * s->p.fig.unit : 0;
}

static int place(struct sheet *s, const struct comparison *c)
{
    struct panels *p = &s->p;
    double u, w, aspect = s->style->axes ? 0.86 : 0.74;

    s->width = (int)c->cfg->width;
    p->columns = c->n <= 3 ? c->n : (c->n + 1) / 2;
    u = (double)s->width / (double)(p->columns > 3 ? 1400 : 460 * p->columns + 200);
    p->fig.unit = fmax(u, (double)s->width / 1300);
    panels_begin(p, c);
    u = p->fig.unit;
    s->legend = (s->style->words == WORDS_ALL ? 30 : 10) * u;
    w = ((double)s->width - bar_room(s) - 8 * u) / (double)p->columns;
    p->left = 4 * u;
    p->w = floor(w);
    p->top = ceil(p->top);
    p->h = ceil(p->head + aspect * w);
    s->height = (int)ceil(p->top + (double)p->rows * p->h + s->legend);
    if (c->cfg->height != TW_INT_AUTO) {
        s->height = (int)c->cfg->height;
        p->h = floor(((double)s->height - p->top - s->legend) / (double)p->rows);
    }
    if (p->h - p->head < 60 * u || p->w < 60 * u || s->height > 32767)
        return c->host->fail(
            c->host, TW_EINVAL, "%zu panels have no room: make width (%lld)%s larger", c->n,
            (long long)c->cfg->width, c->cfg->height == TW_INT_AUTO ? "" : " or height");
    return TW_OK;
}

/* The tile of panel k: its place and something around it, up to the sheet's edge where no panel
 * follows. */
static struct box tile(const struct sheet *s, size_t k)
{
    const struct panels *p = &s->p;
    struct box b = panels_place(p, k);
    size_t row = k / p->columns, column = k % p->columns;
    double x = column ? floor(b.x - AROUND * b.w) : 0, y = row ? floor(b.y - AROUND * b.h) : 0;
    double right = ceil(b.x + (1 + AROUND) * b.w), bottom = ceil(b.y + (1 + AROUND) * b.h);

    if (column + 1 == p->columns || k + 1 == p->of->n || right > s->width)
        right = s->width;
    if (row + 1 == p->rows || bottom > s->height)
        bottom = s->height;
    return (struct box){fmax(x, 0), fmax(y, 0), right - fmax(x, 0), bottom - fmax(y, 0)};
}

/* The same view of the place, in a larger picture. */
static struct render_eye eye_of(const struct sheet *s, size_t k, struct box t)
{
    struct box b = panels_place(&s->p, k);
    double w = s->o.width, h = s->o.height, half = tan(s->eye.fov * asin(1) / 180);
    struct render_eye e = s->eye;

    b.y += s->p.head;
    e.fov = atan(half * t.h / h) * 180 / asin(1);
    e.shift_x = ((s->eye.shift_x + 1) * w + 2 * (b.x - t.x)) / t.w - 1;
    e.shift_y = 1 - ((1 - s->eye.shift_y) * h + 2 * (b.y - t.y)) / t.h;
    return e;
}

/* ---- surfaces --------------------------------------------------------------------------- */

/* One layer of a panel, at (x, y) of the sheet. */
static int paint(struct sheet *s, struct render *p, struct box t, bool object)
{
    cairo_t *cr = s->p.fig.cr;
    cairo_surface_t *image = cairo_image_surface_create(
        object ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24, (int)t.w, (int)t.h);
    int rc = cairo_surface_status(image) ? TW_ENOMEM : render_image(p, object, image);

    if (rc == TW_OK) {
        cairo_save(cr);
        cairo_set_operator(cr, object ? CAIRO_OPERATOR_OVER : CAIRO_OPERATOR_DARKEN);
        cairo_set_source_surface(cr, image, t.x, t.y);
        cairo_paint(cr);
        cairo_restore(cr);
    }
    cairo_surface_destroy(image);
    return rc;
}

static int render_panel(struct sheet *s, size_t k)
{
    const struct comparison *c = s->p.of;
    struct render_options o = s->o;
    struct box t = tile(s, k);
    struct render_eye eye = eye_of(s, k, t);
    int rc;

    o.width = (int)t.w;
    o.height = (int)t.h;
    o.sheet = (struct render_sheet){(int)t.x, (int)t.y, s->width, s->height};
    o.eye = &eye;
    o.from = 0.05 + 0.85 * (double)k / (double)c->n;
    o.to = 0.05 + 0.85 * (double)(k + 1) / (double)c->n;
    rc = render_begin(&s->panel[k], c->result[k], &o);
    return rc < 0 ? rc : render_layers(s->panel[k]);
}

/* What stands on the ground, from the back to the front. */
static int draw_object(struct sheet *s, size_t k)
{
    cairo_t *cr = s->p.fig.cr;
    struct box t = tile(s, k);
    int rc;

    cairo_save(cr);
    cairo_translate(cr, t.x, t.y);
    rc = render_behind(s->panel[k], cr);
    cairo_restore(cr);
    if (rc == TW_OK)
        rc = paint(s, s->panel[k], t, true);
    if (rc < 0)
        return rc;
    cairo_save(cr);
    cairo_translate(cr, t.x, t.y);
    rc = render_front(s->panel[k], cr);
    cairo_restore(cr);
    return rc;
}

static int surfaces(struct sheet *s)
{
    size_t n = s->p.of->n;
    int rc = TW_OK;

    for (size_t k = 0; rc == TW_OK && k < n; k++) {
        rc = render_panel(s, k);
        if (rc == TW_OK)
            rc = paint(s, s->panel[k], tile(s, k), false);
    }
    for (size_t k = 0; rc == TW_OK && k < n; k++)
        rc = draw_object(s, k);
    for (size_t k = 0; k < n && s->panel[k]; k++)
        render_end(s->panel[k]);
    return rc;
}

/* ---- colour bar --------------------------------------------------------------------------- */

static void bar_place(struct sheet *s)
{
    struct panels *p = &s->p;
    double u = p->fig.unit, all = (double)p->rows * p->h;
    struct box b = {(double)s->width - bar_room(s) + 12 * u, 0, 8 * u, fmin(0.5 * all, 300 * u)};
    int want;

    if (s->style->words != WORDS_ALL || !s->scale.n_finite)
        return;
    b.y = p->top + p->head + (all - p->head - b.h) / 2;
    s->bar = b;
    want = (int)fmin(7, b.h / (26 * u));
    (s->scale.log ? ticks_log : ticks_linear)(&s->ticks, s->scale.lo, s->scale.hi,
                                              want < 2 ? 2 : want);
    if (s->scale.min < s->scale.max && s->o.levels != 0)
        levels_pick(&s->levels, s->scale.log, s->scale.lo, s->scale.hi,
                    s->o.levels < 0 ? LEVELS_WANT : s->o.levels);
}

static double bar_y(const struct sheet *s, double loss)
{
    return s->bar.y + s->bar.h * (1 - scale_t(&s->scale, loss));
}

/* An end that is clipped goes on in a point. */
static void bar_outline(struct sheet *s)
{
    const struct box *b = &s->bar;
    cairo_t *cr = s->p.fig.cr;
    double tip = 6 * s->p.fig.unit;

    cairo_new_path(cr);
    cairo_move_to(cr, b->x, b->y);
    if (s->scale.n_above)
        cairo_line_to(cr, b->x + b->w / 2, b->y - tip);
    cairo_line_to(cr, b->x + b->w, b->y);
    cairo_line_to(cr, b->x + b->w, b->y + b->h);
    if (s->scale.n_below)
        cairo_line_to(cr, b->x + b->w / 2, b->y + b->h + tip);
    cairo_line_to(cr, b->x, b->y + b->h);
    cairo_close_path(cr);
}

static void bar_colours(struct sheet *s)
{
    const struct box *b = &s->bar;
    cairo_t *cr = s->p.fig.cr;
    double u = s->p.fig.unit;
    cairo_pattern_t *colours = cairo_pattern_create_linear(0, b->y + b->h, 0, b->y);

    for (int i = 0; i <= 64; i++) {
        struct rgb c = ramp_rgb(&s->ramp, i / 64.0);

        cairo_pattern_add_color_stop_rgb(colours, i / 64.0, c.r, c.g, c.b);
    }
    bar_outline(s);
    cairo_set_source(cr, colours);
    cairo_fill_preserve(cr);
    cairo_pattern_destroy(colours);
    figure_colour(&s->p.fig, s->p.ink, 0.55);
    cairo_set_line_width(cr, 0.5 * u);
    cairo_stroke(cr);
    for (size_t i = 0; i < s->levels.n; i++) {
        double y = bar_y(s, s->levels.at[i]), t = scale_t(&s->scale, s->levels.at[i]);
        bool dark = rgb_lightness(ramp_rgb(&s->ramp, t)) < 25;

        figure_colour(&s->p.fig, dark ? (struct rgb){1, 1, 1} : (struct rgb){0, 0, 0},
                      s->levels.major[i] ? 0.75 : 0.33);
        cairo_set_line_width(cr, (s->levels.major[i] ? 0.8 : 0.5) * u);
        figure_line(&s->p.fig, b->x, y, b->x + b->w, y);
    }
}

static void bar_draw(struct sheet *s)
{
    struct text_style number = {9, PANGO_WEIGHT_NORMAL, s->p.ink, true};
    struct text_style name = {9.6, PANGO_WEIGHT_MEDIUM, s->p.ink, false};
    const struct box *b = &s->bar;
    double u = s->p.fig.unit, right = b->x + b->w, w, x;
    char text[2 * NUMBER_MAX + 24], suffix[2 * NUMBER_MAX];

    if (b->w <= 0)
        return;
    bar_colours(s);
    figure_colour(&s->p.fig, s->p.ink, 1);
    cairo_set_line_width(s->p.fig.cr, 0.6 * u);
    for (size_t i = 0; i < s->ticks.n; i++) {
        double y = bar_y(s, s->ticks.at[i]);

        figure_line(&s->p.fig, right, y, right + 3 * u, y);
        figure_text(&s->p.fig, &number, NULL, s->ticks.label[i], right + 6 * u, y, 0, 0.5, 0);
        figure_colour(&s->p.fig, s->p.ink, 1);
    }
    notation_suffix(&s->ticks.notation, suffix, sizeof suffix);
    snprintf(text, sizeof text, "loss%s", suffix);
    figure_measure(&s->p.fig, &name, NULL, text, &w, NULL);
    x = fmin(b->x, (double)s->width - 8 * u - w);
    figure_text(&s->p.fig, &name, NULL, text, x, b->y - (s->scale.n_above ? 6 * u : 0) - 5 * u, 0,
                1, 0);
}

/* ---- legend --------------------------------------------------------------------------------- */

struct pen {
    struct sheet *s;
    double x, y;
};

static void words(struct pen *at, const char *text)
{
    struct text_style style = {LEGEND_SIZE, PANGO_WEIGHT_NORMAL, at->s->p.ink, false};
    double w;

    figure_text(&at->s->p.fig, &style, NULL, text, at->x, at->y, 0, 0.5, 0);
    figure_measure(&at->s->p.fig, &style, NULL, text, &w, NULL);
    at->x += w + 14 * at->s->p.fig.unit;
}

static void disc(struct sheet *s, double x, double y, double r, struct rgb c)
{
    cairo_new_path(s->p.fig.cr);
    cairo_arc(s->p.fig.cr, x, y, r, 0, 8 * atan(1));
    figure_colour(&s->p.fig, c, 1);
    cairo_fill_preserve(s->p.fig.cr);
    figure_colour(&s->p.fig, s->p.ink, 0.7);
    cairo_set_line_width(s->p.fig.cr, 0.5 * s->p.fig.unit);
    cairo_stroke(s->p.fig.cr);
}

static void path_symbols(struct pen *at, bool paths, bool off)
{
    struct sheet *s = at->s;
    struct rgb c = hex_rgb(s->style->path);
    double u = s->p.fig.unit;

    if (paths) {
        figure_colour(&s->p.fig, c, 1);
        cairo_set_line_width(s->p.fig.cr, 2 * u);
        figure_line(&s->p.fig, at->x, at->y, at->x + 20 * u, at->y);
        at->x += 26 * u;
        words(at, "trajectory");
        disc(s, at->x + 4 * u, at->y, 3.1 * u, hex_rgb(s->style->start));
        at->x += 12 * u;
        words(at, "start");
    }
    disc(s, at->x + 4 * u, at->y, 3.5 * u, c);
    at->x += 12 * u;
    words(at, "trained model");
    if (off)
        words(at, "paler: farther off the plane");
}

static void clip_note(struct pen *at)
{
    const struct scale *k = &at->s->scale;
    char a[NUMBER_MAX], b[NUMBER_MAX], text[3 * NUMBER_MAX + 40];

    number_write(k->hi, 3, a, sizeof a);
    number_write(k->max, 3, b, sizeof b);
    snprintf(text, sizeof text, "clipped at %s (highest %s)", a, b);
    if (k->n_above)
        words(at, text);
    number_write(k->lo, 3, a, sizeof a);
    number_write(k->min, 3, b, sizeof b);
    snprintf(text, sizeof text, "clipped below %s (lowest %s)", a, b);
    if (k->n_below)
        words(at, text);
    snprintf(text, sizeof text, "holes: no finite loss (%zu of %zu)", k->n - k->n_finite, k->n);
    if (k->n_finite < k->n)
        words(at, text);
}

static void legend(struct sheet *s)
{
    const struct comparison *c = s->p.of;
    double u = s->p.fig.unit;
    struct pen at = {s, s->p.margin, (double)s->height - 0.75 * s->p.margin};
    bool any = false, paths = false, off = false;

    if (s->style->words != WORDS_ALL || s->p.h < 150 * u)
        return;
    for (size_t k = 0; k < c->n; k++)
        for (size_t i = 0; i < c->result[k]->n_tracks; i++) {
            const struct tw_track *t = c->result[k]->tracks[i];

            any = any || t->n > 0;
            paths = paths || t->n > 1;
            for (size_t j = 0; j < t->n; j++)
                off = off || t->residual[j] > 0;
        }
    if (any)
        path_symbols(&at, paths, paths && off);
    clip_note(&at);
}

/* ---- all --------------------------------------------------------------------------------------
 */

static int draw(struct sheet *s, const struct comparison *c)
{
    int rc = place(s, c);

    if (rc < 0)
        return rc;
    s->o.width = (int)s->p.w;
    s->o.height = (int)(s->p.h - s->p.head);
    s->o.unit = s->p.fig.unit;
    s->o.words = WORDS_NONE;
    s->o.stalks = false;
    ramp_fill(&s->ramp, (enum palette)(s->o.palette < 0 ? s->style->palette : s->o.palette));
    s->p.ink = hex_rgb(s->style->ink);
    s->p.soft = hex_rgb(s->style->ink_soft);
    if (figure_canvas(&s->p.fig, s->width, s->height, (struct rgb){1, 1, 1}))
        return TW_ENOMEM;
    rc = render_several(c->result, c->n, &s->o, &s->eye, &s->scale);
    if (rc == TW_OK)
        rc = surfaces(s);
    if (rc < 0)
        return rc;
    bar_place(s);
    bar_draw(s);
    legend(s);
    panels_words(&s->p);
    return panels_save(&s->p, NULL);
}

int compare_surface(const struct comparison *c)
{
    struct sheet *s = calloc(1, sizeof *s);
    int rc = TW_ENOMEM;

    if (!s)
        return c->host->fail(c->host, rc, "out of memory");
    surface_options(&s->o, c->host, c->cfg);
    s->style = &styles[c->cfg->style];
    if (figure_init(&s->p.fig, 1, c->cfg->font) == 0)
        rc = draw(s, c);
    if (rc == TW_ENOMEM)
        c->host->fail(c->host, rc, "out of memory: a picture of %d x %d pixels", s->width,
                      s->height);
    else if (rc == TW_EINVAL)
        c->host->fail(c->host, rc, "there is nothing to draw: no grid point has a finite loss");
    figure_free(&s->p.fig);
    free(s);
    return rc;
}

#else

int compare_surface(const struct comparison *c)
{
    return surface_write(c->host, c->cfg, c->result[0]); /* says that it cannot be */
}

#endif
