/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture.h -- a picture of the png sink, read back.
 *
 *     struct picture *p = picture_read(m, "a.png");
 *     pixel(p, x, y)                  0xRRGGBB; apart() says how far two of them are
 *     picture_has(p, box, colour)     how many pixels of a box have it, nearly
 *     picture_is_clean(p)             nothing touches the edge
 *     picture_free(p);
 */
#ifndef TESTS_PICTURE_H
#define TESTS_PICTURE_H

#include "results.h"

#include "../../plugins/util/palette.h"

#include <png.h>

struct picture {
    png_uint_32 w, h;
    png_bytep pixels; /* RGB */
    char *map, *axes, *pipeline, *software, *title;
    double dpi;
    bool srgb;
    int x, y, width, height; /* of the map */
};

static inline char *text_of(const png_text *t, int n, const char *key)
{
    for (int i = 0; i < n; i++)
        if (strcmp(t[i].key, key) == 0)
            return strdup(t[i].text);
    ck_abort_msg("no text chunk %s", key);
    return NULL;
}

static inline struct picture *picture_read(const struct made *m, const char *name)
{
    struct picture *p = calloc(1, sizeof *p);
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    FILE *f = fopen(made_path(m, name), "rb");
    png_uint_32 rx = 0, ry = 0;
    int unit = 0, intent, n;
    png_textp text;

    ck_assert(p && f);
    png_init_io(png, f);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL); /* aborts on a broken file */
    p->w = png_get_image_width(png, info);
    p->h = png_get_image_height(png, info);
    ck_assert_int_eq(png_get_bit_depth(png, info), 8);
    ck_assert_int_eq(png_get_color_type(png, info), PNG_COLOR_TYPE_RGB);
    p->pixels = malloc(3 * (size_t)p->w * p->h);
    ck_assert_ptr_nonnull(p->pixels);
    for (size_t j = 0; j < p->h; j++)
        memcpy(p->pixels + 3 * p->w * j, png_get_rows(png, info)[j], 3 * (size_t)p->w);
    png_get_pHYs(png, info, &rx, &ry, &unit);
    ck_assert_int_eq(unit, PNG_RESOLUTION_METER);
    p->dpi = rx * 0.0254;
    p->srgb = png_get_sRGB(png, info, &intent) != 0;
    png_get_text(png, info, &text, &n);
    p->map = text_of(text, n, "thalweg:map");
    p->axes = text_of(text, n, "thalweg:axes");
    p->pipeline = text_of(text, n, "thalweg:pipeline");
    p->software = text_of(text, n, "Software");
    p->title = text_of(text, n, "Title");
    ck_assert_int_eq(
        sscanf(p->map, "x %d y %d width %d height %d", &p->x, &p->y, &p->width, &p->height), 4);
    png_destroy_read_struct(&png, &info, NULL);
    fclose(f);
    return p;
}

static inline void picture_free(struct picture *p)
{
    free(p->pixels);
    free(p->map);
    free(p->axes);
    free(p->pipeline);
    free(p->software);
    free(p->title);
    free(p);
}

static inline unsigned pixel(const struct picture *p, int x, int y)
{
    const png_byte *c = p->pixels + 3 * ((size_t)y * p->w + (size_t)x);

    return (unsigned)c[0] << 16 | (unsigned)c[1] << 8 | c[2];
}

/* The largest difference of a channel. */
static inline int apart(unsigned a, unsigned b)
{
    int most = 0;

    for (int s = 0; s < 24; s += 8) {
        int d = abs((int)(a >> s & 255) - (int)(b >> s & 255));

        most = d > most ? d : most;
    }
    return most;
}

/* Pixels of x0 <= x < x1, y0 <= y < y1 whose channels are at most `tolerance` off. */
static inline size_t picture_has(const struct picture *p, int x0, int y0, int x1, int y1,
                                 unsigned colour, int tolerance)
{
    size_t n = 0;

    for (int y = y0 < 0 ? 0 : y0; y < y1 && y < (int)p->h; y++)
        for (int x = x0 < 0 ? 0 : x0; x < x1 && x < (int)p->w; x++)
            n += apart(pixel(p, x, y), colour) <= tolerance;
    return n;
}

/* A white edge: nothing was cut off. */
static inline void picture_is_clean(const struct picture *p)
{
    int w = (int)p->w, h = (int)p->h;
    size_t n =
        picture_has(p, 0, 0, w, 2, 0xffffff, 0) + picture_has(p, 0, h - 2, w, h, 0xffffff, 0) +
        picture_has(p, 0, 0, 2, h, 0xffffff, 0) + picture_has(p, w - 2, 0, w, h, 0xffffff, 0);

    ck_assert_uint_eq(n, 4 * (p->w + p->h));
}

static inline int map_x(const struct picture *p, double share)
{
    return p->x + (int)(share * p->width);
}

static inline int map_y(const struct picture *p, double share) /* from below */
{
    return p->y + (int)((1 - share) * p->height);
}

#define INK 0x212630u /* of text and critical points */

#endif
