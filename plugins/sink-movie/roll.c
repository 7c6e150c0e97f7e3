/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roll.c -- see roll.h. */
#include "sink-movie/roll.h"

#include "util/resample.h"

#include <math.h>
#include <stdlib.h>

static void sample_centre(const struct roll *r, const struct land *l, size_t i, double c[3],
                          double n[3])
{
    double room[2];

    land_room(l, r->b->x[i], r->b->y[i], room);
    land_normal(l, room[0], room[1], n);
    c[0] = room[0] + r->b->radius * n[0];
    c[1] = room[1] + r->b->radius * n[1];
    c[2] = r->b->z[i] + r->b->radius * n[2];
}

static void turn_all(struct roll *r, const struct land *lands)
{
    double before[3] = {0, 0, 0}, n_before[3] = {0, 0, 1};

    r->turned[0] = (struct quaternion){0, 0, 0, 1};
    r->way[0] = 0;
    for (size_t k = 0; k < r->n_lands; k++)
        for (size_t i = r->first[k]; i < r->first[k + 1]; i++) {
            double c[3], n[3], d[3], far = 0;

            sample_centre(r, &lands[k], i, c, n);
            if (i > r->first[k]) {
                for (int a = 0; a < 3; a++) {
                    d[a] = c[a] - before[a];
                    far += d[a] * d[a];
                    n_before[a] = (n[a] + n_before[a]) / 2;
                }
                r->turned[i] = quaternion_unit(quaternion_times(
                    quaternion_rolling(n_before, d, r->b->radius), r->turned[i - 1]));
                r->way[i] = r->way[i - 1] + sqrt(far);
            } else if (i > 0) { /* the same point of another landscape */
                r->turned[i] = r->turned[i - 1];
                r->way[i] = r->way[i - 1];
            }
            for (int a = 0; a < 3; a++) {
                before[a] = c[a];
                n_before[a] = n[a];
            }
        }
}

int roll_new(struct roll *r, const struct tw_ball *b, const struct land *lands, size_t n_lands)
{
    size_t at = 0;

    *r = (struct roll){.b = b, .n_lands = n_lands};
    r->first = calloc(n_lands + 1, sizeof *r->first);
    r->vx = calloc(3 * b->n + 1, sizeof *r->vx);
    r->turned = calloc(b->n + 1, sizeof *r->turned);
    r->way = calloc(b->n + 1, sizeof *r->way);
    if (!r->first || !r->vx || !r->turned || !r->way) {
        roll_free(r);
        return TW_ENOMEM;
    }
    r->vy = r->vx + b->n;
    r->vz = r->vy + b->n;
    for (size_t k = 0; k <= n_lands; k++) {
        while (at < b->n && b->landscape[at] < k)
            at++;
        r->first[k] = at;
    }
    for (size_t k = 0; k < n_lands; k++) {
        size_t i = r->first[k], n = r->first[k + 1] - i;

        if (n < 2)
            continue;
        resample_slopes(b->t + i, n, b->x + i, 1, r->vx + i);
        resample_slopes(b->t + i, n, b->y + i, 1, r->vy + i);
        resample_slopes(b->t + i, n, b->z + i, 1, r->vz + i);
    }
    turn_all(r, lands);
    return TW_OK;
}

void roll_free(struct roll *r)
{
    free(r->first);
    free(r->vx);
    free(r->turned);
    free(r->way);
    *r = (struct roll){.n_lands = 0};
}

static double hermite(const double *v, const double *slope, size_t i, double h, double s)
{
    double d = v[i + 1] - v[i];

    return v[i] + d * (s * s * (3 - 2 * s)) + h * slope[i] * (s * (1 - s) * (1 - s)) -
           h * slope[i + 1] * (s * s * (1 - s));
}

void roll_at(const struct roll *r, const struct land *lands, size_t land, double t,
             struct roll_place *to)
{
    const struct tw_ball *b = r->b;
    const struct land *l = &lands[land];
    size_t lo = r->first[land], n = r->first[land + 1] - lo, hi;
    double room[2], z, share = 0, h;

    if (n > 1)
        lo += resample_interval(b->t + lo, n, t);
    hi = lo + (n > 1);
    h = b->t[hi] - b->t[lo];
    if (h > 0)
        share = fmin(fmax((t - b->t[lo]) / h, 0), 1);
    to->sample = lo;
    if (hi == lo || share == 0) {
        to->x = b->x[lo];
        to->y = b->y[lo];
        z = b->z[lo];
    } else {
        to->x = hermite(b->x, r->vx, lo, h, share);
        to->y = hermite(b->y, r->vy, lo, h, share);
        z = hermite(b->z, r->vz, lo, h, share);
    }
    land_room(l, to->x, to->y, room);
    to->foot[0] = room[0] + l->offset[0];
    to->foot[1] = room[1] + l->offset[1];
    to->foot[2] = z;
    to->way = r->way[lo] + share * (r->way[hi] - r->way[lo]);
    quaternion_matrix(quaternion_slerp(r->turned[lo], r->turned[hi], share), to->spin);
}
