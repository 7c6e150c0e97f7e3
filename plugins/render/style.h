/* SPDX-License-Identifier: GPL-3.0-or-later */
/* style.h -- looks of the rendered picture, each a table of settings: a new one is a new table
 * in style.c.
 *
 * Two families.  A figure is a thin sheet that floats over a floor with the same contours, with
 * axes; a print is a solid body on a seamless ground, without axes.
 */
#ifndef RENDER_STYLE_H
#define RENDER_STYLE_H

#include <stdbool.h>
#include <stdint.h>

enum body { BODY_SHEET, BODY_BLOCK, BODY_DISC };
enum words { WORDS_NONE, WORDS_CAPTION, WORDS_ALL }; /* caption: title and subtitle, small */

struct style {
    const char *name;
    int palette; /* enum palette */
    enum body body;
    enum words words;
    bool axes, floor;
    bool bands; /* one colour between two levels */
    bool log;   /* of positive losses, even if they are not spread widely */
    /* sRGB: the ground in the middle and in the corners, the floor, words, beads. */
    uint32_t ground, ground_edge, sheet, ink, ink_soft, path, start;
    float height, gap, base; /* of the surface; from 0 down to the floor; depth of a body */
    /* Lights: key and sky with their colours; the key's place, in degrees to the left of the
     * camera and above the ground, and its radius. */
    float key, sky;
    uint32_t key_colour, sky_colour;
    float key_turn, key_rise, key_radius;
    float rise, fov, zoom;            /* camera: degrees above the ground, vertical angle */
    float line, line_major, line_fat; /* contours: strength, bold ones, width in points */
    float gloss, shadow;              /* shine of the surface; how dark shadows on the ground */
    float tube;                       /* radius of the path */
    float lens;                       /* radius of the lens: depth of field, at best quality */
    bool fade;                        /* walls fade into the ground, which is not in the picture */
};

enum quality { QUALITY_PREVIEW, QUALITY_GOOD, QUALITY_BEST };

/* Names and a NULL, for TW_CHOICE parameters; indexes of `styles`, enum quality. */
extern const char *const style_names[];
extern const char *const quality_names[];
extern const struct style styles[];

#endif
