/* SPDX-License-Identifier: GPL-3.0-or-later */
/* provenance.c -- see provenance.h. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include "provenance.h"

#include <string.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

static const char *add_plugin(struct arena *mem, const char *list, const char *kind,
                              const struct stage *s)
{
    if (!list || !s->plugin)
        return list;
    return arena_printf(mem, "%s%s%s-%s %s", list, list[0] ? ", " : "", kind, s->plugin->desc.name,
                        s->plugin->desc.version);
}

/* Does an earlier run have the plugin of run i? */
static bool used_before(const struct plan *plan, size_t i)
{
    size_t k = 0;
    while (plan->optimizers[k].stage.plugin != plan->optimizers[i].stage.plugin)
        k++;
    return k < i;
}

static const char *plugin_list(struct arena *mem, const struct plan *plan)
{
    const char *list = add_plugin(mem, "", "dataset", &plan->dataset);
    list = add_plugin(mem, list, "model", &plan->model);
    for (size_t i = 0; i < plan->n_optimizers; i++)
        if (!used_before(plan, i))
            list = add_plugin(mem, list, "optimizer", &plan->optimizers[i].stage);
    for (size_t i = 0; i < plan->n_reducers; i++)
        list = add_plugin(mem, list, "reducer", &plan->reducers[i]);
    for (size_t i = 0; i < plan->n_sinks; i++)
        list = add_plugin(mem, list, "sink", &plan->sinks[i]);
    return list;
}

const char *const *provenance_new(struct arena *mem, const struct plan *plan, struct dataset *data)
{
    const char *seed = arena_printf(mem, "%lld", (long long)plan->pipeline.seed);
    const char *plugins = plugin_list(mem, plan);
    const char *sha = data ? arena_strdup(mem, data_sha256(data)) : NULL;
    const char **pairs = arena_array(mem, 2 * 7 + 1, sizeof *pairs);
    if (!seed || !plugins || (data && !sha) || !pairs)
        return NULL;
    size_t n = 0;
    pairs[n++] = "thalweg";
    pairs[n++] = PACKAGE_VERSION;
    pairs[n++] = "pipeline";
    pairs[n++] = plan->text;
    if (plan->overrides[0]) {
        pairs[n++] = "overrides";
        pairs[n++] = plan->overrides;
    }
    if (plan->label) {
        pairs[n++] = "variant";
        pairs[n++] = plan->label;
    }
    pairs[n++] = "seed";
    pairs[n++] = seed;
    pairs[n++] = "plugins";
    pairs[n++] = plugins;
    if (sha) {
        pairs[n++] = "data_sha256";
        pairs[n++] = sha;
    }
    return pairs;
}

/* 60000 -> "60,000" */
static const char *grouped(struct arena *mem, size_t n)
{
    char digits[24], out[32];
    int len = snprintf(digits, sizeof digits, "%zu", n), at = 0;
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return arena_strdup(mem, out);
}

#define NAMED 4 /* runs that the subtitle names */

/* ", trained by sgd"; ", 9 runs: sgd, another start, adam and 6 more" */
static const char *add_runs(struct arena *mem, const char *text, const struct plan *plan)
{
    size_t n = plan->n_optimizers, shown = n > NAMED ? NAMED - 1 : n;
    if (n == 1)
        return arena_printf(mem, "%s, trained by %s", text, plan->optimizers[0].name);
    if (n)
        text = arena_printf(mem, "%s, %zu runs", text, n);
    for (size_t i = 0; text && i < shown; i++)
        text = arena_printf(mem, "%s%s %s", text, i ? "," : ":", plan->optimizers[i].name);
    return text && shown < n ? arena_printf(mem, "%s and %zu more", text, n - shown) : text;
}

const char *provenance_subtitle(struct arena *mem, const struct plan *plan,
                                const struct dataset *data)
{
    const char *text = plan->model.plugin->desc.name;
    if (data) {
        const struct tw_data *v = &data->split[TW_TRAIN].view;
        const char *rows = grouped(mem, v->n_rows);
        text = rows ? arena_printf(mem, "%s on %s (%s rows, %zu features)", text,
                                   plan->dataset.plugin->desc.name, rows, v->n_features)
                    : NULL;
    }
    return add_runs(mem, text, plan);
}
