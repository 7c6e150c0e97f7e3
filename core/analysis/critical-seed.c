/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical-seed.c -- candidates_find() of critical.h.
 *
 * A smooth function has its minima, the saddles that join their basins, its maxima and the
 * saddles between those in the two merge trees of the grid.  What the grid is too coarse for
 * shows as a cell in whose corners both differences change sign.
 */
#include "critical.h"

#include <math.h>
#include <stdlib.h>

void grid_spacing(const struct tw_grid *g, double d[2])
{
    d[0] = (g->x[g->nx - 1] - g->x[0]) / (double)(g->nx - 1);
    d[1] = g->ny > 1 ? (g->y[g->ny - 1] - g->y[0]) / (double)(g->ny - 1) : 0;
}

bool grid_contains(const struct tw_grid *g, double x, double y)
{
    return g->x[0] <= x && x <= g->x[g->nx - 1] && g->y[0] <= y && y <= g->y[g->ny - 1];
}

struct list {
    struct candidate *at;
    size_t n, room;
    bool *taken; /* a cell */
};

static bool inner(const struct tw_grid *g, size_t cell)
{
    size_t col = cell % g->nx, row = cell / g->nx;
    return col > 0 && col + 1 < g->nx && (g->ny == 1 || (row > 0 && row + 1 < g->ny));
}

static int add(struct list *l, const struct tw_grid *g, struct candidate c, struct error *err)
{
    if (!inner(g, c.cell) || l->taken[c.cell])
        return 0;
    if (l->n == l->room) {
        size_t room = 2 * l->room + 64;
        struct candidate *at = realloc(l->at, room * sizeof *at);
        if (!at)
            return error_nomem(err);
        l->at = at;
        l->room = room;
    }
    l->taken[c.cell] = true;
    c.x = g->x[c.cell % g->nx];
    c.y = g->y[c.cell / g->nx];
    c.loss = g->loss[c.cell];
    c.step = 1;
    c.smooth = true;
    c.best = INFINITY;
    c.error = c.persistence = NAN;
    l->at[l->n++] = c;
    return 0;
}

/* The minima of a tree, then the passes between them. */
static int add_tree(struct list *l, const struct tw_grid *g, const struct mergetree *t,
                    uint32_t kind, struct error *err)
{
    bool low = kind == TW_MINIMUM;
    int rc = 0;
    for (size_t i = 0; i < t->n && rc == 0; i++)
        rc = add(l, g,
                 (struct candidate){.want = kind,
                                    .cell = t->minimum[i].cell,
                                    .weight = t->minimum[i].persistence,
                                    .minimum = low ? i : NO_MINIMUM,
                                    .pass = NO_MINIMUM},
                 err);
    for (size_t i = 0; i < t->n && rc == 0; i++)
        if (t->minimum[i].parent != NO_MINIMUM)
            rc = add(l, g,
                     (struct candidate){.want = g->ny > 1 ? TW_SADDLE
                                                : low     ? TW_MAXIMUM
                                                          : TW_MINIMUM,
                                        .cell = t->minimum[i].pass,
                                        .weight = t->minimum[i].persistence,
                                        .minimum = NO_MINIMUM,
                                        .pass = low ? i : NO_MINIMUM},
                     err);
    return rc;
}

/* Central differences, in units of a cell. */
static bool slope(const struct tw_grid *g, size_t cell, double d[2])
{
    const double *f = g->loss + cell;
    d[0] = 0.5 * (f[1] - f[-1]);
    d[1] = 0.5 * (f[g->nx] - *(f - g->nx));
    return isfinite(d[0]) && isfinite(d[1]);
}

/* Does the bilinear slope vanish in the square above and right of the cell, or next to it?
 * The nearest corner then is the candidate. */
static bool vanishes(const struct tw_grid *g, size_t cell, size_t *corner)
{
    double d[4][2], j[4], mean[2] = {0, 0};
    const size_t at[4] = {cell, cell + 1, cell + g->nx, cell + g->nx + 1};
    for (int i = 0; i < 4; i++) {
        if (!slope(g, at[i], d[i]))
            return false;
        mean[0] += 0.25 * d[i][0];
        mean[1] += 0.25 * d[i][1];
    }
    for (int a = 0; a < 2; a++) {
        double lo = fmin(fmin(d[0][a], d[1][a]), fmin(d[2][a], d[3][a]));
        double hi = fmax(fmax(d[0][a], d[1][a]), fmax(d[2][a], d[3][a]));
        if (!(lo < 0 && hi > 0))
            return false;
        j[2 * a] = 0.5 * (d[1][a] + d[3][a] - d[0][a] - d[2][a]);
        j[2 * a + 1] = 0.5 * (d[2][a] + d[3][a] - d[0][a] - d[1][a]);
    }
    double det = j[0] * j[3] - j[1] * j[2];
    double x = 0.5 - (j[3] * mean[0] - j[1] * mean[1]) / det;
    double y = 0.5 - (j[0] * mean[1] - j[2] * mean[0]) / det;
    *corner = at[(x > 0.5) + 2 * (y > 0.5)];
    return x >= -0.25 && x <= 1.25 && y >= -0.25 && y <= 1.25;
}

/* Has one of the cells around it been taken? */
static bool near_taken(const struct list *l, const struct tw_grid *g, size_t cell)
{
    bool taken = false;
    for (size_t r = cell / g->nx - 1; r <= cell / g->nx + 1; r++)
        for (size_t c = cell % g->nx - 1; c <= cell % g->nx + 1; c++)
            taken = taken || l->taken[r * g->nx + c];
    return taken;
}

static int add_squares(struct list *l, const struct tw_grid *g, struct error *err)
{
    int rc = 0;
    for (size_t row = 1; row + 2 < g->ny && rc == 0; row++)
        for (size_t col = 1; col + 2 < g->nx && rc == 0; col++) {
            size_t corner;
            if (vanishes(g, row * g->nx + col, &corner) && !near_taken(l, g, corner))
                rc = add(l, g,
                         (struct candidate){.want = TW_DEGENERATE,
                                            .cell = corner,
                                            .minimum = NO_MINIMUM,
                                            .pass = NO_MINIMUM},
                         err);
        }
    return rc;
}

/* Minima first, then what ends a basin, then the rest. */
static int heaviest(const void *a, const void *b)
{
    const struct candidate *p = a, *q = b;
    bool first = p->want == TW_MINIMUM, other = q->want == TW_MINIMUM;
    if (first != other)
        return first ? -1 : 1;
    if (p->weight != q->weight)
        return p->weight > q->weight ? -1 : 1;
    return p->cell < q->cell ? -1 : p->cell > q->cell;
}

int candidates_find(const struct tw_grid *g, const struct mergetree *low,
                    const struct mergetree *high, struct candidate **out, size_t *n,
                    struct error *err)
{
    struct list l = {.taken = calloc(g->nx * g->ny, sizeof *l.taken)};
    int rc = l.taken ? 0 : error_nomem(err);
    if (rc == 0)
        rc = add_tree(&l, g, low, TW_MINIMUM, err);
    if (rc == 0)
        rc = add_tree(&l, g, high, TW_MAXIMUM, err);
    if (rc == 0)
        rc = add_squares(&l, g, err);
    free(l.taken);
    if (rc < 0) {
        free(l.at);
        return rc;
    }
    if (l.n)
        qsort(l.at, l.n, sizeof *l.at, heaviest);
    *out = l.at;
    *n = l.n;
    return 0;
}
