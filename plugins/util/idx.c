/* SPDX-License-Identifier: GPL-3.0-or-later */
/* idx.c -- elements are unpacked block by block and converted by one loop per
 * type, so that an image set is in memory once, as float.
 */
#include "util/idx.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)1 << 18) /* a multiple of every item size */

/* ---- the header ------------------------------------------------------------ */

static size_t type_size(unsigned type)
{
    switch (type) {
    case IDX_U1:
    case IDX_I1:
        return 1;
    case IDX_I2:
        return 2;
    case IDX_I4:
    case IDX_F4:
        return 4;
    case IDX_F8:
        return 8;
    default:
        return 0;
    }
}

static int read_header(const struct tw_host *host, struct idx *f)
{
    const char *path = f->file.path;
    unsigned char head[4], dim[4];
    int rc = gz_read(&f->file, head, 4, "the IDX header");
    if (rc < 0)
        return rc;
    f->type = (enum idx_type)head[2];
    f->item_size = type_size(head[2]);
    f->n_dims = head[3];
    if (head[0] != 0 || head[1] != 0 || f->item_size == 0 || f->n_dims == 0 ||
        f->n_dims > IDX_MAX_DIMS)
        return host->fail(host, TW_EIO,
                          "%s is not an IDX file: it begins with %02x %02x %02x %02x, not with "
                          "00 00, a type (08 09 0b 0c 0d 0e) and 1 to %d dimensions",
                          path, head[0], head[1], head[2], head[3], IDX_MAX_DIMS);

    f->count = 1;
    for (size_t i = 0; i < f->n_dims; i++) {
        rc = gz_read(&f->file, dim, 4, "the IDX header");
        if (rc < 0)
            return rc;
        f->shape[i] = (size_t)dim[0] << 24 | (size_t)dim[1] << 16 | (size_t)dim[2] << 8 | dim[3];
        if (f->shape[i] == 0)
            return host->fail(host, TW_EIO, "%s is empty: dimension %zu of its header is 0", path,
                              i);
        if (f->count > SIZE_MAX / 16 / f->shape[i])
            return host->fail(host, TW_EIO,
                              "%s is damaged: its header asks for more than there is "
                              "room for anywhere",
                              path);
        f->count *= f->shape[i];
    }
    return TW_OK;
}

/* Does the file have the length that its header asks for, as far as that can be
 * known without unpacking it? */
static int check_size(const struct tw_host *host, const struct idx *f)
{
    uint64_t need = f->file.at + (uint64_t)f->count * f->item_size;
    if (f->file.packed ? gz_can_hold(&f->file, need) : need == f->file.disk_size)
        return TW_OK;
    return host->fail(host, TW_EIO, "%s has %llu bytes%s; its header asks for %llu%s", f->file.path,
                      (unsigned long long)f->file.disk_size, f->file.packed ? " of gzip data" : "",
                      (unsigned long long)need,
                      f->file.packed ? ", more than can be in there" : "");
}

int idx_open(const struct tw_host *host, const char *path, struct idx *out)
{
    struct idx f = {0};
    int rc = gz_open(host, path, &f.file);
    if (rc < 0)
        return rc;
    rc = read_header(host, &f);
    if (rc == TW_OK)
        rc = check_size(host, &f);
    if (rc < 0)
        gz_close(&f.file);
    else
        *out = f;
    return rc;
}

void idx_close(struct idx *f)
{
    gz_close(&f->file);
}

/* ---- the elements ---------------------------------------------------------- */

static uint16_t big16(const unsigned char *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t big32(const unsigned char *p)
{
    return (uint32_t)big16(p) << 16 | big16(p + 2);
}

static uint64_t big64(const unsigned char *p)
{
    return (uint64_t)big32(p) << 32 | big32(p + 4);
}

static double element(enum idx_type type, const unsigned char *p)
{
    uint32_t u4;
    uint64_t u8;
    float f4;
    double f8;
    switch (type) {
    case IDX_U1:
        return *p;
    case IDX_I1:
        return (int8_t)*p;
    case IDX_I2:
        return (int16_t)big16(p);
    case IDX_I4:
        return (int32_t)big32(p);
    case IDX_F4:
        u4 = big32(p);
        memcpy(&f4, &u4, sizeof f4);
        return (double)f4;
    case IDX_F8:
        u8 = big64(p);
        memcpy(&f8, &u8, sizeof f8);
        return f8;
    }
    return 0;
}

/* `out` is float or double; true when all elements are finite in it. */
static bool convert_floats(const struct idx *f, const unsigned char *p, size_t n, float divisor,
                           float *out)
{
    float zero = 0; /* becomes NaN when anything is not finite */
    if (f->type == IDX_U1) {
        for (size_t i = 0; i < n; i++)
            out[i] = (float)p[i] / divisor;
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)element(f->type, p + i * f->item_size) / divisor;
        zero += out[i] - out[i];
    }
    return zero == 0;
}

static int not_finite(const struct tw_host *host, const struct idx *f, size_t first, const float *x,
                      size_t n)
{
    size_t i = 0, row_size = f->count / f->shape[0];
    while (i < n && x[i] - x[i] == 0)
        i++;
    return host->fail(host, TW_EIO,
                      "%s: element %zu of row %zu (both from 0) is %g; features are finite numbers "
                      "within the range of float",
                      f->file.path, (first + i) % row_size, (first + i) / row_size, (double)x[i]);
}

/* All elements, into `narrow` or `wide`. */
static int read_elements(const struct tw_host *host, struct idx *f, float divisor, float *narrow,
                         double *wide)
{
    unsigned char *block = malloc(BLOCK_BYTES);
    size_t done = 0;
    int rc = TW_OK;

    if (!block)
        return host->fail(host, TW_ENOMEM, "out of memory for reading %s", f->file.path);
    while (rc == TW_OK && done < f->count) {
        size_t n = BLOCK_BYTES / f->item_size;
        if (n > f->count - done)
            n = f->count - done;
        rc = gz_read(&f->file, block, n * f->item_size, "the data");
        if (rc < 0)
            break;
        if (wide)
            for (size_t i = 0; i < n; i++)
                wide[done + i] = element(f->type, block + i * f->item_size);
        else if (!convert_floats(f, block, n, divisor, narrow + done))
            rc = not_finite(host, f, done, narrow + done, n);
        done += n;
        if (rc == TW_OK && host->tick(host, (double)done / (double)f->count, "reading"))
            rc = TW_ECANCELLED;
    }
    free(block);
    return rc == TW_OK ? gz_expect_end(&f->file) : rc;
}

/* ---- a pair ---------------------------------------------------------------- */

static int check_pair(const struct tw_host *host, const struct idx_pair *pair,
                      const struct idx *images, const struct idx *labels)
{
    if (pair->bytes_only && images->type != IDX_U1)
        return host->fail(host, TW_EINVAL,
                          "%s holds elements of type %02x; MNIST images are unsigned bytes (08): "
                          "use the dataset idx for others",
                          pair->images, (unsigned)images->type);
    if (labels->n_dims != 1)
        return host->fail(host, TW_EINVAL,
                          "%s has %zu dimensions; labels have one (are these the images?)",
                          pair->labels, labels->n_dims);
    if (labels->type == IDX_F4 || labels->type == IDX_F8)
        return host->fail(host, TW_EINVAL,
                          "%s holds floating-point numbers; labels are whole numbers (type 08, 09, "
                          "0b or 0c)",
                          pair->labels);
    if (images->shape[0] != labels->shape[0])
        return host->fail(host, TW_EINVAL,
                          "%s has %zu images, %s has %zu labels: there must be one for each",
                          pair->images, images->shape[0], pair->labels, labels->shape[0]);
    return TW_OK;
}

int idx_load_pair(const struct tw_host *host, const struct idx_pair *pair, struct split *s,
                  double **labels)
{
    struct idx x = {0}, y = {0};
    double *v = NULL;
    int rc = idx_open(host, pair->images, &x);
    if (rc == TW_OK)
        rc = idx_open(host, pair->labels, &y);
    if (rc == TW_OK)
        rc = check_pair(host, pair, &x, &y);
    /* The labels first: they are quickly read, and wrong ones quickly told. */
    if (rc == TW_OK) {
        v = split_array(host, y.count, sizeof *v, pair->labels);
        rc = v ? read_elements(host, &y, 1, NULL, v) : TW_ENOMEM;
    }
    if (rc == TW_OK)
        rc = split_alloc(host, pair->images, x.shape[0], x.count / x.shape[0], s);
    if (rc == TW_OK)
        rc = read_elements(host, &x, pair->divisor, s->x, NULL);
    idx_close(&x);
    idx_close(&y);
    if (rc == TW_OK)
        *labels = v;
    else
        free(v);
    return rc;
}
