/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.h -- rays through Embree, 3 or 4.
 *
 *     trace_device        a device without threads of its own
 *     trace_commit        a scene is complete
 *     trace_closest       what a ray meets first
 *     trace_blocked       whether it meets anything
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

#include <stdbool.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

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
