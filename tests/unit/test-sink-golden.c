/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-golden.c -- the map and the curve of the png sink beside pictures that were looked at.
 *
 * Only what is inside the frame is compared, brought to one size: where the frame is depends on the
 * fonts. */
#include "suite.h"

#include "golden.h"
#include "picture.h"

#define W 200
#define H 120

/* Lines lie up to half a pixel elsewhere if the frame has another size. */
static const struct tolerance of_map = {4, 60, 0.06}, of_curve = {1.5, 60, 0.025};

#define MAP   "path: %s/a.png, width: 800, labels: false, "
#define CURVE "path: %s/a.png, width: 800, "

/* The mean colour of the part of the frame that becomes one pixel. */
static struct image inside(const struct picture *p)
{
    struct image i = image_new(W, H);

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int c = 0; c < 3; c++) {
                int x0 = p->x + x * p->width / W, x1 = p->x + (x + 1) * p->width / W;
                int y0 = p->y + y * p->height / H, y1 = p->y + (y + 1) * p->height / H, sum = 0;

                for (int v = y0; v < y1; v++)
                    for (int u = x0; u < x1; u++)
                        sum += p->pixels[3 * ((size_t)v * p->w + (size_t)u) + (size_t)c];
                ck_assert(x1 > x0 && y1 > y0);
                i.rgb[3 * (y * W + x) + c] = (png_byte)(sum / ((x1 - x0) * (y1 - y0)));
            }
    return i;
}

static struct image drawn(struct made *m, const char *keys)
{
    struct picture *p;
    struct image i;

    made_write(m, "png", keys);
    p = picture_read(m, "a.png");
    i = inside(p);
    picture_free(p);
    return i;
}

static double hills(double x, double y)
{
    return 0.1 + x * x + 0.5 * y * y + 0.2 * sin(5 * x) * cos(4 * y);
}

START_TEST(map_looks_as_it_did)
{
    struct made *m = made_new(31, 31, hills, 12);
    struct image i = drawn(m, MAP "dpi: 100");

    golden_check(&i, "map", of_map);
    image_free(&i);
    made_free(m);
}
END_TEST

START_TEST(curve_looks_as_it_did)
{
    struct made *m = made_line(41, hills, 0);
    struct image i = drawn(m, CURVE "dpi: 100");

    golden_check(&i, "curve", of_curve);
    image_free(&i);
    made_free(m);
}
END_TEST

static void expect(bool same, const char *name, const struct tolerance *t, struct image i)
{
    struct image want = golden_read(name);
    double mean, share;
    bool alike = images_alike(&i, &want, t, &mean, &share);

    ck_assert_msg(alike == same, "%s: mean %.2f, share %.4f", name, mean, share);
    image_free(&want);
    image_free(&i);
}

/* Another font moves the frame, and that is no difference; others are. */
START_TEST(only_differences_are_seen)
{
    struct made *m, *line;
    struct image blank = image_new(W, H);

    if (getenv("THALWEG_GOLDEN_WRITE")) {
        image_free(&blank);
        return;
    }
    m = made_new(31, 31, hills, 12);
    line = made_line(41, hills, 0);
    expect(true, "map", &of_map, drawn(m, MAP "dpi: 100, font: DejaVu Sans Mono"));
    expect(true, "map", &of_map, drawn(m, MAP "dpi: 108"));
    expect(false, "map", &of_map, drawn(m, MAP "dpi: 100, log: true"));
    expect(false, "map", &of_map, drawn(m, MAP "dpi: 100, palette: fjord"));
    expect(true, "curve", &of_curve, drawn(line, CURVE "dpi: 100, font: DejaVu Sans Mono"));
    expect(false, "curve", &of_curve, drawn(line, CURVE "dpi: 100, log: true"));
    memset(blank.rgb, 0xff, 3 * blank.w * blank.h);
    expect(false, "curve", &of_curve, blank);
    made_free(m);
    made_free(line);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-golden");
    TCase *t = tcase_create("sink-golden");

    tcase_add_test(t, map_looks_as_it_did);
    tcase_add_test(t, curve_looks_as_it_did);
    tcase_add_test(t, only_differences_are_seen);
    suite_add_tcase(s, t);
    return bench_main(s);
}
