/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-check.c -- rules across the sections of a plan; see plan-private.h. */
#include "plan-private.h"

#include <string.h>

const char *plan_output(const struct stage *s, size_t i, bool *more)
{
    const struct tw_param *p = table_at(&s->plugin->table, i);
    const char *path = NULL;
    if ((*more = p != NULL) && p->type == TW_OUTPUT)
        memcpy(&path, (const char *)s->config + p->offset, sizeof path);
    return path;
}

/* Is the file one of those before the i-th of sink k? */
static bool written_before(const struct plan *p, size_t k, size_t i, const char *path)
{
    bool more;
    for (size_t a = 0; a <= k; a++)
        for (size_t b = 0; a < k || b < i; b++) {
            const char *other = plan_output(&p->sinks[a], b, &more);
            if (!more)
                break;
            if (other && strcmp(other, path) == 0)
                return true;
        }
    return false;
}

/* A file that may be left out, under the name that it has by itself. */
static bool is_extra(const struct stage *s, size_t i, const char *path)
{
    const struct tw_param *p = table_at(&s->plugin->table, i);
    size_t n = strlen(path), tail = p->def ? strlen(p->def) : n;
    return (p->flags & TW_P_NULL) && tail < n && path[n - tail - 1] == '/' &&
           strcmp(path + n - tail, p->def) == 0;
}

/* Two sinks would overwrite each other.  What one writes by itself, the next need not. */
static int check_outputs(struct reader *rd)
{
    const struct plan *p = rd->plan;
    for (size_t k = 0; k < p->n_sinks; k++) {
        bool more = true;
        for (size_t i = 0; more; i++) {
            const char *path = plan_output(&p->sinks[k], i, &more);
            if (path && written_before(p, k, i, path) && is_extra(&p->sinks[k], i, path)) {
                const char *none = NULL;
                memcpy((char *)p->sinks[k].config + table_at(&p->sinks[k].plugin->table, i)->offset,
                       &none, sizeof none);
                continue;
            }
            if (path && written_before(p, k, i, path))
                return error_at(rd->err, p->sinks[k].at,
                                "sink %s: %s is written twice; give each file a name of its own",
                                p->sinks[k].plugin->desc.name, path);
            if (path && p->ball.keys.thetas && strcmp(path, p->ball.keys.thetas) == 0)
                return error_at(rd->err, p->sinks[k].at,
                                "sink %s: %s is the name of the ball's parameters; give one of "
                                "them another (ball: {thetas: FILE})",
                                p->sinks[k].plugin->desc.name, path);
            if (path && p->analysis.report && strcmp(path, p->analysis.report) == 0)
                return error_at(rd->err, p->sinks[k].at,
                                "sink %s: %s is the name of the report; give one of them another "
                                "(analysis: {report: FILE})",
                                p->sinks[k].plugin->desc.name, path);
        }
    }
    if (p->ball.keys.thetas && p->analysis.report &&
        strcmp(p->ball.keys.thetas, p->analysis.report) == 0)
        return error_at(rd->err, p->ball.where,
                        "ball: thetas: %s is the name of the report; give one of them another",
                        p->ball.keys.thetas);
    return 0;
}

/* Rules across sections. */
int reader_check(struct reader *rd)
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
    return check_outputs(rd);
}

/* Is the file in that folder, or below?  Not if someone wrote `..` to leave it. */
static bool inside(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    if (strncmp(path, folder, n) != 0 || path[n] != '/')
        return false;
    for (const char *p = path + n; (p = strstr(p, "/..")); p += 3)
        if (p[3] == '/' || !p[3])
            return false;
    return true;
}

static int check_own(struct reader *rd, const struct variant *v, struct mark at, const char *path)
{
    if (!path || inside(path, v->plan.outdir))
        return 0;
    return error_at(rd->err, at,
                    "every variant would write %s; name a file within the output folder, where "
                    "each variant has a folder of its own",
                    path);
}

/* A file of all variants in the folder of one might be that one's. */
static int check_common(struct reader *rd, const struct stage *sink, const char *path)
{
    const struct plan *p = rd->plan;
    for (size_t i = 0; i < p->n_variants; i++)
        if (path && inside(path, p->variant[i].plan.outdir))
            return error_at(rd->err, sink->at,
                            "sink %s: %s is in the folder of the variant '%s'; give the file "
                            "another name",
                            sink->plugin->desc.name, path, p->variant[i].plan.label);
    return 0;
}

static int check_variant(struct reader *rd, const struct variant *v)
{
    const struct plan *own = &v->plan;
    for (size_t k = 0; k < own->n_sinks; k++) {
        bool more = !own->sinks[k].together;
        for (size_t i = 0; more; i++)
            if (check_own(rd, v, own->sinks[k].at, plan_output(&own->sinks[k], i, &more)) < 0)
                return -1;
    }
    if (check_own(rd, v, v->at, own->analysis.report) < 0)
        return -1;
    return check_own(rd, v, v->at, own->ball.keys.thetas);
}

int reader_check_variants(struct reader *rd)
{
    const struct plan *p = rd->plan;
    for (size_t i = 0; i < p->n_variants; i++)
        if (check_variant(rd, &p->variant[i]) < 0)
            return -1;
    for (size_t k = 0; k < p->n_sinks; k++) {
        bool more = p->sinks[k].together;
        for (size_t i = 0; more; i++)
            if (check_common(rd, &p->sinks[k], plan_output(&p->sinks[k], i, &more)) < 0)
                return -1;
    }
    return check_outputs(rd);
}
