/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scene.h -- all that a file shows: landscapes, and the objects on them.
 *
 *     scene_new      from a result, for one format
 *     scene_free
 *
 * The first n_terrains items are the surfaces, one for each landscape; the base of one, where it is
 * not part of the surface's mesh, and all others follow.
 */
#ifndef SINK_OBJ_SCENE_H
#define SINK_OBJ_SCENE_H

#include "mesh.h"
#include "motion.h"

#include <thalweg/plugin.h>

enum format { FORMAT_OBJ, FORMAT_STL, FORMAT_PLY, FORMAT_GLB, FORMAT_NONE };

/* By the ending of a path, upper or lower case. */
enum format format_of(const char *path);

#define ITEM_NAME 80

struct material {
    char name[32];
    struct rgb colour;
    double shine; /* 0 to 1 */
    bool texture;
};

/* Of the base. */
extern const struct material scene_stone;

struct item {
    char name[ITEM_NAME];
    struct material material;
    size_t landscape;
    struct mesh mesh; /* or, in OBJ, a line: */
    struct vec *line; /* n_line points; NaN: a gap.  NULL: none */
    size_t n_line;
    const struct tw_track *track; /* the checkpoints of the line, or NULL */
};

struct scene {
    const struct tw_host *host;
    const struct obj_config *cfg;
    const struct tw_result *result;
    enum format format;
    struct terrain *terrain;
    size_t n_terrains;
    struct item *item;
    size_t n_items, room_items;
    bool rolls;           /* there is a ball that moves: the last item, about (0, 0, 0) */
    struct motion motion; /* its way through all landscapes */
    double unit;          /* from the room to the file's lengths */
    double mm;            /* from the room to millimetres; 0: none were asked for */
};

/* TW_OK, TW_ENOMEM or TW_ECANCELLED, not reported yet; to be freed in any case.  Ticks between
 * `from` and `to`. */
int scene_new(struct scene *s, const struct tw_host *host, const struct obj_config *cfg,
              const struct tw_result *r, double from, double to);
void scene_free(struct scene *s);

/* One more item, to be filled in; NULL when out of memory. */
struct item *scene_item(struct scene *s, const char *name, const struct material *material,
                        size_t landscape);

/* Runs, marks, critical points, and the ball with its way.  TW_OK or TW_ENOMEM. */
int scene_objects(struct scene *s);

#endif
