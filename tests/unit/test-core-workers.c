/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-workers.c -- every task once, in any team; failures in one order; a busy
 * team says so; and what plugins get of it.
 */
#include "../../core/workers.h"

#include "core-bench.h"

#include <check.h>
#include <pthread.h>
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
    for (int again = 0; again < repetitions(200); again++) {
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
    for (int job = 0; job < repetitions(5000); job++) {
        atomic_ulong sum = 0;
        size_t n = (size_t)job % 9;
        ck_assert_int_eq(workers_run(w, n, add, &sum), 0);
        ck_assert_uint_eq(atomic_load(&sum), n * (n + 1) / 2);
    }
    workers_free(w);
}
END_TEST

START_TEST(teams_come_and_go)
{
    for (int i = 0; i < repetitions(200); i++) {
        struct workers *w = workers_new((size_t)(i % 7 + 1));
        ck_assert_ptr_nonnull(w);
        workers_free(w);
    }
    workers_free(NULL);
}
END_TEST

/* ---- a busy team ---- */

struct nested {
    struct workers *w;
    atomic_ulong refused, sum;
};

static int ask_again(void *ctx, size_t worker, size_t k)
{
    struct nested *n = ctx;
    int rc = 7;
    (void)worker;
    if (!workers_try_run(n->w, 5, add, &n->sum, &rc) && rc == 7)
        atomic_fetch_add(&n->refused, 1);
    return k == 3 ? 9 : 0;
}

/* A task that asks for the team again gets nothing, and disturbs nothing. */
START_TEST(a_task_cannot_have_the_team)
{
    struct nested n = {.w = workers_new((size_t)_i)};
    int rc = 7;
    ck_assert_ptr_nonnull(n.w);
    for (int again = 0; again < repetitions(400); again++) {
        atomic_store(&n.refused, 0);
        ck_assert(workers_try_run(n.w, 4, ask_again, &n, &rc));
        ck_assert_int_eq(rc, 9);
        ck_assert_uint_eq(atomic_load(&n.refused), 4);
    }
    ck_assert_uint_eq(atomic_load(&n.sum), 0);
    ck_assert(workers_try_run(n.w, 4, add, &n.sum, &rc)); /* idle again */
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(atomic_load(&n.sum), 10);
    workers_free(n.w);
}
END_TEST

struct rival {
    struct workers *w;
    unsigned long got, wrong;
};

static void *rival_main(void *arg)
{
    struct rival *r = arg;
    for (int i = 0; i < repetitions(4000); i++) {
        atomic_ulong sum = 0;
        int rc = 7;
        if (!workers_try_run(r->w, 6, add, &sum, &rc))
            continue;
        r->got++;
        r->wrong += rc != 0 || atomic_load(&sum) != 21;
    }
    return NULL;
}

/* Threads of a plugin may ask for the team at the same time: each job is one's own. */
START_TEST(rivals)
{
    struct rival rival[3] = {{NULL, 0, 0}};
    pthread_t thread[3];
    struct workers *w = workers_new((size_t)_i);
    ck_assert_ptr_nonnull(w);
    for (int i = 0; i < 3; i++) {
        rival[i].w = w;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, rival_main, &rival[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(thread[i], NULL);
        ck_assert_uint_eq(rival[i].wrong, 0);
    }
    ck_assert_uint_gt(rival[0].got + rival[1].got + rival[2].got, 0);
    workers_free(w);
}
END_TEST

/* ---- TW_EXT_HOST_PARALLEL ---- */

struct pieces {
    const struct tw_host *host;
    const struct tw_host_parallel *parallel;
    atomic_int count[TASKS];
    atomic_size_t last; /* the one that was begun last */
    atomic_int unordered;
    size_t fail_at;
    int value; /* of that one */
};

static int piece(void *ctx, size_t k)
{
    struct pieces *p = ctx;
    atomic_fetch_add(&p->count[k], 1);
    if (atomic_exchange(&p->last, k) > k)
        atomic_store(&p->unordered, 1);
    return k == p->fail_at ? p->value : TW_OK;
}

/* A piece that cuts its own work: it runs here, in order. */
static int piece_of_pieces(void *ctx, size_t k)
{
    struct pieces *p = ctx, inner = {.fail_at = TASKS};
    int rc = p->parallel->run(p->host, 20, piece, &inner);
    atomic_fetch_add(&p->count[k], 1);
    return rc == TW_OK && !atomic_load(&inner.unordered) && atomic_load(&inner.count[19]) == 1
               ? TW_OK
               : TW_EINTERNAL;
}

/* _i threads; none at all when it is 0. */
START_TEST(plugins_share_the_team)
{
    static const size_t sizes[] = {0, 1, 2, 50, TASKS};
    static struct pieces p;
    struct plugin plugin = fake_plugin(TW_MODEL, "fake");
    struct error err = {0};
    struct workers *w = _i ? workers_new((size_t)_i) : NULL;
    struct environment env = {.workers = w};
    struct instance *inst;
    ck_assert_int_eq(instance_new(&plugin, "model", NULL, &env, &inst, &err), 0);
    const struct tw_host_parallel *parallel =
        inst->host.get_extension(&inst->host, TW_EXT_HOST_PARALLEL);
    ck_assert_ptr_nonnull(parallel);
    ck_assert_uint_ge(parallel->struct_size, sizeof *parallel);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        memset(&p, 0, sizeof p);
        p.fail_at = TASKS;
        ck_assert_int_eq(parallel->run(&inst->host, sizes[s], piece, &p), TW_OK);
        for (size_t k = 0; k < TASKS; k++)
            ck_assert_int_eq(atomic_load(&p.count[k]), k < sizes[s]);
        ck_assert(_i > 1 || !atomic_load(&p.unordered));
    }
    for (int value = -4; value <= 1; value += 5) {
        memset(&p, 0, sizeof p);
        p.fail_at = 10;
        p.value = value;
        ck_assert_int_eq(parallel->run(&inst->host, TASKS, piece, &p), value < 0 ? value : TW_OK);
        ck_assert_int_eq(atomic_load(&p.count[10]), 1);
        if (_i <= 1 && value < 0)
            ck_assert_int_eq(atomic_load(&p.count[11]), 0); /* no more are begun */
    }
    memset(&p, 0, sizeof p);
    p.host = &inst->host;
    p.parallel = parallel;
    ck_assert_int_eq(parallel->run(&inst->host, 40, piece_of_pieces, &p), TW_OK);
    for (size_t k = 0; k < 40; k++)
        ck_assert_int_eq(atomic_load(&p.count[k]), 1);
    instance_free(inst);
    workers_free(w);
}
END_TEST

START_TEST(processors)
{
    ck_assert_uint_ge(workers_processors(), 1);
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
    tcase_add_loop_test(c, a_task_cannot_have_the_team, 1, 5);
    tcase_add_loop_test(c, rivals, 1, 5);
    tcase_add_loop_test(c, plugins_share_the_team, 0, 5);
    tcase_add_test(c, processors);
    return bench_main(suite);
}
