/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-hvp.c -- Hessian times vector of the models: against PyTorch in float64 (tests/golden/hvp.h,
 * made by make_hvp.py) and against second differences of their own gradients; and the surface of
 * model-wells, whose critical points are known.  The host's is in test-hvp-host.c.
 */
#include "hvp-bench.h"
#include "rig.h"

#include "../golden/hvp.h"

#include <stdio.h>

#define N_CASES COUNT(hvp_cases)

/* ---- a model alone ---- */

struct alone {
    struct rig *rig;
    const struct tw_model_ops *ops;
    const struct tw_model_hvp *ext;
    struct tw_data data;
    size_t dim;
    double theta[MOST], vec[MOST], out[MOST];
};

static void open_alone(struct alone *a, const char *model, const char *yaml, size_t n_classes)
{
    *a = (struct alone){.rig = rig_new(TW_MODEL, model, yaml)};
    if (n_classes > 0)
        a->data = make_data(N_ROWS, n_classes);
    a->ops = &a->rig->plugin->ops.model;
    a->ext = a->rig->plugin->desc.get_extension(TW_EXT_MODEL_HVP);
    ck_assert_ptr_nonnull(a->ext);
    ck_assert_int_eq(a->ops->bind(a->rig->self, n_classes > 0 ? &a->data : NULL), TW_OK);
    a->dim = a->ops->dim(a->rig->self);
    ck_assert_uint_le(a->dim, MOST);
    for (size_t i = 0; i < MOST; i++)
        a->out[i] = NAN;
}

static void close_alone(struct alone *a)
{
    rig_free(a->rig);
    free_data(&a->data);
}

static void product(struct alone *a, const struct tw_rows *rows, const double *vec, double *out)
{
    ck_assert_int_eq(a->ext->hvp(a->rig->self, a->theta, rows, vec, out), TW_OK);
}

/* Case k, with these keys behind its own. */
static void open_case(struct alone *a, int k, const char *more)
{
    char yaml[256];
    size_t n = strlen(hvp_cases[k].yaml);

    snprintf(yaml, sizeof(yaml), "%.*s%s}", (int)n - 1, hvp_cases[k].yaml,
             strcmp(hvp_cases[k].model, "mlp") == 0 ? more : "");
    open_alone(a, hvp_cases[k].model, yaml, hvp_cases[k].n_classes);
    ck_assert_uint_eq(a->dim, hvp_cases[k].dim);
    made(2 + k, a->dim, a->theta);
    made(102 + k, a->dim, a->vec);
}

/* 1e-12; the float32 networks compute their products in double as well, so they are as near. */
START_TEST(products_are_those_of_pytorch)
{
    const char *const precision[] = {", precision: float64", ""};
    double loss = NAN, far;

    for (int i = 0; i < 2; i++) {
        struct alone a;
        double grad[MOST];

        open_case(&a, _i, precision[i]);
        ck_assert_int_eq(a.ops->grad(a.rig->self, a.theta, NULL, &loss, grad), TW_OK);
        far = distance(a.dim, grad, hvp_cases[_i].grad);
        ck_assert_msg(far <= (i == 0 ? 1e-12 : 1e-5), "gradient is off by %.3g", far);
        ck_assert_double_le(fabs(loss - hvp_cases[_i].loss),
                            (i == 0 ? 1e-12 : 1e-5) * hvp_cases[_i].loss);
        product(&a, NULL, a.vec, a.out);
        far = distance(a.dim, a.out, hvp_cases[_i].product);
        ck_assert_msg(far <= 1e-12, "%s %s: the product is off by %.3g", hvp_cases[_i].model,
                      hvp_cases[_i].yaml, far);
        close_alone(&a);
    }
}
END_TEST

/* The whole matrix, column by column, is symmetric and the second differences of the gradient. With
 * h = 1e-5 these are good to 1e-9 or so where there is no kink within h. */
START_TEST(the_matrix_is_symmetric_and_the_slope_of_the_gradient)
{
    struct alone a;
    double up[MOST], down[MOST], loss, h = 1e-5, most = 0;

    open_case(&a, _i, ", precision: float64");
    size_t n = a.dim;
    double *matrix = take(n * n, sizeof(*matrix));

    for (size_t j = 0; j < n; j++) {
        double middle = a.theta[j];

        memset(a.vec, 0, sizeof(a.vec));
        a.vec[j] = 1;
        product(&a, NULL, a.vec, matrix + j * n);
        a.theta[j] = middle + h;
        ck_assert_int_eq(a.ops->grad(a.rig->self, a.theta, NULL, &loss, up), TW_OK);
        a.theta[j] = middle - h;
        ck_assert_int_eq(a.ops->grad(a.rig->self, a.theta, NULL, &loss, down), TW_OK);
        a.theta[j] = middle;
        for (size_t i = 0; i < n; i++) {
            double slope = (up[i] - down[i]) / (2 * h);

            ck_assert_msg(fabs(matrix[j * n + i] - slope) <= 1e-7, "(%zu, %zu): %.12g, not %.12g",
                          i, j, matrix[j * n + i], slope);
            most = fmax(most, fabs(slope));
        }
    }
    ck_assert_double_gt(most, 0.01);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < j; i++)
            ck_assert_double_le(fabs(matrix[j * n + i] - matrix[i * n + j]), 1e-14 * (1 + most));
    free(matrix);
    close_alone(&a);
}
END_TEST

START_TEST(products_are_linear)
{
    struct alone a;
    double other[MOST], sum[MOST], of_other[MOST], of_sum[MOST];

    open_case(&a, _i, "");
    made(999, a.dim, other);
    for (size_t i = 0; i < a.dim; i++)
        sum[i] = 3 * a.vec[i] - 0.5 * other[i];
    product(&a, NULL, a.vec, a.out);
    product(&a, NULL, other, of_other);
    product(&a, NULL, sum, of_sum);
    for (size_t i = 0; i < a.dim; i++)
        a.out[i] = 3 * a.out[i] - 0.5 * of_other[i];
    ck_assert_double_le(distance(a.dim, of_sum, a.out), 1e-13);
    memset(sum, 0, sizeof(sum));
    product(&a, NULL, sum, of_sum);
    ck_assert_double_eq(length(a.dim, of_sum), 0);
    close_alone(&a);
}
END_TEST

START_TEST(rows_are_averaged)
{
    static const uint32_t listed[] = {23, 0, 5, 5, 11};
    struct tw_rows parts[] = {{NULL, 0, 1}, {NULL, 1, 9}, {NULL, 10, 14}};
    struct tw_rows list = {listed, 0, 5};
    struct alone a;
    double part[MOST], sum[MOST] = {0};

    open_case(&a, _i, "");
    product(&a, NULL, a.vec, a.out);
    for (size_t k = 0; k < 3; k++) {
        product(&a, &parts[k], a.vec, part);
        for (size_t i = 0; i < a.dim; i++)
            sum[i] += (double)parts[k].n / N_ROWS * part[i];
    }
    ck_assert_double_le(distance(a.dim, sum, a.out), 1e-13);
    memset(sum, 0, sizeof(sum));
    for (size_t k = 0; k < 5; k++) {
        struct tw_rows one = {NULL, listed[k], 1};

        product(&a, &one, a.vec, part);
        for (size_t i = 0; i < a.dim; i++)
            sum[i] += part[i] / 5;
    }
    product(&a, &list, a.vec, part);
    ck_assert_double_le(distance(a.dim, part, sum), 1e-13);
    product(&a, NULL, a.vec, part);
    ck_assert_mem_eq(part, a.out, a.dim * sizeof(*part));
    close_alone(&a);
}
END_TEST

/* (d2 loss / d score2) of a row predicted right by a margin of 60: p (1 - p) is 1e-26, and stays.
 */
START_TEST(a_row_far_from_the_border_keeps_its_share)
{
    const char *const models[] = {"logistic", "mlp"};

    for (size_t k = 0; k < 2; k++) {
        struct alone a;
        struct tw_rows one = {NULL, 0, 1};
        size_t bias;

        open_alone(&a, models[k], k ? "{hidden: []}" : "{}", 3);
        bias = 3 * N_FEATURES;
        ck_assert_int_eq(a.data.label[0], 0);
        a.theta[bias] = 60;
        a.theta[bias + 2] = -1000;
        a.vec[bias] = 1;
        product(&a, &one, a.vec, a.out);
        ck_assert_double_le(fabs(a.out[bias] / exp(-60) - 1), 1e-12);
        ck_assert_double_le(fabs(a.out[bias + 1] / exp(-60) + 1), 1e-12);
        close_alone(&a);
    }
}
END_TEST

START_TEST(quadratic_has_its_second_derivative)
{
    struct alone a;
    const double theta[] = {2, -1}, vec[] = {3, -5};

    open_alone(&a, "quadratic",
               "{minimum: [1, -3], curvature: [4, 0.5], cubic: [2, -1], quartic: [0.5, 0.25]}", 0);
    memcpy(a.theta, theta, sizeof(theta));
    product(&a, NULL, vec, a.out);
    ck_assert_double_eq(a.out[0], (4 + 6 * 2 * 1 + 12 * 0.5 * 1) * 3);
    ck_assert_double_eq(a.out[1], (0.5 + 6 * -1 * 2 + 12 * 0.25 * 4) * -5);
    close_alone(&a);
}
END_TEST

/* ---- the surface of known critical points ---- */

/* Two axes of wells, turned, and a bowl: 9 critical points with the losses and Hessians that the
 * help gives. */
START_TEST(wells_has_the_critical_points_of_its_formulas)
{
    const double centre[] = {0.5, -1}, width[] = {2, 0.5}, height[] = {3, 0.7},
                 tilt[] = {0.3, -0.6};
    const double turn = 35 * acos(-1) / 180, c = cos(turn), s = sin(turn);
    struct alone a;
    int kinds[3] = {0, 0, 0}; /* directions down */

    open_alone(&a, "wells",
               "{centre: [0.5, -1], width: [2, 0.5], height: [3, 0.7], tilt: [0.3, -0.6], "
               "bowl: [2.5], angle: 35, offset: 0.25}",
               0);
    ck_assert_uint_eq(a.dim, 3);
    for (int k = 0; k < 9; k++) {
        double t[2], bend[2], want = 0.25, loss = NAN, grad[3], out[3];
        int down = 0;

        for (int i = 0; i < 2; i++) {
            int which = i == 0 ? k % 3 : k / 3;
            double q = fabs(tilt[i]), u = which == 0 ? -1 : which == 1 ? 1 : tilt[i];
            bool deep = which == (tilt[i] > 0 ? 0 : 1);

            want += height[i] * (which == 2 ? 1 + 8 * q / 3 + 2 * q * q - q * q * q * q / 3
                                 : deep     ? 0
                                            : 16 * q / 3);
            bend[i] = height[i] / (width[i] * width[i]) *
                      (which == 0   ? 8 * (1 + tilt[i])
                       : which == 1 ? 8 * (1 - tilt[i])
                                    : -4 * (1 - q * q));
            t[i] = centre[i] + width[i] * u;
            down += which == 2;
        }
        kinds[down]++;
        a.theta[0] = c * t[0] - s * t[1];
        a.theta[1] = s * t[0] + c * t[1];
        ck_assert_int_eq(a.ops->grad(a.rig->self, a.theta, NULL, &loss, grad), TW_OK);
        ck_assert_double_le(fabs(loss - want), 1e-13);
        ck_assert_double_le(length(3, grad), 1e-13);
        for (int i = 0; i < 2; i++) {
            const double way[2][3] = {{c, s, 0}, {-s, c, 0}};

            product(&a, NULL, way[i], out);
            for (int j = 0; j < 3; j++)
                ck_assert_double_le(fabs(out[j] - bend[i] * way[i][j]), 1e-12 * fabs(bend[i]));
        }
        product(&a, NULL, (const double[]){0, 0, 1}, out);
        ck_assert(out[0] == 0 && out[1] == 0 && out[2] == 2.5);
    }
    ck_assert(kinds[0] == 4 && kinds[1] == 4 && kinds[2] == 1);
    close_alone(&a);
}
END_TEST

START_TEST(wells_are_the_slopes_of_each_other)
{
    const char *const yaml[] = {"{}", "{tilt: 0.5, bowl: [1, 3]}",
                                "{centre: [0, 1, 2], tilt: [-0.2, 0, 0.9], bowl: [], angle: 20}"};
    double up[3], down[3], loss, upper, lower, h = 1e-5;

    for (size_t k = 0; k < 3; k++) {
        struct alone a;

        open_alone(&a, "wells", yaml[k], 0);
        made(7, a.dim, a.theta);
        for (size_t j = 0; j < a.dim; j++) {
            double middle = a.theta[j], grad[3];

            memset(a.vec, 0, sizeof(a.vec));
            a.vec[j] = 1;
            product(&a, NULL, a.vec, a.out);
            ck_assert_int_eq(a.ops->grad(a.rig->self, a.theta, NULL, &loss, grad), TW_OK);
            a.theta[j] = middle + h;
            ck_assert_int_eq(a.ops->grad(a.rig->self, a.theta, NULL, &upper, up), TW_OK);
            a.theta[j] = middle - h;
            ck_assert_int_eq(a.ops->grad(a.rig->self, a.theta, NULL, &lower, down), TW_OK);
            a.theta[j] = middle;
            ck_assert_double_le(fabs((upper - lower) / (2 * h) - grad[j]), 1e-8);
            for (size_t i = 0; i < a.dim; i++)
                ck_assert_double_le(fabs((up[i] - down[i]) / (2 * h) - a.out[i]), 1e-7);
        }
        close_alone(&a);
    }
}
END_TEST

START_TEST(wells_refuses_what_does_not_fit)
{
    const char *const cases[][2] = {
        {"{centre: []}", "at least one number"},
        {"{bowl: []}", "at least two numbers together"},
        {"{centre: [0, 1], width: [1, 1, 1]}", "width must be"},
        {"{height: [1, 2]}", "height must be"},
        {"{centre: [0, 1, 2], tilt: [0, 0]}", "tilt must be"},
        {"{start: [1]}", "start must be"},
        {"{tilt: 1}", "tilt"},
    };

    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++)
        HAS(rig_refused(TW_MODEL, "wells", cases[k][0]), cases[k][1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("Hessian times vector");
    TCase *model = tcase_create("models"), *wells = tcase_create("wells");

    tcase_add_loop_test(model, products_are_those_of_pytorch, 0, N_CASES);
    tcase_add_loop_test(model, the_matrix_is_symmetric_and_the_slope_of_the_gradient, 0, N_CASES);
    tcase_add_loop_test(model, products_are_linear, 0, N_CASES);
    tcase_add_loop_test(model, rows_are_averaged, 0, N_CASES);
    tcase_add_test(model, a_row_far_from_the_border_keeps_its_share);
    tcase_add_test(model, quadratic_has_its_second_derivative);
    suite_add_tcase(suite, model);
    tcase_add_test(wells, wells_has_the_critical_points_of_its_formulas);
    tcase_add_test(wells, wells_are_the_slopes_of_each_other);
    tcase_add_test(wells, wells_refuses_what_does_not_fit);
    suite_add_tcase(suite, wells);
    return bench_main(suite);
}
