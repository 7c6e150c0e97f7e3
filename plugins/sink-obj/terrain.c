/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terrain.c -- see terrain.h. */
#include "terrain.h"

#include <stdlib.h>
#include <string.h>

#define WIDE_MIN   0.6         /* the shorter side by the longer, at least: as for the ball */
#define TALL_MIN   (1.0 / 1.6) /* the same where y is the longer one */
#define SIDE_AUTO  200         /* pieces of the longer side, about */
#define PIECES_MAX 16          /* of a cell, if that is left to us */

bool terrain_cell(const struct terrain *s, size_t i, size_t j)
{
    size_t nx = s->grid->nx, ny = s->grid->ny;

    return i < nx - 1 && j < ny - 1 && s->cell[j * (nx - 1) + i];
}

/* Around the inner grid point (i, j) just two cells are there, across from each other: one of them
 * goes, and whatever that does to its other corners is seen in the next round. */
static bool cut_pinch(struct terrain *s, size_t i, size_t j)
{
    size_t row = s->grid->nx - 1;
    uint8_t *c = s->cell + (j - 1) * row + i - 1;

    if (c[0] != c[row + 1] || c[1] != c[row] || c[0] == c[1])
        return false;
    *(c[0] ? &c[row + 1] : &c[row]) = 0;
    s->n_cells--;
    s->n_cut++;
    return true;
}

static void cut_pinches(struct terrain *s)
{
    bool again = s->field.n_holes > 0;

    while (again) {
        again = false;
        for (size_t j = 1; j + 1 < s->grid->ny; j++)
            for (size_t i = 1; i + 1 < s->grid->nx; i++)
                again |= cut_pinch(s, i, j);
    }
}

static int set_lattice(struct terrain *s)
{
    size_t nx = s->grid->nx, ny = s->grid->ny, most = (nx > ny ? nx : ny) - 1;

    s->pieces = (SIDE_AUTO + most - 1) / most;
    s->pieces = s->pieces > PIECES_MAX ? PIECES_MAX : s->pieces;
    if (s->cfg->upsample != TW_INT_AUTO)
        s->pieces = (size_t)s->cfg->upsample;
    if (most > UINT32_MAX / s->pieces - 1)
        return -1;
    s->w = (nx - 1) * s->pieces + 1;
    s->h = (ny - 1) * s->pieces + 1;
    /* Vertices, and twice as many triangles, are counted with 32 bits. */
    return s->w > UINT32_MAX / 4 / s->h ? -1 : 0;
}

int terrain_new(struct terrain *s, const struct obj_config *cfg, const struct tw_grid *g,
                const double *height, bool solid)
{
    size_t n = g->nx * g->ny, n_cells = (g->nx - 1) * (g->ny - 1);
    double aspect =
        g->y[g->ny - 1] / 2 - g->y[0] / 2 > g->x[g->nx - 1] / 2 - g->x[0] / 2 ? TALL_MIN : WIDE_MIN;

    *s = (struct terrain){.cfg = cfg, .grid = g};
    s->t = malloc(n * sizeof *s->t);
    s->cell = malloc(n_cells);
    if (set_lattice(s) || !s->t || !s->cell ||
        scale_fit(&s->scale, g->loss, n, (enum scale_log)cfg->log, cfg->vmin, cfg->vmax))
        return -1;
    for (size_t i = 0; i < n; i++)
        s->t[i] = scale_t(&s->scale, g->loss[i]);
    if (field_init(&s->field, g, g->loss, &s->scale, height, (float)cfg->height, aspect))
        return -1;
    for (size_t i = 0; i < n_cells; i++)
        s->n_cells += s->cell[i] = !s->field.hole[i];
    if (solid)
        cut_pinches(s);
    return 0;
}

void terrain_free(struct terrain *s)
{
    free(s->t);
    free(s->cell);
    field_free(&s->field);
    s->t = NULL;
    s->cell = NULL;
}

void terrain_spot(const struct terrain *s, size_t i, size_t j, float x, float y, struct vec *at,
                  struct vec *normal, float *t)
{
    struct field_spot spot;

    field_patch(&s->field, i, j, x, y, &spot);
    *at = (struct vec){x, y, s->field.low + spot.z};
    if (normal)
        *normal = field_normal(&spot);
    if (t)
        *t = spot.t;
}

bool terrain_at(const struct terrain *s, double x, double y, struct vec *at)
{
    struct field_spot spot;

    if (!isfinite(x + y))
        return false;
    at->x = field_room_x(&s->field, x);
    at->y = field_room_y(&s->field, y);
    if (!field_near(&s->field, at->x, at->y, &spot))
        return false;
    at->z = s->field.low + spot.z;
    return true;
}

static float between(const float *x, size_t n, size_t pieces, size_t at)
{
    size_t i = at / pieces, k = at % pieces;

    return k == 0 || i + 1 >= n ? x[i] : x[i] + (x[i + 1] - x[i]) * (float)k / (float)pieces;
}

float terrain_x(const struct terrain *s, size_t a)
{
    return between(s->field.x, s->grid->nx, s->pieces, a);
}

float terrain_y(const struct terrain *s, size_t b)
{
    return between(s->field.y, s->grid->ny, s->pieces, b);
}
