/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rig.c -- see rig.h.  The way of a section of the pipeline to an instance,
 * without the pipeline: registry_find, schema_fill, check, instance_new.
 */
#define _XOPEN_SOURCE 700
#include "rig.h"

#include "../../core/output.h"

#include <check.h>
#include <gsl/gsl_cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* So that the linker keeps the BLAS of the program for its plugins: without it they get the one
 * that GSL brings along, which is many times slower and not what they run with. */
__attribute__((used)) static void (*const blas)(int, double, double *, int) = cblas_dscal;

static int configure(struct rig *r, const char *name, const char *yaml, void **config)
{
    const struct tw_plugin *d = &r->plugin->desc;
    struct table table = r->plugin->table;
    struct node *map = NULL;
    char *cwd = getcwd(NULL, 0);
    struct schema_dirs dirs = {cwd, getenv("THALWEG_DATA_DIR"), cwd, true};
    int rc = -1;
    *config = table.config = arena_alloc(&r->mem, d->config_size);
    if (!cwd || !table.config) {
        error_nomem(&r->err);
        goto out;
    }
    if (!dirs.data)
        dirs.data = cwd;
    if (yaml && yaml_read_text(&r->mem, yaml, (struct mark){"rig", 1, 1}, &map, &r->err) < 0)
        goto out;
    if (schema_fill(&r->mem, map, name, &table, 1, &dirs, &r->err) < 0)
        goto out;
    const char *wrong = d->check ? d->check(table.config) : NULL;
    rc = wrong ? error_set(&r->err, FAULT_PIPELINE, "%s: %s", name, wrong) : 0;
out:
    free(cwd);
    return rc;
}

/* r->err says what failed. */
static struct rig *assemble(enum tw_kind kind, const char *name, const char *yaml)
{
    struct rig *r = calloc(1, sizeof *r);
    ck_assert_ptr_nonnull(r);
    r->env = (struct environment){.seed = 1, .log_level = TW_LOG_WARN};
    r->env.outputs = arena_alloc(&r->mem, sizeof *r->env.outputs);
    ck_assert_ptr_nonnull(r->env.outputs);
    outputs_init(r->env.outputs);
    if (registry_init(&r->registry, NULL, 0, &r->err) == 0 &&
        registry_find(&r->registry, kind, name, &r->plugin, &r->err) == 0 &&
        configure(r, name, yaml, &r->config) == 0 &&
        instance_new(r->plugin, kind_name((int)kind), r->config, &r->env, &r->instance, &r->err) ==
            0)
        r->self = r->instance->self;
    return r;
}

struct rig *rig_new(enum tw_kind kind, const char *name, const char *yaml)
{
    struct rig *r = assemble(kind, name, yaml);
    ck_assert_msg(r->instance != NULL, "%s-%s: %s", kind_name((int)kind), name, r->err.text);
    return r;
}

const char *rig_refused(enum tw_kind kind, const char *name, const char *yaml)
{
    static char reason[sizeof((struct error *)0)->text];
    struct rig *r = assemble(kind, name, yaml);
    ck_assert_msg(r->instance == NULL, "%s-%s %s was not refused", kind_name((int)kind), name,
                  yaml ? yaml : "{}");
    snprintf(reason, sizeof reason, "%s", r->err.text);
    rig_free(r);
    return reason;
}

const char *rig_reason(const struct rig *r)
{
    return r->instance->reason;
}

void rig_free(struct rig *r)
{
    if (!r)
        return;
    instance_free(r->instance);
    outputs_free(r->env.outputs);
    registry_free(&r->registry);
    arena_free(&r->mem);
    free(r);
}
