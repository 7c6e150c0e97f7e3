/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c -- see linear.h. */
#include "linear.h"

#include <math.h>
#include <string.h>

#include "isa.h"
#include "l2.h"

/* The block of rows in double should stay in a core's cache. */
#define BLOCK_VALUES 131072
#define BLOCK_MIN    32
#define BLOCK_MAX    512
#define BLOCK_STEP   32

static const struct linear_kernels *const kernels[ISA_COUNT] = ISA_TABLES(linear_kernels);

static size_t choose_block(const struct tw_data *data)
{
    size_t n = BLOCK_VALUES / data->n_features;

    n = n < BLOCK_MIN ? BLOCK_MIN : n > BLOCK_MAX ? BLOCK_MAX : n / BLOCK_STEP * BLOCK_STEP;
    return n > data->n_rows ? linear_round_up(data->n_rows, BLOCK_STEP) : n;
}

int linear_bind(void *self, const struct tw_data *data)
{
    struct linear *lin = self;
    const struct tw_host *host = lin->host;

    if (data->task != TW_CLASSIFY)
        return host->fail(host, TW_EINVAL,
                          "%s needs a label for each row; this dataset has regression targets",
                          lin->name);
    if (data->n_classes > INT32_MAX / 3 ||
        data->n_features > SIZE_MAX / 1024 / (data->n_classes + 1))
        return host->fail(host, TW_EINVAL, "%zu features and %zu classes are too many",
                          data->n_features, data->n_classes);

    lin->data = data;
    lin->kernels = kernels[isa_best()];
    lin->one_score = data->n_classes == 2;
    lin->n_features = data->n_features;
    lin->n_out = lin->one_score ? 1 : data->n_classes;
    lin->n_weights = lin->n_out * lin->n_features;
    lin->dim = lin->n_weights + (lin->bias ? lin->n_out : 0);
    lin->block = choose_block(data);

    lin->row = scratch_take(&lin->mem, lin->block, sizeof(*lin->row));
    lin->packed =
        scratch_take(&lin->mem, linear_packed_size(lin, lin->n_out), sizeof(*lin->packed));
    lin->score = scratch_take(&lin->mem, lin->block * lin->n_out, sizeof(*lin->score));
    lin->row_loss = scratch_take(&lin->mem, lin->block, sizeof(*lin->row_loss));
    lin->right = scratch_take(&lin->mem, lin->block, sizeof(*lin->right));
    lin->label = scratch_take(&lin->mem, lin->block, sizeof(*lin->label));
    lin->work = scratch_take(&lin->mem, 2 * lin->block, sizeof(*lin->work));
    if (!lin->row || !lin->packed || !lin->score || !lin->row_loss || !lin->right || !lin->label ||
        !lin->work)
        return host->fail(host, TW_ENOMEM, "out of memory");
    return TW_OK;
}

void linear_destroy(struct linear *lin)
{
    linear_points_free(&lin->points);
    free(lin->parts);
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

size_t linear_packed_size(const struct linear *lin, size_t n_outputs)
{
    return linear_round_up(n_outputs, lin->kernels->panel(n_outputs)) * lin->n_features;
}

void linear_pack(const struct linear *lin, size_t n_outputs, size_t first, const double *weight,
                 double *packed)
{
    size_t d = lin->n_features, wide = lin->kernels->panel(n_outputs);

    for (size_t c = 0; c < lin->n_out; c++) {
        size_t place = first + c;
        double *to = packed + place / wide * wide * d + place % wide;

        for (size_t j = 0; j < d; j++)
            to[j * wide] = weight[c * d + j];
    }
}

void linear_gather(struct linear *lin, const struct tw_rows *rows, size_t at, size_t n)
{
    const struct tw_data *data = lin->data;

    for (size_t r = 0; r < n; r++) {
        size_t row = tw_rows_at(rows, at + r);

        lin->row[r] = data->x + row * lin->n_features;
        lin->label[r] = data->label[row];
    }
}

void linear_scores(const struct linear *lin, const double *packed, const double *theta, size_t n,
                   double *score)
{
    lin->kernels->products(n, lin->n_features, lin->row, lin->n_out, packed, lin->block, score);
    for (size_t c = 0; lin->bias && c < lin->n_out; c++)
        for (size_t r = 0; r < n; r++)
            score[c * lin->block + r] += theta[lin->n_weights + c];
}

void linear_backward(const struct linear *lin, size_t n, const double *slope, double *grad)
{
    lin->kernels->back(n, lin->n_features, lin->row, lin->n_out, slope, lin->block, grad);
    for (size_t c = 0; lin->bias && c < lin->n_out; c++) {
        double sum = 0;

        for (size_t r = 0; r < n; r++)
            sum += slope[c * lin->block + r];
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
    linear_pack(lin, lin->n_out, 0, theta, lin->packed);
    for (size_t at = 0, n; at < n_rows; at += n) {
        n = n_rows - at < lin->block ? n_rows - at : lin->block;
        linear_gather(lin, rows, at, n);
        linear_scores(lin, lin->packed, theta, n, lin->score);
        lin->term(lin, n, lin->block, lin->score, lin->label, lin->row_loss, lin->right,
                  grad != NULL);
        for (size_t r = 0; r < n; r++) {
            tw_sum_add(&sum, lin->row_loss[r]);
            n_right += lin->right[r];
        }
        if (grad)
            linear_backward(lin, n, lin->score, grad);
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
