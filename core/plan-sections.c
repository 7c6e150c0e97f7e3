/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-sections.c -- the sections of a pipeline into a plan; see plan-private.h. */
#include "plan-private.h"
#include "scalar.h"

#include <math.h>
#include <string.h>

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

bool label_good(const char *s)
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
    if (!label_good(label))
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

int reader_sinks(struct reader *rd, const struct node *root)
{
    struct plan *p = rd->plan;
    const struct node *n = node_get(root, "sinks");
    p->warnings = "";
    if (!n)
        return error_at(rd->err, root->at,
                        "the section 'sinks' is missing, such as "
                        "sinks: [{plugin: NAME, path: FILE}]");
    if (read_stages(rd, n, TW_SINK, &p->sinks, &p->n_sinks) < 0)
        return -1;
    if (p->n_sinks == 0)
        return error_at(rd->err, n->at, "sinks: %s; nothing would be written",
                        n->n ? "all are optional, and their plugins are not there"
                             : "the list is empty");
    return 0;
}

int reader_sections(struct reader *rd, const struct node *root)
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
    return reader_sinks(rd, root) < 0 ? -1 : reader_check(rd);
}
