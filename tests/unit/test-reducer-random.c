/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducer-random.c -- random directions against NumPy (tests/golden/make_reducers.py), what
 * holds for every one of them on the blocks of a real mlp, and what is refused.
 */
#include "rig.h"

#include "../golden/reducers.h"

#include <check.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT 1e-12 /* relative, against NumPy; cosine of orthogonal axes */
/* ---- a bench: an objective that has only blocks, a point, a plane ---- */

struct net {
    const char *name;
    size_t dim, n_blocks;
    struct tw_block block[5];
};

#define BLOCK(role_, offset_, rows_, cols_)                                                        \
    {                                                                                              \
        .role = role_, .offset = offset_, .rows = rows_, .cols = cols_                             \
    }

static const struct net nets[] = {
    {"net",
     63,
     5,
     {BLOCK(TW_WEIGHT, 0, 6, 5), BLOCK(TW_BIAS, 30, 6, 1), BLOCK(TW_NORM, 36, 6, 1),
      BLOCK(TW_WEIGHT, 42, 3, 6), BLOCK(TW_BIAS, 60, 3, 1)}},
    {"mixed",
     23,
     4,
     {BLOCK(TW_WEIGHT, 0, 4, 1), BLOCK(TW_BIAS, 4, 4, 1), BLOCK(TW_WEIGHT, 8, 3, 4),
      BLOCK(TW_BIAS, 20, 3, 1)}},
    {"single", 7, 1, {BLOCK(TW_WEIGHT, 0, 7, 1)}},
    {"biases", 4, 1, {BLOCK(TW_BIAS, 0, 4, 1)}},
    {"lone", 3, 2, {BLOCK(TW_WEIGHT, 0, 1, 1), BLOCK(TW_BIAS, 1, 2, 1)}},
};

static const struct net *find_net(const char *name)
{
    size_t k = 0;

    while (strcmp(nets[k].name, name) != 0)
        k++;
    return &nets[k];
}

struct bench {
    const struct net *net; /* or: */
    struct rig *mlp;
    struct tw_objective f;
    double *theta;
    struct tw_plane plane;
};

static int bench_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    const struct bench *b = f->ctx;

    ck_assert_uint_eq(out->struct_size, sizeof *out);
    if (b->mlp)
        return b->mlp->plugin->ops.model.block(b->mlp->self, i, out);
    if (i >= b->net->n_blocks)
        return TW_DONE;
    out->role = b->net->block[i].role;
    out->offset = b->net->block[i].offset;
    out->rows = b->net->block[i].rows;
    out->cols = b->net->block[i].cols;
    return TW_OK;
}

static struct bench *bench_of(size_t dim)
{
    struct bench *b = calloc(1, sizeof *b);

    b->f = (struct tw_objective){
        .struct_size = sizeof b->f, .dim = dim, .ctx = b, .block = bench_block};
    b->theta = calloc(dim, sizeof *b->theta);
    b->plane = (struct tw_plane){.struct_size = sizeof b->plane,
                                 .dim = dim,
                                 .origin = calloc(dim, sizeof(double)),
                                 .u = calloc(dim, sizeof(double)),
                                 .v = calloc(dim, sizeof(double)),
                                 .x_variance = NAN,
                                 .y_variance = NAN,
                                 .x_walk = NAN,
                                 .y_walk = NAN,
                                 .n_axes = 2};
    return b;
}

static struct bench *bench_new(const char *name)
{
    const struct net *net = find_net(name);
    const int *w64 = strcmp(name, "net") == 0     ? golden_net_w64[0]
                     : strcmp(name, "mixed") == 0 ? golden_mixed_w64[0]
                                                  : golden_single_w64[0];
    struct bench *b = bench_of(net->dim);

    b->net = net;
    for (size_t j = 0; j < net->dim; j++)
        b->theta[j] = w64[j] / 64.0;
    return b;
}

/* 40-600-80-3, from its own initial point: more parameters than one task draws. */
static struct bench *bench_mlp(void)
{
    static const float x[2 * 40];
    static const int32_t label[2] = {0, 2};
    static const struct tw_data data = {.struct_size = sizeof data,
                                        .task = TW_CLASSIFY,
                                        .n_rows = 2,
                                        .n_features = 40,
                                        .n_classes = 3,
                                        .x = x,
                                        .label = label};
    struct rig *mlp = rig_new(TW_MODEL, "mlp", "{hidden: [600, 80]}");
    const struct tw_model_ops *ops = &mlp->plugin->ops.model;
    struct bench *b;

    ck_assert_int_eq(ops->bind(mlp->self, &data), TW_OK);
    b = bench_of(ops->dim(mlp->self));
    b->mlp = mlp;
    ck_assert_int_eq(ops->init(mlp->self, 3, b->theta), TW_OK);
    return b;
}

static void bench_free(struct bench *b)
{
    if (b->mlp)
        rig_free(b->mlp);
    free(b->plane.origin);
    free(b->plane.u);
    free(b->plane.v);
    free(b->theta);
    free(b);
}

static int plane(struct rig *r, struct bench *b, size_t index, const double *through)
{
    return r->plugin->ops.reducer.plane(r->self, &b->f, NULL, 0, b->theta, index, through,
                                        &b->plane);
}

static double dot(const double *a, const double *b, size_t n)
{
    long double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (long double)a[i] * b[i];
    return (double)sum;
}

static double cosine(const double *a, const double *b, size_t n)
{
    return dot(a, b, n) / sqrt(dot(a, a, n) * dot(b, b, n));
}

/* ---- against NumPy ---- */

START_TEST(agrees_with_numpy)
{
    const struct golden_random *g = &golden_random[_i];
    struct rig *r = rig_new(TW_REDUCER, "random", g->yaml);
    struct bench *b = bench_new(g->net);

    ck_assert_int_eq(plane(r, b, g->index, NULL), TW_OK);
    for (size_t j = 0; j < b->f.dim; j++) {
        ck_assert_double_eq_tol(b->plane.u[j], g->u[j], EXACT * fmax(1, fabs(g->u[j])));
        ck_assert_double_eq_tol(b->plane.v[j], g->v[j], EXACT * fmax(1, fabs(g->v[j])));
    }
    ck_assert_int_eq(memcmp(b->plane.origin, b->theta, b->f.dim * sizeof(double)), 0);
    if (strstr(g->yaml, "orthogonal: true"))
        ck_assert_double_eq_tol(cosine(b->plane.u, b->plane.v, b->f.dim), 0, EXACT);
    bench_free(b);
    rig_free(r);
}
END_TEST

/* ---- what holds for every plane ---- */

static const char *const scalings[] = {"filter", "layer", "weight", "none"};

/* The length of each slice of both axes is that of the weights, but for 1e-10 over what was drawn.
 */
static void check_lengths(const struct bench *b, bool filter, bool biases)
{
    struct tw_block k = {.struct_size = sizeof k};

    for (size_t i = 0; bench_block(&b->f, i, &k) == TW_OK; i++) {
        bool rows = filter && k.role == TW_WEIGHT;
        size_t n = rows ? k.cols : k.rows * k.cols;

        for (size_t at = k.offset; at < k.offset + k.rows * k.cols; at += n) {
            double want = dot(b->theta + at, b->theta + at, n);

            want = k.role == TW_WEIGHT || biases ? sqrt(want) : 0;
            ck_assert_double_eq_tol(sqrt(dot(b->plane.u + at, b->plane.u + at, n)), want,
                                    1e-7 * want + 1e-300);
            ck_assert_double_eq_tol(sqrt(dot(b->plane.v + at, b->plane.v + at, n)), want,
                                    1e-7 * want + 1e-300);
        }
    }
}

START_TEST(axes_of_an_mlp_are_orthogonal)
{
    struct bench *b = bench_mlp();
    const char *scaling = scalings[_i / 2];
    bool biases = _i % 2;
    char yaml[80];
    struct rig *r;

    snprintf(yaml, sizeof yaml, "{normalize: %s, ignore: %s}", scaling, biases ? "none" : "biases");
    r = rig_new(TW_REDUCER, "random", yaml);
    for (size_t index = 0; index < 2; index++) {
        ck_assert_int_eq(plane(r, b, index, NULL), TW_OK);
        ck_assert_double_eq_tol(cosine(b->plane.u, b->plane.v, b->f.dim), 0, EXACT);
        if (_i < 4)
            check_lengths(b, _i < 2, biases);
        ck_assert_uint_eq(b->plane.n_axes, 2);
        ck_assert(isnan(b->plane.x_variance) && isnan(b->plane.y_walk));
    }
    ck_assert_str_eq(b->plane.x_label, "random direction 3");
    ck_assert_str_eq(b->plane.y_label, "random direction 4");
    rig_free(r);
    bench_free(b);
}
END_TEST

/* Slices of one number keep their size, too, unless they outweigh all others. */
START_TEST(single_numbers_keep_their_size)
{
    struct rig *r = rig_new(TW_REDUCER, "random", "{}");
    struct bench *b = bench_new("mixed");

    for (size_t j = 0; j < 4; j++)
        b->theta[j] /= 8;
    for (size_t index = 0; index < 20; index++) {
        ck_assert_int_eq(plane(r, b, index, NULL), TW_OK);
        ck_assert_double_eq_tol(cosine(b->plane.u, b->plane.v, 23), 0, EXACT);
        check_lengths(b, true, false);
    }
    for (size_t j = 0; j < 4; j++)
        b->theta[j] *= 8 * 64;
    for (size_t index = 0; index < 20; index++) {
        ck_assert_int_eq(plane(r, b, index, NULL), TW_OK);
        ck_assert_double_eq_tol(cosine(b->plane.u, b->plane.v, 23), 0, EXACT);
        ck_assert_double_eq_tol(dot(b->plane.v, b->plane.v, 23), dot(b->plane.u, b->plane.u, 23),
                                EXACT * dot(b->plane.u, b->plane.u, 23));
    }
    rig_free(r);
    bench_free(b);
}
END_TEST

START_TEST(directions_are_gaussian_and_independent)
{
    enum { AXES = 6 };
    struct rig *r = rig_new(TW_REDUCER, "random", "{normalize: none, ignore: none}");
    struct rig *other = rig_new(TW_REDUCER, "random", "{normalize: none, ignore: none}");
    struct bench *b = bench_mlp();
    size_t n = b->f.dim;
    double *axis = calloc(AXES * n, sizeof *axis), root = sqrt((double)n);

    other->env.seed = 2;
    ck_assert_uint_gt(n, 65536);
    for (size_t k = 0; k < AXES / 2; k++) {
        ck_assert_int_eq(plane(k < 2 ? r : other, b, k % 2, NULL), TW_OK);
        memcpy(axis + 2 * k * n, b->plane.u, n * sizeof *axis);
        memcpy(axis + (2 * k + 1) * n, b->plane.v, n * sizeof *axis);
    }
    for (size_t k = 0; k < AXES; k++) {
        const double *d = axis + k * n;
        double sum[5] = {0};

        for (size_t j = 0; j < n; j++) {
            double power = 1;
            for (size_t p = 0; p < 5; p++, power *= d[j])
                sum[p] += power / (double)n;
        }
        /* Five standard errors of the moments of a normal distribution. */
        ck_assert_double_eq_tol(sum[1], 0, 5 / root);
        ck_assert_double_eq_tol(sum[2], 1, 5 * sqrt(2) / root);
        ck_assert_double_eq_tol(sum[3], 0, 5 * sqrt(15) / root);
        ck_assert_double_eq_tol(sum[4], 3, 5 * sqrt(96) / root);
        for (size_t m = 0; m < k; m++)
            ck_assert_double_eq_tol(cosine(d, axis + m * n, n), 0, 5 / root);
    }
    free(axis);
    rig_free(r);
    rig_free(other);
    bench_free(b);
}
END_TEST

START_TEST(a_line_is_the_first_axis)
{
    struct rig *r = rig_new(TW_REDUCER, "random", "{dimensions: 1}");
    struct rig *two = rig_new(TW_REDUCER, "random", "{}");
    struct bench *b = bench_new("net");
    double u[63];

    ck_assert_int_eq(plane(two, b, 4, NULL), TW_OK);
    memcpy(u, b->plane.u, sizeof u);
    b->plane.y_label[0] = '\0';
    ck_assert_int_eq(plane(r, b, 4, NULL), TW_OK);
    ck_assert_int_eq(memcmp(u, b->plane.u, sizeof u), 0);
    ck_assert_uint_eq(b->plane.n_axes, 1);
    for (size_t j = 0; j < 63; j++)
        ck_assert(b->plane.v[j] == 0);
    ck_assert_str_eq(b->plane.x_label, "random direction 5");
    ck_assert_str_eq(b->plane.y_label, "");
    rig_free(r);
    rig_free(two);
    bench_free(b);
}
END_TEST

START_TEST(through_a_point_it_is_scaled_to_it)
{
    struct rig *r = rig_new(TW_REDUCER, "random", "{}");
    struct bench *b = bench_new("net");
    double through[63], before[63];

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    memcpy(before, b->plane.v, sizeof before);
    for (size_t j = 0; j < 63; j++)
        through[j] = b->theta[j] * -3;
    ck_assert_int_eq(plane(r, b, 0, through), TW_OK);
    ck_assert_int_eq(memcmp(b->plane.origin, through, sizeof through), 0);
    for (size_t j = 0; j < 63; j++)
        ck_assert_double_eq_tol(b->plane.v[j], 3 * before[j], 1e-12);
    rig_free(r);
    bench_free(b);
}
END_TEST

/* ---- refused ---- */

static void refuse(const char *net, const char *yaml, double value, int code, const char *word)
{
    struct rig *r = rig_new(TW_REDUCER, "random", yaml);
    struct bench *b = bench_new(net);

    for (size_t j = 0; j < b->f.dim; j++)
        b->theta[j] = value;
    ck_assert_int_eq(plane(r, b, 0, NULL), code);
    SAYS(r, word);
    rig_free(r);
    bench_free(b);
}

START_TEST(refuses)
{
    refuse("net", "{}", 0, TW_EINVAL, "every weight of the optimum is 0");
    refuse("net", "{normalize: layer, ignore: none}", 0, TW_EINVAL, "every parameter");
    refuse("net", "{normalize: weight}", 0, TW_EINVAL, "take normalize: none");
    refuse("net", "{}", NAN, TW_ENUMERIC, "not finite");
    refuse("net", "{}", 1e200, TW_ENUMERIC, "too large");
    refuse("biases", "{normalize: none}", 1, TW_EINVAL, "only biases");
    for (size_t k = 0; k < 4; k++) {
        char yaml[64];

        snprintf(yaml, sizeof yaml, "{normalize: %s}", scalings[k]);
        refuse("lone", yaml, 1, TW_EINVAL, "only one weight can move");
    }
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_REDUCER, "random", "{normalize: filters}"), "did you mean 'filter'"));
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_REDUCER, "random", "{dimensions: 3}"), "dimensions"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "random", "{ignore: bias}"), "ignore"));
}
END_TEST

START_TEST(goes_on_where_it_can)
{
    /* No weights but free biases; a lone weight on a line; zeros without scaling. */
    struct rig *r = rig_new(TW_REDUCER, "random", "{ignore: none}");
    struct bench *b = bench_new("biases");

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    rig_free(r);
    memset(b->theta, 0, 4 * sizeof *b->theta);
    r = rig_new(TW_REDUCER, "random", "{ignore: none, normalize: none}");
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    rig_free(r);
    bench_free(b);
    r = rig_new(TW_REDUCER, "random", "{dimensions: 1}");
    b = bench_new("lone");
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    ck_assert_double_eq_tol(fabs(b->plane.u[0]), fabs(b->theta[0]), 1e-9);
    ck_assert(b->plane.u[1] == 0 && b->plane.u[2] == 0);
    rig_free(r);
    bench_free(b);
}
END_TEST

static int failing_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    return i > 1 ? TW_ENUMERIC : bench_block(f, i, out);
}

START_TEST(passes_on_what_stops_it)
{
    struct rig *r = rig_new(TW_REDUCER, "random", "{}");
    struct bench *b = bench_new("net");
    volatile sig_atomic_t stop = 1;

    b->f.block = failing_block;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_ENUMERIC);
    b->f.block = bench_block;
    r->env.stop = &stop;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_ECANCELLED);
    rig_free(r);
    bench_free(b);
}
END_TEST

int main(void)
{
    const int n_golden = (int)(sizeof golden_random / sizeof *golden_random);
    Suite *suite = suite_create("reducer-random");
    TCase *c = tcase_create("reducer-random");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_loop_test(c, agrees_with_numpy, 0, n_golden);
    tcase_add_loop_test(c, axes_of_an_mlp_are_orthogonal, 0, 8);
    tcase_add_test(c, single_numbers_keep_their_size);
    tcase_add_test(c, directions_are_gaussian_and_independent);
    tcase_add_test(c, a_line_is_the_first_axis);
    tcase_add_test(c, through_a_point_it_is_scaled_to_it);
    tcase_add_test(c, refuses);
    tcase_add_test(c, goes_on_where_it_can);
    tcase_add_test(c, passes_on_what_stops_it);
    return bench_main(suite);
}
