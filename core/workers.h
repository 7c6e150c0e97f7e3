/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workers.h -- a team of threads that share out numbered tasks.
 *
 * Which worker gets which task varies from run to run, so a task must not
 * depend on it: it writes to a place of its own, or takes its turn.
 */
#ifndef CORE_WORKERS_H
#define CORE_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct workers;

/* One task; `worker` is in [0, n).  Non-zero ends the job: no new tasks start. */
typedef int (*worker_task)(void *ctx, size_t worker, size_t task);

/* A team of n >= 1, the caller among them.  Fewer when the system has no more
 * threads to give.  NULL when out of memory. */
struct workers *workers_new(size_t n);
void workers_free(struct workers *w);
size_t workers_count(const struct workers *w);
bool workers_busy(struct workers *w); /* somebody runs a job */

/* How many processors this process may use. */
size_t workers_processors(void);

/* Tasks 0 .. n_tasks-1 in ascending order of start; returns when all are done,
 * with the value of the failed task of lowest number, or 0.  The team must be
 * idle. */
int workers_run(struct workers *w, size_t n_tasks, worker_task task, void *ctx);

/* The same, or false, and nothing done, when the team is busy: in a task of its own. */
bool workers_try_run(struct workers *w, size_t n_tasks, worker_task task, void *ctx, int *rc);

#endif
