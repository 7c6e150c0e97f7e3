/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-linear-kept - the plane of the linear models keeps the products of the rows it saw last.
 * What was asked before, of which plane, rows and points, must not show in a bit of a sum; and of
 * so many scores that they are not kept, the loss is that of loss().
 */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/util/rng.h"
#include "rig.h"
#include "suite.h"

#define MOST_POINTS 20 /* 4 rows of 5 columns */

struct bench {
    struct rig *rig;
    const struct tw_model_ops *ops;
    const struct tw_model_plane *plane;
    void *self;
    struct tw_data data;
    size_t dim;
    double *weight[6]; /* origin, u and v of two planes */
};

static void *take(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    ck_assert_ptr_nonnull(p);
    return p;
}

/* The model keeps the address of the data. */
static struct bench *open_bench(const char *model, size_t rows, size_t features, size_t classes)
{
    struct bench *b = take(1, sizeof(*b));
    float *x = take(rows * features, sizeof(*x));
    int32_t *label = take(rows, sizeof(*label));

    for (size_t i = 0; i < rows * features; i++)
        x[i] = (float)rng_normal(1, i);
    for (size_t r = 0; r < rows; r++)
        label[r] = (int32_t)(rng_u64(2, r) % classes);
    b->rig = rig_new(TW_MODEL, model, "{l2: 0}");
    b->data = (struct tw_data){
        .struct_size = sizeof(b->data),
        .task = TW_CLASSIFY,
        .n_rows = rows,
        .n_features = features,
        .n_classes = classes,
        .x = x,
        .label = label,
    };
    b->ops = &b->rig->plugin->ops.model;
    b->self = b->rig->self;
    b->plane = b->rig->plugin->desc.get_extension(TW_EXT_MODEL_PLANE);
    ck_assert_int_eq(b->ops->bind(b->self, &b->data), TW_OK);
    b->dim = b->ops->dim(b->self);
    for (size_t k = 0; k < 6; k++) {
        b->weight[k] = take(b->dim, sizeof(double));
        for (size_t i = 0; i < b->dim; i++)
            b->weight[k][i] = rng_normal(3 + k, i);
    }
    return b;
}

static void close_bench(struct bench *b)
{
    rig_free(b->rig);
    free((void *)(uintptr_t)b->data.x);
    free((void *)(uintptr_t)b->data.label);
    for (size_t k = 0; k < 6; k++)
        free(b->weight[k]);
    free(b);
}

static void begin(const struct bench *b, size_t which)
{
    double *const *w = b->weight + 3 * which;

    ck_assert_int_eq(b->plane->begin(b->self, w[0], w[1], w[2]), TW_OK);
}

/* Four rows of a grid, those of `which` at places of their own; the last row are loose points. */
static void make_points(size_t which, double *xy)
{
    for (size_t k = 0; k < MOST_POINTS; k++) {
        xy[2 * k] = -1 + 0.45 * (double)(k % 5) + 0.1 * (double)which;
        xy[2 * k + 1] = (k < 15 ? 0.4 * (double)(k / 5) : 0.03 * (double)k) - 0.2 * (double)which;
    }
}

struct answer {
    struct tw_sum sum[MOST_POINTS];
    double correct[MOST_POINTS];
};

static struct answer ask(const struct bench *b, size_t first, size_t rows, size_t points)
{
    struct answer a = {0};
    double xy[2 * MOST_POINTS];

    make_points(points, xy);
    ck_assert_int_eq(b->plane->eval(b->self, first, rows, MOST_POINTS, xy, a.sum, a.correct),
                     TW_OK);
    return a;
}

static void check_same(const struct answer *a, const struct answer *b)
{
    ck_assert_mem_eq(a->sum, b->sum, sizeof(a->sum));
    ck_assert_mem_eq(a->correct, b->correct, sizeof(a->correct));
}

static const char *const models[] = {"logistic", "svm"};

/* Rows, planes and points in an order in which each question comes after another plane, other rows,
 * more or fewer rows, or the same; each time a model that was asked nothing before must agree. */
START_TEST(what_came_before_does_not_show)
{
    static const struct {
        size_t plane, first, rows, points;
    } question[] = {
        {0, 0, 100, 0}, {0, 0, 100, 1}, {1, 0, 100, 1}, {1, 0, 60, 1},    {1, 32, 68, 0},
        {1, 40, 60, 0}, {1, 40, 1, 0},  {1, 40, 60, 1}, {0, 40, 60, 1},   {0, 99, 1, 1},
        {0, 0, 700, 1}, {0, 0, 700, 0}, {0, 0, 512, 0}, {0, 512, 188, 0}, {1, 512, 188, 0},
    };
    struct bench *used = open_bench(models[_i], 700, 5, 4);
    size_t plane = 0;

    begin(used, plane);
    for (size_t k = 0; k < sizeof(question) / sizeof(question[0]); k++) {
        struct bench *fresh = open_bench(models[_i], 700, 5, 4);

        if (question[k].plane != plane) {
            plane = question[k].plane;
            used->plane->end(used->self);
            begin(used, plane);
        }
        begin(fresh, plane);

        struct answer a = ask(used, question[k].first, question[k].rows, question[k].points);
        struct answer b = ask(fresh, question[k].first, question[k].rows, question[k].points);

        check_same(&a, &b);
        fresh->plane->end(fresh->self);
        close_bench(fresh);
    }
    used->plane->end(used->self);
    close_bench(used);
}
END_TEST

/* Two blocks of 512 rows with three scores for each of 700 classes: more than are kept. */
START_TEST(too_many_to_keep)
{
    struct bench *b = open_bench(models[_i], 600, 1, 700);
    double *theta = take(b->dim, sizeof(*theta)), xy[2 * MOST_POINTS];

    begin(b, 0);

    struct answer once = ask(b, 0, 600, 0), other = ask(b, 0, 600, 1), again = ask(b, 0, 600, 0);

    check_same(&once, &again);
    ck_assert_mem_ne(once.sum, other.sum, sizeof(once.sum));
    make_points(0, xy);
    for (size_t k = 0; k < MOST_POINTS; k += 7) {
        double loss, right;

        for (size_t i = 0; i < b->dim; i++)
            theta[i] =
                b->weight[0][i] + xy[2 * k] * b->weight[1][i] + xy[2 * k + 1] * b->weight[2][i];
        ck_assert_int_eq(b->ops->loss(b->self, theta, NULL, &loss, &right), TW_OK);
        ck_assert_double_le(fabs(tw_sum_value(&once.sum[k]) / 600 - loss), 1e-12 * loss);
        ck_assert_double_eq(once.correct[k], right);
    }
    b->plane->end(b->self);
    free(theta);
    close_bench(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("what linear models keep");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, what_came_before_does_not_show, 0, 2);
    tcase_add_loop_test(tests, too_many_to_keep, 0, 2);
    suite_add_tcase(suite, tests);
    return bench_main(suite);
}
