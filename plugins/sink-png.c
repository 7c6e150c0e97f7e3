/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-png.c -- the landscape as a flat map or a lit surface, or a line through it as a
 * curve, for a paper or a wall.
 *
 * The surface is the renderer's (sink-png/surface.c).  The map is one picture: colours and labelled
 * iso-lines of the loss, the trajectories with their checkpoints, and beneath it everything that
 * must be known to read it honestly.  The files of sink-png/ draw; sink-png/chart.h tells which
 * what.
 */
#include "sink-png/compare.h"
#include "sink-png/flat.h"
#include "sink-png/page.h"
#include "sink-png/surface.h"

#include "render/style.h"
#include "util/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct png_sink {
    const struct tw_host *host;
    const struct png_config *cfg;
};

static const char *const views[] = {"map", "surface", "auto", NULL};
static const char *const toggles[] = {"auto", "false", "true", NULL};
static const char *const words_names[] = {"auto", "none", "caption", "all", NULL};
static const char *const depths[] = {"8", "16", NULL};
static const char *const fills[] = {"smooth", "bands", NULL};

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct png_config, path, "surface.png",
                    "The picture; its ending says whether it is a PNG, PDF or SVG file."),
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
    TW_PARAM_REAL_AUTO(struct png_config, rise, 1, 89, "degrees",
                       "How high above a surface the eye is; auto: the style's."),
    TW_PARAM_REAL_AUTO(
        struct png_config, fov, 2, 100, "degrees",
        "Vertical angle of view on a surface: small as through a long lens; auto: the "
        "style's."),
    TW_PARAM_REAL_AUTO(
        struct png_config, zoom, 0.1, 10, NULL,
        "How large a surface is in the picture; auto: the style's, 1: it just fits."),
    TW_PARAM_REAL_AUTO(struct png_config, vertical, 0.02, 3, NULL,
                       "Height of a surface, where its longer side is 2; auto: the style's."),
    TW_PARAM_INT(struct png_config, turntable, "0", 0, 360, "stills",
                 "So many stills of a surface from evenly all around, in files with -001, -002 ... "
                 "before their ending; 0: one picture."),
    TW_PARAM_CHOICE(struct png_config, axes, "auto", toggles,
                    "Axes around a surface; auto: as in the style."),
    TW_PARAM_CHOICE(struct png_config, floor, "auto", toggles,
                    "The floor with iso-lines below a surface; auto: as in the style."),
    TW_PARAM_CHOICE(
        struct png_config, words, "auto", words_names,
        "What is written on a surface: nothing, title and subtitle, or with colour bar and "
        "legend; auto: as in the style."),
    TW_PARAM_INT(struct png_config, width, "1600", 200, 8192, "pixels", "Width of the picture."),
    TW_PARAM_INT_AUTO(
        struct png_config, height, 200, 16384, "pixels",
        "Height of the picture; auto: what the shape of the map needs, 10/16 of the width "
        "for a surface."),
    TW_PARAM_REAL(struct png_config, dpi, "200", 30, 1200, "pixels per inch",
                  "Resolution: sets the size of text and lines, and of the page of a PDF or SVG."),
    TW_PARAM_CHOICE(struct png_config, depth, "8", depths,
                    "Bits of each colour in a PNG: 16 for surfaces and maps that will be graded "
                    "or printed large."),
    TW_PARAM_BOOL(
        struct png_config, transparent, "false",
        "Leave the ground out, so that the picture can lie on any other; of a surface its "
        "shadow stays."),
    TW_PARAM_CHOICE(struct png_config, palette, "viridis", palette_names,
                    "Colours of the map; a surface has those of its style."),
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
    const char *wrong = page_check(cfg);

    if (wrong)
        return wrong;
    if (cfg->view == VIEW_SURFACE && cfg->show != SHOW_LOSS)
        return "a surface shows the loss: show needs view: map";
    if (cfg->turntable && cfg->view != VIEW_SURFACE)
        return "turntable needs view: surface";
    if (cfg->transparent && cfg->view != VIEW_MAP && styles[cfg->style].fade)
        return "transparent: in this style the surface fades into the ground, which then is "
               "missing; "
               "take another style";
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

static bool as_surface(const struct png_sink *s, const struct tw_result *r)
{
    if (flat_is_line(r) || s->cfg->view == VIEW_MAP || s->cfg->show != SHOW_LOSS)
        return false;
    if (s->cfg->view == VIEW_SURFACE || surface_possible())
        return true;
    s->host->log(s->host, TW_LOG_WARN, "built without Embree: the map is drawn, not the surface");
    return false;
}

static int draw_flat(void *self, const struct tw_result *r)
{
    const struct png_sink *s = self;

    return flat_write(s->host, s->cfg, r);
}

static int draw_surface(void *self, const struct tw_result *r)
{
    const struct png_sink *s = self;

    return surface_write(s->host, s->cfg, r);
}

static int sink_write(void *self, const struct tw_result *r)
{
    const struct png_sink *s = self;

    if (!r->grid || r->grid->nx < 2 || (r->grid->ny < 2 && !flat_is_line(r)))
        return s->host->fail(s->host, TW_EINVAL,
                             "a map needs a grid of at least 2 x 2 points, a curve one of 2: see "
                             "grid.points");
    return output_run(s->host, as_surface(s, r) ? draw_surface : draw_flat, self, r);
}

/* What output_run() hands on. */
struct both {
    const struct png_sink *sink;
    const struct comparison *comparison;
};

static int draw_comparison(void *self, const struct tw_result *first)
{
    const struct both *b = self;

    return compare_write(b->comparison, as_surface(b->sink, first));
}

static int sink_compare(void *self, const char *title, size_t n, const struct tw_result *const *r,
                        const char *const *label)
{
    const struct png_sink *s = self;
    struct comparison c = {s->host, s->cfg, title, n, r, label};
    struct both b = {s, &c};

    return output_run(s->host, draw_comparison, &b, r[0]);
}

static const void *get_extension(const char *id)
{
    static const struct tw_sink_compare compare = {.struct_size = sizeof compare,
                                                   .write = sink_compare};

    return strcmp(id, TW_EXT_SINK_COMPARE) == 0 ? &compare : NULL;
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = sink_write};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_SINK),
    .threads = TW_THREADS_SERIAL,
    .name = "png",
    .version = "0.1.0",
    .summary = "Flat map or lit surface with iso-lines and trajectories, or curves (PNG, PDF, SVG)",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct png_config),
    .params = params,
    .check = check,
    .create = create,
    .destroy = destroy,
    .ops.sink = &ops,
    .get_extension = get_extension};
