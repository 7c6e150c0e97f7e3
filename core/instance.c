/* SPDX-License-Identifier: GPL-3.0-or-later */
/* instance.c -- see instance.h. */
#include "instance.h"

#include "host-eigen.h"
#include "output.h"
#include "progress.h"
#include "workers.h"

#include <stdlib.h>
#include <string.h>

static struct instance *instance_of(const struct tw_host *h)
{
    return h->ctx;
}

static int host_fail(const struct tw_host *h, int code, const char *fmt, ...)
{
    struct instance *inst = instance_of(h);
    va_list ap;
    va_start(ap, fmt);
    pthread_mutex_lock(&inst->lock);
    if (!inst->failed) { /* the first cause is kept */
        inst->failed = true;
        vsnprintf(inst->reason, sizeof inst->reason, fmt, ap);
    }
    pthread_mutex_unlock(&inst->lock);
    va_end(ap);
    return code;
}

static void host_log(const struct tw_host *h, int level, const char *fmt, ...)
{
    struct instance *inst = instance_of(h);
    if (level < inst->env->log_level)
        return;
    char text[768];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    static const char *const names[] = {"debug: ", "", "warning: ", "error: "};
    const char *prefix = level >= 0 && level < 4 ? names[level] : "";
    progress_print(inst->env->progress, "%s %s: %s%s", inst->stage, inst->plugin->desc.name, prefix,
                   text);
}

static int host_tick(const struct tw_host *h, double fraction, const char *what)
{
    struct instance *inst = instance_of(h);
    progress_tick(inst->env->progress, fraction, what);
    return inst->env->stop && *inst->env->stop;
}

static uint64_t host_seed(const struct tw_host *h, const char *stream)
{
    struct instance *inst = instance_of(h);
    return seed_for(inst->env->seed, inst->stage, inst->plugin->desc.name, stream);
}

static const char *host_output_create(const struct tw_host *h, const char *path)
{
    struct instance *inst = instance_of(h);
    struct error err = {0};
    const char *temp = outputs_create(inst->env->outputs, path, &err);
    if (!temp)
        host_fail(h, TW_EIO, "%s", err.text);
    return temp;
}

static const struct tw_host_output host_output = {sizeof host_output, host_output_create};

struct parallel {
    int (*task)(void *ctx, size_t k);
    void *ctx;
};

static int parallel_task(void *ctx, size_t worker, size_t k)
{
    const struct parallel *p = ctx;
    (void)worker;
    int rc = p->task(p->ctx, k);
    return rc < 0 ? rc : 0;
}

static int host_parallel_run(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k),
                             void *ctx)
{
    struct parallel p = {task, ctx};
    struct workers *team = instance_of(h)->env->workers;
    int rc = 0;
    if (n > 1 && team && workers_try_run(team, n, parallel_task, &p, &rc))
        return rc;
    for (size_t k = 0; k < n && rc == 0; k++)
        rc = parallel_task(&p, 0, k);
    return rc;
}

static const struct tw_host_parallel host_parallel = {sizeof host_parallel, host_parallel_run};

static const void *host_extension(const struct tw_host *h, const char *id)
{
    if (strcmp(id, TW_EXT_HOST_OUTPUT) == 0 && instance_of(h)->env->outputs)
        return &host_output;
    if (strcmp(id, TW_EXT_HOST_PARALLEL) == 0)
        return &host_parallel;
    if (strcmp(id, TW_EXT_HOST_EIGEN) == 0)
        return &host_eigen;
    return NULL;
}

int instance_new(const struct plugin *plugin, const char *stage, const void *config,
                 const struct environment *env, struct instance **out, struct error *err)
{
    struct instance *inst = calloc(1, sizeof *inst);
    if (!inst)
        return error_nomem(err);
    inst->plugin = plugin;
    inst->stage = stage;
    inst->env = env;
    inst->host = (struct tw_host){
        .struct_size = sizeof inst->host,
        .abi_major = TW_ABI_MAJOR,
        .abi_minor = TW_ABI_MINOR_LATEST,
        .ctx = inst,
        .fail = host_fail,
        .log = host_log,
        .tick = host_tick,
        .seed = host_seed,
        .get_extension = host_extension,
    };
    pthread_mutex_init(&inst->lock, NULL);
    int rc = plugin->desc.create(&inst->host, config, &inst->self);
    if (rc != TW_OK || !inst->self) {
        inst->self = NULL; /* destroy() is for what create() made */
        if (instance_check(inst, rc, NULL, err) == 0)
            error_set(err, FAULT_RUN, "%s %s: create() made no instance", stage, plugin->desc.name);
        instance_free(inst);
        return -1;
    }
    *out = inst;
    return 0;
}

void instance_free(struct instance *inst)
{
    if (!inst)
        return;
    if (inst->self)
        inst->plugin->desc.destroy(inst->self);
    pthread_mutex_destroy(&inst->lock);
    free(inst);
}

int instance_check(struct instance *inst, int rc, const char *what, struct error *err)
{
    if (rc >= 0) {
        pthread_mutex_lock(&inst->lock);
        inst->failed = false;
        pthread_mutex_unlock(&inst->lock);
        return 0;
    }
    enum fault fault = rc == TW_EINVAL       ? FAULT_PIPELINE
                       : rc == TW_ECANCELLED ? FAULT_INTERRUPT
                                             : FAULT_RUN;
    pthread_mutex_lock(&inst->lock);
    const char *reason = inst->failed          ? inst->reason
                         : rc == TW_ECANCELLED ? "interrupted"
                         : rc == TW_ENOMEM     ? "out of memory"
                                               : "failed (the plugin gave no reason)";
    error_set(err, fault, "%s %s: %s%s%s", inst->stage, inst->plugin->desc.name, what ? what : "",
              what ? ": " : "", reason);
    inst->failed = false;
    pthread_mutex_unlock(&inst->lock);
    if (fault != FAULT_PIPELINE || !inst->at.file)
        return -1;
    if (inst->at.line > 0)
        return error_prefix(err, "%s:%d:%d", inst->at.file, inst->at.line, inst->at.column);
    return error_prefix(err, "%s", inst->at.file);
}

int plugin_table(const struct plugin *p, const char *id, void *out, size_t size, size_t least,
                 struct error *err)
{
    const void *theirs = p->desc.get_extension ? p->desc.get_extension(id) : NULL;
    uint32_t have = 0;
    if (!theirs)
        return 1;
    if ((uintptr_t)theirs % sizeof(void *) == 0)
        memcpy(&have, theirs, sizeof have); /* struct_size comes first in all of them */
    if (have < least || have > 65536)
        return error_set(err, FAULT_PLUGIN,
                         "%s %s: its extension %s has a table of %u bytes, wanted "
                         "%zu or more",
                         kind_name((int)p->desc.kind), p->desc.name, id, (unsigned)have, least);
    memset(out, 0, size);
    memcpy(out, theirs, have < size ? have : size);
    return 0;
}

/* SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches
 * every output bit. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t mix_text(uint64_t h, const char *s)
{
    for (; *s; s++)
        h = mix(h + 0x9e3779b97f4a7c15u + (unsigned char)*s);
    return mix(h + 0x9e3779b97f4a7c15u + 256); /* an end mark: "ab","c" is not "a","bc" */
}

uint64_t seed_for(uint64_t seed, const char *stage, const char *name, const char *stream)
{
    return mix_text(mix_text(mix_text(mix(seed + 0x9e3779b97f4a7c15u), stage), name), stream);
}
