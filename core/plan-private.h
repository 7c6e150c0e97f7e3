/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-private.h -- what the files that read a plan share. */
#ifndef CORE_PLAN_PRIVATE_H
#define CORE_PLAN_PRIVATE_H

#include "plan.h"

/* What the functions below hand to each other while a plan is read. */
struct reader {
    struct plan *plan;
    struct registry *registry;
    struct schema_dirs dirs;
    struct error *err;
};

/* The keys that are no sections: title, seed, ... (plan.c). */
int reader_pipeline_keys(struct reader *rd, const struct node *root);

/* All sections of a pipeline without `compare`; the section sinks alone (plan-sections.c). */
int reader_sections(struct reader *rd, const struct node *root);
int reader_sinks(struct reader *rd, const struct node *root);

/* 1 to 60 bytes of text in one line. */
bool label_good(const char *s);

/* Rules across sections, files included; the files of a comparison (plan-check.c). */
int reader_check(struct reader *rd);
int reader_check_variants(struct reader *rd);

/* The section `compare`, and with it a plan for each variant (plan-compare.c). */
int reader_compare(struct reader *rd, const struct node *root, const struct node *list);

#endif
