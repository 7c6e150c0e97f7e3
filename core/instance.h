/* SPDX-License-Identifier: GPL-3.0-or-later */
/* instance.h -- one plugin at work: create, the services it may call, destroy.
 *
 *     instance_new      create() with a host table of its own
 *     instance_check    turn a return value of the plugin into an error
 *     instance_free     destroy()
 *
 * What a plugin says through fail() and log() is collected here, so that every
 * message carries its stage and plugin.
 */
#ifndef CORE_INSTANCE_H
#define CORE_INSTANCE_H

#include "registry.h"

#include <pthread.h>
#include <signal.h>

struct progress;
struct outputs;
struct workers;

/* What all instances of a run share. */
struct environment {
    uint64_t seed;             /* of the pipeline; in training, of the run */
    struct progress *progress; /* NULL: silent */
    struct outputs *outputs;   /* sinks; NULL: no files may be made */
    struct workers *workers;   /* for plugins; NULL: their tasks run in the caller's thread */
    int log_level;             /* enum tw_level: the least that is printed */
    const volatile sig_atomic_t *stop; /* becomes non-zero on SIGINT; NULL: never */
};

struct instance {
    const struct plugin *plugin;
    const char *stage; /* "model"; static or of longer life */
    struct mark at;    /* its place in the pipeline, for messages; file NULL: none */
    const struct environment *env;
    struct tw_host host;
    void *self;
    pthread_mutex_t lock; /* guards failed and reason */
    bool failed;
    char reason[768];
};

int instance_new(const struct plugin *plugin, const char *stage, const void *config,
                 const struct environment *env, struct instance **out, struct error *err);
void instance_free(struct instance *inst);

/* 0 when rc >= 0.  Otherwise -1 with "STAGE NAME: REASON": TW_EINVAL is
 * FAULT_PIPELINE (with its place in front), TW_ECANCELLED FAULT_INTERRUPT, all
 * others FAULT_RUN.  Either way what the instance said with fail() is spent. */
int instance_check(struct instance *inst, int rc, const char *what, struct error *err);

/* A copy of the plugin's extension `id`: `size` bytes, zero where its table is
 * shorter.  The first `least` bytes must be there.  Returns 0, 1 when there is
 * no such extension, or -1 (FAULT_PLUGIN). */
int plugin_table(const struct plugin *p, const char *id, void *out, size_t size, size_t least,
                 struct error *err);

/* As host->seed(). */
uint64_t seed_for(uint64_t seed, const char *stage, const char *name, const char *stream);

#endif
