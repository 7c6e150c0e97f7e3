/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mergetree.c -- see mergetree.h.
 *
 * Cells are taken in ascending order.  One without a lower neighbour begins a basin; one that
 * touches several components joins them, and all but the one of lowest birth die there.
 */
#include "mergetree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct cell {
    double value;
    size_t index;
};

struct sweep {
    struct mergetree *tree;
    size_t *up;  /* a minimum: towards the one that represents its component */
    size_t room; /* minima that there is room for */
};

static int ascending(const void *a, const void *b)
{
    const struct cell *p = a, *q = b;
    if (p->value != q->value)
        return p->value < q->value ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

static size_t root(size_t *up, size_t i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

static bool on_edge(const struct mergetree *t, size_t cell)
{
    size_t col = cell % t->nx, row = cell / t->nx;
    return col == 0 || col + 1 == t->nx || (t->ny > 1 && (row == 0 || row + 1 == t->ny));
}

/* The cells around one: their number. */
static size_t around(const struct mergetree *t, size_t cell, size_t to[8])
{
    size_t col = cell % t->nx, row = cell / t->nx, n = 0;
    for (size_t r = row ? row - 1 : 0; r <= row + 1 && r < t->ny; r++)
        for (size_t c = col ? col - 1 : 0; c <= col + 1 && c < t->nx; c++)
            if (r != row || c != col)
                to[n++] = r * t->nx + c;
    return n;
}

static int begin_basin(struct sweep *s, const struct cell *c, struct error *err)
{
    struct mergetree *t = s->tree;
    if (t->n == s->room) {
        size_t room = 2 * s->room + 16;
        struct tree_minimum *m = realloc(t->minimum, room * sizeof *m);
        if (m)
            t->minimum = m;
        size_t *up = realloc(s->up, room * sizeof *up);
        if (up)
            s->up = up;
        if (!m || !up)
            return error_nomem(err);
        s->room = room;
    }
    t->minimum[t->n] = (struct tree_minimum){.cell = c->index,
                                             .birth = c->value,
                                             .death = INFINITY,
                                             .persistence = INFINITY,
                                             .pass = c->index,
                                             .parent = NO_MINIMUM,
                                             .spill = INFINITY,
                                             .edge = on_edge(t, c->index)};
    s->up[t->n] = t->n;
    t->basin[c->index] = t->n++;
    return 0;
}

/* Two components meet.  The minima are numbered in ascending order, so the lower index is
 * the lower one. */
static size_t join(struct sweep *s, size_t a, size_t b, const struct cell *c)
{
    if (a == b)
        return a;
    size_t older = a < b ? a : b, younger = a < b ? b : a;
    struct tree_minimum *m = &s->tree->minimum[younger];
    m->death = c->value;
    m->persistence = c->value - m->birth;
    m->pass = c->index;
    m->parent = older;
    s->up[younger] = older;
    struct tree_minimum *o = &s->tree->minimum[older];
    if (isfinite(m->spill)) /* over the pass and out */
        o->spill = fmin(o->spill, c->value);
    return older;
}

/* The cell joins the basin of its lowest neighbour. */
static int add_cell(struct sweep *s, const struct cell *c, const double *loss, double sign,
                    struct error *err)
{
    struct mergetree *t = s->tree;
    size_t near[8], n = around(t, c->index, near), lowest = NO_MINIMUM, whole = NO_MINIMUM;
    for (size_t i = 0; i < n; i++) {
        if (t->basin[near[i]] == NO_MINIMUM)
            continue;
        const struct cell other = {sign * loss[near[i]], near[i]};
        const struct cell best = {lowest == NO_MINIMUM ? 0 : sign * loss[lowest], lowest};
        if (lowest == NO_MINIMUM || ascending(&other, &best) < 0)
            lowest = near[i];
        size_t component = root(s->up, t->basin[near[i]]);
        whole = whole == NO_MINIMUM ? component : join(s, whole, component, c);
    }
    if (lowest == NO_MINIMUM) {
        if (begin_basin(s, c, err) < 0)
            return -1;
        whole = t->n - 1;
    } else {
        t->basin[c->index] = t->basin[lowest];
    }
    if (on_edge(t, c->index))
        t->minimum[whole].spill = fmin(t->minimum[whole].spill, c->value);
    return 0;
}

static struct cell *sorted_cells(struct mergetree *t, size_t n, const double *loss, double sign)
{
    struct cell *cell = malloc(n * sizeof *cell);
    t->n_finite = 0;
    for (size_t i = 0; cell && i < n; i++)
        if (isfinite(loss[i]))
            cell[t->n_finite++] = (struct cell){sign * loss[i], i};
    if (cell)
        qsort(cell, t->n_finite, sizeof *cell, ascending);
    return cell;
}

/* ---- order and simplification ------------------------------------------------------ */

struct ranked {
    double persistence;
    size_t index;
};

static int by_persistence(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    if (p->persistence != q->persistence)
        return p->persistence > q->persistence ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index; /* lower birth first */
}

static int rank(struct mergetree *t, size_t n_cells, struct error *err)
{
    struct ranked *order = calloc(t->n + 1, sizeof *order);
    struct tree_minimum *m = calloc(t->n + 1, sizeof *m);
    size_t *place = calloc(t->n + 1, sizeof *place);
    int rc = order && m && place ? 0 : error_nomem(err);
    for (size_t i = 0; i < t->n && rc == 0; i++)
        order[i] = (struct ranked){t->minimum[i].persistence, i};
    if (rc == 0)
        qsort(order, t->n, sizeof *order, by_persistence);
    for (size_t i = 0; i < t->n && rc == 0; i++)
        place[order[i].index] = i;
    for (size_t i = 0; i < t->n && rc == 0; i++) {
        m[i] = t->minimum[order[i].index];
        if (m[i].parent != NO_MINIMUM)
            m[i].parent = place[m[i].parent];
    }
    for (size_t i = 0; i < n_cells && rc == 0; i++)
        if (t->basin[i] != NO_MINIMUM)
            m[t->basin[i] = place[t->basin[i]]].cells++;
    if (rc == 0) {
        free(t->minimum);
        t->minimum = m;
        m = NULL;
    }
    free(place);
    free(m);
    free(order);
    return rc;
}

int mergetree_build(struct mergetree *t, size_t nx, size_t ny, const double *loss, double sign,
                    struct error *err)
{
    size_t n = nx * ny;
    *t = (struct mergetree){.nx = nx, .ny = ny};
    struct sweep s = {.tree = t};
    struct cell *cell = sorted_cells(t, n, loss, sign);
    t->basin = malloc(n * sizeof *t->basin);
    int rc = cell && t->basin ? 0 : error_nomem(err);
    for (size_t i = 0; i < n && rc == 0; i++)
        t->basin[i] = NO_MINIMUM;
    for (size_t i = 0; i < t->n_finite && rc == 0; i++)
        rc = add_cell(&s, &cell[i], loss, sign, err);
    if (rc == 0)
        rc = rank(t, n, err);
    free(s.up);
    free(cell);
    if (rc < 0)
        mergetree_free(t);
    return rc;
}

/* A parent has a higher persistence than its child, so it stands before it. */
void mergetree_simplify(struct mergetree *t, double threshold)
{
    size_t all = t->n + t->n_noise, n = 0;
    t->threshold = threshold;
    while (n < all && t->minimum[n].persistence > threshold)
        n++;
    t->n = n;
    t->n_noise = all - n;
    for (size_t i = 0; i < t->nx * t->ny; i++) {
        size_t *at = &t->basin[i];
        while (*at != NO_MINIMUM && *at >= n) {
            t->minimum[*at].cells--;
            *at = t->minimum[*at].parent;
            t->minimum[*at].cells++;
        }
    }
}

void mergetree_free(struct mergetree *t)
{
    free(t->minimum);
    free(t->basin);
    *t = (struct mergetree){0};
}
