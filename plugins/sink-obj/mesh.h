/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mesh.h -- triangles that grow, and the shapes made of them.  All writers write these.
 *
 *     mesh_room      room for so many more vertices and triangles
 *     mesh_vertex    one more vertex; its number
 *     mesh_face      one more triangle, counter-clockwise as seen from outside
 *     mesh_skin      the surface of a terrain
 *     mesh_base      walls and a floor below it, so that a closed body comes of it
 *     mesh_sphere, mesh_ball, mesh_tube
 *     mesh_free
 *
 * Those that return int: 0, or -1 when out of memory; mesh_skin also TW_ECANCELLED.
 */
#ifndef SINK_OBJ_MESH_H
#define SINK_OBJ_MESH_H

#include "terrain.h"

struct mesh {
    size_t n_v, n_f, room_v, room_f;
    struct vec *at, *normal;
    float (*uv)[2];   /* NULL: none; v grows with y */
    uint32_t *colour; /* NULL: none; 0xRRGGBB, sRGB */
    uint32_t (*face)[3];
    bool has_uv, has_colour; /* set before anything is added */
    /* Of mesh_skin: its faces are pairs (a, b, c), (a, c, d) of a quadrangle.  What comes after
     * is flat: no normals of its own and no place in the texture. */
    size_t skin_v, skin_f;
};

int mesh_room(struct mesh *m, size_t v, size_t f);
uint32_t mesh_vertex(struct mesh *m, struct vec at, struct vec normal);
void mesh_face(struct mesh *m, uint32_t a, uint32_t b, uint32_t c);
void mesh_free(struct mesh *m);

/* `index` (w x h of the lattice) gets numbers of vertices, from 1; 0: none.  `m` is empty.  Ticks
 * between `from` and `to`. */
int mesh_skin(struct mesh *m, const struct terrain *t, uint32_t *index, const struct tw_host *host,
              double from, double to);

/* Below `skin`, which has been made with `index`, down to height z: into the same mesh, with its
 * vertices, or into another one, with edges that are sharp to the eye. */
int mesh_base(struct mesh *m, const struct mesh *skin, const struct terrain *t,
              const uint32_t *index, float z);

int mesh_sphere(struct mesh *m, struct vec centre, float radius, size_t rings, size_t sectors);

/* About (0, 0, 0), in bands of colours, so that its rolling shows; m->has_colour. */
int mesh_ball(struct mesh *m, float radius, uint32_t colour, uint32_t stripe);

/* Along n points, closed at both ends. */
int mesh_tube(struct mesh *m, const struct vec *at, size_t n, float radius);

#endif
