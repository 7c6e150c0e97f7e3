/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isolines.c -- see isolines.h.
 *
 * Iso-lines are traced on a lattice of every other pixel.  They fade where they would run
 * together: pieces of a line differ in how opaque they are, in a few steps, so that they are plain
 * strokes in a picture of vectors, too.  Numbers have their room left out.
 */
#include "sink-png/isolines.h"

#include "sink-png/labels.h"
#include "util/contour.h"
#include "util/resample.h"

#include <math.h>
#include <stdlib.h>

#define PITCH   2   /* pixels per lattice cell */
#define CROWDED 0.9 /* points between lines: gone below this ... */
#define CLEAR   2.4 /* ... and full above this */
#define STEPS   12  /* of opacity */

static const struct rgb white = {1, 1, 1}, black = {0.04, 0.05, 0.08};

struct lattice {
    double *at; /* positions on the scale, row 0 at the bottom */
    size_t w, h;
};

static int make_lattice(const struct chart *c, const double *t, struct lattice *f)
{
    const struct tw_grid *g = c->grid;
    struct resample r = {.columns = NULL};
    double *x;
    int rc = TW_ENOMEM;

    f->w = (size_t)c->map.w / PITCH + 1;
    f->h = (size_t)c->map.h / PITCH + 1;
    f->at = malloc(f->w * f->h * sizeof *f->at);
    x = malloc(f->w * sizeof *x);
    if (!f->at || !x)
        goto out;
    for (size_t i = 0; i < f->w; i++)
        x[i] = lerp(g->x[0], g->x[g->nx - 1], (double)i / (double)(f->w - 1));
    if (resample_begin(&r, g->x, g->nx, g->y, g->ny, t, x, f->w))
        goto out;
    for (size_t j = 0; j < f->h; j++)
        resample_row(&r, lerp(g->y[0], g->y[g->ny - 1], (double)j / (double)(f->h - 1)),
                     f->at + j * f->w);
    rc = TW_OK;
out:
    resample_end(&r);
    free(x);
    return rc;
}

/* To pixels of the map, in place. */
static void to_pixels(const struct chart *c, struct contours *k)
{
    for (size_t i = 0; i < k->n_points; i++) {
        k->xy[2 * i] *= PITCH;
        k->xy[2 * i + 1] = c->map.h - k->xy[2 * i + 1] * PITCH;
    }
}

static struct rgb line_colour(const struct chart *c, double level)
{
    double t = scale_t(&c->scale, level);

    return rgb_lightness(palette_at(c->palette, t)) < 55 ? white : black;
}

/* ---- fading -------------------------------------------------------------------------------- */

/* Distance in t from one line to the next around `t`, of all lines or the bold ones. */
static double line_gap(const struct chart *c, const double *at, double t, bool bold)
{
    double below = -INFINITY, above = INFINITY;

    for (size_t i = 0; i < c->levels.n; i++) {
        if (bold && !c->levels.major[i])
            continue;
        if (at[i] <= t)
            below = at[i];
        else if (at[i] < above)
            above = at[i];
    }
    return above - below; /* infinite beyond the last line */
}

/* How much of the lines shows, for each lattice point; to be freed. */
static double *fading(const struct chart *c, const struct lattice *f, bool bold)
{
    double at[LEVELS_MAX], u = c->fig.unit, *to = malloc(f->w * f->h * sizeof *to);

    for (size_t i = 0; i < c->levels.n; i++)
        at[i] = scale_t(&c->scale, c->levels.at[i]);
    for (size_t j = 0; to && j < f->h; j++)
        for (size_t i = 0; i < f->w; i++) {
            const double *z = f->at + j * f->w + i;
            double dx = i + 1 < f->w ? z[1] - z[0] : z[0] - z[-1];
            double dy = j + 1 < f->h ? z[f->w] - z[0] : z[0] - *(z - f->w);
            double steep = hypot(dx, dy) / PITCH, apart, s = 1;

            if (isfinite(steep) && steep > 0) {
                apart = line_gap(c, at, z[0], bold) / steep / u;
                s = (apart - CROWDED) / (CLEAR - CROWDED);
                s = s < 0 ? 0 : s > 1 ? 1 : s * s * (3 - 2 * s);
            }
            to[j * f->w + i] = s;
        }
    return to;
}

/* Of `fade`, between lattice points. */
static double between(const struct lattice *f, const double *fade, double x, double y)
{
    size_t i = (size_t)fmax(0, fmin(x, (double)(f->w - 2)));
    size_t j = (size_t)fmax(0, fmin(y, (double)(f->h - 2)));
    const double *z = fade + j * f->w + i;

    return lerp(lerp(z[0], z[1], x - (double)i), lerp(z[f->w], z[f->w + 1], x - (double)i),
                y - (double)j);
}

/* For each point of the lines, still in lattice units, the step of the piece that starts there. */
static int steps_of(const struct lattice *f, const double *fade, const struct contours *k,
                    unsigned char *step)
{
    int most = 0;

    for (size_t i = 0; i < k->n_lines; i++)
        for (size_t n = k->line[i].n, a = 0; a < n; a++) {
            const double *p = k->xy + 2 * k->line[i].first, *q = p + 2 * ((a + 1) % n);
            double s = between(f, fade, (p[2 * a] + q[0]) / 2, (p[2 * a + 1] + q[1]) / 2);
            int at = (int)lround(s * STEPS);

            step[k->line[i].first + a] = (unsigned char)at;
            most = at > most ? at : most;
        }
    return most;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The pieces of a line that have this step, as a path; all of them if step is NULL. */
static void line_path(cairo_t *cr, const struct contours *k, const struct contour_line *l,
                      const unsigned char *step, int want)
{
    const double *p = k->xy + 2 * l->first;
    size_t pieces = l->closed ? l->n : l->n - 1, drawn = 0;
    bool down = false;

    for (size_t a = 0; a < pieces; a++) {
        size_t b = (a + 1) % l->n;

        if (step && step[l->first + a] != want) {
            down = false;
            continue;
        }
        if (!down)
            cairo_move_to(cr, p[2 * a], p[2 * a + 1]);
        if (++drawn == l->n)
            cairo_close_path(cr);
        else
            cairo_line_to(cr, p[2 * b], p[2 * b + 1]);
        down = true;
    }
}

static void stroke_level(struct chart *c, const struct contours *k, const unsigned char *step,
                         int most, struct rgb colour, bool bold)
{
    cairo_t *cr = c->fig.cr;

    cairo_set_line_width(cr, (bold ? 0.85 : 0.45) * c->fig.unit);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    for (int want = 1; want <= most; want++) {
        cairo_new_path(cr);
        for (size_t i = 0; i < k->n_lines; i++)
            line_path(cr, k, &k->line[i], step, want);
        if (!cairo_has_current_point(cr))
            continue;
        figure_colour(&c->fig, colour, (bold ? 0.82 : 0.42) * want / STEPS);
        cairo_stroke(cr);
    }
}

static void label_level(struct chart *c, const struct contours *k, double level, struct rgb colour)
{
    char text[NUMBER_MAX];
    double w, h;

    notation_write(&c->levels.notation, level, text, sizeof text);
    figure_measure(&c->fig, &label_style, NULL, text, &w, &h);
    for (size_t i = 0; i < k->n_lines; i++)
        labels_place(c, k->xy + 2 * k->line[i].first, k->line[i].n, k->line[i].closed, text, w, h,
                     colour);
}

/* The numbers get their places, of the bold lines. */
static int place_labels(struct chart *c, struct contours *k)
{
    for (size_t i = 0; i < c->levels.n && c->cfg->labels; i++) {
        if (!c->levels.major[i])
            continue;
        if (contour_trace(k, scale_t(&c->scale, c->levels.at[i])))
            return TW_ENOMEM;
        to_pixels(c, k);
        label_level(c, k, c->levels.at[i], line_colour(c, c->levels.at[i]));
    }
    return TW_OK;
}

/* Numbers stay readable: nothing will be drawn over them. */
static void clip_labels(const struct chart *c)
{
    cairo_t *cr = c->fig.cr;

    cairo_new_path(cr);
    cairo_rectangle(cr, 0, 0, c->map.w, c->map.h);
    labels_path(c, cr);
    cairo_clip(cr);
}

/* All bold lines, or all thin ones. */
static int draw_lines(struct chart *c, const struct lattice *f, struct contours *k, bool bold)
{
    double *fade = fading(c, f, bold);
    int rc = fade ? TW_OK : TW_ENOMEM;

    for (size_t i = 0; rc == TW_OK && i < c->levels.n; i++) {
        unsigned char *step;

        if (c->levels.major[i] != bold)
            continue;
        step =
            contour_trace(k, scale_t(&c->scale, c->levels.at[i])) ? NULL : malloc(k->n_points + 1);
        if (step) {
            int most = steps_of(f, fade, k, step);

            to_pixels(c, k);
            stroke_level(c, k, step, most, line_colour(c, c->levels.at[i]), bold);
        }
        rc = step ? TW_OK : TW_ENOMEM;
        free(step);
    }
    free(fade);
    return rc;
}

static int draw(struct chart *c, const struct lattice *f)
{
    struct contours k;
    int rc = contour_begin(&k, f->at, f->w, f->h) ? TW_ENOMEM : place_labels(c, &k);

    cairo_save(c->fig.cr);
    cairo_translate(c->fig.cr, c->map.x, c->map.y);
    clip_labels(c);
    for (int bold = 0; rc == TW_OK && bold < 2; bold++) {
        rc = draw_lines(c, f, &k, bold);
        if (rc == TW_OK && c->host->tick(c->host, 0.5 + 0.05 * bold, "iso-lines"))
            rc = TW_ECANCELLED;
    }
    cairo_restore(c->fig.cr);
    contour_end(&k);
    return rc;
}

int isolines_draw(struct chart *c, const double *t)
{
    struct lattice f = {.at = NULL};
    int rc = make_lattice(c, t, &f);

    if (rc == TW_OK && c->host->tick(c->host, 0.45, "iso-lines"))
        rc = TW_ECANCELLED;
    if (rc == TW_OK)
        rc = draw(c, &f);
    free(f.at);
    return rc;
}

/* ---- the test loss ------------------------------------------------------------------------ */

/* Its lines at the levels that the map has bold, dashed; black with a white rim shows
 * on every colour. */
static void stroke_test(struct chart *c, struct contours *k)
{
    cairo_t *cr = c->fig.cr;
    double u = c->fig.unit, dash[2] = {4 * u, 2.6 * u};

    cairo_save(cr);
    cairo_translate(cr, c->map.x, c->map.y);
    clip_labels(c);
    to_pixels(c, k);
    for (size_t i = 0; i < k->n_lines; i++)
        line_path(cr, k, &k->line[i], NULL, 0);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(cr, dash, 2, 0);
    figure_colour(&c->fig, white, 0.8);
    cairo_set_line_width(cr, 2.1 * u);
    cairo_stroke_preserve(cr);
    figure_colour(&c->fig, ink, 1);
    cairo_set_line_width(cr, 1.1 * u);
    cairo_stroke(cr);
    cairo_restore(cr);
}

int isolines_test(struct chart *c, const double *t)
{
    struct lattice f = {.at = NULL};
    struct contours k;
    int rc = make_lattice(c, t, &f);

    if (rc < 0) {
        free(f.at);
        return rc;
    }
    rc = contour_begin(&k, f.at, f.w, f.h);
    for (size_t i = 0; !rc && i < c->levels.n; i++) {
        if (!c->levels.major[i])
            continue;
        rc = contour_trace(&k, scale_t(&c->scale, c->levels.at[i]));
        if (!rc)
            stroke_test(c, &k);
    }
    contour_end(&k);
    free(f.at);
    return rc ? TW_ENOMEM : TW_OK;
}
