/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-models-plane.c -- the plane extension of every model and option: against loss(), and tiles
 * against each other.
 */
#include "models-bench.h"

static void check_plane(const struct bench *b, const double *v, const double *xy, double tolerance)
{
    double loss[N_POINTS], correct[N_POINTS], right;
    double *theta = take(b->dim, sizeof(*theta));

    ck_assert_int_eq(b->plane->begin(b->self, b->theta, b->u, v), TW_OK);
    plane_losses(b, N_ROWS, 0, xy, loss, correct);
    for (size_t k = 0; k < N_POINTS; k++) {
        for (size_t i = 0; i < b->dim; i++)
            theta[i] = b->theta[i] + xy[2 * k] * b->u[i] + (v ? xy[2 * k + 1] * v[i] : 0);
        right = NAN;
        /* interleaved on purpose: loss() between eval() calls changes nothing */
        assert_near(loss[k], loss_at(b, theta, NULL, &right), tolerance, "plane loss", k);
        ck_assert(correct[k] == right || (isnan(correct[k]) && isnan(right)));
    }
    b->plane->end(b->self);
    free(theta);
}

START_TEST(plane_is_the_loss)
{
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);
    double xy[2 * N_POINTS], tolerance = v->f32 ? 2e-6 : 1e-12;

    make_points(xy);
    check_plane(&b, b.v, xy, tolerance);
    check_plane(&b, b.u, xy, tolerance); /* begin() again, another plane */
    for (size_t k = 0; k < N_POINTS; k++)
        xy[2 * k + 1] = 0;
    check_plane(&b, NULL, xy, tolerance);
    close_bench(&b);
}
END_TEST

/* Bit by bit the same, however the rows are cut. */
static void check_tiles(const struct bench *b)
{
    double xy[2 * N_POINTS], whole[N_POINTS], right[N_POINTS], loss[N_POINTS], correct[N_POINTS];
    size_t tile[] = {5, 13, 32, 64, 100, 149, 0};
    struct tw_sum sum[N_POINTS];

    tile[6] = b->plane->tile_rows ? b->plane->tile_rows(b->self, N_POINTS) : 512;
    ck_assert_uint_ge(tile[6], 1);
    make_points(xy);
    ck_assert_int_eq(b->plane->begin(b->self, b->theta, b->u, b->v), TW_OK);
    plane_losses(b, N_ROWS, 0, xy, whole, right);
    for (size_t i = 0; i < sizeof(tile) / sizeof(tile[0]); i++)
        for (size_t skew = 0; skew < 12; skew += 11) {
            plane_losses(b, tile[i], skew, xy, loss, correct);
            ck_assert_mem_eq(loss, whole, sizeof(loss));
            for (size_t k = 0; k < N_POINTS; k++)
                ck_assert(correct[k] == right[k] || (isnan(correct[k]) && isnan(right[k])));
        }
    ck_assert_int_eq(b->plane->eval(b->self, 3, 50, N_POINTS, xy, sum, NULL), TW_OK);
    b->plane->end(b->self);
}

START_TEST(tiles_do_not_show)
{
    const struct variant *v = &variants[_i];
    struct bench b = open_bench(v->model, v->yaml, v->n_classes);

    check_tiles(&b);
    close_bench(&b);
}
END_TEST

START_TEST(tiles_of_wide_data_do_not_show)
{
    static const struct variant wide[] = {
        {"logistic", "{}", 2, false},
        {"logistic", "{}", 10, false},
        {"svm", "{}", 5, false},
        {"mlp", "{hidden: [40, 30]}", 10, true},
        {"mlp", "{hidden: [24], precision: float64}", 10, false},
    };
    struct bench b = open_wide(wide[_i].model, wide[_i].yaml, wide[_i].n_classes, N_WIDE);

    for (size_t i = 0; i < b.dim; i++)
        b.theta[i] *= 0.2;
    check_tiles(&b);
    close_bench(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("models-plane");
    TCase *each = tcase_create("every model and option"), *rest = tcase_create("the rest");

    tcase_add_loop_test(each, plane_is_the_loss, 0, N_VARIANTS);
    tcase_add_loop_test(each, tiles_do_not_show, 0, N_VARIANTS);
    tcase_add_loop_test(rest, tiles_of_wide_data_do_not_show, 0, 5);
    suite_add_tcase(suite, each);
    suite_add_tcase(suite, rest);
    return bench_main(suite);
}
