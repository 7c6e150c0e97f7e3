/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-compare.c -- a plan with variants: comparison_run() of run.h.
 *
 * The variants are computed one after the other, and of each only its result is kept.  Nothing is
 * written before all are there: then the files of each variant, in its folder, and at last what
 * shows them together.
 */
#include "run-private.h"

#include <stdlib.h>

static int begin(struct comparison *c, const struct plan *plan, const struct run_options *o,
                 struct error *err)
{
    *c = (struct comparison){.plan = plan};
    progress_init(&c->progress, o->quiet);
    outputs_init(&c->outputs);
    c->variant = calloc(plan->n_variants, sizeof *c->variant);
    c->workers = workers_new(o->jobs);
    if (!c->variant || !c->workers)
        return error_nomem(err);
    c->env = (struct environment){
        .seed = (uint64_t)plan->pipeline.seed,
        .progress = &c->progress,
        .outputs = &c->outputs,
        .workers = c->workers,
        .log_level = o->log_level,
        .stop = o->stop,
    };
    for (size_t i = 0; i < plan->n_variants; i++)
        if (run_check_outputs(&plan->variant[i].plan, err) < 0)
            return -1;
    return run_check_outputs(plan, err);
}

static int compute(struct comparison *c, size_t i, struct registry *registry,
                   const struct run_options *o, struct error *err)
{
    const struct plan *plan = &c->plan->variant[i].plan;
    struct run_options own = *o;
    char prefix[48];
    snprintf(prefix, sizeof prefix, "%zu/%zu ", i + 1, c->plan->n_variants);
    own.workers = c->workers;
    own.prefix = prefix;
    if (!o->quiet)
        fprintf(stderr, "%s%s\n", prefix, plan->label);
    c->n = i + 1;
    int rc = run_compute(&c->variant[i], plan, registry, &own, err);
    if (rc < 0)
        return err->fault == FAULT_INTERRUPT ? -1
                                             : error_suffix(err, " (variant '%s')", plan->label);
    run_settle(&c->variant[i]);
    return 0;
}

static int write_together(struct comparison *c, const struct stage *s,
                          const struct tw_result *const *result, const char *const *label,
                          struct error *err)
{
    struct tw_sink_compare ext;
    struct instance *sink;
    if (plan_together(s->plugin, &ext, err) < 0 ||
        instance_new(s->plugin, "sink", s->config, &c->env, &sink, err) < 0)
        return run_blame(s, err);
    int written = ext.write(sink->self, c->plan->pipeline.title, c->n, result, label);
    return run_finish_sink(sink, s, written, err);
}

/* The sinks that take all variants at once. */
static int write_all(struct comparison *c, struct error *err)
{
    const struct plan *plan = c->plan;
    const struct tw_result **result = calloc(c->n, sizeof *result);
    const char **label = calloc(c->n, sizeof *label);
    int rc = result && label ? 0 : error_nomem(err);
    for (size_t i = 0; rc == 0 && i < c->n; i++) {
        result[i] = &c->variant[i].result;
        label[i] = plan->variant[i].plan.label;
    }
    progress_begin(&c->progress, "write");
    double begun = clock_seconds(), n = (double)plan->n_sinks;
    for (size_t i = 0; rc == 0 && i < plan->n_sinks; i++) {
        progress_span(&c->progress, (double)i / n, (double)(i + 1) / n);
        if (plan->sinks[i].together)
            rc = write_together(c, &plan->sinks[i], result, label, err);
    }
    double spent = clock_seconds() - begun;
    if (rc == 0)
        progress_end(&c->progress, "%.*f s, %zu file%s", seconds_digits(spent), spent, c->outputs.n,
                     c->outputs.n == 1 ? "" : "s");
    free(label);
    free(result);
    return rc;
}

static bool any_together(const struct plan *plan)
{
    for (size_t i = 0; i < plan->n_sinks; i++)
        if (plan->sinks[i].together)
            return true;
    return false;
}

int comparison_run(struct comparison *c, const struct plan *plan, struct registry *registry,
                   const struct run_options *o, struct error *err)
{
    if (begin(c, plan, o, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->n_variants; i++)
        if (compute(c, i, registry, o, err) < 0)
            return -1;
    for (size_t i = 0; i < c->n; i++)
        if (run_write(&c->variant[i], err) < 0)
            return -1;
    return any_together(plan) ? write_all(c, err) : 0;
}

void comparison_free(struct comparison *c)
{
    for (size_t i = 0; i < c->n; i++)
        run_free(&c->variant[i]);
    free(c->variant);
    workers_free(c->workers);
    outputs_free(&c->outputs);
    progress_free(&c->progress);
}
