/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.c -- see points.h. */
#include "points.h"

#include "progress.h"

#include <string.h>

void points_xy(const struct points *p, size_t first, size_t n, double *xy)
{
    size_t cells = p->nx * p->ny, k = first, end = first + n;
    for (size_t row = p->nx ? first / p->nx : 0; k < end && k < cells; row++)
        for (size_t col = k - row * p->nx; col < p->nx && k < end; col++, k++) {
            *xy++ = p->x[col];
            *xy++ = p->y[row];
        }
    if (k < end)
        memcpy(xy, p->loose + 2 * (k - cells), (end - k) * 2 * sizeof *xy);
}

void points_progress(const struct points *p, double fraction)
{
    double width = p->to > p->from ? p->to - p->from : 1;
    progress_update(p->env->progress, p->from + width * fraction, NULL);
}
