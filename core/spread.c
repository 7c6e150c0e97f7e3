/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spread.c -- see spread.h. */
#include "spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEAN, STD, MIN, Q25, MEDIAN, Q75, MAX, N_STATS };

int spread_new(struct spread *s, size_t n_planes, size_t n, struct error *err)
{
    *s = (struct spread){.n = n};
    if (n <= SIZE_MAX / sizeof(double) / (n_planes + N_STATS)) {
        s->loss = calloc(n_planes * n, sizeof *s->loss);
        s->stats = calloc(N_STATS * n, sizeof *s->stats);
    }
    if (!s->loss || !s->stats) {
        spread_free(s);
        return error_nomem(err);
    }
    const double *at = s->stats;
    s->view = (struct tw_spread){
        .struct_size = sizeof s->view,
        .n_planes = n_planes,
        .mean = at + MEAN * n,
        .std = at + STD * n,
        .min = at + MIN * n,
        .q25 = at + Q25 * n,
        .median = at + MEDIAN * n,
        .q75 = at + Q75 * n,
        .max = at + MAX * n,
    };
    return 0;
}

double *spread_plane(struct spread *s, size_t plane)
{
    return s->loss + plane * s->n;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Between the order statistics around p (n - 1), by straight line (Hyndman and Fan 1996,
 * definition 7). */
static double quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t k = (size_t)at;
    double part = at - (double)k;
    if (part == 0 || k + 1 >= n || sorted[k] == sorted[k + 1])
        return sorted[k];
    return sorted[k] + part * (sorted[k + 1] - sorted[k]);
}

/* Of the n values, which end up in order. */
static void describe(double *v, size_t n, double out[N_STATS])
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (v[i] - mean) * (v[i] - mean);
    out[MEAN] = mean;
    out[STD] = sqrt(squares / (double)(n - 1));
    if (isnan(sum))
        for (size_t i = 0; i < n; i++)
            if (isnan(v[i])) {
                for (int k = 0; k < N_STATS; k++)
                    out[k] = NAN;
                return;
            }
    qsort(v, n, sizeof *v, ascending);
    out[MIN] = v[0];
    out[Q25] = quantile(v, n, 0.25);
    out[MEDIAN] = quantile(v, n, 0.5);
    out[Q75] = quantile(v, n, 0.75);
    out[MAX] = v[n - 1];
}

int spread_fill(struct spread *s, struct error *err)
{
    size_t planes = s->view.n_planes;
    double *v = malloc(planes * sizeof *v), out[N_STATS];
    if (!v)
        return error_nomem(err);
    for (size_t k = 0; k < s->n; k++) {
        for (size_t i = 0; i < planes; i++)
            v[i] = s->loss[i * s->n + k];
        describe(v, planes, out);
        for (size_t i = 0; i < N_STATS; i++)
            s->stats[i * s->n + k] = out[i];
    }
    free(v);
    return 0;
}

void spread_free(struct spread *s)
{
    free(s->loss);
    free(s->stats);
    *s = (struct spread){0};
}
