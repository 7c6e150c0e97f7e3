/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducer-trajectory-pca.c -- against scikit-learn (made by tests/golden/make_pca.py) and
 * against a singular value decomposition by GSL; what is refused.
 */
#include "reducer-bench.h"

#include "../../plugins/util/rng.h"
#include "../golden/pca.h"
#include "../golden/reducers.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <stdio.h>

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

START_TEST(agrees_with_sklearn)
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

START_TEST(agrees_with_svd)
{
    check_svd(3, 2);
    check_svd(3, 40);
    check_svd(12, 300);
    check_svd(60, 60);
    check_svd(80, 11);
}
END_TEST

START_TEST(of_equal_eigenvalues)
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

START_TEST(components_and_through)
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

START_TEST(takes_all_paths)
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

START_TEST(remembers)
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
START_TEST(of_many_parameters)
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

START_TEST(of_one_component_is_a_line)
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

START_TEST(of_some_layers)
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

START_TEST(refuses_layers)
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

START_TEST(knows_a_random_walk)
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

START_TEST(knows_several_random_walks)
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

START_TEST(refuses)
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

int main(void)
{
    Suite *suite = suite_create("reducer-trajectory-pca");
    TCase *c = tcase_create("reducer-trajectory-pca");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, agrees_with_sklearn);
    tcase_add_test(c, agrees_with_svd);
    tcase_add_test(c, of_equal_eigenvalues);
    tcase_add_test(c, components_and_through);
    tcase_add_test(c, takes_all_paths);
    tcase_add_test(c, remembers);
    tcase_add_test(c, of_many_parameters);
    tcase_add_test(c, of_one_component_is_a_line);
    tcase_add_test(c, of_some_layers);
    tcase_add_test(c, refuses_layers);
    tcase_add_test(c, knows_a_random_walk);
    tcase_add_loop_test(c, knows_several_random_walks, 0, 2);
    tcase_add_test(c, refuses);
    return bench_main(suite);
}
