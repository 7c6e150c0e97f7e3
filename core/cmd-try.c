/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd-try.c -- `thalweg try`: see try.h.
 *
 * This process never loads the plugin.  Each check has a child process and a
 * temporary folder of its own (child.h), so a crash or a hang is one line among others.
 */
#define _XOPEN_SOURCE 700
#include "child.h"
#include "commands.h"
#include "registry-private.h"
#include "try/try.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

struct question {
    struct trial *trial;
    size_t check;
};

static void answer(void *ctx, void *to)
{
    const struct question *q = ctx;
    try_child(q->trial, q->check, to);
}

static int run_check(struct trial *t, size_t i, struct try_record *r, bool *hung, struct error *err)
{
    struct question q = {t, i};
    const struct child c = {.seconds = TRY_SECONDS,
                            .processor_seconds = TRY_PROCESSOR_SECONDS,
                            .work = answer,
                            .ctx = &q,
                            .size = sizeof *r,
                            .stop = t->interrupt};
    int number, end = child_ask(&c, r, &number, err);
    if (end < 0)
        return -1;
    if (end == CHILD_ANSWERED)
        return 0;
    memset(r, 0, sizeof *r);
    r->outcome = TRY_FAIL;
    *hung = end == CHILD_LATE;
    if (*hung)
        snprintf(r->text, sizeof r->text,
                 "did not finish in time, at most %d s by the clock and %d s of the processor: "
                 "it hangs, or --set should give it less to do",
                 TRY_SECONDS, TRY_PROCESSOR_SECONDS);
    else if (end == CHILD_CRASHED)
        snprintf(r->text, sizeof r->text, "crashed: signal %d (%s)", number, strsignal(number));
    else
        snprintf(r->text, sizeof r->text, "ended the process: exit status %d", number);
    return 0;
}

/* ---- all of them --------------------------------------------------------------------------- */

static void print_result(struct tally *n, const char *name, struct try_record *r)
{
    child_tidy(r->text, sizeof r->text);
    child_tidy(r->note, sizeof r->note);
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
            child_tidy(r.text, sizeof r.text);
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

int cmd_try(struct registry *r, const char *kind_dash_name, const char *const *sets, size_t n_sets,
            const char *datadir, struct error *err)
{
    struct trial t = {.sets = sets, .n_sets = n_sets, .interrupt = r->stop};
    struct tally n = {0};
    struct arena mem = {0};
    const char *name;
    char *path = NULL;
    int rc = -1;
    if (command_plugin(r, kind_dash_name, &t.kind, &name, err) < 0 ||
        registry_locate(r, t.kind, name, &path, err) < 0)
        return -1;
    t.path = path;
    t.cwd = schema_absolute(&mem, NULL, ".");
    t.datadir = schema_absolute(&mem, NULL, datadir);
    if (t.cwd && t.datadir)
        rc = run_all(&t, &n, err);
    else
        error_set(err, FAULT_RUN, "the working directory: %s", strerror(errno));
    if (rc == 0) {
        print_tally(&t, &n);
        rc = command_flush(err);
    }
    free(path);
    arena_free(&mem);
    return rc < 0 ? -1 : n.failed ? 3 : 0;
}
