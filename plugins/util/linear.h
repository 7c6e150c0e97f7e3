/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.h -- what the linear classifiers (logistic, svm) share: scores W x + b, the chain from
 * derivatives of scores to the gradient, the L2 penalty and the plane extension. All in double.
 *
 * A model puts `struct linear` first in its own struct, so that its `self` is one:
 *
 *     create()    fill in host, name, term, curve, kind, bias and l2
 *     its ops     linear_bind .. linear_block, linear_extension
 *     destroy()   linear_destroy, then free
 *
 * theta = [W (n_out x n_features, row-major), b (n_out)]; no b without `bias`. linear.c has the
 * plain interface, linear-plane.c the plane, linear-hvp.c Hessian times vector, linear-kernels.c
 * the inner loops.
 */
#ifndef UTIL_LINEAR_H
#define UTIL_LINEAR_H

#include <stdbool.h>
#include <thalweg/plugin.h>

#include "linear-kernels.h"
#include "linear-points.h"
#include "scratch.h"

struct linear;

/*
 * From the scores of n samples, score[c * ld + r], to loss[r] and right[r] (1: predicted right).
 * The scores may be overwritten, and with `want_grad` are replaced by d loss[r] / d score. ld is
 * lin->block, a multiple of LINEAR_PAD; what stands behind the n samples means nothing.
 */
typedef void (*linear_term)(struct linear *lin, size_t n, size_t ld, double *score,
                            const int32_t *label, double *loss, unsigned char *right,
                            bool want_grad);

/*
 * change[c * ld + r] is how fast the scores of n samples change; replace it by how fast the
 * d loss[r] / d score do, which are in `slope`, from `term` with `want_grad`.
 */
typedef void (*linear_curve)(struct linear *lin, size_t n, size_t ld, const double *slope,
                             const int32_t *label, double *change);

struct linear {
    const struct tw_host *host;
    const char *name; /* of the model, for messages */
    linear_term term;
    linear_curve curve;
    enum linear_loss kind; /* what `term` computes */
    bool one_score;        /* two classes share one score; class 1 is the positive side */
    bool bias;
    double l2;

    const struct linear_kernels *kernels;
    const struct tw_data *data;
    size_t n_features, n_out, n_weights, dim;
    size_t block; /* rows that are scored together, whole groups; fixed by model and data */

    struct scratch mem;
    const float **row;    /* block: where the rows are */
    double *packed;       /* W in panels for products() */
    double *score;        /* n_out x block */
    double *row_loss;     /* block */
    unsigned char *right; /* block */
    int32_t *label;       /* block */
    double *work;         /* 2 x block, for `term` and `curve` */
    double *vec_packed;   /* of linear-hvp.c: a direction, as packed and score */
    double *vec_score;

    /* The plane: W and b of origin, u and v one below the other, and their scores. */
    size_t plane_rows; /* of the grid that are swept together */
    double *stack;     /* 3 n_out x n_features, in panels for products() */
    double *stack_b;   /* 3 n_out */
    double *parts;     /* 3 n_out x block for each block of rows [parts_first, parts_end) */
    double *part;      /* of the block at hand */
    size_t parts_room, parts_first, parts_end;
    size_t parts_step;   /* from block to block; 0: only the last one is there */
    double *row_part;    /* n_out x block: origin + y v */
    double squares[6];   /* for l2_plane() */
    int32_t *same_label; /* block */
    double *d, *u, *v;   /* of the sweep, as far as it only reads them */
    size_t *lower;
    bool *wild, *apart; /* samples with deltas that are not finite; those and too steep ones */
    struct linear_sweep sweep;
    struct linear_points points;
};

int linear_bind(void *self, const struct tw_data *data);
size_t linear_dim(const void *self);
int linear_loss(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *correct);
int linear_grad(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *grad);
int linear_block(const void *self, size_t i, struct tw_block *out);
int linear_hvp(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
               double *out);
const void *linear_extension(const char *id);
void linear_destroy(struct linear *lin);

/* How many numbers the weights of n_outputs take in panels for products(). */
size_t linear_packed_size(const struct linear *lin, size_t n_outputs);

/* W into panels of n_outputs in all, as outputs first .. first + n_out - 1. */
void linear_pack(const struct linear *lin, size_t n_outputs, size_t first, const double *weight,
                 double *packed);

/* Places [at, at + n) of `rows` into row and label. */
void linear_gather(struct linear *lin, const struct tw_rows *rows, size_t at, size_t n);

/* Of the n rows gathered last; `packed` holds the weights of theta. */
void linear_scores(const struct linear *lin, const double *packed, const double *theta, size_t n,
                   double *score);

/* grad += (d loss / d score) x, over the n rows. */
void linear_backward(const struct linear *lin, size_t n, const double *slope, double *grad);

#endif
