/* SPDX-License-Identifier: GPL-3.0-or-later */
/* golden.h -- pictures compared with those in tests/golden/pictures/, which were looked at.
 *
 *     struct image i = image_new(320, 200);          or image_read("a.png")
 *     golden_check(&i, "paper", tolerance);          the reference is paper.png
 *     image_free(&i);
 *
 * Other versions of Embree, other processors and other fonts may change a little: the mean
 * difference and the share of pixels that are clearly different are bounded.  What fails is written
 * as NAME-got.png beside the log.  With THALWEG_GOLDEN_WRITE=FOLDER nothing is compared, and the
 * pictures are written there: tests/golden/make_pictures.sh.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <check.h>
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct image {
    size_t w, h;
    uint8_t *rgb;
};

struct tolerance {
    double mean;  /* of the difference of a channel, of 255 */
    int clear;    /* a channel that differs by more is clearly different */
    double share; /* of such pixels */
};

static inline struct image image_new(size_t w, size_t h)
{
    struct image i = {w, h, calloc(w * h, 3)};

    ck_assert_ptr_nonnull(i.rgb);
    return i;
}

static inline void image_free(struct image *i)
{
    free(i->rgb);
}

static inline struct image image_read(const char *path)
{
    png_image p = {.version = PNG_IMAGE_VERSION};
    struct image i;

    ck_assert_msg(png_image_begin_read_from_file(&p, path), "%s: %s", path, p.message);
    p.format = PNG_FORMAT_RGB;
    i = image_new(p.width, p.height);
    ck_assert_msg(png_image_finish_read(&p, NULL, i.rgb, 0, NULL), "%s: %s", path, p.message);
    return i;
}

static inline void image_write(const struct image *i, const char *path)
{
    png_image p = {.version = PNG_IMAGE_VERSION,
                   .width = (png_uint_32)i->w,
                   .height = (png_uint_32)i->h,
                   .format = PNG_FORMAT_RGB};

    ck_assert_msg(png_image_write_to_file(&p, path, 0, i->rgb, 0, NULL), "%s: %s", path, p.message);
}

/* Two pictures of the same size. */
static inline bool images_alike(const struct image *a, const struct image *b,
                                const struct tolerance *t, double *mean, double *share)
{
    size_t clear = 0, n = a->w * a->h;

    *mean = 0;
    for (size_t k = 0; k < n; k++) {
        int most = 0;

        for (size_t c = 3 * k; c < 3 * k + 3; c++) {
            int d = abs(a->rgb[c] - b->rgb[c]);

            *mean += d;
            most = d > most ? d : most;
        }
        clear += most > t->clear;
    }
    *mean /= 3 * (double)n;
    *share = (double)clear / (double)n;
    return *mean <= t->mean && *share <= t->share;
}

static inline struct image golden_read(const char *name)
{
    char path[1024];

    snprintf(path, sizeof path, "%s/tests/golden/pictures/%s.png", getenv("abs_top_srcdir"), name);
    return image_read(path);
}

static inline void golden_check(const struct image *i, const char *name, struct tolerance t)
{
    const char *to = getenv("THALWEG_GOLDEN_WRITE");
    struct image want;
    double mean, share;
    char got[1024];

    if (to) {
        snprintf(got, sizeof got, "%s/%s.png", to, name);
        image_write(i, got);
        return;
    }
    want = golden_read(name);
    ck_assert_uint_eq(i->w, want.w);
    ck_assert_uint_eq(i->h, want.h);
    if (!images_alike(i, &want, &t, &mean, &share)) {
        snprintf(got, sizeof got, "%s/tests/unit/%s-got.png", getenv("abs_builddir"), name);
        image_write(i, got);
        ck_abort_msg(
            "%s: the mean difference is %.2f (at most %.2f), %.2f %% of the pixels differ by "
            "more than %d (at most %.2f %%); see %s",
            name, mean, t.mean, 100 * share, t.clear, 100 * t.share, got);
    }
    image_free(&want);
}

#endif
