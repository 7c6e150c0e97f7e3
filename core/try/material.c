/* SPDX-License-Identifier: GPL-3.0-or-later */
/* material.c -- see try.h: what plugins are tried with.  Always the same. */
#include "try.h"

#include <math.h>
#include <string.h>

static void *get(struct trial *t, size_t n, size_t size)
{
    void *p = arena_array(&t->mem, n, size);
    if (!p)
        try_fail(t, "out of memory");
    return p;
}

/* ---- data ------------------------------------------------------------------------------ */

const char *try_set_name(enum try_set which)
{
    static const char *const names[] = {"two classes", "four classes", "a regression"};
    return names[which];
}

static double score(const float *x, size_t k)
{
    double s = 0;
    for (size_t j = 0; j < TRY_FEATURES; j++)
        s += (double)x[j] * cos((double)(3 * k + j + 1));
    return s;
}

/* The class of the best score; the first rows make sure that each has some. */
static int32_t label(const float *x, size_t row, size_t classes)
{
    size_t best = 0;
    if (row < classes)
        return (int32_t)row;
    for (size_t k = 1; k < classes; k++)
        if (score(x, k) > score(x, best))
            best = k;
    return (int32_t)best;
}

struct tw_data *try_data(struct trial *t, enum try_set which, size_t rows)
{
    static const char *const classes[] = {"no", "yes"};
    static const char *const features[] = {"a", "b", "c", "d", "e"};
    struct tw_data *d = get(t, 1, sizeof *d);
    float *x = get(t, rows * TRY_FEATURES, sizeof *x);
    int32_t *labels = get(t, rows, sizeof *labels);
    double *target = get(t, rows, sizeof *target);
    uint64_t state = 17;
    if (!d || !x || !labels || !target)
        return NULL;
    /* Sums of three: not far from normal.  Features differ in scale and place. */
    for (size_t i = 0; i < rows * TRY_FEATURES; i++) {
        double z = try_random(&state) + try_random(&state) + try_random(&state);
        size_t j = i % TRY_FEATURES;
        x[i] = (float)(z * (0.5 + 0.25 * (double)j) + (j == 1 ? 0.4 : 0));
    }
    *d = (struct tw_data){.struct_size = sizeof *d,
                          .task = which == TRY_REGRESSION ? TW_REGRESS : TW_CLASSIFY,
                          .n_rows = rows,
                          .n_features = TRY_FEATURES,
                          .x = x};
    if (which == TRY_REGRESSION) {
        d->n_targets = 1;
        d->target = target;
        d->feature_name = features;
        for (size_t i = 0; i < rows; i++)
            target[i] = score(x + i * TRY_FEATURES, 0) + 0.3 * try_random(&state);
        return d;
    }
    d->n_classes = which == TRY_TWO_CLASSES ? 2 : 4;
    d->class_name = which == TRY_TWO_CLASSES ? classes : NULL;
    d->label = labels;
    for (size_t i = 0; i < rows; i++)
        labels[i] = label(x + i * TRY_FEATURES, i, d->n_classes);
    return d;
}

/* ---- the objective ------------------------------------------------------------------------ */

static bool mock_fails(struct mock *m)
{
    m->calls++;
    return m->fail_after && m->calls >= m->fail_after;
}

/* Mean over the rows of sum_j a_j / 2 (theta_j - c_ij)^2, and its gradient if wanted. */
static int mock_eval(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                     double *loss, double *grad)
{
    struct mock *m = f->ctx;
    size_t n = rows ? rows->n : f->n_rows;
    struct tw_sum sum = {0, 0};
    if (mock_fails(m)) {
        if (m->fail_code)
            return m->fail_code;
        if (loss)
            *loss = NAN;
        for (size_t j = 0; grad && j < f->dim; j++)
            grad[j] = NAN;
        return TW_OK;
    }
    if (grad)
        memset(grad, 0, f->dim * sizeof *grad);
    for (size_t k = 0; k < n; k++) {
        const double *c = m->centre + tw_rows_at(rows, k) * f->dim;
        for (size_t j = 0; j < f->dim; j++) {
            double r = theta[j] - c[j];
            tw_sum_add(&sum, 0.5 * m->curvature[j] * r * r / (double)n);
            if (grad)
                grad[j] += m->curvature[j] * r / (double)n;
        }
    }
    if (loss)
        *loss = tw_sum_value(&sum);
    return TW_OK;
}

static int mock_only_loss(const struct tw_objective *f, const double *theta,
                          const struct tw_rows *rows, double *loss)
{
    return mock_eval(f, theta, rows, loss, NULL);
}

static int mock_hvp(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                    const double *vec, double *out)
{
    struct mock *m = f->ctx;
    (void)theta;
    (void)rows;
    bool fails = mock_fails(m);
    if (fails && m->fail_code)
        return m->fail_code;
    for (size_t j = 0; j < f->dim; j++)
        out[j] = fails ? NAN : m->curvature[j] * vec[j];
    return TW_OK;
}

/* A layer with two units and a bias for each, or more. */
static int mock_block(const struct tw_objective *f, size_t i, struct tw_block *out)
{
    size_t cols = f->dim / 3, weights = 2 * cols;
    struct tw_block b = {out->struct_size, TW_WEIGHT, 0, 2, cols, "layer.weight"};
    if (i > 1)
        return TW_DONE;
    if (i == 1)
        b = (struct tw_block){out->struct_size, TW_BIAS, weights,
                              f->dim - weights, 1,       "layer.bias"};
    memcpy(out, &b, b.struct_size && b.struct_size < sizeof b ? b.struct_size : sizeof b);
    return TW_OK;
}

int mock_new(struct trial *t, struct mock *m, size_t dim, size_t rows)
{
    uint64_t state = 5;
    *m = (struct mock){.f = {.struct_size = sizeof m->f,
                             .dim = dim,
                             .n_rows = rows,
                             .ctx = m,
                             .loss = mock_only_loss,
                             .grad = mock_eval,
                             .block = mock_block,
                             .hvp = mock_hvp}};
    m->centre = get(t, rows * dim, sizeof *m->centre);
    m->curvature = get(t, dim, sizeof *m->curvature);
    if (!m->centre || !m->curvature)
        return -1;
    for (size_t i = 0; i < rows * dim; i++)
        m->centre[i] = sin((double)(i % dim) + 1) + 0.1 * try_random(&state);
    /* Below 1, so that no usual learning rate overshoots. */
    for (size_t j = 0; j < dim; j++)
        m->curvature[j] = 0.3 + 0.6 * (double)j / (double)dim;
    return 0;
}

double mock_loss(const struct mock *m, const double *theta)
{
    struct mock calm = *m;
    double loss = NAN;
    calm.fail_after = 0;
    calm.f.ctx = &calm;
    mock_eval(&calm.f, theta, NULL, &loss, NULL);
    return loss;
}

int try_path(struct trial *t, const struct mock *m, size_t n, uint64_t seed, struct tw_path *out)
{
    size_t dim = m->f.dim;
    double **theta = get(t, n + 1, sizeof *theta), *loss = get(t, n + 1, sizeof *loss);
    uint64_t *step = get(t, n + 1, sizeof *step), state = seed;
    double *start = get(t, dim, sizeof *start);
    if (!theta || !loss || !step || !start)
        return -1;
    for (size_t j = 0; j < dim; j++)
        start[j] = 3 * try_random(&state);
    for (size_t i = 0; i < n; i++) {
        theta[i] = get(t, dim, sizeof **theta);
        if (!theta[i])
            return -1;
        for (size_t j = 0; j < dim; j++)
            theta[i][j] = sin((double)j + 1) + start[j] * exp(-0.4 * (double)i * m->curvature[j]) +
                          0.05 * try_random(&state);
        loss[i] = mock_loss(m, theta[i]);
        step[i] = 10 * i;
    }
    *out = (struct tw_path){.struct_size = sizeof *out,
                            .n = n,
                            .dim = dim,
                            .theta = (const double *const *)theta,
                            .loss = loss,
                            .step = step,
                            .name = "training"};
    return 0;
}

/* ---- a result -------------------------------------------------------------------------------- */

const char *try_result_name(enum try_result which)
{
    static const char *const names[] = {"a whole result",
                                        "a result without a trajectory",
                                        "a grid with holes",
                                        "a grid of 2 x 2",
                                        "a grid without a finite cell",
                                        "a line",
                                        "several trajectories",
                                        "a test set and convexity",
                                        "several planes",
                                        "critical points and names",
                                        "a ball in two landscapes"};
    return names[which];
}

static struct tw_grid *make_grid(struct trial *t, enum try_result which)
{
    size_t nx = which == TRY_TWO_BY_TWO ? 2 : 9;
    size_t ny = which == TRY_LINE ? 1 : which == TRY_TWO_BY_TWO ? 2 : 7;
    struct tw_grid *g = get(t, 1, sizeof *g);
    double *x = get(t, nx, sizeof *x), *y = get(t, ny, sizeof *y);
    double *loss = get(t, nx * ny, sizeof *loss), *accuracy = get(t, nx * ny, sizeof *accuracy);
    if (!g || !x || !y || !loss || !accuracy)
        return NULL;
    for (size_t i = 0; i < nx; i++)
        x[i] = -1 + 2 * (double)i / (double)(nx - 1);
    for (size_t i = 0; i < ny; i++)
        y[i] = ny > 1 ? -0.5 + 2 * (double)i / (double)(ny - 1) : 0;
    for (size_t i = 0; i < nx * ny; i++) {
        double u = x[i % nx], v = y[i / nx];
        loss[i] = 0.1 + u * u + 2 * v * v + 0.3 * u * v;
        accuracy[i] = exp(-loss[i]);
        if (which == TRY_NOTHING_FINITE || (which == TRY_HOLES && i % 11 == 3))
            loss[i] = i % 2 ? NAN : INFINITY;
        if (which == TRY_HOLES && i % 11 == 3)
            accuracy[i] = NAN;
    }
    *g = (struct tw_grid){.struct_size = sizeof *g,
                          .nx = nx,
                          .ny = ny,
                          .x = x,
                          .y = y,
                          .loss = loss,
                          .accuracy = which == TRY_NO_TRACK ? NULL : accuracy};
    return g;
}

/* `by` times each value; NULL when out of memory. */
static double *times(struct trial *t, const double *v, size_t n, double by)
{
    double *w = get(t, n, sizeof *w);
    for (size_t i = 0; w && i < n; i++)
        w[i] = by * v[i];
    return w;
}

static int add_test(struct trial *t, struct tw_grid *g)
{
    size_t n = g->nx * g->ny;
    g->test_loss = times(t, g->loss, n, 1.2);
    g->test_accuracy = times(t, g->accuracy, n, 0.9);
    g->plane_convexity = times(t, g->accuracy, n, -0.5);
    g->full_convexity = times(t, g->accuracy, n, -1);
    return g->test_loss && g->test_accuracy && g->plane_convexity && g->full_convexity ? 0 : -1;
}

static struct tw_spread *make_spread(struct trial *t, const struct tw_grid *g)
{
    size_t n = g->nx * g->ny;
    struct tw_spread *s = get(t, 1, sizeof *s);
    if (!s)
        return NULL;
    *s = (struct tw_spread){.struct_size = sizeof *s,
                            .n_planes = 8,
                            .mean = times(t, g->loss, n, 1.1),
                            .std = times(t, g->loss, n, 0.2),
                            .min = times(t, g->loss, n, 0.7),
                            .q25 = times(t, g->loss, n, 0.9),
                            .median = times(t, g->loss, n, 1),
                            .q75 = times(t, g->loss, n, 1.2),
                            .max = times(t, g->loss, n, 2)};
    return s->mean && s->std && s->min && s->q25 && s->median && s->q75 && s->max ? s : NULL;
}

/* One of each kind; the second minimum is outside the grid. */
static struct tw_critical *make_critical(struct trial *t)
{
    enum { N = 5 };
    static const uint32_t kind[N] = {TW_MINIMUM, TW_MINIMUM, TW_SADDLE, TW_MAXIMUM, TW_DEGENERATE};
    struct tw_critical *c = get(t, 1, sizeof *c);
    double *a = get(t, 6 * N, sizeof *a);
    if (!c || !a)
        return NULL;
    for (size_t i = 0; i < N; i++) {
        a[i] = i == 1 ? 3 : 0.2 * (double)i;
        a[N + i] = 0.1 * (double)i;
        a[2 * N + i] = 0.1 + 0.2 * (double)i;
        a[3 * N + 2 * i] = kind[i] == TW_MINIMUM ? 1 : kind[i] == TW_DEGENERATE ? 0 : -1;
        a[3 * N + 2 * i + 1] = kind[i] == TW_MAXIMUM ? -0.5 : 2;
        a[5 * N + i] = i == 0 ? INFINITY : i == 1 ? 0.3 : NAN;
    }
    *c = (struct tw_critical){.struct_size = sizeof *c,
                              .n = N,
                              .x = a,
                              .y = a + N,
                              .loss = a + 2 * N,
                              .kind = kind,
                              .lambda = a + 3 * N,
                              .persistence = a + 5 * N};
    return c;
}

static void name_points(struct tw_plane *p)
{
    p->n_marks = 2;
    p->mark[0] = (struct tw_mark){.x = 0, .y = 0, .name = "first"};
    p->mark[1] = (struct tw_mark){.x = 7, .y = 7, .name = "one, \"outside\""};
}

/* On a line y is 0. */
static struct tw_track *make_track(struct trial *t, bool line)
{
    enum { N = 6 };
    struct tw_track *k = get(t, 1, sizeof *k);
    double *a = get(t, 5 * N, sizeof *a);
    uint64_t *step = get(t, N, sizeof *step);
    if (!k || !a || !step)
        return NULL;
    for (size_t i = 0; i < N; i++) {
        double x = 0.8 * exp(-0.7 * (double)i), y = line ? 0 : -0.3 * exp(-0.4 * (double)i);
        step[i] = 100 * i;
        a[i] = x;
        a[N + i] = y;
        a[2 * N + i] = 0.1 + x * x + 2 * y * y + 0.3 * x * y + 0.01;
        a[3 * N + i] = a[2 * N + i] - 0.01;
        a[4 * N + i] = 0.05 * (double)(N - i);
    }
    *k = (struct tw_track){.struct_size = sizeof *k,
                           .n = N,
                           .step = step,
                           .x = a,
                           .y = a + N,
                           .loss = a + 2 * N,
                           .plane_loss = a + 3 * N,
                           .residual = a + 4 * N,
                           .name = "training"};
    return k;
}

static struct tw_plane *make_plane(struct trial *t)
{
    enum { DIM = 4 };
    struct tw_plane *p = get(t, 1, sizeof *p);
    double *a = get(t, 3 * DIM, sizeof *a);
    if (!p || !a)
        return NULL;
    for (size_t j = 0; j < DIM; j++)
        a[j] = 0.1 * (double)j;
    a[DIM] = a[2 * DIM + 1] = 1;
    *p = (struct tw_plane){.struct_size = sizeof *p,
                           .dim = DIM,
                           .origin = a,
                           .u = a + DIM,
                           .v = a + 2 * DIM,
                           .x_label = "component 1",
                           .y_label = "component 2",
                           .x_variance = 0.7,
                           .y_variance = 0.2,
                           .x_walk = NAN,
                           .y_walk = NAN,
                           .n_axes = 2};
    return p;
}

/* ---- a ball ------------------------------------------------------------------------------ */

#define BALL_SAMPLES 15 /* in each landscape */

/* Heights: a bowl about (x, y), as high as `least` there. */
static double ball_height(double x, double y, double least)
{
    return least + 0.2 * (x * x + y * y);
}

static double *ball_heights(struct trial *t, const struct tw_grid *g, const double at[2],
                            double least)
{
    double *z = get(t, g->nx * g->ny, sizeof *z);
    for (size_t k = 0; z && k < g->nx * g->ny; k++)
        z[k] = isfinite(g->loss[k])
                   ? ball_height(g->x[k % g->nx] - at[0], g->y[k / g->nx] - at[1], least)
                   : NAN;
    return z;
}

/* The second one: other dimensions, as many points as no grid of ours has, a hole in a corner. */
static struct tw_grid *ball_grid(struct trial *t)
{
    enum { N = 5 };
    struct tw_grid *g = get(t, 1, sizeof *g);
    double *x = get(t, 2 * N, sizeof *x), *loss = get(t, N * N, sizeof *loss);
    if (!g || !x || !loss)
        return NULL;
    for (size_t i = 0; i < N; i++) {
        x[i] = -1 + 0.5 * (double)i;
        x[N + i] = x[i] / 2;
    }
    for (size_t k = 0; k < N * N; k++)
        loss[k] = k ? 0.05 + x[k % N] * x[k % N] + x[N + k / N] * x[N + k / N] : INFINITY;
    *g = (struct tw_grid){
        .struct_size = sizeof *g, .nx = N, .ny = N, .x = x, .y = x + N, .loss = loss};
    return g;
}

/* Straight from `from` to `to`, ever slower, in landscape k. */
static void ball_way(struct tw_ball *b, double *a, uint32_t *which, size_t k, const double from[2],
                     const double to[2], double least)
{
    enum { N = 2 * BALL_SAMPLES };
    for (size_t i = 0; i < BALL_SAMPLES; i++) {
        size_t at = k * BALL_SAMPLES + i;
        double w = (double)i / (BALL_SAMPLES - 1), rest = (1 - w) * (1 - w);
        double dx = rest * (from[0] - to[0]), dy = rest * (from[1] - to[1]);
        which[at] = (uint32_t)k;
        a[at] = 3 * ((double)k + 0.99 * w);
        a[N + at] = to[0] + dx;
        a[2 * N + at] = to[1] + dy;
        a[3 * N + at] = ball_height(dx, dy, least);
        a[4 * N + at] = i ? 0.5 * (1 - w) : 0;
        a[5 * N + at] = 9.81 * a[3 * N + at] + 0.7 * a[4 * N + at] * a[4 * N + at];
    }
    *b = (struct tw_ball){.struct_size = sizeof *b,
                          .n = N,
                          .t = a,
                          .landscape = which,
                          .x = a + N,
                          .y = a + 2 * N,
                          .z = a + 3 * N,
                          .speed = a + 4 * N,
                          .energy = a + 5 * N,
                          .radius = 0.045};
}

/* It rolls to (0.1, 0.2) of the result's own landscape, and on in another one. */
static int add_ball(struct trial *t, struct tw_result *r)
{
    static const double way[2][2][2] = {{{0.8, 1.3}, {0.1, 0.2}}, {{0, 0}, {0.3, -0.2}}};
    struct tw_landscape *l = get(t, 2, sizeof *l);
    const struct tw_landscape **list = get(t, 2, sizeof *list);
    struct tw_ball *b = get(t, 1, sizeof *b);
    double *a = get(t, 6 * 2 * BALL_SAMPLES, sizeof *a);
    uint32_t *which = get(t, 2 * BALL_SAMPLES, sizeof *which);
    if (!l || !list || !b || !a || !which)
        return -1;
    for (size_t k = 0; k < 2; k++) {
        /* The second begins as high as the first ends. */
        double least = k ? 0.1 - 0.2 * (0.3 * 0.3 + 0.2 * 0.2) : 0.1;
        const struct tw_grid *g = k ? ball_grid(t) : r->grid;
        const double *height = g ? ball_heights(t, g, way[k][1], least) : NULL;
        if (!height)
            return -1;
        l[k] = (struct tw_landscape){.struct_size = sizeof l[k],
                                     .plane = r->plane,
                                     .grid = g,
                                     .height = height,
                                     .x_length = 1,
                                     .y_length = k ? 1.2 : 1,
                                     .x = way[k][1][0],
                                     .y = way[k][1][1],
                                     .loss = 0.3 - 0.2 * (double)k,
                                     .distance = 1.5};
        list[k] = &l[k];
        ball_way(b, a, which, k, way[k][0], way[k][1], least);
    }
    r->n_landscapes = 2;
    r->landscapes = list;
    r->ball = b;
    return 0;
}

/* ---- all of it ---------------------------------------------------------------------------- */

struct tw_result *try_result(struct trial *t, enum try_result which)
{
    static const char *const provenance[] = {
        "version", "0", "seed", "1", "pipeline", "thalweg: 1\ntitle: made up\n", NULL};
    struct tw_result *r = get(t, 1, sizeof *r);
    struct tw_grid *grid = make_grid(t, which);
    struct tw_plane *plane = make_plane(t);
    struct tw_track *track = make_track(t, which == TRY_LINE);
    struct tw_track *other = make_track(t, false);
    const struct tw_track **tracks = get(t, 3, sizeof *tracks);
    if (!r || !grid || !plane || !track || !other || !tracks)
        return NULL;
    other->name = "adam, \"hot\"";
    other->n = 2;
    tracks[0] = tracks[2] = track; /* two runs may have one name */
    tracks[1] = other;
    if (which == TRY_LINE) {
        plane->n_axes = 1;
        memset(plane->v, 0, plane->dim * sizeof *plane->v);
        memset(plane->y_label, 0, sizeof plane->y_label);
        plane->y_variance = NAN;
    }
    if (which == TRY_CRITICAL || which == TRY_BALL)
        name_points(plane);
    if (which == TRY_TEST && add_test(t, grid) < 0)
        return NULL;
    if (which == TRY_NO_TRACK)
        plane->x_variance = plane->y_variance = NAN;
    *r = (struct tw_result){.struct_size = sizeof *r,
                            .title = "A made-up landscape",
                            .subtitle = "nothing was trained for it",
                            .plane = plane,
                            .grid = grid,
                            .n_tracks = which != TRY_NO_TRACK,
                            .tracks = which != TRY_NO_TRACK ? tracks : NULL,
                            .provenance = provenance};
    if (which == TRY_RUNS)
        r->n_tracks = 3;
    if (which == TRY_PLANES && !(r->spread = make_spread(t, grid)))
        return NULL;
    if ((which == TRY_CRITICAL || which == TRY_BALL) && !(r->critical = make_critical(t)))
        return NULL;
    if (which == TRY_BALL && add_ball(t, r) < 0)
        return NULL;
    return r;
}
