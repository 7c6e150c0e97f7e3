/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-mlp-plane - the ways of the network's plane extension, the row sweep above all, against
 * loss(): depths, widths, activations, number types, instruction sets, even and uneven rows.
 */
#define _XOPEN_SOURCE 700
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/util/rng.h"
#include "rig.h"

#define N_ROWS     203 /* of no multiple of a block */
#define N_FEATURES 9

static const char *const networks[] = {
    "hidden: [40], activation: relu",
    "hidden: [33], activation: leaky-relu, l2: 0.1",
    "hidden: [40, 21], activation: relu",
    "hidden: [24, 24], activation: leaky-relu, skip: true",
    "hidden: [24, 24], activation: relu, skip: true",
    "hidden: [40, 18, 18], activation: relu, skip: true",
    "hidden: [40, 40, 18, 5], activation: leaky-relu, skip: true",
    "hidden: [40], activation: tanh",
    "hidden: [40, 12], activation: gelu",
    "hidden: [40, 12], activation: sigmoid",
    "hidden: []",
};
#define N_NETWORKS (sizeof(networks) / sizeof(networks[0]))

static const char *const isas[] = {"base", "avx2", "avx512"};
static const size_t classes[] = {2, 10, 19};

struct net {
    struct rig *rig;
    struct tw_data data;
    float *x;
    int32_t *label;
    const struct tw_model_ops *ops;
    const struct tw_model_plane *plane;
    size_t dim;
    double *origin, *u, *v, *theta;
};

static double *random_vector(size_t n, uint64_t seed, double scale)
{
    double *x = malloc(n * sizeof(*x));

    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < n; i++)
        x[i] = scale * (2 * rng_uniform(seed, i) - 1);
    return x;
}

static void open_net(struct net *n, const char *network, const char *precision, size_t n_classes,
                     const char *isa)
{
    char yaml[200];

    setenv("THALWEG_ISA", isa, 1);
    snprintf(yaml, sizeof(yaml), "{%s, precision: %s}", network, precision);
    n->rig = rig_new(TW_MODEL, "mlp", yaml);
    n->ops = &n->rig->plugin->ops.model;
    n->plane = n->rig->plugin->desc.get_extension(TW_EXT_MODEL_PLANE);
    n->x = malloc(N_ROWS * N_FEATURES * sizeof(*n->x));
    n->label = malloc(N_ROWS * sizeof(*n->label));
    ck_assert(n->x && n->label && n->plane);
    for (size_t i = 0; i < N_ROWS * N_FEATURES; i++)
        n->x[i] = (float)(2 * rng_uniform(3, i) - 1);
    for (size_t r = 0; r < N_ROWS; r++)
        n->label[r] = (int32_t)(rng_uniform(4, r) * (double)n_classes);
    n->data = (struct tw_data){.struct_size = sizeof(n->data),
                               .task = TW_CLASSIFY,
                               .n_rows = N_ROWS,
                               .n_features = N_FEATURES,
                               .n_classes = n_classes,
                               .x = n->x,
                               .label = n->label};
    ck_assert_int_eq(n->ops->bind(n->rig->self, &n->data), TW_OK);
    n->dim = n->ops->dim(n->rig->self);
    n->origin = random_vector(n->dim, 5, 0.5);
    n->u = random_vector(n->dim, 6, 0.5);
    n->v = random_vector(n->dim, 7, 0.5);
    n->theta = random_vector(n->dim, 8, 0);
}

static void close_net(struct net *n)
{
    rig_free(n->rig);
    free(n->x);
    free(n->label);
    free(n->origin);
    free(n->u);
    free(n->v);
    free(n->theta);
}

/* Mean losses and right rows of the points, in tiles of `tile` rows. */
static void plane_losses(const struct net *n, size_t tile, size_t n_points, const double *xy,
                         double *loss, double *right)
{
    struct tw_sum *sum = calloc(n_points, sizeof(*sum)), *part = calloc(n_points, sizeof(*part));
    double *correct = calloc(n_points, sizeof(*correct));

    ck_assert(sum && part && correct);
    ck_assert_int_eq(n->plane->begin(n->rig->self, n->origin, n->u, n->v), TW_OK);
    for (size_t k = 0; k < n_points; k++)
        right[k] = 0;
    for (size_t at = 0; at < N_ROWS; at += tile) {
        size_t rows = N_ROWS - at < tile ? N_ROWS - at : tile;

        ck_assert_int_eq(n->plane->eval(n->rig->self, at, rows, n_points, xy, part, correct),
                         TW_OK);
        for (size_t k = 0; k < n_points; k++) {
            tw_sum_add(&sum[k], part[k].hi);
            tw_sum_add(&sum[k], part[k].lo);
            right[k] += correct[k];
        }
    }
    ck_assert_int_eq(n->plane->penalty(n->rig->self, n_points, xy, loss), TW_OK);
    for (size_t k = 0; k < n_points; k++)
        loss[k] += tw_sum_value(&sum[k]) / N_ROWS;
    n->plane->end(n->rig->self);
    free(sum);
    free(part);
    free(correct);
}

static double plain_loss(const struct net *n, const double *xy, double *right)
{
    double loss = NAN;

    for (size_t i = 0; i < n->dim; i++)
        n->theta[i] = n->origin[i] + xy[0] * n->u[i] + xy[1] * n->v[i];
    *right = NAN;
    ck_assert_int_eq(n->ops->loss(n->rig->self, n->theta, NULL, &loss, right), TW_OK);
    return loss;
}

/* Rows of 53, 4 and 300 columns, an uneven one of 40, one point twice, one alone. */
static size_t make_points(double *xy)
{
    static const struct {
        size_t n;
        double y, from, to;
        bool even;
    } rows[] = {{53, 0.7, -1.5, 2, true}, {4, -1, -1, 1, true},       {300, 0.1, -8, 6, true},
                {40, 2, 0, 1, false},     {2, -0.25, 0.5, 0.5, true}, {1, 0, 0, 0, true}};
    size_t at = 0;

    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++)
        for (size_t i = 0; i < rows[r].n; i++, at++) {
            double t = rows[r].n > 1 ? (double)i / (double)(rows[r].n - 1) : 0;

            xy[2 * at] = rows[r].from + (rows[r].even ? t : t * t) * (rows[r].to - rows[r].from);
            xy[2 * at + 1] = rows[r].y;
        }
    return at;
}

#define MAX_POINTS 512

/* Every point, on all ways, against the definition. */
START_TEST(plane_is_the_loss)
{
    static double xy[2 * MAX_POINTS], loss[MAX_POINTS], right[MAX_POINTS];
    size_t n_points = make_points(xy);

    for (size_t c = 0; c < 3; c++)
        for (int f32 = 0; f32 < 2; f32++)
            for (size_t isa = 0; isa < 3; isa++) {
                struct net n;
                double n_right, tolerance = f32 ? 2e-6 : 1e-12;

                if (isa < 2 && classes[c] != 10)
                    continue;
                open_net(&n, networks[_i], f32 ? "float32" : "float64", classes[c], isas[isa]);
                plane_losses(&n, 64, n_points, xy, loss, right);
                for (size_t k = 0; k < n_points; k++) {
                    double want = plain_loss(&n, xy + 2 * k, &n_right);

                    ck_assert_msg(fabs(loss[k] - want) <= tolerance * fabs(want),
                                  "%s, %zu classes, %s, %s: loss %.17g at point %zu, wanted %.17g "
                                  "(%.2g)",
                                  networks[_i], classes[c], f32 ? "float32" : "float64", isas[isa],
                                  loss[k], k, want, loss[k] / want - 1);
                    ck_assert_msg(fabs(right[k] - n_right) <= (f32 ? 2 : 0),
                                  "%s: %g right at point %zu, wanted %g", networks[_i], right[k], k,
                                  n_right);
                }
                close_net(&n);
            }
}
END_TEST

START_TEST(tiles_do_not_show)
{
    static double xy[2 * MAX_POINTS], loss[3][MAX_POINTS], right[3][MAX_POINTS];
    static const size_t tiles[3] = {N_ROWS, 64, 37};
    size_t n_points = make_points(xy);

    for (int f32 = 0; f32 < 2; f32++) {
        struct net n;

        open_net(&n, networks[_i], f32 ? "float32" : "float64", 10, "avx512");
        for (int t = 0; t < 3; t++)
            plane_losses(&n, tiles[t], n_points, xy, loss[t], right[t]);
        for (int t = 1; t < 3; t++) {
            ck_assert_mem_eq(loss[t], loss[0], n_points * sizeof(double));
            ck_assert_mem_eq(right[t], right[0], n_points * sizeof(double));
        }
        close_net(&n);
    }
}
END_TEST

/* Where the weights overflow there is no loss, or a huge one; elsewhere it is what it was. Half of
 * the row overflows when the far entry is in u. */
START_TEST(overflow_stays_where_it_is)
{
    static const double far[] = {1e30, 1e38, 1e200, INFINITY, NAN};
    double xy[2 * 60], loss[60], right[60], n_right;

    for (size_t i = 0; i < 60; i++) {
        xy[2 * i] =
            -0.975 + (double)i / 20; /* never 0: 0 * INFINITY is no number, 0 * 1e200 is 0 */
        xy[2 * i + 1] = 0.5;
    }
    for (size_t f = 0; f < sizeof(far) / sizeof(far[0]); f++)
        for (int part = 0; part < 3; part++)
            for (size_t isa = 0; isa < 3; isa++) {
                struct net n;

                open_net(&n, networks[_i], "float32", 10, isas[isa]);
                (part == 0 ? n.origin : part == 1 ? n.u : n.v)[n.dim / 3] = far[f];
                plane_losses(&n, 64, 60, xy, loss, right);
                for (size_t k = 0; k < 60; k++) {
                    double want = plain_loss(&n, xy + 2 * k, &n_right);

                    ck_assert_msg(fabs(want) < 1e20 ? fabs(loss[k] - want) <= 0.01 * want
                                                    : !(fabs(loss[k]) < 1e19),
                                  "%s, %s: %g at (%g, 0.5) with %g in part %d, wanted %g",
                                  networks[_i], isas[isa], loss[k], xy[2 * k], far[f], part, want);
                }
                close_net(&n);
            }
}
END_TEST

/* Equal scores everywhere: the first class is predicted, at every column. */
START_TEST(ties_go_to_the_first_class)
{
    double xy[2 * 40], loss[40], right[40];
    size_t first = 0;

    for (size_t i = 0; i < 40; i++) {
        xy[2 * i] = (double)i;
        xy[2 * i + 1] = 0;
    }
    for (int f32 = 0; f32 < 2; f32++) {
        struct net n;

        open_net(&n, networks[_i], f32 ? "float32" : "float64", 10, "avx512");
        memset(n.origin, 0, n.dim * sizeof(double));
        memset(n.u, 0, n.dim * sizeof(double));
        plane_losses(&n, 64, 40, xy, loss, right);
        first = 0;
        for (size_t r = 0; r < N_ROWS; r++)
            first += n.label[r] == 0;
        for (size_t k = 0; k < 40; k++) {
            ck_assert_double_eq(right[k], (double)first);
            ck_assert_double_eq_tol(loss[k], log(10), 1e-6);
        }
        close_net(&n);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("the plane of the network");
    TCase *tc = tcase_create("plane");

    suite_add_tcase(suite, tc);
    tcase_add_loop_test(tc, plane_is_the_loss, 0, N_NETWORKS);
    tcase_add_loop_test(tc, tiles_do_not_show, 0, N_NETWORKS);
    tcase_add_loop_test(tc, overflow_stays_where_it_is, 0, N_NETWORKS);
    tcase_add_loop_test(tc, ties_go_to_the_first_class, 0, N_NETWORKS);
    return bench_main(suite);
}
