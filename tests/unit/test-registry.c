/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-registry.c -- the search path, what is loaded, and that looking at files
 * is safe.  The reasons for refusals are tested by cli/test-broken.sh.
 *
 * BROKEN_DIR has the plugins of tests/broken/build.sh.
 */
#define _XOPEN_SOURCE 700
#include "suite.h"

#include "../../core/registry.h"

#include <check.h>
#include <dirent.h>
#include <fenv.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64]; /* fresh for every test */
static struct registry reg;
static struct error err;

static void setup(void)
{
    strcpy(folder, "/tmp/test-registry-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(setenv("THALWEG_PLUGIN_PATH", folder, 1), 0);
    ck_assert_int_eq(setenv("XDG_DATA_HOME", "/nowhere/data", 1), 0);
    error_clear(&err);
}

static void teardown(void)
{
    struct dirent *entry;
    char path[512];
    DIR *dir = opendir(folder);
    registry_free(&reg);
    while (dir && (entry = readdir(dir))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (dir)
        closedir(dir);
    rmdir(folder);
}

/* The broken plugin `file`, under its own or another name, in our folder. */
static void take(const char *file, const char *as)
{
    char from[512], to[512];
    ck_assert_msg(getenv("BROKEN_DIR") != NULL, "BROKEN_DIR is not set");
    snprintf(from, sizeof from, "%s/%s.so", getenv("BROKEN_DIR"), file);
    snprintf(to, sizeof to, "%s/%s.so", folder, as ? as : file);
    ck_assert_msg(access(from, R_OK) == 0, "%s is missing", from);
    ck_assert_int_eq(symlink(from, to), 0);
}

static void init(void)
{
    ck_assert_msg(registry_init(&reg, NULL, 0, &err) == 0, "%s", err.text);
}

/* ---- names and folders ------------------------------------------------------------ */

START_TEST(kinds)
{
    for (int k = TW_DATASET; k <= TW_SINK; k++)
        ck_assert_int_eq(kind_from_name(kind_name(k)), k);
    ck_assert_str_eq(kind_name(TW_MODEL), "model");
    ck_assert_str_eq(kind_name(0), "?");
    ck_assert_str_eq(kind_name(6), "?");
    ck_assert_str_eq(kind_name(-1), "?");
    ck_assert_int_eq(kind_from_name("?"), 0);
    ck_assert_int_eq(kind_from_name("models"), 0);
    ck_assert_int_eq(kind_from_name(""), 0);
}
END_TEST

START_TEST(path_order)
{
    const char *extra[] = {folder};
    ck_assert_int_eq(setenv("THALWEG_PLUGIN_PATH", "/a/:relative::/b:.:/a", 1), 0);
    ck_assert_msg(registry_init(&reg, extra, 1, &err) == 0, "%s", err.text);
    ck_assert_uint_ge(reg.n_dirs, 4);
    ck_assert_str_eq(reg.dirs[0], folder);
    ck_assert_str_eq(reg.dirs[1], "/a"); /* once, without the slash */
    ck_assert_str_eq(reg.dirs[2], "/b");
    ck_assert_str_eq(reg.dirs[3], "/nowhere/data/thalweg-0");
    for (size_t i = 0; i < reg.n_dirs; i++)
        ck_assert_int_eq(reg.dirs[i][0], '/');
}
END_TEST

START_TEST(path_home)
{
    ck_assert_int_eq(unsetenv("THALWEG_PLUGIN_PATH"), 0);
    ck_assert_int_eq(setenv("XDG_DATA_HOME", "relative", 1), 0);
    ck_assert_int_eq(setenv("HOME", "/home/of/somebody", 1), 0);
    init();
    ck_assert_uint_ge(reg.n_dirs, 1);
    ck_assert_str_eq(reg.dirs[0], "/home/of/somebody/.local/share/thalweg-0");
}
END_TEST

START_TEST(path_extra_must_exist)
{
    const char *missing[] = {"/nowhere/at/all"}, *file[] = {"/dev/null"};
    ck_assert_int_eq(registry_init(&reg, missing, 1, &err), -1);
    ck_assert_int_eq(err.fault, FAULT_PIPELINE);
    ck_assert_ptr_nonnull(strstr(err.text, "--plugin-path /nowhere/at/all: No such file"));
    error_clear(&err);
    ck_assert_int_eq(registry_init(&reg, file, 1, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "not a folder"));
}
END_TEST

/* ---- find ---------------------------------------------------------------------------- */

START_TEST(find_once)
{
    const struct plugin *p, *again;
    take("dataset-fine", NULL);
    init();
    ck_assert_msg(registry_find(&reg, TW_DATASET, "fine", &p, &err) == 0, "%s", err.text);
    ck_assert_str_eq(p->desc.name, "fine");
    ck_assert_uint_eq(p->desc.kind, TW_DATASET);
    ck_assert_ptr_eq(p->desc.ops.any, &p->ops); /* the host's copy */
    ck_assert_ptr_nonnull(p->ops.dataset.load);
    ck_assert_uint_eq(p->table.stride, sizeof(struct tw_param));
    ck_assert_str_eq(table_at(&p->table, 0)->name, "rate");
    ck_assert_ptr_null(table_at(&p->table, 1));
    ck_assert_int_eq(registry_find(&reg, TW_DATASET, "fine", &again, &err), 0);
    ck_assert_ptr_eq(p, again);
    /* By path it is the same plugin as long as the path is the same file name. */
    ck_assert_int_eq(registry_find(&reg, TW_DATASET, p->path, &again, &err), 0);
    ck_assert_str_eq(again->desc.name, "fine");
}
END_TEST

START_TEST(find_failures)
{
    static const struct {
        enum tw_kind kind;
        const char *name, *text;
    } cases[] = {
        {TW_DATASET, "fime",
         "no dataset plugin 'fime'; did you mean 'fine'? (looked for "
         "dataset-fime.so in /tmp/test-registry-"},
        {TW_SINK, "fine", "no sink plugin 'fine'; there is a dataset of that name"},
        {TW_MODEL, "", "the name of the model plugin is empty"},
        {TW_MODEL, "/nowhere/model-x.so", "/nowhere/model-x.so: No such file or directory"},
        {TW_MODEL, "%s%n%d", "no model plugin '%s%n%d'"},
        {TW_DATASET, "bad-magic", "dataset-bad-magic.so: thalweg_plugin is not a plugin"},
        {TW_DATASET, "unavailable", "cannot run on this machine: no abacus found"},
        {TW_DATASET, "second", "file should be called dataset-fine.so"},
    };
    const struct plugin *p = NULL;
    take("dataset-fine", NULL);
    take("dataset-fine", "dataset-second");
    take("dataset-bad-magic", NULL);
    take("dataset-unavailable", NULL);
    init();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        error_clear(&err);
        ck_assert_int_eq(registry_find(&reg, cases[i].kind, cases[i].name, &p, &err), -1);
        ck_assert_int_eq(err.fault, FAULT_PLUGIN);
        ck_assert_msg(strstr(err.text, cases[i].text) != NULL, "'%s' is not in '%s'", cases[i].text,
                      err.text);
        ck_assert_ptr_null(p);
    }
}
END_TEST

START_TEST(find_other_kind)
{
    char path[128];
    const struct plugin *p;
    take("dataset-fine", NULL);
    init();
    snprintf(path, sizeof path, "%s/dataset-fine.so", folder);
    ck_assert_int_eq(registry_find(&reg, TW_SINK, path, &p, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "is a dataset, not a sink"));
}
END_TEST

START_TEST(find_long_name)
{
    const struct plugin *p;
    char *name = malloc(100000);
    ck_assert_ptr_nonnull(name);
    memset(name, 'x', 99999);
    name[99999] = '\0';
    init();
    ck_assert_int_eq(registry_find(&reg, TW_MODEL, name, &p, &err), -1);
    ck_assert_int_eq(err.fault, FAULT_PLUGIN);
    free(name);
}
END_TEST

/* Half of the smallest normal number is not zero, unless denormals are flushed. */
START_TEST(floating_point_mode)
{
    volatile double least = DBL_MIN;
    char path[128], mode[256];
    struct plugin *p;
    take("dataset-fast-math", NULL);
    snprintf(path, sizeof path, "%s/dataset-fast-math.so", folder);
    ck_assert_int_eq(fesetround(FE_DOWNWARD), 0);
    ck_assert_msg(registry_load(path, &p, mode, sizeof mode, &err) == 0, "%s", err.text);
    ck_assert(least / 2 > 0);
    ck_assert_int_eq(fegetround(), FE_DOWNWARD);
#if defined(__SSE__) || defined(__aarch64__)
    ck_assert_ptr_nonnull(strstr(mode, "changes the floating-point mode: "));
#endif
    registry_unload(p);
    ck_assert_int_eq(fesetround(FE_TONEAREST), 0);
    take("dataset-fine", NULL);
    snprintf(path, sizeof path, "%s/dataset-fine.so", folder);
    ck_assert_int_eq(registry_load(path, &p, mode, sizeof mode, &err), 0);
    ck_assert_str_eq(mode, "");
    registry_unload(p);
}
END_TEST

/* ---- list ---------------------------------------------------------------------------- */

START_TEST(list)
{
    char path[128];
    struct arena mem = {0};
    struct listing *l;
    size_t n;
    take("reducer-half", NULL);
    take("dataset-unavailable", NULL);
    take("dataset-crash", NULL);
    take("dataset-fine", NULL);
    take("dataset-fine", "plugin-fine"); /* no such kind */
    snprintf(path, sizeof path, "%s/dataset-fine.so.bak", folder);
    ck_assert_int_eq(symlink("nowhere", path), 0);
    init();
    ck_assert_msg(registry_list(&reg, TW_REDUCER, &mem, &l, &n, &err) == 0, "%s", err.text);
    ck_assert_uint_ge(n, 1);
    ck_assert_str_eq(l[0].name, "half");
    ck_assert_msg(registry_list(&reg, TW_DATASET, &mem, &l, &n, &err) == 0, "%s", err.text);
    ck_assert_uint_ge(n, 3);
    const char *names[] = {"crash", "fine", "unavailable"};
    int states[] = {LISTED_BROKEN, LISTED_OK, LISTED_UNAVAILABLE}, seen = 0;
    for (size_t i = 0; i < n; i++) {
        ck_assert(i == 0 || strcmp(l[i - 1].name, l[i].name) <= 0);
        if (strncmp(l[i].path, folder, strlen(folder)) != 0)
            continue; /* installed */
        ck_assert_int_lt(seen, 3);
        ck_assert_str_eq(l[i].name, names[seen]);
        ck_assert_int_eq((int)l[i].state, states[seen]);
        ck_assert_int_eq(l[i].reason == NULL, states[seen] == LISTED_OK);
        ck_assert_int_eq(l[i].summary == NULL, states[seen] == LISTED_BROKEN);
        seen++;
    }
    ck_assert_int_eq(seen, 3);
    arena_free(&mem);
}
END_TEST

/* A whole plugin, cut short after `length` bytes, as dataset-cutNNNN.so. */
static void cut(const char *whole, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/dataset-cut%06zu.so", folder, length);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(whole, 1, length, f), length);
    ck_assert_int_eq(fclose(f), 0);
}

/* The dynamic linker is not made for damaged files: it may well die of them. */
START_TEST(list_damaged)
{
    struct arena mem = {0};
    struct listing *l;
    char path[512];
    size_t n, cuts = 0;
    snprintf(path, sizeof path, "%s/dataset-fine.so", getenv("BROKEN_DIR"));
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    char *whole = malloc(1 << 20);
    ck_assert_ptr_nonnull(whole);
    size_t size = fread(whole, 1, 1 << 20, f);
    fclose(f);
    ck_assert_uint_gt(size, 1000);
    for (size_t length = 0; length < size * 3 / 4; length += size / 24)
        cut(whole, length), cuts++;
    free(whole);
    init();
    ck_assert_msg(registry_list(&reg, TW_DATASET, &mem, &l, &n, &err) == 0, "%s", err.text);
    size_t seen = 0;
    for (size_t i = 0; i < n; i++)
        if (strncmp(l[i].name, "cut", 3) == 0) {
            ck_assert_int_eq((int)l[i].state, LISTED_BROKEN);
            ck_assert_ptr_nonnull(l[i].reason);
            seen++;
        }
    ck_assert_uint_eq(seen, cuts);
    arena_free(&mem);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("registry");
    TCase *t = tcase_create("registry");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, kinds);
    tcase_add_test(t, path_order);
    tcase_add_test(t, path_home);
    tcase_add_test(t, path_extra_must_exist);
    tcase_add_test(t, find_once);
    tcase_add_test(t, find_failures);
    tcase_add_test(t, find_other_kind);
    tcase_add_test(t, find_long_name);
    tcase_add_test(t, floating_point_mode);
    tcase_add_test(t, list);
    tcase_add_test(t, list_damaged);
    suite_add_tcase(s, t);
    return bench_main(s);
}
