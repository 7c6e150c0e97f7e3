/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-formats.c -- the png sink's files: PDF, SVG, 16 bits, no ground. */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "exact.h"

#include "../../plugins/util/palette.h"

#include <cairo.h>

static double slope(double x, double y)
{
    return 10 + x + 3 * y;
}

/* Everything that a map can have. */
static struct made *full(void)
{
    struct made *m = made_new(21, 21, bowl, 12);

    made_runs(m, 3);
    made_critical(m);
    made_ball(m);
    made_mark(m, -0.5, 1, "here");
    m->loss[3] = NAN;
    return m;
}

/* Its number of places where `what` stands. */
static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (const char *s = text; (s = strstr(s, what)) != NULL; s += strlen(what))
        n++;
    return n;
}

/* ---- vectors ---------------------------------------------------------------------------- */

/* The same file again, though the process has made other surfaces in between. */
static char *twice(struct made *m, const char *format, const char *keys)
{
    char path[200];
    char *a, *b;
    size_t na, nb;

    snprintf(path, sizeof path, "path: %%s/a.%s, %s", format, keys);
    made_write(m, "png", path);
    cairo_surface_destroy(cairo_image_surface_create(CAIRO_FORMAT_A8, 3, 3));
    snprintf(path, sizeof path, "path: %%s/b.%s, %s", format, keys);
    made_write(m, "png", path);
    snprintf(path, sizeof path, "a.%s", format);
    a = made_read(m, path, &na);
    snprintf(path, sizeof path, "b.%s", format);
    b = made_read(m, path, &nb);
    ck_assert_uint_eq(na, nb);
    ck_assert_int_eq(memcmp(a, b, na), 0);
    free(b);
    return a;
}

/* All that is referred to is there. */
static void refers(const char *svg)
{
    size_t n = 0;

    for (const char *s = svg; (s = strstr(s, "#i")) != NULL; s += 2) {
        char id[40];
        int len = (int)strcspn(s + 1, "\")");

        ck_assert_int_lt(len, 20);
        snprintf(id, sizeof id, " id=\"%.*s\"", len, s + 1);
        ck_assert_msg(strstr(svg, id) != NULL, "there is no%s", id);
        n++;
    }
    ck_assert_uint_gt(n, 20);
}

START_TEST(an_svg)
{
    struct made *m = full();
    char *svg = twice(m, "svg", "width: 400, dpi: 100");

    refers(svg);
    ck_assert_ptr_nonnull(strstr(svg, "width=\"288pt\""));
    ck_assert_ptr_nonnull(strstr(svg, "<title>" MADE_TITLE "</title>"));
    ck_assert_ptr_nonnull(strstr(svg, "thalweg:pipeline thalweg: 1\ntitle: \"quoted\" \\ back"));
    ck_assert_ptr_nonnull(strstr(svg, "thalweg:axes x -1 to 1"));
    /* Colours and the bar; all else are vectors, of which the lines have this opacity where they
     * do not crowd. */
    ck_assert_uint_eq(count(svg, "<image "), 2);
    ck_assert_uint_gt(count(svg, "stroke-opacity:0.82"), 2);
    ck_assert_uint_gt(count(svg, "stroke-opacity:0.42"), 4);
    ck_assert_uint_gt(count(svg, "<path "), 150);
    ck_assert_ptr_null(strstr(svg, "<text"));
    free(svg);
    made_free(m);
}
END_TEST

START_TEST(a_pdf)
{
    struct made *m = full();
    char *pdf = twice(m, "pdf", "width: 400, height: 500, dpi: 100");

    ck_assert_int_eq(strncmp(pdf, "%PDF-1.", 7), 0);
    made_write(m, "png", "path: %s/c.pdf, width: 400, height: 500, dpi: 100, levels: 0");
    free(pdf);
    made_stops_when_told(m, "png", "path: %s/a.pdf, width: 200", 20);
    made_free(m);
}
END_TEST

/* What stands in the file itself, uncompressed. */
START_TEST(a_page_and_its_dates)
{
    static const char *const formats[] = {"pdf", "svg"};

    for (int k = 0; k < 2; k++)
        for (int line = 0; line < 2; line++) {
            struct made *m = line ? made_line(21, bowl, 3) : full();
            char keys[100], name[10];
            char *text;
            size_t n;

            snprintf(name, sizeof name, "a.%s", formats[k]);
            snprintf(keys, sizeof keys, "path: %%s/%s, width: 300, height: 400, dpi: 75", name);
            made_write(m, "png", keys);
            text = made_read(m, name, &n);
            for (size_t i = 0; i < n; i++)
                text[i] = text[i] ? text[i] : ' ';
            ck_assert_ptr_null(strstr(text, "Date"));
            ck_assert_ptr_nonnull(
                strstr(text, k ? "viewBox=\"0 0 288 384\"" : "/MediaBox [ 0 0 288 384 ]"));
            /* A curve has no image at all. */
            ck_assert_int_eq(strstr(text, k ? "<image" : "/Image") != NULL, !line);
            free(text);
            made_free(m);
        }
}
END_TEST

START_TEST(odd_text)
{
    struct made *m = made_line(9, bowl, 0);
    char *svg;

    m->result.title = "a < b & c > d \xe2\x82\xac";
    m->result.provenance = (const char *const[]){"key", "<\xff \xc3 \x01 end", NULL};
    made_write(m, "png", "path: %s/a.pdf, width: 300");
    made_write(m, "png", "path: %s/a.svg, width: 300");
    svg = made_read(m, "a.svg", NULL);
    ck_assert_ptr_nonnull(strstr(svg, "<title>a &lt; b &amp; c &gt; d \xe2\x82\xac</title>"));
    ck_assert_ptr_nonnull(strstr(svg, "<metadata>thalweg:key &lt;? ? ? end\n"));
    free(svg);
    m->result.title = "";
    m->result.provenance = NULL;
    made_write(m, "png", "path: %s/a.svg, width: 300");
    made_write(m, "png", "path: %s/a.pdf, width: 300");
    made_free(m);
}
END_TEST

/* ---- pixels ----------------------------------------------------------------------------- */

/* The map's box, read off a picture of 8 bits. */
static void box_of(const struct made *m, const char *keys, int box[4])
{
    char *text;
    const char *at;
    size_t n;

    made_write((struct made *)(uintptr_t)m, "png", keys);
    text = made_read(m, "box.png", &n);
    for (size_t i = 0; i < n; i++)
        text[i] = text[i] ? text[i] : ' ';
    at = strstr(text, "thalweg:map ");
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(
        sscanf(at, "thalweg:map x %d y %d width %d height %d", box, box + 1, box + 2, box + 3), 4);
    free(text);
}

START_TEST(sixteen_bits_of_a_map)
{
    struct made *m = made_new(7, 12, slope, 0);
    struct exact *e, *eight;
    double most = 0;
    int box[4];

    box_of(m, "path: %s/box.png, width: 400, levels: 0", box);
    made_write(m, "png", "path: %s/a.png, width: 400, levels: 0, depth: 16");
    e = exact_read(m, "a.png");
    eight = exact_read(m, "box.png");
    ck_assert_int_eq(e->depth, 16);
    ck_assert_int_eq(eight->depth, 8);
    ck_assert(!e->alpha);
    ck_assert_double_lt(exact_apart(e, eight), 2.01 / 255);
    ck_assert_uint_gt(exact_fine(e), (size_t)box[2] * (size_t)box[3]);
    ck_assert_uint_eq(exact_fine(eight), 0);
    for (int j = 2; j < box[3] - 2; j++) /* the formula, to 16 bits */
        for (int i = box[2] / 4; i < box[2] - 2; i++) {
            double fx = (i + 0.5) / box[2], fy = 1 - (j + 0.5) / box[3];
            struct rgb c = palette_at(PALETTE_VIRIDIS, (2 * fx + 6 * fy) / 8);
            const double *v = exact_at(e, (size_t)(box[0] + i), (size_t)(box[1] + j));

            most = fmax(most, fabs(v[0] - c.r) + fabs(v[1] - c.g) + fabs(v[2] - c.b));
        }
    ck_assert_double_lt(most, 4.0 / 65535);
    exact_free(e);
    exact_free(eight);
    made_free(m);
}
END_TEST

/* Without its ground it is the same on white; there is nothing in the corners, and everything
 * in the middle. */
static void without_ground(struct made *m, const char *extra, double tolerance)
{
    static const char *const depth[] = {"8", "16"};
    char keys[200];
    struct exact *opaque, *e;

    snprintf(keys, sizeof keys, "path: %%s/o.png, width: 300, %s", extra);
    made_write(m, "png", keys);
    opaque = exact_read(m, "o.png");
    for (int k = 0; k < 2; k++) {
        snprintf(keys, sizeof keys, "path: %%s/a.png, width: 300, %s, transparent: true, depth: %s",
                 extra, depth[k]);
        made_write(m, "png", keys);
        e = exact_read(m, "a.png");
        ck_assert_int_eq(e->depth, k ? 16 : 8);
        ck_assert(e->alpha);
        ck_assert(exact_at(e, 0, 0)[3] <= 0 && exact_at(e, e->w - 1, e->h - 1)[3] <= 0);
        ck_assert_double_lt(exact_apart(e, opaque), tolerance);
        exact_free(e);
    }
    exact_free(opaque);
}

START_TEST(no_ground)
{
    struct made *m = full();
    char *svg;

    without_ground(m, "levels: 8", 3.01 / 255);
    for (int k = 0; k < 2; k++) { /* the first thing that is drawn is a white page, or not */
        made_write(m, "png",
                   k ? "path: %s/a.svg, width: 300, transparent: true"
                     : "path: %s/a.svg, width: 300");
        svg = made_read(m, "a.svg", NULL);
        ck_assert_int_eq(strstr(svg, "<rect x=\"0\" y=\"0\" width=\"108\"") != NULL, !k);
        free(svg);
    }
    made_free(m);
    m = made_line(31, bowl, 4);
    without_ground(m, "levels: 0", 3.01 / 255);
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    static const char *const keys[][2] = {
        {"{path: a.jpg}", ".png, .pdf or .svg"},
        {"{path: picture}", ".png, .pdf or .svg"},
        {"{path: folder.png/.svg}", ".png, .pdf or .svg"},
        {"{path: a.pdf, depth: 16}", "for a .png"},
        {"{path: a.svg, depth: 16}", "for a .png"},
        {"{path: a.pdf, width: 8192, dpi: 30}", "200 inches"},
        {"{path: a.pdf, height: 16384, dpi: 72}", "200 inches"},
        {"{turntable: 4}", "view: surface"},
        {"{turntable: 4, view: auto}", "view: surface"},
        {"{transparent: true, view: surface, style: dusk}", "another style"},
        {"{depth: 12}", "depth"},
        {"{axes: maybe}", "axes"},
    };
    struct made *m = made_new(5, 5, bowl, 0);

    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        ck_assert_msg(strstr(rig_refused(TW_SINK, "png", keys[k][0]), keys[k][1]) != NULL, "%s: %s",
                      keys[k][0], rig_refused(TW_SINK, "png", keys[k][0]));
    made_write(m, "png", "path: %s/A.PDF, width: 300"); /* either case */
    made_free(m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-formats");
    TCase *t = tcase_create("sink-formats");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, an_svg);
    tcase_add_test(t, a_pdf);
    tcase_add_test(t, a_page_and_its_dates);
    tcase_add_test(t, odd_text);
    tcase_add_test(t, sixteen_bits_of_a_map);
    tcase_add_test(t, no_ground);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}
