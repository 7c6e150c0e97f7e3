/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gzfile.c -- zlib's gzread() does the work for both plain and packed files;
 * here its reports become sentences.
 */
#define _POSIX_C_SOURCE   200809L
#define _FILE_OFFSET_BITS 64

#include "util/gzfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Deflate packs at most 258 bytes into two bits. */
#define DEFLATE_RATIO_MAX 1032u

/* A descriptor of a regular file, or a negative status. */
static int open_regular(const struct tw_host *host, const char *path, uint64_t *size)
{
    struct stat st;
    /* Not blocking, lest a named pipe keep us waiting for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return host->fail(host, TW_EIO, "open %s: %s", path, strerror(errno));
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return host->fail(host, TW_EIO, "%s is %s; a file is needed", path,
                          S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
    }
    if (st.st_size == 0) {
        close(fd);
        return host->fail(host, TW_EIO, "%s is empty", path);
    }
    *size = (uint64_t)st.st_size;
    return fd;
}

int gz_open(const struct tw_host *host, const char *path, struct gzfile *out)
{
    struct gzfile f = {.host = host, .path = path};
    int fd = open_regular(host, path, &f.disk_size);
    if (fd < 0)
        return fd;
    gzFile gz = gzdopen(fd, "rb");
    if (!gz) {
        close(fd);
        return host->fail(host, TW_ENOMEM, "out of memory for reading %s", path);
    }
    gzbuffer(gz, 256 * 1024);
    f.packed = !gzdirect(gz);
    f.gz = gz;
    *out = f;
    return TW_OK;
}

void gz_close(struct gzfile *f)
{
    if (f->gz)
        gzclose_r(f->gz);
    f->gz = NULL;
}

static int read_failed(const struct gzfile *f)
{
    int code = Z_OK;
    const char *why = gzerror(f->gz, &code);
    if (code == Z_ERRNO)
        return f->host->fail(f->host, TW_EIO, "read %s: %s", f->path, strerror(errno));
    if (code == Z_BUF_ERROR)
        return f->host->fail(f->host, TW_EIO,
                             "%s is cut off: the gzip data ends early, after %llu bytes unpacked",
                             f->path, (unsigned long long)f->at);
    return f->host->fail(f->host, TW_EIO,
                         "%s is damaged: the gzip data cannot be unpacked past byte %llu (%s)",
                         f->path, (unsigned long long)f->at, why);
}

/* Up to `n` bytes; less only at the end of the file. */
static int read_some(struct gzfile *f, char *to, size_t n, size_t *got)
{
    size_t done = 0;
    while (done < n) {
        unsigned want = n - done < (1u << 30) ? (unsigned)(n - done) : 1u << 30;
        int k = gzread(f->gz, to + done, want);
        int code = Z_OK;
        gzerror(f->gz, &code);
        if (k > 0)
            f->at += (uint64_t)k;
        if (k < 0 || code != Z_OK)
            return read_failed(f);
        if (k == 0)
            break;
        done += (size_t)k;
    }
    *got = done;
    return TW_OK;
}

int gz_read(struct gzfile *f, void *buf, size_t n, const char *what)
{
    size_t got = 0;
    uint64_t begin = f->at;
    int rc = read_some(f, buf, n, &got);
    if (rc == TW_OK && got < n)
        rc = f->host->fail(f->host, TW_EIO,
                           "%s is cut off: %s needs %zu bytes from byte %llu on, there are %zu",
                           f->path, what, n, (unsigned long long)begin, got);
    return rc;
}

int gz_expect_end(struct gzfile *f)
{
    char one;
    size_t got = 0;
    int rc = read_some(f, &one, 1, &got);
    if (rc == TW_OK && got > 0)
        rc = f->host->fail(f->host, TW_EIO,
                           "%s goes on after byte %llu, where its header says that it ends",
                           f->path, (unsigned long long)f->at - 1);
    return rc;
}

bool gz_can_hold(const struct gzfile *f, uint64_t n)
{
    return n <= f->disk_size || (f->packed && n / DEFLATE_RATIO_MAX <= f->disk_size);
}

int gz_slurp(struct gzfile *f, char **text, size_t *size)
{
    const struct tw_host *host = f->host;
    size_t room = 65536, used = 0, got = 0;
    char *buf = NULL;
    int rc = TW_OK;

    /* One byte more than there should be, so that the end is seen at once. */
    if (!f->packed)
        room = f->disk_size < SIZE_MAX - 2 ? (size_t)f->disk_size + 2 : SIZE_MAX;
    for (;;) {
        char *more = realloc(buf, room);
        if (!more) {
            rc = host->fail(host, TW_ENOMEM, "out of memory: %s needs more than %zu bytes", f->path,
                            room);
            break;
        }
        buf = more;
        rc = read_some(f, buf + used, room - 1 - used, &got);
        used += got;
        if (rc < 0 || used < room - 1)
            break;
        if (f->packed && used >= GZ_SLURP_MAX) {
            rc = host->fail(host, TW_EIO,
                            "%s holds more than %zu bytes when unpacked; unpack it beforehand",
                            f->path, GZ_SLURP_MAX);
            break;
        }
        room = room > SIZE_MAX / 2 ? SIZE_MAX : room * 2;
        if (f->packed && room > GZ_SLURP_MAX + 2)
            room = GZ_SLURP_MAX + 2;
    }
    if (rc < 0) {
        free(buf);
        return rc;
    }
    buf[used] = 0;
    *text = buf;
    *size = used;
    return TW_OK;
}
