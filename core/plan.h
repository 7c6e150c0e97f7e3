/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h -- the pipeline, read and checked, before anything is computed.
 *
 *     plan_read        YAML + --set -> plan: plugins found, every key checked
 *     plan_host_keys   the keys of a section that are the host's own
 *     plan_free
 *
 * What needs the data is found out later: class names, a model that does not
 * fit them, a plane that nobody gives.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "registry.h"

/* One plugin and its keys. */
struct stage {
    const struct plugin *plugin; /* NULL: the section is absent */
    void *config;
    struct mark at;
    bool together; /* of a comparison, a sink that takes all variants at once */
};

enum record { RECORD_EPOCH, RECORD_STEP };

struct pipeline_keys {
    int64_t thalweg;   /* grammar version */
    const char *title; /* NULL: the file's name */
    int64_t seed;
};

struct dataset_keys {
    const char *plugin;
    struct tw_strings classes; /* names or numbers to keep, in this order; n = 0: all */
    const char *positive;      /* one against the rest; NULL: no */
    int64_t limit;             /* rows; TW_INT_AUTO: all */
    double scale;              /* factor on every feature */
    bool standardize;
    double test_fraction; /* of the rows; 0: no */
};

struct optimizer_keys {
    const char *plugin;
    const char *label; /* NULL: the plugin's name */
    int64_t seed;      /* TW_INT_AUTO: the pipeline's */
    int64_t epochs;    /* TW_INT_AUTO: the optimizer's own */
    int record;        /* enum record */
    int64_t record_every;
};

/* One training run. */
struct trainer {
    struct stage stage;
    struct optimizer_keys keys;
    const char *name; /* its label, or the plugin's name; no two of a plan are the same */
};

/* Sections where the host has no other key. */
struct plugin_key {
    const char *plugin;
};

struct sink_keys {
    const char *plugin;
    bool optional; /* without its plugin the pipeline runs, too */
};

struct grid_keys {
    struct tw_ints points; /* n, or nx ny; n = 0: auto */
    struct tw_reals range; /* lo hi, or xlo xhi ylo yhi; n = 0: auto */
    double margin;         /* fraction of the trajectory's extent */
    struct tw_strings splits;
    int64_t planes;    /* of the reducer's family */
    int64_t tile_rows; /* TW_INT_AUTO: the model's choice */
};

/* Where they stand, for what is found out later. */
struct grid_places {
    struct mark points, range, splits, planes;
};

enum convexity_kind { CONVEXITY_NONE, CONVEXITY_PLANE, CONVEXITY_FULL };

struct analysis_keys {
    bool critical_points, sharpness;
    int convexity;                       /* enum convexity_kind */
    int64_t eigenvalues, trace, density; /* of the Hessian: how many, and probes; 0: none */
    const char *report;                  /* file, absolute; NULL: none */
};

enum ball_start { BALL_TRAJECTORY, BALL_HIGHEST, BALL_POINT };

struct ball_keys {
    int64_t landscapes;
    struct tw_strings start; /* as written */
    double friction, restitution, height;
    struct tw_reals velocity; /* along x and y */
    int scale;                /* enum scale_log: auto, log, linear */
    const char *thetas;       /* file, absolute; NULL: none */
};

/* The section `ball`, read. */
struct ball_plan {
    bool wanted;
    struct ball_keys keys;
    enum ball_start start;
    double at[2];                /* BALL_POINT */
    struct mark where, start_at; /* the section, and its start */
};

struct compare_keys {
    const char *label;
};

/* A pipeline with `compare:` has its title, seed, folder and sinks; all else is in its variants,
 * each of which is a pipeline of its own, with a folder of its own below. */
struct plan {
    struct arena mem;
    const char *file;      /* as the user gave it */
    const char *text;      /* of the file */
    const char *overrides; /* "--set" assignments, one a line; "" if none */
    const char *outdir;    /* absolute */
    const char *warnings;  /* one a line, each with its newline; "" if none */
    struct pipeline_keys pipeline;
    struct stage dataset, model;
    struct dataset_keys dataset_keys;
    struct trainer *optimizers; /* in the order of training */
    size_t n_optimizers;
    struct stage *reducers;
    size_t n_reducers;
    struct grid_keys grid;
    struct grid_places grid_at;
    struct analysis_keys analysis;
    struct ball_plan ball;
    struct stage *sinks;
    size_t n_sinks;
    const char *label;       /* of a variant; NULL: none */
    struct variant *variant; /* n_variants; 0: no comparison */
    size_t n_variants;
};

struct variant {
    struct plan plan; /* has no variants */
    struct mark at;
    const char *slug; /* the label as the name of its folder; no two are the same */
};

struct plan_options {
    const char *file;
    const char *outdir;      /* NULL: out/NAME-OF-THE-YAML */
    const char *datadir;     /* what $data/ stands for */
    const char *const *sets; /* "key.path=value" */
    size_t n_sets;
};

/* Errors are FAULT_PIPELINE with file:line:column, or FAULT_PLUGIN. */
int plan_read(struct plan *p, struct registry *r, const struct plan_options *o, struct error *err);
void plan_free(struct plan *p);

/* Table of the host's keys in a plugin's section, `plugin` first; or of a
 * section without plugins.  config is NULL. */
struct table plan_host_keys(enum tw_kind kind);
struct table plan_pipeline_keys(void);
struct table plan_grid_keys(void);
struct table plan_analysis_keys(void);
struct table plan_ball_keys(void);
struct table plan_compare_keys(void);

/* A key of the plugin that is the host's in the same section, or NULL: it would
 * mean two things at once. */
const char *plan_reserved_key(const struct plugin *p);

/* A copy of the extension of a sink that takes all variants at once; 1: it has none.  Errors are
 * FAULT_PLUGIN. */
int plan_together(const struct plugin *p, struct tw_sink_compare *out, struct error *err);

/* The file that key i of a sink names, or NULL; *more is false past the last key. */
const char *plan_output(const struct stage *sink, size_t i, bool *more);

/* Number of grid points of a plane along x (axis 0) or y (axis 1). */
size_t plan_points(const struct plan *p, int axis);

/* Of a line.  An error where the grid has two numbers of points or four of range. */
int plan_line_points(const struct plan *p, size_t *n, struct error *err);

/* Are loss and accuracy of the test set asked for on the grid? */
bool plan_wants_test(const struct plan *p);

/* What the run's random numbers follow from. */
uint64_t trainer_seed(const struct trainer *t, uint64_t pipeline_seed);

/* Rows of data per tile, or 0: the model's choice. */
size_t plan_tile_rows(const struct plan *p);

#endif
