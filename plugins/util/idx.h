/* SPDX-License-Identifier: GPL-3.0-or-later */
/* idx.h -- images and labels in IDX files, the format of MNIST, plain or gzip.
 *
 * A big-endian header gives the type of the elements and 1 to 8 dimensions;
 * the first counts the examples.  The elements follow to the end of the file.
 *
 *     struct split s = {0};
 *     double *labels = NULL;
 *     int rc = idx_load_pair(host, &spec, &s, &labels);
 *     ... turn the labels into s.label ...
 *     free(labels);
 *     split_free(&s);
 */
#ifndef UTIL_IDX_H
#define UTIL_IDX_H

#include "util/gzfile.h"
#include "util/split.h"

#define IDX_MAX_DIMS 8

enum idx_type {
    IDX_U1 = 0x08,
    IDX_I1 = 0x09,
    IDX_I2 = 0x0B,
    IDX_I4 = 0x0C,
    IDX_F4 = 0x0D,
    IDX_F8 = 0x0E
};

struct idx {
    struct gzfile file; /* behind the header */
    enum idx_type type;
    size_t item_size;
    size_t n_dims, shape[IDX_MAX_DIMS];
    size_t count; /* product of shape; >= 1 */
};

/* Reads the header.  On failure there is nothing to close. */
int idx_open(const struct tw_host *host, const char *path, struct idx *out);
void idx_close(struct idx *f);

struct idx_pair {
    const char *images, *labels; /* paths */
    bool bytes_only;             /* refuse images of any type but unsigned bytes */
    float divisor;               /* of each feature; 1: as they are */
};

/* Features into `s`, labels (one number of a whole-number type per image) into
 * an array to be freed.  On failure, `s` may hold something to free. */
int idx_load_pair(const struct tw_host *host, const struct idx_pair *pair, struct split *s,
                  double **labels);

#endif
