/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-contract.c -- plugins that bend the contract, one way each, and what the host makes of
 * it.  Their extensions are in test-core-contract-extensions.c.
 */
#include "contract-bench.h"

START_TEST(all_is_well_without_a_bend)
{
    has_test = true;
    table_given = &table;
    OK(run());
    ck_assert_str_eq(said, "");
    ck_assert_uint_gt(evals, 0);
    ck_assert(!isnan(result.test.loss));
    ck_assert(file_there("grid.csv"));
    /* The corner (-1, -1) of a bowl about the optimum, which is near 0. */
    ck_assert_double_eq_tol(result.grid.loss[0], 2, 1e-6);
}
END_TEST

/* ---- parameters that belong to rows ---------------------------------------------- */

START_TEST(a_test_set_of_another_dim_is_left_out)
{
    has_test = true;
    fake.dim_of_rows = true;
    OK(run()); /* and nothing reads past the end of theta: the sanitizers look on */
    ck_assert_uint_eq(result.model.dim, ROWS);
    ck_assert(isnan(result.test.loss) && isnan(result.test.accuracy));
    ck_assert_uint_eq(result.test_model.n_instances, 0);
    HAS(said, "model bowl: has 60 parameters on the test set and 40 on the training set; the test "
              "set is left out");
    ck_assert(file_there("grid.csv"));
}
END_TEST

START_TEST(instances_of_different_dim_are_refused)
{
    fake.dims_differ = true;
    fails(FAULT_RUN, "model bowl: has 2 parameters in one instance and 3 in another");
    options.jobs = 1; /* alone it is consistent */
    OK(run());
}
END_TEST

/* ---- reducers with both halves ------------------------------------------------------------ */

START_TEST(both_halves_are_one_instance)
{
    b->plan.reducers[0].plugin = &reducer_plugin;
    OK(run());
    run_free(&result);
    ran = false;
    ck_assert(asked.fitted);
    ck_assert_double_eq_tol(asked.mean, (ROWS - 1) / 16.0, 1e-6);
    ck_assert_uint_eq(reducers_made, 1);
    ck_assert_uint_eq(reducers_gone, 1);
}
END_TEST

START_TEST(both_halves_without_data)
{
    b->plan.dataset.plugin = NULL;
    b->plan.reducers[0].plugin = &reducer_plugin;
    OK(run());
    run_free(&result);
    ran = false;
    ck_assert(!asked.fitted);
    ck_assert_uint_eq(reducers_made, 1);
    ck_assert_uint_eq(reducers_gone, 1);
}
END_TEST

/* Of two that transform only the last one gives the plane. */
START_TEST(both_halves_twice)
{
    struct stage twice[2] = {b->plan.reducers[0], b->plan.reducers[0]};
    twice[0].plugin = twice[1].plugin = &reducer_plugin;
    b->plan.reducers = twice;
    b->plan.n_reducers = 2;
    OK(run());
    run_free(&result);
    ran = false;
    ck_assert(asked.fitted);
    ck_assert_double_eq_tol(asked.mean, 0, 1e-6); /* the first one took it away */
    ck_assert_uint_eq(reducers_made, 2);
    ck_assert_uint_eq(reducers_gone, 2);
}
END_TEST

/* ---- failures that are overlooked, or somebody else's ----------------------------------- */

START_TEST(an_optimizer_overlooks_a_failure)
{
    b->plan.optimizers[0].stage.plugin = &optimizer_plugin;
    fake.fail_from = 3;
    fake.fail_code = TW_ENUMERIC;
    fails(FAULT_RUN, "model bowl: the solver broke down");
    ck_assert(!file_there("grid.csv"));
    fake.fail_from = 0;
    OK(run());
}
END_TEST

START_TEST(a_reducer_overlooks_a_failure)
{
    b->plan.n_optimizers = 0;
    b->plan.reducers[0].plugin = &reducer_plugin;
    asks_the_objective = true;
    options.jobs = 1;
    fake.fail_from = 2; /* the first is the loss at the optimum */
    fake.fail_code = TW_ENUMERIC;
    fails(FAULT_RUN, "model bowl: the solver broke down");
    ck_assert_ptr_null(result.plane.view.origin);
    fake.fail_from = 0;
    OK(run());
}
END_TEST

/* What a model cannot do with the pipeline shows in training: the place is the
 * model's, and told once. */
START_TEST(a_model_is_blamed_at_its_own_place)
{
    char place[200];
    b->plan.optimizers[0].stage.plugin = &optimizer_plugin;
    fake.fail_from = 2;
    fake.fail_code = TW_EINVAL;
    fails(FAULT_PIPELINE, "model bowl: the solver broke down");
    snprintf(place, sizeof place, "%s:3:8: model bowl: ", b->file);
    ck_assert_msg(strncmp(b->err.text, place, strlen(place)) == 0, "%s", b->err.text);
}
END_TEST

START_TEST(what_was_said_before_a_success_is_not_the_reason)
{
    struct instance *inst;
    OK(instance_new(&model_plugin, "model", NULL, &b->env, &inst, &b->err));
    const struct tw_host *h = &inst->host;
    ck_assert_int_eq((h->fail)(h, TW_ENOTSUP, "no such thing here"), TW_ENOTSUP);
    OK(instance_check(inst, TW_OK, NULL, &b->err)); /* it found another way */
    ck_assert_int_lt(instance_check(inst, TW_ENUMERIC, NULL, &b->err), 0);
    ck_assert_msg(!strstr(b->err.text, "no such thing"), "%s", b->err.text);
    HAS(b->err.text, "gave no reason");
    error_clear(&b->err);
    (h->fail)(h, TW_ENUMERIC, "the first");
    (h->fail)(h, TW_ENUMERIC, "the second");
    ck_assert_int_lt(instance_check(inst, TW_ENUMERIC, NULL, &b->err), 0);
    HAS(b->err.text, "the first");
    error_clear(&b->err);
    ck_assert_int_lt(instance_check(inst, TW_ENUMERIC, NULL, &b->err), 0);
    HAS(b->err.text, "gave no reason"); /* the first has been told */
    instance_free(inst);
}
END_TEST

/* ---- create() ------------------------------------------------------------------------------ */

static int create_status;
static void *create_self;

static int odd_create(const struct tw_host *host, const void *cfg, void **self)
{
    (void)host;
    (void)cfg;
    *self = create_self;
    return create_status;
}

static void never_destroy(void *self)
{
    ck_abort_msg("destroy(%p) of what create() did not make", self);
}

START_TEST(create_that_makes_nothing)
{
    static char something;
    static const struct {
        int status;
        void *self;
    } odd[] = {{TW_DONE, &something}, {TW_DONE, NULL}, {TW_OK, NULL}, {TW_ENUMERIC, &something}};
    dataset_plugin.desc.create = odd_create;
    dataset_plugin.desc.destroy = never_destroy;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        create_status = odd[i].status;
        create_self = odd[i].self;
        fails(FAULT_RUN, i < 3 ? "dataset forty: create() made no instance" : "gave no reason");
    }
}
END_TEST

/* ---- numbers --------------------------------------------------------------------------------- */

START_TEST(an_initial_point_must_be_finite)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY};
    model_plugin.ops.model.init = model_init;
    for (size_t i = 0; i < 3; i++) {
        fake.first = odd[i];
        fails(FAULT_RUN, "model bowl: its initial point is not finite (parameter 0)");
    }
    fake.first = 3;
    OK(run());
}
END_TEST

/* Two weights and a bias. */
static int three_blocks(const void *self, size_t i, struct tw_block *out)
{
    (void)self;
    if (i > 1)
        return TW_DONE;
    out->role = i == 0 ? TW_WEIGHT : TW_BIAS;
    out->offset = i == 0 ? 0 : 2;
    out->rows = i == 0 ? 2 : 1;
    out->cols = 1;
    return TW_OK;
}

/* Leaks are for the sanitizers and valgrind to find. */
START_TEST(an_implicit_plane_that_is_refused_is_given_back)
{
    struct workers *workers = workers_new(1);
    struct model model;
    struct plane plane;
    size_t n;
    const double fine[] = {1, 2, 3}, hole[] = {1, 2, NAN};
    model_plugin.ops.model.block = three_blocks;
    fake.dims_differ = true;
    fake.instances = 1; /* three parameters */
    OK(model_open(&model, &model_plugin, NULL, NULL, workers, &b->env, &b->err));
    ck_assert_int_lt(plane_implicit(&plane, &model, hole, &n, &b->err), 0);
    HAS(b->err.text, "gives a plane that is not finite (parameter 2)");
    ck_assert_ptr_null(plane.view.origin);
    error_clear(&b->err);
    OK(plane_implicit(&plane, &model, fine, &n, &b->err));
    ck_assert_double_eq(plane.view.origin[2], 3);
    plane_free(&plane);
    model_close(&model);
    workers_free(workers);
}
END_TEST

START_TEST(too_many_rows_are_not_called_none)
{
    if (sizeof(size_t) < 8)
        return;
    rows_handed = (size_t)UINT32_MAX + 1; /* nothing of it is touched */
    fails(FAULT_RUN,
          "dataset forty: hands over 4294967296 rows of 2 features; at most 4294967295 ");
}
END_TEST

/* ---- keys and files -------------------------------------------------------------------------- */

struct keys {
    int64_t rate, epochs;
};

START_TEST(keys_of_the_host_are_reserved)
{
    static const struct tw_param own[] = {
        TW_PARAM_INT(struct keys, rate, "1", 0, 9, NULL, "A number."), TW_PARAM_END};
    static const struct tw_param clash[] = {
        TW_PARAM_INT(struct keys, rate, "1", 0, 9, NULL, "A number."),
        TW_PARAM_INT(struct keys, epochs, "1", 0, 9, NULL, "A number."), TW_PARAM_END};
    struct plugin p = optimizer_plugin;
    ck_assert_ptr_null(plan_reserved_key(&p)); /* no keys at all */
    p.table = (struct table){own, sizeof *own, NULL};
    ck_assert_ptr_null(plan_reserved_key(&p));
    p.table.params = clash;
    ck_assert_str_eq(plan_reserved_key(&p), "epochs");
    p.desc.kind = TW_MODEL; /* only an optimizer's section has it from the host */
    ck_assert_ptr_null(plan_reserved_key(&p));
}
END_TEST

#define TWO_SINKS(second)                                                                          \
    "thalweg: 1\nmodel: {plugin: quadratic}\nsinks:\n"                                             \
    "  - {plugin: csv, path: a.csv}\n  - {plugin: csv, " second "}\n"

START_TEST(one_file_of_two_sinks)
{
    HAS(bench_refused(TWO_SINKS("path: a.csv, trajectory: t.csv"), NULL, FAULT_PIPELINE),
        "p.yaml:5:5: sink csv: ");
    bench_free(bench_new(TWO_SINKS("path: b.csv, trajectory: t.csv")));
    /* The first writes what both would write by themselves. */
    static const char *const fine[] = {TWO_SINKS("path: b.csv, trajectory: null"),
                                       TWO_SINKS("path: b.csv")};
    for (int i = 0; i < 2; i++) {
        struct bench *both = bench_new(fine[i]);
        bool more;
        ck_assert_ptr_nonnull(plan_output(&both->plan.sinks[0], 1, &more));
        ck_assert_ptr_nonnull(plan_output(&both->plan.sinks[1], 0, &more));
        ck_assert_ptr_null(plan_output(&both->plan.sinks[1], 1, &more));
        ck_assert(more);
        bench_free(both);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("contract");
    TCase *c = tcase_create("contract");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, all_is_well_without_a_bend);
    tcase_add_test(c, a_test_set_of_another_dim_is_left_out);
    tcase_add_test(c, instances_of_different_dim_are_refused);
    tcase_add_test(c, both_halves_are_one_instance);
    tcase_add_test(c, both_halves_without_data);
    tcase_add_test(c, both_halves_twice);
    tcase_add_test(c, an_optimizer_overlooks_a_failure);
    tcase_add_test(c, a_reducer_overlooks_a_failure);
    tcase_add_test(c, a_model_is_blamed_at_its_own_place);
    tcase_add_test(c, what_was_said_before_a_success_is_not_the_reason);
    tcase_add_test(c, create_that_makes_nothing);
    tcase_add_test(c, an_initial_point_must_be_finite);
    tcase_add_test(c, an_implicit_plane_that_is_refused_is_given_back);
    tcase_add_test(c, too_many_rows_are_not_called_none);
    tcase_add_test(c, keys_of_the_host_are_reserved);
    tcase_add_test(c, one_file_of_two_sinks);
    return bench_main(suite);
}
