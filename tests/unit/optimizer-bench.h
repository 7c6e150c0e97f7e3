/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimizer-bench.h -- for the tests of optimizers: an objective in the plane that counts what it
 * is asked and may fail, and the calls of an optimizer.
 *
 *     struct mock m = {.fail_at = 3};
 *     struct tw_objective f = PLANAR(rosenbrock, &m);
 */
#ifndef TESTS_OPTIMIZER_BENCH_H
#define TESTS_OPTIMIZER_BENCH_H

#include "rig.h"

#include <math.h>
#include <string.h>

#define SAME(got, want, tol) ck_assert_double_eq_tol(got, want, tol)

struct mock {
    int calls;
    int fail_at;         /* this call fails; 0: none */
    unsigned char *seen; /* rows asked for, counted */
    size_t n_seen, last; /* rows of the last call */
    bool full;           /* the last call was for all rows */
};

static inline int no_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    (void)f;
    (void)i;
    (void)out;
    return TW_DONE;
}

static inline int note(const struct tw_objective *f, const struct tw_rows *rows)
{
    struct mock *m = f->ctx;

    m->full = !rows;
    m->last = rows ? rows->n : f->n_rows;
    for (size_t k = 0; m->seen && k < m->last; k++) {
        size_t row = tw_rows_at(rows, k);
        ck_assert_uint_lt(row, m->n_seen);
        m->seen[row]++;
    }
    m->calls++;
    return m->calls == m->fail_at ? TW_ENUMERIC : TW_OK;
}

static inline int rosenbrock_grad(const struct tw_objective *f, const double *t,
                                  const struct tw_rows *rows, double *loss, double *grad)
{
    double a = 1 - t[0], b = t[1] - t[0] * t[0];

    if (loss)
        *loss = a * a + 100 * b * b;
    grad[0] = -2 * a - 400 * t[0] * b;
    grad[1] = 200 * b;
    return note(f, rows);
}

static inline int rosenbrock_loss(const struct tw_objective *f, const double *t,
                                  const struct tw_rows *rows, double *loss)
{
    double grad[2];

    return rosenbrock_grad(f, t, rows, loss, grad);
}

#define PLANAR(name, m)                                                                            \
    {                                                                                              \
        .struct_size = sizeof(struct tw_objective), .dim = 2, .n_rows = 5, .ctx = m,               \
        .loss = name##_loss, .grad = name##_grad, .block = no_block                                \
    }

static inline struct tw_training training(uint64_t epochs)
{
    return (struct tw_training){sizeof(struct tw_training), epochs, 1};
}

static inline int start(struct rig *r, const struct tw_objective *f, double *theta,
                        struct tw_training *t)
{
    return r->plugin->ops.optimizer.start(r->self, f, theta, t);
}

static inline int step(struct rig *r, const struct tw_objective *f, double *theta)
{
    return r->plugin->ops.optimizer.step(r->self, f, theta);
}

#endif
