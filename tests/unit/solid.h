/* SPDX-License-Identifier: GPL-3.0-or-later */
/* solid.h -- read a triangle mesh back from a file, and see whether it is a body.
 *
 *     struct solid *s = solid_stl(text, size);    corners are welded where they are the same
 *     s = solid_ply(text, size);
 *     s = solid_obj(text);                        faces of any size
 *     struct body b = solid_body(s);
 *     solid_free(s);
 *
 * Nothing here is shared with the program.
 */
#ifndef TESTS_SOLID_H
#define TESTS_SOLID_H

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct solid {
    float (*v)[3];
    uint32_t (*f)[3];
    size_t n_v, n_f;
};

struct body {
    bool closed;   /* each edge twice, in opposite directions */
    bool manifold; /* and one fan of triangles around each vertex */
    size_t parts;
    long euler; /* vertices - edges + faces */
    double volume, lo[3], hi[3];
};

static inline struct solid *solid_new(size_t n_v, size_t n_f)
{
    struct solid *s = calloc(1, sizeof *s);

    ck_assert_ptr_nonnull(s);
    s->v = calloc(n_v + 1, sizeof *s->v);
    s->f = calloc(n_f + 1, sizeof *s->f);
    ck_assert(s->v && s->f);
    return s;
}

static inline void solid_free(struct solid *s)
{
    free(s->v);
    free(s->f);
    free(s);
}

/* ---- reading ------------------------------------------------------------------------------ */

static inline uint32_t solid_u32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;

    return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static inline float solid_f32(const char *p)
{
    uint32_t u = solid_u32(p);
    float f;

    memcpy(&f, &u, 4);
    return f;
}

struct solid_corner {
    float at[3];
    size_t k;
};

static inline int solid_by_place(const void *a, const void *b)
{
    return memcmp(a, b, 3 * sizeof(float));
}

static inline struct solid *solid_stl(const char *text, size_t size)
{
    size_t n = solid_u32(text + 80);
    struct solid *s = solid_new(3 * n, n);
    struct solid_corner *c = calloc(3 * n + 1, sizeof *c);

    ck_assert_ptr_nonnull(c);
    ck_assert_uint_eq(size, 84 + 50 * n);
    ck_assert_int_ne(memcmp(text, "solid", 5), 0);
    for (size_t k = 0; k < 3 * n; k++) {
        c[k].k = k;
        for (size_t d = 0; d < 3; d++) {
            c[k].at[d] = solid_f32(text + 84 + 50 * (k / 3) + 12 + 12 * (k % 3) + 4 * d);
            ck_assert(isfinite(c[k].at[d]));
        }
    }
    qsort(c, 3 * n, sizeof *c, solid_by_place);
    for (size_t k = 0; k < 3 * n; k++) {
        if (k == 0 || solid_by_place(c + k - 1, c + k) != 0)
            memcpy(s->v[s->n_v++], c[k].at, sizeof c[k].at);
        s->f[c[k].k / 3][c[k].k % 3] = (uint32_t)s->n_v - 1;
    }
    s->n_f = n;
    free(c);
    return s;
}

static inline struct solid *solid_ply(const char *text, size_t size)
{
    const char *end = strstr(text, "\nend_header\n"), *v = strstr(text, "\nelement vertex "),
               *f = strstr(text, "\nelement face ");
    size_t n_v, n_f, row;
    struct solid *s;

    ck_assert_int_eq(strncmp(text, "ply\nformat binary_little_endian 1.0\n", 36), 0);
    ck_assert(end && v && f);
    n_v = strtoul(v + 16, NULL, 10);
    n_f = strtoul(f + 14, NULL, 10);
    row = strstr(text, "property float nx") ? 27 : 15;
    end += 12;
    ck_assert_uint_eq(size, (size_t)(end - text) + row * n_v + 13 * n_f);
    s = solid_new(n_v, n_f);
    s->n_v = n_v;
    s->n_f = n_f;
    for (size_t k = 0; k < n_v; k++)
        for (size_t d = 0; d < 3; d++)
            s->v[k][d] = solid_f32(end + row * k + 4 * d);
    end += row * n_v;
    for (size_t k = 0; k < n_f; k++) {
        ck_assert_int_eq(end[13 * k], 3);
        for (size_t d = 0; d < 3; d++) {
            s->f[k][d] = solid_u32(end + 13 * k + 1 + 4 * d);
            ck_assert_uint_lt(s->f[k][d], n_v);
        }
    }
    return s;
}

static inline struct solid *solid_obj(const char *text)
{
    struct solid *s = solid_new(strlen(text) / 6, strlen(text) / 3);

    for (const char *l = text; l; l = strchr(l, '\n')) {
        l += *l == '\n';
        if (strncmp(l, "v ", 2) == 0) {
            float *v = s->v[s->n_v++];

            ck_assert_int_eq(sscanf(l, "v %f %f %f", v, v + 1, v + 2), 3);
        } else if (strncmp(l, "f ", 2) == 0) {
            uint32_t corner[8];
            size_t n = 0;

            for (const char *c = l + 1; *c == ' ' && n < 8; c += 1 + strcspn(c + 1, " \n"))
                corner[n++] = (uint32_t)strtoul(c + 1, NULL, 10) - 1;
            for (size_t k = 2; k < n; k++, s->n_f++) {
                s->f[s->n_f][0] = corner[0];
                s->f[s->n_f][1] = corner[k - 1];
                s->f[s->n_f][2] = corner[k];
            }
        }
    }
    return s;
}

/* ---- what it is ------------------------------------------------------------------------------ */

struct solid_edge {
    uint32_t from, to, next; /* and the third corner */
};

static inline int solid_by_edge(const void *a, const void *b)
{
    const struct solid_edge *p = a, *q = b;

    return p->from != q->from ? (p->from < q->from ? -1 : 1)
           : p->to != q->to   ? (p->to < q->to ? -1 : 1)
                              : 0;
}

static inline const struct solid_edge *solid_find(const struct solid_edge *e, size_t n,
                                                  uint32_t from, uint32_t to)
{
    struct solid_edge key = {from, to, 0};

    return bsearch(&key, e, n, sizeof *e, solid_by_edge);
}

/* Turn around each vertex from triangle to triangle: that must meet all of them. */
static inline bool solid_fans(const struct solid_edge *e, size_t n)
{
    for (size_t first = 0; first < n;) {
        size_t all = first, met = 0;
        uint32_t at = e[first].to;

        while (all < n && e[all].from == e[first].from)
            all++;
        do {
            const struct solid_edge *x = solid_find(e, n, e[first].from, at);

            if (!x || met++ > all - first)
                return false;
            at = x->next;
        } while (at != e[first].to);
        if (met != all - first)
            return false;
        first = all;
    }
    return true;
}

static inline size_t solid_parts(const struct solid *s)
{
    uint32_t *up = calloc(s->n_v + 1, sizeof *up);
    size_t parts = 0;
    bool again = true;

    ck_assert_ptr_nonnull(up);
    for (size_t k = 0; k < s->n_v; k++)
        up[k] = (uint32_t)k;
    while (again) { /* labels flow to the smallest */
        again = false;
        for (size_t k = 0; k < s->n_f; k++)
            for (size_t d = 0; d < 3; d++) {
                uint32_t a = s->f[k][d], b = s->f[k][(d + 1) % 3];

                while (up[a] != a)
                    a = up[a] = up[up[a]];
                while (up[b] != b)
                    b = up[b] = up[up[b]];
                again |= a != b;
                up[a > b ? a : b] = a > b ? b : a;
            }
    }
    for (size_t k = 0; k < s->n_v; k++)
        parts += up[k] == k;
    free(up);
    return parts;
}

static inline double solid_volume(const struct solid *s)
{
    double sum = 0;

    for (size_t k = 0; k < s->n_f; k++) {
        const float *a = s->v[s->f[k][0]], *b = s->v[s->f[k][1]], *c = s->v[s->f[k][2]];

        sum += (double)a[0] * ((double)b[1] * c[2] - (double)b[2] * c[1]) +
               (double)a[1] * ((double)b[2] * c[0] - (double)b[0] * c[2]) +
               (double)a[2] * ((double)b[0] * c[1] - (double)b[1] * c[0]);
    }
    return sum / 6;
}

static inline struct body solid_body(const struct solid *s)
{
    size_t n = 3 * s->n_f, alone = 0;
    struct solid_edge *e = calloc(n + 1, sizeof *e);
    struct body b = {.closed = true, .parts = solid_parts(s), .volume = solid_volume(s)};

    ck_assert_ptr_nonnull(e);
    for (size_t k = 0; k < n; k++)
        e[k] = (struct solid_edge){s->f[k / 3][k % 3], s->f[k / 3][(k + 1) % 3],
                                   s->f[k / 3][(k + 2) % 3]};
    qsort(e, n, sizeof *e, solid_by_edge);
    for (size_t k = 0; k < n; k++) {
        b.closed &= e[k].from != e[k].to && (k == 0 || solid_by_edge(e + k - 1, e + k) != 0);
        alone += solid_find(e, n, e[k].to, e[k].from) == NULL;
    }
    b.closed &= alone == 0;
    b.manifold = b.closed && solid_fans(e, n);
    b.euler = (long)s->n_v - (long)((n + alone) / 2) + (long)s->n_f;
    for (int d = 0; d < 3; d++) {
        b.lo[d] = INFINITY, b.hi[d] = -INFINITY;
        for (size_t k = 0; k < s->n_v; k++) {
            b.lo[d] = fmin(b.lo[d], (double)s->v[k][d]);
            b.hi[d] = fmax(b.hi[d], (double)s->v[k][d]);
        }
    }
    free(e);
    return b;
}

#endif
