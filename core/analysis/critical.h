/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical.h -- critical points of the loss in the plane: where they may be by the grid, where
 * they are by the loss itself.
 *
 *     critical_find      candidates of the grid, each followed to its critical point
 *     critical_free
 *
 * and, in between:
 *
 *     candidates_find    critical-seed.c: cells where the grid changes direction
 *     stencil_refine     critical-stencil.c: quadratics through nine losses, closer and closer
 *     newton_refine      critical-newton.c: Newton's method on the model's own gradient
 */
#ifndef CORE_CRITICAL_H
#define CORE_CRITICAL_H

#include "mergetree.h"
#include "probe.h"

#define CRITICAL_MOST 40 /* candidates that are followed, by persistence */
#define CRITICAL_DEAR 12 /* where each loss counts (probe_is_dear) */

/* A second difference of losses is wrong by at most this times their noise, over the square of
 * the step. */
#define CURVATURE_NOISE 12

enum candidate_state { CANDIDATE_OPEN, CANDIDATE_FOUND, CANDIDATE_LEFT, CANDIDATE_LOST };

/* One point on its way. */
struct candidate {
    double x, y, loss;
    uint32_t want;        /* enum tw_critical_kind, by the grid */
    size_t cell;          /* where it began; NO_MINIMUM: not in a cell */
    double weight;        /* persistence on the grid; 0: none */
    size_t minimum, pass; /* of the merge tree: the one it is, or the one that ends over it */
    enum candidate_state state;
    struct hessian h;
    double h_step;    /* the step, in cells, from whose losses it is; 0: none yet */
    double error;     /* of the place: Euclidean distance between parameter vectors */
    bool by_gradient; /* else by losses alone */
    bool smooth;   /* false: the loss has a kink there, or is too rough for a second derivative */
    uint32_t kind; /* what it turned out to be */
    double lambda[2]; /* by (x, y) */
    double curvature[2];
    double persistence;
    double step;                 /* of the stencil, in cells */
    double best, best_x, best_y; /* of a minimum (maximum) the lowest (highest) loss so far */
    bool search;                 /* the quadratic led it astray: it goes to the best of nine */
};

struct critical {
    struct tw_critical view;
    struct candidate *point; /* as view: minima first, then by loss */
    size_t n;
    size_t n_candidates; /* of the grid */
    size_t n_over;       /* not followed, because they were too many */
    size_t n_left;       /* went beyond the grid */
    size_t n_lost;       /* did not converge */
    size_t n_twice;      /* came to a point that is there already */
    double *numbers;     /* behind the view */
    uint32_t *kinds;
};

/* `low` and `high`: the merge trees of the grid and of its negative, simplified.  A minimum is
 * looked for from `end`, too (NULL: nowhere), which is x, y of a point that matters. */
int critical_find(struct critical *c, struct probe *p, const struct tw_grid *g,
                  const struct mergetree *low, const struct mergetree *high, const double *end,
                  struct error *err);
void critical_free(struct critical *c);

/* All *n of them, heaviest first. */
int candidates_find(const struct tw_grid *g, const struct mergetree *low,
                    const struct mergetree *high, struct candidate **out, size_t *n,
                    struct error *err);

/* *twice counts those that came to the place of another. */
int stencil_refine(struct candidate *c, size_t n, struct probe *p, const struct tw_grid *g,
                   size_t *twice, struct error *err);
int newton_refine(struct candidate *c, struct probe *p, const struct tw_grid *g, struct error *err);

/* The step -inv(H) g, of which the parts along eigenvectors of no curvature are left out. */
void newton_step(const struct hessian *h, const double g[2], bool line, double step[2]);

/* Columns and rows of the grid are so far apart. */
void grid_spacing(const struct tw_grid *g, double d[2]);

bool grid_contains(const struct tw_grid *g, double x, double y);

#endif
