/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scene.h -- what the page knows: the result as JSON, read by viewer/src/data.js. */
#ifndef SINK_HTML_SCENE_H
#define SINK_HTML_SCENE_H

#include <stdio.h>
#include <thalweg/plugin.h>

struct html_config {
    const char *path;
    int palette, theme, log;
    double vmin, vmax;
    bool play;
};

extern const char *const theme_names[];

/* TW_OK, or TW_ENOMEM. */
int scene_write(FILE *f, const struct tw_result *r, const struct html_config *cfg);

#endif
