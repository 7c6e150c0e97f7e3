/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gzfile.h -- a file to read from front to back, plain or compressed with gzip;
 * which of the two, its first bytes say.
 *
 *     struct gzfile f;
 *     int rc = gz_open(host, path, &f);
 *     if (rc < 0)
 *         return rc;
 *     rc = gz_read(&f, buf, n, "the header");    exactly n bytes, or
 *     rc = gz_slurp(&f, &text, &size);           all that is left
 *     gz_close(&f);
 *
 * Nothing is unpacked before it is asked for.  Every failure has been reported
 * with host->fail().
 */
#ifndef UTIL_GZFILE_H
#define UTIL_GZFILE_H

#include <thalweg/plugin.h>

/* The most that gz_slurp() unpacks from a compressed file. */
#define GZ_SLURP_MAX ((size_t)1 << 30)

struct gzfile {
    const struct tw_host *host;
    const char *path; /* the caller's; must live until gz_close() */
    void *gz;
    uint64_t disk_size;
    uint64_t at; /* bytes handed over so far, unpacked */
    bool packed;
};

/* On failure there is nothing to close. */
int gz_open(const struct tw_host *host, const char *path, struct gzfile *out);
void gz_close(struct gzfile *f);

/* Exactly `n` bytes; TW_EIO when the file ends before, with `what` ("the
 * header") in the message. */
int gz_read(struct gzfile *f, void *buf, size_t n, const char *what);

/* TW_OK when the file ends here. */
int gz_expect_end(struct gzfile *f);

/* Whether `n` unpacked bytes can be in this file at all: a question to ask
 * before memory is allocated for what a header claims. */
bool gz_can_hold(const struct gzfile *f, uint64_t n);

/* All that is left, with a NUL behind it that `size` does not count; free(). */
int gz_slurp(struct gzfile *f, char **text, size_t *size);

#endif
