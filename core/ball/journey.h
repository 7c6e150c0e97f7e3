/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journey.h -- the ball's way through several landscapes.
 *
 *     landscape_relief   heights over a grid, and where in it a ball may start
 *     landscape_roll     from there to where it rests, the true loss there
 *     journey_views      all of it as sinks see it
 *     journey_free
 *
 * The stage that asks for the planes and grids is run-ball.c.  A landscape is a plane, its grid,
 * and the way in it; those of the first belong to the run.
 */
#ifndef CORE_JOURNEY_H
#define CORE_JOURNEY_H

#include "ball.h"
#include "../grid.h"
#include "../analysis/probe.h"
#include "relief.h"

struct landscape {
    struct plane own_plane; /* empty in the first, as the next */
    struct grid own_grid;
    const struct plane *plane;
    const struct tw_grid *grid;
    size_t index; /* of the plane in its family */
    struct relief relief;
    double *height;         /* ny x nx */
    double range[4];        /* of the surface, in lengths */
    struct surface surface; /* what it rolled on */
    struct roll roll;
    double start[2], start_loss;
    double rest[2], loss, accuracy; /* true ones, of the whole training set */
    double distance;
    bool refined; /* the place of rest is a minimum of the true loss, not only of the surface */
    struct tw_landscape view;
};

enum journey_end { JOURNEY_ALL, JOURNEY_NO_PLANE, JOURNEY_NO_DESCENT, JOURNEY_NO_ROOM };

struct journey {
    bool done;
    struct landscape *land; /* n of `most` */
    size_t n, most;
    double *theta; /* n rows of dim: where the ball rested */
    size_t dim;
    enum journey_end end;
    double last_loss; /* JOURNEY_NO_DESCENT: what the next landscape would have come to */
    const struct tw_landscape **views;
    struct tw_ball ball;
    double *numbers; /* behind it */
    uint32_t *which;
};

#define BALL_RADIUS 0.045

/* Why it ended, in words. */
const char *journey_why(enum journey_end end);

/* Heights and surface of land->grid; lengths. */
int landscape_relief(struct landscape *l, enum scale_log log, double height, struct error *err);

/* A place of the grid where it is highest and not closed in; false: there is none. */
bool landscape_highest(const struct landscape *l, double at[2]);

/* Roll from l->start, with a velocity in lengths a second.  Fills in all from start_loss on.
 * `theta` gets the parameters at rest.  Returns 1 when there is no room for a ball at the start. */
int landscape_roll(struct landscape *l, const struct ball_options *o, const double velocity[2],
                   struct probe *p, double *theta, struct error *err);

/* Shift it so that its start is as high as the last one's place of rest. */
void landscape_join(struct landscape *l, const struct landscape *last, double gravity);

void landscape_free(struct landscape *l);

int journey_views(struct journey *j, struct error *err);
void journey_free(struct journey *j);

/* From `at` down the true loss in the plane, at most two cells away and not along `fixed` axes;
 * *loss is that at the end. */
int valley_find(struct probe *p, const struct tw_grid *g, const bool fixed[2], double at[2],
                double *loss, struct error *err);

#endif
