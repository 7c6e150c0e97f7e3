/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer-ply.c -- see writer.h: binary PLY, all items as one coloured mesh, z up. */
#include "writer.h"

#define BLOCK 1024

struct ply {
    const struct scene *scene;
    FILE *file;
    bool normals; /* not of a solid: its corners belong to surface and walls at once */
    unsigned char block[BLOCK * 27], *p;
    size_t done, all;
    double from;
};

static size_t count(const struct scene *s, bool faces)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_items; i++)
        n += faces ? s->item[i].mesh.n_f : s->item[i].mesh.n_v;
    return n;
}

static void put_header(const struct ply *y)
{
    FILE *f = y->file;

    fputs("ply\nformat binary_little_endian 1.0\n", f);
    write_provenance(y->scene, f, "comment");
    fprintf(f, "comment x and y are those of the plane, z (up) is the loss%s\n",
            y->scene->mm > 0 ? "; millimetres" : "; the longer side is 2");
    fprintf(f, "element vertex %zu\nproperty float x\nproperty float y\nproperty float z\n",
            count(y->scene, false));
    if (y->normals)
        fputs("property float nx\nproperty float ny\nproperty float nz\n", f);
    fputs("property uchar red\nproperty uchar green\nproperty uchar blue\n", f);
    fprintf(f, "element face %zu\nproperty list uchar uint vertex_indices\nend_header\n",
            count(y->scene, true));
}

/* After one vertex or face; true: stop. */
static bool next(struct ply *y)
{
    if (++y->done % BLOCK && y->done < y->all)
        return false;
    fwrite(y->block, 1, (size_t)(y->p - y->block), y->file);
    y->p = y->block;
    return y->scene->host->tick(y->scene->host,
                                y->from + (1 - y->from) * (double)y->done / (double)y->all, "mesh");
}

static bool put_vertices(struct ply *y, const struct item *item)
{
    const struct mesh *m = &item->mesh;
    uint32_t own = rgb_pack(item->material.colour);

    for (size_t i = 0; i < m->n_v; i++) {
        uint32_t c = m->has_colour ? m->colour[i] : own;

        y->p = put_vec(y->p, vec_scale(m->at[i], (float)y->scene->unit));
        if (y->normals)
            y->p = put_vec(y->p, m->normal[i]);
        for (int k = 16; k >= 0; k -= 8)
            *y->p++ = (unsigned char)(c >> k & 0xff);
        if (next(y))
            return true;
    }
    return false;
}

static bool put_faces(struct ply *y, const struct mesh *m, uint32_t first)
{
    for (size_t i = 0; i < m->n_f; i++) {
        *y->p++ = 3;
        for (int k = 0; k < 3; k++)
            y->p = put_u32(y->p, first + m->face[i][k]);
        if (next(y))
            return true;
    }
    return false;
}

int write_ply(const struct scene *s, FILE *f, double from)
{
    struct ply y = {.scene = s,
                    .file = f,
                    .normals = !s->cfg->base,
                    .all = count(s, false) + count(s, true),
                    .from = from};
    uint32_t first = 0;

    y.p = y.block;
    put_header(&y);
    for (size_t i = 0; i < s->n_items; i++)
        if (put_vertices(&y, &s->item[i]))
            return TW_ECANCELLED;
    for (size_t i = 0; i < s->n_items; i++) {
        if (put_faces(&y, &s->item[i].mesh, first))
            return TW_ECANCELLED;
        first += (uint32_t)s->item[i].mesh.n_v;
    }
    return TW_OK;
}
