/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mesh.c -- see mesh.h: triangles, spheres and tubes. */
#include "mesh.h"

#include <stdlib.h>

#define PI           3.14159265358979323846
#define BALL_RINGS   24 /* quadrangles from pole to pole */
#define BALL_SECTORS 48
#define TUBE_SIDES   8

static int grow(void *array, size_t room, size_t size)
{
    void **p = array, *more;

    if (room > SIZE_MAX / size)
        return -1;
    more = realloc(*p, room * size);
    if (!more)
        return -1;
    *p = more;
    return 0;
}

static size_t enough(size_t room, size_t need)
{
    return room > need - need / 3 ? room + room / 2 : need;
}

int mesh_room(struct mesh *m, size_t v, size_t f)
{
    if (m->n_v + v > UINT32_MAX - 2 || m->n_f + f > SIZE_MAX / 2)
        return -1;
    if (m->n_v + v > m->room_v) {
        size_t n = enough(m->room_v, m->n_v + v);

        if (grow(&m->at, n, sizeof *m->at) || grow(&m->normal, n, sizeof *m->normal) ||
            (m->has_uv && grow(&m->uv, n, sizeof *m->uv)) ||
            (m->has_colour && grow(&m->colour, n, sizeof *m->colour)))
            return -1;
        m->room_v = n;
    }
    if (m->n_f + f > m->room_f) {
        size_t n = enough(m->room_f, m->n_f + f);

        if (grow(&m->face, n, sizeof *m->face))
            return -1;
        m->room_f = n;
    }
    return 0;
}

uint32_t mesh_vertex(struct mesh *m, struct vec at, struct vec normal)
{
    size_t k = m->n_v++;

    m->at[k] = at;
    m->normal[k] = normal;
    if (m->has_uv)
        m->uv[k][0] = m->uv[k][1] = 0;
    if (m->has_colour)
        m->colour[k] = 0xc8ccd2;
    return (uint32_t)k;
}

void mesh_face(struct mesh *m, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t *f = m->face[m->n_f++];

    f[0] = a;
    f[1] = b;
    f[2] = c;
}

void mesh_free(struct mesh *m)
{
    free(m->at);
    free(m->normal);
    free(m->uv);
    free(m->colour);
    free(m->face);
    *m = (struct mesh){0};
}

/* ---- spheres ---------------------------------------------------------------------------- */

/* Outwards, at so much of the way from the upper pole to the lower, and around. */
static struct vec on_sphere(double down, double around)
{
    double a = PI * down, b = 2 * PI * around;

    return (struct vec){(float)(sin(a) * cos(b)), (float)(sin(a) * sin(b)), (float)cos(a)};
}

int mesh_sphere(struct mesh *m, struct vec centre, float radius, size_t rings, size_t sectors)
{
    uint32_t first = (uint32_t)m->n_v, s = (uint32_t)sectors, last;

    if (mesh_room(m, (rings - 1) * sectors + 2, 2 * (rings - 1) * sectors))
        return -1;
    for (size_t i = 1; i < rings; i++)
        for (size_t k = 0; k < sectors; k++) {
            struct vec n = on_sphere((double)i / (double)rings, (double)k / (double)sectors);

            mesh_vertex(m, vec_along(centre, n, radius), n);
        }
    last = first + (uint32_t)(rings - 1) * s;
    for (uint32_t k = 0; k < 2; k++) {
        struct vec n = {0, 0, k ? -1.0f : 1.0f};

        mesh_vertex(m, vec_along(centre, n, radius), n);
    }
    for (uint32_t k = 0; k < s; k++) {
        uint32_t next = (k + 1) % s;

        mesh_face(m, last, first + k, first + next);
        for (uint32_t i = 0; i + 2 < rings; i++) {
            uint32_t a = first + i * s, b = a + s;

            mesh_face(m, a + k, b + k, b + next);
            mesh_face(m, a + k, b + next, a + next);
        }
        mesh_face(m, last + 1, last - s + next, last - s + k);
    }
    return 0;
}

/* A belt around the middle, and both poles. */
static bool on_stripe(size_t ring)
{
    return ring < 4 || ring >= BALL_RINGS - 4 || (ring >= 10 && ring < 14);
}

int mesh_ball(struct mesh *m, float radius, uint32_t colour, uint32_t stripe)
{
    const size_t row = BALL_SECTORS + 1;
    const struct vec middle = {0, 0, 0};

    if (mesh_room(m, 2 * BALL_RINGS * row, 2 * BALL_RINGS * BALL_SECTORS))
        return -1;
    for (size_t i = 0; i < BALL_RINGS; i++) { /* each ring has its own vertices: a clean edge */
        uint32_t first = (uint32_t)m->n_v;

        for (size_t k = 0; k < 2 * row; k++) {
            struct vec n = on_sphere((double)(i + k / row) / BALL_RINGS,
                                     (double)(k % row % BALL_SECTORS) / BALL_SECTORS);

            m->colour[mesh_vertex(m, vec_along(middle, n, radius), n)] =
                on_stripe(i) ? stripe : colour;
        }
        for (uint32_t k = 0; k < BALL_SECTORS; k++) {
            uint32_t a = first + k, b = a + (uint32_t)row;

            if (i + 1 < BALL_RINGS)
                mesh_face(m, a, b, b + 1);
            if (i > 0)
                mesh_face(m, a, b + 1, a + 1);
        }
    }
    return 0;
}

/* ---- tubes ------------------------------------------------------------------------------ */

static bool unit(struct vec v, struct vec *to)
{
    float n = vec_dot(v, v);

    if (!(n > 1e-20f))
        return false;
    *to = vec_scale(v, 1 / sqrtf(n));
    return true;
}

/* The direction at point i; where the way turns back on itself, that which leads there. */
static struct vec direction(const struct vec *at, size_t n, size_t i)
{
    struct vec d = {1, 0, 0};

    if (!unit(vec_sub(at[i + 1 < n ? i + 1 : i], at[i > 0 ? i - 1 : i]), &d) && i > 0)
        unit(vec_sub(at[i], at[i - 1]), &d);
    return d;
}

/* One ring of the tube; `side` is carried along so that the tube does not twist. */
static void ring(struct mesh *m, struct vec at, struct vec along, struct vec *side, float radius)
{
    struct vec across;

    if (!unit(vec_along(*side, along, -vec_dot(*side, along)), side))
        vec_base(along, side, &across);
    across = vec_cross(along, *side);
    for (size_t k = 0; k < TUBE_SIDES; k++) {
        double a = 2 * PI * (double)k / TUBE_SIDES;
        struct vec n = vec_along(vec_scale(*side, (float)cos(a)), across, (float)sin(a));

        mesh_vertex(m, vec_along(at, n, radius), n);
    }
}

static void cap(struct mesh *m, struct vec at, struct vec out, uint32_t first, bool end)
{
    uint32_t middle = mesh_vertex(m, at, out);

    for (uint32_t k = 0; k < TUBE_SIDES; k++) {
        uint32_t next = (k + 1) % TUBE_SIDES;

        mesh_face(m, middle, first + (end ? k : next), first + (end ? next : k));
    }
}

int mesh_tube(struct mesh *m, const struct vec *at, size_t n, float radius)
{
    uint32_t first = (uint32_t)m->n_v, s = TUBE_SIDES;
    struct vec side = {0, 0, 1}, along;

    if (n < 2)
        return 0;
    if (mesh_room(m, n * s + 2, 2 * n * s))
        return -1;
    for (size_t i = 0; i < n; i++)
        ring(m, at[i], direction(at, n, i), &side, radius);
    for (uint32_t i = 0; i + 1 < n; i++)
        for (uint32_t k = 0; k < s; k++) {
            uint32_t a = first + i * s, next = (k + 1) % s;

            mesh_face(m, a + k, a + next, a + s + next);
            mesh_face(m, a + k, a + s + next, a + s + k);
        }
    along = direction(at, n, 0);
    cap(m, vec_along(at[0], along, -0.7f * radius), vec_scale(along, -1), first, false);
    along = direction(at, n, n - 1);
    cap(m, vec_along(at[n - 1], along, 0.7f * radius), along, first + (uint32_t)(n - 1) * s, true);
    return 0;
}
