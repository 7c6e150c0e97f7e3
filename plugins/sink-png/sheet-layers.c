/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet-layers.c -- surfaces on one ground; see sheet.h.
 *
 * All are seen by one camera and stand on one ground, that of the sheet.  Each is rendered on a
 * tile, which is its place and something around; together they cover the sheet.  Where tiles
 * overlap, the ground is as dark as the darker one: so shadows reach from one place into the next.
 */
#ifdef THALWEG_EMBREE
#include "render/still.h"
#include "sink-png/page.h"
#include "sink-png/sheet.h"
#include "util/deep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a place: so far its shadow is followed, to the sides and up and down. */
#define BESIDE 1.0
#define ABOVE  0.35

/* The tile of panel k: its place and something around it, up to the sheet's edge where no panel
 * follows. */
static struct box tile(const struct sheet *s, size_t k)
{
    const struct panels *p = &s->p;
    struct box b = panels_place(p, k);
    size_t row = k / p->columns, column = k % p->columns;
    double x = column ? floor(b.x - BESIDE * b.w) : 0, y = row ? floor(b.y - ABOVE * b.h) : 0;
    double right = ceil(b.x + (1 + BESIDE) * b.w), bottom = ceil(b.y + (1 + ABOVE) * b.h);

    if (column + 1 == p->columns || k + 1 == p->of->n || right > s->width)
        right = s->width;
    if (row + 1 == p->rows || bottom > s->height)
        bottom = s->height;
    return (struct box){fmax(x, 0), fmax(y, 0), right - fmax(x, 0), bottom - fmax(y, 0)};
}

/* The same view of the place, in a larger picture. */
static struct render_eye eye_of(const struct sheet *s, size_t k, struct box t)
{
    struct box b = panels_place(&s->p, k);
    double w = s->o.width, h = s->o.height, half = tan(s->eye.fov * asin(1) / 180);
    struct render_eye e = s->eye;

    b.y += s->p.head;
    e.fov = atan(half * t.h / h) * 180 / asin(1);
    e.shift_x = ((s->eye.shift_x + 1) * w + 2 * (b.x - t.x)) / t.w - 1;
    e.shift_y = 1 - ((1 - s->eye.shift_y) * h + 2 * (b.y - t.y)) / t.h;
    return e;
}

/* ---- the ground ------------------------------------------------------------------------- */

/* One tile into the sheet's. */
static void lay(uint16_t *sheet, size_t stride, const uint16_t *tile, struct box t, bool shade)
{
    size_t w = (size_t)t.w, h = (size_t)t.h, x0 = (size_t)t.x, y0 = (size_t)t.y;

    for (size_t y = 0; y < h; y++)
        for (size_t x = 0; x < w; x++) {
            const uint16_t *from = tile + 4 * (y * w + x);
            uint16_t *to = sheet + 4 * ((y0 + y) * stride + x0 + x);

            if (!shade)
                for (int k = 0; k < 4; k++)
                    to[k] = from[k] < to[k] ? from[k] : to[k];
            else if (from[3] > to[3])
                memcpy(to, from, 4 * sizeof *to);
        }
}

/* With 16 bits, or as shadows without a ground: the darker, or the shadow with more alpha. */
static int ground_deep(struct sheet *s)
{
    bool shade = s->p.of->cfg->transparent;
    size_t w = (size_t)s->width, h = (size_t)s->height;
    struct figure_image image = {.w = 0};
    uint16_t *sheet = malloc(w * h * 4 * sizeof *sheet), *one = malloc(w * h * 4 * sizeof *one);
    int rc = sheet && one && figure_image_new(&s->p.fig, &image, s->width, s->height) == 0
                 ? TW_OK
                 : TW_ENOMEM;

    if (rc == TW_OK)
        memset(sheet, shade ? 0 : 0xff, w * h * 4 * sizeof *sheet);
    for (size_t k = 0; rc == TW_OK && k < s->p.of->n; k++) {
        rc = still_layer(s->panel[k], shade ? STILL_SHADE : STILL_GROUND, one);
        if (rc == TW_OK)
            lay(sheet, w, one, tile(s, k), shade);
    }
    if (rc == TW_OK && image.deep)
        memcpy(image.deep, sheet, w * h * 4 * sizeof *sheet);
    if (rc == TW_OK && image.surface) {
        uint32_t *to = (uint32_t *)(void *)cairo_image_surface_get_data(image.surface);

        for (size_t i = 0; i < w * h; i++)
            to[i] = deep_argb32(sheet + 4 * i);
        cairo_surface_mark_dirty(image.surface);
    }
    if (rc == TW_OK)
        figure_image_paint(&s->p.fig, &image, 0, 0);
    figure_image_free(&image);
    free(one);
    free(sheet);
    return rc;
}

static int lay_image(struct sheet *s, size_t k, cairo_t *cr)
{
    struct box t = tile(s, k);
    cairo_surface_t *one = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)t.w, (int)t.h);
    int rc = cairo_surface_status(one) ? TW_ENOMEM : render_image(s->panel[k], false, one);

    if (rc == TW_OK) {
        cairo_set_source_surface(cr, one, t.x, t.y);
        cairo_paint(cr);
    }
    cairo_surface_destroy(one);
    return rc;
}

/* With 8 bits, dithered by the renderer. */
static int ground_image(struct sheet *s)
{
    cairo_surface_t *sheet = cairo_image_surface_create(CAIRO_FORMAT_RGB24, s->width, s->height);
    cairo_t *cr = cairo_create(sheet);
    int rc = cairo_status(cr) ? TW_ENOMEM : TW_OK;

    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_DARKEN);
    for (size_t k = 0; rc == TW_OK && k < s->p.of->n; k++)
        rc = lay_image(s, k, cr);
    if (rc == TW_OK) {
        cairo_set_source_surface(s->p.fig.cr, sheet, 0, 0);
        cairo_paint(s->p.fig.cr);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(sheet);
    return rc;
}

/* ---- what stands on it -------------------------------------------------------------------- */

static int paint_object(struct sheet *s, size_t k, struct box t)
{
    struct figure_image image;
    int rc = figure_image_new(&s->p.fig, &image, (int)t.w, (int)t.h) ? TW_ENOMEM : TW_OK;

    if (rc == TW_OK)
        rc = image.deep ? still_layer(s->panel[k], STILL_OBJECT, image.deep)
                        : render_image(s->panel[k], true, image.surface);
    if (rc == TW_OK)
        figure_image_paint(&s->p.fig, &image, (int)t.x, (int)t.y);
    figure_image_free(&image);
    return rc;
}

static int in_tile(struct sheet *s, size_t k, struct box t, int (*draw)(struct render *, cairo_t *))
{
    int rc;

    cairo_save(s->p.fig.cr);
    cairo_translate(s->p.fig.cr, t.x, t.y);
    rc = draw(s->panel[k], s->p.fig.cr);
    cairo_restore(s->p.fig.cr);
    return rc;
}

/* From the back to the front. */
static int draw_object(struct sheet *s, size_t k)
{
    struct box t = tile(s, k);
    int rc = in_tile(s, k, t, render_behind);

    if (rc == TW_OK)
        rc = paint_object(s, k, t);
    return rc == TW_OK ? in_tile(s, k, t, render_front) : rc;
}

/* ---- all ------------------------------------------------------------------------------------ */

static int render_panel(struct sheet *s, size_t k)
{
    const struct comparison *c = s->p.of;
    struct render_options o = s->o;
    struct box t = tile(s, k);
    struct render_eye eye = eye_of(s, k, t);
    int rc;

    o.width = (int)t.w;
    o.height = (int)t.h;
    o.sheet = (struct render_sheet){(int)t.x, (int)t.y, s->width, s->height};
    o.eye = &eye;
    o.from = 0.05 + 0.85 * (double)k / (double)c->n;
    o.to = 0.05 + 0.85 * (double)(k + 1) / (double)c->n;
    rc = render_begin(&s->panel[k], c->result[k], &o);
    if (rc < 0)
        return rc;
    for (enum tw_critical_kind kind = TW_MINIMUM; kind <= TW_DEGENERATE; kind++)
        s->pins[kind].n += render_pins(s->panel[k], kind, &s->pins[kind].colour);
    return render_layers(s->panel[k]);
}

int sheet_surfaces(struct sheet *s)
{
    size_t n = s->p.of->n;
    bool deep = s->p.fig.deep || s->p.of->cfg->transparent;
    int rc = TW_OK;

    for (size_t k = 0; rc == TW_OK && k < n; k++)
        rc = render_panel(s, k);
    if (rc == TW_OK)
        rc = deep ? ground_deep(s) : ground_image(s);
    for (size_t k = 0; rc == TW_OK && k < n; k++)
        rc = draw_object(s, k);
    for (size_t k = 0; k < n && s->panel[k]; k++)
        render_end(s->panel[k]);
    return rc;
}

#endif
