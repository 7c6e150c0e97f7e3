/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.h -- rays through Embree, 3 or 4.
 *
 *     trace_device        a device without threads of its own
 *     trace_commit        a scene is complete
 *     trace_closest       what a ray meets first
 *     trace_packet        the same for PACKET rays that run side by side
 *     trace_blocked       whether it meets anything
 *     trace_blocked_packet   how many of PACKET rays do
 *     trace_float_begin, trace_float_end   around work on a thread: Embree wants
 *                         numbers below the normal ones taken as zero
 *
 * THALWEG_EMBREE is 3 or 4, as configure found it.
 */
#ifndef RENDER_TRACE_H
#define RENDER_TRACE_H

#include "render/vec.h"

#if THALWEG_EMBREE == 4
#include <embree4/rtcore.h>
#else
#include <embree3/rtcore.h>
#endif

#include <stdalign.h>
#include <stdbool.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#define PACKET 8

struct hit {
    float t, u, v;
    unsigned geom, prim;
    struct vec ng; /* geometric normal, not of unit length */
};

static inline RTCDevice trace_device(void)
{
    return rtcNewDevice("threads=1,set_affinity=0");
}

/* 0, or -1: out of memory. */
static inline int trace_commit(RTCDevice device, RTCScene scene)
{
    rtcCommitScene(scene);
    return rtcGetDeviceError(device) == RTC_ERROR_NONE ? 0 : -1;
}

static inline struct RTCRay trace_ray(struct vec from, struct vec along, float far)
{
    struct RTCRay r = {.org_x = from.x,
                       .org_y = from.y,
                       .org_z = from.z,
                       .tnear = 0,
                       .dir_x = along.x,
                       .dir_y = along.y,
                       .dir_z = along.z,
                       .time = 0,
                       .tfar = far,
                       .mask = ~0u,
                       .id = 0,
                       .flags = 0};
    return r;
}

static inline bool trace_closest(RTCScene scene, struct vec from, struct vec along, float far,
                                 struct hit *h)
{
    struct RTCRayHit r = {.ray = trace_ray(from, along, far)};

    r.hit.geomID = RTC_INVALID_GEOMETRY_ID;
    r.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
#if THALWEG_EMBREE == 4
    struct RTCIntersectArguments args;
    rtcInitIntersectArguments(&args);
    rtcIntersect1(scene, &r, &args);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    rtcIntersect1(scene, &context, &r);
#endif
    if (r.hit.geomID == RTC_INVALID_GEOMETRY_ID)
        return false;
    *h = (struct hit){r.ray.tfar,   r.hit.u,      r.hit.v,
                      r.hit.geomID, r.hit.primID, {r.hit.Ng_x, r.hit.Ng_y, r.hit.Ng_z}};
    return true;
}

struct rays {
    int n; /* at most PACKET */
    struct vec from[PACKET], along[PACKET];
};

static inline void trace_ray8(struct RTCRay8 *to, int *valid, const struct rays *r)
{
    for (int k = 0; k < PACKET; k++) {
        int i = k < r->n ? k : 0;

        valid[k] = k < r->n ? -1 : 0;
        to->org_x[k] = r->from[i].x;
        to->org_y[k] = r->from[i].y;
        to->org_z[k] = r->from[i].z;
        to->dir_x[k] = r->along[i].x;
        to->dir_y[k] = r->along[i].y;
        to->dir_z[k] = r->along[i].z;
        to->tnear[k] = to->time[k] = 0;
        to->mask[k] = ~0u;
        to->id[k] = to->flags[k] = 0;
    }
}

/* Rays that meet something nearer than h[k].t get it there; bit k of what comes back. */
static inline unsigned trace_packet(RTCScene scene, const struct rays *r, struct hit *h)
{
    alignas(32) struct RTCRayHit8 q;
    alignas(32) int valid[PACKET];
    unsigned met = 0;

    trace_ray8(&q.ray, valid, r);
    for (int k = 0; k < PACKET; k++) {
        q.ray.tfar[k] = k < r->n ? h[k].t : 0;
        q.hit.geomID[k] = RTC_INVALID_GEOMETRY_ID;
        q.hit.instID[0][k] = RTC_INVALID_GEOMETRY_ID;
    }
#if THALWEG_EMBREE == 4
    struct RTCIntersectArguments args;
    rtcInitIntersectArguments(&args);
    args.flags = RTC_RAY_QUERY_FLAG_COHERENT;
    rtcIntersect8(valid, scene, &q, &args);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    context.flags = RTC_INTERSECT_CONTEXT_FLAG_COHERENT;
    rtcIntersect8(valid, scene, &context, &q);
#endif
    for (int k = 0; k < r->n; k++) {
        if (q.hit.geomID[k] == RTC_INVALID_GEOMETRY_ID)
            continue;
        met |= 1u << k;
        h[k] = (struct hit){q.ray.tfar[k],   q.hit.u[k],
                            q.hit.v[k],      q.hit.geomID[k],
                            q.hit.primID[k], {q.hit.Ng_x[k], q.hit.Ng_y[k], q.hit.Ng_z[k]}};
    }
    return met;
}

/* Bit k: the ray meets something. */
static inline unsigned trace_blocked_packet(RTCScene scene, const struct rays *r)
{
    alignas(32) struct RTCRay8 q;
    alignas(32) int valid[PACKET];
    unsigned met = 0;

    trace_ray8(&q, valid, r);
    for (int k = 0; k < PACKET; k++)
        q.tfar[k] = INFINITY;
#if THALWEG_EMBREE == 4
    struct RTCOccludedArguments args;
    rtcInitOccludedArguments(&args);
    args.flags = RTC_RAY_QUERY_FLAG_COHERENT;
    rtcOccluded8(valid, scene, &q, &args);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    context.flags = RTC_INTERSECT_CONTEXT_FLAG_COHERENT;
    rtcOccluded8(valid, scene, &context, &q);
#endif
    for (int k = 0; k < r->n; k++)
        met |= q.tfar[k] < 0 ? 1u << k : 0;
    return met;
}

static inline bool trace_blocked(RTCScene scene, struct vec from, struct vec along)
{
    struct RTCRay r = trace_ray(from, along, INFINITY);

#if THALWEG_EMBREE == 4
    struct RTCOccludedArguments args;
    rtcInitOccludedArguments(&args);
    rtcOccluded1(scene, &r, &args);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    rtcOccluded1(scene, &context, &r);
#endif
    return r.tfar < 0;
}

static inline unsigned trace_float_begin(void)
{
#ifdef __SSE__
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040); /* flush to zero, denormals are zero */
    return before;
#else
    return 0;
#endif
}

static inline void trace_float_end(unsigned before)
{
#ifdef __SSE__
    _mm_setcsr(before);
#else
    (void)before;
#endif
}

#endif
