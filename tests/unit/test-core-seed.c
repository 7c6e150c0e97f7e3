/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-seed.c -- seed_for(): a function of its four arguments, the same
 * for ever, and never the same for two streams.
 */
#include "core-bench.h"

/* These values may not change: every published picture depends on them. */
START_TEST(golden_values)
{
    ck_assert_uint_eq(seed_for(1, "model", "mlp", "init"), 0x009a1f2aebefc0a6u);
    ck_assert_uint_eq(seed_for(0, "optimizer", "sgd", "shuffle"), 0x0e7f46bd73a6f7f1u);
    ck_assert_uint_eq(seed_for(9007199254740991u, "", "", ""), 0xbb3a39e27bfe633au);
}
END_TEST

static int compare(const void *a, const void *b)
{
    const uint64_t *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

START_TEST(streams_differ)
{
    static const char *const words[] = {"",     "a",    "b",     "ab",        "abc",    "model",
                                        "init", "data", "model", "optimizer", "reducer"};
    enum { WORDS = 11, SEEDS = 6 };
    static uint64_t all[SEEDS * WORDS * WORDS * WORDS];
    size_t n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (int i = 0; i < WORDS; i++)
            for (int j = 0; j < WORDS; j++)
                for (int k = 0; k < WORDS; k++)
                    if (i != 8 && j != 8 && k != 8) /* "model" stands there twice */
                        all[n++] = seed_for(seed, words[i], words[j], words[k]);
    ck_assert_uint_eq(n, SEEDS * 10 * 10 * 10);
    qsort(all, n, sizeof *all, compare);
    for (size_t i = 1; i < n; i++)
        ck_assert_uint_ne(all[i - 1], all[i]);
    ck_assert_uint_eq(seed_for(3, "model", "x", "y"), seed_for(3, words[8], "x", "y"));
}
END_TEST

/* Where one word ends and the next begins matters. */
START_TEST(word_bounds_matter)
{
    ck_assert_uint_ne(seed_for(1, "ab", "c", "d"), seed_for(1, "a", "bc", "d"));
    ck_assert_uint_ne(seed_for(1, "a", "bc", "d"), seed_for(1, "a", "b", "cd"));
    ck_assert_uint_ne(seed_for(1, "a", "", "b"), seed_for(1, "a", "b", ""));
}
END_TEST

/* Half of the bits change, more or less, when one bit of the seed does. */
START_TEST(bits_are_mixed)
{
    uint64_t base = seed_for(1, "model", "mlp", "init");
    for (int bit = 0; bit < 53; bit++) {
        uint64_t other = seed_for(1 ^ (uint64_t)1 << bit, "model", "mlp", "init");
        int changed = __builtin_popcountll(base ^ other);
        ck_assert_int_ge(changed, 12);
        ck_assert_int_le(changed, 52);
    }
}
END_TEST

/* The host table hands out the same numbers. */
START_TEST(host_and_core_agree)
{
    struct plugin p = fake_plugin(TW_SINK, "some");
    struct environment env = {.seed = 77};
    struct instance *inst;
    struct error err = {0};
    ck_assert_int_eq(instance_new(&p, "sink", NULL, &env, &inst, &err), 0);
    ck_assert_uint_eq(inst->host.seed(&inst->host, "noise"), seed_for(77, "sink", "some", "noise"));
    instance_free(inst);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seed");
    TCase *c = tcase_create("seed");
    suite_add_tcase(suite, c);
    tcase_add_test(c, golden_values);
    tcase_add_test(c, streams_differ);
    tcase_add_test(c, word_bounds_matter);
    tcase_add_test(c, bits_are_mixed);
    tcase_add_test(c, host_and_core_agree);
    return bench_main(suite);
}
