/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.h -- files that are whole or not there.
 *
 *     outputs_possible  before a long run: could this file be written?
 *     outputs_create    a temporary name beside the final one
 *     outputs_commit    sync and rename all that were created since
 *     outputs_discard   remove them instead
 *
 * All files of a sink are committed together, after its write() succeeded.
 * Thread-safe.
 */
#ifndef CORE_OUTPUT_H
#define CORE_OUTPUT_H

#include "error.h"

#include <pthread.h>

struct output_file {
    char *final, *temp; /* temp is kept until outputs_free: plugins hold it */
    enum { OUTPUT_PENDING, OUTPUT_COMMITTED, OUTPUT_DISCARDED } state;
};

struct outputs {
    pthread_mutex_t lock;
    struct output_file **files;
    size_t n;
};

void outputs_init(struct outputs *o);
void outputs_free(struct outputs *o); /* discards what is pending */

/* Says no to what will surely fail; makes nothing. */
int outputs_possible(const char *path, struct error *err);

/* Missing folders are made.  NULL on failure (FAULT_RUN).  Asking twice for a
 * file in one run is a failure: two sinks would overwrite each other. */
const char *outputs_create(struct outputs *o, const char *path, struct error *err);
int outputs_commit(struct outputs *o, struct error *err);
void outputs_discard(struct outputs *o);

#endif
