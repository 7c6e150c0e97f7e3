/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-models.c -- the contract of the model plugins, for every model and option: gradients against
 * central differences, rows against all rows, blocks, initial points, odd values.  What the losses
 * should be is test-models-golden's matter, planes are test-models-plane's.
 */
#include "models-bench.h"

/* ---- gradients ---- */

/* The double twin of a float network, the same but for `precision`. */
static struct bench open_twin(const struct variant *v)
{
    char yaml[256];

    snprintf(yaml, sizeof(yaml), "%.*s, precision: float64}", (int)strlen(v->yaml) - 1, v->yaml);
    return open_bench(v->model, yaml, v->n_classes);
}

/* Central differences with h = 1e-6 are good to about 1e-9 here; 1e-7 is asked. Float networks are
 * held against their double twins, to 1e-5. */
START_TEST(gradient_is_exact)
{
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);
    double *grad = take(b.dim, sizeof(*grad)), *want = take(b.dim, sizeof(*want));
    double loss = NAN, h = 1e-6;

    ck_assert_int_eq(b.ops->grad(b.self, b.theta, NULL, &loss, grad), TW_OK);
    ck_assert_double_eq(loss, loss_at(&b, b.theta, NULL, NULL));
    if (v->f32) {
        struct bench twin = open_twin(v);

        ck_assert_int_eq(twin.ops->grad(twin.self, b.theta, NULL, NULL, want), TW_OK);
        close_bench(&twin);
    }
    for (size_t i = 0; i < b.dim; i++) {
        if (!v->f32) {
            double middle = b.theta[i], up, down;

            b.theta[i] = middle + h;
            up = loss_at(&b, b.theta, NULL, NULL);
            b.theta[i] = middle - h;
            down = loss_at(&b, b.theta, NULL, NULL);
            b.theta[i] = middle;
            want[i] = (up - down) / (2 * h);
        }
        assert_near(grad[i], want[i], v->f32 ? 1e-5 : 1e-7, "derivative", i);
    }
    free(grad);
    free(want);
    close_bench(&b);
}
END_TEST

START_TEST(float_loss_is_near_double)
{
    const struct variant *v = &variants[_i];

    if (!v->f32)
        return;
    struct bench b = open_bench(v->model, v->yaml, v->n_classes), twin = open_twin(v);
    double right = NAN, right_twin = NAN;
    double loss = loss_at(&b, b.theta, NULL, &right),
           want = loss_at(&twin, b.theta, NULL, &right_twin);

    ck_assert_double_ne(loss, want); /* it does compute in float */
    ck_assert_double_le(fabs(loss - want) / want, 1e-6);
    ck_assert_double_eq(right, right_twin);
    close_bench(&b);
    close_bench(&twin);
}
END_TEST

/* ---- rows ---- */

START_TEST(parts_average_to_the_whole)
{
    static const size_t cut[] = {0, 1, 8, 71, 72, N_ROWS};
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);
    double *grad = take(b.dim, sizeof(*grad)), *sum = take(b.dim, sizeof(*sum));
    double loss = 0, correct = 0, right = NAN, part, tolerance = v->f32 ? 2e-6 : 1e-12;

    for (size_t i = 0; i + 1 < sizeof(cut) / sizeof(cut[0]); i++) {
        struct tw_rows rows = {NULL, cut[i], cut[i + 1] - cut[i]};
        double weight = (double)rows.n / N_ROWS;

        right = NAN;
        loss += weight * loss_at(&b, b.theta, &rows, &right);
        correct += right;
        ck_assert_int_eq(b.ops->grad(b.self, b.theta, &rows, &part, grad), TW_OK);
        for (size_t j = 0; j < b.dim; j++)
            sum[j] += weight * grad[j];
    }
    right = NAN;
    assert_near(loss, loss_at(&b, b.theta, NULL, &right), tolerance, "loss", 0);
    if (strcmp(v->model, "quadratic") == 0 || strcmp(v->model, "wells") == 0)
        ck_assert_double_nan(right);
    else
        ck_assert_double_eq(correct, right);
    ck_assert_int_eq(b.ops->grad(b.self, b.theta, NULL, &part, grad), TW_OK);
    for (size_t j = 0; j < b.dim; j++)
        assert_near(sum[j], grad[j], tolerance, "derivative", j);
    free(grad);
    free(sum);
    close_bench(&b);
}
END_TEST

START_TEST(indices_are_rows)
{
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);
    uint32_t idx[40], mixed[3] = {140, 3, 3};
    double *grad = take(b.dim, sizeof(*grad)), *same = take(b.dim, sizeof(*same));
    double loss, loss_idx, right = NAN, right_idx = NAN, tolerance = v->f32 ? 2e-6 : 1e-12;

    for (uint32_t i = 0; i < 40; i++)
        idx[i] = 60 + i;
    struct tw_rows rows = {NULL, 60, 40}, by_idx = {idx, 999999, 40};

    ck_assert_double_eq(loss_at(&b, b.theta, &rows, &right),
                        loss_at(&b, b.theta, &by_idx, &right_idx));
    ck_assert(right == right_idx || (isnan(right) && isnan(right_idx)));
    ck_assert_int_eq(b.ops->grad(b.self, b.theta, &rows, &loss, grad), TW_OK);
    ck_assert_int_eq(b.ops->grad(b.self, b.theta, &by_idx, &loss_idx, same), TW_OK);
    ck_assert_double_eq(loss, loss_idx);
    ck_assert_mem_eq(grad, same, b.dim * sizeof(*grad));

    struct tw_rows some = {mixed, 0, 3}, first = {NULL, 140, 1}, second = {NULL, 3, 1};

    loss = (loss_at(&b, b.theta, &first, NULL) + 2 * loss_at(&b, b.theta, &second, NULL)) / 3;
    assert_near(loss_at(&b, b.theta, &some, NULL), loss, tolerance, "loss", 0);
    free(grad);
    free(same);
    close_bench(&b);
}
END_TEST

/* ---- init, block, refusals, odd values ---- */

START_TEST(blocks_tile_theta)
{
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);
    size_t at = 0, i = 0;
    int rc = TW_DONE;

    for (; b.ops->block; i++) {
        struct tw_block block = {.struct_size = sizeof(block)};

        rc = b.ops->block(b.self, i, &block);
        if (rc != TW_OK)
            break;
        ck_assert_uint_eq(block.offset, at);
        ck_assert(block.role == TW_WEIGHT || (block.role == TW_BIAS && block.cols == 1));
        ck_assert_ptr_nonnull(strstr(block.name, block.role == TW_BIAS ? "bias" : "weight"));
        at += block.rows * block.cols;
    }
    ck_assert_int_eq(rc, TW_DONE);
    ck_assert(!b.ops->block || (i > 0 && at == b.dim));
    close_bench(&b);
}
END_TEST

START_TEST(init_is_reproducible)
{
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);
    double *first = take(b.dim, sizeof(*first)), *again = take(b.dim, sizeof(*again));
    double least = 1, most = -1;

    ck_assert(b.ops->init || strcmp(v->model, "logistic") == 0 || strcmp(v->model, "svm") == 0);
    for (uint64_t seed = 1; b.ops->init && seed < 4; seed++) {
        ck_assert_int_eq(b.ops->init(b.self, seed, first), TW_OK);
        ck_assert_int_eq(b.ops->init(b.self, seed, again), TW_OK);
        ck_assert_mem_eq(first, again, b.dim * sizeof(*first));
        ck_assert_int_eq(b.ops->init(b.self, seed + 1, again), TW_OK);
        ck_assert_mem_ne(first, again, b.dim * sizeof(*first));
    }
    if (strcmp(v->model, "mlp") == 0) {
        struct tw_block block = {.struct_size = sizeof(block)};
        double bound = 0;

        for (size_t i = 0; b.ops->block(b.self, i, &block) == TW_OK; i++) {
            if (block.role == TW_WEIGHT)
                bound = 1.0 / sqrt((double)block.cols);
            for (size_t j = block.offset; j < block.offset + block.rows * block.cols; j++) {
                ck_assert_double_le(fabs(first[j]), bound);
                least = fmin(least, first[j] / bound);
                most = fmax(most, first[j] / bound);
            }
        }
        ck_assert_double_lt(least, -0.6);
        ck_assert_double_gt(most, 0.6);
    }
    free(first);
    free(again);
    close_bench(&b);
}
END_TEST

START_TEST(overflow_is_a_value)
{
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);
    double *grad = take(b.dim, sizeof(*grad)), loss = 0;
    double xy[2 * N_POINTS], sum[N_POINTS], right[N_POINTS];

    for (size_t i = 0; i < b.dim; i++)
        b.theta[i] = i % 2 ? 1e300 : -1e300;
    ck_assert(!isfinite(loss_at(&b, b.theta, NULL, NULL)) || strcmp(v->model, "quadratic") != 0);
    ck_assert_int_eq(b.ops->grad(b.self, b.theta, NULL, &loss, grad), TW_OK);
    b.theta[0] = NAN;
    ck_assert(!isfinite(loss_at(&b, b.theta, NULL, NULL)));
    make_points(xy);
    ck_assert_int_eq(b.plane->begin(b.self, b.theta, b.u, b.v), TW_OK);
    plane_losses(&b, 64, 0, xy, sum, right);
    b.plane->end(b.self);
    ck_assert(!isfinite(sum[0]));
    free(grad);
    close_bench(&b);
}
END_TEST

/* R's NA is a NaN whose low bits are not zero; so is the float that it becomes here. */
START_TEST(any_nan_is_a_nan)
{
    const uint64_t bits = UINT64_C(0x7ff80000200007a2);
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);

    memcpy(&b.theta[0], &bits, sizeof(bits));
    ck_assert(!isfinite(loss_at(&b, b.theta, NULL, NULL)));
    close_bench(&b);
}
END_TEST

/* Scores of hundreds: log(1 + exp(s)) is s, and no infinity. */
START_TEST(large_scores_are_stable)
{
    const char *yaml[] = {"{}", "{}", "{hidden: []}", "{hidden: [], precision: float64}"};
    const char *model[] = {"logistic", "logistic", "mlp", "mlp"};
    size_t n_classes[] = {2, 5, 5, 2};

    for (size_t i = 0; i < 4; i++) {
        struct bench b = open_bench(model[i], yaml[i], n_classes[i]);
        double small, large;

        for (size_t j = 0; j < b.dim; j++)
            b.theta[j] *= 1e4;
        small = loss_at(&b, b.theta, NULL, NULL);
        for (size_t j = 0; j < b.dim; j++)
            b.theta[j] *= 1e4;
        large = loss_at(&b, b.theta, NULL, NULL);
        ck_assert(isfinite(small) && isfinite(large));
        ck_assert_double_le(fabs(large / small / 1e4 - 1), 1e-3); /* linear in theta out there */
        close_bench(&b);
    }
}
END_TEST

START_TEST(ties_go_to_the_first_class)
{
    const char *model[] = {"logistic", "svm", "logistic", "svm", "mlp"};
    size_t n_classes[] = {2, 2, 5, 5, 5};

    for (size_t i = 0; i < 5; i++) {
        struct bench b = open_bench(model[i], "{}", n_classes[i]);
        double right = NAN;
        size_t first = 0;

        memset(b.theta, 0, b.dim * sizeof(*b.theta));
        loss_at(&b, b.theta, NULL, &right);
        for (size_t r = 0; r < N_ROWS; r++)
            first += b.data->label[r] == 0;
        ck_assert_uint_gt(first, 0);
        ck_assert_double_eq(right, (double)first);
        close_bench(&b);
    }
}
END_TEST

START_TEST(regression_is_refused)
{
    static const char *const model[] = {"logistic", "svm", "mlp"};
    static const float x[] = {1, 2, 3, 4};
    static const double target[] = {1, 2};
    const struct tw_data data = {
        .struct_size = sizeof(data),
        .task = TW_REGRESS,
        .n_rows = 2,
        .n_features = 2,
        .n_targets = 1,
        .x = x,
        .target = target,
    };

    for (size_t i = 0; i < 3; i++) {
        struct rig *rig = rig_new(TW_MODEL, model[i], "{}");

        ck_assert_int_eq(rig->plugin->ops.model.bind(rig->self, &data), TW_EINVAL);
        ck_assert_ptr_nonnull(strstr(rig_reason(rig), "label"));
        ck_assert_ptr_nonnull(strstr(rig_reason(rig), "regression"));
        rig_free(rig);
    }
}
END_TEST

START_TEST(bad_options_are_refused)
{
    static const struct {
        const char *model, *yaml, *word;
    } bad[] = {
        {"mlp", "{hidden: [0]}", "hidden"},
        {"mlp", "{activation: softplus}", "activation"},
        {"mlp", "{l2: -1}", "l2"},
        {"svm", "{multiclass: one-vs-rest}", "multiclass"},
        {"logistic", "{hidden: [3]}", "hidden"},
        {"quadratic", "{minimum: [1], curvature: [1]}", "minimum"},
        {"quadratic", "{minimum: [1, 2, 3]}", "curvature"},
        {"quadratic", "{cubic: [1, 2, 3]}", "cubic"},
        {"quadratic", "{quartic: [1, 2, 3]}", "quartic"},
        {"quadratic", "{start: [1, 2, 3]}", "start"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *reason = rig_refused(TW_MODEL, bad[i].model, bad[i].yaml);

        ck_assert_msg(strstr(reason, bad[i].word) != NULL, "%s %s: %s", bad[i].model, bad[i].yaml,
                      reason);
    }
}
END_TEST

/* By hand: 3 + 1/2 4 1^2 + 1 1^3 + 2 1^4, and the second parameter at its minimum. */
START_TEST(quadratic_by_hand)
{
    struct bench b = open_bench("quadratic",
                                "{minimum: [1, -2], curvature: [4, 7], offset: 3, cubic: [1, 5], "
                                "quartic: 2, start: [2, -2]}",
                                0);
    double theta[2], grad[2], loss;

    ck_assert_int_eq(b.ops->init(b.self, 1, theta), TW_OK);
    ck_assert(theta[0] == 2 && theta[1] == -2);
    ck_assert_int_eq(b.ops->grad(b.self, theta, NULL, &loss, grad), TW_OK);
    ck_assert_double_eq(loss, 8);
    ck_assert_double_eq(grad[0], 4 + 3 + 8);
    ck_assert_double_eq(grad[1], 0);
    close_bench(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("models");
    TCase *each = tcase_create("every model and option"), *rest = tcase_create("the rest");

    tcase_add_loop_test(each, gradient_is_exact, 0, N_VARIANTS);
    tcase_add_loop_test(each, float_loss_is_near_double, 0, N_VARIANTS);
    tcase_add_loop_test(each, parts_average_to_the_whole, 0, N_VARIANTS);
    tcase_add_loop_test(each, indices_are_rows, 0, N_VARIANTS);
    tcase_add_loop_test(each, blocks_tile_theta, 0, N_VARIANTS);
    tcase_add_loop_test(each, init_is_reproducible, 0, N_VARIANTS);
    tcase_add_loop_test(each, overflow_is_a_value, 0, N_VARIANTS);
    tcase_add_loop_test(each, any_nan_is_a_nan, 0, N_VARIANTS);
    tcase_add_test(rest, large_scores_are_stable);
    tcase_add_test(rest, ties_go_to_the_first_class);
    tcase_add_test(rest, regression_is_refused);
    tcase_add_test(rest, bad_options_are_refused);
    tcase_add_test(rest, quadratic_by_hand);
    suite_add_tcase(suite, each);
    suite_add_tcase(suite, rest);
    return bench_main(suite);
}
