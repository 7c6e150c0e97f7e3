/* SPDX-License-Identifier: GPL-3.0-or-later */
/* losses.c -- see losses.h. */
#include "sink-movie/losses.h"

#include <math.h>
#include <stdlib.h>

static int by_height(const void *a, const void *b)
{
    const struct losses_pair *x = a, *y = b;

    if (x->height != y->height)
        return x->height < y->height ? -1 : 1;
    return (x->loss > y->loss) - (x->loss < y->loss);
}

static double look(const struct losses *l, double z)
{
    size_t lo = 0, hi = l->n ? l->n - 1 : 0;
    const struct losses_pair *a, *b;

    if (!l->n)
        return NAN;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;

        if (l->at[mid].height <= z)
            lo = mid;
        else
            hi = mid;
    }
    a = &l->at[lo];
    b = &l->at[hi];
    if (z <= a->height || !(b->height > a->height))
        return a->loss;
    return z >= b->height
               ? b->loss
               : a->loss + (b->loss - a->loss) * (z - a->height) / (b->height - a->height);
}

int losses_new(struct losses *to, const struct tw_landscape *l, double before, double z_enter,
               double z_rest)
{
    size_t n = l->grid->nx * l->grid->ny;

    *to = (struct losses){.at = malloc((n + !n) * sizeof *to->at)};
    if (!to->at)
        return TW_ENOMEM;
    for (size_t k = 0; k < n; k++)
        if (isfinite(l->height[k]) && isfinite(l->grid->loss[k]))
            to->at[to->n++] = (struct losses_pair){l->height[k], l->grid->loss[k]};
    qsort(to->at, to->n, sizeof *to->at, by_height);
    to->enter = isfinite(before) ? before - look(to, z_enter) : 0;
    to->rest = isfinite(l->loss) ? l->loss - look(to, z_rest) : 0;
    return TW_OK;
}

double losses_at(const struct losses *l, double z, double rolled)
{
    return look(l, z) + l->enter * (1 - rolled) + l->rest * rolled;
}

void losses_free(struct losses *l)
{
    free(l->at);
    *l = (struct losses){.n = 0};
}
