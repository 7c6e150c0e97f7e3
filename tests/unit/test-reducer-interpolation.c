/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducer-interpolation.c -- lines and planes through models: they are on their corners,
 * whichever way they are named; what is refused.
 */
#define _XOPEN_SOURCE 700
#include "npyfile.h"
#include "rig.h"

#include "../../plugins/util/rng.h"

#include <check.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIM = 50, POINTS = 6, RUNS = 3 };

/* ---- a bench: three runs of six checkpoints, a plane ---- */

struct bench {
    struct tw_objective f;
    double theta[RUNS][POINTS][DIM], loss[RUNS][POINTS];
    const double *row[RUNS][POINTS];
    uint64_t step[POINTS];
    struct tw_path path[RUNS];
    const struct tw_path *paths[RUNS];
    size_t n_paths;
    struct tw_plane plane;
    double origin[DIM], u[DIM], v[DIM];
};

/* Entries of all sizes, some of them equal, some zero. */
static double entry(size_t run, size_t point, size_t j)
{
    double z = rng_normal(run * POINTS + point, j);

    return j % 7 == 0 ? 0.25 : j % 11 == 0 && point == 2 ? 0 : ldexp(z, (int)(j % 40) - 20);
}

static struct bench *bench_new(size_t n_paths)
{
    static const char *const names[RUNS] = {"sgd", "adam", "a: b"};
    struct bench *b = calloc(1, sizeof *b);

    b->f = (struct tw_objective){.struct_size = sizeof b->f, .dim = DIM, .n_rows = 1};
    b->n_paths = n_paths;
    for (size_t r = 0; r < RUNS; r++) {
        for (size_t i = 0; i < POINTS; i++) {
            for (size_t j = 0; j < DIM; j++)
                b->theta[r][i][j] = entry(r, i, j);
            b->loss[r][i] = i == 0 ? NAN : fabs((double)i - 3) + 0.5; /* the smallest: number 3 */
            b->row[r][i] = b->theta[r][i];
            b->step[i] = 10 * i;
        }
        b->path[r] = (struct tw_path){.struct_size = sizeof b->path[r],
                                      .n = POINTS,
                                      .dim = DIM,
                                      .theta = b->row[r],
                                      .loss = b->loss[r],
                                      .step = b->step,
                                      .name = names[r]};
        b->paths[r] = &b->path[r];
    }
    b->plane = (struct tw_plane){.struct_size = sizeof b->plane,
                                 .dim = DIM,
                                 .origin = b->origin,
                                 .u = b->u,
                                 .v = b->v,
                                 .x_variance = NAN,
                                 .y_variance = NAN,
                                 .n_axes = 2};
    return b;
}

static const double *optimum(const struct bench *b)
{
    return b->theta[b->n_paths ? b->n_paths - 1 : 0][POINTS - 1];
}

static int plane(struct rig *r, struct bench *b, size_t index, const double *through)
{
    b->plane.n_axes = 2;
    b->plane.n_marks = 0;
    memset(b->plane.x_label, 0, sizeof b->plane.x_label);
    memset(b->plane.y_label, 0, sizeof b->plane.y_label);
    return r->plugin->ops.reducer.plane(r->self, &b->f, b->n_paths ? b->paths : NULL, b->n_paths,
                                        optimum(b), index, through, &b->plane);
}

/* origin + step is `want` within one unit in the last place of the larger of the two. */
static void check_corner(const double *origin, const double *step, const double *want)
{
    for (size_t j = 0; j < DIM; j++) {
        double most = fmax(fabs(want[j]), fabs(origin[j]));

        ck_assert_double_le(fabs(origin[j] + step[j] - want[j]), nextafter(most, INFINITY) - most);
    }
}

/* `third` NULL: a line. */
static void check_models(const struct bench *b, const double *from, const double *to,
                         const double *third)
{
    ck_assert_int_eq(memcmp(b->origin, from, sizeof b->origin), 0);
    check_corner(b->origin, b->u, to);
    if (third)
        check_corner(b->origin, b->v, third);
    for (size_t j = 0; j < DIM && !third; j++)
        ck_assert(b->v[j] == 0);
    ck_assert_uint_eq(b->plane.n_axes, third ? 2 : 1);
    ck_assert_uint_eq(b->plane.n_marks, third ? 3 : 2);
    for (size_t k = 0; k < b->plane.n_marks; k++)
        ck_assert(b->plane.mark[k].x == (k == 1) && b->plane.mark[k].y == (k == 2));
}

static void check_names(const struct bench *b, const char *from, const char *to, const char *third)
{
    char label[200];

    ck_assert_str_eq(b->plane.mark[0].name, from);
    ck_assert_str_eq(b->plane.mark[1].name, to);
    snprintf(label, sizeof label, "%s to %s", from, to);
    ck_assert_str_eq(b->plane.x_label, label);
    if (third) {
        ck_assert_str_eq(b->plane.mark[2].name, third);
        snprintf(label, sizeof label, "%s to %s", from, third);
    }
    ck_assert_str_eq(b->plane.y_label, third ? label : "");
}

/* ---- checkpoints ---- */

START_TEST(line_from_first_to_last)
{
    struct rig *r = rig_new(TW_REDUCER, "interpolation", "{}");
    struct bench *b = bench_new(1);

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_models(b, b->theta[0][0], b->theta[0][5], NULL);
    check_names(b, "first", "last", NULL);
    ck_assert(isnan(b->plane.x_variance));
    ck_assert_int_eq(plane(r, b, 1, NULL), TW_DONE);
    free(b);
    rig_free(r);
}
END_TEST

START_TEST(plane_through_three_checkpoints)
{
    struct rig *r = rig_new(TW_REDUCER, "interpolation", "{from: best, to: 5, third: 0}");
    struct bench *b = bench_new(1);
    double through[DIM];

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_models(b, b->theta[0][3], b->theta[0][5], b->theta[0][0]);
    check_names(b, "best", "checkpoint 5", "checkpoint 0");

    double u[DIM], v[DIM];
    memcpy(u, b->u, sizeof u);
    memcpy(v, b->v, sizeof v);
    for (size_t j = 0; j < DIM; j++)
        through[j] = (double)j;
    ck_assert_int_eq(plane(r, b, 0, through), TW_OK); /* the same directions elsewhere */
    ck_assert_int_eq(memcmp(b->origin, through, sizeof through), 0);
    ck_assert_int_eq(memcmp(b->u, u, sizeof u), 0);
    ck_assert_int_eq(memcmp(b->v, v, sizeof v), 0);
    ck_assert_uint_eq(b->plane.n_marks, 0);
    ck_assert_int_eq(plane(r, b, 1, through), TW_DONE);
    free(b);
    rig_free(r);
}
END_TEST

START_TEST(several_runs)
{
    struct bench *b = bench_new(3);
    struct rig *r = rig_new(TW_REDUCER, "interpolation", "{}");

    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK); /* the ends of the first and the last run */
    check_models(b, b->theta[0][5], b->theta[2][5], NULL);
    check_names(b, "sgd, last", "a: b, last", NULL);
    rig_free(r);

    r = rig_new(TW_REDUCER, "interpolation",
                "{from: 'last:sgd', to: 'best:2', third: 'first:a: b'}");
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_models(b, b->theta[0][5], b->theta[1][3], b->theta[2][0]);
    check_names(b, "sgd, last", "adam, best", "a: b, first");
    rig_free(r);

    b->path[1].name = "sgd"; /* twice: by number, then */
    r = rig_new(TW_REDUCER, "interpolation", "{from: 'last:1', to: 'last:2', third: first}");
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_models(b, b->theta[0][5], b->theta[1][5], b->theta[2][0]);
    check_names(b, "run 1, last", "run 2, last", "a: b, first");
    rig_free(r);

    b->path[1].name = "1"; /* a name counts before a number */
    r = rig_new(TW_REDUCER, "interpolation", "{from: 'last:1', to: '4:3'}");
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_models(b, b->theta[1][5], b->theta[2][4], NULL);
    check_names(b, "1, last", "a: b, checkpoint 4", NULL);
    rig_free(r);
    free(b);
}
END_TEST

START_TEST(long_names_are_cut_between_characters)
{
    struct rig *r = rig_new(TW_REDUCER, "interpolation", "{}");
    struct bench *b = bench_new(2);
    char name[201] = "";

    for (size_t k = 0; k < 100; k++)
        memcpy(name + 2 * k, "\xc3\xa4", 2);
    b->path[0].name = name;
    b->path[1].name = name + 2;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    for (size_t k = 0; k < 2; k++) {
        const char *text = b->plane.mark[k].name;
        size_t n = strspn(text, "\xc3\xa4");

        ck_assert_uint_eq(n % 2, 0);
        ck_assert_uint_gt(n, 20);
        ck_assert_str_eq(text + n, ", last");
    }
    ck_assert_uint_lt(strlen(b->plane.x_label), sizeof b->plane.x_label);
    ck_assert_ptr_nonnull(strstr(b->plane.x_label, " to "));
    free(b);
    rig_free(r);
}
END_TEST

/* ---- files ---- */

START_TEST(models_from_files)
{
    struct bench *b = bench_new(0);
    double one[DIM], wanted[DIM];
    float two[DIM];
    char from[32], third[32], yaml[200];

    for (size_t j = 0; j < DIM; j++) {
        one[j] = entry(7, 0, j);
        two[j] = (float)entry(8, 0, j);
        wanted[j] = two[j];
    }
    write_npy(from, "<f8", "(50,)", one, sizeof one);
    write_npy(third, "<f4", "(1, 50)", two, sizeof two);
    snprintf(yaml, sizeof yaml, "{from_file: %s, third_file: %s}", from, third);
    struct rig *r = rig_new(TW_REDUCER, "interpolation", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK); /* `to`: nothing was trained */
    check_models(b, one, optimum(b), wanted);
    check_names(b, from + strlen("/tmp/"), "initial", third + strlen("/tmp/"));
    rig_free(r);

    snprintf(yaml, sizeof yaml, "{to_file: %s, from: last}", from);
    r = rig_new(TW_REDUCER, "interpolation", yaml);
    b->n_paths = 1;
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_OK);
    check_models(b, b->theta[0][5], one, NULL);
    rig_free(r);
    unlink(from);
    unlink(third);
    free(b);
}
END_TEST

START_TEST(refuses_files)
{
    struct bench *b = bench_new(1);
    double bad[DIM] = {1, 2, INFINITY};
    char path[32], yaml[64];
    struct rig *r;

    write_npy(path, "<f8", "(50,)", bad, sizeof bad);
    snprintf(yaml, sizeof yaml, "{to_file: %s}", path);
    r = rig_new(TW_REDUCER, "interpolation", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "number 2 (from 0) is inf");
    unlink(path);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EIO); /* gone meanwhile */
    rig_free(r);

    write_npy(path, "<f8", "(25, 2)", bad, sizeof bad);
    snprintf(yaml, sizeof yaml, "{to_file: %s}", path);
    r = rig_new(TW_REDUCER, "interpolation", yaml);
    ck_assert_int_eq(plane(r, b, 0, NULL), TW_EINVAL);
    SAYS(r, "float64 array of 25 x 2; needed: 50 numbers");
    rig_free(r);
    unlink(path);
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_REDUCER, "interpolation", yaml), path));
    free(b);
}
END_TEST

/* ---- refused ---- */

static void refuse(struct bench *b, const char *yaml, int code, const char *word)
{
    struct rig *r = rig_new(TW_REDUCER, "interpolation", yaml);

    ck_assert_int_eq(plane(r, b, 0, NULL), code);
    SAYS(r, word);
    rig_free(r);
}

START_TEST(refuses_points)
{
    struct bench *b = bench_new(3);

    refuse(b, "{from: 6}", TW_EINVAL, "from: there is no checkpoint 6: the run has 6, from 0 to 5");
    refuse(b, "{to: 'last:sdg'}", TW_EINVAL,
           "to: there is no run 'sdg'; the runs are 1, 2, ... or sgd, adam, a: b");
    refuse(b, "{to: 'last:4'}", TW_EINVAL, "no run '4'");
    refuse(b, "{to: 'last:0'}", TW_EINVAL, "no run '0'");
    refuse(b, "{from: last}", TW_EINVAL,
           "from (a: b, last) and to (a: b, last) are the same point");
    refuse(b, "{third: 'last:1'}", TW_EINVAL,
           "from (sgd, last) and third (sgd, last) are the same");
    b->path[1].name = "sgd";
    refuse(b, "{third: 'first:sgd'}", TW_EINVAL, "2 runs are called 'sgd'");

    for (size_t j = 0; j < DIM; j++)
        b->theta[2][0][j] = (b->theta[2][5][j] + b->theta[0][5][j]) / 2;
    refuse(b, "{third: first}", TW_EINVAL, "lie on one line");
    b->theta[2][0][3] = NAN;
    refuse(b, "{third: first}", TW_ENUMERIC,
           "checkpoint 0 has an entry that is not finite (theta[3])");
    b->theta[0][5][3] = 1.5e308;
    b->theta[2][5][3] = -1.5e308;
    refuse(b, "{}", TW_ENUMERIC, "further apart than a number can tell");
    b->n_paths = 0;
    refuse(b, "{}", TW_EINVAL, "from (initial) and to (initial) are the same point");
    refuse(b, "{from: 3}", TW_EINVAL, "no checkpoint 3: nothing was trained");
    refuse(b, "{from: 'last:sgd'}", TW_EINVAL, "no run 'sgd'; nothing was trained");
    free(b);
}
END_TEST

START_TEST(refuses_words)
{
    static const struct {
        const char *yaml, *word;
    } cases[] = {
        {"{from: frist}", "from must be first, last, best"},
        {"{to: 'last:'}", "to must be first"},
        {"{third: ''}", "third must be first"},
        {"{to: -1}", "to must be first"},
        {"{to: 99999999999999999999999}", "to must be first"},
        {"{to: 1.5}", "to must be first"},
        {"{to: model.npy}", "a file goes to to_file"},
        {"{from: first, from_file: /dev/null}", "from_file"},
        {"{points: [first, last]}", "points"},
    };

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *reason = rig_refused(TW_REDUCER, "interpolation", cases[k].yaml);

        ck_assert_msg(strstr(reason, cases[k].word) != NULL, "%s: '%s' lacks '%s'", cases[k].yaml,
                      reason, cases[k].word);
    }
}
END_TEST

START_TEST(refuses_both_words_and_files)
{
    double one[2] = {1, 2};
    char path[32], yaml[100];
    const char *reason;

    write_npy(path, "<f8", "(2,)", one, sizeof one);
    snprintf(yaml, sizeof yaml, "{third: last, third_file: %s}", path);
    reason = rig_refused(TW_REDUCER, "interpolation", yaml);
    ck_assert_msg(strstr(reason, "third and third_file name the same point") != NULL, "%s", reason);
    unlink(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reducer-interpolation");
    TCase *c = tcase_create("reducer-interpolation");

    gsl_set_error_handler_off(); /* as the program does */
    suite_add_tcase(suite, c);
    tcase_add_test(c, line_from_first_to_last);
    tcase_add_test(c, plane_through_three_checkpoints);
    tcase_add_test(c, several_runs);
    tcase_add_test(c, long_names_are_cut_between_characters);
    tcase_add_test(c, models_from_files);
    tcase_add_test(c, refuses_files);
    tcase_add_test(c, refuses_points);
    tcase_add_test(c, refuses_words);
    tcase_add_test(c, refuses_both_words_and_files);
    return bench_main(suite);
}
