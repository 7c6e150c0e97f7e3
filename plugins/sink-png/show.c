/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c -- which of the result's surfaces is drawn, what it is called, and its scale. */
#include "sink-png/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const show_names[] = {
    "loss", "accuracy", "test_loss", "test_accuracy", "plane_convexity", "full_convexity",
    "mean", "std",      "min",       "q25",           "median",          "q75",
    "max",  NULL};

static const char *const quantities[] = {"loss",          "accuracy",
                                         "test loss",     "test accuracy",
                                         "convexity",     "convexity",
                                         "mean loss",     "std of the loss",
                                         "smallest loss", "25\xe2\x80\x89% quantile",
                                         "median loss",   "75\xe2\x80\x89% quantile",
                                         "largest loss"};

bool show_is_convexity(const struct chart *c)
{
    return c->cfg->show == SHOW_PLANE_CONVEXITY || c->cfg->show == SHOW_FULL_CONVEXITY;
}

bool show_is_loss(const struct chart *c)
{
    return !show_is_convexity(c) && c->cfg->show != SHOW_ACCURACY &&
           c->cfg->show != SHOW_TEST_ACCURACY && c->cfg->show != SHOW_STD;
}

/* What is to be shown; NULL if the result has no such thing. */
static const double *surface(const struct chart *c)
{
    const struct tw_grid *g = c->grid;
    const struct tw_spread *s = c->result->spread;
    const double *const of_grid[] = {g->loss,          g->accuracy,        g->test_loss,
                                     g->test_accuracy, g->plane_convexity, g->full_convexity};

    if (c->cfg->show < SHOW_MEAN)
        return of_grid[c->cfg->show];
    if (!s)
        return NULL;

    const double *const of_spread[] = {s->mean, s->std, s->min, s->q25, s->median, s->q75, s->max};

    return of_spread[c->cfg->show - SHOW_MEAN];
}

static const char *missing(const struct chart *c)
{
    switch (c->cfg->show) {
    case SHOW_ACCURACY:
        return "this model has no accuracy";
    case SHOW_TEST_LOSS:
        return "the loss of the test set is not known; ask for it with grid.splits: [train, test]";
    case SHOW_TEST_ACCURACY:
        return "the accuracy on the test set is not known; a classifier has one with "
               "grid.splits: [train, test]";
    case SHOW_PLANE_CONVEXITY:
        return "there is no such map; ask for it with analysis.convexity: plane";
    case SHOW_FULL_CONVEXITY:
        return "there is no such map; ask for it with analysis.convexity: full";
    default:
        return "there is a single plane; ask for several with grid.planes";
    }
}

/* Of the numbers as they are drawn: only a loss is worth a logarithm by itself. */
static int fit_scale(struct chart *c)
{
    enum scale_log log = (enum scale_log)c->cfg->log;

    if (log == SCALE_AUTO && !show_is_loss(c) && c->cfg->show != SHOW_STD)
        log = SCALE_LINEAR;
    return scale_fit(&c->scale, c->shown, c->grid->nx * c->grid->ny, log, c->cfg->vmin,
                     c->cfg->vmax)
               ? TW_ENOMEM
               : TW_OK;
}

/* ---- a line ----------------------------------------------------------------------------- */

/* All losses of the picture in one array; to be freed. */
static double *all_losses(const struct chart *c, size_t *n)
{
    const struct tw_spread *s = c->result->spread;
    const double *const part[] = {c->grid->loss, c->grid->test_loss, s ? s->min : NULL,
                                  s ? s->max : NULL};
    size_t nx = c->grid->nx, parts = sizeof part / sizeof *part;
    double *all = nx <= SIZE_MAX / sizeof *all / parts ? malloc(parts * nx * sizeof *all) : NULL;

    *n = 0;
    for (size_t k = 0; all && k < parts; k++)
        if (part[k]) {
            memcpy(all + *n, part[k], nx * sizeof *all);
            *n += nx;
        }
    return all;
}

static void accuracy_ends(struct chart *c)
{
    const double *const part[] = {c->grid->accuracy, c->grid->test_accuracy};
    double lo = INFINITY, hi = -INFINITY, room;

    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; part[k] && i < c->grid->nx; i++)
            if (isfinite(part[k][i])) {
                lo = fmin(lo, part[k][i]);
                hi = fmax(hi, part[k][i]);
            }
    if (!(lo <= hi))
        return;
    if (hi - lo > 0.3) {
        c->acc_lo = fmin(lo, 0);
        c->acc_hi = fmax(hi, 1);
    } else {
        room = fmax(hi - lo, 0.005) * 0.5;
        c->acc_lo = fmax(lo - room, fmin(lo, 0));
        c->acc_hi = fmin(hi + room, fmax(hi, 1));
    }
    room = CHART_PAD / (1 - 2 * CHART_PAD) * (c->acc_hi - c->acc_lo); /* as the losses have it */
    c->acc_lo -= room;
    c->acc_hi += room;
}

static int curve_scale(struct chart *c)
{
    struct scale whole;
    size_t n;
    double *all = all_losses(c, &n);
    int rc;

    if (!all)
        return TW_ENOMEM;
    rc = scale_fit(&whole, all, n, (enum scale_log)c->cfg->log, c->cfg->vmin, c->cfg->vmax);
    free(all);
    /* The same ends, and what the training loss has beyond them. */
    if (!rc)
        rc = scale_fit(&c->scale, c->grid->loss, c->grid->nx, whole.log ? SCALE_LOG : SCALE_LINEAR,
                       whole.lo, whole.hi);
    if (!rc) { /* also where the training loss itself suits no logarithm */
        c->scale.log = whole.log;
        c->scale.lo = whole.lo;
        c->scale.hi = whole.hi;
    }
    accuracy_ends(c);
    return rc ? TW_ENOMEM : TW_OK;
}

static void curve_colours(struct chart *c)
{
    enum palette p = c->palette;

    c->curve = palette_at(p, 0.22);
    c->acc_curve = palette_at(p, 0.68);
    while (rgb_lightness(c->curve) > 40)
        c->curve = rgb_mix(c->curve, ink, 0.1);
    while (rgb_lightness(c->acc_curve) > 60) /* it must stand out from white paper */
        c->acc_curve = rgb_mix(c->acc_curve, ink, 0.1);
}

/* ---- both ------------------------------------------------------------------------------- */

int chart_show(struct chart *c)
{
    const struct tw_host *h = c->host;

    c->quantity = quantities[c->cfg->show];
    c->shown = surface(c);
    if (!c->shown)
        return h->fail(h, TW_EINVAL, "show: %s: %s", show_names[c->cfg->show], missing(c));
    if (c->line && c->cfg->show != SHOW_LOSS)
        return h->fail(h, TW_EINVAL,
                       "show: %s: a line shows losses and accuracies together; leave show out",
                       show_names[c->cfg->show]);
    if (c->cfg->test_contours && !c->line && !c->grid->test_loss)
        return h->fail(h, TW_EINVAL,
                       "test_contours: the loss of the test set is not known; ask for it with "
                       "grid.splits: [train, test]");
    if (c->line) {
        curve_colours(c);
        return curve_scale(c);
    }
    return fit_scale(c);
}
