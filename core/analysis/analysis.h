/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis.h -- what a terrain tells: everything that is worked out between the grid and the
 * sinks.
 *
 *     analysis_run     as the section `analysis` of the pipeline says
 *     analysis_free
 *
 * Critical points and sharpness are those of the true loss in the plane; merge tree and
 * convexity those of the grid.
 */
#ifndef CORE_ANALYSIS_H
#define CORE_ANALYSIS_H

#include "barrier.h"
#include "critical.h"
#include "sharpness.h"
#include "words.h"

/* What an analysis is about. */
struct subject {
    struct model *model;
    const struct plane *plane;
    const struct tw_grid *grid;
    const double *theta;                 /* the end point */
    const struct tw_track *const *track; /* n_tracks; the last one ends there */
    size_t n_tracks;
    const struct environment *env;
};

struct convexity_summary {
    double *ratio;     /* as tw_grid.plane_convexity; NULL: not asked for */
    size_t n_known;    /* cells */
    size_t n_negative; /* those that curve down in some direction */
    double worst;      /* the lowest ratio; NaN: none is known */
    double worst_x, worst_y;
};

/* How much of the movement of a path is in the plane. */
struct movement {
    double total, off; /* sums of squared distances: from the end point's projection, from the
                          plane */
    double share;      /* 1 - off / total; NaN: nothing moved */
    double farthest;   /* the largest distance from the plane */
    double length;     /* the distance from the first point's projection to the last's */
};

#define BOXES 2
struct analysis {
    bool done;
    double noise;  /* of one loss */
    size_t lowest; /* cell of the grid; SIZE_MAX: none is finite */
    size_t n_finite;
    double end[2], end_off, end_loss; /* projection of the end point, distance, loss there */
    bool has_critical, has_sharpness;
    struct mergetree low;
    struct critical critical;
    struct flat_radius flat;
    struct box_sharpness box[BOXES];
    struct curvature curvature;
    struct convexity_summary convexity;
    struct barrier barrier[BARRIERS];
    size_t n_barriers;
    struct movement *movement; /* one a track */
    size_t n_movements;
    size_t n_points, n_gradients; /* that it took */
};

int analysis_run(struct analysis *a, const struct analysis_keys *keys, const struct subject *s,
                 struct error *err);
void analysis_free(struct analysis *a);

/* What words and report.json say of it; scores of the end point where they are known. */
void analysis_findings(const struct analysis *a, const struct subject *s, struct findings *f);

#endif
