/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-ball.c -- the ball in pipelines: the resting losses go down, are those of the
 * parameters that are kept, and have their height in the relief; how a journey ends; where it
 * begins; what the section `ball` refuses; interrupts.
 */
#include "core-bench.h"

#include "../../core/run.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static struct bench *b;
static struct run run;
static struct run_options options = {.jobs = 2, .quiet = true, .log_level = TW_LOG_ERROR};

static void set_up(void)
{
    gsl_set_error_handler_off(); /* as the program does */
    options.jobs = 2;
    options.stop = NULL;
}

static int run_it(const char *yaml)
{
    b = bench_new(yaml);
    return run_pipeline(&run, &b->plan, &b->registry, &options, &b->err);
}

static void done(void)
{
    run_free(&run);
    bench_free(b);
}

#define IRIS(reducer, rest)                                                                        \
    "thalweg: 1\nseed: %d\ndataset: {plugin: iris, standardize: true}\n"                           \
    "model: {plugin: logistic, l2: 0.01}\n"                                                        \
    "optimizer: {plugin: sgd, learning_rate: 0.2, batch: 32, epochs: 6}\n"                         \
    "reducers: [" reducer "]\nanalysis: {critical_points: false, sharpness: false}\n" rest         \
    "sinks: [{plugin: csv, landscapes: false}]\n"

/* Every property that a journey has. */
static void check_journey(void)
{
    const struct journey *j = &run.journey;
    double *theta = calloc(j->dim, sizeof *theta);
    for (size_t k = 0; k < j->n; k++) {
        const struct landscape *l = &j->land[k];
        const struct tw_plane *v = &l->plane->view;
        const struct ball_sample *first = l->roll.sample, *last = first + l->roll.n - 1;
        double loss, distance = 0, before = k ? j->land[k - 1].loss : l->start_loss;
        ck_assert_double_lt(l->loss, before);
        ck_assert_double_eq_tol(l->start_loss, before, 1e-12 * before);
        /* theta* is in the plane, where the ball rests; its loss is the one that is told. */
        const double *from = k ? j->theta + (k - 1) * j->dim : NULL;
        for (size_t i = 0; i < j->dim; i++) {
            theta[i] = v->origin[i] + l->view.x * v->u[i] + l->view.y * v->v[i];
            ck_assert_double_eq(j->theta[k * j->dim + i], theta[i]);
            ck_assert(!from || v->origin[i] == from[i]);
            double start = v->origin[i] + l->start[0] * v->u[i] + l->start[1] * v->v[i];
            distance += (theta[i] - start) * (theta[i] - start);
        }
        OK(model_evaluate(&run.model, theta, &loss, NULL, &b->err));
        ck_assert_double_eq(loss, l->loss);
        ck_assert_double_eq_tol(l->view.distance, sqrt(distance), 1e-9 * sqrt(distance));
        /* The height there is that of the true loss, and the next landscape begins there. */
        if (l->refined)
            ck_assert_double_eq_tol(last->z, relief_height(&l->relief, loss), 1e-9);
        if (k) {
            const struct landscape *up = l - 1;
            ck_assert_double_eq_tol(first->z, up->roll.sample[up->roll.n - 1].z, 1e-12);
            ck_assert_double_eq_tol(first->energy, up->roll.sample[up->roll.n - 1].energy, 1e-9);
            ck_assert(l->start[0] == 0 && l->start[1] == 0);
            size_t zeros = 0;
            for (size_t i = 0; i < l->grid->nx * l->grid->ny; i++)
                zeros += l->grid->x[i % l->grid->nx] == 0 && l->grid->y[i / l->grid->nx] == 0;
            ck_assert_uint_eq(zeros, 1);
        }
        for (size_t i = 1; i < l->roll.n; i++)
            ck_assert_double_le(first[i].energy, first[i - 1].energy + 1e-10);
    }
    for (size_t i = 1; i < j->ball.n; i++) {
        ck_assert_double_gt(j->ball.t[i], j->ball.t[i - 1]);
        ck_assert_uint_ge(j->ball.landscape[i], j->ball.landscape[i - 1]);
    }
    free(theta);
}

static const char *const reducers[] = {
    IRIS("{plugin: random}", "grid: {points: 21, range: [-1, 1]}\nball: {landscapes: 4}\n"),
    IRIS("{plugin: trajectory-pca}", "grid: {points: 21}\nball: {landscapes: 3}\n"),
    IRIS("{plugin: axes}", "grid: {points: 21, range: [-3, 3]}\nball: {landscapes: 4}\n"),
    IRIS("{plugin: hessian}", "grid: {points: 21, range: [-3, 3]}\n"
                              "ball: {landscapes: 4, start: highest}\n"),
};

/* Of 20 seeds each. */
START_TEST(resting_losses_go_down)
{
    char yaml[1000];
    size_t landscapes = 0;
    for (int seed = 1; seed <= 20; seed++) {
        snprintf(yaml, sizeof yaml, reducers[_i], seed);
        OK(run_it(yaml));
        ck_assert(run.journey.done);
        ck_assert_uint_ge(run.journey.n, 1);
        check_journey();
        landscapes += run.journey.n;
        done();
    }
    ck_assert_uint_ge(landscapes, 40); /* two at least on the average */
}
END_TEST

START_TEST(the_same_bytes_for_any_jobs)
{
    char yaml[1000];
    struct tw_ball one;
    double *copy = NULL;
    snprintf(yaml, sizeof yaml, reducers[0], 3);
    for (size_t jobs = 1; jobs <= 3; jobs += 2) {
        options.jobs = jobs;
        OK(run_it(yaml));
        if (jobs == 1) {
            one = run.journey.ball;
            copy = malloc(one.n * 6 * sizeof *copy);
            memcpy(copy, run.journey.numbers, one.n * 6 * sizeof *copy);
        } else {
            ck_assert_uint_eq(one.n, run.journey.ball.n);
            ck_assert_mem_eq(copy, run.journey.numbers, one.n * 6 * sizeof *copy);
        }
        done();
    }
    free(copy);
}
END_TEST

/* A model whose surface is known: it rests at the minimum, to the last digits. */
START_TEST(the_bottom_of_a_paraboloid)
{
    OK(run_it("thalweg: 1\nmodel: {plugin: quadratic, minimum: [0.31, -0.17]}\n"
              "reducers: [{plugin: axes, weights: [0, 1]}]\n"
              "grid: {points: 31, range: [-1.3, 2]}\nball: {start: [1.7, -1.1]}\n"
              "sinks: [{plugin: csv}]\n"));
    const struct landscape *l = &run.journey.land[0];
    ck_assert_uint_eq(run.journey.n, 1);
    ck_assert_int_eq(run.journey.end, JOURNEY_NO_PLANE);
    ck_assert_double_eq(l->start[0], 1.7);
    ck_assert_double_eq(l->start[1], -1.1);
    ck_assert_int_eq(l->roll.end, ROLL_MINIMUM);
    ck_assert(l->refined);
    check_journey();
    const struct tw_objective *f = model_objective(&run.model, &b->err);
    double g[2], loss;
    OK(f->grad(f, run.journey.theta, NULL, &loss, g));
    ck_assert_double_le(hypot(g[0], g[1]), 1e-6);
    done();
}
END_TEST

/* What is written is what was computed. */
START_TEST(files)
{
    char yaml[1000], path[200];
    unsigned char head[128];
    snprintf(yaml, sizeof yaml, reducers[1], 1);
    OK(run_it(yaml));
    snprintf(path, sizeof path, "%s/thetas.npy", b->plan.outdir);
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fread(head, 1, 128, f), 128);
    ck_assert_mem_eq(head, "\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, ",
                     51);
    ck_assert_uint_eq(head[127], '\n');
    size_t n = run.journey.n * run.journey.dim;
    double *v = calloc(n, sizeof *v), more;
    ck_assert_uint_eq(fread(v, sizeof *v, n, f), n);
    ck_assert_mem_eq(v, run.journey.theta, n * sizeof *v);
    ck_assert_uint_eq(fread(&more, 1, 1, f), 0);
    fclose(f);
    free(v);
    snprintf(path, sizeof path, "%s/report.json", b->plan.outdir);
    f = fopen(path, "r");
    char *text = calloc(1, 100000);
    ck_assert(fread(text, 1, 99999, f) > 0);
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "\"ball\": {"));
    ck_assert_ptr_nonnull(strstr(text, "\"rests_at\": \""));
    ck_assert_ptr_nonnull(strstr(text, "component 3"));
    free(text);
    snprintf(path, sizeof path, "%s/ball.csv", b->plan.outdir);
    ck_assert_int_eq(access(path, R_OK), 0);
    done();
}
END_TEST

/* ---- starts and ends ---- */

START_TEST(starts)
{
    char yaml[1000];
    snprintf(yaml, sizeof yaml,
             IRIS("{plugin: trajectory-pca}", "grid: {points: 21}\nball: {landscapes: 1}\n"), 1);
    OK(run_it(yaml));
    ck_assert_double_eq(run.journey.land[0].start[0], run.tracks[0].x[0]);
    ck_assert_double_eq(run.journey.land[0].start[1], run.tracks[0].y[0]);
    ck_assert_int_eq(run.journey.end, JOURNEY_ALL);
    done();
    snprintf(yaml, sizeof yaml,
             IRIS("{plugin: trajectory-pca}",
                  "grid: {points: 21}\nball: {landscapes: 1, start: highest}\n"),
             1);
    OK(run_it(yaml));
    const struct tw_grid *g = &run.grid.view;
    double most = 0;
    for (size_t k = 0; k < g->nx * g->ny; k++)
        most = fmax(most, g->loss[k]);
    ck_assert_double_eq_tol(run.journey.land[0].start_loss, most, 1e-12 * most);
    done();
}
END_TEST

/* No descent: the plane's only point of rest is where the ball comes in. */
START_TEST(ends_where_nothing_is_lower)
{
    OK(run_it(
        "thalweg: 1\nmodel: {plugin: quadratic, minimum: [1, 2, 3, 4], curvature: [1, 2, 3, 4]}\n"
        "optimizer: {plugin: lbfgs, epochs: 50}\nreducers: [{plugin: random}]\n"
        "grid: {points: 21, range: [-1, 1]}\nball: {landscapes: 5, start: highest}\n"
        "sinks: [{plugin: csv}]\n"));
    ck_assert_int_eq(run.journey.end, JOURNEY_NO_DESCENT);
    ck_assert_uint_le(run.journey.n, 2);
    done();
}
END_TEST

/* ---- what cannot be ---- */

static void refused(const char *ball, const char *why)
{
    char yaml[600];
    snprintf(yaml, sizeof yaml,
             "thalweg: 1\nmodel: {plugin: quadratic}\nreducers: [{plugin: axes}]\n"
             "ball: %s\nsinks: [{plugin: csv}]\n",
             ball);
    HAS(bench_refused(yaml, NULL, FAULT_PIPELINE), why);
}

START_TEST(bad_sections)
{
    refused("true", "wanted a map such as {landscapes: 3}");
    refused("[1]", "wanted a map");
    refused("{landscapes: 0}", "landscapes");
    refused("{start: middle}", "wanted trajectory, highest, or two numbers");
    refused("{start: [1]}", "wanted trajectory, highest, or two numbers");
    refused("{start: [1, .inf]}", "wanted trajectory, highest, or two numbers");
    refused("{start: [1, 2, 3]}", "wanted trajectory, highest, or two numbers");
    refused("{velocity: 1}", "velocity: wanted two numbers");
    refused("{friction: 0}", "friction");
    refused("{height: -1}", "height");
    refused("{scale: cubic}", "scale");
    refused("{fricton: 1}", "did you mean 'friction'");
    refused("{thetas: grid.csv}", "is the name of the ball's parameters");
    refused("{thetas: report.json}", "is the name of the report");
}
END_TEST

START_TEST(a_start_outside)
{
    ck_assert_int_lt(run_it("thalweg: 1\nmodel: {plugin: quadratic}\nreducers: [{plugin: axes}]\n"
                            "grid: {points: 5}\nball: {start: [1e3, 0]}\nsinks: [{plugin: csv}]\n"),
                     0);
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
    HAS(b->err.text, "(1000, 0) lies outside the grid");
    HAS(b->err.text, ":5:");
    done();
}
END_TEST

START_TEST(a_line)
{
    char yaml[1000];
    snprintf(yaml, sizeof yaml,
             IRIS("{plugin: trajectory-pca, components: 1}", "ball: {landscapes: 2}\n"), 1);
    ck_assert_int_lt(run_it(yaml), 0);
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
    HAS(b->err.text, "the landscape is a line");
    done();
}
END_TEST

/* ---- a reducer that is up to something at plane 1 ---- */

static volatile sig_atomic_t stop;
static enum { PLANE_WELL, PLANE_ELSEWHERE, PLANE_LINE, PLANE_STOP } what;

static int family_plane(void *self, const struct tw_objective *f,
                        const struct tw_path *const *paths, size_t n_paths, const double *theta,
                        size_t index, const double *through, struct tw_plane *out)
{
    (void)self;
    (void)paths;
    (void)n_paths;
    ck_assert((through != NULL) == (index > 0));
    memcpy(out->origin, through ? through : theta, f->dim * sizeof *theta);
    memset(out->v, 0, f->dim * sizeof *theta);
    for (size_t j = 0; j < f->dim; j++)
        out->u[j] = j % 2 ? 0 : sin((double)(j + index + 1));
    for (size_t j = 1; j < f->dim; j += 2)
        out->v[j] = cos((double)(j + 2 * index));
    if (index == 0 || what == PLANE_WELL)
        return TW_OK;
    if (what == PLANE_ELSEWHERE)
        out->origin[0] += 1e-6;
    if (what == PLANE_LINE) {
        memset(out->v, 0, f->dim * sizeof *theta);
        out->n_axes = 1;
    }
    stop = what == PLANE_STOP;
    return TW_OK;
}

static int run_family(void)
{
    static struct plugin reducer;
    char yaml[1000];
    reducer = fake_plugin(TW_REDUCER, "family");
    reducer.ops.reducer =
        (struct tw_reducer_ops){.struct_size = sizeof reducer.ops.reducer, .plane = family_plane};
    snprintf(yaml, sizeof yaml, reducers[0], 1);
    stop = 0;
    options.stop = &stop;
    b = bench_new(yaml);
    b->plan.reducers[0].plugin = &reducer;
    return run_pipeline(&run, &b->plan, &b->registry, &options, &b->err);
}

START_TEST(planes_that_are_wrong)
{
    what = PLANE_WELL;
    OK(run_family());
    ck_assert_uint_eq(run.journey.n, 4);
    check_journey();
    done();
    what = PLANE_ELSEWHERE;
    ck_assert_int_lt(run_family(), 0);
    ck_assert_int_eq(b->err.fault, FAULT_RUN);
    HAS(b->err.text, "plane 1 does not go through the point that it must");
    done();
    what = PLANE_LINE;
    ck_assert_int_lt(run_family(), 0);
    HAS(b->err.text, "plane 1 has one axis, plane 0 has two");
    done();
}
END_TEST

/* While the ball is on its way: nothing is written. */
START_TEST(an_interrupt)
{
    what = PLANE_STOP;
    ck_assert_int_lt(run_family(), 0);
    ck_assert_int_eq(b->err.fault, FAULT_INTERRUPT);
    ck_assert_uint_eq(run.outputs.n, 0);
    ck_assert_uint_eq(run.journey.n, 1);
    char path[200];
    snprintf(path, sizeof path, "%s/grid.csv", b->plan.outdir);
    ck_assert_int_ne(access(path, F_OK), 0);
    done();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core-ball");
    TCase *c = tcase_create("all");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, NULL);
    tcase_add_loop_test(c, resting_losses_go_down, 0, 4);
    tcase_add_test(c, the_same_bytes_for_any_jobs);
    tcase_add_test(c, the_bottom_of_a_paraboloid);
    tcase_add_test(c, files);
    tcase_add_test(c, starts);
    tcase_add_test(c, ends_where_nothing_is_lower);
    tcase_add_test(c, bad_sections);
    tcase_add_test(c, a_start_outside);
    tcase_add_test(c, a_line);
    tcase_add_test(c, planes_that_are_wrong);
    tcase_add_test(c, an_interrupt);
    return bench_main(suite);
}
