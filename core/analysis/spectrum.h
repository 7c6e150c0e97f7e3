/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.h -- what the Hessian of a loss is like at one point: its first eigenvalues,
 * its trace, and how its eigenvalues are spread, each with an error bar.
 *
 *     struct spectrum s;
 *     struct spectrum_options o = spectrum_defaults(seed);
 *     progress_begin(progress, "spectrum");
 *     if (spectrum_find(&s, model, theta, &o, env, err) == 0) ... s.value[0] ... s.trace ...
 *     spectrum_free(&s);
 *
 * The Hessian is that of the mean loss over all rows, penalty included.  It is only
 * multiplied with vectors, never written down.
 *
 *     values    Lanczos (lanczos.h); an eigenvalue lies within `residual` of each
 *     trace     mean of z' H z over Rademacher vectors z (Hutchinson 1989) and its standard error
 *     density   stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017; Ghorbani et al. 2019):
 *               the mean over some z of sum w_i N(lambda; node_i, sigma), and its standard error,
 *               at least that of Gaussian vectors
 *
 * Where there are no more parameters than `exact_below`, all eigenvalues are computed, and trace
 * and density follow from them: `exact` is set, the errors are 0.
 */
#ifndef CORE_SPECTRUM_H
#define CORE_SPECTRUM_H

#include "lanczos.h"
#include "../model.h"

/* The Hessian of an objective as an operator; it must stay where it is. */
struct hessian_at {
    const struct tw_objective *f;
    const double *theta;
    int failure; /* of f->hvp, once there was one */
};
struct symop hessian_operator(struct hessian_at *h);

struct spectrum_options {
    size_t top; /* eigenvalues; fewer where there are fewer */
    enum lanczos_which which;
    double tolerance;      /* of their residuals, relative to the largest */
    size_t trace_probes;   /* vectors z for the trace, at least 2; 0: no trace */
    size_t density_probes; /* the first of these are used for the density; 0: no density */
    size_t steps;          /* products with the Hessian for each of them */
    size_t points;         /* of the density */
    double sigma;          /* of the Gaussians; 0: the range of eigenvalues / steps */
    size_t exact_below;
    uint64_t seed;
};
struct spectrum_options spectrum_defaults(uint64_t seed);

struct spectrum {
    size_t dim;
    size_t n_top;
    double *value, *residual; /* n_top, in the order of `which` */
    bool converged;           /* all residuals are within the tolerance */
    bool exact;
    size_t n_probes; /* of the trace; 0: none was asked for */
    double trace, trace_error;
    size_t n_points, n_density_probes; /* of the density; 0: none */
    double sigma;
    double *lambda, *density, *density_error; /* n_points each; the integral is 1 */
    size_t products;                          /* with the Hessian, altogether */
};

/* Updates the present stage of env->progress; stops when env->stop says so.  After a failure
 * there is nothing to free. */
int spectrum_find(struct spectrum *s, struct model *model, const double *theta,
                  const struct spectrum_options *o, const struct environment *env,
                  struct error *err);
void spectrum_free(struct spectrum *s);

#endif
