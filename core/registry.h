/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry.h -- from KIND-NAME to a plugin that has been checked.
 *
 *     registry_init     the search path
 *     registry_find     load one plugin by kind and name; kept for ever
 *     registry_list     look at every file on the path, each in a child process
 *     registry_free
 *
 * A run touches only the files that it names; only `list` looks at all.  A
 * plugin that has been loaded is never unloaded: its threads, exit handlers
 * and thread-local data may outlive any moment we could choose.
 */
#ifndef CORE_REGISTRY_H
#define CORE_REGISTRY_H

#include "schema.h"

#include <signal.h>

/* A loaded plugin: the host's own copies, as large as the host knows them,
 * zero where the plugin's were shorter. */
struct plugin {
    struct tw_plugin desc; /* desc.ops points to the copy below */
    union {
        struct tw_dataset_ops dataset;
        struct tw_model_ops model;
        struct tw_optimizer_ops optimizer;
        struct tw_reducer_ops reducer;
        struct tw_sink_ops sink;
    } ops;
    struct table table; /* config is NULL */
    char *path;         /* of the file */
    struct plugin *next;
};

struct registry {
    char **dirs; /* in the order of search, absolute */
    size_t n_dirs;
    struct plugin *plugins; /* loaded so far */
    /* Becomes non-zero on SIGINT, which ends registry_list; NULL: never.  Set by the caller. */
    const volatile sig_atomic_t *stop;
};

/* Search path: `extra` (n folders of --plugin-path), THALWEG_PLUGIN_PATH,
 * ${XDG_DATA_HOME:-~/.local/share}/thalweg-0, the installed plugindir.  Empty and
 * relative components of the environment are dropped; `extra` may be relative. */
int registry_init(struct registry *r, const char *const *extra, size_t n_extra, struct error *err);
void registry_free(struct registry *r); /* loaded plugins stay loaded */

/* `name` with a slash is a path.  Not found, refused, unavailable: FAULT_PLUGIN,
 * with the folders searched and the nearest name, or the file and the reason.
 * A changed floating-point mode is put back, with a warning on stderr. */
int registry_find(struct registry *r, enum tw_kind kind, const char *name,
                  const struct plugin **out, struct error *err);

/* Only load and check the file; used by registry_find, `list` and `try`.
 * `fpmode`, if not NULL, is where a change of the floating-point mode is
 * described instead of warned about. */
int registry_load(const char *path, struct plugin **out, char *fpmode, size_t size,
                  struct error *err);
void registry_unload(struct plugin *p); /* frees the copies, keeps the code */

struct listing {
    enum tw_kind kind;
    char *name; /* from the file name */
    char *path;
    char *version, *summary; /* NULL unless ok or unavailable */
    enum { LISTED_OK, LISTED_UNAVAILABLE, LISTED_BROKEN, LISTED_SHADOWED } state;
    char *reason; /* NULL when ok */
};

/* All KIND-*.so on the path (kind 0: every kind), sorted by kind and name.
 * Each file is looked at in a child process with a 10 s alarm.  An interrupt is
 * FAULT_INTERRUPT, and no plugin's. */
int registry_list(const struct registry *r, int kind, struct arena *mem, struct listing **out,
                  size_t *n, struct error *err);

const char *kind_name(int kind);      /* "dataset"; "?" if unknown */
int kind_from_name(const char *name); /* 0 if unknown */

#endif
