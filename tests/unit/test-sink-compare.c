/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-compare.c -- several landscapes in one picture: one scale, one camera, and words that
 * keep apart. */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "picture.h"

#define MOST 9

static const char *const names[MOST] = {"first", "second",  "third",  "fourth", "fifth",
                                        "sixth", "seventh", "eighth", "ninth"};

/* What the extension returns; files are in place if that is TW_OK.  `why` gets the reason. */
static int compare(struct made *const *m, size_t n, const char *const *label, const char *keys,
                   char why[800])
{
    struct rig *r = made_rig(m[0], "png", keys);
    const struct tw_sink_compare *ext = r->plugin->desc.get_extension(TW_EXT_SINK_COMPARE);
    const struct tw_result *result[MOST];
    struct error err = {0};
    int rc;

    ck_assert_ptr_nonnull(ext);
    for (size_t k = 0; k < n; k++)
        result[k] = &m[k]->result;
    rc = ext->write(r->self, "Together", n, result, label);
    if (rc == TW_OK)
        ck_assert_int_eq(outputs_commit(r->env.outputs, &err), 0);
    snprintf(why, 800, "%s", rig_reason(r));
    rig_free(r);
    return rc;
}

static void compared(struct made *const *m, size_t n, const char *const *label, const char *keys)
{
    char why[800];

    ck_assert_msg(compare(m, n, label, keys, why) == TW_OK, "%s: %s", keys, why);
}

/* Where panel k is. */
static struct picture *panel(const struct made *m, const char *name, size_t k)
{
    struct picture *p = picture_read(m, name);
    char key[32], *text;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    FILE *f = fopen(made_path(m, name), "rb");
    png_textp chunk;
    int n;

    if (k > 0) {
        snprintf(key, sizeof key, "thalweg:map-%zu", k + 1);
        png_init_io(png, f);
        png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
        png_get_text(png, info, &chunk, &n);
        text = text_of(chunk, n, key);
        ck_assert_int_eq(
            sscanf(text, "x %d y %d width %d height %d", &p->x, &p->y, &p->width, &p->height), 4);
        free(text);
    }
    png_destroy_read_struct(&png, &info, NULL);
    fclose(f);
    return p;
}

static double low(double x, double y)
{
    return 1 + x + 0.2 * y;
}

static double high(double x, double y)
{
    return 3 + x + 0.2 * y;
}

/* The colours of both are those of one scale: from the lowest of one to the highest of the other.
 */
START_TEST(one_loss_has_one_colour)
{
    static double (*const f[2])(double, double) = {low, high};
    struct made *m[2] = {made_new(7, 9, low, 0), made_new(9, 7, high, 0)};
    double lo = low(-1, -0.5), hi = high(1, 1.5);
    struct picture *p[2];
    size_t same = 0;

    compared(m, 2, names, "path: %s/a.png, width: 900, levels: 0, dpi: 100, critical: false");
    for (size_t k = 0; k < 2; k++) {
        p[k] = panel(m[0], "a.png", k);
        for (int j = 2; j < p[k]->height - 2; j++)
            for (int i = 2; i < p[k]->width - 2; i++) {
                double fx = (i + 0.5) / p[k]->width, fy = 1 - (j + 0.5) / p[k]->height;
                double t = (f[k](-1 + 2 * fx, -0.5 + 2 * fy) - lo) / (hi - lo);

                if (fx < 0.12 && fy < 0.12) /* the lowest point is marked there */
                    continue;
                ck_assert_int_le(
                    apart(pixel(p[k], p[k]->x + i, p[k]->y + j), palette_rgb24(PALETTE_VIRIDIS, t)),
                    1);
            }
    }
    ck_assert_int_eq(p[0]->width, p[1]->width);
    ck_assert_int_eq(p[0]->y, p[1]->y);
    /* x in one panel is x - 2 in the other: the right edge of the first, the left of the second. */
    for (int j = p[0]->height / 4; j < p[0]->height * 3 / 4; j++)
        same += apart(pixel(p[0], p[0]->x + p[0]->width - 3, p[0]->y + j),
                      pixel(p[1], p[1]->x + 2, p[1]->y + j)) <= 2;
    ck_assert_uint_eq(same, (size_t)(p[0]->height * 3 / 4 - p[0]->height / 4));
    ck_assert_str_eq(p[0]->title, "Together");
    for (size_t k = 0; k < 2; k++) {
        picture_free(p[k]);
        made_free(m[k]);
    }
}
END_TEST

/* Is a column (or row) of white between x0 and x1 for all y of [y0, y1)? */
static bool gap(const struct picture *p, int x0, int x1, int y0, int y1)
{
    for (int x = x0; x < x1; x++)
        if (picture_has(p, x, y0, x + 1, y1, 0xffffff, 0) == (size_t)(y1 - y0))
            return true;
    return false;
}

static bool blank_row(const struct picture *p, int y)
{
    return picture_has(p, 0, y, (int)p->w, y + 1, 0xffffff, 0) == p->w;
}

/* Headings as long as they may be end before the next one begins; title, headings and maps each
 * have a row of white between them, and nothing is cut off. */
START_TEST(words_keep_apart)
{
    static const char *const label[MOST] = {
        "a label that is exactly as long as a label may be: sixty.",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "a label that is exactly as long as a label may be: SIXTY.",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9"};
    static const size_t counts[] = {2, 3, 4, 5, 9};
    struct made *m[MOST];

    for (size_t k = 0; k < MOST; k++)
        m[k] = made_new(9, 9, k % 2 ? low : bowl, k % 3 ? 10 : 0);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        size_t n = counts[c], columns = n <= 3 ? n : n == 4 ? 2 : 3, breaks = 0;
        struct picture *p[MOST] = {NULL};

        compared(m, n, label, "path: %s/a.png, width: 700, dpi: 100");
        for (size_t k = 0; k < n; k++)
            p[k] = panel(m[0], "a.png", k);
        picture_is_clean(p[0]);
        for (size_t k = 0; k < n; k++) {
            const struct picture *q = p[k], *next = k + 1 < n ? p[k + 1] : NULL;

            ck_assert_int_gt(q->width, 40);
            ck_assert_int_eq(q->width, p[k % columns]->width);
            ck_assert_int_le(q->x + q->width, (int)q->w);
            if (next && (k + 1) % columns) {
                int top = q->y - q->height / 4;

                ck_assert_int_eq(next->y, q->y);
                ck_assert_int_gt(next->x, q->x + q->width);
                ck_assert(gap(q, q->x, next->x + next->width, top < 0 ? 0 : top, q->y - 2));
            } else if (next) {
                ck_assert_int_gt(next->y, q->y + q->height);
            }
        }
        for (int y = 3; y < p[0]->y - 1; y++)
            breaks += !blank_row(p[0], y) && blank_row(p[0], y + 1);
        ck_assert_uint_ge(breaks, 3); /* title, headings, notes */
        for (size_t k = 0; k < n; k++)
            picture_free(p[k]);
    }
    for (size_t k = 0; k < MOST; k++)
        made_free(m[k]);
}
END_TEST

START_TEST(the_same_bytes)
{
    static const char *const keys[] = {"path: %s/a.png, width: 500", "path: %s/b.png, width: 500"};
    struct made *m[3] = {made_new(9, 9, bowl, 5), made_new(5, 9, low, 0), made_new(9, 9, high, 5)};
    char *bytes[2];
    size_t size[2];

    for (size_t k = 0; k < 2; k++) {
        compared(m, 3, names, keys[k]);
        bytes[k] = made_read(m[0], k ? "b.png" : "a.png", &size[k]);
    }
    ck_assert_uint_eq(size[0], size[1]);
    ck_assert_int_eq(memcmp(bytes[0], bytes[1], size[0]), 0);
    for (size_t k = 0; k < 2; k++)
        free(bytes[k]);
    for (size_t k = 0; k < 3; k++)
        made_free(m[k]);
}
END_TEST

START_TEST(lines_have_the_same_axes)
{
    struct made *m[2] = {made_line(50, low, 0), made_line(70, high, 4)};
    struct picture *p;
    double lo, hi;

    made_test(m[1]);
    compared(m, 2, names, "path: %s/a.png, width: 800, log: false");
    p = panel(m[0], "a.png", 1);
    ck_assert_int_eq(sscanf(p->axes, "loss %lf to %lf linear", &lo, &hi), 2);
    ck_assert_double_le(lo, low(-1, 0) + 1e-12);
    ck_assert_double_ge(hi, high(1, 0) - 1e-12);
    picture_is_clean(p);
    picture_free(p);
    made_free(m[0]);
    made_free(m[1]);
}
END_TEST

START_TEST(what_cannot_be_compared)
{
    struct made *m[2] = {made_new(9, 9, bowl, 0), made_line(9, low, 0)};
    char why[800];

    ck_assert_int_eq(compare(m, 2, names, "path: %s/a.png", why), TW_EINVAL);
    ck_assert_msg(strstr(why, "'first' is a plane and 'second' a line") != NULL, "%s", why);
    ck_assert_int_eq(compare(m, 1, names, "path: %s/a.png", why), TW_EINVAL);
    ck_assert_int_eq(compare(m, 2, names, "path: %s/a.png, show: accuracy, view: map", why),
                     TW_EINVAL);
    for (size_t k = 0; k < 2; k++)
        made_free(m[k]);
    struct made *nine[MOST];

    for (size_t k = 0; k < MOST; k++)
        nine[k] = made_new(9, 9, bowl, 0);
    ck_assert_int_eq(compare(nine, MOST, names, "path: %s/a.png, width: 200, height: 200", why),
                     TW_EINVAL);
    ck_assert_msg(strstr(why, "have no room") != NULL, "%s", why);
    for (size_t k = 0; k < MOST; k++)
        made_free(nine[k]);
}
END_TEST

/* One camera, one light, one scale: equal landscapes are equal in every place.  And with the
 * scale of all, the lower of two has not the picture that it has alone. */
START_TEST(surfaces_are_seen_alike)
{
    struct made *m[4] = {made_new(9, 9, bowl, 6), made_new(9, 9, bowl, 6), made_new(9, 9, bowl, 6),
                         made_new(9, 9, high, 6)};
    char why[800];
    struct picture *p[4];
    size_t differ = 0;
    int rc = compare(m, 4, names,
                     "path: %s/a.png, width: 640, quality: preview, view: surface, "
                     "axes: false, words: none",
                     why);

    if (rc == TW_ENOTSUP) { /* built without the renderer */
        for (size_t k = 0; k < 4; k++)
            made_free(m[k]);
        return;
    }
    ck_assert_msg(rc == TW_OK, "%s", why);
    for (size_t k = 0; k < 4; k++)
        p[k] = panel(m[0], "a.png", k);
    for (int j = p[0]->height / 4; j < p[0]->height * 3 / 4; j++)
        for (int i = p[0]->width / 4; i < p[0]->width * 3 / 4; i++) {
            unsigned c = pixel(p[0], p[0]->x + i, p[0]->y + j);

            for (size_t k = 1; k < 3; k++) /* the renderer's dither has a place of its own */
                differ += apart(c, pixel(p[k], p[k]->x + i, p[k]->y + j)) > 24;
        }
    ck_assert_msg(differ < (size_t)(p[0]->width * p[0]->height) / 200, "%zu pixels differ", differ);
    differ = 0;
    for (int j = p[0]->height / 4; j < p[0]->height * 3 / 4; j++)
        for (int i = p[0]->width / 4; i < p[0]->width * 3 / 4; i++)
            differ += apart(pixel(p[0], p[0]->x + i, p[0]->y + j),
                            pixel(p[3], p[3]->x + i, p[3]->y + j)) > 24;
    ck_assert_uint_gt(differ, (size_t)(p[0]->width * p[0]->height) / 20);
    for (size_t k = 0; k < 4; k++) {
        picture_free(p[k]);
        made_free(m[k]);
    }
}
END_TEST

/* How many pixels of the legend, the lowest 18 rows of the picture, are not like its last one. */
static size_t legend_ink(const struct picture *p)
{
    int w = (int)p->w, h = (int)p->h;
    unsigned paper = pixel(p, w - 1, h - 1);
    size_t n = 0;

    for (int y = h - 18; y < h; y++)
        for (int x = 0; x < w; x++) {
            bool ink = apart(paper, pixel(p, x, y)) > 100;

            ck_assert_msg(!ink || (x > 3 && x < w - 4), "ink at the edge: (%d, %d)", x, y);
            n += ink;
        }
    return n;
}

/* Of a picture so wide, with or without critical points; 0 without the renderer. */
static size_t legend_of(struct made *const *m, int width, bool critical)
{
    struct picture *p;
    char keys[200], why[800];
    size_t ink;
    int rc;

    snprintf(keys, sizeof keys,
             "path: %%s/a.png, width: %d, quality: preview, view: surface, style: figure1, "
             "critical: %s",
             width, critical ? "true" : "false");
    rc = compare(m, 4, names, keys, why);
    if (rc == TW_ENOTSUP)
        return 0;
    ck_assert_msg(rc == TW_OK, "%s", why);
    p = picture_read(m[0], "a.png");
    ink = legend_ink(p);
    picture_free(p);
    ck_assert_uint_gt(ink, 40);
    return ink;
}

/* It says what stands on the surfaces, and takes more rows where there is little room. */
START_TEST(surfaces_have_a_legend)
{
    static const int width[] = {1000, 300};
    struct made *m[4];

    for (size_t k = 0; k < 4; k++) {
        m[k] = made_new(9, 9, k == 3 ? high : bowl, 6);
        made_critical(m[k]);
    }
    for (size_t i = 0; i < 2; i++) {
        size_t without = legend_of(m, width[i], false);

        if (without)
            ck_assert_uint_gt(legend_of(m, width[i], true), without + 30);
    }
    for (size_t k = 0; k < 4; k++)
        made_free(m[k]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-compare");
    TCase *t = tcase_create("compare");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, one_loss_has_one_colour);
    tcase_add_test(t, words_keep_apart);
    tcase_add_test(t, the_same_bytes);
    tcase_add_test(t, lines_have_the_same_axes);
    tcase_add_test(t, what_cannot_be_compared);
    tcase_add_test(t, surfaces_are_seen_alike);
    tcase_add_test(t, surfaces_have_a_legend);
    suite_add_tcase(s, t);
    return bench_main(s);
}
