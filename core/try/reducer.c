/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reducer.c -- see try.h: reducers, both halves of them. */
#include "../plane.h"
#include "try.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIM = 12, POINTS = 8, MAX_PLANES = 64 };

static const struct tw_reducer_ops *ops_of(const struct trial *t)
{
    return &t->plugin->ops.reducer;
}

/* ---- transform ---------------------------------------------------------------------------- */

struct transformed {
    struct instance *inst;
    size_t n; /* features that come out */
    float *x; /* TRY_ROWS x n, fenced */
};

/* fit() and transform(); 1 after try_skip() when the data is refused. */
static int transform(struct trial *t, const struct tw_data *train, const struct tw_data *in,
                     struct transformed *out)
{
    const struct tw_reducer_ops *ops = ops_of(t);
    if (!ops->transform)
        return try_skip(t, "no transform()");
    if (try_new(t, &out->inst) < 0)
        return -1;
    out->n = 0;
    int rc = ops->fit(out->inst->self, train, &out->n);
    if (rc == TW_EINVAL && try_reason(out->inst))
        return try_skip(t, "it does not take our data: %s", try_reason(out->inst));
    if (rc != TW_OK)
        return try_refused(t, out->inst, rc, "fit()");
    if (out->n < 1 || out->n > 1u << 20)
        return try_fail(t, "fit() says that there will be %zu features", out->n);
    out->x = try_fence(t, in->n_rows * out->n * sizeof *out->x);
    if (!out->x)
        return -1;
    rc = ops->transform(out->inst->self, in, out->x);
    if (rc != TW_OK)
        return try_refused(t, out->inst, rc, "transform()");
    if (!try_fence_holds(out->x))
        return try_fail(t, "transform() writes outside %zu x %zu", in->n_rows, out->n);
    for (size_t i = 0; i < in->n_rows * out->n; i++)
        if (!isfinite(out->x[i]))
            return try_fail(t, "row %zu, feature %zu is %g", i / out->n, i % out->n,
                            (double)out->x[i]);
    return 0;
}

static int check_transform(struct trial *t)
{
    struct transformed a, b, c;
    struct tw_data *train = try_data(t, TRY_FOUR_CLASSES, TRY_ROWS);
    struct tw_data *fresh = try_data(t, TRY_FOUR_CLASSES, TRY_ROWS);
    struct tw_data *other = try_data(t, TRY_TWO_CLASSES, 20);
    if (!train || !fresh || !other)
        return -1;
    int rc = transform(t, train, train, &a);
    if (rc != 0)
        return rc;
    if (transform(t, other, other, &b) < 0) /* something else in between */
        return -1;
    t->outcome = TRY_OK; /* that it was refused would be well, too */
    if (transform(t, train, train, &c) != 0)
        return -1;
    if (a.n != c.n || memcmp(a.x, c.x, TRY_ROWS * a.n * sizeof *a.x) != 0)
        return try_fail(t, "two instances give different features");
    rc = ops_of(t)->transform(a.inst->self, train, a.x);
    if (rc != TW_OK)
        return try_refused(t, a.inst, rc, "transform() again");
    if (memcmp(a.x, c.x, TRY_ROWS * a.n * sizeof *a.x) != 0)
        return try_fail(t, "transform() again gives different features");
    if (memcmp(train->x, fresh->x, TRY_ROWS * TRY_FEATURES * sizeof *train->x) != 0)
        return try_fail(t, "changes the data");
    snprintf(t->note, sizeof t->note, "%d features to %zu", TRY_FEATURES, a.n);
    instance_free(a.inst);
    instance_free(c.inst);
    return 0;
}

/* A split of fewer rows than it was fitted to. */
static int check_split(struct trial *t)
{
    struct transformed a;
    struct tw_data *train = try_data(t, TRY_FOUR_CLASSES, TRY_ROWS);
    struct tw_data *test = try_data(t, TRY_FOUR_CLASSES, 5);
    if (!train || !test)
        return -1;
    int rc = transform(t, train, test, &a);
    if (rc != 0)
        return rc;
    float *whole = try_fence(t, TRY_ROWS * a.n * sizeof *whole);
    if (!whole)
        return -1;
    rc = ops_of(t)->transform(a.inst->self, train, whole);
    if (rc != TW_OK)
        return try_refused(t, a.inst, rc, "transform()");
    /* The first five rows are the same rows. */
    for (size_t i = 0; i < 5 * a.n; i++)
        if (fabsf(whole[i] - a.x[i]) > 1e-4f * fmaxf(1, fabsf(whole[i])))
            return try_fail(t, "row %zu, feature %zu is %g among %d rows, but %g among 5", i / a.n,
                            i % a.n, (double)whole[i], TRY_ROWS, (double)a.x[i]);
    instance_free(a.inst);
    return 0;
}

static int check_names(struct trial *t)
{
    static const size_t sizes[] = {1, 2, 8, 64};
    struct transformed a;
    struct tw_data *train = try_data(t, TRY_FOUR_CLASSES, TRY_ROWS);
    if (!train)
        return -1;
    if (!ops_of(t)->feature_name)
        return try_skip(t, "no feature_name()");
    int rc = transform(t, train, train, &a);
    if (rc != 0)
        return rc;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        char *name = try_fence(t, sizes[s]);
        if (!name)
            return -1;
        for (size_t j = 0; j < a.n; j++) {
            memset(name, 'x', sizes[s]);
            rc = ops_of(t)->feature_name(a.inst->self, j, name, sizes[s]);
            if (rc != TW_OK)
                return try_refused(t, a.inst, rc, "feature_name()");
            if (!try_fence_holds(name))
                return try_fail(t, "feature %zu: writes outside a name of %zu bytes", j, sizes[s]);
            if (!memchr(name, '\0', sizes[s]))
                return try_fail(t, "feature %zu: no NUL in a name of %zu bytes", j, sizes[s]);
        }
    }
    instance_free(a.inst);
    return 0;
}

/* ---- plane ---------------------------------------------------------------------------------- */

struct scene {
    struct instance *inst;
    struct mock mock;
    struct tw_path path[2];
    const struct tw_path *paths[2];
    size_t n_paths;
    const double *theta;
    struct tw_plane plane;
};

/* A reducer that transforms, too, has learnt from data before it is asked for a
 * plane; 1 after try_skip() when it does not take ours. */
static int learn(struct trial *t, struct instance *inst)
{
    size_t n = 0;
    const struct tw_data *train = try_data(t, TRY_FOUR_CLASSES, TRY_ROWS);
    if (!train)
        return -1;
    int rc = ops_of(t)->fit(inst->self, train, &n);
    if (rc == TW_EINVAL && try_reason(inst))
        return try_skip(t, "it does not take our data: %s", try_reason(inst));
    return rc == TW_OK ? 0 : try_refused(t, inst, rc, "fit()");
}

static int scene_new(struct trial *t, struct scene *s, size_t n_paths, size_t points, bool data)
{
    *s = (struct scene){.n_paths = n_paths};
    if (!ops_of(t)->plane)
        return try_skip(t, "no plane()");
    if (mock_new(t, &s->mock, DIM, 40) < 0 || try_new(t, &s->inst) < 0)
        return -1;
    int rc = data && ops_of(t)->fit ? learn(t, s->inst) : 0;
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < 2; i++) {
        if (try_path(t, &s->mock, points, 31 + i, &s->path[i]) < 0)
            return -1;
        s->paths[i] = &s->path[i];
    }
    const struct tw_path *last = &s->path[n_paths > 0 ? n_paths - 1 : 0];
    s->theta = last->n > 0 ? last->theta[last->n - 1] : s->mock.centre;
    s->plane = (struct tw_plane){.struct_size = sizeof s->plane, .dim = DIM};
    s->plane.origin = try_fence(t, DIM * sizeof(double));
    s->plane.u = try_fence(t, DIM * sizeof(double));
    s->plane.v = try_fence(t, DIM * sizeof(double));
    return s->plane.origin && s->plane.u && s->plane.v ? 0 : -1;
}

/* v of a line is zero at the call, and may be left alone. */
static void settle_line(struct tw_plane *p)
{
    for (size_t j = 0; j < DIM; j++)
        if (!isnan(p->v[j]))
            return;
    memset(p->v, 0, DIM * sizeof *p->v);
}

static int ask(struct trial *t, struct scene *s, size_t index, const double *through)
{
    struct tw_plane *p = &s->plane;
    p->x_variance = p->y_variance = p->x_walk = p->y_walk = NAN;
    p->n_axes = 2;
    p->n_marks = 0;
    memset(p->x_label, 0, sizeof p->x_label);
    memset(p->y_label, 0, sizeof p->y_label);
    for (size_t j = 0; j < DIM; j++)
        p->origin[j] = p->u[j] = p->v[j] = NAN; /* all must be set */
    struct tw_plane theirs = *p;
    int rc = ops_of(t)->plane(s->inst->self, &s->mock.f, s->paths, s->n_paths, s->theta, index,
                              through, &theirs);
    memcpy(p->x_label, theirs.x_label, sizeof p->x_label);
    memcpy(p->y_label, theirs.y_label, sizeof p->y_label);
    p->x_variance = theirs.x_variance;
    p->y_variance = theirs.y_variance;
    p->x_walk = theirs.x_walk;
    p->y_walk = theirs.y_walk;
    p->n_axes = theirs.n_axes;
    p->n_marks = theirs.n_marks;
    memcpy(p->mark, theirs.mark, sizeof p->mark);
    if (rc == TW_OK && p->n_axes == 1)
        settle_line(p);
    return rc;
}

static double dot(const double *a, const double *b)
{
    double sum = 0;
    for (size_t j = 0; j < DIM; j++)
        sum += a[j] * b[j];
    return sum;
}

static bool is_ratio(double v)
{
    return isnan(v) || (v >= 0 && v <= 1 + 1e-9);
}

/* Labels, shares of variance and marks. */
static int sane_words(struct trial *t, const struct tw_plane *p, size_t index)
{
    if (!memchr(p->x_label, '\0', sizeof p->x_label) ||
        !memchr(p->y_label, '\0', sizeof p->y_label))
        return try_fail(t, "plane %zu: a label has no end", index);
    if (p->n_axes == 1 && p->y_label[0])
        return try_fail(t, "line %zu: y_label is '%.63s', it must be empty", index, p->y_label);
    if (!is_ratio(p->x_variance) || !is_ratio(p->y_variance))
        return try_fail(t, "plane %zu: explained variance is %g and %g, not a ratio", index,
                        p->x_variance, p->y_variance);
    if (!is_ratio(p->x_walk) || !is_ratio(p->y_walk))
        return try_fail(t, "plane %zu: that of a random walk is %g and %g, not a ratio", index,
                        p->x_walk, p->y_walk);
    if (p->n_marks > sizeof p->mark / sizeof *p->mark)
        return try_fail(t, "plane %zu: n_marks is %u, at most %zu have room", index, p->n_marks,
                        sizeof p->mark / sizeof *p->mark);
    for (size_t k = 0; k < p->n_marks; k++) {
        const struct tw_mark *m = &p->mark[k];
        if (!isfinite(m->x) || !isfinite(m->y) || (p->n_axes == 1 && m->y != 0))
            return try_fail(t, "plane %zu: mark %zu is at (%g, %g)", index, k, m->x, m->y);
        if (!memchr(m->name, '\0', sizeof m->name) || !m->name[0])
            return try_fail(t, "plane %zu: the name of mark %zu %s", index, k,
                            m->name[0] ? "has no end" : "is empty");
    }
    return 0;
}

static int sane(struct trial *t, const struct tw_plane *p, size_t index)
{
    if (!try_fence_holds(p->origin) || !try_fence_holds(p->u) || !try_fence_holds(p->v))
        return try_fail(t, "plane %zu: writes outside the %d entries of a vector", index, DIM);
    if (p->n_axes != 1 && p->n_axes != 2)
        return try_fail(t, "plane %zu: n_axes is %u, not 1 or 2", index, p->n_axes);
    for (size_t j = 0; j < DIM; j++)
        if (!isfinite(p->origin[j]) || !isfinite(p->u[j]) || !isfinite(p->v[j]))
            return try_fail(t, "plane %zu: entry %zu is not finite: origin %g, u %g, v %g", index,
                            j, p->origin[j], p->u[j], p->v[j]);
    double uu = dot(p->u, p->u), vv = dot(p->v, p->v), uv = dot(p->u, p->v);
    if (p->n_axes == 1 && !(uu > 0))
        return try_fail(t, "line %zu: direction u is zero", index);
    for (size_t j = 0; j < DIM && p->n_axes == 1; j++)
        if (p->v[j] != 0)
            return try_fail(t, "line %zu: entry %zu of v is %g; v of a line stays zero", index, j,
                            p->v[j]);
    const char *flaw = p->n_axes == 2 ? plane_flaw(uu, vv, uv) : NULL;
    if (flaw)
        return try_fail(t, "plane %zu: %s", index, flaw);
    return sane_words(t, p, index);
}

/* With one trajectory, else with two; 1 after try_skip() when it takes neither. */
static int scene_taken(struct trial *t, struct scene *s)
{
    char reason[200] = "";
    for (size_t n = 1; n <= 2; n++) {
        int rc = scene_new(t, s, n, POINTS, true);
        if (rc != 0)
            return rc;
        rc = ask(t, s, 0, NULL);
        if (rc == TW_OK)
            return 0;
        if (rc == TW_DONE)
            return try_fail(t, "plane() has not even a plane 0");
        if (rc != TW_EINVAL || !try_reason(s->inst))
            return try_refused(t, s->inst, rc, "plane()");
        snprintf(reason, sizeof reason, "%s", try_reason(s->inst));
        instance_free(s->inst);
    }
    return try_skip(t, "it does not take our trajectory: %s", reason);
}

static int check_family(struct trial *t)
{
    struct scene s;
    int rc = scene_taken(t, &s);
    if (rc != 0)
        return rc;
    size_t i, lines = 0;
    for (i = 0; i < MAX_PLANES; i++) {
        rc = ask(t, &s, i, NULL);
        if (rc != TW_OK)
            break;
        if (sane(t, &s.plane, i) < 0)
            return -1;
        lines += s.plane.n_axes == 1;
    }
    if (rc < 0)
        return try_fail(t, "plane %zu: returned %d, not TW_DONE: %s", i, rc,
                        try_reason(s.inst) ? try_reason(s.inst) : "no reason given");
    snprintf(t->note, sizeof t->note, "%zu%s %s%s", i, rc == TW_DONE ? "" : " or more",
             lines == i && i > 0 ? "line" : "plane", i == 1 ? "" : "s");
    instance_free(s.inst);
    return 0;
}

static int check_plane_same(struct trial *t)
{
    struct scene a, b;
    int rc = scene_taken(t, &a);
    if (rc != 0)
        return rc;
    size_t n_paths = a.n_paths, bytes = DIM * sizeof(double);
    /* The other is asked for a later plane first: the order must not matter. */
    if (scene_new(t, &b, n_paths, POINTS, true) != 0)
        return -1;
    ask(t, &b, 1, NULL);
    for (size_t i = 0; i < 3; i++) {
        int one = ask(t, &a, i, NULL), two = ask(t, &b, i, NULL);
        if (one != two)
            return try_fail(t, "plane %zu: returned %d, then %d", i, one, two);
        if (one != TW_OK)
            break;
        if (memcmp(a.plane.origin, b.plane.origin, bytes) != 0 ||
            memcmp(a.plane.u, b.plane.u, bytes) != 0 || memcmp(a.plane.v, b.plane.v, bytes) != 0)
            return try_fail(t, "plane %zu of two instances is not the same", i);
    }
    instance_free(a.inst);
    instance_free(b.inst);
    return 0;
}

static int check_through(struct trial *t)
{
    struct scene s;
    double through[DIM];
    uint64_t state = 55;
    int rc = scene_taken(t, &s);
    if (rc != 0)
        return rc;
    for (size_t j = 0; j < DIM; j++)
        through[j] = 2 * try_random(&state);
    rc = ask(t, &s, 0, through);
    if (rc != TW_OK)
        return try_refused(t, s.inst, rc, "plane() through a point");
    if (sane(t, &s.plane, 0) < 0)
        return -1;
    for (size_t j = 0; j < DIM; j++)
        if (s.plane.origin[j] != through[j])
            return try_fail(t, "entry %zu of the origin is %.17g, not %.17g", j, s.plane.origin[j],
                            through[j]);
    instance_free(s.inst);
    return 0;
}

/* Too little to go by, and an objective that fails: answered, not survived by luck. */
static int check_short(struct trial *t)
{
    static const struct {
        size_t paths, points;
        bool fails, data;
        const char *words;
    } cases[] = {{0, 0, false, true, "without a trajectory"},
                 {1, 1, false, true, "with a trajectory of one point"},
                 {1, 2, false, true, "with a trajectory of two points"},
                 {2, 1, false, true, "with two trajectories of one point"},
                 {1, POINTS, true, true, "with an objective that fails"},
                 {1, POINTS, false, false, "without data, hence without fit(),"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        int rc = scene_new(t, &s, cases[i].paths, cases[i].points, cases[i].data);
        if (rc != 0)
            return rc;
        s.mock.fail_after = cases[i].fails;
        s.mock.fail_code = TW_ENUMERIC;
        rc = ask(t, &s, 0, NULL);
        /* What the objective said is reason enough. */
        if (rc < 0 && !try_reason(s.inst) && !cases[i].fails)
            return try_fail(t, "%s plane() returned %d and gave no reason with host->fail()",
                            cases[i].words, rc);
        if (rc == TW_OK && cases[i].fails && s.mock.calls > 0)
            return try_fail(t, "%s plane() returned TW_OK", cases[i].words);
        if (rc == TW_OK && sane(t, &s.plane, 0) < 0)
            return -1;
        instance_free(s.inst);
    }
    return 0;
}

static int exercise(struct trial *t)
{
    struct tw_data *train = try_data(t, TRY_FOUR_CLASSES, TRY_ROWS);
    const struct tw_reducer_ops *ops = ops_of(t);
    struct instance *inst;
    size_t n = 0;
    char name[64];
    if (!train || try_new(t, &inst) < 0)
        return -1;
    bool fitted = ops->transform && try_call(t, ops->fit(inst->self, train, &n)) == TW_OK;
    if (fitted && n > 0 && n < 1u << 20) {
        float *x = try_fence(t, TRY_ROWS * n * sizeof *x);
        if (x)
            try_call(t, ops->transform(inst->self, train, x));
        if (ops->feature_name)
            ops->feature_name(inst->self, 0, name, sizeof name);
    }
    instance_free(inst);
    for (size_t paths = 1; ops->plane && paths <= 2; paths++) {
        struct scene s;
        if (scene_new(t, &s, paths, POINTS, fitted) != 0)
            return -1;
        try_call(t, ask(t, &s, 0, NULL));
        try_call(t, ask(t, &s, 1, s.theta));
        instance_free(s.inst);
    }
    return 0;
}

static const struct check checks[] = {
    {"transforms data, twice the same", check_transform},
    {"transforms a smaller split", check_split},
    {"feature names fit their buffers", check_names},
    {"planes are planes, until TW_DONE", check_family},
    {"planes are the same for another instance", check_plane_same},
    {"plane goes through the point it is given", check_through},
    {"plane with little to go by", check_short},
};
const struct checks try_reducer = {checks, sizeof checks / sizeof *checks, exercise};
