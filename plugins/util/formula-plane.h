/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formula-plane.h -- most of the plane extension of a model whose loss is a formula of theta alone:
 * the rows contribute nothing, all of the loss is penalty.
 *
 * struct formula_plane is the first member of the instance. What is left to the model is penalty(),
 * with formula_plane_at() for the entries of theta(x, y).
 */
#ifndef UTIL_FORMULA_PLANE_H
#define UTIL_FORMULA_PLANE_H

#include <math.h>
#include <thalweg/plugin.h>

struct formula_plane {
    const double *origin, *u, *v; /* between begin() and end(); v is NULL on a line */
};

static inline int formula_plane_begin(void *self, const double *origin, const double *u,
                                      const double *v)
{
    struct formula_plane *p = self;

    p->origin = origin;
    p->u = u;
    p->v = v;
    return TW_OK;
}

static inline int formula_plane_eval(void *self, size_t first_row, size_t n_rows, size_t n_points,
                                     const double *xy, struct tw_sum *loss_sum, double *correct)
{
    (void)self;
    (void)first_row;
    (void)n_rows;
    (void)xy;
    for (size_t k = 0; k < n_points; k++) {
        loss_sum[k] = (struct tw_sum){0, 0};
        if (correct)
            correct[k] = NAN;
    }
    return TW_OK;
}

static inline void formula_plane_end(void *self)
{
    formula_plane_begin(self, NULL, NULL, NULL);
}

static inline double formula_plane_at(const struct formula_plane *p, size_t i, const double xy[2])
{
    return p->origin[i] + xy[0] * p->u[i] + xy[1] * (p->v ? p->v[i] : 0);
}

#endif
