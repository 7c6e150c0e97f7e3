/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datasets.h -- what the tests of the dataset plugins share: a scratch folder of
 * small files, and loading from them.
 *
 *     tcase_add_checked_fixture(c, make_scratch, drop_scratch);
 *
 *     put_text("a.csv", "1,2,x\n3,4,y\n");
 *     struct rig *r = loaded("csv", "{path: %s/a.csv}", &d);    %s: the folder
 *     rig_free(r);
 *     refused("csv", "{path: %s/a.csv}", TW_TRAIN, TW_EIO, "words of the reason");
 */
#ifndef TESTS_DATASETS_H
#define TESTS_DATASETS_H

#include "rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* ---- files ----------------------------------------------------------------- */

/* The folder of each test; its files go with it. */
static char scratch[64];

static inline const char *in_scratch(const char *name)
{
    static char path[4][128];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", scratch, name);
    return path[next];
}

static const char *const names[] = {"a.csv", "b.csv",   "x",       "y",      "tx",
                                    "ty",    "train-x", "train-y", "t10k-x", "t10k-y"};

static inline void make_scratch(void)
{
    strcpy(scratch, "/tmp/thalweg-data-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch));
}

static inline void drop_scratch(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(in_scratch(names[i]));
    ck_assert_int_eq(rmdir(scratch), 0);
}

static inline void put(const char *name, const void *bytes, size_t n)
{
    FILE *f = fopen(in_scratch(name), "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

static inline void put_text(const char *name, const char *text)
{
    put(name, text, strlen(text));
}

static inline void put_gzip(const char *name, const void *bytes, size_t n)
{
    gzFile f = gzopen(in_scratch(name), "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(gzwrite(f, bytes, (unsigned)n), (int)n);
    ck_assert_int_eq(gzclose(f), Z_OK);
}

#define PUT(name, literal) put(name, literal, sizeof literal - 1)

/* A 1.0 .npy file. */
static inline void put_npy(const char *name, const char *type, const char *shape, const void *v,
                           size_t n)
{
    char buf[2048];
    int k = snprintf(buf + 10, sizeof buf - 10,
                     "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n", type, shape);
    memcpy(buf, "\x93NUMPY\1\0", 8);
    buf[8] = (char)k;
    buf[9] = 0;
    ck_assert(k < 128 && 10 + (size_t)k + n <= sizeof buf);
    memcpy(buf + 10 + k, v, n);
    put(name, buf, 10 + (size_t)k + n);
}

/* ---- loading --------------------------------------------------------------- */

/* `yaml` has %s for the scratch folder, any number of times. */
static inline struct rig *make(const char *plugin, const char *yaml)
{
    char text[1024], *to = text;
    for (const char *p = yaml; *p; p++)
        if (p[0] == '%' && p[1] == 's') {
            to += snprintf(to, sizeof scratch, "%s", scratch);
            p++;
        } else {
            *to++ = *p;
        }
    *to = 0;
    return rig_new(TW_DATASET, plugin, text);
}

static inline int load(struct rig *r, enum tw_split split, struct tw_data *d)
{
    *d = (struct tw_data){.struct_size = sizeof *d};
    return r->plugin->ops.dataset.load(r->self, (uint32_t)split, d);
}

static inline struct rig *loaded(const char *plugin, const char *yaml, struct tw_data *d)
{
    struct rig *r = make(plugin, yaml);
    int rc = load(r, TW_TRAIN, d);
    ck_assert_msg(rc == TW_OK, "%s %s: %s", plugin, yaml, rig_reason(r));
    ck_assert_uint_eq(d->struct_size, sizeof *d);
    return r;
}

/* load() fails with this code, and the reason has these words in it. */
static inline void refused(const char *plugin, const char *yaml, enum tw_split split, int code,
                           const char *words)
{
    struct rig *r = make(plugin, yaml);
    struct tw_data d;
    int rc = load(r, split, &d);
    ck_assert_msg(rc == code, "%s %s: %d: %s", plugin, yaml, rc, rig_reason(r));
    ck_assert_msg(strstr(rig_reason(r), words) != NULL, "\"%s\" is not in: %s", words,
                  rig_reason(r));
    ck_assert_ptr_null(strchr(rig_reason(r), '\n'));
    rig_free(r);
}

static inline double column_sum(const struct tw_data *d, size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < d->n_rows; i++)
        sum += (double)d->x[i * d->n_features + j];
    return sum;
}

static inline size_t count_label(const struct tw_data *d, int label)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n_rows; i++)
        n += d->label[i] == label;
    return n;
}

static inline void same_floats(const float *got, const float *want, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(got[i] == want[i], "[%zu] %g, not %g", i, (double)got[i], (double)want[i]);
}

static inline void same_labels(const struct tw_data *d, const int *want)
{
    for (size_t i = 0; i < d->n_rows; i++)
        ck_assert_int_eq(d->label[i], want[i]);
}

#endif
