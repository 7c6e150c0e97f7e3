/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact-sheet.c -- many pictures on one, small enough to be looked at on a page.
 *
 *     contact-sheet OUT.png COLUMNS WIDTH IN.png...
 *
 * Every picture is brought to WIDTH pixels; the rows are as high as their highest one.  The file
 * has 256 colours, chosen for it: the space of colours is halved where it varies most, again and
 * again. For docs/make-gallery.sh; not installed.
 */
#include <cairo.h>
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP     6
#define COLOURS 256
#define BITS    6 /* of a channel that tell colours apart */
#define CELLS   (1 << 3 * BITS)
#define DITHER  3 /* of 255, at most */

struct cell {
    uint64_t n, sum[3];
};

/* A little of a pattern that the eye does not see, against bands in soft shadows. */
static uint32_t dithered(uint32_t c, size_t x, size_t y)
{
    static const int bayer[4][4] = {{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    int by = (2 * bayer[y % 4][x % 4] - 15) * DITHER / 15;
    uint32_t out = 0;

    for (int s = 0; s < 24; s += 8) {
        int v = (int)(c >> s & 0xff) + by;

        out |= (uint32_t)(v < 0 ? 0 : v > 255 ? 255 : v) << s;
    }
    return out;
}

/* Cells order[from .. from + n - 1]. */
struct box {
    size_t from, n;
    double spread; /* sum of squares about the mean, along `axis` */
    int axis;
};

static size_t cell_of(uint32_t c)
{
    return (size_t)(c >> (24 - BITS) & 63) << 2 * BITS | (size_t)(c >> (16 - BITS) & 63) << BITS |
           (c >> (8 - BITS) & 63);
}

static double mean(const struct cell *c, int axis)
{
    return (double)c->sum[axis] / (double)c->n;
}

static void measure(const struct cell *cells, const uint32_t *order, struct box *b)
{
    b->spread = -1;
    for (int axis = 0; axis < 3; axis++) {
        double n = 0, sum = 0, squares = 0, spread;

        for (size_t k = b->from; k < b->from + b->n; k++) {
            const struct cell *c = &cells[order[k]];
            double m = mean(c, axis), w = (double)c->n;

            n += w;
            sum += w * m;
            squares += w * m * m;
        }
        spread = squares - sum * sum / n;
        if (spread > b->spread) {
            b->spread = spread;
            b->axis = axis;
        }
    }
}

/* Cells below the mean to the front; how many. */
static size_t halve(const struct cell *cells, uint32_t *order, const struct box *b)
{
    double n = 0, sum = 0;
    size_t front = b->from;

    for (size_t k = b->from; k < b->from + b->n; k++) {
        n += (double)cells[order[k]].n;
        sum += (double)cells[order[k]].sum[b->axis];
    }
    for (size_t k = b->from; k < b->from + b->n; k++)
        if (mean(&cells[order[k]], b->axis) < sum / n) {
            uint32_t swap = order[k];

            order[k] = order[front];
            order[front++] = swap;
        }
    return front - b->from;
}

/* The palette, and for each cell its entry; the number of entries. */
static int choose(struct cell *cells, uint32_t *order, png_color *palette, uint8_t *entry)
{
    struct box box[COLOURS] = {{0}};
    int n = 1;

    for (size_t k = 0; k < CELLS; k++)
        if (cells[k].n)
            order[box[0].n++] = (uint32_t)k;
    measure(cells, order, &box[0]);
    while (n < COLOURS) {
        struct box *most = &box[0];
        size_t low;

        for (int k = 1; k < n; k++)
            most = box[k].spread > most->spread ? &box[k] : most;
        low = most->spread > 0 ? halve(cells, order, most) : 0;
        if (low == 0)
            break;
        box[n] = (struct box){.from = most->from + low, .n = most->n - low};
        most->n = low;
        measure(cells, order, most);
        measure(cells, order, &box[n++]);
    }
    for (int k = 0; k < n; k++) {
        struct cell all = {0, {0}};

        for (size_t i = box[k].from; i < box[k].from + box[k].n; i++) {
            entry[order[i]] = (uint8_t)k;
            all.n += cells[order[i]].n;
            for (int c = 0; c < 3; c++)
                all.sum[c] += cells[order[i]].sum[c];
        }
        palette[k] = (png_color){(png_byte)(mean(&all, 0) + 0.5), (png_byte)(mean(&all, 1) + 0.5),
                                 (png_byte)(mean(&all, 2) + 0.5)};
    }
    return n;
}

static int write_png(const char *path, size_t w, size_t h, const uint8_t *rows,
                     const png_color *palette, int n)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    FILE *f = fopen(path, "wb");
    int bad = 1;

    if (f && info && !setjmp(png_jmpbuf(png))) {
        png_init_io(png, f);
        png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, 8, PNG_COLOR_TYPE_PALETTE,
                     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_PLTE(png, info, palette, n);
        png_set_compression_level(png, 9);
        png_write_info(png, info);
        for (size_t y = 0; y < h; y++)
            png_write_row(png, rows + y * w);
        png_write_end(png, info);
        bad = 0;
    }
    png_destroy_write_struct(&png, &info);
    return (f && fclose(f)) || bad ? -1 : 0;
}

static int save(cairo_surface_t *s, const char *path)
{
    size_t w = (size_t)cairo_image_surface_get_width(s);
    size_t h = (size_t)cairo_image_surface_get_height(s);
    size_t stride = (size_t)cairo_image_surface_get_stride(s) / 4;
    const uint32_t *from = (const uint32_t *)(const void *)cairo_image_surface_get_data(s);
    struct cell *cells = calloc(CELLS, sizeof *cells);
    uint32_t *order = malloc(CELLS * sizeof *order);
    uint8_t *entry = malloc(CELLS), *rows = malloc(w * h);
    png_color palette[COLOURS];
    int rc = -1;

    if (cells && order && entry && rows) {
        for (size_t k = 0; k < w * h; k++) {
            uint32_t c = dithered(from[k / w * stride + k % w], k % w, k / w);
            struct cell *to = &cells[cell_of(c)];

            to->n++;
            for (int i = 0; i < 3; i++)
                to->sum[i] += c >> (16 - 8 * i) & 0xff;
        }
        int n = choose(cells, order, palette, entry);

        for (size_t k = 0; k < w * h; k++)
            rows[k] = entry[cell_of(dithered(from[k / w * stride + k % w], k % w, k / w))];
        rc = write_png(path, w, h, rows, palette, n);
    }
    free(cells);
    free(order);
    free(entry);
    free(rows);
    return rc;
}

static cairo_surface_t *read_png(const char *path)
{
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);

    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
        fprintf(stderr, "contact-sheet: %s: %s\n", path,
                cairo_status_to_string(cairo_surface_status(s)));
        exit(1);
    }
    return s;
}

static int height_of(cairo_surface_t *s, int width)
{
    return (int)((double)cairo_image_surface_get_height(s) * width /
                     cairo_image_surface_get_width(s) +
                 0.5);
}

static void put(cairo_t *cr, cairo_surface_t *s, int x, int y, int width)
{
    double scale = (double)width / cairo_image_surface_get_width(s);

    cairo_save(cr);
    cairo_rectangle(cr, x, y, width, height_of(s, width));
    cairo_clip(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, scale, scale);
    cairo_set_source_surface(cr, s, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BEST);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_paint(cr);
    cairo_restore(cr);
}

int main(int argc, char **argv)
{
    int columns = argc > 4 ? atoi(argv[2]) : 0, width = argc > 4 ? atoi(argv[3]) : 0;
    int n = argc - 4, height = 0, rc;
    cairo_surface_t *all;
    cairo_t *cr;

    if (columns < 1 || columns > 100 || width < 16 || width > 8192) {
        fprintf(stderr, "usage: contact-sheet OUT.png COLUMNS WIDTH IN.png...\n");
        return 2;
    }
    columns = columns < n ? columns : n;
    for (int k = 0; k < n; k++) {
        cairo_surface_t *s = read_png(argv[4 + k]);

        height = height_of(s, width) > height ? height_of(s, width) : height;
        cairo_surface_destroy(s);
    }
    all = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns * (width + GAP) - GAP,
                                     (n + columns - 1) / columns * (height + GAP) - GAP);
    cr = cairo_create(all);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    for (int k = 0; k < n; k++) {
        cairo_surface_t *s = read_png(argv[4 + k]);

        put(cr, s, k % columns * (width + GAP), k / columns * (height + GAP), width);
        cairo_surface_destroy(s);
    }
    rc = cairo_status(cr) ? -1 : 0;
    cairo_destroy(cr);
    cairo_surface_flush(all);
    if (rc || save(all, argv[1])) {
        fprintf(stderr, "contact-sheet: cannot write %s\n", argv[1]);
        rc = 1;
    }
    cairo_surface_destroy(all);
    return rc;
}
