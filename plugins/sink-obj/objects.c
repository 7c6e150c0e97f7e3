/* SPDX-License-Identifier: GPL-3.0-or-later */
/* objects.c -- see scene.h: trajectories, marks, critical points, the ball.
 *
 * In OBJ a way over the surface is a line, as ever; elsewhere it is a tube, with a bead at each
 * checkpoint as far as there is room for them.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIFT    0.008f /* of a line above the surface */
#define TUBE    0.0065f
#define BEAD    0.0115f
#define BEADS   2.2f    /* from one to the next, in radii, at least */
#define THREAD  0.0045f /* of the ball's way */
#define POINT   0.022f  /* radius of a start, an end, a mark */
#define BALL    0.045   /* of the ball, where it does not move */
#define PIECES  4000    /* of a straight piece of a way, at most */
#define SHARP   0.5f    /* cosine: at sharper turns a tube ends and another one begins */
#define RINGS   12
#define SECTORS 24

static const struct rgb white = {1, 1, 1}, ink = {0.13, 0.15, 0.19};

/* ---- ways ------------------------------------------------------------------------------- */

struct way {
    const struct terrain *t;
    struct vec *at;
    size_t n, room;
    float lift;
};

/* One more point; a gap where there is no surface. */
static int way_add(struct way *w, double x, double y)
{
    struct vec at;

    if (w->n == w->room) {
        size_t room = w->room ? 2 * w->room : 256;
        struct vec *more = realloc(w->at, room * sizeof *more);

        if (!more)
            return -1;
        w->at = more;
        w->room = room;
    }
    if (!terrain_at(w->t, x, y, &at))
        at.x = at.y = at.z = NAN;
    at.z += w->lift;
    w->at[w->n++] = at;
    return 0;
}

/* How many pieces the way from one checkpoint to the next needs to follow the ground. */
static size_t pieces(const struct terrain *t, double dx, double dy)
{
    const struct tw_grid *g = t->grid;
    double cx = (g->x[g->nx - 1] - g->x[0]) / (double)(t->w - 1);
    double cy = (g->y[g->ny - 1] - g->y[0]) / (double)(t->h - 1);
    double n = 2 * fmax(fabs(dx) / cx, fabs(dy) / cy);

    return n > 1 ? (n < PIECES ? (size_t)ceil(n) : PIECES) : 1;
}

static int way_track(struct way *w, const struct tw_track *t)
{
    for (size_t i = 0; i < t->n; i++) {
        double dx = i ? t->x[i] - t->x[i - 1] : 0, dy = i ? t->y[i] - t->y[i - 1] : 0;
        size_t n = pieces(w->t, dx, dy);

        for (size_t k = 1; k < n; k++) {
            double s = (double)k / (double)n;

            if (way_add(w, t->x[i - 1] + s * dx, t->y[i - 1] + s * dy))
                return -1;
        }
        if (way_add(w, t->x[i], t->y[i]))
            return -1;
    }
    return 0;
}

static bool gap(struct vec v)
{
    return isnan(v.z);
}

static float distance(struct vec a, struct vec b)
{
    struct vec d = vec_sub(a, b);

    return sqrtf(vec_dot(d, d));
}

/* Points that are too close to the last one for a tube go. */
static size_t drop_twins(struct vec *at, size_t n, float least)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        if (k == 0 || gap(at[i]) || gap(at[k - 1]) || distance(at[i], at[k - 1]) > least)
            at[k++] = at[i];
    return k;
}

static bool sharp(struct vec a, struct vec b, struct vec c)
{
    struct vec u = vec_sub(b, a), v = vec_sub(c, b);

    return vec_dot(u, v) < SHARP * distance(a, b) * distance(b, c);
}

/* Tubes from gap to gap and from one sharp turn to the next, which a small sphere rounds off. */
static int tubes(struct mesh *m, const struct vec *at, size_t n, float radius)
{
    size_t first = 0;

    for (size_t i = 0; i < n; i++) {
        bool ends = i + 1 == n || gap(at[i + 1]);

        if (gap(at[i])) {
            first = i + 1;
            continue;
        }
        if (!ends && (i == first || !sharp(at[i - 1], at[i], at[i + 1])))
            continue;
        if (mesh_tube(m, at + first, i - first + 1, radius) ||
            (!ends && mesh_sphere(m, at[i], radius, 6, 8)))
            return -1;
        first = i;
    }
    return 0;
}

static int beads(struct mesh *m, const struct terrain *t, const struct tw_track *k)
{
    struct vec last = {NAN, NAN, NAN}, at;

    for (size_t i = 0; i < k->n; i++) {
        if (!terrain_at(t, k->x[i], k->y[i], &at) || distance(at, last) < BEADS * BEAD)
            continue;
        last = at;
        if (mesh_sphere(m, at, BEAD, 8, 12))
            return -1;
    }
    return 0;
}

/* The way becomes the item's line, or a tube. */
static int item_way(struct scene *s, struct item *item, struct way *w, float radius)
{
    int rc = 0;

    if (s->format == FORMAT_OBJ) {
        item->line = w->at;
        item->n_line = w->n;
    } else {
        w->n = drop_twins(w->at, w->n, radius / 2);
        rc = tubes(&item->mesh, w->at, w->n, radius);
        free(w->at);
    }
    w->at = NULL;
    return rc;
}

static struct way way_on(const struct scene *s, size_t landscape, float radius)
{
    return (struct way){.t = &s->terrain[landscape],
                        .lift = s->format == FORMAT_OBJ ? LIFT : radius / 2};
}

static int put_track(struct scene *s, const struct tw_track *t, const char *name,
                     const struct material *material)
{
    struct way w = way_on(s, 0, TUBE);
    struct item *item = scene_item(s, name, material, 0);

    if (!item)
        return TW_ENOMEM;
    item->track = t;
    if (way_track(&w, t) || item_way(s, item, &w, TUBE) ||
        (s->format != FORMAT_OBJ && beads(&item->mesh, w.t, t))) {
        free(w.at);
        return TW_ENOMEM;
    }
    return TW_OK;
}

/* A ball that lies on the surface at (x, y); nothing in a hole or outside. */
static int put_point(struct scene *s, const char *name, const struct material *material, double x,
                     double y)
{
    struct vec at;
    struct item *item;

    if (!terrain_at(&s->terrain[0], x, y, &at))
        return TW_OK;
    at.z += POINT;
    item = scene_item(s, name, material, 0);
    return item && !mesh_sphere(&item->mesh, at, POINT, RINGS, SECTORS) ? TW_OK : TW_ENOMEM;
}

/* ---- runs ----------------------------------------------------------------------------------- */

/* KIND-NAME as one word, whatever is in the name. */
static void object_name(char to[ITEM_NAME], const char *kind, const char *name)
{
    snprintf(to, ITEM_NAME, "%s-%.60s", kind, name);
    for (char *c = to; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            *c = '_';
}

static int put_ends(struct scene *s, const struct tw_track *t, const char *start, const char *end,
                    const struct material *colour)
{
    static const struct material begin = {"start", {1, 1, 1}, 0.2, false};
    int rc = TW_OK;

    if (t->n > 1)
        rc = put_point(s, start, &begin, t->x[0], t->y[0]);
    if (rc == TW_OK && t->n)
        rc = put_point(s, end, colour, t->x[t->n - 1], t->y[t->n - 1]);
    return rc;
}

/* The one run, under the names that it always had. */
static int put_run(struct scene *s, const struct tw_track *t)
{
    struct rgb accent = palette_accent((enum palette)s->cfg->palette);
    struct material way = {"trajectory", accent, 0.2, false}, end = {"end", accent, 0.2, false};
    int rc = TW_OK;

    if (t->n > 1)
        rc = put_track(s, t, "trajectory", &way);
    return rc == TW_OK ? put_ends(s, t, "start", "end", &end) : rc;
}

/* How often the name of run `k` came before. */
static size_t earlier(const struct tw_result *r, size_t k)
{
    size_t n = 0;

    for (size_t i = 0; i < k; i++)
        n += strcmp(r->tracks[i]->name, r->tracks[k]->name) == 0;
    return n;
}

static int put_one_of_runs(struct scene *s, size_t k)
{
    const struct tw_track *t = s->result->tracks[k];
    char run[60 + 24], name[3][ITEM_NAME];
    size_t n = earlier(s->result, k);
    struct material m = {.colour = palette_run((enum palette)s->cfg->palette, k % PALETTE_RUNS),
                         .shine = 0.2};
    int rc = TW_OK;

    snprintf(m.name, sizeof m.name, "track-%zu", k % PALETTE_RUNS + 1);
    snprintf(run, sizeof run, "%.50s", t->name);
    if (n)
        snprintf(run, sizeof run, "%.50s-%zu", t->name, n + 1);
    object_name(name[0], "track", run);
    object_name(name[1], "start", run);
    object_name(name[2], "end", run);
    if (t->n > 1)
        rc = put_track(s, t, name[0], &m);
    return rc == TW_OK ? put_ends(s, t, name[1], name[2], &m) : rc;
}

static int put_runs(struct scene *s)
{
    int rc = TW_OK;

    if (s->result->n_tracks == 1)
        return put_run(s, s->result->tracks[0]);
    for (size_t k = 0; rc == TW_OK && k < s->result->n_tracks; k++)
        rc = put_one_of_runs(s, k);
    return rc;
}

/* ---- marks and critical points ----------------------------------------------------------- */

static int put_marks(struct scene *s)
{
    static const struct material mark = {"mark", {0.13, 0.15, 0.19}, 0.2, false};
    const struct tw_plane *p = s->result->plane;
    size_t n = !p ? 0 : p->n_marks < 4 ? p->n_marks : 4;
    int rc = TW_OK;

    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        char name[ITEM_NAME];

        object_name(name, "mark", p->mark[i].name);
        rc = put_point(s, name, &mark, p->mark[i].x, p->mark[i].y);
    }
    return rc;
}

static int put_critical(struct scene *s)
{
    static const char *const kinds[] = {"degenerate", "minimum", "saddle", "maximum"};
    const struct tw_critical *c = s->result->critical;
    size_t count[4] = {0, 0, 0, 0};
    int rc = TW_OK;

    for (size_t i = 0; c && rc == TW_OK && i < c->n; i++) {
        size_t kind = c->kind[i] >= TW_MINIMUM && c->kind[i] <= TW_MAXIMUM ? c->kind[i] : 0;
        struct material m = {.colour = rgb_mix(white, ink, (double)kind / 3), .shine = 0.2};
        char name[ITEM_NAME];

        snprintf(m.name, sizeof m.name, "%s", kinds[kind]);
        snprintf(name, sizeof name, "%s-%zu", kinds[kind], ++count[kind]);
        rc = put_point(s, name, &m, c->x[i], c->y[i]);
    }
    return rc;
}

/* ---- the ball ---------------------------------------------------------------------------- */

/* The ball's way in landscape k, as far as there is one. */
static int put_way(struct scene *s, size_t k, const struct material *m)
{
    const struct tw_ball *b = s->result->ball;
    struct way w = way_on(s, k, THREAD);
    char name[ITEM_NAME] = "ball-path";
    struct item *item;

    if (s->n_terrains > 1)
        snprintf(name, sizeof name, "ball-path-%zu", k + 1);
    item = scene_item(s, name, m, k);
    for (size_t i = 0; item && i < b->n && b->landscape[i] <= k; i++)
        if (b->landscape[i] == k && way_add(&w, b->x[i], b->y[i]))
            item = NULL;
    if (!item || item_way(s, item, &w, THREAD)) {
        free(w.at);
        return TW_ENOMEM;
    }
    return TW_OK;
}

/* Where it came to rest in the first landscape. */
static int put_resting(struct scene *s, const struct material *m)
{
    const struct tw_ball *b = s->result->ball;
    struct vec centre, normal;
    struct item *item;
    size_t n = 0;

    while (n < b->n && b->landscape[n] == 0)
        n++;
    if (!n || !motion_rest(&s->terrain[0], b->x[n - 1], b->y[n - 1], BALL, &centre, &normal))
        return TW_OK;
    item = scene_item(s, "ball", m, 0);
    return item && !mesh_sphere(&item->mesh, centre, (float)BALL, 2 * RINGS, 2 * SECTORS)
               ? TW_OK
               : TW_ENOMEM;
}

static int put_rolling(struct scene *s)
{
    static const struct material painted = {"ball", {1, 1, 1}, 0.8, false};
    struct item *item = scene_item(s, "ball", &painted, 0);
    struct rgb accent = palette_accent((enum palette)s->cfg->palette);

    if (!item)
        return TW_ENOMEM;
    item->mesh.has_colour = true;
    return mesh_ball(&item->mesh, (float)s->result->ball->radius, rgb_pack(ink), rgb_pack(accent))
               ? TW_ENOMEM
               : TW_OK;
}

static int put_ball(struct scene *s)
{
    static const struct material dark = {"ball", {0.13, 0.15, 0.19}, 0.5, false},
                                 thread = {"ball-path", {0.13, 0.15, 0.19}, 0.2, false};
    int rc = TW_OK;

    for (size_t k = 0; rc == TW_OK && k < s->n_terrains; k++)
        rc = put_way(s, k, s->format == FORMAT_OBJ ? &dark : &thread);
    if (rc == TW_OK)
        rc = s->rolls ? put_rolling(s) : put_resting(s, &dark);
    return rc;
}

int scene_objects(struct scene *s)
{
    int rc = put_runs(s);

    if (rc == TW_OK)
        rc = put_marks(s);
    if (rc == TW_OK)
        rc = put_critical(s);
    if (rc == TW_OK && s->result->ball)
        rc = put_ball(s);
    return rc;
}
