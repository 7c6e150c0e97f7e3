/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h -- a plan carried out: data, model, path, plane, grid, analysis, sinks.
 *
 *     run_pipeline    all of it
 *     run_compute     all but the files
 *     run_settle      frees what only the computation needs; the result stays
 *     run_write       the files
 *     run_free
 *
 *     comparison_run  a plan with variants: each is computed, then all are written
 *     comparison_free
 */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include "analysis/analysis.h"
#include "analysis/convexity.h"
#include "data.h"
#include "grid.h"
#include "ball/journey.h"
#include "output.h"
#include "progress.h"
#include "analysis/report.h"
#include "analysis/spectrum.h"
#include "spread.h"

struct run_options {
    size_t jobs; /* worker threads, >= 1 */
    bool quiet;
    int log_level;
    const volatile sig_atomic_t *stop;
    struct workers *workers; /* NULL: a team of its own, `jobs` strong */
    const char *prefix;      /* of the stages' names; NULL: none */
};

/* Loss and accuracy of one split where a run of training ended. */
struct score {
    double loss, accuracy; /* accuracy is NaN where it means nothing */
};

struct scores {
    struct score train, test; /* test.loss is NaN without a test set */
};

struct run {
    const struct plan *plan;
    struct environment env;
    struct progress progress;
    struct outputs outputs;
    struct arena mem;
    struct workers *workers;
    bool own_workers;
    struct dataset data;
    bool has_data;
    struct model model;            /* bound to the training set */
    struct model test_model;       /* to the test set; no instances without one */
    struct path *paths;            /* n_paths, one for each optimizer */
    struct track *tracks;          /* likewise */
    const struct tw_track **views; /* of these, for those who only look */
    struct scores *scores;         /* likewise */
    size_t n_paths;
    double *theta;            /* the optimum, model.dim: the end of the last path */
    struct instance *reducer; /* the one that gives the plane, or NULL */
    bool line;                /* without one: the model has a single weight */
    struct plane plane;
    struct plane *others; /* n_others: the next ones of the family */
    size_t n_others;
    struct grid grid;
    struct spread spread;     /* n = 0 with a single plane */
    struct score train, test; /* at theta */
    struct subject subject;
    struct analysis analysis;
    struct convexity full;    /* of the whole Hessian; no cells if not asked for */
    struct spectrum spectrum; /* dim 0 if not asked for */
    struct journey journey;   /* n = 0 without a ball */
    struct tw_result result;  /* for sinks */
    struct report report;
};

/* Call run_free() whether it succeeded or not. */
int run_pipeline(struct run *r, const struct plan *plan, struct registry *registry,
                 const struct run_options *o, struct error *err);
int run_compute(struct run *r, const struct plan *plan, struct registry *registry,
                const struct run_options *o, struct error *err);
void run_settle(struct run *r);
int run_write(struct run *r, struct error *err);
void run_free(struct run *r);

/* Could all files of the plan be written, as far as one can know? */
int run_check_outputs(const struct plan *plan, struct error *err);

/* A plan with variants. */
struct comparison {
    const struct plan *plan;
    struct run *variant; /* plan->n_variants, of which n have begun */
    size_t n;
    struct workers *workers;
    struct progress progress; /* of what concerns all variants, as the next */
    struct outputs outputs;
    struct environment env;
};

/* Call comparison_free() whether it succeeded or not. */
int comparison_run(struct comparison *c, const struct plan *plan, struct registry *registry,
                   const struct run_options *o, struct error *err);
void comparison_free(struct comparison *c);

/* What was found, in a few lines, on stdout. */
void summary_print(const struct run *r);
void summary_print_all(const struct comparison *c);

#endif
