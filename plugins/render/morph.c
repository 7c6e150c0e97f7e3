/* SPDX-License-Identifier: GPL-3.0-or-later */
/* morph.c -- the surface on its way from one landscape to another.
 *
 * The old one sinks to the level of the point that both share, from there outwards; behind that
 * wave the new one rises.  Meanwhile the outline goes from the one to the other, and each landscape
 * is stretched to fit it, ever less towards the point.  Every frame has a surface of its own, a
 * lattice of heights and colours with light mixed from what was baked for both, so that all of the
 * renderer works on it as on any other. */
#include "render/picture.h"
#include "util/ease.h"

#include <stdlib.h>
#include <string.h>

#define SIDE  420   /* nodes along the longer side */
#define WAVE  0.45f /* how long each place takes to sink, and to rise */
#define AFTER 0.28f /* when the new one starts to rise */

struct morph {
    struct render *a, *b;
    struct vec at_a, at_b; /* the shared point on each surface */
    float t_a, t_b;        /* its position on the scale */
};

/* How far things are at one place. */
struct mix {
    float a, b; /* how much of each is there: 1, 0 to 0, 1 */
    float turn; /* from the one to the other */
};

/* One axis of one landscape, stretched about the shared point. */
struct stretch {
    float mid;          /* the point, in the frame */
    float below, above; /* from there to both ends */
    float own;          /* the point in the landscape, */
    float low, high;    /* and from there to its ends */
};

struct frame_job {
    struct render *p;
    struct stretch x[2], y[2];
    float s, reach;     /* from the point to the farthest corner */
    float *t, *z;       /* of the nodes */
    struct vec mid;     /* the shared point in the frame */
    struct vec shift_b; /* what to add to the frame's coordinates for those of the floor of b */
    struct vec shift_a;
};

static float eased(float v)
{
    return (float)ease((double)v);
}

static struct mix mix_at(const struct frame_job *j, float x, float y)
{
    float far = hypotf(x - j->mid.x, y - j->mid.y) / j->reach;

    return (struct mix){1 - eased((j->s - (1 - 2 * WAVE + 0.35f) * far) / WAVE),
                        eased((j->s - AFTER - (1 - WAVE - AFTER) * far) / WAVE),
                        eased((j->s - 0.12f - 0.28f * far) / 0.6f)};
}

/* From 0 to 1, and k steep at 0. */
static float bow(float v, float k)
{
    return v * (k + (1 - k) * v);
}

static float steep(float frame, float own)
{
    return fminf(frame / fmaxf(own, 1e-4f), 2);
}

/* From a place in the frame to one in the landscape. */
static float stretched(const struct stretch *s, float v)
{
    float d = v - s->mid;

    if (d >= 0)
        return s->own +
               s->high * bow(fminf(d / fmaxf(s->above, 1e-4f), 1), steep(s->above, s->high));
    return s->own - s->low * bow(fminf(-d / fmaxf(s->below, 1e-4f), 1), steep(s->below, s->low));
}

/* And back. */
static float relaxed(const struct stretch *s, float v)
{
    float d = v - s->own, own = d >= 0 ? s->high : s->low, frame = d >= 0 ? s->above : s->below;
    float k = steep(frame, own), u = clamp01(fabsf(d) / fmaxf(own, 1e-4f));

    u = 2 * u / fmaxf(k + sqrtf(fmaxf(k * k + 4 * (1 - k) * u, 0)), 1e-6f);
    return s->mid + copysignf(frame * u, d);
}

static bool spot_of(const struct frame_job *j, int which, float x, float y, struct field_spot *to)
{
    const struct morph *m = j->p->morph;
    const struct heightfield *f = which ? &m->b->s.field : &m->a->s.field;

    x = fminf(fmaxf(stretched(&j->x[which], x), -f->half_x), f->half_x);
    y = fminf(fmaxf(stretched(&j->y[which], y), -f->half_y), f->half_y);
    return field_near(f, x, y, to);
}

static int node_row(void *ctx, size_t row)
{
    const struct frame_job *j = ctx;
    const struct morph *m = j->p->morph;
    const struct heightfield *f = &j->p->s.field;

    for (size_t i = 0; i < f->nx; i++) {
        struct mix w = mix_at(j, f->x[i], f->y[row]);
        struct field_spot a, b;
        bool in_a = spot_of(j, 0, f->x[i], f->y[row], &a);
        bool in_b = spot_of(j, 1, f->x[i], f->y[row], &b);
        float t = m->t_a + (m->t_b - m->t_a) * w.turn, z = j->mid.z;

        if (in_a) {
            t += w.a * (a.t - m->t_a);
            z += w.a * (a.z - m->at_a.z);
        }
        if (in_b) {
            t += w.b * (b.t - m->t_b);
            z += w.b * (b.z - m->at_b.z);
        }
        /* A hole stays as long as there is more of its landscape. */
        j->t[row * f->nx + i] = (w.a >= w.b ? in_a : in_b) ? t : NAN;
        j->z[row * f->nx + i] = (w.a >= w.b ? in_a : in_b) ? z : NAN;
    }
    return TW_OK;
}

/* Slope from the neighbours that are there. */
static float slope(float before, float here, float after, float step)
{
    bool lo = isfinite(before), hi = isfinite(after);

    if (!isfinite(here) || (!lo && !hi))
        return 0;
    return lo && hi ? (after - before) / (2 * step) : (hi ? after - here : here - before) / step;
}

static void node_slopes(const struct heightfield *f, const float *v, size_t row,
                        struct field_node *to)
{
    float dx = f->x[1] - f->x[0], dy = f->y[1] - f->y[0];

    for (size_t i = 0; i < f->nx; i++) {
        const float *c = v + row * f->nx + i;
        bool l = i > 0, r = i + 1 < f->nx, d = row > 0, u = row + 1 < f->ny;
        float twist = 0;

        if (l && r && d && u)
            twist =
                (c[f->nx + 1] - c[f->nx - 1] - c[1 - (ptrdiff_t)f->nx] + c[-(ptrdiff_t)f->nx - 1]) /
                (4 * dx * dy);
        to[row * f->nx + i] =
            (struct field_node){*c, slope(l ? c[-1] : NAN, *c, r ? c[1] : NAN, dx),
                                slope(d ? c[-(ptrdiff_t)f->nx] : NAN, *c, u ? c[f->nx] : NAN, dy),
                                isfinite(twist) ? twist : 0};
    }
}

static int slope_row(void *ctx, size_t row)
{
    const struct frame_job *j = ctx;
    const struct heightfield *f = &j->p->s.field;

    node_slopes(f, j->t, row, f->node);
    node_slopes(f, j->z, row, f->high);
    return TW_OK;
}

static int light_row(void *ctx, size_t row)
{
    const struct frame_job *j = ctx;
    const struct morph *m = j->p->morph;
    struct bake *b = &j->p->s.surface;

    for (size_t i = 0; i < b->w; i++) {
        float x = b->x + b->dx * (float)i, y = b->y + b->dy * (float)row;
        struct mix w = mix_at(j, x, y);
        struct bake_cell one =
            bake_look(&m->a->s.surface, stretched(&j->x[0], x), stretched(&j->y[0], y));
        struct bake_cell two =
            bake_look(&m->b->s.surface, stretched(&j->x[1], x), stretched(&j->y[1], y));
        float open = fmaxf(1 - w.a - w.b, 0);
        struct vec sky = vec_scale(j->p->s.sky, open);

        sky = vec_along(vec_along(sky, one.sky, w.a), two.sky, w.b);
        b->at[row * b->w + i] = (struct bake_cell){w.a * one.key + w.b * two.key + open, sky};
    }
    return TW_OK;
}

static int ground_row(void *ctx, size_t row)
{
    const struct frame_job *j = ctx;
    const struct morph *m = j->p->morph;
    struct bake *b = &j->p->s.floor;
    float w = eased(j->s);

    for (size_t i = 0; i < b->w; i++) {
        float x = b->x + b->dx * (float)i, y = b->y + b->dy * (float)row;
        struct bake_cell one = bake_look(&m->a->s.floor, x + j->shift_a.x, y + j->shift_a.y);
        struct bake_cell two = bake_look(&m->b->s.floor, x + j->shift_b.x, y + j->shift_b.y);

        b->at[row * b->w + i] =
            (struct bake_cell){one.key + (two.key - one.key) * w, vec_mix(one.sky, two.sky, w)};
    }
    return TW_OK;
}

/* ---- trajectories -------------------------------------------------------------------- */

/* A point of a tube or bead of one landscape as it is in the frame; it sinks and thins while its
 * landscape goes. */
static struct tube_point moved(const struct frame_job *j, int which, struct tube_point p,
                               const struct bead *look)
{
    const struct heightfield *own = which ? &j->p->morph->b->s.field : &j->p->morph->a->s.field;
    float x = relaxed(&j->x[which], look->x), y = relaxed(&j->y[which], look->y);
    struct mix w = mix_at(j, x, y);
    float there = smooth_step(0, 0.8f, which ? w.b : w.a);
    struct field_spot was, is;

    if (!field_near(own, look->x, look->y, &was) || !field_near(&j->p->s.field, x, y, &is))
        return (struct tube_point){x, y, -9, 1e-5f};
    return (struct tube_point){x + (p.x - look->x) * there, y + (p.y - look->y) * there,
                               is.z + (p.z - was.z) * there - 3 * p.r * (1 - there),
                               fmaxf(p.r * there, 1e-5f)};
}

static int join(const struct frame_job *j, struct tubes *to, const struct tubes *a,
                const struct tubes *b)
{
    const struct tubes *from[2] = {a, b};
    size_t points = a->n_points + b->n_points, segments = a->n_segments + b->n_segments;

    if (!to->point) {
        to->point = malloc((points + 1) * sizeof *to->point);
        to->look = malloc((points + 1) * sizeof *to->look);
        to->segment = malloc((segments + 1) * sizeof *to->segment);
        to->flags = malloc(segments + 1);
    }
    if (!to->point || !to->look || !to->segment || !to->flags)
        return -1;
    to->n_points = to->n_segments = 0;
    for (int which = 0; which < 2; which++) {
        const struct tubes *t = from[which];

        for (size_t k = 0; k < t->n_segments; k++) {
            to->segment[to->n_segments] = t->segment[k] + (uint32_t)to->n_points;
            to->flags[to->n_segments++] = t->flags[k];
        }
        for (size_t k = 0; k < t->n_points; k++) {
            to->look[to->n_points] = t->look[k];
            to->point[to->n_points++] = moved(j, which, t->point[k], &t->look[k]);
        }
    }
    return 0;
}

/* ---- a frame ------------------------------------------------------------------------- */

static float between(float a, float b, float w)
{
    return a + (b - a) * w;
}

/* Outline and lattice; everything that goes evenly from the one to the other. */
static void frame_begin(struct frame_job *j, float w)
{
    struct render *p = j->p;
    const struct morph *m = p->morph;
    const struct scene *a = &m->a->s, *b = &m->b->s;
    struct scene *s = &p->s;
    struct heightfield *f = &s->field;
    struct vec way = vec_sub(m->at_a, m->at_b), mid = vec_scale(way, w);
    struct vec eye = vec_add(p->c.eye, p->origin);

    p->origin = vec_add(m->a->origin, mid);
    p->c.eye = vec_sub(eye, p->origin);
    j->mid = vec_sub(m->at_a, mid);
    j->shift_a = mid;
    j->shift_b = vec_sub(mid, way);
    f->half_x = between(a->field.half_x, b->field.half_x, w);
    f->half_y = between(a->field.half_y, b->field.half_y, w);
    f->height = between(a->field.height, b->field.height, w);
    f->per_x = a->field.per_x;
    f->per_y = a->field.per_y;
    f->mid_x = a->field.mid_x + (double)mid.x / f->per_x;
    f->mid_y = a->field.mid_y + (double)mid.y / f->per_y;
    for (size_t i = 0; i < f->nx; i++)
        f->x[i] = f->half_x * (2 * (float)i / (float)(f->nx - 1) - 1);
    for (size_t i = 0; i < f->ny; i++)
        f->y[i] = f->half_y * (2 * (float)i / (float)(f->ny - 1) - 1);
    j->reach = hypotf(f->half_x + fabsf(j->mid.x), f->half_y + fabsf(j->mid.y));
    s->corner = between(a->corner, b->corner, w);
    s->floor_z = between(a->floor_z, b->floor_z, w);
    s->style.base = between(a->style.base, b->style.base, w);
    s->key_to = vec_unit(vec_mix(a->key_to, b->key_to, w));
    s->key_a = vec_mix(a->key_a, b->key_a, w);
    s->key_b = vec_mix(a->key_b, b->key_b, w);
    for (int k = 0; k < 2; k++) {
        const struct heightfield *own = k ? &b->field : &a->field;
        struct vec at = k ? m->at_b : m->at_a;

        j->x[k] = (struct stretch){j->mid.x, f->half_x + j->mid.x, f->half_x - j->mid.x,
                                   at.x,     own->half_x + at.x,   own->half_x - at.x};
        j->y[k] = (struct stretch){j->mid.y, f->half_y + j->mid.y, f->half_y - j->mid.y,
                                   at.y,     own->half_y + at.y,   own->half_y - at.y};
    }
}

static void place_bake(struct bake *b, float half_x, float half_y)
{
    b->x = -half_x;
    b->y = -half_y;
    b->dx = 2 * half_x / (float)(b->w - 1);
    b->dy = 2 * half_y / (float)(b->h - 1);
}

static int build(struct frame_job *j)
{
    struct render *p = j->p;
    const struct morph *m = p->morph;
    struct scene *s = &p->s;
    struct heightfield *f = &s->field;
    int rc = workers_run(&p->workers, f->ny, node_row, j);

    if (rc >= 0)
        rc = workers_run(&p->workers, f->ny, slope_row, j);
    if (rc < 0)
        return rc;
    field_mark_holes(f);
    if (s->surface.at) {
        place_bake(&s->surface, f->half_x, f->half_y);
        rc = workers_run(&p->workers, s->surface.h, light_row, j);
        if (rc >= 0)
            rc = workers_run(&p->workers, s->floor.h, ground_row, j);
        if (rc < 0)
            return rc;
    }
    if (scene_mesh(s, 1) || join(j, &s->tube, &m->a->s.tube, &m->b->s.tube) ||
        join(j, &s->beads, &m->a->s.beads, &m->b->s.beads) || scene_paths_build(s))
        return TW_ENOMEM;
    return TW_OK;
}

int render_morph(struct render *p, double s)
{
    struct frame_job j = {.p = p, .s = clamp01((float)s)};
    size_t n = p->s.field.nx * p->s.field.ny;
    int rc = TW_ENOMEM;

    p->s.ball.r = 0;
    trail_free(&p->s.trail);
    render_unlay(p);
    j.t = malloc(n * sizeof *j.t);
    j.z = malloc(n * sizeof *j.z);
    if (j.t && j.z) {
        frame_begin(&j, eased(j.s));
        rc = build(&j);
    }
    free(j.t);
    free(j.z);
    return rc;
}

/* ---- begin and end ------------------------------------------------------------------- */

static int shared(const struct render *p, double x, double y, struct vec *at, float *t)
{
    const struct heightfield *f = &p->s.field;
    struct field_spot spot;

    at->x = field_room_x(f, x);
    at->y = field_room_y(f, y);
    if (!(fabsf(at->x) <= f->half_x && fabsf(at->y) <= f->half_y) ||
        !field_near(f, at->x, at->y, &spot))
        return TW_EINVAL;
    at->z = spot.z;
    *t = spot.t;
    return TW_OK;
}

static int bake_like(struct bake *to, const struct bake *from)
{
    *to = *from;
    to->at = NULL;
    if (!from->at)
        return 0;
    to->at = malloc(to->w * to->h * sizeof *to->at);
    if (to->at)
        memcpy(to->at, from->at, to->w * to->h * sizeof *to->at);
    return to->at ? 0 : -1;
}

/* All of a but what the frames build anew. */
static int scene_like(struct scene *s, const struct scene *a)
{
    struct heightfield *f = &s->field;
    float longest = fmaxf(a->field.half_x, a->field.half_y);

    *s = *a;
    s->device = NULL;
    s->terrain = s->paths = NULL;
    s->ball = (struct ball){.r = 0};
    s->trail = (struct trail){.n = 0};
    memset(&s->tube, 0, sizeof s->tube);
    memset(&s->beads, 0, sizeof s->beads);
    *f = (struct heightfield){.nx = (size_t)(SIDE * a->field.half_x / longest) + 1,
                              .ny = (size_t)(SIDE * a->field.half_y / longest) + 1,
                              .even_x = true,
                              .even_y = true};
    f->x = malloc(f->nx * sizeof *f->x);
    f->y = malloc(f->ny * sizeof *f->y);
    f->node = malloc(f->nx * f->ny * sizeof *f->node);
    f->high = malloc(f->nx * f->ny * sizeof *f->high);
    f->hole = calloc(f->nx - 1, f->ny - 1);
    s->surface.at = s->floor.at = NULL;
    return !f->x || !f->y || !f->node || !f->high || !f->hole ||
                   bake_like(&s->surface, &a->surface) || bake_like(&s->floor, &a->floor)
               ? -1
               : 0;
}

int render_begin_morph(struct render **to, struct render *a, struct render *b, double ax, double ay,
                       double bx, double by)
{
    struct render *p = calloc(1, sizeof *p);
    int rc;

    if (!p || !(p->morph = calloc(1, sizeof *p->morph))) {
        free(p);
        return TW_ENOMEM;
    }
    p->o = a->o;
    p->r = a->r;
    p->c = a->c;
    p->origin = a->origin;
    p->workers = a->workers;
    p->words = a->words;
    p->floor = a->floor;
    p->unit = a->unit;
    *p->morph = (struct morph){.a = a, .b = b};
    rc = shared(a, ax, ay, &p->morph->at_a, &p->morph->t_a);
    if (rc >= 0)
        rc = shared(b, bx, by, &p->morph->at_b, &p->morph->t_b);
    if (rc >= 0 && (!a->s.surface.at != !b->s.surface.at || a->o.width != b->o.width ||
                    a->o.height != b->o.height))
        rc = TW_EINVAL;
    if (rc >= 0 && (scene_like(&p->s, &a->s) || figure_init(&p->fig, p->unit, p->o.font)))
        rc = TW_ENOMEM;
    if (rc >= 0)
        rc = render_morph(p, 0);
    if (rc < 0)
        render_end(p);
    else
        *to = p;
    return rc;
}

void render_morph_shift(const struct render *p, double shift[3])
{
    const struct morph *m = p->morph;
    struct vec d = vec_sub(vec_add(m->at_a, m->a->origin), vec_add(m->at_b, m->b->origin));

    shift[0] = (double)d.x;
    shift[1] = (double)d.y;
    shift[2] = (double)d.z;
}

void morph_free(struct morph *m)
{
    free(m);
}
