/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.h -- what the linear classifiers (logistic, svm) share: scores W x + b, the chain from
 * derivatives of scores to the gradient, the L2 penalty and the plane extension. All in double.
 *
 * A model puts `struct linear` first in its own struct, so that its `self` is one:
 *
 *     create()    fill in host, name, term, bias and l2
 *     its ops     linear_bind .. linear_block, linear_extension
 *     destroy()   linear_destroy, then free
 *
 * theta = [W (n_out x n_features, row-major), b (n_out)]; no b without `bias`.
 */
#ifndef UTIL_LINEAR_H
#define UTIL_LINEAR_H

#include <stdbool.h>
#include <thalweg/plugin.h>

#include "scratch.h"

struct linear;

/*
 * From the scores of n samples, score[c * ld + r], to loss[r] and right[r] (1: predicted right).
 * The scores may be overwritten, and with `want_grad` are replaced by d loss[r] / d score.
 */
typedef void (*linear_term)(struct linear *lin, size_t n, size_t ld, double *score,
                            const int32_t *label, double *loss, unsigned char *right,
                            bool want_grad);

struct linear {
    const struct tw_host *host;
    const char *name; /* of the model, for messages */
    linear_term term;
    bool one_score; /* two classes share one score; class 1 is the positive side */
    bool bias;
    double l2;

    const struct tw_data *data;
    size_t n_features, n_out, n_weights, dim;
    size_t block; /* rows that are scored together; fixed by model and data */

    struct scratch mem;
    double *x;            /* block x n_features */
    double *score;        /* n_out x block */
    double *row_loss;     /* block */
    unsigned char *right; /* block */
    int32_t *label;       /* block */
    double *work;         /* 2 x block, for `term` */
    int64_t *top;         /* block, for `term` */

    /* The plane: W and b of origin, u and v one below the other, and their scores. */
    double *stack;     /* 3 n_out x n_features */
    double *stack_b;   /* 3 n_out */
    double *part;      /* 3 n_out x block */
    double *row_part;  /* n_out x block: origin + y v */
    double squares[6]; /* for l2_plane() */
};

int linear_bind(void *self, const struct tw_data *data);
size_t linear_dim(const void *self);
int linear_loss(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *correct);
int linear_grad(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *grad);
int linear_block(const void *self, size_t i, struct tw_block *out);
const void *linear_extension(const char *id);
void linear_destroy(struct linear *lin);

#endif
