/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h -- report.json: every number of a run that is not a table.
 *
 *     report_findings   the numbers that words are made of
 *     report_write      all of it, through the outputs machinery
 *
 * docs/report.md says what each member means.
 */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include "analysis.h"
#include "convexity.h"
#include "../ball/journey.h"
#include "../output.h"
#include "spectrum.h"

struct report {
    const struct tw_result *result;
    const struct analysis *analysis;
    const struct subject *subject;
    const struct convexity *full; /* NULL: not asked for, as the next */
    const struct spectrum *spectrum;
    const struct journey *journey;
    double train_loss, train_accuracy, test_loss, test_accuracy; /* of the end point; NaN: none */
    struct findings findings;
    struct words words;
};

/* Fill in findings and words from the rest; -1: out of memory. */
int report_findings(struct report *r, struct arena *mem);

/* Announced and written, not committed. */
int report_write(const struct report *r, const char *path, struct outputs *outputs,
                 struct error *err);

#endif
