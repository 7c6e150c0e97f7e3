/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-ball.c -- the ball, through its landscapes; see run-private.h.
 *
 * In the landscape of the run it rolls from its start to where it rests.  Through that point goes
 * the reducer's next plane, with a grid of its own of which (0, 0) is a point; the ball rolls on
 * from there.  A landscape in which it finds no lower loss ends the journey and is left out.
 */
#include "run-private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOWER 1e-9 /* share of the loss that counts as further descent */

/* ---- the start ------------------------------------------------------------------------ */

static bool on_grid(const struct tw_grid *g, const double at[2])
{
    return at[0] >= g->x[0] && at[0] <= g->x[g->nx - 1] && at[1] >= g->y[0] &&
           at[1] <= g->y[g->ny - 1];
}

/* Where the last run of training began, or the nearest point of the picture. */
static bool trajectory_start(struct run *r, double at[2])
{
    const struct track *t = r->n_paths ? &r->tracks[r->n_paths - 1] : NULL;
    const struct tw_grid *g = &r->grid.view;
    if (!t || t->view.n == 0 || !isfinite(t->x[0] + t->y[0]))
        return false;
    at[0] = fmin(fmax(t->x[0], g->x[0]), g->x[g->nx - 1]);
    at[1] = fmin(fmax(t->y[0], g->y[0]), g->y[g->ny - 1]);
    if (at[0] != t->x[0] || at[1] != t->y[0])
        progress_print(&r->progress, "ball: training began outside the picture; it starts at its "
                                     "edge");
    return true;
}

static int choose_start(struct run *r, struct landscape *l, struct error *err)
{
    const struct ball_plan *b = &r->plan->ball;
    const struct tw_grid *g = l->grid;
    if (b->start == BALL_POINT) {
        memcpy(l->start, b->at, sizeof l->start);
        if (!on_grid(g, l->start))
            return error_at(err, b->start_at,
                            "ball: start: (%g, %g) lies outside the grid, x from %.6g to %.6g and "
                            "y from %.6g to %.6g",
                            b->at[0], b->at[1], g->x[0], g->x[g->nx - 1], g->y[0], g->y[g->ny - 1]);
        return 0;
    }
    if (b->start == BALL_TRAJECTORY && trajectory_start(r, l->start))
        return 0;
    landscape_highest(l, l->start); /* or (0, 0), when there is no room anywhere */
    return 0;
}

/* ---- one landscape after the other ------------------------------------------------------ */

static int wrong_plane(const struct run *r, size_t index, const char *why, struct error *err)
{
    return error_set(err, FAULT_RUN, "reducer %s: plane %zu %s", r->reducer->plugin->desc.name,
                     index, why);
}

/* The plane of that number through the ball's place of rest; 1: there is none. */
static int next_plane(struct run *r, struct landscape *l, const double *through, struct error *err)
{
    if (!r->reducer)
        return 1; /* the plane is that of the model's two weights */
    int rc = plane_find(&l->own_plane, r->reducer, &r->model, r->paths, r->n_paths, r->theta,
                        l->index, through, err);
    if (rc != 0)
        return rc;
    const struct tw_plane *v = &l->own_plane.view;
    if (v->n_axes != 2)
        return wrong_plane(r, l->index, "has one axis, plane 0 has two", err);
    if (memcmp(v->origin, through, v->dim * sizeof *through) != 0)
        return wrong_plane(r, l->index, "does not go through the point that it must", err);
    l->plane = &l->own_plane;
    return 0;
}

/* Move [lo, hi] by half a cell at most, so that 0 is one of n points. */
static void put_point_at_zero(double *lo, double *hi, size_t n)
{
    if (!(*lo <= 0 && *hi >= 0)) { /* a range of the plan that is about another place */
        double half = 0.5 * (*hi - *lo);
        *lo = -half;
        *hi = half;
    }
    double cell = (*hi - *lo) / (double)(n - 1), k = floor(-*lo / cell + 0.5);
    *lo = -k * cell;
    *hi = ((double)(n - 1) - k) * cell;
}

/* Coordinates by index, so that 0 is exactly 0. */
static void number_axis(double *v, size_t n)
{
    double cell = (v[n - 1] - v[0]) / (double)(n - 1), k = floor(-v[0] / cell + 0.5);
    for (size_t i = 0; i < n; i++)
        v[i] = ((double)i - k) * cell;
}

static int next_range(struct run *r, const struct landscape *l, double range[4], struct error *err)
{
    const double here[2] = {0, 0};
    struct track *tracks = calloc(r->n_paths + 1, sizeof *tracks);
    int rc = tracks ? 0 : error_nomem(err);
    for (size_t i = 0; i < r->n_paths && rc == 0; i++)
        rc = plane_track(l->plane, &r->paths[i], &tracks[i], err);
    if (rc == 0)
        grid_range(r->plan, &l->plane->view, tracks, r->n_paths, here, range);
    for (size_t i = 0; tracks && i < r->n_paths; i++)
        track_free(&tracks[i]);
    free(tracks);
    return rc;
}

static int next_grid(struct run *r, struct landscape *l, struct error *err)
{
    size_t nx = r->grid.view.nx, ny = r->grid.view.ny;
    double range[4], rows = r->model.n_rows ? (double)r->model.n_rows : 1;
    bool test = plan_wants_test(r->plan);
    if (next_range(r, l, range, err) < 0)
        return -1;
    put_point_at_zero(&range[0], &range[1], nx);
    put_point_at_zero(&range[2], &range[3], ny);
    if (grid_new(&l->own_grid, nx, ny, range, err) < 0)
        return -1;
    struct grid *g = &l->own_grid;
    number_axis(g->x, nx);
    number_axis(g->y, ny);
    g->tile_rows = r->grid.tile_rows;
    /* The landscape's share of the stage; the first one has its grid already. */
    double most = (double)(r->journey.most > 1 ? r->journey.most - 1 : 1);
    double from = (double)(l->index - 1) / most, to = (double)l->index / most;
    double train = test ? rows / (rows + (double)r->test_model.n_rows) : 1;
    g->from = from;
    g->to = from + train * (to - from);
    if (grid_evaluate(g, NULL, 0, &r->model, l->plane, &r->env, err) < 0)
        return -1;
    g->from = g->to;
    g->to = to;
    if (test && grid_test(g, &r->test_model, l->plane, &r->env, err) < 0)
        return -1;
    l->grid = &g->view;
    return 0;
}

/* From its start to where it rests; 1: no room for it. */
static int roll(struct run *r, struct landscape *l, const double velocity[2], double *theta,
                struct error *err)
{
    struct ball_options o = ball_defaults();
    struct probe probe;
    o.friction = r->plan->ball.keys.friction;
    o.restitution = r->plan->ball.keys.restitution;
    probe_init(&probe, &r->model, l->plane, false, &r->env);
    int rc = landscape_roll(l, &o, velocity, &probe, theta, err);
    probe_free(&probe);
    return rc;
}

static int make_relief(const struct run *r, struct landscape *l, struct error *err)
{
    const struct ball_keys *k = &r->plan->ball.keys;
    return landscape_relief(l, (enum scale_log)k->scale, k->height, err);
}

static int first_landscape(struct run *r, struct error *err)
{
    struct journey *j = &r->journey;
    struct landscape *l = &j->land[0];
    const struct ball_plan *b = &r->plan->ball;
    const double *velocity = b->keys.velocity.v;
    j->n = 1;
    l->plane = &r->plane;
    l->grid = &r->grid.view;
    if (make_relief(r, l, err) < 0 || choose_start(r, l, err) < 0)
        return -1;
    int rc = roll(r, l, velocity, j->theta, err);
    if (rc > 0 && b->start == BALL_POINT)
        return error_at(err, b->start_at,
                        "ball: start: (%g, %g) lies in a hole: the loss is not finite there",
                        b->at[0], b->at[1]);
    if (rc > 0 && b->start == BALL_TRAJECTORY && landscape_highest(l, l->start)) {
        progress_print(&r->progress, "ball: training began where the loss is not finite; it "
                                     "starts at the highest point");
        rc = roll(r, l, velocity, j->theta, err);
    }
    return rc;
}

/* 1: the journey has ended. */
static int next_landscape(struct run *r, struct error *err)
{
    static const double still[2] = {0, 0};
    struct journey *j = &r->journey;
    struct landscape *l = &j->land[j->n], *last = l - 1;
    double *theta = j->theta + j->n * j->dim;
    l->index = j->n;
    int rc = next_plane(r, l, theta - j->dim, err);
    if (rc > 0)
        j->end = JOURNEY_NO_PLANE;
    if (rc == 0)
        rc = next_grid(r, l, err);
    if (rc == 0)
        rc = make_relief(r, l, err);
    if (rc == 0) {
        rc = roll(r, l, still, theta, err);
        if (rc > 0 || (rc == 0 && !(l->loss < last->loss - LOWER * fabs(last->loss)))) {
            j->end = JOURNEY_NO_DESCENT;
            j->last_loss = rc > 0 ? NAN : l->loss;
            rc = 1;
        }
    }
    if (rc == 0) {
        landscape_join(l, last, ball_defaults().gravity);
        j->n++;
    } else {
        landscape_free(l);
    }
    return rc;
}

static int journey(struct run *r, struct error *err)
{
    struct journey *j = &r->journey;
    int rc = first_landscape(r, err);
    if (rc > 0) {
        j->end = JOURNEY_NO_ROOM;
        landscape_free(&j->land[0]);
        j->n = 0;
        progress_print(&r->progress, "ball: no cell of the grid has four finite losses; there is "
                                     "nothing to roll on");
    }
    while (rc == 0 && j->n < j->most) {
        if (r->env.stop && *r->env.stop)
            return error_set(err, FAULT_INTERRUPT, "interrupted");
        rc = next_landscape(r, err);
    }
    return rc < 0 ? -1 : 0;
}

int run_ball(struct run *r, struct error *err)
{
    const struct ball_plan *b = &r->plan->ball;
    struct journey *j = &r->journey;
    if (!b->wanted)
        return 0;
    if (r->plane.view.n_axes != 2)
        return error_at(err, b->where,
                        "ball: the landscape is a line; a ball needs a plane, from a reducer that "
                        "gives two axes");
    j->most = (size_t)b->keys.landscapes;
    j->dim = r->model.dim;
    j->land = calloc(j->most, sizeof *j->land);
    j->theta = j->most <= SIZE_MAX / sizeof *j->theta / j->dim
                   ? malloc(j->most * j->dim * sizeof *j->theta)
                   : NULL;
    if (!j->land || !j->theta)
        return error_nomem(err);
    progress_begin(&r->progress, "ball");
    double begun = clock_seconds();
    if (journey(r, err) < 0 || journey_views(j, err) < 0)
        return -1;
    j->done = true;
    double spent = clock_seconds() - begun;
    progress_end(&r->progress, "%.*f s, %zu landscape%s: %s", seconds_digits(spent), spent, j->n,
                 j->n == 1 ? "" : "s", journey_why(j->end));
    return 0;
}

/* ---- thetas.npy ------------------------------------------------------------------------- */

/* NumPy's format 1.0: the header is padded with blanks to a multiple of 64 bytes. */
static void write_npy(FILE *to, const double *v, size_t rows, size_t columns)
{
    char dict[118] = "";
    const union {
        uint16_t word;
        unsigned char byte[2];
    } order = {.word = 1};
    int n = snprintf(dict, sizeof dict,
                     "{'descr': '%cf8', 'fortran_order': False, 'shape': (%zu, %zu), }",
                     order.byte[0] ? '<' : '>', rows, columns);
    fwrite("\x93NUMPY\x01\x00", 1, 8, to);
    fputc(118, to);
    fputc(0, to);
    fprintf(to, "%s%*s\n", dict, 117 - n, "");
    fwrite(v, sizeof *v, rows * columns, to);
}

int run_thetas(struct run *r, struct error *err)
{
    const struct journey *j = &r->journey;
    const char *path = r->plan->ball.keys.thetas;
    if (j->n == 0 || !path)
        return 0;
    const char *name = outputs_create(&r->outputs, path, err);
    FILE *to = name ? fopen(name, "wxe") : NULL;
    if (!to)
        return name ? error_set(err, FAULT_RUN, "%s: %s", path, strerror(errno)) : -1;
    write_npy(to, j->theta, j->n, j->dim);
    bool failed = ferror(to) != 0;
    failed = fclose(to) != 0 || failed;
    if (!failed)
        return outputs_commit(&r->outputs, err);
    error_set(err, FAULT_RUN, "%s: %s", path, strerror(errno));
    outputs_discard(&r->outputs);
    return -1;
}
