/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-npy.c -- files that NumPy wrote (tests/golden/make_npy.py), and broken
 * ones made from them.
 */
#define _POSIX_C_SOURCE 200809L

#include "suite.h"

#include "util/npy.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a host that remembers ------------------------------------------------- */

static char reason[1024];

static int __attribute__((format(printf, 3, 4)))
record(const struct tw_host *h, int code, const char *fmt, ...)
{
    va_list ap;
    (void)h;
    va_start(ap, fmt);
    vsnprintf(reason, sizeof reason, fmt, ap);
    va_end(ap);
    return code;
}

static const struct tw_host host = {.struct_size = sizeof host, .fail = record};

/* ---- files ----------------------------------------------------------------- */

static char scratch[64];

static void make_scratch(void)
{
    strcpy(scratch, "/tmp/thalweg-npy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch));
    reason[0] = 0;
}

static void drop_scratch(void)
{
    char path[96];
    snprintf(path, sizeof path, "%s/a.npy", scratch);
    unlink(path);
    ck_assert_int_eq(rmdir(scratch), 0);
}

static const char *data(const char *name)
{
    static char path[1024];
    const char *top = getenv("abs_top_srcdir");
    snprintf(path, sizeof path, "%s/tests/data/%s.npy", top ? top : ".", name);
    return path;
}

static size_t slurp(const char *path, char *buf, size_t size)
{
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    size_t n = fread(buf, 1, size, f);
    fclose(f);
    return n;
}

static const char *spill(const char *bytes, size_t n)
{
    static char path[96];
    snprintf(path, sizeof path, "%s/a.npy", scratch);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

/* A 1.0 file of this header text and `n_data` zero bytes. */
static const char *forge(const char *header, size_t n_data)
{
    char buf[4096] = "\x93NUMPY\1";
    size_t n = strlen(header);
    ck_assert(10 + n + n_data <= sizeof buf);
    buf[8] = (char)(n & 255);
    buf[9] = (char)(n >> 8);
    memcpy(buf + 10, header, n);
    return spill(buf, 10 + n + n_data);
}

static void refused(const char *path, int code, const char *words)
{
    struct npy f = {0};
    reason[0] = 0;
    int rc = npy_open(&host, path, &f);
    ck_assert_msg(rc == code, "%s: %d: %s", path, rc, reason);
    ck_assert_msg(strstr(reason, words) != NULL, "\"%s\" is not in: %s", words, reason);
    ck_assert_ptr_null(f.path);
}

/* ---- what NumPy writes ----------------------------------------------------- */

static const char *const golden[] = {
    "u1-le", "i1-le", "u2-le", "i2-le",     "u4-le",     "i4-le",     "u8-le", "i8-le",
    "f4-le", "f8-le", "u2-be", "i2-be",     "u4-be",     "i4-be",     "u8-be", "i8-be",
    "f4-be", "f8-be", "b1",    "version-1", "version-2", "version-3",
};

START_TEST(every_type_and_version)
{
    const char *name = golden[_i];
    char kind = *name == 'b' ? 'u' : *name == 'v' ? 'f' : *name;
    double d[12];
    float s[12];
    struct npy f;

    ck_assert_msg(npy_open(&host, data(name), &f) == TW_OK, "%s", reason);
    ck_assert_uint_eq(f.n_dims, 2);
    ck_assert_uint_eq(f.shape[0], 3);
    ck_assert_uint_eq(f.shape[1], 4);
    ck_assert_uint_eq(f.count, 12);
    ck_assert_int_eq(f.kind, kind);
    ck_assert_uint_eq(npy_row_size(&f), 4);
    ck_assert_int_eq(npy_read_double(&f, 0, 12, d), TW_OK);
    ck_assert_int_eq(npy_read_float(&f, 0, 12, s), TW_OK);
    for (int k = 0; k < 12; k++) {
        double want = *name == 'b'  ? k % 3 == 0
                      : kind == 'f' ? (k - 6) / 8.0
                      : kind == 'i' ? k - 6
                                    : k;
        ck_assert_double_eq(d[k], want);
        ck_assert_float_eq(s[k], (float)want);
    }
    /* Rows in the middle. */
    double row[4];
    ck_assert_int_eq(npy_read_double(&f, 8, 4, row), TW_OK);
    ck_assert_mem_eq(row, d + 8, sizeof row);
    npy_close(&f);
    npy_close(&f);
}
END_TEST

START_TEST(extreme_integers)
{
    static const struct {
        const char *name;
        double lo, hi;
    } c[] = {
        {"extremes-u1", 0, UINT8_MAX},
        {"extremes-i1", INT8_MIN, INT8_MAX},
        {"extremes-u2", 0, UINT16_MAX},
        {"extremes-i2", INT16_MIN, INT16_MAX},
        {"extremes-u4", 0, UINT32_MAX},
        {"extremes-i4", INT32_MIN, INT32_MAX},
        {"extremes-u8", 0, 18446744073709551615.0},
        {"extremes-i8", -9223372036854775808.0, 9223372036854775807.0},
    };
    struct npy f;
    double d[2];
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ck_assert_int_eq(npy_open(&host, data(c[i].name), &f), TW_OK);
        ck_assert_int_eq(npy_read_double(&f, 0, 2, d), TW_OK);
        ck_assert_msg(d[0] == c[i].lo && d[1] == c[i].hi, "%s: %g %g", c[i].name, d[0], d[1]);
        npy_close(&f);
    }
}
END_TEST

START_TEST(other_shapes)
{
    struct npy f;
    char what[64];
    ck_assert_int_eq(npy_open(&host, data("one-dim"), &f), TW_OK);
    ck_assert_uint_eq(f.n_dims, 1);
    ck_assert_uint_eq(npy_row_size(&f), 1);
    ck_assert_uint_eq(f.shape[1], 1);
    ck_assert_str_eq(npy_describe(&f, what, sizeof what), "float64 array of 12");
    npy_close(&f);
    ck_assert_int_eq(npy_open(&host, data("three-dims"), &f), TW_OK);
    ck_assert_uint_eq(f.n_dims, 3);
    ck_assert_uint_eq(npy_row_size(&f), 6);
    ck_assert_str_eq(npy_describe(&f, what, sizeof what), "float64 array of 2 x 3 x 2");
    ck_assert_str_eq(npy_describe(&f, what, 8), "float64");
    npy_close(&f);
}
END_TEST

START_TEST(values_are_handed_over_unchecked)
{
    struct npy f;
    double d[4];
    float s[4];
    ck_assert_int_eq(npy_open(&host, data("not-finite"), &f), TW_OK);
    ck_assert_int_eq(npy_read_double(&f, 0, 4, d), TW_OK);
    ck_assert_int_eq(npy_read_float(&f, 0, 4, s), TW_OK);
    ck_assert(isnan(d[0]) && d[1] == HUGE_VAL && d[2] == -HUGE_VAL && d[3] == 1e300);
    ck_assert(isnan(s[0]) && isinf(s[3]));
    npy_close(&f);
}
END_TEST

/* More than the block that conversions go through. */
START_TEST(many_elements)
{
    enum { N = 50000 };
    static char buf[10 + 118 + N * 4];
    static float want[N], s[N];
    static double d[N];
    int n =
        snprintf(buf + 10, 119, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d,), }", N);
    memcpy(buf, "\x93NUMPY\1\0\x76\0", 10);
    memset(buf + 10 + n, ' ', 118 - (size_t)n);
    for (int i = 0; i < N; i++)
        want[i] = (float)i / 7;
    memcpy(buf + 128, want, sizeof want);
    struct npy f;
    ck_assert_msg(npy_open(&host, spill(buf, sizeof buf), &f) == TW_OK, "%s", reason);
    ck_assert_int_eq(npy_read_float(&f, 0, N, s), TW_OK);
    ck_assert_mem_eq(s, want, sizeof want);
    ck_assert_int_eq(npy_read_double(&f, 3, N - 3, d), TW_OK);
    for (int i = 3; i < N; i++)
        ck_assert(d[i - 3] == (double)want[i]);
    npy_close(&f);
}
END_TEST

/* ---- what is refused ------------------------------------------------------- */

START_TEST(whole_but_not_supported)
{
    refused(data("fortran"), TW_EINVAL, "Fortran order");
    refused(data("half"), TW_EINVAL, "'<f2'");
    refused(data("complex"), TW_EINVAL, "'<c16'");
    refused(data("text"), TW_EINVAL, "'<U1'");
    refused(data("structured"), TW_EINVAL, "structured");
    refused(data("scalar"), TW_EINVAL, "single number");
    refused(data("empty"), TW_EINVAL, "dimension 0 of its shape is 0");
    refused(data("five-dims"), TW_EINVAL, "more than 4 dimensions");
}
END_TEST

START_TEST(not_a_file)
{
    char pipe_path[96];
    refused("/nowhere/a.npy", TW_EIO, "open /nowhere/a.npy: No such file");
    refused(scratch, TW_EIO, "is a directory");
    snprintf(pipe_path, sizeof pipe_path, "%s/a.npy", scratch);
    ck_assert_int_eq(mkfifo(pipe_path, 0600), 0);
    refused(pipe_path, TW_EIO, "not a regular file");
    unlink(pipe_path);
    refused(spill("", 0), TW_EIO, "not a .npy file");
    refused(spill("PK\3\4............", 16), TW_EIO, ".npz");
    refused(spill("\x93NUMPY\7\0\0\0..", 12), TW_EINVAL, "format 7.0");
    refused(spill("\x93NUMPY\2\0\0\0", 10), TW_EIO, "cut off");
    refused(spill("\x93NUMPY\2\0\xff\xff\xff\xff{", 13), TW_EIO, "longer than");
    const char *path = forge("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 1);
    if (geteuid() != 0) { /* nothing is forbidden to root */
        ck_assert_int_eq(chmod(path, 0), 0);
        refused(path, TW_EIO, "Permission denied");
    }
}
END_TEST

START_TEST(wrong_length)
{
    char buf[512];
    size_t n = slurp(data("f8-le"), buf, sizeof buf);
    ck_assert_uint_eq(n, 128 + 96);
    buf[n] = 0;
    refused(spill(buf, n - 1), TW_EIO, "has 95 bytes of data, its header asks for 96");
    refused(spill(buf, n + 1), TW_EIO, "has 97 bytes of data, its header asks for 96");
    for (size_t k = 0; k < n; k++) {
        struct npy f;
        ck_assert_int_lt(npy_open(&host, spill(buf, k), &f), 0);
    }
}
END_TEST

#define H(descr, order, shape)                                                                     \
    "{'descr': " descr ", 'fortran_order': " order ", 'shape': " shape ", }"

START_TEST(strange_headers)
{
    static const char *const fine[] = {
        H("'|u1'", "False", "(4,)"),
        H("'|u1'", "False", "(4L, 1L)"),
        H("\"|u1\"", "False", "( 2 , 2 )"),
        H("'<u1'", "True", "(4,)"),
        "{'shape':(4,),'fortran_order':False,'descr':'|u1'}\n",
    };
    static const char *const broken[] = {
        "",
        "{",
        "{}",
        "{'descr'",
        "{'descr': }",
        "{'descr': '|u1'}",
        H("'|u1'", "False", "(4,"),
        H("'|u1'", "False", "4"),
        H("'|u1'", "False", "(-4,)"),
        H("'|u1'", "False", "(4.0,)"),
        H("'|u1'", "False", "(,)"),
        H("'|u1'", "Maybe", "(4,)"),
        H("'|u1", "False", "(4,)"),
        H("'an endless type name'", "False", "(4,)"),
        H("'|u1'", "False", "(4,)") "x",
        H("'|u1'", "False", "(1152921504606846976,)"),
        H("'|u1'", "False", "(99999999999999999999,)"),
        H("'<f8'", "False", "(4294967296, 4294967296)"),
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'color': 'red'}",
    };
    static const char *const types[] = {
        H("'|u4'", "False", "(1,)"), H("'u4'", "False", "(1,)"),   H("''", "False", "(1,)"),
        H("'<'", "False", "(1,)"),   H("'<f16'", "False", "(1,)"), H("'|O'", "False", "(1,)"),
    };
    struct npy f;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        ck_assert_msg(npy_open(&host, forge(fine[i], 4), &f) == TW_OK, "%s: %s", fine[i], reason);
        ck_assert_uint_eq(f.count, 4);
        npy_close(&f);
    }
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        int rc = npy_open(&host, forge(broken[i], 4), &f);
        ck_assert_msg(rc == TW_EIO, "%s: %d", broken[i], rc);
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        refused(forge(types[i], 4), TW_EINVAL, "elements of type");
}
END_TEST

/* Every byte of a header replaced by a few others: an error or not, but no more. */
START_TEST(any_byte_may_be_wrong)
{
    static const char others[] = {0, '\'', '(', '9', ' ', (char)255};
    char buf[512];
    size_t n = slurp(data("f8-le"), buf, sizeof buf), opened = 0;
    for (size_t i = 0; i < 128; i++)
        for (size_t k = 0; k < sizeof others; k++) {
            struct npy f;
            double d[12];
            char was = buf[i];
            buf[i] = others[k];
            if (npy_open(&host, spill(buf, n), &f) == TW_OK) {
                opened++;
                ck_assert_uint_le(f.count, 12);
                ck_assert_int_eq(npy_read_double(&f, 0, f.count, d), TW_OK);
                npy_close(&f);
            }
            buf[i] = was;
        }
    ck_assert_uint_ge(opened, 6); /* at least where the byte stayed the same */
}
END_TEST

START_TEST(file_that_shrinks)
{
    char buf[512];
    size_t n = slurp(data("f8-le"), buf, sizeof buf);
    const char *path = spill(buf, n);
    struct npy f;
    double d[12];
    ck_assert_int_eq(npy_open(&host, path, &f), TW_OK);
    ck_assert_int_eq(truncate(path, 140), 0);
    ck_assert_int_eq(npy_read_double(&f, 0, 12, d), TW_EIO);
    ck_assert_ptr_nonnull(strstr(reason, "ends at byte 140"));
    ck_assert_int_eq(npy_read_double(&f, 10, 3, d), TW_EINTERNAL);
    ck_assert_int_eq(npy_read_double(&f, SIZE_MAX, 3, d), TW_EINTERNAL);
    npy_close(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("npy");
    TCase *c = tcase_create("npy");
    tcase_add_checked_fixture(c, make_scratch, drop_scratch);
    tcase_add_loop_test(c, every_type_and_version, 0, (int)(sizeof golden / sizeof *golden));
    tcase_add_test(c, extreme_integers);
    tcase_add_test(c, other_shapes);
    tcase_add_test(c, values_are_handed_over_unchecked);
    tcase_add_test(c, many_elements);
    tcase_add_test(c, whole_but_not_supported);
    tcase_add_test(c, not_a_file);
    tcase_add_test(c, wrong_length);
    tcase_add_test(c, strange_headers);
    tcase_add_test(c, any_byte_may_be_wrong);
    tcase_add_test(c, file_that_shrinks);
    suite_add_tcase(suite, c);
    return bench_main(suite);
}
