/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.h -- the files of a sink.
 *
 *     output_run      write() of a sink, with numbers as in C whatever the locale
 *     output_open     a file that the host puts in its place when all went well
 *     output_close
 *
 * Every failure has been reported with host->fail().
 */
#ifndef UTIL_OUTPUT_H
#define UTIL_OUTPUT_H

#include <stdio.h>
#include <thalweg/plugin.h>

/* What write(self, result) returns.  While it runs, the decimal point of this thread is
 * a point. */
int output_run(const struct tw_host *host, int (*write)(void *self, const struct tw_result *r),
               void *self, const struct tw_result *result);

/* TW_OK or a failure, after which there is nothing to close. */
int output_open(const struct tw_host *host, const char *path, FILE **file);

/* TW_OK when all that was written to the file is in it. */
int output_close(const struct tw_host *host, const char *path, FILE *file);

#endif
