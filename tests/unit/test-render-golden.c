/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-render-golden.c -- lit surfaces in three styles, without words, beside pictures that were
 * looked at. */
#include "golden.h"
#include "render-bench.h"

/* Embree 3 and 4 differ by 4 of 255 at most, but for the edges. */
static const struct tolerance tolerance = {1.5, 24, 0.015};

static struct image lit(int style, double turn)
{
    struct bench *b = bench_new(31, 25, bumps);
    struct render_options o = small(320, 200);
    struct image i = image_new(320, 200);
    cairo_surface_t *s;
    const uint32_t *from;

    o.quality = QUALITY_GOOD;
    o.style = style;
    o.words = WORDS_NONE;
    o.axes = CHOICE_NO;
    o.turn = turn;
    s = picture(b, &o);
    from = pixels(s);
    for (size_t k = 0; k < 320 * 200; k++)
        for (size_t c = 0; c < 3; c++)
            i.rgb[3 * k + c] = (uint8_t)(from[k] >> (16 - 8 * c) & 0xff);
    cairo_surface_destroy(s);
    free(b);
    return i;
}

static const struct {
    const char *name;
    int style;
} golden[] = {{"paper", 0}, {"dusk", 2}, {"topographic", 4}};

START_TEST(surfaces_look_as_they_did)
{
    struct image i = lit(golden[_i].style, -60);

    ck_assert_str_eq(style_names[golden[_i].style], golden[_i].name);
    golden_check(&i, golden[_i].name, tolerance);
    image_free(&i);
}
END_TEST

/* The tolerance is not so wide that a camera two degrees away would pass, or another style. */
START_TEST(differences_are_seen)
{
    struct image want, turned, other;
    double mean, share;

    if (getenv("THALWEG_GOLDEN_WRITE"))
        return;
    want = golden_read("paper");
    turned = lit(0, -58);
    other = lit(5, -60);
    ck_assert(!images_alike(&turned, &want, &tolerance, &mean, &share));
    ck_assert(!images_alike(&other, &want, &tolerance, &mean, &share));
    image_free(&want);
    image_free(&turned);
    image_free(&other);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("render-golden");
    TCase *t = tcase_create("render-golden");

    tcase_add_loop_test(t, surfaces_look_as_they_did, 0, 3);
    tcase_add_test(t, differences_are_seen);
    suite_add_tcase(s, t);
    return bench_main(s);
}
