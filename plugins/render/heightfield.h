/* SPDX-License-Identifier: GPL-3.0-or-later */
/* heightfield.h -- the losses of a grid as a smooth surface in the room.
 *
 *     field_room     where a grid lies in the room
 *     field_init     from a grid and a scale
 *     field_at       position on the scale and its slope, at a place
 *     field_z        from there to a height; field_slope, its derivative
 *     field_normal   of the surface
 *     field_rest     how high the centre of a ball is that lies on it
 *     field_free
 *
 * In the room the longer side of the grid runs from -1 to 1, the shorter in proportion as
 * far as that is reasonable, and z points up: 0 at the low end of the scale, `height` at its
 * high end.  The surface is bicubic (Hermite), continuous with its slopes, and goes
 * through the grid's values exactly; slopes are those of util/resample.h, so that it has no dips
 * or ridges of its own.  A cell with a non-finite corner is a hole.  Where the
 * scale clips values, heights near its ends bend over softly, beyond them to a limit.
 *
 * Heights may also be given by themselves; then they are as they are but for `low`, the one that
 * belongs to the low end of the scale as well as a straight line through all can tell, which is
 * taken off; `height` is from there to what belongs to the high end.
 */
#ifndef RENDER_HEIGHTFIELD_H
#define RENDER_HEIGHTFIELD_H

#include "render/vec.h"
#include "util/scale.h"

#include <thalweg/plugin.h>

#include <stdbool.h>
#include <stdint.h>

struct field_node {
    float t, tx, ty, txy; /* position on the scale, its slopes and twist */
};

struct heightfield {
    size_t nx, ny, n_holes;
    float *x, *y; /* in the room */
    struct field_node *node;
    struct field_node *high; /* the same for heights, where they are given; or NULL */
    uint8_t *hole;           /* (ny - 1) x (nx - 1) */
    bool even_x, even_y;
    float half_x, half_y, height;
    float low;    /* taken off given heights; 0 without */
    float bottom; /* the lowest node */
    bool knee_low, knee_high;
    double mid_x, mid_y, per_x, per_y; /* room = (grid - mid) * per */
};

struct field_spot {
    float t, tx, ty; /* position on the scale and its slopes */
    float z, zx, zy; /* the same of the height */
};

/* room = (grid - mid) * per, from -half to half; the shorter side is at least `aspect` (0 to 1) of
 * the longer. */
void field_room(const struct tw_grid *g, double aspect, double mid[2], double per[2],
                double half[2]);

/* `values` is ny x nx as g->loss; `aspect` as above.  0, or -1: out of memory; field_free() is
 * legal after a failure.  `heights` as values, or NULL: they follow from the scale. */
int field_init(struct heightfield *f, const struct tw_grid *g, const double *values,
               const struct scale *s, const double *heights, float height, double aspect);
void field_free(struct heightfield *f);
/* After the nodes were changed. */
void field_mark_holes(struct heightfield *f);

float field_room_x(const struct heightfield *f, double x);
float field_room_y(const struct heightfield *f, double y);

/* false in a hole or outside. */
bool field_at(const struct heightfield *f, float x, float y, struct field_spot *s);
/* The same; on the border of a hole, the cells around are asked as well. */
bool field_near(const struct heightfield *f, float x, float y, struct field_spot *s);
/* In the cell between points i and i + 1, j and j + 1, which is no hole. */
void field_patch(const struct heightfield *f, size_t i, size_t j, float x, float y,
                 struct field_spot *s);

/* The lowest height of the centre of a ball above (x, y) from which it cuts nowhere into the
 * surface; false where there is no surface below it. Too low by at most 1e-3 r where slopes are
 * below 4, by some 1e-2 r on slopes of 20. */
bool field_rest(const struct heightfield *f, float x, float y, float r, float *z);

/* Where a value of the scale stands, and its slope; the surface itself has spot.z. */
float field_z(const struct heightfield *f, float t);
float field_slope(const struct heightfield *f, float t);

static inline struct vec field_normal(const struct field_spot *s)
{
    return vec_unit((struct vec){-s->zx, -s->zy, 1});
}

#endif
