/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terrain.h -- one landscape as a smooth surface, for the obj sink.
 *
 *     terrain_new       scale, heights, and which cells there are
 *     terrain_at        the place of the surface at grid coordinates
 *     terrain_spot      the surface in one cell
 *     terrain_texture   the colours as a picture over the whole grid
 *     terrain_free
 *
 * Places are those of the room of render/heightfield.h: the longer side of the grid spans [-1, 1],
 * z points up.  The lattice of a mesh has the grid's points among its own: each cell
 * is cut into `pieces` x `pieces`.
 */
#ifndef SINK_OBJ_TERRAIN_H
#define SINK_OBJ_TERRAIN_H

#include "render/heightfield.h"
#include "util/palette.h"
#include "util/scale.h"

#include <thalweg/plugin.h>

struct obj_config {
    const char *path;
    int64_t texture, upsample;
    double height, vmin, vmax, size, thickness;
    int palette, log;
    bool lines, base;
};

struct terrain {
    const struct obj_config *cfg;
    const struct tw_grid *grid;
    struct scale scale; /* of the colours, and of the heights where none are given */
    struct heightfield field;
    double *t;      /* ny x nx: positions on the scale; NaN in holes */
    uint8_t *cell;  /* (ny - 1) x (nx - 1): 1 where there is surface */
    size_t n_cells; /* so many */
    size_t n_cut;   /* cells that were left out because they met another one only in a point */
    size_t pieces, w, h;
};

/* The grid has at least 2 x 2 points.  `height`: of its points in the room, NaN in holes; NULL:
 * they follow from the scale, as in the pictures.  `solid`: no two cells meet only in a corner, so
 * that a body below the surface has a clean border.  0, or -1: out of memory or more than 2^32
 * points; to be freed in either case. */
int terrain_new(struct terrain *s, const struct obj_config *cfg, const struct tw_grid *g,
                const double *height, bool solid);
void terrain_free(struct terrain *s);

/* Is there surface between grid points i and i + 1, j and j + 1?  false beyond the border. */
bool terrain_cell(const struct terrain *s, size_t i, size_t j);

/* The surface at grid coordinates, in the room; false in a hole or outside. */
bool terrain_at(const struct terrain *s, double x, double y, struct vec *at);

/* In cell (i, j), at place (x, y) of the room: the point and, if not NULL, the normal. */
void terrain_spot(const struct terrain *s, size_t i, size_t j, float x, float y, struct vec *at,
                  struct vec *normal, float *t);

/* Lattice column a and row b in the room. */
float terrain_x(const struct terrain *s, size_t a);
float terrain_y(const struct terrain *s, size_t b);

/* Pixels (0x00RRGGBB, to be freed by the caller) of the size asked for on the longer
 * side.  Ticks between `from` and `to`; any other failure has been reported. */
int terrain_texture(const struct terrain *s, const struct tw_host *host, double from, double to,
                    uint32_t **pixels, size_t *width, size_t *height);

#endif
