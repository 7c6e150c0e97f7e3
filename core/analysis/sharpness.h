/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sharpness.h -- how wide a minimum is in the plane, and how steep its surroundings are.
 *
 *     sharpness_flat      the largest radius within which the loss stays below 1.1 x minimum
 *     sharpness_box       epsilon-sharpness (Keskar et al. 2017, metric 2.1) in the plane
 *     sharpness_curvature second derivatives at one point
 *
 * Distances are those between parameter vectors.
 */
#ifndef CORE_SHARPNESS_H
#define CORE_SHARPNESS_H

#include "probe.h"

#define FLAT_FACTOR 1.1

struct flat_radius {
    double x, y, loss; /* the minimum it is about, or where none was found the end point */
    bool of_minimum;
    double level;      /* FLAT_FACTOR x loss */
    double radius;     /* NaN: it means nothing, because the loss there is not positive or the
                          point is outside of the grid */
    double upper;      /* the loss is above the level at this distance already */
    double to_x, to_y; /* there */
    bool at_least;     /* the edge of the grid came first */
};

struct box_sharpness {
    double epsilon;
    double width[2]; /* half of the box, along each orthonormal direction of the plane */
    double value;    /* per cent */
    double highest;  /* the largest loss in the box */
};

struct curvature {
    double x, y, loss;
    struct hessian h;
    double lambda[2];    /* by (x, y) */
    double curvature[2]; /* per unit of distance */
    double slope;        /* of the loss, likewise */
    bool by_gradient;
};

/* Around (x, y), where the loss is `loss`. */
int sharpness_flat(struct flat_radius *f, struct probe *p, const struct tw_grid *g, double x,
                   double y, double loss, struct error *err);

int sharpness_box(struct box_sharpness *b, size_t n, struct probe *p, double x, double y,
                  struct error *err);

/* `dx` and `dy` are steps over which the loss may be differenced. */
int sharpness_curvature(struct curvature *c, struct probe *p, double x, double y, double dx,
                        double dy, struct error *err);

#endif
