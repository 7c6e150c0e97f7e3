/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flat.c -- see flat.h: the order in which a map or a curve is drawn. */
#include "sink-png/flat.h"

#include "sink-png/axes.h"
#include "sink-png/curve.h"
#include "sink-png/field.h"
#include "sink-png/layout.h"
#include "sink-png/legend.h"
#include "sink-png/marks.h"
#include "sink-png/page.h"
#include "sink-png/show.h"
#include "sink-png/track.h"
#include "sink-png/way.h"

#include <stdlib.h>

static int save(struct chart *c)
{
    const struct tw_result *r = c->result;
    const struct tw_grid *g = c->grid;
    char map[160], axes[320];
    const char *const extra[] = {"map", map, "axes", axes, NULL};
    const char *kind = c->scale.log ? "logarithmic" : "linear";

    /* Enough to read numbers off the picture again. */
    snprintf(map, sizeof map, "x %.0f y %.0f width %.0f height %.0f", c->map.x, c->map.y, c->map.w,
             c->map.h);
    if (c->line)
        snprintf(axes, sizeof axes,
                 "x %.17g to %.17g loss %.17g to %.17g %s accuracy %.17g to %.17g", g->x[0],
                 g->x[g->nx - 1], chart_value(c, 0), chart_value(c, 1), kind, c->acc_lo, c->acc_hi);
    else
        snprintf(axes, sizeof axes, "x %.17g to %.17g y %.17g to %.17g %s %.17g to %.17g %s",
                 g->x[0], g->x[g->nx - 1], g->y[0], g->y[g->ny - 1], show_names[c->cfg->show],
                 c->scale.lo, c->scale.hi, kind);
    return page_write(&c->fig, c->host, c->cfg, r, extra, c->cfg->path, 0.7, 1);
}

int flat_inside(struct chart *c)
{
    int rc = c->line ? chart_curve(c) : chart_field(c);

    if (rc < 0)
        return rc;
    if (c->host->tick(c->host, 0.65, "text"))
        return TW_ECANCELLED;
    if (c->line) /* with lines that lead down to the curve, under the checkpoints */
        chart_names(c);
    chart_paths(c);
    chart_way(c);
    chart_frame(c);
    chart_ends(c);
    chart_ball(c);
    if (!c->line)
        chart_names(c);
    chart_points(c);
    chart_critical(c);
    return TW_OK;
}

static int draw(struct chart *c)
{
    const struct tw_host *h = c->host;
    int rc = figure_init(&c->fig, 1, c->cfg->font) ? TW_ENOMEM : chart_show(c);

    if (rc == TW_OK)
        rc = chart_layout(c);
    if (rc == TW_OK && c->cfg->log == SCALE_LOG && !c->scale.log && c->scale.n_finite)
        h->log(h, TW_LOG_WARN, "no %s is positive: the scale is linear in spite of log: true",
               show_is_convexity(c) ? "value" : c->quantity);
    if (rc == TW_OK)
        rc = flat_inside(c);
    if (rc == TW_OK)
        rc = chart_axes(c);
    if (rc == TW_ENOMEM)
        return h->fail(h, rc, "out of memory");
    if (rc < 0)
        return rc;
    chart_titles(c);
    legend_draw(c);
    return save(c);
}

bool flat_is_line(const struct tw_result *r)
{
    return r->plane && r->plane->n_axes == 1 && r->grid->ny == 1;
}

void flat_begin(struct chart *c, const struct tw_host *host, const struct png_config *cfg,
                const struct tw_result *r)
{
    *c = (struct chart){.host = host, .cfg = cfg, .result = r, .grid = r->grid};
    c->line = flat_is_line(r);
    /* Those of the first plane say nothing of several. */
    c->critical = cfg->critical && cfg->show < SHOW_MEAN ? r->critical : NULL;
}

void flat_end(struct chart *c)
{
    figure_free(&c->fig);
    runs_free(c);
}

int flat_write(const struct tw_host *host, const struct png_config *cfg, const struct tw_result *r)
{
    struct chart *c = malloc(sizeof *c);
    int rc;

    if (!c)
        return host->fail(host, TW_ENOMEM, "out of memory");
    flat_begin(c, host, cfg, r);
    rc = draw(c);
    flat_end(c);
    free(c);
    return rc;
}
