/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-png.c -- the landscape as a flat map or a lit surface, or a line through it as a
 * curve, for a paper or a wall.
 *
 * The surface is the renderer's (sink-png/surface.c).  The map is one picture: colours and labelled
 * iso-lines of the loss, the trajectories with their checkpoints, and beneath it everything that
 * must be known to read it honestly.  The files of sink-png/ draw; chart.h tells which what.
 */
#include "sink-png/chart.h"
#include "sink-png/surface.h"

#include "render/style.h"
#include "util/output.h"

#include <math.h>
#include <stdlib.h>

struct png_sink {
    const struct tw_host *host;
    const struct png_config *cfg;
};

static const char *const views[] = {"map", "surface", "auto", NULL};
static const char *const fills[] = {"smooth", "bands", NULL};

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct png_config, path, "surface.png", "The picture, a PNG file."),
    TW_PARAM_CHOICE(
        struct png_config, view, "map", views,
        "The flat map, the lit surface in three dimensions, or (auto) the surface where "
        "the program was built with Embree, else the map; a line is always a curve."),
    TW_PARAM_CHOICE(
        struct png_config, style, "paper", style_names,
        "The look of a surface: figures for a paper in colour (paper, figure1) or black "
        "and white (ink), or prints for a wall (dusk, pearl, topographic)."),
    TW_PARAM_CHOICE(struct png_config, quality, "good", quality_names,
                    "How finely the light of a surface is computed."),
    TW_PARAM_REAL_AUTO(struct png_config, turn, -360, 360, "degrees",
                       "From where a surface is seen: counter-clockwise from the x axis, seen from "
                       "above; auto: so that the trajectory is in sight."),
    TW_PARAM_INT(struct png_config, width, "1600", 200, 8192, "pixels", "Width of the picture."),
    TW_PARAM_INT_AUTO(
        struct png_config, height, 200, 16384, "pixels",
        "Height of the picture; auto: what the shape of the map needs, 10/16 of the width "
        "for a surface."),
    TW_PARAM_REAL(struct png_config, dpi, "200", 30, 1200, "pixels per inch",
                  "Resolution: sets the size of text and lines."),
    TW_PARAM_CHOICE(
        struct png_config, palette, "auto", palette_names_auto,
        "Colours of the loss; auto: viridis on a map, diverging from 0 on for convexity, "
        "those of its style on a surface."),
    TW_PARAM_CHOICE(struct png_config, show, "loss", show_names,
                    "What the colours stand for: the loss or the accuracy, of the training or the "
                    "test set, how far from convex, or the loss over several planes; a line shows "
                    "losses and accuracies together."),
    TW_PARAM_CHOICE(struct png_config, fill, "smooth", fills,
                    "Colours that change smoothly, or one for each band between iso-lines."),
    TW_PARAM_INT_AUTO(struct png_config, levels, 0, 60, NULL,
                      "About how many iso-lines; auto: 16, at round numbers."),
    TW_PARAM_BOOL(struct png_config, labels, "true", "Write the loss on iso-lines."),
    TW_PARAM_BOOL(struct png_config, critical, "true",
                  "Draw minima, saddles and maxima where the pipeline looks for them."),
    TW_PARAM_BOOL(struct png_config, test_contours, "false",
                  "Dashed lines of the test loss over the map, at the levels of the thick "
                  "iso-lines."),
    TW_PARAM_CHOICE(
        struct png_config, log, "auto", scale_log_names,
        "Logarithmic colours, or left axis of a line; auto: if the losses are spread widely."),
    TW_PARAM_REAL_AUTO(
        struct png_config, vmin, -INFINITY, INFINITY, NULL,
        "Loss at the low end of the colours or the axis; auto: the smallest, or on a "
        "logarithmic scale near the 0.5th percentile if a few are much smaller."),
    TW_PARAM_REAL_AUTO(
        struct png_config, vmax, -INFINITY, INFINITY, NULL,
        "Loss at the high end of the colours or the axis; auto: the largest, or near the "
        "99.5th percentile if a few are much larger."),
    TW_PARAM_STRING(struct png_config, title, "null", "Title; null: the pipeline's."),
    TW_PARAM_STRING(struct png_config, font, "Inter, DejaVu Sans, sans-serif",
                    "Font families, in order of preference."),
    TW_PARAM_END};

static const char *check(const void *config)
{
    const struct png_config *cfg = config;

    if (cfg->view == VIEW_SURFACE && cfg->show != SHOW_LOSS)
        return "a surface shows the loss: show needs view: map";
    return scale_check((enum scale_log)cfg->log, cfg->vmin, cfg->vmax);
}

static int create(const struct tw_host *host, const void *config, void **self)
{
    struct png_sink *s = malloc(sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    *s = (struct png_sink){host, config};
    *self = s;
    return TW_OK;
}

static void destroy(void *self)
{
    free(self);
}

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
                 g->x[g->nx - 1], curve_value(c, 0), curve_value(c, 1), kind, c->acc_lo, c->acc_hi);
    else
        snprintf(axes, sizeof axes, "x %.17g to %.17g y %.17g to %.17g %s %.17g to %.17g %s",
                 g->x[0], g->x[g->nx - 1], g->y[0], g->y[g->ny - 1], show_names[c->cfg->show],
                 c->scale.lo, c->scale.hi, kind);
    return figure_write(&c->fig, c->host, c->cfg->path,
                        &(struct png_picture){.dpi = c->cfg->dpi,
                                              .title = c->cfg->title ? c->cfg->title : r->title,
                                              .provenance = r->provenance,
                                              .extra = extra,
                                              .from = 0.7,
                                              .to = 1});
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
        rc = c->line ? chart_curve(c) : chart_field(c);
    if (rc == TW_ENOMEM)
        return h->fail(h, rc, "out of memory");
    if (rc < 0)
        return rc;
    if (h->tick(h, 0.65, "text"))
        return TW_ECANCELLED;
    if (c->line) /* with lines that lead down to the curve, under the checkpoints */
        chart_names(c);
    chart_tracks(c);
    chart_ball(c);
    if (!c->line)
        chart_names(c);
    chart_points(c);
    chart_critical(c);
    chart_axes(c);
    return save(c);
}

static bool is_line(const struct tw_result *r)
{
    return r->plane && r->plane->n_axes == 1 && r->grid->ny == 1;
}

static int draw_and_free(void *self, const struct tw_result *r)
{
    const struct png_sink *s = self;
    struct chart *c = calloc(1, sizeof *c);
    int rc;

    if (!c)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory");
    c->host = s->host;
    c->cfg = s->cfg;
    c->result = r;
    c->grid = r->grid;
    c->line = is_line(r);
    /* Those of the first plane say nothing of several. */
    c->critical = s->cfg->critical && s->cfg->show < SHOW_MEAN ? r->critical : NULL;
    rc = draw(c);
    figure_free(&c->fig);
    for (size_t k = 0; k < c->n_runs; k++)
        free(c->run[k].spot);
    free(c->run);
    free(c);
    return rc;
}

static bool as_surface(const struct png_sink *s, const struct tw_result *r)
{
    if (is_line(r) || s->cfg->view == VIEW_MAP || s->cfg->show != SHOW_LOSS)
        return false;
    if (s->cfg->view == VIEW_SURFACE || surface_possible())
        return true;
    s->host->log(s->host, TW_LOG_WARN, "built without Embree: the map is drawn, not the surface");
    return false;
}

static int draw_surface(void *self, const struct tw_result *r)
{
    const struct png_sink *s = self;

    return surface_write(s->host, s->cfg, r);
}

static int sink_write(void *self, const struct tw_result *r)
{
    const struct png_sink *s = self;

    if (!r->grid || r->grid->nx < 2 || (r->grid->ny < 2 && !is_line(r)))
        return s->host->fail(s->host, TW_EINVAL,
                             "a map needs a grid of at least 2 x 2 points, a curve one of 2: see "
                             "grid.points");
    return output_run(s->host, as_surface(s, r) ? draw_surface : draw_and_free, self, r);
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = sink_write};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_SINK),
    .threads = TW_THREADS_SERIAL,
    .name = "png",
    .version = "0.1.0",
    .summary = "Flat map or lit surface with iso-lines and trajectories, or curves (PNG)",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct png_config),
    .params = params,
    .check = check,
    .create = create,
    .destroy = destroy,
    .ops.sink = &ops};
