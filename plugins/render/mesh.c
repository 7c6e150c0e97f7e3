/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mesh.c -- the surface for Embree: a lattice that has the grid's points among its own, walls along
 * every border, also around holes.  A rounded outline bends the lattice; heights stay exact. */
#include "render/scene.h"

#include <stdlib.h>

#define SIDE_MAX 16385

struct lattice {
    size_t w, h;
    float *u, *v;  /* places in the square [-1, 1] x [-1, 1] */
    float *point;  /* w x h x 3 */
    uint8_t *quad; /* (w-1) x (h-1): 1 where there is surface */
    size_t n_missing, n_walls;
};

/* How far the outline is away on the ray through a point of the square's border, as a
 * share of the way to there: the ray leaves a corner of radius r. */
static float outline(float a, float b, float r)
{
    float p = fabsf(a), q = fabsf(b), m, c = 1 - r, f;

    if (p < q) {
        f = p;
        p = q;
        q = f;
    }
    m = p > 0 ? q / p : 0;
    if (m <= c)
        return 1;
    f = c * c * (1 + m) * (1 + m) - (1 + m * m) * (2 * c * c - r * r);
    return (c * (1 + m) + sqrtf(f > 0 ? f : 0)) / (1 + m * m);
}

bool scene_inside(const struct scene *s, float x, float y, float margin)
{
    float p = fabsf(x) / s->field.half_x + margin, q = fabsf(y) / s->field.half_y + margin;
    float c = 1 - s->corner;

    if (!(p <= 1 && q <= 1))
        return false;
    return p <= c || q <= c || hypotf(p - c, q - c) <= s->corner;
}

/* Each interval of the axis cut into k pieces. */
static float *subdivide(const float *x, size_t n, size_t k, float half)
{
    float *u = malloc(((n - 1) * k + 1) * sizeof *u);

    for (size_t i = 0; u && i + 1 < n; i++)
        for (size_t j = 0; j < k; j++)
            u[i * k + j] = (x[i] + (x[i + 1] - x[i]) * (float)j / (float)k) / half;
    if (u)
        u[(n - 1) * k] = x[n - 1] / half;
    return u;
}

static size_t pieces(size_t n, size_t target)
{
    size_t k = (target + (n - 1) / 2) / (n - 1);

    return k > 0 ? k : 1;
}

static int lattice_init(struct lattice *l, const struct heightfield *f, size_t target)
{
    float longest = f->half_x > f->half_y ? f->half_x : f->half_y;
    size_t kx = pieces(f->nx, (size_t)((float)target * f->half_x / longest));
    size_t ky = pieces(f->ny, (size_t)((float)target * f->half_y / longest));

    *l = (struct lattice){.w = (f->nx - 1) * kx + 1, .h = (f->ny - 1) * ky + 1};
    if (l->w > SIDE_MAX || l->h > SIDE_MAX)
        return -1;
    l->u = subdivide(f->x, f->nx, kx, f->half_x);
    l->v = subdivide(f->y, f->ny, ky, f->half_y);
    l->point = malloc(l->w * l->h * 3 * sizeof *l->point);
    l->quad = malloc((l->w - 1) * (l->h - 1));
    return l->u && l->v && l->point && l->quad ? 0 : -1;
}

static void lattice_free(struct lattice *l)
{
    free(l->u);
    free(l->v);
    free(l->point);
    free(l->quad);
}

static void lattice_points(struct lattice *l, const struct scene *s)
{
    for (size_t j = 0; j < l->h; j++)
        for (size_t i = 0; i < l->w; i++) {
            float *p = l->point + 3 * (j * l->w + i), u = l->u[i], v = l->v[j];
            float way = s->corner > 0 ? outline(u, v, s->corner) : 1;
            struct field_spot spot;

            p[0] = u * way * s->field.half_x;
            p[1] = v * way * s->field.half_y;
            p[2] = field_near(&s->field, p[0], p[1], &spot) ? spot.z : NAN;
        }
    for (size_t j = 0; j + 1 < l->h; j++)
        for (size_t i = 0; i + 1 < l->w; i++) {
            const float *p = l->point + 3 * (j * l->w + i), *q = p + 3 * l->w;
            struct field_spot spot;
            bool there = isfinite(p[2] + p[5] + q[2] + q[5]) &&
                         (!s->field.n_holes || field_at(&s->field, (p[0] + p[3] + q[0] + q[3]) / 4,
                                                        (p[1] + p[4] + q[1] + q[4]) / 4, &spot));

            l->quad[j * (l->w - 1) + i] = there;
            l->n_missing += !there;
        }
    for (size_t k = 0; k < l->w * l->h; k++)
        if (!isfinite(l->point[3 * k + 2]))
            l->point[3 * k + 2] = 0; /* of no quad */
}

static bool quad_there(const struct lattice *l, size_t i, size_t j)
{
    return i + 1 < l->w && j + 1 < l->h && l->quad[j * (l->w - 1) + i];
}

/* Runs of quads in a row, or all at once; counts only where `to` is NULL. */
static size_t grids(const struct lattice *l, struct RTCGrid *to)
{
    size_t n = 0;

    if (!l->n_missing) {
        if (to)
            *to = (struct RTCGrid){0, (unsigned)l->w, (unsigned short)l->w, (unsigned short)l->h};
        return 1;
    }
    for (size_t j = 0; j + 1 < l->h; j++)
        for (size_t i = 0, run; i + 1 < l->w; i += run + 1) {
            for (run = 0; quad_there(l, i + run, j);)
                run++;
            if (!run)
                continue;
            if (to)
                to[n] = (struct RTCGrid){(unsigned)(j * l->w + i), (unsigned)l->w,
                                         (unsigned short)(run + 1), 2};
            n++;
        }
    return n;
}

static int attach(struct scene *s, RTCScene scene, RTCGeometry g, unsigned id)
{
    rtcCommitGeometry(g);
    rtcAttachGeometryByID(scene, g, id);
    rtcReleaseGeometry(g);
    return rtcGetDeviceError(s->device) == RTC_ERROR_NONE ? 0 : -1;
}

static int attach_surface(struct scene *s, const struct lattice *l)
{
    RTCGeometry g = rtcNewGeometry(s->device, RTC_GEOMETRY_TYPE_GRID);
    size_t n = grids(l, NULL), bytes = l->w * l->h * 3 * sizeof(float);
    float *point;
    struct RTCGrid *grid;

    if (!n) {
        rtcReleaseGeometry(g);
        return 0;
    }
    point = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3,
                                    3 * sizeof(float), l->w * l->h);
    grid = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_GRID, 0, RTC_FORMAT_GRID, sizeof *grid, n);
    if (!point || !grid) {
        rtcReleaseGeometry(g);
        return -1;
    }
    for (size_t k = 0; k < bytes / sizeof(float); k++)
        point[k] = l->point[k];
    grids(l, grid);
    return attach(s, s->terrain, g, GEOMETRY_SURFACE);
}

/* Walls under the edges between a quad and none; counts only where `to` is NULL. */
static size_t walls(const struct scene *s, const struct lattice *l, float *to)
{
    size_t n = 0;

    for (size_t j = 0; j < l->h; j++)
        for (size_t i = 0; i < l->w; i++)
            for (int up = 0; up < 2; up++) { /* the edge to the right, the edge up */
                bool a = quad_there(l, i, j);
                bool b = up ? i > 0 && quad_there(l, i - 1, j) : j > 0 && quad_there(l, i, j - 1);
                const float *p = l->point + 3 * (j * l->w + i), *q;

                if (a == b)
                    continue;
                q = up ? p + 3 * l->w : p + 3;
                if (to)
                    for (int k = 0; k < 4; k++) {
                        const float *top = k == 0 || k == 3 ? p : q;
                        float *v = to + 12 * n + 3 * k;

                        v[0] = top[0];
                        v[1] = top[1];
                        v[2] = k < 2                         ? top[2]
                               : s->style.body == BODY_SHEET ? top[2] - s->style.base
                                                             : -s->style.base;
                    }
                n++;
            }
    return n;
}

static int attach_walls(struct scene *s, const struct lattice *l)
{
    RTCGeometry g = rtcNewGeometry(s->device, RTC_GEOMETRY_TYPE_QUAD);
    size_t n = walls(s, l, NULL);
    float *point;
    unsigned *index;

    if (!n) {
        rtcReleaseGeometry(g);
        return 0;
    }
    point = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3,
                                    3 * sizeof(float), 4 * n);
    index = rtcSetNewGeometryBuffer(g, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT4,
                                    4 * sizeof(unsigned), n);
    if (!point || !index) {
        rtcReleaseGeometry(g);
        return -1;
    }
    walls(s, l, point);
    for (size_t k = 0; k < 4 * n; k++)
        index[k] = (unsigned)k;
    return attach(s, s->terrain, g, GEOMETRY_WALL);
}

int scene_mesh(struct scene *s, size_t target)
{
    struct lattice l;
    int rc = -1;

    if (!s->device && !(s->device = trace_device()))
        return -1;
    if (s->terrain)
        rtcReleaseScene(s->terrain);
    s->terrain = rtcNewScene(s->device);
    rtcSetSceneFlags(s->terrain, RTC_SCENE_FLAG_ROBUST);
    if (lattice_init(&l, &s->field, target) == 0) {
        lattice_points(&l, s);
        if (attach_surface(s, &l) == 0 && attach_walls(s, &l) == 0)
            rc = trace_commit(s->device, s->terrain);
    }
    lattice_free(&l);
    return rc;
}
