/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture.h -- one picture in the making, for the files of the renderer.
 *
 *     render.c   the order of things, options
 *     several.c  render_scale, render_several: one scale, one camera for several pictures
 *     film.c     camera and ball elsewhere
 *     morph.c    the surface between two others
 *     still.c    layers of 16 bits, and to go around: still.h
 *     draw.c     draw_layers: the rays of all pixels; draw_compose: pixels of the picture
 *     bloom.c    bloom: halos around bright things, on prints
 *     marks.c    marks_layout, marks_draw: names of points on the surface
 *     words.c    words_layout, words_draw: title, colour bar, legend
 *     axes.c     axes_layout, axes_behind: axes in the room and their labels
 */
#ifndef RENDER_PICTURE_H
#define RENDER_PICTURE_H

#include "render/camera.h"
#include "render/labels.h"
#include "render/render.h"

#define LEGEND_MAX 20

enum legend_symbol {
    LEGEND_PATH,
    LEGEND_START,
    LEGEND_END,
    LEGEND_OFF,
    LEGEND_STALK,
    LEGEND_BALL,
    LEGEND_PIN, /* its track: enum tw_critical_kind */
    LEGEND_HOLE,
    LEGEND_NOTE
};

struct legend_entry {
    enum legend_symbol symbol;
    size_t track;
    double x, y; /* left end, middle line */
};

struct bar {
    double x, y, w, h; /* w == 0: none */
    struct ticks ticks;
};

#define MARKS_MAX 4 /* as in struct tw_plane */

struct mark_place {
    double x, y, label_x, label_y; /* of the point; where the line to its name ends */
    size_t label;                  /* its name, in `labels` */
};

struct render {
    struct render_options o;
    const struct tw_result *r;
    struct scene s;
    struct camera c;
    struct vec origin; /* of the scene's coordinates, in the room */
    uint32_t land;     /* which of the result's landscapes this is */
    struct morph *morph;
    struct workers workers;
    enum words words;
    bool axes, floor;
    double unit; /* pixels per point */
    struct figure fig;
    bool laid_out; /* labels, legend and bar have their places */
    struct labels labels;
    struct bar bar;
    struct ticks xt, yt, zt;
    struct mark_place mark[MARKS_MAX];
    size_t n_marks;
    struct legend_entry legend[LEGEND_MAX];
    size_t n_legend;
    float *ground; /* width x height x 3, linear light */
    float *object; /* width x height x 4: colour times cover, cover */
};

/* The result's own ball at the end of its way. */
int render_rest_ball(struct render *p);
/* Words, axes and marks have to find new places. */
void render_unlay(struct render *p);
void morph_free(struct morph *m);
/* TW_OK or TW_ECANCELLED. */
int render_tick(const struct render *p, double done, const char *what);

int draw_layers(struct render *p);
/* A slight halo around what is bright. */
int bloom(struct render *p);
enum draw_what { DRAW_ALL, DRAW_GROUND, DRAW_OBJECT };
/* `between`: premultiplied pixels between ground and object, or NULL. */
int draw_compose(struct render *p, enum draw_what what, const uint32_t *between, uint32_t *to,
                 size_t stride);
/* The ground where nothing is, at a place of the picture; light as it can be shown. */
struct vec draw_backdrop(const struct render *p, float px, float py);
/* Colours up to some brightness stay; brighter ones come closer and closer to white, with their
 * hue. */
struct vec draw_tone(struct vec c);

/* As far as it goes without a camera and light. */
int render_draft(struct render **to, const struct tw_result *r, const struct render_options *o);

/* What the camera has to show: the box of the axes, or the body itself; at most AIM_POINTS. */
#define AIM_POINTS 8192
size_t aim_points(const struct render *p, struct vec *to);
/* What the options or the style say; radians. */
void aim_angles(const struct render *p, float *rise, float *fov, float *zoom);

/* The part of the picture that is left for the object. */
struct frame words_room(struct render *p);
void words_layout(struct render *p);
void words_draw(struct render *p);
void marks_layout(struct render *p);
void marks_draw(struct render *p);
void axes_layout(struct render *p);
void axes_behind(struct render *p);

#endif
