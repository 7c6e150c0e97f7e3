/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-outputs.c -- the files that the sinks of a pipeline will write: no two the same. */
#include "plan.h"

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
int plan_check_outputs(struct plan *p, struct error *err)
{
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
                return error_at(err, p->sinks[k].at,
                                "sink %s: %s is written twice; give each file a name of its own",
                                p->sinks[k].plugin->desc.name, path);
            if (path && p->ball.keys.thetas && strcmp(path, p->ball.keys.thetas) == 0)
                return error_at(err, p->sinks[k].at,
                                "sink %s: %s is the name of the ball's parameters; give one of "
                                "them another (ball: {thetas: FILE})",
                                p->sinks[k].plugin->desc.name, path);
            if (path && p->analysis.report && strcmp(path, p->analysis.report) == 0)
                return error_at(err, p->sinks[k].at,
                                "sink %s: %s is the name of the report; give one of them another "
                                "(analysis: {report: FILE})",
                                p->sinks[k].plugin->desc.name, path);
        }
    }
    if (p->ball.keys.thetas && p->analysis.report &&
        strcmp(p->ball.keys.thetas, p->analysis.report) == 0)
        return error_at(err, p->ball.where,
                        "ball: thetas: %s is the name of the report; give one of them another",
                        p->ball.keys.thetas);
    return 0;
}
