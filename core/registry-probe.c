/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry-probe.c -- look at every plugin on the path without trusting any.
 *
 * Loading a shared object runs code of it.  So each file is loaded in a child
 * process (child.h), which has no terminal and ten seconds.  Whatever happens
 * to the child is a line in the list.
 */
#define _XOPEN_SOURCE 700
#include "child.h"
#include "registry-private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECONDS 10

/* What the child saw. */
struct sight {
    int state;
    char version[72], summary[208], reason[776];
};

/* ---- in the child ---------------------------------------------------------------- */

/* What a plugin prints or reads is nobody's. */
static void no_streams(void)
{
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3 && null >= 0; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
}

static void look(void *ctx, void *to)
{
    const char *path = ctx;
    struct sight *s = to;
    char mode[128];
    struct plugin *p;
    no_streams();
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

/* ---- in the parent ----------------------------------------------------------------- */

static int probe(const struct registry *r, char *path, struct sight *s, struct error *err)
{
    const struct child c = {
        .seconds = SECONDS, .work = look, .ctx = path, .size = sizeof *s, .stop = r->stop};
    int number, end = child_ask(&c, s, &number, err);
    if (end < 0)
        return -1;
    if (end == CHILD_ANSWERED)
        return 0;
    memset(s, 0, sizeof *s);
    s->state = LISTED_BROKEN;
    if (end == CHILD_LATE)
        snprintf(s->reason, sizeof s->reason, "did not finish loading within %d s", SECONDS);
    else if (end == CHILD_CRASHED)
        snprintf(s->reason, sizeof s->reason, "crashed while being looked at: signal %d (%s)",
                 number, strsignal(number));
    else
        snprintf(s->reason, sizeof s->reason,
                 "ended the process while being looked at: exit status %d", number);
    return 0;
}

/* NULL stays NULL for an empty text. */
static int keep(struct arena *mem, char *text, size_t size, char **out)
{
    child_tidy(text, size);
    *out = text[0] ? arena_strdup(mem, text) : NULL;
    return text[0] && !*out ? -1 : 0;
}

static int list_one(const struct registry *r, const struct plugin_file *f,
                    const struct plugin_file *before, struct arena *mem, struct listing *l,
                    struct error *err)
{
    struct sight s;
    *l = (struct listing){.kind = f->kind, .name = f->name, .path = f->path};
    if (before) {
        l->state = LISTED_SHADOWED;
        l->reason = arena_printf(mem, "shadowed by %s", before->path);
        return l->reason ? 0 : error_nomem(err);
    }
    if (probe(r, f->path, &s, err) < 0)
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
        if (list_one(r, &files[i], again ? first : NULL, mem, &list[i], err) < 0)
            return -1;
    }
    *out = list;
    *n = count;
    return 0;
}
