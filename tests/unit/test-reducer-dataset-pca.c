/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducer-dataset-pca.c -- against scikit-learn (made by tests/golden/make_pca.py); what is
 * refused.
 */
#include "reducer-bench.h"

#include "../../plugins/util/rng.h"
#include "../golden/pca.h"

#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>

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

START_TEST(agrees_with_sklearn)
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
START_TEST(of_much_data)
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

START_TEST(names_its_features)
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

START_TEST(uses_the_training_mean)
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

START_TEST(stops_when_told)
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

START_TEST(refuses)
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

int main(void)
{
    Suite *suite = suite_create("reducer-dataset-pca");
    TCase *c = tcase_create("reducer-dataset-pca");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, agrees_with_sklearn);
    tcase_add_loop_test(c, of_much_data, 0, 2);
    tcase_add_test(c, names_its_features);
    tcase_add_test(c, uses_the_training_mean);
    tcase_add_test(c, stops_when_told);
    tcase_add_test(c, refuses);
    return bench_main(suite);
}
