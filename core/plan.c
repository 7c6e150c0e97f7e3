/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c -- see plan.h. */
#include "plan-private.h"

#include <errno.h>
#include <string.h>

static const char *const sections[] = {"dataset",  "model", "optimizer", "reducers", "grid",
                                       "analysis", "ball",  "compare",   "sinks"};
#define N_SECTIONS (sizeof sections / sizeof sections[0])

static bool is_section(const char *key)
{
    for (size_t i = 0; i < N_SECTIONS; i++)
        if (strcmp(key, sections[i]) == 0)
            return true;
    return false;
}

/* Complain about the first top-level key that is neither a section nor one of
 * the pipeline's own. */
static int refuse_unknown(struct reader *rd, const struct node *root)
{
    const char *words[N_SECTIONS + 8];
    size_t n = 0;
    struct table t = plan_pipeline_keys();
    for (size_t i = 0; table_at(&t, i); i++)
        words[n++] = table_at(&t, i)->name;
    for (size_t i = 0; i < N_SECTIONS; i++)
        words[n++] = sections[i];
    for (size_t i = 0; i < root->n; i++) {
        size_t k = 0;
        while (k < n && strcmp(root->key[i], words[k]) != 0)
            k++;
        if (k < n)
            continue;
        const char *near = nearest_word(root->key[i], words, n);
        return error_at(rd->err, root->key_at[i],
                        "unknown key '%s'; a pipeline has thalweg, title, seed, dataset, model, "
                        "optimizer, reducers, grid, analysis, ball, compare, sinks%s%s%s",
                        root->key[i], near ? " (did you mean '" : "", near ? near : "",
                        near ? "'?)" : "");
    }
    return 0;
}

/* The top-level keys that are no sections, as a map of their own. */
static struct node *plain_keys(struct arena *mem, const struct node *root)
{
    struct node *map = arena_alloc(mem, sizeof *map);
    if (!map)
        return NULL;
    *map = (struct node){.kind = NODE_MAP, .at = root->at};
    map->item = arena_array(mem, root->n + 1, sizeof *map->item);
    map->key = arena_array(mem, root->n + 1, sizeof *map->key);
    map->key_at = arena_array(mem, root->n + 1, sizeof *map->key_at);
    if (!map->item || !map->key || !map->key_at)
        return NULL;
    for (size_t i = 0; i < root->n; i++)
        if (!is_section(root->key[i])) {
            map->item[map->n] = root->item[i];
            map->key[map->n] = root->key[i];
            map->key_at[map->n++] = root->key_at[i];
        }
    return map;
}

/* "configs/iris.yaml" -> "iris". */
static char *stem(struct arena *mem, const char *file)
{
    const char *slash = strrchr(file, '/');
    char *name = arena_strdup(mem, slash ? slash + 1 : file);
    char *dot = name ? strrchr(name, '.') : NULL;
    if (dot && dot != name && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0))
        *dot = '\0';
    return name;
}

/* Folder of the YAML file (absolute), and where outputs go. */
static int find_dirs(struct reader *rd, const struct plan_options *o)
{
    struct arena *mem = &rd->plan->mem;
    char *dir = arena_strdup(mem, o->file);
    const char *name = stem(mem, o->file);
    if (!dir || !name)
        return error_nomem(rd->err);
    char *slash = strrchr(dir, '/');
    if (slash)
        slash[slash == dir] = '\0';
    const char *out = o->outdir ? o->outdir : arena_printf(mem, "out/%s", name);
    rd->dirs.input = schema_absolute(mem, NULL, slash ? dir : ".");
    rd->dirs.data = schema_absolute(mem, NULL, o->datadir);
    rd->dirs.output = rd->plan->outdir = out ? schema_absolute(mem, NULL, out) : NULL;
    rd->dirs.must_exist = true;
    if (!rd->dirs.input || !rd->dirs.data || !rd->dirs.output)
        return error_set(rd->err, FAULT_RUN, "the working directory: %s", strerror(errno));
    return 0;
}

static const char *join_sets(struct arena *mem, const struct plan_options *o)
{
    const char *all = arena_strdup(mem, "");
    for (size_t i = 0; all && i < o->n_sets; i++)
        all = arena_printf(mem, "%s%s%s", all, i ? "\n" : "", o->sets[i]);
    return all;
}

int reader_pipeline_keys(struct reader *rd, const struct node *root)
{
    struct plan *p = rd->plan;
    struct table t = plan_pipeline_keys();
    t.config = &p->pipeline;
    struct node *keys = plain_keys(&p->mem, root);
    if (!keys)
        return error_nomem(rd->err);
    if (schema_fill(&p->mem, keys, "pipeline", &t, 1, &rd->dirs, rd->err) < 0)
        return -1;
    if (!p->pipeline.title && !(p->pipeline.title = stem(&p->mem, p->file)))
        return error_nomem(rd->err);
    return 0;
}

static int read_root(struct reader *rd, const struct plan_options *o)
{
    struct plan *p = rd->plan;
    struct node *root;
    if (yaml_read_file(&p->mem, o->file, &root, &p->text, rd->err) < 0)
        return -1;
    if (root->kind != NODE_MAP)
        return error_at(rd->err, root->at,
                        "%s is here, wanted a pipeline: a map that starts with "
                        "thalweg: 1",
                        node_describe(&p->mem, root));
    for (size_t i = 0; i < o->n_sets; i++)
        if (yaml_set(&p->mem, root, o->sets[i], rd->err) < 0)
            return -1;
    if (refuse_unknown(rd, root) < 0)
        return -1;
    const struct node *variants = node_get(root, "compare");
    if (reader_pipeline_keys(rd, root) < 0)
        return -1;
    if (variants)
        return reader_compare(rd, root, variants);
    return reader_sections(rd, root);
}

int plan_read(struct plan *p, struct registry *r, const struct plan_options *o, struct error *err)
{
    *p = (struct plan){0};
    struct reader rd = {.plan = p, .registry = r, .err = err};
    p->file = arena_strdup(&p->mem, o->file);
    p->overrides = join_sets(&p->mem, o);
    int rc = p->file && p->overrides ? find_dirs(&rd, o) : error_nomem(err);
    if (rc == 0)
        rc = read_root(&rd, o);
    if (rc < 0)
        plan_free(p);
    return rc;
}

void plan_free(struct plan *p)
{
    for (size_t i = 0; i < p->n_variants; i++)
        arena_free(&p->variant[i].plan.mem);
    p->n_variants = 0; /* what was in the arena, too */
    arena_free(&p->mem);
}

size_t plan_points(const struct plan *p, int axis)
{
    const struct tw_ints *v = &p->grid.points;
    return v->n == 0 ? 51 : (size_t)v->v[axis && v->n > 1 ? 1 : 0];
}

int plan_line_points(const struct plan *p, size_t *n, struct error *err)
{
    const struct tw_ints *v = &p->grid.points;
    if (v->n > 1)
        return error_at(err, p->grid_at.points,
                        "grid: points: two numbers are here, but the landscape is a line; wanted "
                        "one");
    if (p->grid.range.n > 2)
        return error_at(err, p->grid_at.range,
                        "grid: range: four numbers are here, but the landscape is a line; wanted "
                        "[lo, hi]");
    *n = v->n == 0 ? 401 : (size_t)v->v[0];
    return 0;
}

bool plan_wants_test(const struct plan *p)
{
    return p->grid.splits.n > 1;
}

uint64_t trainer_seed(const struct trainer *t, uint64_t pipeline_seed)
{
    return t->keys.seed == TW_INT_AUTO ? pipeline_seed : (uint64_t)t->keys.seed;
}

size_t plan_tile_rows(const struct plan *p)
{
    int64_t rows = p->grid.tile_rows;
    return rows == TW_INT_AUTO ? 0 : (size_t)rows;
}
