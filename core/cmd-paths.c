/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd-paths.c -- where this thalweg looks for things, for scripts:
 *
 *     dir=$(thalweg paths | sed -n 's/^plugindir=//p')
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include "commands.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

int cmd_paths(const struct registry *r, const char *datadir, struct error *err)
{
    printf("version=%s\n", PACKAGE_VERSION);
    printf("abi=%d.%d\n", TW_ABI_MAJOR, TW_ABI_MINOR_LATEST);
    printf("plugindir=%s\n", PLUGINDIR);
    printf("datadir=%s\n", datadir);
#ifdef INCLUDEDIR
    printf("includedir=%s\n", INCLUDEDIR);
#endif
    printf("plugin_path=");
    for (size_t i = 0; i < r->n_dirs; i++)
        printf("%s%s", i ? ":" : "", r->dirs[i]);
    printf("\n");
    return command_flush(err);
}
