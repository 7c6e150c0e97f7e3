/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet.h -- several surfaces on one sheet, for compare-surface.c.
 *
 *     sheet-layers.c   sheet_surfaces: ground, and what stands on it
 *     sheet-words.c    sheet_words: colour bar and legend
 */
#ifndef SINK_PNG_SHEET_H
#define SINK_PNG_SHEET_H

#include "render/ramp.h"
#include "render/render.h"
#include "sink-png/compare.h"

struct sheet {
    struct panels p;
    const struct style *style;
    enum words words;
    struct render_options o; /* of a place, without its heading */
    struct render_eye eye;   /* there */
    struct render *panel[PANELS_MAX];
    struct pins {
        size_t n; /* of all panels */
        struct rgb colour;
    } pins[TW_DEGENERATE + 1]; /* by enum tw_critical_kind */
    struct scale scale;
    struct levels levels;
    struct ticks ticks;
    struct ramp ramp;
    struct box bar; /* w == 0: none */
    double bar_room, legend_room;
    int width, height;
};

/* Codes are those of the renderer, not reported. */
int sheet_surfaces(struct sheet *s);
void sheet_words(struct sheet *s);

#endif
