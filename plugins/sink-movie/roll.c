/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roll.c -- see roll.h. */
#include "sink-movie/roll.h"

#include "util/resample.h"

#include <math.h>
#include <stdlib.h>

/* ---- turns ------------------------------------------------------------------------------ */

static struct quat times(struct quat a, struct quat b)
{
    return (struct quat){a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
                         a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
                         a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
                         a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w};
}

static struct quat unit(struct quat q)
{
    double k = 1 / sqrt(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);

    return (struct quat){k * q.w, k * q.x, k * q.y, k * q.z};
}

/* Of a ball whose centre moves by d over ground with the normal n. */
static struct quat rolling(const double n[3], const double d[3], double radius)
{
    double axis[3] = {n[1] * d[2] - n[2] * d[1], n[2] * d[0] - n[0] * d[2],
                      n[0] * d[1] - n[1] * d[0]};
    double far = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]), angle = far / radius, k;
    double size = sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);

    if (!(size > 0) || !isfinite(angle))
        return (struct quat){1, 0, 0, 0};
    k = sin(angle / 2) / size;
    return (struct quat){cos(angle / 2), k * axis[0], k * axis[1], k * axis[2]};
}

/* The short way from a to b. */
static struct quat between(struct quat a, struct quat b, double share)
{
    double dot = a.w * b.w + a.x * b.x + a.y * b.y + a.z * b.z, angle, p, q;

    if (dot < 0)
        b = (struct quat){-b.w, -b.x, -b.y, -b.z};
    angle = acos(fmin(fabs(dot), 1));
    p = angle > 1e-6 ? sin((1 - share) * angle) / sin(angle) : 1 - share;
    q = angle > 1e-6 ? sin(share * angle) / sin(angle) : share;
    return unit(
        (struct quat){p * a.w + q * b.w, p * a.x + q * b.x, p * a.y + q * b.y, p * a.z + q * b.z});
}

void quat_matrix(struct quat q, double m[9])
{
    double w = q.w, x = q.x, y = q.y, z = q.z;
    double all[9] = {1 - 2 * (y * y + z * z), 2 * (x * y - w * z),     2 * (x * z + w * y),
                     2 * (x * y + w * z),     1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
                     2 * (x * z - w * y),     2 * (y * z + w * x),     1 - 2 * (x * x + y * y)};

    for (int k = 0; k < 9; k++)
        m[k] = all[k];
}

/* ---- the way ---------------------------------------------------------------------------- */

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

    r->turned[0] = (struct quat){1, 0, 0, 0};
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
                r->turned[i] = unit(times(rolling(n_before, d, r->b->radius), r->turned[i - 1]));
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
    size_t lo = r->first[land], hi = r->first[land + 1];
    double room[2], z, share = 0, h;

    hi -= hi > lo;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;

        if (b->t[mid] <= t)
            lo = mid;
        else
            hi = mid;
    }
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
    quat_matrix(between(r->turned[lo], r->turned[hi], share), to->spin);
}
