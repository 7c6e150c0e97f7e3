/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-contract-extensions.c -- tables of extensions that are too short, or too long, or lie,
 * and what the host makes of them.
 */
#include "contract-bench.h"

START_TEST(a_table_that_is_too_short_is_refused)
{
    table_given = &table;
    table.now.struct_size = (uint32_t)offsetof(struct tw_model_plane, end);
    fails(FAULT_PLUGIN, "model bowl: its extension thalweg.model.plane/1 has a table of ");
    HAS(b->err.text, "or more");
    ck_assert_uint_eq(evals, 0);
    table.now.struct_size = 0;
    fails(FAULT_PLUGIN, "has a table of 0 bytes");
    table.now.struct_size = UINT32_MAX; /* not a size, but four letters of a text */
    fails(FAULT_PLUGIN, "has a table of ");
    table.now.struct_size = sizeof table.now;
    table_given = (const char *)&table + 1; /* no struct can stand there */
    fails(FAULT_PLUGIN, "has a table of ");
}
END_TEST

START_TEST(a_table_without_its_calls_is_refused)
{
    table_given = &table;
    for (int i = 0; i < 3; i++) {
        struct tw_model_plane whole = table.now;
        if (i == 0)
            table.now.begin = NULL;
        else if (i == 1)
            table.now.eval = NULL;
        else
            table.now.end = NULL;
        fails(FAULT_PLUGIN, "lacks begin, eval or end");
        table.now = whole;
    }
    OK(run());
}
END_TEST

static int never(void)
{
    ck_abort_msg("a call that this host does not know");
    return 0;
}

START_TEST(a_table_that_is_longer_is_taken)
{
    table_given = &table;
    table.now.struct_size = sizeof table;
    table.later = never;
    OK(run());
    ck_assert_uint_gt(evals, 0);
}
END_TEST

START_TEST(a_table_is_copied_as_far_as_it_goes)
{
    struct error err = {0};
    struct plane_ops copy;
    struct plugin p = model_plugin;
    const size_t size = sizeof copy, now = sizeof copy.now;
    table_given = &table;
    table.later = never; /* stands behind the end of the table */
    memset(&copy, 0xff, sizeof copy);
    ck_assert_int_eq(plugin_table(&p, TW_EXT_MODEL_PLANE, &copy, size, now, &err), 0);
    ck_assert(copy.now.eval == plane_eval);
    ck_assert(copy.later == NULL);
    ck_assert_int_lt(plugin_table(&p, TW_EXT_MODEL_PLANE, &copy, size, size, &err), 0);
    ck_assert_int_eq(err.fault, FAULT_PLUGIN);
    error_clear(&err);
    ck_assert_int_eq(plugin_table(&p, "thalweg.model.other/1", &copy, size, now, &err), 1);
    p.desc.get_extension = NULL;
    ck_assert_int_eq(plugin_table(&p, TW_EXT_MODEL_PLANE, &copy, size, now, &err), 1);
    ck_assert_int_eq(err.fault, FAULT_NONE);
}
END_TEST

START_TEST(an_extension_that_lies_is_found)
{
    table_given = &table;
    lie = 0.5;
    fails(FAULT_RUN, "model bowl: its plane extension gives the loss ");
    HAS(b->err.text, "`thalweg try model-bowl` finds it");
    ck_assert(!file_there("grid.csv"));
    lie = NAN;
    fails(FAULT_RUN, "model bowl: its plane extension gives the loss ");
    lie = 1e-9; /* rounding of a model that computes in float */
    OK(run());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("contract-extensions");
    TCase *c = tcase_create("contract-extensions");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, a_table_that_is_too_short_is_refused);
    tcase_add_test(c, a_table_without_its_calls_is_refused);
    tcase_add_test(c, a_table_that_is_longer_is_taken);
    tcase_add_test(c, a_table_is_copied_as_far_as_it_goes);
    tcase_add_test(c, an_extension_that_lies_is_found);
    return bench_main(suite);
}
