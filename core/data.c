/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.c -- see data.h.
 *
 * The order of the host's keys: classes, test_fraction, limit, positive,
 * scale, standardize.
 */
#include "data.h"

#include "aligned.h"
#include "progress.h"
#include "sha256.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define MAX_CLASSES 1000000 /* more is a mistake, and names for all would fill the memory */

/* ---- what a plugin hands over is checked: it is the world ------------------ */

static int bad(struct instance *inst, const char *what, size_t row, struct error *err)
{
    return error_set(err, FAULT_RUN, "dataset %s: hands over %s (row %zu)", inst->plugin->desc.name,
                     what, row);
}

static int check_answers(struct instance *inst, const struct tw_data *v, struct error *err)
{
    if (v->task == TW_CLASSIFY) {
        for (size_t i = 0; i < v->n_rows; i++)
            if (v->label[i] < 0 || (size_t)v->label[i] >= v->n_classes)
                return bad(inst, "a label that is not below the number of classes", i, err);
        return 0;
    }
    for (size_t i = 0; i < v->n_rows * v->n_targets; i++)
        if (!isfinite(v->target[i]))
            return bad(inst, "a target that is not a finite number", i / v->n_targets, err);
    return 0;
}

static int check_names(struct instance *inst, const char *const *name, size_t n, const char *of,
                       struct error *err)
{
    for (size_t i = 0; name && i < n; i++)
        if (!name[i])
            return error_set(err, FAULT_RUN,
                             "dataset %s: hands over a name that is missing (%s %zu)",
                             inst->plugin->desc.name, of, i);
    return 0;
}

/* Also clears what has no meaning for the task. */
static int check_view(struct instance *inst, struct tw_data *v, struct error *err)
{
    const char *name = inst->plugin->desc.name;
    bool classify = v->task == TW_CLASSIFY;
    if (!classify && v->task != TW_REGRESS)
        return error_set(err, FAULT_RUN, "dataset %s: hands over the unknown task %u", name,
                         (unsigned)v->task);
    if (v->n_rows < 1 || v->n_features < 1 || !v->x)
        return error_set(err, FAULT_RUN, "dataset %s: hands over no data (%zu rows of %zu)", name,
                         v->n_rows, v->n_features);
    if (v->n_rows > UINT32_MAX || v->n_features > SIZE_MAX / sizeof(double) / v->n_rows)
        return error_set(err, FAULT_RUN,
                         "dataset %s: hands over %zu rows of %zu features; at most %lu rows, and "
                         "what the memory can address, are possible",
                         name, v->n_rows, v->n_features, (unsigned long)UINT32_MAX);
    if (classify ? v->n_classes < 2 || !v->label : v->n_targets < 1 || !v->target)
        return error_set(err, FAULT_RUN, "dataset %s: hands over %s", name,
                         classify ? "fewer than two classes or no labels" : "no targets");
    if (classify ? v->n_classes > MAX_CLASSES : v->n_targets > MAX_CLASSES)
        return error_set(err, FAULT_RUN, "dataset %s: hands over %zu %s; at most %d can be", name,
                         classify ? v->n_classes : v->n_targets, classify ? "classes" : "targets",
                         MAX_CLASSES);
    if (classify) {
        v->n_targets = 0;
        v->target = NULL;
    } else {
        v->n_classes = 0;
        v->label = NULL;
        v->class_name = NULL;
    }
    if (check_names(inst, v->class_name, v->n_classes, "class", err) < 0 ||
        check_names(inst, v->feature_name, v->n_features, "feature", err) < 0)
        return -1;
    for (size_t i = 0, n = v->n_rows * v->n_features; i < n; i++)
        if (!isfinite(v->x[i]))
            return bad(inst, "a feature that is not a finite number", i / v->n_features, err);
    return check_answers(inst, v, err);
}

static int load_split(struct dataset *d, uint32_t split, bool *there, struct error *err)
{
    struct instance *inst = d->plugin;
    struct tw_data *v = &d->split[split].view;
    *v = (struct tw_data){.struct_size = sizeof *v};
    int rc = inst->plugin->ops.dataset.load(inst->self, split, v);
    if (instance_check(inst, rc, NULL, err) < 0)
        return -1;
    *there = rc == TW_OK;
    if (!*there)
        return split == TW_TRAIN ? error_set(err, FAULT_RUN, "dataset %s: has no training set",
                                             inst->plugin->desc.name)
                                 : 0;
    return check_view(inst, v, err);
}

static int check_splits_agree(const struct dataset *d, struct error *err)
{
    const struct tw_data *a = &d->split[TW_TRAIN].view, *b = &d->split[TW_TEST].view;
    if (a->task != b->task || a->n_features != b->n_features || a->n_classes != b->n_classes ||
        a->n_targets != b->n_targets)
        return error_set(err, FAULT_RUN,
                         "dataset %s: training and test set differ (%zu and %zu features, %zu and "
                         "%zu classes)",
                         d->plugin->plugin->desc.name, a->n_features, b->n_features, a->n_classes,
                         b->n_classes);
    return 0;
}

/* Hashing all of MNIST takes as long as reading it, so a thread of its own does
 * it, on the arrays as the plugin handed them over.  They must stay until then.
 * Nobody needs the result before the sinks, so it takes the time that others leave. */
struct fingerprint {
    struct tw_data view;
    pthread_t thread;
    bool running;
    char hex[65];
};

static void fingerprint_take(struct fingerprint *f)
{
    const struct tw_data *v = &f->view;
    struct sha256 s;
    sha256_init(&s);
    sha256_add(&s, v->x, v->n_rows * v->n_features * sizeof *v->x);
    if (v->task == TW_CLASSIFY)
        sha256_add(&s, v->label, v->n_rows * sizeof *v->label);
    else
        sha256_add(&s, v->target, v->n_rows * v->n_targets * sizeof *v->target);
    sha256_hex(&s, f->hex);
}

static void *fingerprint_main(void *arg)
{
#ifdef __linux__ /* where this is the thread's priority and not the process's */
    setpriority(PRIO_PROCESS, 0, 19);
#endif
    fingerprint_take(arg);
    return NULL;
}

static int fingerprint_start(struct dataset *d, struct error *err)
{
    struct fingerprint *f = d->fingerprint = calloc(1, sizeof *f);
    if (!f)
        return error_nomem(err);
    f->view = d->split[TW_TRAIN].view;
    sigset_t all, old; /* signals are for the main thread */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    f->running = pthread_create(&f->thread, NULL, fingerprint_main, f) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (!f->running)
        fingerprint_take(f);
    return 0;
}

static void fingerprint_wait(struct dataset *d)
{
    if (d->fingerprint && d->fingerprint->running)
        pthread_join(d->fingerprint->thread, NULL);
    if (d->fingerprint)
        d->fingerprint->running = false;
}

const char *data_sha256(struct dataset *d)
{
    fingerprint_wait(d);
    return d->fingerprint->hex;
}

/* Copies of the names, so that the plugin can be let go.  Missing class names
 * become "0", "1", ... */
static int own_names(struct dataset *d, struct error *err)
{
    struct tw_data *v = &d->split[TW_TRAIN].view;
    const char **classes = arena_array(&d->names, v->n_classes + 1, sizeof *classes);
    const char **features = arena_array(&d->names, v->n_features, sizeof *features);
    if (!classes || !features)
        return error_nomem(err);
    for (size_t i = 0; i < v->n_classes; i++)
        if (!(classes[i] = v->class_name ? arena_strdup(&d->names, v->class_name[i])
                                         : arena_printf(&d->names, "%zu", i)))
            return error_nomem(err);
    for (size_t j = 0; v->feature_name && j < v->n_features; j++)
        if (!(features[j] = arena_strdup(&d->names, v->feature_name[j])))
            return error_nomem(err);
    for (int s = 0; s < 2; s++) {
        d->split[s].view.class_name = v->n_classes ? classes : NULL;
        d->split[s].view.feature_name = v->feature_name ? features : NULL;
    }
    d->split[TW_TEST].view.feature_name = d->split[TW_TRAIN].view.feature_name;
    return 0;
}

/* ---- the host's keys ------------------------------------------------------- */

/* A writable copy of each array that is still the plugin's, of the first
 * view.n_rows rows. */
static int own(struct examples *e, struct error *err)
{
    struct tw_data *v = &e->view;
    if (!e->x) {
        size_t n = v->n_rows * v->n_features;
        if (!(e->x = aligned_array(n, sizeof *e->x)))
            return error_nomem(err);
        v->x = memcpy(e->x, v->x, n * sizeof *e->x);
    }
    if (!e->label && v->label) {
        size_t bytes = v->n_rows * sizeof *e->label;
        if (!(e->label = malloc(bytes)))
            return error_nomem(err);
        v->label = memcpy(e->label, v->label, bytes);
    }
    if (!e->target && v->target) {
        size_t bytes = v->n_rows * v->n_targets * sizeof *e->target;
        if (!(e->target = malloc(bytes)))
            return error_nomem(err);
        v->target = memcpy(e->target, v->target, bytes);
    }
    return 0;
}

static int find_class(const struct tw_data *v, const char *name, const struct plan *plan,
                      const char *key, int32_t *out, struct error *err)
{
    for (size_t i = 0; i < v->n_classes; i++)
        if (strcmp(v->class_name[i], name) == 0) {
            *out = (int32_t)i;
            return 0;
        }
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    if (name[0] >= '0' && name[0] <= '9' && !*end && number < v->n_classes) {
        *out = (int32_t)number;
        return 0;
    }
    const char *near = nearest_word(name, v->class_name, v->n_classes);
    char all[400] = "";
    for (size_t i = 0, at = 0; i < v->n_classes && at < sizeof all - 64; i++)
        at +=
            (size_t)snprintf(all + at, sizeof all - at, "%s%.60s", i ? ", " : "", v->class_name[i]);
    return error_at(err, plan->dataset.at,
                    "dataset %s: %s: there is no class '%s'; there are %s%s%s%s",
                    plan->dataset.plugin->desc.name, key, name, all, near ? " (did you mean '" : "",
                    near ? near : "", near ? "'?)" : "");
}

/* Keep rows whose label `to` maps to >= 0, with that as their new label. */
static int choose_rows(struct examples *e, const int32_t *to, struct error *err)
{
    if (own(e, err) < 0)
        return -1;
    struct tw_data *v = &e->view;
    size_t kept = 0;
    for (size_t i = 0; i < v->n_rows; i++) {
        if (to[e->label[i]] < 0)
            continue;
        memmove(e->x + kept * v->n_features, e->x + i * v->n_features,
                v->n_features * sizeof *e->x);
        e->label[kept++] = to[e->label[i]];
    }
    v->n_rows = kept;
    return 0;
}

static int choose_classes(struct dataset *d, const struct plan *plan, struct error *err)
{
    const struct tw_strings *classes = &plan->dataset_keys.classes;
    struct tw_data *v = &d->split[TW_TRAIN].view;
    const char **names = arena_array(&d->names, classes->n, sizeof *names);
    int32_t *to = names ? arena_array(&d->names, v->n_classes, sizeof *to) : NULL;
    if (!to)
        return error_nomem(err);
    for (size_t i = 0; i < v->n_classes; i++)
        to[i] = -1;
    for (size_t k = 0; k < classes->n; k++) {
        int32_t c;
        if (find_class(v, classes->v[k], plan, "classes", &c, err) < 0)
            return -1;
        if (to[c] >= 0)
            return error_at(err, plan->dataset.at, "dataset %s: classes: '%s' is named twice",
                            plan->dataset.plugin->desc.name, classes->v[k]);
        to[c] = (int32_t)k;
        names[k] = v->class_name[c];
    }
    if (classes->n < 2)
        return error_at(err, plan->dataset.at,
                        "dataset %s: classes: one class is not enough to tell "
                        "apart; name two or more",
                        plan->dataset.plugin->desc.name);
    for (int s = 0; s <= d->has_test; s++) {
        if (choose_rows(&d->split[s], to, err) < 0)
            return -1;
        d->split[s].view.n_classes = classes->n;
        d->split[s].view.class_name = names;
    }
    if (v->n_rows == 0)
        return error_at(err, plan->dataset.at, "dataset %s: classes: no rows are left",
                        plan->dataset.plugin->desc.name);
    d->has_test = d->has_test && d->split[TW_TEST].view.n_rows > 0;
    return 0;
}

static int choose_positive(struct dataset *d, const struct plan *plan, struct error *err)
{
    struct tw_data *v = &d->split[TW_TRAIN].view;
    int32_t positive;
    if (find_class(v, plan->dataset_keys.positive, plan, "positive", &positive, err) < 0)
        return -1;
    const char **names = arena_array(&d->names, 2, sizeof *names);
    if (!names || !(names[0] = arena_printf(&d->names, "not %s", v->class_name[positive])))
        return error_nomem(err);
    names[1] = v->class_name[positive];
    for (int s = 0; s <= d->has_test; s++) {
        struct examples *e = &d->split[s];
        if (own(e, err) < 0)
            return -1;
        for (size_t i = 0; i < e->view.n_rows; i++)
            e->label[i] = e->label[i] == positive;
        e->view.n_classes = 2;
        e->view.class_name = names;
    }
    return 0;
}

/* mean and 1 / standard deviation (over n, as scikit-learn's StandardScaler)
 * of each feature; a constant feature is only shifted. */
static void feature_moments(const struct tw_data *v, double *mean, double *inverse)
{
    size_t d = v->n_features;
    double n = (double)v->n_rows;
    for (size_t i = 0; i < v->n_rows; i++)
        for (size_t j = 0; j < d; j++)
            mean[j] += (double)v->x[i * d + j];
    for (size_t j = 0; j < d; j++)
        mean[j] /= n;
    for (size_t i = 0; i < v->n_rows; i++)
        for (size_t j = 0; j < d; j++) {
            double r = (double)v->x[i * d + j] - mean[j];
            inverse[j] += r * r;
        }
    for (size_t j = 0; j < d; j++) {
        double deviation = sqrt(inverse[j] / n);
        /* What rounding leaves of a constant column is not a spread. */
        inverse[j] = deviation > 1e-9 * fabs(mean[j]) ? 1 / deviation : 1;
    }
}

static int standardize(struct dataset *d, const struct plan *plan, struct error *err)
{
    size_t n = d->split[TW_TRAIN].view.n_features;
    double *mean = calloc(n, sizeof *mean), *inverse = calloc(n, sizeof *inverse);
    int rc = mean && inverse ? 0 : error_nomem(err);
    if (rc == 0)
        feature_moments(&d->split[TW_TRAIN].view, mean, inverse);
    for (int s = 0; rc == 0 && s <= d->has_test; s++) {
        struct examples *e = &d->split[s];
        rc = own(e, err);
        for (size_t i = 0; rc == 0 && i < e->view.n_rows; i++)
            for (size_t j = 0; j < n; j++) {
                float *x = &e->x[i * n + j];
                *x = (float)(((double)*x - mean[j]) * inverse[j]);
                if (!isfinite(*x))
                    rc = error_at(err, plan->dataset.at,
                                  "dataset %s: standardize: feature %zu of a test row is past the "
                                  "range of float; the training rows hardly differ in it",
                                  plan->dataset.plugin->desc.name, j + 1);
            }
    }
    free(mean);
    free(inverse);
    return rc;
}

static int scale(struct dataset *d, const struct plan *plan, struct error *err)
{
    for (int s = 0; s <= d->has_test; s++) {
        struct examples *e = &d->split[s];
        if (own(e, err) < 0)
            return -1;
        for (size_t i = 0, n = e->view.n_rows * e->view.n_features; i < n; i++) {
            e->x[i] = (float)((double)e->x[i] * plan->dataset_keys.scale);
            if (!isfinite(e->x[i]))
                return error_at(err, plan->dataset.at,
                                "dataset %s: scale: %g takes a feature past "
                                "the range of float",
                                plan->dataset.plugin->desc.name, plan->dataset_keys.scale);
        }
    }
    return 0;
}

static int split(struct dataset *d, const struct plan *plan, const struct environment *env,
                 struct error *err)
{
    const char *name = plan->dataset.plugin->desc.name;
    if (d->has_test)
        return error_at(err, plan->dataset.at,
                        "dataset %s: test_fraction: it has a test set of %zu rows; leave the key "
                        "out",
                        name, d->split[TW_TEST].view.n_rows);
    uint64_t seed = seed_for(env->seed, "dataset", name, "test_fraction");
    if (data_split(d, plan->dataset_keys.test_fraction, seed, err) == 0)
        return 0;
    return err->fault == FAULT_PIPELINE ? error_prefix(err, "dataset %s: test_fraction", name) : -1;
}

static int apply_keys(struct dataset *d, const struct plan *plan, const struct environment *env,
                      struct error *err)
{
    const struct dataset_keys *k = &plan->dataset_keys;
    struct tw_data *v = &d->split[TW_TRAIN].view;
    if ((k->classes.n || k->positive) && v->task != TW_CLASSIFY)
        return error_at(err, plan->dataset.at,
                        "dataset %s: classes and positive need data with "
                        "classes; this is regression",
                        plan->dataset.plugin->desc.name);
    if (k->classes.n && choose_classes(d, plan, err) < 0)
        return -1;
    if (k->test_fraction > 0 && split(d, plan, env, err) < 0)
        return -1;
    if (k->limit != TW_INT_AUTO && (size_t)k->limit < v->n_rows)
        v->n_rows = (size_t)k->limit;
    if (k->positive && choose_positive(d, plan, err) < 0)
        return -1;
    if (k->scale != 1 && scale(d, plan, err) < 0)
        return -1;
    if (k->standardize && standardize(d, plan, err) < 0)
        return -1;
    return 0;
}

/* The plugin may go when none of its arrays is in use. */
static void release_plugin(struct dataset *d)
{
    for (int s = 0; s <= d->has_test; s++) {
        const struct examples *e = &d->split[s];
        if (!e->x || (e->view.label && !e->label) || (e->view.target && !e->target))
            return;
    }
    fingerprint_wait(d);
    instance_free(d->plugin);
    d->plugin = NULL;
}

int data_load(struct dataset *d, const struct plan *plan, const struct environment *env,
              struct error *err)
{
    *d = (struct dataset){0};
    bool there;
    int rc =
        instance_new(plan->dataset.plugin, "dataset", plan->dataset.config, env, &d->plugin, err);
    progress_span(env->progress, 0, 0.8);
    if (rc == 0)
        rc = load_split(d, TW_TRAIN, &there, err);
    progress_span(env->progress, 0.8, 1);
    if (rc == 0)
        rc = load_split(d, TW_TEST, &d->has_test, err);
    if (rc == 0 && d->has_test)
        rc = check_splits_agree(d, err);
    if (rc == 0)
        rc = own_names(d, err);
    if (rc == 0)
        rc = fingerprint_start(d, err);
    if (rc == 0)
        rc = apply_keys(d, plan, env, err);
    if (rc < 0) {
        data_free(d);
        return -1;
    }
    release_plugin(d);
    return 0;
}

/* ---- reducers that transform ------------------------------------------------ */

static int rename_features(struct dataset *d, struct instance *r, size_t n, struct error *err)
{
    const struct tw_reducer_ops *ops = &r->plugin->ops.reducer;
    const char **names = arena_array(&d->names, n, sizeof *names);
    if (!names)
        return error_nomem(err);
    for (size_t j = 0; j < n; j++) {
        char name[128] = "";
        if (ops->feature_name &&
            instance_check(r, ops->feature_name(r->self, j, name, sizeof name), NULL, err) < 0)
            return -1;
        name[sizeof name - 1] = '\0';
        names[j] =
            name[0] ? arena_strdup(&d->names, name) : arena_printf(&d->names, "feature %zu", j + 1);
        if (!names[j])
            return error_nomem(err);
    }
    for (int s = 0; s < 2; s++)
        d->split[s].view.feature_name = names;
    return 0;
}

static int transform_split(struct examples *e, struct instance *r, size_t n, struct error *err)
{
    if (n > SIZE_MAX / sizeof(float) / e->view.n_rows)
        return error_nomem(err);
    float *x = aligned_array(e->view.n_rows * n, sizeof *x);
    if (!x)
        return error_nomem(err);
    if (instance_check(r, r->plugin->ops.reducer.transform(r->self, &e->view, x), NULL, err) < 0) {
        free(x);
        return -1;
    }
    for (size_t i = 0; i < e->view.n_rows * n; i++)
        if (!isfinite(x[i])) {
            free(x);
            return error_set(err, FAULT_RUN,
                             "reducer %s: gives a feature that is not a finite number "
                             "(row %zu)",
                             r->plugin->desc.name, i / n);
        }
    free(e->x);
    e->x = x;
    e->view.x = x;
    return 0;
}

int data_transform(struct dataset *d, struct instance *reducer, struct error *err)
{
    size_t n = 0;
    int rc = reducer->plugin->ops.reducer.fit(reducer->self, &d->split[TW_TRAIN].view, &n);
    if (instance_check(reducer, rc, NULL, err) < 0)
        return -1;
    if (n < 1)
        return error_set(err, FAULT_RUN, "reducer %s: leaves no features",
                         reducer->plugin->desc.name);
    for (int s = 0; s <= d->has_test; s++)
        if (transform_split(&d->split[s], reducer, n, err) < 0)
            return -1;
    for (int s = 0; s < 2; s++)
        d->split[s].view.n_features = n;
    return rename_features(d, reducer, n, err);
}

void data_free(struct dataset *d)
{
    fingerprint_wait(d);
    free(d->fingerprint);
    d->fingerprint = NULL;
    for (int s = 0; s < 2; s++) {
        free(d->split[s].x);
        free(d->split[s].label);
        free(d->split[s].target);
    }
    arena_free(&d->names);
    instance_free(d->plugin);
    d->plugin = NULL;
}
