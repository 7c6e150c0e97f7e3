/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-analysis.c -- what the terrain tells, and report.json; see run-private.h.
 *
 * The stage "analyse" is quick and always there; "convexity" and "spectrum" need products with the
 * whole Hessian and come only when asked for.
 */
#include "run-private.h"

static void set_subject(struct run *r)
{
    r->subject = (struct subject){.model = &r->model,
                                  .plane = &r->plane,
                                  .grid = &r->grid.view,
                                  .theta = r->theta,
                                  .track = r->views,
                                  .n_tracks = r->n_paths,
                                  .env = &r->env};
}

/* "4 critical points, 1 of them minima" */
static const char *terrain_note(struct run *r)
{
    const struct analysis *a = &r->analysis;
    size_t n = 0;
    if (!a->has_critical)
        return "";
    for (size_t i = 0; i < a->critical.n; i++)
        n += a->critical.point[i].kind == TW_MINIMUM;
    const char *note =
        arena_printf(&r->mem, ", %zu minim%s, %zu critical point%s", n, n == 1 ? "um" : "a",
                     a->critical.n, a->critical.n == 1 ? "" : "s");
    return note ? note : "";
}

static int analyse_terrain(struct run *r, struct error *err)
{
    progress_begin(&r->progress, "analyse");
    double begun = clock_seconds();
    if (analysis_run(&r->analysis, &r->plan->analysis, &r->subject, err) < 0)
        return -1;
    r->grid.view.plane_convexity = r->analysis.convexity.ratio;
    double spent = clock_seconds() - begun;
    progress_end(&r->progress, "%.*f s%s", seconds_digits(spent), spent, terrain_note(r));
    return 0;
}

static int map_convexity(struct run *r, struct error *err)
{
    const struct tw_grid *g = &r->grid.view;
    uint64_t seed = seed_for(r->env.seed, "analysis", "convexity", "start");
    if (convexity_new(&r->full, g->nx, g->ny, g->x, g->y, &r->plane.view, seed, err) < 0)
        return -1;
    progress_begin(&r->progress, "convexity");
    double begun = clock_seconds();
    if (convexity_run(&r->full, &r->model, &r->env, err) < 0)
        return -1;
    r->grid.view.full_convexity = r->full.ratio;
    double spent = clock_seconds() - begun;
    progress_end(&r->progress, "%.*f s, %zu cells, %.3g products with the Hessian each",
                 seconds_digits(spent), spent, g->nx * g->ny,
                 (double)r->full.products / (double)(g->nx * g->ny));
    return 0;
}

static int find_spectrum(struct run *r, struct error *err)
{
    const struct analysis_keys *k = &r->plan->analysis;
    struct spectrum_options o =
        spectrum_defaults(seed_for(r->env.seed, "analysis", "spectrum", "probes"));
    o.top = (size_t)k->eigenvalues;
    o.trace_probes = (size_t)k->trace;
    o.density_probes = (size_t)k->density;
    progress_begin(&r->progress, "spectrum");
    double begun = clock_seconds();
    if (spectrum_find(&r->spectrum, &r->model, r->theta, &o, &r->env, err) < 0)
        return -1;
    double spent = clock_seconds() - begun;
    progress_end(&r->progress, "%.*f s, %zu products with the Hessian", seconds_digits(spent),
                 spent, r->spectrum.products);
    return 0;
}

int run_analysis(struct run *r, struct error *err)
{
    const struct analysis_keys *k = &r->plan->analysis;
    set_subject(r);
    if (analyse_terrain(r, err) < 0)
        return -1;
    if (k->convexity == CONVEXITY_FULL && map_convexity(r, err) < 0)
        return -1;
    if (k->eigenvalues > 0 || k->trace > 0 || k->density > 0)
        return find_spectrum(r, err);
    return 0;
}

int run_findings(struct run *r, struct error *err)
{
    r->report = (struct report){.result = &r->result,
                                .analysis = &r->analysis,
                                .subject = &r->subject,
                                .full = r->full.done ? &r->full : NULL,
                                .spectrum = r->spectrum.dim ? &r->spectrum : NULL,
                                .journey = r->journey.done ? &r->journey : NULL,
                                .train_loss = r->train.loss,
                                .train_accuracy = r->train.accuracy,
                                .test_loss = r->test.loss,
                                .test_accuracy = r->test.accuracy};
    return report_findings(&r->report, &r->mem) < 0 ? error_nomem(err) : 0;
}

int run_report(struct run *r, struct error *err)
{
    const char *path = r->plan->analysis.report;
    if (!path)
        return 0;
    if (report_write(&r->report, path, &r->outputs, err) == 0)
        return outputs_commit(&r->outputs, err);
    outputs_discard(&r->outputs);
    return -1;
}
