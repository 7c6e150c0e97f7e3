/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rig.h -- a plugin on the test bench: found, configured and created by the real
 * registry, schema and instance code, then called directly.
 *
 *     struct rig *r = rig_new(TW_MODEL, "mlp", "{hidden: [5], precision: float64}");
 *     ck_assert_int_eq(r->plugin->ops.model.bind(r->self, &data), TW_OK);
 *     rig_free(r);
 *
 * Plugins come from THALWEG_PLUGIN_PATH, data files from THALWEG_DATA_DIR.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include "suite.h"

#include "../../core/instance.h"

struct rig {
    struct registry registry;
    struct arena mem;
    struct environment env;
    struct error err;
    const struct plugin *plugin;
    void *config; /* what the instance was made with */
    struct instance *instance;
    void *self;
};

/* Fails the test when the plugin cannot be made. */
struct rig *rig_new(enum tw_kind kind, const char *name, const char *yaml);

/* Expects that it cannot be made and gives back the reason (static storage). */
const char *rig_refused(enum tw_kind kind, const char *name, const char *yaml);

/* What the plugin said with fail(). */
const char *rig_reason(const struct rig *r);

#define SAYS(r, word) HAS(rig_reason(r), word)

void rig_free(struct rig *r);

#endif
