/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-hvp-host.c -- Hessian times vector as the host gives it: from a model with the extension and
 * from one without, for any number of workers.
 */
#include "core-bench.h"
#include "hvp-bench.h"

#include "../../core/model.h"

#include <gsl/gsl_errno.h>

#define MANY_ROWS 2500 /* three pieces */

struct hosted {
    struct bench *b;
    struct workers *workers;
    struct model model;
    struct tw_data data;
    const struct tw_objective *f;
    double theta[MOST], vec[MOST], out[MOST];
};

static void open_hosted(struct hosted *h, const char *model, size_t n_classes, size_t team)
{
    char yaml[400];

    snprintf(yaml, sizeof(yaml),
             "thalweg: 1\ndataset: {plugin: iris}\nmodel: {plugin: %s}\n"
             "reducers: [{plugin: axes}]\nsinks: [{plugin: csv}]\n",
             model);
    *h = (struct hosted){.b = bench_new(yaml)};
    gsl_set_error_handler_off(); /* as the program does */
    h->data = make_data(MANY_ROWS, n_classes);
    h->workers = workers_new(team);
    ck_assert_ptr_nonnull(h->workers);
    ck_assert_msg(model_open(&h->model, h->b->plan.model.plugin, h->b->plan.model.config, &h->data,
                             h->workers, &h->b->env, &h->b->err) == 0,
                  "%s", h->b->err.text);
    ck_assert_uint_le(h->model.dim, MOST);
    h->f = model_objective(&h->model, &h->b->err);
    made(31, h->model.dim, h->theta);
    made(32, h->model.dim, h->vec);
}

static void close_hosted(struct hosted *h)
{
    model_close(&h->model);
    workers_free(h->workers);
    bench_free(h->b);
    free_data(&h->data);
}

static void hosted_product(struct hosted *h, const struct tw_rows *rows, double *out)
{
    for (size_t i = 0; i < h->model.dim; i++)
        out[i] = NAN;
    ck_assert_msg(h->f->hvp(h->f, h->theta, rows, h->vec, out) == TW_OK, "%s", h->b->err.text);
}

/* The mean of the pieces is what one call gives, the same bits for any team. */
START_TEST(all_rows_are_averaged_over_the_team)
{
    const char *const models[] = {"logistic, l2: 0.1", "svm, squared: true",
                                  "mlp, hidden: [6, 6], activation: tanh, l2: 0.01"};
    const size_t teams[] = {1, 2, 3};
    double first[MOST], whole[MOST], part[MOST];

    for (size_t k = 0; k < 3; k++)
        for (size_t t = 0; t < 3; t++) {
            struct tw_rows all = {NULL, 0, MANY_ROWS}, some = {NULL, 100, 30};
            struct hosted h;

            open_hosted(&h, models[k], 4, teams[t]);
            ck_assert_ptr_nonnull(h.model.hvp);
            ck_assert_uint_eq(h.model.n_chunks, 3);
            hosted_product(&h, NULL, h.out);
            hosted_product(&h, &all, whole);
            ck_assert_double_le(distance(h.model.dim, h.out, whole), 1e-13);
            hosted_product(&h, &some, part);
            ck_assert_double_gt(distance(h.model.dim, part, whole), 1e-3);
            if (t == 0)
                memcpy(first, h.out, sizeof(first));
            ck_assert_mem_eq(first, h.out, h.model.dim * sizeof(*first));
            close_hosted(&h);
        }
}
END_TEST

static int calls;

static int none_here(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
                     double *out)
{
    (void)self, (void)theta, (void)rows, (void)vec, (void)out;
    __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    return TW_ENOTSUP;
}

/* Differences of the gradient, where the model has no products: smooth networks in both precisions,
 * and a point where the gradient is next to nothing. */
START_TEST(without_the_extension_differences_are_taken)
{
    static const struct {
        const char *model;
        double tolerance;
    } cases[] = {
        {"logistic, l2: 0.1", 1e-9},
        {"mlp, hidden: [6, 6], activation: tanh, precision: float64", 1e-8},
        {"mlp, hidden: [6, 6], activation: tanh", 2e-4},
        {"mlp, hidden: [8], activation: gelu", 2e-4},
        {"quadratic, minimum: [0, 1], curvature: [1, 1e4]", 1e-9},
    };

    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++)
        for (size_t team = 1; team <= 3; team += 2) {
            struct hosted h;
            const struct tw_rows some = {NULL, 100, 900};
            double exact[MOST], part[MOST], again[MOST], far;

            open_hosted(&h, cases[k].model, 3, team);
            hosted_product(&h, NULL, exact);
            hosted_product(&h, &some, part);
            h.model.hvp = NULL;
            hosted_product(&h, NULL, h.out);
            far = distance(h.model.dim, h.out, exact);
            ck_assert_msg(far <= cases[k].tolerance, "%s: off by %.3g", cases[k].model, far);
            hosted_product(&h, &some, h.out);
            far = distance(h.model.dim, h.out, part);
            ck_assert_msg(far <= cases[k].tolerance, "%s: some rows: off by %.3g", cases[k].model,
                          far);

            /* not after another theta, and by an extension that is not there either */
            h.model.hvp = &h.model.hvp_ops;
            h.model.hvp_ops.hvp = none_here;
            calls = 0;
            h.theta[0] += 1;
            hosted_product(&h, NULL, again);
            ck_assert_int_ge(calls, 1);
            h.theta[0] -= 1;
            hosted_product(&h, &some, again);
            ck_assert_mem_eq(again, h.out, h.model.dim * sizeof(*again));
            ck_assert_int_eq(h.b->err.fault, FAULT_NONE);
            close_hosted(&h);
        }
}
END_TEST

/* Then the gradients are differences of losses, with much more noise. */
START_TEST(without_a_gradient_differences_are_taken_twice)
{
    struct hosted h;
    double exact[MOST], far;

    open_hosted(&h, "logistic, l2: 0.1", 3, 1);
    struct tw_model_ops only_loss = *h.model.ops;

    only_loss.grad = NULL;
    hosted_product(&h, NULL, exact);
    h.model.ops = &only_loss;
    h.model.hvp = NULL;
    hosted_product(&h, NULL, h.out);
    far = distance(h.model.dim, h.out, exact);
    ck_assert_msg(far > 0 && far <= 1e-5, "off by %.3g", far);
    close_hosted(&h);
}
END_TEST

START_TEST(a_model_without_data_has_products_too)
{
    struct bench *b =
        bench_new("thalweg: 1\nmodel: {plugin: wells, tilt: 0.3, bowl: [2, 5], angle: 30}\n"
                  "reducers: [{plugin: axes, weights: [0, 1]}]\nsinks: [{plugin: csv}]\n");
    struct workers *team = workers_new(2);
    struct model model;
    double theta[3], vec[3], exact[3], out[3];

    ck_assert_ptr_nonnull(team);
    OK(model_open(&model, b->plan.model.plugin, b->plan.model.config, NULL, team, &b->env,
                  &b->err));
    const struct tw_objective *f = model_objective(&model, &b->err);

    ck_assert_uint_eq(model.dim, 3);
    made(41, 3, theta);
    made(42, 3, vec);
    ck_assert_int_eq(f->hvp(f, theta, NULL, vec, exact), TW_OK);
    model.hvp = NULL;
    ck_assert_int_eq(f->hvp(f, theta, NULL, vec, out), TW_OK);
    ck_assert_double_le(distance(3, out, exact), 1e-9);
    ck_assert_mem_ne(out, exact, sizeof(out));
    model_close(&model);
    workers_free(team);
    bench_free(b);
}
END_TEST

static int refuses(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
                   double *out)
{
    (void)self, (void)theta, (void)rows, (void)vec, (void)out;
    return TW_ENUMERIC;
}

struct nested {
    struct hosted *h;
    int rc[2];
};

static int call_objective(void *ctx, size_t worker, size_t k)
{
    struct nested *n = ctx;
    double out[MOST];

    (void)worker;
    n->rc[k] = n->h->f->hvp(n->h->f, n->h->theta, NULL, n->h->vec, out);
    return 0;
}

START_TEST(failures_are_told)
{
    for (size_t team = 1; team <= 2; team++) {
        struct hosted h;
        struct tw_rows some = {NULL, 1, 5};
        struct nested n = {.h = &h};

        open_hosted(&h, "logistic", 3, team);
        ck_assert_int_eq(workers_run(h.workers, 2, call_objective, &n), 0);
        ck_assert(n.rc[0] == TW_EINTERNAL && n.rc[1] == TW_EINTERNAL);
        HAS(h.b->err.text, "from a parallel task");
        h.model.hvp_ops.hvp = refuses;
        for (int k = 0; k < 2; k++) {
            h.b->err = (struct error){0};
            ck_assert_int_lt(h.f->hvp(h.f, h.theta, k ? &some : NULL, h.vec, h.out), 0);
            HAS(h.b->err.text, "model logistic: failed");
        }
        close_hosted(&h);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("Hessian times vector");
    TCase *host = tcase_create("host");

    tcase_add_test(host, all_rows_are_averaged_over_the_team);
    tcase_add_test(host, without_the_extension_differences_are_taken);
    tcase_add_test(host, without_a_gradient_differences_are_taken_twice);
    tcase_add_test(host, a_model_without_data_has_products_too);
    tcase_add_test(host, failures_are_told);
    suite_add_tcase(suite, host);
    return bench_main(suite);
}
