/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core-bench.h -- what the tests of the core share.
 *
 *     bench_new         a scratch folder, a registry, and the plan of a YAML text
 *     bench_refused     the reason why such a text is no plan
 *     bench_free
 *     bench_file        a file of that content in the scratch folder
 *     fake_plugin       a plugin that is no file, for what no real one does
 *
 *     struct bench *b = bench_new("thalweg: 1\nmodel: ...");
 *     ... b->plan, b->env, b->err ...
 *     bench_free(b);
 *
 * Plugins come from THALWEG_PLUGIN_PATH, data files from THALWEG_DATA_DIR.
 */
#ifndef TESTS_CORE_BENCH_H
#define TESTS_CORE_BENCH_H

#include "suite.h"

#include "../../core/instance.h"
#include "../../core/plan.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bench {
    char dir[64];
    char file[96]; /* the pipeline */
    struct registry registry;
    struct plan plan;
    struct environment env;
    struct error err;
    struct outputs *outputs;
};

#define OK(call) ck_assert_msg((call) == 0, "%s", b->err.text)

static inline void bench_remove(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char name[400];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if ((size_t)snprintf(name, sizeof name, "%s/%s", path, e->d_name) >= sizeof name)
            continue;
        if (unlink(name) < 0)
            bench_remove(name);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

static inline void bench_file(const struct bench *b, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static inline struct bench *bench_open(void)
{
    struct bench *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    const char *tmp = getenv("TMPDIR");
    snprintf(b->dir, sizeof b->dir, "%s/core-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(b->dir));
    snprintf(b->file, sizeof b->file, "%s/p.yaml", b->dir);
    b->env = (struct environment){.seed = 1, .log_level = TW_LOG_ERROR};
    ck_assert_int_eq(registry_init(&b->registry, NULL, 0, &b->err), 0);
    return b;
}

static inline int bench_read(struct bench *b, const char *yaml, const char *set)
{
    const char *data = getenv("THALWEG_DATA_DIR");
    bench_file(b, "p.yaml", yaml);
    const struct plan_options o = {.file = b->file,
                                   .outdir = b->dir,
                                   .datadir = data ? data : ".",
                                   .sets = &set,
                                   .n_sets = set != NULL};
    return plan_read(&b->plan, &b->registry, &o, &b->err);
}

static inline struct bench *bench_new(const char *yaml)
{
    struct bench *b = bench_open();
    OK(bench_read(b, yaml, NULL));
    b->env.seed = (uint64_t)b->plan.pipeline.seed;
    return b;
}

static inline void bench_free(struct bench *b)
{
    plan_free(&b->plan);
    registry_free(&b->registry);
    bench_remove(b->dir);
    free(b);
}

/* Where and why, without the folder: "p.yaml:2:3: ..." (static storage). */
static inline const char *bench_refused(const char *yaml, const char *set, enum fault fault)
{
    static char reason[sizeof((struct error *)0)->text];
    struct bench *b = bench_open();
    ck_assert_msg(bench_read(b, yaml, set) < 0, "not refused: %s", yaml);
    ck_assert_int_eq(b->err.fault, fault);
    const char *text = b->err.text;
    size_t n = strlen(b->dir);
    if (strncmp(text, b->dir, n) == 0)
        text += n + 1;
    snprintf(reason, sizeof reason, "%s", text);
    bench_free(b);
    return reason;
}

/* ---- plugins that are no files ---- */

static inline int fake_create(const struct tw_host *host, const void *cfg, void **self)
{
    (void)cfg;
    *self = (void *)(size_t)host; /* all that a fake needs: where to complain */
    return TW_OK;
}

static inline void fake_destroy(void *self)
{
    (void)self;
}

static inline struct plugin fake_plugin(enum tw_kind kind, const char *name)
{
    struct plugin p = {0};
    p.desc = (struct tw_plugin){
        TW_PLUGIN_HEAD((uint32_t)kind),
        .threads = TW_THREADS_INSTANCE,
        .name = name,
        .version = "1",
        .summary = "fake",
        .license = "0BSD",
        .create = fake_create,
        .destroy = fake_destroy,
    };
    return p;
}

/* The main() of a test program. */
#endif
