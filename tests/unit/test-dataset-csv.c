/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-dataset-csv.c -- CSV files of every kind, as they are written here. */
#define _POSIX_C_SOURCE 200809L

#include "datasets.h"

/* ---- csv ------------------------------------------------------------------- */

#define CSV "{path: %s/a.csv}"

START_TEST(csv_plain)
{
    static const float want[] = {1, -2.5f, 3e2f, 4, 5, 0.125f};
    static const int labels[] = {1, 0, 1};
    struct tw_data d;
    put_text("a.csv", "1,-2.5,b\n3e2,4,a\n +5 ,.125, b\n");
    struct rig *r = loaded("csv", CSV, &d);
    ck_assert_uint_eq(d.n_rows, 3);
    ck_assert_uint_eq(d.n_features, 2);
    same_floats(d.x, want, 6);
    same_labels(&d, labels);
    ck_assert_str_eq(d.class_name[0], "a");
    ck_assert_str_eq(d.class_name[1], "b");
    ck_assert_ptr_null(d.feature_name);
    ck_assert_int_eq(load(r, TW_TEST, &d), TW_DONE);
    rig_free(r);
}
END_TEST

START_TEST(csv_quotes_and_line_ends)
{
    static const char text[] = "\xEF\xBB\xBF\"first, \"\"x\"\"\",second,\"la\r\nbel\"\r\n"
                               "\r\n"
                               "1,\"2\",\"say \"\"hi\"\"\"\r"
                               "3,4,\"a,b\nc\"\n\n"
                               "5,6,\"\xC3\xA9\"";
    static const float want[] = {1, 2, 3, 4, 5, 6};
    static const int labels[] = {1, 0, 2};
    struct tw_data d;
    for (int packed = 0; packed < 2; packed++) {
        (packed ? put_gzip : put)("a.csv", text, sizeof text - 1);
        struct rig *r = loaded("csv", CSV, &d);
        ck_assert_uint_eq(d.n_rows, 3);
        same_floats(d.x, want, 6);
        same_labels(&d, labels);
        ck_assert_str_eq(d.feature_name[0], "first, \"x\"");
        ck_assert_str_eq(d.feature_name[1], "second");
        ck_assert_str_eq(d.class_name[0], "a,b\nc");
        ck_assert_str_eq(d.class_name[1], "say \"hi\"");
        ck_assert_str_eq(d.class_name[2], "\xC3\xA9");
        rig_free(r);
    }
}
END_TEST

START_TEST(csv_columns)
{
    static const float ac[] = {1, 3, 11, 13}, bc[] = {2, 3, 12, 13};
    struct tw_data d;
    put_text("a.csv", "a;b;c;kind;id\n1;2;3;x;r1\n11;12;13;y;r2\n");
    struct rig *r =
        loaded("csv", "{path: %s/a.csv, delimiter: ';', label: kind, ignore: [id, b]}", &d);
    ck_assert_uint_eq(d.n_features, 2);
    same_floats(d.x, ac, 4);
    ck_assert_str_eq(d.feature_name[1], "c");
    ck_assert_str_eq(d.class_name[1], "y");
    rig_free(r);
    r = loaded("csv", "{path: %s/a.csv, delimiter: ;, label: -2, ignore: [0, -1]}", &d);
    same_floats(d.x, bc, 4);
    rig_free(r);
    put_text("a.csv", "x\t1\t2\ny\t3\t4\n");
    r = loaded("csv", "{path: %s/a.csv, delimiter: tab, label: 0}", &d);
    ck_assert_uint_eq(d.n_rows, 2);
    ck_assert_uint_eq(d.n_features, 2);
    rig_free(r);
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_DATASET, "csv", "{path: $data/iris.csv, delimiter: '::'}"),
               "one ASCII character"));
}
END_TEST

START_TEST(csv_header)
{
    static const float two[] = {1, 2};
    struct tw_data d;
    /* Numbers for names are seen as data, unless told otherwise. */
    put_text("a.csv", "0,1,2\n1,2,7\n1,2,8\n");
    struct rig *r = loaded("csv", CSV, &d);
    ck_assert_uint_eq(d.n_rows, 3);
    rig_free(r);
    r = loaded("csv", "{path: %s/a.csv, header: true}", &d);
    ck_assert_uint_eq(d.n_rows, 2);
    same_floats(d.x, two, 2);
    ck_assert_str_eq(d.feature_name[1], "1");
    rig_free(r);
    refused("csv", "{path: %s/a.csv, header: false, label: kind}", TW_TRAIN, TW_EINVAL,
            "label: \"kind\" is no column");
    put_text("a.csv", "a,1,2\n1,2,3\n");
    refused("csv", CSV, TW_TRAIN, TW_EINVAL, "say header: true or header: false");
    /* The label of a header may be a number, that of data a text. */
    put_text("a.csv", "a,b,0\n1,2,p\n1,2,q\n");
    r = loaded("csv", CSV, &d);
    ck_assert_uint_eq(d.n_rows, 2);
    rig_free(r);
    put_text("a.csv", "1,2,p\n1,2,q\n");
    r = loaded("csv", CSV, &d);
    ck_assert_uint_eq(d.n_rows, 2);
    rig_free(r);
}
END_TEST

START_TEST(csv_classes_are_sorted)
{
    static const int numeric[] = {2, 1, 0, 1, 3}, texts[] = {3, 0, 2, 1, 4};
    struct tw_data d;
    put_text("a.csv", "0,10\n0,9.0\n0,-1\n0,9\n0,1e3\n");
    struct rig *r = loaded("csv", CSV, &d);
    ck_assert_uint_eq(d.n_classes, 4);
    same_labels(&d, numeric);
    ck_assert_str_eq(d.class_name[0], "-1");
    ck_assert_str_eq(d.class_name[1], "9");
    ck_assert_str_eq(d.class_name[3], "1000");
    rig_free(r);
    put_text("a.csv", "0,b\n0,10\n0,Z\n0,9\n0,c\n");
    r = loaded("csv", CSV, &d);
    ck_assert_uint_eq(d.n_classes, 5);
    same_labels(&d, texts);
    ck_assert_str_eq(d.class_name[1], "9");
    rig_free(r);
}
END_TEST

START_TEST(csv_regression)
{
    struct tw_data d;
    put_text("a.csv", "x,y\n1,0.1\n2,1e300\n");
    struct rig *r = loaded("csv", "{path: %s/a.csv, task: regress}", &d);
    ck_assert_uint_eq(d.task, TW_REGRESS);
    ck_assert_uint_eq(d.n_targets, 1);
    ck_assert_uint_eq(d.n_classes, 0);
    ck_assert_ptr_null(d.label);
    ck_assert(d.target[0] == 0.1 && d.target[1] == 1e300);
    rig_free(r);
    put_text("a.csv", "x,y\n1,0.1\n2,\n");
    refused("csv", "{path: %s/a.csv, task: regress}", TW_TRAIN, TW_EIO,
            "a.csv:3: column \"y\" is \"\"; the value to predict is a finite number");
}
END_TEST

/* As strtod() reads them, to the last bit. */
START_TEST(csv_numbers)
{
    static const char *const text[] = {
        "0.1",
        "-0.3",
        "123456789012345",
        "1234567890123456",
        "0.000000000000001",
        "9007199254740993",
        "1e22",
        "1e23",
        "-.5",
        "5.",
        "1E-5",
        "179769313486231570e291",
        "4.9e-324",
        "2.2250738585072011e-308",
        "+7",
        "999999999999999.9",
        "0.1000000000000000055511151231257827",
    };
    enum { N = sizeof text / sizeof *text };
    char buf[2048] = "";
    struct tw_data d;
    for (size_t i = 0; i < N; i++)
        snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "1,%s\n", text[i]);
    put_text("a.csv", buf);
    struct rig *r = loaded("csv", "{path: %s/a.csv, task: regress}", &d);
    ck_assert_uint_eq(d.n_rows, N);
    for (size_t i = 0; i < N; i++)
        ck_assert_msg(d.target[i] == strtod(text[i], NULL), "%s: %.17g", text[i], d.target[i]);
    rig_free(r);
}
END_TEST

START_TEST(csv_many_rows)
{
    enum { N = 20000 };
    FILE *f = fopen(in_scratch("a.csv"), "wb");
    struct tw_data d;
    ck_assert_ptr_nonnull(f);
    fputs("a,b,label\n", f);
    for (int i = 0; i < N; i++)
        fprintf(f, "%d,%.6f,c%d\n", i, i / 64.0, i % 3);
    ck_assert_int_eq(fclose(f), 0);
    struct rig *r = loaded("csv", CSV, &d);
    ck_assert_uint_eq(d.n_rows, N);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(d.label[i], i % 3);
        ck_assert(d.x[2 * i] == (float)i && d.x[2 * i + 1] == (float)(i / 64.0));
    }
    rig_free(r);
}
END_TEST

START_TEST(csv_test_file)
{
#define BOTH "{path: %s/a.csv, test_path: %s/b.csv}"
    struct tw_data d;
    put_text("a.csv", "a,b,k\n1,2,x\n3,4,y\n");
    put_text("b.csv", " a,b , k\n5,6,y\n");
    struct rig *r = make("csv", BOTH);
    ck_assert_msg(load(r, TW_TEST, &d) == TW_OK, "%s", rig_reason(r));
    ck_assert_uint_eq(d.n_rows, 1);
    ck_assert_float_eq(d.x[1], 6);
    ck_assert_int_eq(d.label[0], 1);
    ck_assert_uint_eq(d.n_classes, 2);
    rig_free(r);
    put_text("b.csv", "a,b,k\n5,6,z\n");
    refused("csv", BOTH, TW_TEST, TW_EINVAL, "label \"z\" of row 0 (from 0) is not among those of");
    put_text("b.csv", "a,c,k\n5,6,x\n");
    refused("csv", BOTH, TW_TEST, TW_EINVAL, "b.csv:1: column 1 (from 0) is \"c\"");
    put_text("b.csv", "5,6,x\n");
    refused("csv", BOTH, TW_TEST, TW_EINVAL, "b.csv:1: column 0 (from 0) is \"5\"");
    put_text("b.csv", "a,k\n5,x\n");
    refused("csv", BOTH, TW_TEST, TW_EINVAL, "b.csv:1: 2 columns; ");
}
END_TEST

START_TEST(csv_files_that_are_broken)
{
    static const struct {
        const char *text;
        int code;
        const char *words;
    } c[] = {
        {"", TW_EIO, "a.csv is empty"},
        {"\xEF\xBB\xBF\n", TW_EIO, "no rows of data"},
        {"a,b,c\n", TW_EIO, "no rows of data"},
        {"a,b\n1,x\n1,y,2\n", TW_EIO, "a.csv:3: 3 columns; the first row has 2"},
        {"a,b\n1,x\nnan,y\n", TW_EIO, "a.csv:3: column \"a\" is \"nan\"; features are finite"},
        {"1,x\n,y\n", TW_EIO, "a.csv:2: column 0 (from 0) is \"\""},
        {"1,x\n0x10,y\n", TW_EIO, "is \"0x10\""},
        {"1,x\n1e400,y\n", TW_EIO, "is \"1e400\""},
        {"1,x\n1e39,y\n", TW_EIO, "is \"1e39\""},
        {"1,x\n1 2,y\n", TW_EIO, "is \"1 2\""},
        {"1,x\n--1,y\n", TW_EIO, "is \"--1\""},
        {"1,x\n.,y\n", TW_EIO, "is \".\""},
        {"1,x\n1,\n", TW_EIO, "every row needs a label"},
        {"1,\"x\n1,y\n", TW_EIO, "a.csv:1: a quoted field begins here and has no closing quote"},
        {"1,x\n\"a\nb\"c,y\n", TW_EIO, "a.csv:3: text follows a closing quote"},
        {"1,x\n1,\xE9\n", TW_EIO, "a.csv:2: byte 0xE9 does not belong to a text in UTF-8"},
        {"1,x\n1,\xED\xA0\x80\n", TW_EIO, "byte 0xED"},
        {"1,x\n1,x\n", TW_EINVAL, "all labels of"},
        {"1;x\n2;y\n", TW_EINVAL, "none is left as a feature (is the delimiter right?)"},
        {"1,x\nabcdefghijklmnopqrstuvwxyzabcdefghijklmnopq,y", TW_EIO,
         "\"abcdefghijklmnopqrstuvwxyzabcdefghijk...\""},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        put_text("a.csv", c[i].text);
        refused("csv", CSV, TW_TRAIN, c[i].code, c[i].words);
    }
    PUT("a.csv", "1,x\n1,\0y\n");
    refused("csv", CSV, TW_TRAIN, TW_EIO, "a.csv:2: byte 0x00");
    put_text("a.csv", "a,b\n1,x\n2,y\n");
    refused("csv", "{path: %s/a.csv, ignore: [c]}", TW_TRAIN, TW_EINVAL,
            "ignore: \"c\" is no column of");
    refused("csv", "{path: %s/a.csv, ignore: [b]}", TW_TRAIN, TW_EINVAL, "is the label");
    refused("csv", "{path: %s/a.csv, label: 2}", TW_TRAIN, TW_EINVAL, "the numbers 0 to 1");
    refused("csv", "{path: %s/a.csv, label: -3}", TW_TRAIN, TW_EINVAL, "label: \"-3\"");
    refused("csv", "{path: %s/a.csv, label: '-9223372036854775808'}", TW_TRAIN, TW_EINVAL, "label");
}
END_TEST

START_TEST(csv_too_many_classes)
{
    FILE *f = fopen(in_scratch("a.csv"), "wb");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < 40000; i++)
        fprintf(f, "1,%d\n", i);
    ck_assert_int_eq(fclose(f), 0);
    refused("csv", CSV, TW_TRAIN, TW_EINVAL, "more than 32768 different labels");
}
END_TEST

static TCase *csv_case(void)
{
    TCase *c = tcase_create("csv");
    tcase_add_checked_fixture(c, make_scratch, drop_scratch);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, csv_plain);
    tcase_add_test(c, csv_quotes_and_line_ends);
    tcase_add_test(c, csv_columns);
    tcase_add_test(c, csv_header);
    tcase_add_test(c, csv_classes_are_sorted);
    tcase_add_test(c, csv_regression);
    tcase_add_test(c, csv_numbers);
    tcase_add_test(c, csv_many_rows);
    tcase_add_test(c, csv_test_file);
    tcase_add_test(c, csv_files_that_are_broken);
    tcase_add_test(c, csv_too_many_classes);
    return c;
}

int main(void)
{
    Suite *suite = suite_create("dataset-csv");
    suite_add_tcase(suite, csv_case());
    return bench_main(suite);
}
