/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quaternion.h -- rotations, and how a ball turns that rolls.
 *
 *     quaternion_times     one rotation after another
 *     quaternion_unit      what rounding took, given back
 *     quaternion_dot
 *     quaternion_angle     from one rotation to another
 *     quaternion_rolling   of a ball whose centre moves
 *     quaternion_slerp     between two rotations, the short way
 *     quaternion_matrix
 *
 * Rotations are unit quaternions; q and -q are the same one.
 */
#ifndef UTIL_QUATERNION_H
#define UTIL_QUATERNION_H

#include <math.h>

struct quaternion {
    double x, y, z, w; /* w: the real part */
};

/* First b, then a. */
static inline struct quaternion quaternion_times(struct quaternion a, struct quaternion b)
{
    return (struct quaternion){a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
                               a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
                               a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
                               a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z};
}

static inline double quaternion_dot(struct quaternion a, struct quaternion b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
}

static inline struct quaternion quaternion_unit(struct quaternion q)
{
    double k = 1 / sqrt(quaternion_dot(q, q));

    return (struct quaternion){k * q.x, k * q.y, k * q.z, k * q.w};
}

/* Radians, at most pi. */
static inline double quaternion_angle(struct quaternion a, struct quaternion b)
{
    return 2 * acos(fmin(fabs(quaternion_dot(a, b)), 1));
}

/* The centre moves by d over ground with the normal n.  Nothing slips: it turns by |d| / radius
 * about n x d.  Not at all where d is 0 or along n, or not finite. */
static inline struct quaternion quaternion_rolling(const double n[3], const double d[3],
                                                   double radius)
{
    double axis[3] = {n[1] * d[2] - n[2] * d[1], n[2] * d[0] - n[0] * d[2],
                      n[0] * d[1] - n[1] * d[0]};
    double size = sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
    double half = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) / radius / 2, k;

    if (!(size > 0) || !isfinite(size + half))
        return (struct quaternion){0, 0, 0, 1};
    k = sin(half) / size;
    return (struct quaternion){k * axis[0], k * axis[1], k * axis[2], cos(half)};
}

/* a at share 0, b at share 1, at an even rate. */
static inline struct quaternion quaternion_slerp(struct quaternion a, struct quaternion b,
                                                 double share)
{
    double dot = quaternion_dot(a, b), angle = acos(fmin(fabs(dot), 1));
    double p = angle > 1e-6 ? sin((1 - share) * angle) / sin(angle) : 1 - share;
    double q = angle > 1e-6 ? sin(share * angle) / sin(angle) : share;

    q = dot < 0 ? -q : q;
    return quaternion_unit((struct quaternion){p * a.x + q * b.x, p * a.y + q * b.y,
                                               p * a.z + q * b.z, p * a.w + q * b.w});
}

/* Row-major, from the body's own axes to those in which it has turned. */
static inline void quaternion_matrix(struct quaternion q, double m[9])
{
    double x = q.x, y = q.y, z = q.z, w = q.w;

    m[0] = 1 - 2 * (y * y + z * z);
    m[1] = 2 * (x * y - w * z);
    m[2] = 2 * (x * z + w * y);
    m[3] = 2 * (x * y + w * z);
    m[4] = 1 - 2 * (x * x + z * z);
    m[5] = 2 * (y * z - w * x);
    m[6] = 2 * (x * z - w * y);
    m[7] = 2 * (y * z + w * x);
    m[8] = 1 - 2 * (x * x + y * y);
}

#endif
