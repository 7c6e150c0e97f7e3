/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-surface.c -- planes, and the losses on them; see run-private.h.
 *
 * The stage "plane" finds all planes that are asked for.  The stage "grid" walks over
 * the same (x, y) once for the training set, once for the test set if that is asked
 * for, and once for each further plane; its progress counts rows times points.
 */
#include "run-private.h"

#include <stdlib.h>

/* ---- what cannot be ------------------------------------------------------------------ */

/* Loss, accuracy and some more of each point; the losses of the other planes and what
 * is made of them. */
static int check_memory(const struct run *r, size_t nx, size_t ny, struct error *err)
{
    double planes = (double)r->plan->grid.planes, numbers = 4;
    numbers += (plan_wants_test(r->plan) ? 2 : 0) + (planes > 1 ? planes + 8 : 0);
    numbers += r->plan->ball.wanted ? 10 * (double)r->plan->ball.keys.landscapes : 0;
    double bytes = (double)nx * (double)ny * numbers * sizeof(double);
    bytes += planes > 1 ? planes * 3 * (double)r->model.dim * sizeof(double) : 0;
    if (bytes <= 0.8 * memory_size())
        return 0;
    if (planes > 1)
        return error_at(err, r->plan->grid_at.planes,
                        "grid: %zu x %zu points in %.0f planes of %zu parameters need %.1f GiB, "
                        "more than this machine has",
                        nx, ny, planes, r->model.dim, bytes / 1073741824.0);
    return error_at(err, (struct mark){r->plan->file, 0, 0},
                    "grid: %zu x %zu points need %.1f GiB, more than this machine has", nx, ny,
                    bytes / 1073741824.0);
}

static int check_test(const struct run *r, struct error *err)
{
    struct mark at = r->plan->grid_at.splits;
    if (!plan_wants_test(r->plan) || r->test_model.n_instances > 0)
        return 0;
    if (!r->has_data)
        return error_at(err, at, "grid: splits: without a dataset there is no test set");
    if (r->data.has_test)
        return error_at(err, at,
                        "grid: splits: model %s has no loss on the test set: its parameters "
                        "belong to the rows that it was trained on",
                        r->plan->model.plugin->desc.name);
    return error_at(err, at,
                    "grid: splits: dataset %s has no test set; use test_fraction there, such as "
                    "test_fraction: 0.2",
                    r->plan->dataset.plugin->desc.name);
}

int run_check_surface(const struct run *r, struct error *err)
{
    const struct plan *plan = r->plan;
    if (check_test(r, err) < 0)
        return -1;
    if (plan->grid.planes > 1 && !r->reducer)
        return error_at(err, plan->grid_at.planes,
                        "grid: planes: %lld are asked for, but without a reducer that gives "
                        "planes there is one, that of the model's weights",
                        (long long)plan->grid.planes);
    if (plan->grid.points.n < 2 && r->reducer)
        return 0; /* the reducer may give a line */
    size_t nx = plan_points(plan, 0), ny = plan_points(plan, 1);
    if (r->line && plan_line_points(plan, &nx, err) < 0)
        return -1;
    return check_memory(r, nx, r->line ? 1 : ny, err);
}

/* ---- planes --------------------------------------------------------------------------- */

/* How many the family has, when the one of index `none` is not there. */
static int too_few(const struct run *r, size_t none, struct error *err)
{
    return error_at(err, r->plan->grid_at.planes,
                    "grid: planes: %lld are asked for, but reducer %s has %zu",
                    (long long)r->plan->grid.planes, r->reducer->plugin->desc.name, none);
}

static int find_plane(struct run *r, size_t index, struct error *err)
{
    struct plane *p = index == 0 ? &r->plane : &r->others[index - 1];
    int rc = plane_find(p, r->reducer, &r->model, r->paths, r->n_paths, r->theta, index, NULL, err);
    if (rc > 0 && index > 0)
        return too_few(r, index, err);
    if (rc > 0)
        rc = error_set(err, FAULT_RUN, "reducer %s: has no plane to give",
                       r->reducer->plugin->desc.name);
    if (rc == 0 && p->view.n_axes != r->plane.view.n_axes)
        rc = error_set(err, FAULT_RUN, "reducer %s: plane 0 has %u axes, plane %zu has %u",
                       r->reducer->plugin->desc.name, (unsigned)r->plane.view.n_axes, index,
                       (unsigned)p->view.n_axes);
    return rc < 0 ? run_blame(&r->plan->reducers[r->plan->n_reducers - 1], err) : 0;
}

/* All of the family that are asked for. */
static int find_planes(struct run *r, struct error *err)
{
    size_t n = (size_t)r->plan->grid.planes;
    r->others = calloc(n, sizeof *r->others);
    if (!r->others)
        return error_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (n > 1)
            progress_span(&r->progress, (double)i / (double)n, (double)(i + 1) / (double)n);
        r->n_others = i;
        if (find_plane(r, i, err) < 0)
            return -1;
    }
    return 0;
}

int run_plane(struct run *r, struct error *err)
{
    size_t n_weights;
    if (!r->reducer)
        return plane_implicit(&r->plane, &r->model, r->theta, &n_weights, err);
    progress_begin(&r->progress, "plane");
    double begun = clock_seconds();
    if (find_planes(r, err) < 0)
        return -1;
    double spent = clock_seconds() - begun;
    progress_end(&r->progress, "%.*f s, %s", seconds_digits(spent), spent,
                 r->reducer->plugin->desc.name);
    return 0;
}

/* ---- points --------------------------------------------------------------------------- */

static int make_tracks(struct run *r, struct error *err)
{
    r->views = arena_array(&r->mem, r->n_paths + 1, sizeof *r->views);
    if (!r->views)
        return error_nomem(err);
    for (size_t i = 0; i < r->n_paths; i++) {
        if (plane_track(&r->plane, &r->paths[i], &r->tracks[i], err) < 0)
            return -1;
        r->views[i] = &r->tracks[i].view;
    }
    return 0;
}

static int make_grid(struct run *r, struct error *err)
{
    size_t nx = plan_points(r->plan, 0), ny = plan_points(r->plan, 1);
    double at[2], range[4];
    if (r->plane.view.n_axes == 1) {
        ny = 1;
        if (plan_line_points(r->plan, &nx, err) < 0)
            return -1;
    }
    if (check_memory(r, nx, ny, err) < 0 || make_tracks(r, err) < 0 ||
        plane_project(&r->plane, r->theta, at, NULL, err) < 0)
        return -1;
    grid_range(r->plan, &r->plane.view, r->tracks, r->n_paths, at, range);
    if (grid_new(&r->grid, nx, ny, range, err) < 0)
        return -1;
    r->grid.tile_rows = plan_tile_rows(r->plan);
    return 0;
}

/* The share of the stage that the next evaluation over so many rows has. */
static void take_share(struct run *r, size_t rows, double total)
{
    r->grid.from = r->grid.to;
    r->grid.to += (double)(rows ? rows : 1) / total;
}

/* The other planes, and the statistics of all. */
static int evaluate_others(struct run *r, double total, struct error *err)
{
    size_t cells = r->grid.view.nx * r->grid.view.ny;
    if (r->n_others == 0)
        return 0;
    double *unused = malloc(cells * sizeof *unused);
    int rc = unused ? spread_new(&r->spread, r->n_others + 1, cells, err) : error_nomem(err);
    for (size_t k = 0; rc == 0 && k < cells; k++)
        spread_plane(&r->spread, 0)[k] = r->grid.loss[k];
    for (size_t i = 0; rc == 0 && i < r->n_others; i++) {
        take_share(r, r->model.n_rows, total);
        rc = grid_values(&r->grid, &r->model, &r->others[i], &r->env,
                         spread_plane(&r->spread, i + 1), unused, err);
    }
    if (rc == 0)
        rc = spread_fill(&r->spread, err);
    free(unused);
    return rc;
}

static int evaluate(struct run *r, struct error *err)
{
    bool test = plan_wants_test(r->plan);
    double rows = r->model.n_rows ? (double)r->model.n_rows : 1;
    double total = rows * (double)(1 + r->n_others) + (test ? (double)r->test_model.n_rows : 0);
    take_share(r, r->model.n_rows, total);
    if (grid_evaluate(&r->grid, r->tracks, r->n_paths, &r->model, &r->plane, &r->env, err) < 0)
        return -1;
    if (test) {
        take_share(r, r->test_model.n_rows, total);
        if (grid_test(&r->grid, &r->test_model, &r->plane, &r->env, err) < 0)
            return -1;
    }
    return evaluate_others(r, total, err);
}

int run_grid(struct run *r, struct error *err)
{
    if (make_grid(r, err) < 0)
        return -1;
    size_t nx = r->grid.view.nx, ny = r->grid.view.ny, all = nx * ny * (1 + r->n_others);
    progress_begin(&r->progress, "grid");
    double begun = clock_seconds();
    if (evaluate(r, err) < 0)
        return -1;
    double spent = clock_seconds() - begun;
    char size[48], planes[48] = "";
    if (r->plane.view.n_axes == 1)
        snprintf(size, sizeof size, "%zu", nx);
    else
        snprintf(size, sizeof size, "%zu x %zu", nx, ny);
    if (r->n_others > 0)
        snprintf(planes, sizeof planes, " in %zu planes", r->n_others + 1);
    progress_end(&r->progress, "%.*f s, %s points%s, %.3g ms each", seconds_digits(spent), spent,
                 size, planes, 1e3 * spent / (double)all);
    return 0;
}
