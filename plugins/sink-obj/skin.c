/* SPDX-License-Identifier: GPL-3.0-or-later */
/* skin.c -- see mesh.h: the surface of a terrain, and a base for the printer below it.
 *
 * The base stands wherever there is surface: a hole in the landscape goes through to the floor,
 * with walls of its own.  Every edge of the whole body belongs to exactly two triangles, which go
 * along it in opposite directions: the walls share the lattice's points on the border, and so does
 * the floor, whose inside is coarser.
 */
#include "mesh.h"

#include <stdlib.h>

/* ---- the surface ------------------------------------------------------------------------- */

/* A cell that has the lattice point (a, b) on it. */
static bool owner(const struct terrain *t, size_t a, size_t b, size_t *i, size_t *j)
{
    size_t k = t->pieces, ca = a / k, cb = b / k;

    for (size_t q = 0; q < 4; q++) {
        size_t left = q % 2, below = q / 2;

        if ((left && (a % k || ca == 0)) || (below && (b % k || cb == 0)))
            continue;
        *i = ca - left;
        *j = cb - below;
        if (terrain_cell(t, *i, *j))
            return true;
    }
    return false;
}

static void skin_row(struct mesh *m, const struct terrain *t, uint32_t *index, size_t b)
{
    const struct heightfield *f = &t->field;
    float y = terrain_y(t, b);

    for (size_t a = 0; a < t->w; a++) {
        struct vec at, normal;
        size_t i, j;
        uint32_t v;
        float s;

        if (!owner(t, a, b, &i, &j))
            continue;
        terrain_spot(t, i, j, terrain_x(t, a), y, &at, &normal, &s);
        v = mesh_vertex(m, at, normal);
        index[b * t->w + a] = v + 1;
        if (m->has_uv) {
            m->uv[v][0] = clamp01(0.5f + at.x / f->half_x / 2);
            m->uv[v][1] = clamp01(0.5f + at.y / f->half_y / 2);
        }
        if (m->has_colour)
            m->colour[v] = palette_rgb24((enum palette)t->cfg->palette, (double)s);
    }
}

static float apart(const struct mesh *m, uint32_t a, uint32_t b)
{
    struct vec d = vec_sub(m->at[a], m->at[b]);

    return vec_dot(d, d);
}

/* Cut along the shorter diagonal, so that ridges are not notched. */
static void quadrangle(struct mesh *m, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    if (apart(m, a, c) <= apart(m, b, d)) {
        mesh_face(m, a, b, c);
        mesh_face(m, a, c, d);
    } else {
        mesh_face(m, b, c, d);
        mesh_face(m, b, d, a);
    }
}

int mesh_skin(struct mesh *m, const struct terrain *t, uint32_t *index, const struct tw_host *host,
              double from, double to)
{
    size_t k = t->pieces, per_cell = k * k, n_v = t->w * t->h;

    if (t->n_cells < n_v / per_cell / 4) /* most of it is holes */
        n_v = t->n_cells * (k + 1) * (k + 1);
    if (mesh_room(m, n_v, 2 * t->n_cells * per_cell))
        return -1;
    for (size_t b = 0; b < t->h; b++) {
        skin_row(m, t, index, b);
        for (size_t a = 0; b > 0 && a + 1 < t->w; a++) {
            const uint32_t *v = index + (b - 1) * t->w + a;

            if (terrain_cell(t, a / k, (b - 1) / k))
                quadrangle(m, v[0] - 1, v[1] - 1, v[t->w + 1] - 1, v[t->w] - 1);
        }
        if (host->tick(host, from + (to - from) * (double)(b + 1) / (double)t->h, "mesh"))
            return TW_ECANCELLED;
    }
    m->skin_v = m->n_v;
    m->skin_f = m->n_f;
    return 0;
}

/* ---- the base ----------------------------------------------------------------------------- */

struct base {
    struct mesh *m;
    const struct mesh *skin;
    const struct terrain *t;
    const uint32_t *index;
    uint32_t *under; /* as `index`: vertices of the floor */
    float z;
};

/* The neighbour of cell (i, j) on side 0 to 3: below, right, above, left. */
static bool neighbour(const struct terrain *t, size_t i, size_t j, int side)
{
    static const int dx[4] = {0, 1, 0, -1}, dy[4] = {-1, 0, 1, 0};

    /* Beyond 0 the numbers wrap around, and are beyond the other border. */
    return terrain_cell(t, i + (size_t)dx[side], j + (size_t)dy[side]);
}

/* The lattice point `step` pieces along a side of cell (i, j), counter-clockwise. */
static size_t on_side(const struct terrain *t, size_t i, size_t j, int side, size_t step)
{
    size_t k = t->pieces, a = i * k, b = j * k;

    switch (side) {
    case 0:
        return b * t->w + a + step;
    case 1:
        return (b + step) * t->w + a + k;
    case 2:
        return (b + k) * t->w + a + k - step;
    default:
        return (b + k - step) * t->w + a;
    }
}

/* The floor's vertex below a lattice point. */
static uint32_t floor_point(struct base *s, size_t p)
{
    if (!s->under[p]) {
        struct vec at = s->skin->at[s->index[p] - 1];

        s->under[p] = mesh_vertex(s->m, (struct vec){at.x, at.y, s->z}, (struct vec){0, 0, -1}) + 1;
    }
    return s->under[p] - 1;
}

/* From lattice point p to q, with the cell on the left. */
static void wall(struct base *s, size_t p, size_t q, int side)
{
    static const struct vec out[4] = {{0, -1, 0}, {1, 0, 0}, {0, 1, 0}, {-1, 0, 0}};
    uint32_t a, b, c, d;

    if (s->m == s->skin) {
        a = s->index[p] - 1;
        b = s->index[q] - 1;
        c = floor_point(s, q);
        d = floor_point(s, p);
    } else {
        struct vec top = s->skin->at[s->index[p] - 1], next = s->skin->at[s->index[q] - 1];

        a = mesh_vertex(s->m, top, out[side]);
        b = mesh_vertex(s->m, next, out[side]);
        c = mesh_vertex(s->m, (struct vec){next.x, next.y, s->z}, out[side]);
        d = mesh_vertex(s->m, (struct vec){top.x, top.y, s->z}, out[side]);
    }
    mesh_face(s->m, b, a, d);
    mesh_face(s->m, b, d, c);
}

static void walls(struct base *s, size_t i, size_t j)
{
    for (int side = 0; side < 4; side++)
        for (size_t q = 0; !neighbour(s->t, i, j, side) && q < s->t->pieces; q++)
            wall(s, on_side(s->t, i, j, side, q), on_side(s->t, i, j, side, q + 1), side);
}

/* A fan of triangles from `middle` to the sides of cell (i, j): those on the border in pieces,
 * others whole. */
static void fan(struct base *s, size_t i, size_t j, uint32_t middle, bool border_only)
{
    for (int side = 0; side < 4; side++) {
        bool inner = neighbour(s->t, i, j, side);
        size_t step = inner ? s->t->pieces : 1;

        for (size_t q = 0; !(inner && border_only) && q < s->t->pieces; q += step) {
            uint32_t a = floor_point(s, on_side(s->t, i, j, side, q));
            uint32_t b = floor_point(s, on_side(s->t, i, j, side, q + step));

            mesh_face(s->m, middle, b, a);
        }
    }
}

static uint32_t floor_middle(struct base *s, float x, float y)
{
    return mesh_vertex(s->m, (struct vec){x, y, s->z}, (struct vec){0, 0, -1});
}

static void floor_cell(struct base *s, size_t i, size_t j)
{
    bool inside = true;

    for (int side = 0; side < 4; side++)
        inside &= neighbour(s->t, i, j, side);
    if (inside || s->t->pieces == 1) {
        uint32_t v[4];

        for (int side = 0; side < 4; side++)
            v[side] = floor_point(s, on_side(s->t, i, j, side, 0));
        mesh_face(s->m, v[0], v[3], v[2]);
        mesh_face(s->m, v[0], v[2], v[1]);
    } else {
        const struct heightfield *f = &s->t->field;

        fan(s, i, j, floor_middle(s, (f->x[i] + f->x[i + 1]) / 2, (f->y[j] + f->y[j + 1]) / 2),
            false);
    }
}

/* How much there will be, at most. */
static int make_room(struct base *s)
{
    const struct terrain *t = s->t;
    size_t nx = t->grid->nx - 1, ny = t->grid->ny - 1, k = t->pieces, border = 0;
    size_t floor = t->n_cells == nx * ny ? 0 : t->n_cells;

    for (size_t j = 0; j < ny; j++)
        for (size_t i = 0; i < nx; i++)
            for (int side = 0; terrain_cell(t, i, j) && side < 4; side++)
                border += neighbour(t, i, j, side) ? 0 : k;
    return mesh_room(s->m, 5 * border + 5 * floor + 1, 3 * border + 4 * floor);
}

static void build(struct base *s)
{
    const struct terrain *t = s->t;
    size_t nx = t->grid->nx - 1, ny = t->grid->ny - 1;
    bool whole = t->n_cells == nx * ny; /* one fan for all of the floor */
    uint32_t middle = whole ? floor_middle(s, 0, 0) : 0;

    for (size_t j = 0; j < ny; j++)
        for (size_t i = 0; i < nx; i++) {
            if (!terrain_cell(t, i, j))
                continue;
            walls(s, i, j);
            if (whole)
                fan(s, i, j, middle, true);
            else
                floor_cell(s, i, j);
        }
}

int mesh_base(struct mesh *m, const struct mesh *skin, const struct terrain *t,
              const uint32_t *index, float z)
{
    struct base s = {.m = m, .skin = skin, .t = t, .index = index, .z = z};

    if (!t->n_cells)
        return 0;
    s.under = calloc(t->w * t->h, sizeof *s.under);
    if (!s.under || make_room(&s)) {
        free(s.under);
        return -1;
    }
    build(&s);
    free(s.under);
    return 0;
}
