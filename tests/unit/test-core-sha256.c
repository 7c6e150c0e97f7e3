/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-sha256.c -- the vectors of FIPS 180-4, and text in pieces. */
#include "suite.h"

#include "../../core/sha256.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *of(const void *data, size_t n)
{
    static char hex[65];
    struct sha256 s;
    sha256_init(&s);
    sha256_add(&s, data, n);
    sha256_hex(&s, hex);
    return hex;
}

START_TEST(standard_vectors)
{
    ck_assert_str_eq(of("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ck_assert_str_eq(of("abc", 3),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *bits448 = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    ck_assert_str_eq(of(bits448, strlen(bits448)),
                     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    const char *bits896 = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                          "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
    ck_assert_str_eq(of(bits896, strlen(bits896)),
                     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}
END_TEST

START_TEST(a_million_letters)
{
    char *text = malloc(1000000);
    ck_assert_ptr_nonnull(text);
    memset(text, 'a', 1000000);
    ck_assert_str_eq(of(text, 1000000),
                     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}
END_TEST

/* Pieces of 1, 3, 7, 64, 65 bytes must not show. */
START_TEST(pieces_do_not_show)
{
    static const size_t piece[] = {1, 3, 7, 63, 64, 65};
    unsigned char text[131];
    char whole[65], hex[65];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (unsigned char)(i * 37 + 11);
    for (size_t n = 0; n < sizeof text; n++) {
        strcpy(whole, of(text, n));
        for (size_t k = 0; k < sizeof piece / sizeof *piece; k++) {
            struct sha256 s;
            sha256_init(&s);
            for (size_t at = 0; at < n; at += piece[k])
                sha256_add(&s, text + at, n - at < piece[k] ? n - at : piece[k]);
            sha256_hex(&s, hex);
            ck_assert_str_eq(hex, whole);
        }
        if (n > 0) { /* and every byte counts */
            text[n - 1] ^= 1;
            ck_assert_str_ne(of(text, n), whole);
            text[n - 1] ^= 1;
        }
    }
    /* 119 bytes: the padding needs a block of its own.  From coreutils' sha256sum. */
    memset(text, 'x', 119);
    ck_assert_str_eq(of(text, 119),
                     "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c");
    ck_assert_str_eq(of(text, 55),
                     "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
    ck_assert_str_eq(of(text, 56),
                     "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
    ck_assert_str_eq(of(text, 64),
                     "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sha256");
    TCase *c = tcase_create("sha256");
    suite_add_tcase(suite, c);
    tcase_add_test(c, standard_vectors);
    tcase_add_test(c, a_million_letters);
    tcase_add_test(c, pieces_do_not_show);
    return bench_main(suite);
}
