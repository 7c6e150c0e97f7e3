/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink.c -- see try.h: sinks, in a temporary output folder. */
#define _XOPEN_SOURCE 700
#include "../output.h"
#include "../plan.h"
#include "../sha256.h"
#include "try.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What a sink gets: one result, or several to compare. */
struct shape {
    size_t n;
    enum try_result which[9];
};

static const struct shape whole = {1, {TRY_WHOLE}}, small = {1, {TRY_TWO_BY_TWO}};
static const struct shape two = {2, {TRY_WHOLE, TRY_NO_TRACK}};
static const struct shape two_small = {2, {TRY_TWO_BY_TWO, TRY_TWO_BY_TWO}};

static const struct shape comparisons[] = {
    {2, {TRY_WHOLE, TRY_NO_TRACK}},
    {2, {TRY_HOLES, TRY_TWO_BY_TWO}},
    {3, {TRY_TEST, TRY_RUNS, TRY_PLANES}},
    {2, {TRY_LINE, TRY_LINE}},
    {2, {TRY_WHOLE, TRY_LINE}},
    {2, {TRY_CRITICAL, TRY_NOTHING_FINITE}},
    {2, {TRY_NOTHING_FINITE, TRY_NOTHING_FINITE}},
    {9,
     {TRY_WHOLE, TRY_WHOLE, TRY_WHOLE, TRY_WHOLE, TRY_WHOLE, TRY_WHOLE, TRY_WHOLE, TRY_WHOLE,
      TRY_WHOLE}},
};
#define COMPARISONS (sizeof comparisons / sizeof *comparisons)

/* "a line and a line" */
static const char *shape_name(struct trial *t, const struct shape *s)
{
    const char *first = try_result_name(s->which[0]);
    const char *name = s->n == 1 ? first
                                 : arena_printf(&t->mem, "a comparison of %zu: %s and %s", s->n,
                                                first, try_result_name(s->which[1]));
    return name ? name : "";
}

/* The call itself. */
static int call(struct trial *t, const struct shape *s, struct instance *inst, struct error *err)
{
    static const char *const label[] = {"first",
                                        "second \"hot\"",
                                        "\xce\xbb = 3",
                                        "4",
                                        "a label that goes on for as long as a label may",
                                        "6",
                                        "7",
                                        "8",
                                        "9"};
    const struct tw_result *r[9];
    struct tw_sink_compare ext;
    for (size_t i = 0; i < s->n; i++)
        if (!(r[i] = try_result(t, s->which[i])))
            return error_set(err, FAULT_RUN, "%s", t->text);
    if (s->n == 1)
        return t->plugin->ops.sink.write(inst->self, r[0]);
    if (plan_together(t->plugin, &ext, err) < 0)
        return -1;
    return ext.write(inst->self, "A made-up comparison", s->n, r, label);
}

/* write() and, if that is well, the files under their names; its code. */
static int write_once(struct trial *t, const struct shape *s, struct instance **inst,
                      struct error *err)
{
    if (try_new(t, inst) < 0)
        return error_set(err, FAULT_RUN, "%s", t->text);
    outputs_free(t->outputs);
    outputs_init(t->outputs);
    int rc = call(t, s, *inst, err);
    if (rc == TW_OK && outputs_commit(t->outputs, err) < 0)
        return TW_EIO;
    if (rc != TW_OK)
        outputs_discard(t->outputs);
    return rc;
}

/* 0; 1 when the sink refuses such a result, with a reason; -1. */
static int written(struct trial *t, const struct shape *s)
{
    struct instance *inst = NULL;
    struct error err = {0};
    struct stat st;
    int rc = write_once(t, s, &inst, &err);
    if (t->outcome != TRY_OK)
        return -1;
    if (err.fault)
        return try_fail(t, "%s", err.text);
    if (rc == TW_EINVAL && try_reason(inst)) {
        snprintf(t->note, sizeof t->note, "%s", try_reason(inst));
        instance_free(inst);
        return 1;
    }
    if (rc != TW_OK)
        return try_refused(t, inst, rc, "write()");
    if (t->outputs->n == 0)
        return try_fail(t, "write() announced no file with TW_EXT_HOST_OUTPUT");
    for (size_t i = 0; i < t->outputs->n; i++) {
        const char *name = t->outputs->files[i]->final;
        if (strncmp(name, t->tmp, strlen(t->tmp)) != 0)
            return try_fail(t, "%s is not in the output folder", name);
        if (stat(name, &st) < 0 || st.st_size == 0)
            return try_fail(t, "%s is empty", name);
    }
    instance_free(inst);
    return 0;
}

static int check_shapes(struct trial *t, const struct shape *shapes, size_t n)
{
    char refused[200] = "";
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        int rc = written(t, &shapes[i]);
        if (rc < 0) {
            size_t at = strlen(t->text);
            snprintf(t->text + at, sizeof t->text - at, ", for %s", shape_name(t, &shapes[i]));
            return -1;
        }
        if (rc > 0)
            snprintf(refused, sizeof refused, "%s", t->note);
        taken += rc == 0;
    }
    t->note[0] = '\0';
    if (!taken)
        return try_skip(t, "it takes none of our results: %s", refused);
    if (taken < n)
        snprintf(t->note, sizeof t->note, "%zu of %zu; the others it refuses: %.90s", taken, n,
                 refused);
    return 0;
}

static int check_results(struct trial *t)
{
    struct shape each[TRY_RESULTS];
    for (size_t i = 0; i < TRY_RESULTS; i++)
        each[i] = (struct shape){1, {(enum try_result)i}};
    return check_shapes(t, each, TRY_RESULTS);
}

/* 1 after try_skip() without the extension; -1 when it is no good. */
static int compares(struct trial *t)
{
    struct tw_sink_compare ext;
    struct error err = {0};
    int rc = plan_together(t->plugin, &ext, &err);
    if (rc < 0)
        return try_fail(t, "%s", err.text);
    return rc ? try_skip(t, "no extension for comparisons: each variant is a result by itself") : 0;
}

static int check_comparisons(struct trial *t)
{
    int rc = compares(t);
    return rc ? rc : check_shapes(t, comparisons, COMPARISONS);
}

/* ---- the same bytes --------------------------------------------------------------------- */

static int digest(struct trial *t, char hex[65])
{
    struct sha256 s;
    char buffer[4096];
    sha256_init(&s);
    for (size_t i = 0; i < t->outputs->n; i++) {
        const char *name = t->outputs->files[i]->final;
        FILE *f = fopen(name, "rb");
        size_t n;
        if (!f)
            return try_fail(t, "%s: %s", name, strerror(errno));
        sha256_add(&s, name, strlen(name) + 1);
        while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
            sha256_add(&s, buffer, n);
        fclose(f);
    }
    sha256_hex(&s, hex);
    return 0;
}

/* With `other` in between. */
static int same_twice(struct trial *t, const struct shape *s, const struct shape *other)
{
    char first[65], again[65];
    int rc = written(t, s);
    if (rc > 0)
        return try_skip(t, "it does not take our result: %s", t->note);
    if (rc < 0 || digest(t, first) < 0)
        return -1;
    /* Something else, and a new second on the clock, in between. */
    if (written(t, other) < 0)
        return -1;
    struct timespec pause = {1, 100000000};
    nanosleep(&pause, NULL);
    if (written(t, s) != 0 || digest(t, again) < 0)
        return -1;
    t->note[0] = '\0';
    return strcmp(first, again) == 0 ? 0 : try_fail(t, "two files of one result differ");
}

static int check_same(struct trial *t)
{
    return same_twice(t, &whole, &small);
}

static int check_same_comparison(struct trial *t)
{
    int rc = compares(t);
    return rc ? rc : same_twice(t, &two, &two_small);
}

/* ---- files that cannot be made ---------------------------------------------------------- */

/* A folder stands where the file should be. */
static int blocked(struct trial *t, const struct shape *s)
{
    struct instance *inst;
    struct error err = {0};
    int rc = written(t, s);
    if (rc > 0)
        return try_skip(t, "it does not take our result: %s", t->note);
    if (rc < 0)
        return -1;
    for (size_t i = 0; i < t->outputs->n; i++) {
        const char *name = t->outputs->files[i]->final;
        if (unlink(name) < 0 || mkdir(name, 0700) < 0)
            return try_fail(t, "%s: %s", name, strerror(errno));
    }
    rc = write_once(t, s, &inst, &err);
    t->note[0] = '\0';
    if (rc >= 0)
        return try_fail(t, "write() returned %d where its file could not be made", rc);
    instance_free(inst);
    return 0;
}

static int check_blocked(struct trial *t)
{
    return blocked(t, &whole);
}

static int check_blocked_comparison(struct trial *t)
{
    int rc = compares(t);
    return rc ? rc : blocked(t, &two);
}

static int exercise(struct trial *t)
{
    struct instance *inst = NULL;
    struct error err = {0};
    struct tw_sink_compare ext;
    try_call(t, write_once(t, &whole, &inst, &err));
    instance_free(inst);
    inst = NULL;
    if (plan_together(t->plugin, &ext, &err) == 0)
        try_call(t, write_once(t, &two, &inst, &err));
    instance_free(inst);
    return 0;
}

static const struct check checks[] = {
    {"writes results of every shape", check_results},
    {"writes the same bytes twice", check_same},
    {"fails when its file cannot be made", check_blocked},
    {"writes comparisons of every shape", check_comparisons},
    {"writes the same comparison twice", check_same_comparison},
    {"fails when its comparison cannot be made", check_blocked_comparison},
};
const struct checks try_sink = {checks, sizeof checks / sizeof *checks, exercise};
