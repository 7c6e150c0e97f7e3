/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd-list.c -- what plugins there are, and what is wrong with the others. */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int command_flush(struct error *err)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    return error_set(err, FAULT_RUN, "cannot write to standard output%s%s", errno ? ": " : "",
                     errno ? strerror(errno) : "");
}

static int width_of(const struct listing *l)
{
    return (int)(strlen(kind_name((int)l->kind)) + 1 + strlen(l->name));
}

static void print_one(const struct listing *l, int width, bool verbose)
{
    printf("%s-%s%*s  ", kind_name((int)l->kind), l->name, width - width_of(l), "");
    if (verbose)
        printf("%-8s ", l->version ? l->version : "-");
    if (l->state == LISTED_OK)
        printf("%s\n", l->summary);
    else
        printf("%s%s\n", l->state == LISTED_BROKEN ? "broken: " : "", l->reason);
    if (verbose)
        printf("%*s  %s\n", width, "", l->path);
}

int cmd_list(struct registry *r, int kind, bool verbose, struct error *err)
{
    struct arena mem = {0};
    struct listing *list;
    size_t n;
    int width = 0, broken = 0, shown = 0;
    if (registry_list(r, kind, &mem, &list, &n, err) < 0) {
        arena_free(&mem);
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        if (width_of(&list[i]) > width)
            width = width_of(&list[i]);
    for (size_t i = 0; i < n; i++) {
        if (list[i].state == LISTED_SHADOWED && !verbose)
            continue;
        print_one(&list[i], width, verbose);
        broken |= list[i].state == LISTED_BROKEN;
        shown++;
    }
    arena_free(&mem);
    if (!shown) {
        printf("no %s%splugins in", kind ? kind_name(kind) : "", kind ? " " : "");
        for (size_t i = 0; i < r->n_dirs; i++)
            printf("%s %s", i ? "," : "", r->dirs[i]);
        printf("\n");
    }
    return command_flush(err) < 0 ? -1 : broken;
}
