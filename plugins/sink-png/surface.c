/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surface.c -- the landscape in three dimensions, by the renderer: see surface.h. */
#include "sink-png/surface.h"

#ifdef THALWEG_EMBREE
#include "render/render.h"
#include "util/parallel.h"

#include <math.h>

bool surface_possible(void)
{
    return true;
}

static void set_options(struct render_options *o, const struct tw_host *host,
                        const struct png_config *cfg)
{
    render_defaults(o);
    o->width = (int)cfg->width;
    o->height = cfg->height == TW_INT_AUTO ? (int)(cfg->width * 10 / 16) : (int)cfg->height;
    o->style = cfg->style;
    o->palette = cfg->palette - 1; /* -1: auto, the style's */
    o->quality = (enum quality)cfg->quality;
    o->log = (enum scale_log)cfg->log;
    o->vmin = cfg->vmin;
    o->vmax = cfg->vmax;
    o->turn = cfg->turn;
    o->levels = cfg->levels == TW_INT_AUTO ? -1 : (int)cfg->levels;
    o->title = cfg->title;
    o->font = cfg->font;
    o->host = host;
    o->run = parallel_run;
}

int surface_write(const struct tw_host *host, const struct png_config *cfg,
                  const struct tw_result *r)
{
    struct render_options o;
    struct figure fig = {.unit = 0};
    int rc = TW_ENOMEM;

    set_options(&o, host, cfg);
    if (figure_init(&fig, 1, cfg->font) == 0 &&
        figure_canvas(&fig, o.width, o.height, (struct rgb){1, 1, 1}) == 0)
        rc = render_picture(r, &o, fig.surface);
    if (rc == TW_OK)
        rc = figure_write(&fig, host, cfg->path,
                          &(struct png_picture){.dpi = cfg->dpi,
                                                .title = cfg->title ? cfg->title : r->title,
                                                .provenance = r->provenance,
                                                .from = 0.9,
                                                .to = 1});
    else if (rc == TW_ENOMEM)
        host->fail(host, rc, "out of memory: a picture of %d x %d pixels", o.width, o.height);
    else if (rc == TW_EINVAL)
        host->fail(host, rc, "there is nothing to draw: no grid point has a finite loss");
    figure_free(&fig);
    return rc;
}

#else

bool surface_possible(void)
{
    return false;
}

int surface_write(const struct tw_host *host, const struct png_config *cfg,
                  const struct tw_result *r)
{
    (void)cfg;
    (void)r;
    return host->fail(host, TW_ENOTSUP,
                      "this thalweg was built without Embree, so it draws no surfaces; view: map "
                      "draws the map");
}

#endif
