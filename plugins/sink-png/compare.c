/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c -- see compare.h. */
#include "sink-png/compare.h"

#include "sink-png/flat.h"

static int check(const struct comparison *c)
{
    bool line = flat_is_line(c->result[0]);

    if (c->n < 2 || c->n > PANELS_MAX)
        return c->host->fail(c->host, TW_EINVAL, "%zu landscapes to compare, wanted 2 to %d", c->n,
                             PANELS_MAX);
    for (size_t k = 0; k < c->n; k++) {
        const struct tw_grid *g = c->result[k]->grid;

        if (flat_is_line(c->result[k]) != line)
            return c->host->fail(
                c->host, TW_EINVAL, "'%s' is a %s and '%s' a %s: one picture cannot compare them",
                c->label[0], line ? "line" : "plane", c->label[k], line ? "plane" : "line");
        if (!g || g->nx < 2 || (g->ny < 2 && !line))
            return c->host->fail(c->host, TW_EINVAL,
                                 "a map needs a grid of at least 2 x 2 points, a curve one of 2: "
                                 "see grid.points");
    }
    return TW_OK;
}

int compare_write(const struct comparison *c, bool surface)
{
    int rc = check(c);

    if (rc < 0)
        return rc;
    return surface ? compare_surface(c) : compare_flat(c);
}
