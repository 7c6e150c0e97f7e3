/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducers.c -- dataset-pca and trajectory-pca against scikit-learn (made by
 * tests/golden/make_pca.py) and against a singular value decomposition by GSL;
 * axes and given; what each of them refuses.
 */
#include "npyfile.h"
#include "rig.h"

#include "../../plugins/util/rng.h"
#include "../golden/pca.h"
#include "../golden/reducers.h"

#include <check.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAME(got, want, tol) ck_assert_double_eq_tol(got, want, tol)
/* ---- a bench: an objective without loss, a path, a plane ---- */

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
static int two_blocks(const struct tw_objective *f, size_t i, struct tw_block *out)
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

static struct bench *bench_new(size_t n, size_t d)
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

static void bench_free(struct bench *b)
{
    free(b->plane.origin);
    free(b->plane.u);
    free(b->plane.v);
    free(b->theta);
    free(b->row);
    free(b->step);
    free(b);
}

static const double *last(const struct bench *b)
{
    return b->row[b->n - 1];
}

static int plane(struct rig *r, struct bench *b, size_t index, const double *through)
{
    return r->plugin->ops.reducer.plane(r->self, &b->f, b->paths, 1, last(b), index, through,
                                        &b->plane);
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static struct bench *walk(const int *x64, size_t n, size_t d)
{
    struct bench *b = bench_new(n, d);

    for (size_t i = 0; i < n * d; i++)
        b->theta[i] = x64[i] / 64.0;
    return b;
}

/* ---- trajectory-pca ---- */

/* Components 2*index+1 and 2*index+2 of the golden tables. */
static void compare(const struct bench *b, size_t index, const double *ratio,
                    const double *component, const double *from_last)
{
    const double *axis[2] = {b->plane.u, b->plane.v};
    char label[32];

    SAME(b->plane.x_variance, ratio[2 * index], 1e-8);
    SAME(b->plane.y_variance, ratio[2 * index + 1], 1e-8);
    for (size_t a = 0; a < 2; a++)
        for (size_t j = 0; j < b->d; j++)
            SAME(axis[a][j], component[(2 * index + a) * b->d + j], 1e-8);
    SAME(dot(b->plane.u, b->plane.u, b->d), 1, 1e-14);
    SAME(dot(b->plane.v, b->plane.v, b->d), 1, 1e-14);
    SAME(dot(b->plane.u, b->plane.v, b->d), 0, 1e-14);
    ck_assert_int_eq(memcmp(b->plane.origin, last(b), b->d * sizeof(double)), 0);
    for (size_t i = 0; i < b->n; i++)
        for (size_t a = 0; a < 2; a++) {
            double at = 0;
            for (size_t j = 0; j < b->d; j++)
                at += (b->row[i][j] - b->plane.origin[j]) * axis[a][j];
            SAME(at, from_last[i * 4 + 2 * index + a], 1e-8);
        }
    snprintf(label, sizeof label, "component %zu", 2 * index + 1);
    ck_assert_str_eq(b->plane.x_label, label);
    snprintf(label, sizeof label, "component %zu", 2 * index + 2);
    ck_assert_str_eq(b->plane.y_label, label);
}

START_TEST(trajectory_pca_agrees_with_sklearn)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    struct bench *wide = walk(golden_wide_x64[0], 9, 23), *tall = walk(golden_tall_x64[0], 31, 6);

    for (size_t index = 0; index < 2; index++) {
        ck_assert_int_eq(plane(r, wide, index, NULL), TW_OK);
        compare(wide, index, golden_wide_ratio[0], golden_wide_component[0],
                golden_wide_from_last[0]);
        ck_assert_int_eq(plane(r, tall, index, NULL), TW_OK);
        compare(tall, index, golden_tall_ratio[0], golden_tall_component[0],
                golden_tall_from_last[0]);
    }
    bench_free(wide);
    bench_free(tall);
    rig_free(r);
}
END_TEST

/* Singular values (descending) and right vectors (columns of v) of the centred
 * points: m >= n needed, so the transposed matrix when there are more columns. */
static void svd(const struct bench *b, gsl_vector **value, gsl_matrix **vector)
{
    bool turn = b->n < b->d;
    size_t rows = turn ? b->d : b->n, cols = turn ? b->n : b->d;
    gsl_matrix *a = gsl_matrix_alloc(rows, cols), *v = gsl_matrix_alloc(cols, cols);
    gsl_vector *work = gsl_vector_alloc(cols);

    *value = gsl_vector_alloc(cols);
    for (size_t j = 0; j < b->d; j++) {
        double mean = 0;
        for (size_t i = 0; i < b->n; i++)
            mean += b->row[i][j] / (double)b->n;
        for (size_t i = 0; i < b->n; i++)
            gsl_matrix_set(a, turn ? j : i, turn ? i : j, b->row[i][j] - mean);
    }
    ck_assert_int_eq(gsl_linalg_SV_decomp(a, v, *value, work), GSL_SUCCESS);
    *vector = turn ? a : v;
    gsl_matrix_free(turn ? v : a);
    gsl_vector_free(work);
}

static void check_svd(size_t n, size_t d)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    struct bench *b = bench_new(n, d);
    gsl_vector *value;
    gsl_matrix *vector;
    double total = 0;
    size_t most = n - 1 < d ? n - 1 : d, index;
    int rc;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            b->theta[i * d + j] = sin(0.1 * (double)((i + 1) * (j + 3))) / (double)(j % 7 + 1) + 5 +
                                  0.01 * (double)((i * 7919 + j * 104729) % 101);
    svd(b, &value, &vector);
    for (size_t i = 0; i < value->size; i++)
        total += value->data[i] * value->data[i];
    for (index = 0; (rc = plane(r, b, index, NULL)) == TW_OK; index++) {
        const double *axis[2] = {b->plane.u, b->plane.v};
        double ratio[2] = {b->plane.x_variance, b->plane.y_variance};

        ck_assert_uint_lt(2 * index + 1, most);
        for (size_t a = 0; a < 2; a++) {
            size_t k = 2 * index + a, largest = 0;
            double s = gsl_vector_get(value, k), along = 0;

            SAME(ratio[a], s * s / total, 1e-12);
            for (size_t j = 0; j < d; j++) {
                along += axis[a][j] * gsl_matrix_get(vector, j, k);
                if (fabs(axis[a][j]) > fabs(axis[a][largest]))
                    largest = j;
            }
            SAME(fabs(along), 1, 1e-9);
            ck_assert_double_gt(axis[a][largest], 0);
        }
    }
    ck_assert_int_eq(rc, TW_DONE);
    ck_assert_uint_eq(index, most / 2); /* every plane that there is */
    gsl_vector_free(value);
    gsl_matrix_free(vector);
    bench_free(b);
    rig_free(r);
}

START_TEST(trajectory_pca_agrees_with_svd)
{
    check_svd(3, 2);
    check_svd(3, 40);
    check_svd(12, 300);
    check_svd(60, 60);
    check_svd(80, 11);
}
END_TEST

START_TEST(trajectory_pca_of_equal_eigenvalues)
{
    /* Points on the corners of a cross: all components are equally strong. */
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{}");

    for (size_t d = 2; d <= 8; d += 3) {
        struct bench *b = bench_new(2 * d, d);

        for (size_t j = 0; j < d; j++) {
            b->theta[2 * j * d + j] = 1;
            b->theta[(2 * j + 1) * d + j] = -1;
        }
        for (size_t index = 0; index < d / 2; index++) {
            ck_assert_int_eq(plane(r, b, index, NULL), TW_OK);
            SAME(b->plane.x_variance, 1 / (double)d, 1e-14);
            SAME(dot(b->plane.u, b->plane.u, d), 1, 1e-14);
            SAME(dot(b->plane.u, b->plane.v, d), 0, 1e-14);
        }
        bench_free(b);
    }
    rig_free(r);
}
END_TEST

START_TEST(trajectory_pca_components_and_through)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{components: [3, 1]}");
    struct bench *b = walk(golden_tall_x64[0], 31, 6);
    double through[6] = {1, 2, 3, 4, 5, 6};

    ck_assert_int_eq(plane(r, b, 0, through), TW_OK);
    for (size_t j = 0; j < 6; j++) {
        SAME(b->plane.u[j], golden_tall_component[2][j], 1e-8);
        SAME(b->plane.v[j], golden_tall_component[0][j], 1e-8);
        ck_assert(b->plane.origin[j] == through[j]);
    }
    ck_assert_str_eq(b->plane.x_label, "component 3");
    ck_assert_str_eq(b->plane.y_label, "component 1");
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_OK); /* 5 and 3 */
    ck_assert_str_eq(b->plane.x_label, "component 5");
    ck_assert_int_eq(plane(r, b, 2, NULL), TW_DONE); /* 7 of 6 */
    ck_assert_int_eq(plane(r, b, SIZE_MAX / 2, NULL), TW_DONE);
    bench_free(b);
    rig_free(r);
}
END_TEST

START_TEST(trajectory_pca_takes_all_paths)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    struct bench *b = walk(golden_tall_x64[0], 31, 6);
    struct tw_path first = b->path, second = b->path;
    const struct tw_path *both[2] = {&first, &second};

    first.n = 12;
    second.n = 19;
    second.theta += 12;
    ck_assert_int_eq(
        r->plugin->ops.reducer.plane(r->self, &b->f, both, 2, last(b), 0, NULL, &b->plane), TW_OK);
    compare(b, 0, golden_tall_ratio[0], golden_tall_component[0], golden_tall_from_last[0]);
    bench_free(b);
    rig_free(r);
}
END_TEST

START_TEST(trajectory_pca_remembers)
{
    /* Plane 0, plane 1 and plane 0 again are what a new instance says, and a trajectory that has
     * changed in place is noticed. */
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{}"), *fresh;
    struct bench *b = walk(golden_tall_x64[0], 31, 6);
    double u[6];

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    memcpy(u, b->plane.u, sizeof u);
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_OK);
    compare(b, 1, golden_tall_ratio[0], golden_tall_component[0], golden_tall_from_last[0]);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    compare(b, 0, golden_tall_ratio[0], golden_tall_component[0], golden_tall_from_last[0]);
    b->theta[4 * 6 + 2] += 40;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    ck_assert_double_gt(fabs(u[2] - b->plane.u[2]), 0.1);
    memcpy(u, b->plane.u, sizeof u);
    fresh = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    ck_assert_int_eq(plane(fresh, b, 0, NULL), TW_OK);
    ck_assert_int_eq(memcmp(u, b->plane.u, sizeof u), 0);
    rig_free(fresh);
    rig_free(r);
    bench_free(b);
}
END_TEST

/* So large that the components come from products with a few vectors; with component 9 the Gram
 * matrix is used instead. */
START_TEST(trajectory_pca_of_many_parameters)
{
    struct rig *few = rig_new(TW_REDUCER, "trajectory-pca", "{components: [3, 2]}");
    struct rig *many = rig_new(TW_REDUCER, "trajectory-pca", "{components: [9, 2]}");
    const size_t n = 260, d = 17000;
    struct bench *b = bench_new(n, d);
    double *v = calloc(d, sizeof *v), variance;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            b->theta[i * d + j] = (i ? b->theta[(i - 1) * d + j] : 3) +
                                  0.1 * (rng_uniform(i + 1, j) - 0.5) +
                                  (rng_uniform(0, j) - 0.5) / (double)(i + 1);
    ck_assert_int_eq(plane(few, b, 0, NULL), TW_OK);
    memcpy(v, b->plane.v, d * sizeof *v);
    variance = b->plane.y_variance;
    SAME(dot(b->plane.u, b->plane.v, d), 0, 1e-14);
    ck_assert_int_eq(plane(many, b, 0, NULL), TW_OK);
    SAME(b->plane.y_variance, variance, 1e-12);
    for (size_t j = 0; j < d; j++)
        SAME(b->plane.v[j], v[j], 1e-8);
    free(v);
    bench_free(b);
    rig_free(few);
    rig_free(many);
}
END_TEST

START_TEST(trajectory_pca_of_one_component_is_a_line)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{components: 2}");
    struct bench *b = walk(golden_tall_x64[0], 31, 6);

    for (size_t index = 0; index < 3; index++) {
        char label[32];

        b->plane.n_axes = 2;
        ck_assert_int_eq(plane(r, b, index, NULL), TW_OK);
        ck_assert_uint_eq(b->plane.n_axes, 1);
        SAME(b->plane.x_variance, golden_tall_ratio[0][index + 1], 1e-8);
        ck_assert(isnan(b->plane.y_variance) && isnan(b->plane.y_walk));
        for (size_t j = 0; j < 6; j++) {
            SAME(b->plane.u[j], golden_tall_component[index + 1][j], 1e-8);
            ck_assert(b->plane.v[j] == 0);
        }
        snprintf(label, sizeof label, "component %zu", index + 2);
        ck_assert_str_eq(b->plane.x_label, label);
        ck_assert_str_eq(b->plane.y_label, "");
    }
    ck_assert_int_eq(plane(r, b, 4, NULL), TW_OK); /* the sixth and last */
    ck_assert_int_eq(plane(r, b, 5, NULL), TW_DONE);
    bench_free(b);
    rig_free(r);
}
END_TEST

/* fc1.weight 2 x 3, fc1.bias 2, fc2.weight 3 x 2, fc2.bias 3. */
static int four_blocks(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    static const size_t offset[] = {0, 6, 8, 14}, rows[] = {2, 2, 3, 3}, cols[] = {3, 1, 2, 1};

    (void)f;
    if (i > 3)
        return TW_DONE;
    out->role = i % 2 ? TW_BIAS : TW_WEIGHT;
    out->offset = offset[i];
    out->rows = rows[i];
    out->cols = cols[i];
    snprintf(out->name, sizeof out->name, "fc%zu.%s", i / 2 + 1, i % 2 ? "bias" : "weight");
    return TW_OK;
}

static void check_layers(const char *yaml, const double *component, const double *ratio,
                         const char *label)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", yaml);
    struct bench *b = walk(golden_layers_x64[0], 7, 17);

    b->f.block = four_blocks;
    for (size_t times = 0; times < 2; times++) { /* the second time from what it remembers */
        ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
        SAME(b->plane.x_variance, ratio[0], 1e-12);
        SAME(b->plane.y_variance, ratio[1], 1e-12);
        for (size_t j = 0; j < 17; j++) {
            SAME(b->plane.u[j], component[j], 1e-11);
            SAME(b->plane.v[j], component[17 + j], 1e-11);
            ck_assert(component[j] != 0 || b->plane.u[j] == 0);
        }
        ck_assert_str_eq(b->plane.x_label, label);
        ck_assert_int_eq(memcmp(b->plane.origin, last(b), 17 * sizeof(double)), 0);
    }
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_OK);
    SAME(b->plane.x_variance, ratio[2], 1e-12);
    for (size_t j = 0; j < 17; j++)
        SAME(b->plane.u[j], component[34 + j], 1e-11);
    bench_free(b);
    rig_free(r);
}

START_TEST(trajectory_pca_of_some_layers)
{
    check_layers("{layers: fc1}", golden_layers_fc1_component[0], golden_layers_fc1_ratio[0],
                 "component 1 of fc1");
    check_layers("{layers: [fc1.bias, fc1.weight]}", golden_layers_fc1_component[0],
                 golden_layers_fc1_ratio[0], "component 1 of fc1.bias, fc1.weight");
    check_layers("{layers: [fc2.bias, fc1.weight]}", golden_layers_ends_component[0],
                 golden_layers_ends_ratio[0], "component 1 of fc2.bias, fc1.weight");
    check_layers("{layers: [fc2.bias, fc1.weight, fc2.bias, fc1.weight, fc1.weight, fc2.bias]}",
                 golden_layers_ends_component[0], golden_layers_ends_ratio[0],
                 "component 1 of fc2.bias, fc1.weight, fc2.bias, fc1.weight, ...");
}
END_TEST

START_TEST(trajectory_pca_refuses_layers)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{layers: [fc1, fc]}");
    struct bench *b = walk(golden_layers_x64[0], 7, 17);

    b->f.block = four_blocks;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "no 'fc'; it has fc1.weight, fc1.bias, fc2.weight, fc2.bias");
    rig_free(r);
    r = rig_new(TW_REDUCER, "trajectory-pca", "{layers: fc1.bias}");
    for (size_t i = 0; i < 7; i++)
        b->theta[i * 17 + 6] = b->theta[i * 17 + 7] = 1;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "does not move in these layers");
    rig_free(r);
    bench_free(b);
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_REDUCER, "trajectory-pca", "{layers: []}"), "empty"));
}
END_TEST

/* `n` points of a walk with d dimensions, from 0. */
static void random_walk(double *theta, size_t n, size_t d, uint64_t seed)
{
    for (size_t i = 0; i < n * d; i++)
        theta[i] = i < d ? 0 : theta[i - d] + rng_normal(seed, i);
}

START_TEST(trajectory_pca_knows_a_random_walk)
{
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{components: [2, 1]}");

    for (size_t k = 0; k < 4; k++) {
        size_t n = (size_t)golden_walk_points[0][k], d = 40;
        struct bench *b = bench_new(n, d);

        random_walk(b->theta, n, d, k);
        ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
        SAME(b->plane.x_walk, golden_walk_share[k][1], 1e-12);
        SAME(b->plane.y_walk, golden_walk_share[k][0], 1e-12);
        bench_free(b);
    }
    rig_free(r);
}
END_TEST

START_TEST(trajectory_pca_knows_several_random_walks)
{
    static const size_t lengths[2][3] = {{31, 12, 0}, {5, 5, 9}};
    const size_t n_paths = _i ? 3 : 2, n = _i ? 19 : 43, d = 40;
    struct rig *r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    const struct tw_reducer_ops *ops = &r->plugin->ops.reducer;
    struct bench *b = bench_new(n, d);
    struct tw_path path[3];
    const struct tw_path *paths[3];
    size_t at = 0;

    for (size_t k = 0; k < n_paths; at += lengths[_i][k++]) {
        random_walk(b->theta + at * d, lengths[_i][k], d, k);
        path[k] = b->path;
        path[k].n = lengths[_i][k];
        path[k].theta += at;
        paths[k] = &path[k];
    }
    for (size_t times = 0; times < 2; times++) {
        ck_assert_int_eq(ops->plane(r->self, &b->f, paths, n_paths, last(b), 0, NULL, &b->plane),
                         TW_OK);
        SAME(b->plane.x_walk, golden_walks_share[_i][0], 1e-10);
        SAME(b->plane.y_walk, golden_walks_share[_i][1], 1e-10);
    }
    b->theta[lengths[_i][0] * d] = 1; /* another start: nothing is known */
    b->plane.x_walk = b->plane.y_walk = 0;
    ck_assert_int_eq(ops->plane(r->self, &b->f, paths, n_paths, last(b), 0, NULL, &b->plane),
                     TW_OK);
    ck_assert(isnan(b->plane.x_walk) && isnan(b->plane.y_walk));
    bench_free(b);
    rig_free(r);
}
END_TEST

START_TEST(trajectory_pca_refuses)
{
    struct rig *r;
    struct bench *b = bench_new(4, 5);

    ck_assert_ptr_nonnull(strstr(
        rig_refused(TW_REDUCER, "trajectory-pca", "{components: [1, 2, 3]}"), "two different"));
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_REDUCER, "trajectory-pca", "{components: [2, 2]}"), "two different"));
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_REDUCER, "trajectory-pca", "{components: [0, 1]}"), "components"));

    r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    for (size_t i = 0; i < 20; i++)
        b->theta[i] = 0.1; /* four times the same point */
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "does not move");
    rig_free(r);

    r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    for (size_t i = 0; i < 20; i++)
        b->theta[i] = (double)(i / 5) * 0.1 * (double)(i % 5 + 1); /* a straight line */
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "no component 2, only 1");
    rig_free(r);

    r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    b->path.n = 2;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "has 2 points, its principal components need 3");
    SAYS(r, "more epochs or record: step");
    b->path.n = 4;
    rig_free(r);

    r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    b->theta[13] = INFINITY;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_ENUMERIC);
    SAYS(r, "point 3");
    SAYS(r, "theta[3]");
    rig_free(r);

    r = rig_new(TW_REDUCER, "trajectory-pca", "{}");
    ck_assert_int_eq(
        r->plugin->ops.reducer.plane(r->self, &b->f, NULL, 0, last(b), 0, NULL, &b->plane),
        TW_EINVAL);
    SAYS(r, "add an optimizer");
    rig_free(r);
    bench_free(b);
}
END_TEST

/* ---- dataset-pca ---- */

static struct tw_data data_from(const int *x64, size_t n, size_t d, float *x)
{
    for (size_t i = 0; i < n * d; i++)
        x[i] = (float)x64[i] / 64;
    return (struct tw_data){
        .struct_size = sizeof(struct tw_data), .n_rows = n, .n_features = d, .x = x};
}

static void check_dataset(const char *yaml, const int *x64, size_t n, size_t d, const double *want)
{
    struct rig *r = rig_new(TW_REDUCER, "dataset-pca", yaml);
    const struct tw_reducer_ops *ops = &r->plugin->ops.reducer;
    float *x = calloc(n * d, sizeof *x), *out = calloc(n * 4, sizeof *out);
    struct tw_data data = data_from(x64, n, d, x);
    size_t k = 0;

    ck_assert_int_eq(ops->fit(r->self, &data, &k), TW_OK);
    ck_assert_uint_eq(k, 4);
    ck_assert_int_eq(ops->transform(r->self, &data, out), TW_OK);
    for (size_t i = 0; i < n * 4; i++) /* rounded to float once */
        SAME((double)out[i], want[i], 6e-8 * fabs(want[i]) + 1e-12);
    free(out);
    free(x);
    rig_free(r);
}

START_TEST(dataset_pca_agrees_with_sklearn)
{
    check_dataset("{components: 4}", golden_tall_x64[0], 31, 6, golden_tall_transformed[0]);
    check_dataset("{components: 4}", golden_wide_x64[0], 9, 23, golden_wide_transformed[0]);
    check_dataset("{components: 4, whiten: true}", golden_tall_x64[0], 31, 6, golden_tall_white[0]);
    check_dataset("{components: 4, whiten: true}", golden_wide_x64[0], 9, 23, golden_wide_white[0]);
}
END_TEST

/* A few strong directions in noise, or noise alone; far from the origin. */
static float *large_data(size_t n, size_t d, double strength)
{
    float *x = calloc(n * d, sizeof *x);

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++) {
            double value = 20 + rng_uniform(1000 + i, j) - 0.5;

            for (uint64_t f = 0; f < 3; f++)
                value += strength / (double)(f + 1) * (rng_uniform(f, i) - 0.5) *
                         (rng_uniform(10 + f, j) - 0.5);
            x[i * d + j] = (float)value;
        }
    return x;
}

/* As large as needs be for products with a few vectors; 30 components are taken from the covariance
 * matrix. In noise the products do not converge, and the matrix must step in. */
START_TEST(dataset_pca_of_much_data)
{
    struct rig *few = rig_new(TW_REDUCER, "dataset-pca", "{}");
    struct rig *many = rig_new(TW_REDUCER, "dataset-pca", "{components: 30}");
    const size_t n = 3000, d = 320;
    float *x = large_data(n, d, _i ? 0 : 1), *two = calloc(n * 2, sizeof *two);
    float *thirty = calloc(n * 30, sizeof *thirty);
    struct tw_data data = {.struct_size = sizeof data, .n_rows = n, .n_features = d, .x = x};
    size_t k;

    ck_assert_int_eq(few->plugin->ops.reducer.fit(few->self, &data, &k), TW_OK);
    ck_assert_int_eq(few->plugin->ops.reducer.transform(few->self, &data, two), TW_OK);
    ck_assert_int_eq(many->plugin->ops.reducer.fit(many->self, &data, &k), TW_OK);
    ck_assert_int_eq(many->plugin->ops.reducer.transform(many->self, &data, thirty), TW_OK);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < 2; j++)
            SAME((double)two[i * 2 + j], (double)thirty[i * 30 + j], 1e-6);
    free(x);
    free(two);
    free(thirty);
    rig_free(few);
    rig_free(many);
}
END_TEST

START_TEST(dataset_pca_names_its_features)
{
    struct rig *r = rig_new(TW_REDUCER, "dataset-pca", "{}");
    const struct tw_reducer_ops *ops = &r->plugin->ops.reducer;
    float x[31 * 6];
    struct tw_data data = data_from(golden_tall_x64[0], 31, 6, x);
    char name[64], want[64];
    size_t k;

    ck_assert_int_eq(ops->fit(r->self, &data, &k), TW_OK);
    ck_assert_uint_eq(k, 2);
    for (size_t j = 0; j < 2; j++) {
        ck_assert_int_eq(ops->feature_name(r->self, j, name, sizeof name), TW_OK);
        snprintf(want, sizeof want, "PC %zu (%.1f %%)", j + 1, 100 * golden_tall_ratio[0][j]);
        ck_assert_str_eq(name, want);
    }
    ck_assert_int_eq(ops->feature_name(r->self, 2, name, sizeof name), TW_DONE);
    ck_assert_int_eq(ops->feature_name(r->self, 0, name, 5), TW_OK);
    ck_assert_str_eq(name, "PC 1");
    rig_free(r);
}
END_TEST

START_TEST(dataset_pca_uses_the_training_mean)
{
    struct rig *r = rig_new(TW_REDUCER, "dataset-pca", "{components: 4}");
    const struct tw_reducer_ops *ops = &r->plugin->ops.reducer;
    float x[31 * 6], out[4];
    struct tw_data data = data_from(golden_tall_x64[0], 31, 6, x), one = data;
    size_t k;

    one.n_rows = 1;
    one.x = x + 17 * 6;
    ck_assert_int_eq(ops->fit(r->self, &data, &k), TW_OK);
    ck_assert_int_eq(ops->transform(r->self, &one, out), TW_OK);
    for (size_t j = 0; j < 4; j++)
        SAME((double)out[j], golden_tall_transformed[17][j], 1e-6);
    one.n_features = 5;
    ck_assert_int_eq(ops->transform(r->self, &one, out), TW_EINVAL);
    SAYS(r, "5 features, but it was fitted to 6");
    rig_free(r);
}
END_TEST

START_TEST(dataset_pca_stops_when_told)
{
    struct rig *r = rig_new(TW_REDUCER, "dataset-pca", "{}");
    const struct tw_reducer_ops *ops = &r->plugin->ops.reducer;
    volatile sig_atomic_t stop = 0;
    float x[31 * 6], out[31 * 2];
    struct tw_data data = data_from(golden_tall_x64[0], 31, 6, x);
    size_t k;

    r->env.stop = &stop;
    ck_assert_int_eq(ops->fit(r->self, &data, &k), TW_OK);
    stop = 1;
    ck_assert_int_eq(ops->transform(r->self, &data, out), TW_ECANCELLED);
    ck_assert_int_eq(ops->fit(r->self, &data, &k), TW_ECANCELLED);
    rig_free(r);
}
END_TEST

START_TEST(dataset_pca_refuses)
{
    float x[12] = {1, 2, 3, 2, 4, 3, 3, 6, 3, 4, 8, 3}; /* on a line, one column constant */
    struct tw_data data = {.struct_size = sizeof data, .n_rows = 4, .n_features = 3, .x = x};
    struct rig *r = rig_new(TW_REDUCER, "dataset-pca", "{components: 4}");
    size_t k;

    ck_assert_int_eq(r->plugin->ops.reducer.fit(r->self, &data, &k), TW_EINVAL);
    SAYS(r, "components: 4 is too many: 4 rows of 3 features have 3");
    rig_free(r);
    r = rig_new(TW_REDUCER, "dataset-pca", "{components: 2}");
    ck_assert_int_eq(r->plugin->ops.reducer.fit(r->self, &data, &k), TW_EINVAL);
    SAYS(r, "only 1 direction of the training set has any variance");
    rig_free(r);
    r = rig_new(TW_REDUCER, "dataset-pca", "{components: 1}");
    data.n_rows = 1;
    ck_assert_int_eq(r->plugin->ops.reducer.fit(r->self, &data, &k), TW_EINVAL);
    rig_free(r);
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_REDUCER, "dataset-pca", "{components: 0}"), "components"));
}
END_TEST

/* ---- axes ---- */

/* Two points of eight parameters; entry 7, a bias, moves most. */
static struct bench *axes_bench(void)
{
    const double from[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    const double to[8] = {0.1, -3, 0.5, 0.5, 2, -0.2, 1, 9};
    struct bench *b = bench_new(2, 8);

    memcpy(b->theta, from, sizeof from);
    memcpy(b->theta + 8, to, sizeof to);
    return b;
}

static void check_axes(const struct bench *b, size_t x, size_t y, bool zeroed)
{
    for (size_t j = 0; j < 8; j++) {
        ck_assert(b->plane.u[j] == (j == x));
        ck_assert(b->plane.v[j] == (j == y));
        ck_assert(b->plane.origin[j] == (zeroed && (j == x || j == y) ? 0 : last(b)[j]));
    }
    ck_assert(isnan(b->plane.x_variance) && isnan(b->plane.y_variance));
}

START_TEST(axes_auto_ranks_by_movement)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{}");
    struct bench *b = axes_bench();

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_axes(b, 1, 4, true);
    ck_assert_str_eq(b->plane.x_label, "fc1.weight[0,1]");
    ck_assert_str_eq(b->plane.y_label, "fc1.weight[1,1]");
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_OK);
    check_axes(b, 2, 3, true); /* a tie: the first comes first */
    ck_assert_int_eq(plane(r, b, 2, last(b)), TW_OK);
    check_axes(b, 5, 0, false);
    ck_assert_int_eq(plane(r, b, 3, NULL), TW_DONE);
    bench_free(b);
    rig_free(r);
}
END_TEST

START_TEST(axes_auto_without_training_ranks_by_size)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{}");
    struct bench *b = axes_bench();

    b->theta[8 + 0] = -7;
    ck_assert_int_eq(
        r->plugin->ops.reducer.plane(r->self, &b->f, NULL, 0, last(b), 0, NULL, &b->plane), TW_OK);
    check_axes(b, 0, 1, true);
    bench_free(b);
    rig_free(r);
}
END_TEST

START_TEST(axes_takes_a_list)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{weights: [7, 0, 5, 6]}");
    struct bench *b = axes_bench();

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_axes(b, 7, 0, true);
    ck_assert_str_eq(b->plane.x_label, "fc1.bias[1]");
    ck_assert_str_eq(b->plane.y_label, "fc1.weight[0,0]");
    b->f.ctx = b; /* blocks without names */
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_OK);
    check_axes(b, 5, 6, true);
    ck_assert_str_eq(b->plane.x_label, "weight 5");
    ck_assert_str_eq(b->plane.y_label, "bias 6");
    ck_assert_int_eq(plane(r, b, 2, NULL), TW_DONE);
    bench_free(b);
    rig_free(r);
}
END_TEST

static int one_weight(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    (void)f;
    out->role = i ? TW_BIAS : TW_WEIGHT;
    out->offset = i;
    out->rows = i ? 7 : 1;
    out->cols = 1;
    return i > 1 ? TW_DONE : TW_OK;
}

START_TEST(axes_refuses)
{
    struct rig *r = rig_new(TW_REDUCER, "axes", "{weights: [0, 8]}");
    struct bench *b = axes_bench();

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "8 is too large: theta has 8 entries, 0 to 7");
    rig_free(r);
    r = rig_new(TW_REDUCER, "axes", "{}");
    b->f.block = one_weight;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "1 weight, two are needed");
    rig_free(r);
    bench_free(b);
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "axes", "{weights: [1, 2, 3]}"), "pairs"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "axes", "{weights: [1, 1]}"), "differ"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "axes", "{weights: [-1, 1]}"), "weights"));
}
END_TEST

/* ---- given ---- */

START_TEST(given_uses_directions_as_they_are)
{
    const double v[12] = {1, 2, 3, 0, 4, 0, 5, 5, 0, 6, -6, 7}, o[3] = {-1, -2, -3};
    const double through[3] = {8, 8, 9};
    char directions[32], origin[32], yaml[128];
    struct bench *b = bench_new(2, 3);

    b->theta[3] = 0.25;
    write_npy(directions, "<f8", "(4, 3)", v, 12 * sizeof *v);
    write_npy(origin, "<f8", "(3,)", o, 3 * sizeof *o);
    snprintf(yaml, sizeof yaml, "{directions: %s}", directions);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    for (size_t index = 0; index < 2; index++) {
        ck_assert_int_eq(plane(r, b, index, NULL), TW_OK);
        ck_assert_int_eq(memcmp(b->plane.u, v + 6 * index, sizeof o), 0);
        ck_assert_int_eq(memcmp(b->plane.v, v + 6 * index + 3, sizeof o), 0);
        ck_assert_int_eq(memcmp(b->plane.origin, last(b), sizeof o), 0);
        ck_assert_str_eq(b->plane.x_label, index ? "direction 3" : "direction 1");
        ck_assert_str_eq(b->plane.y_label, index ? "direction 4" : "direction 2");
    }
    ck_assert_int_eq(plane(r, b, 2, NULL), TW_DONE);
    rig_free(r);

    snprintf(yaml, sizeof yaml, "{directions: %s, origin: %s}", directions, origin);
    r = rig_new(TW_REDUCER, "given", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    ck_assert_int_eq(memcmp(b->plane.origin, o, sizeof o), 0);
    ck_assert_int_eq(plane(r, b, 0, through), TW_OK);
    ck_assert_int_eq(memcmp(b->plane.origin, through, sizeof o), 0);
    rig_free(r);
    unlink(directions);
    unlink(origin);
    bench_free(b);
}
END_TEST

START_TEST(given_of_one_row_is_a_line)
{
    const double v[3] = {1, -2, 3};
    char directions[32], yaml[64];
    struct bench *b = bench_new(2, 3);

    write_npy(directions, "<f8", "(1, 3)", v, 3 * sizeof *v);
    snprintf(yaml, sizeof yaml, "{directions: %s}", directions);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    b->plane.v[1] = 5;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    ck_assert_uint_eq(b->plane.n_axes, 1);
    ck_assert_int_eq(memcmp(b->plane.u, v, sizeof v), 0);
    for (size_t j = 0; j < 3; j++)
        ck_assert(b->plane.v[j] == 0);
    ck_assert_str_eq(b->plane.x_label, "direction 1");
    ck_assert_str_eq(b->plane.y_label, "");
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_DONE);
    rig_free(r);
    unlink(directions);
    bench_free(b);
}
END_TEST

static void refuse_given(const char *shape, const double *v, size_t n, const char *word)
{
    char directions[32], yaml[128];
    struct bench *b = bench_new(2, 3);

    write_npy(directions, "<f8", shape, v, n * sizeof *v);
    snprintf(yaml, sizeof yaml, "{directions: %s}", directions);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, word);
    rig_free(r);
    unlink(directions);
    bench_free(b);
}

START_TEST(given_refuses)
{
    const double one[6] = {1, 2, 3, -2, -4, -6}, two[6] = {1, 2, 3, 0, 0, 0};
    const double three[6] = {1, 2, 3, 0, NAN, 0}, o[2] = {1, 2};
    const double fine[6] = {1, 2, 3, 0, 0, 1};
    char directions[32], origin[32], yaml[128];
    struct bench *b = bench_new(2, 3);

    refuse_given("(2, 3)", one, 6, "rows 0 and 1 (from 0) are parallel");
    refuse_given("(2, 3)", two, 6, "row 1 (from 0) is zero");
    refuse_given("(2, 3)", three, 6, "row 1, column 1");
    refuse_given("(3, 2)", one, 6, "needed: 2 x 3");
    refuse_given("(1, 3)", two + 3, 3, "row 0 (from 0) is zero");
    refuse_given("(1, 3)", three + 3, 3, "row 0, column 1");
    refuse_given("(3, 1)", one, 3, "or 1: a line");
    refuse_given("(6,)", one, 6, "needed: 2 x 3");

    write_npy(directions, "<f8", "(2, 3)", fine, 6 * sizeof *fine);
    write_npy(origin, "<f8", "(2,)", o, 2 * sizeof *o);
    snprintf(yaml, sizeof yaml, "{directions: %s, origin: %s}", directions, origin);
    struct rig *r = rig_new(TW_REDUCER, "given", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "needed: 3 numbers");
    rig_free(r);
    unlink(directions);
    unlink(origin);
    bench_free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reducers");
    TCase *c = tcase_create("reducers");
    SRunner *runner = srunner_create(suite);
    int failed;

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, trajectory_pca_agrees_with_sklearn);
    tcase_add_test(c, trajectory_pca_agrees_with_svd);
    tcase_add_test(c, trajectory_pca_of_equal_eigenvalues);
    tcase_add_test(c, trajectory_pca_components_and_through);
    tcase_add_test(c, trajectory_pca_takes_all_paths);
    tcase_add_test(c, trajectory_pca_remembers);
    tcase_add_test(c, trajectory_pca_of_many_parameters);
    tcase_add_test(c, trajectory_pca_of_one_component_is_a_line);
    tcase_add_test(c, trajectory_pca_of_some_layers);
    tcase_add_test(c, trajectory_pca_refuses_layers);
    tcase_add_test(c, trajectory_pca_knows_a_random_walk);
    tcase_add_loop_test(c, trajectory_pca_knows_several_random_walks, 0, 2);
    tcase_add_test(c, trajectory_pca_refuses);
    tcase_add_test(c, dataset_pca_agrees_with_sklearn);
    tcase_add_loop_test(c, dataset_pca_of_much_data, 0, 2);
    tcase_add_test(c, dataset_pca_names_its_features);
    tcase_add_test(c, dataset_pca_uses_the_training_mean);
    tcase_add_test(c, dataset_pca_stops_when_told);
    tcase_add_test(c, dataset_pca_refuses);
    tcase_add_test(c, axes_auto_ranks_by_movement);
    tcase_add_test(c, axes_auto_without_training_ranks_by_size);
    tcase_add_test(c, axes_takes_a_list);
    tcase_add_test(c, axes_refuses);
    tcase_add_test(c, given_uses_directions_as_they_are);
    tcase_add_test(c, given_of_one_row_is_a_line);
    tcase_add_test(c, given_refuses);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
