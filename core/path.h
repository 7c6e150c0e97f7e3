/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.h -- the trajectory: the points an optimizer went through.
 *
 *     path_init    for points of `dim` parameters
 *     path_add     copy one point
 *     path_view    all of them, as plugins see them; until the next path_add
 *     path_free
 */
#ifndef CORE_PATH_H
#define CORE_PATH_H

#include "error.h"

#include <stdint.h>
#include <thalweg/plugin.h>

struct path {
    size_t dim, n, room;
    double **theta; /* n rows of dim */
    double *loss;
    uint64_t *step;
};

void path_init(struct path *p, size_t dim);
int path_add(struct path *p, const double *theta, double loss, uint64_t step, struct error *err);
struct tw_path path_view(const struct path *p);
void path_free(struct path *p);

#endif
