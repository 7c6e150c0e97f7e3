/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child.c -- see child.h. */
#define _XOPEN_SOURCE 700
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- in the child ---------------------------------------------------------------- */

static void settle(const struct child *c)
{
    struct rlimit none = {0, 0}, processor;
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int s = 1; s < 65; s++) /* those that cannot be set say so, which is well */
        sigaction(s, &plain, NULL);
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setrlimit(RLIMIT_CORE, &none);
    /* A loop without end is told by its processor time, however busy the machine
     * is; who sleeps or waits, by the clock. */
    if (c->processor_seconds && getrlimit(RLIMIT_CPU, &processor) == 0 &&
        (processor.rlim_cur == RLIM_INFINITY || processor.rlim_cur > c->processor_seconds)) {
        processor.rlim_cur = c->processor_seconds;
        setrlimit(RLIMIT_CPU, &processor);
    }
    alarm(c->seconds);
}

_Noreturn static void child_main(const struct child *c, void *answer, int to)
{
    /* Out of the way of the standard streams, should those have been closed. */
    to = fcntl(to, F_DUPFD_CLOEXEC, 3);
    settle(c);
    memset(answer, 0, c->size);
    c->work(c->ctx, answer);
    /* _exit: exit handlers of a plugin are not what is asked for here. */
    _exit(write(to, answer, c->size) == (ssize_t)c->size ? 0 : 1);
}

/* ---- in the parent ----------------------------------------------------------------- */

static long milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static bool stopped(const struct child *c)
{
    return c->stop && *c->stop;
}

/* True when all of the answer arrived.  A second more than the child's own
 * alarm, for a plugin may have blocked that; end of file is not waited for,
 * because a process that the plugin started may hold the pipe open. */
static bool receive(const struct child *c, int from, char *answer, bool *late)
{
    long deadline = milliseconds() + (c->seconds + 1) * 1000L;
    size_t got = 0;
    while (got < c->size && !stopped(c)) {
        long left = deadline - milliseconds();
        struct pollfd wait = {.fd = from, .events = POLLIN};
        if (left <= 0) {
            *late = true;
            return false;
        }
        /* Not all of the time at once: a signal may come just before poll(). */
        int ready = poll(&wait, 1, left < 200 ? (int)left : 200);
        if (ready == 0)
            continue;
        ssize_t n = ready < 0 ? -1 : read(from, answer + got, c->size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return got == c->size;
}

/* The user's Ctrl-C goes to the child, too, and may end it before our own
 * handler has run. */
static bool interrupted(const struct child *c, int status)
{
    bool asked = WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM);
    for (int i = 0; i < 20 && asked && c->stop && !stopped(c); i++)
        poll(NULL, 0, 10);
    return stopped(c);
}

static int end_of(int status, bool late, int *number)
{
    *number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    if (late || (WIFSIGNALED(status) && (*number == SIGALRM || *number == SIGXCPU)))
        return CHILD_LATE;
    return WIFSIGNALED(status) ? CHILD_CRASHED : CHILD_EXITED;
}

int child_ask(const struct child *c, void *answer, int *number, struct error *err)
{
    int ends[2], status = 0;
    bool late = false;
    if (pipe(ends) < 0)
        return error_set(err, FAULT_RUN, "cannot make a pipe: %s", strerror(errno));
    fflush(NULL); /* or the child might print it again */
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child_main(c, answer, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return error_set(err, FAULT_RUN, "cannot start a process: %s", strerror(errno));
    }
    bool whole = receive(c, ends[0], answer, &late);
    close(ends[0]);
    if (whole || late || stopped(c))
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        if (stopped(c))
            kill(pid, SIGKILL);
    if (interrupted(c, status))
        return error_set(err, FAULT_INTERRUPT, "interrupted");
    return whole ? CHILD_ANSWERED : end_of(status, late, number);
}

void child_tidy(char *text, size_t size)
{
    text[size - 1] = '\0';
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
}
