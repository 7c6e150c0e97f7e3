/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render.h -- a landscape as a lit picture in three dimensions, without a display.
 *
 *     struct render_options o;
 *     render_defaults(&o);
 *     o.style = ...;                      index of style_names
 *     rc = render_picture(result, &o, surface);
 *
 * or, for vectors between the pixels (PDF, SVG) and for many pictures of one scene:
 *
 *     render_begin     surface, light, camera
 *     render_layers    the pixels: ground, and the object apart from it
 *     render_image     either of them as an image
 *     render_behind    in cairo: what stands between ground and object
 *     render_front     in cairo: words, axes, colour bar, legend
 *     render_turn      the camera goes around, the light stays: for turntables and films
 *     render_end
 *
 * Functions return TW_OK, TW_ENOMEM, TW_EINVAL (nothing to draw) or TW_ECANCELLED (or what `run`
 * returned), not reported yet.  The same input gives the same bytes, however many threads work.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "render/style.h"
#include "util/scale.h"

#include <cairo.h>
#include <thalweg/plugin.h>

extern const char *const ramp_names[]; /* those of palette_names come first */

enum choice { CHOICE_STYLE = -1, CHOICE_NO, CHOICE_YES };

struct render_options {
    int width, height;
    int style; /* index of `styles` */
    int ramp;  /* enum palette or ramp_name; -1: the style's */
    enum quality quality;
    enum scale_log log;
    double vmin, vmax; /* NaN: chosen */
    int levels;        /* about how many contours; -1: 20; 0: none */
    enum choice axes, floor;
    int words;                    /* enum words; -1: the style's */
    bool stalks;                  /* checkpoints on stalks at their true loss */
    double turn, rise, fov, zoom; /* camera, degrees; NaN: chosen or the style's */
    double vertical;              /* height of the surface; NaN: the style's */
    double unit;                  /* pixels per point; 0: by the size of the picture */
    const char *title, *font;     /* NULL: the result's; Inter */
    const double *values;         /* instead of the loss, as r->grid->loss; NULL */
    bool unlit;                   /* colours as they are in the ramp, nothing else: for tests */
    uint32_t ground;              /* with `plain_ground`: this colour and no shadow on it */
    bool plain_ground;
    int samples, sky_samples; /* per pixel; 0: by the quality */
    /* Hears how far the picture is, between `from` and `to`, and may stop it; or NULL. */
    const struct tw_host *host;
    double from, to;
    /* For parallel work, as in struct tw_host_parallel; NULL: one after the other. */
    int (*run)(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k), void *ctx);
};

void render_defaults(struct render_options *o);

/* `out` is an image surface of the options' size, RGB24 or ARGB32. */
int render_picture(const struct tw_result *r, const struct render_options *o, cairo_surface_t *out);

struct render;
int render_begin(struct render **to, const struct tw_result *r, const struct render_options *o);
int render_layers(struct render *p);
/* The object goes into an ARGB32 surface, the ground into any. */
int render_image(struct render *p, bool object, cairo_surface_t *out);
int render_behind(struct render *p, cairo_t *cr);
int render_front(struct render *p, cairo_t *cr);
/* All of it into the pixels of `out`. */
int render_compose(struct render *p, cairo_surface_t *out);
/* Degrees from the x axis, seen from above, counter-clockwise. */
int render_turn(struct render *p, double turn);
void render_end(struct render *p);

#endif
