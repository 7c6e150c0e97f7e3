/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel.h -- pieces of work on all the threads that the host gives (TW_EXT_HOST_PARALLEL), or
 * one after the other where it gives none. Cut the work by its size, not by the number of threads.
 */
#ifndef UTIL_PARALLEL_H
#define UTIL_PARALLEL_H

#include <thalweg/plugin.h>

/* task(ctx, k) for each k < n, each at a place of its own. TW_OK or a failure among them. */
static inline int parallel_run(const struct tw_host *host, size_t n,
                               int (*task)(void *ctx, size_t k), void *ctx)
{
    const struct tw_host_parallel *p = host->get_extension(host, TW_EXT_HOST_PARALLEL);
    int rc = TW_OK;

    if (p)
        return p->run(host, n, task, ctx);
    for (size_t k = 0; k < n && rc >= 0; k++)
        rc = task(ctx, k);
    return rc < 0 ? rc : TW_OK;
}

#endif
