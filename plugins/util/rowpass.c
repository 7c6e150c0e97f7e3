/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rowpass.c -- see rowpass.h. */
#include "util/rowpass.h"

#include "util/parallel.h"

#include <gsl/gsl_cblas.h>
#include <stdlib.h>
#include <string.h>

#define TILE       32768     /* doubles of a tile: 256 KiB, part of a core's second-level cache */
#define PIECES     32        /* of a pass, at most */
#define MOST_SUMS  (1 << 25) /* doubles of all pieces' sums: 256 MiB */
#define LEAST_STEP 16
#define COLUMNS    16384
#define FETCH      8   /* rows further on that are fetched */
#define SQUARE     256 /* about the size of a block of a matrix */
#define WHAT       "principal components"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int tick(const struct pass *p)
{
    return p->host->tick(p->host, p->fraction, WHAT) ? TW_ECANCELLED : TW_OK;
}

/* Where piece k of `pieces` begins, of n things. */
static size_t cut(size_t n, size_t k, size_t pieces)
{
    return n / pieces * k + n % pieces * k / pieces;
}

/* Pieces of rows, centred, next to each other. Where they are not whole rows, which the processor
 * foresees by itself, one further on is fetched meanwhile. */
static void load_tile(const struct pass *p, size_t row, size_t rows, size_t col, size_t cols,
                      double *z)
{
    const struct pca_rows *r = p->rows;
    const double *mean = p->mean + col;

    for (size_t i = 0; i < rows; i++, z += cols) {
        size_t at = row + i, ahead = at + FETCH;
        bool fetch = cols < r->d && i + FETCH < rows;

        if (r->x)
            p->kernels->shift_f(r->x + at * r->d + col, mean, cols, z,
                                fetch ? r->x + ahead * r->d + col : NULL);
        else
            p->kernels->shift_d(r->row[at] + col, mean, cols, z,
                                fetch ? r->row[ahead] + col : NULL);
    }
}

static size_t step_for(size_t side, size_t across)
{
    size_t step = TILE / side / LEAST_STEP * LEAST_STEP;

    return least(step > LEAST_STEP ? step : LEAST_STEP, across);
}

int pass_open(struct pass *p, const struct pca_rows *rows, double *mean, size_t vectors,
              const struct tw_host *host)
{
    bool tall = rows->n > rows->d;
    size_t side = tall ? rows->d : rows->n, across = tall ? rows->n : rows->d, width;

    *p = (struct pass){.rows = rows,
                       .host = host,
                       .kernels = panel_kernels(),
                       .tall = tall,
                       .side = side,
                       .across = across,
                       .panels = (vectors + PANEL - 1) / PANEL,
                       .mean = mean};
    if (vectors == 0)
        return TW_OK;
    width = p->panels * PANEL * side;
    p->step = step_for(side, across);
    p->tiles = (across + p->step - 1) / p->step;
    p->pieces = least(least(PIECES, p->tiles), 1 + MOST_SUMS / width);
    p->tile_size = p->step * (side + PANEL);
    p->tile = calloc(p->pieces, p->tile_size * sizeof *p->tile);
    p->sum = calloc(p->pieces, width * sizeof *p->sum);
    p->v = calloc(width, sizeof *p->v);
    if (p->tile && p->sum && p->v)
        return TW_OK;
    pass_close(p);
    return TW_ENOMEM;
}

void pass_close(struct pass *p)
{
    free(p->tile);
    free(p->sum);
    free(p->v);
    *p = (struct pass){0};
}

/* ---- moments ---- */

/* Differences from one of the rows: a column that is constant becomes zero exactly, and little is
 * lost when all rows are alike. */
struct moments {
    const struct pass *p;
    size_t pieces;
    double *anchor;  /* d */
    double *sum;     /* tall: pieces x d; wide: d */
    double *squares; /* pieces */
};

static double add_row(const struct moments *m, size_t row, size_t col, size_t count, double *sum)
{
    const struct pca_rows *r = m->p->rows;

    return r->x ? m->p->kernels->moments_f(r->x + row * r->d + col, m->anchor + col, count, sum)
                : m->p->kernels->moments_d(r->row[row] + col, m->anchor + col, count, sum);
}

static int moments_of_rows(void *ctx, size_t k)
{
    const struct moments *m = ctx;
    size_t n = m->p->rows->n, d = m->p->rows->d, end = cut(n, k + 1, m->pieces);
    double squares = 0;

    if (tick(m->p) < 0)
        return TW_ECANCELLED;
    for (size_t i = cut(n, k, m->pieces); i < end; i++)
        squares += add_row(m, i, 0, d, m->sum + k * d);
    m->squares[k] = squares;
    return TW_OK;
}

static int moments_of_columns(void *ctx, size_t k)
{
    const struct moments *m = ctx;
    size_t n = m->p->rows->n, d = m->p->rows->d, end = cut(d, k + 1, m->pieces), count;
    double squares = 0;

    for (size_t j = cut(d, k, m->pieces); j < end; j += count) {
        if (tick(m->p) < 0)
            return TW_ECANCELLED;
        count = least(COLUMNS, end - j);
        for (size_t i = 0; i < n; i++)
            squares += add_row(m, i, j, count, m->sum + j);
    }
    m->squares[k] = squares;
    return TW_OK;
}

static int moments(struct moments *m, double *squares)
{
    const struct pass *p = m->p;
    size_t n = p->rows->n, d = p->rows->d;
    int rc;

    for (size_t j = 0; j < d; j++)
        m->anchor[j] = p->rows->x ? (double)p->rows->x[n / 2 * d + j] : p->rows->row[n / 2][j];
    rc = parallel_run(p->host, m->pieces, p->tall ? moments_of_rows : moments_of_columns, m);
    if (rc < 0)
        return rc;
    for (size_t k = 1; k < m->pieces && p->tall; k++)
        for (size_t j = 0; j < d; j++)
            m->sum[j] += m->sum[k * d + j];
    *squares = 0;
    for (size_t k = 0; k < m->pieces; k++)
        *squares += m->squares[k];
    for (size_t j = 0; j < d; j++) {
        double difference = m->sum[j] / (double)n;

        *squares -= m->sum[j] * difference;
        p->mean[j] = m->anchor[j] + difference;
    }
    return TW_OK;
}

int pass_moments(const struct pass *p, double *squares)
{
    size_t d = p->rows->d, rows = p->tall ? PIECES : 1;
    struct moments m = {.p = p, .pieces = least(PIECES, 1 + p->across / COLUMNS)};
    int rc = TW_ENOMEM;

    m.anchor = calloc(d, sizeof *m.anchor);
    m.sum = calloc(rows, d * sizeof *m.sum);
    m.squares = calloc(PIECES, sizeof *m.squares);
    if (m.anchor && m.sum && m.squares)
        rc = moments(&m, squares);
    free(m.anchor);
    free(m.sum);
    free(m.squares);
    return rc;
}

/* ---- the product matrix times vectors ---- */

struct product {
    const struct pass *p;
    size_t every, panels;
};

/* sum += z' z v or z z' v for one tile, which is rows (tall) or columns. Rows of floats that follow
 * each other are fetched before it is their turn. */
static void multiply_tile(const struct product *q, size_t t, double *z, double *sum)
{
    const struct pass *p = q->p;
    const struct pca_rows *r = p->rows;
    size_t side = p->side, first = t * p->step, m = least(p->step, p->across - first);
    const void *next = p->tall && r->x && q->every == 1 ? r->x + (first + m) * side : NULL;
    double *y = z + m * side;

    if (p->tall)
        load_tile(p, first, m, 0, side, z);
    else
        load_tile(p, 0, side, first, m, z);
    for (size_t i = 0; i < q->panels; i++) {
        const double *v = p->v + i * side * PANEL;
        double *to = sum + i * side * PANEL;

        memset(y, 0, m * PANEL * sizeof *y);
        if (p->tall) {
            next = p->kernels->times(z, m, side, v, y, next);
            next = p->kernels->times_t(z, m, side, y, to, next);
        } else {
            p->kernels->times_t(z, side, m, v, y, NULL);
            p->kernels->times(z, side, m, y, to, NULL);
        }
    }
}

static int multiply_piece(void *ctx, size_t k)
{
    const struct product *q = ctx;
    const struct pass *p = q->p;
    size_t t = cut(p->tiles, k, p->pieces), end = cut(p->tiles, k + 1, p->pieces), done = 0;
    double *z = p->tile + k * p->tile_size, *sum = p->sum + k * p->panels * p->side * PANEL;

    memset(sum, 0, q->panels * p->side * PANEL * sizeof *sum);
    for (t = (t + q->every - 1) / q->every * q->every; t < end; t += q->every) {
        if (done++ % 16 == 0 && tick(p) < 0)
            return TW_ECANCELLED;
        multiply_tile(q, t, z, sum);
    }
    return TW_OK;
}

int pass_multiply(const struct pass *p, size_t every, const double *v, size_t count, double *out)
{
    struct product q = {.p = p, .every = every, .panels = (count + PANEL - 1) / PANEL};
    size_t width = q.panels * p->side * PANEL, apart = p->panels * p->side * PANEL;
    int rc;

    panel_from_rows(v, count, p->side, p->v);
    rc = parallel_run(p->host, p->pieces, multiply_piece, &q);
    for (size_t k = 1; k < p->pieces && rc == TW_OK; k++)
        for (size_t i = 0; i < width; i++)
            p->sum[i] += p->sum[k * apart + i];
    panel_to_rows(p->sum, count, p->side, out);
    return rc;
}

/* ---- the product matrix ---- */

struct matrix {
    const struct pass *p;
    size_t blocks, block; /* along one side, and how wide */
    size_t chunks;        /* of what is summed over */
    double *a;            /* one for each chunk */
};

/* Rows first .. first+m-1 of what is summed over, for `count` rows of the matrix from `at` on:
 * m x count (tall) or count x m. */
static void load_strip(const struct pass *p, size_t first, size_t m, size_t at, size_t count,
                       double *z)
{
    if (p->tall)
        load_tile(p, first, m, at, count, z);
    else
        load_tile(p, at, count, first, m, z);
}

/* a (rows x cols, ld) += the product of two strips; the lower triangle if they are the same. */
static void add_strips(bool tall, size_t m, const double *left, size_t rows, const double *right,
                       size_t cols, double *a, size_t ld)
{
    enum CBLAS_TRANSPOSE first = tall ? CblasTrans : CblasNoTrans;
    enum CBLAS_TRANSPOSE second = tall ? CblasNoTrans : CblasTrans;

    if (left == right)
        cblas_dsyrk(CblasRowMajor, CblasLower, first, (int)rows, (int)m, 1, left,
                    (int)(tall ? rows : m), 1, a, (int)ld);
    else
        cblas_dgemm(CblasRowMajor, first, second, (int)rows, (int)cols, (int)m, 1, left,
                    (int)(tall ? rows : m), right, (int)(tall ? cols : m), 1, a, (int)ld);
}

/* Task k: one block of the triangle, over one chunk. */
static int matrix_block(void *ctx, size_t k)
{
    const struct matrix *q = ctx;
    const struct pass *p = q->p;
    size_t chunk = k % q->chunks, i = 0, j = k / q->chunks, m;
    size_t end = cut(p->across, chunk + 1, q->chunks);
    double *left = malloc(2 * SQUARE * q->block * sizeof *left), *right, *a;
    int rc = left ? TW_OK : TW_ENOMEM;

    while (j > i) /* row i of the triangle has i + 1 blocks */
        j -= ++i;
    i *= q->block;
    j *= q->block;
    right = i == j ? left : left + SQUARE * q->block;
    a = q->a + (chunk * p->side + i) * p->side + j;
    for (size_t at = cut(p->across, chunk, q->chunks); at < end && rc == TW_OK; at += m) {
        size_t rows = least(q->block, p->side - i), cols = least(q->block, p->side - j);

        rc = tick(p);
        m = least(SQUARE, end - at);
        load_strip(p, at, m, i, rows, left);
        if (i != j)
            load_strip(p, at, m, j, cols, right);
        add_strips(p->tall, m, left, rows, right, cols, a, p->side);
    }
    free(left);
    return rc;
}

int pass_matrix(const struct pass *p, double *a)
{
    size_t n = p->side, blocks = (n + SQUARE - 1) / SQUARE, tasks = blocks * (blocks + 1) / 2;
    struct matrix q = {.p = p, .blocks = blocks, .block = (n + blocks - 1) / blocks, .a = a};
    int rc;

    q.chunks = least(1 + 16 / tasks, 1 + p->across / (4 * SQUARE));
    if (q.chunks > 1)
        q.a = calloc(q.chunks, n * n * sizeof *q.a);
    if (!q.a)
        return TW_ENOMEM;
    rc = parallel_run(p->host, tasks * q.chunks, matrix_block, &q);
    for (size_t k = 0; k < q.chunks && q.a != a; k++)
        for (size_t i = 0; i < n * n; i++)
            a[i] += q.a[k * n * n + i];
    if (q.a != a)
        free(q.a);
    return rc;
}

/* ---- combinations of the rows, and their coordinates ---- */

struct lift {
    const struct pass *p;
    size_t count, panels, step, tiles, pieces;
    const double *v; /* panels x n x PANEL, or x d */
    const double *factor;
    double *axis; /* pass_lift() */
    float *out;   /* pass_project() */
};

static void lift_tile(const struct lift *q, size_t first, size_t m, double *z)
{
    const struct pass *p = q->p;
    size_t n = p->rows->n, d = p->rows->d;
    double *y = z + n * m;

    load_tile(p, 0, n, first, m, z);
    for (size_t i = 0; i < q->panels; i++) {
        memset(y, 0, m * PANEL * sizeof *y);
        p->kernels->times_t(z, n, m, q->v + i * n * PANEL, y, NULL);
        for (size_t c = 0; c < PANEL && i * PANEL + c < q->count; c++)
            for (size_t j = 0; j < m; j++)
                q->axis[(i * PANEL + c) * d + first + j] = y[j * PANEL + c];
    }
}

static void project_tile(const struct lift *q, size_t first, size_t m, double *z)
{
    const struct pass *p = q->p;
    size_t d = p->rows->d;
    double *y = z + m * d;

    load_tile(p, first, m, 0, d, z);
    for (size_t i = 0; i < q->panels; i++) {
        memset(y, 0, m * PANEL * sizeof *y);
        p->kernels->times(z, m, d, q->v + i * d * PANEL, y, NULL);
        for (size_t r = 0; r < m; r++)
            for (size_t c = 0; c < PANEL && i * PANEL + c < q->count; c++)
                q->out[(first + r) * q->count + i * PANEL + c] =
                    (float)(q->factor[i * PANEL + c] * y[r * PANEL + c]);
    }
}

static int lift_piece(void *ctx, size_t k)
{
    const struct lift *q = ctx;
    const struct pca_rows *r = q->p->rows;
    size_t end = cut(q->tiles, k + 1, q->pieces), across = q->axis ? r->d : r->n;
    double *z = malloc(q->step * ((q->axis ? r->n : r->d) + PANEL) * sizeof *z);
    int rc = z ? TW_OK : TW_ENOMEM;

    for (size_t t = cut(q->tiles, k, q->pieces), done = 0; t < end && rc == TW_OK; t++) {
        size_t first = t * q->step, m = least(q->step, across - first);

        if (done++ % 16 == 0)
            rc = tick(q->p);
        if (q->axis)
            lift_tile(q, first, m, z);
        else
            project_tile(q, first, m, z);
    }
    free(z);
    return rc;
}

/* v: count rows of n (axis) or d (out) */
static int lift(struct lift *q, const double *v)
{
    const struct pca_rows *r = q->p->rows;
    size_t side = q->axis ? r->n : r->d, across = q->axis ? r->d : r->n;
    double *panel;
    int rc;

    q->panels = (q->count + PANEL - 1) / PANEL;
    q->step = step_for(side, across);
    q->tiles = (across + q->step - 1) / q->step;
    q->pieces = least(PIECES, q->tiles);
    panel = calloc(q->panels * PANEL, side * sizeof *panel);
    if (!panel)
        return TW_ENOMEM;
    panel_from_rows(v, q->count, side, panel);
    q->v = panel;
    rc = parallel_run(q->p->host, q->pieces, lift_piece, q);
    free(panel);
    return rc;
}

int pass_lift(const struct pass *p, const double *v, size_t count, double *out)
{
    struct lift q = {.p = p, .count = count, .axis = out};

    return lift(&q, v);
}

int pass_project(const struct pass *p, const double *axis, size_t count, const double *factor,
                 float *out)
{
    struct lift q = {.p = p, .count = count, .factor = factor, .out = out};

    return lift(&q, axis);
}
