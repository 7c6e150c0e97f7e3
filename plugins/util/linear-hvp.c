/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear-hvp.c -- Hessian times vector of the linear models. The scores are linear in theta, so
 * along vec they change by V x + c. What the slopes of the losses change by then is the model's
 * matter (`curve`), and they go back to theta as the slopes do for the gradient.
 */
#include <string.h>

#include "linear.h"

/* At the first call. */
static int grow(struct linear *lin)
{
    if (lin->vec_score)
        return TW_OK;
    if (!lin->vec_packed)
        lin->vec_packed =
            scratch_take(&lin->mem, linear_packed_size(lin, lin->n_out), sizeof(*lin->vec_packed));
    if (lin->vec_packed)
        lin->vec_score = scratch_take(&lin->mem, lin->block * lin->n_out, sizeof(*lin->vec_score));
    return lin->vec_score ? TW_OK : lin->host->fail(lin->host, TW_ENOMEM, "out of memory");
}

int linear_hvp(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
               double *out)
{
    struct linear *lin = self;
    size_t n_rows = tw_rows_count(rows, lin->data);
    int rc = grow(lin);

    if (rc != TW_OK)
        return rc;
    memset(out, 0, lin->dim * sizeof(*out));
    linear_pack(lin, lin->n_out, 0, theta, lin->packed);
    linear_pack(lin, lin->n_out, 0, vec, lin->vec_packed);
    for (size_t at = 0, n; at < n_rows; at += n) {
        n = n_rows - at < lin->block ? n_rows - at : lin->block;
        linear_gather(lin, rows, at, n);
        linear_scores(lin, lin->packed, theta, n, lin->score);
        linear_scores(lin, lin->vec_packed, vec, n, lin->vec_score);
        lin->term(lin, n, lin->block, lin->score, lin->label, lin->row_loss, lin->right, true);
        lin->curve(lin, n, lin->block, lin->score, lin->label, lin->vec_score);
        linear_backward(lin, n, lin->vec_score, out);
    }

    double mean = 1.0 / (double)n_rows;

    for (size_t i = 0; i < lin->dim; i++)
        out[i] *= mean;
    for (size_t i = 0; lin->l2 > 0 && i < lin->n_weights; i++)
        out[i] += lin->l2 * vec[i];
    return TW_OK;
}
