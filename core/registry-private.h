/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry-private.h -- what registry.c, registry-load.c, registry-probe.c and
 * the commands that describe plugins share; nobody else needs it.
 */
#ifndef CORE_REGISTRY_PRIVATE_H
#define CORE_REGISTRY_PRIVATE_H

#include "registry.h"

/* A file that is called KIND-NAME.so. */
struct plugin_file {
    enum tw_kind kind;
    char *name;
    char *path;
    size_t dir; /* index into the search path */
};

/* By file names alone: all KIND-*.so on the path (kind 0: every kind), sorted
 * by kind, name and place on the path.  Folders that cannot be read have no
 * plugins. */
int registry_files(const struct registry *r, int kind, struct arena *mem, struct plugin_file **out,
                   size_t *n, struct error *err);

/* The file that registry_find() would load, malloc'ed, without loading it. */
int registry_locate(const struct registry *r, enum tw_kind kind, const char *name, char **path,
                    struct error *err);

/* Everything registry_load() does short of asking for unavailable().  On
 * failure `why` has the reason, without the path. */
int plugin_open(const char *path, struct plugin **out, char *fpmode, size_t fpsize, char *why,
                size_t size);

/* The plugin's own words why it cannot run here, or NULL. */
const char *plugin_unavailable(const struct plugin *p);

#endif
