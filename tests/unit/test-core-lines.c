/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-lines.c -- landscapes of one dimension: the line and its points with names, the
 * projection onto it, how many points and where, the same losses by the plane extension
 * and without it, and lines that are wrong.
 */
#include "core-bench.h"

#include "../../core/run.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static struct bench *b;
static struct run run;
static struct run_options options = {.jobs = 2, .quiet = true, .log_level = TW_LOG_ERROR};
static struct plugin reducer;

/* ---- a reducer that gives a line through the optimum ---- */

static struct {
    uint32_t n_axes, n_marks;
    double v, mark_x, mark_y, scale;
    bool second_differs; /* plane 1 is a plane */
} line;

static int line_plane(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                      size_t n_paths, const double *theta, size_t index, const double *through,
                      struct tw_plane *out)
{
    (void)self;
    (void)paths;
    (void)n_paths;
    (void)through;
    ck_assert_uint_eq(out->n_axes, 2); /* what the host sets */
    ck_assert_uint_eq(out->n_marks, 0);
    for (size_t j = 0; j < f->dim; j++) {
        ck_assert_double_eq(out->v[j], 0);
        out->origin[j] = theta[j];
        out->u[j] = line.scale * sin((double)j + 1 + (double)index);
    }
    bool differs = index == 1 && line.second_differs;
    out->v[0] = differs ? 1 : line.v;
    out->n_axes = differs ? 2 : line.n_axes;
    out->n_marks = line.n_marks;
    for (size_t i = 0; i < line.n_marks && i < 4; i++) {
        out->mark[i].x = (double)i * line.mark_x;
        out->mark[i].y = line.mark_y;
        memset(out->mark[i].name, 'm', sizeof out->mark[i].name); /* no NUL */
    }
    strcpy(out->y_label, "nothing");
    out->y_variance = 0.5;
    return TW_OK;
}

#define PIPE(grid)                                                                                 \
    "thalweg: 1\ndataset: {plugin: iris, standardize: true, test_fraction: 0.2}\n"                 \
    "model: {plugin: logistic, l2: 0.1}\n"                                                         \
    "optimizer: {plugin: gd, learning_rate: 0.5, epochs: 6}\n"                                     \
    "reducers: [{plugin: axes}]\n" grid "sinks: [{plugin: csv}]\n"

static void set_up(void)
{
    gsl_set_error_handler_off(); /* as the program does */
    reducer = fake_plugin(TW_REDUCER, "line");
    reducer.ops.reducer =
        (struct tw_reducer_ops){.struct_size = sizeof reducer.ops.reducer, .plane = line_plane};
    memset(&line, 0, sizeof line);
    line.n_axes = 1;
    line.scale = 0.5;
}

static void plan_of(const char *yaml)
{
    b = bench_new(yaml);
    b->plan.reducers[0].plugin = &reducer;
}

static int run_it(void)
{
    return run_pipeline(&run, &b->plan, &b->registry, &options, &b->err);
}

static void done(void)
{
    run_free(&run);
    bench_free(b);
}

/* ---- losses along a line ---- */

START_TEST(losses_and_projections)
{
    plan_of(PIPE("grid: {points: 33, splits: [train, test]}\n"));
    OK(run_it());
    const struct tw_plane *p = &run.plane.view;
    const struct tw_grid *g = &run.grid.view;
    ck_assert_uint_eq(p->n_axes, 1);
    ck_assert_str_eq(p->y_label, "");
    ck_assert(isnan(p->y_variance));
    ck_assert_uint_eq(g->nx, 33);
    ck_assert_uint_eq(g->ny, 1);
    ck_assert_double_eq(g->y[0], 0);
    double *at = calloc(p->dim, sizeof *at), loss, accuracy, uu = 0;
    for (size_t k = 0; k < g->nx; k++) {
        for (size_t j = 0; j < p->dim; j++)
            at[j] = p->origin[j] + g->x[k] * p->u[j];
        OK(model_evaluate(&run.model, at, &loss, &accuracy, &b->err));
        ck_assert_double_eq_tol(g->loss[k], loss, 1e-12 * loss);
        ck_assert_double_eq(g->accuracy[k], accuracy);
        OK(model_evaluate(&run.test_model, at, &loss, &accuracy, &b->err));
        ck_assert_double_eq_tol(g->test_loss[k], loss, 1e-12 * loss);
        ck_assert_double_eq(g->test_accuracy[k], accuracy);
    }
    const struct tw_track *t = &run.tracks[0].view;
    for (size_t j = 0; j < p->dim; j++)
        uu += p->u[j] * p->u[j];
    for (size_t k = 0; k < t->n; k++) {
        double ur = 0, rest = 0;
        for (size_t j = 0; j < p->dim; j++)
            ur += p->u[j] * (run.paths[0].theta[k][j] - p->origin[j]);
        for (size_t j = 0; j < p->dim; j++) {
            at[j] = p->origin[j] + ur / uu * p->u[j];
            double r = run.paths[0].theta[k][j] - at[j];
            rest += r * r;
        }
        ck_assert_double_eq_tol(t->x[k], ur / uu, 1e-12);
        ck_assert_double_eq(t->y[k], 0);
        ck_assert_double_eq_tol(t->residual[k], sqrt(rest), 1e-12);
        OK(model_evaluate(&run.model, at, &loss, NULL, &b->err));
        ck_assert_double_eq_tol(t->plane_loss[k], loss, 1e-12 * loss);
    }
    free(at);
    done();
}
END_TEST

/* A row longer than a call of the extension takes, with any number of workers. */
START_TEST(a_long_line_in_two_ways)
{
    static double first[5001], other[5001];
    for (int way = 0; way < 3; way++) {
        plan_of(PIPE("grid: {points: [5001], range: [-1, 2]}\n"));
        struct plugin plain = *b->plan.model.plugin;
        plain.desc.get_extension = NULL;
        if (way == 2)
            b->plan.model.plugin = &plain;
        options.jobs = way == 0 ? 1 : 3;
        OK(run_it());
        ck_assert((run.model.plane != NULL) == (way < 2));
        memcpy(way == 0 ? first : other, run.grid.view.loss, sizeof first);
        done();
        if (way == 1)
            ck_assert_mem_eq(first, other, sizeof first);
    }
    for (size_t k = 0; k < 5001; k++)
        ck_assert_double_eq_tol(first[k], other[k], 1e-12 * first[k]);
    options.jobs = 2;
}
END_TEST

/* ---- the model's extension gets no v ---- */

static int begun_with_v = -1;

static int quad_begin(void *self, const double *origin, const double *u, const double *v)
{
    (void)self;
    (void)origin;
    (void)u;
    begun_with_v = v != NULL;
    return TW_ENOTSUP;
}

static int quad_eval(void *self, size_t first, size_t n_rows, size_t n, const double *xy,
                     struct tw_sum *sum, double *correct)
{
    (void)self;
    (void)first;
    (void)n_rows;
    (void)n;
    (void)xy;
    (void)sum;
    (void)correct;
    return TW_EINTERNAL;
}

static void quad_end(void *self)
{
    (void)self;
}

static const void *quad_extension(const char *id)
{
    static const struct tw_model_plane ops = {
        .struct_size = sizeof ops, .begin = quad_begin, .eval = quad_eval, .end = quad_end};
    return strcmp(id, TW_EXT_MODEL_PLANE) == 0 ? &ops : NULL;
}

START_TEST(begin_gets_no_v)
{
    plan_of(PIPE("grid: {points: 5}\n"));
    struct plugin other = *b->plan.model.plugin;
    other.desc.get_extension = quad_extension;
    b->plan.model.plugin = &other;
    begun_with_v = -1;
    OK(run_it());
    ck_assert_int_eq(begun_with_v, 0);
    done();
}
END_TEST

/* ---- how many points, and where ---- */

static void ends_are(const char *yaml, size_t n, double lo, double hi)
{
    plan_of(yaml);
    OK(run_it());
    ck_assert_uint_eq(run.grid.view.nx, n);
    ck_assert_uint_eq(run.grid.view.ny, 1);
    ck_assert_double_eq_tol(run.grid.view.x[0], lo, 1e-12);
    ck_assert_double_eq_tol(run.grid.view.x[n - 1], hi, 1e-12);
    done();
}

START_TEST(points_and_range)
{
    ends_are(PIPE("grid: {range: [-0.5, 1.5]}\n"), 401, -0.5, 1.5);
    ends_are(PIPE("grid: {points: auto, range: [0, 1]}\n"), 401, 0, 1);
    ends_are(PIPE("grid: {points: [7], range: [0, 1]}\n"), 7, 0, 1);
    /* Automatic: points with names count as the trajectory does. */
    line.n_marks = 2;
    line.mark_x = 100;
    plan_of(PIPE("grid: {points: 7}\n"));
    OK(run_it());
    double lo = 0;
    for (size_t k = 0; k < run.tracks[0].view.n; k++)
        lo = fmin(lo, run.tracks[0].view.x[k]);
    ck_assert_double_eq_tol(run.grid.view.x[0], lo - 0.25 * (100 - lo), 1e-10);
    ck_assert_double_eq_tol(run.grid.view.x[6], 100 + 0.25 * (100 - lo), 1e-10);
    ck_assert_int_eq(run.plane.view.mark[1].name[47], 0);
    done();
    /* In a plane, too. */
    line.n_axes = 2;
    line.v = 1;
    line.mark_y = 300;
    plan_of(PIPE("grid: {points: 7, margin: 0}\n"));
    OK(run_it());
    ck_assert_double_eq(run.grid.view.y[6], 300);
    done();
}
END_TEST

static void fails(const char *grid, enum fault fault, const char *what)
{
    char yaml[600];
    snprintf(yaml, sizeof yaml, PIPE("%s\n"), grid);
    plan_of(yaml);
    ck_assert_msg(run_it() < 0, "wanted: %s", what);
    HAS(b->err.text, what);
    ck_assert_int_eq(b->err.fault, fault);
    done();
}

START_TEST(what_a_line_cannot_have)
{
    fails("grid: {points: [5, 5]}", FAULT_PIPELINE,
          "p.yaml:6:16: grid: points: two numbers are here, but the landscape is a line");
    fails("grid: {range: [0, 1, 0, 1]}", FAULT_PIPELINE,
          "p.yaml:6:15: grid: range: four numbers are here, but the landscape is a line");
}
END_TEST

START_TEST(lines_that_are_wrong)
{
    line.v = 1e-9;
    fails("", FAULT_RUN, "reducer line: gives a line, but direction v is not zero");
    line.v = 0;
    line.scale = 0;
    fails("", FAULT_RUN, "reducer line: direction u is zero");
    line.scale = NAN;
    fails("", FAULT_RUN, "reducer line: gives a plane that is not finite");
    line.scale = 1;
    line.n_axes = 3;
    fails("", FAULT_RUN, "reducer line: gives a plane of 3 axes, wanted 1 or 2");
    line.n_axes = 0;
    fails("", FAULT_RUN, "reducer line: gives a plane of 0 axes");
    line.n_axes = 2;
    fails("", FAULT_RUN, "reducer line: direction v is zero");
    line.n_axes = 1;
    line.n_marks = 5;
    fails("", FAULT_RUN, "reducer line: names 5 points of the plane; at most 4 can be");
    line.n_marks = 1;
    line.mark_y = 2;
    fails("", FAULT_RUN, "is at (0, 2) of a line");
    line.mark_y = NAN;
    fails("", FAULT_RUN, "is at (0, nan)");
    line.n_marks = 0;
    line.second_differs = true;
    line.v = 0;
    fails("grid: {planes: 2}", FAULT_RUN, "reducer line: plane 0 has 1 axes, plane 1 has 2");
}
END_TEST

START_TEST(lines_of_a_family)
{
    plan_of(PIPE("grid: {points: 9, planes: 3}\n"));
    OK(run_it());
    ck_assert_uint_eq(run.spread.view.n_planes, 3);
    ck_assert_uint_eq(run.spread.n, 9);
    for (size_t k = 0; k < 9; k++) {
        ck_assert_double_le(run.spread.view.min[k], run.grid.view.loss[k]);
        ck_assert_double_ge(run.spread.view.max[k], run.grid.view.loss[k]);
        ck_assert_double_gt(run.spread.view.max[k], run.spread.view.min[k]);
    }
    done();
}
END_TEST

/* ---- a model of one weight ---- */

START_TEST(one_weight_is_a_line)
{
    static const char yaml[] =
        "thalweg: 1\ndataset: {plugin: csv, path: one.csv, label: y}\n"
        "model: {plugin: logistic}\noptimizer: {plugin: gd, learning_rate: 0.5, epochs: 9}\n"
        "grid: {points: 21}\nsinks: [{plugin: csv}]\n";
    b = bench_open();
    bench_file(b, "one.csv", "size,y\n1,0\n2,1\n3,0\n4,1\n5,1\n");
    OK(bench_read(b, yaml, NULL));
    OK(run_it());
    ck_assert_uint_eq(run.plane.view.n_axes, 1);
    ck_assert_str_eq(run.plane.view.x_label, "weight of size");
    ck_assert_uint_eq(run.grid.view.ny, 1);
    const struct tw_track *t = &run.tracks[0].view;
    for (size_t k = 0; k < t->n; k++) {
        ck_assert_double_eq_tol(t->x[k], run.paths[0].theta[k][0], 1e-14); /* the weight itself */
        ck_assert_double_eq_tol(t->residual[k], fabs(run.paths[0].theta[k][1] - run.theta[1]),
                                1e-14); /* the bias is off the line */
    }
    done();
    b = bench_open(); /* found before the training */
    bench_file(b, "one.csv", "size,y\n1,0\n2,1\n3,0\n4,1\n5,1\n");
    OK(bench_read(b, yaml, "grid.points=[3, 3]"));
    ck_assert_int_lt(run_it(), 0);
    HAS(b->err.text, "grid: points: two numbers are here");
    ck_assert_uint_eq(run.n_paths, 0);
    done();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lines");
    TCase *c = tcase_create("lines");
    tcase_add_checked_fixture(c, set_up, NULL);
    suite_add_tcase(suite, c);
    tcase_add_test(c, losses_and_projections);
    tcase_add_test(c, a_long_line_in_two_ways);
    tcase_add_test(c, begin_gets_no_v);
    tcase_add_test(c, points_and_range);
    tcase_add_test(c, what_a_line_cannot_have);
    tcase_add_test(c, lines_that_are_wrong);
    tcase_add_test(c, lines_of_a_family);
    tcase_add_test(c, one_weight_is_a_line);
    return bench_main(suite);
}
