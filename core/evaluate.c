/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evaluate.c -- points_evaluate() of points.h: by the model's plane extension, which
 * is tiles.c, with a look at a few points afterwards; or point by point.
 */
#include "progress.h"
#include "tiles.h"

#include <math.h>
#include <stdlib.h>

/* ---- plain way: one point, all rows -------------------------------------------- */

#define CHUNK_SECONDS 0.02 /* points are handed out so many at a time */

/* What one worker has of its own. */
struct desk {
    double *theta; /* dim */
    double *row;   /* dim: origin + y v, which serves a row of the grid */
    double row_y;
};

struct plain {
    const struct points *points;
    struct desk *desk; /* one a worker */
    size_t workers;
    pthread_mutex_t lock; /* guards what follows */
    size_t next, done;
    double rate; /* seconds a point, lately; 0: not known yet */
    int failure; /* of the lowest point that failed */
    size_t failed;
};

/* to = a + t b */
static void along(size_t n, const double *restrict a, double t, const double *restrict b,
                  double *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = a[i] + t * b[i];
}

static int plain_point(struct plain *j, size_t worker, size_t k)
{
    const struct points *p = j->points;
    const struct tw_plane *plane = p->plane;
    struct model *m = p->model;
    struct desk *d = &j->desk[worker];
    double xy[2], correct = NAN;
    points_xy(p, k, 1, xy);
    if (p->env->stop && *p->env->stop)
        return TW_ECANCELLED;
    if (!(d->row_y == xy[1])) {
        along(m->dim, plane->origin, xy[1], plane->v, d->row);
        d->row_y = xy[1];
    }
    along(m->dim, d->row, xy[0], plane->u, d->theta);
    int rc = m->ops->loss(m->instance[worker]->self, d->theta, NULL, &p->loss[k], &correct);
    if (rc >= 0)
        p->accuracy[k] = m->n_rows ? correct / (double)m->n_rows : NAN;
    return rc < 0 ? rc : 0;
}

/* How many points to take.  The lock is held. */
static size_t plain_chunk(const struct plain *j)
{
    size_t left = j->points->n - j->next;
    double fair = (double)left / (4 * (double)j->workers);
    double want = j->rate > 0 ? CHUNK_SECONDS / j->rate : 1;
    want = want < fair ? want : fair;
    return left == 0 ? 0 : want > 1 ? (size_t)want : 1;
}

/* Points as long as there are any. */
static int plain_worker(void *ctx, size_t worker, size_t task)
{
    struct plain *j = ctx;
    size_t n;
    (void)task;
    pthread_mutex_lock(&j->lock);
    while (j->failure == 0 && (n = plain_chunk(j)) > 0) {
        size_t k = j->next, end = j->next = k + n;
        pthread_mutex_unlock(&j->lock);
        double since = clock_seconds();
        int rc = 0;
        for (; k < end && rc == 0; k += rc == 0)
            rc = plain_point(j, worker, k);
        double rate = (clock_seconds() - since) / (double)n;
        pthread_mutex_lock(&j->lock);
        if (rc < 0 && (j->failure == 0 || k < j->failed)) {
            j->failure = rc;
            j->failed = k;
        }
        j->rate = fmax(rate, 1e-9);
        j->done += n;
        double fraction = (double)j->done / (double)j->points->n;
        pthread_mutex_unlock(&j->lock);
        points_progress(j->points, fraction);
        pthread_mutex_lock(&j->lock);
    }
    pthread_mutex_unlock(&j->lock);
    return 0;
}

static int plain_evaluate(const struct points *p, struct error *err)
{
    struct model *m = p->model;
    struct plain j = {.points = p, .workers = m->n_instances};
    int rc = 0;
    pthread_mutex_init(&j.lock, NULL);
    j.desk = calloc(j.workers, sizeof *j.desk);
    for (size_t w = 0; j.desk && w < j.workers; w++) {
        struct desk *d = &j.desk[w];
        d->theta = malloc(m->dim * sizeof *d->theta);
        d->row = malloc(m->dim * sizeof *d->row);
        d->row_y = NAN;
        if (!d->theta || !d->row)
            rc = -1;
    }
    if (!j.desk || rc < 0)
        rc = error_nomem(err);
    points_progress(p, 0);
    if (rc == 0 && j.workers > 1)
        workers_run(m->workers, j.workers, plain_worker, &j);
    else if (rc == 0)
        plain_worker(&j, 0, 0);
    for (size_t w = 0; j.desk && w < j.workers; w++) {
        free(j.desk[w].theta);
        free(j.desk[w].row);
    }
    free(j.desk);
    pthread_mutex_destroy(&j.lock);
    return rc < 0 ? rc : j.failure;
}

/* ---- an extension may be faster, never different ------------------------------- */

#define SPOT_CHECKS  3
#define SPOT_SHARE   0.05 /* of the time that all points took; one check is always made */
#define SPOT_SECONDS 0.02 /* that much is always allowed */
#define SAMPLE       255  /* points that tell what losses are like here */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The median of |loss| over some of the points. */
static double typical_loss(const struct points *p)
{
    double sample[SAMPLE];
    size_t n = 0, step = p->n / SAMPLE + 1;
    for (size_t k = 0; k < p->n; k += step)
        if (isfinite(p->loss[k]))
            sample[n++] = fabs(p->loss[k]);
    if (n == 0)
        return 0;
    qsort(sample, n, sizeof *sample, compare_doubles);
    return sample[n / 2];
}

/* Beyond what rounding does to a model that computes in float, near the losses that
 * matter here; `try` looks much closer. */
static bool losses_agree(double a, double b, double typical)
{
    if (!isfinite(a) || !isfinite(b))
        return !(fabs(a) < 1e30) && !(fabs(b) < 1e30);
    return fabs(a - b) <= 1e-4 * fmax(fabs(b), typical) + 1e-5;
}

/* A row whose two best classes are equal but for rounding may go either way. */
static bool accuracies_agree(const struct points *p, double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    return fabs(a - b) <= 1e-3 + 2.5 / (double)p->model->n_rows;
}

/* Point k once more with plain loss(). */
static int check_point(const struct points *p, size_t k, double *theta, double typical,
                       struct error *err)
{
    const struct tw_plane *plane = p->plane;
    struct model *m = p->model;
    const char *name = m->instance[0]->plugin->desc.name, *what = NULL;
    double xy[2], loss, accuracy, theirs = p->loss[k], ours;
    points_xy(p, k, 1, xy);
    for (size_t i = 0; i < m->dim; i++)
        theta[i] = plane->origin[i] + xy[0] * plane->u[i] + xy[1] * plane->v[i];
    if (model_evaluate(m, theta, &loss, &accuracy, err) < 0)
        return -1;
    ours = loss;
    if (!losses_agree(theirs, loss, typical)) {
        what = "loss";
    } else if (isfinite(loss) && !accuracies_agree(p, p->accuracy[k], accuracy)) {
        what = "accuracy";
        theirs = p->accuracy[k];
        ours = accuracy;
    }
    if (!what)
        return 0;
    return error_set(err, FAULT_RUN,
                     "model %s: its plane extension gives the %s %.9g at (%g, %g), its loss() "
                     "%.9g; a bug of the plugin: `thalweg try model-%s` finds it",
                     name, what, theirs, xy[0], xy[1], ours, name);
}

/* A few points, chosen by the seed. */
static int spot_check(const struct points *p, double seconds, struct error *err)
{
    double *theta = malloc(p->model->dim * sizeof *theta), typical = typical_loss(p);
    double begun = clock_seconds(), allowed = fmax(SPOT_SHARE * seconds, SPOT_SECONDS);
    int rc = theta ? 0 : error_nomem(err);
    for (int i = 0; i < SPOT_CHECKS && rc == 0; i++) {
        char stream[16];
        snprintf(stream, sizeof stream, "%d", i);
        size_t k = (size_t)(seed_for(p->env->seed, "grid", "spot-check", stream) % p->n);
        if (i == 0 || clock_seconds() - begun < allowed)
            rc = check_point(p, k, theta, typical, err);
    }
    free(theta);
    return rc;
}

/* ---- both ways ------------------------------------------------------------------- */

/* The extension or the plain way; the latter also when the extension declines. */
static int either_way(const struct points *p, struct error *err)
{
    struct model *m = p->model;
    double begun = clock_seconds();
    int rc = m->plane ? tiles_evaluate(p, err) : TW_ENOTSUP;
    if (rc == 0)
        return p->trusted ? 0 : spot_check(p, clock_seconds() - begun, err);
    if (rc != TW_ENOTSUP)
        return rc;
    for (size_t w = 0; w < m->n_instances; w++)
        instance_check(m->instance[w], TW_OK, NULL, err); /* that was no failure */
    return plain_evaluate(p, err);
}

int points_evaluate(const struct points *p, struct error *err)
{
    int rc = either_way(p, err);
    if (rc < 0)
        rc = err->fault ? -1 : model_blame(p->model, rc, "grid", err);
    return rc < 0 ? -1 : 0;
}
