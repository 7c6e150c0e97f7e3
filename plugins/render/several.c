/* SPDX-License-Identifier: GPL-3.0-or-later */
/* several.c -- one scale and one camera for pictures that are to be compared; see render.h. */
#include "render/picture.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SPIKE 0.12

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Heights are more easily eaten by a spike than colours: if the highest 0.5 % of the values take
 * more than SPIKE of the scale, it ends there. */
static int blunt(struct scale *s, const double *values, double vmin)
{
    size_t n = 0, all = s->n;
    double *sorted = malloc((all + !all) * sizeof *sorted), top;
    int rc = 0;

    if (!sorted)
        return -1;
    for (size_t i = 0; i < all; i++)
        if (isfinite(values[i]))
            sorted[n++] = values[i];
    if (n > 1) {
        qsort(sorted, n, sizeof *sorted, ascending);
        top = sorted[n - 1 - (n - 1) / 200];
        if (scale_t(s, top) < 1 - SPIKE && top > sorted[0])
            rc = scale_fit(s, values, all, s->log ? SCALE_LOG : SCALE_LINEAR, vmin, top);
    }
    free(sorted);
    return rc;
}

int render_scale(struct scale *s, const double *values, size_t n, bool log,
                 const struct render_options *o)
{
    if (scale_fit(s, values, n, o->log, o->vmin, o->vmax) ||
        (log && o->log == SCALE_AUTO && !s->log && s->min > 0 &&
         scale_fit(s, values, n, SCALE_LOG, o->vmin, o->vmax)))
        return -1;
    return isnan(o->vmax) ? blunt(s, values, o->vmin) : 0;
}

/* Of the losses of all. */
static int one_scale(const struct tw_result *const *r, size_t n, struct render_options *o,
                     struct scale *s)
{
    size_t total = 0, at = 0;
    double *all;
    int rc;

    for (size_t k = 0; k < n; k++)
        total += r[k]->grid->nx * r[k]->grid->ny;
    all = total < SIZE_MAX / sizeof *all ? malloc(total * sizeof *all) : NULL;
    if (!all)
        return TW_ENOMEM;
    for (size_t k = 0; k < n; k++) {
        size_t cells = r[k]->grid->nx * r[k]->grid->ny;

        memcpy(all + at, r[k]->grid->loss, cells * sizeof *all);
        at += cells;
    }
    rc = render_scale(s, all, total, styles[o->style].log, o);
    free(all);
    if (rc < 0)
        return TW_ENOMEM;
    o->log = s->log ? SCALE_LOG : SCALE_LINEAR;
    o->vmin = s->lo;
    o->vmax = s->hi;
    return s->n_finite ? TW_OK : TW_EINVAL;
}

/* So that all that any of them has to show is in the picture. */
static int one_camera(struct render *const *p, size_t n, struct render_eye *eye)
{
    struct vec *points = malloc(n * AIM_POINTS * sizeof *points);
    const struct scene **scene = malloc(n * sizeof *scene);
    struct frame part = words_room(p[0]);
    const struct render_options *o = &p[0]->o;
    struct camera c;
    float rise, fov, zoom, turn;
    size_t n_points = 0;
    int rc = TW_ENOMEM;

    if (!points || !scene)
        goto out;
    for (size_t k = 0; k < n; k++) {
        n_points += aim_points(p[k], points + n_points);
        scene[k] = &p[k]->s;
    }
    aim_angles(p[0], &rise, &fov, &zoom);
    turn = (float)(o->turn * 0.017453292519943295);
    if (!isfinite(o->turn)) {
        camera_fit(&c, o->width, o->height, 0, rise, fov, points, n_points, part, 1);
        turn = camera_choose(scene, n, c, points, n_points, part);
    }
    camera_fit(&c, o->width, o->height, turn, rise, fov, points, n_points, part, zoom);
    p[0]->c = c;
    render_eye(p[0], eye);
    rc = TW_OK;
out:
    free(scene);
    free(points);
    return rc;
}

int render_several(const struct tw_result *const *r, size_t n, struct render_options *o,
                   struct render_eye *eye, struct scale *scale)
{
    struct render **p = calloc(n + 1, sizeof *p);
    struct render_options draft;
    int rc = p ? one_scale(r, n, o, scale) : TW_ENOMEM;

    draft = *o;
    draft.quality = QUALITY_PREVIEW;
    for (size_t k = 0; rc >= 0 && k < n; k++)
        rc = render_draft(&p[k], r[k], &draft);
    if (rc >= 0)
        rc = one_camera(p, n, eye);
    if (rc >= 0)
        o->eye = eye;
    for (size_t k = 0; p && k < n && p[k]; k++)
        render_end(p[k]);
    free(p);
    return rc;
}
