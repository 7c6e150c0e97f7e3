/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-compare.c -- the section `compare`: a list of variants, each of which becomes a plan of its
 * own.
 *
 * What a variant says is laid over the pipeline's tree, key by key, and the result is read as any
 * pipeline is: so all rules hold for each, and every place that an error names is in the file.
 */
#include "plan-private.h"

#include "instance.h"
#include "scalar.h"

#include <string.h>

#define MOST_VARIANTS 9

static const char *const may_vary[] = {"dataset", "model", "optimizer", "reducers", "grid", "seed"};
#define N_MAY_VARY (sizeof may_vary / sizeof may_vary[0])

int plan_together(const struct plugin *p, struct tw_sink_compare *out, struct error *err)
{
    size_t least = offsetof(struct tw_sink_compare, write) + sizeof out->write;
    int rc = plugin_table(p, TW_EXT_SINK_COMPARE, out, sizeof *out, least, err);
    if (rc == 0 && !out->write)
        return error_set(err, FAULT_PLUGIN, "sink %s: its extension %s has no write()",
                         p->desc.name, TW_EXT_SINK_COMPARE);
    return rc;
}

/* ---- trees ---------------------------------------------------------------------------- */

static struct node *new_map(struct arena *mem, size_t room, struct mark at)
{
    struct node *map = arena_alloc(mem, sizeof *map);
    if (!map)
        return NULL;
    *map = (struct node){.kind = NODE_MAP, .at = at, .text = ""};
    map->item = arena_array(mem, room + 1, sizeof *map->item);
    map->key = arena_array(mem, room + 1, sizeof *map->key);
    map->key_at = arena_array(mem, room + 1, sizeof *map->key_at);
    return map->item && map->key && map->key_at ? map : NULL;
}

/* In place of what stands under that key; the map has room. */
static void put(struct node *map, const char *key, struct mark at, struct node *item)
{
    size_t i = 0;
    while (i < map->n && strcmp(map->key[i], key) != 0)
        i++;
    map->key[i] = key;
    map->key_at[i] = at;
    map->item[i] = item;
    map->n += i == map->n;
}

static void put_all(struct node *map, const struct node *from)
{
    for (size_t i = 0; i < from->n; i++)
        put(map, from->key[i], from->key_at[i], from->item[i]);
}

/* Do both name a plugin, and not the same one? */
static bool other_plugin(const struct node *a, const struct node *b)
{
    const struct node *p = node_get(a, "plugin"), *q = node_get(b, "plugin");
    return p && q && (p->kind != NODE_SCALAR || q->kind != NODE_SCALAR || strcmp(p->text, q->text));
}

/* A section with what the variant says about it. */
static struct node *lay_over(struct arena *mem, struct node *section, struct node *over)
{
    if (!section || section->kind != NODE_MAP || over->kind != NODE_MAP ||
        other_plugin(section, over))
        return over;
    struct node *both = new_map(mem, section->n + over->n, over->at);
    if (!both)
        return NULL;
    put_all(both, section);
    put_all(both, over);
    return both;
}

static struct node *merge(struct arena *mem, const struct node *root, const struct node *entry)
{
    struct node *whole = new_map(mem, root->n + entry->n, root->at);
    if (!whole)
        return NULL;
    for (size_t i = 0; i < root->n; i++)
        if (strcmp(root->key[i], "compare") != 0)
            put(whole, root->key[i], root->key_at[i], root->item[i]);
    for (size_t i = 0; i < entry->n; i++) {
        if (strcmp(entry->key[i], "label") == 0)
            continue;
        struct node *item = lay_over(mem, node_get(root, entry->key[i]), entry->item[i]);
        if (!item)
            return NULL;
        put(whole, entry->key[i], entry->key_at[i], item);
    }
    return whole;
}

/* ---- one variant ------------------------------------------------------------------------ */

static int refuse_unknown(struct reader *rd, const struct node *entry)
{
    const char *words[N_MAY_VARY + 1] = {"label"};
    for (size_t i = 0; i < N_MAY_VARY; i++)
        words[i + 1] = may_vary[i];
    for (size_t i = 0; i < entry->n; i++) {
        size_t k = 0;
        while (k <= N_MAY_VARY && strcmp(entry->key[i], words[k]) != 0)
            k++;
        if (k <= N_MAY_VARY)
            continue;
        const char *near = nearest_word(entry->key[i], words, N_MAY_VARY + 1);
        return error_at(rd->err, entry->key_at[i],
                        "compare: unknown key '%s'; a variant has label, dataset, model, "
                        "optimizer, reducers, grid, seed%s%s%s",
                        entry->key[i], near ? " (did you mean '" : "", near ? near : "",
                        near ? "'?)" : "");
    }
    return 0;
}

static int read_label(struct reader *rd, const struct node *entry, size_t i)
{
    struct plan *p = rd->plan;
    struct compare_keys keys;
    struct table t = plan_compare_keys();
    struct node *map = new_map(&p->mem, 1, entry->at), *label = node_get(entry, "label");
    if (!map)
        return error_nomem(rd->err);
    if (label)
        put(map, "label", label->at, label);
    t.config = &keys;
    if (schema_fill(&p->mem, map, "compare", &t, 1, &rd->dirs, rd->err) < 0)
        return -1;
    if (!label || !keys.label || !label_good(keys.label))
        return error_at(rd->err, label ? label->at : entry->at,
                        "compare: label: wanted 1 to 60 bytes of text in one line");
    for (size_t k = 0; k < i; k++)
        if (strcmp(p->variant[k].plan.label, keys.label) == 0)
            return error_at(rd->err, label->at,
                            "compare: label: there is another variant '%s'; give each a name of "
                            "its own",
                            keys.label);
    p->variant[i].plan.label = keys.label;
    return 0;
}

/* "With skip connections!" -> "with-skip-connections"; a number behind it where that is taken. */
static const char *slug(struct plan *p, size_t i)
{
    char name[64];
    size_t n = 0;
    for (const char *s = p->variant[i].plan.label; *s; s++) {
        char c = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            name[n++] = c;
        else if (n > 0 && name[n - 1] != '-')
            name[n++] = '-';
    }
    while (n > 0 && name[n - 1] == '-')
        n--;
    name[n] = '\0';
    const char *stem = arena_strdup(&p->mem, n ? name : "variant"), *whole = stem;
    size_t number = 2;
    for (size_t k = 0; whole && k < i; k++)
        if (strcmp(p->variant[k].slug, whole) == 0) {
            whole = arena_printf(&p->mem, "%s-%zu", stem, number++);
            k = SIZE_MAX; /* from the first one again */
        }
    return whole;
}

static int mark_sinks(struct plan *p, struct error *err)
{
    for (size_t i = 0; i < p->n_sinks; i++) {
        struct tw_sink_compare unused;
        int rc = plan_together(p->sinks[i].plugin, &unused, err);
        if (rc < 0)
            return -1;
        p->sinks[i].together = rc == 0;
    }
    return 0;
}

static int read_variant(struct reader *rd, const struct node *root, const struct node *entry,
                        size_t i)
{
    struct plan *p = rd->plan, *own = &p->variant[i].plan;
    struct reader sub = *rd;
    sub.plan = own;
    sub.dirs.output = own->outdir = arena_printf(&p->mem, "%s/%s", p->outdir, p->variant[i].slug);
    own->file = p->file;
    own->text = p->text;
    own->overrides = p->overrides;
    struct node *whole = merge(&p->mem, root, entry);
    if (!whole || !own->outdir)
        return error_nomem(rd->err);
    if (reader_pipeline_keys(&sub, whole) < 0 || reader_sections(&sub, whole) < 0)
        return entry->n > 1 ? error_suffix(rd->err, " (variant '%s')", own->label) : -1;
    own->pipeline.title = arena_printf(&own->mem, "%s: %s", p->pipeline.title, own->label);
    return own->pipeline.title ? mark_sinks(own, rd->err) : error_nomem(rd->err);
}

int reader_compare(struct reader *rd, const struct node *root, const struct node *list)
{
    struct plan *p = rd->plan;
    if (list->kind != NODE_LIST)
        return error_at(rd->err, list->at,
                        "compare: %s is here, wanted a list of variants such as [{label: without}, "
                        "{label: with, model: {skip: true}}]",
                        node_describe(&p->mem, list));
    if (list->n < 2 || list->n > MOST_VARIANTS)
        return error_at(rd->err, list->at, "compare: %zu variant%s here, wanted 2 to %d", list->n,
                        list->n == 1 ? " is" : "s are", MOST_VARIANTS);
    p->variant = arena_array(&p->mem, list->n, sizeof *p->variant);
    if (!p->variant)
        return error_nomem(rd->err);
    for (size_t i = 0; i < list->n; i++) {
        const struct node *entry = list->item[i];
        p->variant[i].at = entry->at;
        p->n_variants = i + 1;
        if (entry->kind != NODE_MAP)
            return error_at(rd->err, entry->at,
                            "compare: %s is here, wanted a map such as {label: NAME, model: {}}",
                            node_describe(&p->mem, entry));
        if (refuse_unknown(rd, entry) < 0 || read_label(rd, entry, i) < 0)
            return -1;
        if (!(p->variant[i].slug = slug(p, i)))
            return error_nomem(rd->err);
        if (read_variant(rd, root, entry, i) < 0)
            return -1;
    }
    if (reader_sinks(rd, root) < 0 || mark_sinks(p, rd->err) < 0)
        return -1;
    return reader_check_variants(rd);
}
