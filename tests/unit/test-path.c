/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-path.c -- the trajectory's storage: in memory, in a file beyond a limit, and
 * what happens when there is room in neither.
 */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "../../core/path.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char folder[] = "/tmp/thalweg-test-XXXXXX";

static void make_folder(void)
{
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
}

static void remove_folder(void)
{
    rmdir(folder);
}

static size_t files_in_folder(void)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    ck_assert_ptr_nonnull(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2; /* . and .. */
}

static size_t open_files(void)
{
    size_t n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += lseek(fd, 0, SEEK_CUR) >= 0 || isatty(fd);
    return n;
}

/* Point i is i, i + 1, i + 2, ... */
static int add(struct path *p, size_t i, struct error *err)
{
    double *theta = malloc(p->dim * sizeof *theta);
    for (size_t j = 0; j < p->dim; j++)
        theta[j] = (double)(i + j);
    int rc = path_add(p, theta, 0.5 * (double)i, 10 * i, err);
    free(theta);
    return rc;
}

static void check_points(const struct path *p, size_t n)
{
    struct tw_path view = path_view(p);
    ck_assert_uint_eq(view.n, n);
    ck_assert_uint_eq(view.dim, p->dim);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j<p->dim; j += p->dim> 100 ? p->dim / 100 : 1)
            ck_assert(view.theta[i][j] == (double)(i + j));
        ck_assert(view.theta[i][p->dim - 1] == (double)(i + p->dim - 1));
        ck_assert(view.loss[i] == 0.5 * (double)i);
        ck_assert_uint_eq(view.step[i], 10 * i);
    }
}

START_TEST(keeps_points_in_memory)
{
    struct path p;
    struct error err = {0};
    path_init(&p, 3);
    for (size_t i = 0; i < 200; i++)
        ck_assert_int_eq(add(&p, i, &err), 0);
    check_points(&p, 200);
    ck_assert(!p.has_file);
    path_free(&p);
    path_free(&p); /* nothing happens */
}
END_TEST

/* Rows that fill segments to the last byte, that do not, and that are larger than one. */
static const size_t dims[] = {8388608 / 2, 3000001, 9000000};

START_TEST(goes_to_a_file_beyond_the_limit)
{
    struct path p;
    struct error err = {0};
    const double *first[7];
    size_t dim = dims[_i], before = open_files();
    path_init(&p, dim);
    p.limit = 2.5 * (double)dim * sizeof(double);
    p.most = 0; /* not a byte more */
    for (size_t i = 0; i < 7; i++) {
        ck_assert_int_eq(add(&p, i, &err), 0);
        ck_assert_int_eq(p.in_file[i], i >= 2);
        first[i] = p.theta[i];
    }
    for (size_t i = 0; i < 7; i++)
        ck_assert_ptr_eq(p.theta[i], first[i]);
    check_points(&p, 7);
    ck_assert_uint_gt(p.n_segments, 1);
    ck_assert_uint_eq(open_files(), before + 1);
    ck_assert_uint_eq(files_in_folder(), 0);
    path_free(&p);
    ck_assert_uint_eq(open_files(), before);
}
END_TEST

START_TEST(uses_more_memory_without_a_file)
{
    struct path p;
    struct error err = {0};
    setenv("TMPDIR", "/there is no such folder", 1);
    path_init(&p, 1000);
    p.limit = 0;
    p.most = 4000 * sizeof(double);
    ck_assert_int_eq(path_place(&p, 4), PATH_MEMORY);
    ck_assert_int_eq(path_place(&p, 5), PATH_NOWHERE);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(add(&p, i, &err), 0);
    ck_assert_int_eq(add(&p, 4, &err), -1);
    ck_assert_int_eq(err.fault, FAULT_RUN);
    ck_assert_ptr_nonnull(strstr(err.text, "no room after 4 checkpoints of 1000 parameters"));
    ck_assert_ptr_nonnull(strstr(err.text, "/there is no such folder (No such file"));
    check_points(&p, 4);
    path_free(&p);
}
END_TEST

/* The disk is full: here, the file may not become longer. */
START_TEST(stands_a_full_disk)
{
    struct path p;
    struct error err = {0};
    struct rlimit old, size;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    size = (struct rlimit){(rlim_t)80 << 20, old.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &size), 0);
    path_init(&p, 4194304); /* two points are a segment: there is room for one of these */
    p.limit = 0;
    p.most = (double)p.dim * sizeof(double);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(add(&p, i, &err), 0);
    ck_assert(p.in_file[1]);
    ck_assert(!p.in_file[2]);
    ck_assert_int_eq(add(&p, 3, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, folder));
    check_points(&p, 3);
    path_free(&p);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
}
END_TEST

START_TEST(knows_where_points_go)
{
    struct path p;
    path_init(&p, 1000);
    ck_assert(p.limit > 0 && p.most > p.limit);
    ck_assert_int_eq(path_place(&p, p.limit / 8000 * 0.99), PATH_MEMORY);
    ck_assert_int_eq(path_place(&p, p.limit / 8000 * 1.01 + 1), PATH_FILE);
    ck_assert_int_eq(path_place(&p, 1e30), PATH_NOWHERE);
    ck_assert_str_eq(path_folder(), folder);
    unsetenv("TMPDIR");
    ck_assert_int_eq(path_folder()[0], '/');
    path_free(&p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path");
    TCase *c = tcase_create("path");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, make_folder, remove_folder);
    tcase_add_test(c, keeps_points_in_memory);
    tcase_add_loop_test(c, goes_to_a_file_beyond_the_limit, 0, sizeof dims / sizeof *dims);
    tcase_add_test(c, uses_more_memory_without_a_file);
    tcase_add_test(c, stands_a_full_disk);
    tcase_add_test(c, knows_where_points_go);
    return bench_main(suite);
}
