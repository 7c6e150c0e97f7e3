/* SPDX-License-Identifier: GPL-3.0-or-later */
/* texture.c -- colours and iso-lines of the loss over the whole grid. */
#include "terrain.h"

#include "util/resample.h"
#include "util/ticks.h"

#include <math.h>
#include <stdlib.h>

#define LEVELS_WANTED 18
#define CROWDED       2.5 /* pixels between lines: gone below this ... */
#define CLEAR         7.0 /* ... and full above this */

struct texture {
    const struct terrain *s;
    const struct tw_host *host;
    struct levels levels;
    double at[LEVELS_MAX]; /* of the levels, on the scale */
    struct rgb ink[LEVELS_MAX];
    double from, to; /* progress */
    size_t w, h;
};

/* How much of the nearest line covers a pixel where t changes by `step` a pixel; *level
 * is that line. */
static double line_cover(const struct texture *x, double t, double step, size_t *level)
{
    size_t n = x->levels.n, i = 0;
    double near, gap, cover, fade;

    while (i < n && x->at[i] <= t)
        i++;
    if (n == 0 || !(step > 0))
        return 0;
    gap = i > 0 && i < n ? x->at[i] - x->at[i - 1] : INFINITY;
    if (i == n || (i > 0 && t - x->at[i - 1] < x->at[i] - t))
        i--;
    *level = i;
    near = fabs(t - x->at[i]) / step;
    cover = (x->levels.major[i] ? 1.15 : 0.65) + 0.5 - near;
    fade = (gap / step - CROWDED) / (CLEAR - CROWDED);
    fade = x->levels.major[i] ? fade + 1 : fade;
    return fmax(0, fmin(cover, 1)) * fmax(0, fmin(fade, 1));
}

static uint32_t pixel(const struct texture *x, double t, double step)
{
    size_t level = 0;
    double cover;

    if (!isfinite(t))
        return 0xd8dade;
    cover = line_cover(x, t, step, &level) * (x->levels.major[level] ? 0.7 : 0.4);
    return rgb_pack(rgb_mix(palette_at((enum palette)x->s->cfg->palette, t), x->ink[level], cover));
}

static void paint_row(const struct texture *x, const double *row, const double *next, uint32_t *to)
{
    for (size_t i = 0; i < x->w; i++) {
        double dx = i + 1 < x->w ? row[i + 1] - row[i] : i ? row[i] - row[i - 1] : 0;
        double dy = next[i] - row[i];

        to[i] = pixel(x, row[i], hypot(isfinite(dx) ? dx : 0, isfinite(dy) ? dy : 0));
    }
}

/* All rows, from the bottom of the picture up: v = 0 is the smallest y.  A row is painted
 * once the one above it is known.  `row` has room for two. */
static int paint_rows(const struct texture *x, const struct resample *r, double *row,
                      uint32_t *pixels)
{
    const struct tw_grid *g = x->s->grid;
    double *now = row, *last = row + x->w, *swap;

    for (size_t j = 0; j < x->h; j++) {
        swap = last, last = now, now = swap;
        resample_row(r, lerp(g->y[0], g->y[g->ny - 1], ((double)j + 0.5) / (double)x->h), now);
        if (j > 0)
            paint_row(x, last, now, pixels + (x->h - j) * x->w);
        if (x->host->tick(x->host, lerp(x->from, x->to, (double)(j + 1) / (double)x->h), "texture"))
            return TW_ECANCELLED;
    }
    paint_row(x, now, x->h > 1 ? last : now, pixels);
    return TW_OK;
}

static int paint(const struct texture *x, uint32_t *pixels)
{
    const struct tw_grid *g = x->s->grid;
    double *columns = malloc(3 * x->w * sizeof *columns);
    struct resample r = {.columns = NULL};
    int rc = TW_ENOMEM;

    for (size_t i = 0; columns && i < x->w; i++)
        columns[i] = lerp(g->x[0], g->x[g->nx - 1], ((double)i + 0.5) / (double)x->w);
    if (columns && !resample_begin(&r, g->x, g->nx, g->y, g->ny, x->s->t, columns, x->w))
        rc = paint_rows(x, &r, columns + x->w, pixels);
    resample_end(&r);
    free(columns);
    return rc;
}

static void choose_lines(struct texture *x)
{
    static const struct rgb light = {1, 1, 1}, dark = {0.04, 0.05, 0.08};
    const struct terrain *s = x->s;

    if (s->cfg->lines && s->scale.max > s->scale.min)
        levels_pick(&x->levels, s->scale.log, s->scale.lo, s->scale.hi, LEVELS_WANTED);
    for (size_t i = 0; i < x->levels.n; i++) {
        x->at[i] = scale_t(&s->scale, x->levels.at[i]);
        x->ink[i] =
            rgb_lightness(palette_at((enum palette)s->cfg->palette, x->at[i])) < 55 ? light : dark;
    }
}

int terrain_texture(const struct terrain *s, const struct tw_host *host, double from, double to,
                    uint32_t **pixels, size_t *width, size_t *height)
{
    struct texture x = {.s = s, .host = host, .from = from, .to = to};
    double size = (double)s->cfg->texture;
    int rc = TW_ENOMEM;

    x.w = (size_t)lround(size * (double)s->field.half_x);
    x.h = (size_t)lround(size * (double)s->field.half_y);
    choose_lines(&x);
    *width = x.w;
    *height = x.h;
    *pixels = malloc(x.w * x.h * sizeof **pixels);
    if (*pixels)
        rc = paint(&x, *pixels);
    return rc == TW_ENOMEM ? host->fail(host, rc, "out of memory") : rc;
}
