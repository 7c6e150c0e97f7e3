/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host-eigen.c -- see host-eigen.h and TW_EXT_HOST_EIGEN in plugin.h. */
#include "host-eigen.h"

#include "analysis/spectrum.h"

#include <math.h>
#include <stdlib.h>

static int eigen_tick(void *ctx, double fraction)
{
    const struct tw_host *h = ctx;
    return h->tick(h, fraction, "eigenvectors");
}

/* The first of the k that has not converged. */
static int short_of(const struct tw_host *h, const struct lanczos *p,
                    const struct lanczos_result *r)
{
    size_t i = 0;
    while (i + 1 < p->k && r->residual[i] <= p->tolerance * r->norm)
        i++;
    return h->fail(h, TW_ENUMERIC,
                   "eigenvector %zu of the Hessian: |H v - lambda v| is %.2g times the largest "
                   "|eigenvalue| after %zu products with the Hessian, asked for is %g; take a "
                   "larger tolerance, or a model of higher precision",
                   i + 1, r->residual[i] / r->norm, r->products, p->tolerance);
}

static int refuse(const struct tw_host *h, const struct tw_objective *f, int which, size_t k,
                  double tolerance)
{
    if (f->struct_size < offsetof(struct tw_objective, hvp) + sizeof f->hvp || !f->hvp)
        return h->fail(h, TW_ENOTSUP, "the objective has no products with its Hessian");
    if (which < TW_EIGEN_MAGNITUDE || which > TW_EIGEN_SMALLEST)
        return h->fail(h, TW_EINVAL, "eigenpairs: there is no order %d", which);
    if (k < 1 || k > f->dim)
        return h->fail(h, TW_EINVAL, "%zu eigenvectors of a Hessian of order %zu are asked for", k,
                       f->dim);
    if (!(tolerance > 0 && tolerance < 1))
        return h->fail(h, TW_EINVAL, "eigenpairs: the tolerance %g is not between 0 and 1",
                       tolerance);
    return TW_OK;
}

static int eigen_hessian(const struct tw_host *h, const struct tw_objective *f, const double *theta,
                         int which, size_t k, double tolerance, uint64_t seed, double *value,
                         double *vector)
{
    int rc = refuse(h, f, which, k, tolerance);
    if (rc < 0)
        return rc;
    struct hessian_at hessian = {.f = f, .theta = theta};
    struct lanczos p = {
        .op = hessian_operator(&hessian),
        .which = (enum lanczos_which)which,
        .k = k,
        .tolerance = tolerance,
        .seed = seed,
        .tick = eigen_tick,
        .tick_ctx = (void *)(uintptr_t)h,
    };
    struct lanczos_result r = {.value = value, .vector = vector};
    r.residual = calloc(k, sizeof *r.residual);
    rc = r.residual ? lanczos_pairs(&p, &r) : TW_ENOMEM;
    if (rc == TW_DONE)
        rc = short_of(h, &p, &r);
    else if (rc == TW_ENOMEM)
        h->fail(h, rc, "out of memory: eigenvectors of a Hessian of order %zu", f->dim);
    else if (rc == TW_ENUMERIC && hessian.failure == 0)
        h->fail(h, rc, "the Hessian has no eigenvectors here: a product with it is not finite");
    free(r.residual);
    return rc;
}

const struct tw_host_eigen host_eigen = {sizeof host_eigen, eigen_hessian};
