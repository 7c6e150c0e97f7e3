/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate.c -- points_evaluate() of grid.h: the two ways to a list of losses. */
#include "grid.h"
#include "progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The plane extension gets so many points at a time (whole rows of the grid, if
 * it can be): each tile of rows looks at `stop` in between, and the sums of a
 * large grid need not all be kept at once. */
#define BATCH 8192

/* One evaluation; shared by all workers. */
struct job {
    struct model *model;
    const struct tw_plane *plane;
    const struct environment *env;
    size_t n; /* points */
    const double *xy;
    double *loss, *accuracy;

    /* plain path */
    double **theta; /* one buffer a worker */

    /* plane extension: the points first .. first + count - 1 */
    size_t first, count;
    size_t tile_rows, n_tiles;
    struct tw_sum *sum;       /* count: the tiles added so far */
    double *correct;          /* count */
    struct tw_sum **tile_sum; /* one buffer of that size a worker */
    double **tile_correct;
    pthread_mutex_t lock;
    pthread_cond_t turn;
    size_t next_tile;   /* whose turn it is to add */
    size_t failed_tile; /* the lowest one that failed: those above it give up */

    size_t done, total; /* tasks, for the progress bar; under `lock` */
};

static bool stopped(const struct job *j)
{
    return j->env->stop && *j->env->stop;
}

/* ---- plain path: one point, all rows ----------------------------------------- */

static int plain_task(void *ctx, size_t worker, size_t k)
{
    struct job *j = ctx;
    struct model *m = j->model;
    const struct tw_plane *p = j->plane;
    double *theta = j->theta[worker], x = j->xy[2 * k], y = j->xy[2 * k + 1], correct = NAN;
    if (stopped(j))
        return TW_ECANCELLED;
    for (size_t i = 0; i < m->dim; i++)
        theta[i] = p->origin[i] + x * p->u[i] + y * p->v[i];
    int rc = m->ops->loss(m->instance[worker]->self, theta, NULL, &j->loss[k], &correct);
    if (rc < 0)
        return rc;
    if (j->accuracy)
        j->accuracy[k] = m->n_rows ? correct / (double)m->n_rows : NAN;
    pthread_mutex_lock(&j->lock);
    double fraction = (double)++j->done / (double)j->total;
    pthread_mutex_unlock(&j->lock);
    progress_update(j->env->progress, fraction, NULL);
    return 0;
}

static int plain_run(struct job *j, struct error *err)
{
    struct model *m = j->model;
    int rc = 0;
    j->theta = calloc(m->n_instances, sizeof *j->theta);
    for (size_t w = 0; j->theta && w < m->n_instances; w++)
        if (!(j->theta[w] = malloc(m->dim * sizeof **j->theta)))
            rc = -1;
    if (!j->theta || rc < 0)
        return error_nomem(err);
    j->total = j->n;
    if (m->n_instances > 1)
        return workers_run(m->workers, j->n, plain_task, j);
    for (size_t k = 0; k < j->n && rc == 0; k++)
        rc = plain_task(j, 0, k);
    return rc;
}

/* ---- plane extension: one tile of rows, all points ------------------------------ */

/* Wait until all lower tiles have been added, then add this one.  Those below a
 * failed one go on, so that the failure of the lowest task is the cause. */
static int add_tile(struct job *j, size_t worker, size_t tile)
{
    pthread_mutex_lock(&j->lock);
    while (j->next_tile != tile && tile < j->failed_tile)
        pthread_cond_wait(&j->turn, &j->lock);
    bool give_up = j->next_tile != tile;
    pthread_mutex_unlock(&j->lock);
    if (give_up)
        return TW_ECANCELLED;
    for (size_t k = 0; k < j->count; k++) {
        tw_sum_add(&j->sum[k], j->tile_sum[worker][k].hi);
        tw_sum_add(&j->sum[k], j->tile_sum[worker][k].lo);
        if (j->correct)
            j->correct[k] += j->tile_correct[worker][k];
    }
    pthread_mutex_lock(&j->lock);
    j->next_tile++;
    pthread_cond_broadcast(&j->turn);
    pthread_mutex_unlock(&j->lock);
    double part = (double)(tile + 1) / (double)j->n_tiles;
    progress_update(j->env->progress, ((double)j->first + part * (double)j->count) / (double)j->n,
                    NULL);
    return 0;
}

static int tile_task(void *ctx, size_t worker, size_t tile)
{
    struct job *j = ctx;
    struct model *m = j->model;
    size_t first = tile * j->tile_rows;
    size_t rows = m->n_rows - first < j->tile_rows ? m->n_rows - first : j->tile_rows;
    int rc = TW_ECANCELLED;
    if (!stopped(j))
        rc = m->plane->eval(m->instance[worker]->self, first, rows, j->count, j->xy + 2 * j->first,
                            j->tile_sum[worker], j->correct ? j->tile_correct[worker] : NULL);
    if (rc > 0) /* sums that were not set */
        rc = m->instance[worker]->host.fail(&m->instance[worker]->host, TW_EINTERNAL,
                                            "eval() returned %d, wanted 0 or a failure", rc);
    if (rc == 0)
        return add_tile(j, worker, tile);
    pthread_mutex_lock(&j->lock);
    if (tile < j->failed_tile)
        j->failed_tile = tile;
    pthread_cond_broadcast(&j->turn);
    pthread_mutex_unlock(&j->lock);
    return rc;
}

static int tile_buffers(struct job *j, struct error *err)
{
    size_t workers = j->model->n_instances, n = j->n < BATCH ? j->n : BATCH;
    j->sum = malloc(n * sizeof *j->sum);
    j->correct = j->accuracy ? malloc(n * sizeof *j->correct) : NULL;
    j->tile_sum = calloc(workers, sizeof *j->tile_sum);
    j->tile_correct = calloc(workers, sizeof *j->tile_correct);
    bool ok = j->sum && (j->correct || !j->accuracy) && j->tile_sum && j->tile_correct;
    for (size_t w = 0; ok && w < workers; w++) {
        j->tile_sum[w] = malloc(n * sizeof **j->tile_sum);
        j->tile_correct[w] = malloc(n * sizeof **j->tile_correct);
        ok = j->tile_sum[w] && j->tile_correct[w];
    }
    return ok ? 0 : error_nomem(err);
}

/* loss = sum / n_rows + penalty */
static int finish_sums(struct job *j)
{
    struct model *m = j->model;
    struct instance *first = m->instance[0];
    double *loss = j->loss + j->first; /* the penalties, then the rest is added */
    if (m->plane->penalty) {
        int rc = m->plane->penalty(first->self, j->count, j->xy + 2 * j->first, loss);
        if (rc < 0)
            return rc;
    } else {
        memset(loss, 0, j->count * sizeof *loss);
    }
    double rows = (double)m->n_rows;
    for (size_t k = 0; k < j->count; k++) {
        loss[k] += tw_sum_value(&j->sum[k]) / rows;
        if (j->accuracy)
            j->accuracy[j->first + k] = j->correct[k] / rows;
    }
    return 0;
}

/* begin() on every instance; on *begun of them it succeeded. */
static int begin_all(struct job *j, size_t *begun)
{
    struct model *m = j->model;
    const struct tw_plane *p = j->plane;
    for (*begun = 0; *begun < m->n_instances; ++*begun) {
        int rc = m->plane->begin(m->instance[*begun]->self, p->origin, p->u, p->v);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* How many points the batch from `first` on has. */
static size_t batch_count(const struct job *j, size_t first)
{
    if (j->n - first <= BATCH)
        return j->n - first;
    size_t n = BATCH;
    while (n > 0 && j->xy[2 * (first + n) + 1] == j->xy[2 * (first + n) - 1])
        n--;
    return n > 0 ? n : BATCH;
}

static int batch_run(struct job *j)
{
    struct model *m = j->model;
    size_t rows = m->plane->tile_rows ? m->plane->tile_rows(m->instance[0]->self, j->count) : 512;
    int rc = 0;
    j->tile_rows = rows < 1 ? 1 : rows > m->n_rows ? m->n_rows : rows;
    j->n_tiles = (m->n_rows + j->tile_rows - 1) / j->tile_rows;
    j->next_tile = 0;
    memset(j->sum, 0, j->count * sizeof *j->sum);
    if (j->correct)
        memset(j->correct, 0, j->count * sizeof *j->correct);
    if (m->n_instances > 1)
        rc = workers_run(m->workers, j->n_tiles, tile_task, j);
    else
        for (size_t t = 0; t < j->n_tiles && rc == 0; t++)
            rc = tile_task(j, 0, t);
    return rc < 0 ? rc : finish_sums(j);
}

static int plane_run(struct job *j, struct error *err)
{
    size_t begun;
    if (tile_buffers(j, err) < 0)
        return -1;
    int rc = begin_all(j, &begun);
    for (; rc >= 0 && j->first < j->n; j->first += j->count) {
        j->count = batch_count(j, j->first);
        rc = batch_run(j);
    }
    while (begun > 0)
        j->model->plane->end(j->model->instance[--begun]->self);
    return rc;
}

static void job_free(struct job *j)
{
    for (size_t w = 0; w < j->model->n_instances; w++) {
        if (j->theta)
            free(j->theta[w]);
        if (j->tile_sum)
            free(j->tile_sum[w]);
        if (j->tile_correct)
            free(j->tile_correct[w]);
    }
    free(j->theta);
    free(j->sum);
    free(j->correct);
    free(j->tile_sum);
    free(j->tile_correct);
    pthread_cond_destroy(&j->turn);
    pthread_mutex_destroy(&j->lock);
}

/* ---- an extension may be faster, never different ------------------------------- */

#define SPOT_CHECKS 3

/* Far beyond what rounding does to a model that computes in float, far below
 * what a mistake does; `try` looks much closer. */
static bool agree(double a, double b)
{
    if (!isfinite(a) || !isfinite(b))
        return !(fabs(a) < 1e30) && !(fabs(b) < 1e30);
    return fabs(a - b) <= 1e-3 * fabs(b) + 1e-4;
}

/* A few points, chosen by the seed, once more with plain loss(). */
static int spot_check(struct job *j, struct error *err)
{
    struct model *m = j->model;
    const struct tw_plane *p = j->plane;
    const char *name = m->instance[0]->plugin->desc.name;
    double *theta = malloc(m->dim * sizeof *theta);
    int rc = theta ? 0 : error_nomem(err);
    for (int i = 0; i < SPOT_CHECKS && rc == 0; i++) {
        char stream[16];
        snprintf(stream, sizeof stream, "%d", i);
        size_t k = (size_t)(seed_for(j->env->seed, "grid", "spot-check", stream) % j->n);
        double x = j->xy[2 * k], y = j->xy[2 * k + 1], loss;
        for (size_t t = 0; t < m->dim; t++)
            theta[t] = p->origin[t] + x * p->u[t] + y * p->v[t];
        rc = model_evaluate(m, theta, &loss, NULL, err);
        if (rc == 0 && !agree(j->loss[k], loss))
            rc = error_set(
                err, FAULT_RUN,
                "model %s: its plane extension gives the loss %.9g at (%g, %g), its loss() "
                "%.9g; a bug of the plugin: `thalweg try model-%s` finds it",
                name, j->loss[k], x, y, loss, name);
    }
    free(theta);
    return rc;
}

/* The extension or the plain way; the latter also when the extension declines. */
static int either_run(struct job *j, struct error *err)
{
    struct model *m = j->model;
    int rc = m->plane ? plane_run(j, err) : TW_ENOTSUP;
    if (rc == 0 && j->n > SPOT_CHECKS)
        return spot_check(j, err);
    if (rc != TW_ENOTSUP)
        return rc;
    for (size_t w = 0; w < m->n_instances; w++)
        instance_check(m->instance[w], TW_OK, NULL, err); /* that was no failure */
    return plain_run(j, err);
}

int points_evaluate(struct model *model, const struct plane *plane, size_t n, const double *xy,
                    double *loss, double *accuracy, const struct environment *env,
                    struct error *err)
{
    struct job j = {.model = model,
                    .plane = &plane->view,
                    .env = env,
                    .n = n,
                    .xy = xy,
                    .loss = loss,
                    .accuracy = accuracy,
                    .failed_tile = SIZE_MAX};
    pthread_mutex_init(&j.lock, NULL);
    pthread_cond_init(&j.turn, NULL);
    int rc = either_run(&j, err);
    if (rc < 0)
        rc = err->fault ? -1 : model_blame(model, rc, "grid", err);
    job_free(&j);
    return rc < 0 ? -1 : 0;
}
