/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd-try.c -- `thalweg try`: see try.h.
 *
 * This process never loads the plugin.  Each check has a child process and a
 * temporary folder of its own, so a crash or a hang is one line among others.
 */
#define _XOPEN_SOURCE 700
#include "commands.h"
#include "registry-private.h"
#include "try.h"

#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct tally {
    size_t done, ok, failed, skipped;
};

/* ---- a folder for one check ----------------------------------------------------------- */

static int make_folder(struct trial *t, struct error *err)
{
    static const char *const inside[] = {"cwd", "out", "tmp"};
    const char *base = getenv("TMPDIR");
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/thalweg-try-XXXXXX", base && base[0] ? base : "/tmp");
    if (n < 0 || (size_t)n >= sizeof path - 8 || !mkdtemp(path))
        return error_set(err, FAULT_RUN, "cannot make a folder in %s: %s",
                         base && base[0] ? base : "/tmp", strerror(errno));
    t->tmp = realpath(path, NULL);
    if (!t->tmp)
        return error_nomem(err);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path + n, sizeof path - (size_t)n, "/%s", inside[i]);
        if (mkdir(path, 0700) < 0)
            return error_set(err, FAULT_RUN, "%s: %s", path, strerror(errno));
    }
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    remove(path);
    return 0;
}

static void remove_folder(struct trial *t)
{
    if (t->tmp)
        nftw(t->tmp, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(t->tmp);
    t->tmp = NULL;
}

/* ---- a child ---------------------------------------------------------------------------- */

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

/* True when all of the record arrived.  A second more than the child's own
 * alarm, for the plugin may have blocked that. */
static bool receive(int from, struct try_record *r, bool *late)
{
    long deadline = milliseconds() + (TRY_SECONDS + 1) * 1000L;
    size_t got = 0;
    while (got < sizeof *r) {
        long left = deadline - milliseconds();
        struct pollfd wait = {.fd = from, .events = POLLIN};
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready == 0) {
            *late = true;
            return false;
        }
        ssize_t n = ready < 0 ? -1 : read(from, (char *)r + got, sizeof *r - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static int describe_end(int status, bool late, struct try_record *r, bool *hung, struct error *err)
{
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    memset(r, 0, sizeof *r);
    r->outcome = TRY_FAIL;
    if (!late && (number == SIGINT || number == SIGTERM))
        return error_set(err, FAULT_INTERRUPT, "interrupted");
    *hung = late || number == SIGALRM || number == SIGXCPU;
    if (*hung)
        snprintf(r->text, sizeof r->text, "did not finish in time");
    else if (number)
        snprintf(r->text, sizeof r->text, "crashed: signal %d (%s)", number, strsignal(number));
    else
        snprintf(r->text, sizeof r->text, "ended the process: exit status %d", WEXITSTATUS(status));
    return 0;
}

static int run_check(struct trial *t, size_t i, struct try_record *r, bool *hung, struct error *err)
{
    int ends[2], status = 0;
    bool late = false;
    if (pipe(ends) < 0)
        return error_set(err, FAULT_RUN, "cannot make a pipe: %s", strerror(errno));
    fflush(NULL); /* or the child would print it again */
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        try_child(t, i, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return error_set(err, FAULT_RUN, "cannot start a process: %s", strerror(errno));
    }
    bool whole = receive(ends[0], r, &late);
    close(ends[0]);
    if (whole || late)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return whole ? 0 : describe_end(status, late, r, hung, err);
}

/* ---- all of them --------------------------------------------------------------------------- */

static void clean(char *text, size_t size)
{
    text[size - 1] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
}

static void print_result(struct tally *n, const char *name, struct try_record *r)
{
    clean(r->text, sizeof r->text);
    clean(r->note, sizeof r->note);
    n->done++;
    if (r->outcome == TRY_OK) {
        n->ok++;
        printf("ok   %s%s%s\n", name, r->note[0] ? ": " : "", r->note);
    } else if (r->outcome == TRY_SKIP) {
        n->skipped++;
        printf("skip %s: %s\n", name, r->text);
    } else {
        n->failed++;
        printf("FAIL %s: %s\n", name, r->text);
    }
}

static int run_all(struct trial *t, struct tally *n, struct error *err)
{
    const struct checks *own = try_checks(t->kind);
    bool hung = false;
    for (size_t i = 0; i < try_every_kind.n + own->n; i++) {
        const char *name = i < try_every_kind.n ? try_every_kind.check[i].name
                                                : own->check[i - try_every_kind.n].name;
        struct try_record r = {.outcome = TRY_SKIP, .text = "an earlier check did not finish"};
        int rc = 0;
        if (!hung) {
            rc = make_folder(t, err);
            if (rc == 0)
                rc = run_check(t, i, &r, &hung, err);
            remove_folder(t);
        }
        if (rc < 0)
            return -1;
        if (r.outcome == TRY_ERROR) {
            clean(r.text, sizeof r.text);
            return error_set(err, (enum fault)r.fault, "%s", r.text);
        }
        print_result(n, name, &r);
        if (i == 0 && r.outcome != TRY_OK) /* not even loaded */
            return 0;
    }
    return 0;
}

/* KIND-NAME.so to NAME. */
static void print_tally(const struct trial *t, const struct tally *n)
{
    const char *kind = kind_name((int)t->kind), *slash = strrchr(t->path, '/');
    const char *name = slash ? slash + 1 : t->path;
    size_t skip = strlen(kind) + 1, length = strlen(name);
    if (length > skip + 3)
        name += skip, length -= skip + 3;
    printf("%s %.*s: %zu check%s, %zu ok, %zu failed", kind, (int)length, name, n->done,
           n->done == 1 ? "" : "s", n->ok, n->failed);
    if (n->skipped)
        printf(", %zu skipped", n->skipped);
    printf("\n");
}

static char *absolute(const char *cwd, const char *path)
{
    if (path[0] == '/')
        return strdup(path);
    size_t n = strlen(cwd) + strlen(path) + 2;
    char *out = malloc(n);
    if (out)
        snprintf(out, n, "%s/%s", cwd, path);
    return out;
}

int cmd_try(struct registry *r, const char *kind_dash_name, const char *const *sets, size_t n_sets,
            const char *datadir, struct error *err)
{
    struct trial t = {.sets = sets, .n_sets = n_sets};
    struct tally n = {0};
    const char *name;
    char *path = NULL, *cwd = NULL, *data = NULL;
    int rc = -1;
    if (command_plugin(r, kind_dash_name, &t.kind, &name, err) < 0 ||
        registry_locate(r, t.kind, name, &path, err) < 0)
        return -1;
    cwd = getcwd(NULL, 0);
    data = cwd ? absolute(cwd, datadir) : NULL;
    if (!data) {
        error_set(err, FAULT_RUN, "the working directory: %s", strerror(errno));
        goto out;
    }
    t.path = path;
    t.cwd = cwd;
    t.datadir = data;
    rc = run_all(&t, &n, err);
    if (rc == 0) {
        print_tally(&t, &n);
        rc = command_flush(err);
    }
out:
    free(path);
    free(cwd);
    free(data);
    return rc < 0 ? -1 : n.failed ? 3 : 0;
}
