/* SPDX-License-Identifier: GPL-3.0-or-later */
/* try.h -- `thalweg try`: one plugin against the contract of <thalweg/plugin.h>.
 *
 *     ../cmd-try.c      a child process for each check; what became of it, printed
 *     child.c           in the child: load, configure, run one check
 *     process.c         checks of every kind: parameters, life cycle, the process
 *     bound.c, model.c, gradient.c, hvp.c, plane.c, dataset.c, optimizer.c, reducer.c,
 *     sink.c
 *                       checks of each kind
 *     material.c        made-up data, objective, trajectory and result
 *
 * A check returns what try_fail(), try_skip() or zero say.  It runs in a process
 * of its own, so it need not free anything when it fails.
 */
#ifndef CORE_TRY_H
#define CORE_TRY_H

#include "../instance.h"

/* For one check: by the clock, and of processor time. */
#define TRY_SECONDS           120
#define TRY_PROCESSOR_SECONDS 30

enum outcome {
    TRY_OK = 0,
    TRY_FAIL,
    TRY_SKIP,
    TRY_ERROR /* nothing wrong with the plugin: the question cannot be asked so */
};

struct trial {
    /* the question */
    enum tw_kind kind;
    const char *path; /* of the file */
    const char *const *sets;
    size_t n_sets;
    const char *datadir, *cwd;              /* absolute */
    const volatile sig_atomic_t *interrupt; /* of the user; NULL: never */
    char *tmp; /* a folder of this check alone, with cwd, out and tmp in it */

    /* in the child */
    struct plugin *plugin;
    struct arena mem;
    struct node map; /* what --set says */
    void *config;
    struct schema_dirs dirs;
    char fpmode[128];
    volatile sig_atomic_t stop;
    struct environment env;
    struct outputs *outputs;
    int captured;  /* stands for standard output */
    int calls[64]; /* what the calls of exercise() returned, in order */
    size_t n_calls;

    /* the answer */
    enum outcome outcome;
    enum fault fault; /* TRY_ERROR */
    char text[1024];
    char note[160]; /* for a check that holds: more about it */
};

struct check {
    const char *name;
    int (*run)(struct trial *t);
};

/* The checks of one kind; `exercise` makes every call that the plugin has once,
 * whatever it answers. */
struct checks {
    const struct check *check;
    size_t n;
    int (*exercise)(struct trial *t);
};
const struct checks *try_checks(enum tw_kind kind); /* of this kind only */
extern const struct checks try_every_kind;
extern const struct checks try_dataset, try_model, try_optimizer, try_reducer, try_sink;

/* The first failure is kept.  Return -1 and 1. */
int try_fail(struct trial *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int try_skip(struct trial *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What the child sends. */
struct try_record {
    int outcome, fault;
    char text[1024], note[160];
};

/* In the child: check `i` of every kind (below try_every_kind.n) or of this kind
 * (after those). */
void try_child(struct trial *t, size_t i, struct try_record *r);

/* ---- for checks ----------------------------------------------------------------- */

/* An instance with the configuration of the trial; -1 after try_fail(). */
int try_new(struct trial *t, struct instance **out);

/* Fill a config struct anew, with one key set to `value` (YAML; key NULL: none). */
int try_configure(struct trial *t, const char *key, const char *value, void **config,
                  struct error *err);

/* A call failed: try_fail() with its reason; "gave no reason" is one too. */
int try_refused(struct trial *t, struct instance *inst, int rc, const char *what);

/* Did it give a reason?  The text lives as long as the instance. */
const char *try_reason(const struct instance *inst);
void try_forget(struct instance *inst); /* the next reason is a new one */

/* Note what a call of exercise() returned. */
int try_call(struct trial *t, int rc);

/* n bytes with a fence on both sides; zeroed.  NULL after try_fail(). */
void *try_fence(struct trial *t, size_t n);
bool try_fence_holds(const void *p);

/* Uniform in [-1, 1). */
double try_random(uint64_t *state);

/* The same bits, NaN or not. */
bool try_same(const double *a, const double *b, size_t n);

/* ---- material ---------------------------------------------------------------------- */

#define TRY_ROWS     67
#define TRY_FEATURES 5

enum try_set { TRY_TWO_CLASSES, TRY_FOUR_CLASSES, TRY_REGRESSION, TRY_SETS };

/* From the arena of the trial; NULL after try_fail(). */
struct tw_data *try_data(struct trial *t, enum try_set which, size_t rows);
const char *try_set_name(enum try_set which);

/* A convex problem, a sum of parabolas over rows, that can be made to fail. */
struct mock {
    struct tw_objective f;
    double *centre, *curvature; /* rows x dim; dim */
    size_t calls, fail_after;   /* calls of loss, grad and hvp; 0: never fail */
    int fail_code;              /* what is returned then; 0: NaN as a loss */
};
int mock_new(struct trial *t, struct mock *m, size_t dim, size_t rows);
double mock_loss(const struct mock *m, const double *theta);

/* A way of n points down to the minimum of the mock. */
int try_path(struct trial *t, const struct mock *m, size_t n, uint64_t seed, struct tw_path *out);

enum try_result {
    TRY_WHOLE,
    TRY_NO_TRACK,
    TRY_HOLES,
    TRY_TWO_BY_TWO,
    TRY_NOTHING_FINITE,
    TRY_LINE,
    TRY_RUNS,
    TRY_TEST,
    TRY_PLANES,
    TRY_CRITICAL,
    TRY_BALL,
    TRY_RESULTS
};
struct tw_result *try_result(struct trial *t, enum try_result which);
const char *try_result_name(enum try_result which);

/* ---- models: shared by their files ---------------------------------------------------- */

/* An instance that has taken a data set, and a point to test it at. */
struct bound {
    struct trial *t;
    const struct tw_data *data; /* NULL: none */
    const char *set;            /* name of the data set */
    enum try_set which;
    struct instance *inst;
    const struct tw_model_ops *ops;
    size_t dim, n; /* n rows; 0 without data */
    double *theta; /* dim */
    double loss;   /* there */
    double noise;  /* how exact that is */
};

/* Data set `which` below bound_sets(); the last may be none at all.  0, without a
 * point yet; 1 when the model does not take it, the reason in t->note; -1. */
int bound_open(struct trial *t, int which, struct bound *b);
int bound_sets(const struct trial *t);

/* Where training starts. */
int bound_initial(struct bound *b, double *theta);

/* The check for every data set that the model takes. */
int try_each_set(struct trial *t, int (*check)(struct trial *t, struct bound *b));

/* The same data, another instance; theta is that of `b`. */
int bound_again(const struct bound *b, struct bound *out);

/* loss() with rc checked, theta guarded; `correct` may be NULL. */
int bound_loss(struct bound *b, const double *theta, const struct tw_rows *rows, double *loss,
               double *correct);

/* What two ways to a loss of about `loss` may differ by: rounding. */
double bound_tolerance(const struct bound *b, double loss);

int try_gradient(struct trial *t, struct bound *b);
int try_gradient_loss(struct trial *t, struct bound *b);
int try_gradient_rows(struct trial *t, struct bound *b);
int try_hvp(struct trial *t, struct bound *b);
int try_hvp_symmetric(struct trial *t, struct bound *b);
int try_hvp_rows(struct trial *t, struct bound *b);
int try_hvp_again(struct trial *t, struct bound *b);
int try_plane_loss(struct trial *t, struct bound *b);
int try_plane_again(struct trial *t, struct bound *b);
int try_plane_tiles(struct trial *t, struct bound *b);
int try_plane_points(struct trial *t, struct bound *b);

#endif
