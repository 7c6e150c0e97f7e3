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
 *     render_pins      what of the critical points is to be seen
 *     render_turn      the camera goes around, the light stays: for turntables
 *     render_end
 *
 * For several pictures side by side, before the first:
 *
 *     render_several   one scale and one camera for all
 *
 * For films, between two render_layers:
 *
 *     render_eye       where the camera is
 *     render_look      the camera elsewhere; the light stays
 *     render_ball      the ball elsewhere
 *     render_begin_morph, render_morph   the surface on its way to another one
 *
 * Functions return TW_OK, TW_ENOMEM, TW_EINVAL (nothing to draw) or TW_ECANCELLED (or what `run`
 * returned), not reported yet.  The same input gives the same bytes, however many threads work.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "render/style.h"
#include "util/palette.h"
#include "util/scale.h"

#include <cairo.h>
#include <thalweg/plugin.h>

enum choice { CHOICE_STYLE = -1, CHOICE_NO, CHOICE_YES };

/* The picture is a part of a larger one, at (x, y) in it, and its ground goes on in the next. */
struct render_sheet {
    int x, y, width, height; /* width 0: it is all there is */
};

struct render_options {
    int width, height;
    struct render_sheet sheet;
    const struct render_eye *eye; /* in place of turn, rise, fov, zoom; NULL: chosen */
    int style;                    /* index of `styles` */
    int palette;                  /* enum palette; -1: the style's */
    enum quality quality;
    enum scale_log log;
    double vmin, vmax; /* NaN: chosen */
    int levels;        /* about how many contours; -1: 20; 0: none */
    enum choice axes, floor;
    int words;                    /* enum words; -1: the style's */
    bool stalks;                  /* checkpoints on stalks at their true loss */
    bool critical;                /* critical points as pins and beads */
    double turn, rise, fov, zoom; /* camera, degrees; NaN: chosen or the style's */
    double vertical;              /* height of the surface; NaN: the style's */
    double unit;                  /* pixels per point; 0: by the size of the picture */
    const char *title, *font;     /* NULL: the result's; Inter */
    const double *values;         /* instead of the loss, as r->grid->loss; NULL */
    const double *heights;        /* of the surface at the grid's points, in the room, in place of
                                     those that follow from the scale, which then is for colours only:
                                     struct tw_landscape.height; NaN: a hole.  NULL */
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

/* For pictures that are to be compared: one scale and one camera that serve all results, put
 * into `o`, which is as for each picture (its vmin, vmax, log and turn are kept where they are
 * given), and `eye`, to which o->eye points then. */
int render_several(const struct tw_result *const *r, size_t n, struct render_options *o,
                   struct render_eye *eye, struct scale *scale);
/* The scale of a picture with these values, logarithmic if it can be where `log`; -1: out of
 * memory. */
int render_scale(struct scale *s, const double *values, size_t n, bool log,
                 const struct render_options *o);

struct render;
int render_begin(struct render **to, const struct tw_result *r, const struct render_options *o);
int render_layers(struct render *p);
/* The object goes into an ARGB32 surface, the ground into any. */
int render_image(struct render *p, bool object, cairo_surface_t *out);
int render_behind(struct render *p, cairo_t *cr);
int render_front(struct render *p, cairo_t *cr);
/* All of it into the pixels of `out`. */
int render_compose(struct render *p, cairo_surface_t *out);
/* How many critical points of a kind stand on the surface; `colour`: of their heads. */
size_t render_pins(const struct render *p, enum tw_critical_kind kind, struct rgb *colour);
/* Degrees from the x axis, seen from above, counter-clockwise. */
int render_turn(struct render *p, double turn);
void render_end(struct render *p);

/* A camera that looks at a place; a lens without distortion.  Lengths and places are those of the
 * room: see heightfield.h. */
struct render_eye {
    double at[3];           /* what it looks at: in the middle of the picture, but for `shift` */
    double distance;        /* from there */
    double turn, rise, fov; /* degrees, as in the options; fov: the vertical angle */
    double shift_x,
        shift_y; /* the picture's middle lies as far from `at`, in half widths and heights */
};
/* The one of the last render_begin, render_turn or render_look. */
void render_eye(const struct render *p, struct render_eye *eye);
int render_look(struct render *p, const struct render_eye *eye);

/* A ball on the surface; its centre stands above (x, y) as low as it can without the ball cutting
 * into the surface as drawn. */
struct render_ball {
    double x, y;              /* in the plane's coordinates */
    double radius;            /* in the room */
    double spin[9];           /* its rotation, row-major: from the ball's own axes to the room's */
    const double (*trail)[3]; /* n_trail places behind it, the oldest first: x, y in the plane's
                               coordinates, and how strong the trail is there, 0 to 1; copied */
    size_t n_trail;
};
/* Several renders of one room share nothing: each has a ball of its own.  NULL: none. */
int render_ball(struct render *p, const struct render_ball *ball);

/* `p` shows the surface on its way from that of `a` (s = 0) to that of `b` (s = 1), both with the
 * options of a film's landscapes (heights, vmin, vmax, log, style, size, quality alike), about the
 * point that they share: (ax, ay) in the plane of `a`, (bx, by) in that of `b`.  That point stands
 * still in the room of `a`, to which the camera and the ball of `p` belong as before; light and
 * colours change as smoothly as the surface does.  `p` was made with render_begin_morph and shows
 * nothing before. */
int render_begin_morph(struct render **to, struct render *a, struct render *b, double ax, double ay,
                       double bx, double by);
/* Takes the ball away: render_ball() comes afterwards.  The camera stays where it is.  `a` and `b`
 * must outlive `p`. */
int render_morph(struct render *p, double s);
/* Where in the room of `a` the origin of the room of `b` is: with `at` of an eye in `b` moved by
 * this, `p` at s = 1 shows the picture of `b`. */
void render_morph_shift(const struct render *p, double shift[3]);

#endif
