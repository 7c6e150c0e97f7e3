/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-grid-tiles.c -- how the work on a grid is shared out: in tiles of rows and calls of any
 * size, among any number of workers, and nothing of it shows.
 */
#include "grid-fake.h"

START_TEST(tiles_cover_all_rows)
{
    for (size_t tile_rows = 0; tile_rows < 500; tile_rows += 83) {
        open_fake((size_t)_i);
        grid.tile_rows = tile_rows;
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
        ck_assert_uint_ge(fake.evals, (fake_data.n_rows - 1) / (tile_rows ? tile_rows : 10) + 1);
        ck_assert_uint_eq(all_work(), 6 * fake_data.n_rows);
        ck_assert_uint_eq(fake.begun, (size_t)_i);
        ck_assert_uint_eq(fake.ended, (size_t)_i);
        ck_assert_uint_ge(fake.plains, 1); /* spot checks */
        ck_assert_uint_le(fake.plains, 3);
        for (size_t row = 0; row < 2; row++)
            for (size_t col = 0; col < 3; col++) {
                ck_assert_double_eq(grid.view.loss[3 * row + col], (double)(col + row) + 4);
                ck_assert_double_eq(grid.view.accuracy[3 * row + col], 0.5);
            }
    }
}
END_TEST

/* A large grid is handed out in parts: whole rows where they are not too long. */
START_TEST(large_grids_go_in_parts)
{
    static const size_t sizes[][2] = {{101, 173}, {9000, 3}, {2048, 2}, {2, 9000}, {1300, 1000}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t nx = sizes[i][0], ny = sizes[i][1];
        open_fake((size_t)_i);
        fake.row_points = nx;
        make_grid(nx, ny, -1, 1, 5, 6);
        grid.tile_rows = 100;
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
        ck_assert_uint_le(fake.most_points, 32768);
        ck_assert_uint_eq(fake.broken_rows > 0, nx > 2048);
        ck_assert_uint_eq(fake.begun, (size_t)_i);
        ck_assert_uint_eq(all_work(), nx * ny * fake_data.n_rows);
        for (size_t k = 0; k < nx * ny; k++) {
            double want = grid.view.x[k % nx] + grid.view.y[k / nx];
            if (!(fabs(grid.view.loss[k] - want) <= 1e-14 && grid.view.accuracy[k] == 0.5))
                ck_abort_msg("point %zu: %g, wanted %g", k, grid.view.loss[k], want);
        }
    }
}
END_TEST

/* Values that depend on the points of the same y: the same from calls of any size. */
START_TEST(rows_are_the_same_in_every_call)
{
    static double first[3001 * 40];
    static const double speeds[] = {0, 1, 40, 500}; /* the slower, the smaller the calls */
    size_t evals = 0;
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        for (size_t shape = 0; shape < 2; shape++) {
            size_t nx = shape ? 31 : 3001, ny = shape ? 40 : 2;
            double *want = first + (shape ? 0 : 40 * 31);
            open_fake(i == 0 ? 1 : 3);
            fake.sums = NEIGHBOURS;
            fake.unit_ns = speeds[i];
            make_grid(nx, ny, -1, 1, 5, 6);
            grid.tile_rows = 200;
            OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
            if (i == 0)
                memcpy(want, grid.view.loss, nx * ny * sizeof *want);
            ck_assert_mem_eq(grid.view.loss, want, nx * ny * sizeof *want);
            if (shape == 1 && i == 0)
                evals = fake.evals;
            ck_assert(shape == 0 || i < 3 || fake.evals > evals);
        }
    }
}
END_TEST

/* The sums of the tiles are added in their order, whoever is first. */
START_TEST(sums_are_added_in_order)
{
    static double first[31 * 40];
    for (size_t team = 1; team < TEAM; team++)
        for (size_t again = 0; again < 3; again++) {
            open_fake(team);
            fake.sums = UNEVEN;
            fake.unit_ns = again % 2 ? 0 : 10;
            make_grid(31, 40, -1, 1, 5, 6);
            OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
            if (team == 1 && again == 0)
                memcpy(first, grid.view.loss, sizeof first);
            ck_assert_mem_eq(grid.view.loss, first, sizeof first);
        }
    /* Two that change places would have shown. */
    for (size_t swap = 2; swap < TILES; swap += 5) {
        struct tw_sum sum = {0, 0};
        for (size_t tile = 0; tile < TILES; tile++)
            tw_sum_add(&sum, uneven(tile == swap ? swap + 1 : tile == swap + 1 ? swap : tile));
        ck_assert_double_gt(tw_sum_value(&sum), 0);
    }
    for (size_t k = 0; k < 31 * 40; k++) /* all but the penalty, which is y */
        ck_assert_double_eq(first[k], grid.y[k / 31]);
}
END_TEST

/* Calls become long enough not to be many, but nobody waits long for one. */
START_TEST(calls_are_neither_short_nor_long)
{
    open_fake((size_t)_i);
    make_grid(100, 100, -1, 1, 5, 6);
    grid.tile_rows = 200; /* a tile is half a second */
    fake.unit_ns = 250;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    double longest = 1e-9 * fake.unit_ns * (double)fake.longest;
    ck_assert_double_lt(longest, 0.3);
    ck_assert_double_gt(longest, 0.03);
    ck_assert_uint_lt(fake.evals, 60);
}
END_TEST

/* Fewer tiles than workers, or not many more: all are busy all the same. */
START_TEST(few_tiles_keep_all_workers_busy)
{
    static const size_t rows[] = {397, 200, 150};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_fake((size_t)_i);
        make_grid(50, 100, -1, 1, 5, 6);
        grid.tile_rows = rows[i];
        fake.unit_ns = 300;
        OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
        double fair = (double)all_work() / (double)_i;
        for (size_t w = 0; w < (size_t)_i; w++) {
            ck_assert_double_gt((double)fake.work[w], 0.6 * fair);
            ck_assert_double_lt((double)fake.work[w], 1.4 * fair);
        }
    }
}
END_TEST

/* What is small beside the sum counts. */
START_TEST(sums_are_exact)
{
    open_fake((size_t)_i);
    fake.sums = SPLIT;
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    for (size_t k = 0; k < 6; k++)
        ck_assert_double_eq(grid.view.loss[k],
                            grid.view.y[k / 3] + (1e16 + 0.5 * TILES) / (10 * TILES - 3));
}
END_TEST

/* A track wanders about; the extension gets it in the order of a grid.  It may meet
 * rows of the grid (_i is 1), and cells, which are not computed twice. */
START_TEST(tracks_are_sorted_for_the_extension)
{
    size_t cells = 0;
    open_fake(2);
    path_init(&path, 2);
    for (size_t i = 0; i < 50; i++) {
        double xy[2] = {(double)(i * 7 % 13) - 3, (double)(i * 5 % 4) + 4 + 0.5 * (1 - _i)};
        OK(path_add(&path, xy, 0, i, &b->err));
        cells += _i && fabs(xy[0]) <= 1 && (xy[1] == 5 || xy[1] == 6);
    }
    ck_assert_int_eq(cells > 4, _i);
    OK(plane_track(&plane, &path, &track, &b->err));
    OK(grid_evaluate(&grid, &track, 1, &model, &plane, &b->env, &b->err));
    ck_assert_uint_eq(fake.disorder, 0);
    ck_assert_uint_eq(all_work(), (6 + 50 - cells) * fake_data.n_rows);
    for (size_t i = 0; i < 50; i++) /* the loss of the fake is x + y */
        ck_assert_double_eq_tol(track.view.plane_loss[i], track.view.x[i] + track.view.y[i], 1e-12);
    for (size_t k = 0; k < 6; k++) {
        ck_assert_double_eq_tol(grid.view.loss[k], (double)(k % 3 + k / 3) + 4, 1e-12);
        ck_assert_double_eq(grid.view.accuracy[k], 0.5);
    }
}
END_TEST

START_TEST(one_serial_instance)
{
    open_fake(1);
    fake_model.desc.threads = TW_THREADS_SERIAL;
    open_model(&fake_model, NULL, &fake_data, 4);
    ck_assert_uint_eq(model.n_instances, 1);
    OK(grid_evaluate(&grid, NULL, 0, &model, &plane, &b->env, &b->err));
    ck_assert_uint_eq(fake.begun, 1);
    ck_assert_uint_eq(all_work(), 6 * fake_data.n_rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("grid-tiles");
    TCase *c = tcase_create("grid-tiles");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, tiles_cover_all_rows, 1, 8);
    tcase_add_loop_test(c, sums_are_exact, 1, 4);
    tcase_add_loop_test(c, tracks_are_sorted_for_the_extension, 0, 2);
    tcase_add_loop_test(c, large_grids_go_in_parts, 1, 4);
    tcase_add_test(c, rows_are_the_same_in_every_call);
    tcase_add_test(c, sums_are_added_in_order);
    tcase_add_loop_test(c, calls_are_neither_short_nor_long, 1, 3);
    tcase_add_loop_test(c, few_tiles_keep_all_workers_busy, 2, 5);
    tcase_add_test(c, one_serial_instance);
    return bench_main(suite);
}
