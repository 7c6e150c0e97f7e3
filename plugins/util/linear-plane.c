/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear-plane.c -- the plane extension of the linear models: see linear.h and linear-kernels.h.
 *
 * The list of points of a call is cut into spans (linear-points.h): grids, which are rows of the
 * same columns, and loose points. The data are taken block by block: three matrix products give the
 * scores of a block under origin, u and v (block_parts), and all spans are served from these. Grids
 * are swept, group of samples by group (sweep); the few samples and rows that are too large for a
 * sweep, and loose points, go through the model's `term`.
 *
 * What a call gets must not depend on where the host cuts the rows. Blocks and groups begin at
 * multiples of their size. A group of which only a part is asked for, samples from .. to - 1, gets
 * the sum over 0 .. to - 1 less the sum over 0 .. from - 1: over all calls the same numbers come
 * and go, and with sums in two doubles what stays has the same bits.
 */
#include "linear.h"

#include <math.h>
#include <string.h>

#include "l2.h"

#define MOST_TILES   64
#define LEAST_TILE   1024    /* rows */
#define STEEPEST     300.0   /* what a logarithm in a table may be */
#define GROUP_VALUES 4096    /* deltas of a group, all samples */
#define TABLE_VALUES 65536   /* of table b; should stay in a core's cache */
#define PARTS_VALUES 2097152 /* scores kept: 16 MB */
#define ROWS_MIN     16
#define ROWS_MAX     2048

/* ---- begin ---- */

static size_t choose_group(size_t n_deltas)
{
    size_t group = LINEAR_GROUP;

    while (group > 1 && group * n_deltas > GROUP_VALUES)
        group /= 2;
    return group;
}

static size_t choose_rows(const struct linear_sweep *s)
{
    size_t n = TABLE_VALUES / (s->group * s->n_deltas) / LINEAR_PAD * LINEAR_PAD;

    return n < ROWS_MIN ? ROWS_MIN : n > ROWS_MAX ? ROWS_MAX : n;
}

static bool take_sweep(struct linear *lin)
{
    struct scratch *mem = &lin->mem;
    struct linear_sweep *s = &lin->sweep;
    size_t n = s->n_deltas, rows = lin->plane_rows, all = s->group * n;

    if (n > SIZE_MAX / sizeof(double) / rows / s->group)
        return false;
    s->d = lin->d = scratch_take(mem, all, sizeof(double));
    s->u = lin->u = scratch_take(mem, all, sizeof(double));
    s->v = lin->v = scratch_take(mem, all, sizeof(double));
    s->lower = lin->lower = scratch_take(mem, s->group, sizeof(*lin->lower));
    lin->wild = scratch_take(mem, s->group, sizeof(*lin->wild));
    s->apart = lin->apart = scratch_take(mem, s->group, sizeof(*lin->apart));
    s->reach = scratch_take(mem, n, sizeof(double));
    s->slope = scratch_take(mem, n, sizeof(double));
    s->above = scratch_take(mem, n, sizeof(double));
    s->below = scratch_take(mem, n, sizeof(double));
    s->a = scratch_take(mem, all * lin->kernels->strip, sizeof(double));
    s->ratio = scratch_take(mem, all, sizeof(double));
    s->b = scratch_take(mem, rows * all, sizeof(double));
    s->total = scratch_take(mem, rows, sizeof(double));
    s->begin = scratch_take(mem, rows, sizeof(double));
    s->end = scratch_take(mem, rows, sizeof(double));
    s->left = scratch_take(mem, rows * s->group, sizeof(*s->left));
    s->left_b = scratch_take(mem, rows * all, sizeof(double));
    return s->d && s->u && s->v && s->lower && lin->wild && s->apart && s->reach && s->slope &&
           s->above && s->below && s->a && s->ratio && s->b && s->total && s->begin && s->end &&
           s->left && s->left_b;
}

static bool take_plane(struct linear *lin)
{
    struct scratch *mem = &lin->mem;
    struct linear_sweep *s = &lin->sweep;
    size_t k = lin->n_out;

    s->kind = lin->kind;
    s->n_deltas = lin->one_score ? 1 : k - 1;
    s->group = choose_group(s->n_deltas);
    s->log_terms = log1p((double)s->n_deltas);
    lin->plane_rows = choose_rows(s);

    lin->stack = scratch_take(mem, linear_packed_size(lin, 3 * k), sizeof(double));
    lin->stack_b = scratch_take(mem, 3 * k, sizeof(double));
    lin->row_part = scratch_take(mem, k * lin->block, sizeof(double));
    lin->same_label = scratch_take(mem, lin->block, sizeof(*lin->same_label));
    return lin->stack && lin->stack_b && lin->row_part && lin->same_label && take_sweep(lin);
}

static double dot(size_t n, const double *a, const double *b)
{
    struct tw_sum sum = {0, 0};

    l2_dot(&sum, n, a, b);
    return tw_sum_value(&sum);
}

static int plane_begin(void *self, const double *origin, const double *u, const double *v)
{
    struct linear *lin = self;
    size_t k = lin->n_out, w = lin->n_weights;
    const double *from[3] = {origin, u, v};

    if (!lin->sweep.left_b && !take_plane(lin)) {
        lin->sweep.left_b = NULL;
        return lin->host->fail(lin->host, TW_ENOMEM, "out of memory");
    }
    lin->parts_step = 0;
    memset(lin->stack, 0, linear_packed_size(lin, 3 * k) * sizeof(*lin->stack));
    for (size_t i = 0, at = 0; i < 3; i++) {
        if (from[i])
            linear_pack(lin, 3 * k, i * k, from[i], lin->stack);
        for (size_t c = 0; c < k; c++)
            lin->stack_b[i * k + c] = from[i] && lin->bias ? from[i][w + c] : 0;
        for (size_t j = 0; j <= i; j++, at++)
            lin->squares[at] = lin->l2 > 0 && from[i] && from[j] ? dot(w, from[i], from[j]) : 0;
    }
    return TW_OK;
}

/* Whole blocks. Each tile costs the laying out of the points and a sum over all of them, here and
 * in the host: there are some sixty, or fewer of many rows. The host shares out the points of a
 * tile. */
static size_t plane_tile_rows(const void *self, size_t n_points)
{
    const struct linear *lin = self;
    size_t rows = lin->data->n_rows / MOST_TILES;

    (void)n_points;
    return linear_round_up(rows > LEAST_TILE ? rows : LEAST_TILE, lin->block);
}

/* ---- a block of rows ---- */

/* Room for the parts of the blocks of rows [first, end). They stay for the next call, which mostly
 * is for the same rows and other points: only they grow with the number of features, and so are
 * paid for once. If they are too many to be kept, all blocks share the room of one. *known: they
 * are there already. */
static bool take_parts(struct linear *lin, size_t first, size_t end, bool *known)
{
    size_t each = 3 * lin->n_out * lin->block, n = (end - first + lin->block - 1) / lin->block;

    *known = lin->parts_step > 0 && first == lin->parts_first && end == lin->parts_end;
    if (*known)
        return true;
    lin->parts_first = first;
    lin->parts_end = end;
    lin->parts_step = n <= PARTS_VALUES / each ? each : 0;
    if (lin->parts_step == 0)
        n = 1;
    if (n * each > lin->parts_room) {
        if (!SCRATCH_GROW(lin->parts, lin->parts_room, n * each)) {
            lin->parts_step = 0;
            return false;
        }
        memset(lin->parts, 0, n * each * sizeof(*lin->parts)); /* behind the last row */
    }
    return true;
}

/* The scores of one block, or of what there is of it, under origin, u and v, into `part`. */
static void block_parts(struct linear *lin, size_t first, size_t there)
{
    size_t n = 3 * lin->n_out, block = lin->block;

    for (size_t r = 0; r < there; r++)
        lin->row[r] = lin->data->x + (first + r) * lin->n_features;
    lin->kernels->products(there, lin->n_features, lin->row, n, lin->stack, block, lin->part);
    for (size_t c = 0; c < n; c++)
        for (size_t r = 0; r < there; r++)
            lin->part[c * block + r] += lin->stack_b[c];
}

/* The block at row `first`, into part and label. */
static void get_block(struct linear *lin, size_t first, bool known)
{
    size_t left = lin->data->n_rows - first, there = left < lin->block ? left : lin->block;

    lin->part = lin->parts + (first - lin->parts_first) / lin->block * lin->parts_step;
    if (!known)
        block_parts(lin, first, there);
    memcpy(lin->label, lin->data->label + first, there * sizeof(*lin->label));
}

/* Loose points over rows [from, to) of the block. */
static void loose_points(struct linear *lin, size_t from, size_t to, size_t n_points,
                         const double *xy, struct tw_sum *loss_sum, double *correct)
{
    size_t block = lin->block, n = lin->n_out * block;
    const double *restrict p0 = lin->part, *restrict pu = p0 + n, *restrict pv = p0 + 2 * n;
    double *restrict row = lin->row_part;

    for (size_t k = 0; k < n_points; k++) {
        double x = xy[2 * k], y = xy[2 * k + 1];

        if (k == 0 || y != xy[2 * k - 1])
            for (size_t i = 0; i < n; i++)
                row[i] = p0[i] + y * pv[i];
        for (size_t c = 0; c < lin->n_out; c++) {
            double *restrict score = lin->score + c * lin->block;

            for (size_t i = c * block, r = 0; r < block; i++, r++)
                score[r] = row[i] + x * pu[i];
        }
        lin->term(lin, to, lin->block, lin->score, lin->label, lin->row_loss, lin->right, false);

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

/* ---- a group of samples over a grid ---- */

/* The deltas of sample i, which stands at place r of the block. */
static void put_deltas(struct linear *lin, size_t i, size_t r)
{
    size_t n = lin->sweep.n_deltas, block = lin->block, own = (size_t)lin->label[r];
    double *to[3] = {lin->d + i * n, lin->u + i * n, lin->v + i * n};
    bool tame = true;

    for (size_t part = 0; part < 3; part++) {
        const double *from = lin->part + part * lin->n_out * block + r;

        if (lin->one_score)
            to[part][0] = own == 1 ? -from[0] : from[0];
        else
            for (size_t c = 0, k = 0; c < lin->n_out; c++)
                if (c != own)
                    to[part][k++] = from[c * block] - from[own * block];
        for (size_t k = 0; k < n; k++)
            tame = tame && fabs(to[part][k]) <= LINEAR_MOST_COORD;
    }
    lin->lower[i] = own;
    lin->wild[i] = !tame;
}

/* Which samples are too steep for tables that take up the whole length of the grid's rows. */
static void set_apart(struct linear *lin, size_t n_samples, double half)
{
    const struct linear_sweep *s = &lin->sweep;

    for (size_t i = 0; i < n_samples; i++) {
        lin->apart[i] = lin->wild[i];
        for (size_t k = 0; s->kind == LINEAR_LOGISTIC && k < s->n_deltas; k++)
            lin->apart[i] = lin->apart[i] || !(fabs(s->u[i * s->n_deltas + k]) * half <= STEEPEST);
    }
}

/* Adds the columns in which sample i is right; `change` belongs to the first row of the sweep. */
static void count_right(const struct linear *lin, size_t i, uint32_t *change)
{
    const struct linear_sweep *s = &lin->sweep;

    for (size_t r = 0; r < s->n_rows; r++, change += s->n_columns + 1) {
        if (s->begin[r] < 0) {
            lin->kernels->decide(s, i, r, change);
        } else {
            change[(size_t)s->begin[r]]++;
            change[(size_t)s->end[r]]--;
        }
    }
}

/* One row of one sample, at place r of the block, from its scores. */
static void row_directly(struct linear *lin, size_t r, double y, double *hi, double *lo,
                         uint32_t *change)
{
    const struct linear_sweep *s = &lin->sweep;
    size_t block = lin->block, n = lin->n_out * block;
    const double *p0 = lin->part + r, *pu = p0 + n, *pv = p0 + 2 * n;

    for (size_t j = 0; j < lin->block; j++)
        lin->same_label[j] = lin->label[r];
    for (size_t at = 0, there; at < s->n_columns; at += there) {
        there = s->n_columns - at < lin->block ? s->n_columns - at : lin->block;
        for (size_t c = 0; c < lin->n_out; c++) {
            double base = p0[c * block] + y * pv[c * block], slope = pu[c * block];

            for (size_t j = 0; j < there; j++)
                lin->score[c * lin->block + j] = base + s->x[at + j] * slope;
        }
        lin->term(lin, there, lin->block, lin->score, lin->same_label, lin->row_loss, lin->right,
                  false);
        for (size_t j = 0; j < there; j++) {
            struct tw_sum sum = {hi[at + j], lo[at + j]};

            tw_sum_add(&sum, lin->row_loss[j]);
            hi[at + j] = sum.hi;
            lo[at + j] = sum.lo;
            change[at + j] += lin->right[j];
            change[at + j + 1] -= lin->right[j];
        }
    }
}

/* Samples from .. to - 1 of the group at place `at` of the block, in the rows of the sweep. */
static void sweep_rows(struct linear *lin, size_t at, size_t from, size_t to, size_t stride,
                       double *hi, double *lo, uint32_t *change)
{
    const struct linear_kernels *k = lin->kernels;
    struct linear_sweep *s = &lin->sweep;

    s->n_left = 0;
    memset(s->total, 0, lin->plane_rows * sizeof(*s->total));
    for (size_t i = 0; i < to; i++) {
        k->rows(s, i);
        if (i >= from)
            count_right(lin, i, change);
    }
    for (size_t c = 0; c < s->n_columns; c += k->strip) {
        k->columns(s, to, c);
        k->tiles(s, to, c, 1, hi, lo);
        if (from > 0)
            k->tiles(s, from, c, -1, hi, lo);
        for (size_t j = 0; j < s->n_left; j++)
            if (s->left[j].single && s->left[j].sample >= from)
                k->single(s, j, c, hi + s->left[j].row * stride, lo + s->left[j].row * stride);
    }
    for (size_t j = 0; j < s->n_left; j++) {
        size_t row = s->left[j].row;

        if (!s->left[j].single && s->left[j].sample >= from)
            row_directly(lin, at + s->left[j].sample, s->y[row], hi + row * stride,
                         lo + row * stride, change + row * (s->n_columns + 1));
    }
}

static void sweep(struct linear *lin, const struct linear_span *span, size_t at, size_t from,
                  size_t to)
{
    struct linear_points *p = &lin->points;
    struct linear_sweep *s = &lin->sweep;
    size_t n = span->n_columns;
    const double *x = p->axis + span->at_axis, *y = x + span->stride + LINEAR_STRIP;

    s->x = x;
    s->n_columns = n;
    s->first = x[0];
    s->centre = 0.5 * (x[0] + x[n - 1]);
    s->per_step = span->per_step;
    s->strip_step = span->strip_step;
    set_apart(lin, to, 0.5 * (x[n - 1] - x[0]));
    for (size_t r = 0; r < span->n_rows; r += s->n_rows) {
        size_t cell = span->at_cell + r * span->stride;

        s->y = y + r;
        s->n_rows = span->n_rows - r < lin->plane_rows ? span->n_rows - r : lin->plane_rows;
        sweep_rows(lin, at, from, to, span->stride, p->hi + cell, p->lo + cell,
                   p->change + span->at_change + r * (n + 1));
    }
}

/* ---- eval ---- */

/* All points over rows [from, to) of the block that get_block() has prepared. */
static void block_points(struct linear *lin, size_t from, size_t to, const double *xy,
                         struct tw_sum *loss_sum, double *correct)
{
    const struct linear_points *p = &lin->points;
    size_t group = lin->sweep.group;
    bool any_grid = false;

    for (size_t i = 0; i < p->n_spans; i++) {
        size_t at = p->span[i].first;

        any_grid = any_grid || p->span[i].grid;
        if (!p->span[i].grid)
            loose_points(lin, from, to, p->span[i].n_rows, xy + 2 * at, loss_sum + at,
                         correct ? correct + at : NULL);
    }
    for (size_t at = from - from % group; any_grid && at < to; at += group) {
        size_t first = at < from ? from - at : 0, end = to - at < group ? to - at : group;

        for (size_t i = 0; i < end; i++)
            put_deltas(lin, i, at + i);
        for (size_t i = 0; i < p->n_spans; i++)
            if (p->span[i].grid)
                sweep(lin, &p->span[i], at, first, end);
    }
}

static int plane_eval(void *self, size_t first_row, size_t n_rows, size_t n_points,
                      const double *xy, struct tw_sum *loss_sum, double *correct)
{
    struct linear *lin = self;
    size_t block = lin->block, first = first_row - first_row % block, end = first_row + n_rows;
    bool known;

    if (!linear_points_lay_out(&lin->points, n_points, xy, lin->kernels->strip) ||
        !take_parts(lin, first, end, &known))
        return lin->host->fail(lin->host, TW_ENOMEM, "out of memory for %zu points", n_points);
    for (size_t k = 0; k < n_points; k++) {
        loss_sum[k] = (struct tw_sum){0, 0};
        if (correct)
            correct[k] = 0;
    }
    for (size_t at = first; at < end; at += block) {
        size_t from = at < first_row ? first_row - at : 0;
        size_t to = end - at < block ? end - at : block;

        get_block(lin, at, known);
        block_points(lin, from, to, xy, loss_sum, correct);
    }
    linear_points_give_back(&lin->points, loss_sum, correct);
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

static const struct tw_model_hvp hvp = {.struct_size = sizeof(hvp), .hvp = linear_hvp};

const void *linear_extension(const char *id)
{
    if (strcmp(id, TW_EXT_MODEL_HVP) == 0)
        return &hvp;
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &plane : NULL;
}
