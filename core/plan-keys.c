/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-keys.c -- the keys that belong to the host, as tables.
 *
 * `thalweg info`, the pipeline reference and the parser all read these, so they
 * cannot disagree.  Sections with plugins start with the key `plugin`.
 */
#include "plan.h"

#include <string.h>

#define PLUGIN_KEY(T, what) TW_PARAM_STRING(T, plugin, NULL, "Name of the " what " plugin.")

static const struct tw_param pipeline_table[] = {
    TW_PARAM_INT(struct pipeline_keys, thalweg, NULL, 1, 1, NULL,
                 "Version of the pipeline grammar: 1."),
    TW_PARAM_STRING(struct pipeline_keys, title, "null",
                    "Title of the pictures; the file's name if left out."),
    TW_PARAM_INT(struct pipeline_keys, seed, "1", 0, 9007199254740991.0, NULL,
                 "Everything random follows from this number."),
    TW_PARAM_END};

static const struct tw_param dataset_table[] = {
    PLUGIN_KEY(struct dataset_keys, "dataset"),
    TW_PARAM_STRINGS(struct dataset_keys, classes, "[]",
                     "Keep the rows of these classes only, by name or number; they are numbered "
                     "anew in this order. Empty: all."),
    TW_PARAM_STRING(struct dataset_keys, positive, "null",
                    "One class against the rest, by name or number: it becomes class 1, all "
                    "others class 0."),
    TW_PARAM_(struct dataset_keys, limit, int64_t, TW_INT, TW_P_AUTO, 1, 2147483647.0, "auto", NULL,
              "rows",
              "Keep the first so many training rows (after `classes` and `test_fraction`); auto "
              "keeps all. The test set stays whole."),
    TW_PARAM_REAL(struct dataset_keys, scale, "1", -1e12, 1e12, NULL,
                  "Multiply every feature by this number."),
    TW_PARAM_BOOL(struct dataset_keys, standardize, "false",
                  "Shift and scale every feature to mean 0 and standard deviation 1 over the "
                  "training rows (test rows by the same numbers)."),
    TW_PARAM_REAL(struct dataset_keys, test_fraction, "0", 0, 0.99, NULL,
                  "For data without a test set: so much of the rows, drawn at random from every "
                  "class alike, becomes one; 0: no."),
    TW_PARAM_END};

static const struct tw_param model_table[] = {PLUGIN_KEY(struct plugin_key, "model"), TW_PARAM_END};

static const char *const record_choices[] = {"epoch", "step", NULL};

static const struct tw_param optimizer_table[] = {
    PLUGIN_KEY(struct optimizer_keys, "optimizer"),
    TW_PARAM_STRING(struct optimizer_keys, label, "null",
                    "Name of this training run; null: the plugin's, with a number where several "
                    "runs have it."),
    TW_PARAM_INT_AUTO(struct optimizer_keys, seed, 0, 9007199254740991.0, NULL,
                      "What is random in this run follows from this number: where the model "
                      "starts, the order of the rows; auto: the pipeline's seed."),
    TW_PARAM_INT_AUTO(struct optimizer_keys, epochs, 0, 1e9, "epochs",
                      "How long to train: passes through the data, or iterations of a full-batch "
                      "optimizer; auto leaves it to the optimizer (100 if it has no opinion)."),
    TW_PARAM_CHOICE(struct optimizer_keys, record, "epoch", record_choices,
                    "What makes a checkpoint of the trajectory."),
    TW_PARAM_INT(struct optimizer_keys, record_every, "1", 1, 1e9, NULL,
                 "Keep every so-many-th of them; the first and the last are always kept."),
    TW_PARAM_END};

static const struct tw_param reducer_table[] = {PLUGIN_KEY(struct plugin_key, "reducer"),
                                                TW_PARAM_END};

static const struct tw_param grid_table[] = {
    TW_PARAM_INTS_AUTO(struct grid_keys, points, 2, 20001, "points",
                       "Grid points along x and y; one number serves both, and is what a line "
                       "takes; auto: [51, 51], on a line 401."),
    TW_PARAM_REALS_AUTO(
        struct grid_keys, range, -1e12, 1e12, NULL,
        "[lo, hi] for both axes or [xlo, xhi, ylo, yhi]; auto covers the projected "
        "trajectories and the points that the reducer names, plus `margin`, or, without any, 1 on "
        "each side of the optimum."),
    TW_PARAM_REAL(struct grid_keys, margin, "0.25", 0, 100, NULL,
                  "With range auto: room on each side, as a fraction of the trajectory's extent."),
    TW_PARAM_STRINGS(struct grid_keys, splits, "[train]",
                     "Sets whose loss and accuracy are computed at every grid point: [train] or "
                     "[train, test]."),
    TW_PARAM_INT(struct grid_keys, planes, "1", 1, 1000, "planes",
                 "How many planes of the reducer's family: the first is drawn, all of them give "
                 "mean, spread and quartiles of the loss at each grid point."),
    TW_PARAM_(struct grid_keys, tile_rows, int64_t, TW_INT, TW_P_AUTO | TW_P_EXPERT, 1,
              2147483647.0, "auto", NULL, "rows",
              "Rows of data that a model takes at a time; auto leaves it to the model. It changes "
              "the speed, never a result."),
    TW_PARAM_END};

static const char *const convexity_choices[] = {"none", "plane", "full", NULL};

static const struct tw_param analysis_table[] = {
    TW_PARAM_BOOL(struct analysis_keys, critical_points, "true",
                  "Find minima, saddles and maxima of the loss in the plane, and how deep the "
                  "minima are."),
    TW_PARAM_BOOL(struct analysis_keys, sharpness, "true",
                  "Measure the flat radius, epsilon-sharpness and the curvature at the end point."),
    TW_PARAM_CHOICE(struct analysis_keys, convexity, "plane", convexity_choices,
                    "At each grid point, how much the loss curves down against how much it curves "
                    "up: in the plane, or (full) of the whole Hessian, too, which takes long."),
    TW_PARAM_INT(
        struct analysis_keys, eigenvalues, "0", 0, 1000, NULL,
        "How many eigenvalues of the Hessian at the end point to compute, those of largest "
        "magnitude."),
    TW_PARAM_INT(
        struct analysis_keys, trace, "0", 0, 1e6, "probes",
        "Random vectors for the trace of the Hessian at the end point, 2 or more; 0: none."),
    TW_PARAM_INT(struct analysis_keys, density, "0", 0, 1e6, "probes",
                 "Random vectors for the density of the Hessian's eigenvalues at the end point; 0: "
                 "none."),
    TW_PARAM_(struct analysis_keys, report, const char *, TW_OUTPUT, TW_P_NULL, 0, 0, "report.json",
              NULL, NULL, "The file for all numbers of the run, in JSON; null: none."),
    TW_PARAM_END};

/* In the order of enum scale_log. */
static const char *const scale_choices[] = {"auto", "log", "linear", NULL};

static const struct tw_param ball_table[] = {
    TW_PARAM_INT(struct ball_keys, landscapes, "4", 1, 1000, NULL,
                 "How many landscapes the ball may go through; at rest in one, it goes on in the "
                 "reducer's next plane through that point."),
    TW_PARAM_STRINGS(struct ball_keys, start, "trajectory",
                     "Where it starts: trajectory (where the last training run began, or, without "
                     "one, highest), highest (the highest point of the picture), or [x, y]."),
    TW_PARAM_REALS(struct ball_keys, velocity, "[0, 0]", -20, 20, "lengths a second",
                   "Along x and y at the start; the longer side of the picture is 2 lengths."),
    TW_PARAM_REAL(struct ball_keys, friction, "0.8", 0.05, 100, "per second",
                  "Rolling friction, viscous: the share of the speed that it takes, a second."),
    TW_PARAM_REAL(struct ball_keys, restitution, "0.5", 0, 1, NULL,
                  "How it bounces off the border and off holes: speed after over speed before."),
    TW_PARAM_REAL(struct ball_keys, height, "0.5", 0.001, 100, "lengths",
                  "Height of each landscape that it rolls over, from the lowest to the highest "
                  "loss."),
    TW_PARAM_CHOICE(struct ball_keys, scale, "auto", scale_choices,
                    "Height by the loss or by its logarithm; auto: as the pictures choose."),
    TW_PARAM_(struct ball_keys, thetas, const char *, TW_OUTPUT, TW_P_NULL, 0, 0, "thetas.npy",
              NULL, NULL,
              "The parameters where it rested, .npy of landscapes x parameters, float64; null: "
              "none."),
    TW_PARAM_END};

static const struct tw_param compare_table[] = {
    TW_PARAM_STRING(struct compare_keys, label, NULL,
                    "Name of the variant: the heading of its panel, and, in small letters, digits "
                    "and dashes, of its folder."),
    TW_PARAM_END};

static const struct tw_param sink_table[] = {
    PLUGIN_KEY(struct sink_keys, "sink"),
    TW_PARAM_BOOL(
        struct sink_keys, optional, "false",
        "Without the plugin, or where it cannot run, leave this sink out, with a warning, "
        "and go on."),
    TW_PARAM_END};

static struct table table_of(const struct tw_param *params)
{
    return (struct table){.params = params, .stride = sizeof *params};
}

struct table plan_host_keys(enum tw_kind kind)
{
    switch (kind) {
    case TW_DATASET:
        return table_of(dataset_table);
    case TW_MODEL:
        return table_of(model_table);
    case TW_OPTIMIZER:
        return table_of(optimizer_table);
    case TW_REDUCER:
        return table_of(reducer_table);
    case TW_SINK:
        return table_of(sink_table);
    }
    return (struct table){0};
}

const char *plan_reserved_key(const struct plugin *p)
{
    struct table host = plan_host_keys((enum tw_kind)p->desc.kind);
    const struct tw_param *theirs, *ours;
    for (size_t i = 0; (theirs = table_at(&p->table, i)); i++)
        for (size_t k = 0; (ours = table_at(&host, k)); k++)
            if (strcmp(theirs->name, ours->name) == 0)
                return ours->name;
    return NULL;
}

struct table plan_pipeline_keys(void)
{
    return table_of(pipeline_table);
}

struct table plan_grid_keys(void)
{
    return table_of(grid_table);
}

struct table plan_analysis_keys(void)
{
    return table_of(analysis_table);
}

struct table plan_ball_keys(void)
{
    return table_of(ball_table);
}

struct table plan_compare_keys(void)
{
    return table_of(compare_table);
}
