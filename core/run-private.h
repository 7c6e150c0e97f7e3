/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-private.h -- what the files of a run share. */
#ifndef CORE_RUN_PRIVATE_H
#define CORE_RUN_PRIVATE_H

#include "run.h"

/* A mistake in the pipeline that showed only now belongs to a place in it.  Returns -1. */
int run_blame(const struct stage *s, struct error *err);

/* The optimizers, one after the other (run-train.c). */
int run_train(struct run *r, struct error *err);

/* The plane and the others of its family; all that is computed at grid points
 * (run-surface.c).  run_check_surface() refuses before the training what cannot be. */
int run_check_surface(const struct run *r, struct error *err);
int run_plane(struct run *r, struct error *err);
int run_grid(struct run *r, struct error *err);

/* The ball, through its landscapes; the file of its parameters (run-ball.c). */
int run_ball(struct run *r, struct error *err);
int run_thetas(struct run *r, struct error *err);

/* What the terrain tells; what it comes to; the report, which comes after the sinks
 * (run-analysis.c). */
int run_analysis(struct run *r, struct error *err);
int run_findings(struct run *r, struct error *err);
int run_report(struct run *r, struct error *err);

/* A sink's files are there, all of them, if `written`, what it returned, says so.  Frees the
 * sink. */
int run_finish_sink(struct instance *sink, const struct stage *s, int written, struct error *err);

#endif
