/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-workers.c -- every task once, in any team; failures in one order. */
#include "../../core/workers.h"

#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TASKS 1000

struct tally {
    atomic_int count[TASKS];
    atomic_int running[8]; /* tasks a worker is at: never more than one */
    atomic_int bad;
    size_t team;
    size_t fail_at[3]; /* these tasks fail, with a value of 100 + their number */
    size_t n_fail;
};

static int task(void *ctx, size_t worker, size_t k)
{
    struct tally *t = ctx;
    if (worker >= t->team || atomic_fetch_add(&t->running[worker], 1) != 0)
        atomic_store(&t->bad, 1);
    atomic_fetch_add(&t->count[k], 1);
    if (k % 16 == 0 || (t->n_fail && k == 40)) /* so that others overtake */
        nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    int rc = 0;
    for (size_t i = 0; i < t->n_fail; i++)
        if (k == t->fail_at[i])
            rc = 100 + (int)k;
    if (worker < t->team)
        atomic_fetch_sub(&t->running[worker], 1);
    return rc;
}

START_TEST(every_task_once)
{
    static const size_t sizes[] = {0, 1, 2, 6, 7, 8, 97, TASKS};
    struct workers *w = workers_new((size_t)_i);
    ck_assert_ptr_nonnull(w);
    ck_assert_uint_eq(workers_count(w), (size_t)_i);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        static struct tally t;
        memset(&t, 0, sizeof t);
        t.team = workers_count(w);
        ck_assert_int_eq(workers_run(w, sizes[s], task, &t), 0);
        ck_assert_int_eq(atomic_load(&t.bad), 0);
        for (size_t k = 0; k < TASKS; k++)
            ck_assert_int_eq(atomic_load(&t.count[k]), k < sizes[s]);
    }
    workers_free(w);
}
END_TEST

/* Task 40 fails, and so do later ones: it is always 40's value that counts. */
START_TEST(the_lowest_failed_task_counts)
{
    struct workers *w = workers_new((size_t)_i);
    ck_assert_ptr_nonnull(w);
    for (int again = 0; again < 200; again++) {
        static struct tally t;
        memset(&t, 0, sizeof t);
        t.team = workers_count(w);
        t.fail_at[0] = 42;
        t.fail_at[1] = 40;
        t.fail_at[2] = 41;
        t.n_fail = 3;
        ck_assert_int_eq(workers_run(w, TASKS, task, &t), 140);
        size_t done = 0;
        for (size_t k = 0; k < TASKS; k++) {
            int n = atomic_load(&t.count[k]);
            ck_assert_int_le(n, 1);
            if (k <= 40)
                ck_assert_int_eq(n, 1);
            done += (size_t)n;
        }
        ck_assert_uint_lt(done, TASKS); /* no new tasks after a failure */
        /* The team is as good as new. */
        t.n_fail = 0;
        ck_assert_int_eq(workers_run(w, 10, task, &t), 0);
    }
    workers_free(w);
}
END_TEST

static int add(void *ctx, size_t worker, size_t k)
{
    (void)worker;
    atomic_fetch_add((atomic_ulong *)ctx, k + 1);
    return 0;
}

START_TEST(thousands_of_jobs)
{
    struct workers *w = workers_new((size_t)_i);
    ck_assert_ptr_nonnull(w);
    for (size_t job = 0; job < 5000; job++) {
        atomic_ulong sum = 0;
        size_t n = job % 9;
        ck_assert_int_eq(workers_run(w, n, add, &sum), 0);
        ck_assert_uint_eq(atomic_load(&sum), n * (n + 1) / 2);
    }
    workers_free(w);
}
END_TEST

START_TEST(teams_come_and_go)
{
    for (int i = 0; i < 200; i++) {
        struct workers *w = workers_new((size_t)(i % 7 + 1));
        ck_assert_ptr_nonnull(w);
        workers_free(w);
    }
    workers_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("workers");
    TCase *c = tcase_create("workers");
    suite_add_tcase(suite, c);
    tcase_add_loop_test(c, every_task_once, 1, 8);
    tcase_add_loop_test(c, the_lowest_failed_task_counts, 1, 8);
    tcase_add_loop_test(c, thousands_of_jobs, 1, 8);
    tcase_add_test(c, teams_come_and_go);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
