/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wrong-other.c -- datasets, optimizers, reducers and sinks that break the
 * contract in one way each, for the test of `thalweg try`.
 *
 * tests/cli/test-try.sh compiles this file once for every kind (-DKIND=TW_SINK)
 * and switch (-DWRONG_...); without a switch it is right.
 */
#define _XOPEN_SOURCE 700
#include <thalweg/plugin.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef NAME
#define NAME "right"
#endif

struct config {
    const char *path;
    int64_t limit;
};

struct self {
    const struct tw_host *host;
    const struct config *cfg;
    int steps;
    bool fitted;
    float x[12];
    int32_t label[6];
};

static int create(const struct tw_host *host, const void *cfg, void **out)
{
    struct self *s = calloc(1, sizeof *s);
    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *out = s;
    return TW_OK;
}

/* ---- dataset ------------------------------------------------------------------------ */

static int load(void *self, uint32_t split, struct tw_data *out)
{
    struct self *s = self;
#ifdef WRONG_SPLIT
    (void)split;
#else
    if (split != TW_TRAIN)
        return TW_DONE;
#endif
    for (int i = 0; i < 12; i++)
        s->x[i] = (float)i / 7;
    for (int i = 0; i < 6; i++)
        s->label[i] = i % 2;
#ifdef WRONG_LABEL
    s->label[4] = 2;
#endif
#ifdef WRONG_FEATURE
    s->x[3] = NAN;
#endif
#ifdef WRONG_AGAIN
    s->x[5] += (float)s->steps++;
#endif
    out->task = TW_CLASSIFY;
    out->n_rows = 6;
    out->n_features = 2;
    out->n_classes = 2;
    out->x = s->x;
    out->label = s->label;
    return TW_OK;
}

static const struct tw_dataset_ops dataset_ops = {.struct_size = sizeof dataset_ops, .load = load};

/* ---- optimizer ------------------------------------------------------------------------ */

static int start(void *self, const struct tw_objective *f, double *theta,
                 struct tw_training *training)
{
    (void)self;
    (void)f;
    (void)theta;
    training->epochs = training->epochs ? training->epochs : 50;
    training->steps_per_epoch = 1;
    return TW_OK;
}

#ifdef WRONG_STATIC
static double velocity[64]; /* shared by all instances */
#endif

static int step(void *self, const struct tw_objective *f, double *theta)
{
    struct self *s = self;
    double *g = malloc(f->dim * sizeof *g);
    if (!g)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory");
    int rc = f->grad(f, theta, NULL, NULL, g);
    for (size_t j = 0; rc == TW_OK && j < f->dim; j++) {
#if defined WRONG_ASCENT
        theta[j] += 0.1 * g[j];
#elif defined WRONG_STATIC
        velocity[j % 64] = 0.5 * velocity[j % 64] - 0.1 * g[j];
        theta[j] += velocity[j % 64];
#else
        theta[j] -= 0.1 * g[j];
#endif
    }
    free(g);
#ifdef WRONG_SWALLOW
    return TW_OK;
#else
    return rc;
#endif
}

static const struct tw_optimizer_ops optimizer_ops = {
    .struct_size = sizeof optimizer_ops, .start = start, .step = step};

/* ---- reducer ---------------------------------------------------------------------------- */

static int fit(void *self, const struct tw_data *train, size_t *n_features)
{
    struct self *s = self;
    (void)train;
    s->fitted = true;
    *n_features = 1;
    return TW_OK;
}

static int transform(void *self, const struct tw_data *in, float *x)
{
    (void)self;
    for (size_t i = 0; i < in->n_rows; i++)
        x[i] = in->x[i * in->n_features];
#ifdef WRONG_OVERRUN
    x[in->n_rows] = 0;
#endif
    return TW_OK;
}

static int feature_name(const void *self, size_t j, char *name, size_t size)
{
    (void)self;
    (void)j;
#ifdef WRONG_NAME
    strncpy(name, "a long name of a feature", size);
#else
    snprintf(name, size, "a long name of a feature");
#endif
    return TW_OK;
}

static int plane(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                 size_t n_paths, const double *theta, size_t index, const double *through,
                 struct tw_plane *out)
{
    const struct self *s = self;
    (void)paths;
    (void)n_paths;
#if defined WRONG_UNFITTED
    if (!s->fitted)
        abort();
#elif defined WRONG_FITTED
    if (s->fitted)
        abort();
#else
    (void)s;
#endif
    if (index >= f->dim / 2)
        return TW_DONE;
#ifdef WRONG_THROUGH
    through = NULL;
#endif
    memset(out->u, 0, f->dim * sizeof *out->u);
    memset(out->v, 0, f->dim * sizeof *out->v);
    memcpy(out->origin, through ? through : theta, f->dim * sizeof *out->origin);
    out->u[2 * index] = 1;
    out->v[2 * index + 1] = 2;
#ifdef WRONG_PARALLEL
    memcpy(out->v, out->u, f->dim * sizeof *out->v);
#endif
#ifdef WRONG_LINE
    out->n_axes = 1; /* and v is not zero */
#endif
#ifdef WRONG_LINE_LABEL
    out->n_axes = 1;
    memset(out->v, 0, f->dim * sizeof *out->v);
    strcpy(out->y_label, "y");
#endif
#ifdef WRONG_AXES
    out->n_axes = 3;
#endif
#ifdef WRONG_MARKS
    out->n_marks = 5;
#endif
#ifdef WRONG_WALK
    out->x_walk = 60.8; /* percent */
#endif
#ifdef WRONG_PATH
    out->origin[0] += 0 * paths[0]->theta[0][0];
#endif
    return TW_OK;
}

static const struct tw_reducer_ops reducer_ops = {.struct_size = sizeof reducer_ops,
                                                  .fit = fit,
                                                  .transform = transform,
                                                  .feature_name = feature_name,
                                                  .plane = plane};

/* ---- sink ---------------------------------------------------------------------------------- */

/* One or several, in one file. */
static int write_results(struct self *s, size_t n, const struct tw_result *const *results)
{
    const struct tw_result *r = results[0];
    const struct tw_host_output *files = s->host->get_extension(s->host, TW_EXT_HOST_OUTPUT);
    const char *name = files->create(s->host, s->cfg->path);
#ifdef WRONG_DIRECTLY
    name = s->cfg->path;
#endif
#ifdef WRONG_NO_TRACK
    if (r->tracks[0]->n == 0)
        return TW_OK;
#endif
#ifdef WRONG_LINE
    if (r->plane->n_axes == 1)
        abort();
#endif
#ifdef WRONG_RUNS
    if (r->n_tracks > 1)
        abort();
#endif
#ifdef WRONG_SPREAD
    if (r->spread)
        abort();
#endif
#ifdef WRONG_CRITICAL
    if (r->critical)
        abort();
#endif
#ifdef WRONG_UNWRITTEN
    return TW_OK;
#endif
    FILE *f = name ? fopen(name, "w") : NULL;
    if (!f)
#ifdef WRONG_BLOCKED
        return TW_OK;
#else
        return TW_EIO;
#endif
#ifdef WRONG_POINTER
    fprintf(f, "%p\n", (void *)s);
#endif
#ifndef WRONG_EMPTY
    for (size_t i = 0; i < n; i++)
        fprintf(f, "%s: %zu x %zu\n", results[i]->title, results[i]->grid->nx, r->grid->ny);
#endif
    fclose(f);
    return TW_OK;
}

static int write_result(void *self, const struct tw_result *r)
{
    return write_results(self, 1, &r);
}

static const struct tw_sink_ops sink_ops = {.struct_size = sizeof sink_ops, .write = write_result};

#ifdef WRONG_COMPARE_COUNTS
static int counter; /* two calls differ */
#endif

static int write_all(void *self, const char *title, size_t n, const struct tw_result *const *r,
                     const char *const *label)
{
#ifdef WRONG_COMPARE_CRASH
    if (n > 2)
        abort();
#endif
#ifdef WRONG_COMPARE_LINE
    for (size_t i = 0; i < n; i++)
        if (r[i]->plane->n_axes != r[0]->plane->n_axes)
            return TW_EINVAL; /* and no reason */
#endif
#ifdef WRONG_COMPARE_UNWRITTEN
    return TW_OK;
#endif
#ifdef WRONG_COMPARE_BLOCKED
    write_results(self, n, r);
    return TW_OK;
#endif
#ifdef WRONG_COMPARE_COUNTS
    const struct tw_result *some[9];
    memcpy(some, r, n * sizeof *r);
    return write_results(self, 1 + (size_t)(counter++ > 1), some);
#endif
    (void)title;
    (void)label;
    return write_results(self, n, r);
}

static const void *get_extension(const char *id)
{
    static const struct tw_sink_compare compare = {
#ifdef WRONG_COMPARE_TABLE
        .struct_size = 8,
#else
        .struct_size = sizeof compare,
#endif
#ifndef WRONG_COMPARE_NULL
        .write = write_all,
#endif
    };
    return KIND == TW_SINK && strcmp(id, TW_EXT_SINK_COMPARE) == 0 ? &compare : NULL;
}

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct config, path, "made.txt", "The file to write."),
#ifdef WRONG_RESERVED /* of the host, in the section of a dataset */
    TW_PARAM_INT(struct config, limit, "6", 1, 6, "rows", "Rows to hand over."),
#endif
    TW_PARAM_END};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(KIND),
    .threads = TW_THREADS_INSTANCE,
    .name = NAME,
    .version = "1.0",
    .summary = "Made for the test of thalweg try",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = free,
    .ops.any = KIND == TW_DATASET     ? (const void *)&dataset_ops
               : KIND == TW_OPTIMIZER ? (const void *)&optimizer_ops
               : KIND == TW_REDUCER   ? (const void *)&reducer_ops
                                      : (const void *)&sink_ops,
    .get_extension = get_extension,
};
