/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scene.c -- see scene.h: terrains, surfaces and bases. */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PRINT_SIZE 100.0 /* millimetres, if nothing else is said */

const struct material scene_stone = {"base", {0.80, 0.80, 0.79}, 0.05, false};

enum format format_of(const char *path)
{
    static const char *const endings[] = {".obj", ".stl", ".ply", ".glb"};
    size_t n = strlen(path);

    for (size_t i = 0; i < FORMAT_NONE; i++)
        if (n > 4 && strcasecmp(path + n - 4, endings[i]) == 0)
            return (enum format)i;
    return FORMAT_NONE;
}

struct item *scene_item(struct scene *s, const char *name, const struct material *material,
                        size_t landscape)
{
    struct item *item;

    if (s->n_items == s->room_items) {
        size_t room = s->room_items ? 2 * s->room_items : 32;
        struct item *more = realloc(s->item, room * sizeof *more);

        if (!more)
            return NULL;
        s->item = more;
        s->room_items = room;
    }
    item = &s->item[s->n_items++];
    *item = (struct item){.material = *material, .landscape = landscape};
    snprintf(item->name, sizeof item->name, "%s", name);
    return item;
}

/* STL is always in millimetres, and what is to be printed, too. */
static void set_units(struct scene *s)
{
    double size = s->cfg->size;

    if (isnan(size) && (s->cfg->base || s->format == FORMAT_STL))
        size = PRINT_SIZE;
    s->mm = isnan(size) ? 0 : size / 2;
    s->unit = isnan(size) ? 1 : s->format == FORMAT_GLB ? s->mm / 1000 : s->mm;
}

static int make_terrains(struct scene *s)
{
    const struct tw_result *r = s->result;
    size_t n = s->rolls ? r->n_landscapes : 1;

    s->terrain = calloc(n, sizeof *s->terrain);
    if (!s->terrain)
        return TW_ENOMEM;
    for (; s->n_terrains < n; s->n_terrains++) {
        const struct tw_landscape *l = s->rolls ? r->landscapes[s->n_terrains] : NULL;
        int rc = terrain_new(&s->terrain[s->n_terrains], s->cfg, l ? l->grid : r->grid,
                             l ? l->height : NULL, s->cfg->base);

        if (rc) {
            s->n_terrains++; /* to be freed */
            return TW_ENOMEM;
        }
    }
    return TW_OK;
}

/* The floor of the base, in the room.  Prints with one scale stand side by side: theirs begins at
 * the scale's low end, height 0, even if nothing is as low. */
static float floor_height(const struct scene *s, const struct mesh *skin)
{
    float low = s->rolls ? INFINITY : 0;

    for (size_t i = 0; i < skin->skin_v; i++)
        low = fminf(low, skin->at[i].z);
    return low - (float)(s->cfg->thickness / s->mm);
}

static int make_base(struct scene *s, size_t k, const uint32_t *index)
{
    float z = floor_height(s, &s->item[k].mesh);
    struct mesh *skin = &s->item[k].mesh;
    struct item *item;
    char name[ITEM_NAME] = "base";

    if (s->format != FORMAT_GLB)
        return mesh_base(skin, skin, &s->terrain[k], index, z) ? TW_ENOMEM : TW_OK;
    if (s->n_terrains > 1)
        snprintf(name, sizeof name, "base-%zu", k + 1);
    item = scene_item(s, name, &scene_stone, k);
    if (!item)
        return TW_ENOMEM;
    return mesh_base(&item->mesh, &s->item[k].mesh, &s->terrain[k], index, z) ? TW_ENOMEM : TW_OK;
}

static int make_surface(struct scene *s, size_t k, double from, double to)
{
    const struct terrain *t = &s->terrain[k];
    struct mesh *m = &s->item[k].mesh;
    uint32_t *index = calloc(t->w * t->h, sizeof *index);
    int rc = TW_ENOMEM;

    m->has_uv = s->item[k].material.texture;
    m->has_colour = s->format == FORMAT_PLY;
    if (index)
        rc = mesh_skin(m, t, index, s->host, from, to);
    rc = rc == -1 ? TW_ENOMEM : rc;
    if (rc == TW_OK && s->cfg->base)
        rc = make_base(s, k, index);
    free(index);
    return rc;
}

static int make_surfaces(struct scene *s, double from, double to)
{
    struct material ground = {
        "surface", {1, 1, 1}, 0.04, s->format == FORMAT_OBJ || s->format == FORMAT_GLB};
    double share = (to - from) / (double)s->n_terrains;
    int rc = TW_OK;

    for (size_t k = 0; k < s->n_terrains; k++) {
        char name[ITEM_NAME] = "surface";

        if (s->n_terrains > 1) {
            snprintf(name, sizeof name, "landscape-%zu", k + 1);
            snprintf(ground.name, sizeof ground.name, "landscape-%zu", k + 1);
        }
        if (!scene_item(s, name, &ground, k))
            return TW_ENOMEM;
    }
    for (size_t k = 0; k < s->n_terrains && rc == TW_OK; k++)
        rc = make_surface(s, k, from + share * (double)k, from + share * (double)(k + 1));
    return rc;
}

int scene_new(struct scene *s, const struct tw_host *host, const struct obj_config *cfg,
              const struct tw_result *r, double from, double to)
{
    int rc;

    *s = (struct scene){.host = host, .cfg = cfg, .result = r, .format = format_of(cfg->path)};
    s->rolls = s->format == FORMAT_GLB && r->ball && r->ball->n && r->n_landscapes;
    set_units(s);
    rc = make_terrains(s);
    if (rc == TW_OK)
        rc = make_surfaces(s, from, to);
    if (rc == TW_OK && s->rolls && motion_new(&s->motion, r, s->terrain))
        rc = TW_ENOMEM;
    if (s->motion.n == 0)
        s->rolls = false; /* all of its way lies in holes */
    /* What is to be printed is one body, with nothing on it. */
    if (rc == TW_OK && s->format != FORMAT_STL && (!cfg->base || s->format == FORMAT_GLB))
        rc = scene_objects(s);
    return rc;
}

void scene_free(struct scene *s)
{
    for (size_t i = 0; i < s->n_items; i++) {
        mesh_free(&s->item[i].mesh);
        free(s->item[i].line);
    }
    for (size_t k = 0; k < s->n_terrains; k++)
        terrain_free(&s->terrain[k]);
    free(s->item);
    free(s->terrain);
    motion_free(&s->motion);
    *s = (struct scene){0};
}
