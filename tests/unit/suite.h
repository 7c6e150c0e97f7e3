/* SPDX-License-Identifier: GPL-3.0-or-later */
/* suite.h -- what every test program may need: to say what a text lacks, to count the entries of a
 * table for a loop of tests, random numbers, how often to repeat, and to run a suite. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HAS(text, part)                                                                            \
    ck_assert_msg(strstr(text, part) != NULL, "'%s' does not say '%s'", text, part)

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* Valgrind is for memory, which a twentieth of the repetitions go through as well; and it runs one
 * thread at a time. */
static inline int repetitions(int n)
{
    return getenv("UNDER_VALGRIND") && n >= 20 ? n / 20 : n;
}

/* Runs it and frees it; what main() returns. */
static inline int bench_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
