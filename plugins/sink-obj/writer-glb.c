/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer-glb.c -- see writer.h: glTF 2.0 in its binary form. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "glb.h"

#include "util/pngfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096 /* elements written at a time */

/* ---- pictures ------------------------------------------------------------------------------ */

static int no_memory(const struct scene *s)
{
    return s->host->fail(s->host, TW_ENOMEM, "out of memory");
}

/* The texture of landscape k as a PNG in memory. */
static int make_picture(struct glb *g, size_t k, double from, double to)
{
    const struct scene *s = g->scene;
    double middle = from + 0.6 * (to - from);
    struct png_picture p = {.from = middle, .to = to};
    uint32_t *pixels = NULL;
    FILE *f = open_memstream(&g->picture[k], &g->picture_size[k]);
    int rc;

    if (!f)
        return no_memory(s);
    rc = terrain_texture(&s->terrain[k], s->host, from, middle, &pixels, &p.width, &p.height);
    p.pixels = pixels;
    if (rc == TW_OK)
        rc = pngfile_put(s->host, s->cfg->path, f, &p);
    free(pixels);
    if (fclose(f) && rc == TW_OK)
        rc = no_memory(s);
    return rc;
}

/* ---- the plan -------------------------------------------------------------------------------- */

static void add_piece(struct glb *g, struct piece p, size_t size)
{
    p.at = g->length;
    p.length = (uint64_t)p.n * size;
    g->length += (p.length + 3) / 4 * 4;
    g->piece[g->n_pieces++] = p;
}

static void plan_mesh(struct glb *g, size_t i)
{
    const struct mesh *m = &g->scene->item[i].mesh;
    struct piece p = {.mesh = m, .n = m->n_v};

    g->first[i] = SIZE_MAX;
    if (!m->n_f)
        return;
    g->first[i] = g->n_pieces;
    p.kind = PIECE_POSITION;
    add_piece(g, p, 12);
    p.kind = PIECE_NORMAL;
    add_piece(g, p, 12);
    if (m->has_uv || m->has_colour) {
        p.kind = m->has_uv ? PIECE_UV : PIECE_COLOUR;
        add_piece(g, p, m->has_uv ? 8 : 4);
    }
    p.kind = PIECE_INDEX;
    p.n = 3 * m->n_f;
    add_piece(g, p, 4);
}

static void add_floats(struct glb *g, const float *v, size_t n, int width)
{
    add_piece(g, (struct piece){.kind = PIECE_FLOATS, .floats = v, .n = n, .width = width},
              4 * (size_t)width);
}

/* From none to all of landscape k when the ball comes in, and back when it leaves. */
static float *plan_landscape(struct glb *g, float *v, size_t k)
{
    const struct motion *m = &g->scene->motion;
    bool first = k == 0, last = k + 1 == m->n_landscapes;
    float *size = v + 3;
    size_t n = 0;

    v[n] = 0;
    size[3 * n] = first;
    n++;
    if (!first) {
        v[n] = (float)m->begin[k];
        size[3 * n] = 1;
        n++;
    }
    if (!last) {
        v[n] = (float)m->begin[k + 1];
        size[3 * n] = 0;
        n++;
    }
    for (size_t i = 0; i < n; i++)
        size[3 * i + 1] = size[3 * i + 2] = size[3 * i];
    add_floats(g, v, n, 1);
    add_floats(g, size, n, 3);
    return v + 12;
}

static int plan_motion(struct glb *g)
{
    const struct motion *m = &g->scene->motion;
    float *t, *place, *turn, *more;

    g->key_piece = SIZE_MAX;
    if (!g->scene->rolls)
        return 0;
    t = g->keys = malloc((8 * m->n + 12 * m->n_landscapes) * sizeof *g->keys);
    if (!t)
        return -1;
    place = t + m->n;
    turn = place + 3 * m->n;
    more = turn + 4 * m->n;
    for (size_t i = 0; i < m->n; i++) {
        struct vec c = y_up(m->key[i].centre);
        struct quaternion q = m->key[i].turn;

        t[i] = (float)m->key[i].t;
        memcpy(place + 3 * i, (float[3]){c.x, c.y, c.z}, 3 * sizeof *place);
        memcpy(turn + 4 * i, (float[4]){(float)q.x, (float)q.z, (float)-q.y, (float)q.w},
               4 * sizeof *turn);
    }
    g->key_piece = g->n_pieces;
    add_floats(g, t, m->n, 1);
    add_floats(g, place, m->n, 3);
    add_floats(g, turn, m->n, 4);
    for (size_t k = 0; k < m->n_landscapes && m->n_landscapes > 1; k++)
        more = plan_landscape(g, more, k);
    return 0;
}

static int plan(struct glb *g)
{
    const struct scene *s = g->scene;

    g->piece = calloc(4 * s->n_items + 3 * s->n_terrains + 3, sizeof *g->piece);
    g->first = calloc(s->n_items, sizeof *g->first);
    if (!g->piece || !g->first)
        return -1;
    for (size_t i = 0; i < s->n_items; i++)
        plan_mesh(g, i);
    if (plan_motion(g))
        return -1;
    g->picture_piece = g->n_pieces;
    for (size_t k = 0; k < s->n_terrains; k++)
        add_piece(
            g,
            (struct piece){.kind = PIECE_PICTURE, .bytes = g->picture[k], .n = g->picture_size[k]},
            1);
    return 0;
}

/* ---- the numbers ------------------------------------------------------------------------- */

/* glTF's colours of vertices are linear. */
static unsigned char linear(double c)
{
    return (unsigned char)lround(255 * rgb_linear(c));
}

static unsigned char *put_element(unsigned char *to, const struct piece *p, size_t i)
{
    const struct mesh *m = p->mesh;
    struct rgb c;

    switch (p->kind) {
    case PIECE_POSITION:
        return put_vec(to, y_up(m->at[i]));
    case PIECE_NORMAL:
        return put_vec(to, y_up(m->normal[i]));
    case PIECE_UV:
        return put_f32(put_f32(to, m->uv[i][0]), 1 - m->uv[i][1]);
    case PIECE_COLOUR:
        c = rgb_unpack(m->colour[i]);
        *to++ = linear(c.r);
        *to++ = linear(c.g);
        *to++ = linear(c.b);
        *to++ = 255;
        return to;
    case PIECE_INDEX:
        return put_u32(to, m->face[i / 3][i % 3]);
    case PIECE_FLOATS:
        for (int k = 0; k < p->width; k++)
            to = put_f32(to, p->floats[i * (size_t)p->width + (size_t)k]);
        return to;
    case PIECE_PICTURE:
        *to++ = (unsigned char)p->bytes[i];
        break;
    }
    return to;
}

static int write_piece(const struct glb *g, FILE *f, const struct piece *p, double from)
{
    const struct tw_host *h = g->scene->host;
    unsigned char block[BLOCK * 16], *to = block;

    for (size_t i = 0; i < p->n; i++) {
        to = put_element(to, p, i);
        if ((i + 1) % BLOCK && i + 1 < p->n)
            continue;
        fwrite(block, 1, (size_t)(to - block), f);
        to = block;
        if (h->tick(h,
                    from + (1 - from) * (double)(p->at + p->length * (i + 1) / p->n) /
                               (double)g->length,
                    "mesh"))
            return TW_ECANCELLED;
    }
    for (uint64_t i = p->length; i % 4; i++)
        fputc(0, f);
    return TW_OK;
}

/* ---- the file ---------------------------------------------------------------------------- */

static void put_chunk_head(FILE *f, uint64_t length, const char type[4])
{
    unsigned char head[8];

    memcpy(put_u32(head, (uint32_t)length), type, 4);
    fwrite(head, 1, sizeof head, f);
}

/* JSON, filled up with blanks. */
static int make_json(const struct glb *g, char **text, size_t *size)
{
    FILE *f = open_memstream(text, size);

    if (!f)
        return -1;
    gltf_write(g, f);
    fflush(f);
    for (size_t n = *size; n % 4; n++)
        fputc(' ', f);
    return fclose(f);
}

static int write_all(const struct glb *g, FILE *f, double from)
{
    unsigned char head[12] = "glTF";
    char *json = NULL;
    size_t size = 0;
    int rc = TW_OK;

    if (make_json(g, &json, &size)) {
        free(json);
        return no_memory(g->scene);
    }
    if (g->length + size + 28 > UINT32_MAX) {
        free(json);
        return g->scene->host->fail(g->scene->host, TW_EINVAL,
                                    "a .glb file cannot be larger than 4 GB: a smaller upsample, "
                                    "or another format");
    }
    put_u32(put_u32(head + 4, 2), (uint32_t)(28 + size + g->length));
    fwrite(head, 1, sizeof head, f);
    put_chunk_head(f, size, "JSON");
    fwrite(json, 1, size, f);
    free(json);
    put_chunk_head(f, g->length, "BIN");
    for (size_t i = 0; rc == TW_OK && i < g->n_pieces; i++)
        rc = write_piece(g, f, &g->piece[i], from);
    return rc;
}

static void glb_free(struct glb *g)
{
    for (size_t k = 0; g->picture && k < g->scene->n_terrains; k++)
        free(g->picture[k]);
    free(g->picture);
    free(g->picture_size);
    free(g->piece);
    free(g->first);
    free(g->keys);
}

int write_glb(const struct scene *s, FILE *f, double from)
{
    struct glb g = {.scene = s};
    double middle = from + 0.6 * (1 - from), share = (middle - from) / (double)s->n_terrains;
    int rc = TW_OK;

    g.picture = calloc(s->n_terrains, sizeof *g.picture);
    g.picture_size = calloc(s->n_terrains, sizeof *g.picture_size);
    if (!g.picture || !g.picture_size)
        rc = no_memory(s);
    for (size_t k = 0; rc == TW_OK && k < s->n_terrains; k++)
        rc = make_picture(&g, k, from + share * (double)k, from + share * (double)(k + 1));
    if (rc == TW_OK && plan(&g))
        rc = no_memory(s);
    if (rc == TW_OK)
        rc = write_all(&g, f, middle);
    glb_free(&g);
    return rc;
}
