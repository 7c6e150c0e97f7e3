/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-csv.c -- what the csv sink writes reads back as the same bits. */
#define _XOPEN_SOURCE 700
#include "results.h"

#include <float.h>

static bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

/* The next number of a row; *at moves behind it and its separator. */
static double number(char **at)
{
    char *end;
    double v;

    ck_assert_msg(strncmp(*at, "-nan", 4) != 0, "a sign on NaN");
    v = strtod(*at, &end);
    ck_assert_ptr_ne(end, *at);
    ck_assert(*end == ',' || *end == '\n');
    *at = end + 1;
    return v;
}

/* The text behind the comment line and the header. */
static char *body(char *text, const char *header)
{
    char *line = strchr(text, '\n') + 1;

    ck_assert_int_eq(strncmp(text, "# thalweg 1.2.3 ", 16), 0);
    ck_assert_ptr_null(strchr(text, '\r'));
    ck_assert_int_eq(strncmp(line, header, strlen(header)), 0);
    return line + strlen(header);
}

START_TEST(grid_round_trip)
{
    const double odd[] = {NAN, INFINITY, -INFINITY, 1.0 / 3, -0.0, DBL_MIN / 3, DBL_MAX, -NAN, 0.1};
    struct made *m = made_new(5, 3, bowl, 0);
    char *text, *at;

    memcpy(m->loss, odd, sizeof odd);
    made_write(m, "csv", "path: %s/grid.csv, trajectory: %s/t.csv");
    text = made_read(m, "grid.csv", NULL);
    at = body(text, "x,y,loss,accuracy\n");
    for (size_t k = 0; k < 15; k++) {
        ck_assert(same(number(&at), m->x[k % 5]));
        ck_assert(same(number(&at), m->y[k / 5]));
        ck_assert(same(number(&at), m->loss[k]));
        ck_assert(same(number(&at), m->accuracy[k]));
    }
    ck_assert_int_eq(*at, 0);
    ck_assert_int_ne(access(made_path(m, "t.csv"), F_OK), 0); /* no track, no file */
    free(text);
    made_free(m);
}
END_TEST

START_TEST(no_accuracy)
{
    struct made *m = made_new(2, 2, bowl, 0);
    char *text, *at;

    m->grid.accuracy = NULL;
    made_write(m, "csv", "path: %s/grid.csv, trajectory: null");
    text = made_read(m, "grid.csv", NULL);
    at = body(text, "x,y,loss,accuracy\n");
    for (int k = 0; k < 4; k++)
        for (int c = 0; c < 4; c++)
            ck_assert_int_eq(isnan(number(&at)) != 0, c == 3);
    free(text);
    made_free(m);
}
END_TEST

START_TEST(trajectory_round_trip)
{
    struct made *m = made_new(3, 3, bowl, 7);
    char *text, *at;

    m->step[6] = UINT64_MAX;
    made_write(m, "csv", "path: %s/grid.csv, trajectory: %s/trajectory.csv");
    text = made_read(m, "trajectory.csv", NULL);
    at = body(text, "step,x,y,loss,plane_loss,residual\n");
    for (size_t i = 0; i < 7; i++) {
        ck_assert_uint_eq(strtoull(at, &at, 10), m->step[i]);
        ck_assert_int_eq(*at++, ',');
        for (size_t k = 0; k < 5; k++)
            ck_assert(same(number(&at), m->t[k][i]));
    }
    ck_assert_int_eq(*at, 0);
    free(text);
    made_write(m, "csv", "path: %s/other.csv, trajectory: null");
    made_free(m);
}
END_TEST

/* What the pipeline asks for beside the loss comes behind the four columns of always. */
START_TEST(more_columns)
{
    struct made *m = made_new(5, 3, bowl, 0);
    char *text, *at;

    made_convexity(m);
    made_write(m, "csv", "path: %s/grid.csv");
    text = made_read(m, "grid.csv", NULL);
    body(text, "x,y,loss,accuracy,plane_convexity,full_convexity\n");
    free(text);
    made_test(m);
    made_write(m, "csv", "path: %s/grid.csv");
    text = made_read(m, "grid.csv", NULL);
    at = body(text, "x,y,loss,accuracy,test_loss,test_accuracy,plane_convexity,full_convexity\n");
    for (size_t k = 0; k < 15; k++) {
        ck_assert(same(number(&at), m->x[k % 5]));
        ck_assert(same(number(&at), m->y[k / 5]));
        ck_assert(same(number(&at), m->loss[k]));
        ck_assert(same(number(&at), m->accuracy[k]));
        ck_assert(same(number(&at), m->grid.test_loss[k]));
        ck_assert(same(number(&at), m->grid.test_accuracy[k]));
        ck_assert(same(number(&at), m->grid.plane_convexity[k]));
        ck_assert(same(number(&at), m->grid.full_convexity[k]));
    }
    ck_assert_int_eq(*at, 0);
    free(text);
    m->grid.full_convexity = NULL;
    m->grid.accuracy = m->grid.test_accuracy = NULL; /* a regression */
    made_write(m, "csv", "path: %s/grid.csv");
    text = made_read(m, "grid.csv", NULL);
    at = body(text, "x,y,loss,accuracy,test_loss,test_accuracy\n");
    for (int k = 0; k < 15; k++)
        for (int c = 0; c < 6; c++)
            ck_assert_int_eq(isnan(number(&at)) != 0, c == 3 || c == 5);
    free(text);
    made_free(m);
}
END_TEST

START_TEST(several_planes)
{
    struct made *m = made_new(4, 3, bowl, 0);
    char *text, *at;

    made_write(m, "csv", "path: %s/grid.csv, planes: %s/planes.csv");
    ck_assert_int_ne(access(made_path(m, "planes.csv"), F_OK), 0);
    made_spread(m);
    made_write(m, "csv", "path: %s/grid.csv, planes: %s/planes.csv");
    text = made_read(m, "planes.csv", NULL);
    at = body(text, "x,y,mean,std,min,q25,median,q75,max\n");
    for (size_t k = 0; k < 12; k++) {
        const double *const v[] = {m->spread.mean,   m->spread.std, m->spread.min, m->spread.q25,
                                   m->spread.median, m->spread.q75, m->spread.max};

        ck_assert(same(number(&at), m->x[k % 4]));
        ck_assert(same(number(&at), m->y[k / 4]));
        for (size_t i = 0; i < 7; i++)
            ck_assert(same(number(&at), v[i][k]));
    }
    ck_assert_int_eq(*at, 0);
    free(text);
    ck_assert_int_eq(remove(made_path(m, "planes.csv")), 0);
    made_write(m, "csv", "path: %s/grid.csv, planes: null");
    ck_assert_int_ne(access(made_path(m, "planes.csv"), F_OK), 0);
    made_free(m);
}
END_TEST

START_TEST(a_ball)
{
    struct made *m = made_new(4, 3, bowl, 0);
    char *text, *at;

    made_write(m, "csv", "path: %s/grid.csv, ball: %s/ball.csv");
    ck_assert_int_ne(access(made_path(m, "ball.csv"), F_OK), 0);
    made_ball(m);
    made_write(m, "csv", "path: %s/grid.csv, ball: %s/ball.csv");
    text = made_read(m, "ball.csv", NULL);
    at = body(text, "t,landscape,x,y,z,speed,energy\n");
    for (size_t k = 0; k < 60; k++) {
        const struct tw_ball *b = &m->ball;

        ck_assert(same(number(&at), b->t[k]));
        ck_assert(same(number(&at), b->landscape[k] + 1));
        ck_assert(same(number(&at), b->x[k]));
        ck_assert(same(number(&at), b->y[k]));
        ck_assert(same(number(&at), b->z[k]));
        ck_assert(same(number(&at), b->speed[k]));
        ck_assert(same(number(&at), b->energy[k]));
    }
    ck_assert_int_eq(*at, 0);
    free(text);
    text = made_read(m, "grid-2.csv", NULL);
    at = body(text, "x,y,loss,accuracy\n");
    for (size_t k = 0; k < 12; k++) {
        ck_assert(same(number(&at), m->x[k % 4]));
        ck_assert(same(number(&at), m->y[k / 4]));
        ck_assert(same(number(&at), m->loss[k]));
        ck_assert(same(number(&at), m->accuracy[k]));
    }
    free(text);
    ck_assert_int_ne(access(made_path(m, "grid-3.csv"), F_OK), 0);
    ck_assert_int_eq(remove(made_path(m, "ball.csv")), 0);
    ck_assert_int_eq(remove(made_path(m, "grid-2.csv")), 0);
    made_write(m, "csv", "path: %s/grid.csv, ball: null, landscapes: false");
    ck_assert_int_ne(access(made_path(m, "ball.csv"), F_OK), 0);
    ck_assert_int_ne(access(made_path(m, "grid-2.csv"), F_OK), 0);
    made_free(m);
}
END_TEST

/* A column in front says whose row it is. */
START_TEST(several_runs)
{
    static const char *const run[] = {"sgd", "\"adam, lr 0.01\"", "lbfgs", "\"sgd \"\"hot\"\"\""};
    struct made *m = made_new(3, 3, bowl, 5);
    char *text, *at;

    made_runs(m, 4);
    made_write(m, "csv", "path: %s/grid.csv, trajectory: %s/t.csv");
    text = made_read(m, "t.csv", NULL);
    at = body(text, "run,step,x,y,loss,plane_loss,residual\n");
    for (size_t r = 0; r < 4; r++)
        for (size_t i = 0; i < 5; i++) {
            const struct tw_track *t = m->tracks[r];

            ck_assert_int_eq(strncmp(at, run[r], strlen(run[r])), 0);
            at += strlen(run[r]);
            ck_assert_int_eq(*at++, ',');
            ck_assert_uint_eq(strtoull(at, &at, 10), t->step[i]);
            ck_assert_int_eq(*at++, ',');
            ck_assert(same(number(&at), t->x[i]));
            ck_assert(same(number(&at), t->y[i]));
            ck_assert(same(number(&at), t->loss[i]));
            ck_assert(same(number(&at), t->plane_loss[i]));
            ck_assert(same(number(&at), t->residual[i]));
        }
    ck_assert_int_eq(*at, 0);
    free(text);
    made_free(m);
}
END_TEST

START_TEST(a_line)
{
    struct made *m = made_line(9, bowl, 0);
    char *text, *at;

    made_write(m, "csv", "path: %s/grid.csv");
    text = made_read(m, "grid.csv", NULL);
    at = body(text, "x,y,loss,accuracy\n");
    for (size_t k = 0; k < 9; k++) {
        ck_assert(same(number(&at), m->x[k]));
        ck_assert(same(number(&at), 0));
        ck_assert(same(number(&at), m->loss[k]));
        ck_assert(same(number(&at), m->accuracy[k]));
    }
    ck_assert_int_eq(*at, 0);
    free(text);
    made_free(m);
}
END_TEST

START_TEST(provenance_is_one_line)
{
    struct made *m = made_new(2, 2, bowl, 0);
    char *text;

    made_write(m, "csv", "path: %s/grid.csv, trajectory: %s/trajectory.csv");
    text = made_read(m, "grid.csv", NULL);
    *strchr(text, '\n') = 0;
    ck_assert_str_eq(text, "# thalweg 1.2.3 seed=1 "
                           "pipeline=\"thalweg: 1\\ntitle: \\\"quoted\\\" \\\\ back\\n\"");
    free(text);
    made_free(m);
}
END_TEST

/* Told to stop, it stops: at the first row as at the last. */
START_TEST(stops_when_told)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_stops_when_told(m, "csv", "path: %s/a.csv, trajectory: null", 9);
    made_free(m);
}
END_TEST

START_TEST(a_comma_in_the_locale_changes_nothing)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_same_with_comma(m, "csv", "path: %s/grid.csv, trajectory: %s/t.csv", "grid.csv");
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    char why[800];
    struct made *m = made_new(2, 2, bowl, 0);

    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_SINK, "csv", "{path: a.csv, trajectory: a.csv}"), "different"));
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_SINK, "csv", "{path: a.csv, planes: a.csv}"), "different"));
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_SINK, "csv", "{trajectory: a.csv, planes: a.csv}"), "different"));
    ck_assert_int_lt(made_try(m, "csv", "path: /dev/null/no/grid.csv", why, sizeof why), 0);
    ck_assert_ptr_nonnull(strstr(why, "/dev/null"));
    made_free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-csv");
    TCase *t = tcase_create("sink-csv");

    tcase_add_test(t, grid_round_trip);
    tcase_add_test(t, no_accuracy);
    tcase_add_test(t, trajectory_round_trip);
    tcase_add_test(t, more_columns);
    tcase_add_test(t, several_planes);
    tcase_add_test(t, a_ball);
    tcase_add_test(t, several_runs);
    tcase_add_test(t, a_line);
    tcase_add_test(t, provenance_is_one_line);
    tcase_add_test(t, stops_when_told);
    tcase_add_test(t, a_comma_in_the_locale_changes_nothing);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}
