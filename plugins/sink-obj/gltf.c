/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gltf.c -- see glb.h: the JSON of a .glb file.
 *
 * Nodes: 0 is the root, 1 + i is item i.  What belongs to a landscape is a child of its surface,
 * so that it comes and goes with it; the ball that rolls is a child of the root.  Meshes are
 * numbered as the items that have one.
 */
#include "glb.h"

#include <math.h>
#include <string.h>

/* ---- text ---------------------------------------------------------------------------------- */

/* The length of the UTF-8 character at c, 0 if it is none. */
static size_t utf8(const unsigned char *c)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = c[0] < 0x80 ? 1 : c[0] >> 5 == 6 ? 2 : c[0] >> 4 == 14 ? 3 : c[0] >> 3 == 30 ? 4 : 0;
    uint32_t code = n > 1 ? c[0] & 0x7fu >> n : c[0];

    for (size_t k = 1; k < n; k++) {
        if (c[k] >> 6 != 2)
            return 0;
        code = code << 6 | (c[k] & 0x3fu);
    }
    return n > 1 && (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) ? 0
                                                                                              : n;
}

static void put_text(FILE *f, const char *text)
{
    const unsigned char *c = (const unsigned char *)text;

    fputc('"', f);
    while (*c) {
        size_t n = utf8(c);

        if (*c == '"' || *c == '\\')
            fprintf(f, "\\%c", *c);
        else if (*c < ' ' || n == 0)
            fprintf(f, "\\u%04x", n ? *c : 0xfffdu);
        else
            fwrite(c, 1, n, f);
        c += n ? n : 1;
    }
    fputc('"', f);
}

static void put_pair(FILE *f, const char *before, const char *key, const char *value)
{
    fputs(before, f);
    put_text(f, key);
    fputc(':', f);
    put_text(f, value);
}

/* Finite ones: JSON has no others. */
static void put_numbers(FILE *f, const double *v, int n)
{
    for (int i = 0; i < n; i++)
        fprintf(f, "%c%.17g", i ? ',' : '[', v[i]);
    fputc(']', f);
}

static void put_vec3(FILE *f, const char *key, struct vec v)
{
    fprintf(f, ",\"%s\":", key);
    put_numbers(f, (double[3]){(double)v.x, (double)v.y, (double)v.z}, 3);
}

/* ---- asset ----------------------------------------------------------------------------------- */

static void put_asset(const struct glb *g, FILE *f)
{
    const struct tw_result *r = g->scene->result;

    fputs("{\"asset\":{\"version\":\"2.0\",\"generator\":\"Thalweg\",\"extras\":{", f);
    put_pair(f, "", "title", r->title ? r->title : "");
    for (size_t i = 0; r->provenance && r->provenance[i] && r->provenance[i + 1]; i += 2)
        put_pair(f, ",", r->provenance[i], r->provenance[i + 1]);
    fputs("}},\"scene\":0,\"scenes\":[{\"name\":\"landscape\",\"nodes\":[0]}]", f);
}

/* ---- nodes ------------------------------------------------------------------------------- */

static bool moves(const struct glb *g, size_t i)
{
    return g->scene->rolls && i + 1 == g->scene->n_items;
}

static void put_children(const struct glb *g, FILE *f, size_t parent)
{
    const struct scene *s = g->scene;
    const char *before = ",\"children\":[";

    for (size_t i = 0; i < s->n_items; i++) {
        bool top = i < s->n_terrains || moves(g, i);

        if (parent == SIZE_MAX ? !top : top || s->item[i].landscape != parent)
            continue;
        fprintf(f, "%s%zu", before, 1 + i);
        before = ",";
    }
    if (*before == ',' && !before[1])
        fputc(']', f);
}

/* What the axes and colours of a landscape stand for; flat, because some readers take no more. */
static void put_terrain(const struct glb *g, FILE *f, size_t k)
{
    const struct terrain *t = &g->scene->terrain[k];
    const struct tw_grid *w = t->grid;
    const struct tw_plane *p =
        g->scene->rolls ? g->scene->result->landscapes[k]->plane : g->scene->result->plane;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"x_from", w->x[0]},       {"x_to", w->x[w->nx - 1]},
                   {"y_from", w->y[0]},       {"y_to", w->y[w->ny - 1]},
                   {"loss_low", t->scale.lo}, {"loss_high", t->scale.hi}};

    fprintf(f, ",\"extras\":{\"log\":%s", t->scale.log ? "true" : "false");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        fprintf(f, ",\"%s\":%.17g", numbers[i].name, numbers[i].value);
    if (p) {
        put_pair(f, ",", "x_label", p->x_label);
        put_pair(f, ",", "y_label", p->y_label);
    }
    fputc('}', f);
}

static void put_node(const struct glb *g, FILE *f, size_t i, size_t mesh)
{
    const struct scene *s = g->scene;
    const struct item *item = &s->item[i];

    put_pair(f, ",{", "name", item->name);
    if (g->first[i] != SIZE_MAX)
        fprintf(f, ",\"mesh\":%zu", mesh);
    if (moves(g, i)) {
        put_vec3(f, "translation", y_up(s->motion.key[0].centre));
    } else if (i < s->n_terrains) {
        put_children(g, f, i);
        if (i > 0) { /* until its time has come */
            put_vec3(f, "translation", y_up(s->motion.offset[i]));
            put_vec3(f, "scale", (struct vec){0, 0, 0});
        }
        put_terrain(g, f, i);
    }
    fputc('}', f);
}

static void put_nodes(const struct glb *g, FILE *f)
{
    const struct scene *s = g->scene;
    size_t mesh = 0;

    fputs(",\"nodes\":[{\"name\":\"thalweg\"", f);
    if (s->unit < 1 || s->unit > 1)
        put_vec3(f, "scale", (struct vec){(float)s->unit, (float)s->unit, (float)s->unit});
    put_children(g, f, SIZE_MAX);
    fputc('}', f);
    for (size_t i = 0; i < s->n_items; i++) {
        put_node(g, f, i, mesh);
        mesh += g->first[i] != SIZE_MAX;
    }
    fputc(']', f);
}

/* ---- meshes and materials ---------------------------------------------------------------- */

/* Items share a material with the first of that name. */
static size_t material_owner(const struct scene *s, size_t i)
{
    size_t k = 0;

    while (strcmp(s->item[k].material.name, s->item[i].material.name) != 0)
        k++;
    return k;
}

static size_t material_number(const struct scene *s, size_t i)
{
    size_t owner = material_owner(s, i), n = 0;

    for (size_t k = 0; k < owner; k++)
        n += material_owner(s, k) == k;
    return n;
}

static void put_meshes(const struct glb *g, FILE *f)
{
    const struct scene *s = g->scene;
    const char *before = ",\"meshes\":[{";

    for (size_t i = 0; i < s->n_items; i++) {
        const struct mesh *m = &s->item[i].mesh;
        size_t p = g->first[i];

        if (p == SIZE_MAX)
            continue;
        put_pair(f, before, "name", s->item[i].name);
        fprintf(f, ",\"primitives\":[{\"attributes\":{\"POSITION\":%zu,\"NORMAL\":%zu", p, p + 1);
        p += 2;
        if (m->has_uv || m->has_colour)
            fprintf(f, ",\"%s\":%zu", m->has_uv ? "TEXCOORD_0" : "COLOR_0", p++);
        fprintf(f, "},\"indices\":%zu,\"material\":%zu}]}", p, material_number(s, i));
        before = ",{";
    }
    if (before[1] == '{')
        fputc(']', f);
}

static void put_materials(const struct glb *g, FILE *f)
{
    const struct scene *s = g->scene;
    size_t pictures = 0;

    fputs(",\"materials\":[", f);
    for (size_t i = 0; i < s->n_items; i++) {
        const struct material *m = &s->item[i].material;
        double colour[4] = {rgb_linear(m->colour.r), rgb_linear(m->colour.g),
                            rgb_linear(m->colour.b), 1};

        if (material_owner(s, i) != i)
            continue;
        put_pair(f, i ? ",{" : "{", "name", m->name);
        fputs(",\"pbrMetallicRoughness\":{\"baseColorFactor\":", f);
        put_numbers(f, colour, 4);
        if (m->texture)
            fprintf(f, ",\"baseColorTexture\":{\"index\":%zu}", pictures++);
        fprintf(f, ",\"metallicFactor\":0,\"roughnessFactor\":%.3g}", 0.85 - 0.7 * m->shine);
        fprintf(f, "%s}", m->texture ? ",\"doubleSided\":true" : "");
    }
    fputc(']', f);
    for (size_t k = 0; k < s->n_terrains; k++)
        fprintf(f, "%s{\"sampler\":0,\"source\":%zu}", k ? "," : ",\"textures\":[", k);
    fputs(
        "],\"samplers\":[{\"magFilter\":9729,\"minFilter\":9987,\"wrapS\":33071,\"wrapT\":33071}]",
        f);
    for (size_t k = 0; k < s->n_terrains; k++)
        fprintf(f, "%s{\"bufferView\":%zu,\"mimeType\":\"image/png\"}", k ? "," : ",\"images\":[",
                g->picture_piece + k);
    fputc(']', f);
}

/* ---- arrays ------------------------------------------------------------------------------ */

static void put_bounds(const struct piece *p, FILE *f)
{
    int width = p->kind == PIECE_POSITION ? 3 : p->width;
    double lo[4], hi[4];

    for (size_t i = 0; i < p->n; i++) {
        struct vec c = {0, 0, 0};
        double v[4];

        if (p->kind == PIECE_POSITION)
            c = y_up(p->mesh->at[i]);
        v[0] = (double)c.x, v[1] = (double)c.y, v[2] = (double)c.z;
        for (int k = 0; k < width; k++) {
            if (p->kind == PIECE_FLOATS)
                v[k] = (double)p->floats[i * (size_t)width + (size_t)k];
            lo[k] = i ? fmin(lo[k], v[k]) : v[k];
            hi[k] = i ? fmax(hi[k], v[k]) : v[k];
        }
    }
    fputs(",\"min\":", f);
    put_numbers(f, lo, width);
    fputs(",\"max\":", f);
    put_numbers(f, hi, width);
}

static void put_accessor(const struct piece *p, size_t i, FILE *f)
{
    static const char *const of_width[] = {"", "SCALAR", "VEC2", "VEC3", "VEC4"};
    static const struct {
        int type, width;
    } kinds[] = {{GLTF_FLOAT, 3}, {GLTF_FLOAT, 3}, {GLTF_FLOAT, 2},
                 {GLTF_U8, 4},    {GLTF_U32, 1},   {GLTF_FLOAT, 0}};
    int width = p->kind == PIECE_FLOATS ? p->width : kinds[p->kind].width;

    fprintf(f, "%s{\"bufferView\":%zu,\"componentType\":%d,\"count\":%zu,\"type\":\"%s\"",
            i ? "," : ",\"accessors\":[", i, kinds[p->kind].type, p->n, of_width[width]);
    if (p->kind == PIECE_COLOUR)
        fputs(",\"normalized\":true", f);
    if (p->kind == PIECE_POSITION || (p->kind == PIECE_FLOATS && p->width == 1))
        put_bounds(p, f);
    fputc('}', f);
}

static void put_arrays(const struct glb *g, FILE *f)
{
    for (size_t i = 0; i < g->picture_piece; i++)
        put_accessor(&g->piece[i], i, f);
    if (g->picture_piece)
        fputc(']', f);
    for (size_t i = 0; i < g->n_pieces; i++) {
        const struct piece *p = &g->piece[i];

        fprintf(f, "%s{\"buffer\":0,\"byteOffset\":%llu,\"byteLength\":%llu",
                i ? "," : ",\"bufferViews\":[", (unsigned long long)p->at,
                (unsigned long long)p->length);
        if (p->kind < PIECE_FLOATS)
            fprintf(f, ",\"target\":%d", p->kind == PIECE_INDEX ? 34963 : 34962);
        fputc('}', f);
    }
    fprintf(f, "],\"buffers\":[{\"byteLength\":%llu}]", (unsigned long long)g->length);
}

/* ---- animation --------------------------------------------------------------------------- */

static void put_animation(const struct glb *g, FILE *f)
{
    const struct scene *s = g->scene;
    size_t p = g->key_piece, n = s->n_terrains > 1 ? s->n_terrains : 0;

    if (p == SIZE_MAX)
        return;
    fputs(",\"animations\":[{\"name\":\"journey\",\"samplers\":[", f);
    for (size_t k = 0; k < 2; k++)
        fprintf(f, "%s{\"input\":%zu,\"output\":%zu,\"interpolation\":\"LINEAR\"}", k ? "," : "", p,
                p + 1 + k);
    for (size_t k = 0; k < n; k++)
        fprintf(f, ",{\"input\":%zu,\"output\":%zu,\"interpolation\":\"STEP\"}", p + 3 + 2 * k,
                p + 4 + 2 * k);
    fprintf(f,
            "],\"channels\":[{\"sampler\":0,\"target\":{\"node\":%zu,\"path\":\"translation\"}},"
            "{\"sampler\":1,\"target\":{\"node\":%zu,\"path\":\"rotation\"}}",
            s->n_items, s->n_items);
    for (size_t k = 0; k < n; k++)
        fprintf(f, ",{\"sampler\":%zu,\"target\":{\"node\":%zu,\"path\":\"scale\"}}", 2 + k, 1 + k);
    fputs("]}]", f);
}

void gltf_write(const struct glb *g, FILE *f)
{
    put_asset(g, f);
    put_nodes(g, f);
    put_meshes(g, f);
    put_materials(g, f);
    put_arrays(g, f);
    put_animation(g, f);
    fputc('}', f);
}
