/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.h -- the examples a model sees: loaded, checked, chosen, scaled.
 *
 *     data_load        dataset plugin, then the host's keys of `dataset:`
 *     data_split       a test set out of the training rows (data-split.c)
 *     data_transform   a reducer's transform, fitted on the training set
 *     data_free
 */
#ifndef CORE_DATA_H
#define CORE_DATA_H

#include "instance.h"
#include "plan.h"

/* One split.  What `view` points to is owned by this struct or by the plugin. */
struct examples {
    struct tw_data view;
    float *x;       /* NULL: view.x is the plugin's */
    int32_t *label; /* likewise */
    double *target; /* likewise */
};

struct dataset {
    struct examples split[2]; /* TW_TRAIN, TW_TEST */
    bool has_test;
    struct arena names;              /* class and feature names */
    struct instance *plugin;         /* NULL once nothing of it is needed */
    struct fingerprint *fingerprint; /* being computed while the run goes on */
};

/* TW_TRAIN is there; a test set if the plugin has one or the plan makes one. */
int data_load(struct dataset *d, const struct plan *plan, const struct environment *env,
              struct error *err);

/* Replace features and their names by those of the reducer. */
int data_transform(struct dataset *d, struct instance *reducer, struct error *err);

/* Make a test set of about that fraction of the training rows, of every class alike; there
 * must be none.  The same seed gives the same rows. */
int data_split(struct dataset *d, double fraction, uint64_t seed, struct error *err);

/* SHA-256 of the training features and answers as the plugin loaded them; waits
 * for the thread that computes it.  Lives until data_free(). */
const char *data_sha256(struct dataset *d);

void data_free(struct dataset *d);

#endif
