/* SPDX-License-Identifier: 0BSD */
/* thalweg/plugin.h -- the whole contract between thalweg and a plugin.
 *
 * A plugin is one shared object, KIND-NAME.so, that exports one constant,
 * `thalweg_plugin`.  Everything the host offers arrives through tables, so a
 * plugin links against nothing of ours: this header is the development kit.
 *
 * What flows, in this order:
 *
 *     dataset.load -> data -> reducer.transform -> model.bind
 *     optimizer.step, again and again -> path
 *     reducer.plane -> plane -> (host) grid -> sink.write
 *
 * Rules that hold for every call:
 *   - 0 is success, negative is failure, positive is a normal "no more".
 *     Before returning a failure, say why with host->fail().
 *   - Whoever allocates frees.  Pointers passed in are borrowed for the call
 *     unless the comment says that they live until destroy().
 *   - Matrices are row-major.  Features are float; parameters, gradients,
 *     losses and coordinates are double.  Strings are UTF-8.
 *   - Structs that a call fills in belong to the host: set member by member what
 *     there is room for (struct_size), never assign the whole struct.
 *   - A non-finite loss is a value, not an error.
 *   - The same arguments give the same bits, whichever thread asks.
 *   - Models are called from the host's worker threads, one instance a thread;
 *     all others from one thread.  A model is made once for each worker, and
 *     again for the test set.
 *   - A plugin leaves the process as it found it: nothing on stdout, no
 *     exit(), no change of locale, signal handlers, floating-point mode, GSL
 *     error handler or working directory.
 *
 * The ABI is a draft until thalweg 1.0: abi_major is 0 and may break.
 * Compiles as C99, C11, C17 and C++17.
 */
#ifndef THALWEG_PLUGIN_H
#define THALWEG_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- version ------------------------------------------------------------- */

#define TW_MAGIC 0x54484C57u  /* "THLW" */
#define TW_ABI_MAJOR 0        /* differs: not loaded */
#define TW_ABI_MINOR_LATEST 0 /* what this header describes; hosts compare against it */
#ifndef TW_ABI_MINOR
#define TW_ABI_MINOR 0 /* the oldest minor the plugin can live with, not the newest */
#endif

#if defined(__GNUC__)
#define TW_EXPORT __attribute__((visibility("default")))
#define TW_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define TW_EXPORT
#define TW_PRINTF(f, a)
#endif

enum tw_kind { TW_DATASET = 1, TW_MODEL, TW_OPTIMIZER, TW_REDUCER, TW_SINK };

enum tw_status {
    TW_OK = 0,
    TW_DONE = 1,        /* converged, exhausted, no such index */
    TW_EINVAL = -1,     /* the pipeline asks for something that cannot be */
    TW_ENOMEM = -2,     /* out of memory */
    TW_EIO = -3,        /* a file is missing, broken or cannot be written */
    TW_ENUMERIC = -4,   /* the computation itself broke down */
    TW_ENOTSUP = -5,    /* an optional thing is not available; the host falls back */
    TW_ECANCELLED = -6, /* returned because tick() said so */
    TW_EINTERNAL = -7   /* a bug of the plugin that it noticed itself */
};

/* How much concurrency the plugin can stand.  The host may always do less. */
enum tw_threads {
    TW_THREADS_SERIAL = 0,  /* hidden globals: one call at a time, process-wide */
    TW_THREADS_INSTANCE = 1 /* instances are independent; one thread per instance at a time */
};

enum tw_level { TW_LOG_DEBUG, TW_LOG_INFO, TW_LOG_WARN, TW_LOG_ERROR };

/* ---- host ---------------------------------------------------------------- */

/* Services for one instance; valid from create() until destroy() returns.
 * Every function may be called from any thread. */
struct tw_host {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor;
    void *ctx; /* the host's; do not touch */

    /* Record why (one line: what, where, what would be right), return `code`:
     *     return h->fail(h, TW_EINVAL, "...");
     * The host adds stage and plugin in front.  The first cause is kept. */
    int (*fail)(const struct tw_host *h, int code, const char *fmt, ...) TW_PRINTF(3, 4);
    void (*log)(const struct tw_host *h, int level, const char *fmt, ...) TW_PRINTF(3, 4);

    /* Report progress in [0,1] of the current call and learn whether to go on:
     * non-zero means clean up and return TW_ECANCELLED.  `what` is two or
     * three words, or NULL. */
    int (*tick)(const struct tw_host *h, double fraction, const char *what);

    /* A reproducible seed for the named stream of this stage: a function of
     * the pipeline's seed (for an optimizer: that of its run), the stage, the
     * plugin and `stream` only. */
    uint64_t (*seed)(const struct tw_host *h, const char *stream);

    /* Optional host services by id (TW_EXT_HOST_*); NULL if absent. */
    const void *(*get_extension)(const struct tw_host *h, const char *id);
};

/* Output files of sinks: written beside the final name, moved there only when
 * write() has returned TW_OK, removed otherwise.  So a file under its final
 * name is always whole.  A sink whose files are whole wherever they end, as a film is, may
 * end them when tick() says stop and return TW_OK: they are kept, and the run ends as an
 * interrupted one. */
#define TW_EXT_HOST_OUTPUT "thalweg.host.output/1"
struct tw_host_output {
    uint32_t struct_size;
    /* Announce the file `path` (absolute, as a TW_OUTPUT parameter is) and
     * return the name to write to instead: it does not exist yet, its folder
     * does.  NULL after a failure, which has been recorded with fail().  The
     * string is the host's and lives until destroy(). */
    const char *(*create)(const struct tw_host *h, const char *path);
};

/* Pieces of work for all threads of -j. */
#define TW_EXT_HOST_PARALLEL "thalweg.host.parallel/1"
struct tw_host_parallel {
    uint32_t struct_size;
    /* Call task(ctx, k) once for each k < n, in any order and some at the same
     * time, and return when all of them have: TW_OK or a failure among them, after
     * which no more are begun.  Tasks write to places of their own and call no
     * objective.  Cut the work by its size only, never by a number of threads: so
     * results are the same for any -j.  May be called wherever the plugin is called; where the threads are
     * busy already (a model in the grid), the tasks run in the caller's, in order. */
    int (*run)(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k), void *ctx);
};

/* ---- parameters ---------------------------------------------------------- */

enum tw_param_type {
    TW_BOOL = 1, /* bool */
    TW_INT,      /* int64_t */
    TW_REAL,     /* double */
    TW_STRING,   /* const char *, the host's, until destroy(); `null` and NULL are possible
                    where the default is "null" or TW_P_NULL is set */
    TW_PATH,     /* as TW_STRING: a file to read.  Made absolute against the folder of the
                    YAML file; `$data/` in front means thalweg's own data folder */
    TW_OUTPUT,   /* as TW_STRING: a file to write, made absolute against the output folder */
    TW_CHOICE,   /* int, index into choices */
    TW_INTS,     /* struct tw_ints; a single number is a list of one */
    TW_REALS,    /* struct tw_reals; likewise */
    TW_STRINGS   /* struct tw_strings; likewise */
};

/* Lists belong to the host and live until destroy(). */
struct tw_ints {
    const int64_t *v;
    size_t n;
};
struct tw_reals {
    const double *v;
    size_t n;
};
struct tw_strings {
    const char *const *v;
    size_t n;
};

#define TW_P_EXPERT (1u << 0)     /* left out of short listings */
#define TW_P_DEPRECATED (1u << 1) /* accepted, with a warning */
#define TW_P_AUTO (1u << 2)       /* the word `auto` is accepted too: a TW_REAL gets NaN, a TW_INT
                                     TW_INT_AUTO, a list n = 0 */
#define TW_P_NULL (1u << 3)       /* text only: `null` is accepted, too, and gives a NULL pointer */
#define TW_INT_AUTO INT64_MIN

/* One YAML key.  The host's own keys of a section cannot be a plugin's: `plugin`
 * everywhere; classes, positive, limit, scale, standardize, test_fraction for
 * datasets; epochs, record, record_every, label, seed for optimizers; optional for sinks.  The
 * host parses, range-checks and stores it at `offset` of the config struct that it hands to
 * create(); the plugin never sees YAML. */
struct tw_param {
    const char *name;           /* [a-z][a-z0-9_]* */
    uint32_t type;              /* enum tw_param_type */
    uint32_t flags;             /* TW_P_* */
    size_t offset;              /* in the config struct */
    double min, max;            /* inclusive, per element; numbers only */
    const char *def;            /* default, in YAML syntax; NULL: required */
    const char *const *choices; /* TW_CHOICE: NULL-terminated */
    const char *unit;           /* "epochs"; NULL: none */
    const char *help;           /* one sentence */
};

/* offsetof, plus a compile-time complaint when the field has another type. */
#define TW_FIELD(T, f, type) (offsetof(T, f) + 0 * sizeof(&((T *)0)->f == (type *)0))

#define TW_PARAM_(T, f, ctype, t, flags, lo, hi, def, choices, unit, help) \
    { #f, t, flags, TW_FIELD(T, f, ctype), lo, hi, def, choices, unit, help }
/* `f` is both the field of struct T and the YAML key; `def` is YAML text. */
#define TW_PARAM_BOOL(T, f, def, help) \
    TW_PARAM_(T, f, bool, TW_BOOL, 0, 0, 1, def, NULL, NULL, help)
#define TW_PARAM_INT(T, f, def, lo, hi, unit, help) \
    TW_PARAM_(T, f, int64_t, TW_INT, 0, lo, hi, def, NULL, unit, help)
#define TW_PARAM_REAL(T, f, def, lo, hi, unit, help) \
    TW_PARAM_(T, f, double, TW_REAL, 0, lo, hi, def, NULL, unit, help)
#define TW_PARAM_STRING(T, f, def, help) \
    TW_PARAM_(T, f, const char *, TW_STRING, 0, 0, 0, def, NULL, NULL, help)
#define TW_PARAM_PATH(T, f, def, help) \
    TW_PARAM_(T, f, const char *, TW_PATH, 0, 0, 0, def, NULL, NULL, help)
#define TW_PARAM_OUTPUT(T, f, def, help) \
    TW_PARAM_(T, f, const char *, TW_OUTPUT, 0, 0, 0, def, NULL, NULL, help)
#define TW_PARAM_CHOICE(T, f, def, choices, help) \
    TW_PARAM_(T, f, int, TW_CHOICE, 0, 0, 0, def, choices, NULL, help)
#define TW_PARAM_INTS(T, f, def, lo, hi, unit, help) \
    TW_PARAM_(T, f, struct tw_ints, TW_INTS, 0, lo, hi, def, NULL, unit, help)
#define TW_PARAM_REALS(T, f, def, lo, hi, unit, help) \
    TW_PARAM_(T, f, struct tw_reals, TW_REALS, 0, lo, hi, def, NULL, unit, help)
#define TW_PARAM_STRINGS(T, f, def, help) \
    TW_PARAM_(T, f, struct tw_strings, TW_STRINGS, 0, 0, 0, def, NULL, NULL, help)
/* The same four, where the word `auto` is allowed and is the default. */
#define TW_PARAM_INT_AUTO(T, f, lo, hi, unit, help) \
    TW_PARAM_(T, f, int64_t, TW_INT, TW_P_AUTO, lo, hi, "auto", NULL, unit, help)
#define TW_PARAM_REAL_AUTO(T, f, lo, hi, unit, help) \
    TW_PARAM_(T, f, double, TW_REAL, TW_P_AUTO, lo, hi, "auto", NULL, unit, help)
#define TW_PARAM_INTS_AUTO(T, f, lo, hi, unit, help) \
    TW_PARAM_(T, f, struct tw_ints, TW_INTS, TW_P_AUTO, lo, hi, "auto", NULL, unit, help)
#define TW_PARAM_REALS_AUTO(T, f, lo, hi, unit, help) \
    TW_PARAM_(T, f, struct tw_reals, TW_REALS, TW_P_AUTO, lo, hi, "auto", NULL, unit, help)
#define TW_PARAM_END { NULL, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL }

/* ---- what flows between stages ------------------------------------------- */

enum tw_task { TW_CLASSIFY = 1, TW_REGRESS };
enum tw_split { TW_TRAIN = 0, TW_TEST = 1 };

/* A set of examples.  Every array belongs to whoever filled in the struct. */
struct tw_data {
    uint32_t struct_size;
    uint32_t task;                    /* enum tw_task */
    size_t n_rows, n_features;        /* both >= 1 */
    size_t n_classes;                 /* TW_CLASSIFY: >= 2; else 0 */
    size_t n_targets;                 /* TW_REGRESS: >= 1; else 0 */
    const float *x;                   /* n_rows x n_features, finite */
    const int32_t *label;             /* TW_CLASSIFY: n_rows, each in [0, n_classes) */
    const double *target;             /* TW_REGRESS: n_rows x n_targets, finite */
    const char *const *class_name;    /* n_classes, or NULL: "0", "1", ... */
    const char *const *feature_name;  /* n_features, or NULL */
};

/* Some rows of the bound data: the `n` rows idx[0..n-1], or, if idx is NULL,
 * the `n` rows from `first` on; n >= 1, idx in any order.  A NULL `struct tw_rows *`
 * means all of them.  Frozen: these three members for ever. */
struct tw_rows {
    const uint32_t *idx;
    size_t first, n;
};

static inline size_t tw_rows_count(const struct tw_rows *r, const struct tw_data *d)
{
    return r ? r->n : d->n_rows;
}

/* The data row that stands at place `k`, 0 <= k < tw_rows_count(). */
static inline size_t tw_rows_at(const struct tw_rows *r, size_t k)
{
    return !r ? k : r->idx ? r->idx[k] : r->first + k;
}

/* An unevaluated sum hi + lo (Dekker 1971), so that the order in which many
 * terms are added does not show in the result.  Frozen. */
struct tw_sum {
    double hi, lo;
};

/* s += a, error-free but for the rounding of `lo` (Knuth's two-sum).  Must not
 * be compiled with -ffast-math.  A non-finite sum has lo == 0. */
static inline void tw_sum_add(struct tw_sum *s, double a)
{
    double t = s->hi + a, b = t - s->hi, e = (s->hi - (t - b)) + (a - b);
    s->hi = t;
    s->lo = t - t == 0 ? s->lo + e : 0;
}

static inline double tw_sum_value(const struct tw_sum *s)
{
    return s->hi + s->lo;
}

/* One layer's slice of theta: theta[offset .. offset + rows*cols), row-major,
 * a row per output unit (a "filter").  A bias has cols == 1. */
enum tw_role { TW_WEIGHT = 1, TW_BIAS, TW_NORM };
struct tw_block {
    uint32_t struct_size; /* set by the host; fill in only what fits */
    uint32_t role;        /* enum tw_role */
    size_t offset, rows, cols;
    char name[32];
};

/* A model bound to its training data, as optimizers and reducers see it.
 * loss and grad take any rows (NULL: all); the loss is the mean over these
 * rows plus the penalty.  The host evaluates all rows with several threads,
 * and takes central differences where the model has no gradient of its own.
 * When one of them returns a negative code, the reason has been recorded: clean
 * up and return that code.  To be called from the thread that received it. */
struct tw_objective {
    uint32_t struct_size;
    size_t dim, n_rows;
    void *ctx; /* the host's */
    int (*loss)(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                double *loss);
    int (*grad)(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
                double *loss, double *grad); /* loss may be NULL */
    int (*block)(const struct tw_objective *f, size_t i, struct tw_block *out); /* TW_DONE: no more */
    /* out = H vec: the Hessian of the loss over `rows` (a mean, penalty included) at
     * theta, times vec; dim doubles each, out is neither theta nor vec.  Exact where
     * the model has TW_EXT_MODEL_HVP, else a central difference of two gradients. */
    int (*hvp)(const struct tw_objective *f, const double *theta, const struct tw_rows *rows,
               const double *vec, double *out);
};

/* Eigenpairs of the Hessian of an objective, by Lanczos with full
 * reorthogonalisation (Golub and Van Loan 2013, 10.3). */
#define TW_EXT_HOST_EIGEN "thalweg.host.eigen/1"
enum tw_eigen { TW_EIGEN_MAGNITUDE, TW_EIGEN_LARGEST, TW_EIGEN_SMALLEST };
struct tw_host_eigen {
    uint32_t struct_size;
    /* The k eigenpairs of the Hessian at theta over all rows that are first by
     * `which` (enum tw_eigen): value[0..k-1] in that order, vector k x dim of unit length,
     * each with its largest entry positive.  Converged when |H v - lambda v| <= tolerance
     * times the largest |eigenvalue|; TW_ENUMERIC if that is out of reach.  Ticks and
     * can be cancelled.  The same seed gives the same bits. */
    int (*hessian)(const struct tw_host *h, const struct tw_objective *f, const double *theta,
                   int which, size_t k, double tolerance, uint64_t seed, double *value,
                   double *vector);
};

/* The points an optimizer went through; the first is where it started. */
struct tw_path {
    uint32_t struct_size;
    size_t n, dim;
    const double *const *theta; /* n rows of dim */
    const double *loss;         /* n: over the whole training set */
    const uint64_t *step;       /* n: optimizer steps taken by then */
    const char *name;           /* of the run: "sgd", or its label; never NULL */
};

/* theta(x, y) = origin + x*u + y*v, or a line: theta(x) = origin + x*u. */
struct tw_plane {
    uint32_t struct_size;
    size_t dim;
    double *origin, *u, *v;        /* buffers of the host, dim each */
    char x_label[64], y_label[64]; /* what the axes are: "component 1" */
    double x_variance, y_variance; /* explained variance, a ratio; NaN (set by the host) if it
                                      means nothing */
    double x_walk, y_walk; /* what a random walk of as many points would have there; NaN likewise */
    uint32_t n_axes;       /* the host sets 2; 1 makes it a line: v stays zero, y_label empty */
    uint32_t n_marks;      /* points with names, e.g. the models that the plane goes through; 0 */
    struct tw_mark {       /* of the host.  Frozen. */
        double x, y;
        char name[48];
    } mark[4];
};

/* loss[row * nx + col] is the loss at (x[col], y[row]): row is y.  On a line (n_axes of the
 * plane is 1) ny is 1 and y[0] is 0. */
struct tw_grid {
    uint32_t struct_size;
    size_t nx, ny;
    const double *x, *y;    /* ascending */
    const double *loss;     /* ny x nx; NaN or infinite where the loss is */
    const double *accuracy; /* ny x nx, fractions; NULL if it means nothing */
    /* The same of the test set; NULL if it is not asked for or means nothing. */
    const double *test_loss, *test_accuracy;
    /* ny x nx, NULL if not asked for: |lambda_min / lambda_max| with the sign of lambda_min, 0
     * where the landscape is convex up to rounding, NaN where it is not known; of the Hessian in
     * the plane, and of the whole one (Li et al. 2018, section 6). */
    const double *plane_convexity, *full_convexity;
};

/* The same points in several planes of a family (planes of index 0, 1, 2, ...):
 * statistics of the loss over the planes, ny x nx each. */
struct tw_spread {
    uint32_t struct_size;
    size_t n_planes;
    const double *mean, *std; /* std: of the sample, n_planes - 1 */
    const double *min, *q25, *median, *q75, *max;
};

/* Critical points of the loss in the plane, not of the grid: those that were
 * found, minima first, then by loss. */
enum tw_critical_kind { TW_MINIMUM = 1, TW_SADDLE, TW_MAXIMUM, TW_DEGENERATE };
struct tw_critical {
    uint32_t struct_size;
    size_t n;
    const double *x, *y, *loss;
    const uint32_t *kind;      /* enum tw_critical_kind */
    const double *lambda;      /* n x 2: eigenvalues of the Hessian in the plane by (x, y), the
                                  smaller first; on a line the second is NaN */
    const double *persistence; /* of minima: how far the loss must rise to leave for a lower one,
                                  infinite for the lowest; NaN for the others */
};

/* A trajectory as seen in the plane. */
struct tw_track {
    uint32_t struct_size;
    size_t n;
    const uint64_t *step;     /* optimizer steps taken by then */
    const double *x, *y;      /* orthogonal projection onto the plane */
    const double *loss;       /* at the checkpoint itself */
    const double *plane_loss; /* at its projection */
    const double *residual;   /* Euclidean distance of the checkpoint from the plane */
    const char *name;         /* as in tw_path */
};

/* A landscape that the ball went through, in the order in which it did; the first is the
 * result's own plane and grid.  The relief in which it rolled is `height` over the grid, bicubic
 * in between (a cubic spline).  Lengths are the ball's: the longer side of each grid is 2.  At a
 * change the heights go on: the ball comes in at (0, 0), a grid point, as high as it rested. */
struct tw_landscape {
    uint32_t struct_size;
    const struct tw_plane *plane;
    const struct tw_grid *grid;
    const double *height;      /* ny x nx, a length; NaN: a hole, which the ball does not enter */
    double x_length, y_length; /* of 1 in x and in y */
    double x, y, loss;         /* where the ball came to rest; the true loss there */
    double distance;           /* Euclidean, between the parameters where it came in and there */
};

/* The ball's way, sampled finely enough to be drawn: its lowest point, which touches the relief. */
struct tw_ball {
    uint32_t struct_size;
    size_t n;
    const double *t;           /* seconds, ascending */
    const uint32_t *landscape; /* which one, ascending */
    const double *x, *y;       /* in its plane */
    const double *z;           /* height of the relief there, a length */
    const double *speed;       /* lengths a second */
    const double *energy;      /* kinetic and potential, by mass: lengths^2 / seconds^2 */
    double radius;             /* a length */
};

struct tw_result { /* pointers only, so that each part can grow by itself */
    uint32_t struct_size;
    const char *title;    /* this and the next are never NULL */
    const char *subtitle; /* one line: model, data, training */
    const struct tw_plane *plane;
    const struct tw_grid *grid;
    size_t n_tracks; /* 0 without a trajectory */
    const struct tw_track *const *tracks;
    const char *const *provenance; /* key, value, key, value, ..., NULL; values may have newlines */
    const struct tw_spread *spread;     /* NULL with a single plane */
    const struct tw_critical *critical; /* NULL if not asked for */
    size_t n_landscapes;                /* 0 without a ball */
    const struct tw_landscape *const *landscapes;
    const struct tw_ball *ball; /* NULL without */
};

/* ---- the five kinds ------------------------------------------------------- */
/* [opt] may be NULL.  All others are checked at load time. */

struct tw_dataset_ops {
    uint32_t struct_size;
    /* Hand over one split; what `out` points to lives until destroy().
     * TW_DONE: there is no such split (only TW_TRAIN is required).  A plugin
     * only loads: choosing classes, limiting and scaling are the host's. */
    int (*load)(void *self, uint32_t split, struct tw_data *out);
};

struct tw_model_ops {
    uint32_t struct_size;
    /* First call after create(), once.  Instances bound to the same data have the
     * same dim(); one bound to a test set should.  `data` lives until destroy(); NULL only
     * for plugins flagged TW_NO_DATA in a pipeline without a dataset. */
    int (*bind)(void *self, const struct tw_data *data);
    /* Number of parameters, >= 1; fixed after bind(). */
    size_t (*dim)(const void *self);
    /* Mean over the rows of the data term, plus the penalty.  `correct`, if not
     * NULL, is NaN at the call: set it to the number of rows predicted right,
     * or leave it where that means nothing.  `loss` is never NULL, here and in
     * grad(). */
    int (*loss)(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *correct);
    /* [opt] The same loss and its gradient (dim doubles). */
    int (*grad)(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *grad);
    /* [opt] Where training starts; NULL: zeros. */
    int (*init)(void *self, uint64_t seed, double *theta);
    /* [opt] Slice i of theta; TW_DONE after the last.  The slices tile theta
     * without gap or overlap.  NULL: one slice of weights. */
    int (*block)(const void *self, size_t i, struct tw_block *out);
};

/* What an optimizer and the host agree on before the first step. */
struct tw_training {
    uint32_t struct_size;
    uint64_t epochs;          /* in: asked for, 0 if the pipeline does not say; out: planned */
    uint64_t steps_per_epoch; /* in: 1; out: calls of step() that make an epoch */
};

struct tw_optimizer_ops { /* the host owns the loop: it records, ticks, cancels, stops */
    uint32_t struct_size;
    /* theta: the model's initial point; may be replaced. */
    int (*start)(void *self, const struct tw_objective *f, double *theta,
                 struct tw_training *training);
    /* One step, in place.  TW_DONE: theta is as good as it gets, do not call
     * again (theta may have changed in this last call). */
    int (*step)(void *self, const struct tw_objective *f, double *theta);
};

struct tw_reducer_ops { /* transform (with fit) or plane, or both */
    uint32_t struct_size;
    /* [opt, with transform] Learn from the training set; say how many features
     * transform() will give. */
    int (*fit)(void *self, const struct tw_data *train, size_t *n_features);
    /* [opt] Rows of `in` to rows of `x`, a buffer of the host, in->n_rows x
     * n_features.  Called for every split after fit(). */
    int (*transform)(void *self, const struct tw_data *in, float *x);
    /* [opt] Name feature j of the transformed data, NUL included in `size`. */
    int (*feature_name)(const void *self, size_t j, char *name, size_t size);
    /* [opt] Comes after fit() on the same instance if there are data and a fit().
     * The plane number `index` (0, 1, 2, ...) of the family; TW_DONE: there
     * are no more.  If `through` is not NULL (dim doubles), origin must equal it.
     * `paths` holds n_paths trajectories (0 when nothing was trained); `theta` is
     * the optimum: the last point of the last path or the model's initial point. */
    int (*plane)(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                 size_t n_paths, const double *theta, size_t index, const double *through,
                 struct tw_plane *out);
};

struct tw_sink_ops {
    uint32_t struct_size;
    /* Files are made through TW_EXT_HOST_OUTPUT. */
    int (*write)(void *self, const struct tw_result *r);
};

/* ---- optional extensions of a plugin, by id -------------------------------- */
/* "name/revision".  An extension may be faster than the base interface, never
 * different from it beyond rounding. */

/* The loss at many points of one plane, over a few rows at a time.  The host
 * cuts the rows into tiles, spreads the tiles over instances and threads, adds
 * the sums in a fixed order, divides by n_rows and adds the penalty.
 * The sequence on each instance: begin, (eval | penalty)*, end; repeatable.
 * end() comes also after a failed eval() or penalty(), not after a failed begin();
 * nothing else is called in between.  begin() and end() may come from another
 * thread than eval(), never at the same time.  TW_ENOTSUP, without fail(), sends
 * the host to loss(), point by point.  It compares a few points with loss(). */
#define TW_EXT_MODEL_PLANE "thalweg.model.plane/1"
struct tw_model_plane {
    uint32_t struct_size;
    /* Fix theta(x, y) = origin + x*u + y*v: dim doubles each, borrowed until
     * end().  v is NULL for a line: every y is 0 then. */
    int (*begin)(void *self, const double *origin, const double *u, const double *v);
    /* [opt] How many rows eval() likes at a time, so that what it touches stays
     * in a core's cache; depends on the model and n_points only.  NULL: 512. */
    size_t (*tile_rows)(const void *self, size_t n_points);
    /* Set loss_sum[k] to the sum of the data term (no penalty) over the `n_rows`
     * rows from `first_row` on, at point (xy[2k], xy[2k+1]), for all n_points
     * points, and correct[k] (NULL: not wanted) to the number of rows predicted
     * right or NaN.  Both come uninitialised.  Points with the same y stand
     * together, x not descending (a point may come twice); the rows of y are in no
     * order.  A row's share must not depend on the other data rows of the call, and
     * a point's value on no other points than those of the same y. */
    int (*eval)(void *self, size_t first_row, size_t n_rows, size_t n_points, const double *xy,
                struct tw_sum *loss_sum, double *correct);
    /* [opt] Set penalty[k] at n_points points.  NULL: the model has none. */
    int (*penalty)(void *self, size_t n_points, const double *xy, double *penalty);
    void (*end)(void *self);
};

/* Hessian times vector, exactly (Pearlmutter 1994). */
#define TW_EXT_MODEL_HVP "thalweg.model.hvp/1"
struct tw_model_hvp {
    uint32_t struct_size;
    /* out = H vec for the Hessian of what loss() gives on these rows, the mean and the
     * penalty; dim doubles each, none overlaps.  Where a loss has a kink, any element of the
     * generalised Hessian that grad() agrees with.  TW_ENOTSUP, without fail(), sends the host
     * to differences of grad(). */
    int (*hvp)(void *self, const double *theta, const struct tw_rows *rows, const double *vec,
               double *out);
};

/* Several landscapes in one picture: a pipeline with `compare:` runs once for each variant, and a
 * sink with this extension gets all of them at the end, instead of write() for each.  The others write each
 * variant into a folder of its own. */
#define TW_EXT_SINK_COMPARE "thalweg.sink.compare/1"
struct tw_sink_compare {
    uint32_t struct_size;
    /* n >= 2 results, each as in write(), and what to call them; `title` is the pipeline's. */
    int (*write)(void *self, const char *title, size_t n, const struct tw_result *const *r,
                 const char *const *label);
};

/* ---- the descriptor --------------------------------------------------------- */

#define TW_NO_DATA (1u << 0) /* model: can do without a dataset */

struct tw_plugin {
    /* These sixteen bytes keep their layout for ever. */
    uint32_t magic;
    uint16_t abi_major, abi_minor;
    uint32_t struct_size; /* of this struct, as the plugin was compiled */
    uint32_t param_size;  /* stride of params[] */

    uint32_t kind;    /* enum tw_kind */
    uint32_t threads; /* enum tw_threads */
    uint32_t flags;   /* TW_NO_DATA */
    uint32_t reserved;
    const char *name;    /* [a-z][a-z0-9-]*; the file is KIND-NAME.so */
    const char *version; /* of the plugin */
    const char *summary; /* one line */
    const char *author;  /* [opt] */
    const char *license; /* SPDX identifier */

    size_t config_size;            /* of the config struct */
    const struct tw_param *params; /* ends with TW_PARAM_END; [opt] */

    /* Texts that live for ever. */
    const char *(*unavailable)(void);      /* [opt] NULL, or why it cannot run on this machine */
    const char *(*check)(const void *cfg); /* [opt] NULL, or what is wrong across keys */
    /* Make an instance: TW_OK with *self not NULL.  `host` and `cfg` live until
     * destroy() returns; after a failure destroy() is not called. */
    int (*create)(const struct tw_host *host, const void *cfg, void **self);
    void (*destroy)(void *self);

    union {
        const void *any;
        const struct tw_dataset_ops *dataset;
        const struct tw_model_ops *model;
        const struct tw_optimizer_ops *optimizer;
        const struct tw_reducer_ops *reducer;
        const struct tw_sink_ops *sink;
    } ops;

    const void *(*get_extension)(const char *id); /* [opt] a table for ever, or NULL */
};

/* Designated initialisers: C, or C++20. */
#define TW_PLUGIN_HEAD(kind_)                                                \
    .magic = TW_MAGIC, .abi_major = TW_ABI_MAJOR, .abi_minor = TW_ABI_MINOR, \
    .struct_size = sizeof(struct tw_plugin), .param_size = sizeof(struct tw_param), .kind = kind_

TW_EXPORT extern const struct tw_plugin thalweg_plugin;

#ifdef __cplusplus
}
#endif
#endif
