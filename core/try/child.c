/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child.c -- see try.h: the process in which one check runs. */
#define _XOPEN_SOURCE 700
#include "../output.h"
#include "../registry-private.h"
#include "try.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int try_fail(struct trial *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (t->outcome != TRY_FAIL && t->outcome != TRY_ERROR) {
        t->outcome = TRY_FAIL;
        vsnprintf(t->text, sizeof t->text, fmt, ap);
    }
    va_end(ap);
    return -1;
}

int try_skip(struct trial *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (t->outcome == TRY_OK) {
        t->outcome = TRY_SKIP;
        vsnprintf(t->text, sizeof t->text, fmt, ap);
    }
    va_end(ap);
    return 1;
}

const struct checks *try_checks(enum tw_kind kind)
{
    switch (kind) {
    case TW_DATASET:
        return &try_dataset;
    case TW_MODEL:
        return &try_model;
    case TW_OPTIMIZER:
        return &try_optimizer;
    case TW_REDUCER:
        return &try_reducer;
    case TW_SINK:
        return &try_sink;
    }
    return NULL;
}

/* ---- services for checks ---------------------------------------------------------- */

int try_new(struct trial *t, struct instance **out)
{
    struct error err = {0};
    if (instance_new(t->plugin, kind_name((int)t->kind), t->config, &t->env, out, &err) < 0)
        return try_fail(t, "%s", err.text);
    return (*out)->self ? 0 : try_fail(t, "create() left the instance NULL");
}

const char *try_reason(const struct instance *inst)
{
    return inst->failed && inst->reason[0] ? inst->reason : NULL;
}

void try_forget(struct instance *inst)
{
    inst->failed = false;
}

int try_refused(struct trial *t, struct instance *inst, int rc, const char *what)
{
    const char *reason = try_reason(inst);
    if (rc > 0)
        return try_fail(t, "%s returned %d", what, rc);
    if (!reason)
        return try_fail(t, "%s returned %d and gave no reason with host->fail()", what, rc);
    return try_fail(t, "%s returned %d: %s", what, rc, reason);
}

int try_call(struct trial *t, int rc)
{
    if (t->n_calls < sizeof t->calls / sizeof t->calls[0])
        t->calls[t->n_calls++] = rc;
    return rc;
}

#define FENCE      64u
#define FENCE_BYTE 0xa5

void *try_fence(struct trial *t, size_t n)
{
    unsigned char *p = n < SIZE_MAX - 2 * FENCE ? malloc(n + 2 * FENCE) : NULL;
    if (!p) {
        try_fail(t, "out of memory: %zu bytes", n);
        return NULL;
    }
    memset(p, FENCE_BYTE, n + 2 * FENCE);
    memcpy(p, &n, sizeof n);
    return memset(p + FENCE, 0, n);
}

bool try_fence_holds(const void *p)
{
    const unsigned char *at = (const unsigned char *)p - FENCE;
    size_t n;
    memcpy(&n, at, sizeof n);
    for (size_t i = sizeof n; i < FENCE; i++)
        if (at[i] != FENCE_BYTE)
            return false;
    for (size_t i = 0; i < FENCE; i++)
        if (at[FENCE + n + i] != FENCE_BYTE)
            return false;
    return true;
}

double try_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (double)(z >> 11) * 0x1p-52 - 1;
}

bool try_same(const double *a, const double *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

/* ---- from nothing to a configured plugin --------------------------------------------- */

/* Standard output becomes a file without a name, standard input is empty. */
static int capture(struct trial *t)
{
    char name[] = "stdout";
    int null = open("/dev/null", O_RDONLY);
    if (chdir(t->tmp) < 0)
        return -1;
    t->captured = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    unlink(name);
    if (chdir(t->cwd) < 0 || t->captured < 0 || null < 0)
        return -1;
    dup2(null, 0);
    dup2(t->captured, 1);
    return 0;
}

static int config_error(struct trial *t, const struct error *err)
{
    t->outcome = TRY_ERROR;
    t->fault = err->fault;
    snprintf(t->text, sizeof t->text, "%s", err->text);
    return -1;
}

/* "dataset text needs: path; give --set path=FILE", if so. */
static int ask_for_missing(struct trial *t)
{
    char names[200] = "", advice[300] = "";
    const struct tw_param *p;
    for (size_t i = 0; (p = table_at(&t->plugin->table, i)); i++) {
        bool file = p->type == TW_PATH || p->type == TW_OUTPUT;
        if (p->def || node_get(&t->map, p->name))
            continue;
        size_t n = strlen(names), a = strlen(advice);
        snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", p->name);
        snprintf(advice + a, sizeof advice - a, " --set %s=%s", p->name, file ? "FILE" : "VALUE");
    }
    if (!names[0])
        return 0;
    struct error err = {0};
    error_set(&err, FAULT_PIPELINE, "%s %s needs: %s; give%s", kind_name((int)t->kind),
              t->plugin->desc.name, names, advice);
    return config_error(t, &err);
}

int try_configure(struct trial *t, const char *key, const char *value, void **config,
                  struct error *err)
{
    struct table table = t->plugin->table;
    struct node map = t->map;
    const struct tw_plugin *d = &t->plugin->desc;
    *config = table.config = arena_alloc(&t->mem, d->config_size + 1);
    if (!table.config)
        return error_nomem(err);
    if (key) {
        const char *set = arena_printf(&t->mem, "%s=%s", key, value);
        if (!set)
            return error_nomem(err);
        if (yaml_set(&t->mem, &map, set, err) < 0)
            return -1;
    }
    if (schema_fill(&t->mem, &map, d->name, &table, 1, &t->dirs, err) < 0)
        return -1;
    const char *wrong = d->check ? d->check(*config) : NULL;
    return wrong ? error_set(err, FAULT_PIPELINE, "%s: %s", d->name, wrong) : 0;
}

static int configure(struct trial *t)
{
    struct error err = {0};
    char *out = arena_printf(&t->mem, "%s/out", t->tmp);
    t->outputs = arena_alloc(&t->mem, sizeof *t->outputs);
    if (!out || !t->outputs)
        return try_fail(t, "out of memory");
    t->dirs = (struct schema_dirs){t->cwd, t->datadir, out, true};
    t->map = (struct node){.kind = NODE_MAP, .at = {"--set", 0, 0}};
    for (size_t i = 0; i < t->n_sets; i++)
        if (yaml_set(&t->mem, &t->map, t->sets[i], &err) < 0)
            return config_error(t, &err);
    if (ask_for_missing(t) < 0)
        return -1;
    if (try_configure(t, NULL, NULL, &t->config, &err) < 0)
        return config_error(t, &err);
    outputs_init(t->outputs);
    t->env = (struct environment){
        .seed = 1,
        .outputs = t->outputs,
        .log_level = TW_LOG_ERROR + 1, /* what it has to say to users is not asked for here */
        .stop = &t->stop,
    };
    return 0;
}

static int load(struct trial *t)
{
    char why[400];
    if (plugin_open(t->path, &t->plugin, t->fpmode, sizeof t->fpmode, why, sizeof why) < 0)
        return try_fail(t, "%s: %s", t->path, why);
    const char *reason = plugin_unavailable(t->plugin);
    if (reason)
        return try_skip(t, "cannot run on this machine: %s", reason);
    return configure(t);
}

/* From here on it works in a folder where every file is one that it left. */
static int move_in(struct trial *t)
{
    char *cwd = arena_printf(&t->mem, "%s/cwd", t->tmp);
    char *tmp = arena_printf(&t->mem, "%s/tmp", t->tmp);
    if (!cwd || !tmp || chdir(cwd) < 0 || setenv("TMPDIR", tmp, 1) < 0)
        return try_fail(t, "%s: cannot be worked in", t->tmp);
    return 0;
}

void try_child(struct trial *t, size_t i, struct try_record *r)
{
    if (capture(t) < 0)
        try_fail(t, "%s: cannot be written", t->tmp);
    else if (load(t) == 0 && move_in(t) == 0) {
        const struct checks *own = try_checks(t->kind);
        if (i < try_every_kind.n)
            try_every_kind.check[i].run(t);
        else
            own->check[i - try_every_kind.n].run(t);
    }
    r->outcome = (int)t->outcome;
    r->fault = (int)t->fault;
    memcpy(r->text, t->text, sizeof r->text);
    memcpy(r->note, t->note, sizeof r->note);
}
