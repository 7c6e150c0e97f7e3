/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry-probe.c -- look at every plugin on the path without trusting any.
 *
 * Loading a shared object runs code of it.  So each file is loaded in a child
 * process, which has no terminal, no core dump and ten seconds; it sends what
 * it saw through a pipe in one piece.  Whatever happens to the child is a line
 * in the list.
 */
#define _XOPEN_SOURCE 700
#include "registry-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 10

/* What the child saw.  Smaller than PIPE_BUF, hence written in one piece. */
struct sight {
    int state;
    char version[72], summary[208], reason[776];
};

/* ---- in the child ---------------------------------------------------------------- */

static void settle(void)
{
    struct rlimit none = {0, 0};
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int s = 1; s < 65; s++) /* those that cannot be set say so, which is well */
        sigaction(s, &plain, NULL);
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setrlimit(RLIMIT_CORE, &none);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3 && null >= 0; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
    alarm(SECONDS);
}

static void look(const char *path, struct sight *s)
{
    char mode[128];
    struct plugin *p;
    if (plugin_open(path, &p, mode, sizeof mode, s->reason, sizeof s->reason) < 0) {
        s->state = LISTED_BROKEN;
        return;
    }
    snprintf(s->version, sizeof s->version, "%s", p->desc.version);
    snprintf(s->summary, sizeof s->summary, "%s", p->desc.summary);
    if (mode[0]) {
        s->state = LISTED_BROKEN;
        snprintf(s->reason, sizeof s->reason, "%s", mode);
        return;
    }
    const char *why = plugin_unavailable(p);
    s->state = why ? LISTED_UNAVAILABLE : LISTED_OK;
    if (why)
        snprintf(s->reason, sizeof s->reason, "cannot run on this machine: %s", why);
}

_Noreturn static void child(const char *path, int to)
{
    struct sight s;
    memset(&s, 0, sizeof s);
    /* Out of the way of the standard streams, should those have been closed. */
    to = fcntl(to, F_DUPFD_CLOEXEC, 3);
    settle();
    look(path, &s);
    /* _exit: what the parent has buffered is not ours to flush. */
    _exit(write(to, &s, sizeof s) == (ssize_t)sizeof s ? 0 : 1);
}

/* ---- in the parent ----------------------------------------------------------------- */

static long milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* True when all of `s` arrived.  A second more than the child's own alarm, for
 * a plugin may have blocked that; end of file is not waited for, because a
 * process that the plugin started may hold the pipe open. */
static bool receive(int from, struct sight *s, bool *late)
{
    long deadline = milliseconds() + (SECONDS + 1) * 1000L;
    size_t got = 0;
    while (got < sizeof *s) {
        long left = deadline - milliseconds();
        struct pollfd wait = {.fd = from, .events = POLLIN};
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready == 0) {
            *late = true;
            return false;
        }
        ssize_t n = ready < 0 ? -1 : read(from, (char *)s + got, sizeof *s - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static void describe_end(int status, bool late, struct sight *s)
{
    memset(s, 0, sizeof *s);
    s->state = LISTED_BROKEN;
    if (late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM))
        snprintf(s->reason, sizeof s->reason, "did not finish loading within %d s", SECONDS);
    else if (WIFSIGNALED(status))
        snprintf(s->reason, sizeof s->reason, "crashed while being looked at: signal %d (%s)",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(s->reason, sizeof s->reason,
                 "ended the process while being looked at: exit status %d", WEXITSTATUS(status));
}

static int probe(const char *path, struct sight *s, struct error *err)
{
    int ends[2], status = 0;
    bool late = false;
    if (pipe(ends) < 0)
        return error_set(err, FAULT_RUN, "cannot make a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return error_set(err, FAULT_RUN, "cannot start a process: %s", strerror(errno));
    }
    if (pid == 0) {
        close(ends[0]);
        child(path, ends[1]);
    }
    close(ends[1]);
    bool whole = receive(ends[0], s, &late);
    close(ends[0]);
    if (whole || late)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!whole)
        describe_end(status, late, s);
    return 0;
}

/* NULL stays NULL for an empty text. */
static int keep(struct arena *mem, char *text, size_t size, char **out)
{
    text[size - 1] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    *out = text[0] ? arena_strdup(mem, text) : NULL;
    return text[0] && !*out ? -1 : 0;
}

static int list_one(const struct plugin_file *f, const struct plugin_file *before,
                    struct arena *mem, struct listing *l, struct error *err)
{
    struct sight s;
    *l = (struct listing){.kind = f->kind, .name = f->name, .path = f->path};
    if (before) {
        l->state = LISTED_SHADOWED;
        l->reason = arena_printf(mem, "shadowed by %s", before->path);
        return l->reason ? 0 : error_nomem(err);
    }
    if (probe(f->path, &s, err) < 0)
        return -1;
    l->state = s.state == LISTED_OK            ? LISTED_OK
               : s.state == LISTED_UNAVAILABLE ? LISTED_UNAVAILABLE
                                               : LISTED_BROKEN;
    if (keep(mem, s.version, sizeof s.version, &l->version) < 0 ||
        keep(mem, s.summary, sizeof s.summary, &l->summary) < 0 ||
        keep(mem, s.reason, sizeof s.reason, &l->reason) < 0)
        return error_nomem(err);
    if (l->state == LISTED_BROKEN)
        l->version = l->summary = NULL;
    return 0;
}

int registry_list(const struct registry *r, int kind, struct arena *mem, struct listing **out,
                  size_t *n, struct error *err)
{
    struct plugin_file *files;
    size_t count;
    if (registry_files(r, kind, mem, &files, &count, err) < 0)
        return -1;
    struct listing *list = arena_array(mem, count, sizeof *list);
    if (!list)
        return error_nomem(err);
    const struct plugin_file *first = NULL;
    for (size_t i = 0; i < count; i++) {
        bool again = first && first->kind == files[i].kind && !strcmp(first->name, files[i].name);
        if (!again)
            first = &files[i];
        if (list_one(&files[i], again ? first : NULL, mem, &list[i], err) < 0)
            return -1;
    }
    *out = list;
    *n = count;
    return 0;
}
