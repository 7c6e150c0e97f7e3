/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.h -- the keys of the png sink. */
#ifndef SINK_PNG_CONFIG_H
#define SINK_PNG_CONFIG_H

#include <thalweg/plugin.h>

enum view { VIEW_MAP, VIEW_SURFACE, VIEW_AUTO };
enum fill { FILL_SMOOTH, FILL_BANDS };
enum depth { DEPTH_8, DEPTH_16 };
enum toggle { TOGGLE_AUTO, TOGGLE_FALSE, TOGGLE_TRUE };

/* What the colours stand for; show_names in the same order. */
enum show {
    SHOW_LOSS,
    SHOW_ACCURACY,
    SHOW_TEST_LOSS,
    SHOW_TEST_ACCURACY,
    SHOW_PLANE_CONVEXITY,
    SHOW_FULL_CONVEXITY,
    SHOW_MEAN,
    SHOW_STD,
    SHOW_MIN,
    SHOW_Q25,
    SHOW_MEDIAN,
    SHOW_Q75,
    SHOW_MAX
};
extern const char *const show_names[]; /* show.c */

struct png_config {
    const char *path, *title, *font;
    int64_t width, height, levels, turntable;
    double dpi, vmin, vmax;
    double turn, rise, fov, zoom, vertical; /* of a surface */
    int axes, floor, words;                 /* enum toggle; 0: auto, then enum words + 1 */
    int view, style, quality;   /* enum view; indexes of style_names and quality_names */
    int palette;                /* index of palette_names_auto */
    int log, fill, show, depth; /* enum scale_log, fill, show, depth */
    bool labels, critical, test_contours, transparent;
};

#endif
