/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h -- a plan carried out: data, model, path, plane, grid, analysis, sinks. */
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
    struct report report;
};

/* All of it.  Call run_free() whether it succeeded or not. */
int run_pipeline(struct run *r, const struct plan *plan, struct registry *registry,
                 const struct run_options *o, struct error *err);
void run_free(struct run *r);

/* What was found, in a few lines, on stdout. */
void summary_print(const struct run *r);

#endif
