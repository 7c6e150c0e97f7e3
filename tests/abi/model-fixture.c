/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-fixture.c -- a plugin that is compiled with the header as it is and with
 * one that has grown (test-abi.sh): a parabola, 7 parameters.
 *
 * NAME is its name; TW_ABI_MINOR, as always, the minor that it cannot do without.
 */
#include <thalweg/plugin.h>

#include <stdlib.h>

struct config {
    double rate;
    int64_t count;
};

static const struct tw_param params[] = {
    TW_PARAM_REAL(struct config, rate, "0.5", 0, 1, NULL, "The first key."),
    TW_PARAM_INT(struct config, count, "3", 1, 9, NULL, "The second: found by the stride."),
    TW_PARAM_END};

static int create(const struct tw_host *host, const void *config, void **self)
{
    (void)config;
    *self = malloc(1);
    return *self ? TW_OK : host->fail(host, TW_ENOMEM, "out of memory");
}

static int bind(void *self, const struct tw_data *data)
{
    (void)self;
    (void)data;
    return TW_OK;
}

static size_t dim(const void *self)
{
    (void)self;
    return 7;
}

static int loss(void *self, const double *theta, const struct tw_rows *rows, double *loss,
                double *correct)
{
    (void)self;
    (void)rows;
    (void)correct;
    *loss = 0;
    for (int i = 0; i < 7; i++)
        *loss += theta[i] * theta[i];
    return TW_OK;
}

#if TW_ABI_MINOR_LATEST >= 1
static int curvature(void *self, const double *theta, double *c)
{
    (void)self;
    (void)theta;
    for (int i = 0; i < 7; i++)
        c[i] = 2;
    return TW_OK;
}
#endif

static const struct tw_model_ops ops = {
    .struct_size = sizeof ops,
    .bind = bind,
    .dim = dim,
    .loss = loss,
#if TW_ABI_MINOR_LATEST >= 1
    .curvature = curvature,
#endif
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_MODEL),
    .threads = TW_THREADS_INSTANCE,
    .flags = TW_NO_DATA,
    .name = NAME,
    .version = "1.0",
    .summary = "Made for the tests of the interface",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .create = create,
    .destroy = free,
    .ops.model = &ops,
#if TW_ABI_MINOR_LATEST >= 1
    .homepage = "here",
#endif
};
