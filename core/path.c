/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.c -- see path.h. */
#include "path.h"

#include <stdlib.h>
#include <string.h>

void path_init(struct path *p, size_t dim)
{
    *p = (struct path){.dim = dim};
}

static int make_room(struct path *p)
{
    if (p->n < p->room)
        return 0;
    size_t room = p->room ? 2 * p->room : 64;
    void *theta = realloc(p->theta, room * sizeof *p->theta);
    if (theta)
        p->theta = theta;
    void *loss = realloc(p->loss, room * sizeof *p->loss);
    if (loss)
        p->loss = loss;
    void *step = realloc(p->step, room * sizeof *p->step);
    if (step)
        p->step = step;
    if (!theta || !loss || !step)
        return -1;
    p->room = room;
    return 0;
}

int path_add(struct path *p, const double *theta, double loss, uint64_t step, struct error *err)
{
    double *copy = make_room(p) == 0 ? malloc(p->dim * sizeof *copy) : NULL;
    if (!copy)
        return error_set(err, FAULT_RUN,
                         "out of memory after %zu checkpoints of %zu parameters; record fewer "
                         "(optimizer: record_every)",
                         p->n, p->dim);
    p->theta[p->n] = memcpy(copy, theta, p->dim * sizeof *copy);
    p->loss[p->n] = loss;
    p->step[p->n++] = step;
    return 0;
}

struct tw_path path_view(const struct path *p)
{
    return (struct tw_path){
        .struct_size = sizeof(struct tw_path),
        .n = p->n,
        .dim = p->dim,
        .theta = (const double *const *)p->theta,
        .loss = p->loss,
        .step = p->step,
    };
}

void path_free(struct path *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->theta[i]);
    free(p->theta);
    free(p->loss);
    free(p->step);
    *p = (struct path){0};
}
