/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-plane.c -- projections onto skew planes, the implicit plane of two
 * weights, and reducers that give what is no plane.
 */
#include "core-bench.h"

#include "../../core/plane.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define DIM             4
#define NEAR(got, want) ck_assert_double_eq_tol(got, want, 1e-12)

static struct bench *b;
static struct workers *workers;
static struct model model;
static struct plugin model_plugin, reducer_plugin;
static struct instance *reducer;
static struct path path;
static struct plane plane;

/* ---- a model that is only its slices of theta ---- */

static struct tw_block blocks[8];
static size_t n_blocks, dim;
static bool endless; /* never says that there are no more slices */

static int fake_bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static size_t fake_dim(const void *self)
{
    (void)self;
    return dim;
}

static int fake_loss(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                     double *correct)
{
    (void)self;
    (void)rows;
    (void)correct;
    *loss = theta[0];
    return TW_OK;
}

static int fake_block(const void *self, size_t i, struct tw_block *out)
{
    (void)self;
    if (i >= n_blocks && !endless)
        return TW_DONE;
    ck_assert_uint_eq(out->struct_size, sizeof *out);
    *out = blocks[i < n_blocks ? i : n_blocks - 1];
    return TW_OK;
}

static void model_of(size_t n, const struct tw_data *data)
{
    model_close(&model);
    dim = n;
    OK(model_open(&model, &model_plugin, NULL, data, workers, &b->env, &b->err));
}

/* ---- a reducer that gives `given` ---- */

static double origin[DIM], u[DIM], v[DIM];
static int status;
static bool fails_by_objective;
static size_t paths_seen;

static int fake_plane(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                      size_t n_paths, const double *theta, size_t index, const double *through,
                      struct tw_plane *out)
{
    const struct tw_host *host = self;
    (void)paths;
    (void)theta;
    ck_assert_uint_eq(index, 0);
    ck_assert_ptr_null(through);
    ck_assert(isnan(out->x_variance) && isnan(out->y_variance));
    paths_seen = n_paths;
    if (fails_by_objective) {
        struct tw_block block = {.struct_size = sizeof block};
        ck_assert_int_lt(f->block(f, 0, &block), 0);
        return TW_EINTERNAL;
    }
    if (status < 0)
        return (host->fail)(host, status, "out of ideas");
    memcpy(out->origin, origin, sizeof origin);
    memcpy(out->u, u, sizeof u);
    memcpy(out->v, v, sizeof v);
    memset(out->x_label, 'a', sizeof out->x_label); /* no NUL */
    out->x_variance = 0.75;
    out->origin = NULL; /* its own copy: no harm done */
    out->dim = 77;
    return status;
}

static void set_up(void)
{
    b = bench_open();
    gsl_set_error_handler_off(); /* as the program does */
    workers = workers_new(1);
    model_plugin = fake_plugin(TW_MODEL, "slices");
    model_plugin.ops.model = (struct tw_model_ops){.struct_size = sizeof(struct tw_model_ops),
                                                   .bind = fake_bind,
                                                   .dim = fake_dim,
                                                   .loss = fake_loss,
                                                   .block = fake_block};
    reducer_plugin = fake_plugin(TW_REDUCER, "given");
    reducer_plugin.ops.reducer.plane = fake_plane;
    OK(instance_new(&reducer_plugin, "reducer", NULL, &b->env, &reducer, &b->err));
    model = (struct model){0};
    model_of(DIM, NULL);
    path_init(&path, DIM);
}

static void tear_down(void)
{
    plane_free(&plane);
    path_free(&path);
    instance_free(reducer);
    model_close(&model);
    workers_free(workers);
    status = 0;
    endless = false;
    bench_free(b);
}

static int find(const double *o, const double *a, const double *c)
{
    static const double theta[DIM];
    memcpy(origin, o, sizeof origin);
    memcpy(u, a, sizeof u);
    memcpy(v, c, sizeof v);
    error_clear(&b->err);
    return plane_find(&plane, reducer, &model, &path, path.n > 0, theta, 0, NULL, &b->err);
}

/* ---- projection ---- */

static const double skew_o[DIM] = {1, 2, 3, 4}, skew_u[DIM] = {2, 0, 0, 0},
                    skew_v[DIM] = {3, 0.5, 0, 0};

START_TEST(skew_directions)
{
    double xy[2], residual, theta[DIM];
    ck_assert_int_eq(find(skew_o, skew_u, skew_v), 0);
    /* In the plane: exactly its coordinates. */
    for (size_t j = 0; j < DIM; j++)
        theta[j] = skew_o[j] - 1.25 * skew_u[j] + 7.5 * skew_v[j];
    OK(plane_project(&plane, theta, xy, &residual, &b->err));
    NEAR(xy[0], -1.25);
    NEAR(xy[1], 7.5);
    NEAR(residual, 0);
    /* Off it: the remainder is orthogonal to both directions. */
    theta[2] += 3;
    theta[3] -= 4;
    OK(plane_project(&plane, theta, xy, &residual, &b->err));
    NEAR(xy[0], -1.25);
    NEAR(xy[1], 7.5);
    NEAR(residual, 5);
    OK(plane_project(&plane, theta, xy, NULL, &b->err)); /* the distance is optional */
    NEAR(xy[1], 7.5);
}
END_TEST

/* Directions of very different length, nearly parallel: least squares all the same. */
START_TEST(unequal_directions)
{
    static const double o[DIM] = {0}, a[DIM] = {1e8, 1e8, 1e8, 1e8},
                        c[DIM] = {1e-6, 1e-6, 1e-6, 1.01e-6};
    double xy[2], residual, theta[DIM];
    ck_assert_int_eq(find(o, a, c), 0);
    for (size_t j = 0; j < DIM; j++)
        theta[j] = 2 * a[j] - 3e13 * c[j];
    OK(plane_project(&plane, theta, xy, &residual, &b->err));
    ck_assert_double_eq_tol(xy[0] / 2, 1, 1e-9);
    ck_assert_double_eq_tol(xy[1] / -3e13, 1, 1e-9);
    ck_assert_double_lt(residual, 1e-3);
}
END_TEST

START_TEST(a_track)
{
    static const double at[3][DIM] = {{1, 2, 3, 4}, {3, 2, 3, 14}, {6, 2.5, 3, 4}};
    struct track t;
    for (size_t i = 0; i < 3; i++)
        OK(path_add(&path, at[i], 10 - (double)i, 7 * i, &b->err));
    ck_assert_int_eq(find(skew_o, skew_u, skew_v), 0);
    ck_assert_uint_eq(paths_seen, 1);
    OK(plane_track(&plane, &path, &t, &b->err));
    ck_assert_uint_eq(t.view.n, 3);
    static const double x[] = {0, 1, 1}, y[] = {0, 0, 1}, residual[] = {0, 10, 0};
    for (size_t i = 0; i < 3; i++) {
        NEAR(t.view.x[i], x[i]);
        NEAR(t.view.y[i], y[i]);
        NEAR(t.view.residual[i], residual[i]);
        ck_assert_double_eq(t.view.loss[i], 10 - (double)i);
        ck_assert_uint_eq(t.view.step[i], 7 * i);
        ck_assert(isnan(t.view.plane_loss[i]));
    }
    track_free(&t);
}
END_TEST

START_TEST(no_track_without_training)
{
    struct track t;
    ck_assert_int_eq(find(skew_o, skew_u, skew_v), 0);
    ck_assert_uint_eq(paths_seen, 0);
    OK(plane_track(&plane, &path, &t, &b->err));
    ck_assert_uint_eq(t.view.n, 0);
    track_free(&t);
}
END_TEST

/* ---- what a reducer may give ---- */

START_TEST(the_plane_is_the_hosts)
{
    ck_assert_int_eq(find(skew_o, skew_u, skew_v), 0);
    ck_assert_uint_eq(plane.view.dim, DIM);
    ck_assert_ptr_nonnull(plane.view.origin);
    ck_assert_double_eq(plane.view.origin[3], 4);
    ck_assert_double_eq(plane.view.x_variance, 0.75);
    ck_assert(isnan(plane.view.y_variance));
    ck_assert_uint_eq(strlen(plane.view.x_label), 63); /* ended by the host */
    ck_assert_str_eq(plane.view.y_label, "y");         /* named by the host */
}
END_TEST

static void refused(const double *o, const double *a, const double *c, const char *why)
{
    ck_assert_msg(find(o, a, c) < 0, "not refused; wanted: %s", why);
    ck_assert_int_eq(b->err.fault, FAULT_RUN);
    HAS(b->err.text, "reducer given: ");
    HAS(b->err.text, why);
}

START_TEST(what_is_no_plane)
{
    static const double zero[DIM] = {0}, e1[DIM] = {1}, e2[DIM] = {0, 1, 0, 0};
    static const double nan1[DIM] = {0, NAN}, inf3[DIM] = {0, 0, 0, INFINITY};
    refused(zero, zero, e2, "direction u is zero");
    refused(zero, e1, zero, "direction v is zero");
    refused(zero, e1, e1, "the two directions are parallel");
    refused(nan1, e1, e2, "not finite (parameter 1)");
    refused(zero, inf3, e2, "not finite (parameter 3)");
    refused(zero, e1, nan1, "not finite (parameter 1)");
}
END_TEST

/* Rounding must not make a plane of a line: c is a, times a number that is none
 * of base two. */
START_TEST(parallel_but_for_rounding)
{
    static const double zero[DIM] = {0};
    for (int k = 1; k < 500; k++) {
        double a[DIM], c[DIM], factor = (k % 2 ? -1 : 1) * pow(1.37, k % 61 - 30) / 3;
        for (int j = 0; j < DIM; j++) {
            a[j] = sin(k * (j + 1)) + 0.1;
            c[j] = factor * a[j];
        }
        refused(zero, a, c, "the two directions are parallel");
    }
}
END_TEST

START_TEST(no_plane_at_all)
{
    status = TW_DONE;
    ck_assert_int_eq(find(skew_o, skew_u, skew_v), 1);
    ck_assert_ptr_null(plane.view.origin);
    status = TW_ENUMERIC;
    refused(skew_o, skew_u, skew_v, "out of ideas");
    status = TW_EINVAL;
    ck_assert_int_lt(find(skew_o, skew_u, skew_v), 0);
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
}
END_TEST

/* The objective's own failure is the cause, not the reducer's passing it on. */
START_TEST(the_first_cause_is_kept)
{
    blocks[0] = (struct tw_block){sizeof *blocks, TW_WEIGHT, 0, DIM, 2, "w"};
    n_blocks = 1;
    fails_by_objective = true;
    ck_assert_int_lt(find(skew_o, skew_u, skew_v), 0);
    HAS(b->err.text, "model slices: block 0 lies outside its 4 parameters");
    fails_by_objective = false;
}
END_TEST

/* ---- the implicit plane ---- */

static const struct tw_block weight2 = {sizeof *blocks, TW_WEIGHT, 0, 1, 2, "w"};
static const struct tw_block bias = {sizeof *blocks, TW_BIAS, 2, 1, 1, "b"};

START_TEST(two_weights_and_a_bias)
{
    static const double theta[] = {5, 6, 7};
    size_t n;
    model_of(3, NULL);
    blocks[0] = weight2;
    blocks[1] = bias;
    n_blocks = 2;
    ck_assert_int_eq(plane_implicit(&plane, &model, theta, &n, &b->err), 0);
    ck_assert_uint_eq(n, 2);
    static const double o[] = {0, 0, 7}, e1[] = {1, 0, 0}, e2[] = {0, 1, 0};
    for (int j = 0; j < 3; j++) {
        ck_assert_double_eq(plane.view.origin[j], o[j]);
        ck_assert_double_eq(plane.view.u[j], e1[j]);
        ck_assert_double_eq(plane.view.v[j], e2[j]);
    }
    ck_assert_str_eq(plane.view.x_label, "weight 1");
    ck_assert_str_eq(plane.view.y_label, "weight 2");
    double xy[2], residual;
    OK(plane_project(&plane, theta, xy, &residual, &b->err));
    ck_assert_double_eq(xy[0], 5); /* the axes read the weights themselves */
    ck_assert_double_eq(xy[1], 6);
    ck_assert_double_eq(residual, 0);
}
END_TEST

START_TEST(weights_are_named_after_features)
{
    static const char *const name[] = {"PC 1", "PC 2"};
    static const struct tw_data data = {.struct_size = sizeof data,
                                        .task = TW_CLASSIFY,
                                        .n_rows = 1,
                                        .n_features = 2,
                                        .feature_name = name};
    static const double theta[3];
    size_t n;
    model_of(3, &data);
    blocks[0] = (struct tw_block){sizeof *blocks, TW_BIAS, 0, 1, 1, "b"};
    blocks[1] = (struct tw_block){sizeof *blocks, TW_WEIGHT, 1, 1, 1, "w1"};
    blocks[2] = (struct tw_block){sizeof *blocks, TW_WEIGHT, 2, 1, 1, "w2"};
    n_blocks = 3;
    ck_assert_int_eq(plane_implicit(&plane, &model, theta, &n, &b->err), 0);
    ck_assert_str_eq(plane.view.x_label, "weight of PC 1");
    ck_assert_str_eq(plane.view.y_label, "weight of PC 2");
    ck_assert_double_eq(plane.view.u[1], 1);
    ck_assert_double_eq(plane.view.v[2], 1);
}
END_TEST

START_TEST(another_number_of_weights)
{
    static const double theta[DIM];
    size_t n;
    blocks[0] = (struct tw_block){sizeof *blocks, TW_WEIGHT, 0, 3, 1, "w"};
    n_blocks = 1;
    ck_assert_int_eq(plane_implicit(&plane, &model, theta, &n, &b->err), 1);
    ck_assert_uint_eq(n, 3);
    blocks[0].role = TW_BIAS;
    ck_assert_int_eq(plane_implicit(&plane, &model, theta, &n, &b->err), 1);
    ck_assert_uint_eq(n, 0);
    /* A model without slices is all weights. */
    model_plugin.ops.model.block = NULL;
    ck_assert_int_eq(plane_implicit(&plane, &model, theta, &n, &b->err), 1);
    ck_assert_uint_eq(n, DIM);
    model_of(2, NULL);
    ck_assert_int_eq(plane_implicit(&plane, &model, theta, &n, &b->err), 0);
    ck_assert_uint_eq(n, 2);
}
END_TEST

START_TEST(slices_that_are_none)
{
    static const struct {
        size_t offset, rows, cols;
    } wrong[] = {{0, 5, 1}, {4, 1, 1},        {0, 0, 1},       {0, 1, 0},
                 {3, 2, 1}, {0, SIZE_MAX, 2}, {SIZE_MAX, 1, 1}};
    static const double theta[DIM];
    size_t n;
    n_blocks = 1;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        blocks[0] = (struct tw_block){sizeof *blocks, TW_WEIGHT,     wrong[i].offset,
                                      wrong[i].rows,  wrong[i].cols, "w"};
        error_clear(&b->err);
        ck_assert_int_lt(plane_implicit(&plane, &model, theta, &n, &b->err), 0);
        HAS(b->err.text, "model slices: block 0 lies outside its 4 parameters");
    }
}
END_TEST

/* A model that never says "no more" must not hang the program. */
START_TEST(slices_without_end)
{
    static const double theta[DIM];
    size_t n;
    blocks[0] = (struct tw_block){sizeof *blocks, TW_BIAS, 0, 1, 1, "b"};
    n_blocks = 1;
    endless = true;
    ck_assert_int_lt(plane_implicit(&plane, &model, theta, &n, &b->err), 0);
    HAS(b->err.text, "model slices: has more than 4 blocks, but only 4 parameters");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plane");
    TCase *c = tcase_create("plane");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, skew_directions);
    tcase_add_test(c, unequal_directions);
    tcase_add_test(c, a_track);
    tcase_add_test(c, no_track_without_training);
    tcase_add_test(c, the_plane_is_the_hosts);
    tcase_add_test(c, what_is_no_plane);
    tcase_add_test(c, parallel_but_for_rounding);
    tcase_add_test(c, no_plane_at_all);
    tcase_add_test(c, the_first_cause_is_kept);
    tcase_add_test(c, two_weights_and_a_bias);
    tcase_add_test(c, weights_are_named_after_features);
    tcase_add_test(c, another_number_of_weights);
    tcase_add_test(c, slices_that_are_none);
    tcase_add_test(c, slices_without_end);
    return bench_main(suite);
}
