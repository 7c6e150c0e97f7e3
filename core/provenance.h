/* SPDX-License-Identifier: GPL-3.0-or-later */
/* provenance.h -- where an output comes from, as pairs of key and value.
 *
 * thalweg, pipeline, overrides (only if there are any), seed, plugins and
 * data_sha256 (only with data).  No date, no host, no path: the same pipeline
 * gives the same bytes.
 */
#ifndef CORE_PROVENANCE_H
#define CORE_PROVENANCE_H

#include "data.h"
#include "plan.h"

/* NULL-terminated: key, value, key, value, ...  `data` may be NULL.  NULL when
 * out of memory. */
const char *const *provenance_new(struct arena *mem, const struct plan *plan, struct dataset *data);

/* "mlp on mnist (60,000 rows, 784 features), sgd, 10 epochs" */
const char *provenance_subtitle(struct arena *mem, const struct plan *plan,
                                const struct dataset *data);

#endif
