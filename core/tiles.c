/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tiles.c -- see tiles.h.
 *
 * The rows of the data are cut into tiles, the points into strips of one y.  A
 * worker takes a tile and walks through its strips, so many in a call of eval()
 * that it takes CALL_SECONDS: long beside what a call costs once, short for
 * somebody who presses Ctrl-C.  Who finds no tile left helps with those that the
 * others are at, so a few tiles keep all workers busy, too.
 *
 * The sums of a call are added, strip by strip, when those of all lower tiles have
 * been.  Until then they wait, and the worker goes on with a spare buffer.  So who
 * took what, and when, does not show in the result.
 */
#include "tiles.h"
#include "progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CALL_SECONDS  0.15
#define LEAST_SECONDS 0.01    /* towards the end calls become shorter, but not below this */
#define FIRST_POINTS  128     /* of the first call, when it is not known how long they take */
#define GROWTH        16      /* a call is at most so much larger than the largest before */
#define CALL_POINTS   32768   /* and never larger than this */
#define STRIP_POINTS  2048    /* longer rows are cut: at places that depend on the row alone */
#define BATCH_POINTS  1048576 /* sums are kept for so many points at a time */
#define PART_BYTES    ((size_t)64 << 20) /* of all buffers together */

#define NONE SIZE_MAX

/* The sums of one call: one tile, strips [strip, end). */
struct part {
    size_t tile, strip, end;
    double *xy;
    struct tw_sum *sum;
    double *correct; /* and in the end penalties */
    struct part *next;
};

/* What a worker is at. */
struct seat {
    struct part *part;
    size_t tile;        /* whose strips it takes, or NONE */
    double since, work; /* of the call; work is 0 between calls */
};

/* One evaluation; shared by all workers.  Work is counted in rows times points. */
struct tiles {
    const struct points *points;
    struct model *model;
    size_t workers;
    size_t *at; /* strip s: the points at[s] .. at[s + 1] - 1 */
    size_t n_strips;
    size_t tile_rows, n_tiles, call_points;

    /* the batch: strips [first, end) */
    size_t first, end;
    struct tw_sum *sum; /* a point: of the tiles added so far */
    double *correct;
    size_t *added;  /* a strip: how many tiles are */
    size_t *handed; /* a tile: the strip that is handed out next */
    size_t next_tile;
    double left; /* work that has not been handed out */

    pthread_mutex_t lock; /* guards all below, too, and handed, added, next_tile, left */
    pthread_cond_t turn;
    struct seat *seat;            /* one a worker */
    struct part *part;            /* 2 a worker */
    struct part *spare, *waiting; /* buffers free; sums whose turn it is not yet */
    int failure;                  /* of the lowest call that failed */
    size_t failed_tile, failed_strip;
    double rate; /* seconds for a unit of work, lately; 0: not known yet */
    double most; /* the largest call so far */
    double done, total;
};

static size_t rows_of(const struct tiles *t, size_t tile)
{
    size_t left = t->model->n_rows - tile * t->tile_rows;
    return left < t->tile_rows ? left : t->tile_rows;
}

static size_t points_of(const struct tiles *t, size_t strip, size_t end)
{
    return t->at[end] - t->at[strip];
}

/* ---- who does what; the lock is held ---------------------------------------------- */

/* May the strip stand in one call with the one before it?  Not pieces of one row, nor
 * separate points of one y: a value may depend on all points there that have its y. */
static bool joins(const struct tiles *t, size_t strip)
{
    const struct points *p = t->points;
    size_t at = t->at[strip], cells = p->nx * p->ny;
    if (at < cells)
        return at % p->nx == 0;
    const double *xy = p->loose + 2 * (at - cells);
    return at == cells ? !p->apart : xy[1] != xy[-1];
}

/* Where a call that begins at `strip` of `tile` should end. */
static size_t call_end(const struct tiles *t, size_t tile, size_t strip)
{
    double rows = (double)rows_of(t, tile), want = FIRST_POINTS * rows;
    if (t->rate > 0) {
        double fair = t->left / (2 * (double)t->workers);
        want = fmin(CALL_SECONDS, fmax(fair * t->rate, LEAST_SECONDS)) / t->rate;
        want = fmin(want, GROWTH * t->most);
    }
    double most = fmin(want / rows, (double)t->call_points);
    double there = (double)points_of(t, strip, t->end);
    double even = there > most ? there / ceil(there / most) : there; /* no small one at the end */
    size_t end = strip + 1;
    while (end < t->end && (double)points_of(t, strip, end) < even &&
           points_of(t, strip, end + 1) <= t->call_points && joins(t, end))
        end++;
    return end;
}

/* The lowest tile that has strips left, among those that somebody is at. */
static size_t open_tile(const struct tiles *t)
{
    size_t tile = NONE;
    for (size_t w = 0; w < t->workers; w++) {
        size_t other = t->seat[w].tile;
        if (other < tile && t->handed[other] < t->end)
            tile = other;
    }
    return tile;
}

/* Put the next call into the worker's part; false: there is none. */
static bool take(struct tiles *t, size_t worker)
{
    struct seat *s = &t->seat[worker];
    if (t->failure != 0)
        return false;
    if (s->tile == NONE || t->handed[s->tile] == t->end)
        s->tile = t->next_tile < t->n_tiles ? t->next_tile++ : open_tile(t);
    if (s->tile == NONE)
        return false;
    struct part *p = s->part;
    p->tile = s->tile;
    p->strip = t->handed[p->tile];
    p->end = t->handed[p->tile] = call_end(t, p->tile, p->strip);
    s->work = (double)rows_of(t, p->tile) * (double)points_of(t, p->strip, p->end);
    s->since = clock_seconds();
    t->left -= s->work;
    return true;
}

/* The worker's call is over: learn from it how long calls take. */
static void account(struct tiles *t, size_t worker, double now)
{
    struct seat *s = &t->seat[worker];
    double rate = fmax(now - s->since, 1e-9) / s->work;
    t->rate = t->rate > 0 ? 0.5 * (t->rate + rate) : rate;
    t->most = fmax(t->most, s->work);
    t->done += s->work;
    s->work = 0;
}

/* How much of all the work is done, with what the others have in hand. */
static double fraction(const struct tiles *t, double now)
{
    double done = t->done;
    for (size_t w = 0; w < t->workers; w++)
        if (t->seat[w].work > 0 && t->rate > 0)
            done += fmin(0.95 * t->seat[w].work, fmax(now - t->seat[w].since, 0) / t->rate);
    return done / t->total;
}

static void fail(struct tiles *t, const struct part *p, int rc)
{
    if (t->failure == 0 || p->tile < t->failed_tile ||
        (p->tile == t->failed_tile && p->strip < t->failed_strip)) {
        t->failure = rc;
        t->failed_tile = p->tile;
        t->failed_strip = p->strip;
    }
    pthread_cond_broadcast(&t->turn);
}

/* ---- sums, in the order of the tiles; the lock is held ------------------------------- */

static bool ready(const struct tiles *t, const struct part *p)
{
    for (size_t s = p->strip; s < p->end; s++)
        if (t->added[s - t->first] != p->tile)
            return false;
    return true;
}

/* All tiles are added: loss = sum / n_rows + penalty.  Penalties go where `correct` of
 * the call was. */
static int finish_sums(struct tiles *t, size_t worker, const struct part *p)
{
    const struct points *points = t->points;
    struct model *m = t->model;
    size_t at = t->at[p->strip], n = points_of(t, p->strip, p->end);
    const struct tw_sum *sum = t->sum + (at - t->at[t->first]);
    const double *correct = t->correct + (at - t->at[t->first]);
    double rows = (double)m->n_rows;
    int rc = TW_OK;
    if (m->plane->penalty)
        rc = m->plane->penalty(m->instance[worker]->self, n, p->xy, p->correct);
    if (rc < 0)
        return rc;
    for (size_t k = 0; k < n; k++) {
        double penalty = m->plane->penalty ? p->correct[k] : 0;
        points->loss[at + k] = penalty + tw_sum_value(&sum[k]) / rows;
        points->accuracy[at + k] = correct[k] / rows;
    }
    return 0;
}

/* Those of the first tile are there already. */
static void add_sums(struct tiles *t, const struct part *p)
{
    size_t n = points_of(t, p->strip, p->end), from = t->at[p->strip] - t->at[t->first];
    struct tw_sum *restrict sum = t->sum + from;
    const struct tw_sum *restrict more = p->sum;
    double *restrict correct = t->correct + from;
    for (size_t k = 0; k < n; k++) {
        tw_sum_add(&sum[k], more[k].hi);
        tw_sum_add(&sum[k], more[k].lo);
    }
    for (size_t k = 0; k < n; k++)
        correct[k] += p->correct[k];
}

/* It is their turn, so nobody else is at these strips: no need of the lock meanwhile. */
static void add(struct tiles *t, size_t worker, const struct part *p)
{
    int rc = 0;
    pthread_mutex_unlock(&t->lock);
    if (p->tile > 0)
        add_sums(t, p);
    if (p->tile + 1 == t->n_tiles)
        rc = finish_sums(t, worker, p);
    pthread_mutex_lock(&t->lock);
    if (rc < 0)
        fail(t, p, rc);
    for (size_t s = p->strip; s < p->end; s++)
        t->added[s - t->first]++;
}

/* Take one whose turn has come off the waiting list, or NULL. */
static struct part *next_ready(struct tiles *t)
{
    for (struct part **link = &t->waiting; *link; link = &(*link)->next) {
        struct part *p = *link;
        if (ready(t, p)) {
            *link = p->next;
            return p;
        }
    }
    return NULL;
}

/* The sums of the worker's call are there: add them, and those that waited for
 * them; or let them wait.  The lowest tile that is unfinished never waits, so
 * somebody always gets on. */
static void settle(struct tiles *t, size_t worker)
{
    struct seat *s = &t->seat[worker];
    struct part *p = s->part;
    while (t->failure == 0 && !ready(t, p)) {
        if (t->spare) {
            p->next = t->waiting;
            t->waiting = p;
            s->part = t->spare;
            t->spare = t->spare->next;
            return;
        }
        pthread_cond_wait(&t->turn, &t->lock);
    }
    if (t->failure != 0)
        return;
    add(t, worker, p);
    pthread_cond_broadcast(&t->turn);
    while (t->failure == 0 && (p = next_ready(t))) {
        add(t, worker, p);
        p->next = t->spare;
        t->spare = p;
        pthread_cond_broadcast(&t->turn);
    }
}

/* ---- a worker ------------------------------------------------------------------------ */

static int call(struct tiles *t, size_t worker)
{
    const struct points *points = t->points;
    const struct part *p = t->seat[worker].part;
    struct instance *inst = t->model->instance[worker];
    size_t at = t->at[p->strip], n = points_of(t, p->strip, p->end);
    struct tw_sum *sum = p->sum;
    double *correct = p->correct;
    if (points->env->stop && *points->env->stop)
        return TW_ECANCELLED;
    if (p->tile == 0) {
        sum = t->sum + (at - t->at[t->first]);
        correct = t->correct + (at - t->at[t->first]);
    }
    points_xy(points, at, n, p->xy);
    int rc = t->model->plane->eval(inst->self, p->tile * t->tile_rows, rows_of(t, p->tile), n,
                                   p->xy, sum, correct);
    if (rc > 0) /* sums that were not set */
        return inst->host.fail(&inst->host, TW_EINTERNAL,
                               "eval() returned %d, wanted 0 or a failure", rc);
    return rc;
}

/* Calls as long as there are any. */
static int take_part(void *ctx, size_t worker, size_t task)
{
    struct tiles *t = ctx;
    (void)task;
    pthread_mutex_lock(&t->lock);
    while (take(t, worker)) {
        pthread_mutex_unlock(&t->lock);
        int rc = call(t, worker);
        double now = clock_seconds();
        pthread_mutex_lock(&t->lock);
        if (rc < 0) {
            fail(t, t->seat[worker].part, rc);
            break;
        }
        account(t, worker, now);
        double done = fraction(t, now);
        settle(t, worker);
        pthread_mutex_unlock(&t->lock);
        points_progress(t->points, done);
        pthread_mutex_lock(&t->lock);
    }
    pthread_mutex_unlock(&t->lock);
    return 0;
}

/* ---- batches of strips ------------------------------------------------------------------ */

static int batch_run(struct tiles *t)
{
    struct model *m = t->model;
    size_t n = points_of(t, t->first, t->end);
    memset(t->added, 0, (t->end - t->first) * sizeof *t->added);
    for (size_t tile = 0; tile < t->n_tiles; tile++)
        t->handed[tile] = t->first;
    t->next_tile = 0;
    t->left = (double)m->n_rows * (double)n;
    for (size_t w = 0; w < t->workers; w++)
        t->seat[w].tile = NONE;
    if (t->workers > 1)
        workers_run(m->workers, t->workers, take_part, t);
    else
        take_part(t, 0, 0);
    return t->failure;
}

/* The last strip of the batch that begins at `first`, plus one. */
static size_t batch_end(const struct tiles *t, size_t first)
{
    size_t end = first + 1;
    while (end < t->n_strips && points_of(t, first, end + 1) <= BATCH_POINTS)
        end++;
    return end;
}

/* ---- before and after ------------------------------------------------------------------- */

/* Where the strip that begins with point `at` ends: at the next y, or after STRIP_POINTS
 * of a long row. */
static size_t strip_end(const struct points *p, size_t at)
{
    size_t cells = p->nx * p->ny, end = at + 1;
    if (at < cells) {
        end = at - at % p->nx + p->nx;
        return end - at < STRIP_POINTS ? end : at + STRIP_POINTS;
    }
    const double *y = p->loose + 1;
    while (end < p->n && end - at < STRIP_POINTS && y[2 * (end - cells)] == y[2 * (at - cells)])
        end++;
    return end;
}

static int cut_strips(struct tiles *t)
{
    const struct points *p = t->points;
    for (size_t k = 0; k < p->n; k = strip_end(p, k))
        t->n_strips++;
    t->at = calloc(t->n_strips + 1, sizeof *t->at);
    for (size_t s = 0; t->at && s < t->n_strips; s++)
        t->at[s + 1] = strip_end(p, t->at[s]);
    return t->at ? 0 : -1;
}

static void cut_rows(struct tiles *t)
{
    struct model *m = t->model;
    size_t rows = t->points->tile_rows;
    if (rows == 0 && m->plane->tile_rows)
        rows = m->plane->tile_rows(m->instance[0]->self, t->call_points);
    else if (rows == 0)
        rows = 512;
    t->tile_rows = rows < 1 ? 1 : rows > m->n_rows ? m->n_rows : rows;
    t->n_tiles = (m->n_rows + t->tile_rows - 1) / t->tile_rows;
}

/* Tiles, and buffers for the largest batch and the largest call. */
static int make_buffers(struct tiles *t)
{
    const struct points *p = t->points;
    size_t batch = p->n < BATCH_POINTS ? p->n : BATCH_POINTS; /* holds any strip */
    size_t n_parts = 2 * t->workers;
    size_t each = PART_BYTES / n_parts / (sizeof(struct tw_sum) + 3 * sizeof(double));
    each = each < CALL_POINTS ? each : CALL_POINTS;
    t->call_points = each < batch ? each : batch;
    each = t->call_points < STRIP_POINTS ? STRIP_POINTS : t->call_points;
    cut_rows(t);
    t->sum = malloc(batch * sizeof *t->sum);
    t->correct = malloc(batch * sizeof *t->correct);
    t->added = malloc(t->n_strips * sizeof *t->added);
    t->handed = malloc(t->n_tiles * sizeof *t->handed);
    t->seat = calloc(t->workers, sizeof *t->seat);
    t->part = calloc(n_parts, sizeof *t->part);
    if (!t->sum || !t->correct || !t->added || !t->handed || !t->seat || !t->part)
        return -1;
    for (size_t i = 0; i < n_parts; i++) {
        struct part *part = &t->part[i];
        part->xy = malloc(each * 2 * sizeof *part->xy);
        part->sum = malloc(each * sizeof *part->sum);
        part->correct = malloc(each * sizeof *part->correct);
        if (!part->xy || !part->sum || !part->correct)
            return -1;
        if (i < t->workers) {
            t->seat[i].part = part;
        } else {
            part->next = t->spare;
            t->spare = part;
        }
    }
    return 0;
}

/* begin() on every instance; on *begun of them it succeeded. */
static int begin_all(struct tiles *t, size_t *begun)
{
    const struct tw_plane *p = t->points->plane;
    for (*begun = 0; *begun < t->workers; ++*begun) {
        const double *v = p->n_axes == 1 ? NULL : p->v;
        int rc = t->model->plane->begin(t->model->instance[*begun]->self, p->origin, p->u, v);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void tiles_free(struct tiles *t)
{
    for (size_t i = 0; t->part && i < 2 * t->workers; i++) {
        free(t->part[i].xy);
        free(t->part[i].sum);
        free(t->part[i].correct);
    }
    free(t->part);
    free(t->seat);
    free(t->handed);
    free(t->added);
    free(t->correct);
    free(t->sum);
    free(t->at);
    pthread_cond_destroy(&t->turn);
    pthread_mutex_destroy(&t->lock);
}

int tiles_evaluate(const struct points *points, struct error *err)
{
    struct tiles t = {
        .points = points, .model = points->model, .workers = points->model->n_instances};
    size_t begun = 0;
    pthread_mutex_init(&t.lock, NULL);
    pthread_cond_init(&t.turn, NULL);
    t.total = (double)t.model->n_rows * (double)points->n;
    int rc = cut_strips(&t) < 0 || make_buffers(&t) < 0 ? error_nomem(err) : begin_all(&t, &begun);
    points_progress(points, 0);
    for (; rc >= 0 && t.end < t.n_strips; t.first = t.end) {
        t.end = batch_end(&t, t.first);
        rc = batch_run(&t);
    }
    while (begun > 0)
        t.model->plane->end(t.model->instance[--begun]->self);
    tiles_free(&t);
    return rc;
}
