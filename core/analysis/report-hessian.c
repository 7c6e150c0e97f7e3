/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report-hessian.c -- the members of report.json that come from the whole Hessian: see
 * report-private.h.
 */
#include "report-private.h"

#include <math.h>

static void write_numbers(struct json *j, const char *name, const double *v, size_t n)
{
    json_array(j, name);
    for (size_t i = 0; i < n; i++)
        json_number(j, NULL, v[i]);
    json_end(j);
}

double report_negative_share(const struct convexity *c)
{
    size_t known = 0, negative = 0;
    if (!c)
        return NAN;
    for (size_t k = 0; k < c->nx * c->ny; k++) {
        if (isnan(c->ratio[k]))
            continue;
        known++;
        negative += c->ratio[k] < 0;
    }
    return known ? (double)negative / (double)known : NAN;
}

void report_full_convexity(struct json *j, const struct convexity *c)
{
    size_t known = 0, negative = 0, worst = SIZE_MAX;
    if (!c) {
        json_text(j, "full_convexity", NULL);
        return;
    }
    for (size_t k = 0; k < c->nx * c->ny; k++) {
        if (isnan(c->ratio[k]))
            continue;
        known++;
        negative += c->ratio[k] < 0;
        if (worst == SIZE_MAX || c->ratio[k] < c->ratio[worst])
            worst = k;
    }
    bool some = worst != SIZE_MAX;
    json_object(j, "full_convexity");
    json_count(j, "cells", known);
    json_count(j, "negative_cells", negative);
    json_number(j, "negative_share", report_negative_share(c));
    json_number(j, "worst_ratio", some ? c->ratio[worst] : NAN);
    json_number(j, "worst_x", some ? c->x[worst % c->nx] : NAN);
    json_number(j, "worst_y", some ? c->y[worst / c->nx] : NAN);
    json_number(j, "worst_smallest_eigenvalue", some ? c->lowest[worst] : NAN);
    json_number(j, "worst_largest_eigenvalue", some ? c->highest[worst] : NAN);
    json_count(j, "hessian_products", c->products);
    json_end(j);
}

void report_spectrum(struct json *j, const struct spectrum *s)
{
    if (!s) {
        json_text(j, "spectrum", NULL);
        return;
    }
    json_object(j, "spectrum");
    json_bool(j, "exact", s->exact);
    if (s->n_top) {
        write_numbers(j, "eigenvalues", s->value, s->n_top);
        write_numbers(j, "eigenvalue_errors", s->residual, s->n_top);
        json_bool(j, "converged", s->converged);
    }
    if (s->n_probes) {
        json_number(j, "trace", s->trace);
        json_number(j, "trace_error", s->trace_error);
        json_count(j, "trace_probes", s->n_probes);
    }
    if (s->n_points) {
        json_object(j, "density");
        json_count(j, "probes", s->n_density_probes);
        json_number(j, "sigma", s->sigma);
        write_numbers(j, "lambda", s->lambda, s->n_points);
        write_numbers(j, "density", s->density, s->n_points);
        write_numbers(j, "error", s->density_error, s->n_points);
        json_end(j);
    }
    json_count(j, "hessian_products", s->products);
    json_end(j);
}
