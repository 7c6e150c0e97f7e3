/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plane.c -- the losses of the network at many points of a plane: thalweg.model.plane/1.
 *
 * The first layer is affine in theta, so X (W + x U + y V) = X W + x X U + y X V: three products
 * for a block of rows, whatever the number of points. From there a row of the grid (fixed y) goes
 * one of two ways:
 *
 *     sweep      a ReLU or leaky ReLU network and enough columns, uniformly spaced: the second
 *                layer's sums at all columns of a sample at once (sweep.inc), then the rest
 *     by point   everything else: later layers take combined weights for each point
 *
 * Which way depends on the network and the row of points only, so a result is the same each time.
 *
 * Blocks begin at multiples of the block height and always have it, past the end of the data with
 * zero rows. So a row of data meets the same matrix products at the same place whatever the host's
 * tiles are, and its share of the loss has the same bits: BLAS kernels may treat the edges of a
 * matrix differently, and choose themselves by its size.
 *
 * plane.inc is compiled for both number types; the loops over samples and columns are in kernels.c.
 */
#include "plane.h"

#include <math.h>
#include <stdlib.h>

#include "../util/blas.h"
#include "../util/isa.h"
#include "../util/l2.h"
#include "kernels.h"

#define BLOCK_MIN   64
#define BLOCK_MAX   256
#define BLOCK_STEP  32         /* a multiple of all lanes */
#define BLOCK_BYTES (1u << 20) /* what a block of rows may touch: a core's cache */

#define SWEPT       32   /* samples that are swept at a time; divides the block */
#define MAX_COLUMNS 256  /* of a sweep: longer rows are cut */
#define TAME        1e15 /* a sweep adds and takes away: what is huge would leave its rounding */
#define UNIFORM     1e-9 /* of a step: how far a column may be from its place */

static const struct mlp_kernels *kernels_of_machine(void)
{
    static const struct mlp_kernels *const tables[ISA_COUNT] = ISA_TABLES(mlp_kernels);

    return tables[isa_best()];
}

static size_t round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

/* Rows of a block: what one point touches should stay in a core's cache. */
static size_t choose_block(const struct mlp *m)
{
    size_t real = m->cfg->precision == FLOAT32 ? sizeof(float) : sizeof(double);
    size_t values = 4 * m->layer[0].out + m->n_classes + 2, n;

    for (size_t l = 1; l + 1 < m->n_layers; l++)
        values += m->layer[l].out;
    n = BLOCK_BYTES / real / values / BLOCK_STEP * BLOCK_STEP;
    n = n < BLOCK_MIN ? BLOCK_MIN : n > BLOCK_MAX ? BLOCK_MAX : n;
    return n > m->data->n_rows ? round_up(m->data->n_rows, BLOCK_STEP) : n;
}

/* Points k .. end-1 have the same y. */
static size_t row_end(const double *xy, size_t k, size_t n_points)
{
    size_t end = k + 1;

    while (end < n_points && xy[2 * end + 1] == xy[2 * k + 1])
        end++;
    return end;
}

static bool uniform(const double *xy, size_t n)
{
    double first = xy[0], step = n > 1 ? (xy[2 * (n - 1)] - first) / (double)(n - 1) : 0;

    if (!(step > 0) || !isfinite(step))
        return false;
    for (size_t i = 1; i < n; i++)
        if (!(fabs(xy[2 * i] - (first + (double)i * step)) <= UNIFORM * step))
            return false;
    return true;
}

/* Whether the sweep is faster, as measured with AVX-512 for 16 to 512 units and 5 to 51 columns: it
 * costs a sample as much as 12 columns by point, and fills its last vector of columns in vain. */
static bool sweep_pays(const struct mlp *m, size_t n_columns)
{
    size_t h = m->layer[0].out, spare = round_up(n_columns, 16) - n_columns;

    if (m->n_layers < 2 || n_columns <= 12 ||
        (m->cfg->activation != RELU && m->cfg->activation != LEAKY_RELU))
        return false;
    return h > 37 * spare / (n_columns - 12);
}

/* What eval() is asked for. */
struct points {
    size_t n;
    const double *xy;
    struct tw_sum *loss_sum;
    double *correct; /* or NULL */
};

#define REAL    float
#define NAME(x) x##_f32
#define GEMM    gemm_f32
#define KERNELS f32
#include "plane.inc"
#undef REAL
#undef NAME
#undef GEMM
#undef KERNELS

#define REAL    double
#define NAME(x) x##_f64
#define GEMM    gemm_f64
#define KERNELS f64
#include "plane.inc"

/* a.b over the weights; NULL is zeros. */
static double dot(const struct mlp *m, const double *a, const double *b)
{
    struct tw_sum sum = {0, 0};

    for (size_t l = 0; a && b && l < m->n_layers; l++)
        l2_dot(&sum, m->layer[l].bias - m->layer[l].weight, a + m->layer[l].weight,
               b + m->layer[l].weight);
    return tw_sum_value(&sum);
}

static int plane_begin(void *self, const double *origin, const double *u, const double *v)
{
    struct mlp *m = self;
    const double *const from[3] = {origin, u, v};
    int rc = m->cfg->precision == FLOAT32 ? begin_f32(m, from) : begin_f64(m, from);

    if (rc != TW_OK)
        return m->host->fail(m->host, rc, "out of memory for the plane of %zu parameters", m->dim);
    for (size_t i = 0, at = 0; i < 3; i++)
        for (size_t j = 0; j <= i; j++, at++)
            m->squares[at] = m->cfg->l2 > 0 ? dot(m, from[i], from[j]) : 0;
    return TW_OK;
}

static size_t plane_tile_rows(const void *self, size_t n_points)
{
    (void)n_points;
    return choose_block(self);
}

static int plane_eval(void *self, size_t first_row, size_t n_rows, size_t n_points,
                      const double *xy, struct tw_sum *loss_sum, double *correct)
{
    struct mlp *m = self;
    const struct points points = {n_points, xy, loss_sum, correct};
    int rc;

    for (size_t k = 0; k < n_points; k++) {
        loss_sum[k] = (struct tw_sum){0, 0};
        if (correct)
            correct[k] = 0;
    }
    if (m->cfg->precision == FLOAT32)
        rc = eval_f32(m, m->plane_f32, first_row, first_row + n_rows, &points);
    else
        rc = eval_f64(m, m->plane_f64, first_row, first_row + n_rows, &points);
    return rc == TW_OK ? rc : m->host->fail(m->host, rc, "out of memory for a row of the grid");
}

static int plane_penalty(void *self, size_t n_points, const double *xy, double *penalty)
{
    const struct mlp *m = self;

    l2_plane(m->cfg->l2, m->squares, n_points, xy, penalty);
    return TW_OK;
}

void mlp_plane_free(struct mlp *m)
{
    if (m->plane_f32)
        scratch_free(&m->plane_f32->mem);
    if (m->plane_f64)
        scratch_free(&m->plane_f64->mem);
}

static void plane_end(void *self)
{
    (void)self;
}

const struct tw_model_plane mlp_plane = {
    .struct_size = sizeof(mlp_plane),
    .begin = plane_begin,
    .tile_rows = plane_tile_rows,
    .eval = plane_eval,
    .penalty = plane_penalty,
    .end = plane_end,
};
