/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer-stl.c -- see writer.h: binary STL, the surface or the solid alone.
 *
 * 80 bytes of text, the number of triangles, then for each its normal, its corners and two
 * bytes that mean nothing.  Millimetres, z up, as slicers take it.
 */
#include "writer.h"

#include <string.h>

#define RECORD 50
#define BLOCK  1024

static void put_header(const struct scene *s, FILE *f, uint32_t n)
{
    unsigned char head[84];
    char text[120];
    int length;

    /* Text files begin with "solid". */
    length = snprintf(text, sizeof text, "Thalweg %.16s, seed %.20s; millimetres, z up",
                      provenance_of(s->result, "thalweg"), provenance_of(s->result, "seed"));
    memset(head, ' ', 80);
    memcpy(head, text, (size_t)(length < 80 ? length : 80));
    put_u32(head + 80, n);
    fwrite(head, 1, sizeof head, f);
}

static unsigned char *put_triangle(unsigned char *p, const struct mesh *m, const uint32_t *face,
                                   float unit)
{
    struct vec a[3], n;
    float length;

    for (int k = 0; k < 3; k++)
        a[k] = vec_scale(m->at[face[k]], unit);
    n = vec_cross(vec_sub(a[1], a[0]), vec_sub(a[2], a[0]));
    length = sqrtf(vec_dot(n, n));
    n = length > 0 ? vec_scale(n, 1 / length) : (struct vec){0, 0, 0};
    p = put_vec(p, n);
    for (int k = 0; k < 3; k++)
        p = put_vec(p, a[k]);
    *p++ = 0;
    *p++ = 0;
    return p;
}

int write_stl(const struct scene *s, FILE *f, double from)
{
    const struct mesh *m = &s->item[0].mesh;
    unsigned char block[BLOCK * RECORD], *p = block;

    put_header(s, f, (uint32_t)m->n_f);
    for (size_t i = 0; i < m->n_f; i++) {
        p = put_triangle(p, m, m->face[i], (float)s->unit);
        if (p < block + sizeof block && i + 1 < m->n_f)
            continue;
        fwrite(block, 1, (size_t)(p - block), f);
        p = block;
        if (s->host->tick(s->host, from + (1 - from) * (double)(i + 1) / (double)m->n_f, "mesh"))
            return TW_ECANCELLED;
    }
    return TW_OK;
}
