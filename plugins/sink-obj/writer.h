/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer.h -- one writer for each format, all from a scene.
 *
 * They write into an open file and return TW_OK, TW_ECANCELLED, or a failure that has been
 * reported; errors of the file itself show in ferror().  What they tick is between `from` and 1.
 */
#ifndef SINK_OBJ_WRITER_H
#define SINK_OBJ_WRITER_H

#include "scene.h"

#include <stdio.h>

/* mtl, texture: base names of the files beside it; mtl: NULL for none. */
int write_obj(const struct scene *s, FILE *f, const char *mtl, double from);
void write_mtl(const struct scene *s, FILE *f, const char *texture);

int write_stl(const struct scene *s, FILE *f, double from);
int write_ply(const struct scene *s, FILE *f, double from);
int write_glb(const struct scene *s, FILE *f, double from);

/* ---- shared --------------------------------------------------------------------------------- */

/* A place or a direction with y up, as in OBJ and glTF. */
static inline struct vec y_up(struct vec v)
{
    return (struct vec){v.x, v.z, -v.y};
}

/* Little endian, whatever the machine is.  Each returns the end of what it put. */
static inline unsigned char *put_u32(unsigned char *p, uint32_t v)
{
    for (int k = 0; k < 4; k++)
        *p++ = (unsigned char)(v >> 8 * k & 0xff);
    return p;
}

static inline unsigned char *put_f32(unsigned char *p, float v)
{
    union {
        float f;
        uint32_t u;
    } bits = {v};

    return put_u32(p, bits.u);
}

static inline unsigned char *put_vec(unsigned char *p, struct vec v)
{
    return put_f32(put_f32(put_f32(p, v.x), v.y), v.z);
}

/* The title and the provenance as comments, each line with `mark` in front. */
void write_provenance(const struct scene *s, FILE *f, const char *mark);

/* The value of a key of the provenance; "" if there is none. */
const char *provenance_of(const struct tw_result *r, const char *key);

#endif
