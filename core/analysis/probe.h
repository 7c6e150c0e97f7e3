/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.h -- the true loss in the plane, for the analysis of a terrain.
 *
 *     probe_init       the model and the plane that the grid was made of
 *     probe_loss       at any list of points, in any order, by points_evaluate()
 *     probe_noise      how rough the loss is: the error of one value
 *     probe_gradient   one point's gradient in the plane, from that of the model
 *     probe_hessian    likewise the second derivatives
 *     probe_affords    are so many gradients within what an analysis may cost?
 *     probe_free
 *
 * The budget counts rows times parameters, never time, so that the same pipeline
 * does the same work on any machine.
 */
#ifndef CORE_PROBE_H
#define CORE_PROBE_H

#include "../grid.h"
#include "terrain.h"

struct probe {
    struct model *model;
    const struct plane *plane;
    struct environment env; /* without progress: an analysis is one stage */
    bool line;
    double noise;    /* of probe_noise(); 0 before */
    size_t n_points; /* evaluated so far */
    size_t n_gradients;
    double budget;                      /* rows x parameters that gradients may still go through */
    double *theta, *gradient, *product; /* dim each, made when first needed */
};

void probe_init(struct probe *p, struct model *model, const struct plane *plane, bool line,
                const struct environment *env);
void probe_free(struct probe *p);

/* Losses of the points x, y, x, y, ... */
int probe_loss(struct probe *p, size_t n, const double *xy, double *loss, struct error *err);

/* Estimate the noise of a value near (x, y), where dx is a step over which the loss is smooth,
 * from a table of differences (More and Wild 2011). */
int probe_noise(struct probe *p, double x, double y, double dx, struct error *err);

int probe_gradient(struct probe *p, double x, double y, double *loss, double g[2],
                   struct error *err);
int probe_hessian(struct probe *p, double x, double y, struct hessian *h, struct error *err);

bool probe_affords(const struct probe *p, size_t n_gradients);

/* So large that each point counts. */
bool probe_is_dear(const struct probe *p);

#endif
