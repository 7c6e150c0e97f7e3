/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-reducer-hessian.c -- eigenpairs for plugins, and the reducer that takes its plane from them,
 * against the dense Hessian.
 */
#include "rig.h"
#include "spectrum-bench.h"

static struct tw_plane given; /* by the reducer */

static int ask(struct rig *r, size_t index, const double *at, const double *through)
{
    free(given.origin);
    given = (struct tw_plane){.struct_size = sizeof given, .dim = dim, .n_axes = 2};
    given.origin = calloc(3 * dim, sizeof(double));
    given.u = given.origin + dim;
    given.v = given.u + dim;
    return r->plugin->ops.reducer.plane(r->self, model_objective(&model, &b->err), NULL, 0, at,
                                        index, through, &given);
}

static void forget_given(void)
{
    free(given.origin);
    given.origin = NULL;
}

/* v is of length 1 and H v = value v to `tolerance` of `most`. */
static void is_eigenvector(const double *at, const double *v, double value, double most,
                           double tolerance)
{
    const struct tw_objective *f = model_objective(&model, &b->err);
    double *hv = calloc(dim, sizeof *hv), length = 0, off = 0;
    ck_assert_int_eq(f->hvp(f, at, NULL, v, hv), TW_OK);
    for (size_t i = 0; i < dim; i++) {
        length += v[i] * v[i];
        off += pow(hv[i] - value * v[i], 2);
    }
    ck_assert_double_eq_tol(length, 1, 1e-12);
    ck_assert_msg(sqrt(off) <= tolerance * most, "off by %g of %g", sqrt(off), most);
    free(hv);
}

START_TEST(reducer_hessian)
{
    char text[64];
    open_scene(SMALL_NETWORK, 1);
    double *all = dense_eigenvalues(theta), *through = calloc(dim, sizeof *through);
    qsort(all, dim, sizeof *all, by_magnitude);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{tolerance: 1e-7}");
    for (size_t index = 0; index < 3; index++) {
        ck_assert_msg(ask(r, index, theta, NULL) == TW_OK, "%s", rig_reason(r));
        ck_assert_int_eq(memcmp(given.origin, theta, dim * sizeof *theta), 0);
        is_eigenvector(theta, given.u, all[2 * index], fabs(all[0]), 2e-7);
        is_eigenvector(theta, given.v, all[2 * index + 1], fabs(all[0]), 2e-7);
        snprintf(text, sizeof text, "eigenvector %zu, λ = %.3g", 2 * index + 1, all[2 * index]);
        ck_assert_str_eq(given.x_label, text);
        snprintf(text, sizeof text, "eigenvector %zu, λ = %.3g", 2 * index + 2, all[2 * index + 1]);
        ck_assert_str_eq(given.y_label, text);
        ck_assert_uint_eq(given.n_axes, 2);
    }
    /* The same plane again, and by an instance that was asked for no other. */
    double *first = malloc(dim * sizeof *first);
    memcpy(first, given.v, dim * sizeof *first);
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{tolerance: 1e-7}");
    ck_assert_int_eq(ask(r, 2, theta, NULL), TW_OK);
    ck_assert_int_eq(memcmp(given.v, first, dim * sizeof *first), 0);
    ck_assert_int_eq(ask(r, dim, theta, NULL), TW_DONE);
    /* Elsewhere the Hessian is another. */
    for (size_t i = 0; i < dim; i++)
        through[i] = theta[i] + 0.2;
    double *there = dense_eigenvalues(through);
    qsort(there, dim, sizeof *there, by_magnitude);
    ck_assert_int_eq(ask(r, 0, theta, through), TW_OK);
    ck_assert_int_eq(memcmp(given.origin, through, dim * sizeof *theta), 0);
    is_eigenvector(through, given.u, there[0], fabs(there[0]), 2e-7);
    rig_free(r);
    free(there);
    free(first);
    free(through);
    free(all);
    forget_given();
    close_scene();
}
END_TEST

START_TEST(reducer_hessian_ends)
{
    open_scene(SMALL_NETWORK, 1);
    double *all = dense_eigenvalues(theta), most = fmax(-all[0], all[dim - 1]);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{which: smallest, components: [2, 1]}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_OK);
    is_eigenvector(theta, given.u, all[1], most, 2e-4);
    is_eigenvector(theta, given.v, all[0], most, 2e-4);
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{which: largest, components: 2}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_OK);
    is_eigenvector(theta, given.u, all[dim - 2], most, 2e-4);
    ck_assert_uint_eq(given.n_axes, 1);
    ck_assert_str_eq(given.y_label, "");
    for (size_t i = 0; i < dim; i++)
        ck_assert(given.v[i] == 0);
    ck_assert_int_eq(ask(r, 1, theta, NULL), TW_OK);
    is_eigenvector(theta, given.u, all[dim - 3], most, 2e-4);
    rig_free(r);
    free(all);
    forget_given();
    close_scene();
}
END_TEST

START_TEST(reducer_hessian_refuses)
{
    open_scene("model: {plugin: quadratic, minimum: [0, 0, 0], curvature: [0, 0, 0]}\n", 1);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_EINVAL);
    SAYS(r, "the Hessian is zero here");
    rig_free(r);
    open_scene("model: {plugin: quadratic, minimum: [0, 0, 0], curvature: [0, -2, 1]}\n", 1);
    r = rig_new(TW_REDUCER, "hessian", "{}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_OK);
    ck_assert_double_eq_tol(given.u[1], 1, 1e-4);
    ck_assert_double_eq_tol(given.v[2], 1, 1e-4);
    ck_assert_int_eq(ask(r, 1, theta, NULL), TW_DONE);
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{components: [1, 3]}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_EINVAL);
    SAYS(r, "eigenvector 3 of the Hessian belongs to the eigenvalue 0");
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{components: [1, 4]}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_EINVAL);
    SAYS(r, "there is no eigenvector 4, the model has 3 parameters");
    theta[0] = NAN;
    rig_free(r);
    r = rig_new(TW_REDUCER, "hessian", "{}");
    ck_assert_int_eq(ask(r, 0, theta, NULL), TW_ENUMERIC);
    SAYS(r, "not finite");
    rig_free(r);
    HAS(rig_refused(TW_REDUCER, "hessian", "{components: [1, 2, 3]}"), "two different numbers");
    HAS(rig_refused(TW_REDUCER, "hessian", "{components: [2, 2]}"), "two different numbers");
    HAS(rig_refused(TW_REDUCER, "hessian", "{which: widest}"), "which");
    forget_given();
    close_scene();
}
END_TEST

START_TEST(host_eigen)
{
    double value[4];
    open_scene(SMALL_NETWORK, 1);
    struct rig *r = rig_new(TW_REDUCER, "hessian", "{}"); /* for its host */
    const struct tw_host *h = &r->instance->host;
    const struct tw_host_eigen *eigen = h->get_extension(h, TW_EXT_HOST_EIGEN);
    const struct tw_objective *f = model_objective(&model, &b->err);
    double *vector = calloc(4 * dim, sizeof *vector), *all = dense_eigenvalues(theta);
    ck_assert_ptr_nonnull(eigen);
    ck_assert_int_eq(eigen->hessian(h, f, theta, TW_EIGEN_SMALLEST, 4, 1e-8, 1, value, vector),
                     TW_OK);
    for (size_t k = 0; k < 4; k++) {
        double most = 0;
        ck_assert_double_eq_tol(value[k], all[k], 1e-7 * all[dim - 1]);
        is_eigenvector(theta, vector + k * dim, value[k], all[dim - 1], 2e-8);
        for (size_t i = 0; i < dim; i++)
            most = fabs(vector[k * dim + i]) > fabs(most) ? vector[k * dim + i] : most;
        ck_assert(most > 0);
    }
    /* Finer than differences of gradients can be. */
    ck_assert_int_eq(eigen->hessian(h, f, theta, TW_EIGEN_LARGEST, 2, 1e-17, 1, value, vector),
                     TW_ENUMERIC);
    SAYS(r, "larger tolerance");
    instance_check(r->instance, TW_OK, NULL, &b->err);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 7, 2, 1e-4, 1, value, vector), TW_EINVAL);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, 0, 1e-4, 1, value, vector), TW_EINVAL);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, dim + 1, 1e-4, 1, value, vector), TW_EINVAL);
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, 2, NAN, 1, value, vector), TW_EINVAL);
    stop = 1;
    r->env.stop = &stop;
    ck_assert_int_eq(eigen->hessian(h, f, theta, 0, 2, 1e-4, 1, value, vector), TW_ECANCELLED);
    stop = 0;
    rig_free(r);
    free(all);
    free(vector);
    close_scene();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reducer-hessian");
    TCase *c = tcase_create("reducer-hessian");
    tcase_add_checked_fixture(c, set_up, close_scene);
    suite_add_tcase(suite, c);
    tcase_add_test(c, reducer_hessian);
    tcase_add_test(c, reducer_hessian_ends);
    tcase_add_test(c, reducer_hessian_refuses);
    tcase_add_test(c, host_eigen);
    return bench_main(suite);
}
