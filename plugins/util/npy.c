/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npy.c -- the header is a Python dictionary in text, read by a small scanner
 * over a bounded buffer; the elements go through a block on the stack, or
 * straight into the caller's array when they are of its type already.
 */
#define _POSIX_C_SOURCE   200809L
#define _FILE_OFFSET_BITS 64

#include "util/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_HEADER  65536u
#define BLOCK_BYTES 65536u

/* ---- bytes ----------------------------------------------------------------- */

static bool little_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* Exactly `n` bytes at `at`. */
static int read_at(const struct npy *f, uint64_t at, void *buf, size_t n)
{
    char *to = buf;
    while (n > 0) {
        size_t want = n < (1u << 30) ? n : (1u << 30);
        ssize_t got = pread(f->fd, to, want, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return f->host->fail(f->host, TW_EIO, "read %s: %s", f->path, strerror(errno));
        if (got == 0)
            return f->host->fail(f->host, TW_EIO, "%s ends at byte %llu, in the middle of its data",
                                 f->path, (unsigned long long)at);
        to += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return TW_OK;
}

static void swap_bytes(unsigned char *p, size_t n, size_t item)
{
    for (size_t i = 0; i < n; i++, p += item)
        for (size_t a = 0, b = item - 1; a < b; a++, b--) {
            unsigned char t = p[a];
            p[a] = p[b];
            p[b] = t;
        }
}

/* ---- the header ------------------------------------------------------------ */

struct scan {
    struct npy *f;
    const char *at; /* in a NUL-terminated text */
    char dtype[16];
    bool fortran;
    unsigned seen; /* bit per key */
};

enum { SEEN_DESCR = 1, SEEN_ORDER = 2, SEEN_SHAPE = 4, SEEN_ALL = 7 };

static int broken(const struct npy *f, const char *what)
{
    return f->host->fail(f->host, TW_EIO,
                         "%s: the .npy header is damaged (%s); write the file again with "
                         "numpy.save",
                         f->path, what);
}

static bool skip(struct scan *s, char c)
{
    while (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')
        s->at++;
    if (c == 0 || *s->at != c)
        return false;
    s->at++;
    return true;
}

/* A Python string without escapes; false when there is none that fits. */
static bool scan_string(struct scan *s, char *out, size_t size)
{
    skip(s, 0);
    char quote = *s->at;
    if (quote != '\'' && quote != '"')
        return false;
    const char *begin = s->at + 1, *end = strchr(begin, quote);
    if (!end || (size_t)(end - begin) >= size)
        return false;
    memcpy(out, begin, (size_t)(end - begin));
    out[end - begin] = 0;
    s->at = end + 1;
    return true;
}

static int scan_order(struct scan *s)
{
    skip(s, 0);
    s->fortran = strncmp(s->at, "True", 4) == 0;
    if (!s->fortran && strncmp(s->at, "False", 5) != 0)
        return broken(s->f, "fortran_order is neither True nor False");
    s->at += s->fortran ? 4 : 5;
    return TW_OK;
}

/* One dimension: digits, with the L that Python 2 wrote. */
static int scan_dim(struct scan *s, size_t *out)
{
    size_t v = 0;
    const char *begin = s->at;
    for (; *s->at >= '0' && *s->at <= '9'; s->at++) {
        size_t digit = (size_t)(*s->at - '0');
        if (v > (SIZE_MAX - digit) / 10)
            return broken(s->f, "a dimension is beyond all bounds");
        v = v * 10 + digit;
    }
    if (s->at == begin)
        return broken(s->f, "shape is not a tuple of whole numbers");
    if (*s->at == 'L')
        s->at++;
    *out = v;
    return TW_OK;
}

static int scan_shape(struct scan *s)
{
    struct npy *f = s->f;
    if (!skip(s, '('))
        return broken(f, "shape is not a tuple");
    f->n_dims = 0;
    while (!skip(s, ')')) {
        size_t v = 0;
        int rc = scan_dim(s, &v);
        if (rc < 0)
            return rc;
        if (f->n_dims == NPY_MAX_DIMS)
            return f->host->fail(f->host, TW_EINVAL,
                                 "%s has more than %d dimensions; reshape it to rows x columns",
                                 f->path, NPY_MAX_DIMS);
        f->shape[f->n_dims++] = v;
        if (!skip(s, ',')) {
            if (!skip(s, ')'))
                return broken(f, "shape has no closing bracket");
            break;
        }
        skip(s, 0);
    }
    return TW_OK;
}

static int scan_entry(struct scan *s)
{
    char key[32];
    if (!scan_string(s, key, sizeof key) || !skip(s, ':'))
        return broken(s->f, "no dictionary of descr, fortran_order and shape");
    if (strcmp(key, "descr") == 0) {
        s->seen |= SEEN_DESCR;
        skip(s, 0);
        if (*s->at == '[')
            return s->f->host->fail(s->f->host, TW_EINVAL,
                                    "%s is a structured array; save one plain array of numbers",
                                    s->f->path);
        return scan_string(s, s->dtype, sizeof s->dtype) ? TW_OK : broken(s->f, "descr");
    }
    if (strcmp(key, "fortran_order") == 0) {
        s->seen |= SEEN_ORDER;
        return scan_order(s);
    }
    if (strcmp(key, "shape") == 0) {
        s->seen |= SEEN_SHAPE;
        return scan_shape(s);
    }
    return broken(s->f, "an unknown key");
}

static int scan_header(struct scan *s)
{
    if (!skip(s, '{'))
        return broken(s->f, "no dictionary");
    while (!skip(s, '}')) {
        int rc = scan_entry(s);
        if (rc < 0)
            return rc;
        if (!skip(s, ',')) {
            if (!skip(s, '}'))
                return broken(s->f, "the dictionary does not end");
            break;
        }
    }
    skip(s, 0);
    if (*s->at != 0)
        return broken(s->f, "text after the dictionary");
    if (s->seen != SEEN_ALL)
        return broken(s->f, "descr, fortran_order or shape is missing");
    return TW_OK;
}

/* "<f8" and the like. */
static int set_type(struct npy *f, const char *dtype)
{
    static const char *const known[] = {"b1", "u1", "u2", "u4", "u8", "i1",
                                        "i2", "i4", "i8", "f4", "f8"};
    char order = dtype[0];
    bool ok = false;

    if (order == '<' || order == '>' || order == '=' || order == '|')
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            ok = ok || strcmp(dtype + 1, known[i]) == 0;
    /* Of one byte only there is no order to tell. */
    if (ok && order == '|' && dtype[2] != '1')
        ok = false;
    if (!ok)
        return f->host->fail(f->host, TW_EINVAL,
                             "%s holds elements of type '%s'; convert them to float32, float64 or "
                             "a whole-number type with .astype()",
                             f->path, dtype);
    f->kind = dtype[1] == 'b' ? 'u' : dtype[1];
    f->item_size = (size_t)(dtype[2] - '0');
    f->swap =
        f->item_size > 1 && (order == '<' || order == '>') && (order == '<') != little_endian();
    return TW_OK;
}

/* Whether the shape fits the length of the file, to the byte. */
static int check_size(struct npy *f, uint64_t file_size)
{
    f->count = 1;
    for (size_t i = 0; i < f->n_dims; i++) {
        if (f->shape[i] == 0)
            return f->host->fail(f->host, TW_EINVAL,
                                 "%s is an empty array: dimension %zu of its shape is 0", f->path,
                                 i);
        if (f->count > SIZE_MAX / 8 / f->shape[i])
            return broken(f, "the shape is beyond all bounds");
        f->count *= f->shape[i];
    }
    for (size_t i = f->n_dims; i < NPY_MAX_DIMS; i++)
        f->shape[i] = 1;

    uint64_t need = (uint64_t)f->count * f->item_size, have = file_size - f->data_offset;
    if (need != have)
        return f->host->fail(f->host, TW_EIO,
                             "%s has %llu bytes of data, its header asks for %llu: the file is %s",
                             f->path, (unsigned long long)have, (unsigned long long)need,
                             have < need ? "cut off" : "followed by something else");
    return TW_OK;
}

static int read_header(struct npy *f, uint64_t file_size)
{
    unsigned char head[12] = {0};
    char *text = NULL;
    int rc = TW_OK;

    if (file_size >= 10)
        rc = read_at(f, 0, head, 10);
    if (rc < 0)
        return rc;
    if (memcmp(head, "\x93NUMPY", 6) != 0)
        return f->host->fail(
            f->host, TW_EIO, "%s is not a .npy file: it does not begin with \\x93NUMPY%s", f->path,
            memcmp(head, "PK\3\4", 4) == 0 ? " (it looks like .npz: save one array with numpy.save)"
                                           : "");
    if (head[6] < 1 || head[6] > 3)
        return f->host->fail(f->host, TW_EINVAL,
                             "%s is .npy format %d.%d; 1.0, 2.0 and 3.0 are supported", f->path,
                             head[6], head[7]);

    size_t begin = head[6] == 1 ? 10 : 12, size = head[8] + ((size_t)head[9] << 8);
    if (begin == 12) {
        if (file_size < 12)
            return broken(f, "it is cut off");
        rc = read_at(f, 10, head + 10, 2);
        if (rc < 0)
            return rc;
        size += ((size_t)head[10] << 16) + ((size_t)head[11] << 24);
    }
    if (size > MAX_HEADER)
        return broken(f, "it claims to be longer than 65536 bytes");
    if (size > file_size - begin)
        return broken(f, "it is cut off");
    f->data_offset = begin + size;

    struct scan s = {.f = f};
    text = malloc(size + 1);
    if (!text)
        return f->host->fail(f->host, TW_ENOMEM, "out of memory for the header of %s", f->path);
    rc = read_at(f, begin, text, size);
    text[size] = 0;
    s.at = text;
    if (rc == TW_OK && strlen(text) != size)
        rc = broken(f, "a zero byte");
    if (rc == TW_OK)
        rc = scan_header(&s);
    free(text);
    if (rc == TW_OK)
        rc = set_type(f, s.dtype);
    if (rc == TW_OK && f->n_dims == 0)
        rc = f->host->fail(f->host, TW_EINVAL, "%s holds a single number, not an array", f->path);
    if (rc == TW_OK)
        rc = check_size(f, file_size);
    /* In one dimension both orders are the same. */
    if (rc == TW_OK && s.fortran && f->n_dims > 1)
        rc = f->host->fail(f->host, TW_EINVAL,
                           "%s is stored in Fortran order; save numpy.ascontiguousarray(a) instead",
                           f->path);
    return rc;
}

/* ---- the interface --------------------------------------------------------- */

int npy_open(const struct tw_host *host, const char *path, struct npy *out)
{
    struct npy f = {.host = host, .fd = -1};
    struct stat st;
    int rc;

    f.path = strdup(path);
    if (!f.path)
        return host->fail(host, TW_ENOMEM, "out of memory");
    /* Not blocking, lest a named pipe keep us waiting for a writer. */
    f.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (f.fd < 0 || fstat(f.fd, &st) < 0)
        rc = host->fail(host, TW_EIO, "open %s: %s", path, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        rc = host->fail(host, TW_EIO, "%s is %s; a .npy file is needed", path,
                        S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
    else
        rc = read_header(&f, (uint64_t)st.st_size);
    if (rc < 0)
        npy_close(&f);
    else
        *out = f;
    return rc;
}

void npy_close(struct npy *f)
{
    if (!f->path)
        return;
    if (f->fd >= 0)
        close(f->fd);
    free(f->path);
    f->fd = -1;
    f->path = NULL;
}

size_t npy_row_size(const struct npy *f)
{
    return f->count / f->shape[0];
}

/* One loop per type, so that the compiler vectorises each.  `from` comes out of
 * a buffer aligned for all of them. */
#define CONVERT(ctype)                                                                             \
    do {                                                                                           \
        const ctype *v = from;                                                                     \
        if (wide)                                                                                  \
            for (size_t i = 0; i < n; i++)                                                         \
                wide[i] = (double)v[i];                                                            \
        else                                                                                       \
            for (size_t i = 0; i < n; i++)                                                         \
                narrow[i] = (float)v[i];                                                           \
    } while (0)

static void convert(const struct npy *f, const void *from, size_t n, double *wide, float *narrow)
{
    bool is_signed = f->kind == 'i';
    if (f->kind == 'f' && f->item_size == 4)
        CONVERT(float);
    else if (f->kind == 'f')
        CONVERT(double);
    else if (f->item_size == 1 && is_signed)
        CONVERT(int8_t);
    else if (f->item_size == 1)
        CONVERT(uint8_t);
    else if (f->item_size == 2 && is_signed)
        CONVERT(int16_t);
    else if (f->item_size == 2)
        CONVERT(uint16_t);
    else if (f->item_size == 4 && is_signed)
        CONVERT(int32_t);
    else if (f->item_size == 4)
        CONVERT(uint32_t);
    else if (is_signed)
        CONVERT(int64_t);
    else
        CONVERT(uint64_t);
}

/* Into `wide` or `narrow`, whichever is not NULL. */
static int read_elements(const struct npy *f, size_t first, size_t n, double *wide, float *narrow)
{
    union {
        uint64_t align;
        unsigned char byte[BLOCK_BYTES];
    } block;
    size_t out_size = wide ? sizeof *wide : sizeof *narrow;
    bool direct = f->kind == 'f' && f->item_size == out_size;
    uint64_t at = f->data_offset + (uint64_t)first * f->item_size;

    if (first > f->count || n > f->count - first)
        return f->host->fail(f->host, TW_EINTERNAL, "elements %zu to %zu of %s, which has %zu",
                             first, first + n, f->path, f->count);
    if (direct) {
        unsigned char *to = wide ? (unsigned char *)wide : (unsigned char *)narrow;
        int rc = read_at(f, at, to, n * f->item_size);
        if (rc == TW_OK && f->swap)
            swap_bytes(to, n, f->item_size);
        return rc;
    }
    while (n > 0) {
        size_t some = BLOCK_BYTES / f->item_size;
        if (some > n)
            some = n;
        int rc = read_at(f, at, block.byte, some * f->item_size);
        if (rc < 0)
            return rc;
        if (f->swap)
            swap_bytes(block.byte, some, f->item_size);
        convert(f, block.byte, some, wide, narrow);
        if (wide)
            wide += some;
        else
            narrow += some;
        at += some * f->item_size;
        n -= some;
    }
    return TW_OK;
}

int npy_read_double(const struct npy *f, size_t first, size_t n, double *out)
{
    return read_elements(f, first, n, out, NULL);
}

int npy_read_float(const struct npy *f, size_t first, size_t n, float *out)
{
    return read_elements(f, first, n, NULL, out);
}

const char *npy_describe(const struct npy *f, char *buf, size_t size)
{
    const char *name = f->kind == 'f' ? "float" : f->kind == 'i' ? "int" : "uint";
    size_t used =
        (size_t)snprintf(buf, size, "%s%zu array of %zu", name, f->item_size * 8, f->shape[0]);
    for (size_t i = 1; i < f->n_dims && used < size; i++)
        used += (size_t)snprintf(buf + used, size - used, " x %zu", f->shape[i]);
    return buf;
}
