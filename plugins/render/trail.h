/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trail.h -- the way of the ball, painted on the surface as a ribbon of constant width.
 *
 *     trail_lay     from places in the room
 *     trail_at      how far a place is from its middle
 *     trail_free
 */
#ifndef RENDER_TRAIL_H
#define RENDER_TRAIL_H

#include "render/vec.h"

#include <stddef.h>
#include <stdint.h>

struct scene;

struct trail_point {
    struct vec p;
    float strength; /* 0 to 1 */
};

struct trail {
    struct trail_point *at;
    size_t n; /* segment k runs from point k to k + 1 */
    float r;  /* half its width */
    /* Segments by cells of a lattice over the surface: those of cell c are
     * segment[first[c]] to segment[first[c + 1]], without the last. */
    uint32_t *first, *segment;
};

/* `way`: n x 3, x and y in the room, strength; parts outside the surface are left out.  0, or -1:
 * out of memory. */
int trail_lay(struct scene *s, const float (*way)[3], size_t n, float r);
void trail_free(struct trail *t);

/* What of the ribbon is at a place on the surface: how far from its middle line, the way from there
 * (unit length), how strong.  Strength 0: nothing. */
struct trail_spot {
    float far, strength;
    struct vec from;
};
struct trail_spot trail_at(const struct scene *s, struct vec p);

#endif
