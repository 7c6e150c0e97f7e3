/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plane.c -- see plane.h. */
#include "plane.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double dot(const double *a, const double *b, size_t n)
{
    gsl_vector_const_view x = gsl_vector_const_view_array(a, n);
    gsl_vector_const_view y = gsl_vector_const_view_array(b, n);
    double sum;
    gsl_blas_ddot(&x.vector, &y.vector, &sum);
    return sum;
}

static int plane_alloc(struct plane *p, size_t dim, struct error *err)
{
    *p = (struct plane){.view = {.struct_size = sizeof p->view, .dim = dim}};
    p->view.origin = calloc(dim, sizeof(double));
    p->view.u = calloc(dim, sizeof(double));
    p->view.v = calloc(dim, sizeof(double));
    p->view.x_variance = p->view.y_variance = NAN;
    p->view.x_walk = p->view.y_walk = NAN;
    p->view.n_axes = 2;
    if (p->view.origin && p->view.u && p->view.v)
        return 0;
    plane_free(p);
    return error_nomem(err);
}

void plane_free(struct plane *p)
{
    free(p->view.origin);
    free(p->view.u);
    free(p->view.v);
    *p = (struct plane){0};
}

const char *plane_flaw(double uu, double vv, double uv)
{
    if (!(uu > 0))
        return "direction u is zero";
    if (!(vv > 0))
        return "direction v is zero";
    /* The squared sine of their angle; rounding alone leaves about 1e-15. */
    return uu * vv - uv * uv > 1e-12 * uu * vv ? NULL : "the two directions are parallel";
}

/* Points with names are where one can draw them. */
static int check_marks(struct plane *p, const char *who, struct error *err)
{
    const size_t most = sizeof p->view.mark / sizeof p->view.mark[0];
    if (p->view.n_marks > most)
        return error_set(err, FAULT_RUN, "%s: names %u points of the plane; at most %zu can be",
                         who, (unsigned)p->view.n_marks, most);
    for (size_t i = 0; i < p->view.n_marks; i++) {
        double x = p->view.mark[i].x, y = p->view.mark[i].y;
        char *name = p->view.mark[i].name;
        name[sizeof p->view.mark[i].name - 1] = '\0';
        if (!isfinite(x) || !isfinite(y) || (p->view.n_axes == 1 && y != 0))
            return error_set(err, FAULT_RUN, "%s: its point '%s' is at (%g, %g)%s", who, name, x, y,
                             p->view.n_axes == 1 ? " of a line" : "");
    }
    return 0;
}

/* A line has no v; what the plugin says of a second axis is cleared. */
static int check_line(struct plane *p, const char *who, struct error *err)
{
    for (size_t j = 0; j < p->view.dim; j++)
        if (p->view.v[j] != 0)
            return error_set(err, FAULT_RUN, "%s: gives a line, but direction v is not zero", who);
    if (!(p->gram[0] > 0))
        return error_set(err, FAULT_RUN, "%s: direction u is zero", who);
    p->view.y_label[0] = '\0';
    p->view.y_variance = p->view.y_walk = NAN;
    return 0;
}

/* Finite, and spanning a plane or a line.  Fills in the Gram matrix. */
static int check(struct plane *p, const char *who, struct error *err)
{
    size_t n = p->view.dim;
    if (p->view.n_axes != 1 && p->view.n_axes != 2)
        return error_set(err, FAULT_RUN, "%s: gives a plane of %u axes, wanted 1 or 2", who,
                         (unsigned)p->view.n_axes);
    for (size_t j = 0; j < n; j++)
        if (!isfinite(p->view.origin[j]) || !isfinite(p->view.u[j]) || !isfinite(p->view.v[j]))
            return error_set(err, FAULT_RUN, "%s: gives a plane that is not finite (parameter %zu)",
                             who, j);
    double uu = dot(p->view.u, p->view.u, n), vv = dot(p->view.v, p->view.v, n);
    double uv = dot(p->view.u, p->view.v, n);
    const char *flaw = p->view.n_axes == 2 ? plane_flaw(uu, vv, uv) : NULL;
    if (flaw)
        return error_set(err, FAULT_RUN, "%s: %s", who, flaw);
    p->gram[0] = uu;
    p->gram[1] = p->gram[2] = uv;
    p->gram[3] = vv;
    p->view.x_label[sizeof p->view.x_label - 1] = '\0';
    p->view.y_label[sizeof p->view.y_label - 1] = '\0';
    if (!p->view.x_label[0])
        strcpy(p->view.x_label, "x");
    if (!p->view.y_label[0])
        strcpy(p->view.y_label, "y");
    if (p->view.n_axes == 1 && check_line(p, who, err) < 0)
        return -1;
    return check_marks(p, who, err);
}

int plane_find(struct plane *p, struct instance *reducer, struct model *model,
               const struct path *paths, size_t n_paths, const double *theta, size_t index,
               const double *through, struct error *err)
{
    struct tw_path *view = calloc(n_paths + 1, sizeof *view);
    const struct tw_path **views = calloc(n_paths + 1, sizeof *views);
    int rc = view && views ? plane_alloc(p, model->dim, err) : error_nomem(err);
    if (rc < 0) {
        free(views);
        free(view);
        return -1;
    }
    for (size_t i = 0; i < n_paths; i++) {
        view[i] = path_view(&paths[i]);
        views[i] = &view[i];
    }
    struct tw_plane given = p->view;
    rc = reducer->plugin->ops.reducer.plane(reducer->self, model_objective(model, err), views,
                                            n_paths, theta, index, through, &given);
    free(views);
    free(view);
    double *origin = p->view.origin, *u = p->view.u, *v = p->view.v;
    p->view = given;
    p->view.origin = origin; /* ours, whatever the plugin did to its copy */
    p->view.u = u;
    p->view.v = v;
    p->view.dim = model->dim;
    /* A failure of the objective counts even where the reducer overlooked it. */
    if (err->fault != FAULT_NONE || instance_check(reducer, rc, NULL, err) < 0)
        rc = -1;
    char who[96];
    snprintf(who, sizeof who, "reducer %s", reducer->plugin->desc.name);
    if (rc < 0 || (rc == TW_OK && check(p, who, err) < 0)) {
        plane_free(p);
        return -1;
    }
    if (rc > 0)
        plane_free(p);
    return rc > 0;
}

/* "weight of PC 1 (44.3 %)" when the weights are in step with the features. */
static void weight_label(char *label, size_t size, const struct model *m, size_t n, size_t j)
{
    const struct tw_data *d = m->data;
    if (d && d->n_features == n && d->feature_name)
        snprintf(label, size, "weight of %s", d->feature_name[j]);
    else
        snprintf(label, size, "weight %zu", j + 1);
}

int plane_implicit(struct plane *p, struct model *model, const double *theta, size_t *n_weights,
                   struct error *err)
{
    size_t at[2] = {0, 0};
    struct tw_block b;
    int rc = 0;
    *n_weights = 0;
    for (size_t i = 0; (rc = model_block(model, i, &b, err)) == 0; i++)
        for (size_t k = 0; b.role == TW_WEIGHT && k < b.rows * b.cols; k++, ++*n_weights)
            if (*n_weights < 2)
                at[*n_weights] = b.offset + k;
    if (rc < 0)
        return -1;
    if (*n_weights != 1 && *n_weights != 2)
        return 1;
    if (plane_alloc(p, model->dim, err) < 0)
        return -1;
    memcpy(p->view.origin, theta, model->dim * sizeof *theta);
    p->view.n_axes = (uint32_t)*n_weights;
    p->view.origin[at[0]] = 0;
    p->view.u[at[0]] = 1;
    weight_label(p->view.x_label, sizeof p->view.x_label, model, *n_weights, 0);
    if (*n_weights == 2) {
        p->view.origin[at[1]] = 0;
        p->view.v[at[1]] = 1;
        weight_label(p->view.y_label, sizeof p->view.y_label, model, *n_weights, 1);
    }
    if (check(p, "model", err) < 0) {
        plane_free(p);
        return -1;
    }
    return 0;
}

/* The 2 x 2 normal equations, by Cholesky; on a line there is one. */
static void solve(const struct plane *p, double ur, double vr, double xy[2])
{
    double a[4], b[2] = {ur, vr};
    memcpy(a, p->gram, sizeof a);
    xy[0] = ur / a[0];
    xy[1] = 0;
    if (p->view.n_axes == 1)
        return;
    gsl_matrix_view matrix = gsl_matrix_view_array(a, 2, 2);
    gsl_vector_view right = gsl_vector_view_array(b, 2), solution = gsl_vector_view_array(xy, 2);
    gsl_linalg_cholesky_decomp1(&matrix.matrix);
    gsl_linalg_cholesky_solve(&matrix.matrix, &right.vector, &solution.vector);
}

/* Least squares. */
int plane_project(const struct plane *p, const double *theta, double xy[2], double *residual,
                  struct error *err)
{
    size_t n = p->view.dim;
    double *r = malloc(n * sizeof *r);
    if (!r)
        return error_nomem(err);
    for (size_t j = 0; j < n; j++)
        r[j] = theta[j] - p->view.origin[j];
    solve(p, dot(p->view.u, r, n), dot(p->view.v, r, n), xy);
    if (residual) {
        for (size_t j = 0; j < n; j++)
            r[j] -= xy[0] * p->view.u[j] + xy[1] * p->view.v[j];
        *residual = sqrt(dot(r, r, n));
    }
    free(r);
    return 0;
}

int plane_track(const struct plane *p, const struct path *path, struct track *out,
                struct error *err)
{
    size_t n = path->n;
    *out = (struct track){0};
    out->memory = malloc((5 * n + 1) * sizeof(double));
    out->step = malloc((n + 1) * sizeof *out->step);
    if (!out->memory || !out->step) {
        track_free(out);
        return error_nomem(err);
    }
    out->x = out->memory;
    out->y = out->x + n;
    out->loss = out->y + n;
    out->plane_loss = out->loss + n;
    out->residual = out->plane_loss + n;
    for (size_t i = 0; i < n; i++) {
        double xy[2];
        if (plane_project(p, path->theta[i], xy, &out->residual[i], err) < 0) {
            track_free(out);
            return -1;
        }
        out->x[i] = xy[0];
        out->y[i] = xy[1];
        out->loss[i] = path->loss[i];
        out->plane_loss[i] = NAN;
        out->step[i] = path->step[i];
    }
    out->view = (struct tw_track){.struct_size = sizeof out->view,
                                  .n = n,
                                  .step = out->step,
                                  .x = out->x,
                                  .y = out->y,
                                  .loss = out->loss,
                                  .plane_loss = out->plane_loss,
                                  .residual = out->residual,
                                  .name = path->name};
    return 0;
}

void track_free(struct track *t)
{
    free(t->memory);
    free(t->step);
    *t = (struct track){0};
}
