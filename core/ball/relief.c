/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relief.c -- see relief.h. */
#include "relief.h"

#include <math.h>

#define KNEE 0.06 /* shares of the height in which the slope beyond an end falls by 1 / sqrt 2 */

int relief_fit(struct relief *r, const double *loss, size_t n, enum scale_log log, double height,
               struct error *err)
{
    *r = (struct relief){.height = height, .least = -INFINITY};
    if (scale_fit(&r->scale, loss, n, log, NAN, NAN) < 0)
        return error_nomem(err);
    if (!r->scale.log)
        return 0;
    r->least = INFINITY;
    for (size_t k = 0; k < n; k++)
        if (loss[k] > 0)
            r->least = fmin(r->least, 0.5 * loss[k]);
    return 0;
}

double relief_height(const struct relief *r, double loss)
{
    const struct scale *s = &r->scale;
    if (!isfinite(loss))
        return NAN;
    double v = fmax(loss, r->least);
    double t = s->log ? log(v / s->lo) / log(s->hi / s->lo)
                      : (v / 2 - s->lo / 2) / (s->hi / 2 - s->lo / 2);
    if (t > 1)
        t = 1 + KNEE * asinh((t - 1) / KNEE);
    else if (t < 0)
        t = KNEE * asinh(t / KNEE);
    return r->offset + r->height * t;
}
