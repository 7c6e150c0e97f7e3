/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema.h -- parameter tables: YAML maps to config structs, and help.
 *
 *     schema_verify     is this table well-formed?  (at plugin load)
 *     schema_defaults   fill a config struct with the defaults alone
 *     schema_fill       a YAML map into one or more config structs
 *     schema_print_*    the table as help, as YAML, as Markdown
 *
 * A section of the pipeline may be described by several tables: the host's
 * keys of that section and the plugin's.  Their keys share one map.
 */
#ifndef CORE_SCHEMA_H
#define CORE_SCHEMA_H

#include "yaml.h"

#include <stdint.h>
#include <stdio.h>
#include <thalweg/plugin.h>

struct table {
    const struct tw_param *params; /* ends with TW_PARAM_END; NULL: no keys */
    size_t stride;                 /* bytes from one entry to the next */
    void *config;                  /* schema_fill: where values go */
};

/* The entry i, or NULL past the end. */
const struct tw_param *table_at(const struct table *t, size_t i);

struct schema_dirs {
    const char *input;  /* TW_PATH: folder of the YAML file */
    const char *data;   /* what $data/ stands for */
    const char *output; /* TW_OUTPUT: the output folder */
    bool must_exist;    /* refuse a TW_PATH that is not a readable file */
};

/* Every name well-formed and unique, a known type, help present, inside
 * `config_size`, min <= max, choices where needed, default valid by its own
 * rule.  What is wrong goes into `why`; returns 0 or -1. */
int schema_verify(const struct table *t, size_t config_size, char *why, size_t size);

int schema_defaults(struct arena *mem, const struct table *t, const struct schema_dirs *dirs,
                    struct error *err);

/* Defaults, then the values of `map` (NULL: an empty one).  `who` names the
 * section or plugin in messages.  Errors name file:line:column, what is
 * allowed and the nearest key or word. */
int schema_fill(struct arena *mem, const struct node *map, const char *who,
                const struct table *tables, size_t n_tables, const struct schema_dirs *dirs,
                struct error *err);

/* The file `path`, where relative from the folder `dir` on (NULL: the working
 * directory).  NULL with errno: out of memory, or no working directory. */
const char *schema_absolute(struct arena *mem, const char *dir, const char *path);

/* The nearest of n words by edit distance, if near enough to be a slip of the
 * pen; or NULL. */
const char *nearest_word(const char *word, const char *const *words, size_t n);

/* The same tables three ways.  `indent`: spaces in front of each line. */
void schema_print_help(FILE *to, const struct table *t, int indent);
void schema_print_yaml(FILE *to, const struct table *t, int indent);
void schema_print_markdown(FILE *to, const struct table *t);

#endif
