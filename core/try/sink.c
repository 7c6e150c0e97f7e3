/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink.c -- see try.h: sinks, in a temporary output folder. */
#define _XOPEN_SOURCE 700
#include "../output.h"
#include "../sha256.h"
#include "try.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* write() and, if that is well, the files under their names; its code. */
static int write_once(struct trial *t, enum try_result which, struct instance **inst,
                      struct error *err)
{
    struct tw_result *r = try_result(t, which);
    if (!r || try_new(t, inst) < 0)
        return error_set(err, FAULT_RUN, "%s", t->text);
    outputs_free(t->outputs);
    outputs_init(t->outputs);
    int rc = t->plugin->ops.sink.write((*inst)->self, r);
    if (rc == TW_OK && outputs_commit(t->outputs, err) < 0)
        return TW_EIO;
    if (rc != TW_OK)
        outputs_discard(t->outputs);
    return rc;
}

/* 0; 1 when the sink refuses such a result, with a reason; -1. */
static int written(struct trial *t, enum try_result which)
{
    struct instance *inst = NULL;
    struct error err = {0};
    struct stat st;
    int rc = write_once(t, which, &inst, &err);
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

static int check_results(struct trial *t)
{
    char refused[200] = "";
    size_t taken = 0;
    for (int i = 0; i < TRY_RESULTS; i++) {
        int rc = written(t, (enum try_result)i);
        if (rc < 0) {
            size_t n = strlen(t->text);
            snprintf(t->text + n, sizeof t->text - n, ", for %s",
                     try_result_name((enum try_result)i));
            return -1;
        }
        if (rc > 0)
            snprintf(refused, sizeof refused, "%s", t->note);
        taken += rc == 0;
    }
    t->note[0] = '\0';
    if (!taken)
        return try_skip(t, "it takes none of our results: %s", refused);
    if (taken < TRY_RESULTS)
        snprintf(t->note, sizeof t->note, "%zu of %d; the others it refuses: %.90s", taken,
                 TRY_RESULTS, refused);
    return 0;
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

static int check_same(struct trial *t)
{
    char first[65], again[65];
    int rc = written(t, TRY_WHOLE);
    if (rc > 0)
        return try_skip(t, "it does not take our result: %s", t->note);
    if (rc < 0 || digest(t, first) < 0)
        return -1;
    /* Something else, and a new second on the clock, in between. */
    if (written(t, TRY_TWO_BY_TWO) < 0)
        return -1;
    struct timespec pause = {1, 100000000};
    nanosleep(&pause, NULL);
    if (written(t, TRY_WHOLE) != 0 || digest(t, again) < 0)
        return -1;
    t->note[0] = '\0';
    return strcmp(first, again) == 0 ? 0 : try_fail(t, "two files of one result differ");
}

/* ---- files that cannot be made ----------------------------------------------------------------
 */

/* A folder stands where the file should be. */
static int check_blocked(struct trial *t)
{
    struct instance *inst;
    struct error err = {0};
    int rc = written(t, TRY_WHOLE);
    if (rc > 0)
        return try_skip(t, "it does not take our result: %s", t->note);
    if (rc < 0)
        return -1;
    for (size_t i = 0; i < t->outputs->n; i++) {
        const char *name = t->outputs->files[i]->final;
        if (unlink(name) < 0 || mkdir(name, 0700) < 0)
            return try_fail(t, "%s: %s", name, strerror(errno));
    }
    rc = write_once(t, TRY_WHOLE, &inst, &err);
    t->note[0] = '\0';
    if (rc >= 0)
        return try_fail(t, "write() returned %d where its file could not be made", rc);
    instance_free(inst);
    return 0;
}

static int exercise(struct trial *t)
{
    struct instance *inst = NULL;
    struct error err = {0};
    try_call(t, write_once(t, TRY_WHOLE, &inst, &err));
    instance_free(inst);
    return 0;
}

static const struct check checks[] = {
    {"writes results of every shape", check_results},
    {"writes the same bytes twice", check_same},
    {"fails when its file cannot be made", check_blocked},
};
const struct checks try_sink = {checks, sizeof checks / sizeof *checks, exercise};
