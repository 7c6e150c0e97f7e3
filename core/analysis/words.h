/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.h -- what a terrain means, in a few plain sentences.
 *
 *     findings_clear   nothing is known
 *     words_say        the sentences that follow from what is known
 *
 * A sentence is a rule of words.c: numbers that must compare in a certain way, and a text with
 * some of them in it.  All of them are in report.json under their names here.
 */
#ifndef CORE_WORDS_H
#define CORE_WORDS_H

#include "../arena.h"

#include <stdbool.h>

/* Distances are Euclidean, between parameter vectors; shares are fractions of 1. */
#define FINDINGS(X)                                                                                \
    X(parameters)     /* number of the model's parameters */                                       \
    X(axes)           /* 2, or 1 on a line */                                                      \
    X(trained)        /* 1: there is a path that ends at the end point */                          \
    X(cell)           /* distance across a cell of the grid, corner to corner */                   \
    X(width)          /* of the picture: its shorter side */                                       \
    X(end_loss)       /* at the end point: the optimum, or where the model starts */               \
    X(end_plane_loss) /* at its projection onto the plane */                                       \
    X(end_off_plane)  /* distance between the two */                                               \
    X(end_distance)   /* of its projection from the nearest minimum in the plane */                \
    X(end_above)      /* end_plane_loss over the loss of that minimum, a share of the latter */    \
    X(lowest_loss)    /* the lowest that was found in the picture */                               \
    X(lowest_at_edge) /* 1: it is on the edge of the picture */                                    \
    X(minima)         /* that were found in the plane */                                           \
    X(saddles)                                                                                     \
    X(maxima)                                                                                      \
    X(basins)          /* of the grid that count */                                                \
    X(flat_radius)     /* within it the loss stays below 1.1 times that in the middle */           \
    X(flat_of_minimum) /* 1: the middle is the lowest minimum that was found; 0: the end point */  \
    X(flat_at_least)   /* 1: the picture ends before the loss rises so far */                      \
    X(flat_share)      /* flat_radius over half the width */                                       \
    X(epsilon_sharpness) /* per cent, for epsilon 1e-3 */                                          \
    X(curvature_least)   /* at the end point's projection, in the plane */                         \
    X(curvature_most)                                                                              \
    X(negative_share)      /* of the cells: the loss curves down somewhere */                      \
    X(full_negative_share) /* likewise, of the whole Hessian */                                    \
    X(planes)              /* that were evaluated */                                               \
    X(spread_share)        /* median over the cells: standard deviation over mean of the loss */   \
    X(not_finite_share)    /* of the cells: no finite loss */                                      \
    X(path_share)          /* of the path's movement: in the plane */                              \
    X(explained)           /* variance along both axes together, a share */                        \
    X(walk)                /* what a random walk of as many checkpoints would have */              \
    X(barrier)             /* the highest, above the higher of its ends */                         \
    X(barrier_share)       /* barrier over the loss of that end */                                 \
    X(marks)               /* named points in the plane */                                         \
    X(train_accuracy)                                                                              \
    X(test_accuracy)                                                                               \
    X(accuracy_gap)    /* train_accuracy - test_accuracy */                                        \
    X(ball_landscapes) /* that the ball went through */                                            \
    X(ball_start_loss) /* where it started */                                                      \
    X(ball_first_loss) /* where it rested in the first of them */                                  \
    X(ball_loss)       /* and in the last one */

#define FINDING_ENUM(name) FINDING_##name,
enum finding { FINDINGS(FINDING_ENUM) N_FINDINGS };

struct findings {
    double value[N_FINDINGS]; /* NaN: not known */
};

extern const char *const finding_name[N_FINDINGS];

void findings_clear(struct findings *f);

#define WORDS_MOST 7
struct sentence {
    const char *about; /* "end point" */
    const char *text;
    enum finding from[12]; /* what it follows from */
    size_t n_from;
};

struct words {
    struct sentence sentence[WORDS_MOST];
    size_t n;
};

/* At most one sentence for each subject, the first whose rule holds; -1: out of memory. */
int words_say(struct arena *mem, const struct findings *f, struct words *out);

#endif
