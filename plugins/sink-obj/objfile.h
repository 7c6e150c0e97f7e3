/* SPDX-License-Identifier: GPL-3.0-or-later */
/* objfile.h -- the text of the .obj and .mtl files.  Write errors show in ferror(). */
#ifndef SINK_OBJ_OBJFILE_H
#define SINK_OBJ_OBJFILE_H

#include "terrain.h"

#include <stdio.h>

struct objfile {
    FILE *file;
    const struct tw_host *host;
    const struct terrain *terrain;
    const struct tw_result *result;
    uint32_t v, vt, vn; /* written so far */
};

/* mtl: the base name of the material file.  0 or TW_ECANCELLED. */
int objfile_write(struct objfile *o, const char *mtl);

/* texture: the base name of the picture. */
void mtlfile_write(FILE *f, const struct terrain *s, const struct tw_result *r,
                   const char *texture);

#endif
