/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pngfile.c -- see pngfile.h.
 *
 * libpng reports errors by longjmp: everything that must be freed afterwards
 * lives in struct writer, outside the frame that calls setjmp.
 */
#include "pngfile.h"

#include "deep.h"
#include "output.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define KEYWORD_MAX 80 /* with the NUL */

struct writer {
    png_structp png;
    png_infop info;
    FILE *file;
    png_bytep row;
    png_text *text;
    char (*key)[KEYWORD_MAX];
    size_t n_text;
    char software[80];
};

static void on_error(png_structp png, png_const_charp message)
{
    (void)message;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static size_t count_pairs(const char *const *pairs)
{
    size_t n = 0;

    while (pairs && pairs[2 * n] && pairs[2 * n + 1])
        n++;
    return n;
}

const char *picture_version(const struct png_picture *p)
{
    const char *const *pairs = p->provenance;
    size_t n = count_pairs(pairs);

    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[2 * i], "thalweg") == 0)
            return pairs[2 * i + 1];
    return "";
}

static void add_text(struct writer *w, const char *prefix, const char *key, const char *value)
{
    png_text *t = &w->text[w->n_text];
    char *keyword = w->key[w->n_text];
    int ascii = 1;
    size_t n;

    /* Keywords: printable Latin-1, no two spaces together, none at an end. */
    snprintf(keyword, KEYWORD_MAX, "%s%s", prefix, key);
    for (char *c = keyword; *c; c++)
        if (*c <= ' ' || *c > '~')
            *c = '_';
    for (const char *c = value; *c; c++)
        ascii &= (*c >= ' ' && *c <= '~') || *c == '\n';
    n = strlen(value);
    *t = (png_text){.compression =
                        ascii ? (n > 1024 ? PNG_TEXT_COMPRESSION_zTXt : PNG_TEXT_COMPRESSION_NONE)
                              : PNG_ITXT_COMPRESSION_NONE};
    t->key = keyword;
    t->text = (char *)(uintptr_t)value; /* libpng copies it */
    if (ascii)
        t->text_length = n;
    else
        t->itxt_length = n;
    w->n_text++;
}

static int collect_text(struct writer *w, const struct png_picture *p)
{
    size_t n = count_pairs(p->provenance), m = count_pairs(p->extra);

    w->text = calloc(n + m + 2, sizeof *w->text);
    w->key = calloc(n + m + 2, sizeof *w->key);
    if (!w->text || !w->key)
        return -1;
    if (p->title && *p->title)
        add_text(w, "", "Title", p->title);
    snprintf(w->software, sizeof w->software, "thalweg %s", picture_version(p));
    add_text(w, "", "Software", w->software);
    for (size_t i = 0; i < n; i++)
        if (strcmp(p->provenance[2 * i], "thalweg") != 0)
            add_text(w, "thalweg:", p->provenance[2 * i], p->provenance[2 * i + 1]);
    for (size_t i = 0; i < m; i++)
        add_text(w, "thalweg:", p->extra[2 * i], p->extra[2 * i + 1]);
    return 0;
}

/* ---- rows -------------------------------------------------------------------------------- */

static bool is_wide(const struct png_picture *p)
{
    return p->deep && p->depth == 16;
}

static size_t channels(const struct png_picture *p)
{
    return p->deep && p->alpha ? 4 : 3;
}

static void row_of_bytes(const uint32_t *from, size_t n, png_byte *to)
{
    for (size_t x = 0; x < n; x++) {
        to[3 * x] = (png_byte)(from[x] >> 16 & 0xff);
        to[3 * x + 1] = (png_byte)(from[x] >> 8 & 0xff);
        to[3 * x + 2] = (png_byte)(from[x] & 0xff);
    }
}

static void row_of_deep(const struct png_picture *p, const uint16_t *from, png_byte *to)
{
    for (size_t x = 0; x < p->width; x++) {
        uint16_t v[4];

        deep_straight(from + 4 * x, v);
        for (size_t k = 0; k < channels(p); k++)
            if (is_wide(p)) {
                *to++ = (png_byte)(v[k] >> 8);
                *to++ = (png_byte)(v[k] & 0xff);
            } else {
                *to++ = (png_byte)((v[k] * 255u + DEEP_MAX / 2) / DEEP_MAX);
            }
    }
}

/* TW_OK, TW_ECANCELLED, or TW_EIO that has not been reported. */
static int encode(struct writer *w, const struct tw_host *host, const struct png_picture *p)
{
    if (setjmp(png_jmpbuf(w->png)))
        return TW_EIO;
    png_init_io(w->png, w->file);
    png_set_user_limits(w->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(w->png, w->info, (png_uint_32)p->width, (png_uint_32)p->height,
                 is_wide(p) ? 16 : 8,
                 channels(p) == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB_gAMA_and_cHRM(w->png, w->info, PNG_sRGB_INTENT_RELATIVE);
    if (p->dpi > 0) {
        png_uint_32 per_metre = (png_uint_32)lround(p->dpi / 0.0254);

        png_set_pHYs(w->png, w->info, per_metre, per_metre, PNG_RESOLUTION_METER);
    }
    png_set_text(w->png, w->info, w->text, (int)w->n_text);
    png_write_info(w->png, w->info);
    for (size_t y = 0; y < p->height; y++) {
        if (host->tick(host, p->from + (p->to - p->from) * (double)y / (double)p->height,
                       "picture"))
            return TW_ECANCELLED;
        if (p->deep)
            row_of_deep(p, p->deep + 4 * y * p->width, w->row);
        else
            row_of_bytes(p->pixels + y * p->width, p->width, w->row);
        png_write_row(w->png, w->row);
    }
    png_write_end(w->png, NULL);
    return TW_OK;
}

int pngfile_put(const struct tw_host *host, const char *path, FILE *file,
                const struct png_picture *p)
{
    struct writer w = {.file = file};
    int rc;

    w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    w.row = p->width <= SIZE_MAX / 8 ? malloc(8 * p->width) : NULL;
    if (!w.info || !w.row || collect_text(&w, p))
        rc = host->fail(host, TW_ENOMEM, "out of memory");
    else
        rc = encode(&w, host, p);
    if (rc == TW_EIO)
        rc = host->fail(host, rc, "%s: the picture cannot be encoded", path);
    png_destroy_write_struct(&w.png, &w.info);
    free(w.row);
    free(w.text);
    free(w.key);
    return rc;
}

int pngfile_write(const struct tw_host *host, const char *path, const struct png_picture *p)
{
    FILE *file = NULL;
    int rc = output_open(host, path, &file), closed;

    if (rc < 0)
        return rc;
    rc = pngfile_put(host, path, file, p);
    closed = output_close(host, path, file);
    return rc < 0 ? rc : closed;
}
