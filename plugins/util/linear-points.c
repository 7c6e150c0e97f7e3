/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear-points.c -- see linear-points.h. */
#include "linear-points.h"

#include <math.h>
#include <string.h>

#include "linear-kernels.h"
#include "scratch.h"

#define LEAST_COLUMNS 4 /* rows with fewer are loose points */

static size_t row_end(size_t n_points, const double *xy, size_t at)
{
    size_t end = at + 1;

    while (end < n_points && xy[2 * end + 1] == xy[2 * at + 1])
        end++;
    return end;
}

static bool row_fits(const double *xy, size_t at, size_t end)
{
    bool ok = end - at >= LEAST_COLUMNS && end - at < UINT32_MAX / 2 &&
              fabs(xy[2 * at + 1]) <= LINEAR_MOST_COORD;

    for (size_t k = at; k < end && ok; k++)
        ok = fabs(xy[2 * k]) <= LINEAR_MOST_COORD;
    return ok;
}

static bool same_columns(size_t n, const double *xy, size_t a, size_t b)
{
    for (size_t k = 0; k < n; k++)
        if (xy[2 * (a + k)] != xy[2 * (b + k)])
            return false;
    return true;
}

/* Counts spans and rows of grids; with `span` (and `row`) describes them, too. A row joins the last
 * grid also if there are loose points between. */
static void find_spans(size_t n_points, const double *xy, size_t *n_spans, size_t *n_rows,
                       struct linear_span *span, size_t *row)
{
    size_t spans = 0, rows = 0, grid = 0, first = 0, columns = 0;
    bool loose = false;

    for (size_t at = 0, end; at < n_points; at = end) {
        end = row_end(n_points, xy, at);
        if (!row_fits(xy, at, end)) {
            if (!loose && span)
                span[spans] = (struct linear_span){.first = at, .n_columns = 1};
            spans += !loose;
            loose = true;
            if (span)
                span[spans - 1].n_rows += end - at;
            continue;
        }
        loose = false;
        if (end - at != columns || !same_columns(columns, xy, first, at)) {
            grid = spans++;
            first = at;
            columns = end - at;
            if (span)
                span[grid] = (struct linear_span){
                    .grid = true, .first = at, .n_columns = columns, .at_row = rows};
        }
        if (span) {
            span[grid].n_rows++;
            row[rows] = at;
        }
        rows++;
    }
    *n_spans = spans;
    *n_rows = rows;
}

/* Copies the coordinates and sees whether the columns are evenly spaced. */
static void fill_axes(const struct linear_points *p, const double *xy, size_t strip,
                      struct linear_span *span)
{
    double *x = p->axis + span->at_axis, *y = x + span->stride + LINEAR_STRIP;
    const size_t *row = p->row + span->at_row;
    size_t n = span->n_columns, rows = linear_round_up(span->n_rows, LINEAR_PAD) + LINEAR_PAD;

    for (size_t j = 0; j < span->stride + LINEAR_STRIP; j++)
        x[j] = xy[2 * (span->first + (j < n ? j : n - 1))];
    for (size_t r = 0; r < rows; r++)
        y[r] = xy[2 * row[r < span->n_rows ? r : span->n_rows - 1] + 1];

    double step = (x[n - 1] - x[0]) / (double)(n - 1), off = 0;
    double most = fmax(fabs(x[0]), fabs(x[n - 1]));

    for (size_t j = 0; j < n; j++)
        off = fmax(off, fabs(x[j] - (x[0] + (double)j * step)));
    span->per_step = off <= 1e-7 * step && most <= 1e7 * step && step > 1e-150 ? 1 / step : 0;
    span->strip_step = off <= 2e-15 * most ? (double)strip * step : 0;
}

bool linear_points_lay_out(struct linear_points *p, size_t n_points, const double *xy, size_t strip)
{
    size_t axis = 0, cells = 0, changes = 0, n_rows;

    find_spans(n_points, xy, &p->n_spans, &n_rows, NULL, NULL);
    if (!SCRATCH_GROW(p->span, p->span_room, p->n_spans) ||
        !SCRATCH_GROW(p->row, p->row_room, n_rows))
        return false;
    find_spans(n_points, xy, &p->n_spans, &n_rows, p->span, p->row);
    for (size_t i = 0; i < p->n_spans; i++) {
        struct linear_span *span = &p->span[i];

        if (!span->grid)
            continue;
        span->stride = linear_round_up(span->n_columns, LINEAR_PAD);
        span->at_axis = axis;
        span->at_cell = cells;
        span->at_change = changes;
        axis +=
            span->stride + LINEAR_STRIP + linear_round_up(span->n_rows, LINEAR_PAD) + LINEAR_PAD;
        cells += span->n_rows * span->stride;
        changes += span->n_rows * (span->n_columns + 1);
    }
    if (!SCRATCH_GROW(p->axis, p->axis_room, axis) ||
        !SCRATCH_GROW(p->hi, p->cell_room, 2 * cells) ||
        !SCRATCH_GROW(p->change, p->change_room, changes))
        return false;
    p->lo = cells > 0 ? p->hi + cells : p->hi;
    if (cells > 0) {
        memset(p->hi, 0, 2 * cells * sizeof(*p->hi));
        memset(p->change, 0, changes * sizeof(*p->change));
    }
    for (size_t i = 0; i < p->n_spans; i++)
        if (p->span[i].grid)
            fill_axes(p, xy, strip, &p->span[i]);
    return true;
}

void linear_points_give_back(const struct linear_points *p, struct tw_sum *loss_sum,
                             double *correct)
{
    for (size_t i = 0; i < p->n_spans; i++) {
        const struct linear_span *span = &p->span[i];

        for (size_t r = 0; span->grid && r < span->n_rows; r++) {
            const uint32_t *change = p->change + span->at_change + r * (span->n_columns + 1);
            size_t cell = span->at_cell + r * span->stride;
            size_t k = p->row[span->at_row + r];
            uint32_t right = 0;

            for (size_t j = 0; j < span->n_columns; j++, k++) {
                double hi = p->hi[cell + j];

                right += change[j];
                loss_sum[k] = (struct tw_sum){hi, isfinite(hi) ? p->lo[cell + j] : 0};
                if (correct)
                    correct[k] = right;
            }
        }
    }
}

void linear_points_free(struct linear_points *p)
{
    free(p->span);
    free(p->row);
    free(p->axis);
    free(p->hi);
    free(p->change);
}
