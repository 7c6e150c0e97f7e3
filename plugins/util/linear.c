/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c -- see linear.h.
 *
 * Rows are scored in blocks that begin at multiples of lin->block. In the plane extension a block
 * always has its full height (padded with zero rows past the end of the data), so a row meets the
 * same matrix product at the same place whatever the host's tiles are, and its share of the loss
 * has the same bits.
 */
#include "linear.h"

#include <math.h>
#include <string.h>

#include "blas.h"
#include "l2.h"

/* The block of rows in double should stay in a core's cache. */
#define BLOCK_VALUES 131072
#define BLOCK_MIN    32
#define BLOCK_MAX    512
#define BLOCK_STEP   16

static size_t round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

static size_t choose_block(const struct tw_data *data)
{
    size_t n = BLOCK_VALUES / data->n_features;

    n = n < BLOCK_MIN ? BLOCK_MIN : n > BLOCK_MAX ? BLOCK_MAX : n / BLOCK_STEP * BLOCK_STEP;
    return n > data->n_rows ? round_up(data->n_rows, BLOCK_STEP) : n;
}

int linear_bind(void *self, const struct tw_data *data)
{
    struct linear *lin = self;
    const struct tw_host *host = lin->host;

    if (data->task != TW_CLASSIFY)
        return host->fail(host, TW_EINVAL,
                          "%s needs a label for each row; this dataset has regression targets",
                          lin->name);
    if (!blas_fits(data->n_features) || !blas_fits(data->n_classes) ||
        data->n_classes > INT_MAX / 3 || data->n_features > SIZE_MAX / 64 / (data->n_classes + 1))
        return host->fail(host, TW_EINVAL, "%zu features and %zu classes are too many",
                          data->n_features, data->n_classes);

    lin->data = data;
    lin->one_score = data->n_classes == 2;
    lin->n_features = data->n_features;
    lin->n_out = lin->one_score ? 1 : data->n_classes;
    lin->n_weights = lin->n_out * lin->n_features;
    lin->dim = lin->n_weights + (lin->bias ? lin->n_out : 0);
    lin->block = choose_block(data);

    lin->x = scratch_take(&lin->mem, lin->block * lin->n_features, sizeof(*lin->x));
    lin->score = scratch_take(&lin->mem, lin->block * lin->n_out, sizeof(*lin->score));
    lin->row_loss = scratch_take(&lin->mem, lin->block, sizeof(*lin->row_loss));
    lin->right = scratch_take(&lin->mem, lin->block, sizeof(*lin->right));
    lin->label = scratch_take(&lin->mem, lin->block, sizeof(*lin->label));
    lin->work = scratch_take(&lin->mem, 2 * lin->block, sizeof(*lin->work));
    lin->top = scratch_take(&lin->mem, lin->block, sizeof(*lin->top));
    if (!lin->x || !lin->score || !lin->row_loss || !lin->right || !lin->label || !lin->work ||
        !lin->top)
        return host->fail(host, TW_ENOMEM, "out of memory");
    return TW_OK;
}

void linear_destroy(struct linear *lin)
{
    scratch_free(&lin->mem);
}

size_t linear_dim(const void *self)
{
    return ((const struct linear *)self)->dim;
}

int linear_block(const void *self, size_t i, struct tw_block *out)
{
    const struct linear *lin = self;

    if (i > 1 || (i == 1 && !lin->bias))
        return TW_DONE;
    out->role = i == 0 ? TW_WEIGHT : TW_BIAS;
    out->offset = i == 0 ? 0 : lin->n_weights;
    out->rows = lin->n_out;
    out->cols = i == 0 ? lin->n_features : 1;
    strcpy(out->name, i == 0 ? "weight" : "bias");
    return TW_OK;
}

static double dot(size_t n, const double *a, const double *b)
{
    struct tw_sum sum = {0, 0};

    l2_dot(&sum, n, a, b);
    return tw_sum_value(&sum);
}

/* Places [at, at + n) of `rows` into x and label. */
static void gather(struct linear *lin, const struct tw_rows *rows, size_t at, size_t n)
{
    const struct tw_data *data = lin->data;
    size_t d = lin->n_features;

    for (size_t r = 0; r < n; r++) {
        size_t row = tw_rows_at(rows, at + r);
        const float *restrict from = data->x + row * d;
        double *restrict to = lin->x + r * d;

        for (size_t j = 0; j < d; j++)
            to[j] = (double)from[j];
        lin->label[r] = data->label[row];
    }
}

static void scores(struct linear *lin, const double *theta, size_t n)
{
    size_t d = lin->n_features;

    if (lin->n_out == 1)
        cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)n, (int)d, 1.0, lin->x, (int)d, theta, 1, 0.0,
                    lin->score, 1);
    else
        gemm_f64(BLAS_N, BLAS_T, lin->n_out, n, d, theta, d, lin->x, d, 0.0, lin->score,
                 lin->block);
    for (size_t c = 0; lin->bias && c < lin->n_out; c++)
        for (size_t r = 0; r < n; r++)
            lin->score[c * lin->block + r] += theta[lin->n_weights + c];
}

/* grad += (d loss / d score) x, over the n rows in x. */
static void backward(struct linear *lin, size_t n, double *grad)
{
    size_t d = lin->n_features;

    if (lin->n_out == 1)
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)n, (int)d, 1.0, lin->x, (int)d, lin->score, 1,
                    1.0, grad, 1);
    else
        gemm_f64(BLAS_N, BLAS_N, lin->n_out, d, n, lin->score, lin->block, lin->x, d, 1.0, grad, d);
    for (size_t c = 0; lin->bias && c < lin->n_out; c++) {
        double sum = 0;

        for (size_t r = 0; r < n; r++)
            sum += lin->score[c * lin->block + r];
        grad[lin->n_weights + c] += sum;
    }
}

static int pass(struct linear *lin, const double *theta, const struct tw_rows *rows, double *loss,
                double *correct, double *grad)
{
    size_t n_rows = tw_rows_count(rows, lin->data), n_right = 0;
    struct tw_sum sum = {0, 0};

    if (grad)
        memset(grad, 0, lin->dim * sizeof(*grad));
    for (size_t at = 0, n; at < n_rows; at += n) {
        n = n_rows - at < lin->block ? n_rows - at : lin->block;
        gather(lin, rows, at, n);
        scores(lin, theta, n);
        lin->term(lin, n, lin->block, lin->score, lin->label, lin->row_loss, lin->right,
                  grad != NULL);
        for (size_t r = 0; r < n; r++) {
            tw_sum_add(&sum, lin->row_loss[r]);
            n_right += lin->right[r];
        }
        if (grad)
            backward(lin, n, grad);
    }

    double mean = 1.0 / (double)n_rows;

    if (grad) {
        for (size_t i = 0; i < lin->dim; i++)
            grad[i] *= mean;
        for (size_t i = 0; lin->l2 > 0 && i < lin->n_weights; i++)
            grad[i] += lin->l2 * theta[i];
    }
    if (correct)
        *correct = (double)n_right;
    if (loss) {
        *loss = tw_sum_value(&sum) / (double)n_rows;
        if (lin->l2 > 0)
            *loss += 0.5 * lin->l2 * dot(lin->n_weights, theta, theta);
    }
    return TW_OK;
}

int linear_loss(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *correct)
{
    return pass(self, theta, rows, loss, correct, NULL);
}

int linear_grad(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *grad)
{
    return pass(self, theta, rows, loss, NULL, grad);
}

/* ---- thalweg.model.plane/1 ---- */

static int plane_begin(void *self, const double *origin, const double *u, const double *v)
{
    struct linear *lin = self;
    size_t k = lin->n_out, w = lin->n_weights;
    const double *from[3] = {origin, u, v};

    if (!lin->row_part) {
        lin->stack = scratch_take(&lin->mem, 3 * w, sizeof(*lin->stack));
        lin->stack_b = scratch_take(&lin->mem, 3 * k, sizeof(*lin->stack_b));
        lin->part = scratch_take(&lin->mem, 3 * k * lin->block, sizeof(*lin->part));
        lin->row_part = scratch_take(&lin->mem, k * lin->block, sizeof(*lin->row_part));
        if (!lin->stack || !lin->stack_b || !lin->part || !lin->row_part) {
            lin->row_part = NULL;
            return lin->host->fail(lin->host, TW_ENOMEM, "out of memory");
        }
    }
    for (size_t i = 0, at = 0; i < 3; i++) {
        double *to = lin->stack + i * w;

        memset(to, 0, w * sizeof(*to));
        if (from[i])
            memcpy(to, from[i], w * sizeof(*to));
        for (size_t c = 0; c < k; c++)
            lin->stack_b[i * k + c] = from[i] && lin->bias ? from[i][w + c] : 0;
        for (size_t j = 0; j <= i; j++, at++)
            lin->squares[at] = lin->l2 > 0 ? dot(w, to, lin->stack + j * w) : 0;
    }
    return TW_OK;
}

static size_t plane_tile_rows(const void *self, size_t n_points)
{
    (void)n_points;
    return ((const struct linear *)self)->block;
}

/* Scores of one whole block under origin, u and v. */
static void block_parts(struct linear *lin, size_t first)
{
    size_t d = lin->n_features, block = lin->block;
    size_t there = lin->data->n_rows - first < block ? lin->data->n_rows - first : block;
    struct tw_rows rows = {NULL, first, there};

    gather(lin, &rows, 0, there);
    memset(lin->x + there * d, 0, (block - there) * d * sizeof(*lin->x));
    memset(lin->label + there, 0, (block - there) * sizeof(*lin->label));
    gemm_f64(BLAS_N, BLAS_T, 3 * lin->n_out, block, d, lin->stack, d, lin->x, d, 0.0, lin->part,
             block);
    for (size_t c = 0; c < 3 * lin->n_out; c++)
        for (size_t r = 0; r < block; r++)
            lin->part[c * block + r] += lin->stack_b[c];
}

/* All points over rows [from, to) of the block that block_parts() has prepared. */
static void block_points(struct linear *lin, size_t from, size_t to, size_t n_points,
                         const double *xy, struct tw_sum *loss_sum, double *correct)
{
    size_t block = lin->block, n = lin->n_out * block;
    const double *restrict p0 = lin->part, *restrict pu = p0 + n, *restrict pv = p0 + 2 * n;
    double *restrict row = lin->row_part, *restrict score = lin->score;

    for (size_t k = 0; k < n_points; k++) {
        double x = xy[2 * k], y = xy[2 * k + 1];

        if (k == 0 || y != xy[2 * k - 1])
            for (size_t i = 0; i < n; i++)
                row[i] = p0[i] + y * pv[i];
        for (size_t i = 0; i < n; i++)
            score[i] = row[i] + x * pu[i];
        lin->term(lin, block, block, score, lin->label, lin->row_loss, lin->right, false);

        struct tw_sum sum = loss_sum[k];
        size_t n_right = 0;

        for (size_t r = from; r < to; r++) {
            tw_sum_add(&sum, lin->row_loss[r]);
            n_right += lin->right[r];
        }
        loss_sum[k] = sum;
        if (correct)
            correct[k] += (double)n_right;
    }
}

static int plane_eval(void *self, size_t first_row, size_t n_rows, size_t n_points,
                      const double *xy, struct tw_sum *loss_sum, double *correct)
{
    struct linear *lin = self;
    size_t end = first_row + n_rows;

    for (size_t k = 0; k < n_points; k++) {
        loss_sum[k] = (struct tw_sum){0, 0};
        if (correct)
            correct[k] = 0;
    }
    for (size_t at = first_row - first_row % lin->block; at < end; at += lin->block) {
        size_t from = at < first_row ? first_row - at : 0;
        size_t to = end - at < lin->block ? end - at : lin->block;

        block_parts(lin, at);
        block_points(lin, from, to, n_points, xy, loss_sum, correct);
    }
    return TW_OK;
}

static int plane_penalty(void *self, size_t n_points, const double *xy, double *penalty)
{
    const struct linear *lin = self;

    l2_plane(lin->l2, lin->squares, n_points, xy, penalty);
    return TW_OK;
}

static void plane_end(void *self)
{
    (void)self;
}

static const struct tw_model_plane plane = {
    .struct_size = sizeof(plane),
    .begin = plane_begin,
    .tile_rows = plane_tile_rows,
    .eval = plane_eval,
    .penalty = plane_penalty,
    .end = plane_end,
};

const void *linear_extension(const char *id)
{
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &plane : NULL;
}
