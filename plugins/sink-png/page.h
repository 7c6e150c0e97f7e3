/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.h -- the page that a picture is drawn on, and the file it becomes: by the ending of its
 * name, a PNG, PDF or SVG. */
#ifndef SINK_PNG_PAGE_H
#define SINK_PNG_PAGE_H

#include "sink-png/config.h"
#include "util/figure.h"

/* NULL, or what is wrong with the keys of the file. */
const char *page_check(const struct png_config *cfg);

/* In pixels or vectors?  The latter have 72 / dpi points where a PNG has a pixel. */
bool page_is_vectors(const struct png_config *cfg);

/* The page of `fig`.  0, or -1 when out of memory. */
int page_open(struct figure *fig, const struct png_config *cfg, int width, int height,
              struct rgb ground);

/* Into the file `path`; progress goes from `from` to `to`.  A failure has been reported. */
int page_write(struct figure *fig, const struct tw_host *host, const struct png_config *cfg,
               const struct tw_result *r, const char *const *extra, const char *path, double from,
               double to);

#endif
