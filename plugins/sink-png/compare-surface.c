/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare-surface.c -- surfaces side by side, by the renderer: see compare.h. */
#include "sink-png/compare.h"

#include "sink-png/surface.h"

#ifdef THALWEG_EMBREE
#include "sink-png/page.h"
#include "sink-png/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define UNIT_MIN 0.6 /* pixels for a point: text that can be read */

/* ---- where everything is ---------------------------------------------------------------- */

static int place(struct sheet *s, const struct comparison *c)
{
    struct panels *p = &s->p;
    bool axes = s->o.axes == CHOICE_STYLE ? s->style->axes : s->o.axes == CHOICE_YES;
    double u, w, aspect = axes ? 0.78 : 0.70;

    s->width = (int)c->cfg->width;
    p->columns = panels_columns(c->n);
    u = (double)s->width / (double)(p->columns > 3 ? 1400 : 460 * p->columns + 200);
    p->fig.unit = fmax(fmax(u, (double)s->width / 1300), UNIT_MIN);
    panels_begin(p, c);
    u = p->fig.unit;
    s->legend_room = (s->words == WORDS_ALL ? 30 : 10) * u;
    s->bar_room = s->words == WORDS_ALL ? 72 * u : 0;
    w = ((double)s->width - s->bar_room - 8 * u) / (double)p->columns;
    p->left = 4 * u;
    p->w = floor(w);
    p->top = ceil(p->top);
    p->h = ceil(p->head + aspect * w);
    s->height = (int)ceil(p->top + (double)p->rows * p->h + s->legend_room);
    if (c->cfg->height != TW_INT_AUTO) {
        s->height = (int)c->cfg->height;
        p->h = floor(((double)s->height - p->top - s->legend_room) / (double)p->rows);
    }
    if (p->h - p->head < 60 * u || p->w < 60 * u || s->height > 32767)
        return c->host->fail(
            c->host, TW_EINVAL, "%zu panels have no room: make width (%lld)%s larger", c->n,
            (long long)c->cfg->width, c->cfg->height == TW_INT_AUTO ? "" : " or height");
    return TW_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

static int save(struct sheet *s)
{
    struct box frame[PANELS_MAX];
    char axes[160];

    for (size_t k = 0; k < s->p.of->n; k++) {
        frame[k] = panels_place(&s->p, k);
        frame[k].y += s->p.head;
        frame[k].h -= s->p.head;
    }
    snprintf(axes, sizeof axes, "loss %.17g to %.17g %s turn %.6g", s->scale.lo, s->scale.hi,
             s->scale.log ? "logarithmic" : "linear", s->eye.turn);
    return panels_save(&s->p, frame, axes);
}

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
    s->p.ink = rgb_unpack(s->style->ink);
    s->p.soft = rgb_unpack(s->style->ink_soft);
    if (page_open(&s->p.fig, c->cfg, s->width, s->height, (struct rgb){1, 1, 1}))
        return TW_ENOMEM;
    rc = render_several(c->result, c->n, &s->o, &s->eye, &s->scale);
    if (rc == TW_OK)
        rc = sheet_surfaces(s);
    if (rc < 0)
        return rc;
    sheet_words(s);
    if (s->words != WORDS_NONE)
        panels_words(&s->p);
    return save(s);
}

int compare_surface(const struct comparison *c)
{
    struct sheet *s = calloc(1, sizeof *s);
    int rc = TW_ENOMEM;

    if (!s)
        return c->host->fail(c->host, rc, "out of memory");
    surface_options(&s->o, c->host, c->cfg);
    s->style = &styles[c->cfg->style];
    s->words = s->o.words < 0 ? s->style->words : (enum words)s->o.words;
    if (c->cfg->turntable)
        c->host->log(c->host, TW_LOG_WARN, "turntable: a comparison is drawn from one side only");
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
