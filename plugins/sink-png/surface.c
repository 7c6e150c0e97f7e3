/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surface.c -- the landscape in three dimensions, by the renderer: see surface.h.
 *
 * A PNG of 8 bits comes from the renderer as it is.  In one of 16 bits, and in PDF and SVG, the
 * ground, the vectors that stand behind the surface, the surface, and the words lie on each other
 * in this order. */
#include "sink-png/surface.h"

#ifdef THALWEG_EMBREE
#include "render/render.h"
#include "render/still.h"
#include "sink-png/page.h"
#include "util/deep.h"
#include "util/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool surface_possible(void)
{
    return true;
}

void surface_options(struct render_options *o, const struct tw_host *host,
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
    o->rise = cfg->rise;
    o->fov = cfg->fov;
    o->zoom = cfg->zoom;
    o->vertical = cfg->vertical;
    o->axes = (enum choice)(cfg->axes - 1); /* in the same order, from the style's on */
    o->floor = (enum choice)(cfg->floor - 1);
    o->words = cfg->words - 1;
    o->levels = cfg->levels == TW_INT_AUTO ? -1 : (int)cfg->levels;
    o->critical = cfg->critical;
    o->title = cfg->title;
    o->font = cfg->font;
    o->host = host;
    o->run = parallel_run;
}

/* ---- one picture ------------------------------------------------------------------------ */

static int draw_deep(struct render *p, struct figure *fig)
{
    enum still_layer ground = fig->page.transparent ? STILL_SHADE : STILL_GROUND;
    struct figure_image image;
    int rc = figure_image_new(fig, &image, fig->width, fig->height) ? TW_ENOMEM : TW_OK;

    if (rc == TW_OK)
        rc = still_layer(p, ground, image.deep);
    if (rc == TW_OK) {
        figure_image_paint(fig, &image, 0, 0);
        rc = render_behind(p, fig->cr);
    }
    if (rc == TW_OK)
        rc = still_layer(p, STILL_OBJECT, image.deep);
    if (rc == TW_OK) {
        figure_image_paint(fig, &image, 0, 0);
        rc = render_front(p, fig->cr);
    }
    figure_image_free(&image);
    return rc;
}

/* Shadow and floor alone, as ARGB32. */
static int shade_image(struct render *p, cairo_surface_t *image, size_t n)
{
    uint16_t *deep = malloc(n * 4 * sizeof *deep);
    uint32_t *to = (uint32_t *)(void *)cairo_image_surface_get_data(image);
    int rc = deep ? still_layer(p, STILL_SHADE, deep) : TW_ENOMEM;

    for (size_t i = 0; rc == TW_OK && i < n; i++)
        to[i] = deep_argb32(deep + 4 * i);
    cairo_surface_mark_dirty(image);
    free(deep);
    return rc;
}

/* One layer as an image in a page of vectors. */
static int paint_layer(struct render *p, struct figure *fig, bool object)
{
    bool alpha = object || fig->page.transparent;
    cairo_surface_t *image = cairo_image_surface_create(
        alpha ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24, fig->width, fig->height);
    int rc = TW_ENOMEM;

    if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS)
        rc = alpha && !object ? shade_image(p, image, (size_t)fig->width * (size_t)fig->height)
                              : render_image(p, object, image);
    if (rc == TW_OK) {
        cairo_set_source_surface(fig->cr, image, 0, 0);
        cairo_paint(fig->cr);
    }
    cairo_surface_destroy(image);
    return rc;
}

static int draw_vectors(struct render *p, struct figure *fig)
{
    int rc = paint_layer(p, fig, false);

    if (rc == TW_OK)
        rc = render_behind(p, fig->cr);
    if (rc == TW_OK)
        rc = paint_layer(p, fig, true);
    return rc == TW_OK ? render_front(p, fig->cr) : rc;
}

struct still {
    const struct tw_host *host;
    const struct png_config *cfg;
    const struct tw_result *result;
    int width, height;
};

/* Reports what went wrong. */
static int complain(const struct still *s, int rc)
{
    if (rc == TW_ENOMEM)
        s->host->fail(s->host, rc, "out of memory: a picture of %d x %d pixels", s->width,
                      s->height);
    else if (rc == TW_EINVAL)
        s->host->fail(s->host, rc, "there is nothing to draw: no grid point has a finite loss");
    return rc;
}

/* As the camera sees it; the last of the work is from `from` to `to`. */
static int write_still(struct render *p, const struct still *s, const char *path, double from,
                       double to)
{
    struct figure fig = {.unit = 1};
    int rc = render_layers(p);

    if (rc == TW_OK && page_open(&fig, s->cfg, s->width, s->height, (struct rgb){1, 1, 1}))
        rc = TW_ENOMEM;
    if (rc == TW_OK)
        rc = page_is_vectors(s->cfg) ? draw_vectors(p, &fig)
             : fig.deep              ? draw_deep(p, &fig)
                                     : render_compose(p, fig.surface);
    if (rc == TW_OK)
        rc = page_write(&fig, s->host, s->cfg, s->result, NULL, path, from, to);
    else
        complain(s, rc);
    figure_free(&fig);
    return rc;
}

/* ---- around it -------------------------------------------------------------------------- */

/* "surface-007.png"; to be freed. */
static char *still_path(const char *path, size_t k)
{
    const char *dot = strrchr(path, '.'); /* page_check() has seen it */
    size_t size = strlen(path) + 24;
    char *to = malloc(size);

    if (to)
        snprintf(to, size, "%.*s-%03zu%s", (int)(dot - path), path, k, dot);
    return to;
}

/* The light stays where it is. */
static int write_turntable(struct render *p, const struct still *s)
{
    size_t n = (size_t)s->cfg->turntable;
    double first = still_turn(p);
    int rc = TW_OK;

    for (size_t k = 0; k < n && rc == TW_OK; k++) {
        double from = 0.2 + 0.8 * (double)k / (double)n, each = 0.8 / (double)n;
        char *path = still_path(s->cfg->path, k + 1);

        /* Of its own work, the renderer spends 0.2 to 0.95 on the pixels; here 0.9 of `each`. */
        still_progress(p, from - 0.24 * each, from + 0.96 * each);
        rc = path ? TW_OK : TW_ENOMEM;
        if (rc == TW_OK && k)
            rc = render_turn(p, first + 360 * (double)k / (double)n);
        if (rc == TW_OK)
            rc = write_still(p, s, path, from + each * 0.9, from + each);
        else
            complain(s, rc);
        free(path);
    }
    return rc;
}

int surface_write(const struct tw_host *host, const struct png_config *cfg,
                  const struct tw_result *r)
{
    struct render_options o;
    struct render *p;
    int rc;

    surface_options(&o, host, cfg);

    struct still s = {host, cfg, r, o.width, o.height};

    rc = render_begin(&p, r, &o);
    if (rc < 0)
        return complain(&s, rc);
    rc = cfg->turntable ? write_turntable(p, &s) : write_still(p, &s, cfg->path, 0.95, 1);
    render_end(p);
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
