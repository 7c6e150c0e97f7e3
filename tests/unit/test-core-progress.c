/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-progress.c -- what stands on stderr: plain lines for a file, one
 * redrawn line for a terminal, nothing when quiet.
 */
#define _XOPEN_SOURCE 700
#include "../../core/progress.h"

#include <check.h>
#include <fcntl.h>
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

/* Begins a stage, lets `seconds` go by, is at `fraction` of it, ends or not. */
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
    ck_assert_msg(strstr(text, "s left, epoch 3") != NULL, "%s", text);
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

/* Two evaluations of the grid stage: the second one goes on where the first ended. */
START_TEST(updates_are_about_a_part)
{
    struct progress p;
    progress_init(&p, false);
    p.terminal = true;
    int null = open("/dev/null", O_WRONLY);
    int old = divert(null);
    close(null);
    progress_begin(&p, "grid");
    progress_update(&p, 0.5, NULL);
    double whole = p.fraction;
    progress_part(&p, 0, 0.8);
    progress_update(&p, 0.5, NULL);
    double first = p.fraction;
    progress_part(&p, 0.8, 1);
    double between = p.fraction;
    progress_update(&p, 0.5, NULL);
    double second = p.fraction;
    progress_begin(&p, "write");
    progress_update(&p, 0.5, NULL);
    double next = p.fraction;
    progress_free(&p);
    restore(old);
    ck_assert_double_eq_tol(whole, 0.5, 1e-15);
    ck_assert_double_eq_tol(first, 0.4, 1e-15);
    ck_assert_double_eq_tol(between, 0.8, 1e-15);
    ck_assert_double_eq_tol(second, 0.9, 1e-15);
    ck_assert_double_eq_tol(next, 0.5, 1e-15);
}
END_TEST

START_TEST(the_clock_goes_forward)
{
    double last = clock_seconds();
    for (int i = 0; i < 1000; i++) {
        double now = clock_seconds();
        ck_assert_double_ge(now, last);
        last = now;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("progress");
    TCase *c = tcase_create("progress");
    SRunner *runner = srunner_create(suite);
    suite_add_tcase(suite, c);
    tcase_add_test(c, plain_lines_in_a_file);
    tcase_add_test(c, quiet_keeps_warnings);
    tcase_add_test(c, null_is_silent);
    tcase_add_test(c, a_bar_on_a_terminal);
    tcase_add_test(c, odd_fractions_stay_in_the_bar);
    tcase_add_test(c, ticks_are_a_part_of_the_stage);
    tcase_add_test(c, updates_are_about_a_part);
    tcase_add_test(c, the_clock_goes_forward);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
