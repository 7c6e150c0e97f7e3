/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report-private.h -- what the files of the report share.
 *
 * Each function writes one member of report.json, null for what was not asked for.
 */
#ifndef CORE_REPORT_PRIVATE_H
#define CORE_REPORT_PRIVATE_H

#include "json.h"
#include "report.h"

void report_full_convexity(struct json *j, const struct convexity *c);
/* Of the cells whose extreme eigenvalues are known, those with a negative one; NaN: c is NULL. */
double report_negative_share(const struct convexity *c);
void report_spectrum(struct json *j, const struct spectrum *s);

void report_ball(struct json *j, const struct journey *journey);

#endif
