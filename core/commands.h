/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.h -- the commands that describe what is installed.
 *
 *     cmd_list     thalweg list [-v] [KIND]
 *     cmd_info     thalweg info KIND-NAME
 *     cmd_info_section
 *                  thalweg info SECTION
 *     cmd_try      thalweg try KIND-NAME
 *     cmd_paths    thalweg paths
 *
 * They print on stdout and return 0, or -1 and say why; that stdout could not
 * be written counts as a failure.
 */
#ifndef CORE_COMMANDS_H
#define CORE_COMMANDS_H

#include "registry.h"

enum info_format { INFO_TEXT, INFO_YAML, INFO_MARKDOWN };

/* One line for each plugin (kind 0: of every kind); `verbose` adds versions,
 * files and what is shadowed.  Returns 1 when a plugin that is listed is broken. */
int cmd_list(struct registry *r, int kind, bool verbose, struct error *err);

/* `host_keys`, if not NULL, are the host's keys of that section, shown after
 * the plugin's own (in Markdown not at all); a leading key `plugin` is left out. */
int cmd_info(struct registry *r, const char *kind_dash_name, enum info_format format,
             const struct table *host_keys, struct error *err);

/* The host's keys of one section of the pipeline; `top`: of the pipeline itself. */
int cmd_info_section(const char *name, bool top, enum info_format format, const struct table *keys,
                     struct error *err);

/* Lines KEY=VALUE, for scripts. */
int cmd_paths(const struct registry *r, const char *datadir, struct error *err);

/* thalweg try KIND-NAME: a plugin against the contract, in a child process.
 * `sets` are "key=value" for its parameters.  Prints a line for each check on
 * stdout; returns 0 when all hold, 3 when one does not. */
int cmd_try(struct registry *r, const char *kind_dash_name, const char *const *sets, size_t n_sets,
            const char *datadir, struct error *err);

/* KIND-NAME, or a path to KIND-NAME.so, as two things that registry_find()
 * understands; `*name` points into `text`. */
int command_plugin(const struct registry *r, const char *text, enum tw_kind *kind,
                   const char **name, struct error *err);

/* Did everything that was printed get out? */
int command_flush(struct error *err);

#endif
