/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scene.h -- what there is to see, for the files of the renderer.
 *
 *     mesh.c     scene_mesh: the surface and its walls, for rays
 *     path.c     scene_paths: trajectories as tubes, checkpoints as beads, critical points as pins
 *     light.c    scene_lights: where light comes from; light_*: how much arrives
 *     bake.c     scene_bake: light at a lattice of places, looked up by bake_look
 *     ball.c     the ball: what it hides, how it shines; rest.c: where it lies
 *     trail.c    the ball's way, painted on the surface
 *     shade.c    shade_*: the colour of what a ray meets
 *
 * Functions return 0, or -1 when out of memory.
 */
#ifndef RENDER_SCENE_H
#define RENDER_SCENE_H

#include "render/ball.h"
#include "render/heightfield.h"
#include "render/ramp.h"
#include "render/sample.h"
#include "render/style.h"
#include "render/trace.h"
#include "render/trail.h"
#include "util/ticks.h"

#define OFFSET     1.5e-3f /* rays start as far from where they were born */
#define PIN_KINDS  (TW_DEGENERATE + 1)
#define TRACKS_MAX 8 /* colours for trajectories; more of them start again */

enum geometry { GEOMETRY_SURFACE, GEOMETRY_WALL }; /* in the scene `terrain` */

enum bead_kind { BEAD_CHECKPOINT, BEAD_START, BEAD_END, BEAD_STALK, BEAD_PIN };

struct bead {
    float x, y;          /* in the plane: the tube itself is lifted off the surface */
    float off;           /* distance from the plane: 0 in it, 1 the farthest */
    uint8_t kind, track; /* of a pin: enum tw_critical_kind for the track */
};

/* A place of a tube, four floats as Embree wants them. */
struct tube_point {
    float x, y, z, r;
};

struct tubes {
    struct tube_point *point;
    struct bead *look; /* one per point */
    uint32_t *segment; /* first points */
    uint8_t *flags;
    size_t n_points, n_segments, room;
};

struct bake_cell {
    float key; /* share of the lamp that is seen */
    struct vec sky;
};

struct bake {
    size_t w, h;
    float x, y, dx, dy;
    struct bake_cell *at;
};

struct contour_levels {
    size_t n;
    float t[LEVELS_MAX];
    bool major[LEVELS_MAX];
};

struct scene {
    struct style style;
    struct heightfield field;
    struct scale scale;
    struct levels levels;
    struct contour_levels lines;
    struct ramp ramp;
    float corner;  /* of the outline: 0 rectangle, 1 ellipse */
    float floor_z; /* of the ground */
    RTCDevice device;
    RTCScene terrain, paths;               /* paths: NULL without any */
    unsigned tube_geometry, bead_geometry; /* in `paths` */
    struct tubes tube, beads;
    double off_max;                  /* largest distance from the plane; 0: all lie in it */
    struct vec key_to, key_a, key_b; /* to the lamp; its disc, per unit of length */
    struct vec key, sky;             /* their light */
    struct vec ground, ground_edge, sheet, path_colour[TRACKS_MAX], start_colour;
    struct vec trail_core, trail_seam;
    struct vec pin_colour[PIN_KINDS];
    size_t pins[PIN_KINDS]; /* how many stand there */
    struct bake surface, floor;
    struct ball ball;
    struct trail trail;
};

/* Is a place inside the outline? */
bool scene_inside(const struct scene *s, float x, float y, float margin);

/* `target`: about how many quads along the longer side. */
int scene_mesh(struct scene *s, size_t target);

/* After scene_mesh. */
int scene_paths(struct scene *s, const struct tw_result *r, bool stalks, bool critical);

/* Of the tubes and beads that are there. */
int scene_paths_build(struct scene *s);

/* `turn` is where the camera is: radians from the x axis. */
void scene_lights(struct scene *s, float turn);

/* Towards a point of the lamp. */
static inline struct vec light_key(const struct scene *s, struct pair p)
{
    struct pair d = on_disc(p);

    return vec_unit(vec_along(vec_along(s->key_to, s->key_a, d.u), s->key_b, d.v));
}

bool light_blocked(const struct scene *s, struct vec from, struct vec along);
/* Brighter towards the zenith; the mean over a level surface is `sky`. */
static inline struct vec light_sky(const struct scene *s, float z)
{
    return vec_scale(s->sky, 0.7f + 0.45f * z);
}
/* What comes back along a ray; `rough`: the light of surfaces is not baked yet. */
struct vec light_ambient(const struct scene *s, struct vec from, struct vec along, bool rough);

struct workers {
    const struct tw_host *host;
    int (*run)(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k), void *ctx);
};
int workers_run(const struct workers *w, size_t n, int (*task)(void *ctx, size_t k), void *ctx);

/* TW_OK or what `run` returned, or TW_ENOMEM. */
int scene_bake(struct scene *s, const struct workers *w, size_t size);
struct bake_cell bake_look(const struct bake *b, float x, float y);
/* By how much the share of the lamp changes from one place of the lattice to the next. */
float bake_step(const struct bake *b, float x, float y);

/* One ray of the camera. */
struct view {
    struct vec from, along;
    struct vec right, up;    /* how `along` changes from pixel to pixel */
    struct vec backdrop;     /* the ground's colour at this pixel */
    float point;             /* pixels per typographic point */
    uint32_t index;          /* of the sample in its sequences */
    int sky_rays, path_rays; /* from the surface, from paths and beads; 0: baked light */
    int penumbra_rays;       /* where the shadow on the ground ends */
    bool key_rays, unlit, plain_ground, floor;
};

struct shade {
    struct vec colour;
    bool object; /* or the ground */
};

enum met { MET_NOTHING, MET_TERRAIN, MET_PATHS };

/* The ray has met something, but for the ball, which is looked for here. */
struct shade shade_hit(const struct scene *s, const struct view *v, const struct hit *met,
                       enum met what);

#endif
