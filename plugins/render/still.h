/* SPDX-License-Identifier: GPL-3.0-or-later */
/* still.h -- what stills want beside render.h: layers of 16 bits, and to go around. */
#ifndef RENDER_STILL_H
#define RENDER_STILL_H

#include "render/render.h"

enum still_layer {
    STILL_GROUND, /* opaque */
    STILL_SHADE,  /* the ground without its own colour: shadow and floor, with as much alpha as
                     they need to look the same on that colour again */
    STILL_OBJECT
};

/* After render_layers: width x height pixels of util/deep.h. */
int still_layer(struct render *p, enum still_layer layer, uint16_t *to);

/* Where the camera stands: degrees, as in render_turn. */
double still_turn(const struct render *p);

/* What comes is this part of the work. */
void still_progress(struct render *p, double from, double to);

#endif
