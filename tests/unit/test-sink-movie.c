/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-movie.c -- small films, through the plugin: their files, the same bytes, interruptions.
 */
#include "results.h"

#define SMALL "width: 64, height: 64, fps: 6, duration: 1, quality: preview"

static struct made *with_ball(void)
{
    struct made *m = made_new(17, 17, bowl, 6);

    made_ball(m);
    return m;
}

/* Where a four-letter box of MP4 is; 0: not there. */
static size_t box_at(const char *file, size_t n, const char *name)
{
    for (size_t k = 0; k + 8 <= n;) {
        const unsigned char *p = (const unsigned char *)file + k;
        size_t size = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];

        if (memcmp(p + 4, name, 4) == 0)
            return k;
        ck_assert_uint_ge(size, 8);
        k += size;
    }
    return 0;
}

static bool has(const char *file, size_t n, const char *text)
{
    for (size_t k = 0; k + strlen(text) <= n; k++)
        if (memcmp(file + k, text, strlen(text)) == 0)
            return true;
    return false;
}

START_TEST(mp4)
{
    struct made *m = with_ball();
    size_t n;
    char *file;

    made_write(m, "movie", "path: %s/a.mp4, " SMALL);
    file = made_read(m, "a.mp4", &n);
    ck_assert_int_eq(memcmp(file + 4, "ftyp", 4), 0);
    ck_assert_uint_gt(box_at(file, n, "moov"), 0);
    ck_assert_uint_lt(box_at(file, n, "moov"), box_at(file, n, "mdat"));
    ck_assert(has(file, n, MADE_TITLE));
    ck_assert(has(file, n, MADE_PIPELINE));
    free(file);
    made_free(m);
}
END_TEST

START_TEST(webm)
{
    struct made *m = with_ball();
    size_t n;
    char *file;

    made_write(m, "movie", "path: %s/a.webm, crf: 40, " SMALL);
    file = made_read(m, "a.webm", &n);
    ck_assert_int_eq(memcmp(file, "\x1a\x45\xdf\xa3", 4), 0);
    ck_assert(has(file, n, "V_VP9"));
    free(file);
    made_free(m);
}
END_TEST

/* Images of a GIF. */
static size_t images(const char *file, size_t n)
{
    size_t count = 0, k = 13 + ((file[10] & 0x80) ? (size_t)3 << ((file[10] & 7) + 1) : 0);

    while (k < n && file[k] != ';') {
        if (file[k] == '!') {
            k += 2;
        } else {
            ck_assert_int_eq(file[k], ',');
            count++;
            k += 10 + ((file[k + 9] & 0x80) ? (size_t)3 << ((file[k + 9] & 7) + 1) : 0) + 1;
        }
        while (file[k])
            k += (size_t)(unsigned char)file[k] + 1;
        k++;
    }
    return count;
}

START_TEST(gif)
{
    struct made *m = with_ball();
    size_t n;
    char *file;

    made_write(m, "movie", "path: %s/a.gif, " SMALL);
    file = made_read(m, "a.gif", &n);
    ck_assert_int_eq(memcmp(file, "GIF89a", 6), 0);
    ck_assert_uint_eq(images(file, n), 6);
    free(file);
    made_free(m);
}
END_TEST

START_TEST(the_same_bytes)
{
    static const char *const keys[] = {"path: %s/a.mp4, " SMALL, "path: %s/a.gif, " SMALL};
    static const char *const names[] = {"a.mp4", "a.gif"};
    struct made *m = with_ball();

    for (size_t k = 0; k < 2; k++) {
        size_t n[2];
        char *file[2];

        for (size_t i = 0; i < 2; i++) {
            made_write(m, "movie", keys[k]);
            file[i] = made_read(m, names[k], &n[i]);
        }
        ck_assert_uint_eq(n[0], n[1]);
        ck_assert_int_eq(memcmp(file[0], file[1], n[0]), 0);
        free(file[0]);
        free(file[1]);
    }
    made_free(m);
}
END_TEST

/* A landscape on a turntable, with one trajectory, with several, with none. */
START_TEST(without_a_ball)
{
    for (size_t runs = 0; runs < 4; runs++) {
        struct made *m = made_new(13, 9, bowl, runs ? 8 : 0);
        size_t n;

        if (runs > 1)
            made_runs(m, runs);
        made_write(m, "movie", "path: %s/a.gif, style: paper, palette: magma, " SMALL);
        free(made_read(m, "a.gif", &n));
        made_free(m);
    }
}
END_TEST

/* Nothing but the landscape. */
START_TEST(without_words)
{
    struct made *m = with_ball();
    size_t n;

    made_write(m, "movie",
               "path: %s/a.mp4, title_card: false, captions: false, end_card: false, turn: 30, "
               "speed: 2, crf: 35, " SMALL);
    free(made_read(m, "a.mp4", &n));
    made_free(m);
}
END_TEST

/* What is there when the user interrupts is a film; before the first frame there is none. */
START_TEST(ends_when_told)
{
    static const char keys[] = "path: %s/a.mp4, " SMALL, gif_keys[] = "path: %s/a.gif, " SMALL;
    struct made *m = with_ball();
    size_t all, n, whole, part;
    char *file;

    ck_assert_int_eq(made_stop(m, "movie", keys, SIZE_MAX, &all), TW_OK);
    free(made_read(m, "a.mp4", &whole));
    remove(made_path(m, "a.mp4"));
    ck_assert_uint_ge(all, 6);
    ck_assert_int_eq(made_stop(m, "movie", keys, 1, &n), TW_ECANCELLED);
    ck_assert_int_ne(access(made_path(m, "a.mp4"), F_OK), 0);
    ck_assert_int_eq(made_stop(m, "movie", keys, all / 2, &n), TW_OK);
    ck_assert_uint_eq(n, all / 2);
    file = made_read(m, "a.mp4", &part);
    ck_assert_uint_lt(part, whole);
    ck_assert_uint_lt(box_at(file, part, "moov"), box_at(file, part, "mdat"));
    free(file);
    ck_assert_int_eq(made_stop(m, "movie", gif_keys, SIZE_MAX, &all), TW_OK);
    ck_assert_int_eq(made_stop(m, "movie", gif_keys, 5, &n), TW_ECANCELLED); /* no colours yet */
    ck_assert_int_eq(made_stop(m, "movie", gif_keys, all - 3, &n), TW_OK);
    file = made_read(m, "a.gif", &part);
    ck_assert_uint_ge(images(file, part), 1);
    ck_assert_uint_lt(images(file, part), 6);
    free(file);
    made_free(m);
}
END_TEST

START_TEST(a_comma_in_the_locale_changes_nothing)
{
    struct made *m = with_ball();

    made_same_with_comma(m, "movie", "path: %s/a.mp4, " SMALL, "a.mp4");
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    struct made *m = made_line(9, bowl, 3);

    made_refused(m, "movie", "path: %s/a.mp4", "2 x 2");
    ck_assert_int_ne(access(made_path(m, "a.mp4"), F_OK), 0);
    made_free(m);
    m = made_new(5, 5, bowl, 0);
    for (size_t k = 0; k < 25; k++)
        m->loss[k] = NAN;
    made_refused(m, "movie", "path: %s/a.mp4", "no grid point has a finite loss");
    made_free(m);
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "movie", "{path: a.avi}"), ".webm"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "movie", "{width: 641}"), "even"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "movie", "{path: a.gif, fps: 60}"), "50"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "movie", "{crf: 60}"), "51"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "movie", "{vmin: 2, vmax: 1}"), "vmin"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-movie");
    TCase *t = tcase_create("sink-movie");

    tcase_add_test(t, mp4);
    tcase_add_test(t, webm);
    tcase_add_test(t, gif);
    tcase_add_test(t, the_same_bytes);
    tcase_add_test(t, without_a_ball);
    tcase_add_test(t, without_words);
    tcase_add_test(t, ends_when_told);
    tcase_add_test(t, a_comma_in_the_locale_changes_nothing);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}
