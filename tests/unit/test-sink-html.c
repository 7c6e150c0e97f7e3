/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-html.c -- the page as a file: the data in it are JSON and true, text stays text, and
 * the same result gives the same bytes.  What the page does is tested in tests/html. */
#define _XOPEN_SOURCE 700
#include "../../plugins/util/palette.h"
#include "results.h"

#define DATA_BEGINS "<script type=\"application/json\" id=\"data\">"

/* ---- JSON ---------------------------------------------------------------------------- */

static const char *skip(const char *p)
{
    while (*p == ' ' || *p == '\n')
        p++;
    return p;
}

static const char *past_string(const char *p)
{
    ck_assert_int_eq(*p, '"');
    for (p++; *p != '"'; p++) {
        ck_assert_msg((unsigned char)*p >= 0x20, "a control character in a string");
        ck_assert(*p != '<' && *p != '>' && *p != '&');
        if (*p == '\\')
            ck_assert_ptr_nonnull(strchr("\"\\u", *++p));
    }
    return p + 1;
}

/* Past one value, which must be right; the nesting is a string of brackets. */
static const char *past_value(const char *p)
{
    char nest[32] = "";
    size_t depth = 0;

    do {
        char *end;

        p = skip(p);
        if (*p == '{' || *p == '[') {
            ck_assert_uint_lt(depth, sizeof nest);
            nest[depth++] = *p == '{' ? '}' : ']';
            p = skip(p + 1);
            if (*p != nest[depth - 1]) {
                if (nest[depth - 1] == '}') {
                    p = skip(past_string(p));
                    ck_assert_int_eq(*p++, ':');
                }
                continue;
            }
        } else if (*p == '"') {
            p = past_string(p);
        } else if (strncmp(p, "null", 4) == 0 || strncmp(p, "true", 4) == 0) {
            p += 4;
        } else if (strncmp(p, "false", 5) == 0) {
            p += 5;
        } else {
            ck_assert(strchr("-0123456789", *p) && isfinite(strtod(p, &end)));
            p = end;
        }
        p = skip(p);
        while (depth && *p == nest[depth - 1]) {
            depth--;
            p = skip(p + 1);
        }
        if (depth) {
            ck_assert_int_eq(*p++, ',');
            if (nest[depth - 1] == '}') {
                p = skip(past_string(skip(p)));
                ck_assert_int_eq(*p++, ':');
            }
        }
    } while (depth);
    return p;
}

/* ---- pages --------------------------------------------------------------------------- */

struct page {
    char *text;
    const char *data;
};

/* Of a.html; its data are one value of JSON. */
static struct page page_read(const struct made *m)
{
    struct page p = {.text = made_read(m, "a.html", NULL)};

    p.data = strstr(p.text, DATA_BEGINS);
    ck_assert_ptr_nonnull(p.data);
    p.data += strlen(DATA_BEGINS);
    const char *end = past_value(p.data);
    ck_assert_int_eq(strncmp(end, "</script>", 9), 0);
    ck_assert_ptr_nonnull(strstr(end, "</html>"));
    return p;
}

static struct page page_of(struct made *m, const char *keys)
{
    made_write(m, "html", keys);
    return page_read(m);
}

/* The value of the n-th key of that name. */
static const char *value(const struct page *p, const char *key, int n)
{
    char name[60];
    const char *at = p->data;

    snprintf(name, sizeof name, "\"%s\":", key);
    for (int k = 0; k <= n; k++) {
        at = strstr(at, name);
        ck_assert_msg(at != NULL, "no key %s", key);
        at += strlen(name);
    }
    return at;
}

static void number_is(const struct page *p, const char *key, int n, double want)
{
    double got = strtod(value(p, key, n), NULL);

    ck_assert_msg(got == want, "%s is %.17g, wanted %.17g", key, got, want);
}

static void text_is(const struct page *p, const char *key, int n, const char *want)
{
    const char *got = value(p, key, n);

    ck_assert_msg(strncmp(got, want, strlen(want)) == 0, "%s is %.60s, wanted %s", key, got, want);
}

/* Bytes of {"TYPE":"..."}; how many. */
static size_t bytes_of(const char *at, const char *type, unsigned char *out, size_t room)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char head[12];
    uint32_t bits = 0;
    size_t n = 0, letters = 0;

    snprintf(head, sizeof head, "{\"%s\":\"", type);
    ck_assert_int_eq(strncmp(at, head, strlen(head)), 0);
    for (at += strlen(head); *at != '"' && *at != '='; at++) {
        const char *c = strchr(alphabet, *at);

        ck_assert_ptr_nonnull(c);
        bits = bits << 6 | (uint32_t)(c - alphabet);
        if (++letters % 4 == 1)
            continue;
        ck_assert_uint_lt(n, room);
        out[n++] = (unsigned char)(bits >> (letters % 4 == 2 ? 4 : letters % 4 == 3 ? 2 : 0));
    }
    while (*at == '=') {
        letters++;
        at++;
    }
    ck_assert_uint_eq(letters % 4, 0);
    ck_assert_int_eq(*at, '"');
    return n;
}

static void floats_are(const struct page *p, const char *key, int which, const double *want,
                       size_t n)
{
    static float got[4096];

    ck_assert_uint_eq(bytes_of(value(p, key, which), "f32", (unsigned char *)got, sizeof got),
                      n * sizeof *got);
    for (size_t k = 0; k < n; k++)
        ck_assert_msg(got[k] == (float)want[k] || (isnan(got[k]) && isnan(want[k])), "%s[%zu]", key,
                      k);
}

/* ---- tests --------------------------------------------------------------------------- */

START_TEST(numbers_come_back)
{
    struct made *m = made_new(13, 7, bowl, 4);

    m->loss[3] = NAN;
    m->loss[4] = INFINITY;
    m->loss[5] = 1e300; /* beyond a float */
    made_test(m);
    struct page p = page_of(m, "path: %s/a.html");
    number_is(&p, "format", 0, 1);
    number_is(&p, "from", 0, -1);
    number_is(&p, "to", 0, 1);
    number_is(&p, "n", 0, 13);
    number_is(&p, "from", 1, -0.5);
    number_is(&p, "to", 1, m->y[6]);
    number_is(&p, "n", 1, 7);
    number_is(&p, "length", 0, 1); /* 2 by 2: a length is a unit */
    floats_are(&p, "loss", 0, m->loss, 13 * 7);
    floats_are(&p, "accuracy", 0, m->accuracy, 13 * 7);
    floats_are(&p, "test_loss", 0, m->grid.test_loss, 13 * 7);
    floats_are(&p, "test_accuracy", 0, m->grid.test_accuracy, 13 * 7);
    text_is(&p, "height", 0, "null");
    text_is(&p, "ball", 0, "null");
    text_is(&p, "step", 0, "[0,469,938,1407]");
    floats_are(&p, "plane_loss", 0, m->t[3], 4);
    text_is(&p, "title", 0, "\"" MADE_TITLE "\"");
    free(p.text);
    made_free(m);
}
END_TEST

/* Sides of other proportions are drawn no narrower than 0.6. */
START_TEST(lengths_follow_the_longer_side)
{
    struct made *m = made_new(5, 5, bowl, 0);

    for (size_t j = 0; j < 5; j++)
        m->y[j] = 0.1 * (double)j;
    struct page p = page_of(m, "path: %s/a.html");
    number_is(&p, "length", 0, 1);
    number_is(&p, "length", 1, 2 * 0.6 / 0.4);
    free(p.text);
    made_free(m);
}
END_TEST

START_TEST(a_ball_in_two_landscapes)
{
    struct made *m = made_new(9, 9, bowl, 0);
    double t[60];

    made_ball(m);
    made_critical(m);
    made_mark(m, 0.25, -0.25, "a <mark>");
    struct page p = page_of(m, "path: %s/a.html");
    number_is(&p, "radius", 0, 0.045);
    text_is(&p, "begins", 0, "[0,30]");
    ck_assert_uint_eq(bytes_of(value(&p, "t", 0), "f64", (unsigned char *)t, sizeof t), sizeof t);
    ck_assert_mem_eq(t, m->ball.t, sizeof t);
    floats_are(&p, "z", 0, m->ball.z, 60);
    floats_are(&p, "energy", 0, m->ball.energy, 60);
    floats_are(&p, "height", 0, m->loss, 81);
    floats_are(&p, "height", 1, m->loss, 81);
    text_is(&p, "rest", 1, "{\"x\":0,");
    text_is(&p, "name", PALETTE_COUNT, "\"a \\u003cmark\\u003e\""); /* behind the palettes */
    text_is(&p, "kind", 0, "\"minimum\"");
    text_is(&p, "kind", 2, "\"saddle\"");
    text_is(&p, "kind", 3, "\"maximum\"");
    text_is(&p, "persistence", 0, "null"); /* infinite */
    number_is(&p, "persistence", 1, 0.5);
    free(p.text);
    made_free(m);
}
END_TEST

START_TEST(options_and_scales)
{
    struct made *m = made_new(9, 9, bowl, 0);
    struct page p = page_of(m, "path: %s/a.html, palette: dusk, theme: dark, play: false, "
                               "log: true, vmin: 0.5, vmax: 3");
    text_is(&p, "palette", 0, "\"dusk\"");
    text_is(&p, "theme", 0, "\"dark\"");
    text_is(&p, "play", 0, "false");
    text_is(&p, "log", 0, "true");
    text_is(&p, "log_ends", 0, "[0.5,3]");
    text_is(&p, "linear_ends", 0, "[0.5,3]");
    free(p.text);
    for (size_t k = 0; k < 81; k++)
        m->loss[k] = -1 - m->loss[k];
    p = page_of(m, "path: %s/a.html");
    text_is(&p, "log", 0, "false");
    text_is(&p, "log_ends", 0, "null"); /* no logarithm below zero */
    free(p.text);
    made_free(m);
}
END_TEST

/* All ten, 256 colours of three bytes: viridis as util/palette.h has it. */
START_TEST(palettes)
{
    struct made *m = made_new(3, 3, bowl, 0);
    struct page p = page_of(m, "path: %s/a.html");
    unsigned char c[768];

    for (int k = 0; k < 10; k++)
        ck_assert_uint_eq(bytes_of(value(&p, "colours", k), "u8", c, sizeof c), sizeof c);
    bytes_of(value(&p, "colours", 0), "u8", c, sizeof c);
    ck_assert_int_eq(c[0], 0x44);
    ck_assert_int_eq(c[1], 0x01);
    ck_assert_int_eq(c[2], 0x54);
    ck_assert_int_eq(c[765], 0xfd);
    free(p.text);
    made_free(m);
}
END_TEST

/* Whatever stands in titles and names, the page has as many elements as before. */
START_TEST(text_stays_text)
{
    static const char evil[] = "</title></script><script>\"\\\n\x01<!-- & \xe2\x80\xa8";
    struct made *m = made_new(5, 5, bowl, 2);
    struct page plain = page_of(m, "path: %s/a.html"), p;
    size_t before = 0, after = 0;

    for (const char *c = plain.text; (c = strstr(c, "script")); c++)
        before++;
    m->result.title = m->result.subtitle = m->track.name = evil;
    snprintf(m->plane.x_label, sizeof m->plane.x_label, "%s", evil);
    made_mark(m, 0, 0, evil);
    p = page_of(m, "path: %s/a.html");
    for (const char *c = p.text; (c = strstr(c, "<script")); c++)
        after++;
    ck_assert_uint_eq(after, 2); /* data and program */
    ck_assert_uint_gt(before, 2);
    ck_assert_ptr_nonnull(strstr(p.text, "<title>&lt;/title&gt;&lt;/script&gt;"));
    ck_assert_ptr_nonnull(strstr(p.text, "&quot;\\\n\x01&lt;!-- &amp; \xe2\x80\xa8</title>"));
    text_is(&p, "title", 0,
            "\"\\u003c/title\\u003e\\u003c/script\\u003e\\u003cscript\\u003e\\\"\\\\\\u000a\\u0001"
            "\\u003c!-- \\u0026 \xe2\x80\xa8\"");
    free(plain.text);
    free(p.text);
    made_free(m);
}
END_TEST

START_TEST(the_page_is_whole_and_stays_at_home)
{
    struct made *m = made_new(5, 5, bowl, 2);
    struct page p = page_of(m, "path: %s/a.html");

    ck_assert_int_eq(strncmp(p.text, "<!doctype html>", 15), 0);
    ck_assert_ptr_nonnull(strstr(p.text, "default-src 'none'"));
    ck_assert_ptr_null(strstr(p.text, "unsafe-inline"));
    ck_assert_ptr_nonnull(strstr(p.text, "three.js authors")); /* the licence */
    ck_assert_ptr_nonnull(strstr(p.text, "Permission is hereby granted"));
    ck_assert_ptr_null(strstr(p.text, "thalweg:data"));
    ck_assert_ptr_null(strstr(p.text, "thalweg:title"));
    ck_assert_ptr_nonnull(strstr(p.data, "\"provenance\":[[\"thalweg\",\"1.2.3\"]"));
    free(p.text);
    made_free(m);
}
END_TEST

START_TEST(the_same_bytes)
{
    struct made *m = made_new(9, 9, bowl, 3);
    size_t a, b;

    made_ball(m);
    made_write(m, "html", "path: %s/a.html");
    char *one = made_read(m, "a.html", &a);
    made_write(m, "html", "path: %s/a.html");
    char *two = made_read(m, "a.html", &b);
    ck_assert_uint_eq(a, b);
    ck_assert_mem_eq(one, two, a);
    free(one);
    free(two);
    made_same_with_comma(m, "html", "path: %s/a.html", "a.html");
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    char why[800];
    struct made *m = made_line(9, bowl, 3);

    made_refused(m, "html", "path: %s/a.html", "is a line");
    made_refused(m, "html", "path: %s/a.html", "png");
    ck_assert_int_ne(access(made_path(m, "a.html"), F_OK), 0);
    made_free(m);
    m = made_new(5, 1, bowl, 0);
    made_refused(m, "html", "path: %s/a.html", "2 x 2");
    made_free(m);
    m = made_new(1002, 1000, bowl, 0);
    made_refused(m, "html", "path: %s/a.html", "1002 x 1000");
    made_refused(m, "html", "path: %s/a.html", "1000000");
    made_free(m);
    m = made_new(5, 5, bowl, 0);
    made_ball(m);
    made_stops_when_told(m, "html", "path: %s/a.html", 2);
    ck_assert_int_eq(made_try(m, "html", "path: /dev/null/a.html", why, sizeof why), TW_EIO);
    made_free(m);
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "html", "{vmin: 2, vmax: 1}"), "vmin"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "html", "{palette: mauve}"), "viridis"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-html");
    TCase *t = tcase_create("sink-html");

    tcase_add_test(t, numbers_come_back);
    tcase_add_test(t, lengths_follow_the_longer_side);
    tcase_add_test(t, a_ball_in_two_landscapes);
    tcase_add_test(t, options_and_scales);
    tcase_add_test(t, palettes);
    tcase_add_test(t, text_stays_text);
    tcase_add_test(t, the_page_is_whole_and_stays_at_home);
    tcase_add_test(t, the_same_bytes);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}
