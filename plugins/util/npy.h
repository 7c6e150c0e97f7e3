/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy.h -- arrays of numbers in NumPy's .npy files.
 *
 *     struct npy f;
 *     int rc = npy_open(host, path, &f);       the header, and is the file whole
 *     if (rc < 0)
 *         return rc;
 *     ... f.n_dims, f.shape, f.count, npy_row_size(&f) ...
 *     rc = npy_read_double(&f, row * npy_row_size(&f), npy_row_size(&f), out);
 *     npy_close(&f);
 *
 * Elements are read from the file when they are asked for: nothing is held in
 * memory, and nothing is mapped, so a file that shrinks meanwhile is an error
 * and no SIGBUS.  Formats 1.0 to 3.0, C order, one to four dimensions, bool,
 * u1 u2 u4 u8 i1 i2 i4 i8 f4 f8 of either byte order.  Every failure has been
 * reported with host->fail().
 */
#ifndef UTIL_NPY_H
#define UTIL_NPY_H

#include <thalweg/plugin.h>

#define NPY_MAX_DIMS 4

struct npy {
    const struct tw_host *host;
    char *path;
    int fd;
    size_t n_dims;              /* 1 .. NPY_MAX_DIMS */
    size_t shape[NPY_MAX_DIMS]; /* each >= 1; 1 beyond n_dims */
    size_t count;               /* product of shape: the number of elements */
    char kind;                  /* 'u', 'i' or 'f'; a bool is an 'u' */
    size_t item_size;           /* bytes of an element: 1, 2, 4, 8 */
    bool swap;                  /* the file's byte order is not ours */
    uint64_t data_offset;       /* of element 0 in the file */
};

/* TW_EIO: not there, broken or of the wrong length.  TW_EINVAL: whole, but of
 * an order, type or shape that is not supported.  On failure there is nothing
 * to close. */
int npy_open(const struct tw_host *host, const char *path, struct npy *out);

/* Nothing happens to a zeroed struct, or the second time. */
void npy_close(struct npy *f);

/* Elements per row: the product of all dimensions but the first. */
size_t npy_row_size(const struct npy *f);

/* The `n` elements from `first` on, row-major, whatever their type.  Values are
 * not checked: NaN is handed over, a double beyond float becomes infinite.
 * May be called from several threads. */
int npy_read_double(const struct npy *f, size_t first, size_t n, double *out);
int npy_read_float(const struct npy *f, size_t first, size_t n, float *out);

/* "float64 array of 300 x 2", for messages; returns `buf`. */
const char *npy_describe(const struct npy *f, char *buf, size_t size);

#endif
