/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-datasets.c -- the dataset plugins on the bench: the real data sets by
 * their known sums, IDX and .npy files as they are written here.
 */
#define _POSIX_C_SOURCE 200809L

#include "datasets.h"

#include <math.h>
#include <sys/stat.h>

/* ---- the data sets that come along ----------------------------------------- */

START_TEST(iris)
{
    static const char *const species[] = {"setosa", "versicolor", "virginica"};
    static const double sum[] = {876.5, 458.6, 563.7, 179.9};
    struct tw_data d, again;
    struct rig *r = loaded("iris", "{}", &d);
    ck_assert_uint_eq(d.task, TW_CLASSIFY);
    ck_assert_uint_eq(d.n_rows, 150);
    ck_assert_uint_eq(d.n_features, 4);
    ck_assert_uint_eq(d.n_classes, 3);
    ck_assert_ptr_null(d.target);
    for (size_t j = 0; j < 4; j++)
        ck_assert_double_eq_tol(column_sum(&d, j), sum[j], 1e-4);
    for (int k = 0; k < 3; k++) {
        ck_assert_uint_eq(count_label(&d, k), 50);
        ck_assert_str_eq(d.class_name[k], species[k]);
    }
    ck_assert_str_eq(d.feature_name[0], "sepal length (cm)");
    ck_assert_str_eq(d.feature_name[3], "petal width (cm)");
    ck_assert_int_eq(load(r, TW_TRAIN, &again), TW_OK);
    ck_assert_ptr_eq(again.x, d.x);
    ck_assert_int_eq(load(r, TW_TEST, &again), TW_DONE);
    rig_free(r);
}
END_TEST

START_TEST(breast_cancer)
{
    struct tw_data d;
    double sum = 0;
    struct rig *r = loaded("breast-cancer", "{}", &d);
    ck_assert_uint_eq(d.n_rows, 569);
    ck_assert_uint_eq(d.n_features, 30);
    ck_assert_uint_eq(d.n_classes, 2);
    for (size_t j = 0; j < 30; j++)
        sum += column_sum(&d, j);
    ck_assert_double_eq_tol(sum, 1056474.4596356, 0.01);
    ck_assert_uint_eq(count_label(&d, 0), 212);
    ck_assert_uint_eq(count_label(&d, 1), 357);
    ck_assert_str_eq(d.class_name[0], "malignant");
    ck_assert_str_eq(d.class_name[1], "benign");
    ck_assert_str_eq(d.feature_name[0], "mean radius");
    ck_assert_str_eq(d.feature_name[17], "concave points error");
    ck_assert_str_eq(d.feature_name[29], "worst fractal dimension");
    ck_assert_int_eq(load(r, TW_TEST, &d), TW_DONE);
    rig_free(r);
}
END_TEST

START_TEST(mnist)
{
    static const size_t train[] = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
    static const size_t test[] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
    struct tw_data d, t;
    double mean = 0;
    float most = 0;
    struct rig *r = loaded("mnist", "{}", &d);
    ck_assert_uint_eq(d.n_rows, 60000);
    ck_assert_uint_eq(d.n_features, 784);
    ck_assert_uint_eq(d.n_classes, 10);
    for (int k = 0; k < 10; k++)
        ck_assert_uint_eq(count_label(&d, k), train[k]);
    ck_assert_str_eq(d.class_name[9], "9");
    for (size_t i = 0; i < d.n_rows * d.n_features; i++) {
        mean += (double)d.x[i];
        most = d.x[i] > most ? d.x[i] : most;
    }
    ck_assert_double_eq_tol(mean / 47040000, 0.13066, 1e-5);
    ck_assert_float_eq(most, 1);
    ck_assert_int_eq(load(r, TW_TEST, &t), TW_OK);
    ck_assert_uint_eq(t.n_rows, 10000);
    ck_assert_uint_eq(t.n_features, 784);
    for (int k = 0; k < 10; k++)
        ck_assert_uint_eq(count_label(&t, k), test[k]);
    rig_free(r);
}
END_TEST

START_TEST(bundled_files_that_are_broken)
{
    static const struct {
        const char *text, *words;
    } c[] = {
        {"", "a.csv is empty"},
        {"\n\n", "a.csv:1: the first line must be ROWS,FEATURES,CLASS,CLASS"},
        {"5.1,3.5,1.4,0.2,0\n", "a.csv:1: the first line must be"},
        {"1,4,only\n1,2,3,4,0\n", "a.csv:1: the first line must be"},
        {"2,3,a,b\n1,2,3,0\n", "a.csv:1: 3 features; this dataset has 4"},
        {"2,4,a,b\n1,2,3,4,0\n", "has 1 rows; its first line says 2"},
        {"99999,4,a,b\n1,2,3,4,0\n", "cut off: its first line says 99999 rows"},
        {"1,4,a,b\n1,2,3,4,0\n1,2,3,4,0\n", "a.csv:3: a row more than the 1"},
        {"1,4,a,b\n1,2,3,0,\n", "class \"\" in the last column"},
        {"1,4,a,b\n1,2,3,4\n", "a.csv:2: 4 columns; there must be 5"},
        {"1,4,a,b\n1,2,nan,4,0\n", "a.csv:2: column 2 (from 0) is \"nan\""},
        {"1,4,a,b\n1,2,1e39,4,0\n", "a.csv:2: column 2 (from 0) is \"1e39\""},
        {"1,4,a,b\n1,2,3,4,2\n", "class \"2\" in the last column is not a number from 0 to 1"},
        {"1,4,a,b\n1,2,3,4,-1\n", "class \"-1\""},
        {"1,4,a,b\n1,2,3,4,0.5\n", "class \"0.5\""},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        put_text("a.csv", c[i].text);
        refused("iris", "{path: %s/a.csv}", TW_TRAIN, TW_EIO, c[i].words);
    }
}
END_TEST

/* ---- idx ------------------------------------------------------------------- */

#define IDX_PAIR "{images: %s/x, labels: %s/y}"
#define IDX_FOUR "{images: %s/x, labels: %s/y, test_images: %s/tx, test_labels: %s/ty}"

/* 3 x 2 x 1 bytes, and 3 labels. */
#define X_BYTES "\0\0\x08\3\0\0\0\3\0\0\0\2\0\0\0\1\0\1\2\xff\x80\5"
#define Y_BYTES "\0\0\x08\1\0\0\0\3\7\2\7"

START_TEST(idx_types)
{
    static const struct {
        const char *bytes;
        size_t n;
        float want[4];
    } c[] = {
#define CASE(literal, ...)                                                                         \
    {                                                                                              \
        literal, sizeof literal - 1,                                                               \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
        CASE("\0\0\x08\2\0\0\0\2\0\0\0\2\0\1\x80\xff", 0, 1, 128, 255),
        CASE("\0\0\x09\2\0\0\0\2\0\0\0\2\0\1\x80\xff", 0, 1, -128, -1),
        CASE("\0\0\x0b\2\0\0\0\2\0\0\0\2\0\0\1\0\x80\0\xff\xff", 0, 256, -32768, -1),
        CASE("\0\0\x0c\2\0\0\0\2\0\0\0\2\0\0\0\0\0\1\0\0\x80\0\0\0\xff\xff\xff\xff", 0, 65536,
             -2147483648.f, -1),
        CASE("\0\0\x0d\2\0\0\0\2\0\0\0\2\0\0\0\0\x3f\x80\0\0\xbf\0\0\0\x40\x49\x0f\xdb", 0, 1,
             -0.5f, 3.14159274f),
        CASE("\0\0\x0e\2\0\0\0\2\0\0\0\2\0\0\0\0\0\0\0\0\x3f\xf0\0\0\0\0\0\0"
             "\xbf\xe0\0\0\0\0\0\0\x40\x09\x21\xfb\x54\x44\x2d\x18",
             0, 1, -0.5f, 3.14159274f),
#undef CASE
    };
    static const int labels[] = {1, 0};
    struct tw_data d;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        for (int packed = 0; packed < 2; packed++) {
            (packed ? put_gzip : put)("x", c[i].bytes, c[i].n);
            (packed ? put_gzip : put)("y", "\0\0\x09\1\0\0\0\2\5\xfd", 10);
            struct rig *r = loaded("idx", IDX_PAIR, &d);
            ck_assert_uint_eq(d.n_rows, 2);
            ck_assert_uint_eq(d.n_features, 2);
            same_floats(d.x, c[i].want, 4);
            same_labels(&d, labels);
            ck_assert_uint_eq(d.n_classes, 2);
            ck_assert_str_eq(d.class_name[0], "-3");
            ck_assert_str_eq(d.class_name[1], "5");
            rig_free(r);
        }
}
END_TEST

START_TEST(idx_test_split)
{
    static const int labels[] = {1, 0, 1};
    struct tw_data d, t;
    PUT("x", X_BYTES);
    PUT("y", Y_BYTES);
    PUT("tx", "\0\0\x08\2\0\0\0\1\0\0\0\2\1\2");
    PUT("ty", "\0\0\x08\1\0\0\0\1\7");
    struct rig *r = make("idx", IDX_FOUR);
    /* The test split may be asked for first. */
    ck_assert_msg(load(r, TW_TEST, &t) == TW_OK, "%s", rig_reason(r));
    ck_assert_uint_eq(t.n_rows, 1);
    ck_assert_int_eq(t.label[0], 1);
    ck_assert_int_eq(load(r, TW_TRAIN, &d), TW_OK);
    same_labels(&d, labels);
    rig_free(r);

    PUT("ty", "\0\0\x08\1\0\0\0\1\3");
    refused("idx", IDX_FOUR, TW_TEST, TW_EINVAL,
            "label 3 of row 0 (from 0) is not among those of the training set: 2, 7");
    r = loaded("idx", IDX_PAIR, &d);
    ck_assert_int_eq(load(r, TW_TEST, &t), TW_DONE);
    rig_free(r);
    ck_assert_ptr_nonnull(
        strstr(rig_refused(
                   TW_DATASET, "idx",
                   "{images: $data/iris.csv, labels: $data/iris.csv, test_labels: $data/iris.csv}"),
               "belong together"));
}
END_TEST

START_TEST(idx_files_that_are_broken)
{
    static const struct {
        const char *bytes;
        size_t n;
        int code;
        const char *words;
    } c[] = {
#define CASE(literal, code, words) {literal, sizeof literal - 1, code, words}
        CASE("", TW_EIO, "x is empty"),
        CASE("\0\0\x08", TW_EIO, "the IDX header needs 4 bytes"),
        CASE("\0\0\x08\2\0\0\0\3\0\0", TW_EIO, "the IDX header needs 4 bytes"),
        CASE("\x89PNG\r\n\x1a\n", TW_EIO, "not an IDX file: it begins with 89 50 4e 47"),
        CASE("\0\0\x0a\1\0\0\0\1x", TW_EIO, "not an IDX file"),
        CASE("\0\0\x08\0\0\0\0\1x", TW_EIO, "not an IDX file"),
        CASE("\0\0\x08\x09\0\0\0\1x", TW_EIO, "not an IDX file"),
        CASE("\0\0\x08\2\0\0\0\3\0\0\0\0", TW_EIO, "dimension 1 of its header is 0"),
        CASE("\0\0\x08\2\0\0\0\3\0\0\0\2abcde", TW_EIO, "has 17 bytes; its header asks for 18"),
        CASE("\0\0\x08\2\0\0\0\3\0\0\0\2abcdefg", TW_EIO, "has 19 bytes; its header asks for 18"),
        CASE("\0\0\x0e\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffx", TW_EIO,
             "more than there is room"),
        CASE("\0\0\x08\2\x40\0\0\0\x10\0\0\0x", TW_EIO, "asks for 288230376151711756"),
        CASE("\0\0\x08\2\0\0\0\2\0\0\0\1ab", TW_EINVAL, "x has 2 images"),
        CASE("\0\0\x0d\1\0\0\0\3\0\0\0\0\x7f\x80\0\0\0\0\0\0", TW_EIO,
             "element 0 of row 1 (both from 0) is inf"),
        CASE("\0\0\x0e\2\0\0\0\3\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x7f\xe0\0\0\0\0\0\0",
             TW_EIO, "element 0 of row 2 (both from 0) is inf"),
#undef CASE
    };
    PUT("y", Y_BYTES);
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        put("x", c[i].bytes, c[i].n);
        refused("idx", IDX_PAIR, TW_TRAIN, c[i].code, c[i].words);
    }
    PUT("x", X_BYTES);
    PUT("y", X_BYTES);
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EINVAL, "are these the images?");
    PUT("y", "\0\0\x0d\1\0\0\0\3abcdabcdabcd");
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EINVAL, "floating-point");
    PUT("y", "\0\0\x08\1\0\0\0\3\7\7\7");
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EINVAL, "all labels of");
}
END_TEST

START_TEST(gzip_that_is_broken)
{
    enum { N = 16 + 100000 };
    static char bytes[N] = "\0\0\x08\2\0\0\0\3\0\0\x82\x35"; /* 3 x 33333 */
    static char packed[N];
    struct tw_data d;

    PUT("y", Y_BYTES);
    for (size_t i = 12; i < N; i++)
        bytes[i] = (char)(i * i >> 7);
    size_t whole = 12 + 99999;
    put_gzip("x", bytes, whole);
    rig_free(loaded("idx", IDX_PAIR, &d));

    /* One byte too many, one too few. */
    put_gzip("x", bytes, whole + 1);
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EIO, "goes on after byte 100011");
    put_gzip("x", bytes, whole - 1);
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EIO, "is cut off: the data needs");

    /* Cut off, or with a byte changed, wherever it is. */
    put_gzip("x", bytes, whole);
    FILE *f = fopen(in_scratch("x"), "rb");
    ck_assert_ptr_nonnull(f);
    size_t n = fread(packed, 1, sizeof packed, f);
    fclose(f);
    ck_assert(n > 100 && n < sizeof packed);
    const size_t cuts[] = {n - 1, n - 8, n / 2, 30};
    for (size_t i = 0; i < 4; i++) {
        put("x", packed, cuts[i]);
        refused("idx", IDX_PAIR, TW_TRAIN, TW_EIO, "cut off: the gzip data ends early");
    }
    packed[n - 6] ^= 1; /* the checksum */
    put("x", packed, n);
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EIO, "is damaged");

    /* A small file that claims to hold 2^58 bytes. */
    put_gzip("x", "\0\0\x08\2\x40\0\0\0\x10\0\0\0x", 13);
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EIO, "more than can be in there");
}
END_TEST

/* 64 MB of zeros in 64 kB: no more is unpacked than the header asks for. */
START_TEST(gzip_bomb)
{
    static const char zeros[1 << 20];
    gzFile f = gzopen(in_scratch("x"), "wb9");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(gzwrite(f, X_BYTES, sizeof X_BYTES - 1), sizeof X_BYTES - 1);
    for (int i = 0; i < 64; i++)
        ck_assert_int_eq(gzwrite(f, zeros, sizeof zeros), sizeof zeros);
    ck_assert_int_eq(gzclose(f), Z_OK);
    PUT("y", Y_BYTES);
    refused("idx", IDX_PAIR, TW_TRAIN, TW_EIO, "goes on after byte 22");
}
END_TEST

START_TEST(mnist_from_other_files)
{
    static const float want[] = {0, 1 / 255.f, 2 / 255.f, 1, 128 / 255.f, 5 / 255.f};
    struct tw_data d;
    PUT("x", X_BYTES);
    PUT("y", Y_BYTES);
    struct rig *r = loaded("mnist", IDX_PAIR, &d);
    ck_assert_uint_eq(d.n_features, 2);
    ck_assert_uint_eq(d.n_classes, 10);
    same_floats(d.x, want, 6);
    ck_assert_int_eq(d.label[0], 7);
    ck_assert_int_eq(load(r, TW_TEST, &d), TW_DONE);
    rig_free(r);
    r = make("mnist", "{images: %s/x, labels: %s/y, test_images: %s/x, test_labels: %s/y}");
    ck_assert_int_eq(load(r, TW_TEST, &d), TW_OK);
    ck_assert_uint_eq(d.n_rows, 3);
    rig_free(r);
    PUT("y", "\0\0\x08\1\0\0\0\3\7\2\x0a");
    refused("mnist", IDX_PAIR, TW_TRAIN, TW_EIO, "label 10 of row 2 (from 0) is not a digit");
    PUT("x", "\0\0\x09\2\0\0\0\3\0\0\0\1abc");
    refused("mnist", IDX_PAIR, TW_TRAIN, TW_EINVAL, "MNIST images are unsigned bytes");
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_DATASET, "mnist", "{test_images: $data/iris.csv}"),
                                 "belong together"));
}
END_TEST

START_TEST(mnist_test_files_beside)
{
#define TRAIN "{images: %s/train-x, labels: %s/train-y}"
    struct tw_data d;
    PUT("train-x", X_BYTES);
    PUT("train-y", Y_BYTES);
    struct rig *r = loaded("mnist", TRAIN, &d);
    ck_assert_int_eq(load(r, TW_TEST, &d), TW_DONE);
    rig_free(r);
    PUT("t10k-x", "\0\0\x08\2\0\0\0\1\0\0\0\2\1\2");
    refused("mnist", TRAIN, TW_TEST, TW_EIO, "/t10k-y: No such file");
    PUT("t10k-y", "\0\0\x08\1\0\0\0\1\3");
    r = make("mnist", TRAIN);
    ck_assert_int_eq(load(r, TW_TEST, &d), TW_OK);
    ck_assert_uint_eq(d.n_rows, 1);
    ck_assert_int_eq(d.label[0], 3);
    rig_free(r);
}
END_TEST

/* ---- npy ------------------------------------------------------------------- */

#define NPY         "{x: %s/x, y: %s/y}"
#define NPY_REGRESS "{x: %s/x, y: %s/y, task: regress}"

static const float x6[] = {1, 2, 3, 4, 5, 6};

START_TEST(npy_classes)
{
    static const int64_t y[] = {7, -7, 7};
    static const double y_float[] = {7, -7, 7};
    static const uint8_t y_bool[] = {1, 0, 1};
    static const int labels[] = {1, 0, 1};
    struct tw_data d;
    put_npy("x", "<f4", "3, 2", x6, sizeof x6);
    for (int k = 0; k < 3; k++) {
        if (k == 0)
            put_npy("y", "<i8", "3,", y, sizeof y);
        else if (k == 1)
            put_npy("y", "<f8", "3, 1", y_float, sizeof y_float);
        else
            put_npy("y", "|b1", "3,", y_bool, sizeof y_bool);
        struct rig *r = loaded("npy", NPY, &d);
        ck_assert_uint_eq(d.n_rows, 3);
        ck_assert_uint_eq(d.n_features, 2);
        same_floats(d.x, x6, 6);
        same_labels(&d, labels);
        ck_assert_str_eq(d.class_name[0], k < 2 ? "-7" : "0");
        ck_assert_int_eq(load(r, TW_TEST, &d), TW_DONE);
        rig_free(r);
    }
}
END_TEST

START_TEST(npy_shapes_and_splits)
{
    static const int32_t y[] = {3, 5}, one = 5, other = 4;
    struct tw_data d;
    put_npy("x", "<f4", "2, 1, 3", x6, sizeof x6);
    put_npy("y", "<i4", "2,", y, sizeof y);
    put_npy("tx", "<f4", "1, 3", x6, 12);
    put_npy("ty", "<i4", "1,", &one, sizeof one);
    struct rig *r = loaded("npy", "{x: %s/x, y: %s/y, test_x: %s/tx, test_y: %s/ty}", &d);
    ck_assert_uint_eq(d.n_features, 3);
    same_floats(d.x, x6, 6);
    ck_assert_int_eq(load(r, TW_TEST, &d), TW_OK);
    ck_assert_uint_eq(d.n_rows, 1);
    ck_assert_int_eq(d.label[0], 1);
    rig_free(r);
    put_npy("ty", "<i4", "1,", &other, sizeof other);
    refused("npy", "{x: %s/x, y: %s/y, test_x: %s/tx, test_y: %s/ty}", TW_TEST, TW_EINVAL,
            "label 4 of row 0 (from 0) is not among those of the training set: 3, 5");
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_DATASET, "npy",
                           "{x: $data/iris.csv, y: $data/iris.csv, test_x: $data/iris.csv}"),
               "belong together"));
}
END_TEST

START_TEST(npy_regression)
{
    static const double y[] = {0.5, -1, 2, 1e300};
    struct tw_data d;
    put_npy("x", "<f4", "2,", x6, 8);
    put_npy("y", "<f8", "2, 2", y, sizeof y);
    struct rig *r = loaded("npy", NPY_REGRESS, &d);
    ck_assert_uint_eq(d.task, TW_REGRESS);
    ck_assert_uint_eq(d.n_features, 1);
    ck_assert_uint_eq(d.n_targets, 2);
    ck_assert_mem_eq(d.target, y, sizeof y);
    rig_free(r);
}
END_TEST

START_TEST(npy_arrays_that_do_not_fit)
{
    static const double whole[] = {1, 2, 3}, half[] = {1, 0.5, 2}, nan3[] = {1, NAN, 2},
                        huge[] = {1, 2, 1e17}, far[] = {1, 2, 1e200};
    put_npy("x", "<f8", "3, 1", whole, sizeof whole);
    put_npy("y", "<f8", "2,", whole, 16);
    refused("npy", NPY, TW_TRAIN, TW_EINVAL, "x has 3 rows");
    put_npy("y", "<f8", "3,", half, sizeof half);
    refused("npy", NPY, TW_TRAIN, TW_EIO, "label 0.5 of row 1 (from 0) is not a whole number");
    put_npy("y", "<f8", "3,", nan3, sizeof nan3);
    refused("npy", NPY, TW_TRAIN, TW_EIO, "label nan of row 1");
    refused("npy", NPY_REGRESS, TW_TRAIN, TW_EIO, "row 1, column 0 (from 0) is nan; targets");
    put_npy("y", "<f8", "3,", huge, sizeof huge);
    refused("npy", NPY, TW_TRAIN, TW_EIO, "label 1e+17 of row 2");
    put_npy("y", "<f4", "3, 2", x6, sizeof x6);
    refused("npy", NPY, TW_TRAIN, TW_EINVAL,
            "float32 array of 3 x 2; needed: one label per row, not one-hot");
    put_npy("y", "<f8", "3,", whole, sizeof whole);
    put_npy("x", "<f8", "3,", nan3, sizeof nan3);
    refused("npy", NPY, TW_TRAIN, TW_EIO, "x: row 1, column 0 (from 0) is nan");
    put_npy("x", "<f8", "3,", far, sizeof far);
    refused("npy", NPY, TW_TRAIN, TW_EIO, "x: row 2, column 0 (from 0) is inf");
    put_text("x", "1,2,3\n");
    refused("npy", NPY, TW_TRAIN, TW_EIO, "not a .npy file");
}
END_TEST

/* ---- all ------------------------------------------------------------------- */

/* What the host would not let through, were it there when load() is called. */
START_TEST(files_that_vanish)
{
    static const char *const plugin[] = {"iris", "breast-cancer", "csv"};
    struct tw_data d;
    for (size_t i = 0; i < 3; i++) {
        put_text("a.csv", "1,2,3\n");
        struct rig *r = make(plugin[i], "{path: %s/a.csv}");
        unlink(in_scratch("a.csv"));
        ck_assert_int_eq(load(r, TW_TRAIN, &d), TW_EIO);
        ck_assert_ptr_nonnull(strstr(rig_reason(r), "a.csv: No such file"));
        rig_free(r);

        put_text("a.csv", "1,2,3\n");
        r = make(plugin[i], "{path: %s/a.csv}");
        unlink(in_scratch("a.csv"));
        ck_assert_int_eq(mkdir(in_scratch("a.csv"), 0700), 0);
        ck_assert_int_eq(load(r, TW_TRAIN, &d), TW_EIO);
        ck_assert_ptr_nonnull(strstr(rig_reason(r), "a.csv is a directory"));
        rmdir(in_scratch("a.csv"));
        rig_free(r);

        if (geteuid() == 0) /* nothing is forbidden to root */
            continue;
        put_text("a.csv", "1,2,3\n");
        r = make(plugin[i], "{path: %s/a.csv}");
        ck_assert_int_eq(chmod(in_scratch("a.csv"), 0), 0);
        ck_assert_int_eq(load(r, TW_TRAIN, &d), TW_EIO);
        ck_assert_ptr_nonnull(strstr(rig_reason(r), "Permission denied"));
        unlink(in_scratch("a.csv"));
        rig_free(r);
    }
}
END_TEST

static TCase *bundled_case(void)
{
    TCase *c = tcase_create("bundled");
    tcase_add_checked_fixture(c, make_scratch, drop_scratch);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, iris);
    tcase_add_test(c, breast_cancer);
    tcase_add_test(c, mnist);
    tcase_add_test(c, bundled_files_that_are_broken);
    tcase_add_test(c, files_that_vanish);
    return c;
}

static TCase *binary_case(void)
{
    TCase *c = tcase_create("idx and npy");
    tcase_add_checked_fixture(c, make_scratch, drop_scratch);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, idx_types);
    tcase_add_test(c, idx_test_split);
    tcase_add_test(c, idx_files_that_are_broken);
    tcase_add_test(c, gzip_that_is_broken);
    tcase_add_test(c, gzip_bomb);
    tcase_add_test(c, mnist_from_other_files);
    tcase_add_test(c, mnist_test_files_beside);
    tcase_add_test(c, npy_classes);
    tcase_add_test(c, npy_shapes_and_splits);
    tcase_add_test(c, npy_regression);
    tcase_add_test(c, npy_arrays_that_do_not_fit);
    return c;
}

int main(void)
{
    Suite *suite = suite_create("datasets");
    suite_add_tcase(suite, bundled_case());
    suite_add_tcase(suite, binary_case());
    return bench_main(suite);
}
