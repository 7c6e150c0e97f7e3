/* SPDX-License-Identifier: GPL-3.0-or-later */
/* track.c -- the trajectories on the map, their checkpoints and ends.
 *
 * A bead is as solid as its checkpoint is near: full colour in the plane, hollow at
 * the largest distance from it (of all runs), so that nobody takes the picture for the
 * whole truth.  On a line the checkpoints are beads on the curve.  Paths end at the frame; symbols
 * stand on it, whole.
 */
#include "sink-png/track.h"

#include "sink-png/show.h"
#include "sink-png/symbols.h"

#include <math.h>
#include <stdlib.h>

#define BEADS_APART 5.5 /* points */
#define OVER_FRAME  4.6 /* points that the cross may stick out: no number is nearer */

int runs_collect(struct chart *c)
{
    const struct tw_result *r = c->result;
    const struct tw_grid *g = c->grid;
    double extent = fmax(g->x[g->nx - 1] - g->x[0], g->y[g->ny - 1] - g->y[0]);

    if (!r->n_tracks)
        return TW_OK;
    c->run = calloc(r->n_tracks, sizeof *c->run);
    if (!c->run)
        return TW_ENOMEM;
    for (size_t k = 0; k < r->n_tracks; k++) {
        const struct tw_track *t = r->tracks[k];
        struct run *run = &c->run[c->n_runs];

        if (!t->n)
            continue;
        run->track = t;
        run->colour = palette_run(c->palette, c->n_runs % PALETTE_RUNS);
        for (size_t i = 0; i < t->n; i++) {
            run->n_outside += !chart_inside(c, t->x[i], t->y[i]);
            if (isfinite(t->residual[i]))
                c->off_max = fmax(c->off_max, t->residual[i]);
        }
        c->n_runs++;
    }
    if (c->off_max < 1e-9 * extent)
        c->off_max = 0;
    return TW_OK;
}

/* Beads where there is room; the ends have markers of their own. */
static void choose_beads(const struct chart *c, struct run *r)
{
    /* More of them need more room not to look like a caterpillar. */
    double apart = (BEADS_APART + fmin((double)r->n, 300) / 60) * c->fig.unit;
    const struct spot *last = NULL, *end = NULL;

    for (size_t i = 0; i < r->n; i++)
        if (r->spot[i].inside)
            end = &r->spot[i];
    for (size_t i = 0; i < r->n; i++) {
        struct spot *s = &r->spot[i];

        if (!s->inside || (last && hypot(s->x - last->x, s->y - last->y) < apart) ||
            (s != end && hypot(s->x - end->x, s->y - end->y) < apart))
            continue;
        s->bead = true;
        last = s;
    }
}

static int place(struct chart *c, struct run *r)
{
    const struct tw_track *t = r->track;
    const struct box *m = &c->map;

    r->spot = calloc(t->n, sizeof *r->spot);
    if (!r->spot)
        return TW_ENOMEM;
    r->n = t->n;
    for (size_t i = 0; i < t->n; i++) {
        struct spot *s = &r->spot[i];

        s->x = chart_x(c, t->x[i]);
        s->y = chart_y(c, c->line ? t->plane_loss[i] : t->y[i]);
        s->finite = isfinite(s->x) && isfinite(s->y);
        s->inside = s->finite && s->x >= m->x - 0.5 && s->x <= m->x + m->w + 0.5 &&
                    s->y >= m->y - 0.5 && s->y <= m->y + m->h + 0.5;
        if (c->off_max > 0)
            s->off = t->residual[i] / c->off_max;
        s->off = s->off >= 0 ? fmin(s->off, 1) : 1; /* NaN: as far as can be */
    }
    choose_beads(c, r);
    return TW_OK;
}

int runs_place(struct chart *c)
{
    int rc = TW_OK;

    for (size_t k = 0; k < c->n_runs && rc == TW_OK; k++)
        rc = place(c, &c->run[k]);
    return rc;
}

void runs_free(struct chart *c)
{
    for (size_t k = 0; k < c->n_runs; k++)
        free(c->run[k].spot);
    free(c->run);
    c->run = NULL;
    c->n_runs = 0;
}

static void draw_path(struct chart *c, size_t k)
{
    const struct run *r = &c->run[k];
    cairo_t *cr = c->fig.cr;
    bool down = false;

    /* Far points would overflow cairo's fixed-point coordinates. */
    double far = 3 * (c->map.w + c->map.h);

    for (size_t i = 0; i < r->n; i++) {
        const struct spot *s = &r->spot[i];
        double dx = s->x - c->map.x, dy = s->y - c->map.y, scale;

        if (!s->finite) {
            down = false;
            continue;
        }
        scale = fmin(1, far / fmax(fmax(fabs(dx), fabs(dy)), 1));
        if (down)
            cairo_line_to(cr, c->map.x + dx * scale, c->map.y + dy * scale);
        else
            cairo_move_to(cr, c->map.x + dx * scale, c->map.y + dy * scale);
        down = true;
    }
    path_stroke(c, k);
}

static void draw_lowest(struct chart *c)
{
    const struct tw_grid *g = c->grid;
    double over = OVER_FRAME * c->fig.unit;
    size_t low = c->scale.lowest;
    struct legend_item l = {.symbol = SYM_LOWEST};

    if (!(low < c->scale.n && c->scale.max > c->scale.min && show_is_loss(c)))
        return;
    cairo_save(c->fig.cr);
    cairo_rectangle(c->fig.cr, c->map.x - over, c->map.y - over, c->map.w + 2 * over,
                    c->map.h + 2 * over);
    cairo_clip(c->fig.cr);
    symbol_draw(c, &l, chart_x(c, g->x[low % g->nx]),
                chart_y(c, c->line ? c->shown[low] : g->y[low / g->nx]));
    cairo_restore(c->fig.cr);
}

void chart_paths(struct chart *c)
{
    cairo_t *cr = c->fig.cr;

    cairo_save(cr);
    cairo_rectangle(cr, c->map.x, c->map.y, c->map.w, c->map.h);
    cairo_clip(cr);
    for (size_t k = 0; k < c->n_runs && !c->line; k++)
        if (c->run[k].n > 1)
            draw_path(c, k);
    for (size_t k = 0; k < c->n_runs; k++)
        for (size_t i = 0; i < c->run[k].n; i++) {
            const struct spot *s = &c->run[k].spot[i];

            if (s->bead)
                bead_draw(c, s->x, s->y, s->off, c->run[k].colour);
        }
    cairo_restore(cr);
}

void chart_ends(struct chart *c)
{
    draw_lowest(c);
    for (size_t k = 0; k < c->n_runs; k++) {
        const struct run *r = &c->run[k];
        struct legend_item l = {.symbol = SYM_START, .run = k, .colour = r->colour};

        if (r->n > 1 && r->spot[0].inside)
            symbol_draw(c, &l, r->spot[0].x, r->spot[0].y);
        l.symbol = SYM_END;
        if (r->spot[r->n - 1].inside)
            symbol_draw(c, &l, r->spot[r->n - 1].x, r->spot[r->n - 1].y);
    }
}
