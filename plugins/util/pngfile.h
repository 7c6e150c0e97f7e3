/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pngfile.h -- an sRGB picture into a PNG file, with text chunks. */
#ifndef UTIL_PNGFILE_H
#define UTIL_PNGFILE_H

#include <stdio.h>
#include <stdbool.h>
#include <thalweg/plugin.h>

struct png_picture {
    size_t width, height;
    const uint32_t *pixels;        /* 0x00RRGGBB, row-major, the top row first */
    const uint16_t *deep;          /* NULL, or instead of them: see deep.h */
    int depth;                     /* of `deep`: 8 or 16 bits in the file */
    bool alpha;                    /* of `deep`: in the file, too */
    double dpi;                    /* 0: not stated */
    const char *title;             /* NULL: none */
    const char *const *provenance; /* key, value, ..., NULL; becomes "Software" (the
                                    key thalweg) and "thalweg:KEY" chunks; or NULL */
    const char *const *extra;      /* the same */
    double from, to;               /* progress of the host's call while it is written */
};

/* The output file `path`.  The same picture gives the same bytes.  Ticks; any other
 * failure has been reported with host->fail(). */
int pngfile_write(const struct tw_host *host, const char *path, const struct png_picture *p);

/* The same into an open file, which stays open; `path` is for the reason of a failure. */
int pngfile_put(const struct tw_host *host, const char *path, FILE *file,
                const struct png_picture *p);
/* Of the program, by its provenance. */
const char *picture_version(const struct png_picture *p);

#endif
