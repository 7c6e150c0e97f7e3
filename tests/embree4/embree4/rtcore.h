/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtcore.h -- as much of the interface of Embree 4 as the renderer uses, written down from its
 * documentation: `make check` compiles the renderer against it where only Embree 3 is installed. */
#ifndef TESTS_EMBREE4_RTCORE_H
#define TESTS_EMBREE4_RTCORE_H

#include <stddef.h>

#define RTC_INVALID_GEOMETRY_ID      ((unsigned)-1)
#define RTC_MAX_INSTANCE_LEVEL_COUNT 1

typedef struct RTCDeviceTy *RTCDevice;
typedef struct RTCSceneTy *RTCScene;
typedef struct RTCGeometryTy *RTCGeometry;

enum RTCError { RTC_ERROR_NONE = 0, RTC_ERROR_OUT_OF_MEMORY = 4 };
enum RTCSceneFlags { RTC_SCENE_FLAG_NONE = 0, RTC_SCENE_FLAG_ROBUST = 1 << 2 };
enum RTCGeometryType {
    RTC_GEOMETRY_TYPE_QUAD = 1,
    RTC_GEOMETRY_TYPE_GRID = 2,
    RTC_GEOMETRY_TYPE_ROUND_LINEAR_CURVE = 16,
    RTC_GEOMETRY_TYPE_SPHERE_POINT = 50
};
enum RTCBufferType {
    RTC_BUFFER_TYPE_INDEX = 0,
    RTC_BUFFER_TYPE_VERTEX = 1,
    RTC_BUFFER_TYPE_GRID = 8,
    RTC_BUFFER_TYPE_FLAGS = 32
};
enum RTCFormat {
    RTC_FORMAT_UCHAR = 0x1001,
    RTC_FORMAT_UINT = 0x5001,
    RTC_FORMAT_UINT4 = 0x5004,
    RTC_FORMAT_FLOAT3 = 0x9003,
    RTC_FORMAT_FLOAT4 = 0x9004,
    RTC_FORMAT_GRID = 0xA001
};
enum RTCCurveFlags { RTC_CURVE_FLAG_NEIGHBOR_LEFT = 1, RTC_CURVE_FLAG_NEIGHBOR_RIGHT = 2 };

struct RTCGrid {
    unsigned startVertexID, stride;
    unsigned short width, height;
};
struct RTCRay {
    float org_x, org_y, org_z, tnear, dir_x, dir_y, dir_z, time, tfar;
    unsigned mask, id, flags;
};
struct RTCHit {
    float Ng_x, Ng_y, Ng_z, u, v;
    unsigned primID, geomID, instID[RTC_MAX_INSTANCE_LEVEL_COUNT];
};
struct RTCRayHit {
    struct RTCRay ray;
    struct RTCHit hit;
};
struct RTCRay8 {
    float org_x[8], org_y[8], org_z[8], tnear[8], dir_x[8], dir_y[8], dir_z[8], time[8], tfar[8];
    unsigned mask[8], id[8], flags[8];
};
struct RTCHit8 {
    float Ng_x[8], Ng_y[8], Ng_z[8], u[8], v[8];
    unsigned primID[8], geomID[8], instID[RTC_MAX_INSTANCE_LEVEL_COUNT][8];
};
struct RTCRayHit8 {
    struct RTCRay8 ray;
    struct RTCHit8 hit;
};
enum RTCRayQueryFlags { RTC_RAY_QUERY_FLAG_NONE = 0, RTC_RAY_QUERY_FLAG_COHERENT = 1 << 16 };
/* Filled in by the two functions below; their other members are of no interest. */
struct RTCIntersectArguments {
    enum RTCRayQueryFlags flags;
};
struct RTCOccludedArguments {
    enum RTCRayQueryFlags flags;
};

void rtcInitIntersectArguments(struct RTCIntersectArguments *args);
void rtcInitOccludedArguments(struct RTCOccludedArguments *args);
void rtcIntersect1(RTCScene scene, struct RTCRayHit *rayhit, struct RTCIntersectArguments *args);
void rtcOccluded1(RTCScene scene, struct RTCRay *ray, struct RTCOccludedArguments *args);
void rtcIntersect8(const int *valid, RTCScene scene, struct RTCRayHit8 *rayhit,
                   struct RTCIntersectArguments *args);
void rtcOccluded8(const int *valid, RTCScene scene, struct RTCRay8 *ray,
                  struct RTCOccludedArguments *args);

RTCDevice rtcNewDevice(const char *config);
void rtcReleaseDevice(RTCDevice device);
enum RTCError rtcGetDeviceError(RTCDevice device);
RTCScene rtcNewScene(RTCDevice device);
void rtcReleaseScene(RTCScene scene);
void rtcSetSceneFlags(RTCScene scene, enum RTCSceneFlags flags);
void rtcCommitScene(RTCScene scene);
unsigned rtcAttachGeometry(RTCScene scene, RTCGeometry geometry);
void rtcAttachGeometryByID(RTCScene scene, RTCGeometry geometry, unsigned id);
RTCGeometry rtcNewGeometry(RTCDevice device, enum RTCGeometryType type);
void rtcReleaseGeometry(RTCGeometry geometry);
void rtcCommitGeometry(RTCGeometry geometry);
void *rtcSetNewGeometryBuffer(RTCGeometry geometry, enum RTCBufferType type, unsigned slot,
                              enum RTCFormat format, size_t stride, size_t count);

#endif
