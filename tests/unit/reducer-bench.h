/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer-bench.h -- for the tests of reducers: an objective without loss, a path, and the plane
 * that a reducer makes of them.
 *
 *     struct bench *b = bench_new(31, 6);    points, dimensions; then fill b->theta
 *     ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
 *     bench_free(b);
 */
#ifndef TESTS_REDUCER_BENCH_H
#define TESTS_REDUCER_BENCH_H

#include "rig.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAME(got, want, tol) ck_assert_double_eq_tol(got, want, tol)

struct bench {
    struct tw_objective f;
    struct tw_path path;
    const struct tw_path *paths[1];
    size_t n, d;
    double *theta; /* n x d */
    const double **row;
    uint64_t *step;
    struct tw_plane plane;
};

/* Eight parameters: fc1.weight 2 x 3, then fc1.bias 2. */
static inline int two_blocks(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    ck_assert_uint_eq(out->struct_size, sizeof *out);
    if (i > 1)
        return TW_DONE;
    out->role = i ? TW_BIAS : TW_WEIGHT;
    out->offset = i ? 6 : 0;
    out->rows = 2;
    out->cols = i ? 1 : 3;
    if (!f->ctx)
        strcpy(out->name, i ? "fc1.bias" : "fc1.weight");
    return TW_OK;
}

static inline struct bench *bench_new(size_t n, size_t d)
{
    struct bench *b = calloc(1, sizeof *b);

    b->n = n;
    b->d = d;
    b->theta = calloc(n * d, sizeof *b->theta);
    b->row = calloc(n, sizeof *b->row);
    b->step = calloc(n, sizeof *b->step);
    for (size_t i = 0; i < n; i++) {
        b->row[i] = b->theta + i * d;
        b->step[i] = i;
    }
    b->f = (struct tw_objective){.struct_size = sizeof b->f, .dim = d, .block = two_blocks};
    b->path = (struct tw_path){.struct_size = sizeof b->path,
                               .n = n,
                               .dim = d,
                               .theta = b->row,
                               .loss = b->theta,
                               .step = b->step};
    b->paths[0] = &b->path;
    b->plane = (struct tw_plane){.struct_size = sizeof b->plane,
                                 .dim = d,
                                 .origin = calloc(d, sizeof(double)),
                                 .u = calloc(d, sizeof(double)),
                                 .v = calloc(d, sizeof(double)),
                                 .x_variance = NAN,
                                 .y_variance = NAN,
                                 .x_walk = NAN,
                                 .y_walk = NAN,
                                 .n_axes = 2};
    return b;
}

static inline void bench_free(struct bench *b)
{
    free(b->plane.origin);
    free(b->plane.u);
    free(b->plane.v);
    free(b->theta);
    free(b->row);
    free(b->step);
    free(b);
}

static inline const double *last(const struct bench *b)
{
    return b->row[b->n - 1];
}

static inline int plane(struct rig *r, struct bench *b, size_t index, const double *through)
{
    return r->plugin->ops.reducer.plane(r->self, &b->f, b->paths, 1, last(b), index, through,
                                        &b->plane);
}

#endif
