/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terrain.h -- the loss as a height field in a unit box, for the obj sink.
 *
 *     terrain_new       scale, heights and which vertices are used
 *     terrain_place     grid coordinates to the scene
 *     terrain_height    height of the surface at any place
 *     terrain_normal    normal at a grid point
 *     terrain_texture   the colours as a picture over the whole grid
 *     terrain_free
 *
 * The scene is right-handed with Y up, as Blender and most others read OBJ: X is
 * x, Z is -y, Y is the loss.  The longer side of the grid spans [-1, 1].
 */
#ifndef SINK_OBJ_TERRAIN_H
#define SINK_OBJ_TERRAIN_H

#include "util/palette.h"
#include "util/scale.h"

#include <thalweg/plugin.h>

struct obj_config {
    const char *path;
    int64_t texture;
    double height, vmin, vmax;
    int palette, log;
    bool lines;
};

struct terrain {
    const struct obj_config *cfg;
    const struct tw_grid *grid;
    struct scale scale;
    double half_x, half_z; /* half the width and depth in the scene */
    double *t;             /* ny x nx: positions on the scale; NaN in holes */
    double *h;             /* ny x nx: heights in the scene; NaN in holes */
    uint32_t *index;       /* ny x nx: number of the vertex from 1; 0: not used */
    size_t n_vertices, n_faces;
};

/* The grid has at least 2 x 2 points.  0, or -1 when out of memory; to be freed
 * in either case. */
int terrain_new(struct terrain *s, const struct obj_config *cfg, const struct tw_grid *g);
void terrain_free(struct terrain *s);

/* Does the cell with the lower left grid point (i, j) have all four corners? */
bool terrain_cell(const struct terrain *s, size_t i, size_t j);

void terrain_place(const struct terrain *s, double x, double y, double *scene_x, double *scene_z);

/* Bilinear in the cell; NaN in a hole or outside the grid. */
double terrain_height(const struct terrain *s, double x, double y);

void terrain_normal(const struct terrain *s, size_t i, size_t j, double n[3]);

/* Pixels (0x00RRGGBB, to be freed by the caller) of the size asked for on the longer
 * side.  Ticks up to 0.5; any other failure has been reported. */
int terrain_texture(const struct terrain *s, const struct tw_host *host, uint32_t **pixels,
                    size_t *width, size_t *height);

#endif
