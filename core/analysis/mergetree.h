/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mergetree.h -- the minima of a grid, and how far the water must rise to join them
 * (persistence in dimension 0; Edelsbrunner and Harer 2010, chapter VII).
 *
 *     mergetree_build      every minimum, its birth, death and basin
 *     mergetree_simplify   those of little persistence join the basin into which they flow
 *     mergetree_free
 *
 * Cells are neighbours of the eight around them.  Those that are not finite are outside.  Of
 * equal cells the one of lower index is lower, so a plateau has one minimum and every other one
 * has persistence 0.
 */
#ifndef CORE_MERGETREE_H
#define CORE_MERGETREE_H

#include "../error.h"

#include <stdbool.h>

#define NO_MINIMUM ((size_t)-1)

struct tree_minimum {
    size_t cell;
    double birth;       /* the loss there */
    double death;       /* where it meets a lower one; infinite for the lowest */
    double persistence; /* death - birth */
    size_t pass;        /* the cell where it does */
    size_t parent;      /* the minimum that it joins there, or NO_MINIMUM */
    double spill;       /* the loss at which its basin first reaches the edge of the grid, until
                           its death; infinite: it does not */
    size_t cells;       /* in its basin */
    bool edge;          /* on the edge of the grid: the landscape may go down beyond it */
};

struct mergetree {
    size_t nx, ny;
    struct tree_minimum *minimum; /* by persistence, the highest first, then by birth */
    size_t n;                     /* of all; after mergetree_simplify() of those that count */
    size_t n_noise;               /* the others, which follow */
    double threshold;
    size_t *basin; /* a cell: index of the minimum whose basin it is in, or NO_MINIMUM */
    size_t n_finite;
};

/* sign -1: of the maxima (births are then negated losses). */
int mergetree_build(struct mergetree *t, size_t nx, size_t ny, const double *loss, double sign,
                    struct error *err);
void mergetree_simplify(struct mergetree *t, double threshold);
void mergetree_free(struct mergetree *t);

#endif
