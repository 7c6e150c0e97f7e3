/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact.h -- a PNG file of any depth, read back with all its bits.
 *
 *     struct exact *e = exact_read(m, "a.png");
 *     exact_at(e, x, y)[k]     red, green, blue, alpha from 0 to 1
 *     exact_free(e);
 */
#ifndef TESTS_EXACT_H
#define TESTS_EXACT_H

#include "results.h"

#include <png.h>

struct exact {
    size_t w, h;
    int depth;
    bool alpha;
    double *v; /* four a pixel */
};

static inline struct exact *exact_read(const struct made *m, const char *name)
{
    struct exact *e = calloc(1, sizeof *e);
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    FILE *f = fopen(made_path(m, name), "rb");
    size_t step, size;

    ck_assert(e && f);
    png_init_io(png, f);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL); /* aborts on a broken file */
    e->w = png_get_image_width(png, info);
    e->h = png_get_image_height(png, info);
    e->depth = png_get_bit_depth(png, info);
    e->alpha = png_get_color_type(png, info) == PNG_COLOR_TYPE_RGB_ALPHA;
    step = e->alpha ? 4 : 3;
    size = (size_t)e->depth / 8;
    e->v = malloc(e->w * e->h * 4 * sizeof *e->v);
    ck_assert_ptr_nonnull(e->v);
    for (size_t i = 0; i < e->w * e->h; i++)
        for (size_t k = 0; k < 4; k++) {
            png_bytep at =
                png_get_rows(png, info)[i / e->w] + (i % e->w * step + (k < step ? k : 0)) * size;

            e->v[4 * i + k] = k == step   ? 1
                              : size == 2 ? (at[0] << 8 | at[1]) / 65535.0
                                          : at[0] / 255.0;
        }
    png_destroy_read_struct(&png, &info, NULL);
    fclose(f);
    return e;
}

static inline void exact_free(struct exact *e)
{
    free(e->v);
    free(e);
}

static inline const double *exact_at(const struct exact *e, size_t x, size_t y)
{
    return e->v + 4 * (y * e->w + x);
}

/* The largest difference of a channel when `a` lies on white. */
static inline double exact_apart(const struct exact *a, const struct exact *b)
{
    double most = 0;

    ck_assert(a->w == b->w && a->h == b->h);
    for (size_t i = 0; i < a->w * a->h; i++)
        for (size_t k = 0; k < 3; k++) {
            double over = a->v[4 * i + k] * a->v[4 * i + 3] + 1 - a->v[4 * i + 3];

            most = fmax(most, fabs(over - b->v[4 * i + k]));
        }
    return most;
}

/* How many values no picture of 8 bits could have. */
static inline size_t exact_fine(const struct exact *e)
{
    size_t n = 0;

    for (size_t i = 0; i < 4 * e->w * e->h; i++)
        n += fabs(e->v[i] * 255 - round(e->v[i] * 255)) > 0.01;
    return n;
}

#endif
