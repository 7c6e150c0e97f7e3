/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rowpass.h -- what principal components need of n rows of d numbers: each function goes through
 * them once, cut into pieces for all threads of the host, and ticks.
 *
 *     pass_open, pass_close
 *     pass_moments     the mean, and the sum of squares about it; first of all
 *     pass_multiply    the centred rows' d x d (n > d, "tall") or n x n product matrix times
 * vectors pass_matrix      that matrix pass_lift        n x n only: the centred rows' combinations,
 * of length d pass_project     the rows' coordinates along some axes
 *
 * Pieces depend on n and d alone and their results are added in order, so the sums are the same for
 * any number of threads. A value that is not finite shows in the sum of squares.
 */
#ifndef UTIL_ROWPASS_H
#define UTIL_ROWPASS_H

#include "util/panel.h"
#include "util/pca.h"

struct pass {
    const struct pca_rows *rows;
    const struct tw_host *host;
    const struct panel_kernels *kernels;
    bool tall;
    size_t side, across; /* the smaller and the larger of n and d */
    size_t panels;       /* of vectors, at most, in pass_multiply() */
    double *mean;        /* d; the caller's */
    double fraction;     /* what ticks say */

    size_t step, tiles,
        pieces;   /* of pass_multiply(): rows (tall) or columns of a tile, and so on */
    double *tile; /* one for each piece, of `tile_size` */
    size_t tile_size;
    double *sum; /* pieces x panels x side x PANEL */
    double *v;   /* panels x side x PANEL */
};

/* `vectors`: how many pass_multiply() will get at most, 0 if it is not called. TW_OK or TW_ENOMEM,
 * not reported. All others: TW_OK, TW_ECANCELLED, or TW_ENOMEM, not reported either. */
int pass_open(struct pass *p, const struct pca_rows *rows, double *mean, size_t vectors,
              const struct tw_host *host);
void pass_close(struct pass *p);

int pass_moments(const struct pass *p, double *squares);

/* out = v times the matrix; both count x side. Of tiles of the data only every `every`-th counts.
 */
int pass_multiply(const struct pass *p, size_t every, const double *v, size_t count, double *out);

/* The lower triangle, side x side; `a` comes zeroed. */
int pass_matrix(const struct pass *p, double *a);

/* out (count x d) = v (count x n) times the centred rows. */
int pass_lift(const struct pass *p, const double *v, size_t count, double *out);

/* out[i * count + c] = factor[c] * (axis c . (row i - mean)) */
int pass_project(const struct pass *p, const double *axis, size_t count, const double *factor,
                 float *out);

#endif
