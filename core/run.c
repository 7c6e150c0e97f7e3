/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c -- see run.h. */
#include "run-private.h"

#include "aligned.h"
#include "provenance.h"
#include "train.h"

#include <stdlib.h>
#include <string.h>

int run_blame(const struct stage *s, struct error *err)
{
    size_t n = strlen(s->at.file);
    if (err->fault != FAULT_PIPELINE ||
        (strncmp(err->text, s->at.file, n) == 0 && err->text[n] == ':'))
        return -1; /* the place is there already */
    if (s->at.line > 0)
        return error_prefix(err, "%s:%d:%d", s->at.file, s->at.line, s->at.column);
    return error_prefix(err, "%s", s->at.file);
}

/* Does the sink write the files of this plan, and not those of another? */
static bool writes_here(const struct plan *plan, const struct stage *sink)
{
    return plan->label ? !sink->together : plan->n_variants ? sink->together : true;
}

/* Find out now, not after an hour, what cannot be written. */
int run_check_outputs(const struct plan *plan, struct error *err)
{
    for (size_t k = 0; k < plan->n_sinks; k++) {
        bool more = writes_here(plan, &plan->sinks[k]);
        for (size_t i = 0; more; i++) {
            const char *path = plan_output(&plan->sinks[k], i, &more);
            if (path && outputs_possible(path, err) < 0)
                return -1;
        }
    }
    if (plan->ball.keys.thetas && outputs_possible(plan->ball.keys.thetas, err) < 0)
        return -1;
    return plan->analysis.report ? outputs_possible(plan->analysis.report, err) : 0;
}

/* One reducer's transform.  The last one's instance is kept if it gives the
 * plane, too: what it learnt from the data is in it. */
static int transform(struct run *r, size_t i, struct error *err)
{
    const struct stage *s = &r->plan->reducers[i];
    struct instance *reducer;
    if (instance_new(s->plugin, "reducer", s->config, &r->env, &reducer, err) < 0)
        return run_blame(s, err);
    reducer->at = s->at;
    progress_begin(&r->progress, "reduce");
    double begun = clock_seconds();
    int rc = data_transform(&r->data, reducer, err);
    double spent = clock_seconds() - begun;
    if (rc == 0)
        progress_end(&r->progress, "%.*f s, %s to %zu features", seconds_digits(spent), spent,
                     s->plugin->desc.name, r->data.split[TW_TRAIN].view.n_features);
    if (rc == 0 && i + 1 == r->plan->n_reducers && s->plugin->ops.reducer.plane)
        r->reducer = reducer;
    else
        instance_free(reducer);
    return rc;
}

static int stage_data(struct run *r, struct error *err)
{
    const struct plan *plan = r->plan;
    if (!plan->dataset.plugin)
        return 0;
    progress_begin(&r->progress, "data");
    double begun = clock_seconds();
    if (data_load(&r->data, plan, &r->env, err) < 0)
        return run_blame(&plan->dataset, err);
    r->has_data = true;
    const struct tw_data *v = &r->data.split[TW_TRAIN].view;
    double spent = clock_seconds() - begun;
    progress_end(&r->progress, "%.*f s, %zu rows of %zu features", seconds_digits(spent), spent,
                 v->n_rows, v->n_features);
    for (size_t i = 0; i < plan->n_reducers; i++)
        if (plan->reducers[i].plugin->ops.reducer.transform && transform(r, i, err) < 0)
            return -1;
    return 0;
}

static int open_model(struct run *r, struct model *m, const struct tw_data *data, struct error *err)
{
    const struct stage *s = &r->plan->model;
    if (model_open(m, s->plugin, s->config, data, r->workers, &r->env, err) < 0)
        return run_blame(s, err);
    for (size_t i = 0; i < m->n_instances; i++)
        m->instance[i]->at = s->at;
    return 0;
}

/* A model whose parameters belong to the rows it was trained on has no loss on
 * other rows. */
static int open_test_model(struct run *r, struct error *err)
{
    if (!r->has_data || !r->data.has_test)
        return 0;
    if (open_model(r, &r->test_model, &r->data.split[TW_TEST].view, err) < 0)
        return -1;
    if (r->test_model.dim != r->model.dim) {
        progress_print(&r->progress,
                       "model %s: has %zu parameters on the test set and %zu on the "
                       "training set; the test set is left out",
                       r->plan->model.plugin->desc.name, r->test_model.dim, r->model.dim);
        model_close(&r->test_model);
    }
    return 0;
}

static int stage_model(struct run *r, struct error *err)
{
    const struct tw_data *data = r->has_data ? &r->data.split[TW_TRAIN].view : NULL;
    if (open_model(r, &r->model, data, err) < 0 || open_test_model(r, err) < 0)
        return -1;
    size_t n = r->plan->n_optimizers;
    r->theta = aligned_array(r->model.dim, sizeof *r->theta);
    r->paths = calloc(n + 1, sizeof *r->paths);
    r->tracks = calloc(n + 1, sizeof *r->tracks);
    r->scores = calloc(n + 1, sizeof *r->scores);
    if (!r->theta || !r->paths || !r->tracks || !r->scores)
        return error_nomem(err);
    return train_init(&r->model, &r->env, r->theta, err);
}

/* The names of the reducers that give planes, for a message. */
static const char *plane_reducers(struct run *r, struct registry *registry)
{
    struct listing *list;
    size_t n;
    struct error ignored = {0};
    const char *names = "";
    if (registry_list(registry, TW_REDUCER, &r->mem, &list, &n, &ignored) < 0)
        return "one";
    for (size_t i = 0; names && i < n; i++) {
        const struct plugin *p;
        if (list[i].state == LISTED_OK &&
            registry_find(registry, TW_REDUCER, list[i].name, &p, &ignored) == 0 &&
            p->ops.reducer.plane)
            names = arena_printf(&r->mem, "%s%s%s", names, names[0] ? ", " : "", list[i].name);
    }
    return names && names[0] ? names : "one";
}

/* Refuse before training a pipeline that will have no plane after it. */
static int check_plane(struct run *r, struct registry *registry, struct error *err)
{
    const struct plan *plan = r->plan;
    size_t last = plan->n_reducers, n_weights;
    if (last && plan->reducers[last - 1].plugin->ops.reducer.plane) {
        const struct stage *s = &plan->reducers[last - 1];
        if (!r->reducer &&
            instance_new(s->plugin, "reducer", s->config, &r->env, &r->reducer, err) < 0)
            return run_blame(s, err);
        r->reducer->at = s->at;
        return 0;
    }
    struct plane probe;
    int rc = plane_implicit(&probe, &r->model, r->theta, &n_weights, err);
    if (rc == 0) {
        r->line = probe.view.n_axes == 1;
        plane_free(&probe);
    }
    if (rc <= 0)
        return rc;
    return error_at(err, plan->model.at,
                    "model %s: has %zu weights, and no reducer gives the plane to draw; add to "
                    "reducers: one of %s",
                    plan->model.plugin->desc.name, n_weights, plane_reducers(r, registry));
}

int run_finish_sink(struct instance *sink, const struct stage *s, int written, struct error *err)
{
    const struct environment *env = sink->env;
    int rc = instance_check(sink, written, NULL, err);
    /* What a sink calls whole is kept even if the user has interrupted it: a film ends early. */
    if (rc == 0 && written == TW_OK)
        rc = outputs_commit(env->outputs, err);
    else
        outputs_discard(env->outputs);
    if (rc == 0 && env->stop && *env->stop)
        rc = error_set(err, FAULT_INTERRUPT, "interrupted");
    instance_free(sink);
    return rc < 0 ? run_blame(s, err) : 0;
}

static int write_sink(struct run *r, const struct stage *s, struct error *err)
{
    struct instance *sink;
    if (instance_new(s->plugin, "sink", s->config, &r->env, &sink, err) < 0)
        return run_blame(s, err);
    return run_finish_sink(sink, s, s->plugin->ops.sink.write(sink->self, &r->result), err);
}

static int make_result(struct run *r, struct error *err)
{
    struct dataset *data = r->has_data ? &r->data : NULL;
    r->result = (struct tw_result){
        .struct_size = sizeof r->result,
        .title = r->plan->pipeline.title,
        .subtitle = provenance_subtitle(&r->mem, r->plan, data),
        .plane = &r->plane.view,
        .grid = &r->grid.view,
        .n_tracks = r->n_paths,
        .tracks = r->views,
        .provenance = provenance_new(&r->mem, r->plan, data),
        .spread = r->spread.n > 0 ? &r->spread.view : NULL,
        .critical = r->analysis.has_critical ? &r->analysis.critical.view : NULL,
        .n_landscapes = r->journey.n,
        .landscapes = r->journey.views,
        .ball = r->journey.n > 0 ? &r->journey.ball : NULL,
    };
    if (!r->result.subtitle || !r->result.provenance)
        return error_nomem(err);
    return run_findings(r, err);
}

int run_compute(struct run *r, const struct plan *plan, struct registry *registry,
                const struct run_options *o, struct error *err)
{
    *r = (struct run){.plan = plan};
    progress_init(&r->progress, o->quiet);
    if (o->prefix)
        snprintf(r->progress.prefix, sizeof r->progress.prefix, "%s", o->prefix);
    outputs_init(&r->outputs);
    r->env = (struct environment){
        .seed = (uint64_t)plan->pipeline.seed,
        .progress = &r->progress,
        .outputs = &r->outputs,
        .log_level = o->log_level,
        .stop = o->stop,
    };
    r->own_workers = !o->workers;
    r->env.workers = r->workers = o->workers ? o->workers : workers_new(o->jobs);
    if (!r->workers)
        return error_nomem(err);
    if (run_check_outputs(plan, err) < 0 || stage_data(r, err) < 0 || stage_model(r, err) < 0 ||
        check_plane(r, registry, err) < 0 || run_check_surface(r, err) < 0 ||
        run_train(r, err) < 0 || run_plane(r, err) < 0 || run_grid(r, err) < 0 ||
        run_analysis(r, err) < 0 || run_ball(r, err) < 0 || make_result(r, err) < 0)
        return -1;
    return 0;
}

int run_write(struct run *r, struct error *err)
{
    const struct plan *plan = r->plan;
    double n = (double)plan->n_sinks;
    progress_begin(&r->progress, "write");
    double begun = clock_seconds();
    for (size_t i = 0; i < plan->n_sinks; i++) {
        progress_span(&r->progress, (double)i / n, (double)(i + 1) / n);
        if (writes_here(plan, &plan->sinks[i]) && write_sink(r, &plan->sinks[i], err) < 0)
            return -1;
    }
    if (run_thetas(r, err) < 0 || run_report(r, err) < 0)
        return -1;
    double spent = clock_seconds() - begun;
    progress_end(&r->progress, "%.*f s, %zu file%s", seconds_digits(spent), spent, r->outputs.n,
                 r->outputs.n == 1 ? "" : "s");
    return 0;
}

int run_pipeline(struct run *r, const struct plan *plan, struct registry *registry,
                 const struct run_options *o, struct error *err)
{
    if (run_compute(r, plan, registry, o, err) < 0)
        return -1;
    return run_write(r, err);
}

void run_settle(struct run *r)
{
    for (size_t i = 0; i < r->n_others; i++)
        plane_free(&r->others[i]);
    r->n_others = 0;
    instance_free(r->reducer);
    r->reducer = NULL;
    for (size_t i = 0; i < r->n_paths; i++)
        path_free(&r->paths[i]);
    model_close(&r->model);
    model_close(&r->test_model);
    if (r->has_data)
        data_free(&r->data);
    r->has_data = false;
}

void run_free(struct run *r)
{
    run_settle(r);
    journey_free(&r->journey);
    spectrum_free(&r->spectrum);
    convexity_free(&r->full);
    analysis_free(&r->analysis);
    spread_free(&r->spread);
    grid_free(&r->grid);
    free(r->others);
    plane_free(&r->plane);
    for (size_t i = 0; i < r->n_paths; i++)
        track_free(&r->tracks[i]);
    free(r->scores);
    free(r->tracks);
    free(r->paths);
    free(r->theta);
    if (r->own_workers)
        workers_free(r->workers);
    outputs_free(&r->outputs);
    progress_free(&r->progress);
    arena_free(&r->mem);
}
