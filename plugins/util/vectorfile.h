/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vectorfile.h -- a picture of lines, areas and text in a PDF or SVG file.
 *
 *     vectorfile_begin    a surface to draw on
 *     vectorfile_write    finishes it; the file
 *     vectorfile_free
 *
 * A PDF has its fonts inside, as far as they are used, and text that can be searched and copied.
 * In an SVG text is drawn as outlines: it looks the same wherever it is opened, whatever
 * fonts are there.  The same picture gives the same bytes: there are no dates.
 */
#ifndef UTIL_VECTORFILE_H
#define UTIL_VECTORFILE_H

#include "bytes.h"
#include "pngfile.h"

#include <cairo.h>
#include <stdbool.h>

struct vectorfile {
    struct bytes bytes;
    cairo_surface_t *surface;
    bool svg;
};

/* Points.  0, or -1 when out of memory. */
int vectorfile_begin(struct vectorfile *v, bool svg, double width, double height);

/* `about` says title, provenance and `extra`.  As pngfile_write(). */
int vectorfile_write(struct vectorfile *v, const struct tw_host *host, const char *path,
                     const struct png_picture *about);
void vectorfile_free(struct vectorfile *v);

#endif
