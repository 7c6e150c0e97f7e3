/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c -- see output.h. */
#define _POSIX_C_SOURCE 200809L /* uselocale */

#include "output.h"

#include <locale.h>
#include <stdbool.h>

int output_run(const struct tw_host *host, int (*write)(void *self, const struct tw_result *r),
               void *self, const struct tw_result *result)
{
    locale_t point = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), before;
    int rc;

    if (!point)
        return host->fail(host, TW_ENOMEM, "out of memory");
    before = uselocale(point); /* of this thread only */
    rc = write(self, result);
    uselocale(before);
    freelocale(point);
    return rc;
}

int output_open(const struct tw_host *host, const char *path, FILE **file)
{
    const struct tw_host_output *out = host->get_extension(host, TW_EXT_HOST_OUTPUT);
    const char *name;

    if (!out)
        return host->fail(host, TW_ENOTSUP, "this host cannot make output files");
    name = out->create(host, path);
    if (!name)
        return TW_EIO;
    *file = fopen(name, "wb");
    return *file ? TW_OK : host->fail(host, TW_EIO, "%s: cannot be opened for writing", path);
}

int output_close(const struct tw_host *host, const char *path, FILE *file)
{
    bool bad = ferror(file);

    if (fclose(file) || bad)
        return host->fail(host, TW_EIO, "%s: cannot be written (is the disk full?)", path);
    return TW_OK;
}
