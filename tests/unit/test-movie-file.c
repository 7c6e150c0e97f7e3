/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-movie-file.c -- colours of a GIF, and the file of a film.
 */
#include "suite.h"

#include "sink-movie/encoder.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* ---- colours of a GIF ---- */

START_TEST(few_colours_are_kept)
{
    struct gif_colours *c = gif_colours_new();
    uint32_t pixels[64];
    uint8_t to[64];

    for (size_t k = 0; k < 64; k++)
        pixels[k] = k < 20 ? 0x102030 : k < 40 ? 0xf0e0a0 : 0xd02010;
    ck_assert_ptr_nonnull(c);
    gif_colours_see(c, pixels, 8, 8, 8);
    ck_assert_int_eq(gif_colours_choose(c), 3);
    gif_colours_map(c, pixels, 8, 8, 8, to, 8);
    for (size_t k = 0; k < 64; k++)
        ck_assert_uint_eq(gif_colours_at(c, to[k]), pixels[k]);
    gif_colours_free(c);
}
END_TEST

/* The mean of a patch is its colour, though none of its pixels need be. */
START_TEST(many_colours_are_mixed)
{
    enum { W = 256, H = 64 };
    struct gif_colours *c = gif_colours_new();
    uint32_t *pixels = malloc(W * H * sizeof *pixels);
    uint8_t *to = malloc(W * H), *again = malloc(W * H);

    ck_assert(c && pixels && to && again);
    for (uint32_t j = 0; j < H; j++)
        for (uint32_t i = 0; i < W; i++)
            pixels[j * W + i] = i << 16 | (255 - i) << 8 | (3 * j + i / 4);
    gif_colours_see(c, pixels, W, W, H);
    ck_assert_int_eq(gif_colours_choose(c), GIF_COLOURS);
    gif_colours_map(c, pixels, W, W, H, to, W);
    for (size_t j = 0; j < H; j += 8)
        for (size_t i = 0; i < W; i += 8) {
            double off[3] = {0};

            for (size_t k = 0; k < 64; k++) {
                size_t at = (j + k / 8) * W + i + k % 8;
                uint32_t p = pixels[at], q = gif_colours_at(c, to[at]);

                for (int a = 0; a < 3; a++)
                    off[a] += ((double)(p >> 8 * a & 255) - (double)(q >> 8 * a & 255)) / 64;
            }
            for (int a = 0; a < 3; a++)
                ck_assert_double_lt(fabs(off[a]), 12);
        }
    gif_colours_map(c, pixels, W, W, H, again, W);
    ck_assert_int_eq(memcmp(to, again, W * H), 0);
    gif_colours_free(c);
    free(pixels);
    free(to);
    free(again);
}
END_TEST

/* ---- the file ---- */

static char said[400];

static int note(const struct tw_host *h, int code, const char *fmt, ...)
{
    va_list ap;

    (void)h;
    va_start(ap, fmt);
    vsnprintf(said, sizeof said, fmt, ap);
    va_end(ap);
    return code;
}

static void nothing(const struct tw_host *h, int level, const char *fmt, ...)
{
    (void)h;
    (void)level;
    (void)fmt;
}

static const struct tw_host host = {.fail = note, .log = nothing};

START_TEST(kinds)
{
    ck_assert_int_eq(encoder_kind("/a/b.mp4"), MOVIE_MP4);
    ck_assert_int_eq(encoder_kind("b.WebM"), MOVIE_WEBM);
    ck_assert_int_eq(encoder_kind("b.mp4.gif"), MOVIE_GIF);
    ck_assert_int_eq(encoder_kind("b.avi"), MOVIE_NONE);
    ck_assert_int_eq(encoder_kind("mp4"), MOVIE_NONE);
    ck_assert_int_eq(encoder_kind(NULL), MOVIE_NONE);
}
END_TEST

/* The library's own words, one line, the user's name of the file. */
START_TEST(a_file_that_cannot_be_made)
{
    struct encoder_options o = {.path = "my.mp4",
                                .file = "/nowhere/at/all.mp4",
                                .kind = MOVIE_MP4,
                                .width = 64,
                                .height = 64,
                                .fps = 10,
                                .crf = -1};
    struct encoder *e = NULL;

    ck_assert_int_eq(encoder_open(&e, &host, &o), TW_EIO);
    ck_assert_ptr_null(e);
    ck_assert_str_eq(said, "my.mp4: cannot be written: No such file or directory");
}
END_TEST

/* A single frame is a film; so are none that were interrupted before. */
START_TEST(short_films)
{
    static uint32_t pixels[64 * 64];
    char file[] = "/tmp/thalweg-movie-XXXXXX";
    struct encoder_options o = {.path = "my", .file = file, .width = 64, .height = 64, .fps = 10};
    struct gif_colours *c = gif_colours_new();

    ck_assert_ptr_nonnull(c);
    close(mkstemp(file));
    for (size_t k = 0; k < 64 * 64; k++)
        pixels[k] = (uint32_t)k * 1023;
    gif_colours_see(c, pixels, 64, 64, 64);
    gif_colours_choose(c);
    o.colours = c;
    o.crf = 30;
    for (int kind = MOVIE_MP4; kind <= MOVIE_GIF; kind++) {
        struct encoder *e;
        FILE *f;

        o.kind = (enum movie_kind)kind;
        ck_assert_int_eq(encoder_open(&e, &host, &o), TW_OK);
        ck_assert_int_eq(encoder_frame(e, pixels, 64), TW_OK);
        ck_assert_int_eq(encoder_close(e), TW_OK);
        f = fopen(file, "rb");
        ck_assert_ptr_nonnull(f);
        fseek(f, 0, SEEK_END);
        ck_assert_int_gt(ftell(f), 300);
        fclose(f);
    }
    unlink(file);
    gif_colours_free(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("movie-file");
    TCase *t = tcase_create("movie-file");

    tcase_add_test(t, few_colours_are_kept);
    tcase_add_test(t, many_colours_are_mixed);
    tcase_add_test(t, kinds);
    tcase_add_test(t, a_file_that_cannot_be_made);
    tcase_add_test(t, short_films);
    suite_add_tcase(s, t);
    return bench_main(s);
}
