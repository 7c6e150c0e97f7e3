/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glb.h -- the plan of a .glb file, from which both its parts are written.
 *
 * A GLB is a piece of JSON and a block of numbers.  Each array of numbers is a `piece`: its number
 * is that of its bufferView and, for all but pictures, which come last, of its accessor.
 *
 *     gltf_write     the JSON (gltf.c); all else is in writer-glb.c
 */
#ifndef SINK_OBJ_GLB_H
#define SINK_OBJ_GLB_H

#include "writer.h"

enum piece_kind {
    PIECE_POSITION,
    PIECE_NORMAL,
    PIECE_UV,
    PIECE_COLOUR,
    PIECE_INDEX,
    PIECE_FLOATS, /* of an animation */
    PIECE_PICTURE
};

struct piece {
    enum piece_kind kind;
    const struct mesh *mesh;
    const float *floats;
    const char *bytes; /* of a picture */
    size_t n;          /* elements; bytes of a picture */
    int width;         /* floats: numbers in an element */
    uint64_t at, length;
};

struct glb {
    const struct scene *scene;
    struct piece *piece;
    size_t n_pieces;
    size_t *first; /* of each item: the piece of its positions; SIZE_MAX: it has no mesh */
    char **picture;
    size_t *picture_size; /* n_terrains of both */
    size_t picture_piece; /* the first */
    /* The animation: times, places and rotations of the ball, then times and sizes of each
     * landscape. */
    float *keys;
    size_t key_piece; /* the first; SIZE_MAX: nothing moves */
    uint64_t length;  /* of the block of numbers */
};

/* What an accessor may do: numbers of glTF. */
enum { GLTF_U8 = 5121, GLTF_U32 = 5125, GLTF_FLOAT = 5126 };

void gltf_write(const struct glb *g, FILE *json);

#endif
