/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-core-output.c -- files that are whole or not there. */
#include "core-bench.h"

#include "../../core/output.h"

#include <pthread.h>

static struct bench *b;
static struct outputs outputs;

static void set_up(void)
{
    b = bench_open();
    outputs_init(&outputs);
}

static void tear_down(void)
{
    outputs_free(&outputs);
    bench_free(b);
}

/* NAME in the scratch folder (static storage, two at a time). */
static const char *in(const char *name)
{
    static char path[2][200];
    static int turn;
    turn ^= 1;
    snprintf(path[turn], sizeof path[turn], "%s/%s", b->dir, name);
    return path[turn];
}

static bool there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_msg(f != NULL, "%s", path);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static const char *read_text(const char *path)
{
    static char text[100];
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s", path);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

/* Entries of the scratch folder. */
static int entries(void)
{
    int n = 0;
    DIR *dir = opendir(b->dir);
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2;
}

/* Asks for it; the temporary name must be one beside it, with its extension. */
static const char *create(const char *name)
{
    const char *final = in(name), *temp = outputs_create(&outputs, final, &b->err);
    ck_assert_msg(temp != NULL, "%s", b->err.text);
    ck_assert(!there(temp));
    ck_assert_str_ne(temp, final);
    size_t folder = (size_t)(strrchr(final, '/') - final) + 1;
    ck_assert_int_eq(strncmp(temp, final, folder), 0);
    ck_assert_str_eq(strrchr(temp, '.'), strrchr(final, '.'));
    ck_assert(!strchr(temp + folder, '/'));
    return temp;
}

START_TEST(commit_renames)
{
    write_text(in("a.csv"), "old");
    const char *a = create("a.csv"), *c = create("c.png");
    write_text(a, "new");
    write_text(c, "picture");
    ck_assert_str_eq(read_text(in("a.csv")), "old"); /* untouched until then */
    ck_assert(!there(in("c.png")));
    OK(outputs_commit(&outputs, &b->err));
    ck_assert_str_eq(read_text(in("a.csv")), "new");
    ck_assert_str_eq(read_text(in("c.png")), "picture");
    ck_assert(!there(a) && !there(c));
    ck_assert_int_eq(outputs.files[0]->state, OUTPUT_COMMITTED);
    outputs_discard(&outputs); /* does not touch what is committed */
    OK(outputs_commit(&outputs, &b->err));
    ck_assert_str_eq(read_text(in("a.csv")), "new");
    ck_assert_int_eq(entries(), 2);
}
END_TEST

START_TEST(discard_removes)
{
    write_text(in("a.csv"), "old");
    write_text(create("a.csv"), "half");
    create("never-written.csv");
    outputs_discard(&outputs);
    ck_assert_str_eq(read_text(in("a.csv")), "old");
    ck_assert_int_eq(entries(), 1);
    ck_assert_int_eq(outputs.files[0]->state, OUTPUT_DISCARDED);
}
END_TEST

START_TEST(the_end_discards)
{
    write_text(create("a.csv"), "half");
    ck_assert_int_eq(entries(), 1);
    outputs_free(&outputs);
    ck_assert_int_eq(entries(), 0);
    outputs_init(&outputs);
}
END_TEST

START_TEST(asking_twice_is_refused)
{
    write_text(create("a.csv"), "one");
    ck_assert_ptr_null(outputs_create(&outputs, in("a.csv"), &b->err));
    ck_assert_int_eq(b->err.fault, FAULT_PIPELINE);
    HAS(b->err.text, "a.csv is written twice");
    error_clear(&b->err);
    OK(outputs_commit(&outputs, &b->err));
    ck_assert_str_eq(read_text(in("a.csv")), "one");
    ck_assert_ptr_null(outputs_create(&outputs, in("a.csv"), &b->err)); /* also later */
    ck_assert_str_eq(read_text(in("a.csv")), "one");
}
END_TEST

START_TEST(missing_folders_are_made)
{
    const char *temp = create("x/y/z/a.csv");
    write_text(temp, "deep");
    OK(outputs_commit(&outputs, &b->err));
    ck_assert_str_eq(read_text(in("x/y/z/a.csv")), "deep");
}
END_TEST

START_TEST(announced_but_not_written)
{
    const char *first = create("first.csv");
    write_text(first, "1");
    create("second.csv");
    const char *third = create("third.csv");
    write_text(third, "3");
    ck_assert_int_lt(outputs_commit(&outputs, &b->err), 0);
    ck_assert_int_eq(b->err.fault, FAULT_RUN);
    HAS(b->err.text, "second.csv was announced but not written");
    ck_assert(!there(third) && !there(in("third.csv")));
    ck_assert(!there(first) && !there(in("first.csv"))); /* all or none */
}
END_TEST

static void refused(const char *path, const char *why)
{
    error_clear(&b->err);
    ck_assert_ptr_null(outputs_create(&outputs, path, &b->err));
    ck_assert_int_eq(b->err.fault, FAULT_RUN);
    HAS(b->err.text, path);
    HAS(b->err.text, why);
}

START_TEST(places_where_no_file_can_be)
{
    ck_assert_int_eq(mkdir(in("folder"), 0777), 0);
    write_text(in("file"), "");
    refused(in("folder"), "not a regular file");
    refused("/dev/null", "not a regular file");
    ck_assert_int_eq(mkfifo(in("fifo"), 0666), 0);
    refused(in("fifo"), "not a regular file"); /* and does not hang */
    refused(in("file/a.csv"), "ot a directory");
    error_clear(&b->err);
    ck_assert_ptr_null(outputs_create(&outputs, in("file/x/a.csv"), &b->err));
    HAS(b->err.text, "ot a directory");
    char name[300] = "";
    memset(name, 'n', sizeof name - 1);
    char path[400];
    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    refused(path, "too long");
    ck_assert_int_eq(entries(), 3);
    error_clear(&b->err);
    OK(outputs_commit(&outputs, &b->err)); /* refused ones are forgotten */
}
END_TEST

START_TEST(a_folder_that_cannot_be_written)
{
    if (geteuid() == 0 && (setegid(65534) < 0 || seteuid(65534) < 0))
        return; /* a root that cannot be anybody else may write everywhere */
    refused("/proc/a.csv", "");
    error_clear(&b->err);
    ck_assert_ptr_null(outputs_create(&outputs, "/proc/thalweg/a.csv", &b->err));
    HAS(b->err.text, "/proc/thalweg: cannot make the folder");
    refused("/a.csv", "ermission denied");
    if (getuid() == 0)
        ck_assert(seteuid(0) == 0 && setegid(0) == 0);
}
END_TEST

START_TEST(what_could_be_written)
{
    write_text(in("file"), "");
    ck_assert_int_eq(mkdir(in("folder"), 0777), 0);
    OK(outputs_possible(in("a.csv"), &b->err));
    OK(outputs_possible(in("folder/a.csv"), &b->err));
    OK(outputs_possible(in("x/y/z/a.csv"), &b->err));
    OK(outputs_possible(in("file"), &b->err)); /* to be replaced */
    ck_assert_int_eq(entries(), 2);            /* nothing was made */
    static const char *const no[] = {"folder", "file/a.csv", "file/x/y/a.csv"};
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        error_clear(&b->err);
        ck_assert_int_lt(outputs_possible(in(no[i]), &b->err), 0);
        ck_assert_int_eq(b->err.fault, FAULT_RUN);
        HAS(b->err.text, i ? "/file is not a folder" : "not a regular file");
    }
    error_clear(&b->err);
    ck_assert_int_lt(outputs_possible("/dev/null", &b->err), 0);
    if (geteuid() == 0 && (setegid(65534) < 0 || seteuid(65534) < 0))
        return;
    error_clear(&b->err);
    ck_assert_int_lt(outputs_possible("/no/such/folder/a.csv", &b->err), 0);
    HAS(b->err.text, "/no/such/folder/a.csv: cannot be written: /: Permission denied");
    if (getuid() == 0)
        ck_assert(seteuid(0) == 0 && setegid(0) == 0);
}
END_TEST

static void *create_many(void *arg)
{
    for (int i = 0; i < 50; i++) {
        char name[40];
        struct error err = {0};
        snprintf(name, sizeof name, "%s-%d.csv", (const char *)arg, i);
        char path[200];
        snprintf(path, sizeof path, "%s/%s", b->dir, name);
        const char *temp = outputs_create(&outputs, path, &err);
        FILE *f = temp ? fopen(temp, "w") : NULL;
        if (!f || fclose(f))
            return arg;
    }
    return NULL;
}

START_TEST(from_several_threads)
{
    pthread_t thread[4];
    static char name[4][2] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, create_many, name[i]), 0);
    for (int i = 0; i < 4; i++) {
        void *failed;
        pthread_join(thread[i], &failed);
        ck_assert_ptr_null(failed);
    }
    OK(outputs_commit(&outputs, &b->err));
    ck_assert_int_eq(entries(), 200);
    ck_assert(there(in("a-0.csv")) && there(in("d-49.csv")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *c = tcase_create("output");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, commit_renames);
    tcase_add_test(c, discard_removes);
    tcase_add_test(c, the_end_discards);
    tcase_add_test(c, asking_twice_is_refused);
    tcase_add_test(c, missing_folders_are_made);
    tcase_add_test(c, announced_but_not_written);
    tcase_add_test(c, places_where_no_file_can_be);
    tcase_add_test(c, a_folder_that_cannot_be_written);
    tcase_add_test(c, what_could_be_written);
    tcase_add_test(c, from_several_threads);
    return bench_main(suite);
}
