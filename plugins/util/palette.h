/* SPDX-License-Identifier: GPL-3.0-or-later */
/* palette.h -- colour maps for losses, the one list of them, for maps and for surfaces.
 *
 *     palette_names    the list for a TW_CHOICE parameter; indexes are enum palette
 *     palette_names_auto   the same with "auto" before them: indexes are one more
 *     palette_at       colour at t in [0, 1], as it goes into a picture
 *     palette_accent   a colour for paths and markers that stands out on all of the map
 *     palette_run      as many as PALETTE_RUNS of them for several paths, the accent first
 *
 * viridis, magma, plasma and inferno: Stefan van der Walt and Nathaniel Smith,
 * CC0.  cividis: Jamie Nunez, Christopher Anderton and Ryan Renslow, PLOS ONE
 * 13(7), 2018, made to look the same with the usual colour-vision deficiencies.  The others are
 * our own: make-palettes.py.
 *
 * viridis to grey: perceptually uniform, dark to light.  diverging: uniform on both sides, lightest
 * in the middle.  dusk, pearl and hypsometric are for prints: beautiful, not to be measured by.
 */
#ifndef UTIL_PALETTE_H
#define UTIL_PALETTE_H

#include <stddef.h>
#include <stdint.h>

enum palette {
    PALETTE_VIRIDIS,
    PALETTE_MAGMA,
    PALETTE_PLASMA,
    PALETTE_INFERNO,
    PALETTE_CIVIDIS,
    PALETTE_FJORD, /* navy, green, ochre, rose */
    PALETTE_GREY,
    PALETTE_DIVERGING, /* blue, grey, red */
    PALETTE_DUSK,
    PALETTE_PEARL,
    PALETTE_HYPSOMETRIC,
    PALETTE_COUNT
};

/* sRGB, each in [0, 1]. */
struct rgb {
    double r, g, b;
};

/* PALETTE_COUNT names and a NULL. */
extern const char *const palette_names[], *const palette_names_auto[];

/* Interpolated between 256 entries; t is clamped, NaN counts as 0. */
struct rgb palette_at(enum palette p, double t);

/* As 0xRRGGBB, and back. */
uint32_t rgb_pack(struct rgb c);
struct rgb rgb_unpack(uint32_t c);
uint32_t palette_rgb24(enum palette p, double t);

struct rgb palette_accent(enum palette p);

/* Beside a white rim.  At least 20 apart in CIE 1976 L*a*b*, to normal, red-blind and
 * green-blind eyes (Machado, Oliveira and Fernandes 2009). */
#define PALETTE_RUNS 8
struct rgb palette_run(enum palette p, size_t i); /* i < PALETTE_RUNS */

/* CIE 1976 L*: 0 is black, 100 is white. */
double rgb_lightness(struct rgb c);

/* One channel of sRGB in linear light. */
double rgb_linear(double c);

/* a + (b - a) * t, in sRGB. */
struct rgb rgb_mix(struct rgb a, struct rgb b, double t);

#endif
