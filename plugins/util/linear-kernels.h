/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear-kernels.h -- the inner loops of the linear models, compiled for each instruction set.
 *
 * The plane. Sample i has, for each class but its own, a difference of scores that is affine in the
 * plane: delta_k(x, y) = d_k + x u_k + y v_k. So exp(delta_k) is a product of a number of the
 * column and one of the row, and 1 + x u_k + (d_k + y v_k), which the hinge takes, a sum of two
 * such numbers: tables a and b. A cell of the grid then costs one multiply-add a class, or an
 * addition, a maximum and an addition. In these loops the lanes of a vector are columns.
 *
 * Some tens of samples make a group. Logistic losses are added as a product, log(1 + s) for each of
 * a and b being log1p(s_a + s_b + s_a s_b): one logarithm a group. This keeps the relative
 * precision of tiny losses, too.
 *
 *     rows       of one sample: table b, where in each row it is predicted right, and the rows
 * where it does not fit into the product of its group (struct linear_left) columns    table a for a
 * strip of columns tiles      the sum of a group over a strip, times `sign`, onto hi + lo single
 * one sample in one row over a strip, with a logarithm of its own decide     the columns of one row
 * in which one sample is predicted right, exactly
 *
 * products takes rows of data to scores, softmax and binary scores to losses and their derivatives,
 * back these to the gradient.
 */
#ifndef UTIL_LINEAR_KERNELS_H
#define UTIL_LINEAR_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEAR_PAD   8  /* rows and columns are padded to a multiple of this */
#define LINEAR_TALL  4  /* rows of a tile; table b is stored in such */
#define LINEAR_STRIP 24 /* most columns of a strip */
#define LINEAR_GROUP 32 /* most samples of a group */

/* n up to a multiple of `step`. */
static inline size_t linear_round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

enum linear_loss {
    LINEAR_LOGISTIC,
    LINEAR_HINGE_SUM, /* of the hinge terms: Weston and Watkins */
    LINEAR_HINGE_SUM_SQUARED,
    LINEAR_HINGE_MAX, /* the largest: Crammer and Singer */
    LINEAR_HINGE_MAX_SQUARED
};

/* A sample and a row that are not in the product of the group. */
struct linear_left {
    uint32_t sample, row;
    bool single; /* for single(); else from the scores themselves */
};

/* A group of samples in some rows of a grid. */
struct linear_sweep {
    enum linear_loss kind;
    size_t n_deltas;  /* of a sample */
    size_t group;     /* most samples */
    double log_terms; /* log(1 + n_deltas) */

    const double *d, *u, *v; /* group x n_deltas */
    const size_t *lower;     /* group: how many of the deltas are of classes below the own */
    const bool *apart;       /* group: belongs in no product and no table */

    size_t n_columns;
    const double *x;      /* ascending; LINEAR_STRIP more than there are columns may be read */
    double first, centre; /* of x */
    double per_step;      /* 1 / distance of two columns; 0: they are not evenly spaced */
    double strip_step;    /* evenly to the last bits: the distance of two strips; else 0 */

    size_t n_rows;
    const double *y; /* in no order; LINEAR_PAD more may be read */

    double *reach, *slope, *above, *below; /* n_deltas each, work of rows() */
    double *a;                             /* group x n_deltas x strip */
    double *ratio;                         /* group x n_deltas: of a in two strips */
    double *b;                             /* rows / LINEAR_TALL x group x n_deltas x LINEAR_TALL */
    double *total;       /* rows: bound of the losses in the product, 0 at first */
    double *begin, *end; /* rows: right in these columns; begin is -1 where decide() must say */
    struct linear_left *left; /* rows x group */
    double *left_b;           /* n_deltas for each of `left` */
    size_t n_left;
};

struct linear_kernels {
    size_t strip; /* columns */
    void (*rows)(struct linear_sweep *s, size_t sample);
    void (*columns)(const struct linear_sweep *s, size_t n_samples, size_t column);
    void (*tiles)(const struct linear_sweep *s, size_t n_samples, size_t column, double sign,
                  double *hi, double *lo);
    void (*single)(const struct linear_sweep *s, size_t left, size_t column, double *hi,
                   double *lo);
    /* change[j] is how much more samples are right in column j than in column j - 1 */
    void (*decide)(const struct linear_sweep *s, size_t sample, size_t row, uint32_t *change);

    /* out[c * ld + r] is row x[r] of the data times output c of w. w comes in panels of so many
     * outputs as panel() says, each [feature][output] with zeros behind the last output. What a row
     * and an output give does not depend on what else is asked for. */
    size_t (*panel)(size_t n_outputs);
    void (*products)(size_t n_rows, size_t n_features, const float *const *x, size_t n_outputs,
                     const double *w, size_t ld, double *out);
    /* grad[c * n_features + j] += the sum of slope[c * ld + r] x[r][j] over the rows */
    void (*back)(size_t n_rows, size_t n_features, const float *const *x, size_t n_outputs,
                 const double *slope, size_t ld, double *grad);

    /* score[c * ld + r]; ld is a multiple of LINEAR_PAD, and all of it may be read and written.
     * With want_grad the scores are replaced by the derivatives of loss[r]. */
    void (*softmax)(size_t n, size_t n_classes, size_t ld, double *score, const int32_t *label,
                    double *loss, unsigned char *right, bool want_grad);
    void (*binary)(size_t n, double *score, const int32_t *label, double *loss,
                   unsigned char *right, bool want_grad);
};

extern const struct linear_kernels linear_kernels_base, linear_kernels_avx2, linear_kernels_avx512;

#endif
