/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host.c -- a host compiled with the header as it is or with one that has grown
 * (test-abi.sh): loads the plugins that it is given and prints a line on each.
 */
#include "../../core/registry.h"

#include <stdlib.h>

static void show(const struct plugin *p, struct arena *mem, struct error *err)
{
    struct schema_dirs dirs = {"/", "/", "/", false};
    struct table table = p->table;
    double theta[7] = {1, 2, 3, 4, 5, 6, 7}, loss = 0;
    struct config {
        double rate;
        int64_t count;
    } *config = arena_alloc(mem, p->desc.config_size);
    table.config = config;
    if (!config || schema_defaults(mem, &table, &dirs, err) < 0)
        return;
    p->ops.model.loss(NULL, theta, NULL, &loss, NULL);
    printf("%s: rate=%g count=%d dim=%zu loss=%g grad=%s", p->desc.name, config->rate,
           (int)config->count, p->ops.model.dim(NULL), loss, p->ops.model.grad ? "yes" : "no");
#if TW_ABI_MINOR_LATEST >= 1
    printf(" homepage=%s curvature=%s", p->desc.homepage ? p->desc.homepage : "-",
           p->ops.model.curvature ? "yes" : "no");
#endif
    printf("\n");
}

int main(int argc, char **argv)
{
    int rc = EXIT_SUCCESS;
    for (int i = 1; i < argc; i++) {
        struct arena mem = {0};
        struct error err = {0};
        struct plugin *p;
        if (registry_load(argv[i], &p, NULL, 0, &err) == 0) {
            show(p, &mem, &err);
            registry_unload(p);
        }
        if (err.fault) {
            printf("refused: %s\n", err.text);
            rc = EXIT_FAILURE;
        }
        arena_free(&mem);
    }
    return rc;
}
