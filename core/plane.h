/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plane.h -- the dimensions of a landscape, and what of a path they show.
 *
 *     plane_find      ask the reducer for a plane of its family
 *     plane_implicit  one or two weights: their axes (the poster's first approach)
 *     plane_track     project a trajectory onto the plane
 *     plane_free, track_free
 *
 * A plane with one axis is a line: v is zero, and so is every y.
 */
#ifndef CORE_PLANE_H
#define CORE_PLANE_H

#include "model.h"
#include "path.h"

/* The public struct and the buffers behind it; plus a Gram matrix, since
 * directions need be neither orthogonal nor of unit length. */
struct plane {
    struct tw_plane view;
    double gram[4]; /* u.u u.v v.u v.v; of a line only the first */
};

/* Plane `index` of the family, from n_paths paths; `through` may be NULL.  Returns 0,
 * or 1 when there are no more, or -1.  Checks what the reducer gave: finite, u and v
 * neither zero nor parallel. */
int plane_find(struct plane *p, struct instance *reducer, struct model *model,
               const struct path *paths, size_t n_paths, const double *theta, size_t index,
               const double *through, struct error *err);

/* A model with one or two weights, biases aside: origin is theta with them at
 * zero, so that the axes read the weights themselves.  Returns 1 when the
 * model has another number of weights, which goes into *n_weights. */
int plane_implicit(struct plane *p, struct model *model, const double *theta, size_t *n_weights,
                   struct error *err);

/* Why two directions with these products u.u, v.v and u.v span no plane; NULL: they do. */
const char *plane_flaw(double uu, double vv, double uv);

void plane_free(struct plane *p);

/* Coordinates of the orthogonal projection of theta; its distance, if wanted. */
int plane_project(const struct plane *p, const double *theta, double xy[2], double *residual,
                  struct error *err);

/* step, x, y, loss and residual of every point; plane_loss is NaN until the
 * grid evaluator has filled it in.  The arrays are one block. */
struct track {
    struct tw_track view;
    double *x, *y, *loss, *plane_loss, *residual;
    uint64_t *step;
    double *memory;
};

int plane_track(const struct plane *p, const struct path *path, struct track *out,
                struct error *err);
void track_free(struct track *t);

#endif
