/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c -- see plan.h. */
#include "plan.h"
#include "scalar.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the functions below hand to each other while a plan is read. */
struct reader {
    struct plan *plan;
    struct registry *registry;
    struct schema_dirs dirs;
    struct error *err;
};

static const char *const sections[] = {"dataset", "model",    "optimizer", "reducers",
                                       "grid",    "analysis", "ball",      "sinks"};
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
                        "optimizer, reducers, grid, analysis, ball, sinks%s%s%s",
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

/* A name with a slash is a file, from the folder of the YAML file on. */
static int find_plugin(struct reader *rd, enum tw_kind kind, const struct node *name,
                       const struct plugin **out)
{
    const char *text = name->text;
    if (strchr(text, '/') && text[0] != '/')
        text = arena_printf(&rd->plan->mem, "%s/%s", rd->dirs.input, text);
    if (!text)
        return error_nomem(rd->err);
    if (registry_find(rd->registry, kind, text, out, rd->err) < 0)
        return -1;
    const char *clash = plan_reserved_key(*out);
    return clash ? error_set(rd->err, FAULT_PLUGIN,
                             "%s: its key '%s' belongs to the host in every section of a %s",
                             (*out)->path, clash, kind_name((int)kind))
                 : 0;
}

/* One section with a plugin: find it, then fill both the host's keys of that
 * section and the plugin's. */
static int read_stage(struct reader *rd, const struct node *map, enum tw_kind kind, void *host_keys,
                      struct stage *out)
{
    const char *kname = kind_name((int)kind);
    if (map->kind != NODE_MAP)
        return error_at(rd->err, map->at, "%s: %s is here, wanted a map such as {plugin: NAME}",
                        kname, node_describe(&rd->plan->mem, map));
    const struct node *name = node_get(map, "plugin");
    if (!name)
        return error_at(rd->err, map->at,
                        "%s: the key 'plugin' is missing; `thalweg list %s` "
                        "names the plugins there are",
                        kname, kname);
    if (name->kind != NODE_SCALAR || !name->text[0] || scalar_null(name))
        return error_at(rd->err, name->at, "%s: plugin: %s is here, wanted a plugin's name", kname,
                        node_describe(&rd->plan->mem, name));
    out->at = map->at;
    if (find_plugin(rd, kind, name, &out->plugin) < 0) {
        if (name->at.line > 0)
            return error_prefix(rd->err, "%s:%d:%d", name->at.file, name->at.line, name->at.column);
        return error_prefix(rd->err, "%s", name->at.file);
    }
    const struct tw_plugin *desc = &out->plugin->desc;
    out->config = arena_alloc(&rd->plan->mem, desc->config_size + 1);
    if (!out->config)
        return error_nomem(rd->err);
    struct table tables[2] = {plan_host_keys(kind), out->plugin->table};
    tables[0].config = host_keys;
    tables[1].config = out->config;
    char who[128];
    snprintf(who, sizeof who, "%s %s", kname, desc->name);
    if (schema_fill(&rd->plan->mem, map, who, tables, 2, &rd->dirs, rd->err) < 0)
        return -1;
    const char *wrong = desc->check ? desc->check(out->config) : NULL;
    return wrong ? error_at(rd->err, map->at, "%s: %s", who, wrong) : 0;
}

/* An optional sink whose plugin is not there, or cannot run here, is left out; what is wrong
 * with it becomes a warning.  Its other keys nobody can check then. */
static int leave_out(struct reader *rd, const struct node *map, bool *left)
{
    struct plan *p = rd->plan;
    const struct node *n = map->kind == NODE_MAP ? node_get(map, "optional") : NULL;
    bool optional = false;
    *left = false;
    if (rd->err->fault != FAULT_PLUGIN || !n || scalar_bool(n, &optional) != SCALAR_OK || !optional)
        return -1;
    p->warnings = arena_printf(&p->mem, "%s%s; this sink is optional and left out\n", p->warnings,
                               rd->err->text);
    error_clear(rd->err);
    *left = true;
    return p->warnings ? 0 : error_nomem(rd->err);
}

/* A list of sections with plugins. */
static int read_stages(struct reader *rd, const struct node *list, enum tw_kind kind,
                       struct stage **out, size_t *n)
{
    if (list->kind != NODE_LIST)
        return error_at(rd->err, list->at,
                        "%ss: %s is here, wanted a list of maps such as "
                        "[{plugin: NAME}]",
                        kind_name((int)kind), node_describe(&rd->plan->mem, list));
    *out = arena_array(&rd->plan->mem, list->n + 1, sizeof **out);
    if (!*out)
        return error_nomem(rd->err);
    *n = 0;
    for (size_t i = 0; i < list->n; i++) {
        struct sink_keys unused = {0}; /* those of reducers are fewer */
        bool left = false;
        if (read_stage(rd, list->item[i], kind, &unused, &(*out)[*n]) < 0 &&
            (kind != TW_SINK || leave_out(rd, list->item[i], &left) < 0))
            return -1;
        *n += !left;
    }
    return 0;
}

/* "sgd", and for the next one "sgd 2", unless a label says so. */
static const char *default_name(struct reader *rd, size_t i)
{
    const struct plan *p = rd->plan;
    const char *plugin = p->optimizers[i].stage.plugin->desc.name, *name = plugin;
    for (size_t n = 2, k = 0; name && k < p->n_optimizers; k++) {
        const struct trainer *t = &p->optimizers[k];
        const char *other = k < i ? t->name : t->keys.label;
        if (k == i || !other || strcmp(other, name) != 0)
            continue;
        name = arena_printf(&rd->plan->mem, "%s %zu", plugin, n++);
        k = SIZE_MAX; /* from the first one again */
    }
    return name;
}

static bool good_label(const char *s)
{
    size_t n = 0;
    while (n <= 60 && (unsigned char)s[n] >= ' ' && s[n] != 0x7f)
        n++;
    return n > 0 && n <= 60 && !s[n];
}

static int check_label(struct reader *rd, size_t i, const struct node *map)
{
    const struct plan *p = rd->plan;
    const char *label = p->optimizers[i].keys.label;
    const struct node *n = node_get(map, "label");
    struct mark at = n ? n->at : map->at;
    if (!label)
        return 0;
    if (!good_label(label))
        return error_at(rd->err, at, "optimizer: label: wanted 1 to 60 bytes of text in one line");
    for (size_t k = 0; k < i; k++)
        if (p->optimizers[k].keys.label && strcmp(p->optimizers[k].keys.label, label) == 0)
            return error_at(rd->err, at,
                            "optimizer: label: there is another run '%s'; give each a name of "
                            "its own",
                            label);
    return 0;
}

#define MAX_RUNS 256

/* One section, or a list of them. */
static int read_optimizers(struct reader *rd, const struct node *node)
{
    struct plan *p = rd->plan;
    bool list = node->kind == NODE_LIST;
    size_t n = list ? node->n : 1;
    if (n > MAX_RUNS)
        return error_at(rd->err, node->at, "optimizer: %zu runs are here; at most %d can be", n,
                        MAX_RUNS);
    p->optimizers = arena_array(&p->mem, n + 1, sizeof *p->optimizers);
    if (!p->optimizers)
        return error_nomem(rd->err);
    for (size_t i = 0; i < n; i++) {
        const struct node *map = list ? node->item[i] : node;
        struct trainer *t = &p->optimizers[i];
        *t = (struct trainer){0};
        if (read_stage(rd, map, TW_OPTIMIZER, &t->keys, &t->stage) < 0 ||
            check_label(rd, i, map) < 0)
            return -1;
        p->n_optimizers++;
    }
    for (size_t i = 0; i < n; i++) {
        struct trainer *t = &p->optimizers[i];
        t->name = t->keys.label ? t->keys.label : default_name(rd, i);
        if (!t->name)
            return error_nomem(rd->err);
    }
    return 0;
}

/* [train] or [train, test], in any order. */
static int check_splits(struct reader *rd, struct mark at)
{
    const struct tw_strings *s = &rd->plan->grid.splits;
    size_t n[2] = {0, 0};
    for (size_t i = 0; i < s->n; i++) {
        bool train = strcmp(s->v[i], "train") == 0;
        if (!train && strcmp(s->v[i], "test") != 0)
            return error_at(rd->err, at,
                            "grid: splits: there is no '%.*s'; wanted [train] or [train, test]",
                            text_shown(s->v[i], 40), s->v[i]);
        n[train ? TW_TRAIN : TW_TEST]++;
    }
    if (n[TW_TRAIN] == 1 && n[TW_TEST] <= 1)
        return 0;
    return error_at(rd->err, at,
                    n[TW_TRAIN] == 0 ? "grid: splits: train is missing; the landscape is that of "
                                       "the training set"
                                     : "grid: splits: a set is named twice");
}

static int read_grid(struct reader *rd, const struct node *map)
{
    struct grid_keys *g = &rd->plan->grid;
    struct grid_places *where = &rd->plan->grid_at;
    struct table t = plan_grid_keys();
    t.config = g;
    if (map && map->kind != NODE_MAP)
        return error_at(rd->err, map->at,
                        "grid: %s is here, wanted a map such as {points: [51, 51]}",
                        node_describe(&rd->plan->mem, map));
    if (schema_fill(&rd->plan->mem, map, "grid", &t, 1, &rd->dirs, rd->err) < 0)
        return -1;
    if (!map)
        return 0;
    const struct node *points = node_get(map, "points"), *range = node_get(map, "range");
    const struct node *splits = node_get(map, "splits"), *planes = node_get(map, "planes");
    where->points = points ? points->at : map->at;
    where->range = range ? range->at : map->at;
    where->splits = splits ? splits->at : map->at;
    where->planes = planes ? planes->at : map->at;
    if (g->points.n > 2 || (g->points.n == 0 && points && points->kind == NODE_LIST))
        return error_at(rd->err, where->points,
                        "grid: points: %zu numbers are here, wanted one or two", g->points.n);
    if (check_splits(rd, where->splits) < 0)
        return -1;
    if (!range || g->range.n == 0)
        return 0;
    if (g->range.n != 2 && g->range.n != 4)
        return error_at(rd->err, range->at,
                        "grid: range: %zu numbers are here, wanted auto, "
                        "[lo, hi] or [xlo, xhi, ylo, yhi]",
                        g->range.n);
    for (size_t i = 0; i < g->range.n; i += 2)
        if (!(g->range.v[i] < g->range.v[i + 1]))
            return error_at(rd->err, range->at, "grid: range: %g is not below %g", g->range.v[i],
                            g->range.v[i + 1]);
    return 0;
}

static int read_analysis(struct reader *rd, const struct node *map)
{
    struct table t = plan_analysis_keys();
    t.config = &rd->plan->analysis;
    if (map && map->kind != NODE_MAP)
        return error_at(rd->err, map->at,
                        "analysis: %s is here, wanted a map such as {sharpness: true}",
                        node_describe(&rd->plan->mem, map));
    return schema_fill(&rd->plan->mem, map, "analysis", &t, 1, &rd->dirs, rd->err);
}

/* trajectory, highest, or two numbers. */
static int read_start(struct reader *rd, struct ball_plan *b)
{
    const struct tw_strings *s = &b->keys.start;
    double at[2];
    for (size_t i = 0; i < s->n && i < 2; i++) {
        struct node n = {
            .kind = NODE_SCALAR, .at = b->start_at, .text = arena_strdup(&rd->plan->mem, s->v[i])};
        if (!n.text)
            return error_nomem(rd->err);
        if (scalar_real(&n, &at[i]) != SCALAR_OK || !isfinite(at[i]))
            at[i] = NAN;
    }
    if (s->n == 2 && isfinite(at[0]) && isfinite(at[1])) {
        b->start = BALL_POINT;
        memcpy(b->at, at, sizeof at);
        return 0;
    }
    if (s->n == 1 && strcmp(s->v[0], "trajectory") == 0)
        b->start = BALL_TRAJECTORY;
    else if (s->n == 1 && strcmp(s->v[0], "highest") == 0)
        b->start = BALL_HIGHEST;
    else
        return error_at(rd->err, b->start_at,
                        "ball: start: wanted trajectory, highest, or two numbers [x, y]");
    return 0;
}

static int read_ball(struct reader *rd, const struct node *map)
{
    struct ball_plan *b = &rd->plan->ball;
    struct table t = plan_ball_keys();
    t.config = &b->keys;
    if (!map)
        return 0;
    if (map->kind != NODE_MAP)
        return error_at(rd->err, map->at, "ball: %s is here, wanted a map such as {landscapes: 3}",
                        node_describe(&rd->plan->mem, map));
    const struct node *start = node_get(map, "start"), *velocity = node_get(map, "velocity");
    b->wanted = true;
    b->where = map->at;
    b->start_at = start ? start->at : map->at;
    if (schema_fill(&rd->plan->mem, map, "ball", &t, 1, &rd->dirs, rd->err) < 0)
        return -1;
    if (b->keys.velocity.n != 2)
        return error_at(rd->err, velocity ? velocity->at : map->at,
                        "ball: velocity: wanted two numbers [x, y]");
    return read_start(rd, b);
}

/* Rules across sections. */
static int check_whole(struct reader *rd)
{
    struct plan *p = rd->plan;
    bool data = p->dataset.plugin;
    if (!data && !(p->model.plugin->desc.flags & TW_NO_DATA))
        return error_at(rd->err, p->model.at,
                        "model %s needs data; add a section dataset:", p->model.plugin->desc.name);
    for (size_t i = 0; i < p->n_reducers; i++) {
        const struct plugin *r = p->reducers[i].plugin;
        bool last = i + 1 == p->n_reducers;
        if (!last && !r->ops.reducer.transform)
            return error_at(rd->err, p->reducers[i].at,
                            "reducer %s gives the plane, so it must be "
                            "the last of the reducers",
                            r->desc.name);
        if (!data && r->ops.reducer.transform && !(last && r->ops.reducer.plane))
            return error_at(rd->err, p->reducers[i].at,
                            "reducer %s transforms data, but there is no "
                            "section dataset:",
                            r->desc.name);
    }
    return plan_check_outputs(p, rd->err);
}

static int read_sections(struct reader *rd, const struct node *root)
{
    struct plan *p = rd->plan;
    struct plugin_key model_keys;
    const struct node *n;
    if ((n = node_get(root, "dataset")) &&
        read_stage(rd, n, TW_DATASET, &p->dataset_keys, &p->dataset) < 0)
        return -1;
    if (!(n = node_get(root, "model")))
        return error_at(rd->err, root->at,
                        "the section 'model' is missing, such as "
                        "model: {plugin: NAME}");
    if (read_stage(rd, n, TW_MODEL, &model_keys, &p->model) < 0)
        return -1;
    if ((n = node_get(root, "optimizer")) && read_optimizers(rd, n) < 0)
        return -1;
    if ((n = node_get(root, "reducers")) &&
        read_stages(rd, n, TW_REDUCER, &p->reducers, &p->n_reducers) < 0)
        return -1;
    if (read_grid(rd, node_get(root, "grid")) < 0 ||
        read_analysis(rd, node_get(root, "analysis")) < 0 ||
        read_ball(rd, node_get(root, "ball")) < 0)
        return -1;
    if (!(n = node_get(root, "sinks")))
        return error_at(rd->err, root->at,
                        "the section 'sinks' is missing, such as "
                        "sinks: [{plugin: NAME, path: FILE}]");
    if (read_stages(rd, n, TW_SINK, &p->sinks, &p->n_sinks) < 0)
        return -1;
    if (p->n_sinks == 0)
        return error_at(rd->err, n->at, "sinks: %s; nothing would be written",
                        n->n ? "all are optional, and their plugins are not there"
                             : "the list is empty");
    return check_whole(rd);
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
    struct table t = plan_pipeline_keys();
    t.config = &p->pipeline;
    struct node *keys = plain_keys(&p->mem, root);
    if (!keys)
        return error_nomem(rd->err);
    if (schema_fill(&p->mem, keys, "pipeline", &t, 1, &rd->dirs, rd->err) < 0)
        return -1;
    if (!p->pipeline.title && !(p->pipeline.title = stem(&p->mem, o->file)))
        return error_nomem(rd->err);
    return read_sections(rd, root);
}

int plan_read(struct plan *p, struct registry *r, const struct plan_options *o, struct error *err)
{
    *p = (struct plan){0};
    struct reader rd = {.plan = p, .registry = r, .err = err};
    p->file = arena_strdup(&p->mem, o->file);
    p->overrides = join_sets(&p->mem, o);
    p->warnings = "";
    int rc = p->file && p->overrides ? find_dirs(&rd, o) : error_nomem(err);
    if (rc == 0)
        rc = read_root(&rd, o);
    if (rc < 0)
        plan_free(p);
    return rc;
}

void plan_free(struct plan *p)
{
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
