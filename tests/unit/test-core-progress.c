/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-progress.c -- what stands on stderr: plain lines for a file, one
 * redrawn line for a terminal, nothing when quiet; and whether the time left is
 * right, by a clock of our own.
 */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "../../core/progress.h"

#include <check.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char said[20000];

/* stderr goes to `fd` until restore(). */
static int divert(int fd)
{
    fflush(stderr);
    int old = dup(STDERR_FILENO);
    ck_assert_int_ge(old, 0);
    ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
    return old;
}

static void restore(int old)
{
    fflush(stderr);
    ck_assert_int_ge(dup2(old, STDERR_FILENO), 0);
    close(old);
}

static void some_stages(bool quiet)
{
    struct progress p;
    progress_init(&p, quiet);
    progress_begin(&p, "data");
    progress_update(&p, 0.5, "reading");
    progress_end(&p, "%d rows", 150);
    progress_begin(&p, "grid");
    for (int i = 0; i <= 1000; i++)
        progress_update(&p, i / 1000.0, "points");
    progress_print(&p, "a %s", "warning");
    progress_end(&p, "done");
    progress_update(&p, 0.5, "between stages");
    progress_free(&p);
}

/* What some_stages() says to a file. */
static const char *to_file(bool quiet)
{
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    int old = divert(fileno(f));
    some_stages(quiet);
    restore(old);
    rewind(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    fclose(f);
    return said;
}

START_TEST(plain_lines_in_a_file)
{
    ck_assert_str_eq(to_file(false), "data     150 rows\nthalweg: a warning\ngrid     done\n");
}
END_TEST

START_TEST(quiet_keeps_warnings)
{
    ck_assert_str_eq(to_file(true), "thalweg: a warning\n");
}
END_TEST

START_TEST(null_is_silent)
{
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    int old = divert(fileno(f));
    progress_begin(NULL, "data");
    progress_update(NULL, 0.5, "x");
    progress_end(NULL, "x");
    progress_print(NULL, "warning");
    restore(old);
    rewind(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    fclose(f);
    ck_assert_str_eq(said, "thalweg: warning\n");
}
END_TEST

/* How to_terminal() says where it is: as the host, or as a plugin's call that is
 * a part of the stage. */
static bool ticks;
static double span_lo, span_hi;

/* Begins a stage, lets time go by, is at `fraction` of it, ends or not. */
static const char *to_terminal(double fraction, long milliseconds, bool end)
{
    int tty = posix_openpt(O_RDWR | O_NOCTTY);
    if (tty < 0 || grantpt(tty) < 0 || unlockpt(tty) < 0)
        return NULL;
    int slave = open(ptsname(tty), O_RDWR | O_NOCTTY);
    if (slave < 0)
        return NULL;
    int old = divert(slave);
    struct progress p;
    progress_init(&p, false);
    progress_begin(&p, "train");
    if (span_hi > span_lo)
        progress_span(&p, span_lo, span_hi);
    else if (ticks)
        progress_update(&p, 0.25, NULL);
    struct timespec wait = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&wait, NULL);
    if (ticks)
        progress_tick(&p, fraction, "epoch 3");
    else
        progress_update(&p, fraction, "epoch 3");
    if (end)
        progress_end(&p, "all");
    progress_free(&p);
    restore(old);
    close(slave);
    size_t at = 0;
    for (ssize_t n; (n = read(tty, said + at, sizeof said - 1 - at)) > 0;)
        at += (size_t)n;
    said[at] = '\0';
    close(tty);
    return said;
}

START_TEST(a_bar_on_a_terminal)
{
    const char *text = to_terminal(0.5, 700, true);
    if (!text)
        return; /* no pseudo-terminals here */
    ck_assert_msg(strstr(text, "[##############..............]  50 %") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "%  epoch 3") != NULL, "%s", text); /* one update tells no rate */
    ck_assert_msg(strstr(text, "\r\033[Ktrain    all\r\n") != NULL, "%s", text);
    /* A run that fails leaves no half-drawn line. */
    text = to_terminal(0.1, 0, false);
    ck_assert_ptr_nonnull(text);
    size_t n = strlen(text);
    ck_assert_uint_gt(n, 4);
    ck_assert_str_eq(text + n - 4, "\r\033[K");
}
END_TEST

START_TEST(odd_fractions_stay_in_the_bar)
{
    static const double odd[] = {-1, 2, 1e300, 0.0 / 0.0, 1.0 / 0.0};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const char *text = to_terminal(odd[i], 150, false);
        if (!text)
            return;
        bool full = odd[i] > 1;
        ck_assert_msg(strstr(text, full ? "100 %" : "  0 %") != NULL, "%g: %s", odd[i], text);
    }
}
END_TEST

/* What a plugin calls all of its work may be a part of the stage only. */
START_TEST(ticks_are_a_part_of_the_stage)
{
    static const struct {
        double lo, hi, tick;
        const char *percent;
    } cases[] = {{0, 0.8, 0.5, " 40 %"}, {0.8, 1, 0.5, " 90 %"},      {0.5, 0.75, 1, " 75 %"},
                 {0, 0, 0.9, " 25 %"}, /* nobody knows which part: the host's number stays */
                 {0.5, 1, 7, " 50 %"},   {0.5, 1, 0.0 / 0.0, " 50 %"}};
    ticks = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        span_lo = cases[i].lo;
        span_hi = cases[i].hi;
        const char *text = to_terminal(cases[i].tick, 150, false);
        if (!text)
            return;              /* no pseudo-terminals here */
        const char *last = NULL; /* percentage that was drawn */
        for (const char *p = text; (p = strstr(p, " %")); p++)
            last = p;
        ck_assert_ptr_nonnull(last);
        ck_assert_msg(strncmp(last - 3, cases[i].percent, 5) == 0, "%zu: %s", i, text);
    }
}
END_TEST

/* ---- the time left, by a clock of our own ---- */

static double now;

static double our_clock(void)
{
    return now;
}

static struct progress left_p;

static void left_begin(void)
{
    progress_init(&left_p, true);
    left_p.quiet = false;
    left_p.terminal = true; /* updates count; what is drawn goes to /dev/null */
    left_p.clock = our_clock;
    now = 1000;
    progress_begin(&left_p, "grid");
}

/* The stage is at `fraction`; `end` is when it will be over. */
static void left_is(double fraction, double end, double from, double tolerance)
{
    progress_update(&left_p, fraction, NULL);
    double left = progress_left(&left_p), true_left = end - now;
    if (fraction < from || fraction > 0.9) /* what is left is a task or two */
        return;
    ck_assert_msg(fabs(left - true_left) <= tolerance * true_left,
                  "at %.3f: %g s left, %g predicted", fraction, true_left, left);
}

/* A stage of `n` tasks by `workers`; task k takes seconds(k), `start` goes by before the
 * first.  Each end of a task is an update, which knows what the other workers have in
 * hand.  Predictions are right to 20 % after `from` of it. */
static void stage(size_t n, size_t workers, double start, double (*seconds)(size_t k), double from,
                  bool first_update)
{
    static double done_at[2000];
    static bool done[2000];
    double free_at[64], end = 0;
    ck_assert(workers <= 64 && n <= 2000);
    for (size_t w = 0; w < workers; w++)
        free_at[w] = 1000 + start;
    for (size_t k = 0; k < n; k++) { /* the next task is for whoever is free first */
        size_t w = 0;
        for (size_t i = 1; i < workers; i++)
            if (free_at[i] < free_at[w])
                w = i;
        done_at[k] = free_at[w] += seconds(k);
        done[k] = false;
        end = fmax(end, done_at[k]);
    }
    left_begin();
    ck_assert(isnan(progress_left(&left_p)));
    if (first_update) {
        now = 1000 + start;
        progress_update(&left_p, 0, NULL);
    }
    for (size_t k = 0; k < n; k++) { /* in the order of time */
        size_t first = n;
        for (size_t i = 0; i < n; i++)
            if (!done[i] && (first == n || done_at[i] < done_at[first]))
                first = i;
        now = done_at[first];
        done[first] = true;
        double sum = (double)(k + 1);
        for (size_t i = 0; i < n; i++)
            if (!done[i] && done_at[i] - seconds(i) < now)
                sum += fmin(0.95, (now - done_at[i] + seconds(i)) / seconds(i));
        left_is(sum / (double)n, end, from, 0.2);
    }
    progress_free(&left_p);
}

static double even(size_t k)
{
    (void)k;
    return 0.05;
}

static double tiny(size_t k)
{
    (void)k;
    return 1e-3;
}

/* By 10 % more or less, without a trend. */
static double ragged(size_t k)
{
    return 0.05 * (0.9 + 0.2 * (double)(k * 2654435761u % 1000) / 1000);
}

/* Cold caches: the first ones take five times as long. */
static double cold(size_t k)
{
    return k < 6 ? 0.25 : 0.05;
}

static int silence(void)
{
    int null = open("/dev/null", O_WRONLY), old = divert(null);
    close(null);
    return old;
}

START_TEST(time_left)
{
    int old = silence();
    stage(200, 1, 0, even, 0.03, true);
    stage(200, 1, 0, even, 0.03, false);
    stage(200, 1, 5, even, 0.03, true);  /* half of the time is spent before the first tile */
    stage(200, 1, 5, even, 0.05, false); /* and nobody said so */
    stage(200, 1, 0, ragged, 0.04, true);
    stage(2000, 1, 1, tiny, 0.02, true);
    stage(20, 1, 0, even, 0.1, true);
    restore(old);
}
END_TEST

/* Several finish at the same time, or nearly. */
START_TEST(time_left_with_workers)
{
    int old = silence();
    for (size_t workers = 2; workers <= 16; workers *= 2) {
        stage(60 * workers, workers, 0, even, 0.05, true);
        stage(60 * workers, workers, 3, even, 0.05, true);
        stage(60 * workers, workers, 0, ragged, 0.1, true);
        stage(400, workers, 0.2, tiny, 0.15, true);
    }
    restore(old);
}
END_TEST

/* A slow start is forgotten when twice that time has gone by. */
START_TEST(time_left_after_a_slow_start)
{
    int old = silence();
    stage(400, 1, 0, cold, 0.12, true);
    stage(400, 2, 0, cold, 0.12, true);
    restore(old);
}
END_TEST

/* It was about something else; it stands still; it ends at once. */
START_TEST(time_left_of_odd_stages)
{
    int old = silence();
    left_begin();
    for (int i = 0; i < 100; i++) {
        now += 1;
        progress_update(&left_p, 0.5, NULL);
        double left = progress_left(&left_p);
        ck_assert(isnan(left) || left >= 0);
    }
    for (int i = 1; i <= 50; i++) { /* goes back, and on from there */
        now += 1;
        progress_update(&left_p, 0.01 * i, NULL);
        if (i > 2)
            ck_assert_double_eq_tol(progress_left(&left_p), 100 - i, 1e-6);
    }
    now += 1;
    progress_update(&left_p, 0.505, NULL);
    progress_update(&left_p, 0.50, NULL); /* a worker that was held up */
    ck_assert_double_gt(progress_left(&left_p), 40);
    progress_update(&left_p, 1, NULL);
    ck_assert_double_eq(progress_left(&left_p), 0);
    progress_begin(&left_p, "write");
    ck_assert(isnan(progress_left(&left_p)));
    progress_free(&left_p);
    restore(old);
}
END_TEST

/* Thousands of updates are as good as a few. */
START_TEST(time_left_of_many_updates)
{
    int old = silence();
    left_begin();
    for (int i = 0; i <= 1000000; i++) {
        now = 1000 + 1e-4 * i;
        progress_update(&left_p, 1e-6 * i, NULL);
        if (i % 1000 == 0 && i > 1000)
            ck_assert_double_eq_tol(progress_left(&left_p), 1e-4 * (1000000 - i), 1e-3);
    }
    progress_free(&left_p);
    restore(old);
}
END_TEST

/* What the line says: tenths of a second where they matter, minutes, hours. */
START_TEST(words_for_the_time_left)
{
    static const struct {
        double seconds;
        const char *words;
    } cases[] = {{2, "%  1.6 s left"},     {10, "%  8.0 s left"},    {100, "%  80 s left"},
                 {1000, "%  13 min left"}, {10000, "%  2.2 h left"}, {0.2, "20 %  \r"},
                 {1e6, "%  222.2 h left"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *f = tmpfile();
        ck_assert_ptr_nonnull(f);
        int old = divert(fileno(f));
        left_begin();
        for (int k = 0; k <= 20; k++) {
            now = 1000 + cases[i].seconds * k / 100;
            if (k == 20)
                left_p.drawn = 0; /* this one is drawn */
            progress_update(&left_p, k / 100.0, NULL);
        }
        progress_free(&left_p);
        restore(old);
        rewind(f);
        said[fread(said, 1, sizeof said - 1, f)] = '\0';
        fclose(f);
        ck_assert_msg(strstr(said, cases[i].words) != NULL, "'%s' is not in '%s'", cases[i].words,
                      said);
    }
}
END_TEST

START_TEST(the_clock_goes_forward)
{
    double last = clock_seconds();
    for (int i = 0; i < 1000; i++) {
        double next = clock_seconds();
        ck_assert_double_ge(next, last);
        last = next;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("progress");
    TCase *c = tcase_create("progress");
    suite_add_tcase(suite, c);
    tcase_add_test(c, plain_lines_in_a_file);
    tcase_add_test(c, quiet_keeps_warnings);
    tcase_add_test(c, null_is_silent);
    tcase_add_test(c, a_bar_on_a_terminal);
    tcase_add_test(c, odd_fractions_stay_in_the_bar);
    tcase_add_test(c, ticks_are_a_part_of_the_stage);
    tcase_add_test(c, time_left);
    tcase_add_test(c, time_left_with_workers);
    tcase_add_test(c, time_left_after_a_slow_start);
    tcase_add_test(c, time_left_of_odd_stages);
    tcase_add_test(c, time_left_of_many_updates);
    tcase_add_test(c, words_for_the_time_left);
    tcase_add_test(c, the_clock_goes_forward);
    return bench_main(suite);
}
