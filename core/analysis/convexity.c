/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convexity.c -- see convexity.h. */
#include "convexity.h"

#include "../progress.h"
#include "../rng.h"
#include "spectrum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In what a cell hands on; its two vectors have length 1. */
#define RUNNER_UP 0.3
#define NOISE     0.1
#define FOUND     3 /* vectors: of the smallest, the largest, the next to the smallest */

double convexity_ratio(double lowest, double highest, double bar)
{
    if (!isfinite(lowest) || !isfinite(highest))
        return NAN;
    if (fabs(lowest) <= bar)
        return 0;
    return copysign(fabs(lowest / highest), lowest);
}

int convexity_new(struct convexity *c, size_t nx, size_t ny, const double *x, const double *y,
                  const struct tw_plane *plane, uint64_t seed, struct error *err)
{
    size_t cells = ny && nx <= SIZE_MAX / sizeof(double) / ny ? nx * ny : 0;
    *c = (struct convexity){
        .nx = nx, .ny = ny, .x = x, .y = y, .plane = plane, .seed = seed, .tolerance = 1e-3};
    c->ratio = cells ? malloc(cells * sizeof *c->ratio) : NULL;
    c->lowest = cells ? malloc(cells * sizeof *c->lowest) : NULL;
    c->highest = cells ? malloc(cells * sizeof *c->highest) : NULL;
    c->warm = calloc(plane->dim, sizeof *c->warm);
    if (!c->ratio || !c->lowest || !c->highest || !c->warm) {
        convexity_free(c);
        return error_nomem(err);
    }
    for (size_t i = 0; i < cells; i++)
        c->ratio[i] = c->lowest[i] = c->highest[i] = NAN;
    return 0;
}

void convexity_free(struct convexity *c)
{
    free(c->ratio);
    free(c->lowest);
    free(c->highest);
    free(c->warm);
    *c = (struct convexity){0};
}

/* ---- one cell ---------------------------------------------------------------------------- */

struct walk {
    struct convexity *c;
    const struct environment *env;
    struct hessian_at hessian;
    double *theta, *vector; /* dim; FOUND x dim */
};

static int walk_tick(void *ctx, double fraction)
{
    const struct walk *w = ctx;
    double cells = (double)w->c->nx * (double)w->c->ny;
    progress_update(w->env->progress, ((double)w->c->done + fraction) / cells, NULL);
    return w->env->stop && *w->env->stop;
}

/* Which cell comes as number k: to and fro. */
static size_t cell_at(const struct convexity *c, size_t k)
{
    size_t row = k / c->nx, col = k % c->nx;
    return row * c->nx + (row % 2 ? c->nx - 1 - col : col);
}

static void move_to(struct walk *w, size_t cell)
{
    const struct tw_plane *plane = w->c->plane;
    double x = w->c->x[cell % w->c->nx], y = w->c->y[cell / w->c->nx];
    for (size_t i = 0; i < plane->dim; i++)
        w->theta[i] =
            plane->origin[i] + x * plane->u[i] + (plane->n_axes > 1 ? y * plane->v[i] : 0);
}

/* What the next cell begins with: the sum of both vectors, whose Krylov space has each of them
 * after two products; with less of the next to the smallest, which may be the smallest there, and
 * a little of all others. */
static void keep(struct convexity *c, size_t cell, const double *vector, size_t n, size_t dim)
{
    uint64_t seed = rng_stream(c->seed, 2 * cell);
    for (size_t i = 0; i < dim; i++) {
        c->warm[i] = NOISE / sqrt((double)dim) * rng_normal(seed, i);
        for (size_t k = 0; k < n; k++)
            c->warm[i] += (k < 2 ? 1 : RUNNER_UP) * vector[k * dim + i];
    }
    c->is_warm = true;
}

/* Both ends of the spectrum in the present cell. */
static int find_ends(struct walk *w, size_t cell, double value[FOUND], double *bar)
{
    struct convexity *c = w->c;
    size_t dim = w->hessian.f->dim, found = dim < FOUND ? dim : FOUND;
    double residual[FOUND];
    struct lanczos_result r = {.value = value, .residual = residual, .vector = w->vector};
    struct lanczos p = {
        .op = hessian_operator(&w->hessian),
        .which = LANCZOS_ENDS,
        .k = found,
        .sure = found < 2 ? 1 : 2,
        .tolerance = c->tolerance,
        .seed = rng_stream(c->seed, 2 * cell + 1),
        .n_random = 1,
        .estimate = true,
        .tick = walk_tick,
        .tick_ctx = w,
    };
    if (c->is_warm && !c->cold) {
        p.start = c->warm;
        p.n_start = 1;
        p.n_random = 0;
    }
    int rc = lanczos_pairs(&p, &r);
    c->products += r.products;
    if (rc != TW_OK)
        return rc;
    keep(c, cell, w->vector, found, dim);
    if (found < 2)
        value[1] = value[0];
    *bar = residual[0];
    return TW_OK;
}

static int do_cell(struct walk *w)
{
    struct convexity *c = w->c;
    size_t cell = cell_at(c, c->done);
    double value[FOUND], bar;
    move_to(w, cell);
    int rc = find_ends(w, cell, value, &bar);
    if (rc == TW_OK) {
        c->lowest[cell] = value[0];
        c->highest[cell] = value[1];
        c->ratio[cell] = convexity_ratio(value[0], value[1], bar);
    }
    /* No Hessian here, or none that can be told: NaN, and the next cell begins with older vectors.
     */
    if (rc == TW_DONE || (rc == TW_ENUMERIC && w->hessian.failure == 0))
        rc = TW_OK;
    if (rc == TW_OK)
        c->done++;
    return rc;
}

int convexity_run(struct convexity *c, struct model *model, const struct environment *env,
                  struct error *err)
{
    struct walk w = {.c = c, .env = env};
    w.theta = malloc(model->dim * sizeof *w.theta);
    w.vector = calloc(model->dim, FOUND * sizeof *w.vector);
    int rc = w.theta && w.vector ? TW_OK : TW_ENOMEM;
    w.hessian = (struct hessian_at){.f = model_objective(model, err), .theta = w.theta};
    while (rc == TW_OK && c->done < c->nx * c->ny)
        rc = do_cell(&w);
    free(w.vector);
    free(w.theta);
    if (rc == TW_OK || err->fault != FAULT_NONE)
        return rc == TW_OK ? 0 : -1;
    if (rc == TW_ECANCELLED)
        return error_set(err, FAULT_INTERRUPT, "interrupted");
    if (rc == TW_ENOMEM)
        return error_nomem(err);
    return error_set(err, FAULT_RUN, "convexity: a product with the Hessian failed");
}

int convexity_full(size_t nx, size_t ny, const double *x, const double *y,
                   const struct tw_plane *plane, struct model *model, const struct environment *env,
                   double *out, struct error *err)
{
    struct convexity c;
    uint64_t seed = seed_for(env->seed, "analysis", "convexity", "start");
    if (convexity_new(&c, nx, ny, x, y, plane, seed, err) < 0)
        return -1;
    int rc = convexity_run(&c, model, env, err);
    if (rc == 0)
        memcpy(out, c.ratio, nx * ny * sizeof *out);
    convexity_free(&c);
    return rc;
}
