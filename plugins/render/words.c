/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c -- title, colour bar with the contour levels, legend: what stands on the paper, not in
 * the room. */
#include "render/picture.h"
#include "util/critical.h"

#include <stdarg.h>
#include <stdio.h>

#define MARGIN 22.0 /* points */

static struct text_style text_style(const struct render *p, double size, int weight, bool soft)
{
    const struct style *y = &p->s.style;

    return (struct text_style){size, weight, rgb_unpack(soft ? y->ink_soft : y->ink), false};
}

static const char *title_of(const struct render *p)
{
    const char *t = p->o.title ? p->o.title : p->r->title;

    return t ? t : "";
}

/* ---- title ------------------------------------------------------------------------- */

static double put(struct render *p, const struct text_style *s, double x, double y, double wrap,
                  int lines, const char *text)
{
    struct label l;

    if (!text || !*text)
        return 0;
    l = labels_make(&p->fig, s, wrap, lines, text);
    l.x = x + l.w / 2;
    l.y = y + l.h / 2;
    labels_add(&p->labels, &l, 0, p->o.width, p->o.height);
    return l.h;
}

static void title(struct render *p)
{
    double u = p->unit, m = MARGIN * u, wrap = p->o.width - 2 * m, y = 0.8 * m;
    struct text_style head = text_style(p, 16.5, PANGO_WEIGHT_SEMIBOLD, false);
    struct text_style sub = text_style(p, 9.6, PANGO_WEIGHT_NORMAL, true);

    y += put(p, &head, m, y, wrap, 2, title_of(p)) + 2.5 * u;
    put(p, &sub, m, y, wrap, 2, p->r->subtitle);
}

/* How far down long words at the top reach; short ones stand beside the object. */
static double title_depth(struct render *p)
{
    double u = p->unit, m = MARGIN * u, wrap = p->o.width - 2 * m;
    struct text_style head = text_style(p, 16.5, PANGO_WEIGHT_SEMIBOLD, false);
    struct text_style sub = text_style(p, 9.6, PANGO_WEIGHT_NORMAL, true);
    struct label a = labels_make(&p->fig, &head, wrap, 2, title_of(p));
    struct label b = labels_make(&p->fig, &sub, wrap, 2, p->r->subtitle ? p->r->subtitle : "");

    if (fmax(a.w, b.w) < 0.42 * p->o.width)
        return 0;
    return 0.8 * m + a.h + (b.text[0] ? 2.5 * u + b.h : 0) + 2 * u;
}

struct frame words_room(struct render *p)
{
    float w = (float)p->o.width, h = (float)p->o.height, u = (float)p->unit;
    /* A body and its shadow need air around them. */
    float edge = (p->s.style.body == BODY_SHEET ? 0.035f : 0.065f) * fminf(w, h);
    float left = edge, top = edge, right = edge, bottom = edge;

    if (p->words == WORDS_ALL) {
        left = 26 * u;
        right = 92 * u;
        top = fmaxf(40 * u, (float)title_depth(p));
        bottom = 44 * u;
    } else if (p->words == WORDS_CAPTION) {
        bottom = 40 * u;
    }
    if (p->axes) {
        left += 34 * u;
        right += 8 * u;
        bottom += 14 * u;
    }
    if (p->s.style.fade) { /* the foot may be cut off, it is dark */
        top = 0.09f * h;
        bottom = 0.02f * h;
    }
    /* A small picture: the object comes first. */
    if (left + right > 0.6f * w) {
        float shrink = 0.6f * w / (left + right);

        left *= shrink;
        right *= shrink;
    }
    if (top + bottom > 0.5f * h) {
        float shrink = 0.5f * h / (top + bottom);

        top *= shrink;
        bottom *= shrink;
    }
    return (struct frame){left, top, w - left - right, h - top - bottom};
}

static void caption(struct render *p)
{
    double u = p->unit, m = MARGIN * u, wrap = p->o.width - 2 * m, hh, hs;
    struct text_style head = text_style(p, 10, PANGO_WEIGHT_MEDIUM, false);
    struct text_style sub = text_style(p, 7.6, PANGO_WEIGHT_NORMAL, true);
    struct label a = labels_make(&p->fig, &head, wrap, 1, title_of(p));
    struct label b = labels_make(&p->fig, &sub, wrap, 1, p->r->subtitle ? p->r->subtitle : "");

    hh = title_of(p)[0] ? a.h : 0;
    hs = b.text[0] ? b.h + 1.5 * u : 0;
    put(p, &head, m, p->o.height - 0.8 * m - hs - hh, wrap, 1, title_of(p));
    put(p, &sub, m, p->o.height - 0.8 * m - hs + 1.5 * u, wrap, 1, p->r->subtitle);
}

/* ---- colour bar -------------------------------------------------------------------- */

static double bar_y(const struct render *p, double value)
{
    return p->bar.y + p->bar.h * (1 - scale_t(&p->s.scale, value));
}

/* Where the box around the surface ends on the right. */
static double object_right(const struct render *p)
{
    const struct heightfield *f = &p->s.field;
    float most = 0;

    for (int k = 0; k < 8; k++) {
        float x, y;
        struct vec v = {k & 1 ? f->half_x : -f->half_x, k & 2 ? f->half_y : -f->half_y,
                        k & 4 ? f->height : p->s.floor_z};

        camera_project(&p->c, v, &x, &y);
        most = fmaxf(most, x);
    }
    return (double)most;
}

static void bar_place(struct render *p)
{
    double u = p->unit, widest = 0, tip = 6 * u;
    struct bar *b = &p->bar;
    struct text_style s = text_style(p, 9, PANGO_WEIGHT_NORMAL, false);
    struct text_style head = text_style(p, 9.6, PANGO_WEIGHT_MEDIUM, false);
    char text[2 * NUMBER_MAX + 24], suffix[2 * NUMBER_MAX];
    struct label l;

    s.tabular = true;
    if (!p->s.scale.n_finite || p->o.height < 150 * u)
        return;
    b->h = 0.42 * p->o.height;
    if (p->s.scale.log)
        ticks_log(&b->ticks, p->s.scale.lo, p->s.scale.hi, (int)fmin(7, b->h / (26 * u)));
    else
        ticks_linear(&b->ticks, p->s.scale.lo, p->s.scale.hi, (int)fmin(7, b->h / (26 * u)));
    for (size_t i = 0; i < b->ticks.n; i++) {
        double w;

        figure_measure(&p->fig, &s, NULL, b->ticks.label[i], &w, NULL);
        widest = fmax(widest, w);
    }
    notation_suffix(&b->ticks.notation, suffix, sizeof suffix);
    snprintf(text, sizeof text, "loss%s%s", suffix, p->s.scale.log && !p->axes ? " (log)" : "");
    l = labels_make(&p->fig, &head, 0, 1, text);
    widest = fmax(widest + 6 * u, l.w - 8 * u);
    b->w = 8 * u;
    b->x = p->o.width - MARGIN * u - widest - b->w;
    b->x = fmin(b->x, fmax(object_right(p) + 44 * u, 0.78 * p->o.width));
    b->y = 0.46 * p->o.height - b->h / 2;
    l.x = b->x + l.w / 2;
    l.y = b->y - (p->s.scale.n_above ? tip : 0) - 5 * u - l.h / 2;
    labels_add(&p->labels, &l, 0, p->o.width, p->o.height);
    labels_keep(&p->labels, b->x, b->y - (p->s.scale.n_above ? tip : 0), b->w + 3.5 * u,
                b->h + (p->s.scale.n_above ? tip : 0) + (p->s.scale.n_below ? tip : 0));
    for (size_t i = 0; i < b->ticks.n; i++) {
        l = labels_make(&p->fig, &s, 0, 1, b->ticks.label[i]);
        l.x = b->x + b->w + 6 * u + l.w / 2;
        l.y = bar_y(p, b->ticks.at[i]);
        labels_add(&p->labels, &l, 0, p->o.width, p->o.height);
    }
}

static void bar_outline(struct render *p)
{
    const struct bar *b = &p->bar;
    cairo_t *cr = p->fig.cr;
    double tip = 6 * p->unit;

    cairo_new_path(cr);
    cairo_move_to(cr, b->x, b->y);
    if (p->s.scale.n_above)
        cairo_line_to(cr, b->x + b->w / 2, b->y - tip);
    cairo_line_to(cr, b->x + b->w, b->y);
    cairo_line_to(cr, b->x + b->w, b->y + b->h);
    if (p->s.scale.n_below)
        cairo_line_to(cr, b->x + b->w / 2, b->y + b->h + tip);
    cairo_line_to(cr, b->x, b->y + b->h);
    cairo_close_path(cr);
}

static void bar_draw(struct render *p)
{
    const struct bar *b = &p->bar;
    struct rgb ink = rgb_unpack(p->s.style.ink);
    cairo_t *cr = p->fig.cr;
    double u = p->unit;
    cairo_pattern_t *colours = cairo_pattern_create_linear(0, b->y + b->h, 0, b->y);

    for (int i = 0; i <= 64; i++) {
        struct rgb c = ramp_rgb(&p->s.ramp, i / 64.0);

        cairo_pattern_add_color_stop_rgb(colours, i / 64.0, c.r, c.g, c.b);
    }
    bar_outline(p);
    cairo_set_source(cr, colours);
    cairo_fill_preserve(cr);
    cairo_pattern_destroy(colours);
    figure_colour(&p->fig, ink, 0.55);
    cairo_set_line_width(cr, 0.5 * u);
    cairo_stroke(cr);
    for (size_t i = 0; i < p->s.levels.n; i++) {
        double y = bar_y(p, p->s.levels.at[i]);
        bool dark = rgb_lightness(ramp_rgb(&p->s.ramp, (double)p->s.lines.t[i])) < 25;

        figure_colour(&p->fig, dark ? (struct rgb){1, 1, 1} : (struct rgb){0, 0, 0},
                      p->s.levels.major[i] ? 0.75 : 0.33);
        cairo_set_line_width(cr, p->s.levels.major[i] ? 0.8 * u : 0.5 * u);
        figure_line(&p->fig, b->x, y, b->x + b->w, y);
    }
    figure_colour(&p->fig, ink, 1);
    cairo_set_line_width(cr, 0.6 * u);
    for (size_t i = 0; i < b->ticks.n; i++) {
        double y = bar_y(p, b->ticks.at[i]);

        figure_line(&p->fig, b->x + b->w, y, b->x + b->w + 3 * u, y);
    }
}

/* ---- legend ------------------------------------------------------------------------ */

struct entry {
    enum legend_symbol symbol;
    size_t track;
    char text[160];
};

static double symbol_width(enum legend_symbol s)
{
    static const double points[] = {[LEGEND_PATH] = 26, [LEGEND_START] = 12, [LEGEND_END] = 12,
                                    [LEGEND_OFF] = 28,  [LEGEND_STALK] = 9,  [LEGEND_BALL] = 12,
                                    [LEGEND_PIN] = 11,  [LEGEND_HOLE] = 18,  [LEGEND_NOTE] = 0};

    return points[s];
}

TW_PRINTF(5, 6)
static size_t entry(struct entry *e, size_t n, enum legend_symbol s, size_t track, const char *fmt,
                    ...)
{
    va_list args;

    if (n == LEGEND_MAX)
        return n;
    e[n].symbol = s;
    e[n].track = track;
    va_start(args, fmt);
    vsnprintf(e[n].text, sizeof e[n].text, fmt, args);
    va_end(args);
    return n + 1;
}

static size_t track_entries(struct render *p, struct entry *e, size_t n)
{
    const struct tw_result *r = p->r;
    char a[NUMBER_MAX];

    for (size_t k = 0; k < r->n_tracks; k++) {
        const struct tw_track *t = r->tracks[k];

        if (t->n > 1 && r->n_tracks > 1)
            n = entry(e, n, LEGEND_PATH, k, "%s, %zu checkpoints", t->name ? t->name : "run", t->n);
        else if (t->n > 1)
            n = entry(e, n, LEGEND_PATH, k, "trajectory, %zu checkpoints", t->n);
        if (!t->n)
            continue;
        number_write(t->loss[0], 3, a, sizeof a);
        if (t->n > 1 && r->n_tracks == 1)
            n = entry(e, n, LEGEND_START, k, "start: loss %s", a);
        number_write(t->loss[t->n - 1], 3, a, sizeof a);
        if (r->n_tracks == 1)
            n = entry(e, n, LEGEND_END, k, t->n > 1 ? "end: loss %s" : "trained model: loss %s", a);
    }
    if (p->s.off_max > 0) {
        number_write(p->s.off_max, 2, a, sizeof a);
        n = entry(e, n, LEGEND_OFF, 0, "0 to %s off the plane", a);
    }
    for (size_t k = 0; k < p->s.beads.n_points; k++)
        if (p->s.beads.look[k].kind == BEAD_STALK)
            return entry(e, n, LEGEND_STALK, 0, "its own loss, above the plane's");
    return n;
}

static size_t ball_entries(struct render *p, struct entry *e, size_t n)
{
    char a[NUMBER_MAX];

    if (p->s.ball.r > 0 && p->r->ball && p->land < p->r->n_landscapes) {
        number_write(p->r->landscapes[p->land]->loss, 3, a, sizeof a);
        n = entry(e, n, LEGEND_BALL, 0, "ball at rest: loss %s", a);
    }
    for (uint32_t k = TW_MINIMUM; k < PIN_KINDS; k++)
        if (p->s.pins[k])
            n = entry(e, n, LEGEND_PIN, k, "%zu %s", p->s.pins[k], critical_name(k, p->s.pins[k]));
    return n;
}

static size_t note_entries(struct render *p, struct entry *e, size_t n)
{
    const struct scale *s = &p->s.scale;
    char a[NUMBER_MAX], b[NUMBER_MAX];

    if (p->s.field.n_holes)
        n = entry(e, n, LEGEND_HOLE, 0, "no finite loss (%zu of %zu)", s->n - s->n_finite, s->n);
    number_write(s->hi, 3, a, sizeof a);
    number_write(s->max, 3, b, sizeof b);
    if (s->n_above)
        n = entry(e, n, LEGEND_NOTE, 0, "clipped at %s (highest %s)", a, b);
    number_write(s->lo, 3, a, sizeof a);
    number_write(s->min, 3, b, sizeof b);
    if (s->n_below)
        n = entry(e, n, LEGEND_NOTE, 0, "clipped below %s (lowest %s)", a, b);
    return n;
}

static void legend(struct render *p)
{
    double u = p->unit, m = MARGIN * u, x = m, row = 14 * u, rows = 1;
    struct text_style s = text_style(p, 8.8, PANGO_WEIGHT_NORMAL, false);
    struct entry e[LEGEND_MAX];
    struct label l[LEGEND_MAX];
    size_t n = note_entries(p, e, ball_entries(p, e, track_entries(p, e, 0)));

    for (size_t i = 0; i < n; i++) {
        double wide;

        l[i] = labels_make(&p->fig, &s, p->o.width - 2 * m - 30 * u, 1, e[i].text);
        wide = symbol_width(e[i].symbol) * u + l[i].w;
        if (x > m && x + wide > p->o.width - m) {
            x = m;
            rows++;
        }
        p->legend[i] = (struct legend_entry){e[i].symbol, e[i].track, x, rows};
        x += wide + 14 * u;
    }
    for (size_t i = 0; i < n; i++) {
        double y = p->o.height - 0.8 * m - (rows - p->legend[i].y + 0.5) * row;

        p->legend[i].y = y;
        l[i].x = p->legend[i].x + symbol_width(e[i].symbol) * u + l[i].w / 2;
        l[i].y = y;
        if (symbol_width(e[i].symbol) > 0)
            labels_keep(&p->labels, p->legend[i].x, y - 4 * u,
                        symbol_width(e[i].symbol) * u - 2 * u, 8 * u);
        labels_add(&p->labels, &l[i], 0, p->o.width, p->o.height);
    }
    p->n_legend = n;
}

static void disc(struct render *p, double x, double y, double r, struct rgb c, double rim)
{
    cairo_t *cr = p->fig.cr;

    cairo_new_path(cr);
    cairo_arc(cr, x, y, r, 0, 8 * atan(1));
    figure_colour(&p->fig, c, 1);
    cairo_fill_preserve(cr);
    figure_colour(&p->fig, rgb_unpack(p->s.style.ink), rim);
    cairo_set_line_width(cr, 0.5 * p->unit);
    cairo_stroke(cr);
}

static void symbol(struct render *p, const struct legend_entry *e)
{
    double u = p->unit, x = e->x, y = e->y;
    struct rgb c = linear_rgb(p->s.path_colour[e->track % TRACKS_MAX]), pale;
    cairo_t *cr = p->fig.cr;

    pale = linear_rgb(vec_mix(p->s.path_colour[0], (struct vec){0.9f, 0.9f, 0.9f}, 0.85f));
    switch (e->symbol) {
    case LEGEND_PATH:
        figure_colour(&p->fig, c, 1);
        cairo_set_line_width(cr, 2 * u);
        cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
        figure_line(&p->fig, x + 2 * u, y, x + 20 * u, y);
        cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
        for (int i = 0; i < 3; i++)
            disc(p, x + (2.0 + 9 * i) * u, y, 2.3 * u, c, 0);
        break;
    case LEGEND_START:
        disc(p, x + 4 * u, y, 3.1 * u, linear_rgb(p->s.start_colour), 0.7);
        break;
    case LEGEND_END:
        disc(p, x + 4 * u, y, 3.5 * u, c, 0);
        break;
    case LEGEND_OFF:
        for (int i = 0; i < 3; i++)
            disc(p, x + (3.0 + 8 * i) * u, y, 2.6 * u, rgb_mix(c, pale, i / 2.0), 0);
        break;
    case LEGEND_STALK:
        figure_colour(&p->fig, rgb_mix(c, (struct rgb){0, 0, 0}, 0.3), 1);
        cairo_set_line_width(cr, 0.8 * u);
        figure_line(&p->fig, x + 3 * u, y - 2 * u, x + 3 * u, y + 4 * u);
        disc(p, x + 3 * u, y - 2 * u, 1.8 * u, rgb_mix(c, pale, 0.5), 0);
        break;
    case LEGEND_BALL:
        disc(p, x + 4 * u, y, 3.9 * u, linear_rgb(p->s.ball.red), 0);
        figure_colour(&p->fig, (struct rgb){1, 1, 1}, 1);
        cairo_set_line_width(cr, 1.5 * u);
        figure_line(&p->fig, x + 0.5 * u, y + 1.2 * u, x + 7.5 * u, y - 1.2 * u);
        break;
    case LEGEND_PIN:
        disc(p, x + 4 * u, y, 2.7 * u, linear_rgb(p->s.pin_colour[e->track]), 0.5);
        break;
    case LEGEND_HOLE:
        figure_colour(&p->fig, rgb_unpack(p->s.style.ink_soft), 1);
        cairo_set_line_width(cr, 0.6 * u);
        cairo_rectangle(cr, x + u, y - 3 * u, 12 * u, 6 * u);
        cairo_stroke(cr);
        break;
    case LEGEND_NOTE:
        break;
    }
}

void words_layout(struct render *p)
{
    if (p->words == WORDS_CAPTION) {
        caption(p);
        return;
    }
    title(p);
    bar_place(p);
    legend(p);
}

void words_draw(struct render *p)
{
    if (p->words != WORDS_ALL)
        return;
    if (p->bar.w > 0)
        bar_draw(p);
    for (size_t i = 0; i < p->n_legend; i++)
        symbol(p, &p->legend[i]);
}
